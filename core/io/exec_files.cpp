// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/exec_files.hpp"

#include "core/io/chakra.hpp"
#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/io/pytorch_et.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace waferscope::core {

std::optional<Result<ExecTrace>> read_exec_trace(const std::filesystem::path& path) {
    constexpr std::size_t kHead = std::size_t{1} << 20U;
    const auto head = read_head(path, kHead);
    const auto* format = head ? detect_format(*head) : nullptr;
    if (format == nullptr) return std::nullopt;
    if (format->id == "chakra") {
        const auto source = FileSource::open(path);
        if (!source) return tl::unexpected(source.error());
        return read_chakra(source->bytes(), source->name());
    }
    if (format->id != "pytorch_et") return std::nullopt;
    auto stream = TextStream::open(path);
    if (!stream) return tl::unexpected(stream.error());
    return read_pytorch_et(*stream);
}

std::string exec_info_json(const ExecTrace& trace) {
    const auto workload = exec_workload(trace);
    nlohmann::ordered_json info;
    info["format"] = trace.format;
    info["warnings"] = workload.warnings;
    info["schema"] = trace.schema;
    info["nodes"] = trace.nodes.size();
    auto types = nlohmann::ordered_json::object();
    const auto counts = nodes_by_type(trace);
    for (int type = 0; type < kExecTypes; ++type)
        if (const auto count = counts.at(static_cast<std::size_t>(type)); count > 0)
            types[exec_type_name(static_cast<ExecType>(type))] = count;
    info["nodes_by_type"] = std::move(types);
    info["leaf_nodes"] = workload.nodes_top;
    info["edges"] = trace.edges();
    info["comm_bytes"] = static_cast<std::int64_t>(std::min(comm_bytes(trace), 9e18));
    info["macs"] = total_macs(workload);
    info["op_histogram"] = workload.op_histogram;
    return info.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace waferscope::core
