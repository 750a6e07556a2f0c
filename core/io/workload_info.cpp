// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/workload_info.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace waferscope::core {
namespace {

constexpr double kExactInteger = 9007199254740992.0;  // 2^53

/// Counts are kept as doubles; whole ones are written without a fraction.
nlohmann::ordered_json number(double value) {
    if (value == std::floor(value) && std::abs(value) <= kExactInteger)
        return static_cast<std::int64_t>(value);
    return value;
}

nlohmann::ordered_json groups(const std::vector<WeightGroup>& all, std::string_view key) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& group : all)
        list.push_back({{key, group.name},
                        {"tensors", group.tensors},
                        {"parameters", number(group.parameters)},
                        {"weight_bytes", number(group.bytes)}});
    return list;
}

/// Formats whose dimensions are a model's, not a graph's.
bool is_model_file(const Workload& workload) {
    return workload.format == "hf_config" || !workload.weight_types.empty();
}

}  // namespace

std::string workload_info_json(const Workload& workload) {
    nlohmann::ordered_json info;
    info["format"] = workload.format;
    info["warnings"] = workload.warnings;
    if (workload.llm && is_model_file(workload)) {
        info["parameters"] = number(workload.parameters);
        info["active_parameters"] = number(active_parameters(*workload.llm));
        info["kv_bytes_per_token"] = number(kv_bytes_per_token(*workload.llm, 2));
        info["layers"] = workload.llm->layers;
        info["macs"] = number(total_macs(workload));
    }
    info["nodes"] = workload.nodes_top;
    info["nodes_total"] = workload.nodes_total;
    info["edges"] = workload.edges.size();
    info["parameters"] = number(workload.parameters);
    info["weight_bytes"] = number(workload.weight_bytes);
    info["macs"] = number(total_macs(workload));
    info["other_ops"] = number(total_other_ops(workload));
    info["unknown_shapes"] = workload.unknown_shapes;
    info["op_histogram"] = workload.op_histogram;
    auto symbols = nlohmann::ordered_json::object();
    for (const auto& [name, value] : workload.symbols)
        symbols[name] = value < 0 ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
    info["symbols"] = std::move(symbols);
    if (!workload.weight_types.empty()) {
        info["weights_by_type"] = groups(workload.weight_types, "type");
        info["weights_by_layer"] = groups(workload.weight_layers, "layer");
    }
    return info.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace waferscope::core
