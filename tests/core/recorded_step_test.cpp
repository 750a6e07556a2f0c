// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/recorded_step.hpp"

#include "core/io/kineto_reader.hpp"
#include "core/io/recorded_cost.hpp"
#include "core/io/recorded_prediction.hpp"
#include "core/io/text_stream.hpp"
#include "core/io/trace_files.hpp"
#include "core/model/trace_facts.hpp"
#include "shared_data.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {

/// Two steps; in each a product launches a GEMM and a call without sizes launches a fill. Times in
/// microseconds.
std::string small_trace() {
    const auto step = [](int number, int at) {
        const auto s = [&](int offset) { return std::to_string(at + offset); };
        const auto n = std::to_string(number);
        return R"({"ph":"X","cat":"user_annotation","name":"ProfilerStep#)" + n +
               R"(","pid":1,"tid":1,"ts":)" + s(0) + R"(,"dur":90},
{"ph":"X","cat":"cpu_op","name":"aten::mm","pid":1,"tid":1,"ts":)" +
               s(5) + R"(,"dur":20,"args":{"Input Dims":[[64,32],[32,16]],"Input type":["float","float"]}},
{"ph":"X","cat":"cuda_runtime","name":"cudaLaunchKernel","pid":1,"tid":1,"ts":)" +
               s(10) + R"(,"dur":5,"args":{"correlation":)" + n + R"(1}},
{"ph":"X","cat":"kernel","name":"ampere_sgemm_32x32","pid":0,"tid":7,"ts":)" +
               s(30) + R"(,"dur":12,"args":{"correlation":)" + n + R"(1}},
{"ph":"X","cat":"cpu_op","name":"aten::zero_","pid":1,"tid":1,"ts":)" +
               s(50) + R"(,"dur":20},
{"ph":"X","cat":"cuda_runtime","name":"cudaLaunchKernel","pid":1,"tid":1,"ts":)" +
               s(55) + R"(,"dur":5,"args":{"correlation":)" + n + R"(2}},
{"ph":"X","cat":"kernel","name":"vectorized_elementwise_kernel<FillFunctor>","pid":0,"tid":7,"ts":)" +
               s(95) + R"(,"dur":4,"args":{"correlation":)" + n + R"(2}})";
    };
    return R"({"deviceProperties":[{"name":"Tesla V100-SXM2-32GB","totalGlobalMem":34079637504,"numSms":80}],"distributedInfo":{"rank":0,"world_size":1},"traceEvents":[)" +
           step(1, 1000) + "," + step(2, 1100) + "]}";
}

RankTrace trace_of(const std::string& text) {
    auto stream = TextStream::over(text, "small.json");
    auto trace = read_kineto(stream, {});
    EXPECT_TRUE(trace) << to_text(trace.error());
    return *trace;
}

RankTrace real(const char* file) {
    return read_traces(shared_data(std::string("traces/kineto/") + file))->front();
}

}  // namespace

TEST(RecordedStep, KernelsBelongToTheOperatorAndStepThatLaunchedThem) {
    const auto step = recorded_step(trace_of(small_trace()));
    EXPECT_EQ(step.name, "ProfilerStep#1");
    EXPECT_EQ(step.kernels, 2);  // the fill ran after the mark ended
    ASSERT_EQ(step.workload.operators.size(), 1U);
    const auto& op = step.workload.operators.front();
    EXPECT_EQ(op.macs, 64 * 32 * 16);
    EXPECT_EQ(std::get<GemmDims>(op.dims), (GemmDims{.m = 64, .n = 16, .k = 32}));
    EXPECT_NEAR(step.measured_s.front(), 12e-6, 1e-12);
    EXPECT_NEAR(step.busy_s(), 16e-6, 1e-12);
    EXPECT_NEAR(step.linked_s(), 12e-6, 1e-12);
}

TEST(RecordedStep, ClassesOfTheRealTraceAddUpToItsKernels) {
    REQUIRE_SHARED_DATA();
    auto trace = real("control.json.gz");
    trace.steps.clear();  // the whole trace: the truth of data/README.md
    const auto step = recorded_step(trace);
    std::int64_t kernels = 0, collectives = 0;
    double collective_s = 0, kernel_s = 0;
    for (int k = 0; k < kWorkClasses; ++k) {
        const auto& sum = step.classes.at(static_cast<std::size_t>(k));
        kernels += sum.kernels;
        kernel_s += sum.busy_s;
        if (!is_collective(static_cast<WorkClass>(k))) continue;
        collectives += sum.kernels;
        collective_s += sum.busy_s;
        EXPECT_NEAR(sum.linked_s, sum.busy_s, 1e-9);  // every collective states its buffer
    }
    EXPECT_EQ(collectives, 60);
    EXPECT_NEAR(collective_s, 163.5e-3, 0.05e-3);
    EXPECT_EQ(kernels, step.kernels);
    EXPECT_EQ(kernels, 8568 + 654 + 228);  // copies and fills of the driver are no kernels
    EXPECT_GT(kernel_s, 446.8e-3);
    EXPECT_GT(step.linked_s(), 0.6 * step.busy_s());
}

TEST(RecordedStep, SampledTraceHasTenCollectives) {
    REQUIRE_SHARED_DATA();
    auto trace = real("sampled_rank-0.json.gz");
    trace.steps.clear();
    const auto step = recorded_step(trace);
    double collective_s = 0;
    std::int64_t collectives = 0;
    for (int k = 0; k < kWorkClasses; ++k)
        if (is_collective(static_cast<WorkClass>(k)))
            collective_s += step.classes.at(static_cast<std::size_t>(k)).busy_s,
                collectives += step.classes.at(static_cast<std::size_t>(k)).kernels;
    EXPECT_EQ(collectives, 10);
    EXPECT_NEAR(collective_s, 396.2e-3, 0.05e-3);
}

TEST(RecordedStep, WithoutSizesNothingIsInvented) {
    REQUIRE_SHARED_DATA();
    const auto step = recorded_step(real("rank-0.Apr_03_18_51_38.1102.pt.trace.json.gz"));
    EXPECT_GT(step.kernels, 0);
    EXPECT_TRUE(step.workload.operators.empty());
    EXPECT_EQ(step.linked_s(), 0);
}

TEST(RecordedCost, OperatorsWhoseWorkDoesNotFollowFromSizesAreLeftOut) {
    const auto cost = [](const char* name, const char* dims, const char* types) {
        return recorded_operator(name, {dims, types}, WorkClass::elementwise);
    };
    EXPECT_FALSE(cost("aten::index_select", "[[1000,64],[],[8]]", R"(["float","","long int"])"));
    EXPECT_FALSE(cost("fbgemm::split_embedding", "[[1000,64]]", R"(["float"])"));
    EXPECT_FALSE(cost("aten::mul", "[[],[]]", R"(["",""])"));
    EXPECT_FALSE(cost("aten::mm", "[[64,32],[33,16]]", R"(["float","float"])")->macs > 0);
    EXPECT_FALSE(cost("aten::mul", "not json", "[]"));
    EXPECT_FALSE(cost("aten::mul", "[[1000000000000,1000000000000]]", R"(["float"])"));  // no device holds it
    EXPECT_FALSE(cost("aten::mul", "[[-5,3]]", R"(["float"])"));
}

TEST(RecordedCost, BytesFollowSizesAndTypes) {
    const auto add =
        recorded_operator("aten::add", {"[[1000,10],[1000,10],[]]", R"(["c10::Half","c10::Half","Scalar"])"},
                          WorkClass::elementwise);
    ASSERT_TRUE(add);
    EXPECT_EQ(add->read_bytes, 2 * 20'000);
    EXPECT_EQ(add->write_bytes, 20'000);
    const auto sum =
        recorded_operator("nccl:all_reduce", {"[[1000]]", R"(["float"])"}, WorkClass::all_reduce);
    ASSERT_TRUE(sum);
    EXPECT_EQ(std::get<CommDims>(sum->dims), (CommDims{.kind = "all_reduce", .bytes = 4000}));
    const auto bmm =
        recorded_operator("aten::bmm", {"[[8,4,5],[8,5,6]]", R"(["float","float"])"}, WorkClass::gemm);
    ASSERT_TRUE(bmm);
    EXPECT_EQ(bmm->macs, 8 * 4 * 5 * 6);
}

TEST(TraceFacts, ReadInferredAndUnknownAreToldApart) {
    const auto facts =
        deduce_facts({trace_of(small_trace())}, {.kernels = 2, .with_shapes = 1, .operators = 1, .rows = 0});
    EXPECT_EQ(fact(facts, "machine").value, "v100_sxm3");
    EXPECT_EQ(fact(facts, "machine").from, Knowledge::read);
    EXPECT_EQ(fact(facts, "precision").value, "fp32");
    EXPECT_EQ(fact(facts, "precision").from, Knowledge::inferred);
    EXPECT_EQ(fact(facts, "ranks").from, Knowledge::read);
    EXPECT_EQ(fact_number(facts, "dp"), 1);
    EXPECT_EQ(fact(facts, "batch").from, Knowledge::unknown);
    EXPECT_TRUE(fact(facts, "seq").value.empty());
    for (const auto& f : facts) EXPECT_FALSE(f.why.empty()) << f.id;
}

TEST(TraceFacts, RealTraces) {
    REQUIRE_SHARED_DATA();
    const auto control = deduce_facts({real("control.json.gz")}, {});
    EXPECT_EQ(fact(control, "machine").from, Knowledge::inferred);  // an A100 of 40 GB
    EXPECT_EQ(fact(control, "precision").value, "tf32");
    EXPECT_EQ(fact_number(control, "ranks"), 8);
    EXPECT_EQ(fact_number(control, "dp"), 8);
    const auto sampled = deduce_facts({real("sampled_rank-0.json.gz")}, {});
    EXPECT_EQ(fact(sampled, "machine").from, Knowledge::unknown);
    EXPECT_EQ(fact_number(sampled, "ranks"), 128);
}

TEST(TraceFacts, GivenValuesAreChecked) {
    TraceFacts facts = deduce_facts({trace_of(small_trace())}, {});
    EXPECT_EQ(give_fact(facts, "colour", "red").error().code, ErrorCode::key);
    EXPECT_EQ(give_fact(facts, "precision", "fp12").error().code, ErrorCode::value);
    EXPECT_EQ(give_fact(facts, "ranks", "0").error().code, ErrorCode::range);
    EXPECT_EQ(give_fact(facts, "ranks", "99999999999").error().code, ErrorCode::range);
    EXPECT_TRUE(give_fact(facts, "ranks", "16"));
    EXPECT_EQ(fact(facts, "ranks").from, Knowledge::given);
    EXPECT_TRUE(give_fact(facts, "ranks", ""));
    EXPECT_EQ(fact(facts, "ranks").from, Knowledge::unknown);
}

TEST(Prediction, RatioAndUnmatchedShareFollowTheMatchedPart) {
    const auto step = recorded_step(trace_of(small_trace()));
    waferscope::core::Run run;
    run.workload = std::make_shared<const Workload>(step.workload);
    run.timeline.lanes.push_back({.slices = {{.start_s = 0, .end_s = 6e-6, .op = 0}}});
    const auto prediction = compare_step(step, run);
    EXPECT_NEAR(prediction.unmatched_share(), 4.0 / 16, 1e-9);
    ASSERT_EQ(prediction.classes.size(), 2U);
    EXPECT_EQ(prediction.classes.front().measured.kind, WorkClass::gemm);
    EXPECT_NEAR(*prediction.classes.front().ratio(), 0.5, 1e-9);
    EXPECT_FALSE(prediction.classes.back().ratio());
    ASSERT_EQ(prediction.operators.size(), 1U);
    EXPECT_EQ(prediction.operators.front().shape, "(64 x 32) (32 x 16)");
}
