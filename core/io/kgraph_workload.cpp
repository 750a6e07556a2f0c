// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kgraph_workload.hpp"

#include "core/model/connect.hpp"

#include <algorithm>
#include <optional>

namespace waferscope::core {
namespace {

constexpr double kElementBytes = 2;  ///< the contest counts 16-bit elements

double real(std::int64_t value) {
    return static_cast<double>(value);
}

/// Nodes in topological order; those on circles last, in file order.
std::vector<std::size_t> data_order(const ContestGraph& graph) {
    std::vector<std::vector<std::size_t>> next(graph.nodes.size());
    std::vector<std::size_t> waiting(graph.nodes.size(), 0), order;
    for (const auto& edge : graph.edges) {
        if (edge.from == edge.to) continue;
        next[edge.from].push_back(edge.to);
        ++waiting[edge.to];
    }
    std::vector<bool> taken(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (waiting[i] == 0) order.push_back(i);
    for (std::size_t done = 0; done < order.size(); ++done) {
        taken[order[done]] = true;
        for (const auto to : next[order[done]])
            if (--waiting[to] == 0) order.push_back(to);
    }
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        if (!taken[i]) order.push_back(i);
    return order;
}

class Builder {
public:
    explicit Builder(const ContestGraph& graph)
        : graph_(graph), incoming_(graph.nodes.size()), output_(graph.nodes.size()) {
        for (const auto& edge : graph.edges)
            if (edge.from != edge.to) incoming_[edge.to].push_back(edge.from);
    }

    Workload run() {
        w_.name = graph_.test;
        w_.source = graph_.source;
        w_.format = "kgraph";
        for (const auto i : data_order(graph_)) add_node(i);
        connect_operators(w_);
        w_.nodes_total = w_.nodes_top;
        return std::move(w_);
    }

private:
    std::uint32_t tensor(const std::string& name, std::vector<std::int64_t> shape, TensorKind kind) {
        w_.tensors.push_back({.name = name,
                              .shape = std::move(shape),
                              .known_rank = true,
                              .dtype = Dtype::fp16,
                              .kind = kind});
        return static_cast<std::uint32_t>(w_.tensors.size() - 1);
    }

    /// The shape the file gives for what leaves a node.
    std::vector<std::int64_t> shape_leaving(std::size_t node) const {
        for (const auto& edge : graph_.edges)
            if (edge.from == node && !edge.shape.empty()) return edge.shape;
        return {1};
    }

    void add_node(std::size_t i) {
        const auto& node = graph_.nodes[i];
        if (node.kind == ContestKind::output) return;
        if (node.kind == ContestKind::input) {
            output_[i] = tensor(node.name, shape_leaving(i), TensorKind::input);
            return;
        }
        ++w_.nodes_top;
        ++w_.op_histogram[std::string(contest_kind_name(node.kind))];
        std::vector<std::uint32_t> inputs;
        for (const auto from : incoming_[i])
            if (output_[from]) inputs.push_back(*output_[from]);  // else on a circle: that edge is left out
        const auto H = node.given[0], W = node.given[1];
        if (node.kind == ContestKind::conv) {
            const auto [h, w, C, K, R, S, T, U] = node.given;
            output_[i] = add_conv(node.name, inputs,
                                  {.in_height = h,
                                   .in_width = w,
                                   .in_channels = C,
                                   .out_channels = K,
                                   .kernel_height = R,
                                   .kernel_width = S,
                                   .stride = T});
            return;
        }
        const auto F = node.given[2];
        const bool strided = node.kind == ContestKind::cblock;
        const auto wide = std::max<std::int64_t>(1, strided ? F / 2 : F),
                   narrow = std::max<std::int64_t>(1, F / 4);
        const std::int64_t stride = strided ? 2 : 1;
        auto x = add_conv(node.name + ".1", inputs,
                          {.in_height = H, .in_width = W, .in_channels = wide, .out_channels = narrow});
        x = add_conv(node.name + ".2", {x},
                     {.in_height = H,
                      .in_width = W,
                      .in_channels = narrow,
                      .out_channels = narrow,
                      .kernel_height = 3,
                      .kernel_width = 3,
                      .stride = stride});
        std::vector<std::uint32_t> last{x};
        if (strided)
            last.push_back(add_conv(
                node.name + ".4", inputs,
                {.in_height = H, .in_width = W, .in_channels = wide, .out_channels = F, .stride = 2}));
        output_[i] = add_conv(node.name + ".3", last,
                              {.in_height = std::max<std::int64_t>(1, H / stride),
                               .in_width = std::max<std::int64_t>(1, W / stride),
                               .in_channels = narrow,
                               .out_channels = F});
    }

    std::uint32_t add_conv(const std::string& name, const std::vector<std::uint32_t>& inputs, ConvDims dims) {
        dims.out_height = std::max<std::int64_t>(1, dims.in_height / dims.stride);
        dims.out_width = std::max<std::int64_t>(1, dims.in_width / dims.stride);
        Operator op{.name = name,
                    .type = "Conv",
                    .kind = OpKind::conv,
                    .dtype = Dtype::fp16,
                    .provenance = Provenance::declared,
                    .dims = dims};
        op.parameters =
            real(dims.in_channels) * real(dims.out_channels) * real(dims.kernel_height * dims.kernel_width);
        op.macs =
            op.parameters * real(dims.in_height) * real(dims.in_width) / real(dims.stride * dims.stride);
        op.weight_bytes = op.parameters * kElementBytes;
        op.inputs = inputs;
        for (const auto input : inputs) op.read_bytes += kElementBytes * real(w_.tensors[input].elements());
        op.read_bytes += op.weight_bytes;
        const auto out =
            tensor(name, {dims.out_height, dims.out_width, dims.out_channels}, TensorKind::activation);
        op.write_bytes = kElementBytes * real(w_.tensors[out].elements());
        op.outputs = {out};
        w_.parameters += op.parameters;
        w_.weight_bytes += op.weight_bytes;
        w_.operators.push_back(std::move(op));
        return out;
    }

    const ContestGraph& graph_;
    std::vector<std::vector<std::size_t>> incoming_;
    std::vector<std::optional<std::uint32_t>> output_;  ///< node -> tensor
    Workload w_;
};

}  // namespace

Workload kgraph_workload(const ContestGraph& graph) {
    return Builder(graph).run();
}

}  // namespace waferscope::core
