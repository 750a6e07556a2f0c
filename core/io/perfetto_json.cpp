// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/perfetto_json.hpp"

#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace waferscope::core {

std::string perfetto_json(const Run& run) {
    const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); };
    std::string out = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[";
    auto to = std::back_inserter(out);
    fmt::format_to(to, "{{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}", quoted(run.machine->name + ", simulated"));
    for (std::size_t lane = 0; lane < run.timeline.lanes.size(); ++lane) {
        const auto& l = run.timeline.lanes[lane];
        fmt::format_to(to, ",\n{{\"ph\":\"M\",\"pid\":1,\"tid\":{},\"name\":\"thread_name\",\"args\":{{\"name\":{}}}}}", lane + 1, quoted(l.name + " " + l.detail));
        for (const auto& s : l.slices)
            fmt::format_to(to, ",\n{{\"ph\":\"X\",\"pid\":1,\"tid\":{},\"name\":{},\"cat\":{},\"ts\":{:.17g},\"dur\":{:.17g},\"args\":{{\"index\":{},\"bytes\":{:g}}}}}", lane + 1,
                           quoted(run.timeline.names[s.name]), quoted(std::string(slice_kind_name(s.kind))), s.start_s * 1e6, (s.end_s - s.start_s) * 1e6, s.index, s.bytes);
    }
    out += "]}\n";
    return out;
}

}  // namespace waferscope::core
