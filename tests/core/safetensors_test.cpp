// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.hpp"
#include "core/io/formats.hpp"
#include "core/io/llm_from_names.hpp"
#include "core/io/workload_info.hpp"
#include "shared_data.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace waferscope::core;

namespace {

std::string length_of(std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}
std::string stored(const std::string& header, std::size_t data) {
    return length_of(header.size()) + header + std::string(data, '\0');
}

/// Writes tensors one behind another, 2 bytes per element.
std::string tensors(const std::vector<std::pair<std::string, std::vector<std::int64_t>>>& all) {
    auto header = nlohmann::ordered_json::object();
    std::size_t at = 0;
    for (const auto& [name, shape] : all) {
        std::size_t bytes = 2;
        for (const auto d : shape) bytes *= static_cast<std::size_t>(d);
        header[name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {at, at + bytes}}};
        at += bytes;
    }
    return stored(header.dump(), at);
}

/// Two layers of a small Llama: hidden 128, 2 heads of 64, 1 key-value head, FFN 256, vocabulary 50.
std::string llama() {
    std::vector<std::pair<std::string, std::vector<std::int64_t>>> all{
        {"model.embed_tokens.weight", {50, 128}},
        {"model.norm.weight", {128}},
        {"lm_head.weight", {50, 128}}};
    for (int layer = 0; layer < 2; ++layer) {
        const auto add = [&](const char* name, std::vector<std::int64_t> shape) {
            all.emplace_back(fmt::format("model.layers.{}.{}", layer, name), std::move(shape));
        };
        add("input_layernorm.weight", {128});
        add("post_attention_layernorm.weight", {128});
        add("self_attn.q_proj.weight", {128, 128});
        add("self_attn.k_proj.weight", {64, 128});
        add("self_attn.v_proj.weight", {64, 128});
        add("self_attn.o_proj.weight", {128, 128});
        add("mlp.gate_proj.weight", {256, 128});
        add("mlp.up_proj.weight", {256, 128});
        add("mlp.down_proj.weight", {128, 256});
    }
    return tensors(all);
}

Error refused(const std::string& bytes) {
    const auto read = read_safetensors_header(bytes, "f");
    EXPECT_FALSE(read);
    return read ? Error{} : read.error();
}
Error refused_tensor(const std::string& tensor) {
    return refused(stored("{\"t\":" + tensor + "}", 16));
}

/// A folder that is gone when the test is.
struct Folder {
    std::filesystem::path path = std::filesystem::path(testing::TempDir()) /
                                 testing::UnitTest::GetInstance()->current_test_info()->name();
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return path / name;
    }
};

constexpr double kLlama = 2 * 50 * 128 + 128 + 2 * (2 * 128 + 2 * 128 * 128 + 2 * 64 * 128 + 3 * 256 * 128);

}  // namespace

TEST(Safetensors, ADecoderIsRecognisedByItsNames) {
    const TemporaryFile file(llama(), ".safetensors");
    const auto w = read_workload(file.path());
    ASSERT_TRUE(w) << to_text(w.error());
    EXPECT_EQ(w->format, "safetensors");
    EXPECT_EQ(w->parameters, kLlama);
    EXPECT_EQ(w->weight_bytes, 2 * kLlama);
    ASSERT_TRUE(w->llm);
    EXPECT_EQ(w->llm->layers, 2);
    EXPECT_EQ(w->llm->hidden, 128);
    EXPECT_EQ(w->llm->head_dim, 64);  // the guess below 2,048
    EXPECT_EQ(w->llm->heads, 2);
    EXPECT_EQ(w->llm->kv_heads, 1);
    EXPECT_EQ(w->llm->ffn, 256);
    EXPECT_TRUE(w->llm->gated_ffn);
    EXPECT_FALSE(w->llm->tied_embeddings);
    EXPECT_EQ(total_parameters(*w->llm), kLlama);
    ASSERT_EQ(w->warnings.size(), 1U);
    EXPECT_NE(w->warnings[0].find("64 values per head are assumed"), std::string::npos);
    const auto info = nlohmann::json::parse(workload_info_json(*w));
    EXPECT_EQ(info["weights_by_type"][0]["type"], "BF16");
    EXPECT_EQ(info["weights_by_type"][0]["weight_bytes"], 2 * kLlama);
    EXPECT_EQ(info["weights_by_layer"].size(), 3U);
    EXPECT_EQ(info["layers"], 2);
}

TEST(Safetensors, TheConfigBesideItWins) {
    const Folder folder;
    folder.write(
        "config.json",
        R"({"num_hidden_layers":2,"hidden_size":128,"num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":256,"vocab_size":50})");
    const auto w = read_workload(folder.write("model.safetensors", llama()));
    ASSERT_TRUE(w);
    EXPECT_EQ(w->llm->heads, 4);
    EXPECT_TRUE(w->warnings.empty());
    EXPECT_NE(w->assumptions.back().find("config.json"), std::string::npos);
}

TEST(Safetensors, UnknownNamesAreWeightsOnly) {
    const auto w = read_safetensors(tensors({{"a.3.b", {2, 3}}, {"c", {4}}}), "/nowhere/f");
    ASSERT_TRUE(w);
    EXPECT_FALSE(w->llm);
    EXPECT_EQ(w->parameters, 10);
    EXPECT_EQ(w->weight_layers[0].name, "a.3");
    EXPECT_EQ(w->weight_layers[1].name, "outside layers");
    EXPECT_NE(w->warnings[0].find("Weights only: 2 tensors, 10 parameters."), std::string::npos);
}

TEST(Safetensors, ExpertsAreCountedAndTheirUseIsGuessed) {
    std::vector<StoredTensor> all;
    const auto add = [&](std::string name, std::vector<std::int64_t> shape) {
        all.push_back({.name = std::move(name), .shape = std::move(shape)});
    };
    add("model.embed_tokens.weight", {10, 64});
    for (const auto* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
        add(fmt::format("model.layers.0.self_attn.{}.weight", name), {64, 64});
    for (int expert = 0; expert < 8; ++expert) {
        add(fmt::format("model.layers.0.block_sparse_moe.experts.{}.w1.weight", expert), {32, 64});
        add(fmt::format("model.layers.0.block_sparse_moe.experts.{}.w3.weight", expert), {32, 64});
        add(fmt::format("model.layers.0.block_sparse_moe.experts.{}.w2.weight", expert), {64, 32});
    }
    const auto llm = llm_from_names(all);
    ASSERT_TRUE(llm);
    EXPECT_EQ(llm->config.experts, 8);
    EXPECT_EQ(llm->config.expert_ffn, 32);
    EXPECT_EQ(llm->config.experts_per_token, 2);
    EXPECT_TRUE(llm->config.tied_embeddings);
}

TEST(Safetensors, LayersThatDifferAreNotRecognised) {
    const auto file = read_safetensors_header(llama(), "f");
    auto all = *file;
    all.back().shape = {128, 255};
    EXPECT_FALSE(llm_from_names(all));
}

TEST(Safetensors, AnIndexJoinsItsShards) {
    const Folder folder;
    folder.write("a.safetensors", tensors({{"x", {2}}}));
    folder.write("b.safetensors", tensors({{"y", {3}}}));
    const auto index = folder.write(
        "model.safetensors.index.json",
        R"({"metadata":{},"weight_map":{"x":"a.safetensors","y":"b.safetensors","z":"c.safetensors"}})");
    const auto w = read_workload(index);
    ASSERT_TRUE(w) << to_text(w.error());
    EXPECT_EQ(w->parameters, 5);
    EXPECT_EQ(w->warnings.back(), "1 of 3 shards are not there and are not counted, first c.safetensors.");
    const auto outside = folder.write("other.json", R"({"weight_map":{"x":"../a.safetensors"}})");
    EXPECT_EQ(read_workload(outside).error().code, ErrorCode::value);
    folder.write("c.safetensors", tensors({{"x", {2}}}));
    EXPECT_EQ(read_workload(index).error().message, "Two shards hold the same tensor.");
}

TEST(Safetensors, RefusesWhatLeavesTheFile) {
    EXPECT_EQ(refused(length_of(UINT64_MAX) + "{\"").code, ErrorCode::memory);
    EXPECT_EQ(refused(length_of(100) + "{\"").code, ErrorCode::file_cut);
    EXPECT_EQ(refused("\1\0").code, ErrorCode::file_cut);
    EXPECT_EQ(refused(stored("{\"a\":", 0)).code, ErrorCode::value);
    EXPECT_EQ(refused_tensor(R"({"dtype":"F32","shape":[8],"data_offsets":[0,32]})").code,
              ErrorCode::file_cut);
    EXPECT_EQ(refused_tensor(R"({"dtype":"F32","shape":[8],"data_offsets":[0,18446744073709551615]})").code,
              ErrorCode::file_cut);
    EXPECT_EQ(refused_tensor(R"({"dtype":"F32","shape":[4],"data_offsets":[8,4]})").where, "f:/t");
    EXPECT_EQ(refused_tensor(R"({"dtype":"F32","shape":[3],"data_offsets":[0,16]})").code, ErrorCode::value);
    EXPECT_EQ(refused_tensor(R"({"dtype":"F32","shape":[-4],"data_offsets":[0,16]})").code, ErrorCode::value);
    EXPECT_EQ(refused_tensor(R"({"shape":[4],"data_offsets":[0,16]})").code, ErrorCode::value);
    EXPECT_EQ(refused_tensor(R"({"dtype":"F32","shape":[4],"data_offsets":[0,16]},"t":1)").message,
              "A name is given twice.");
    EXPECT_EQ(
        refused_tensor(
            R"({"dtype":"F32","shape":[4],"data_offsets":[0,16]},"u":{"dtype":"F32","shape":[1],"data_offsets":[12,16]})")
            .where,
        "f:/u");
}
