// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/decode_layer.hpp"

#include "sim/wafer/collectives.hpp"

#include <gtest/gtest.h>

using namespace waferscope;

namespace {

core::LlmConfig mixture() {
    return {.layers = 1, .hidden = 2880, .heads = 64, .kv_heads = 8, .head_dim = 64, .ffn = 2880, .vocab = 201088, .gated_ffn = true, .experts = 128, .experts_per_token = 4, .expert_ffn = 2880};
}

double sum_of(const sim::DecodeLayer& layer, const std::string& name) {
    for (const auto& step : layer.steps)
        if (step.name == name) return step.macs;
    return -1;
}

}  // namespace

// Design/wafer_models.md 6: E = 128, k = 4, d = 6, f_e = 6: 432 MACs, 27.6 KB per layer and core.
TEST(DecodeLayer, SlicedExpertsOfTheWorkedExample) {
    const auto layer = sim::decode_layer(mixture(), 1, 480, sim::ExpertMapping::sliced);
    EXPECT_EQ(sum_of(layer, "FFN up") + sum_of(layer, "FFN down"), 432);
    const auto dense = sim::decode_layer([] { auto m = mixture(); m.experts = 0; m.ffn = 0; return m; }(), 1, 480);
    EXPECT_NEAR(sim::kBytesPerValue * (layer.weight_macs - dense.weight_macs), 27648, 1);
}

// Twelve by twelve squares of 40 x 40 cores: each expert has 72 x 72 values per core and runs beside the others.
TEST(DecodeLayer, ExpertsOnSquaresRunAtOnceAndHoldTheSameWeights) {
    const auto layer = sim::decode_layer(mixture(), 1, 480, sim::ExpertMapping::squares);
    EXPECT_EQ(sum_of(layer, "FFN up"), 2 * 72 * 72);
    const auto sliced = sim::decode_layer(mixture(), 1, 480, sim::ExpertMapping::sliced);
    EXPECT_NEAR(layer.weight_macs / sliced.weight_macs, 1, 0.15);
    const sim::DecodeRegion region{.side = 480, .groups = 20, .batch = 32};
    for (const auto& step : layer.steps)
        if (std::string(step.name) == "FFN up")  // 32 tokens x 4 choices over 128 experts: one each
            EXPECT_DOUBLE_EQ(sim::step_cycles(step, region, {0, 1}), 2 * 72 * 72 + sim::two_tree_all_reduce(40, sim::default_groups(40), 72, 2));
}

TEST(DecodeLayer, TheFasterMappingIsTaken) {
    const sim::DecodeConstants constants{6000, 0.8};
    for (const double batch : {1.0, 8.0, 64.0, 512.0}) {
        const sim::DecodeRegion region{.side = 480, .groups = 20, .batch = batch};
        const double best = sim::layer_cycles(sim::fastest_layer(mixture(), 1, region, constants), region, constants);
        for (const auto mapping : {sim::ExpertMapping::sliced, sim::ExpertMapping::squares})
            EXPECT_LE(best, sim::layer_cycles(sim::decode_layer(mixture(), 1, 480, mapping), region, constants)) << batch;
    }
}

// DeepSeek-V3: what a token leaves behind is the latent and the rotary part only.
TEST(DecodeLayer, LatentAttentionKeepsTheLatentOnly) {
    core::LlmConfig m{.layers = 61, .hidden = 7168, .heads = 128, .kv_heads = 128, .head_dim = 128, .ffn = 18432, .vocab = 129280, .gated_ffn = true,
                      .q_lora_rank = 1536, .kv_lora_rank = 512, .qk_rope_head_dim = 64, .qk_nope_head_dim = 128, .v_head_dim = 128};
    const auto layer = sim::decode_layer(m, 10, 64);
    EXPECT_DOUBLE_EQ(layer.kv_bytes, 2 * (8 + 1) * 10);
    const double stored = 7168.0 * (1536 + 512 + 64) + 1536.0 * 128 * 192 + 2 * 128.0 * 128 * 512 + 128.0 * 128 * 7168 + 3 * 7168.0 * 18432;
    EXPECT_NEAR(layer.weight_macs * 64 * 64 / stored, 1, 1e-9);
}
