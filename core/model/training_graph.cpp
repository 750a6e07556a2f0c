// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/training_graph.hpp"

#include <algorithm>

namespace waferscope::core {
namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFFU;
constexpr double kAdamReadBytes = 16;   ///< gradient 4, master weight 4, two moments 8
constexpr double kAdamWriteBytes = 14;  ///< master weight 4, two moments 8, 16-bit weight 2

bool differentiable(const Operator& op) {
    switch (op.dtype) {
        case Dtype::int64:
        case Dtype::int32:
        case Dtype::int16:
        case Dtype::int8:
        case Dtype::int4:
        case Dtype::boolean:
        case Dtype::text:
            return false;
        default:
            return op.kind != OpKind::constant;
    }
}

Operator backward_of(const Operator& op) {
    Operator grad = op;
    grad.name = "grad/" + op.name;
    grad.pass = Pass::backward;
    grad.provenance = Provenance::inferred;
    grad.parameters = 0;
    grad.macs = 2 * op.macs;
    // Reads the gradient of the output (for both products) and what forward read; writes the gradients of
    // everything forward read.
    grad.read_bytes = op.read_bytes + op.write_bytes * (op.macs > 0 ? 2 : 1);
    grad.write_bytes = op.read_bytes;
    grad.inputs.clear();
    grad.outputs.clear();
    return grad;
}

Operator adam_step(const Operator& op) {
    Operator step;
    step.name = "adam/" + op.name;
    step.type = "Adam";
    step.kind = OpKind::optimizer;
    step.pass = Pass::optimizer;
    step.dtype = Dtype::fp32;
    step.layer = op.layer;
    step.other_ops = op.parameters;
    step.read_bytes = kAdamReadBytes * op.parameters;
    step.write_bytes = kAdamWriteBytes * op.parameters;
    return step;
}

/// Builds the added passes; `backward` and `optimizer` map a forward operator to its counterpart.
class Trainer {
public:
    explicit Trainer(const Workload& forward)
        : out_(forward),
          count_(static_cast<std::uint32_t>(forward.operators.size())),
          backward_(count_, kNone),
          optimizer_(count_, kNone) {}

    Workload run() {
        for (std::uint32_t i = count_; i-- > 0;)
            if (differentiable(out_.operators[i])) backward_[i] = append(backward_of(out_.operators[i]));
        for (std::uint32_t i = count_; i-- > 0;)
            if (out_.operators[i].parameters > 0) optimizer_[i] = append(adam_step(out_.operators[i]));
        link_gradients();
        link_weights();
        mirror_repeats();
        for (auto i = count_; i < out_.operators.size(); ++i)
            out_.op_histogram[out_.operators[i].type] += repetitions(out_, i);
        out_.assumptions.emplace_back(
            "Backward and optimiser operators are inferred: 2 x the forward MACs, Adam with 18 B per "
            "parameter.");
        return std::move(out_);
    }

private:
    std::uint32_t append(Operator op) {
        out_.operators.push_back(std::move(op));
        return static_cast<std::uint32_t>(out_.operators.size() - 1);
    }

    void link(std::uint32_t from, std::uint32_t to, std::uint32_t tensor) {
        if (from == kNone || to == kNone) return;
        out_.operators[from].outputs.push_back(tensor);
        out_.operators[to].inputs.push_back(tensor);
        out_.edges.push_back({.from = from, .to = to, .tensor = tensor});
    }

    std::uint32_t append_tensor(Tensor tensor) {
        tensor.name = "grad/" + tensor.name;
        tensor.kind = TensorKind::activation;
        out_.tensors.push_back(std::move(tensor));
        return static_cast<std::uint32_t>(out_.tensors.size() - 1);
    }

    /// Every forward edge has a gradient that flows the other way.
    void link_gradients() {
        const std::vector<Edge> forward = out_.edges;
        for (const auto& edge : forward) {
            if (backward_[edge.from] == kNone || backward_[edge.to] == kNone) continue;
            link(backward_[edge.to], backward_[edge.from], append_tensor(out_.tensors[edge.tensor]));
        }
    }

    void link_weights() {
        for (std::uint32_t i = 0; i < count_; ++i) {
            // The saved activation: forward happens before its backward.
            if (backward_[i] != kNone && !out_.operators[i].outputs.empty()) {
                const auto saved = out_.operators[i].outputs.front();
                out_.operators[backward_[i]].inputs.push_back(saved);
                out_.edges.push_back({.from = i, .to = backward_[i], .tensor = saved});
            }
            if (optimizer_[i] == kNone || backward_[i] == kNone) continue;
            Tensor gradient{.name = out_.operators[i].name + ".weights",
                            .shape = {static_cast<std::int64_t>(out_.operators[i].parameters)},
                            .known_rank = true,
                            .dtype = Dtype::fp32};
            link(backward_[i], optimizer_[i], append_tensor(std::move(gradient)));
        }
    }

    void mirror_repeats() {
        const std::vector<Repeat> forward = out_.repeats;
        for (const auto& repeat : forward) {
            mirror(repeat, backward_);
            mirror(repeat, optimizer_);
        }
    }

    void mirror(const Repeat& repeat, const std::vector<std::uint32_t>& counterpart) {
        std::uint32_t first = kNone, last = 0;
        for (std::uint32_t i = repeat.first; i < repeat.last; ++i) {
            if (counterpart[i] == kNone) continue;
            first = std::min(first, counterpart[i]);
            last = std::max(last, counterpart[i] + 1);
        }
        if (first != kNone) out_.repeats.push_back({.first = first, .last = last, .count = repeat.count});
    }

    Workload out_;
    std::uint32_t count_;
    std::vector<std::uint32_t> backward_, optimizer_;
};

}  // namespace

Workload with_training_passes(const Workload& forward) {
    return Trainer(forward).run();
}

}  // namespace waferscope::core
