// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pytorch_et_cost.hpp"

namespace waferscope::core {
namespace {

/// One weight [out, in/groups, k...]: products per output element.
double per_output(const std::vector<std::int64_t>& weight) {
    if (weight.size() < 3) return 0;
    return elements_of({weight.begin() + 1, weight.end()});
}

bool contains(std::string_view name, std::string_view word) {
    return name.find(word) != std::string_view::npos;
}

double product(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
    if (a.size() < 2 || b.empty()) return 0;
    return elements_of(a) * (b.size() == 1 ? 1.0 : static_cast<double>(b.back()));
}

}  // namespace

double elements_of(const std::vector<std::int64_t>& shape) {
    double count = 1;
    for (const auto dimension : shape) count *= dimension > 0 ? static_cast<double>(dimension) : 0;
    return count;
}

double aten_macs(std::string_view name, const Shapes& inputs, const Shapes& outputs) {
    if (!name.starts_with("aten::")) return 0;
    if (contains(name, "convolution_backward"))  // gradients of input and weight: twice the forward products
        return inputs.size() < 3 ? 0 : 2 * elements_of(inputs[0]) * per_output(inputs[2]);
    if (contains(name, "conv"))
        return inputs.size() < 2 || outputs.empty() ? 0 : elements_of(outputs[0]) * per_output(inputs[1]);
    if (name == "aten::mm" || name == "aten::bmm" || name == "aten::_scaled_mm")
        return inputs.size() < 2 ? 0 : product(inputs[0], inputs[1]);
    if (name == "aten::addmm" || name == "aten::baddbmm")
        return inputs.size() < 3 ? 0 : product(inputs[1], inputs[2]);
    return 0;
}

}  // namespace waferscope::core
