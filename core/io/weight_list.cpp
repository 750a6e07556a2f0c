// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/weight_list.hpp"

#include "core/model/llm_graph.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <unordered_map>

namespace waferscope::core {
namespace {

/// Sums of the tensors by the name `key_of` gives them, in the order the names come up.
template <class KeyOf>
std::vector<WeightGroup> groups(const std::vector<StoredTensor>& tensors, KeyOf key_of) {
    std::vector<WeightGroup> all;
    std::unordered_map<std::string, std::size_t> index;
    for (const auto& tensor : tensors) {
        const auto [found, fresh] = index.emplace(key_of(tensor), all.size());
        if (fresh) all.push_back({.name = found->first});
        auto& group = all[found->second];
        ++group.tensors;
        group.parameters += tensor.elements();
        group.bytes += tensor.bytes;
    }
    return all;
}

}  // namespace

double StoredTensor::elements() const {
    double product = 1;
    for (const auto d : shape) product *= static_cast<double>(d);
    return std::isnan(product) ? 0 : product;  // infinity times a size of zero
}

std::string layer_of(const std::string& tensor_name) {
    for (std::size_t at = 0; at < tensor_name.size();) {
        const auto end = std::min(tensor_name.find('.', at), tensor_name.size());
        const auto part = std::string_view(tensor_name).substr(at, end - at);
        if (!part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos)
            return tensor_name.substr(0, end);
        at = end + 1;
    }
    return "outside layers";
}

Workload weight_workload(std::vector<StoredTensor> tensors, const std::optional<LlmConfig>& llm,
                         const std::string& format, const std::string& file) {
    Workload workload;
    if (llm) {
        workload = make_llm_workload(*llm, {.pass = LlmPass::decode, .batch = 1, .seq = 1});
        workload.assumptions.emplace_back("Figures are for the forward pass of one token.");
    }
    workload.name = std::filesystem::path(file).stem().string();
    workload.source = file;
    workload.format = format;
    workload.weight_types = groups(tensors, [](const StoredTensor& t) { return t.type; });
    workload.weight_layers = groups(tensors, [](const StoredTensor& t) { return layer_of(t.name); });
    workload.parameters = workload.weight_bytes = 0;
    for (const auto& group : workload.weight_types) {
        workload.parameters += group.parameters;
        workload.weight_bytes += group.bytes;
    }
    if (llm) return workload;
    workload.warnings.push_back(fmt::format(
        "Weights only: {} tensors, {:.0f} parameters. Add the config.json of the same model to simulate it.",
        tensors.size(), workload.parameters));
    for (auto& tensor : tensors)
        workload.tensors.push_back({.name = std::move(tensor.name),
                                    .shape = std::move(tensor.shape),
                                    .known_rank = true,
                                    .dtype = tensor.dtype,
                                    .kind = TensorKind::weight});
    return workload;
}

}  // namespace waferscope::core
