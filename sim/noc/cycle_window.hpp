// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/traffic_table.hpp"
#include "sim/noc/wafer_mesh.hpp"

#include <array>
#include <stop_token>
#include <vector>

namespace waferscope::sim {

/// A window of the fabric under steady flows, cycle by cycle.
struct WindowConfig {
    core::GridSize mesh;              ///< side 2 .. 512
    std::vector<SteadyFlow> flows;    ///< inside the window
    FabricConfig fabric;
    std::uint32_t warmup = 2000;      ///< cycles before the first frame
    std::uint32_t frames = 64, cycles_per_frame = 128;
    std::uint64_t seed = 1;
};

/// What one frame saw on every router.
struct WindowFrame {
    std::array<std::vector<float>, core::kDirections> link_load;  ///< [router]: wavelets per cycle of the link that leaves it
    std::vector<float> queued;    ///< [router]: wavelets in its FIFOs at the end of the frame
    std::vector<float> blocked;   ///< [router]: blocked heads per cycle
};

/// Of the `cycles` since engine.observe() or the last frame.
WindowFrame take_frame(WaferMesh& engine, std::size_t routers, std::uint32_t cycles);

struct WindowResult {
    std::vector<WindowFrame> frames;
    std::array<std::vector<double>, core::kDirections> mean_load;  ///< over all frames
    double offered = 0, delivered = 0;  ///< wavelets per cycle in the frames
    double lost_rate = 0;               ///< asked of nodes beyond one wavelet per cycle
    double wall_seconds = 0;
};
core::Result<WindowResult> simulate_window(const WindowConfig& config, const std::stop_token& stop);

}  // namespace waferscope::sim
