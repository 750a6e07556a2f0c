// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"

#include <memory>

/// Runs made of formulas: same bits every time, no simulator involved.
namespace waferscope::test {

using RunPtr = std::shared_ptr<const core::Run>;

/// 24 x 20 cores, 4 kernels, 8 steps, link planes in all four directions; link (17, 9) south is hottest.
RunPtr small_wafer();
/// 762 x 1172 cores, 4 wafers, 20 regions of several classes, 64 steps, link planes.
RunPtr full_wafer(int wafers = 4);
/// One wafer of `columns` x `rows` whose core (x, y) has class y * columns + x and value `hot` only at one
/// core.
RunPtr single_hot_core(int columns, int rows, int x, int y, float hot = 1.0F);
/// 8 chips and 4 switches, all joined.
RunPtr gpu_node();
/// 4 x 4 torus.
RunPtr torus();

}  // namespace waferscope::test
