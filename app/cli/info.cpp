// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"

#include "core/io/exec_files.hpp"
#include "core/io/formats.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/trace_files.hpp"
#include "core/io/workload_info.hpp"
#include "core/model/symbols.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace waferscope::app {
namespace {

struct Options {
    std::string file;
    std::vector<std::string> bind;
    bool json = false;
};

/// What only a contest graph has: its rectangles, the tensors between them, fabric and memory.
void add_kgraph(nlohmann::ordered_json& info, const core::ContestGraph& graph) {
    const auto kernel = [&](std::size_t node) { return graph.nodes[node].is_kernel(); };
    info["kernels"] = std::ranges::count_if(graph.nodes, &core::ContestNode::is_kernel);
    info["edges"] = std::ranges::count_if(graph.edges, [&](const auto& e) { return kernel(e.from) && kernel(e.to); });
    info["fabric"] = {graph.fabric.columns, graph.fabric.rows};
    info["memlimit_elements"] = graph.memory_limit;
}

Exit trace_info(const Options& options) {
    const auto ranks = core::read_traces(options.file);
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
    command->add_flag("--json", options->json, "one JSON object");
    command->callback([&context, options] { context.chosen = [options] { return info(*options); }; });
}

}  // namespace waferscope::app
