// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"

#include "app/document/memory_limit.hpp"
#include "core/io/exec_files.hpp"
#include "core/io/formats.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/size_estimate.hpp"
#include "core/io/trace_files.hpp"
#include "core/io/workload_info.hpp"
#include "core/model/symbols.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace waferscope::app {
namespace {

struct Options {
    std::string file;
    std::vector<std::string> bind;
    std::vector<double> window_s;
    std::size_t memory = 0;
    bool json = false, only_gpu = false;
};

/// What only a contest graph has: its rectangles, the tensors between them, fabric and memory.
void add_kgraph(nlohmann::ordered_json& info, const core::ContestGraph& graph) {
    const auto kernel = [&](std::size_t node) { return graph.nodes[node].is_kernel(); };
    info["kernels"] = std::ranges::count_if(graph.nodes, &core::ContestNode::is_kernel);
    info["edges"] = std::ranges::count_if(graph.edges, [&](const auto& e) { return kernel(e.from) && kernel(e.to); });
    info["fabric"] = {graph.fabric.columns, graph.fabric.rows};
    info["memlimit_elements"] = graph.memory_limit;
}

std::string amount(double bytes) { return bytes < 1e9 ? fmt::format("{:.3g} MB", bytes / 1e6) : fmt::format("{:.3g} GB", bytes / 1e9); }

/// The option that allows `bytes`.
std::string allowing(double bytes) { return fmt::format("--memory {:.0f}MB", std::ceil(bytes / 1e6)); }

/// What the options and the memory leave of a trace. Says on stderr when that is not all.
core::Result<core::TraceOptions> trace_options(const Options& options) {
    core::TraceOptions wanted{.only_devices = options.only_gpu, .max_bytes = memory_limit(options.memory)};
    const auto estimate = core::estimate_size(options.file);
    if (!estimate) return tl::unexpected(estimate.error());
    if (!*estimate) return wanted;
    const auto& size = **estimate;
    if (!options.window_s.empty() && size.span) {
        const auto at = [&](double s) { return size.span->from + static_cast<std::int64_t>(std::clamp(s, 0.0, 1e9) * 1e9); };
        wanted.window = core::TimeSpan{at(options.window_s[0]), at(options.window_s[1])};
    }
    const auto allowed = static_cast<double>(wanted.max_bytes);
    if (options.window_s.empty() && (options.only_gpu ? size.device_memory_bytes : size.memory_bytes) > allowed)
        fmt::print(stderr, "{}: This needs about {} of memory; {} is allowed. The beginning is loaded. Hint: --only-gpu needs about {}; --window FROM TO; {}\n", options.file,
                   amount(size.memory_bytes), amount(allowed), amount(size.device_memory_bytes), allowing(size.memory_bytes));
    return wanted;
}

/// A graph loads whole or not at all.
core::Result<void> check_memory(const Options& options) {
    const auto estimate = core::estimate_size(options.file);
    const auto allowed = static_cast<double>(memory_limit(options.memory));
    if (!estimate || !*estimate || (*estimate)->memory_bytes <= allowed) return {};
    return core::fail(core::ErrorCode::memory, fmt::format("This needs about {} of memory; {} is allowed.", amount((*estimate)->memory_bytes), amount(allowed)), options.file,
                      fmt::format("{} allows it, up to half of the machine's", allowing((*estimate)->memory_bytes)));
}

Exit trace_info(const Options& options) {
    const auto wanted = trace_options(options);
    if (!wanted) return report(wanted.error());
    const auto ranks = core::read_traces(options.file, *wanted);
    if (!ranks) return report(ranks.error());
    if (options.json) {
        std::puts(core::trace_info_json(*ranks).c_str());
        return Exit::ok;
    }
    const auto totals = core::trace_totals(*ranks);
    const auto ms = [](std::int64_t ns) { return static_cast<double>(ns) / 1e6; };
    fmt::print("{}: recorded trace of {} ranks, {} steps\n", options.file, totals.ranks, totals.steps);
    fmt::print("  events       {} in {:.3f} ms\n  kernels      {}, {:.3f} ms summed, at least one runs for {:.3f} ms\n  collectives  {}, {:.3f} ms\n", totals.events, ms(totals.span_ns), totals.kernels,
               ms(totals.kernel_busy_ns), ms(totals.kernel_union_ns), totals.collective_kernels, ms(totals.collective_busy_ns));
    for (const auto& rank : *ranks)
        for (const auto& warning : rank.warnings) fmt::print("  note: {}\n", warning);
    return Exit::ok;
}

Exit info(const Options& options) {
    if (!options.window_s.empty() && (options.window_s[0] < 0 || options.window_s[1] <= options.window_s[0])) {
        std::fprintf(stderr, "--window: write two times in seconds, the later one last, for example --window 1 3\n");
        return Exit::usage;
    }
    core::Bindings bindings;
    for (const auto& text : options.bind) {
        const auto binding = core::parse_binding(text);
        if (!binding) {
            std::fprintf(stderr, "%s\n", core::to_text(binding.error()).c_str());
            return Exit::usage;
        }
        bindings.insert_or_assign(binding->first, binding->second);
    }
    if (core::is_trace(options.file)) return trace_info(options);
    if (const auto fits = check_memory(options); !fits) return report(fits.error());
    if (options.json)
        if (const auto trace = core::read_exec_trace(options.file)) {
            if (!*trace) return report(trace->error());
            std::puts(core::exec_info_json(**trace).c_str());
            return Exit::ok;
        }
    const auto workload = core::read_workload(options.file, bindings);
    if (!workload) return report(workload.error());
    if (options.json) {
        auto info = nlohmann::ordered_json::parse(core::workload_info_json(*workload));
        if (workload->format == "kgraph") {
            const auto graph = core::read_kgraph_file(options.file);
            if (!graph) return report(graph.error());
            add_kgraph(info, *graph);
        }
        std::puts(info.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
        return Exit::ok;
    }
    fmt::print("{}: {}\n", workload->source, workload->format);
    fmt::print("  nodes        {} ({} with subgraphs)\n  parameters   {:.0f}\n  weight bytes {:.0f}\n  MACs         {:.6g}  (1 MAC = 2 FLOP)\n  other ops    {:.6g}\n  unknown shapes {}\n", workload->nodes_top,
               workload->nodes_total, workload->parameters, workload->weight_bytes, core::total_macs(*workload), core::total_other_ops(*workload), workload->unknown_shapes);
    for (const auto& warning : workload->warnings) fmt::print("  note: {}\n", warning);
    return Exit::ok;
}

}  // namespace

void add_info(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("info", "what a file holds");
    command->add_option("file", options->file, "model, config.json, layer table or trace; or a folder of rank traces")->required();
    command->add_option("--bind", options->bind, "symbol=number for a symbolic dimension");
    command->add_flag("--only-gpu", options->only_gpu, "of a trace: only the lanes of devices");
    command->add_option("--window", options->window_s, "of a trace: what begins between two times, in seconds after its beginning")->expected(2);
    command->add_option("--memory", options->memory, "what the file may take, for example 2GB; default and most: half of the machine's")->transform(CLI::AsSizeValue(true));
    command->add_flag("--json", options->json, "one JSON object");
    command->callback([&context, options] {
        if (options->memory == 0) options->memory = context.memory;
        context.chosen = [options] { return info(*options); };
    });
}

}  // namespace waferscope::app
