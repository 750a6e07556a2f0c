// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/symbols.hpp"

#include "core/io/bound_workload.hpp"
#include "core/io/formats.hpp"
#include "shared_data.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {

Workload with_symbols(std::map<std::string, std::int64_t> symbols) {
    Workload workload;
    workload.source = "model.onnx";
    workload.symbols = std::move(symbols);
    return workload;
}

const Symbol& named(const std::vector<Symbol>& symbols, std::string_view name) {
    for (const auto& symbol : symbols)
        if (symbol.name == name) return symbol;
    throw std::out_of_range(std::string(name));
}

}  // namespace

TEST(Symbols, NamesTellWhatTheyCount) {
    EXPECT_EQ(symbol_meaning("batch_size", false), SymbolMeaning::batch);
    EXPECT_EQ(symbol_meaning("N", false), SymbolMeaning::batch);
    EXPECT_EQ(symbol_meaning("sequence_length", false), SymbolMeaning::sequence);
    EXPECT_EQ(symbol_meaning("past_sequence_length", false), SymbolMeaning::past);
    EXPECT_EQ(symbol_meaning("Height", false), SymbolMeaning::height);
    EXPECT_EQ(symbol_meaning("x[0]", false), SymbolMeaning::batch);
    EXPECT_EQ(symbol_meaning("x[2]", false), SymbolMeaning::unknown);
    EXPECT_EQ(symbol_meaning("foo", true), SymbolMeaning::batch);
}

TEST(Symbols, GivenSizesWinOverTheFilesAndTheRestIsAssumed) {
    const auto symbols =
        symbols_of(with_symbols({{"batch", -1}, {"seq", -1}, {"heads", 12}}), {{"seq", 384}}, 0);
    ASSERT_TRUE(symbols);
    EXPECT_EQ(named(*symbols, "batch").value, 1);
    EXPECT_TRUE(named(*symbols, "batch").assumed);
    EXPECT_EQ(named(*symbols, "seq").value, 384);
    EXPECT_FALSE(named(*symbols, "seq").assumed);
    EXPECT_EQ(named(*symbols, "heads").value, 12);
    EXPECT_FALSE(named(*symbols, "heads").assumed);
    EXPECT_EQ(sizes_of(*symbols),
              (std::map<std::string, std::int64_t>{{"batch", 1}, {"heads", 12}, {"seq", 384}}));
}

TEST(Symbols, ScenarioLengthIsTheStartingValueOfTokens) {
    EXPECT_EQ(symbols_of(with_symbols({{"batch", -1}, {"seq", -1}}), {}, 2048)->back().value, 2048);
    EXPECT_EQ(symbols_of(with_symbols({{"batch", -1}, {"seq", -1}}), {}, 0)->back().value, 128);
}

TEST(Symbols, AnUnknownNameIsRefusedWithTheKnownOnes) {
    const auto symbols = symbols_of(with_symbols({{"batch", -1}}), {{"bach", 2}}, 0);
    ASSERT_FALSE(symbols);
    EXPECT_EQ(symbols.error().code, ErrorCode::key);
    EXPECT_EQ(symbols.error().where, "model.onnx");
    EXPECT_EQ(symbols.error().hint, "its symbols are batch");
}

TEST(Symbols, SizesOutOfRangeSayWhy) {
    for (const auto* text :
         {"0", "-3", "1000000001", "99999999999999999999999", "-99999999999999999999999"}) {
        const auto size = parse_size("batch", text);
        ASSERT_FALSE(size) << text;
        EXPECT_EQ(size.error().code, ErrorCode::range) << text;
        EXPECT_NE(size.error().message.find("1 to 1000000000"), std::string::npos);
        EXPECT_EQ(size.error().where, "batch");
        EXPECT_FALSE(size.error().hint.empty());
    }
    for (const auto* text : {"", "  ", "8x", "1.5", "eight"})
        EXPECT_EQ(parse_size("batch", text).error().code, ErrorCode::value) << text;
    EXPECT_EQ(parse_size("batch", " 8 "), 8);
    EXPECT_EQ(parse_size("batch", "1000000000"), kMostSize);
}

TEST(Symbols, BindingOfTheCommandLine) {
    const auto binding = parse_binding("seq=384");
    ASSERT_TRUE(binding);
    EXPECT_EQ(binding->first, "seq");
    EXPECT_EQ(binding->second, 384);
    EXPECT_FALSE(parse_binding("seq"));
    EXPECT_FALSE(parse_binding("=3"));
    EXPECT_FALSE(parse_binding("seq=0"));
}

TEST(BoundWorkload, FormAndCommandLineGiveTheSameTotals) {
    REQUIRE_SHARED_DATA();
    const auto path = shared_data("onnx/transformer/TFBertForQuestionAnswering_tiny24L_keras2onnx.onnx");
    const auto open = read_workload(path);
    ASSERT_TRUE(open) << to_text(open.error());
    ASSERT_FALSE(open->symbols.empty());
    std::map<std::string, std::int64_t> sizes;
    for (const auto& [name, value] : open->symbols) sizes[name] = 3;
    const auto bound = read_bound_workload(path, sizes, 0);
    ASSERT_TRUE(bound) << to_text(bound.error());
    EXPECT_EQ(total_macs(bound->workload), total_macs(*read_workload(path, sizes)));
    for (const auto& symbol : bound->symbols) EXPECT_FALSE(symbol.place.empty()) << symbol.name;
}
