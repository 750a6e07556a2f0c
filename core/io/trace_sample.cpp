// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/trace_sample.hpp"

#include "core/io/decimal_time.hpp"
#include "core/io/kineto_event.hpp"

#include <algorithm>

namespace waferscope::core {
namespace {

constexpr std::string_view kMark = "\"ph\"";

/// The value behind `key`, without quotes; empty when it is not there.
std::string_view value_of(std::string_view event, std::string_view key) {
    auto at = event.find(key);
    if (at == std::string_view::npos) return {};
    at = event.find_first_not_of(": \t\r\n", at + key.size());
    if (at == std::string_view::npos) return {};
    const bool text = event[at] == '"';
    if (text) ++at;
    const auto end = event.find_first_of(text ? "\"" : ",} \t\r\n", at);
    return event.substr(at, end == std::string_view::npos ? 0 : end - at);
}

}  // namespace

void TraceSample::add(std::string_view text) {
    bytes += text.size();
    auto at = text.find(kMark);
    while (at != std::string_view::npos) {
        const auto next = text.find(kMark, at + kMark.size());
        // Up to the next mark lie fields of this event and perhaps first ones of the next: each exactly once.
        const auto event = text.substr(at, next == std::string_view::npos ? next : next - at);
        at = next;
        ++events;
        const auto phase = value_of(event, kMark);
        if (phase != "X" && phase != "B") continue;
        ++timed;
        const auto category = value_of(event, "\"cat\"");
        const auto kind = trace_class(category);
        if (kind == TraceClass::kernel || kind == TraceClass::memcpy || kind == TraceClass::memset ||
            category == "gpu_user_annotation")
            ++device;
        const auto start = microseconds_to_ns(value_of(event, "\"ts\""));
        if (!start || category == "Trace") continue;
        const auto end =
            *start + std::max<std::int64_t>(0, microseconds_to_ns(value_of(event, "\"dur\"")).value_or(0));
        const bool first = begin_ns == 0 && end_ns == 0;
        begin_ns = first ? *start : std::min(begin_ns, *start);
        end_ns = first ? end : std::max(end_ns, end);
    }
}

}  // namespace waferscope::core
