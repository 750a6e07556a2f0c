// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/placement_document.hpp"

#include "app/document/floor_document.hpp"
#include "app/document/region_document.hpp"

namespace waferscope::app {

core::Result<std::unique_ptr<PlacementDocument>> placement_document(const core::Run& run,
                                                                    const core::MachineLibrary& machines) {
    const auto phase = run.scenario.phase;
    const auto mode = run.scenario.wafer.mode;
    const bool language = std::holds_alternative<core::LlmConfig>(run.scenario.workload) ||
                          std::holds_alternative<core::HfConfigWorkload>(run.scenario.workload);
    const bool resident =
        phase == core::Phase::decode || phase == core::Phase::prefill || phase == core::Phase::serve;
    if (run.machine && run.machine->wafer() != nullptr && language && resident &&
        (mode == core::WaferMode::automatic || mode == core::WaferMode::resident)) {
        auto regions = RegionDocument::make(run, machines);
        if (!regions) return tl::unexpected(regions.error());
        return std::move(*regions);
    }
    auto source = floor_source(run, machines);
    if (!source) return tl::unexpected(source.error());
    return std::make_unique<FloorDocument>(std::move(*source));
}

}  // namespace waferscope::app
