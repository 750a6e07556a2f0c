// SPDX-License-Identifier: GPL-3.0-or-later
// The cycle engine against a sample of the reference simulator's runs; `bench noc` takes all of them.
#include "app/cli/noc_oracle.hpp"

#include "tests/core/shared_data.hpp"

#include <gtest/gtest.h>
#include <cmath>
#include <set>

using namespace waferscope;

namespace {

/// Rows whose reference is at most 0.85 of the configuration's own ceiling and holds enough packets for the
/// tolerance; every configuration and every pattern occurs.
const std::set<std::string> kSample{
    "A uniform 0.050",   "A bitcomp 0.300",  "B uniform 0.300", "B neighbor 0.300", "C uniform 0.500",
    "C transpose 0.700", "C bitcomp 0.700",  "C hotspot 0.500", "D uniform 0.500",  "D hotspot 0.700",
    "E uniform 0.500",   "E uniform 0.700",  "E bitcomp 0.500", "F uniform 0.700",  "F transpose 0.500",
    "G uniform 0.300",   "G neighbor 0.700", "H uniform 0.300", "H bitcomp 0.500",  "I uniform 0.300",
    "I neighbor 0.500"};

}  // namespace

TEST(NocOracle, MeanLatencyOfTheSampledRows) {
    REQUIRE_SHARED_DATA();
    const auto rows = app::load_oracle(shared_data("noc/booksim2_k8.csv"));
    EXPECT_EQ(rows.size(), 255U);
    std::set<std::string> seen;
    for (const auto& row : rows) {
        if (!kSample.contains(row.name) || !row.comparable() || !seen.insert(row.name).second) continue;
        const auto result = sim::run_noc(row.config, {});
        ASSERT_TRUE(result) << core::to_text(result.error());
        const double error = result->latency_cycles / row.corrected_latency() - 1;
        EXPECT_LE(std::abs(error), row.load <= 0.5 ? 0.01 : 0.03)
            << row.name << ": " << result->latency_cycles << " against " << row.corrected_latency();
    }
    EXPECT_EQ(seen.size(), kSample.size());
}
