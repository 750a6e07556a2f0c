// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"

#include <gtest/gtest.h>

using namespace waferscope;

namespace {

sim::Request request_of(std::vector<core::Operator> operators, int chips) {
    static const auto machines =
        core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    auto workload = std::make_shared<core::Workload>();
    workload->format = "kineto";
    workload->operators = std::move(operators);
    return {.scenario = {.name = "step",
                         .workload = core::FileWorkload{"t.json"},
                         .precision = core::Precision::bf16,
                         .machine = "a100_sxm_80g",
                         .chips = chips},
            .workload = std::move(workload),
            .machine = *machines->find("a100_sxm_80g")};
}

core::Operator product(std::int64_t side) {
    const core::GemmDims dims{.m = side, .n = side, .k = side};
    return {.name = "aten::mm", .kind = core::OpKind::gemm, .dims = dims, .macs = core::macs_of(dims)};
}

core::Operator sum(double bytes) {
    return {.name = "nccl:all_reduce",
            .kind = core::OpKind::collective,
            .dims = core::CommDims{.kind = "all_reduce", .bytes = bytes}};
}

core::Operator add(double bytes) {
    return {.name = "aten::add", .kind = core::OpKind::elementwise, .other_ops = 1, .read_bytes = bytes};
}

core::Run run_of(std::vector<core::Operator> operators, int chips) {
    auto run = sim::simulate(request_of(std::move(operators), chips), sim::Detail::full, {}, {});
    EXPECT_TRUE(run) << core::to_text(run.error());
    return std::move(*run);
}

}  // namespace

TEST(RecordedRun, NoProductBeatsThePeakAndNoCopyTheMemory) {
    const auto run = run_of({product(8192), add(1e9)}, 1);
    const auto& slices = run.timeline.lanes.front().slices;
    ASSERT_EQ(slices.size(), 2U);
    EXPECT_GE(slices[0].end_s - slices[0].start_s, 2 * 8192.0 * 8192 * 8192 / 312e12);
    EXPECT_GE(slices[1].end_s - slices[1].start_s, 1e9 / 2039e9);
    EXPECT_EQ(slices[1].op, 1U);
}

TEST(RecordedRun, CollectivesRunBesideKernelsAndNeedRanks) {
    const auto together = run_of({product(8192), sum(1e8), product(8192)}, 8);
    ASSERT_EQ(together.timeline.lanes.size(), 2U);
    const auto& sent = together.timeline.lanes[1].slices.front();
    const auto& kernels = together.timeline.lanes[0].slices;
    EXPECT_GE(sent.start_s, kernels[0].end_s);
    EXPECT_LT(kernels[1].start_s, sent.end_s);
    EXPECT_EQ(together.summary.step_time_s, together.timeline.end_s());
    EXPECT_EQ(run_of({product(8192), sum(1e8)}, 1).timeline.lanes.size(), 1U);  // one rank sends nothing
}

TEST(RecordedRun, NothingToPredictIsRefused) {
    const auto run = sim::simulate(request_of({sum(1e6)}, 1), sim::Detail::full, {}, {});
    ASSERT_FALSE(run);
    EXPECT_EQ(run.error().code, core::ErrorCode::format);
}
