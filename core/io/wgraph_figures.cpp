// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/wgraph_figures.hpp"

#include "core/io/wgraph_words.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <limits>

namespace waferscope::core {
namespace {

constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

OpKind kind_from(const Operator& op, bool reads_weight) {
    if (std::holds_alternative<ConvDims>(op.dims)) return OpKind::conv;
    if (std::holds_alternative<CommDims>(op.dims)) return OpKind::collective;
    if (std::holds_alternative<GemmDims>(op.dims)) return reads_weight ? OpKind::gemm : OpKind::matmul;
    const auto& words = kind_words();
    const auto found = std::ranges::find_if(words, [&](std::string_view word) {
        return std::ranges::equal(word, op.type, {}, {}, [](unsigned char c) { return std::tolower(c); });
    });
    return found == words.end() ? OpKind::other : static_cast<OpKind>(found - words.begin());
}

}  // namespace

void WgraphFigures::derive(Workload& workload, Operator& op, std::uint32_t given, bool kind_given) {
    counted_.resize(workload.tensors.size());
    const auto elements = [&](std::uint32_t t) {
        return static_cast<double>(workload.tensors[t].elements());
    };
    const auto bytes = [&](std::uint32_t t) {
        return elements(t) * bytes_per_element(workload.tensors[t].dtype);
    };
    double macs = 0, produced = 0, parameters = 0, weights = 0, read = 0, written = 0;
    bool reads_weight = false;
    for (const auto t : op.inputs) {
        read += bytes(t);
        if (workload.tensors[t].kind != TensorKind::weight) continue;
        reads_weight = true;
        weights += bytes(t);
        if (!counted_[t]) parameters += elements(t);
        counted_[t] = true;
    }
    for (const auto t : op.outputs) produced += elements(t), written += bytes(t);
    if (!kind_given) op.kind = kind_from(op, reads_weight);
    if (const auto* gemm = std::get_if<GemmDims>(&op.dims)) macs = macs_of(*gemm);
    if (const auto* conv = std::get_if<ConvDims>(&op.dims)) macs = macs_of(*conv);
    const std::array<double, kFigureFields.size()> derived{macs, 0, read, written, weights, parameters};
    for (std::size_t i = 0; i < derived.size(); ++i)
        if ((given >> i & 1U) == 0) op.*kFigureFields[i].member = std::min(derived[i], kMostFigure);
    if ((given & 2U) == 0 && op.macs == 0 && op.kind != OpKind::constant) op.other_ops = produced;
    for (const auto t : op.outputs) {
        if (workload.tensors[t].known()) continue;
        if (workload.unknown_shapes++ == 0) first_unknown_ = op.name.empty() ? op.type : op.name;
    }
}

std::optional<OutOfOrder> out_of_order(const Workload& workload) {
    std::vector<std::uint32_t> producer(workload.tensors.size(), kNobody);
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i)
        for (const auto tensor : workload.operators[i].outputs) producer[tensor] = i;
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i)
        for (const auto tensor : workload.operators[i].inputs)
            if (producer[tensor] != kNobody && producer[tensor] > i)
                return OutOfOrder{.reader = i, .producer = producer[tensor]};
    return std::nullopt;
}

void derive_totals(Workload& workload) {
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i) {
        const auto& op = workload.operators[i];
        workload.parameters += op.parameters * static_cast<double>(repetitions(workload, i));
        ++workload.op_histogram[op.type];
    }
    for (const auto& tensor : workload.tensors)
        if (tensor.kind == TensorKind::weight)
            workload.weight_bytes += static_cast<double>(tensor.elements()) * bytes_per_element(tensor.dtype);
    workload.nodes_top = workload.nodes_total = static_cast<std::int64_t>(workload.operators.size());
}

void WgraphFigures::warn_of_unknown(Workload& workload) const {
    if (workload.unknown_shapes == 0 || !workload.warnings.empty()) return;
    std::string open;
    for (const auto& [name, value] : workload.symbols)
        if (value < 0 && open.empty()) open = name;
    auto line = fmt::format("{} shapes are unknown, first at node {}{}", workload.unknown_shapes,
                            first_unknown_, open.empty() ? "." : "");
    if (!open.empty()) line += fmt::format(": \"{}\" has no value. Set it once: --bind {}=1.", open, open);
    workload.warnings.push_back(std::move(line));
}

}  // namespace waferscope::core
