// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/machine_json.hpp"

#include <string>
#include <vector>

namespace waferscope::app {

/// Folder with machines/, calibration/, scenarios/, demos/: beside an installed program, else the source tree's.
std::string resource_folder();

/// Bundled machines, then the user's (~/.local/share/waferscope/machines), then `extra` folders; later ones win.
core::Result<core::MachineLibrary> load_machines(const std::vector<std::string>& extra = {});

}  // namespace waferscope::app
