// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/cluster/adapters.hpp"

#include <algorithm>

namespace waferscope::sim {

double adapter_parameters(const core::LlmConfig& m, int rank) {
    const auto real = [](std::int64_t n) { return static_cast<double>(n); };
    const bool latent = m.kv_lora_rank > 0;
    const double h = real(m.hidden), head = latent ? real(m.qk_nope_head_dim + m.qk_rope_head_dim) : real(m.head_dim);
    const double q = real(m.heads) * head, kv = latent ? real(m.kv_lora_rank + m.qk_rope_head_dim) / 2 : real(m.kv_heads) * head;
    const double out = latent ? real(m.heads * m.v_head_dim) : q;
    const double attention = (h + q) + 2 * (h + kv) + (out + h);
    const double matrices = m.gated_ffn ? 3 : 2;
    const double dense = m.experts > 0 ? real(m.first_dense_layers) : real(m.layers), routed = real(m.layers) - dense;
    const double shared = real(m.shared_experts) * real(m.expert_ffn > 0 ? m.expert_ffn : m.ffn);
    return rank * (real(m.layers) * attention + matrices * (dense * (h + real(m.ffn)) + (shared > 0 ? routed * (h + shared) : 0)));
}

}  // namespace waferscope::sim
