// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/workload.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {

double bytes_per_element(Dtype dtype) {
    switch (dtype) {
        case Dtype::fp64:
        case Dtype::int64: return 8;
        case Dtype::fp32:
        case Dtype::tf32:
        case Dtype::int32: return 4;
        case Dtype::bf16:
        case Dtype::fp16:
        case Dtype::int16: return 2;
        case Dtype::fp8:
        case Dtype::int8:
        case Dtype::boolean: return 1;
        case Dtype::fp4:
        case Dtype::int4: return 0.5;
        case Dtype::unknown:
        case Dtype::text: return 0;
    }
    return 0;
}

std::string_view dtype_name(Dtype dtype) {
    static constexpr std::array<std::string_view, 15> kNames{
        "unknown", "fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "fp4",
        "int64",   "int32", "int16", "int8", "int4", "bool", "text"};
    return kNames.at(static_cast<std::size_t>(dtype));
}

std::string_view op_kind_name(OpKind kind) {
    static constexpr std::array<std::string_view, 17> kNames{
        "conv", "gemm",      "matmul", "attention", "norm",          "softmax",   "activation", "elementwise",
        "pool", "embedding", "reduce", "data",      "recurrent", "optimizer", "collective", "constant",
        "other"};
    return kNames.at(static_cast<std::size_t>(kind));
}

double macs_of(const ConvDims& d) {
    const auto product = [](auto... f) { return (1.0 * ... * static_cast<double>(f)); };
    return product(d.batch, d.out_height, d.out_width, d.out_channels, d.kernel_height, d.kernel_width) *
           static_cast<double>(d.in_channels / std::max<std::int64_t>(1, d.groups));
}

double macs_of(const GemmDims& d) {
    return static_cast<double>(d.batch) * static_cast<double>(d.m) * static_cast<double>(d.n) *
           static_cast<double>(d.k);
}

bool Tensor::known() const {
    return known_rank && std::ranges::all_of(shape, [](std::int64_t d) { return d >= 0; });
}

std::int64_t Tensor::elements() const {
    if (!known() || std::ranges::find(shape, 0) != shape.end()) return 0;
    std::int64_t product = 1;
    for (const auto d : shape)
        if (__builtin_mul_overflow(product, d, &product)) return INT64_MAX;
    return product;
}

std::int64_t repetitions(const Workload& workload, std::uint32_t index) {
    for (const auto& repeat : workload.repeats)
        if (index >= repeat.first && index < repeat.last) return repeat.count;
    return 1;
}

namespace {
template <class Member>
double sum_over_operators(const Workload& workload, Member member) {
    double sum = 0;
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i)
        sum += workload.operators[i].*member * static_cast<double>(repetitions(workload, i));
    return sum;
}
}  // namespace

double total_macs(const Workload& workload) { return sum_over_operators(workload, &Operator::macs); }
double total_other_ops(const Workload& workload) { return sum_over_operators(workload, &Operator::other_ops); }

}  // namespace waferscope::core
