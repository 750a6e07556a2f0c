// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/collectives.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace waferscope::sim {
namespace {

constexpr std::array kReduces{Reduce::star, Reduce::chain, Reduce::tree, Reduce::two_phase};

}  // namespace

double collective_cycles(const CollectiveShape& s, double ramp_cycles) {
    return std::max(s.contention, s.energy / s.links + s.distance) + (2 * ramp_cycles + 1) * s.depth;
}

std::string_view reduce_name(Reduce algorithm) {
    static constexpr std::array<std::string_view, kReduces.size()> kNames{"star", "chain", "tree",
                                                                          "two-phase"};
    return kNames.at(static_cast<std::size_t>(algorithm));
}

std::span<const Reduce> all_reduces() {
    return kReduces;
}

CollectiveShape reduce_shape(Reduce algorithm, int cores, double b) {
    const double p = cores, links = p - 1;
    switch (algorithm) {
        case Reduce::star:
            return {b * links, b * p * links / 2, links, links, 1};
        case Reduce::chain:
            return {b, b * links, links, links, links};
        case Reduce::tree: {
            const double levels = std::log2(p);
            return {b * levels, b * p / 2 * levels, links, links, levels};
        }
        case Reduce::two_phase: {
            // Chains of p/s cores, then one of their s first cores; 2 (p - s) and 2 s - 2 if p = s^2.
            const double s = default_groups(cores), members = p / s;
            return {s > 1 ? 2 * b : b, b * (2 * p - s - members), links, links, s + members - 2};
        }
    }
    return {};
}

double reduce_cycles(Reduce algorithm, int cores, double wavelets, double ramp_cycles) {
    // The wavelets of a star arrive in perfect sequence: its root is busy from the first to the last.
    if (algorithm == Reduce::star) return wavelets * (cores - 1) + 2 * ramp_cycles + 1;
    return collective_cycles(reduce_shape(algorithm, cores, wavelets), ramp_cycles);
}

CollectiveShape broadcast_shape(int cores, double b) {
    const double links = cores - 1.0;
    return {b, b * links, links, links, 1};
}

double broadcast_cycles(int cores, double wavelets, double ramp_cycles) {
    return collective_cycles(broadcast_shape(cores, wavelets), ramp_cycles);
}

CollectiveShape ring_all_reduce_shape(int cores, double b) {
    const double p = cores, rounds = 2 * (p - 1), busiest = rounds * b / p;
    return {busiest, busiest * 2 * (p - 1), 2 * (p - 1), 4 * p - 6, rounds};
}

double ring_all_reduce_cycles(int cores, double wavelets, double ramp_cycles) {
    return collective_cycles(ring_all_reduce_shape(cores, wavelets), ramp_cycles);
}

ReduceChoice choose_reduce(int cores, double wavelets, double ramp_cycles) {
    ReduceChoice choice{.cycles = std::numeric_limits<double>::max(),
                        .second_cycles = std::numeric_limits<double>::max()};
    for (const auto algorithm : kReduces) {
        const double cycles = reduce_cycles(algorithm, cores, wavelets, ramp_cycles);
        if (cycles < choice.cycles) {
            choice = {algorithm, choice.best, cycles, choice.cycles};
        } else if (cycles < choice.second_cycles) {
            choice.second = algorithm, choice.second_cycles = cycles;
        }
    }
    return choice;
}

double reduce_2d_cycles(int columns, int rows, double wavelets, double ramp_cycles) {
    const auto along = [&](int cores) {
        return cores > 1 ? choose_reduce(cores, wavelets, ramp_cycles).cycles : 0.0;
    };
    return along(columns) + along(rows);
}

double reduce_2d_bound(int columns, int rows, double wavelets, double ramp_cycles) {
    return std::max(wavelets, wavelets / 8 + columns + rows - 1) + 2 * ramp_cycles + 1;
}

double broadcast_2d_cycles(int columns, int rows, double wavelets, double ramp_cycles) {
    return wavelets + columns + rows - 2 + 2 * ramp_cycles + 1;
}

double two_tree_all_reduce(int cores, int groups, double wavelets, double ramp_cycles) {
    const double members = static_cast<double>(cores) / groups;
    const double step = 2 * ramp_cycles;
    const double inside = std::floor(members / 2) * (step + 2) + wavelets;
    const double across = std::floor(groups / 2.0) * (step + 1 + members) + wavelets;
    const double back = wavelets + cores / 2.0 + step;
    return inside + across + back;
}

int default_groups(int cores) {
    for (int g = static_cast<int>(std::sqrt(cores)); g > 1; --g)
        if (cores % g == 0) return g;
    return 1;
}

}  // namespace waferscope::sim
