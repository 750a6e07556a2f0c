// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/weight_list.hpp"

#include <string>
#include <vector>

namespace waferscope::core {

/// A model told from its weights alone, and what had to be guessed.
struct NamedLlm {
    LlmConfig config;
    std::vector<std::string> guesses;  ///< whole sentences
};

/// Recognises a decoder by the names of its tensors ("model.layers.N.self_attn.q_proj.weight", as Llama,
/// Qwen, Mistral and Mixtral write them) and takes sizes from their shapes. Nothing when a matrix is missing,
/// stored in packed form, or two layers differ. Head size and experts per token are in no shape: guessed
/// (128 or 64, 2) and said, unless a norm per head gives the size.
std::optional<NamedLlm> llm_from_names(const std::vector<StoredTensor>& tensors);

}  // namespace waferscope::core
