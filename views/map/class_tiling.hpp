// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/series.hpp"
#include "views/map/viewport.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace waferscope::views {

/// For every pixel of a map the set of core classes it covers. Built once per zoom and pan; then a new time
/// step costs one value per set and one look-up per pixel, and the pixel still shows the maximum of its
/// cores.
class ClassTiling {
public:
    /// Nothing when the pixels have so many different sets that pooling cores directly is cheaper.
    static std::optional<ClassTiling> build(const core::CoreClasses& classes, const PixelGrid& pixels);

    /// Sets: the first classes_per_wafer are single classes, then the mixtures.
    [[nodiscard]] std::size_t sets() const { return classes_ + mixture_begin_.size() - 1; }
    /// Maximum of each set; `value` has one entry per class of the wafer. NaN only if all are NaN.
    void pool(std::span<const float> value, std::span<float> out) const;
    /// Set of every pixel, row by row.
    [[nodiscard]] std::span<const std::uint32_t> set_of_pixel() const { return set_of_pixel_; }
    [[nodiscard]] int width() const { return width_; }
    [[nodiscard]] int height() const { return height_; }

private:
    std::size_t classes_ = 0;
    int width_ = 0, height_ = 0;
    std::vector<std::uint32_t> set_of_pixel_;
    std::vector<std::uint32_t> mixture_begin_{0};  // CSR: members of mixture i
    std::vector<std::uint32_t> members_;
};

}  // namespace waferscope::views
