// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_order.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxNameBytes = 4096;

/// Calls `visit` with every value that graph `graph` and those inside it read from outside.
template <class Visit>
void for_each_captured(const OnnxModel& model, std::uint32_t graph, const Visit& visit) {
    for (const auto value : model.graphs[graph].captured) visit(value);
    const auto range = model.graphs[graph].nodes;
    for (auto n = range.first; n < range.first + range.count; ++n)
        for (const auto& attribute : model.attributes_of(model.nodes[n]))
            if (attribute.graph != kNoIndex) for_each_captured(model, attribute.graph, visit);
}

/// Calls `visit` with every node of `range` that must run before `node`.
template <class Visit>
void for_each_dependency(const OnnxModel& model, PoolRange range, std::uint32_t node, const Visit& visit) {
    const auto look_at = [&](std::uint32_t value) {
        const auto producer = value == kNoIndex ? kNoIndex : model.producer_of[value];
        if (producer - range.first < range.count) visit(producer);
    };
    for (const auto value : model.inputs(model.nodes[node])) look_at(value);
    for (const auto& attribute : model.attributes_of(model.nodes[node]))
        if (attribute.graph != kNoIndex) for_each_captured(model, attribute.graph, look_at);
}

bool already_ordered(const OnnxModel& model, PoolRange range) {
    bool ordered = true;
    for (auto n = range.first; n < range.first + range.count && ordered; ++n)
        for_each_dependency(model, range, n, [&](std::uint32_t before) { ordered &= before < n; });
    return ordered;
}

}  // namespace

std::string onnx_node_name(const OnnxModel& model, std::uint32_t node) {
    const auto& n = model.nodes[node];
    if (!n.name.empty()) return std::string(n.name.substr(0, kMaxNameBytes));
    return std::string(model.op_types[n.op].name.substr(0, kMaxNameBytes)) + "_" + std::to_string(node);
}

Result<std::vector<std::uint32_t>> onnx_order(const OnnxModel& model, std::uint32_t graph,
                                              const std::string& file) {
    const PoolRange range = model.graphs[graph].nodes;
    std::vector<std::uint32_t> order(range.count);
    std::iota(order.begin(), order.end(), range.first);
    if (already_ordered(model, range)) return order;

    // Kahn's algorithm; of the nodes that may run the first of the file runs.
    std::vector<std::uint32_t> waiting(range.count, 0), begin(range.count + 1, 0), readers;
    for (std::uint32_t i = 0; i < range.count; ++i)
        for_each_dependency(model, range, range.first + i, [&](std::uint32_t before) {
            ++waiting[i];
            ++begin[before - range.first + 1];
        });
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    readers.resize(begin.back());
    auto next = begin;
    for (std::uint32_t i = 0; i < range.count; ++i)
        for_each_dependency(model, range, range.first + i,
                            [&](std::uint32_t before) { readers[next[before - range.first]++] = i; });

    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    for (std::uint32_t i = 0; i < range.count; ++i)
        if (waiting[i] == 0) ready.push(i);
    order.clear();
    while (!ready.empty()) {
        const auto i = ready.top();
        ready.pop();
        order.push_back(range.first + i);
        for (auto r = begin[i]; r < begin[i + 1]; ++r)
            if (--waiting[readers[r]] == 0) ready.push(readers[r]);
    }
    if (order.size() == range.count) return order;
    const auto stuck = std::ranges::find_if(waiting, [](std::uint32_t count) { return count > 0; });
    const auto name =
        onnx_node_name(model, range.first + static_cast<std::uint32_t>(stuck - waiting.begin()));
    return fail(ErrorCode::format, "The graph feeds back into itself at node " + name + ".",
                file + ":" + name, "export the model again; recurrence belongs into Loop, Scan or LSTM");
}

}  // namespace waferscope::core
