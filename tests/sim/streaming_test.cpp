// SPDX-License-Identifier: GPL-3.0-or-later
// Laws of weight streaming (design/wafer_models.md 7).
#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>

using namespace waferscope;

namespace {

constexpr double kIo = 6e11, kFma = 8, kClock = 0.875e9, kCores = 762.0 * 1172;

/// A 13B model on CS-3 wafers whose I/O is fast enough that SRAM holds the balance point.
core::Result<core::Run> train(std::int64_t batch, int chips, double io = kIo) {
    static const auto library =
        core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    const auto machine = core::with_overrides(**library->find("cerebras_cs3"), {{"/io_bytes_per_s", io}});
    core::Scenario scenario{.name = "13B",
                            .workload = core::LlmConfig{.layers = 40,
                                                        .hidden = 5120,
                                                        .heads = 40,
                                                        .kv_heads = 40,
                                                        .head_dim = 128,
                                                        .ffn = 20480,
                                                        .vocab = 50257},
                            .phase = core::Phase::train,
                            .global_batch = batch,
                            .seq = 128,
                            .precision = core::Precision::fp16,
                            .machine = "cerebras_cs3",
                            .chips = chips};
    return sim::simulate({.scenario = scenario, .machine = std::make_shared<const core::Machine>(*machine)},
                         sim::Detail::summary, {}, {});
}

}  // namespace

TEST(WeightStreaming, BottleneckSwitchesAtTheAnalyticTokenCount) {
    // Arithmetic K N T / (cores FMA) cycles against 2 K N bytes through the I/O.
    const double balance = 2 * kClock / kIo * kCores * kFma;
    std::int64_t low = 8, high = static_cast<std::int64_t>(2 * balance / 128);
    const auto streams = [](std::int64_t batch) {
        return train(batch, 1)->bottlenecks.front().id == "weight_stream";
    };
    ASSERT_TRUE(streams(low));
    ASSERT_FALSE(streams(high));
    while (high - low > 1) (streams((low + high) / 2) ? low : high) = (low + high) / 2;
    EXPECT_NEAR(static_cast<double>(high) * 128 / balance, 1, 0.02);
}

TEST(WeightStreaming, MoreWafersShareTheTokensUntilIoBound) {
    const double one = train(4096, 1)->summary.step_time_s, four = train(4096, 4)->summary.step_time_s;
    EXPECT_NEAR(one / four, 4, 0.1) << "arithmetic-bound: time goes with 1/N";
    const double few = train(64, 1)->summary.step_time_s, shared = train(64, 8)->summary.step_time_s;
    EXPECT_LT(few / shared, 1.5) << "I/O-bound: every wafer still takes in all weights";
}

TEST(WeightStreaming, StepIsMonotoneInBandwidthAndTokens) {
    EXPECT_GT(train(64, 1, 1e11)->summary.step_time_s, train(64, 1, 2e11)->summary.step_time_s);
    EXPECT_GE(train(512, 1)->summary.step_time_s, train(256, 1)->summary.step_time_s);
}
