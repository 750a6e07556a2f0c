// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/request.hpp"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace waferscope::app {

/// A shipped scenario with the machines it is compared on.
struct Demo {
    const char* id;
    const char* title;
    const char* text;
    const char* scenario;  ///< inside the resource folder; its own machine fills pane A
    const char* picture;   ///< PNG inside the resource folder, made by packaging/pictures.sh
    std::vector<std::pair<const char*, int>> others;  ///< machine and chips of panes B and C
};

/// In the order of the welcome page.
std::span<const Demo> demos();

/// One request per pane.
core::Result<std::vector<sim::Request>> demo_requests(const Demo& demo, const core::MachineLibrary& machines);

}  // namespace waferscope::app
