// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/workload.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// What a slice of time is spent on; colours and legends follow this (design/visual/tokens.md).
enum class SliceKind : std::uint8_t {
    gemm,           ///< matrix products and convolutions
    attention,      ///< attention, KV
    norm,           ///< norms, softmax, element-wise
    embedding,      ///< embedding, head sampling
    optimizer,
    collective,     ///< all-reduce and kin inside a model
    send_recv,      ///< point to point
    gradients,      ///< data-parallel gradient traffic
    weight_stream,  ///< weights in, I/O
    wait,           ///< bubble, idle, stall
};
inline constexpr int kSliceKinds = 10;
std::string_view slice_kind_name(SliceKind kind);

inline constexpr std::uint32_t kNoOperator = 0xFFFFFFFFU;

/// One stretch of work on one lane. 32 bytes.
struct Slice {
    double start_s = 0, end_s = 0;
    std::uint32_t name = 0;  ///< index into Timeline::names
    std::uint32_t op = kNoOperator;  ///< operator of the workload graph, for linked selection
    float bytes = 0;         ///< moved by it; 0 for arithmetic
    SliceKind kind = SliceKind::gemm;
    Pass pass = Pass::forward;
    std::uint16_t index = 0;  ///< micro-batch, token or layer number shown on it
};

enum class LaneKind : std::uint8_t { compute, link, io };

struct Lane {
    std::string name;    ///< "Stage 0", "NVLink"
    std::string detail;  ///< right-hand label: "GPU 0", "bus"
    LaneKind kind = LaneKind::compute;
    std::vector<Slice> slices;  ///< by start_s, not overlapping
};

/// What happened when. The end of the last slice IS the step time.
struct Timeline {
    std::vector<std::string> names;
    std::vector<Lane> lanes;

    /// Index of `name`, added when new. Linear in the number of names of the last call only on a miss.
    std::uint32_t intern(std::string_view name);
    [[nodiscard]] double end_s() const;
    [[nodiscard]] std::size_t slices() const;
};

/// Seconds of `lane` spent in slices of `kind`.
double time_in(const Lane& lane, SliceKind kind);

/// Seconds of [from, to) covered by slices of `lane` other than wait.
double busy_in(const Lane& lane, double from_s, double to_s);

}  // namespace waferscope::core
