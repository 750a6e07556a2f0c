// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "core/model/result.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Reads a contest graph (.kgraph, design/placement.md "Files"). Kernel order is file order. Accepts a byte
/// order mark, tabs, any attribute order, ids with spaces, several name= (the last counts) and a missing
/// final newline. Refuses, naming file and line: unknown words, missing or repeated attributes and ids, edges
/// to unknown nodes (E-format), numbers outside their range (E-range), no kernel at all, no fabric.
Result<ContestGraph> read_kgraph(std::string_view text, const std::string& file);
Result<ContestGraph> read_kgraph_file(const std::string& path);

/// The graph as a .kgraph that reads back equal.
std::string write_kgraph(const ContestGraph& graph);

/// Whether these bytes begin like a .kgraph.
bool looks_like_kgraph(std::string_view bytes);

}  // namespace waferscope::core
