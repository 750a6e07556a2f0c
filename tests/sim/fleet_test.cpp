// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/machine_json.hpp"
#include "sim/economics/fleet.hpp"

#include <gtest/gtest.h>

using namespace waferscope;

namespace {

sim::Request serving(double requests_per_s) {
    const auto library = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    core::LlmConfig llama{.layers = 32, .hidden = 4096, .heads = 32, .kv_heads = 8, .head_dim = 128, .ffn = 14336, .vocab = 128256, .gated_ffn = true};
    return {.scenario = {.name = "serve", .workload = llama, .phase = core::Phase::serve, .global_batch = 1, .seq = 1000, .output_tokens = 500, .precision = core::Precision::bf16, .machine = "h100_sxm", .chips = 1,
                         .parallel = core::ParallelPlan{.dp = 1}, .load = core::ServeLoad{.requests_per_s = requests_per_s, .output_tokens = 500}},
            .machine = *library->find("h100_sxm")};
}

}  // namespace

TEST(Fleet, ReplicasAreWholeAndFollowTheLoad) {
    const auto idle = sim::plan_fleet(serving(0.01), {});
    ASSERT_TRUE(idle) << core::to_text(idle.error());
    EXPECT_EQ(idle->replicas, 1);
    EXPECT_EQ(idle->bound_by, "minimum size");
    const double capacity = 0.01 / idle->utilisation_mean;  // requests per second of one replica
    const auto busy = sim::plan_fleet(serving(3.5 * capacity), {});
    ASSERT_TRUE(busy);
    EXPECT_EQ(busy->replicas, 4);
    EXPECT_NEAR(busy->utilisation_mean, 3.5 / 4, 1e-9);
    // The same machines for 350 times the requests: each costs that much less, but for the fourfold fleet.
    EXPECT_NEAR(*idle->usd_per_request / *busy->usd_per_request, 350 * capacity / 4, 1e-6 * 350 * capacity);
    EXPECT_NEAR(*busy->usd_per_m_input * 1000 + *busy->usd_per_m_output * 500, *busy->usd_per_request * 1e6, 1e-6 * *busy->usd_per_request * 1e6);
}

TEST(Fleet, ASpeedForUsersTakesMoreReplicas) {
    const double rate = 100;
    auto request = serving(rate);
    const auto free = sim::plan_fleet(request, {});
    request.scenario.load->min_tokens_per_s_per_user = 100;
    const auto fast = sim::plan_fleet(request, {});
    ASSERT_TRUE(free);
    ASSERT_TRUE(fast);
    EXPECT_GT(fast->replicas, free->replicas);
    EXPECT_EQ(fast->bound_by, "speed");
    request.scenario.load->min_tokens_per_s_per_user = 1e6;
    EXPECT_FALSE(sim::plan_fleet(request, {}));
    request.scenario.load->requests_per_s.reset();
    EXPECT_FALSE(sim::plan_fleet(request, {}));
}
