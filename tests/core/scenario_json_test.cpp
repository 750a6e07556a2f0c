// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scenario_json.hpp"

#include "core/io/machine_json.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {

std::string scenario(const std::string& rest) {
    return R"({"format":"waferscope.scenario","version":1,"workload":{"gemm":{"m":8,"n":8,"k":8}},"phase":"inference","machine":"h100_sxm")" + rest + "}";
}

Error refused(const std::string& rest) {
    const auto parsed = parse_scenario(scenario(rest), "s.json");
    return parsed ? Error{} : parsed.error();
}

}  // namespace

TEST(ScenarioJson, WrittenScenarioReadsBackTheSame) {
    const auto first = parse_scenario(scenario(R"(,"chips":8,"parallel":{"tp":4,"dp":2},"wafer":{"region":[420,400]})"), "s.json");
    ASSERT_TRUE(first) << to_text(first.error());
    const auto again = parse_scenario(scenario_json(*first), "s.json");
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(scenario_json(*again), scenario_json(*first));
    EXPECT_EQ((*again->wafer.region)[1], 400);
}

TEST(ScenarioJson, UnknownKeyIsNamedWithTheNearest) {
    const auto error = refused(R"(,"parallel":{"tpp":8})");
    EXPECT_EQ(error.code, ErrorCode::key);
    EXPECT_EQ(error.where, "s.json:/parallel/tpp");
    EXPECT_NE(error.hint.find("\"tp\""), std::string::npos);
}

TEST(ScenarioJson, NumbersOutsideTheirRangeAreRefused) {
    EXPECT_EQ(refused(R"(,"chips":0)").code, ErrorCode::range);
    EXPECT_EQ(refused(R"(,"chips":1.5)").code, ErrorCode::range);
    EXPECT_EQ(refused(R"(,"chips":"8")").where, "s.json:/chips");
    EXPECT_EQ(refused(R"(,"wafer":{"region":[1]})").where, "s.json:/wafer/region");
}

TEST(ScenarioJson, SyntaxErrorsNameTheLine) {
    const auto parsed = parse_scenario("{\n\"format\" 1}", "s.json");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().where, "s.json:2");
    EXPECT_EQ(parse_scenario("{\"format\":", "s.json").error().code, ErrorCode::file_cut);
}

TEST(MachineJson, EveryBundledFigureHasASourceAndReadsBack) {
    const auto library = MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    ASSERT_TRUE(library) << to_text(library.error());
    EXPECT_GE(library->all().size(), 29U);
    for (const auto& machine : library->all()) {
        for (const auto& [key, figure] : machine->figures) EXPECT_FALSE(figure.source.empty()) << machine->id << key;
        const auto again = parse_machine(machine_json(*machine), machine->id);
        ASSERT_TRUE(again) << to_text(again.error());
        EXPECT_EQ(machine_json(*again), machine_json(*machine));
    }
    EXPECT_EQ(library->find("h100sxm").error().hint, "did you mean \"h100_sxm\"?");
}

// Software grid x FMA x clock: 753,972 x 8 x 1.1 GHz = 6.63 PF.
TEST(MachineJson, WaferPeakIsGridTimesFmaTimesClock) {
    const auto library = MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    ASSERT_TRUE(library);
    const auto cs2 = *library->find("cerebras_cs2");
    EXPECT_NEAR(*peak_flops_per_s(*cs2, Precision::fp16), 6.63e15, 0.01e15);
    EXPECT_FALSE(peak_flops_per_s(*cs2, Precision::fp8));
}

TEST(MachineJson, OverridesChangeOneFigureOrSayWhy) {
    const auto library = MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    ASSERT_TRUE(library);
    const auto h100 = *library->find("h100_sxm");
    const auto changed = with_overrides(*h100, {{"/memory_bytes_per_s", 3e12}});
    ASSERT_TRUE(changed);
    EXPECT_EQ(changed->figure("memory_bytes_per_s"), 3e12);
    EXPECT_EQ(with_overrides(*h100, {{"/memroy", 1}}).error().code, ErrorCode::key);
    EXPECT_EQ(with_overrides(*h100, {{"/memory_bytes", 1}}).error().code, ErrorCode::range);
}

TEST(ScenarioJson, OptionsEconomicsAndLoadSurviveARoundTrip) {
    const auto first = parse_scenario(R"({"format":"waferscope.scenario","version":1,"name":"all","workload":{"llm":{"layers":2,"hidden":64,"heads":4,"kv_heads":4,"head_dim":16,"ffn":256,"vocab":100}},
        "phase":"serve","global_batch":"max","seq":8,"output_tokens":4,"machine":"cerebras_cs3","chips":1,
        "options":{"attention":"flash","overlap":false,"schedule":"zero_bubble","batching":"static","stack":"tuned","kv_precision":"fp8","finetune":"lora","lora_rank":8,"prefill_machine":"h100_sxm","prefill_chips":8},
        "wafer":{"defects":12},"economics":{"ownership":"owned","pue":1.4},"load":{"requests_per_s":3,"max_ttft_s":0.5}})", "s.json");
    ASSERT_TRUE(first) << to_text(first.error());
    const auto again = parse_scenario(scenario_json(*first), "s.json");
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(again->options.attention, Attention::flash);
    EXPECT_FALSE(again->options.overlap);
    EXPECT_EQ(again->options.schedule, Schedule::zero_bubble);
    EXPECT_EQ(again->options.batching, Batching::static_batch);
    EXPECT_EQ(again->options.stack, Stack::tuned);
    EXPECT_EQ(again->options.kv_precision, Precision::fp8);
    EXPECT_TRUE(again->options.lora);
    EXPECT_EQ(again->options.lora_rank, 8);
    EXPECT_EQ(again->options.prefill_machine, "h100_sxm");
    EXPECT_EQ(again->options.prefill_chips, 8);
    EXPECT_EQ(again->wafer.defects, 12);
    EXPECT_EQ(again->economics.ownership, "owned");
    EXPECT_EQ(again->economics.pue, 1.4);
    ASSERT_TRUE(again->load);
    EXPECT_EQ(again->load->requests_per_s, 3);
    EXPECT_EQ(again->load->max_ttft_s, 0.5);
}

// Found by the fuzzer.
TEST(MachineJson, RefusesPricesThatAreNoList) {
    const auto read = parse_machine(R"({"format":"waferscope.machine","version":1,"id":"a","name":"A","layers":["C"],"kind":"cluster","prices":false})", "m.json");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().where, "m.json:/prices");
}

TEST(ScenarioJson, SizesOfAFileAreKeptAndChecked) {
    const auto parse = [](const std::string& bind) {
        return parse_scenario(R"({"format":"waferscope.scenario","version":1,"workload":{"file":"m.onnx","bind":)" + bind + R"(},"phase":"inference","machine":"h100_sxm"})", "s.json");
    };
    const auto good = parse(R"({"batch":8,"seq":384})");
    ASSERT_TRUE(good) << to_text(good.error());
    const auto again = parse_scenario(scenario_json(*good), "s.json");
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(std::get<FileWorkload>(again->workload).bind, (std::map<std::string, std::int64_t>{{"batch", 8}, {"seq", 384}}));
    for (const auto* bad : {R"({"batch":0})", R"({"batch":-1})", R"({"batch":18446744073709551615})", R"({"batch":1000000001})"}) {
        EXPECT_EQ(parse(bad).error().code, ErrorCode::range) << bad;
        EXPECT_EQ(parse(bad).error().where, "s.json:/workload/bind/batch") << bad;
    }
    EXPECT_EQ(parse(R"({"batch":1.5})").error().code, ErrorCode::value);
    EXPECT_EQ(parse("[1]").error().where, "s.json:/workload/bind");
    EXPECT_FALSE(parse_scenario(R"({"format":"waferscope.scenario","version":1,"workload":{"gemm":{"m":8,"n":8,"k":8},"bind":{"a":1}},"phase":"inference","machine":"h100_sxm"})", "s.json"));
}
