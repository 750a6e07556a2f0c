// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/trace.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// How we come to know a field of the scenario behind a recorded run.
enum class Knowledge : std::uint8_t { read, inferred, unknown, given };
std::string_view knowledge_name(Knowledge knowledge);

/// One field: what it is, and why.
struct Fact {
    std::string id;     ///< model, batch, seq, precision, machine, ranks, tp, pp, dp
    std::string value;  ///< text as in a scenario; empty when unknown
    Knowledge from = Knowledge::unknown;
    std::string why;  ///< one sentence
};
using TraceFacts = std::vector<Fact>;

/// The model of a run whose own recorded operators are predicted.
inline constexpr std::string_view kRecordedModel = "recorded operators";

/// What a recorded step says about its model.
struct RecordedWork {
    std::int64_t kernels = 0, with_shapes = 0, operators = 0;
    std::int64_t rows = 0;  ///< of most products of activations and weights; 0 = none recorded
};

/// The fields of a scenario, from the headers, names and sizes of a trace. Nothing is invented: what no rule
/// below finds is unknown.
TraceFacts deduce_facts(const std::vector<RankTrace>& ranks, const RecordedWork& work);

const Fact& fact(const TraceFacts& facts, std::string_view id);
/// A positive whole number, or 0 when the field is unknown.
int fact_number(const TraceFacts& facts, std::string_view id);

/// A field as a person gives it; empty text makes it unknown. E-key for other fields, E-value or E-range for
/// values that are none.
Result<void> give_fact(TraceFacts& facts, std::string_view id, const std::string& value);

}  // namespace waferscope::core
