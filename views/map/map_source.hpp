// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace waferscope::views {

/// What a map shows: one metric of one wafer at one step, or the difference to another run.
struct MapSource {
    const core::Run* run = nullptr;
    std::string_view metric;  ///< id of the metric table
    std::size_t step = 0;
    int wafer = 0;
    const core::Run* minus = nullptr;  ///< same grid, or the source has no field
    std::size_t minus_step = 0;
    int minus_wafer = 0;
    friend bool operator==(const MapSource&, const MapSource&) = default;
};

/// Whether `source` has a value per core.
bool has_field(const MapSource& source);
/// Values of all cores; `out` has grid.cells() entries. Precondition: has_field().
void expand_field(const MapSource& source, std::span<float> out);

/// Fills `out` with the values of the core rows [y0, y1), grid.columns each. Rows come in bands that fit a
/// cache.
using RowReader = std::function<void(int y0, int y1, std::span<float> out)>;
/// Reader of a source. Precondition: has_field(). Valid as long as the runs live.
RowReader row_reader(const MapSource& source);

}  // namespace waferscope::views
