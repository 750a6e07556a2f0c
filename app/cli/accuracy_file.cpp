// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accuracy_file.hpp"

#include <fstream>

namespace waferscope::app {

using Json = nlohmann::ordered_json;

core::Result<void> write_json(const std::string& path, const Json& json) {
    std::ofstream file(path);
    file << json.dump(1) << '\n';
    file.close();
    if (!file) return core::fail(core::ErrorCode::save, "The file cannot be written.", path);
    return {};
}

core::Result<void> replace_accuracy(const std::string& path, const std::string& layer, const Json& sets) {
    Json all = Json::array();
    if (std::ifstream old(path); old) {
        const Json known = Json::parse(old, nullptr, false);
        if (known.is_discarded() || !known.contains("sets")) return core::fail(core::ErrorCode::format, "This is not an accuracy file.", path, "choose another path");
        for (const auto& set : known["sets"])
            if (set.value("layer", "") != layer) all.push_back(set);
    }
    for (const auto& set : sets) {
        Json entry{{"layer", layer}};
        entry.update(set);
        all.push_back(entry);
    }
    return write_json(path, {{"format", "waferscope.accuracy"}, {"version", 1}, {"sets", all}});
}

}  // namespace waferscope::app
