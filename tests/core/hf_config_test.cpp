// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hf_config.hpp"

#include "shared_data.hpp"

#include <nlohmann/json.hpp>

using namespace waferscope::core;

namespace {

constexpr std::string_view kSmall =
    R"({"model_type":"llama","num_hidden_layers":2,"hidden_size":8,"num_attention_heads":2,"intermediate_size":16,"vocab_size":10})";

void expect_refused(std::string_view text, ErrorCode code, const std::string& where) {
    const auto read = read_hf_config(text, "c.json");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, code);
    EXPECT_EQ(read.error().where, where);
}

}  // namespace

TEST(HfConfig, CountsEveryPublishedModelExactly) {
    REQUIRE_SHARED_DATA();
    const auto expected = nlohmann::json::parse(file_bytes(shared_data("hf/expected.json")))["models"];
    ASSERT_EQ(expected.size(), 11U);
    for (const auto& [name, figures] : expected.items()) {
        const auto read = read_hf_config(file_bytes(shared_data("hf/" + name + "/config.json")), name);
        ASSERT_TRUE(read) << to_text(read.error());
        const auto& computed = figures["computed"];
        EXPECT_EQ(total_parameters(*read), computed["total_params"].get<double>()) << name;
        EXPECT_EQ(kv_bytes_per_token(*read, 2), computed["kv_bytes_per_token_16bit"].get<double>()) << name;
        if (!computed["active_params"].is_null()) {
            EXPECT_EQ(active_parameters(*read), computed["active_params"].get<double>()) << name;
        }
    }
}

TEST(HfConfig, TheGraphHoldsTheParametersOfEveryPublishedModel) {
    REQUIRE_SHARED_DATA();
    for (const auto& folder : std::filesystem::directory_iterator(shared_data("hf"))) {
        if (!folder.is_directory()) continue;
        const auto read = read_hf_workload(file_bytes(folder.path() / "config.json"), folder.path().string());
        ASSERT_TRUE(read) << to_text(read.error());
        double sum = 0;
        for (std::uint32_t i = 0; i < read->operators.size(); ++i)
            sum += read->operators[i].parameters * static_cast<double>(repetitions(*read, i));
        EXPECT_EQ(sum, total_parameters(*read->llm)) << folder.path();
    }
}

TEST(HfConfig, DefaultsHeadSizeAndKeyHeads) {
    const auto read = read_hf_config(kSmall, "c.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->head_dim, 4);
    EXPECT_EQ(read->kv_heads, 2);
    EXPECT_TRUE(read->gated_ffn);
    EXPECT_FALSE(read->tied_embeddings);
}

TEST(HfConfig, ReadsTheLanguagePartOfAMultimodalModel) {
    const auto read =
        read_hf_config(R"({"model_type":"gemma3","text_config":)" + std::string(kSmall) + "}", "c.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->layers, 2);
}

TEST(HfConfig, ReadsWindowsFromTheListOfLayerTypes) {
    auto text = std::string(kSmall);
    text.insert(
        text.size() - 1,
        R"(,"sliding_window":16,"layer_types":["sliding_attention","sliding_attention","full_attention"])");
    const auto read = read_hf_config(text, "c.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->sliding_window, 16);
    EXPECT_EQ(read->sliding_window_pattern, 3);
}

TEST(HfConfig, NamesTheMissingKey) {
    expect_refused(R"({"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":1})", ErrorCode::value,
                   "c.json:/vocab_size");
    expect_refused(R"({"text_config":{"hidden_size":8}})", ErrorCode::value,
                   "c.json:/text_config/num_hidden_layers");
}

TEST(HfConfig, NamesAValueOutsideItsRange) {
    expect_refused(R"({"hidden_size":-8,"num_hidden_layers":1})", ErrorCode::range, "c.json:/hidden_size");
    expect_refused(R"({"hidden_size":"x","num_hidden_layers":1})", ErrorCode::range, "c.json:/hidden_size");
    expect_refused(R"({"hidden_size":8,"num_hidden_layers":1e9})", ErrorCode::range,
                   "c.json:/num_hidden_layers");
}

TEST(HfConfig, RefusesWhatIsNotAnObject) {
    expect_refused("[1,2]", ErrorCode::format, "c.json:/");
    expect_refused(R"({"hidden_size":8)", ErrorCode::file_cut, "c.json:1");
}

// Found by the fuzzer: the parser of numbers throws something else than the parser of JSON.
TEST(HfConfig, RefusesNumbersBeyondAnyRange) {
    const auto read = read_hf_config(R"({"hidden_size":1e999,"num_hidden_layers":2})", "c.json");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::range);
    EXPECT_EQ(read.error().where, "c.json");
}
