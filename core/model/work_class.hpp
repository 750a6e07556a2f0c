// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/timeline.hpp"

#include <cstdint>
#include <string_view>

namespace waferscope::core {

/// Classes in which a recorded step and its prediction are compared.
enum class WorkClass : std::uint8_t {
    gemm,  ///< matrix products and convolutions
    attention,
    elementwise,  ///< sums over rows included
    norm,         ///< norms and softmax
    embedding,
    optimizer,
    all_reduce,
    all_gather,
    reduce_scatter,
    all_to_all,
    broadcast,
    send_recv,
    copy,  ///< inside a device or over its host link
    other,
};
inline constexpr int kWorkClasses = 14;

/// "matrix products", "all-reduce".
std::string_view work_class_name(WorkClass kind);
bool is_collective(WorkClass kind);

/// Class of a device kernel by its name; what no word tells is `other`.
WorkClass work_class_of_kernel(std::string_view kernel);

/// Class of a framework's collective ("nccl:all_to_all", "c10d::allreduce_"); `other` when it is none.
WorkClass work_class_of_collective(std::string_view op);

/// Class of an operator of a workload graph.
WorkClass work_class_of(const Operator& op);

/// Class of a slice of a predicted run, where only its kind is known.
WorkClass work_class_of(SliceKind kind);

}  // namespace waferscope::core
