// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/cluster.hpp"

#include "sim/cluster/schedule.hpp"
#include "sim/steps.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

using core::LlmConfig;
using core::ParallelPlan;
using core::Pass;
using core::Slice;
using core::SliceKind;

constexpr std::size_t kSteps = 128;
constexpr double kReserve = 0.92;  ///< share of memory a job may use
constexpr double kStateBytes = 18;  ///< weights, gradients, Adam per parameter in mixed precision

struct Context {
    const Request& request;
    const ChipSpec& chip;
    const LlmConfig* llm;
    ParallelPlan plan;
    core::Run run;
    std::vector<Activity> activity;

    [[nodiscard]] const core::Scenario& scenario() const { return run.scenario; }
    [[nodiscard]] int devices() const { return run.scenario.chips * chip.devices_per_chip; }
    [[nodiscard]] bool tp_across() const { return plan.tp > chip.domain; }
};

void add_slice(core::Timeline& timeline, core::Lane& lane, const std::string& name, SliceKind kind, Pass pass, double start, double end, double bytes, int index,
               std::uint32_t op = core::kNoOperator) {
    if (end > start)
        lane.slices.push_back({.start_s = start, .end_s = end, .name = timeline.intern(name), .op = op, .bytes = static_cast<float>(bytes), .kind = kind, .pass = pass, .index = static_cast<std::uint16_t>(index & 0xFFFF)});
}

/// Runs `works` one after another from `now`; sums of the tensor-parallel group follow their kernel. Returns the end.
double run_works(Context& c, core::Lane& compute, core::Lane& network, const std::vector<Work>& works, double now, int index) {
    double kernels = 0, launches = 0;
    for (const auto& work : works) kernels += work_time_s(work, c.chip), launches += work.launches;
    // The host runs ahead: kernels shorter than their launch wait for it (design/cluster_models.md 1).
    const double stretch = std::max(1.0, launches * c.chip.kernel_launch_s / std::max(kernels, 1e-12));
    for (const auto& work : works) {
        const double end = now + work_time_s(work, c.chip) * stretch;
        add_slice(c.run.timeline, compute, work.name, work.kind, Pass::forward, now, end, work.bytes, index, work.op);
        c.activity.push_back({now, end, work.flops, work.bytes, 0, 0, false});
        now = end;
        if (work.reduced_bytes > 0) {
            const double sum = now + all_reduce_s(work.reduced_bytes, c.plan.tp, c.chip, c.tp_across());
            add_slice(c.run.timeline, network, "all-reduce", SliceKind::collective, Pass::forward, now, sum, work.reduced_bytes, index);
            c.activity.push_back({now, sum, 0, 0, 2.0 * (c.plan.tp - 1) / c.plan.tp * work.reduced_bytes, 0, c.tp_across()});
            now = sum;
        }
    }
    return now;
}

void finish_inference(Context& c, core::Lane compute, core::Lane network, double flops) {
    auto& s = c.run.summary;
    c.run.timeline.lanes.push_back(std::move(compute));
    if (!network.slices.empty()) c.run.timeline.lanes.push_back(std::move(network));
    s.step_time_s = c.run.timeline.end_s();
    s.tflops_per_chip = flops / s.step_time_s / c.scenario().chips / 1e12;
    s.mfu = flops / s.step_time_s / (c.chip.flops_per_s * c.devices());
    double busy = 0, network_time = 0;
    for (const auto& lane : c.run.timeline.lanes)
        for (const auto& slice : lane.slices) (slice.kind == SliceKind::collective || slice.kind == SliceKind::send_recv ? network_time : busy) += slice.end_s - slice.start_s;
    s.compute_s = busy;
    s.communication_s = network_time;
    s.exposed_communication_s = network_time;
    s.utilisation = busy / s.step_time_s;
}

void explain_inference(Context& c, double bytes, double memory_time) {
    const auto& s = c.run.summary;
    const double network = *s.exposed_communication_s / s.step_time_s, memory = memory_time / s.step_time_s;
    core::Bottleneck fetch{.id = "memory", .text = fmt::format("Reading weights and KV takes {:.2f} ms of {:.2f} ms. {:.1f} GB per device at {:.0f} GB/s ({:.0f} % of peak reached).", memory_time * 1e3, s.step_time_s * 1e3, bytes / 1e9,
                                                               c.chip.memory_bytes_per_s / 1e9, 100 * bytes / s.step_time_s / c.chip.memory_bytes_per_s),
                           .share = memory};
    core::Bottleneck sums{.id = "collective", .text = fmt::format("{:.0f} % of the step is communication that nothing hides: all-reduces over {} devices.", 100 * network, c.plan.tp), .share = network};
    core::Bottleneck work{.id = "compute", .text = fmt::format("Arithmetic and launches take {:.0f} % of the step.", 100 * (1 - network)), .share = 1 - network};
    if (network > 0.15) c.run.bottlenecks.push_back(sums);
    c.run.bottlenecks.push_back(memory > 0.4 ? fetch : work);
    std::ranges::stable_sort(c.run.bottlenecks, std::greater{}, &core::Bottleneck::share);
}

core::Result<void> run_inference(Context& c) {
    const auto& sc = c.scenario();
    const auto& m = *c.llm;
    const bool decode = sc.phase == core::Phase::decode;
    const auto kv_precision = sc.options.kv_precision.value_or(sc.precision == core::Precision::fp4 ? core::Precision::fp8 : sc.precision);
    const double per_replica = std::ceil(static_cast<double>(sc.global_batch) / c.plan.dp);
    const double seq = static_cast<double>(std::max<std::int64_t>(1, sc.seq));
    const double tokens = decode ? per_replica : per_replica * seq;
    const bool flash = sc.options.attention.value_or(core::Attention::flash) == core::Attention::flash;
    const double b = core::precision_bytes(sc.precision);
    core::MemoryUse memory;
    const double parts = static_cast<double>(c.plan.tp) * c.plan.pp;
    memory.weights = core::total_parameters(m) * b / parts * c.chip.devices_per_chip;
    memory.kv_cache = per_replica * (seq + static_cast<double>(sc.output_tokens)) * core::kv_bytes_per_token(m, core::precision_bytes(kv_precision)) / parts * c.chip.devices_per_chip;
    memory.activations = tokens * static_cast<double>(m.hidden) * b * 4 / c.plan.tp * c.chip.devices_per_chip;
    memory.total = *memory.weights + *memory.kv_cache + *memory.activations;
    c.run.summary.memory = memory;
    c.run.summary.fits = memory.total <= kReserve * c.chip.memory_bytes * c.chip.devices_per_chip;

    core::Lane compute{.name = "Device 0", .detail = "compute"}, network{.name = "Network", .detail = "sums", .kind = core::LaneKind::link};
    const auto layer = layer_work(m, tokens, seq, per_replica, c.plan.tp, sc.precision, kv_precision, flash, c.chip);
    const auto layers_per_stage = std::max<std::int64_t>(1, m.layers / c.plan.pp);
    double now = 0, bytes = 0, memory_time = 0;
    for (const auto& work : layer) {
        bytes += work.bytes * static_cast<double>(m.layers);
        memory_time += work.bytes / (c.chip.memory_bytes_per_s * c.chip.memory_efficiency) * static_cast<double>(m.layers);
    }
    for (std::int64_t l = 0; l < m.layers; ++l) {
        if (l > 0 && l % layers_per_stage == 0 && c.plan.pp > 1) {
            const double moved = tokens * static_cast<double>(m.hidden) * b, end = now + send_s(moved, c.chip, c.plan.tp * c.plan.pp > c.chip.domain);
            add_slice(c.run.timeline, network, "to the next stage", SliceKind::send_recv, Pass::forward, now, end, moved, static_cast<int>(l));
            now = end;
        }
        now = run_works(c, compute, network, layer, now, static_cast<int>(l));
    }
    now = run_works(c, compute, network, {head_work(m, decode ? tokens : per_replica, c.plan.tp, sc.precision, c.chip)}, now, static_cast<int>(m.layers));
    const double all_tokens = static_cast<double>(sc.global_batch) * (decode ? 1 : seq);
    finish_inference(c, std::move(compute), std::move(network), 2 * core::macs_per_token(m, decode ? seq : seq / 2) * all_tokens);
    auto& s = c.run.summary;
    s.tokens_per_s = all_tokens / s.step_time_s;
    if (decode) {
        s.tpot_s = s.step_time_s;
        s.tokens_per_s_per_user = 1 / s.step_time_s;
    } else {
        s.ttft_s = s.step_time_s;
    }
    explain_inference(c, bytes / c.plan.pp, memory_time);
    return {};
}

/// Chips hold a copy of the graph each and share the batch; training adds backward and an all-reduce of gradients.
core::Result<void> run_graph(Context& c) {
    const auto& sc = c.scenario();
    const auto& workload = *c.request.workload;
    const bool training = core::is_training(sc.phase);
    c.plan = {.dp = static_cast<int>(std::min<std::int64_t>(c.devices(), sc.global_batch))};
    const double samples = std::ceil(static_cast<double>(sc.global_batch) / c.plan.dp);
    const auto works = graph_work(workload, samples, sc.precision, c.chip);
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
        add_slice(c.run.timeline, network, "gradient all-reduce", SliceKind::gradients, Pass::backward, start, start + all_reduce, gradient, 0);
        if (all_reduce > 0) c.activity.push_back({start, start + all_reduce, 0, 0, 2 * gradient, 0, c.devices() > c.chip.domain});
        exposed = std::max(0.0, start + all_reduce - now);
        now += exposed;
        const double update = workload.parameters * kStateBytes / (c.chip.memory_bytes_per_s * c.chip.memory_efficiency);
        add_slice(c.run.timeline, compute, "optimiser", SliceKind::optimizer, Pass::optimizer, now, now + update, workload.parameters * kStateBytes, 0);
        c.activity.push_back({now, now + update, 0, workload.parameters * kStateBytes, 0, 0, false});
    }
    const double macs = core::total_macs(workload) / static_cast<double>(workload.batch) * static_cast<double>(sc.global_batch);
    finish_inference(c, std::move(compute), std::move(network), 2 * macs * (training ? 3 : 1));
    auto& s = c.run.summary;
    s.samples_per_s = static_cast<double>(sc.global_batch) / s.step_time_s;
    s.exposed_communication_s = exposed;
    s.communication_s = 0;
    for (const auto& lane : c.run.timeline.lanes) *s.communication_s += time_in(lane, SliceKind::gradients);
    *s.compute_s -= *s.communication_s;
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

core::MemoryUse training_memory(const Context& c) {
    const auto& m = *c.llm;
    const auto& p = c.plan;
    const double parameters = core::total_parameters(m) / p.tp / p.pp;
    core::MemoryUse memory;
    memory.weights = 2 * parameters / (p.zero >= 3 ? p.dp : 1);
    memory.gradients = 4 * parameters / (p.zero >= 2 ? p.dp : 1);
    memory.optimizer = 12 * parameters / (p.zero >= 1 ? p.dp : 1);
    // Korthikanti et al. 2022, table 2: bytes per layer at 16 bit; all layers of the model are in flight on stage 0.
    const double sbh = static_cast<double>(c.scenario().seq) * p.micro_batch * static_cast<double>(m.hidden), t = p.tp;
    const double scores = 5.0 * static_cast<double>(m.heads * c.scenario().seq) / static_cast<double>(m.hidden);
    const bool flash = c.scenario().options.attention.value_or(core::Attention::standard) == core::Attention::flash;
    double per_layer = p.sequence_parallel ? sbh / t * 34 : sbh * (10 + 24 / t);
    if (p.recompute == core::Recompute::none && !flash) per_layer += sbh * scores / t;
    if (p.recompute == core::Recompute::full) per_layer = 2 * sbh;
    const double layers = static_cast<double>(m.layers);
    memory.activations = per_layer * layers + (p.recompute == core::Recompute::full ? sbh * (34 + scores) / t : 0);
    memory.total = *memory.weights + *memory.gradients + *memory.optimizer + *memory.activations;
    return memory;
}

core::Result<void> run_training(Context& c, Detail detail) {
    const auto& sc = c.scenario();
    const auto& m = *c.llm;
    const auto& p = c.plan;
    const double tokens = static_cast<double>(p.micro_batch * sc.seq);
    const auto micro_batches = static_cast<int>(std::max<std::int64_t>(1, sc.global_batch / (static_cast<std::int64_t>(p.dp) * p.micro_batch)));
    const bool flash = sc.options.attention.value_or(core::Attention::standard) == core::Attention::flash;
    const auto layer = layer_work(m, tokens, static_cast<double>(sc.seq), p.micro_batch, p.tp, sc.precision, sc.precision, flash, c.chip);
    const auto head = head_work(m, tokens, p.tp, sc.precision, c.chip);
    double kernels = 0, launches = 0, sums = 0, flops = 0, bytes = 0, sum_bytes = 0;
    for (const auto& work : layer) {
        kernels += work_time_s(work, c.chip), launches += work.launches, flops += work.flops, bytes += work.bytes;
        if (work.reduced_bytes > 0) sums += all_reduce_s(work.reduced_bytes, p.tp, c.chip, c.tp_across()), sum_bytes += 2.0 * (p.tp - 1) / p.tp * work.reduced_bytes;
    }
    const double launch = launches * c.chip.kernel_launch_s;
    const double forward = std::max(kernels, launch);
    const bool again = p.recompute == core::Recompute::full;
    const double backward = std::max((again ? 3 : 2) * kernels, 2 * launch);
    std::vector<StageTimes> stages(static_cast<std::size_t>(p.pp));
    for (std::size_t s = 0; s < stages.size(); ++s) {
        const auto n = static_cast<double>(m.layers / p.pp + (static_cast<std::int64_t>(s) < m.layers % p.pp ? 1 : 0));
        stages[s] = {n * forward, n * backward, n * sums, n * sums * (again ? 2 : 1)};
    }
    stages.back().forward += work_time_s(head, c.chip);
    stages.back().backward += 2 * work_time_s(head, c.chip);
    const double moved = tokens * static_cast<double>(m.hidden) * 2;
    const bool across = p.tp * p.pp > c.chip.domain;
    const auto events = one_f_one_b(stages, micro_batches, p.pp > 1 ? send_s(moved / p.tp, c.chip, across) : 0);

    auto& timeline = c.run.timeline;
    const double parameters = core::total_parameters(m) / p.tp / p.pp;
    const double gradient_bytes = parameters * 2;
    const double all_reduce = all_reduce_s(gradient_bytes * (p.zero >= 3 ? 1.5 : 1), p.dp, c.chip, c.devices() > c.chip.domain);
    const double update = parameters * kStateBytes / (p.zero >= 1 ? p.dp : 1) / (c.chip.memory_bytes_per_s * c.chip.memory_efficiency);
    for (std::size_t s = 0; s < stages.size(); ++s) {
        core::Lane lane{.name = fmt::format("Stage {}", s), .detail = fmt::format("tp {}", p.tp)};
        double end = 0;
        for (const auto& event : events[s]) {
            const bool fwd = event.pass == Pass::forward;
            const double arithmetic = fwd ? stages[s].forward : stages[s].backward;
            if (event.start_s > end) add_slice(timeline, lane, "bubble", SliceKind::wait, event.pass, end, event.start_s, 0, event.micro_batch);
            const double split = event.start_s + arithmetic;
            add_slice(timeline, lane, fwd ? "forward" : "backward", SliceKind::gemm, event.pass, event.start_s, split, 0, event.micro_batch);
            add_slice(timeline, lane, "all-reduce", SliceKind::collective, event.pass, split, event.end_s, 0, event.micro_batch);
            const double n = static_cast<double>(m.layers) / p.pp * (fwd ? 1 : (again ? 3 : 2));
            if (detail == Detail::full) {
                c.activity.push_back({event.start_s, split, flops * n, bytes * n, 0, static_cast<int>(s), false});
                if (event.end_s > split) c.activity.push_back({split, event.end_s, 0, 0, sum_bytes * static_cast<double>(m.layers) / p.pp * (fwd || !again ? 1 : 2), static_cast<int>(s), c.tp_across()});
            }
            end = event.end_s;
        }
        const double hidden = sc.options.overlap ? std::min(0.8 * all_reduce, stages[s].backward) : 0;
        const double exposed = all_reduce - hidden;
        add_slice(timeline, lane, "DP gradients", SliceKind::gradients, Pass::backward, end, end + exposed, gradient_bytes, 0);
        if (detail == Detail::full && exposed > 0) c.activity.push_back({end, end + exposed, 0, 0, 2 * gradient_bytes, static_cast<int>(s), c.devices() > c.chip.domain});
        add_slice(timeline, lane, "optimiser", SliceKind::optimizer, Pass::optimizer, end + exposed, end + exposed + update, parameters * kStateBytes, 0);
        timeline.lanes.push_back(std::move(lane));
    }
    auto& sum = c.run.summary;
    sum.step_time_s = timeline.end_s();
    // The critical rank is the one that ends last; its slices and gaps are the step.
    const auto& critical = *std::ranges::max_element(timeline.lanes, {}, [](const core::Lane& lane) { return lane.slices.back().end_s; });
    sum.compute_s = time_in(critical, SliceKind::gemm) + time_in(critical, SliceKind::optimizer);
    sum.exposed_communication_s = time_in(critical, SliceKind::collective) + time_in(critical, SliceKind::gradients);
    sum.communication_s = *sum.exposed_communication_s + all_reduce - time_in(critical, SliceKind::gradients);
    if (c.plan.pp > 1) sum.bubble_s = std::max(0.0, sum.step_time_s - *sum.compute_s - *sum.exposed_communication_s);
    const double batch_tokens = static_cast<double>(sc.global_batch * sc.seq);
    sum.tokens_per_s = batch_tokens / sum.step_time_s;
    sum.samples_per_s = static_cast<double>(sc.global_batch) / sum.step_time_s;
    const double model_flops = 6 * core::macs_per_token(m, static_cast<double>(sc.seq)) * batch_tokens;
    sum.tflops_per_chip = model_flops / sum.step_time_s / sc.chips / 1e12;
    sum.mfu = model_flops / sum.step_time_s / (c.chip.flops_per_s * c.devices());
    sum.hfu = *sum.mfu * (again ? 4.0 / 3 : 1);
    sum.utilisation = *sum.compute_s / sum.step_time_s;
    auto memory = training_memory(c);
    for (auto* part : {&memory.weights, &memory.gradients, &memory.optimizer, &memory.activations}) *part = **part * c.chip.devices_per_chip;
    memory.total *= c.chip.devices_per_chip;
    sum.memory = memory;
    sum.fits = memory.total <= kReserve * c.chip.memory_bytes * c.chip.devices_per_chip;
    const double bubble = sum.bubble_s.value_or(0) / sum.step_time_s, exposed = *sum.exposed_communication_s / sum.step_time_s;
    if (p.pp > 1)
        c.run.bottlenecks.push_back({.id = "bubble", .text = fmt::format("The pipeline is filling and draining {:.1f} % of the step. {} stages, {} micro-batches: (p-1)/m = {:.1f} %.", 100 * bubble, p.pp, micro_batches, 100.0 * (p.pp - 1) / micro_batches), .share = bubble});
    c.run.bottlenecks.push_back({.id = "collective", .text = fmt::format("{:.1f} % of the step is communication that nothing hides: tensor-parallel sums over {} devices and gradients over {}.", 100 * exposed, p.tp, p.dp), .share = exposed});
    c.run.bottlenecks.push_back({.id = "compute", .text = fmt::format("Arithmetic takes {:.0f} % of the step at {:.0f} % model FLOP utilisation.", 100 * *sum.compute_s / sum.step_time_s, 100 * *sum.mfu), .share = 0.25 * *sum.compute_s / sum.step_time_s});
    std::ranges::stable_sort(c.run.bottlenecks, std::greater{}, &core::Bottleneck::share);
    if (sc.parallel && sc.parallel->interleave > 1) c.run.warnings.emplace_back("The interleaved schedule is simulated as plain 1F1B in this version: the bubble is an upper bound.");
    return {};
}

core::Result<core::Run> run_plan(const Request& request, const ChipSpec& chip, const LlmConfig* llm, const ParallelPlan& plan, Detail detail) {
    Context c{request, chip, llm, plan, {}, {}};
    c.run.scenario = request.scenario;
    const auto done = llm == nullptr ? run_graph(c) : core::is_training(request.scenario.phase) ? run_training(c, detail) : run_inference(c);
    if (!done) return tl::unexpected(done.error());
    c.run.plan = c.plan;
    if (chip.power_w) {
        c.run.summary.power_w = *chip.power_w * request.scenario.chips;
        c.run.summary.energy_j = *c.run.summary.power_w * c.run.summary.step_time_s;
    }
    if (detail == Detail::full) {
        c.run.step_edges_s = even_steps(c.run.summary.step_time_s, kSteps);
        c.run.devices = device_map(c.run, chip, c.activity);
        const auto& load = c.run.devices->link_load;
        if (request.scenario.chips > 1 && !load.empty()) c.run.summary.hottest_link = core::HottestLink{"chip link", *std::ranges::max_element(load)};
    }
    return std::move(c.run);
}

core::Result<ParallelPlan> check_plan(ParallelPlan plan, const core::Scenario& scenario, int devices, const LlmConfig* llm) {
    const std::int64_t known = static_cast<std::int64_t>(plan.tp) * plan.pp * plan.cp;
    if (plan.dp == 0) plan.dp = static_cast<int>(std::max<std::int64_t>(1, devices / std::max<std::int64_t>(1, known)));
    if (known * plan.dp != devices)
        return core::fail(core::ErrorCode::plan, fmt::format("tp {} x pp {} x dp {} x cp {} = {}, but there are {} devices.", plan.tp, plan.pp, plan.dp, plan.cp, known * plan.dp, devices), "/parallel",
                          devices % known == 0 ? fmt::format("dp {} would fit, or write \"parallel\":\"auto\"", devices / known) : "write \"parallel\":\"auto\"");
    if (llm != nullptr && plan.pp > llm->layers)
        return core::fail(core::ErrorCode::plan, fmt::format("pp {} is more than the {} layers.", plan.pp, llm->layers), "/parallel/pp", "use fewer stages");
    if (core::is_training(scenario.phase) && scenario.global_batch % (static_cast<std::int64_t>(plan.dp) * plan.micro_batch) != 0)
        return core::fail(core::ErrorCode::plan, fmt::format("global_batch {} is not a multiple of dp {} x micro_batch {}.", scenario.global_batch, plan.dp, plan.micro_batch), "/global_batch", "change the batch or the plan");
    return plan;
}

/// Every split of the devices into powers of two (and the rest), each simulated in summary; the fastest that fits.
core::Result<core::Run> best_plan(const Request& request, const ChipSpec& chip, const LlmConfig& llm, Detail detail, const std::stop_token& stop) {
    const int devices = request.scenario.chips * chip.devices_per_chip;
    const bool training = core::is_training(request.scenario.phase);
    std::optional<ParallelPlan> best;
    double best_time = 0, least_memory = 1e30;
    int tried = 0;
    const auto consider = [&](const ParallelPlan& plan) {
        if (!check_plan(plan, request.scenario, devices, &llm)) return;
        auto run = run_plan(request, chip, &llm, plan, Detail::summary);
        ++tried;
        if (!run) return;
        least_memory = std::min(least_memory, run->summary.memory->total);
        const double time = training ? run->summary.step_time_s : run->summary.step_time_s / std::min<double>(plan.dp, static_cast<double>(request.scenario.global_batch)) * plan.dp;
        if (run->summary.fits && (!best || time < best_time)) best = plan, best_time = time;
    };
    for (int tp = 1; tp <= devices && tp <= std::max(8, chip.domain); tp *= 2) {
        if (devices % tp != 0 || tp > llm.heads) continue;
        for (int pp = 1; pp <= devices / tp && pp <= llm.layers; pp *= 2) {
            if (devices / tp % pp != 0 || stop.stop_requested()) continue;
            ParallelPlan plan{.tp = tp, .pp = pp, .dp = devices / tp / pp};
            if (!training) {
                if (plan.dp <= request.scenario.global_batch) consider(plan);
                continue;
            }
            if (plan.dp > request.scenario.global_batch || request.scenario.global_batch / plan.dp / std::max(1, pp) > 4096) continue;
            plan.sequence_parallel = tp > 1;
            for (const auto recompute : {core::Recompute::none, core::Recompute::selective, core::Recompute::full})
                for (const int zero : {0, 1, 3}) {
                    if (plan.dp == 1 && zero > 0) continue;
                    plan.recompute = recompute, plan.zero = zero;
                    consider(plan);
                }
        }
    }
    if (!best)
        return core::fail(core::ErrorCode::fit, fmt::format("The model does not fit: {:.1f} GB per chip at best, {:.1f} GB there is.", least_memory > 1e29 ? 0.0 : least_memory / 1e9, chip.memory_bytes * chip.devices_per_chip / 1e9), "/parallel",
                          fmt::format("it fits from about {} chips", static_cast<int>(std::ceil(core::total_parameters(llm) * (training ? kStateBytes : core::precision_bytes(request.scenario.precision)) / (0.8 * chip.memory_bytes * chip.devices_per_chip)))));
    auto run = run_plan(request, chip, &llm, *best, detail);
    if (run) run->assumptions.push_back(fmt::format("Plan found automatically: the fastest of {} that were tried and fit.", tried));
    return run;
}

}  // namespace

core::Result<core::Run> simulate_cluster(const Request& request, Detail detail, const std::stop_token& stop) {
    const auto chip = chip_spec(request);
    if (!chip) return tl::unexpected(chip.error());
    const LlmConfig* llm = llm_of(request);
    if (llm == nullptr && !request.workload)
        return core::fail(core::ErrorCode::value, "This kind of workload is not simulated on clusters yet.", "/workload", "give an llm, hf_config or file");
    if (llm != nullptr && request.scenario.phase == core::Phase::serve)
        return core::fail(core::ErrorCode::value, "Phase serve is not simulated in this version.", "/phase", "use prefill and decode");
    const int devices = request.scenario.chips * chip->devices_per_chip;
    core::Result<core::Run> run;
    if (llm == nullptr) {
        run = run_plan(request, *chip, nullptr, {.dp = devices}, detail);
    } else if (request.scenario.parallel) {
        const auto plan = check_plan(*request.scenario.parallel, request.scenario, devices, llm);
        if (!plan) return tl::unexpected(plan.error());
        run = run_plan(request, *chip, llm, *plan, detail);
    } else {
        run = best_plan(request, *chip, *llm, detail, stop);
    }
    if (!run) return run;
    if (!run->summary.fits)
        run->warnings.push_back(fmt::format("Does not fit: {:.1f} GB per chip needed, {:.1f} GB there is; times are as if memory sufficed.", run->summary.memory->total / 1e9, chip->memory_bytes * chip->devices_per_chip / 1e9));
    run->assumptions.push_back(fmt::format("Kernels reach {:.0f} % of the dense peak and {:.0f} % of memory bandwidth at best; uncalibrated first constants.", 100 * chip->compute_efficiency, 100 * chip->memory_efficiency));
    run->sources.push_back(request.machine->name + ": " + request.machine->figures.at("memory_bytes_per_s").source);
    return run;
}

}  // namespace waferscope::sim
