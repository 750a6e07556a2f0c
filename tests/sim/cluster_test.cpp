// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of cluster and resident runs, without any file outside the repository.
#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"

#include <gtest/gtest.h>

using namespace waferscope;

namespace {

const core::LlmConfig kLlama8b{.layers = 32, .hidden = 4096, .heads = 32, .kv_heads = 8, .head_dim = 128, .ffn = 14336, .vocab = 128256, .gated_ffn = true};

sim::Request request(const std::string& machine, core::Phase phase, int chips, const std::map<std::string, double>& overrides = {}) {
    const auto library = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    const auto changed = core::with_overrides(**library->find(machine), overrides);
    return {.scenario = {.name = "8B", .workload = kLlama8b, .phase = phase, .global_batch = phase == core::Phase::train ? 64 : 1, .seq = 4096, .precision = core::Precision::bf16, .machine = machine, .chips = chips},
            .machine = std::make_shared<const core::Machine>(*changed)};
}

core::Result<core::Run> run(const sim::Request& r) { return sim::simulate(r, sim::Detail::full, {}, {}); }

}  // namespace

class EveryPhase : public testing::TestWithParam<std::tuple<std::string, core::Phase>> {};

TEST_P(EveryPhase, StepIsTheLastSliceAndNothingExceedsItsCapacity) {
    const auto [machine, phase] = GetParam();
    const auto r = run(request(machine, phase, machine.starts_with("cerebras") ? 1 : 8));
    ASSERT_TRUE(r) << core::to_text(r.error());
    EXPECT_DOUBLE_EQ(r->summary.step_time_s, r->timeline.end_s());
    EXPECT_LE(*r->summary.mfu, 1);
    for (const auto& lane : r->timeline.lanes)
        for (std::size_t i = 1; i < lane.slices.size(); ++i) ASSERT_GE(lane.slices[i].start_s, lane.slices[i - 1].end_s - 1e-12) << lane.name;
    for (const auto& series : r->wafer ? r->wafer->series : r->devices->series)
        if (series.metric == "utilisation") {
            for (const float v : series.value) ASSERT_TRUE(v >= 0 && v <= 1.0001F) << v;
        }
}

TEST_P(EveryPhase, SummaryRunTakesTheSameTime) {
    const auto [machine, phase] = GetParam();
    const auto r = request(machine, phase, machine.starts_with("cerebras") ? 1 : 8);
    const auto full = run(r), summary = sim::simulate(r, sim::Detail::summary, {}, {});
    ASSERT_TRUE(full && summary);
    EXPECT_EQ(full->summary.step_time_s, summary->summary.step_time_s);
}

INSTANTIATE_TEST_SUITE_P(Machines, EveryPhase,
                         testing::Combine(testing::Values("h100_sxm", "tpu_v5p", "trainium2", "cerebras_cs3"), testing::Values(core::Phase::train, core::Phase::prefill, core::Phase::decode)));

TEST(Cluster, DecodeIsFasterWithMoreMemoryBandwidth) {
    const auto slow = run(request("h100_sxm", core::Phase::decode, 1)), fast = run(request("h100_sxm", core::Phase::decode, 1, {{"/memory_bytes_per_s", 6.7e12}}));
    ASSERT_TRUE(slow && fast);
    EXPECT_LT(fast->summary.step_time_s, slow->summary.step_time_s);
}

TEST(Cluster, InconsistentPlanIsRefusedWithTheDegreeThatFits) {
    auto r = request("h100_sxm", core::Phase::train, 8);
    r.scenario.parallel = core::ParallelPlan{.tp = 2, .dp = 3};
    const auto refused = run(r);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::plan);
    EXPECT_NE(refused.error().hint.find("dp 4"), std::string::npos);
}

TEST(Cluster, RefusesTrainingWhereThereIsNone) {
    const auto refused = run(request("groq_lpu", core::Phase::train, 8));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::machine);
}

TEST(Wafer, ModelTooLargeForTheWafersSaysHowManyItNeeds) {
    auto r = request("cerebras_cs3", core::Phase::decode, 1);
    r.scenario.workload = core::LlmConfig{.layers = 80, .hidden = 8192, .heads = 64, .kv_heads = 8, .head_dim = 128, .ffn = 28672, .vocab = 128256, .gated_ffn = true};
    const auto refused = run(r);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, core::ErrorCode::fit);
    EXPECT_NE(refused.error().hint.find("wafers"), std::string::npos);
}

// Published: decode falls from 420 to 660 cores a side, prefill rises 1.28 to 1.6 times for 2.25 times the cores.
TEST(Wafer, MoreCoresSlowDecodeAndSpeedPrefill) {
    const auto speed = [](core::Phase phase, int side) {
        auto r = request("cerebras_cs2", phase, 1);
        r.scenario.precision = core::Precision::fp16;
        r.scenario.wafer.region = {side, side};
        return *run(r)->summary.tokens_per_s;
    };
    EXPECT_GT(speed(core::Phase::decode, 420), speed(core::Phase::decode, 660));
    const double gain = speed(core::Phase::prefill, 720) / speed(core::Phase::prefill, 480);
    EXPECT_GT(gain, 1.28);
    EXPECT_LT(gain, 1.6);
}
