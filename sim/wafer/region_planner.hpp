// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/region_plan.hpp"
#include "sim/wafer/decode_layer.hpp"
#include "sim/wafer/wafer_spec.hpp"

#include <map>

namespace waferscope::sim {

inline constexpr double kReserveBytes = 2048;  ///< code and buffers of a core (estimate)

/// What decode costs on a region of one side (design/wafer_models.md 6).
struct SideCost {
    DecodeRegion region;  ///< its batch is that of one request group
    DecodeLayer layer;
    double layer_s = 0, head_s = 0;  ///< without the share of the serving software
    double bytes_per_layer = 0;      ///< per core, all sequences
};

/// A way to run the model: squares with their layers, requests in flight, and how long a token takes.
struct DecodePlan {
    core::RegionPlan placed;
    std::vector<std::size_t> stages;  ///< decode regions of `placed`, in the order of their layers
    std::map<int, SideCost> sides;    ///< of every side a stage has
    std::int64_t in_flight = 1;       ///< request groups that are under way at once
    bool fits = true;
    int regions_needed = 1, wafers_needed = 1;
    double token_s = 0;  ///< of one group through all regions
    double stage_s =
        0;  ///< of the slowest region; the head is counted to it wherever it lies: an upper bound
    std::size_t slowest = 0;  ///< stage
    [[nodiscard]] const core::Region& stage(std::size_t index) const { return placed.regions[stages[index]]; }
    [[nodiscard]] const SideCost& cost(std::size_t stage_index) const {
        return sides.at(stage(stage_index).side);
    }
    [[nodiscard]] int wafers() const;  ///< that hold a decode region
    /// Per core of a stage, reserve not counted.
    [[nodiscard]] double bytes(std::size_t stage_index) const {
        return static_cast<double>(stage(stage_index).layers) * cost(stage_index).bytes_per_layer;
    }
    [[nodiscard]] double tpot_s() const {
        return std::max(token_s, static_cast<double>(in_flight) * stage_s);
    }
};

/// Equal squares dealt out row by row over as many wafers as needed. Every other row runs backwards, so that
/// a region touches the one before it.
core::RegionPlan deal_regions(core::GridSize grid, int side, std::int64_t layers_per_region,
                              std::int64_t layers);

/// The region that reads prompts: the largest with that role, the first of equals; null when there is none.
const core::Region* prompt_region(const core::RegionPlan& plan);

/// Plans decode of one scenario, and tells what a plan made by hand is worth. Keeps references: model, spec
/// and scenario must outlive it. Any thread.
class RegionPlanner {
public:
    RegionPlanner(const core::LlmConfig& model, const WaferSpec& spec, const core::Scenario& scenario);

    /// The plan of the scenario, the given region over and over, or the fastest side that fits. E-layout,
    /// E-plan, E-range and E-fit by JSON pointer.
    [[nodiscard]] core::Result<DecodePlan> choose() const;
    /// Times of any plan with at least one decode region, legal or not; requests in flight as is fastest.
    [[nodiscard]] DecodePlan price(const core::RegionPlan& plan) const;
    [[nodiscard]] SideCost cost(int side, std::int64_t in_flight) const;
    /// Smallest square whose cores hold `layers` layers with this batch and context; nothing when no square
    /// of the grid does.
    [[nodiscard]] std::optional<int> smallest_side(std::int64_t layers) const;
    /// Bytes of a core that layers may fill.
    [[nodiscard]] double usable() const { return spec_.sram_bytes - kReserveBytes; }
    /// Hops from a stage to the next on the same wafer: across the larger of both squares, and the cores
    /// between their nearest edges, columns plus rows.
    [[nodiscard]] static int hops(const DecodePlan& plan, std::size_t from_stage);
    [[nodiscard]] double hop_s(const DecodePlan& plan, std::size_t from_stage) const;
    [[nodiscard]] core::RegionBounds bounds() const;
    [[nodiscard]] const DecodeConstants& constants() const { return constants_; }

private:
    [[nodiscard]] DecodePlan best_in_flight(int side) const;
    [[nodiscard]] DecodePlan scaled(DecodePlan plan) const;
    [[nodiscard]] DecodePlan equal_plan(int side, std::int64_t in_flight) const;
    [[nodiscard]] DecodePlan given_plan(const core::RegionPlan& plan, std::int64_t in_flight) const;
    [[nodiscard]] DecodePlan with_stages(core::RegionPlan placed, std::int64_t in_flight) const;
    void set_times(DecodePlan& plan) const;

    const core::LlmConfig& model_;
    const WaferSpec& spec_;
    const core::Scenario& scenario_;
    DecodeConstants constants_;
};

}  // namespace waferscope::sim
