// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_source.hpp"

#include "views/field.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace waferscope::views {
namespace {

/// The hottest of the four links of every core, rows [y0, y1): planes are added per direction, band by band.
class HottestRows {
public:
    HottestRows(const core::LinkSeries& links, core::GridSize grid, std::size_t step, int wafer)
        : links_(&links),
          columns_(static_cast<std::size_t>(grid.columns)),
          weight_(links.weight.data() + step * links.plane.size()) {
        for (std::size_t p = 0; p < links.plane.size(); ++p)
            if (links.plane[p].wafer == wafer && weight_[p] != 0)
                planes_.at(static_cast<std::size_t>(links.plane[p].direction)).push_back(p);
    }
    void operator()(int y0, int y1, std::span<float> out) {
        std::ranges::fill(out, 0.0F);
        for (const auto& planes : planes_) {
            if (planes.empty()) continue;
            sum_.assign(out.size(), 0.0F);
            for (const auto p : planes) add(p, y0, y1);
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = sum_[i] > out[i] ? sum_[i] : out[i];
        }
    }

private:
    void add(std::size_t p, int y0, int y1) {
        const auto& plane = links_->plane[p];
        const auto& box = plane.box;
        const int end = std::min(y1, box.y + box.height);
        for (int y = std::max(y0, box.y); y < end; ++y)
            plane.add_row(y, box.x, box.x + box.width, weight_[p], sum_.data() + static_cast<std::size_t>(y - y0) * columns_ + static_cast<std::size_t>(box.x));
    }
    const core::LinkSeries* links_;
    std::size_t columns_;
    const float* weight_;
    std::array<std::vector<std::size_t>, core::kDirections> planes_;
    std::vector<float> sum_;
};

RowReader one_reader(const core::Run& run, std::string_view metric, std::size_t step, int wafer) {
    const auto& classes = run.wafer->classes;
    if (metric == kLinkLoad) return HottestRows(run.wafer->links, classes.grid, step, wafer);
    if (const auto* field = wafer_field(run, metric))
        return [field, columns = static_cast<std::size_t>(classes.grid.columns)](int y0, int /*y1*/, std::span<float> out) {
            const auto* from = field->value.data() + static_cast<std::size_t>(y0) * columns;
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(from[i]);
        };
    const float* value = wafer_series(run, metric)->value.data() + step * classes.classes.size() +
                         static_cast<std::size_t>(wafer) * classes.classes_per_wafer;
    return [&classes, value](int y0, int /*y1*/, std::span<float> out) {
        const auto* of = classes.class_of_core.data() +
                         static_cast<std::size_t>(y0) * static_cast<std::size_t>(classes.grid.columns);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = value[of[i]];
    };
}

bool same_grid(const MapSource& source) {
    return source.minus == nullptr || (source.minus->wafer && source.run->wafer &&
                                       source.minus->wafer->classes.grid == source.run->wafer->classes.grid);
}

bool one_field(const core::Run* run, std::string_view metric) {
    if (run == nullptr || !run->wafer || run->steps() == 0) return false;
    if (metric == kLinkLoad) return !run->wafer->links.plane.empty();
    return wafer_series(*run, metric) != nullptr || wafer_field(*run, metric) != nullptr;
}

}  // namespace

bool has_field(const MapSource& source) {
    return one_field(source.run, source.metric) && same_grid(source) &&
           (source.minus == nullptr || one_field(source.minus, source.metric));
}

RowReader row_reader(const MapSource& source) {
    auto own = one_reader(*source.run, source.metric, source.step, source.wafer);
    if (source.minus == nullptr) return own;
    return [own = std::move(own),
            other = one_reader(*source.minus, source.metric, source.minus_step, source.minus_wafer),
            scratch = std::vector<float>()](int y0, int y1, std::span<float> out) mutable {
        own(y0, y1, out);
        scratch.resize(out.size());
        other(y0, y1, scratch);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] -= scratch[i];
    };
}

void expand_field(const MapSource& source, std::span<float> out) {
    row_reader(source)(0, source.run->wafer->classes.grid.rows, out);
}

}  // namespace waferscope::views
