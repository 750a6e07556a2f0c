// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/machine.hpp"

namespace waferscope::sim {

/// Calibrated constants of a chip family (resources/calibration/<family>.json). Efficiencies are shares of the
/// nameplate figure, 0..1; times are seconds. A value that the file leaves out takes the fallback here, which is
/// an uncalibrated estimate. What each one multiplies: design/cluster_models.md 1-3.
struct Constants {
    // Matrix products: e = efficiency x k/(k + half_depth) x tile and wave quantisation.
    double gemm_efficiency = 0.8;         ///< 16 bit and wider
    double gemm_efficiency_8bit = 0.6;    ///< 8 bit
    double gemm_efficiency_4bit = 0.54;   ///< 4 bit
    double gemm_half_depth = 100;         ///< k at which half of the efficiency is reached
    double gemm_memory_efficiency = 0.9;  ///< operands streamed from memory
    double attention_efficiency = 0.45;   ///< fused attention, of the dense peak
    double kernel_s = 30e-6;              ///< a lone measured product: its launch

    // Element-wise kernels: t = max(floor, start + bytes/(W e)).
    double elementwise_efficiency = 0.8;
    double elementwise_start_s = 38e-6, elementwise_floor_s = 48e-6;  ///< of a lone measured kernel

    // Collectives: t(S) = a + b steps + min(c sqrt(S), cap) + k S/BW.
    double collective_base_s = 6.6e-6, collective_step_s = 0.9e-6;
    double collective_sqrt_s = 0.045e-6;  ///< per square root of a byte
    double collective_cap_s = 40e-6;
    double collective_bandwidth_share = 0.75;
    double network_bandwidth_share = 0.5;  ///< of the network between nodes, data-parallel rings
    double network_step_s = 8e-6;

    // Training step.
    double sustained_clock = 0.92;        ///< of the rates of lone products, under the power of a long run: all but single kernels
    double norm_bytes = 22;               ///< element-wise traffic per token and hidden element, forward, not cut by tp
    double sharded_bytes = 22;            ///< the same per element of q, k, v and FFN, cut by tp
    /// The same of stacks with fused attention, counted: two norms (read, write) and two residual sums (two reads,
    /// a write); one read and one write per element; logits at 32 bit read twice, their gradient written.
    double fused_norm_bytes = 20, fused_sharded_bytes = 4, fused_logit_bytes = 12;
    double score_bytes = 8;               ///< per attention score, standard attention
    double logit_bytes = 50;              ///< per logit, forward and backward each
    double floor_forward_s = 0.47e-3, floor_backward_s = 2.5e-3;  ///< per layer, eager: launches of its kernels
    double floor_tp = 0.4;                ///< the floor grows by this share at tp 8: ranks wait for the slowest host
    double micro_batch_s = 1e-3, step_s = 6e-3;  ///< host work per micro-batch and stage, per step
    double tp_overlap = 0;                ///< share of tensor-parallel traffic hidden behind its products, sequence parallel
    double dp_overlap = 0.5;              ///< share of gradient traffic that backward can hide
    double pipeline_start_s = 0.12e-3;    ///< start-up of a transfer between stages
    double pipeline_bandwidth_share = 0.8;

    // Inference engine.
    double weight_efficiency = 0.85, kv_efficiency = 0.7;  ///< memory bandwidth reached by weights, by attention
    double layer_s = 10e-6;               ///< small kernels per layer
    double sequence_s = 4e-6;             ///< host work per sequence and step
    double request_s = 4e-3;              ///< host work between a request and its first kernel
};

/// Constants of `machine`. Chips with a static schedule have no launch floors.
Constants constants_of(const core::Machine& machine);

}  // namespace waferscope::sim
