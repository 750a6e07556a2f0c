// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kineto_header.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace waferscope::core {
namespace {

using Json = nlohmann::json;

int small_number(const Json& object, const char* key, int fallback) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer()) return fallback;
    const auto value = found->get<std::int64_t>();
    return value >= 0 && value < 100'000'000 ? static_cast<int>(value) : fallback;
}

}  // namespace

void read_kineto_header(std::string_view json, RankTrace& trace) {
    const auto header = Json::parse(json, nullptr, false);
    if (!header.is_object()) {
        trace.warnings.emplace_back(
            "What stands around the events could not be read; rank and device are not known.");
        return;
    }
    if (const auto info = header.find("distributedInfo"); info != header.end() && info->is_object()) {
        trace.rank = small_number(*info, "rank", trace.rank);
        trace.world = small_number(*info, "world_size", trace.world);
    }
    const auto devices = header.find("deviceProperties");
    if (devices == header.end() || !devices->is_array() || devices->empty() || !devices->front().is_object())
        return;
    trace.device_units = small_number(devices->front(), "numSms", 0);
    if (const auto memory = devices->front().find("totalGlobalMem"); memory != devices->front().end() && memory->is_number())
        trace.device_bytes = std::clamp(memory->get<double>(), 0.0, 1e15);
    if (const auto name = devices->front().find("name"); name != devices->front().end() && name->is_string())
        trace.device = name->get<std::string>();
}

}  // namespace waferscope::core
