// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/timeline.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {

std::string_view slice_kind_name(SliceKind kind) {
    static constexpr std::array<std::string_view, kSliceKinds> kNames{
        "matrix",     "attention",     "norm, element-wise", "embedding, sampling",
        "optimiser",  "collective",    "send / receive",     "gradients",
        "weight streaming, I/O", "bubble, wait"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::uint32_t Timeline::intern(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
    names.emplace_back(name);
    return static_cast<std::uint32_t>(names.size() - 1);
}

double Timeline::end_s() const {
    double end = 0;
    for (const auto& lane : lanes)
        if (!lane.slices.empty()) end = std::max(end, lane.slices.back().end_s);
    return end;
}

std::size_t Timeline::slices() const {
    std::size_t count = 0;
    for (const auto& lane : lanes) count += lane.slices.size();
    return count;
}

double time_in(const Lane& lane, SliceKind kind) {
    double sum = 0;
    for (const auto& slice : lane.slices)
        if (slice.kind == kind) sum += slice.end_s - slice.start_s;
    return sum;
}

double busy_in(const Lane& lane, double from_s, double to_s) {
    const auto first = std::ranges::lower_bound(lane.slices, from_s, {}, &Slice::end_s);
    double busy = 0;
    for (auto it = first; it != lane.slices.end() && it->start_s < to_s; ++it)
        if (it->kind != SliceKind::wait) busy += std::min(to_s, it->end_s) - std::max(from_s, it->start_s);
    return busy;
}

}  // namespace waferscope::core
