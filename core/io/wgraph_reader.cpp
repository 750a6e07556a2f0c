// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/wgraph_reader.hpp"

#include "core/io/json_reader.hpp"
#include "core/io/wgraph_figures.hpp"
#include "core/io/wgraph_place.hpp"
#include "core/io/wgraph_words.hpp"
#include "core/model/connect.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <algorithm>
#include <filesystem>

namespace waferscope::core {
namespace {

using simdjson::dom::element;
using Type = simdjson::dom::element_type;
using Keys = std::span<const std::string_view>;

constexpr std::size_t kMaxBytes = 1'000'000'000;
constexpr std::size_t kMaxNodes = 5'000'000, kMaxTensors = 20'000'000;
constexpr std::size_t kMaxText = kMostKeyBytes, kMaxRank = 64;
constexpr std::size_t kMaxDepth = 64;
constexpr std::int64_t kMaxCount = std::int64_t{1} << 52U;
constexpr std::uint32_t kNobody = IdTable::kAbsent;

class Reader {
public:
    Reader(const std::string& file, const Bindings& bindings) : bindings_(bindings) { context_.file = file; }
    Result<Workload> run(std::string_view bytes);

private:
    [[nodiscard]] bool failed() const { return context_.error.has_value(); }
    void refuse(ErrorCode code, std::string message, const std::string& pointer, std::string hint = {}) {
        context_.refuse(code, std::move(message), pointer, std::move(hint));
    }
    void keep(const std::string& pointer, element value) {
        out_.kept_json[pointer] = simdjson::minify(value);
    }

    /// Calls take(index of the key, value) for each key of `keys`; keeps the others.
    template <class Take>
    void each_key(element value, const Place& place, Keys keys, Take take);
    /// Calls take(index, value) for each item.
    template <class Take>
    void each_item(element value, const std::string& pointer, std::size_t most, Take take);

    std::string text(element value, const Place& place, std::string_view key);
    std::string id(element value, const Place& place, std::string_view key);
    double figure(element value, const Place& place, std::string_view key);
    std::int64_t count(element value, const Place& place, std::string_view key, std::int64_t least,
                       std::int64_t most = kMaxCount);
    template <std::size_t N>
    std::size_t word(element value, const Place& place, std::string_view key,
                     const std::array<std::string_view, N>& words);
    std::int64_t dimension(element value, const std::string& pointer, bool& open);
    std::uint32_t known(const IdTable& ids, element value, const Place& place, std::string_view key);
    template <class Dims, std::size_t N>
    Dims dims(element value, Place place, const std::array<Field<Dims, std::int64_t>, N>& fields);

    void read_symbols(element value);
    void read_meta(element value);
    std::vector<std::string> read_lines(element value, const Place& place, std::string_view key);
    void read_tensor(element value, std::int64_t index);
    void read_node(element value, std::int64_t index);
    CommDims read_comm(element value, Place place);
    void read_references(element value, const Place& place, std::string_view key,
                         std::vector<std::uint32_t>& list);
    [[nodiscard]] bool is_open(const Operator& op, std::int64_t index) const;
    void read_repeat(element value, std::int64_t index);
    void read_edge(element value, std::int64_t index);
    void read_totals(element value);
    void read_llm(element value);

    const Bindings& bindings_;
    JsonContext context_;
    Workload out_;
    IdTable tensor_ids_, node_ids_;
    std::vector<bool> open_;  ///< by tensor: its shape waits for a symbol
    bool any_open_ = false;   ///< something waits for a symbol
    WgraphFigures figures_;
};

template <class Take>
void Reader::each_key(element value, const Place& place, Keys keys, Take take) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS)
        return refuse(ErrorCode::value, "An object {...} was expected.", place.pointer());
    std::uint64_t seen = 0;
    for (const auto field : object) {
        if (failed()) return;
        const auto found = std::ranges::find(keys, field.key);
        if (found == keys.end()) {
            keep(place.pointer(field.key), field.value);
            continue;
        }
        const auto index = static_cast<std::size_t>(found - keys.begin());
        if ((seen >> index & 1U) != 0)
            return refuse(ErrorCode::key, fmt::format("\"{}\" is given twice.", field.key),
                          place.pointer(field.key), "keep one of them");
        seen |= std::uint64_t{1} << index;
        if (!field.value.is_null()) take(index, field.value);
    }
}

template <class Take>
void Reader::each_item(element value, const std::string& pointer, std::size_t most, Take take) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS)
        return refuse(ErrorCode::value, "A list [...] was expected.", pointer);
    std::size_t index = 0;
    for (const auto item : array) {
        if (index == most)
            refuse(ErrorCode::memory, fmt::format("More than {} items.", most), pointer, "split the graph");
        if (failed()) return;
        take(static_cast<std::int64_t>(index++), item);
    }
}

std::string Reader::text(element value, const Place& place, std::string_view key) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || text.size() > kMaxText) {
        refuse(ErrorCode::value, fmt::format("\"{}\" must be a text of at most {} bytes.", key, kMaxText),
               place.pointer(key));
        return {};
    }
    return std::string(text);
}

std::string Reader::id(element value, const Place& place, std::string_view key) {
    std::int64_t number = 0;
    if (value.type() == Type::INT64 && value.get(number) == simdjson::SUCCESS && number >= 0)
        return fmt::format_int(number).str();
    if (value.type() == Type::STRING) return text(value, place, key);
    refuse(ErrorCode::value, fmt::format("\"{}\" must be a text or a whole number from 0.", key),
           place.pointer(key));
    return {};
}

double Reader::figure(element value, const Place& place, std::string_view key) {
    double number = -1;
    if (value.get(number) != simdjson::SUCCESS || !(number >= 0 && number <= kMostFigure)) {
        refuse(ErrorCode::range,
               fmt::format("{} must be a number from 0 to {:g}.", place.pointer(key), kMostFigure),
               place.pointer(key), "give a value inside the range");
        return 0;
    }
    return number;
}

std::int64_t Reader::count(element value, const Place& place, std::string_view key, std::int64_t least,
                           std::int64_t most) {
    std::int64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS || number < least || number > most) {
        refuse(ErrorCode::range,
               fmt::format("{} must be a whole number from {} to {}.", place.pointer(key), least, most),
               place.pointer(key), "give a value inside the range");
        return least;
    }
    return number;
}

template <std::size_t N>
std::size_t Reader::word(element value, const Place& place, std::string_view key,
                         const std::array<std::string_view, N>& words) {
    const auto given = text(value, place, key);
    const auto found = std::ranges::find(words, given);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const std::vector<std::string> all(words.begin(), words.end());
    const auto near = nearest_word(given.substr(0, 40), all);
    refuse(ErrorCode::value, fmt::format("\"{}\" is not a known {}.", given.substr(0, 60), key),
           place.pointer(key),
           fmt::format("{}Allowed: {}", near.empty() ? "" : "did you mean \"" + near + "\"? ",
                       fmt::join(all, ", ")));
    return 0;
}

/// A whole number, "?" or an expression over symbols; -1 when unknown. `open` is set when a symbol of it has
/// no value.
std::int64_t Reader::dimension(element value, const std::string& pointer, bool& open) {
    std::int64_t number = -1;
    std::string_view text;
    if (value.get(number) == simdjson::SUCCESS && number >= 0 && number <= kMaxCount) return number;
    if (value.get(text) != simdjson::SUCCESS || text.empty() || text.size() > kMaxText) {
        refuse(
            ErrorCode::range,
            fmt::format("{} must be a whole number from 0 to {}, \"?\" or an expression like \"batch*12\".",
                        pointer, kMaxCount),
            pointer, "write \"?\" for a size that nobody knows");
        return -1;
    }
    if (text == "?") return -1;
    bool waits = false;
    for (const auto& name : names_in_expression(text)) {
        const auto symbol = out_.symbols.find(name);
        waits = waits || (symbol != out_.symbols.end() && symbol->second < 0);
        if (symbol != out_.symbols.end()) continue;
        refuse(ErrorCode::value, fmt::format("\"{}\" is not among the symbols.", name.substr(0, 60)), pointer,
               "add it to /symbols, with null when it has no value");
        return -1;
    }
    number = evaluate_dimension(text, out_.symbols);
    if (number > kMaxCount)
        refuse(ErrorCode::range, fmt::format("{} is {}; allowed is 0 to {}.", pointer, number, kMaxCount),
               pointer, "bind smaller symbols");
    if (number < 0 && !waits)
        refuse(ErrorCode::range, fmt::format("{} is no size from 0.", pointer), pointer,
               "write sums and products of symbols and whole numbers");
    open = open || number < 0;
    return number < 0 ? -1 : number;
}

std::uint32_t Reader::known(const IdTable& ids, element value, const Place& place, std::string_view key) {
    const auto name = id(value, place, key);
    const auto index = failed() ? kNobody : ids.find(name);
    if (index == kNobody)
        refuse(ErrorCode::value, fmt::format("There is nothing with the id \"{}\".", name.substr(0, 60)),
               place.pointer(key), "ids are those of /tensors and /nodes");
    return index;
}

template <class Dims, std::size_t N>
Dims Reader::dims(element value, Place place, const std::array<Field<Dims, std::int64_t>, N>& fields) {
    std::array<std::string_view, N> keys;
    std::ranges::transform(fields, keys.begin(), [](const auto& f) { return f.key; });
    Dims result;
    bool open = false;
    each_key(value, place, keys, [&](std::size_t i, element item) {
        const auto size = dimension(item, place.pointer(keys[i]), open);
        // An unknown size counts as nothing, so that no figure is invented.
        result.*fields[i].member = std::max<std::int64_t>(0, size);
    });
    any_open_ = any_open_ || open;
    if (open) keep(place.pointer(), value);
    return result;
}

void Reader::read_symbols(element value) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS)
        return refuse(ErrorCode::value, "An object {...} was expected.", "/symbols");
    const Place place{.list = "/symbols"};
    for (const auto field : object) {
        if (field.key.empty() || field.key.size() > kMaxText || out_.symbols.size() == 10'000)
            return refuse(ErrorCode::value, "A symbol needs a name; at most 10,000 are read.", "/symbols");
        auto& symbol = out_.symbols[std::string(field.key)];
        symbol = field.value.is_null() ? -1 : count(field.value, place, field.key, 0);
        if (failed()) return;
        if (const auto bound = bindings_.find(std::string(field.key)); bound != bindings_.end())
            symbol = std::clamp<std::int64_t>(bound->second, 0, kMaxCount);
    }
}

std::vector<std::string> Reader::read_lines(element value, const Place& place, std::string_view key) {
    std::vector<std::string> lines;
    each_item(value, place.pointer(key), 10'000,
              [&](std::int64_t, element line) { lines.push_back(text(line, place, key)); });
    return lines;
}

void Reader::read_meta(element value) {
    static constexpr std::array<std::string_view, 3> kKeys{"name", "assumptions", "warnings"};
    const Place place{.list = "/meta"};
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        if (key == 0) out_.name = text(item, place, "name");
        if (key == 1) out_.assumptions = read_lines(item, place, "assumptions");
        if (key == 2) out_.warnings = read_lines(item, place, "warnings");
    });
}

void Reader::read_tensor(element value, std::int64_t index) {
    static constexpr std::array<std::string_view, 5> kKeys{"id", "name", "shape", "dtype", "kind"};
    const Place place{.list = "/tensors", .index = index};
    Tensor tensor;
    std::optional<std::string> name;
    bool open = false;
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        if (key == 0) name = id(item, place, "id");
        if (key == 1) tensor.name = text(item, place, "name");
        if (key == 3) tensor.dtype = static_cast<Dtype>(word(item, place, "dtype", dtype_words()));
        if (key == 4) {
            const auto kind = word(item, place, "kind", kTensorWords);
            if (kind < kTensorKinds)
                tensor.kind = static_cast<TensorKind>(kind);
            else
                keep(place.pointer("kind"), item);
        }
        if (key != 2) return;
        tensor.known_rank = true;
        each_item(item, place.pointer("shape"), kMaxRank, [&](std::int64_t i, element dim) {
            tensor.shape.push_back(dimension(dim, fmt::format("{}/{}", place.pointer("shape"), i), open));
        });
        if (open) keep(place.pointer("shape"), item);
    });
    if (failed()) return;
    if (!name) return refuse(ErrorCode::value, "\"id\" is missing.", place.pointer("id"), "add it");
    if (*name != fmt::format_int(index).str()) keep(place.pointer("id"), value.at_key("id").value_unsafe());
    if (!tensor_ids_.add(*name, static_cast<std::uint32_t>(index)))
        return refuse(ErrorCode::value, fmt::format("The id \"{}\" is given twice.", name->substr(0, 60)),
                      place.pointer("id"), "each tensor needs its own");
    open_.push_back(open);
    any_open_ = any_open_ || open;
    out_.tensors.push_back(std::move(tensor));
}

CommDims Reader::read_comm(element value, Place place) {
    static constexpr std::array<std::string_view, 4> kKeys{"kind", "bytes", "groups", "group_size"};
    CommDims comm{.kind = std::string(kCommWords.front())};
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        if (key == 0) comm.kind = kCommWords.at(word(item, place, "kind", kCommWords));
        if (key == 1) comm.bytes = figure(item, place, "bytes");
        if (key == 2) comm.groups = count(item, place, "groups", 1);
        if (key == 3) comm.group_size = count(item, place, "group_size", 0);
    });
    return comm;
}

void Reader::read_references(element value, const Place& place, std::string_view key,
                             std::vector<std::uint32_t>& list) {
    each_item(value, place.pointer(key), kMaxTensors, [&](std::int64_t, element item) {
        const auto tensor = known(tensor_ids_, item, place, key);
        if (!failed()) list.push_back(tensor);
    });
}

void Reader::read_node(element value, std::int64_t index) {
    static constexpr std::array<std::string_view, 21> kKeys{
        "id",       "name",  "op",        "kind",       "phase",       "layer",        "inputs",
        "outputs",  "dtype", "gemm",      "conv",       "comm",        "provenance",   "group",
        "measured", "macs",  "other_ops", "read_bytes", "write_bytes", "weight_bytes", "parameters"};
    constexpr std::size_t kFirstFigure = 15;
    const Place place{.list = "/nodes", .index = index};
    Operator op{.provenance = Provenance::declared};
    std::optional<std::string> name;
    bool kind_given = false;
    std::uint32_t given = 0;
    std::array<element, kFigureFields.size()> figures;
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        const auto called = kKeys.at(key);
        if (key >= kFirstFigure) {
            figures[key - kFirstFigure] = item;
            op.*kFigureFields.at(key - kFirstFigure).member = figure(item, place, called);
            given |= 1U << (key - kFirstFigure);
        }
        Place inner = place;
        switch (key) {
            case 0:
                name = id(item, place, called);
                break;
            case 1:
                op.name = text(item, place, called);
                break;
            case 2:
                op.type = text(item, place, called);
                break;
            case 3:
                op.kind = static_cast<OpKind>(word(item, place, called, kind_words())), kind_given = true;
                break;
            case 4:
                op.pass = static_cast<Pass>(word(item, place, called, kPassWords));
                break;
            case 5:
                op.layer = static_cast<int>(count(item, place, called, -1, 1'000'000));
                break;
            case 6:
                read_references(item, place, called, op.inputs);
                break;
            case 7:
                read_references(item, place, called, op.outputs);
                break;
            case 8:
                op.dtype = static_cast<Dtype>(word(item, place, called, dtype_words()));
                break;
            case 9:
                inner.inner = "/gemm", op.dims = dims(item, inner, kGemmFields);
                break;
            case 10:
                inner.inner = "/conv", op.dims = dims(item, inner, kConvFields);
                break;
            case 11:
                inner.inner = "/comm", op.dims = read_comm(item, inner);
                break;
            case 12:
                op.provenance = static_cast<Provenance>(word(item, place, called, kProvenanceWords));
                break;
            case 13:
            case 14:
                keep(place.pointer(called), item);
                break;
            default:
                break;
        }
    });
    if (failed()) return;
    if (!name || op.type.empty())
        return refuse(ErrorCode::value, fmt::format("\"{}\" is missing.", name ? "op" : "id"),
                      place.pointer(name ? "op" : "id"), "add it");
    if (*name != fmt::format_int(index).str()) keep(place.pointer("id"), value.at_key("id").value_unsafe());
    if (!node_ids_.add(*name, static_cast<std::uint32_t>(index)))
        return refuse(ErrorCode::value, fmt::format("The id \"{}\" is given twice.", name->substr(0, 60)),
                      place.pointer("id"), "each node needs its own");
    if (is_open(op, index))  // these do not follow from a symbol, so they are written again
        for (std::size_t i = 0; i < figures.size(); ++i)
            if ((given >> i & 1U) != 0) keep(place.pointer(kFigureFields.at(i).key), figures[i]);
    figures_.derive(out_, op, given, kind_given);
    out_.operators.push_back(std::move(op));
}

/// Whether a dimension of the node waits for a symbol.
bool Reader::is_open(const Operator& op, std::int64_t index) const {
    if (!any_open_) return false;
    const auto open = [&](std::uint32_t t) { return open_[t]; };
    const auto at = Place{.list = "/nodes", .index = index}.pointer();
    return out_.kept_json.contains(at + "/gemm") || out_.kept_json.contains(at + "/conv") ||
           std::ranges::any_of(op.inputs, open) || std::ranges::any_of(op.outputs, open);
}

void Reader::read_repeat(element value, std::int64_t index) {
    static constexpr std::array<std::string_view, 2> kKeys{"nodes", "count"};
    const Place place{.list = "/repeat", .index = index};
    Repeat repeat{.first = kNobody};
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        if (key == 1) repeat.count = count(item, place, "count", 1, 1'000'000'000);
        if (key != 0) return;
        each_item(item, place.pointer("nodes"), kMaxNodes, [&](std::int64_t i, element node) {
            const auto at = known(node_ids_, node, place, "nodes");
            if (i == 0) repeat.first = repeat.last = at;
            if (!failed() && at != repeat.last++)
                refuse(ErrorCode::value, "The nodes of a repeat must follow one another.",
                       place.pointer("nodes"), "order them as in /nodes");
        });
    });
    if (failed()) return;
    if (repeat.first == kNobody)
        return refuse(ErrorCode::value, "\"nodes\" is missing.", place.pointer("nodes"), "add it");
    if (!out_.repeats.empty() && repeat.first < out_.repeats.back().last)
        return refuse(ErrorCode::value, "Repeats must not overlap and must rise.", place.pointer("nodes"),
                      "sort them by their first node");
    out_.repeats.push_back(repeat);
}

/// [from, to] or [from, to, tensor]; only where data flow is not what inputs and outputs say.
void Reader::read_edge(element value, std::int64_t index) {
    const Place place{.list = "/edges", .index = index};
    Edge edge{.from = kNobody, .to = kNobody, .tensor = kNobody};
    each_item(value, place.pointer(), 3, [&](std::int64_t i, element item) {
        auto& end = i == 0 ? edge.from : i == 1 ? edge.to : edge.tensor;
        end = known(i == 2 ? tensor_ids_ : node_ids_, item, place, {});
    });
    if (!failed() && (edge.to == kNobody || edge.from >= edge.to))
        refuse(ErrorCode::value, "An edge leads from an earlier node to a later one.", place.pointer(),
               "write [from, to] or [from, to, tensor]");
    out_.edges.push_back(edge);
}

void Reader::read_totals(element value) {
    static constexpr std::array<std::string_view, 7> kKeys{
        "parameters", "weight_bytes", "batch", "nodes", "nodes_total", "unknown_shapes", "op_histogram"};
    const Place place{.list = "/totals"};
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        const auto called = kKeys.at(key);
        if (any_open_) keep(place.pointer(called), item);
        switch (key) {
            case 0:
                out_.parameters = figure(item, place, called);
                break;
            case 1:
                out_.weight_bytes = figure(item, place, called);
                break;
            case 2:
                out_.batch = count(item, place, called, 1);
                break;
            case 3:
                out_.nodes_top = count(item, place, called, 0);
                break;
            case 4:
                out_.nodes_total = count(item, place, called, 0);
                break;
            case 5:
                out_.unknown_shapes = count(item, place, called, 0);
                break;
            default: {
                out_.op_histogram.clear();
                simdjson::dom::object types;
                if (item.get(types) != simdjson::SUCCESS)
                    return refuse(ErrorCode::value, "An object {...} was expected.", place.pointer(called));
                for (const auto type : types)
                    out_.op_histogram[std::string(type.key)] =
                        count(type.value, {.list = "/totals/op_histogram"}, type.key, 0);
            }
        }
    });
}

void Reader::read_llm(element value) {
    constexpr auto kNumbers = kLlmFields.size();
    static constexpr auto kKeys = [] {
        std::array<std::string_view, kNumbers + kLlmFlags.size()> keys;
        std::ranges::transform(kLlmFields, keys.begin(), [](const auto& f) { return f.key; });
        std::ranges::transform(kLlmFlags, keys.begin() + kNumbers, [](const auto& f) { return f.key; });
        return keys;
    }();
    const Place place{.list = "/llm"};
    LlmConfig llm;
    each_key(value, place, kKeys, [&](std::size_t key, element item) {
        constexpr std::int64_t kMostLayers = 100'000, kMost = 1'000'000'000;
        if (key < kNumbers) {
            llm.*kLlmFields.at(key).member =
                count(item, place, kKeys.at(key), 0, key == 0 ? kMostLayers : kMost);
        } else if (item.get(llm.*kLlmFlags.at(key - kNumbers).member) != simdjson::SUCCESS) {
            refuse(ErrorCode::value, "true or false was expected.", place.pointer(kKeys.at(key)));
        }
    });
    for (std::size_t i = 0; i < 3; ++i)  // layers, hidden, heads: nothing can be simulated without them
        if (llm.*kLlmFields.at(i).member == 0)
            refuse(ErrorCode::value, fmt::format("\"{}\" is missing or zero.", kKeys.at(i)),
                   place.pointer(kKeys.at(i)), "add it, or leave out /llm");
    out_.llm = llm;
}

Result<Workload> Reader::run(std::string_view bytes) {
    if (bytes.size() > kMaxBytes)
        return fail(ErrorCode::memory,
                    fmt::format("The graph is {} bytes long; at most {} are read.", bytes.size(), kMaxBytes),
                    context_.file, "split the graph");
    simdjson::dom::parser parser;
    element root;
    if (parser.allocate(bytes.size(), kMaxDepth) != simdjson::SUCCESS)
        return fail(ErrorCode::memory, "There is not enough memory to read this file.", context_.file,
                    "close other programs");
    if (const auto error = parser.parse(bytes.data(), bytes.size()).get(root); error != simdjson::SUCCESS) {
        if (error == simdjson::DEPTH_ERROR)
            return fail(ErrorCode::value, fmt::format("The JSON is nested deeper than {} levels.", kMaxDepth),
                        context_.file, "is this a graph?");
        // The slower parser knows where; it stops at the same byte.
        auto placed = parse_json(bytes, context_.file);
        return fail(placed ? ErrorCode::value : placed.error().code,
                    placed ? std::string("The JSON is not well formed: ") + simdjson::error_message(error)
                           : placed.error().message,
                    placed ? context_.file : placed.error().where, "look for a missing comma or quote");
    }
    static constexpr std::array<std::string_view, 10> kKeys{
        "format", "version", "meta", "symbols", "tensors", "nodes", "edges", "repeat", "totals", "llm"};
    std::array<std::optional<element>, kKeys.size()> parts;
    each_key(root, {}, kKeys, [&](std::size_t key, element item) { parts.at(key) = item; });
    out_.name = std::filesystem::path(context_.file).stem().string();
    out_.source = context_.file;
    out_.format = "wgraph";
    for (const std::size_t needed : {0U, 1U, 5U})
        if (!parts.at(needed))
            refuse(ErrorCode::value, fmt::format("\"{}\" is missing.", kKeys.at(needed)),
                   std::string("/").append(kKeys.at(needed)), "add it");
    if (!failed() && text(*parts[0], {}, "format") != kWgraphFormat)
        refuse(ErrorCode::value, fmt::format("This is not a {}.", kWgraphFormat), "/format");
    if (!failed()) (void)count(*parts[1], {}, "version", 1, 1);
    const auto part = [&](std::size_t key, auto read) {
        if (!failed() && parts.at(key)) read(*parts.at(key));
    };
    part(3, [&](element e) { read_symbols(e); });
    part(2, [&](element e) { read_meta(e); });
    part(4, [&](element e) {
        each_item(e, "/tensors", kMaxTensors, [&](auto i, element item) { read_tensor(item, i); });
    });
    part(5, [&](element e) {
        each_item(e, "/nodes", kMaxNodes, [&](auto i, element item) { read_node(item, i); });
    });
    if (!failed())
        if (const auto bad = out_of_order(out_))
            refuse(ErrorCode::value, fmt::format("This node reads what node {} makes later.", bad->producer),
                   fmt::format("/nodes/{}/inputs", bad->reader), "write the nodes in the order they run");
    part(7, [&](element e) {
        each_item(e, "/repeat", kMaxNodes, [&](auto i, element item) { read_repeat(item, i); });
    });
    if (failed()) return tl::unexpected(*context_.error);
    connect_operators(out_);
    if (parts[6]) out_.edges.clear();
    part(6, [&](element e) {
        each_item(e, "/edges", 100'000'000, [&](auto i, element item) { read_edge(item, i); });
    });
    derive_totals(out_);
    part(8, [&](element e) { read_totals(e); });
    part(9, [&](element e) { read_llm(e); });
    if (failed()) return tl::unexpected(*context_.error);
    figures_.warn_of_unknown(out_);
    return std::move(out_);
}

}  // namespace

bool looks_like_wgraph(std::string_view bytes) {
    constexpr std::size_t kHead = 1U << 20U;
    const auto head = bytes.substr(0, kHead);
    const auto first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && head[first] == '{' &&
           head.find("\"waferscope.workload\"") != std::string_view::npos;
}

Result<Workload> read_wgraph(std::string_view bytes, const std::string& file, const Bindings& bindings) {
    return Reader(file, bindings).run(bytes);
}

}  // namespace waferscope::core
