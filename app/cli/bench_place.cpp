// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_place.hpp"

#include "core/io/kgraph.hpp"
#include "sim/placement/contest_placer.hpp"
#include "sim/placement/contest_score.hpp"

#include <fmt/format.h>
#include <array>
#include <chrono>
#include <string_view>

namespace waferscope::app {
namespace {

/// Cost without adapters of a coarse joint scan of time limit and snake rows by other code, and the time of
/// plain row packing: the table in design/placement.md "Reference".
struct Reference {
    std::string_view name;
    double cost, row_time;
};
constexpr std::array kReferences{
    Reference{"A", 35815.5, 34496}, Reference{"B", 67273, 63504}, Reference{"C", 69992, 62720},
    Reference{"D", 37662, 33516},   Reference{"E", 47691, 34496}, Reference{"F", 92406, 63504},
    Reference{"G", 119312, 62720},  Reference{"H", 66093, 33516}, Reference{"M", 2229706, 2211840},
    Reference{"N", 6511, 1035},
};

}  // namespace

Exit bench_place(const std::string& folder) {
    double ratios = 0;
    int runs = 0;
    for (const auto& reference : kReferences) {
        const auto graph = core::read_kgraph_file(fmt::format("{}/{}.kgraph", folder, reference.name));
        if (!graph) return report(graph.error());
        for (const std::uint64_t seed : {1U, 2U}) {
            const auto start = std::chrono::steady_clock::now();
            const auto outcome = sim::solve_placement(sim::contest_problem(*graph), {.seed = seed}, {}, {});
            const double seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            if (!outcome) return report(outcome.error());
            const auto score = sim::score_contest(*graph, sim::contest_layout(*graph, outcome->placement),
                                                  outcome->lower_bound);
            if (!score.legal)
                return report(
                    {core::ErrorCode::internal, "The placer returned an illegal layout.", graph->source, {}});
            const double ratio = score.cost_without_adapters / reference.cost;
            fmt::print(
                "{{\"name\":\"place.{}.seed{}\",\"value\":{},\"unit\":\"cost without "
                "adapters\",\"t_max\":{},\"wirelength\":{},"
                "\"gap\":{:.5f},\"ratio_to_best\":{:.5f},\"t_over_row_packing\":{:.5f},\"cut_short\":{},"
                "\"seconds\":{:.2f}}}\n",
                reference.name, seed, score.cost_without_adapters, score.time, score.wire_length, score.gap,
                ratio, score.time / reference.row_time, outcome->cut_short, seconds);
            ratios += ratio;
            ++runs;
        }
    }
    fmt::print("{{\"name\":\"place.mean_ratio_to_best\",\"value\":{:.5f},\"unit\":\"ratio\"}}\n",
               ratios / runs);
    return Exit::ok;
}

}  // namespace waferscope::app
