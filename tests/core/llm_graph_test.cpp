// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/llm_graph.hpp"

#include <gtest/gtest.h>
#include <algorithm>

using namespace waferscope::core;

namespace {

constexpr LlmConfig kDense{.layers = 6,
                           .hidden = 64,
                           .heads = 4,
                           .kv_heads = 2,
                           .head_dim = 16,
                           .ffn = 128,
                           .vocab = 100,
                           .gated_ffn = true};

LlmConfig mixture() {
    LlmConfig c = kDense;
    c.experts = 8;
    c.experts_per_token = 2;
    c.shared_experts = 1;
    c.expert_ffn = 32;
    c.first_dense_layers = 2;
    c.kv_lora_rank = 16;
    c.q_lora_rank = 24;
    c.qk_rope_head_dim = 8;
    c.qk_nope_head_dim = 16;
    c.v_head_dim = 16;
    c.router_bias = true;
    return c;
}

LlmConfig with_everything() {
    LlmConfig c = kDense;
    c.qkv_bias = c.attention_output_bias = c.ffn_bias = c.attention_sinks = c.qk_norm = true;
    c.norms_per_layer = 4;
    c.norm_has_bias = true;
    c.learned_positions = 32;
    c.token_types = 2;
    c.embedding_norm = c.pooler = true;
    c.tied_embeddings = true;
    c.sliding_window = 4;
    c.sliding_window_pattern = 3;
    return c;
}

double summed_parameters(const Workload& w) {
    double sum = 0;
    for (std::uint32_t i = 0; i < w.operators.size(); ++i)
        sum += w.operators[i].parameters * static_cast<double>(repetitions(w, i));
    return sum;
}

}  // namespace

TEST(LlmGraph, OperatorsSumToTheParametersOfTheModel) {
    for (const auto& config : {kDense, mixture(), with_everything()})
        for (const auto pass : {LlmPass::train, LlmPass::prefill, LlmPass::decode}) {
            const auto w = make_llm_workload(config, {.pass = pass, .batch = 2, .seq = 16});
            EXPECT_EQ(summed_parameters(w), total_parameters(config));
            EXPECT_EQ(w.parameters, total_parameters(config));
        }
}

TEST(LlmGraph, EqualLayersFoldIntoOneBlock) {
    const auto w = make_llm_workload(kDense, {});
    ASSERT_EQ(w.repeats.size(), 1U);
    EXPECT_EQ(w.repeats[0].count, 6);
    const auto moe = make_llm_workload(mixture(), {});
    ASSERT_EQ(moe.repeats.size(), 2U);
    EXPECT_EQ(moe.repeats[0].count, 2);
    EXPECT_EQ(moe.repeats[1].count, 4);
    EXPECT_EQ(make_llm_workload(with_everything(), {}).repeats.size(), 2U);  // windowed and global
}

TEST(LlmGraph, DecodeCostsWhatOneTokenCosts) {
    for (const auto& config : {kDense, with_everything()}) {
        const auto w = make_llm_workload(config, {.pass = LlmPass::decode, .batch = 1, .seq = 100});
        EXPECT_EQ(total_macs(w), macs_per_token(config, 100));
    }
}

TEST(LlmGraph, PrefillCostsAllTokensWithFullAttention) {
    const auto w = make_llm_workload(kDense, {.pass = LlmPass::prefill, .batch = 3, .seq = 50});
    EXPECT_EQ(total_macs(w), 150 * macs_per_token(kDense, 50));
}

TEST(LlmGraph, ExpertsOfAMixtureReadOnlyWhatIsUsed) {
    const auto w =
        make_llm_workload(mixture(), {.pass = LlmPass::decode, .batch = 1, .seq = 8, .dtype = Dtype::fp16});
    const auto up =
        std::ranges::find_if(w.operators, [](const Operator& op) { return op.name.ends_with("expert_up"); });
    ASSERT_NE(up, w.operators.end());
    EXPECT_EQ(up->weight_bytes, 8 * 64 * 32 * 2);
    EXPECT_EQ(up->read_bytes, 2 * 64 * 2 + 2 * 64 * 32 * 2);  // two routed rows, two experts
}

TEST(LlmGraph, EdgesRunForwardOnly) {
    for (const auto& edge : make_llm_workload(mixture(), {.seq = 4}).edges) EXPECT_LT(edge.from, edge.to);
}
