// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/symbols.hpp"

#include <filesystem>

namespace waferscope::core {

/// A workload whose symbolic dimensions all have a size.
struct BoundWorkload {
    Workload workload;
    std::vector<Symbol> symbols;  ///< by name; empty when the file has none
};

/// Reads any workload file with the sizes in `given`; the rest is assumed (core/model/symbols), and tokens
/// that were assumed without `seq` are said in the warnings. Errors of read_workload() and symbols_of().
Result<BoundWorkload> read_bound_workload(const std::filesystem::path& path,
                                          const std::map<std::string, std::int64_t>& given, std::int64_t seq);

}  // namespace waferscope::core
