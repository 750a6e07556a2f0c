// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/machine_json.hpp"
#include "sim/simulate.hpp"
#include "views/placement/floor_editor.hpp"

namespace waferscope::app {

/// An edited placement, of kernels or of regions: what the explorer shows and the window simulates. GUI
/// thread.
class PlacementDocument : public views::FloorEditor {
    Q_OBJECT
public:
    using FloorEditor::FloorEditor;
    /// The request that simulates this placement. Without a machine it cannot.
    [[nodiscard]] virtual sim::Request request() const = 0;
};

/// Regions of a resident run, or kernels of a pipelined one. E-value in words for runs in which nothing can be moved.
core::Result<std::unique_ptr<PlacementDocument>> placement_document(const core::Run& run,
                                                                    const core::MachineLibrary& machines);

}  // namespace waferscope::app
