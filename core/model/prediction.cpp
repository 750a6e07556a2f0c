// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/prediction.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace waferscope::core {
namespace {

std::string bytes_text(double bytes) {
    if (bytes < 1e3) return fmt::format("{:.0f} B", bytes);
    if (bytes < 1e6) return fmt::format("{:.3g} kB", bytes / 1e3);
    return bytes < 1e9 ? fmt::format("{:.3g} MB", bytes / 1e6) : fmt::format("{:.3g} GB", bytes / 1e9);
}

}  // namespace

std::optional<double> PredictedClass::ratio() const {
    if (!predicted_s || measured.matched_s <= 0) return std::nullopt;
    return *predicted_s / measured.matched_s;
}

double Prediction::unmatched_share() const {
    return measured_s > 0 ? std::clamp(1 - matched_s / measured_s, 0.0, 1.0) : 0;
}

std::vector<double> predicted_times(const Run& predicted) {
    std::vector<double> times(predicted.workload ? predicted.workload->operators.size() : 0, 0.0);
    for (const auto& lane : predicted.timeline.lanes)
        for (const auto& slice : lane.slices)
            if (slice.op < times.size() && slice.kind != SliceKind::wait)
                times[slice.op] += slice.end_s - slice.start_s;
    return times;
}

std::string shape_text(const Operator& op) {
    if (const auto* gemm = std::get_if<GemmDims>(&op.dims)) {
        const auto batch = gemm->batch > 1 ? fmt::format("{} x ", gemm->batch) : std::string();
        return fmt::format("{}({} x {}) ({} x {})", batch, gemm->m, gemm->k, gemm->k, gemm->n);
    }
    if (const auto* comm = std::get_if<CommDims>(&op.dims)) return bytes_text(comm->bytes);
    return bytes_text(op.read_bytes + op.write_bytes);
}

}  // namespace waferscope::core
