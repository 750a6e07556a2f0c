// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/demos.hpp"

#include "app/document/resources.hpp"

#include <QtGlobal>

namespace waferscope::app {

std::span<const Demo> demos() {
    static const std::vector<Demo> all{
        {"01-three-layers",
         QT_TRANSLATE_NOOP("Demo", "Show me the three layers"),
         QT_TRANSLATE_NOOP(
             "Demo",
             "Llama-3.1-70B on 8 H100, 5 CS-3 wafers, 16 Trainium2. Opens at once, nothing to install."),
         "demos/01-three-layers.json",
         "demos/01-three-layers.png",
         {{"cerebras_cs3", 5}, {"trainium2", 16}}},
        {"02-training-step",
         QT_TRANSLATE_NOOP("Demo", "A training step in time"),
         QT_TRANSLATE_NOOP(
             "Demo",
             "GPT-3 175B on 1,024 H100, 64 CS-3 wafers, 1,024 TPU v5p: bubbles against weight streaming."),
         "scenarios/gpt3-175b-train.json",
         "demos/02-training-step.png",
         {{"cerebras_cs3", 64}, {"tpu_v5p", 1024}}},
    };
    return all;
}

core::Result<std::vector<sim::Request>> demo_requests(const Demo& demo,
                                                      const core::MachineLibrary& machines) {
    auto first = load_request(resource_folder() + "/" + demo.scenario, machines);
    if (!first) return tl::unexpected(first.error());
    std::vector<sim::Request> requests{*first};
    std::vector<std::string> warnings;  // a re-planned machine says so in its own run
    for (const auto& [id, chips] : demo.others) {
        auto other = on_machine(*first, id, chips, machines, warnings);
        if (!other) return tl::unexpected(other.error());
        requests.push_back(std::move(*other));
    }
    return requests;
}

}  // namespace waferscope::app
