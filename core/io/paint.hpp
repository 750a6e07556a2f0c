// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/contest_graph.hpp"
#include "core/model/result.hpp"

#include <string>
#include <string_view>

namespace waferscope::core {

/// Reads a contest layout (.paint, design/placement.md "Files"). include, name() and union() lines are
/// accepted and carry nothing; no other file is opened. Refuses, naming file and line: damaged lines, a wrong
/// number of arguments, places of undefined kernels (E-format), numbers beyond 32 bits (E-range). Repeated
/// kernels, kernels without a place and illegal places are read: the score lists them.
Result<ContestLayout> read_paint(std::string_view text, const std::string& file);
Result<ContestLayout> read_paint_file(const std::string& path);

/// The layout as a .paint that reads back equal.
std::string write_paint(const ContestLayout& layout);

}  // namespace waferscope::core
