// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_decode.hpp"

#include "core/io/huge_pages.hpp"
#include "core/io/name_table.hpp"
#include "core/io/onnx_messages.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace waferscope::core {
namespace {

using Type = WireCursor::Type;

/// Names of one graph; a subgraph sees those of the graphs around it.
struct Scope {
    NameTable names;
    const Scope* parent = nullptr;
    std::uint32_t graph = 0;
};

class Decoder {
public:
    Decoder(std::string_view file_bytes, const std::string& file)
        : begin_(file_bytes.data()), file_(file), messages_(model_, file_bytes, file) {}

    Result<OnnxModel> run(std::string_view bytes);

private:
    bool model(std::string_view bytes);
    bool graph(std::string_view bytes, const Scope* parent, std::uint32_t attribute, int depth);
    bool node(std::string_view bytes, Scope& scope, std::vector<OnnxSubgraph>& subgraphs);
    bool initializer(const OnnxTensor& tensor, Scope& scope);
    bool declaration(std::string_view bytes, Scope& scope, std::uint32_t* value);

    void make_room(std::size_t graph_bytes);
    std::uint32_t value(std::string_view name, Scope& scope);
    std::uint32_t add_value(std::string_view name);
    void set_apart(std::uint32_t number);
    std::uint32_t op_type(std::string_view domain, std::string_view name);
    void capture_outer(std::uint32_t graph_index, std::size_t first_value, std::size_t first_use,
                       const Scope& scope);
    [[nodiscard]] std::uint32_t find_outer(std::string_view name, const Scope& scope) const;
    void mark_defined(std::uint32_t value) { defined_[value] = true; }

    const char* begin_;
    const std::string& file_;
    OnnxModel model_;
    OnnxMessages messages_;
    NameTable op_names_;
    std::vector<std::uint32_t> outputs_;  ///< of the node being read
    std::vector<bool> defined_;           ///< by value
    std::vector<std::uint32_t> alias_;    ///< by value: the outer value it stands for
};

/// Lists that grow by doubling are copied and paged in twice. Weights make graphs larger than their nodes:
/// bounded, and room that nobody touches costs nothing.
void Decoder::make_room(std::size_t graph_bytes) {
    constexpr std::size_t kBytesPerNode = 40, kMostNodes = 2'000'000, kUsesPerNode = 3;
    const auto nodes = std::min(graph_bytes / kBytesPerNode, kMostNodes);
    reserve_huge(model_.nodes, nodes);
    reserve_huge(model_.uses, kUsesPerNode * nodes);
    reserve_huge(model_.value_names, nodes);
    for (auto* numbers : {&model_.producer_of, &model_.initializer_of, &model_.declaration_of, &alias_})
        reserve_huge(*numbers, nodes);
}

std::uint32_t Decoder::value(std::string_view name, Scope& scope) {
    if (name.empty()) return kNoIndex;
    const auto fresh = static_cast<std::uint32_t>(model_.value_names.size());
    const auto number = scope.names.insert(name, fresh);
    return number == fresh ? add_value(name) : number;
}

std::uint32_t Decoder::add_value(std::string_view name) {
    model_.value_names.push_back(name);
    model_.producer_of.push_back(kNoIndex);
    model_.initializer_of.push_back(kNoIndex);
    model_.declaration_of.push_back(kNoIndex);
    defined_.push_back(false);
    alias_.push_back(kNoIndex);
    return static_cast<std::uint32_t>(model_.value_names.size() - 1);
}

/// A name defined twice means its last definition (files patched by scripts do this): the earlier node's
/// output becomes a value nobody reads.
void Decoder::set_apart(std::uint32_t number) {
    constexpr std::uint32_t kMaxOutputs = 1024;  // searching longer lists again and again would take forever
    ++model_.redefinitions;
    const auto earlier = model_.producer_of[number];
    const auto outputs = model_.nodes[earlier].outputs;
    if (outputs.count > kMaxOutputs || earlier + 1 == model_.nodes.size()) return;
    const auto begin = model_.uses.begin() + outputs.first;
    std::replace(begin, begin + outputs.count, number, add_value(model_.value_names[number]));
    defined_.back() = true;
    model_.producer_of.back() = earlier;
}

std::uint32_t Decoder::op_type(std::string_view domain, std::string_view name) {
    if (domain == "ai.onnx") domain = {};
    const auto fresh = static_cast<std::uint32_t>(model_.op_types.size());
    auto index = op_names_.insert(name, fresh);
    if (index == fresh) {
        model_.op_types.push_back({.domain = domain, .name = name});
        return fresh;
    }
    constexpr int kMaxDomains = 64;  // of one name; more exist in hostile files only and are not told apart
    for (int i = 0;; ++i) {
        if (model_.op_types[index].domain == domain || i == kMaxDomains) return index;
        if (model_.op_types[index].next == kNoIndex) break;
        index = model_.op_types[index].next;
    }
    model_.op_types[index].next = fresh;
    model_.op_types.push_back({.domain = domain, .name = name});
    return fresh;
}

bool Decoder::initializer(const OnnxTensor& tensor, Scope& scope) {
    const auto number = value(tensor.name, scope);
    if (number == kNoIndex) return true;
    model_.initializer_of[number] = static_cast<std::uint32_t>(model_.tensors.size());
    mark_defined(number);
    model_.tensors.push_back(tensor);
    return true;
}

bool Decoder::node(std::string_view bytes, Scope& scope, std::vector<OnnxSubgraph>& subgraphs) {
    if (model_.nodes.size() >= kMaxOnnxNodes || model_.value_names.size() >= kMaxOnnxValues)
        return messages_.refuse(
            ErrorCode::memory,
            fmt::format("The graph has more than {} nodes or {} values.", kMaxOnnxNodes, kMaxOnnxValues),
            bytes.data(), "split the model");
    OnnxNode out;
    std::string_view op, domain;
    out.attributes.first = static_cast<std::uint32_t>(model_.attributes.size());
    out.inputs.first = static_cast<std::uint32_t>(model_.uses.size());
    // Inputs come before outputs in every file we know; outputs met earlier wait here.
    outputs_.clear();
    WireCursor in(bytes);
    while (in.next()) {
        if (in.type() != Type::bytes) continue;
        switch (in.field()) {
            case 1:
                model_.uses.push_back(value(in.bytes(), scope));
                break;
            case 2:
                outputs_.push_back(value(in.bytes(), scope));
                break;
            case 3:
                out.name = in.bytes();
                break;
            case 4:
                op = in.bytes();
                break;
            case 5:
                if (!messages_.attribute(in.bytes(), subgraphs)) return false;
                break;
            case 7:
                domain = in.bytes();
                break;
            default:
                break;
        }
    }
    if (!messages_.done(in, "node")) return false;
    out.op = op_type(domain, op);
    out.attributes.count = static_cast<std::uint32_t>(model_.attributes.size()) - out.attributes.first;
    out.outputs.first = static_cast<std::uint32_t>(model_.uses.size());
    out.inputs.count = out.outputs.first - out.inputs.first;
    out.outputs.count = static_cast<std::uint32_t>(outputs_.size());
    const auto index = static_cast<std::uint32_t>(model_.nodes.size());
    model_.nodes.push_back(out);
    for (const auto number : outputs_) {
        model_.uses.push_back(number);
        if (number == kNoIndex) continue;
        mark_defined(number);
        if (model_.producer_of[number] != kNoIndex) set_apart(number);
        model_.producer_of[number] = index;
    }
    return true;
}

/// Adds what a ValueInfoProto says; `number` receives its value.
bool Decoder::declaration(std::string_view bytes, Scope& scope, std::uint32_t* number) {
    OnnxDeclaration out;
    std::string_view name;
    WireCursor in(bytes);
    while (in.next()) {
        if (in.is(1, Type::bytes)) name = in.bytes();
        if (in.is(2, Type::bytes) && !messages_.type(in.bytes(), out)) return false;
    }
    if (!messages_.done(in, "value description")) return false;
    out.value = value(name, scope);
    *number = out.value;
    if (out.value == kNoIndex) return true;
    model_.declaration_of[out.value] = static_cast<std::uint32_t>(model_.declarations.size());
    model_.declarations.push_back(out);
    return true;
}

std::uint32_t Decoder::find_outer(std::string_view name, const Scope& scope) const {
    for (const Scope* outer = scope.parent; outer != nullptr; outer = outer->parent) {
        const auto number = outer->names.find(name);
        if (number == NameTable::kAbsent) continue;
        if (defined_[number]) return number;
        if (alias_[number] != kNoIndex) return alias_[number];
    }
    return kNoIndex;
}

/// Names a subgraph reads but does not define are values of the graphs around it.
void Decoder::capture_outer(std::uint32_t graph_index, std::size_t first_value, std::size_t first_use,
                            const Scope& scope) {
    auto& graph = model_.graphs[graph_index];
    for (std::size_t v = first_value; v < model_.value_names.size(); ++v) {
        if (defined_[v]) continue;
        alias_[v] = find_outer(model_.value_names[v], scope);
        if (alias_[v] != kNoIndex) graph.captured.push_back(alias_[v]);
    }
    const auto resolve = [&](std::uint32_t& number) {
        if (number != kNoIndex && alias_[number] != kNoIndex) number = alias_[number];
    };
    for (std::size_t u = first_use; u < model_.uses.size(); ++u) resolve(model_.uses[u]);
    for (auto& number : graph.outputs) resolve(number);
}

bool Decoder::graph(std::string_view bytes, const Scope* parent, std::uint32_t attribute_index, int depth) {
    if (depth > kMaxOnnxNesting || model_.graphs.size() >= kMaxOnnxGraphs)
        return messages_.refuse(
            ErrorCode::memory,
            fmt::format("There are more than {} subgraphs, or they are nested deeper than {} levels.",
                        kMaxOnnxGraphs, kMaxOnnxNesting),
            bytes.data(), "simplify the model");
    const auto index = static_cast<std::uint32_t>(model_.graphs.size());
    model_.graphs.emplace_back();
    if (attribute_index != kNoIndex) model_.attributes[attribute_index].graph = index;
    Scope scope{.names = {}, .parent = parent, .graph = index};
    // A node with its names takes about 100 bytes. Weights make graphs larger than that: bounded.
    constexpr std::size_t kBytesPerName = 100, kMaxReserved = 1'000'000;
    scope.names.reserve(std::min(bytes.size() / kBytesPerName, kMaxReserved));
    OnnxGraph out;
    out.parent = parent == nullptr ? kNoIndex : parent->graph;
    out.nodes.first = static_cast<std::uint32_t>(model_.nodes.size());
    const auto first_value = model_.value_names.size();
    const auto first_use = model_.uses.size();

    std::vector<OnnxSubgraph> subgraphs;
    WireCursor in(bytes);
    bool ok = true;
    while (ok && in.next()) {
        if (in.type() != Type::bytes) continue;
        std::uint32_t number = kNoIndex;
        OnnxTensor stored;
        switch (in.field()) {
            case 1:
                ok = node(in.bytes(), scope, subgraphs);
                break;
            case 2:
                out.name = in.bytes();
                break;
            case 5:
                ok = messages_.tensor(in.bytes(), stored) && initializer(stored, scope);
                break;
            case 15:
                ok = messages_.sparse_tensor(in.bytes(), stored) && initializer(stored, scope);
                break;
            case 11:
                ok = declaration(in.bytes(), scope, &number);
                if (!ok || number == kNoIndex) break;
                mark_defined(number);
                out.inputs.push_back(number);
                break;
            case 12:
                ok = declaration(in.bytes(), scope, &number);
                if (ok && number != kNoIndex) out.outputs.push_back(number);
                break;
            case 13:
                ok = declaration(in.bytes(), scope, &number);
                break;
            default:
                break;
        }
    }
    if (!ok || !messages_.done(in, "graph")) return false;
    out.nodes.count = static_cast<std::uint32_t>(model_.nodes.size()) - out.nodes.first;
    model_.graphs[index] = std::move(out);
    if (parent != nullptr) capture_outer(index, first_value, first_use, scope);
    for (const auto& subgraph : subgraphs)
        if (!graph(subgraph.message, &scope, subgraph.attribute, depth + 1)) return false;
    return true;
}

bool Decoder::model(std::string_view bytes) {
    WireCursor in(bytes);
    bool ok = true, has_graph = false;
    while (ok && in.next()) {
        if (in.is(1, Type::varint)) model_.ir_version = in.integer();
        if (in.type() != Type::bytes) continue;
        switch (in.field()) {
            case 2:
                model_.producer = in.bytes();
                break;
            case 7:
                ok = has_graph || graph(in.bytes(), nullptr, kNoIndex, 0);
                has_graph = true;
                break;
            case 8:
                ok = messages_.opset(in.bytes());
                break;
            case 25:
                ok = messages_.function(in.bytes());
                break;
            default:
                break;
        }
    }
    if (!ok) return false;
    if (in.overran()) {
        const auto announced = static_cast<std::uint64_t>(in.position() - begin_) + in.announced();
        return messages_.refuse(ErrorCode::file_cut,
                                fmt::format("{} ends too early. It stops at byte {}; {} were announced.",
                                            file_, bytes.size(), announced),
                                begin_ + bytes.size(),
                                "the copy or download did not finish. Nothing was loaded.");
    }
    if (!messages_.done(in, "model")) return false;
    if (!has_graph)
        return messages_.refuse(
            ErrorCode::file_cut, fmt::format("{} ends at byte {}, before any graph.", file_, bytes.size()),
            begin_ + bytes.size(), "the copy or download did not finish. Nothing was loaded.");
    return true;
}

Result<OnnxModel> Decoder::run(std::string_view bytes) {
    make_room(bytes.size());
    if (!model(bytes)) return tl::unexpected(*messages_.error());
    return std::move(model_);
}

bool known_model_field(const WireCursor& cursor) {
    switch (cursor.field()) {
        case 1:
        case 5:
            return cursor.type() == Type::varint;
        case 2:
        case 3:
        case 4:
        case 6:
        case 7:
        case 8:
        case 14:
        case 20:
        case 25:
        case 26:
            return cursor.type() == Type::bytes;
        default:
            return false;
    }
}

}  // namespace

Result<OnnxModel> decode_onnx(std::string_view bytes, const std::string& file) {
    return Decoder(bytes, file).run(bytes);
}

bool looks_like_onnx(std::string_view bytes) {
    constexpr std::int64_t kLargestVersion = 1000;
    WireCursor in(bytes);
    bool version = false;
    while (in.next()) {
        if (!known_model_field(in)) return false;
        if (in.field() == 1) version = in.integer() > 0 && in.integer() < kLargestVersion;
        if (in.field() == 1 && !version) return false;
        if (in.field() == 7) {
            // A graph holds nodes, names, tensors and value descriptions, nothing else.
            WireCursor graph(in.bytes());
            return (graph.next() && graph.field() <= 16) || in.bytes().empty();
        }
    }
    return version && (in.overran() || !in.failed());
}

}  // namespace waferscope::core
