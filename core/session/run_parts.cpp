// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/run_parts.hpp"

#include "core/session/archive.hpp"

namespace waferscope::core {

constexpr int kWaferOfKernel = 3;  ///< version since which placed kernels and regions know their wafer

// Found by argument-dependent lookup from archive.hpp, so they cannot hide in an unnamed namespace.

template <class A>
void visit(A& a, Rect& r) {
    visit_all(a, r.x, r.y, r.width, r.height);
}
template <class A>
void visit(A& a, HottestLink& h) {
    visit_all(a, h.name, h.load);
}
template <class A>
void visit(A& a, MemoryUse& m) {
    visit_all(a, m.weights, m.gradients, m.optimizer, m.activations, m.kv_cache, m.total);
}
template <class A>
void visit(A& a, Bottleneck& b) {
    visit_all(a, b.id, b.text, b.share, b.place, b.wafer, b.time_s);
}
template <class A>
void visit(A& a, Slice& s) {
    visit_all(a, s.start_s, s.end_s, s.name, s.op, s.bytes, s.kind, s.pass, s.index);
}
template <class A>
void visit(A& a, Lane& l) {
    visit_all(a, l.name, l.detail, l.kind, l.slices);
}
template <class A>
void visit(A& a, CoreClass& c) {
    visit_all(a, c.name, c.group, c.op);
}
template <class A>
void visit(A& a, ClassSeries& s) {
    visit_all(a, s.metric, s.value);
}
template <class A>
void visit(A& a, CoreField& f) {
    visit_all(a, f.metric, f.value);
}
template <class A>
void visit(A& a, FlowPlane& p) {
    visit_all(a, p.box, p.wafer, p.direction, p.wavelets);
}
template <class A>
void visit(A& a, Slot& s) {
    visit_all(a, s.x, s.y, s.rotated, s.arguments);
}
template <class A>
void visit(A& a, PlacedKernel& k) {
    visit_all(a, k.name, k.slot, k.rect, k.op);
    if constexpr (A::kReads)
        if (a.version < kWaferOfKernel) return;
    visit(a, k.wafer);
}
template <class A>
void visit(A& a, WaferSeries& w) {
    auto& c = w.classes;
    visit_all(a, c.grid.columns, c.grid.rows, c.wafers, c.classes_per_wafer, c.class_of_core, c.classes);
    visit_all(a, w.series, w.fields, w.links.plane, w.links.weight, w.placement.kernels, w.defects);
}
template <class A>
void visit(A& a, Device& d) {
    visit_all(a, d.name, d.kind, d.x, d.y, d.width, d.height, d.value_class);
}
template <class A>
void visit(A& a, DeviceLink& l) {
    visit_all(a, l.from, l.to, l.name, l.value_class, l.wraps);
}
template <class A>
void visit(A& a, DeviceMap& m) {
    visit_all(a, m.caption, m.devices, m.links, m.device_classes, m.link_classes, m.series, m.link_load, m.shown_chips, m.total_chips);
}
template <class A>
void visit(A& a, Lever& l) {
    visit_all(a, l.change, l.metric, l.before, l.after, l.gain, l.applicable);
}
template <class A>
void visit_plan(A& a, ParallelPlan& p) {
    visit_all(a, p.tp, p.pp, p.dp, p.cp, p.ep, p.interleave, p.micro_batch, p.zero, p.recompute, p.sequence_parallel);
}
template <class A>
void visit(A& a, Fleet& f) {
    visit_all(a, f.replicas, f.systems, f.utilisation_mean, f.usd_per_month, f.usd_per_m_input, f.usd_per_m_output, f.usd_per_request, f.bound_by);
}
template <class A>
void visit_summary(A& a, Run& run) {
    auto& s = run.summary;
    visit_plan(a, run.plan);
    visit_all(a, s.fits, s.step_time_s, s.interval_s, s.tokens_per_s, s.tokens_per_s_per_user, s.samples_per_s, s.ttft_s, s.tpot_s);
    visit_all(a, s.tflops_per_chip, s.mfu, s.hfu, s.utilisation, s.compute_s, s.communication_s, s.exposed_communication_s, s.bubble_s);
    visit_all(a, s.hottest_link, s.memory, s.wafers, s.power_w, s.energy_j, s.price_usd, s.unit_cost_usd, s.gross_margin);
    visit_all(a, s.usd_per_hour, s.usd_per_mtok, s.algorithm, s.bus_bandwidth_bytes_per_s, s.fleet);
    visit_all(a, run.bottlenecks, run.assumptions, run.warnings, run.sources, run.levers);
    visit_all(a, run.evidence.kind, run.evidence.mape, run.evidence.n, run.evidence.set, run.evidence.inside_range, run.evidence.outside, run.wall_ms);
}
template <class A>
void visit_part(A& a, Run& run, std::string_view part) {
    if (part == "summary") visit_summary(a, run);
    if (part == "timeline") visit_all(a, run.step_edges_s, run.timeline.names, run.timeline.lanes);
    if (part == "wafer") visit(a, run.wafer);
    if (part == "devices") visit(a, run.devices);
}

namespace {

/// Every index a view will follow lies inside its table.
bool consistent(const Run& run) {
    for (const auto& lane : run.timeline.lanes)
        for (const auto& slice : lane.slices)
            if (slice.name >= run.timeline.names.size() || static_cast<int>(slice.kind) >= kSliceKinds) return false;
    const auto steps = run.steps();
    if (run.wafer) {
        const auto& c = run.wafer->classes;
        if (c.grid.columns < 1 || c.grid.rows < 1 || c.class_of_core.size() != c.grid.cells() || c.wafers < 1) return false;
        if (c.classes.size() != static_cast<std::size_t>(c.wafers) * c.classes_per_wafer) return false;
        for (const auto index : c.class_of_core)
            if (index >= c.classes_per_wafer) return false;
        for (const auto& series : run.wafer->series)
            if (series.value.size() != steps * c.classes.size()) return false;
        for (const auto& field : run.wafer->fields)
            if (field.value.size() != c.grid.cells()) return false;
        for (const auto& [x, y] : run.wafer->defects)
            if (x < 0 || y < 0 || x >= c.grid.columns || y >= c.grid.rows) return false;
        for (const auto& kernel : run.wafer->placement.kernels)
            if (kernel.wafer < 0 || kernel.wafer >= c.wafers) return false;
        if (run.wafer->links.weight.size() != steps * run.wafer->links.plane.size()) return false;
        for (const auto& plane : run.wafer->links.plane) {
            const auto& b = plane.box;
            if (b.x < 0 || b.y < 0 || b.width < 0 || b.height < 0 || b.x > c.grid.columns - b.width || b.y > c.grid.rows - b.height) return false;
            if (plane.wavelets.size() != 1 && plane.wavelets.size() != static_cast<std::size_t>(b.area())) return false;
        }
    }
    if (run.devices) {
        for (const auto& link : run.devices->links)
            if (link.from >= run.devices->devices.size() || link.to >= run.devices->devices.size() || link.value_class >= run.devices->link_classes.size()) return false;
        for (const auto& device : run.devices->devices)
            if (device.value_class >= run.devices->device_classes.size()) return false;
        for (const auto& series : run.devices->series)
            if (series.value.size() != steps * run.devices->device_classes.size()) return false;
        if (run.devices->link_load.size() != steps * run.devices->link_classes.size()) return false;
    }
    return true;
}

}  // namespace

std::string write_part(const Run& run, std::string_view part) {
    Writer writer;
    visit_part(writer, const_cast<Run&>(run), part);  // a Writer only looks
    return std::move(writer.data);
}

bool read_part(Run& run, std::string_view part, const std::string& bytes, int version) {
    Reader reader(bytes, version);
    visit_part(reader, run, part);
    return !reader.bad && reader.left() == 0 && consistent(run);
}

}  // namespace waferscope::core
