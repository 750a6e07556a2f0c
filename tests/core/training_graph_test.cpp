// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/training_graph.hpp"

#include "core/model/llm_graph.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {
constexpr LlmConfig kModel{
    .layers = 3, .hidden = 8, .heads = 2, .kv_heads = 2, .head_dim = 4, .ffn = 16, .vocab = 10};

Workload forward() {
    return make_llm_workload(kModel, {.batch = 2, .seq = 4});
}

double sum_of(const Workload& w, Pass pass, double Operator::* member) {
    double sum = 0;
    for (std::uint32_t i = 0; i < w.operators.size(); ++i)
        if (w.operators[i].pass == pass)
            sum += w.operators[i].*member * static_cast<double>(repetitions(w, i));
    return sum;
}
}  // namespace

TEST(TrainingGraph, BackwardDoublesMacsAndKeepsOtherOperations) {
    const auto w = with_training_passes(forward());
    EXPECT_EQ(sum_of(w, Pass::forward, &Operator::macs), total_macs(forward()));
    EXPECT_EQ(sum_of(w, Pass::backward, &Operator::macs), 2 * total_macs(forward()));
    EXPECT_EQ(sum_of(w, Pass::backward, &Operator::other_ops), total_other_ops(forward()));
}

TEST(TrainingGraph, OptimiserTouchesEachParameterOnce) {
    const auto w = with_training_passes(forward());
    EXPECT_EQ(sum_of(w, Pass::optimizer, &Operator::other_ops), total_parameters(kModel));
    EXPECT_EQ(sum_of(w, Pass::optimizer, &Operator::write_bytes), 14 * total_parameters(kModel));
    EXPECT_EQ(w.parameters, total_parameters(kModel));
}

TEST(TrainingGraph, AddedOperatorsAreInferred) {
    for (const auto& op : with_training_passes(forward()).operators) {
        if (op.pass != Pass::forward) {
            EXPECT_EQ(op.provenance, Provenance::inferred);
        }
    }
}

TEST(TrainingGraph, EveryEdgeRunsForwardInTime) {
    const auto w = with_training_passes(forward());
    EXPECT_GT(w.edges.size(), 2 * forward().edges.size());
    for (const auto& edge : w.edges) EXPECT_LT(edge.from, edge.to);
}

TEST(TrainingGraph, IntegerAndConstantOperatorsHaveNoGradient) {
    Workload w;
    w.operators.push_back({.name = "shape", .type = "Shape", .dtype = Dtype::int64});
    w.operators.push_back(
        {.name = "constant", .type = "Constant", .kind = OpKind::constant, .dtype = Dtype::fp32});
    EXPECT_EQ(with_training_passes(w).operators.size(), 2U);
}
