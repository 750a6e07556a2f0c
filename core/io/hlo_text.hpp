// SPDX-License-Identifier: GPL-3.0-or-later
// XLA HLO text as the compiler prints it, taken apart. Included by .cpp files of core/io only.
#pragma once

#include "core/model/result.hpp"
#include "core/model/workload.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// An array of a result type.
struct HloArray {
    Dtype dtype = Dtype::unknown;
    std::vector<std::int64_t> dims;
    [[nodiscard]] double elements() const;
    [[nodiscard]] double bytes() const;
};

/// A result type: the arrays of it, tuples unfolded.
struct HloType {
    std::vector<HloArray> arrays;
    std::vector<std::uint32_t> members;  ///< of a tuple: index of each member's first array; else empty
    bool tuple = false;
    /// Arrays [first, last) of member `index` of a tuple; nothing when there is no such member.
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> member(std::size_t index) const;
};

struct HloInstruction {
    std::string_view name, opcode, operands, attributes;  ///< as written, without '%' before the name
    HloType type;
    std::vector<std::uint32_t> inputs;  ///< instructions of the same computation
    std::size_t line = 0;
};

struct HloComputation {
    std::string_view name;
    std::vector<HloInstruction> instructions;
    std::uint32_t root = 0;
};

struct HloModule {
    std::string_view name;
    std::vector<HloComputation> computations;
    std::map<std::string_view, std::uint32_t> by_name;
    std::uint32_t entry = 0;
};

/// Takes the text apart; views point into it. Refuses what is not well formed, naming the line.
/// Limits: 5 million instructions, 16 nested tuples, 64 dimensions.
Result<HloModule> parse_hlo(std::string_view text, const std::string& file);

/// Value of `key=` among the attributes: up to the next comma outside brackets. Empty when absent.
std::string_view hlo_attribute(std::string_view attributes, std::string_view key);

/// Whole numbers in "{1,2}" or "3x3"; at most 64, everything else separates.
std::vector<std::int64_t> hlo_numbers(std::string_view text);

}  // namespace waferscope::core
