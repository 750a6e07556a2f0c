// SPDX-License-Identifier: GPL-3.0-or-later
// What weight files (safetensors, GGUF) have in common. Included by .cpp files of core/io only.
#pragma once

#include "core/model/workload.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waferscope::core {

/// A tensor of a weight file; its values stay in the file.
struct StoredTensor {
    std::string name;
    std::string type;                 ///< the file's own word: "BF16", "Q4_K"
    std::vector<std::int64_t> shape;  ///< outermost dimension first
    Dtype dtype = Dtype::unknown;
    double bytes = 0;
    [[nodiscard]] double elements() const;
};

/// "model.layers.7" of "model.layers.7.mlp.up_proj.weight"; "outside layers" when no number stands in it.
std::string layer_of(const std::string& tensor_name);

/// The weights as a workload. With `llm`: the forward pass of one token through that model. Without: tensors
/// and no operators, and a warning that says what to add. Sums and groups are those of the file.
Workload weight_workload(std::vector<StoredTensor> tensors, const std::optional<LlmConfig>& llm,
                         const std::string& format, const std::string& file);

}  // namespace waferscope::core
