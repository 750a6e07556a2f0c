// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_cluster_fit.hpp"

#include "sim/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::app {
namespace {

constexpr double kStep = 1e-2;     ///< of a constant's logarithm, for derivatives
constexpr double kSoft = 0.08;     ///< log error beyond which a row weighs less
constexpr double kPrior = 0.03;    ///< pull towards the start value: keeps what the rows do not decide

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

/// Solves a x = b by elimination with pivoting; `a` is small and positive definite.
Vector solve(Matrix a, Vector b) {
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i) {
        std::size_t pivot = i;
        for (std::size_t r = i + 1; r < n; ++r)
            if (std::abs(a[r][i]) > std::abs(a[pivot][i])) pivot = r;
        std::swap(a[i], a[pivot]);
        std::swap(b[i], b[pivot]);
        for (std::size_t r = i + 1; r < n; ++r) {
            const double f = a[r][i] / a[i][i];
            for (std::size_t c = i; c < n; ++c) a[r][c] -= f * a[i][c];
            b[r] -= f * b[i];
        }
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t c = i + 1; c < n; ++c) b[i] -= a[i][c] * b[c];
        b[i] /= a[i][i];
    }
    return b;
}

}  // namespace

const std::vector<FitStage>& fit_stages() {
    static const std::vector<FitStage> kStages{
        {"nvidia_ampere", {"gemm_fp16"}, {{"gemm_efficiency", 0.9}, {"kernel_s", 28e-6}, {"gemm_half_depth", 100}}},
        {"nvidia_ampere", {"gelu_fp16", "layernorm_fp16"}, {{"elementwise_efficiency", 0.8}, {"elementwise_start_s", 38e-6}, {"elementwise_floor_s", 48e-6}}},
        {"nvidia_ampere", {"allreduce"}, {{"collective_step_s", 0.9e-6}, {"collective_sqrt_s", 0.045e-6}, {"collective_cap_s", 40e-6}, {"collective_bandwidth_share", 0.75}}},
        {"nvidia_ampere", {"vtrain_single", "vtrain_multi", "korthikanti_t5", "megatron_tp_2020"},
         {{"sustained_clock", 0.92}, {"norm_bytes", 22}, {"sharded_bytes", 22}, {"logit_bytes", 50}, {"floor_forward_s", 0.47e-3}, {"floor_backward_s", 2.5e-3}, {"floor_tp", 0.4}, {"micro_batch_s", 1e-3}, {"step_s", 6e-3}, {"pipeline_start_s", 0.12e-3}}, 1e30,
         {{"dp_overlap", 0.15}, {"network_bandwidth_share", 0.5}}, "chosen, not fitted: these stacks sum gradients after backward; their errors hardly depend on the network (12.1 to 12.5 % from a share of 0.2 to 0.7)"},
        {"nvidia_hopper", {"trtllm_ttft", "trtllm_static_batch", "trtllm_maxload"}, {{"gemm_efficiency_8bit", 0.6}, {"kv_efficiency", 0.7}, {"layer_s", 10e-6}, {"request_s", 4e-3}}, 1.0,
         {{"collective_bandwidth_share", 0.85}, {"attention_efficiency", 0.6}, {"dp_overlap", 0.9}, {"sequence_s", 4e-6}}, "chosen, not fitted: cluster.md (NVLS 0.85), published fused-attention rates, overlapped gradient reduction"},
        {"nvidia_hopper", {"mcore_h100_weak", "megatron_bridge", "nanotron_1b", "mosaic_fsdp"}, {{"gemm_efficiency", 0.75}}, 1.0,
         {{"tp_overlap", 0.8}, {"network_bandwidth_share", 0.95}}, "chosen, not fitted: these stacks pipeline gathers with the products they feed, and hide most gradient traffic"},
        {"nvidia_blackwell", {"nccl"}, {{"collective_bandwidth_share", 0.7}}},
        {"amd_cdna", {"gemm_fp16"}, {{"gemm_efficiency", 0.65}}},
        {"google_tpu", {"maxtext_v5p", "maxtext_v5e"}, {{"gemm_efficiency", 0.8}}, 1.0},
        {"aws_neuron", {"trn1_train"}, {{"gemm_efficiency", 0.8}}, 1.0},
        {"aws_neuron", {"trn2_infer"}, {{"layer_s", 0.15e-3}}},
    };
    return kStages;
}

const std::vector<std::pair<std::string, std::string>>& family_parents() {
    static const std::vector<std::pair<std::string, std::string>> kParents{{"nvidia_hopper", "nvidia_ampere"}, {"nvidia_blackwell", "nvidia_hopper"}, {"nvidia_volta", "nvidia_ampere"}, {"amd_cdna", "nvidia_ampere"}};
    return kParents;
}

std::string ClusterTrial::family_of(const std::string& machine) const {
    const auto found = machines_->find(machine);
    return found && (*found)->cluster() != nullptr ? (*found)->cluster()->family : std::string();
}

void ClusterTrial::set(const std::string& family, const std::string& key, double value, const std::string& source) {
    constants_[family][key] = {.value = value, .source = source, .estimate = true};
    std::erase_if(changed_, [&](const auto& entry) { return entry.second->cluster()->family == family; });
}

core::Result<double> ClusterTrial::predict(const ClusterRow& row) const {
    auto& machine = changed_[row.machine];
    if (!machine) {
        const auto found = machines_->find(row.machine);
        if (!found) {
            changed_.erase(row.machine);
            return tl::unexpected(found.error());
        }
        core::Machine copy = **found;
        const auto constants = copy.cluster() != nullptr ? constants_.find(copy.cluster()->family) : constants_.end();
        copy.calibration = constants == constants_.end() ? core::Figures{} : constants->second;
        machine = std::make_shared<const core::Machine>(std::move(copy));
    }
    const auto run = sim::simulate({.scenario = row.scenario, .workload = nullptr, .machine = machine}, sim::Detail::summary, {}, {});
    if (!run) return tl::unexpected(run.error());
    return row.predicted(*run);
}

std::vector<const ClusterRow*> rows_of_stage(const std::vector<ClusterRow>& rows, const FitStage& stage, const ClusterTrial& trial) {
    std::vector<const ClusterRow*> chosen;
    for (const auto& row : rows)
        if (row.skipped.empty() && std::ranges::find(stage.sets, row.set) != stage.sets.end() && trial.family_of(row.machine) == stage.family) chosen.push_back(&row);
    return chosen;
}

void fit_stage(ClusterTrial& trial, const FitStage& stage, const std::vector<const ClusterRow*>& rows, int rounds) {
    if (rows.empty()) return;
    const std::size_t n = stage.constants.size();
    std::string names;
    for (const auto& set : stage.sets) names += (names.empty() ? "" : ", ") + set;
    const auto source = fmt::format("fit on {} rows of {}", rows.size(), names);
    Vector start(n), x(n, 0);
    for (std::size_t i = 0; i < n; ++i) {
        const auto& known = trial.constants();
        const auto family = known.find(stage.family);
        start[i] = stage.constants[i].second;
        if (rounds < 10 && family != known.end())  // a refit starts from the fitted value
            if (const auto value = family->second.find(stage.constants[i].first); value != family->second.end()) start[i] = value->second.value;
    }
    for (const auto& [key, value] : stage.fixed) trial.set(stage.family, key, value, stage.fixed_source);
    // Few large-model rows count as much as many small ones: a set below 20 rows weighs double.
    std::map<std::string, int> sizes;
    for (const auto* row : rows) ++sizes[row->set];
    const bool mixed = std::ranges::any_of(sizes, [](const auto& s) { return s.second >= 20; });
    const auto apply = [&](const Vector& at) {
        for (std::size_t i = 0; i < n; ++i) trial.set(stage.family, stage.constants[i].first, std::min(stage.most, start[i] * std::exp(at[i])), source);
    };
    const auto errors = [&](const Vector& at) {
        apply(at);
        Vector e;
        e.reserve(rows.size());
        for (const auto* row : rows) {
            const auto value = trial.predict(*row);
            e.push_back((mixed && sizes[row->set] < 20 ? 2.0 : 1.0) * (value && *value > 0 ? std::log(*value / row->measured) : 1.0));
        }
        return e;
    };
    const auto cost = [&](const Vector& e, const Vector& at) {
        double sum = 0;
        for (const double v : e) sum += 2 * kSoft * kSoft * (std::sqrt(1 + v * v / kSoft / kSoft) - 1);
        for (const double v : at) sum += kPrior * kPrior * v * v;
        return sum;
    };
    Vector e = errors(x);
    double best = cost(e, x), damping = 1e-2;
    for (int round = 0; round < rounds; ++round) {
        Matrix slope(n);
        for (std::size_t j = 0; j < n; ++j) {
            Vector moved = x;
            moved[j] += kStep;
            slope[j] = errors(moved);
            for (std::size_t i = 0; i < e.size(); ++i) slope[j][i] = (slope[j][i] - e[i]) / kStep;
        }
        Matrix a(n, Vector(n, 0));
        Vector b(n, 0);
        for (std::size_t i = 0; i < e.size(); ++i) {
            const double weight = 1 / std::sqrt(1 + e[i] * e[i] / kSoft / kSoft);
            for (std::size_t j = 0; j < n; ++j) {
                b[j] -= weight * slope[j][i] * e[i];
                for (std::size_t k = 0; k < n; ++k) a[j][k] += weight * slope[j][i] * slope[k][i];
            }
        }
        bool better = false;
        double gain = 0;
        for (int attempt = 0; attempt < 8 && !better; ++attempt) {
            Matrix damped = a;
            Vector right = b;
            for (std::size_t j = 0; j < n; ++j) {
                damped[j][j] += kPrior * kPrior + damping * (a[j][j] + 1e-6);
                right[j] -= kPrior * kPrior * x[j];
            }
            Vector next = solve(damped, right);
            for (std::size_t j = 0; j < n; ++j) next[j] = x[j] + std::clamp(next[j], -0.7, 0.7);
            const Vector found = errors(next);
            const double value = cost(found, next);
            if (value < best) {
                gain = best - value;
                x = next, e = found, best = value;
                better = true;
                damping = std::max(1e-6, damping / 5);
            } else {
                damping *= 5;
            }
        }
        if (!better || gain < 1e-4 * best) break;
    }
    apply(x);
}

FamilyConstants fit_all(const core::MachineLibrary& machines, const std::vector<ClusterRow>& rows) {
    ClusterTrial trial(machines, {});
    std::string family;
    for (const auto& stage : fit_stages()) {
        if (stage.family != family) {
            family = stage.family;
            for (const auto& [child, parent] : family_parents()) {
                const auto from = trial.constants().find(parent);
                if (child != family || from == trial.constants().end()) continue;
                const core::Figures inherited = from->second;
                for (const auto& [key, figure] : inherited) trial.set(child, key, figure.value, "inherited from " + parent);
            }
        }
        fit_stage(trial, stage, rows_of_stage(rows, stage, trial), 25);
    }
    for (const auto& [child, parent] : family_parents()) {
        if (trial.constants().contains(child)) continue;
        const core::Figures inherited = trial.constants().at(parent);
        for (const auto& [key, figure] : inherited) trial.set(child, key, figure.value, "inherited from " + parent);
    }
    return trial.constants();
}

}  // namespace waferscope::app
