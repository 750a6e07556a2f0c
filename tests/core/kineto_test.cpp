// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kineto_reader.hpp"

#include "core/io/decimal_time.hpp"
#include "core/io/trace_files.hpp"
#include "core/model/measured_run.hpp"
#include "fuzz_seed.hpp"
#include "shared_data.hpp"

#include <fmt/format.h>
#include <random>

using namespace waferscope::core;

namespace {

Result<RankTrace> read(std::string_view text) {
    keep_seed("kineto", text);
    auto stream = TextStream::over(text, "trace.json");
    return read_kineto(stream);
}

std::string kernel(std::string_view name, int start, int duration, int stream = 7) {
    return fmt::format(R"({{"ph":"X","cat":"kernel","name":"{}","pid":0,"tid":{},"ts":{},"dur":{}}})", name,
                       stream, start, duration);
}

std::string trace(std::string_view events, std::string_view more = "") {
    return fmt::format(R"({{"schemaVersion":1{},"traceEvents":[{}],"traceName":"t"}})", more, events);
}

TraceTotals totals(const std::string& file) {
    const auto ranks = read_traces(shared_data("traces/kineto/" + file));
    EXPECT_TRUE(ranks) << file;
    return ranks ? trace_totals(*ranks) : TraceTotals{};
}

}  // namespace

TEST(DecimalTime, IsExactWhereADoubleIsNot) {
    EXPECT_EQ(microseconds_to_ns("1712195495505583.125"), 1712195495505583125);
    EXPECT_EQ(microseconds_to_ns("7"), 7000);
    EXPECT_EQ(microseconds_to_ns("0.0006"), 0);
    EXPECT_EQ(microseconds_to_ns("-1.5"), -1500);
    EXPECT_EQ(microseconds_to_ns("1e3"), 1000000);
    for (const char* bad :
         {"", "-", "x", "1x", "1e400", "99999999999999999999", "1e30", "9223372036854775807", "nan"})
        EXPECT_FALSE(microseconds_to_ns(bad)) << bad;
}

TEST(Kineto, SumsKernelsAndTheirUnion) {
    // [0, 10) and [5, 20) overlap on two streams; NCCL runs [30, 35).
    const auto read_trace = read(trace(kernel("gemm", 0, 10) + "," + kernel("gemm", 5, 15, 20) + ",\n" +
                                       kernel("ncclKernel_AllReduce", 30, 5)));
    ASSERT_TRUE(read_trace);
    const auto sums = trace_totals({*read_trace});
    EXPECT_EQ(sums.events, 3);
    EXPECT_EQ(sums.span_ns, 35000);
    EXPECT_EQ(sums.kernel_busy_ns, 30000);
    EXPECT_EQ(sums.kernel_union_ns, 25000);
    EXPECT_EQ(sums.collective_kernels, 1);
    EXPECT_EQ(sums.collective_busy_ns, 5000);
}

TEST(Kineto, TakesRankAndDeviceFromBothSidesOfTheEvents) {
    const auto text = R"({"deviceProperties":[{"name":"A100"}],"traceEvents":[)" + kernel("k", 0, 1) +
                      R"(],"distributedInfo":{"rank":3,"world_size":8}})";
    const auto rank = read(text);
    ASSERT_TRUE(rank);
    EXPECT_EQ(rank->rank, 3);
    EXPECT_EQ(rank->world, 8);
    EXPECT_EQ(rank->device, "A100");
    EXPECT_TRUE(rank->warnings.empty());
}

TEST(Kineto, ReadsBareArraysMetadataAndBeginEndPairs) {
    const auto rank = read(R"([{"name":"process_labels","ph":"M","pid":0,"tid":0,"args":{"labels":"GPU 0"}},
        {"name":"thread_name","ph":"M","pid":0,"tid":"7","args":{"name":"stream \"7\""}},
        {"ph":"B","name":"outer","pid":0,"tid":"7","ts":1},{"ph":"B","name":"inner","pid":0,"tid":"7","ts":2},
        {"ph":"E","pid":0,"tid":"7","ts":3.5},{"ph":"E","pid":0,"tid":"7","ts":9}, {"ph":"E","pid":0,"tid":"7","ts":9}])");
    ASSERT_TRUE(rank);
    ASSERT_EQ(rank->lanes.size(), 1U);
    EXPECT_EQ(rank->lanes[0].process, "GPU 0");
    EXPECT_EQ(rank->lanes[0].thread, "stream \"7\"");
    ASSERT_EQ(rank->lanes[0].events.size(), 2U);
    EXPECT_EQ(rank->lanes[0].events[0].dur_ns, 8000);
    EXPECT_EQ(rank->lanes[0].events[1].dur_ns, 1500);
    EXPECT_EQ(rank->warnings.size(), 1U);
}

TEST(Kineto, ToleratesControlCharactersAndForeignLetters) {
    const auto rank = read(trace(kernel("a\x01\tb", 0, 1) + "," + kernel("caf\xE9", 1, 1)));
    ASSERT_TRUE(rank) << rank.error().message;
    EXPECT_EQ(rank->names, (std::vector<std::string>{"a  b", "caf "}));
}

TEST(Kineto, OpensACutFileAsFarAsItGoes) {
    const auto whole = trace(kernel("a", 0, 1) + "," + kernel("b", 1, 1));
    for (const auto& text :
         {whole.substr(0, whole.find("\"b\"") + 2), whole.substr(0, whole.rfind("}]") + 1)}) {
        const auto rank = read(text);
        ASSERT_TRUE(rank) << rank.error().message;
        ASSERT_EQ(rank->warnings.size(), 1U);
        EXPECT_NE(rank->warnings[0].find("ends in the middle of event"), std::string::npos);
    }
    EXPECT_EQ(read(R"({"traceEvents":[{"ph":"X")").error().code, ErrorCode::file_cut);
}

TEST(Kineto, RefusesDamageWithItsByte) {
    const auto text = trace(kernel("a", 0, 1) + R"(,{"ph" 7},)" + kernel("b", 0, 1));
    const auto damaged = read(text);
    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code, ErrorCode::format);
    EXPECT_TRUE(damaged.error().where.starts_with("trace.json:byte ")) << damaged.error().where;
    EXPECT_NE(damaged.error().message.find("Event 2"), std::string::npos) << damaged.error().message;
    EXPECT_FALSE(read(trace("1,2,3")));
    EXPECT_FALSE(read(trace("")));
    EXPECT_FALSE(read("{}"));
    EXPECT_FALSE(read(""));
    const auto deep =
        read(trace(R"({"ph":"X","args":)" + std::string(2000, '[') + std::string(2000, ']') + "}"));
    EXPECT_NE(deep.error().message.find("nested"), std::string::npos) << deep.error().message;
}

TEST(Kineto, CountsEventsWithoutAReadableTime) {
    const auto rank =
        read(trace(R"({"ph":"X","name":"a","ts":"soon","dur":1},{"ph":"X","name":"b","ts":1,"dur":-1},)" +
                   kernel("k", 4, 2)));
    ASSERT_TRUE(rank);
    EXPECT_EQ(rank->events, 3);
    EXPECT_EQ(rank->begin_ns, 4000);
    EXPECT_NE(rank->warnings.at(0).find("2 events"), std::string::npos);
}

TEST(Kineto, SurvivesAnyChangedByte) {
    const auto text =
        trace(kernel("a", 0, 1) + R"(,{"ph":"M","name":"thread_name","pid":0,"tid":7,"args":{"name":"x"}},)" +
                  kernel("b\\u00e9\\n", 1, 1),
              R"(,"distributedInfo":{"rank":1})");
    std::mt19937 random(11);
    for (int round = 0; round < 5000; ++round) {
        auto damaged = text;
        for (int change = 0; change < 1 + round % 3; ++change)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        if (auto rank = read(damaged)) (void)measured_run({std::move(*rank)});
    }
}

TEST(MeasuredRun, ShowsTheMedianStepAndSetsTheOthersAside) {
    std::string events;
    for (const auto& [number, start, length] :
         {std::array{1, 0, 500}, {2, 500, 100}, {3, 600, 120}, {4, 720, 110}, {5, 830, 300}})
        events +=
            fmt::format(
                R"({{"ph":"X","cat":"user_annotation","name":"ProfilerStep#{}","pid":1,"tid":1,"ts":{},"dur":{}}},)",
                number, start, length) +
            kernel("gemm", start + 10, 50) + ",";
    events.pop_back();
    auto rank = read(trace(events));
    ASSERT_TRUE(rank);
    EXPECT_EQ(rank->steps.size(), 5U);
    const auto run = measured_run({*rank});
    EXPECT_EQ(run.evidence.kind, "measured");
    EXPECT_NEAR(run.summary.step_time_s, 110e-6, 1e-12);  // steps 2, 3, 4 take 100, 120, 110 us
    EXPECT_NEAR(*run.summary.compute_s, 50e-6, 1e-12);
    EXPECT_NE(run.assumptions.at(0).find("ProfilerStep#4"), std::string::npos);
    ASSERT_EQ(run.timeline.lanes.size(), 2U);
    EXPECT_EQ(run.timeline.lanes[0].slices.at(0).kind, SliceKind::gemm);
}

TEST(MeasuredRun, GivesNestedEventsLanesOfTheirOwn) {
    auto rank =
        read(trace(kernel("outer", 0, 100) + "," + kernel("inner", 10, 20) + "," + kernel("inner", 40, 20)));
    const auto run = measured_run({*rank});
    ASSERT_EQ(run.timeline.lanes.size(), 2U);
    EXPECT_EQ(run.timeline.lanes[0].slices.size(), 1U);
    EXPECT_EQ(run.timeline.lanes[1].slices.size(), 2U);
    EXPECT_DOUBLE_EQ(run.timeline.end_s(), run.summary.step_time_s);
}

TEST(MeasuredRun, LaysRanksOverEachOtherAtTheirCollectives) {
    const auto rank_at = [](int number, int clock) {
        std::string events;
        for (const int start : {100, 200, 300})
            events += kernel("ncclKernel_AllReduce", start + clock, 10) + ",";
        auto one = *read(trace(events + kernel("gemm", clock, 50)));
        one.rank = number;
        return one;
    };
    const std::vector ranks{rank_at(0, 0), rank_at(1, 5000)};
    EXPECT_EQ(rank_offsets_ns(ranks).at(1), -5000000);
    EXPECT_NEAR(measured_run(ranks).summary.step_time_s, 310e-6, 1e-12);
    auto lonely = *read(trace(kernel("gemm", 0, 1)));
    EXPECT_FALSE(rank_offsets_ns({ranks[0], lonely}).at(1));
}

TEST(TraceFiles, FindRanksInNames) {
    EXPECT_EQ(rank_in_name("rank-3.json.gz"), 3);
    EXPECT_EQ(rank_in_name("trace_rank12.Apr_03.json"), 12);
    EXPECT_EQ(rank_in_name("all_reduce.7.et"), 7);
    EXPECT_EQ(rank_in_name("trace.json"), -1);
    EXPECT_EQ(rank_in_name("frank.json"), -1);
}

TEST(TraceFiles, AFolderOfRanksIsOneRun) {
    REQUIRE_SHARED_DATA();
    const auto folder = std::filesystem::temp_directory_path() / "waferscope_ranks";
    std::filesystem::create_directories(folder);
    const auto source = file_bytes(shared_data("traces/kineto/sampled_rank-0.json.gz"));
    for (const auto* name : {"rank-0.json.gz", "rank-1.json.gz"})
        std::ofstream(folder / name, std::ios::binary) << source;
    EXPECT_TRUE(is_trace(folder));
    const auto ranks = read_traces(folder);
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(ranks) << ranks.error().message;
    const auto sums = trace_totals(*ranks);
    EXPECT_EQ(sums.ranks, 2);
    EXPECT_EQ(sums.kernels, 2 * 1154);
    EXPECT_EQ(rank_offsets_ns(*ranks).at(1), 0);
}

TEST(TraceFiles, AgreeWithTheTruthOfRealTraces) {
    REQUIRE_SHARED_DATA();
    const auto a100 = totals("control.json.gz");
    EXPECT_EQ(a100.events, 109123);
    EXPECT_EQ(a100.kernels, 8568);
    EXPECT_EQ(a100.kernel_busy_ns, 446'813'000);
    EXPECT_EQ(a100.kernel_union_ns, 369'257'000);
    EXPECT_EQ(a100.span_ns, 465'275'000);
    EXPECT_EQ(a100.collective_kernels, 60);
    EXPECT_EQ(a100.collective_busy_ns, 163'535'000);
    EXPECT_EQ(a100.steps, 6);
    const auto sampled = totals("sampled_rank-0.json.gz");
    EXPECT_EQ(sampled.kernels, 1154);
    EXPECT_EQ(sampled.kernel_busy_ns, 606'519'000);
    EXPECT_EQ(sampled.kernel_union_ns, 547'303'000);
    EXPECT_EQ(sampled.span_ns, 1'230'289'000);
    EXPECT_EQ(sampled.collective_busy_ns, 396'199'000);
    EXPECT_EQ(totals("mi250_minitoy_train_ROCm6_2_kineto.json.gz").kernels, 14);
    EXPECT_EQ(totals("rank-0.Apr_03_18_51_38.1102.pt.trace.json.gz").steps, 5);
    EXPECT_EQ(totals("benchmark_simple_add_trace.json.gz").kernels, 4);
}
