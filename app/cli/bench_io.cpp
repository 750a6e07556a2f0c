// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_io.hpp"

#include "app/cli/bench_estimate.hpp"

#include "core/io/chakra.hpp"
#include "core/io/json_events.hpp"
#include "core/io/kineto_reader.hpp"
#include "core/io/text_stream.hpp"
#include "core/io/trace_files.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace waferscope::app {
namespace {

constexpr std::ptrdiff_t kEvents = 10'000'000;

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Peak memory of this process so far, in bytes.
double peak_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

/// Gone when the benchmark is.
struct TemporaryFile {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("waferscope_bench_{}.json", getpid());
    TemporaryFile() = default;
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

core::Result<void> repeat_events(const std::string& file, const std::filesystem::path& to) {
    auto stream = core::TextStream::open(file);
    if (!stream) return tl::unexpected(stream.error());
    core::JsonEvents events(*stream, "traceEvents");
    if (const auto found = events.find_array(); !found) return found;
    std::string all;
    for (;;) {
        const auto window = events.next();
        if (!window) return tl::unexpected(window.error());
        if (window->empty()) break;
        all += *window;
    }
    std::ofstream out(to, std::ios::binary);
    out << "{\"traceEvents\":[" << all;
    std::ptrdiff_t each = 0;
    for (auto at = all.find("\"ph\""); at != std::string::npos; at = all.find("\"ph\"", at + 1)) ++each;
    for (auto written = each; written < kEvents && each > 0; written += each) out << ",\n" << all;
    out << "]}";
    out.close();
    if (!out)
        return core::fail(core::ErrorCode::save, "The temporary file could not be written.", to.string(),
                          "are 4 GB left?");
    return {};
}

Exit bench_kineto(const std::string& file) {
    const TemporaryFile temporary;
    if (const auto made = repeat_events(file, temporary.path); !made) return report(made.error());
    const auto before = peak_bytes();
    const auto size = static_cast<double>(std::filesystem::file_size(temporary.path));
    const auto begin = std::chrono::steady_clock::now();
    auto stream = core::TextStream::open(temporary.path);
    if (!stream) return report(stream.error());
    auto trace = core::read_kineto(*stream);
    if (!trace) return report(trace.error());
    const double seconds = seconds_since(begin);
    fmt::print(
        "{{\"name\":\"io.kineto\",\"value\":{:.0f},\"unit\":\"MB/"
        "s\",\"file_bytes\":{:.0f},\"events\":{},\"seconds\":{:.2f},\"peak_bytes_per_event\":{:.0f},\"peak_"
        "bytes\":{:.0f}}}\n",
        size / seconds / 1e6, size, trace->events, seconds,
        (peak_bytes() - before) / static_cast<double>(trace->events), peak_bytes());
    trace = core::RankTrace();
    return bench_estimate(temporary.path);
}

/// A dense graph: each node waits for the 50 before it, as in real rank traces.
Exit bench_chakra() {
    constexpr std::uint32_t kNodes = 1'000'000, kEach = 50;
    core::ExecTrace trace{.format = "chakra", .names = {"aten::mm", "nccl:all_reduce"}};
    for (std::uint32_t i = 0; i < kNodes; ++i) {
        trace.nodes.push_back({.id = i,
                               .name = i % 2,
                               .type = i % 2 == 0 ? core::ExecType::comp : core::ExecType::coll,
                               .duration_us = 10,
                               .comm_bytes = 4096});
        for (auto from = i < kEach ? 0 : i - kEach; from < i; ++from) trace.data.target.push_back(from);
        trace.control.first.push_back(0);
        trace.data.first.push_back(static_cast<std::uint32_t>(trace.data.target.size()));
    }
    const auto bytes = core::chakra_bytes(trace);
    trace = {};
    const auto begin = std::chrono::steady_clock::now();
    const auto read = core::read_chakra(bytes, "bench");
    if (!read) return report(read.error());
    const double seconds = seconds_since(begin);
    fmt::print(
        "{{\"name\":\"io.chakra\",\"value\":{:.0f},\"unit\":\"nodes/"
        "s\",\"nodes\":{},\"edges\":{},\"mb_per_s\":{:.0f}}}\n",
        kNodes / seconds, read->nodes.size(), read->edges(),
        static_cast<double>(bytes.size()) / seconds / 1e6);
    return Exit::ok;
}

}  // namespace

Exit bench_io(const std::string& file) {
    if (file.empty()) {
        std::fprintf(stderr, "bench io needs --data TRACE.json.gz, a Kineto trace to repeat\n");
        return Exit::usage;
    }
    auto worst = bench_kineto(file);  // first: its peak of memory is measured
    for (const auto& trace : core::trace_files(std::filesystem::path(file).parent_path()))
        worst = std::max(worst, bench_estimate(trace));
    return std::max(worst, bench_chakra());
}

}  // namespace waferscope::app
