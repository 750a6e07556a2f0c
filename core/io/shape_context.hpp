// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/onnx_shapes.hpp"

#include <array>

namespace waferscope::core {

/// What a shape rule sees of one node: inputs and attributes to read, outputs to set.
/// Spans of elements are valid until the next set_*.
class ShapeContext {
public:
    ShapeContext(const OnnxModel& model, OnnxShapes& shapes) : model_(&model), shapes_(&shapes) {}
    void move_to(const OnnxNode& node) {
        node_ = &node;
        inputs_ = model_->inputs(node);
        outputs_ = model_->outputs(node);
    }

    /// The operator type as written.
    [[nodiscard]] std::string_view op() const { return model_->op_types[node_->op].name; }
    [[nodiscard]] int inputs() const { return static_cast<int>(inputs_.size()); }
    [[nodiscard]] int outputs() const { return static_cast<int>(outputs_.size()); }
    [[nodiscard]] bool has(int input) const { return input < inputs() && in(input) != kNoIndex; }
    [[nodiscard]] Dims dims(int input) const { return has(input) ? shapes_->dims(in(input)) : Dims(); }
    [[nodiscard]] std::int32_t type(int input) const {
        return has(input) ? shapes_->values[in(input)].elem_type : 0;
    }
    [[nodiscard]] bool has_elements(int input) const {
        return has(input) && shapes_->values[in(input)].has_elements;
    }
    /// Empty when there are none; ask has_elements() to tell an empty list apart.
    [[nodiscard]] std::span<const std::int64_t> elements(int input) const {
        return has_elements(input) ? shapes_->elements(in(input)) : std::span<const std::int64_t>();
    }
    /// Elements, or as many unknown ones as the tensor has when that is a small number.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> elements_or_unknown(int input) const;

    [[nodiscard]] Dims output_dims(int output) const {
        return output < outputs() && out(output) != kNoIndex ? shapes_->dims(out(output)) : Dims();
    }
    [[nodiscard]] std::int32_t output_type(int output) const {
        return output < outputs() && out(output) != kNoIndex ? shapes_->values[out(output)].elem_type : 0;
    }

    void set(int output, std::int32_t elem_type, const Dims& dims);
    void set_elements(int output, std::span<const std::int64_t> elements);

    /// Elements of the output: element i,j,... of `dims` is element first + i*strides[0] + j*strides[1] + ...
    /// of input 0. Nothing when those are unknown or the result is large.
    void set_strided_elements(const Dims& dims, std::int64_t first, std::span<const std::int64_t> strides);

    [[nodiscard]] const OnnxAttribute* attribute(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback) const;
    [[nodiscard]] std::string_view text(std::string_view name) const;
    /// Empty when the attribute is absent.
    [[nodiscard]] std::span<const std::int64_t> list(std::string_view name) const;
    [[nodiscard]] std::int64_t opset() const { return model_->opset; }
    [[nodiscard]] const OnnxModel& model() const { return *model_; }

private:
    [[nodiscard]] std::uint32_t in(int i) const { return inputs_[static_cast<std::size_t>(i)]; }
    [[nodiscard]] std::uint32_t out(int i) const { return outputs_[static_cast<std::size_t>(i)]; }

    const OnnxModel* model_;
    OnnxShapes* shapes_;
    const OnnxNode* node_ = nullptr;
    std::span<const std::uint32_t> inputs_, outputs_;
};

/// Axis in 0..rank-1, or -1 when it points nowhere.
inline int normal_axis(std::int64_t axis, int rank) {
    if (axis < 0) axis += rank;
    return axis < 0 || axis >= rank ? -1 : static_cast<int>(axis);
}

/// Distance between neighbours along each dimension of a dense tensor; `dims` must be known.
std::array<std::int64_t, Dims::kMaxRank> dense_strides(const Dims& dims);

/// numpy broadcasting; unknown against a number above 1 gives the number.
Dims broadcast(const Dims& a, const Dims& b);

}  // namespace waferscope::core
