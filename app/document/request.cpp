// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/request.hpp"

#include "core/io/formats.hpp"
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

constexpr std::int64_t kGuessedLength = 128;  ///< of dimensions a file leaves open and the scenario does not give

/// The workload with values for its open dimensions: one sample (global_batch multiplies it), everything else the
/// scenario's seq. What was guessed is said in the warnings.
core::Result<core::Workload> read_bound(const std::filesystem::path& path, const std::map<std::string, std::int64_t>& symbols, std::int64_t seq) {
    core::Bindings bindings;
    std::string guessed;
    for (const auto& [name, value] : symbols) {
        if (value >= 0) continue;
        const bool batch = name.find("batch") != std::string::npos || name.find("Batch") != std::string::npos || name == "N" || symbols.size() == 1;
        bindings[name] = batch ? 1 : seq > 0 ? seq : kGuessedLength;
        if (!batch && seq == 0) guessed += fmt::format("{}{} = {}", guessed.empty() ? "" : ", ", name, kGuessedLength);
    }
    auto workload = core::read_workload(path, bindings);
    if (workload && !guessed.empty()) workload->warnings.push_back(fmt::format("Guessed: {}. Give \"seq\" in the scenario for another length.", guessed));
    return workload;
}

}  // namespace

core::Result<sim::Request> load_request(const std::string& path, const core::MachineLibrary& machines) {
    const auto text = core::read_text_file(path);
    if (!text) return tl::unexpected(text.error());
    auto scenario = core::parse_scenario(*text, path);
    if (!scenario) return tl::unexpected(scenario.error());
    if (scenario->name.empty()) scenario->name = std::filesystem::path(path).stem().string();
    return make_request(std::move(*scenario), machines);
}

core::Result<sim::Request> make_request(core::Scenario scenario, const core::MachineLibrary& machines) {
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
    const std::string* file = nullptr;
    if (const auto* onnx = std::get_if<core::FileWorkload>(&scenario.workload)) file = &onnx->path;
    if (const auto* hf = std::get_if<core::HfConfigWorkload>(&scenario.workload)) file = &hf->path;
    if (file != nullptr) {
        const auto path = std::filesystem::path(scenario.source_path).parent_path() / *file;
        auto workload = core::read_workload(path, {});
        if (workload && std::ranges::any_of(workload->symbols, [](const auto& s) { return s.second < 0; })) workload = read_bound(path, workload->symbols, scenario.seq);
        if (!workload) return tl::unexpected(workload.error());
        if (workload->operators.empty() && !workload->llm)
            return core::fail(core::ErrorCode::format, workload->warnings.empty() ? "There is no operator to simulate." : workload->warnings.front(), path.string(),
                              "put the config.json of the same model beside it, or open its ONNX file");
        request.workload = std::make_shared<const core::Workload>(std::move(*workload));
    }
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
