// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/llm.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {
// h 8, 2 heads of 4, 1 KV head, ffn 16 gated, vocabulary 10, one layer.
constexpr LlmConfig kTiny{.layers = 1,
                          .hidden = 8,
                          .heads = 2,
                          .kv_heads = 1,
                          .head_dim = 4,
                          .ffn = 16,
                          .vocab = 10,
                          .gated_ffn = true};
}  // namespace

TEST(Llm, CountsParametersOfATinyModelByHand) {
    // q 64, k 32, v 32, o 64; ffn 3*8*16 = 384; norms 2*8 + final 8; embedding 80, head 80.
    EXPECT_EQ(total_parameters(kTiny), 64 + 32 + 32 + 64 + 384 + 24 + 160);
    EXPECT_EQ(active_parameters(kTiny), total_parameters(kTiny));
}

TEST(Llm, TiedEmbeddingsAreStoredOnce) {
    auto tied = kTiny;
    tied.tied_embeddings = true;
    EXPECT_EQ(total_parameters(kTiny) - total_parameters(tied), 80);
}

TEST(Llm, OnlyRoutedExpertsOfOneTokenAreActive) {
    auto moe = kTiny;
    moe.experts = 4;
    moe.experts_per_token = 2;
    EXPECT_EQ(total_parameters(moe) - active_parameters(moe), 2 * 384);
}

TEST(Llm, KeyAndValueBytesFollowKvHeadsOrTheLatentRank) {
    EXPECT_EQ(kv_bytes_per_token(kTiny, 2), 2 * 4 * 2);
    auto latent = kTiny;
    latent.kv_lora_rank = 6;
    latent.qk_rope_head_dim = 2;
    EXPECT_EQ(kv_bytes_per_token(latent, 2), 8 * 2);
}

TEST(Llm, MacsGrowByScoresAndValuesOfEachCachedToken) {
    EXPECT_EQ(macs_per_token(kTiny, 0), 64 + 32 + 32 + 64 + 384 + 80);
    EXPECT_EQ(macs_per_token(kTiny, 100) - macs_per_token(kTiny, 0), 100 * 2 * 8);
}

TEST(Llm, AWindowCapsWhatAWindowedLayerLooksAt) {
    auto windowed = kTiny;
    windowed.layers = 2;
    windowed.sliding_window = 10;
    windowed.sliding_window_pattern = 2;  // the second layer is global
    EXPECT_EQ(macs_per_token(windowed, 100) - macs_per_token(windowed, 0), (10 + 100) * 16);
}
