// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/paint.hpp"
#include "sim/placement/contest_placer.hpp"
#include "sim/placement/contest_score.hpp"
#include "sim/placement/shape_curve.hpp"

#include <fmt/format.h>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>

namespace waferscope::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The object of design/cli.md "score / place --json". Names are words: the readers refuse others.
std::string score_json(const sim::ContestScore& score, double seconds) {
    std::string text = fmt::format("{{\"legal\":{},\"violations\":[", score.legal);
    for (const auto& v : score.violations)
        text += fmt::format("{}{{\"kernel\":\"{}\",\"rule\":\"{}\",\"line\":{},\"detail\":\"{}\"}}",
                            &v == score.violations.data() ? "" : ",", v.kernel, v.rule, v.line, v.detail);
    text += fmt::format(
        "],\"t_max\":{},\"wirelength\":{},\"adapter_cost\":{},\"cost\":{},\"cost_without_adapters\":{},"
        "\"area_fraction\":{},\"lower_bound_t\":{},\"gap\":{},\"kernels\":[",
        score.time, score.wire_length, score.adapter_cost, score.cost, score.cost_without_adapters,
        score.area_fraction, score.lower_bound, score.gap);
    for (const auto& k : score.kernels)
        text += fmt::format(
            "{}{{\"name\":\"{}\",\"x\":{},\"y\":{},\"rotated\":{},\"width\":{},\"height\":{},"
            "\"time\":{},\"memory\":{}}}",
            &k == score.kernels.data() ? "" : ",", k.name, k.x, k.y, k.rotated, k.width, k.height, k.time,
            k.memory);
    return text + fmt::format("],\"seconds\":{}}}", seconds);
}

void print_score(const sim::ContestScore& score, double seconds, bool json) {
    if (json) {
        std::puts(score_json(score, seconds).c_str());
        return;
    }
    fmt::print("{} layout of {} kernels\n", score.legal ? "legal" : "ILLEGAL", score.kernels.size());
    for (const auto& v : score.violations)
        fmt::print("  {}: {} (line {}): {}\n", v.kernel, v.rule, v.line, v.detail);
    fmt::print("  Tmax         {} ({:.2f} % above the lower bound {})\n", score.time, 100 * score.gap,
               score.lower_bound);
    fmt::print("  wire length  {}\n  adapters     {} protocol mismatches (our definition)\n",
               score.wire_length, score.adapter_cost);
    fmt::print("  cost         {} ({} without adapters)\n  area         {:.1f} % of the fabric\n", score.cost,
               score.cost_without_adapters, 100 * score.area_fraction);
    fmt::print("  seconds      {:.3f}\n", seconds);
}

struct Options {
    std::string graph, layout, out;
    double time_limit_s = 5;
    std::uint64_t seed = 1;
    bool json = false;
};

Exit score(const Options& options) {
    const auto start = Clock::now();
    const auto graph = core::read_kgraph_file(options.graph);
    if (!graph) return report(graph.error());
    const auto layout = core::read_paint_file(options.layout);
    if (!layout) return report(layout.error());
    const double bound = sim::least_time_by_area(sim::contest_problem(*graph));
    print_score(sim::score_contest(*graph, *layout, bound), seconds_since(start), options.json);
    return Exit::ok;  // an illegal layout is an answer, not a refusal
}

Exit place(const Options& options) {
    const auto start = Clock::now();
    const auto graph = core::read_kgraph_file(options.graph);
    if (!graph) return report(graph.error());
    const sim::PlacerReport progress = [&](double done, const sim::PlacementResult& best) {
        if (!options.json)
            fmt::print(stderr, "{:5.2f} s  {:3.0f} %  Tmax {:.2f}  wire {:.1f}  cost {:.2f}\n",
                       seconds_since(start), 100 * done, best.time, best.wire_length, best.cost);
    };
    const auto outcome =
        sim::solve_placement(sim::contest_problem(*graph),
                             {.seed = options.seed, .time_limit_s = options.time_limit_s}, {}, progress);
    if (!outcome) {
        auto error = outcome.error();
        error.where = options.graph;
        return report(error);
    }
    const auto layout = sim::contest_layout(*graph, outcome->placement);
    if (!options.out.empty()) {
        std::ofstream file(options.out, std::ios::binary);
        file << core::write_paint(layout);
        file.close();
        if (!file)
            return report({core::ErrorCode::save, "The layout could not be written.", options.out,
                           "is the folder there and writable?"});
    }
    if (outcome->cut_short)
        fmt::print(stderr, "The time limit ended the search early: a rerun may give another layout.\n");
    print_score(sim::score_contest(*graph, layout, outcome->lower_bound), seconds_since(start), options.json);
    return Exit::ok;
}

}  // namespace

void add_place(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("place", "automatic placement of a kernel graph on the wafer");
    command->add_option("graph", options->graph, "kernel graph (.kgraph)")->required();
    command->add_option("--out", options->out, "write the layout (.paint)");
    command
        ->add_option("--time-limit", options->time_limit_s,
                     "seconds, 0.05 to 86400; also sets the work, default 5")
        ->check(CLI::Range(0.05, 86400.0));
    command->add_option("--seed", options->seed, "of the search, default 1");
    command->add_flag("--json", options->json, "one JSON object");
    command->callback([&context, options] { context.chosen = [options] { return place(*options); }; });
}

void add_score(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("score", "legality and cost of a layout");
    command->add_option("graph", options->graph, "kernel graph (.kgraph)")->required();
    command->add_option("layout", options->layout, "layout (.paint)")->required();
    command->add_flag("--json", options->json, "one JSON object");
    command->callback([&context, options] { context.chosen = [options] { return score(*options); }; });
}

}  // namespace waferscope::app
