// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/placement/floor_problem.hpp"
#include "sim/wafer/pipelined.hpp"

#include <memory>
#include <string>
#include <vector>

namespace waferscope::sim {

/// A kernel put elsewhere, cut up otherwise, or taken off the wafer (no slot).
struct FloorEdit {
    std::size_t kernel = 0;
    std::optional<core::Slot> slot;
};

/// A breach of the rules. `other` is the second kernel of an overlap.
struct FloorViolation {
    enum class Rule : std::uint8_t { unplaced, range, memory, overlap };
    Rule rule = Rule::unplaced;
    std::size_t kernel = 0, other = 0;
    core::Rect place;  ///< tiles that overlap, else the kernel
};

/// What the edited placement is worth. Figures cover the kernels that are placed.
struct FloorEstimate {
    double time = 0;          ///< Tmax: cycles of the slowest kernel
    std::size_t slowest = 0;  ///< which kernel that is
    double wire_length = 0;   ///< summed L1 distances of centres, tiles
    int adapters = 0;         ///< protocol mismatches (our definition)
    double cost = 0;
    double area_fraction = 0;
    BusiestLink busiest;
    double link_time = 0;  ///< cycles the busiest link needs per sample
    std::size_t placed = 0;
    std::vector<FloorViolation> violations;
    /// Cycles between two samples: the kernels' or the links'.
    [[nodiscard]] double interval() const { return std::max(time, link_time); }
};

/// A stream's part in the load of a link; equal ends: inside that kernel.
struct LinkShare {
    std::size_t from = 0, to = 0;
    FixedWavelets wavelets = 0;
};

/// Sizes, times, flows and link loads of a placement that is edited. An edit costs what its kernels' own
/// flows cost: they are taken out of the loads and put back in (exact, so equal to a fresh model bit for
/// bit). Kernels that reach outside the grid send nothing. One thread.
class FlowModel {
public:
    /// `slots` as problem.kernels; arguments of the right number, each >= 1.
    FlowModel(FloorProblem problem, FloorSlots slots);

    /// Returns the cores whose links may have changed.
    core::Rect apply(const std::vector<FloorEdit>& edits);
    void set_weights(double time, double length, double adapter);

    [[nodiscard]] const FloorProblem& problem() const { return problem_; }
    [[nodiscard]] const FloorSlots& slots() const { return slots_; }
    /// Size, time, memory of a placed kernel, before rotation.
    [[nodiscard]] const ShapeOption& shape(std::size_t kernel) const { return shapes_[kernel]; }
    [[nodiscard]] core::Rect rect(std::size_t kernel) const;  ///< as occupied
    [[nodiscard]] const LinkLoads& loads() const { return loads_; }
    [[nodiscard]] FloorEstimate estimate() const;
    /// Who loads a link, most first.
    [[nodiscard]] std::vector<LinkShare> shares(const BusiestLink& link) const;
    /// The largest load of the four links of every core of `area`, in wavelets, into `out` (row by row of the
    /// whole grid).
    void hottest(const core::Rect& area, std::vector<float>& out) const;

private:
    using Flows = std::vector<RoutedFlow>;
    void put(std::size_t kernel);
    [[nodiscard]] bool sends(std::size_t part) const;
    void refresh_part(std::size_t part);
    void refresh_edge(std::size_t edge);
    void replace(Flows& flows, Flows fresh);
    void find_violations(FloorEstimate& estimate) const;

    FloorProblem problem_;
    FloorSlots slots_;
    std::vector<ShapeOption> shapes_;
    std::vector<bool> inside_;                        ///< kernel placed and within the grid
    std::vector<std::size_t> owner_;                  ///< part -> kernel
    std::vector<std::vector<std::size_t>> edges_of_;  ///< kernel -> edges of the parts' graph
    PipelineLayout layout_;
    std::vector<Flows> inner_, along_;  ///< per part, per edge of the parts' graph
    LinkLoads loads_;
};

/// In words, as design/copy.md: "k3 and k4 overlap in 14 x 71 tiles at (518, 212)".
std::string violation_text(const FlowModel& model, const FloorViolation& violation);

}  // namespace waferscope::sim
