// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster_run.hpp"
#include "sim/cluster/collective.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {

using core::Pass;
using core::SliceKind;

core::Result<void> run_graph(ClusterRun& c) {
    const auto& sc = c.scenario();
    const auto& workload = *c.request.workload;
    const bool training = core::is_training(sc.phase);
    c.plan = {.dp = static_cast<int>(std::min<std::int64_t>(c.devices(), sc.global_batch))};
    const double samples = std::ceil(static_cast<double>(sc.global_batch) / c.plan.dp);
    const auto works = graph_work(workload, samples, c.devices(), sc.precision, c.chip);
    core::Lane compute{.name = "Device 0", .detail = "compute"}, network{.name = "Network", .detail = "gradients", .kind = core::LaneKind::link};
    double now = run_works(c, compute, network, works, 0, 0);
    double exposed = 0;
    if (training) {
        auto backward = works;
        std::ranges::reverse(backward);
        for (auto& work : backward) work.flops *= 2, work.bytes *= 2, work.launches *= 2;
        const double begin = now;
        const auto first = compute.slices.size();
        now = run_works(c, compute, network, backward, now, 1);
        for (std::size_t i = first; i < compute.slices.size(); ++i) compute.slices[i].pass = Pass::backward;
        const double gradient = workload.parameters * 2;
        const double all_reduce = all_reduce_s(gradient, c.plan.dp, c.chip, c.devices() > c.chip.domain);
        // Gradients of a layer leave while earlier layers still compute; the last bucket cannot hide.
        const double start = sc.options.overlap ? std::max(begin, now - all_reduce * 0.9) : now;
        add_slice(c.run.timeline, network, "gradient all-reduce", {.start_s = start, .end_s = start + all_reduce, .bytes = static_cast<float>(gradient), .kind = SliceKind::gradients, .pass = Pass::backward});
        if (all_reduce > 0) c.activity.push_back({start, start + all_reduce, 0, 0, 2 * gradient, 0, c.devices() > c.chip.domain});
        exposed = std::max(0.0, start + all_reduce - now);
        now += exposed;
        const double update = workload.parameters * kStateBytes / (c.chip.memory_bytes_per_s * c.chip.memory_efficiency);
        add_slice(c.run.timeline, compute, "optimiser", {.start_s = now, .end_s = now + update, .bytes = static_cast<float>(workload.parameters * kStateBytes), .kind = SliceKind::optimizer, .pass = Pass::optimizer});
        c.activity.push_back({now, now + update, 0, workload.parameters * kStateBytes, 0, 0, false});
    }
    const double macs = core::total_macs(workload) / static_cast<double>(workload.batch) * static_cast<double>(sc.global_batch);
    finish_inference(c, std::move(compute), std::move(network), 2 * macs * (training ? 3 : 1));
    auto& s = c.run.summary;
    s.samples_per_s = static_cast<double>(sc.global_batch) / s.step_time_s;
    const double sums = *s.exposed_communication_s;  // collectives of the graph itself: nothing hides them
    double gradients = 0;
    for (const auto& lane : c.run.timeline.lanes) gradients += time_in(lane, SliceKind::gradients);
    s.exposed_communication_s = sums + exposed;
    s.communication_s = sums + gradients;
    *s.compute_s -= gradients;
    s.utilisation = *s.compute_s / s.step_time_s;
    double activations = 0;
    for (const auto& tensor : workload.tensors)
        if (tensor.kind == core::TensorKind::activation) activations += static_cast<double>(tensor.elements());
    core::MemoryUse memory;
    memory.weights = workload.parameters * (training ? kStateBytes : core::precision_bytes(sc.precision));
    memory.activations = training ? activations * 2 * samples / static_cast<double>(workload.batch) : 0;
    memory.total = *memory.weights + *memory.activations;
    s.memory = memory;
    s.fits = memory.total * c.chip.devices_per_chip <= kReserve * c.chip.memory_bytes * c.chip.devices_per_chip;
    double launches = 0, kernel = 0;
    for (const auto& work : works) launches += work.launches, kernel += work_time_s(work, c.chip);
    const double launch_share = launches * c.chip.kernel_launch_s / std::max(kernel, launches * c.chip.kernel_launch_s);
    if (launches * c.chip.kernel_launch_s > kernel)
        c.run.bottlenecks.push_back({.id = "launch", .text = fmt::format("{:.0f} small kernels, {:.1f} us each to start. Starting them sets the pace; the arithmetic alone would take {:.0f} % of it.", launches, c.chip.kernel_launch_s * 1e6, 100 * kernel / (launches * c.chip.kernel_launch_s)), .share = launch_share});
    c.run.bottlenecks.push_back({.id = "compute", .text = fmt::format("Kernels take {:.0f} % of the step, exposed communication {:.1f} %. Model FLOP utilisation is {:.1f} %.", 100 * *s.compute_s / s.step_time_s, 100 * exposed / s.step_time_s, 100 * *s.mfu), .share = *s.compute_s / s.step_time_s});
    return {};
}

}  // namespace waferscope::sim
