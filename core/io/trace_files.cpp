// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/trace_files.hpp"

#include "core/io/kineto_reader.hpp"
#include "core/io/text_stream.hpp"
#include "core/model/measured_run.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

namespace waferscope::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHead = std::size_t{1} << 20U;
constexpr std::size_t kMaxRanks = 4096;
constexpr int kMaxRank = 10'000'000;

bool is_trace_file(const fs::path& path) {
    const auto head = read_head(path, kHead);
    return head && looks_like_kineto(*head);
}

/// Files that may be traces, in the order of their names; nothing else in the folder is opened.
std::vector<fs::path> candidates(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry :
         fs::directory_iterator(folder, fs::directory_options::skip_permission_denied, ignored)) {
        const auto name = entry.path().filename().string();
        if (entry.is_regular_file(ignored) && name.find(".json") != std::string::npos &&
            !name.starts_with('.'))
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

void give_ranks(std::vector<RankTrace>& ranks) {
    std::set<int> taken;
    for (auto& rank : ranks) {
        if (rank.rank < 0) rank.rank = rank_in_name(fs::path(rank.file).filename().string());
        if (rank.rank >= 0 && taken.insert(rank.rank).second) continue;
        int next = 0;
        while (taken.contains(next)) ++next;
        if (ranks.size() > 1)
            rank.warnings.push_back(
                fmt::format("{} names no rank of its own; it is shown as rank {}.", rank.file, next));
        rank.rank = next;
        taken.insert(next);
    }
    std::ranges::sort(ranks, {}, &RankTrace::rank);
}

Result<RankTrace> read_one(const fs::path& file, const TraceOptions& options, const std::stop_token& stop) {
    auto stream = TextStream::open(file);
    if (!stream) return tl::unexpected(stream.error());
    return read_kineto(*stream, options, stop);
}

/// The options of one of `count` files: its share of the memory, its part of the progress.
TraceOptions options_of_file(const TraceOptions& all, std::size_t index, std::size_t count) {
    auto one = all;
    one.max_bytes = all.max_bytes / count;
    if (all.progress)
        one.progress = [&all, index, count](double share) {
            all.progress((static_cast<double>(index) + share) / static_cast<double>(count));
        };
    return one;
}

}  // namespace

int rank_in_name(std::string_view name) {
    const auto digits_at = [&](std::size_t at) {
        int rank = -1;
        std::from_chars(name.data() + at, name.data() + name.size(), rank);
        return rank < kMaxRank ? rank : -1;
    };
    constexpr std::string_view kWord = "rank";
    for (auto at = name.find(kWord); at != std::string_view::npos; at = name.find(kWord, at + 1)) {
        auto number = at + kWord.size();
        if (number < name.size() && (name[number] == '-' || name[number] == '_')) ++number;
        if (number < name.size() && name[number] >= '0' && name[number] <= '9') return digits_at(number);
    }
    const auto suffix = name.rfind(".et");
    if (suffix == std::string_view::npos) return -1;
    const auto dot = name.substr(0, suffix).rfind('.');
    return dot == std::string_view::npos ? -1 : digits_at(dot + 1);
}

bool is_trace(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return is_trace_file(path);
    return std::ranges::any_of(candidates(path), is_trace_file);
}

std::vector<fs::path> trace_files(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return {path};
    auto files = candidates(path);
    std::erase_if(files, [](const fs::path& file) { return !is_trace_file(file); });
    return files;
}

Result<std::vector<RankTrace>> read_traces(const fs::path& path, const TraceOptions& options,
                                           const std::stop_token& stop) {
    const auto files = trace_files(path);
    if (files.empty())
        return fail(ErrorCode::format, "The folder holds no trace.", path.string(),
                    "open a folder of PyTorch profiler traces, one per rank");
    if (files.size() > kMaxRanks)
        return fail(ErrorCode::memory, fmt::format("The folder holds more than {} traces.", kMaxRanks),
                    path.string(), "open a folder with fewer ranks");
    std::vector<RankTrace> ranks;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto one = read_one(files[i], options_of_file(options, i, files.size()), stop);
        if (!one) return tl::unexpected(one.error());
        ranks.push_back(std::move(*one));
    }
    give_ranks(ranks);
    return ranks;
}

Result<Run> read_measured_run(const fs::path& path, const TraceOptions& options,
                              const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    auto ranks = read_traces(path, options, stop);
    if (!ranks) return tl::unexpected(ranks.error());
    if (stop.stop_requested()) return fail(ErrorCode::cancelled, "Opening was cancelled.", path.string());
    auto run = measured_run(std::move(*ranks));
    run.wall_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    return run;
}

std::string trace_info_json(const std::vector<RankTrace>& ranks) {
    const auto totals = trace_totals(ranks);
    nlohmann::ordered_json info;
    info["format"] = "kineto";
    auto warnings = nlohmann::ordered_json::array();
    for (const auto& rank : ranks)
        for (const auto& warning : rank.warnings) warnings.push_back(warning);
    info["warnings"] = std::move(warnings);
    info["events"] = totals.events;
    info["span_ns"] = totals.span_ns;
    info["kernels"] = totals.kernels;
    info["kernel_busy_ns"] = totals.kernel_busy_ns;
    info["kernel_union_ns"] = totals.kernel_union_ns;
    info["collective_kernels"] = totals.collective_kernels;
    info["collective_busy_ns"] = totals.collective_busy_ns;
    if (totals.outside_events > 0) info["outside_events"] = totals.outside_events;
    if (totals.outside_ns > 0) info["outside_ns"] = totals.outside_ns;
    info["ranks"] = totals.ranks;
    info["steps"] = totals.steps;
    return info.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace waferscope::core
