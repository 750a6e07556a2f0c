// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/wgraph_writer.hpp"

#include "core/io/wgraph_words.hpp"
#include "core/model/connect.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace waferscope::core {
namespace {

using Json = nlohmann::ordered_json;

/// Whole numbers are written without a fraction.
Json number(double value) {
    constexpr double kExactInteger = 9007199254740992.0;  // 2^53
    if (value == std::floor(value) && std::abs(value) <= kExactInteger)
        return static_cast<std::int64_t>(value);
    return value;
}

class Writer {
public:
    explicit Writer(const Workload& workload) : w_(workload) {}
    std::string run();

private:
    /// What a file said at `pointer`, parsed; nothing when it said nothing special.
    [[nodiscard]] std::optional<Json> kept(const std::string& pointer) const {
        const auto found = w_.kept_json.find(pointer);
        return found == w_.kept_json.end() ? std::nullopt : std::optional(Json::parse(found->second));
    }
    [[nodiscard]] Json id(std::string_view list, std::uint32_t index) const {
        if (w_.kept_json.empty()) return index;
        return kept(fmt::format("{}/{}/id", list, index)).value_or(Json(index));
    }
    [[nodiscard]] Json ids(std::string_view list, const std::vector<std::uint32_t>& indices) const {
        auto all = Json::array();
        for (const auto index : indices) all.push_back(id(list, index));
        return all;
    }
    /// Adds the keys a file had below `pointer` that are not in `object` yet, and puts back those it kept.
    void restore(Json& object, const std::string& pointer) const;
    [[nodiscard]] Json tensor(std::uint32_t index) const;
    [[nodiscard]] Json node(std::uint32_t index) const;
    [[nodiscard]] Json totals() const;
    [[nodiscard]] Json llm() const;
    [[nodiscard]] Json meta() const;
    [[nodiscard]] bool is_open(std::uint32_t node) const;
    void append(std::string_view key, const Json& value);
    template <class Item>
    void append_list(std::string_view key, std::size_t count, Item item);

    const Workload& w_;
    std::string out_;
};

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void Writer::restore(Json& object, const std::string& pointer) const {
    const auto prefix = pointer + '/';
    for (auto it = w_.kept_json.lower_bound(prefix);
         it != w_.kept_json.end() && it->first.starts_with(prefix); ++it) {
        auto key = it->first.substr(prefix.size());
        if (key.find('/') != std::string::npos) continue;  // belongs to an object inside
        for (auto at = key.find('~'); at != std::string::npos; at = key.find('~', at + 1))
            key.replace(at, 2, key[at + 1] == '1' ? "/" : "~");
        object[key] = Json::parse(it->second);
    }
}

template <class Dims, std::size_t N>
Json dims_json(const Dims& dims, const std::array<Field<Dims, std::int64_t>, N>& fields) {
    auto json = Json::object();
    for (const auto& field : fields) json[std::string(field.key)] = dims.*field.member;
    return json;
}

Json Writer::tensor(std::uint32_t index) const {
    const auto& t = w_.tensors[index];
    Json json{{"id", index}, {"name", t.name}};
    if (t.known_rank) {
        json["shape"] = Json::array();
        for (const auto d : t.shape) json["shape"].push_back(d < 0 ? Json("?") : Json(d));
    }
    json["dtype"] = dtype_name(t.dtype);
    json["kind"] = kTensorWords.at(static_cast<std::size_t>(t.kind));
    if (!w_.kept_json.empty()) restore(json, fmt::format("/tensors/{}", index));
    return json;
}

/// Whether a dimension this node depends on waits for a symbol.
bool Writer::is_open(std::uint32_t node) const {
    if (w_.kept_json.empty()) return false;
    const auto open = [&](std::uint32_t t) {
        return w_.kept_json.contains(fmt::format("/tensors/{}/shape", t));
    };
    const auto& op = w_.operators[node];
    const auto at = fmt::format("/nodes/{}", node);
    return w_.kept_json.contains(at + "/gemm") || w_.kept_json.contains(at + "/conv") ||
           std::ranges::any_of(op.inputs, open) || std::ranges::any_of(op.outputs, open);
}

Json Writer::node(std::uint32_t index) const {
    const auto& op = w_.operators[index];
    Json json{{"id", index},
              {"name", op.name},
              {"op", op.type},
              {"kind", op_kind_name(op.kind)},
              {"phase", kPassWords.at(static_cast<std::size_t>(op.pass))},
              {"layer", op.layer},
              {"inputs", ids("/tensors", op.inputs)},
              {"outputs", ids("/tensors", op.outputs)},
              {"dtype", dtype_name(op.dtype)}};
    if (const auto* gemm = std::get_if<GemmDims>(&op.dims)) json["gemm"] = dims_json(*gemm, kGemmFields);
    if (const auto* conv = std::get_if<ConvDims>(&op.dims)) json["conv"] = dims_json(*conv, kConvFields);
    if (const auto* comm = std::get_if<CommDims>(&op.dims))
        json["comm"] = {{"kind", comm->kind},
                        {"bytes", number(comm->bytes)},
                        {"groups", comm->groups},
                        {"group_size", comm->group_size}};
    // What follows from an open symbol is left out, so that binding the symbol fills it.
    const bool open = is_open(index);
    for (const auto& field : kFigureFields)
        if (!open) json[std::string(field.key)] = number(op.*field.member);
    json["provenance"] = kProvenanceWords.at(static_cast<std::size_t>(op.provenance));
    if (w_.kept_json.empty()) return json;
    const auto pointer = fmt::format("/nodes/{}", index);
    for (const char* inner : {"gemm", "conv", "comm"})
        if (json.contains(inner)) restore(json[inner], pointer + '/' + inner);
    restore(json, pointer);
    return json;
}

Json Writer::meta() const {
    Json json{{"name", w_.name},
              {"source", w_.source},
              {"made_from", w_.format},
              {"assumptions", w_.assumptions},
              {"warnings", w_.warnings}};
    restore(json, "/meta");
    return json;
}

Json Writer::totals() const {
    Json json{{"batch", w_.batch},
              {"parameters", number(w_.parameters)},
              {"weight_bytes", number(w_.weight_bytes)},
              {"nodes", w_.nodes_top},
              {"nodes_total", w_.nodes_total},
              {"unknown_shapes", w_.unknown_shapes},
              {"op_histogram", w_.op_histogram}};
    const auto waits = [](const auto& kept) {
        const auto& at = kept.first;
        return at.ends_with("/shape") || at.ends_with("/gemm") || at.ends_with("/conv");
    };
    if (std::ranges::any_of(w_.kept_json, waits)) json = Json::object();  // they follow from the symbols
    restore(json, "/totals");
    return json;
}

Json Writer::llm() const {
    auto json = Json::object();
    for (const auto& field : kLlmFields) json[std::string(field.key)] = *w_.llm.*field.member;
    for (const auto& field : kLlmFlags) json[std::string(field.key)] = *w_.llm.*field.member;
    restore(json, "/llm");
    return json;
}

void Writer::append(std::string_view key, const Json& value) {
    out_ += fmt::format(",\n\"{}\":{}", key, dump(value));
}

template <class Item>
void Writer::append_list(std::string_view key, std::size_t count, Item item) {
    out_ += fmt::format(",\n\"{}\":[", key);
    for (std::uint32_t i = 0; i < count; ++i) {
        out_ += i == 0 ? "\n" : ",\n";
        out_ += dump(item(i));
    }
    out_ += ']';
}

std::string Writer::run() {
    out_ = fmt::format("{{\"format\":\"{}\",\"version\":1", kWgraphFormat);
    append("meta", meta());
    auto symbols = Json::object();
    for (const auto& [name, value] : w_.symbols) symbols[name] = value < 0 ? Json(nullptr) : Json(value);
    append("symbols", symbols);
    append_list("tensors", w_.tensors.size(), [&](std::uint32_t i) { return tensor(i); });
    append_list("nodes", w_.operators.size(), [&](std::uint32_t i) { return node(i); });
    Workload data_flow{.operators = w_.operators, .tensors = w_.tensors};
    connect_operators(data_flow);
    if (data_flow.edges != w_.edges)
        append_list("edges", w_.edges.size(), [&](std::uint32_t i) {
            const auto& edge = w_.edges[i];
            Json json{id("/nodes", edge.from), id("/nodes", edge.to)};
            if (edge.tensor < w_.tensors.size()) json.push_back(id("/tensors", edge.tensor));
            return json;
        });
    append_list("repeat", w_.repeats.size(), [&](std::uint32_t i) {
        const auto& repeat = w_.repeats[i];
        Json json{{"nodes", Json::array()}, {"count", repeat.count}};
        for (auto node = repeat.first; node < repeat.last; ++node)
            json["nodes"].push_back(id("/nodes", node));
        restore(json, fmt::format("/repeat/{}", i));
        return json;
    });
    append("totals", totals());
    if (w_.llm) append("llm", llm());
    auto others = Json::object();
    restore(others, "");
    for (const auto& [key, value] : others.items())
        append(Json(key).dump().substr(1, Json(key).dump().size() - 2), value);
    return out_ + "}\n";
}

}  // namespace

std::string wgraph_json(const Workload& workload) {
    return Writer(workload).run();
}

}  // namespace waferscope::core
