// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli.hpp"

#include <string>
#include <vector>

namespace waferscope::app {

struct WindowOptions {
    std::vector<std::string> files, machine_folders;
    std::string theme = "dark", screenshot;
    std::string part = "window";  ///< of the screenshot: window or panes
    std::size_t memory = 0;       ///< bytes a file may take; 0: half of the machine's
    int demo = 0;                 ///< 1-based in demos(); 0: none
};

/// Opens the window and runs until it is closed. With `screenshot`, writes a picture once all runs are there and leaves.
Exit open_window(int argc, char** argv, const WindowOptions& options);

}  // namespace waferscope::app
