// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf.hpp"
#include "core/io/formats.hpp"
#include "core/io/workload_info.hpp"
#include "shared_data.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

using namespace waferscope::core;

namespace {

template <class T>
std::string raw(T value) {
    std::string bytes(sizeof(T), '\0');
    std::memcpy(bytes.data(), &value, sizeof(T));
    return bytes;
}
std::string text(const std::string& value) {
    return raw<std::uint64_t>(value.size()) + value;
}
std::string pair(const std::string& key, std::uint32_t type, const std::string& value) {
    return text(key) + raw(type) + value;
}
std::string number(const std::string& key, std::uint32_t value) {
    return pair(key, 4, raw(value));
}
std::string tensor(const std::string& name, std::vector<std::uint64_t> dims, std::uint32_t type,
                   std::uint64_t offset) {
    auto bytes = text(name) + raw(static_cast<std::uint32_t>(dims.size()));
    for (const auto d : dims) bytes += raw(d);
    return bytes + raw(type) + raw(offset);
}

/// A whole file; pads to 32 bytes before the data.
std::string gguf(const std::vector<std::string>& pairs, const std::vector<std::string>& tensors,
                 std::size_t data, std::uint32_t version = 3) {
    auto bytes =
        "GGUF" + raw(version) + raw<std::uint64_t>(tensors.size()) + raw<std::uint64_t>(pairs.size());
    for (const auto& p : pairs) bytes += p;
    for (const auto& t : tensors) bytes += t;
    bytes.resize((bytes.size() + 31) / 32 * 32 + data);
    return bytes;
}

const std::vector<std::string> kLlama{
    pair("general.architecture", 8, text("llama")),
    number("llama.block_count", 2),
    number("llama.embedding_length", 256),
    number("llama.feed_forward_length", 512),
    number("llama.attention.head_count", 4),
    number("llama.attention.head_count_kv", 2),
    pair("tokenizer.ggml.tokens", 9,
         raw<std::uint32_t>(8) + raw<std::uint64_t>(3) + text("a") + text("b") + text("c"))};

Error refused(const std::string& bytes) {
    const auto read = read_gguf(bytes, "f");
    EXPECT_FALSE(read);
    return read ? Error{} : read.error();
}

}  // namespace

TEST(Gguf, DimensionsComeFromTheMetadata) {
    // 3 x 256 at Q4_K: 3 blocks of 144 bytes; 256 x 512 at Q8_0: 4,096 blocks of 34.
    const auto bytes = gguf(
        kLlama,
        {tensor("token_embd.weight", {256, 3}, 12, 0), tensor("blk.0.ffn_gate.weight", {256, 512}, 8, 448)},
        448 + 4096 * 34);
    const TemporaryFile file(bytes, ".gguf");
    const auto w = read_workload(file.path());
    ASSERT_TRUE(w) << to_text(w.error());
    EXPECT_EQ(w->format, "gguf");
    ASSERT_TRUE(w->llm);
    EXPECT_EQ(w->llm->layers, 2);
    EXPECT_EQ(w->llm->hidden, 256);
    EXPECT_EQ(w->llm->ffn, 512);
    EXPECT_EQ(w->llm->heads, 4);
    EXPECT_EQ(w->llm->kv_heads, 2);
    EXPECT_EQ(w->llm->head_dim, 64);
    EXPECT_EQ(w->llm->vocab, 3);
    EXPECT_TRUE(w->llm->gated_ffn);
    EXPECT_TRUE(w->llm->tied_embeddings);
    EXPECT_EQ(w->parameters, 3 * 256 + 256 * 512);
    EXPECT_EQ(w->weight_bytes, 3 * 144 + 4096 * 34);
    EXPECT_FALSE(w->operators.empty());
    const auto info = nlohmann::json::parse(workload_info_json(*w));
    EXPECT_EQ(info["weights_by_type"][0]["type"], "Q4_K");
    EXPECT_EQ(info["weights_by_type"][1]["weight_bytes"], 4096 * 34);
    EXPECT_EQ(info["weights_by_layer"][1]["layer"], "blk.0");
}

TEST(Gguf, AllMetadataTypesAreRead) {
    auto pairs = kLlama;
    const std::vector<std::string> values{raw<std::uint8_t>(1),
                                          raw<std::int8_t>(-1),
                                          raw<std::uint16_t>(1),
                                          raw<std::int16_t>(-1),
                                          raw<std::uint32_t>(1),
                                          raw<std::int32_t>(-1),
                                          raw(1.0F),
                                          raw<std::uint8_t>(1),
                                          text("x"),
                                          raw<std::uint32_t>(9) + raw<std::uint64_t>(1) +
                                              raw<std::uint32_t>(5) + raw<std::uint64_t>(2) +
                                              raw<std::int32_t>(1) + raw<std::int32_t>(2),
                                          raw<std::uint64_t>(1),
                                          raw<std::int64_t>(-1),
                                          raw(1.0)};
    for (std::uint32_t type = 0; type < values.size(); ++type)
        pairs.push_back(pair("k" + std::to_string(type), type, values[type]));
    for (const std::uint32_t version : {2U, 3U})
        EXPECT_TRUE(read_gguf(gguf(pairs, {}, 0, version), "f")) << version;
    const auto bad = refused(gguf({pair("k", 13, "")}, {}, 64));
    EXPECT_NE(bad.message.find("type 13"), std::string::npos);
}

TEST(Gguf, SizesThatDifferByLayerAreSaid) {
    auto pairs = kLlama;
    pairs[3] = pair(
        "llama.feed_forward_length", 9,
        raw<std::uint32_t>(4) + raw<std::uint64_t>(2) + raw<std::uint32_t>(256) + raw<std::uint32_t>(512));
    const auto w = read_gguf(gguf(pairs, {}, 0), "f");
    ASSERT_TRUE(w);
    EXPECT_EQ(w->llm->ffn, 512);
    EXPECT_NE(w->warnings.back().find("differs between layers"), std::string::npos);
}

TEST(Gguf, MixtureFilesSayHowManyExpertsAreUsed) {
    auto pairs = kLlama;
    pairs.push_back(number("llama.expert_count", 8));
    pairs.push_back(number("llama.expert_used_count", 2));
    const auto w = read_gguf(gguf(pairs, {}, 0), "f");
    ASSERT_TRUE(w && w->llm);
    EXPECT_EQ(w->llm->experts, 8);
    EXPECT_EQ(w->llm->experts_per_token, 2);
}

TEST(Gguf, WithoutDimensionsItIsWeightsOnly) {
    const auto w =
        read_gguf(gguf({pair("general.architecture", 8, text("clip"))}, {tensor("a", {32}, 2, 0)}, 18), "f");
    ASSERT_TRUE(w);
    EXPECT_FALSE(w->llm);
    EXPECT_EQ(w->weight_bytes, 18);
    EXPECT_NE(w->warnings[0].find("Weights only: 1 tensors, 32 parameters."), std::string::npos);
}

TEST(Gguf, RefusesWhatLeavesTheFile) {
    const auto good = gguf(kLlama, {tensor("a", {32}, 2, 0)}, 18);
    EXPECT_EQ(refused(good.substr(0, good.size() - 1)).code, ErrorCode::file_cut);
    for (std::size_t size = 4; size < good.size() - 18; size += 7)
        EXPECT_EQ(refused(good.substr(0, size)).code, ErrorCode::file_cut) << size;
    auto many = good;
    many.replace(8, 8, raw(UINT64_MAX));
    EXPECT_EQ(refused(many).code, ErrorCode::file_cut);
    EXPECT_EQ(refused("GGUF" + raw<std::uint32_t>(1) + std::string(64, '\0')).code, ErrorCode::format);
    EXPECT_EQ(refused("GGUF" + raw(__builtin_bswap32(3)) + std::string(64, '\0')).message,
              "This GGUF file is big endian.");
    EXPECT_EQ(refused(gguf({}, {tensor("a", {32}, 77, 0)}, 18)).code, ErrorCode::value);
    EXPECT_EQ(refused(gguf({}, {tensor("a", {33}, 2, 0)}, 36)).code, ErrorCode::value);
    EXPECT_EQ(refused(gguf({}, {tensor("a", {1ULL << 40U, 1ULL << 40U}, 0, 0)}, 18)).code, ErrorCode::range);
    EXPECT_EQ(refused(gguf({}, {tensor("a", {32}, 2, 0), tensor("b", {32}, 2, 8)}, 64)).code,
              ErrorCode::value);
    EXPECT_EQ(refused(gguf({}, {tensor("a", {32}, 2, 0), tensor("a", {32}, 2, 32)}, 64)).code,
              ErrorCode::key);
    EXPECT_EQ(refused(gguf({}, {tensor("a", {32}, 2, UINT64_MAX - 8)}, 64)).code, ErrorCode::file_cut);
    EXPECT_EQ(refused(gguf({pair("k", 9, raw<std::uint32_t>(8) + raw(UINT64_MAX))}, {}, 64)).code,
              ErrorCode::file_cut);
    EXPECT_EQ(refused(gguf({number("general.alignment", 3)}, {}, 64)).code, ErrorCode::range);
}
