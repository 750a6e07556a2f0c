// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/work_class.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>

namespace waferscope::core {
namespace {

struct Word {
    std::string_view text;  ///< in small letters
    WorkClass kind;
};

constexpr std::array kCollectives{Word{"allreduce", WorkClass::all_reduce},
                                  Word{"all_reduce", WorkClass::all_reduce},
                                  Word{"reduce_scatter", WorkClass::reduce_scatter},
                                  Word{"reducescatter", WorkClass::reduce_scatter},
                                  Word{"allgather", WorkClass::all_gather},
                                  Word{"all_gather", WorkClass::all_gather},
                                  Word{"alltoall", WorkClass::all_to_all},
                                  Word{"all_to_all", WorkClass::all_to_all},
                                  Word{"broadcast", WorkClass::broadcast},
                                  Word{"sendrecv", WorkClass::send_recv},
                                  Word{"send", WorkClass::send_recv},
                                  Word{"recv", WorkClass::send_recv}};

/// The first word a name contains decides: more telling words stand first.
constexpr std::array kKernels{Word{"flash", WorkClass::attention},
                              Word{"fmha", WorkClass::attention},
                              Word{"attention", WorkClass::attention},
                              Word{"multi_tensor_apply", WorkClass::optimizer},
                              Word{"adagrad", WorkClass::embedding},
                              Word{"adam", WorkClass::optimizer},
                              Word{"embedding", WorkClass::embedding},
                              Word{"_embs_", WorkClass::embedding},
                              Word{"layer_norm", WorkClass::norm},
                              Word{"layernorm", WorkClass::norm},
                              Word{"batch_norm", WorkClass::norm},
                              Word{"bn_fw", WorkClass::norm},
                              Word{"bn_bw", WorkClass::norm},
                              Word{"rms_norm", WorkClass::norm},
                              Word{"group_norm", WorkClass::norm},
                              Word{"softmax", WorkClass::norm},
                              Word{"gemm", WorkClass::gemm},
                              Word{"gemv", WorkClass::gemm},
                              Word{"cutlass", WorkClass::gemm},
                              Word{"cijk_", WorkClass::gemm},  // rocBLAS
                              Word{"scudnn", WorkClass::gemm},
                              Word{"dgrad", WorkClass::gemm},
                              Word{"wgrad", WorkClass::gemm},
                              Word{"winograd", WorkClass::gemm},
                              Word{"convol", WorkClass::gemm},
                              Word{"conv2d", WorkClass::gemm},
                              Word{"implicit", WorkClass::gemm},
                              Word{"memcpy", WorkClass::copy},
                              Word{"memset", WorkClass::copy},
                              Word{"copy", WorkClass::copy},
                              Word{"elementwise", WorkClass::elementwise},
                              Word{"reduce_kernel", WorkClass::elementwise},
                              Word{"fillfunctor", WorkClass::elementwise}};

std::string small_letters(std::string_view text) {
    std::string small(text.substr(0, 512));
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small;
}

WorkClass first_match(std::string_view name, std::span<const Word> words) {
    const auto small = small_letters(name);
    for (const auto& word : words)
        if (small.find(word.text) != std::string::npos) return word.kind;
    return WorkClass::other;
}

}  // namespace

std::string_view work_class_name(WorkClass kind) {
    static constexpr std::array<std::string_view, kWorkClasses> kNames{
        "matrix products",  "attention",  "element-wise", "norms and softmax",
        "embedding",        "optimiser",  "all-reduce",   "all-gather",
        "reduce-scatter",   "all-to-all", "broadcast",    "point to point",
        "copies and fills", "other"};
    return kNames.at(static_cast<std::size_t>(kind));
}

bool is_collective(WorkClass kind) {
    return kind >= WorkClass::all_reduce && kind <= WorkClass::send_recv;
}

WorkClass work_class_of_kernel(std::string_view kernel) {
    const auto small = small_letters(kernel);
    for (const auto* library : {"nccl", "rccl", "msccl", "oneccl"})
        if (small.find(library) != std::string::npos) return first_match(kernel, kCollectives);
    return first_match(kernel, kKernels);
}

WorkClass work_class_of_collective(std::string_view op) {
    if (!op.starts_with("nccl:") && !op.starts_with("c10d::")) return WorkClass::other;
    return first_match(op, kCollectives);
}

WorkClass work_class_of(const Operator& op) {
    if (const auto* comm = std::get_if<CommDims>(&op.dims)) return first_match(comm->kind, kCollectives);
    switch (op.kind) {
        case OpKind::conv:
        case OpKind::gemm:
        case OpKind::matmul:
        case OpKind::recurrent:
            return WorkClass::gemm;
        case OpKind::attention:
            return WorkClass::attention;
        case OpKind::norm:
        case OpKind::softmax:
            return WorkClass::norm;
        case OpKind::activation:
        case OpKind::elementwise:
        case OpKind::pool:
        case OpKind::reduce:
            return WorkClass::elementwise;
        case OpKind::embedding:
            return WorkClass::embedding;
        case OpKind::data_movement:
            return WorkClass::copy;
        case OpKind::optimizer:
            return WorkClass::optimizer;
        case OpKind::collective:
        case OpKind::constant:
        case OpKind::other:
            break;
    }
    return WorkClass::other;
}

WorkClass work_class_of(SliceKind kind) {
    switch (kind) {
        case SliceKind::gemm:
            return WorkClass::gemm;
        case SliceKind::attention:
            return WorkClass::attention;
        case SliceKind::norm:
            return WorkClass::elementwise;
        case SliceKind::embedding:
            return WorkClass::embedding;
        case SliceKind::optimizer:
            return WorkClass::optimizer;
        case SliceKind::collective:
        case SliceKind::gradients:
            return WorkClass::all_reduce;
        case SliceKind::send_recv:
            return WorkClass::send_recv;
        case SliceKind::weight_stream:
            return WorkClass::copy;
        case SliceKind::wait:
            break;
    }
    return WorkClass::other;
}

}  // namespace waferscope::core
