// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"

#include <gtest/gtest.h>

using namespace waferscope;

namespace {

sim::Request training() {
    const auto library = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    core::LlmConfig gpt{.layers = 24, .hidden = 4096, .heads = 32, .kv_heads = 32, .head_dim = 128, .ffn = 16384, .vocab = 51200, .tied_embeddings = true};
    return {.scenario = {.name = "train", .workload = gpt, .phase = core::Phase::train, .global_batch = 64, .seq = 2048, .precision = core::Precision::bf16, .machine = "h100_sxm", .chips = 16}, .machine = *library->find("h100_sxm")};
}

}  // namespace

// The search stops by a bound: nothing it left out may be faster.
TEST(Planner, NoPlanThatFitsIsFasterThanTheOneFound) {
    const auto found = sim::simulate(training(), sim::Detail::summary, {}, {});
    ASSERT_TRUE(found) << core::to_text(found.error());
    EXPECT_TRUE(found->summary.fits);
    int tried = 0;
    for (const int tp : {1, 2, 4, 8})
        for (const int pp : {1, 2, 4, 8})
            for (const int micro_batch : {1, 2, 4})
                for (const auto recompute : {core::Recompute::none, core::Recompute::selective, core::Recompute::full})
                    for (const int zero : {0, 1}) {
                        if (tp * pp > 16) continue;
                        auto request = training();
                        request.scenario.parallel = core::ParallelPlan{.tp = tp, .pp = pp, .micro_batch = micro_batch, .zero = zero, .recompute = recompute, .sequence_parallel = tp > 1};
                        const auto run = sim::simulate(request, sim::Detail::summary, {}, {});
                        if (!run || !run->summary.fits) continue;
                        ++tried;
                        EXPECT_GE(run->summary.step_time_s, found->summary.step_time_s * (1 - 1e-9)) << tp << " " << pp << " " << micro_batch << " " << zero;
                    }
    EXPECT_GT(tried, 50);
}

TEST(Planner, ExpertsAreDealtOutInsideADataParallelGroup) {
    auto request = training();
    request.scenario.parallel = core::ParallelPlan{.tp = 4, .ep = 3};
    const auto refused = sim::simulate(request, sim::Detail::summary, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "/parallel/ep");
}
