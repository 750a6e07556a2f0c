// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/connect.hpp"

namespace waferscope::core {

void connect_operators(Workload& workload) {
    constexpr std::uint32_t kNobody = 0xFFFFFFFFU;
    std::vector<std::uint32_t> producer(workload.tensors.size(), kNobody);
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i)
        for (const auto tensor : workload.operators[i].outputs) producer[tensor] = i;

    std::size_t reads = 0;
    for (const auto& op : workload.operators) reads += op.inputs.size();
    workload.edges.clear();
    workload.edges.reserve(reads);
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i)
        for (const auto tensor : workload.operators[i].inputs)
            if (producer[tensor] != kNobody && producer[tensor] != i)
                workload.edges.push_back({.from = producer[tensor], .to = i, .tensor = tensor});
}

}  // namespace waferscope::core
