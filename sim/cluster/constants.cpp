// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/constants.hpp"

namespace waferscope::sim {

Constants constants_of(const core::Machine& machine) {
    Constants c;
    // Compilers of these chips schedule the whole step ahead: nothing is launched kernel by kernel.
    if (machine.layers.find('A') == std::string::npos) {
        c.gemm_half_depth = 0;
        c.gemm_efficiency = 0.75;
        c.norm_bytes = 8;
        c.sharded_bytes = 4;
        c.fused_norm_bytes = 8;
        c.fused_sharded_bytes = 2;
        c.score_bytes = 4;
        c.logit_bytes = 12;
        c.kernel_s = 5e-6;
        c.elementwise_start_s = c.elementwise_floor_s = 5e-6;
        c.collective_base_s = 2e-6;
        c.collective_sqrt_s = c.collective_cap_s = 0;
        c.collective_bandwidth_share = 0.9;
        c.floor_forward_s = c.floor_backward_s = c.floor_tp = c.micro_batch_s = c.step_s = 0;
        c.dp_overlap = 0.8;
        c.pipeline_start_s = 10e-6;
        c.sustained_clock = 1;
        c.layer_s = 5e-6;
        c.sequence_s = 0;
        c.request_s = 0;
    }
    const auto read = [&](const char* key, double& value) { value = machine.constant(key, value); };
    read("gemm_efficiency", c.gemm_efficiency);
    read("gemm_efficiency_8bit", c.gemm_efficiency_8bit);
    read("gemm_efficiency_4bit", c.gemm_efficiency_4bit);
    read("gemm_half_depth", c.gemm_half_depth);
    read("gemm_memory_efficiency", c.gemm_memory_efficiency);
    read("attention_efficiency", c.attention_efficiency);
    read("kernel_s", c.kernel_s);
    read("elementwise_efficiency", c.elementwise_efficiency);
    read("elementwise_start_s", c.elementwise_start_s);
    read("elementwise_floor_s", c.elementwise_floor_s);
    read("collective_base_s", c.collective_base_s);
    read("collective_step_s", c.collective_step_s);
    read("collective_sqrt_s", c.collective_sqrt_s);
    read("collective_cap_s", c.collective_cap_s);
    read("collective_bandwidth_share", c.collective_bandwidth_share);
    read("network_bandwidth_share", c.network_bandwidth_share);
    read("network_step_s", c.network_step_s);
    read("sustained_clock", c.sustained_clock);
    read("norm_bytes", c.norm_bytes);
    read("sharded_bytes", c.sharded_bytes);
    read("score_bytes", c.score_bytes);
    read("logit_bytes", c.logit_bytes);
    read("floor_forward_s", c.floor_forward_s);
    read("floor_backward_s", c.floor_backward_s);
    read("floor_tp", c.floor_tp);
    read("micro_batch_s", c.micro_batch_s);
    read("step_s", c.step_s);
    read("tp_overlap", c.tp_overlap);
    read("dp_overlap", c.dp_overlap);
    read("pipeline_start_s", c.pipeline_start_s);
    read("pipeline_bandwidth_share", c.pipeline_bandwidth_share);
    read("weight_efficiency", c.weight_efficiency);
    read("kv_efficiency", c.kv_efficiency);
    read("layer_s", c.layer_s);
    read("sequence_s", c.sequence_s);
    read("request_s", c.request_s);
    return c;
}

}  // namespace waferscope::sim
