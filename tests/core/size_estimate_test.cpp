// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/size_estimate.hpp"

#include "core/io/exec_files.hpp"
#include "core/io/formats.hpp"
#include "core/io/trace_files.hpp"
#include "core/io/trace_sample.hpp"
#include "shared_data.hpp"

#include <fmt/format.h>

using namespace waferscope::core;

namespace {

/// Both ways: neither more than 1.5 times the other.
void expect_near(double estimate, double truth, const std::string& what) {
    EXPECT_LE(estimate, 1.5 * truth) << what;
    EXPECT_GE(estimate, truth / 1.5) << what;
}

std::string long_trace(int events) {
    std::string text = "{\"schemaVersion\":1,\"traceEvents\":[\n";
    for (int i = 0; i < events; ++i)
        text += fmt::format(
            R"({}{{"ph":"X","cat":"{}","name":"n{}","pid":0,"tid":{},"ts":{},"dur":5,"args":{{"External id":{}}}}})",
            i == 0 ? "" : ",\n", i % 4 == 0 ? "kernel" : "cpu_op", i % 100, i % 4, 1000 + 10 * i, i);
    return text + "]}";
}

}  // namespace

TEST(TraceSample, CountsPiecesCutAnywhere) {
    TraceSample sample;
    sample.add(
        R"(9,"dur":4},{"ph":"X","cat":"kernel","ts":7,"dur":2},{"ph": "B", "ts": 5},{"ph":"M"},{"ph":"X","cat":"cpu_op","ts":1)");
    EXPECT_EQ(sample.events, 4);
    EXPECT_EQ(sample.timed, 3);
    EXPECT_EQ(sample.device, 1);
    EXPECT_EQ(sample.begin_ns, 5000);  // the last event is cut inside its time
    EXPECT_EQ(sample.end_ns, 9000);
    for (const auto* odd : {"", "\"ph\"", "\"ph\":", "\"ph\":\"", R"("ph":"X","ts")", R"("ph":"X","ts":)"})
        sample.add(odd);
}

TEST(SizeEstimate, OfAPlainTraceIsCountedInPieces) {
    const TemporaryFile file(long_trace(200'000), ".json");
    const auto estimate = estimate_size(file.path());
    ASSERT_TRUE(estimate && *estimate);
    EXPECT_EQ((*estimate)->format, "kineto");
    EXPECT_EQ((*estimate)->file_bytes, std::filesystem::file_size(file.path()));
    EXPECT_NEAR((*estimate)->events, 200'000, 6'000);
    EXPECT_TRUE((*estimate)->divisible());
    EXPECT_LT((*estimate)->device_memory_bytes, 0.8 * (*estimate)->memory_bytes);
    ASSERT_TRUE((*estimate)->span);
    EXPECT_EQ((*estimate)->span->from, 1'000'000);
    EXPECT_GT((*estimate)->span->to, 1'900'000'000);
}

TEST(SizeEstimate, OfRealTracesIsWithinHalfAgain) {
    REQUIRE_SHARED_DATA();
    for (const auto& entry : std::filesystem::directory_iterator(shared_data("traces/kineto"))) {
        const auto estimate = estimate_size(entry.path());
        const auto ranks = read_traces(entry.path());
        ASSERT_TRUE(estimate && *estimate && ranks) << entry.path();
        expect_near((*estimate)->events, static_cast<double>(ranks->front().events), entry.path());
    }
}

TEST(SizeEstimate, OfAFolderAddsItsFiles) {
    REQUIRE_SHARED_DATA();
    const auto estimate = estimate_size(shared_data("traces/kineto"));
    const auto ranks = read_traces(shared_data("traces/kineto"));
    ASSERT_TRUE(estimate && *estimate && ranks);
    expect_near((*estimate)->events, static_cast<double>(trace_totals(*ranks).events), "folder");
}

TEST(SizeEstimate, OfGraphsCountsTheirNodes) {
    REQUIRE_SHARED_DATA();
    for (const char* name : {"traces/chakra/resnet_rank0.et", "traces/pytorch_et/resnet_1gpu_et.json.gz"}) {
        const auto estimate = estimate_size(shared_data(name));
        const auto trace = read_exec_trace(shared_data(name));
        ASSERT_TRUE(estimate && *estimate && trace && *trace) << name;
        expect_near((*estimate)->events, static_cast<double>((*trace)->nodes.size()), name);
        EXPECT_FALSE((*estimate)->divisible());
    }
    for (const auto& entry : std::filesystem::directory_iterator(shared_data("onnx"))) {
        if (entry.path().extension() != ".onnx") continue;
        const auto estimate = estimate_size(entry.path());
        const auto workload = read_workload(entry.path());
        ASSERT_TRUE(estimate && *estimate && workload) << entry.path();
        EXPECT_EQ((*estimate)->events, static_cast<double>(workload->nodes_top)) << entry.path();
    }
}

TEST(SizeEstimate, RefusesWhatReadingRefuses) {
    EXPECT_EQ(estimate_size("/nowhere/trace.json").error().code, ErrorCode::file_missing);
    const TemporaryFile empty("");
    EXPECT_EQ(estimate_size(empty.path()).error().code, ErrorCode::file_cut);
    const TemporaryFile other("what is this", ".txt");
    const auto estimate = estimate_size(other.path());
    ASSERT_TRUE(estimate);
    EXPECT_FALSE(*estimate);
}
