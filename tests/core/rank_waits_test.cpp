// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/rank_waits.hpp"

#include "core/model/measured_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace waferscope::core;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// A rank whose clock is `skew` ahead. Collective i ends for all at 100 + 100 i ms of true time; the rank
/// arrives `early[i]` ms before that.
RankTrace rank_of(int number, std::int64_t skew_ms, const std::vector<std::int64_t>& early) {
    RankTrace rank{.rank = number, .names = {"ncclKernel_AllReduce_RING_LL_Sum_float"}};
    TraceLane lane{.device = true};
    for (std::size_t i = 0; i < early.size(); ++i) {
        const auto end = 100 + 100 * static_cast<std::int64_t>(i);
        lane.events.push_back({.start_ns = (end - early[i] + skew_ms) * kMs,
                               .dur_ns = early[i] * kMs,
                               .kind = TraceClass::kernel,
                               .collective = true});
    }
    rank.lanes.push_back(std::move(lane));
    rank.begin_ns = skew_ms * kMs;
    rank.end_ns = (500 + skew_ms) * kMs;
    return rank;
}

/// Every transfer takes 2 ms; rank 2 comes last, 8 ms after rank 0 and 3 ms after rank 1.
std::vector<RankTrace> late_two() {
    return {rank_of(0, 0, {10, 10, 10, 10}), rank_of(1, 5000, {5, 5, 5, 5}), rank_of(2, -700, {2, 2, 2, 2})};
}

}  // namespace

TEST(RankWaits, TransferIsApartFromWaiting) {
    const auto report = rank_waits(late_two());
    ASSERT_EQ(report.collectives.size(), 1U);
    const auto& sum = report.collectives.front();
    EXPECT_EQ(sum.kind, WorkClass::all_reduce);
    EXPECT_EQ(sum.count, 4);
    EXPECT_NEAR(sum.transfer_s, 4 * 2e-3, 1e-9);
    EXPECT_NEAR(sum.waiting_s, 4 * (8e-3 + 3e-3), 1e-9);
    EXPECT_NEAR(sum.longest_wait_s, 8e-3, 1e-9);
    EXPECT_EQ(sum.late_rank, 2);
    EXPECT_EQ(sum.late_times, 4);
}

TEST(RankWaits, TheLateRankCausesWhatTheOthersWait) {
    const auto report = rank_waits(late_two());
    ASSERT_EQ(report.ranks.size(), 3U);
    EXPECT_NEAR(report.ranks[1].offset_s, -5, 1e-9);
    EXPECT_NEAR(report.ranks[2].offset_s, 0.7, 1e-9);
    EXPECT_NEAR(report.ranks[2].late_s, 4 * 3e-3, 1e-9);
    EXPECT_EQ(report.ranks[2].last_times, 4);
    double waited = 0, caused = 0;
    for (const auto& rank : report.ranks) waited += rank.waiting_s, caused += rank.caused_s;
    EXPECT_NEAR(waited, caused, 1e-12);
    EXPECT_NEAR(report.ranks[2].caused_s, waited, 1e-12);
    const auto text = late_rank_text(report, 0.5);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->find("Rank 2 is late by 3 ms"), 0U) << *text;
    EXPECT_FALSE(late_rank_text(report, 100));  // nobody notices
}

TEST(RankWaits, WhatHasNoPartnerIsLeftOutAndCounted) {
    auto ranks = late_two();
    for (auto& rank : ranks) rank.names.emplace_back("ncclKernel_Broadcast");
    ranks[0].lanes.front().events.push_back(
        {.start_ns = 450 * kMs, .dur_ns = kMs, .name = 1, .kind = TraceClass::kernel, .collective = true});
    const auto report = rank_waits(ranks);
    EXPECT_EQ(report.matched, 4);
    EXPECT_EQ(report.unmatched, 1);
}

TEST(RankWaits, OneRankOrNoSharedCollectivesSayWhy) {
    EXPECT_FALSE(rank_waits({rank_of(0, 0, {1, 1, 1})}).why.empty());
    const auto report = rank_waits({rank_of(0, 0, {1, 1, 1}), rank_of(1, 0, {1})});
    EXPECT_FALSE(report.why.empty());
    EXPECT_FALSE(report.ranks[1].aligned);
}

TEST(RankWaits, AMeasuredRunNamesTheLateRank) {
    const auto run = measured_run(late_two());
    const auto named = [](const auto& b) { return b.id == "late_rank"; };
    EXPECT_TRUE(std::ranges::any_of(run.bottlenecks, named));
    EXPECT_FALSE(std::ranges::any_of(measured_run({rank_of(0, 0, {1, 1, 1})}).bottlenecks, named));
}
