// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/wafer/region_planner.hpp"

#include <memory>

namespace waferscope::sim {

/// What one region does: its layers for one token (decode), or all layers for the prompts (prefill).
struct RegionTime {
    double seconds = 0;  ///< as the vendor's serving software reaches it
    double bytes = 0;    ///< per core, reserve not counted
};

/// What a plan is worth.
struct RegionFigures {
    std::vector<RegionTime> regions;  ///< in the order of the plan
    double token_s = 0;               ///< time per token of a user; 0 without decode regions
    double tokens_per_s = 0;          ///< of all users
    double prompt_s = 0;              ///< of the batch's prompts; 0 when no region reads them
    std::int64_t in_flight = 1;
    std::int64_t hand_over_hops = 0;  ///< on wafers, one token through all regions
    int hand_over_wafers = 0;         ///< times a token changes the wafer
    std::size_t slowest = 0;          ///< decode region with the longest time; prefill when there is none
    int wafers = 0;                   ///< in use
    bool fits = true;
};

/// Prices plans of one request, fast enough for every mouse move. Keeps copies of all it needs. GUI or any
/// one thread.
class RegionPricer {
public:
    /// E-value when the request is not resident inference of an LLM on a wafer, E-machine without constants.
    static core::Result<std::unique_ptr<RegionPricer>> make(const Request& request);

    /// The plan of the scenario, or the planner's.
    [[nodiscard]] core::Result<core::RegionPlan> planned() const;
    /// The planner's plan, whatever the scenario says.
    [[nodiscard]] core::Result<core::RegionPlan> automatic() const;
    [[nodiscard]] RegionFigures figures(const core::RegionPlan& plan) const;
    [[nodiscard]] std::vector<core::RegionIssue> issues(const core::RegionPlan& plan) const;
    /// Sides on which `layers` layers fit and no smaller square has as few padded bytes: what pulled edges
    /// snap to, rising. The first is the smallest side that fits.
    [[nodiscard]] std::vector<int> fitting_sides(std::int64_t layers) const;
    [[nodiscard]] std::optional<int> smallest_side(std::int64_t layers) const {
        return planner_.smallest_side(layers);
    }
    [[nodiscard]] double usable() const { return planner_.usable(); }
    [[nodiscard]] const WaferSpec& spec() const { return spec_; }
    [[nodiscard]] const core::LlmConfig& model() const { return model_; }
    [[nodiscard]] const Request& request() const { return request_; }

private:
    RegionPricer(const Request& request, const core::LlmConfig& model, const WaferSpec& spec);

    Request request_;
    core::LlmConfig model_;
    WaferSpec spec_;
    RegionPlanner planner_;
    mutable std::vector<double> bytes_of_side_;  // of one layer, by side; filled on first use
};

}  // namespace waferscope::sim
