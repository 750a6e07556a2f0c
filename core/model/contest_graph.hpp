// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/placement.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Node types of a contest graph (ISPD 2020, design/placement.md). input and output are not placed.
enum class ContestKind : std::uint8_t { input, output, conv, dblock, cblock };
std::string_view contest_kind_name(ContestKind kind);

/// Given arguments of a kernel in the order of a .paint line: conv H W C K R S T U, blocks H W F.
inline constexpr std::size_t kConvArguments = 8, kBlockArguments = 3;
std::size_t given_argument_count(ContestKind kind);
/// Execution arguments (the primes): conv h' w' c' k'; dblock h' w' c1'..c3' k1'..k3'; cblock ... 4 of each.
std::size_t execution_argument_count(ContestKind kind);

struct ContestNode {
    ContestKind kind = ContestKind::conv;
    std::int64_t id = 0;                               ///< unique over all types
    std::string name;                                  ///< "k<id>" when the file gives none
    int line = 0;                                      ///< of the .kgraph, from 1
    std::array<std::int64_t, kConvArguments> given{};  ///< the first given_argument_count(kind), each >= 1
    [[nodiscard]] bool is_kernel() const { return kind != ContestKind::input && kind != ContestKind::output; }
    [[nodiscard]] std::span<const std::int64_t> arguments() const {
        return {given.data(), given_argument_count(kind)};
    }
};

/// A tensor that flows between two nodes; from and to are indices into ContestGraph::nodes.
struct ContestEdge {
    std::size_t from = 0, to = 0;
    std::vector<std::int64_t> shape;
    int line = 0;
};

/// A placement problem: kernels, their tensors, the fabric and the weights of the cost.
struct ContestGraph {
    std::string source;  ///< file name, for messages
    std::string test;    ///< the header's own name of the case
    GridSize fabric;
    double weight_time = 1, weight_length = 1, weight_adapter = 0;  ///< wdeltat, wlength, wadapter
    double memory_limit = 24576;                                    ///< 16-bit elements per tile
    std::vector<ContestNode> nodes;
    std::vector<ContestEdge> edges;
};

/// One kernel of a layout file: `given` and `slot.arguments` as written; slot.x, slot.y is the tile nearest
/// the origin.
struct ContestPlace {
    std::string name;
    ContestKind kind = ContestKind::conv;
    std::vector<std::int64_t> given;
    Slot slot;
    bool placed = false;  ///< a place() line was read
    int line = 0;         ///< of the definition; 0 when not from a file
    friend bool operator==(const ContestPlace& a, const ContestPlace& b) {
        return a.name == b.name && a.kind == b.kind && a.given == b.given && a.slot == b.slot &&
               a.placed == b.placed;
    }
};

/// A layout: the kernels in file order. Repeated names are kept; the score judges them.
struct ContestLayout {
    std::string source;
    std::vector<ContestPlace> kernels;
};

}  // namespace waferscope::core
