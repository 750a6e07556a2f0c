// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/levers.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>

namespace waferscope::sim {
namespace {

constexpr std::size_t kMost = 5;
constexpr double kLeastGain = 0.01;

/// The rate that levers raise: tokens, else samples, else steps per second.
struct Goal {
    const char* metric;
    double value;
};
Goal goal_of(const core::Summary& s) {
    if (s.tokens_per_s) return {"tokens_per_s", *s.tokens_per_s};
    if (s.samples_per_s) return {"samples_per_s", *s.samples_per_s};
    return {"step_time_s", s.step_time_s};
}

class Trials {
public:
    Trials(const Request& request, const core::Run& run, const std::stop_token& stop) : request_(request), stop_(stop), before_(goal_of(run.summary)) {}

    void scenario(const std::string& change, const std::function<void(core::Scenario&)>& edit) {
        Request other = request_;
        edit(other.scenario);
        add(change, true, other);
    }

    /// A machine figure times `factor`; figures the machine does not have are no lever.
    void figure(const std::string& change, const std::string& key, double factor, bool applicable) {
        scale(change, factor, applicable, [&](core::Machine& m) { return &m.figures; }, key);
    }
    /// The same for the rate of a network level.
    void level(const std::string& change, core::NetworkLevel core::Cluster::*which, double factor) {
        scale(change, factor, false, [&](core::Machine& m) { return &(std::get<core::Cluster>(m.body).*which).figures; }, "bytes_per_s_per_direction");
    }

    /// A fitted constant times `factor`: a limit of the software, not an option.
    void constant(const std::string& change, const std::string& key, double factor) {
        scale(change, factor, false, [&](core::Machine& m) { return &m.calibration; }, key);
    }

    std::vector<core::Lever> take() {
        std::ranges::stable_sort(found_, std::greater{}, &core::Lever::gain);
        if (found_.size() > kMost) found_.resize(kMost);
        return std::move(found_);
    }

private:
    template <class Table>
    void scale(const std::string& change, double factor, bool applicable, const Table& table, const std::string& key) {
        core::Machine machine = *request_.machine;
        auto* figures = table(machine);
        const auto found = figures->find(key);
        if (found == figures->end() || found->second.value <= 0) return;
        found->second.value *= factor;
        Request other = request_;
        other.machine = std::make_shared<const core::Machine>(std::move(machine));
        add(change, applicable, other);
    }

    void add(const std::string& change, bool applicable, const Request& other) {
        if (stop_.stop_requested()) return;
        const auto run = simulate(other, Detail::summary, stop_, {});
        if (!run) return;
        const auto after = goal_of(run->summary);
        const double gain = std::string_view(before_.metric) == "step_time_s" ? before_.value / after.value - 1 : after.value / before_.value - 1;
        if (std::isfinite(gain) && gain >= kLeastGain) found_.push_back({change, before_.metric, before_.value, after.value, gain, applicable});
    }

    const Request& request_;
    const std::stop_token& stop_;
    Goal before_;
    std::vector<core::Lever> found_;
};

void wafer_levers(Trials& trials, const Request& request) {
    const auto& s = request.scenario;
    trials.scenario(fmt::format("{} wafers instead of {}", s.chips + 1, s.chips), [](core::Scenario& o) { o.chips += 1; });
    if (s.wafer.measured_io) trials.scenario("host I/O at nameplate", [](core::Scenario& o) { o.wafer.measured_io = false; });
    if (s.wafer.region) trials.scenario("the region the planner would choose", [](core::Scenario& o) { o.wafer.region.reset(), o.wafer.groups = 0; });
    if (s.phase == core::Phase::decode) trials.scenario(fmt::format("{} requests at once", s.global_batch * 2), [](core::Scenario& o) { o.global_batch *= 2; });
    trials.figure("off-wafer I/O twice as fast", "io_bytes_per_s", 2, false);
    trials.figure("every link twice as wide", "wavelet_interval_cycles", 0.5, false);
    trials.constant("no fixed cost per call", "decode_fixed_cycles_per_layer", 0);
    trials.constant("no fixed cost per step", "prefill_fixed_cycles_per_step", 0);
}

void cluster_levers(Trials& trials, const Request& request, const core::Run& run) {
    const auto& s = request.scenario;
    trials.scenario(fmt::format("{} chips instead of {}, planned again", s.chips * 2, s.chips), [](core::Scenario& o) { o.chips *= 2, o.parallel.reset(); });
    if (s.parallel) trials.scenario("the plan found automatically", [](core::Scenario& o) { o.parallel.reset(); });
    if (core::is_training(s.phase) && run.plan.micro_batch >= 1 && s.parallel)
        trials.scenario(fmt::format("micro-batch {} instead of {}", 2 * run.plan.micro_batch, run.plan.micro_batch), [&](core::Scenario& o) { o.parallel->micro_batch = 2 * run.plan.micro_batch; });
    if (s.phase == core::Phase::decode) trials.scenario(fmt::format("{} requests at once", s.global_batch * 2), [](core::Scenario& o) { o.global_batch *= 2; });
    trials.figure("memory twice as fast", "memory_bytes_per_s", 2, false);
    trials.level("links inside a node twice as fast", &core::Cluster::scale_up, 2);
    trials.level("links between nodes twice as fast", &core::Cluster::scale_out, 2);
}

}  // namespace

std::vector<core::Lever> find_levers(const Request& request, const core::Run& run, const std::stop_token& stop) {
    Trials trials(request, run, stop);
    if (request.machine->wafer() != nullptr)
        wafer_levers(trials, request);
    else
        cluster_levers(trials, request, run);
    return trials.take();
}

}  // namespace waferscope::sim
