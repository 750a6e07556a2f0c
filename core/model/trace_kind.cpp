// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/measured_run.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace waferscope::core {
namespace {

struct Word {
    std::string_view text;  ///< in small letters
    SliceKind kind;
};

/// The first word a name contains decides: more telling words stand first.
constexpr std::array kWords{
    Word{"sendrecv", SliceKind::send_recv},
    Word{"nccl", SliceKind::collective},
    Word{"rccl", SliceKind::collective},
    Word{"c10d::", SliceKind::collective},
    Word{"synchronize", SliceKind::wait},
    Word{"flash", SliceKind::attention},
    Word{"fmha", SliceKind::attention},
    Word{"attention", SliceKind::attention},
    Word{"multi_tensor_apply", SliceKind::optimizer},
    Word{"adam", SliceKind::optimizer},
    Word{"sgd_", SliceKind::optimizer},
    Word{"optimizer", SliceKind::optimizer},
    Word{"embedding", SliceKind::embedding},
    Word{"layer_norm", SliceKind::norm},
    Word{"gemm", SliceKind::gemm},
    Word{"cutlass", SliceKind::gemm},
    Word{"cijk_", SliceKind::gemm},  // rocBLAS
    Word{"conv", SliceKind::gemm},
    Word{"cudnn", SliceKind::gemm},
    Word{"wgrad", SliceKind::gemm},
    Word{"dgrad", SliceKind::gemm},
    Word{"winograd", SliceKind::gemm},
    Word{"aten::mm", SliceKind::gemm},
    Word{"aten::addmm", SliceKind::gemm},
    Word{"aten::bmm", SliceKind::gemm},
    Word{"aten::linear", SliceKind::gemm},
    Word{"aten::matmul", SliceKind::gemm},
    Word{"memcpy", SliceKind::weight_stream},
    Word{"memset", SliceKind::weight_stream},
};

}  // namespace

SliceKind slice_kind_of(const TraceEvent& event, std::string_view name) {
    if (event.kind == TraceClass::memcpy || event.kind == TraceClass::memset) return SliceKind::weight_stream;
    if (event.kind == TraceClass::annotation) return SliceKind::norm;
    std::string small(name.substr(0, 256));
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const auto& word : kWords)
        if (small.find(word.text) != std::string::npos) return word.kind;
    return SliceKind::norm;
}

}  // namespace waferscope::core
