// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/flow_model.hpp"

#include "sim/placement/contest_score.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>

namespace waferscope::sim {

FlowModel::FlowModel(FloorProblem problem, FloorSlots slots)
    : problem_(std::move(problem)),
      slots_(std::move(slots)),
      shapes_(problem_.kernels.size()),
      inside_(problem_.kernels.size(), false),
      owner_(problem_.graph.kernels.size()),
      edges_of_(problem_.kernels.size()),
      inner_(problem_.graph.kernels.size()),
      along_(problem_.graph.edges.size()),
      loads_(problem_.limits.grid) {
    layout_.graph = problem_.graph;
    layout_.copies = problem_.limits.copies;
    layout_.packed.shapes.resize(problem_.graph.kernels.size());
    layout_.packed.placed.resize(problem_.graph.kernels.size());
    for (std::size_t k = 0; k < problem_.kernels.size(); ++k)
        for (std::size_t p = 0; p < problem_.kernels[k].parts; ++p) owner_[problem_.kernels[k].first + p] = k;
    for (std::size_t e = 0; e < problem_.graph.edges.size(); ++e) {
        const auto& edge = problem_.graph.edges[e];
        const auto from = owner_[static_cast<std::size_t>(edge.from)];
        const auto to = owner_[static_cast<std::size_t>(edge.to)];
        edges_of_[from].push_back(e);
        if (to != from) edges_of_[to].push_back(e);
    }
    for (std::size_t k = 0; k < slots_.size(); ++k) put(k);
    for (std::size_t p = 0; p < inner_.size(); ++p) refresh_part(p);
    for (std::size_t e = 0; e < along_.size(); ++e) refresh_edge(e);
    loads_.finish();
}

core::Rect FlowModel::apply(const std::vector<FloorEdit>& edits) {
    std::set<std::size_t> parts, edges;
    for (const auto& edit : edits) {
        slots_[edit.kernel] = edit.slot;
        put(edit.kernel);
        const auto& kernel = problem_.kernels[edit.kernel];
        for (std::size_t p = 0; p < kernel.parts; ++p) parts.insert(kernel.first + p);
        edges.insert(edges_of_[edit.kernel].begin(), edges_of_[edit.kernel].end());
    }
    for (const auto p : parts) refresh_part(p);
    for (const auto e : edges) refresh_edge(e);
    return loads_.finish();
}

void FlowModel::set_weights(double time, double length, double adapter) {
    problem_.weight_time = time, problem_.weight_length = length, problem_.weight_adapter = adapter;
}

core::Rect FlowModel::rect(std::size_t kernel) const {
    const auto& slot = slots_[kernel];
    if (!slot) return {};
    const auto& shape = shapes_[kernel];
    return slot->rotated ? core::Rect{slot->x, slot->y, shape.height, shape.width}
                         : core::Rect{slot->x, slot->y, shape.width, shape.height};
}

/// What follows from the slot of `kernel`, flows excepted.
void FlowModel::put(std::size_t kernel) {
    const auto& slot = slots_[kernel];
    inside_[kernel] = false;
    shapes_[kernel] = {};
    if (!slot) return;
    shapes_[kernel] = floor_shape(problem_, kernel, slot->arguments);
    const auto r = rect(kernel);
    const auto grid = problem_.limits.grid;
    inside_[kernel] = r.x >= 0 && r.y >= 0 && r.width <= grid.columns - r.x && r.height <= grid.rows - r.y;
    const auto& item = problem_.kernels[kernel];
    for (std::size_t p = 0; p < item.parts; ++p) {
        auto& placed = layout_.packed.placed[item.first + p];
        placed = placed_part(problem_, kernel, p, *slot);
        const auto& a = placed.slot.arguments;
        layout_.packed.shapes[item.first + p] =
            shape_of(problem_.graph.kernels[item.first + p], a[0], a[1], a[2], a[3], problem_.limits.copies);
    }
}

bool FlowModel::sends(std::size_t part) const {
    return inside_[owner_[part]];
}

void FlowModel::refresh_part(std::size_t part) {
    Flows fresh;
    if (sends(part))
        visit_kernel_flows(layout_, part, problem_.batch,
                           [&](const TileFlow& flow, RouteOrder order) { fresh.push_back({flow, order}); });
    replace(inner_[part], std::move(fresh));
}

void FlowModel::refresh_edge(std::size_t edge) {
    Flows fresh;
    const auto& e = problem_.graph.edges[edge];
    if (sends(static_cast<std::size_t>(e.from)) && sends(static_cast<std::size_t>(e.to)))
        visit_edge_flows(layout_, e,
                         [&](const TileFlow& flow, RouteOrder order) { fresh.push_back({flow, order}); });
    replace(along_[edge], std::move(fresh));
}

void FlowModel::replace(Flows& flows, Flows fresh) {
    for (const auto& [f, order] : flows)
        loads_.add_flow(f.from_x, f.from_y, f.to_x, f.to_y, -f.wavelets, order);
    for (const auto& [f, order] : fresh)
        loads_.add_flow(f.from_x, f.from_y, f.to_x, f.to_y, f.wavelets, order);
    flows = std::move(fresh);
}

FloorEstimate FlowModel::estimate() const {
    FloorEstimate out;
    double area = 0;
    for (std::size_t k = 0; k < slots_.size(); ++k) {
        if (!slots_[k]) continue;
        ++out.placed;
        if (shapes_[k].time > out.time) out.time = shapes_[k].time, out.slowest = k;
        area += static_cast<double>(shapes_[k].width) * shapes_[k].height;
    }
    out.area_fraction = area / static_cast<double>(problem_.limits.grid.cells());
    for (const auto& edge : problem_.edges) {
        if (!slots_[edge.from] || !slots_[edge.to]) continue;
        const auto a = rect(edge.from), b = rect(edge.to);
        out.wire_length += static_cast<double>(std::abs(2 * a.x + a.width - 2 * b.x - b.width) +
                                               std::abs(2 * a.y + a.height - 2 * b.y - b.height)) /
                           2;
        out.adapters += protocol_mismatches(slots_[edge.from]->arguments, slots_[edge.to]->arguments);
    }
    out.cost = problem_.weight_time * out.time + problem_.weight_length * out.wire_length +
               problem_.weight_adapter * out.adapters;
    out.busiest = loads_.busiest();
    out.link_time = static_cast<double>(out.busiest.wavelets) / kFixedOne * problem_.wavelet_interval;
    find_violations(out);
    return out;
}

void FlowModel::find_violations(FloorEstimate& estimate) const {
    using Rule = FloorViolation::Rule;
    std::vector<std::pair<core::Rect, std::size_t>> boxes;
    for (std::size_t k = 0; k < slots_.size(); ++k) {
        if (!slots_[k]) {
            estimate.violations.push_back({.rule = Rule::unplaced, .kernel = k, .other = k});
            continue;
        }
        const auto r = rect(k);
        if (!inside_[k])
            estimate.violations.push_back({.rule = Rule::range, .kernel = k, .other = k, .place = r});
        if (shapes_[k].memory > problem_.limits.memory_elements)
            estimate.violations.push_back({.rule = Rule::memory, .kernel = k, .other = k, .place = r});
        boxes.emplace_back(r, k);
    }
    // A rectangle meets those that began before it along x and have not ended.
    std::ranges::stable_sort(boxes, {}, [](const auto& box) { return box.first.x; });
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto& [a, k] = boxes[i];
        std::erase_if(
            open, [&](std::size_t o) { return boxes[o].first.x + boxes[o].first.width <= boxes[i].first.x; });
        for (const auto o : open) {
            const auto& [b, other] = boxes[o];
            if (!a.overlaps(b)) continue;
            const int x = std::max(a.x, b.x), y = std::max(a.y, b.y);
            estimate.violations.push_back({.rule = Rule::overlap,
                                           .kernel = std::min(k, other),
                                           .other = std::max(k, other),
                                           .place = {x, y, std::min(a.x + a.width, b.x + b.width) - x,
                                                     std::min(a.y + a.height, b.y + b.height) - y}});
        }
        open.push_back(i);
    }
}

std::vector<LinkShare> FlowModel::shares(const BusiestLink& link) const {
    std::vector<LinkShare> out;
    const auto add = [&](const Flows& flows, std::size_t from, std::size_t to) {
        FixedWavelets sum = 0;
        for (const auto& routed : flows)
            if (crosses(routed, link.direction, link.x, link.y)) sum += routed.flow.wavelets;
        if (sum == 0) return;
        const auto known =
            std::ranges::find_if(out, [&](const auto& s) { return s.from == from && s.to == to; });
        if (known != out.end())
            known->wavelets += sum;
        else
            out.push_back({from, to, sum});
    };
    for (std::size_t p = 0; p < inner_.size(); ++p) add(inner_[p], owner_[p], owner_[p]);
    for (std::size_t e = 0; e < along_.size(); ++e) {
        const auto& edge = problem_.graph.edges[e];
        add(along_[e], owner_[static_cast<std::size_t>(edge.from)],
            owner_[static_cast<std::size_t>(edge.to)]);
    }
    std::ranges::stable_sort(out, std::greater{}, &LinkShare::wavelets);
    return out;
}

void FlowModel::hottest(const core::Rect& area, std::vector<float>& out) const {
    loads_.hottest(area, out);
}

std::string violation_text(const FlowModel& model, const FloorViolation& v) {
    using Rule = FloorViolation::Rule;
    const auto& name = shown_name(model.problem(), v.kernel);
    const auto grid = model.problem().limits.grid;
    switch (v.rule) {
        case Rule::unplaced:
            return fmt::format("{} is not placed yet", name);
        case Rule::memory:
            return fmt::format("{} needs {:.0f} of {:.0f} elements per tile", name,
                               model.shape(v.kernel).memory, model.problem().limits.memory_elements);
        case Rule::range: {
            const int over = std::max({-v.place.x, -v.place.y, v.place.x + v.place.width - grid.columns,
                                       v.place.y + v.place.height - grid.rows});
            return fmt::format("{} reaches {} tiles outside the {} x {} fabric", name, over, grid.columns,
                               grid.rows);
        }
        case Rule::overlap:
            break;
    }
    return fmt::format("{} and {} overlap in {} x {} tiles at ({}, {})", name, shown_name(model.problem(), v.other),
                       v.place.width, v.place.height, v.place.x, v.place.y);
}

}  // namespace waferscope::sim
