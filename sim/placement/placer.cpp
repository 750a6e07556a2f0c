// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/placer.hpp"

#include "sim/placement/anneal.hpp"
#include "sim/placement/fork_join.hpp"
#include "sim/placement/refine.hpp"
#include "sim/placement/row_search.hpp"
#include "sim/placement/slicing_search.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

namespace waferscope::sim {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kCheapWire = 0.1;                        ///< of the least time, for one crossing of the grid
constexpr double kFineStep = 1.003, kCoarseStep = 1.015;  ///< between rungs of the ladder
constexpr double kFineUpTo = 1.06;                        ///< times the lower bound
constexpr double kHighestRung = 4;                        ///< times the lower bound
constexpr double kQuickWork = 1;       ///< s of planned work under which rows of long blocks are left out
constexpr double kSearchShare = 0.4;                      ///< of the time limit, planned for annealing
constexpr double kNominalThreads = 2;
constexpr int kLongestSlicing =
    24;  ///< kernels of a freely cut run; the dynamic program grows with its square
constexpr std::int64_t kIterationsPerKernel = 1500;  ///< a search should have at least
constexpr double kSqueezeFrom = 1.04;  ///< times the slowest accepted time: where searches may start

/// Planned seconds of one annealing iteration: measured on a 2.5 GHz server core, 633 x 633, 16 .. 100
/// kernels.
double nominal_iteration_s(std::size_t kernels, std::size_t domain) {
    return (0.6 + 0.05 * static_cast<double>(kernels)) * 1e-6 *
           std::max(1.0, static_cast<double>(domain) / 700);
}

/// A tree to start annealing from, with what it costs as it is.
struct Start {
    SlicingState state;
    double cost = 0;
};

class Placer {
public:
    Placer(const PlacementProblem& problem, const PlacerConfig& config, const std::stop_token& stop,
           const PlacerReport& report)
        : problem_(problem),
          config_(config),
          stop_(stop),
          report_(report),
          order_(data_path_order(problem)),
          end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(config.time_limit_s))) {}

    core::Result<PlacerOutcome> run() {
        if (!find_first()) {
            if (stop_.stop_requested())
                return core::fail(core::ErrorCode::cancelled,
                                  "The placement was stopped before the first one was found.");
            return core::fail(
                core::ErrorCode::fit,
                fmt::format(
                    "The {} kernels do not fit: no placement on {} x {} cores was found at any speed.",
                    problem_.kernels.size(), problem_.grid.columns, problem_.grid.rows),
                {}, "use a larger fabric or fewer kernels");
        }
        PlacerOutcome outcome;
        outcome.lower_bound = least_time_by_area(problem_);
        if (!out_of_time() && outcome.lower_bound > 0) {
            make_ladder(outcome.lower_bound);
            find_starts();
            if (!starts_.empty()) search();
        }
        outcome.placement = *best_;
        outcome.candidates.push_back(*best_);
        for (const auto* list : {&starts_, &states_})
            for (const auto& start : *list) {
                SlicingLayout layout(problem_, ladder_[start.state.rung], start.state.tree);
                const auto result = result_of(layout);
                const auto same = [&](const PlacementResult& r) { return r.time == result.time && r.wire_length == result.wire_length; };
                if (std::ranges::none_of(outcome.candidates, same)) outcome.candidates.push_back(result);
            }
        outcome.cut_short = cut_short_;
        return outcome;
    }

private:
    bool out_of_time() {
        const double paused = config_.paused_s ? config_.paused_s() : 0;
        const auto end = end_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(paused));
        if (!stop_.stop_requested() && Clock::now() < end) return false;
        cut_short_ = true;
        return true;
    }

    double cost_of(const SlicingLayout::Measure& m) const {
        return problem_.weight_time * m.time + problem_.weight_length * m.wire_length;
    }

    /// Keeps a legal placement for progress reports. The final choice is made in task order.
    void offer(const PlacementResult& placement, double done) {
        const std::scoped_lock lock(report_mutex_);
        if (reported_cost_ && *reported_cost_ <= placement.cost) return;
        reported_cost_ = placement.cost;
        if (report_) report_(done, placement);
    }

    void keep(const PlacementResult& placement) {
        if (placement.time > most_time_) return;
        if (!best_ || best_->time > most_time_ || placement.cost < best_->cost) best_ = placement;
    }

    PlacementResult result_of(SlicingLayout& layout) const {
        const auto m = layout.measure();
        return {layout.placed(), m.time, m.wire_length, cost_of(m)};
    }

    /// A legal placement soon: some slack over the area bound, then more until something fits.
    bool find_first() {
        double limit = approximate_least_time() * 1.06;
        double slowest = 0;
        for (const auto& kernel : problem_.kernels) slowest = std::max(slowest, kernel.most_time);
        for (bool last = false; !last; limit *= 1.3) {
            if (stop_.stop_requested()) return false;
            last = limit >= slowest;
            auto table =
                std::make_shared<const ShapeTable>(make_shape_table(problem_, std::min(limit, slowest)));
            auto tree = plain_rows(problem_, *table, order_);
            if (!tree) tree = best_slicing(problem_, *table, order_, 16);
            if (!tree && last) tree = best_slicing(problem_, *table, by_area(*table), 16);
            if (!tree) continue;
            SlicingLayout layout(problem_, table, *tree);
            untangle(layout);
            best_ = result_of(layout);
            offer(*best_, 0);
            return true;
        }
        return false;
    }

    std::vector<int> by_area(const ShapeTable& table) const {
        auto order = order_;
        std::ranges::stable_sort(order, std::greater{}, [&](int k) {
            return table.kinds[problem_.kernels[static_cast<std::size_t>(k)].kind].least_area;
        });
        return order;
    }

    /// Within about one per cent of the area bound: area times time is nearly constant.
    double approximate_least_time() const {
        double work = 0, least = 0, most = 0;
        for (const auto& kernel : problem_.kernels) {
            work += kernel.work;
            least = std::max(least, kernel.least_time);
            most = std::max(most, kernel.most_time);
        }
        const auto cells = static_cast<double>(problem_.grid.cells());
        double time = std::clamp(work / cells, least, most);
        for (int i = 0; i < 12; ++i) {
            const auto table = make_shape_table(problem_, time);
            if (!table.complete) {
                time *= 1.5;
                continue;
            }
            const double ratio = static_cast<double>(table.least_area) / cells;
            if (ratio <= 1 && ratio > 0.99) break;
            if (ratio <= 1 && time <= least) break;
            time = std::max(least, time * ratio * (ratio > 1 ? 1.002 : 1));
        }
        return time;
    }

    /// Time limits from the bound to where time alone would cost more than the best placement.
    void make_ladder(double bound) {
        const bool cheap_wire = problem_.weight_length * (problem_.grid.columns + problem_.grid.rows) <
                                kCheapWire * problem_.weight_time * bound;
        double highest = bound * kHighestRung;
        if (problem_.weight_time > 0) highest = std::min(highest, best_->cost / problem_.weight_time);
        std::vector<double> limits;
        for (double t = bound; t <= highest || limits.size() < 2;
             t *= t < bound * kFineUpTo ? kFineStep : kCoarseStep)
            limits.push_back(t * (1 + 1e-9));
        std::vector<std::shared_ptr<const ShapeTable>> tables(limits.size());
        fork_join(limits.size(), config_.threads, [&](std::size_t i) {
            tables[i] = std::make_shared<const ShapeTable>(make_shape_table(problem_, limits[i]));
        });
        for (auto& table : tables)
            if (table->complete && (ladder_.empty() || table->time_limit > ladder_.back()->time_limit))
                ladder_.push_back(std::move(table));
        accepted_rung_ = ladder_.size() - 1;
        if (cheap_wire) drop_slow_rungs();
    }

    /// Plain row packing sets the slowest time that is accepted.
    void drop_slow_rungs() {
        const auto packs = [&](const std::shared_ptr<const ShapeTable>& table) {
            return plain_rows(problem_, *table, order_).has_value();
        };
        const auto first = std::partition_point(ladder_.begin(), ladder_.end(),
                                                [&](const auto& table) { return !packs(table); });
        if (first == ladder_.end()) return;
        // The exact least time of row packing lies between the rung that fails and the one that packs.
        double low = first == ladder_.begin() ? 0 : (*std::prev(first))->time_limit,
               high = (*first)->time_limit;
        std::shared_ptr<const ShapeTable> rows = *first;
        for (int i = 0; i < 8 && low > 0; ++i) {
            const auto table =
                std::make_shared<const ShapeTable>(make_shape_table(problem_, (low + high) / 2));
            if (table->time_limit <= low)
                low = (low + high) / 2;
            else if (packs(table))
                rows = table, high = table->time_limit;
            else
                low = table->time_limit;
            if (high - low < 1e-4 * high) break;
        }
        most_time_ = high;
        accepted_rung_ = static_cast<std::size_t>(first - ladder_.begin());
        ladder_.insert(ladder_.begin() + static_cast<std::ptrdiff_t>(accepted_rung_), rows);
        std::erase_if(ladder_, [&](const auto& table) {
            return table->time_limit > high * kSqueezeFrom ||
                   (table != rows && table->time_limit == rows->time_limit);
        });
    }

    void add_start(std::size_t rung, const std::optional<SlicingTree>& tree, std::optional<Start>& out) {
        if (!tree) return;
        SlicingLayout layout(problem_, ladder_[rung], *tree);
        untangle(layout);
        const auto result = result_of(layout);
        out = Start{{layout.tree(), rung}, result.cost};
        if (result.time <= most_time_) offer(result, 0.05);
    }

    [[nodiscard]] double work_s() const { return config_.work_limit_s > 0 ? config_.work_limit_s : config_.time_limit_s; }
    [[nodiscard]] bool quick() const { return work_s() < kQuickWork; }

    struct RowTask {
        std::size_t rung = 0;
        RowConfig config;
        bool slicing = false;  ///< instead of rows the fastest slicing floorplan up to this rung
    };

    /// The slicing floorplan of the fastest rung up to `rung` that has one.
    void add_fastest_slicing(std::size_t rung, std::optional<Start>& out) {
        std::optional<SlicingTree> best;
        std::size_t low = 0, high = rung + 1;  // rungs from `high` on are known to fit
        while (low < high && !out_of_time()) {
            const auto middle = best ? (low + high) / 2 : high - 1;
            if (auto tree = best_slicing(problem_, *ladder_[middle], order_, kLongestSlicing))
                best = std::move(tree), high = middle;
            else if (best)
                low = middle + 1;
            else
                return;
        }
        add_start(high, best, out);
    }

    void add_starts(const std::vector<RowTask>& tasks) {
        std::vector<std::optional<Start>> found(tasks.size());
        fork_join(tasks.size(), config_.threads, [&](std::size_t i) {
            if (out_of_time()) return;
            const auto& [rung, config, slicing] = tasks[i];
            if (slicing)
                add_fastest_slicing(rung, found[i]);
            else
                add_start(rung, snake_rows(problem_, *ladder_[rung], order_, config), found[i]);
        });
        for (auto& start : found) {
            if (!start) continue;
            SlicingLayout layout(problem_, ladder_[start->state.rung], start->state.tree);
            keep(result_of(layout));
            starts_.push_back(std::move(*start));
        }
        std::ranges::stable_sort(starts_, {}, &Start::cost);
    }

    /// Rows along the data path: at rungs far apart, then closer around the best of them.
    void find_starts() {
        const auto n = problem_.kernels.size();
        const bool square = problem_.grid.columns == problem_.grid.rows && problem_.may_rotate;
        const auto most_rungs = std::clamp<std::size_t>(300 / n, 3, 12);
        const auto stride = (ladder_.size() + most_rungs - 1) / most_rungs;
        std::vector<RowTask> tasks{{accepted_rung_, {}, true}};
        std::vector<bool> done(ladder_.size(), false);
        for (std::size_t r = accepted_rung_ % stride; r < ladder_.size(); r += stride) {
            tasks.push_back({r, {}, false});
            if (!square) tasks.push_back({r, {.transposed = true}, false});
            done[r] = true;
        }
        add_starts(tasks);
        if (starts_.empty()) return;
        const auto best = starts_.front().state.rung;
        tasks.clear();
        if (!quick()) tasks.push_back({best, {.longest_block = 8}, false});
        if (!quick() && accepted_rung_ != best) tasks.push_back({accepted_rung_, {.longest_block = 8}, false});
        for (const auto part : {2U, 4U, 1U})
            for (const bool up : {false, true}) {
                const auto step = std::max<std::size_t>(1, stride / part);
                const auto rung = up ? best + step : best - step;  // below zero it is past the end
                if (rung >= ladder_.size() || done[rung]) continue;
                done[rung] = true;
                tasks.push_back({rung, {}, false});
            }
        add_starts(tasks);
    }

    struct Task {
        SlicingState start;
        double temperature = 0.01;
        std::size_t rung_end = 0;  ///< the slowest rung its result may have
        std::int64_t iterations = 0;
    };

    /// Anneals every task; adds the states found to states_, cheapest first.
    void run_tasks(const std::vector<Task>& tasks, double done_before, double share) {
        std::vector<std::optional<AnnealResult>> results(tasks.size());
        std::atomic<std::size_t> ended{0};
        const auto first_number = next_task_;
        next_task_ += tasks.size();
        fork_join(tasks.size(), config_.threads, [&](std::size_t i) {
            if (out_of_time()) return;
            AnnealConfig config;
            config.seed = config_.seed * 0x100000001B3U + first_number + i;
            config.iterations = tasks[i].iterations;
            config.first_temperature = tasks[i].temperature;
            config.rung_end = tasks[i].rung_end;
            config.rung_last = std::max(tasks[i].rung_end, tasks[i].start.rung);
            config.stop = [this] { return out_of_time(); };
            results[i] = anneal(problem_, ladder_, tasks[i].start, config);
            const auto count = ++ended;
            if (!results[i]) return;
            results[i]->placement =
                refine(problem_, *ladder_[results[i]->state.rung], std::move(results[i]->placement));
            if (results[i]->placement.time <= most_time_)
                offer(results[i]->placement,
                      done_before + share * static_cast<double>(count) / static_cast<double>(tasks.size()));
        });
        for (auto& result : results)
            if (result) {
                keep(result->placement);
                states_.push_back({std::move(result->state), result->placement.cost});
            }
        std::ranges::stable_sort(states_, {}, &Start::cost);
    }

    /// The `count` cheapest of `from` on rungs up to the accepted ones, or above them.
    std::vector<SlicingState> cheapest(const std::vector<Start>& from, std::size_t count,
                                       bool accepted) const {
        std::vector<SlicingState> states;
        for (const auto& start : from)
            if (states.size() < count && (start.state.rung <= accepted_rung_) == accepted)
                states.push_back(start.state);
        return states;
    }

    /// Three rounds: many hot searches, fewer from the best of them, cool ones from the best of those. Where
    /// slow placements are refused, half of the first round may be slower and half of the second makes those
    /// faster.
    void search() {
        const auto n = static_cast<std::int64_t>(problem_.kernels.size());
        const double planned = work_s() * kSearchShare * kNominalThreads;
        const auto total = static_cast<std::int64_t>(
            planned / nominal_iteration_s(problem_.kernels.size(), ladder_.front()->domain));
        const auto round = total / 3;
        const auto tasks_of = [&](std::int64_t most) {
            return static_cast<std::size_t>(
                std::clamp<std::int64_t>(round / (kIterationsPerKernel * n) / 2 * 2, 2, most));
        };
        const bool may_squeeze = accepted_rung_ + 1 < ladder_.size();

        constexpr std::array kHot{0.03, 0.1, 0.01, 0.03, 0.003, 0.01};
        std::vector<Task> tasks;
        auto starts = cheapest(starts_, 4, true);
        auto slower = cheapest(starts_, 4, false);
        if (starts.empty()) std::swap(starts, slower);
        if (slower.empty()) slower = starts;
        const auto first = tasks_of(16);
        for (std::size_t i = 0; i < first; ++i) {
            const bool free = may_squeeze && i % 2 == 1;
            const auto& from = free ? slower : starts;
            tasks.push_back({from[i / 2 % from.size()], kHot.at(i % kHot.size()),
                             free ? ladder_.size() - 1 : accepted_rung_,
                             round / static_cast<std::int64_t>(first)});
        }
        run_tasks(tasks, 0.1, 0.3);

        constexpr std::array kWarm{0.01, 0.01, 0.003, 0.003};
        tasks.clear();
        starts = cheapest(states_, 2, true);
        slower = cheapest(states_, 2, false);
        if (starts.empty()) starts = cheapest(starts_, 2, true);
        if (starts.empty()) std::swap(starts, slower);
        if (starts.empty()) return;
        if (slower.empty()) slower = starts;
        const auto second = tasks_of(8);
        for (std::size_t i = 0; i < second; ++i) {
            const auto& from = i % 2 == 1 ? slower : starts;
            tasks.push_back({from[i / 2 % from.size()], kWarm.at(i % kWarm.size()), accepted_rung_,
                             round / static_cast<std::int64_t>(second)});
        }
        run_tasks(tasks, 0.4, 0.3);

        constexpr std::array kCool{0.003, 0.001};
        tasks.clear();
        starts = cheapest(states_, 2, true);
        if (starts.empty()) return;
        const auto third = tasks_of(4);
        for (std::size_t i = 0; i < third; ++i)
            tasks.push_back({starts[i / 2 % starts.size()], kCool.at(i % kCool.size()), accepted_rung_,
                             round / static_cast<std::int64_t>(third)});
        run_tasks(tasks, 0.7, 0.3);
    }

    const PlacementProblem& problem_;
    const PlacerConfig& config_;
    const std::stop_token& stop_;
    const PlacerReport& report_;
    std::vector<int> order_;
    Clock::time_point end_;
    std::atomic<bool> cut_short_{false};
    TimeLadder ladder_;
    double most_time_ = std::numeric_limits<double>::infinity();  ///< slower placements are refused
    std::size_t accepted_rung_ = 0;                               ///< the last rung within most_time_
    std::vector<Start> starts_, states_;
    std::size_t next_task_ = 0;
    std::optional<PlacementResult> best_;
    std::mutex report_mutex_;
    std::optional<double> reported_cost_;
};

}  // namespace

std::vector<int> data_path_order(const PlacementProblem& problem) {
    const auto n = problem.kernels.size();
    std::vector<std::vector<std::size_t>> next(n);
    std::vector<int> waiting(n, 0);
    for (const auto& edge : problem.edges) {
        if (edge.from == edge.to) continue;
        next[edge.from].push_back(edge.to);
        ++waiting[edge.to];
    }
    std::vector<int> order;
    std::vector<bool> taken(n, false);
    std::vector<std::size_t> ready;
    const auto follow = [&] {
        while (!ready.empty()) {
            const auto k = ready.back();
            ready.pop_back();
            if (taken[k]) continue;
            taken[k] = true;
            order.push_back(static_cast<int>(k));
            for (auto it = next[k].rbegin(); it != next[k].rend(); ++it)
                if (--waiting[*it] == 0) ready.push_back(*it);
        }
    };
    for (std::size_t k = n; k-- > 0;)
        if (waiting[k] == 0) ready.push_back(k);
    follow();
    for (std::size_t k = 0; k < n; ++k)  // circles: enter them where they come in the file
        if (!taken[k]) ready.push_back(k), follow();
    return order;
}

core::Result<PlacerOutcome> solve_placement(const PlacementProblem& problem, const PlacerConfig& config,
                                            const std::stop_token& stop, const PlacerReport& report) {
    if (problem.kernels.empty()) return PlacerOutcome{};
    return Placer(problem, config, stop, report).run();
}

}  // namespace waferscope::sim
