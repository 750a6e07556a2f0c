// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/text_stream.hpp"
#include "core/io/trace_options.hpp"
#include "core/model/trace.hpp"

#include <stop_token>

namespace waferscope::core {

/// Whether these first bytes are a Chrome trace: PyTorch Kineto's, ours, or any other.
bool looks_like_kineto(std::string_view head);

/// Reads a Kineto or Chrome trace of any size event by event. Control characters are tolerated; a file that
/// ends inside an event is opened as far as it goes, with a warning. Anything else is refused with its byte.
Result<RankTrace> read_kineto(TextStream& stream, const TraceOptions& options = {},
                              const std::stop_token& stop = {});

}  // namespace waferscope::core
