// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/timeline.hpp"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace waferscope::views {

/// A kernel of the edited placement. Times in cycles per sample, memory in 16-bit elements per tile.
struct FloorKernel {
    QString name;                                  ///< "k24"
    QString what;                                  ///< "conv 3 × 3, 128 → 128"
    core::SliceKind kind = core::SliceKind::gemm;  ///< colour by type
    core::Rect rect;                               ///< as occupied; empty when not placed
    bool placed = false, rotated = false, locked = false;  ///< placed: on the wafer that is shown
    int wafer = 0;           ///< regions: the one it lies on
    bool decodes = true;     ///< regions: false when it reads prompts
    std::int64_t layers = 0; ///< regions: that it holds
    double time = 0;         ///< of its slowest tile
    double memory = 0;       ///< of its fullest tile
    double utilisation = 0;  ///< 0..1: its work / (its tiles x the slowest kernel's time)
    QString problem;         ///< what is not legal, in words; empty when it is
};

/// A tensor from one kernel to another.
struct FloorEdge {
    std::size_t from = 0, to = 0;
    double elements = 0;  ///< per sample; 0 = unknown
};

/// A legal shape, not rotated.
struct FloorShape {
    int width = 0, height = 0;
    double time = 0;
};

/// What regions of resident inference are worth.
struct RegionNumbers {
    double token_s = 0, tokens_per_s = 0;  ///< of a user; of all users
    double slowest_s = 0;                  ///< of the slowest region
    double prompt_s = 0;                   ///< of the batch's prompts; 0 = nothing placed reads them
    double memory_bytes = 0;               ///< per core of the fullest region
    std::int64_t hops = 0;                 ///< of a token's way through the regions
    int wafer_changes = 0;                 ///< on that way
    int in_flight = 1, wafers = 0;
    friend bool operator==(const RegionNumbers&, const RegionNumbers&) = default;
};

/// What a placement is worth.
struct FloorFigures {
    double time = 0;  ///< Tmax, cycles
    std::size_t slowest = 0;
    double link_time = 0;    ///< cycles the busiest link needs per sample
    double wire_length = 0;  ///< tiles
    int adapters = 0;        ///< protocol mismatches (our definition)
    double cost = 0;
    double area_fraction = 0;
    std::size_t placed = 0, problems = 0;
    RegionNumbers region;  ///< when the plan is of regions
    [[nodiscard]] double interval() const { return time > link_time ? time : link_time; }
    friend bool operator==(const FloorFigures&, const FloorFigures&) = default;
};

/// A breach of the rules and where it is.
struct FloorIssue {
    QString text;  ///< "k24 and k25 overlap in 14 × 71 tiles at (518, 212)"
    std::size_t kernel = 0;
    core::Rect place;  ///< tiles that overlap; the kernel; empty when it is not placed
    bool overlap = false;
    bool blocks = true;  ///< false: can be simulated all the same, as if memory sufficed
};

/// The most loaded link; it leaves (x, y).
struct FloorLink {
    int x = 0, y = 0;
    core::Direction direction = core::Direction::north;
    double wavelets = 0;           ///< per sample; 0 = nothing flows
    QString streams;               ///< who loads it: "k3 → k4 62 %, inside k4 38 %"
    std::size_t from = 0, to = 0;  ///< the largest stream; equal: inside a kernel
};

/// A placement seen: for the scatter of time against wire.
struct FloorScore {
    double time = 0, wire_length = 0;
    bool automatic = false;
};

enum class FloorSearch : std::uint8_t { idle, searching, paused, replaying };

/// The edited placement as views show it. Filled by the editor, read by painters.
struct Floorplan {
    QString title, subtitle;
    bool regions = false;       ///< squares with layers instead of kernels: no links, no shapes but squares
    int wafer = 0, wafers = 1;  ///< shown; that there are
    core::GridSize grid;
    double memory_limit = 0;      ///< 16-bit elements per tile
    double wavelet_interval = 1;  ///< cycles per wavelet and link
    double clock_hz = 0;          ///< 0 = unknown
    QString clock_source;         ///< "cerebras_cs1, 1.1 GHz"
    QString rule;                 ///< what the figures rest on, one sentence
    double weight_time = 1, weight_length = 1, weight_adapter = 0;
    std::vector<FloorKernel> kernels;
    std::vector<FloorEdge> edges;
    std::vector<std::size_t> pipeline;  ///< kernels in the order of the data path
    FloorFigures now;
    std::optional<FloorFigures> hand, automatic;
    double lower_bound = 0;  ///< on Tmax; 0 = none
    FloorLink busiest;
    std::vector<FloorIssue> issues;
    std::vector<float> link_wavelets;  ///< largest of the four links of every core, per sample
    std::vector<FloorScore> seen;
    FloorSearch search = FloorSearch::idle;
    double search_done = 0;  ///< 0..1
    double search_s = 0;     ///< seconds since it began
    /// The first issue that keeps it from being simulated; null when none does.
    [[nodiscard]] const FloorIssue* blocked() const {
        for (const auto& issue : issues)
            if (issue.blocks) return &issue;
        return nullptr;
    }
};

}  // namespace waferscope::views
