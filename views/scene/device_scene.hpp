// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/scene/relief.hpp"

class vtkRenderer;

namespace waferscope::views {

/// Chips of a cluster as blocks whose height and colour show `metric`, switches as flat slabs, links as tubes whose
/// colour and width show their load; a link that wraps round a torus is an arch. Fills the size, peak and range of
/// `picture`; the slab below is the caller's.
void add_devices(vtkRenderer& renderer, const core::Run& run, std::string_view metric, std::size_t step, ReliefPicture& picture, const Theme& theme);

}  // namespace waferscope::views
