// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_estimate.hpp"

#include "core/io/size_estimate.hpp"
#include "core/io/trace_files.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

namespace waferscope::app {
namespace {

constexpr double kSmall_s = 0.05, kSmallBytes = 8e6;

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// A line of /proc/self/status, in bytes.
double status_bytes(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(key)) return 1024 * std::stod(line.substr(key.size() + 1));
    return 0;
}

/// Memory in use; the peak is counted from here on.
double reset_peak() {
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << "5";
    return status_bytes("VmRSS");
}

/// How far apart two figures are; nobody sees a difference below `small`.
double ratio(double estimate, double truth, double small) {
    estimate = std::max(estimate, small), truth = std::max(truth, small);
    return std::max(estimate / truth, truth / estimate);
}

}  // namespace

Exit bench_estimate(const std::filesystem::path& trace) {
    auto begin = std::chrono::steady_clock::now();
    const auto estimate = core::estimate_size(trace);
    const double look_seconds = seconds_since(begin);
    if (!estimate) return report(estimate.error());
    if (!*estimate) return Exit::ok;
    const double before = reset_peak();
    begin = std::chrono::steady_clock::now();
    double read_seconds = 0;
    const auto note = [&](double) { read_seconds = seconds_since(begin); };
    const auto run = core::read_measured_run(trace, {.progress = note});
    const double seconds = seconds_since(begin);
    if (!run) return report(run.error());
    const double memory = status_bytes("VmHWM") - before;
    const auto ranks = core::read_traces(trace);
    if (!ranks) return report(ranks.error());
    const auto events = static_cast<double>(core::trace_totals(*ranks).events);
    const auto& e = **estimate;
    fmt::print(
        "{{\"name\":\"io.estimate.{}\",\"value\":{:.2f},\"unit\":\"x\",\"goal\":1.5,\"look_ms\":{:.0f},"
        "\"events\":{:."
        "0f},\"events_estimate\":{:.0f},\"seconds\":{:.3f},\"seconds_estimate\":{:.3f},\"read_seconds\":{:."
        "3f},"
        "\"memory_bytes\":{:.3g},\"memory_estimate\":{:.3g},\"device_memory_estimate\":{:.3g}}}\n",
        trace.filename().string(),
        std::max({ratio(e.events, events, 1), ratio(e.seconds, seconds, kSmall_s),
                  ratio(e.memory_bytes, memory, kSmallBytes)}),
        1e3 * look_seconds, events, e.events, seconds, e.seconds, read_seconds, memory, e.memory_bytes,
        e.device_memory_bytes);
    return Exit::ok;
}

}  // namespace waferscope::app
