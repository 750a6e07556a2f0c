// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/request.hpp"

#include "core/io/bound_workload.hpp"
#include "core/io/paint.hpp"
#include "core/io/scenario_json.hpp"
#include "core/io/text_file.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

namespace waferscope::app {

using core::Precision;

namespace {

const std::string* file_of(const core::Scenario& scenario) {
    if (const auto* graph = std::get_if<core::FileWorkload>(&scenario.workload)) return &graph->path;
    if (const auto* hf = std::get_if<core::HfConfigWorkload>(&scenario.workload)) return &hf->path;
    return nullptr;
}

/// The workload a scenario's file holds; nothing when it names none.
core::Result<std::shared_ptr<const core::Workload>> file_workload(const core::Scenario& scenario) {
    if (file_of(scenario) == nullptr) return nullptr;
    const auto* graph = std::get_if<core::FileWorkload>(&scenario.workload);
    const auto bind = graph != nullptr ? graph->bind : std::map<std::string, std::int64_t>();
    auto bound = core::read_bound_workload(workload_path(scenario), bind, scenario.seq);
    if (!bound) return tl::unexpected(bound.error());
    return std::make_shared<const core::Workload>(std::move(bound->workload));
}

}  // namespace

std::filesystem::path workload_path(const core::Scenario& scenario) {
    const auto* file = file_of(scenario);
    if (file == nullptr) return {};
    const auto folder = std::filesystem::path(scenario.source_path).parent_path();
    const auto named = folder / *file, beside = folder / std::filesystem::path(*file).filename();
    std::error_code ignored;
    return !std::filesystem::exists(named, ignored) && std::filesystem::exists(beside, ignored) ? beside : named;
}

core::Result<sim::Request> load_request(const std::string& path, const core::MachineLibrary& machines) {
    const auto text = core::read_text_file(path);
    if (!text) return tl::unexpected(text.error());
    auto scenario = core::parse_scenario(*text, path);
    if (!scenario) return tl::unexpected(scenario.error());
    if (scenario->name.empty()) scenario->name = std::filesystem::path(path).stem().string();
    return make_request(std::move(*scenario), machines);
}

core::Result<sim::Request> make_request(core::Scenario scenario, const core::MachineLibrary& machines, std::shared_ptr<const core::Workload> workload) {
    sim::Request request;
    auto machine = machines.find(scenario.machine);
    if (!machine) {
        machine.error().where = scenario.source_path + ":" + machine.error().where;
        return tl::unexpected(machine.error());
    }
    request.machine = *machine;
    if (!scenario.machine_overrides.empty()) {
        auto changed = core::with_overrides(**machine, scenario.machine_overrides);
        if (!changed) return tl::unexpected(changed.error());
        request.machine = std::make_shared<const core::Machine>(std::move(*changed));
    }
    if (!scenario.options.prefill_machine.empty()) {
        const auto reader = machines.find(scenario.options.prefill_machine);
        if (!reader) return core::fail(core::ErrorCode::machine, reader.error().message, scenario.source_path + ":/options/prefill_machine", reader.error().hint);
        request.prefill_machine = *reader;
    }
    if (!workload) {
        auto read = file_workload(scenario);
        if (!read) return tl::unexpected(read.error());
        workload = std::move(*read);
    }
    if (workload && workload->operators.empty() && !workload->llm)
        return core::fail(core::ErrorCode::format, workload->warnings.empty() ? "There is no operator to simulate." : workload->warnings.front(), workload->source,
                          "put the config.json of the same model beside it, or open its ONNX file");
    request.workload = std::move(workload);
    if (!scenario.placement.empty()) {
        // A layout written into the scenario has line ends; a path has none.
        const bool inline_text = scenario.placement.find('\n') != std::string::npos;
        const auto path = std::filesystem::path(scenario.source_path).parent_path() / scenario.placement;
        auto layout = inline_text ? core::read_paint(scenario.placement, scenario.source_path + ":/placement") : core::read_paint_file(path.string());
        if (!layout) return tl::unexpected(layout.error());
        request.layout = std::make_shared<const core::ContestLayout>(std::move(*layout));
    }
    request.scenario = std::move(scenario);
    return request;
}

core::Result<sim::Request> on_machine(const sim::Request& request, const std::string& id, int chips, const core::MachineLibrary& machines,
                                      std::vector<std::string>& warnings) {
    auto machine = machines.find(id);
    if (!machine) return tl::unexpected(machine.error());
    sim::Request other = request;
    other.machine = *machine;
    auto& scenario = other.scenario;
    const bool moved = scenario.machine != id;
    scenario.machine = id;
    if (chips > 0 && chips != scenario.chips) scenario.chips = chips, scenario.parallel.reset();
    if (!moved) return other;
    if (scenario.parallel) {
        scenario.parallel.reset();
        warnings.push_back(fmt::format("{}: the parallel plan belongs to {}; re-planned automatically.", id, request.scenario.machine));
    }
    if (other.layout) {
        other.layout.reset();
        scenario.placement.clear();
        warnings.push_back(fmt::format("{}: the placement belongs to {}; placed automatically.", id, request.scenario.machine));
    }
    if (scenario.regions) {
        scenario.regions.reset();
        warnings.push_back(fmt::format("{}: the regions belong to {}; planned automatically.", id, request.scenario.machine));
    }
    scenario.wafer = {};
    scenario.machine_overrides.clear();
    if (other.prefill_machine && (*machine)->wafer() == nullptr) {
        other.prefill_machine.reset();
        scenario.options.prefill_machine.clear();
        warnings.push_back(fmt::format("{}: reads its prompts itself.", id));
    }
    if (const auto* cluster = (*machine)->cluster(); cluster != nullptr && std::ranges::find(cluster->weights_only, scenario.precision) != cluster->weights_only.end()) return other;
    // Nearest precision above, as wide or wider.
    static constexpr std::array kUp{Precision::fp4, Precision::int8, Precision::fp8, Precision::fp16, Precision::bf16, Precision::tf32, Precision::fp32};
    if (!core::peak_flops_per_s(**machine, scenario.precision))
        for (const auto wider : kUp)
            if (core::precision_bytes(wider) >= core::precision_bytes(scenario.precision) && core::peak_flops_per_s(**machine, wider)) {
                warnings.push_back(fmt::format("{} has no {}; {} is used.", id, core::precision_name(scenario.precision), core::precision_name(wider)));
                scenario.precision = wider;
                break;
            }
    return other;
}

}  // namespace waferscope::app
