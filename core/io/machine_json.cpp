// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/machine_json.hpp"

#include "core/io/json_reader.hpp"
#include "core/io/text_file.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

namespace waferscope::core {
namespace {

using Json = nlohmann::ordered_json;
constexpr double kAny = 1e30;

Figure read_figure(const Json& value, const std::string& pointer, JsonContext& context, double min, double max,
                   std::string_view unit) {
    JsonObject object(value, pointer, context);
    Figure figure;
    object.require("value");
    object.require("source");
    object.read("value", figure.value, min, max, unit);
    object.read("low", figure.low, -kAny, kAny);
    object.read("high", figure.high, -kAny, kAny);
    object.read("source", figure.source);
    object.read("date", figure.date);
    object.read("estimate", figure.estimate);
    object.end();
    return figure;
}

void read_figures(JsonObject& object, Figures& figures) {
    for (const auto& key : figure_keys())
        if (const Json* value = object.find(key.key))
            figures.emplace(key.key, read_figure(*value, object.pointer(key.key), object.context(), key.min,
                                                 key.max, key.unit));
}

NetworkLevel read_level(JsonObject object) {
    NetworkLevel level;
    object.read_word("topology", level.topology,
                     {"none", "switched", "full_mesh", "ring", "torus2d", "torus3d", "hypercube"});
    object.read("domain", level.domain, 0, 1'000'000);
    object.read("links", level.links, 0, 1000);
    read_figures(object, level.figures);
    object.end();
    return level;
}

std::vector<Price> read_prices(JsonObject& object) {
    std::vector<Price> prices;
    const Json* list = object.find("prices");
    if (list == nullptr) return prices;
    if (!list->is_array()) {
        object.context().refuse(ErrorCode::value, "\"prices\" must be a list.", object.pointer("prices"));
        return prices;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        JsonObject entry((*list)[i], object.pointer("prices") + "/" + std::to_string(i), object.context());
        Price price;
        entry.require("kind");
        std::size_t kind = 0;
        entry.read_word("kind", kind, {"rent", "buy", "unit_cost"});
        price.kind = std::array{"rent", "buy", "unit_cost"}.at(kind);
        const std::string_view key = price.kind == "rent" ? "usd_per_hour" : "usd";
        entry.require(key);
        if (const Json* usd = entry.find(key))
            price.usd = read_figure(*usd, entry.pointer(key), entry.context(), 0, 1e12, "$");
        entry.end();
        prices.push_back(std::move(price));
    }
    return prices;
}

Wafer read_wafer(JsonObject& object) {
    Wafer wafer;
    object.require("grid");
    const Json* grid = object.find("grid");
    if (grid == nullptr) return wafer;
    const auto side = [&](std::size_t i) {
        if (!grid->is_array() || grid->size() != 2 || !(*grid)[i].is_number_integer()) return 0;
        return (*grid)[i].get<int>();
    };
    wafer.grid = {side(0), side(1)};
    if (wafer.grid.columns < 1 || wafer.grid.rows < 1 || wafer.grid.columns > 4096 || wafer.grid.rows > 4096)
        object.context().refuse(ErrorCode::range, "grid must be [columns, rows], each 1 to 4,096.",
                                object.pointer("grid"));
    return wafer;
}

Json figure_to_json(const Figure& figure) {
    Json json{{"value", figure.value}};
    if (figure.low) json["low"] = *figure.low;
    if (figure.high) json["high"] = *figure.high;
    json["source"] = figure.source;
    if (!figure.date.empty()) json["date"] = figure.date;
    if (figure.estimate) json["estimate"] = true;
    return json;
}

Json level_to_json(const NetworkLevel& level) {
    Json json{{"topology", topology_name(level.topology)}};
    if (level.domain > 0) json["domain"] = level.domain;
    if (level.links > 0) json["links"] = level.links;
    for (const auto& [key, figure] : level.figures) json[key] = figure_to_json(figure);
    return json;
}

/// resources/calibration/<family>.json: {"format":"waferscope.calibration","family":...,"constants":{name: figure}}
Result<Figures> read_calibration(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text) return tl::unexpected(text.error());
    const auto json = parse_json(*text, path);
    if (!json) return tl::unexpected(json.error());
    JsonContext context{path, {}};
    JsonObject object(*json, "", context);
    std::string ignored;
    for (const auto* key : {"format", "family", "note"}) object.read(key, ignored);
    Figures constants;
    const Json* list = object.find("constants");
    if (list != nullptr && list->is_object())
        for (const auto& item : list->items())
            constants.emplace(item.key(), read_figure(item.value(), "/constants/" + item.key(), context, -kAny, kAny, ""));
    object.end();
    if (context.error) return tl::unexpected(*context.error);
    return constants;
}

}  // namespace

Result<Machine> parse_machine(std::string_view text, const std::string& file) {
    const auto json = parse_json(text, file);
    if (!json) return tl::unexpected(json.error());
    JsonContext context{file, {}};
    JsonObject object(*json, "", context);
    Machine machine;
    machine.origin = file;
    std::size_t format = 0;
    int version = 1;
    object.require("format");
    object.read_word("format", format, {"waferscope.machine"});
    object.read("version", version, 1, 1);
    for (const auto* key : {"id", "name", "kind", "layers"}) object.require(key);
    object.read("id", machine.id);
    object.read("name", machine.name);
    if (const Json* layers = object.find("layers"); layers != nullptr && layers->is_array())
        for (const auto& layer : *layers) machine.layers += layer.is_string() ? layer.get<std::string>() : "?";
    if (machine.layers.find_first_not_of("ABC") != std::string::npos || machine.layers.empty())
        context.refuse(ErrorCode::value, "layers must list A, B or C.", "/layers");
    std::size_t kind = 0;
    object.read_word("kind", kind, {"cluster", "wafer"});
    if (kind == 1) {
        machine.body = read_wafer(object);
    } else {
        Cluster cluster;
        object.read("family", cluster.family);
        object.read("devices_per_chip", cluster.devices_per_chip, 1, 64);
        object.read("trains", cluster.trains);
        object.read("trains_reason", cluster.trains_reason);
        if (const Json* formats = object.find("weights_only"); formats != nullptr && formats->is_array())
            for (const auto& name : *formats) {
                const auto precision = name.is_string() ? precision_from(name.get<std::string>()) : std::nullopt;
                if (!precision) {
                    context.refuse(ErrorCode::value, "weights_only must list number formats, as int8 or fp4.", "/weights_only");
                    break;
                }
                cluster.weights_only.push_back(*precision);
            }
        cluster.scale_up = read_level(object.object("scale_up"));
        cluster.scale_out = read_level(object.object("scale_out"));
        machine.body = std::move(cluster);
    }
    read_figures(object, machine.figures);
    JsonObject marketed = object.object("marketed");
    read_figures(marketed, machine.marketed);
    marketed.end();
    machine.prices = read_prices(object);
    object.read("availability", machine.availability);
    object.read("note", machine.note);
    object.end();
    if (context.error) return tl::unexpected(*context.error);
    return machine;
}

std::string machine_json(const Machine& machine) {
    Json json{{"format", "waferscope.machine"}, {"version", 1}, {"id", machine.id}, {"name", machine.name}};
    for (const char layer : machine.layers) json["layers"].push_back(std::string(1, layer));
    if (const auto* wafer = machine.wafer()) {
        json["kind"] = "wafer";
        json["grid"] = {wafer->grid.columns, wafer->grid.rows};
    } else if (const auto* cluster = machine.cluster()) {
        json["kind"] = "cluster";
        json["family"] = cluster->family;
        json["devices_per_chip"] = cluster->devices_per_chip;
        if (!cluster->trains) json["trains"] = false;
        for (const auto precision : cluster->weights_only) json["weights_only"].push_back(precision_name(precision));
        if (!cluster->trains_reason.empty()) json["trains_reason"] = cluster->trains_reason;
        if (cluster->scale_up.topology != Topology::none) json["scale_up"] = level_to_json(cluster->scale_up);
        if (cluster->scale_out.topology != Topology::none) json["scale_out"] = level_to_json(cluster->scale_out);
    }
    for (const auto& [key, figure] : machine.figures) json[key] = figure_to_json(figure);
    for (const auto& [key, figure] : machine.marketed) json["marketed"][key] = figure_to_json(figure);
    for (const auto& price : machine.prices)
        json["prices"].push_back({{"kind", price.kind}, {price.kind == "rent" ? "usd_per_hour" : "usd", figure_to_json(price.usd)}});
    if (!machine.availability.empty()) json["availability"] = machine.availability;
    if (!machine.note.empty()) json["note"] = machine.note;
    return json.dump();
}

Result<MachineLibrary> MachineLibrary::load(const std::string& folder, const std::string& calibration_folder) {
    MachineLibrary library;
    if (auto added = library.add_folder(folder, calibration_folder); !added) return tl::unexpected(added.error());
    return library;
}

Result<void> MachineLibrary::add_folder(const std::string& folder, const std::string& calibration_folder) {
    std::error_code status;
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, status))
        if (entry.path().extension() == ".json") files.push_back(entry.path().string());
    if (status) return fail(ErrorCode::file_missing, folder + " is not a readable folder.", folder, "check --machine-dir");
    std::ranges::sort(files);
    for (const auto& file : files) {
        const auto text = read_text_file(file);
        if (!text) return tl::unexpected(text.error());
        auto machine = parse_machine(*text, file);
        if (!machine) return tl::unexpected(machine.error());
        const auto* cluster = machine->cluster();
        const std::string family = cluster != nullptr ? cluster->family : "cerebras_wse";
        const auto constants = calibration_folder + "/" + family + ".json";
        if (std::filesystem::exists(constants, status)) {
            auto figures = read_calibration(constants);
            if (!figures) return tl::unexpected(figures.error());
            machine->calibration = std::move(*figures);
        }
        std::erase_if(machines_, [&](const auto& known) { return known->id == machine->id; });
        machines_.push_back(std::make_shared<const Machine>(std::move(*machine)));
    }
    std::ranges::sort(machines_, {}, [](const auto& machine) { return machine->id; });
    return {};
}

Result<void> MachineLibrary::add_accuracy(const std::string& file) {
    const auto text = read_text_file(file);
    if (!text) return tl::unexpected(text.error());
    const auto json = parse_json(*text, file);
    if (!json) return tl::unexpected(json.error());
    JsonContext context{file, {}};
    JsonObject object(*json, "", context);
    std::map<std::string, std::vector<AccuracySet>, std::less<>> sets;
    const auto* list = object.find("sets");
    if (list != nullptr && !list->is_array())
        return fail(ErrorCode::value, "\"sets\" must be a list.", file + ":/sets", "measure it again: bench --write-accuracy");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        JsonObject entry((*list)[i], fmt::format("/sets/{}", i), context);
        AccuracySet set;
        std::string machine;
        entry.read("machine", machine), entry.read("set", set.set), entry.read("group", set.group), entry.read("held_out", set.held_out);
        entry.read("n", set.n, 1, 1'000'000), entry.read("mape", set.mape, 0, kAny);
        if (const Json* ranges = entry.find("range"); ranges != nullptr && ranges->is_object())
            for (const auto& [name, ends] : ranges->items())
                if (ends.is_array() && ends.size() == 2 && ends[0].is_number() && ends[1].is_number()) set.range[name] = {ends[0].get<double>(), ends[1].get<double>()};
        sets[machine].push_back(set);
    }
    if (context.error) return tl::unexpected(*context.error);
    for (auto& machine : machines_)
        if (const auto found = sets.find(machine->id); found != sets.end()) {
            Machine changed = *machine;
            changed.accuracy = found->second;
            machine = std::make_shared<const Machine>(std::move(changed));
        }
    return {};
}

Result<std::shared_ptr<const Machine>> MachineLibrary::find(std::string_view id) const {
    std::vector<std::string> ids;
    for (const auto& machine : machines_) {
        if (machine->id == id) return machine;
        ids.push_back(machine->id);
    }
    const auto near = nearest_word(id, ids);
    return fail(ErrorCode::machine, fmt::format("There is no machine \"{}\".", id), "/machine",
                near.empty() ? "`waferscope machines` lists them" : fmt::format("did you mean \"{}\"?", near));
}

Result<Machine> with_overrides(const Machine& machine, const std::map<std::string, double>& overrides) {
    Machine changed = machine;
    for (const auto& [pointer, value] : overrides) {
        const auto slash = pointer.rfind('/');
        const std::string parent = slash == std::string::npos ? "" : pointer.substr(0, slash);
        const std::string key = slash == std::string::npos ? pointer : pointer.substr(slash + 1);
        const auto* info = find_figure_key(key);
        auto* cluster = std::get_if<Cluster>(&changed.body);
        Figures* figures = parent.empty() ? &changed.figures
                           : parent == "/scale_up" && cluster != nullptr ? &cluster->scale_up.figures
                           : parent == "/scale_out" && cluster != nullptr ? &cluster->scale_out.figures
                                                                          : nullptr;
        if (info == nullptr || figures == nullptr)
            return fail(ErrorCode::key, fmt::format("Unknown figure \"{}\".", pointer), "/machine_overrides",
                        "`waferscope machines " + machine.id + "` lists its figures");
        if (!(value >= info->min && value <= info->max))
            return fail(ErrorCode::range,
                        fmt::format("{} is {:g}; allowed is {:g} to {:g} {}.", pointer, value, info->min, info->max, info->unit),
                        "/machine_overrides", "give a value inside the range");
        auto& figure = (*figures)[key];
        figure.source = fmt::format("yours, changed from {:g}", figure.value);
        figure.value = value;
    }
    return changed;
}

}  // namespace waferscope::core
