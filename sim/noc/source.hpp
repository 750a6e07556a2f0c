// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/traffic.hpp"
#include "sim/noc/traffic_table.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace waferscope::sim {

/// Cycles [begin, end): packets created in them are measured, flits that arrive in them are counted.
struct Window {
    std::uint32_t begin = 0, end = 0;

    [[nodiscard]] bool holds(std::uint32_t cycle) const { return cycle >= begin && cycle < end; }
};

/// How packets come into being: Bernoulli(packet_rate) per node and cycle.
struct SourceConfig {
    core::GridSize mesh;
    Traffic traffic = Traffic::uniform;
    double packet_rate = 0;  ///< packets per node and cycle, (0, 1]
    std::uint64_t seed = 1;
    std::shared_ptr<const TrafficTable> table;  ///< instead of `traffic` and `packet_rate`
};

/// One node's packets in order of creation. Creation does not depend on the network, so the unbounded queue
/// of wormhole sources needs no memory: the next packet is drawn when the one before it has left.
struct Source {
    Random random{0};
    std::uint32_t created = 0;      ///< cycle of the packet at the front of the queue
    std::uint32_t destination = 0;  ///< its target, x | y << 11
    std::uint8_t sent = 0;          ///< flits of it already sent
    std::uint8_t vc = 0;            ///< channel it goes by, the last one used before its head is sent
};

inline constexpr std::uint32_t kCoordinateBits = 11;  ///< meshes up to 2048 columns or rows
inline constexpr std::uint32_t kCoordinateMask = (1U << kCoordinateBits) - 1;

/// Draws the packets of all nodes.
class Sources {
public:
    explicit Sources(const SourceConfig& config);

    /// The node's source with its first packet drawn; first creations lie in cycles 0, 1, ...
    [[nodiscard]] Source start(Node node) const;
    /// Puts the next packet at the front.
    void draw(Source& source, Node node) const;

private:
    SourceConfig config_;
    double log_failure_;
};

/// The measurement window (design/wafer_models.md 4): from `warmup`, at least `least_cycles` long, until
/// `least_packets` were created in it, at most 100,000 cycles; with the packets it holds.
struct MeasuredWindow {
    Window window;
    std::uint64_t packets = 0;
};
struct WindowRule {
    std::uint32_t warmup = 3000;
    std::uint32_t least_cycles = 6000;
    std::uint64_t least_packets = 10000;
};
MeasuredWindow measured_window(const SourceConfig& config, const WindowRule& rule);

}  // namespace waferscope::sim
