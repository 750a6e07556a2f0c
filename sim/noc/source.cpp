// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/source.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waferscope::sim {
namespace {

constexpr std::uint32_t kLongestWindow = 100000;

/// Packets created in each cycle of [begin, end), all nodes together.
std::vector<std::uint32_t> creations(const SourceConfig& config, Window window) {
    const Sources sources(config);
    std::vector<std::uint32_t> packets(window.end - window.begin, 0);
    for (std::uint32_t y = 0; std::cmp_less(y, config.mesh.rows); ++y)
        for (std::uint32_t x = 0; std::cmp_less(x, config.mesh.columns); ++x)
            for (Source s = sources.start({.x = x, .y = y}); s.created < window.end;
                 sources.draw(s, {.x = x, .y = y}))
                if (s.created >= window.begin) ++packets[s.created - window.begin];
    return packets;
}

}  // namespace

Sources::Sources(const SourceConfig& config)
    : config_(config), log_failure_(std::log1p(-config.packet_rate)) {}

Source Sources::start(Node node) const {
    const auto index =
        static_cast<std::uint64_t>(node.y) * static_cast<std::uint64_t>(config_.mesh.columns) + node.x;
    Source source{.random = Random(mix_bits(mix_bits(config_.seed) + index))};
    draw(source, node);
    --source.created;  // a gap of one is a packet in cycle 0
    return source;
}

void Sources::draw(Source& source, Node node) const {
    source.sent = 0;
    if (config_.table) {
        constexpr std::uint32_t kNever = 0x3FFFFFFF;
        const auto index = static_cast<std::size_t>(node.y) * static_cast<std::size_t>(config_.mesh.columns) + node.x;
        const double rate = config_.table->rate(index);
        if (rate <= 0) {
            source.created = kNever;
            return;
        }
        source.created += bernoulli_gap(source.random, std::log1p(-rate));
        source.destination = config_.table->target(index, source.random.uniform());
        return;
    }
    source.created += bernoulli_gap(source.random, log_failure_);
    const Node to = destination(config_.traffic, config_.mesh, node, source.random);
    source.destination = to.x | to.y << kCoordinateBits;
}

MeasuredWindow measured_window(const SourceConfig& config, const WindowRule& rule) {
    const double per_cycle = config.packet_rate * static_cast<double>(config.mesh.cells());
    // Look a tenth further than the expected end; where that is not enough, look again.
    const double expected = 1.1 * static_cast<double>(rule.least_packets) / per_cycle;
    auto length = static_cast<std::uint32_t>(
        std::clamp<double>(expected, rule.least_cycles, std::max(kLongestWindow, rule.least_cycles)));
    for (;;) {
        const auto created = creations(config, {.begin = rule.warmup, .end = rule.warmup + length});
        std::uint64_t packets = 0;
        for (std::uint32_t cycle = 0; cycle < length; ++cycle) {
            packets += created[cycle];
            if (cycle + 1 >= rule.least_cycles && packets >= rule.least_packets)
                return {.window = {.begin = rule.warmup, .end = rule.warmup + cycle + 1}, .packets = packets};
        }
        if (length >= kLongestWindow)
            return {.window = {.begin = rule.warmup, .end = rule.warmup + length}, .packets = packets};
        length = std::min(kLongestWindow, length + length / 4 + 1);
    }
}

}  // namespace waferscope::sim
