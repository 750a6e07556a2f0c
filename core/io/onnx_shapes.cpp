// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_shapes.hpp"

#include "core/io/huge_pages.hpp"
#include "core/io/onnx_order.hpp"
#include "core/io/onnx_rules.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <numeric>

namespace waferscope::core {
namespace {

constexpr std::int32_t kBool = 9, kInt64 = 7;
constexpr std::size_t kMaxRealElements = 64;  ///< reals matter to shapes only as a few scales

/// Splits "past + seq*2" into terms of factors; calls `factor(word, sign, starts_term)`.
template <class Visit>
void for_each_factor(std::string_view text, const Visit& visit) {
    std::size_t at = 0;
    char sign = '+';
    while (at <= text.size()) {
        auto end = at;
        // A minus inside a word belongs to the name ("batch-size").
        while (end < text.size() && text[end] != '+' && text[end] != '*' &&
               !(text[end] == '-' && end > at && text[end - 1] == ' '))
            ++end;
        auto word = text.substr(at, end - at);
        while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
        while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
        visit(word, sign);
        sign = end < text.size() ? text[end] : '+';
        at = end + 1;
    }
}

std::optional<std::int64_t> as_number(std::string_view word) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
    return number;
}

class Inference {
public:
    Inference(const OnnxModel& model, const Bindings& bindings, const std::string& file)
        : model_(model), bindings_(bindings), file_(file), context_(model, out_) {}

    Result<OnnxShapes> run();

private:
    void load_initializers();
    void declare_inputs();
    [[nodiscard]] std::int64_t resolve(const OnnxDim& dim) const;
    Dims declared_dims(const OnnxDeclaration& declaration) const;
    void merge_declaration(std::uint32_t value);

    bool graph(std::uint32_t index, std::int64_t runs);
    bool node(std::uint32_t index, std::int64_t runs);
    bool branch(std::uint32_t index, std::int64_t runs);
    bool loop(std::uint32_t index, std::int64_t runs, bool scan);
    void set_body_inputs(const OnnxGraph& body, const OnnxNode& node, bool scan, std::int64_t scanned);
    void set_loop_outputs(const OnnxGraph& body, const OnnxNode& node, bool scan, std::int64_t carried,
                          std::int64_t trips);
    void copy_value(std::uint32_t from, std::uint32_t to);
    void join_weights(std::span<const std::uint32_t> inputs, std::uint32_t output);
    void note_weights(const OnnxNode& node, const OnnxRule& rule);
    [[nodiscard]] std::uint32_t graph_attribute(const OnnxNode& node, std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> single_element(std::uint32_t value) const;

    const OnnxModel& model_;
    const Bindings& bindings_;
    const std::string& file_;
    OnnxShapes out_;
    ShapeContext context_;
    std::vector<const OnnxRule*> rules_;  ///< by operator type
    std::optional<Error> error_;
};

void Inference::load_initializers() {
    for (std::uint32_t v = 0; v < model_.value_names.size(); ++v) {
        if (model_.initializer_of[v] == kNoIndex) continue;
        const auto& tensor = model_.tensors[model_.initializer_of[v]];
        out_.values[v].elem_type = tensor.elem_type;
        out_.values[v].weight = v;
        out_.set_dims(v, Dims(model_.list(tensor.dims)));
        const auto limit = onnx_is_real(tensor.elem_type) ? kMaxRealElements : kMaxElements;
        if (const auto elements = read_elements(model_, tensor, limit)) out_.set_elements(v, *elements);
    }
}

std::int64_t Inference::resolve(const OnnxDim& dim) const {
    if (dim.symbol.empty()) return dim.value;
    return evaluate_dimension(dim.symbol, bindings_);
}

Dims Inference::declared_dims(const OnnxDeclaration& declaration) const {
    if (!declaration.has_shape) return {};
    Dims dims = Dims::filled(0, 0);
    for (std::uint32_t i = 0; i < declaration.dims.count; ++i)
        dims.push(resolve(model_.dims[declaration.dims.first + i]));
    return dims;
}

void Inference::declare_inputs() {
    for (const auto value : model_.graphs.front().inputs) {
        if (model_.initializer_of[value] != kNoIndex) continue;
        const auto& declaration = model_.declarations[model_.declaration_of[value]];
        Dims dims = declared_dims(declaration);
        for (std::uint32_t i = 0; i < declaration.dims.count && static_cast<int>(i) < dims.rank(); ++i) {
            const auto& dim = model_.dims[declaration.dims.first + i];
            if (dim.value >= 0) continue;
            if (dim.symbol.empty()) {  // unnamed: bound as input[i]
                const auto name = fmt::format("{}[{}]", model_.value_names[value], i);
                const auto bound = bindings_.find(name);
                dims[static_cast<int>(i)] = bound == bindings_.end() ? kUnknownDim : bound->second;
                out_.symbols[name] = dims[static_cast<int>(i)];
                continue;
            }
            if (const auto whole = bindings_.find(std::string(dim.symbol)); whole != bindings_.end()) {
                out_.symbols[whole->first] = whole->second;
                continue;
            }
            for_each_factor(dim.symbol, [&](std::string_view word, char) {
                if (word.empty() || as_number(word)) return;
                const auto bound = bindings_.find(std::string(word));
                out_.symbols[std::string(word)] = bound == bindings_.end() ? kUnknownDim : bound->second;
                out_.symbol_places.try_emplace(
                    std::string(word), fmt::format("{}[{}]", model_.value_names[value].substr(0, 256), i));
            });
        }
        out_.values[value].elem_type = declaration.elem_type;
        out_.set_dims(value, dims);
    }
}

/// What the file says fills what the rules left open.
void Inference::merge_declaration(std::uint32_t value) {
    if (value == kNoIndex || model_.declaration_of[value] == kNoIndex) return;
    auto& inferred = out_.values[value];
    const auto& declaration = model_.declarations[model_.declaration_of[value]];
    if (inferred.elem_type == 0) inferred.elem_type = declaration.elem_type;
    Dims dims = out_.dims(value);
    if (dims.known() || !declaration.has_shape) return;
    const Dims said = declared_dims(declaration);
    if (!dims.ranked()) return out_.set_dims(value, said);
    if (said.rank() != dims.rank()) return;
    for (int i = 0; i < dims.rank(); ++i) dims[i] = dims[i] < 0 ? said[i] : dims[i];
    out_.set_dims(value, dims);
}

void Inference::copy_value(std::uint32_t from, std::uint32_t to) {
    out_.values[to] = out_.values[from];
    out_.alias[to] = out_.alias[from];
}

std::optional<std::int64_t> Inference::single_element(std::uint32_t value) const {
    if (value == kNoIndex || !out_.values[value].has_elements) return std::nullopt;
    const auto elements = out_.elements(value);
    if (elements.size() != 1 || elements[0] == kUnknownElement) return std::nullopt;
    return elements[0];
}

std::uint32_t Inference::graph_attribute(const OnnxNode& node, std::string_view name) const {
    for (const auto& attribute : model_.attributes_of(node))
        if (attribute.name == name) return attribute.graph;
    return kNoIndex;
}

bool Inference::branch(std::uint32_t index, std::int64_t runs) {
    const auto& node = model_.nodes[index];
    const auto inputs = model_.inputs(node);
    const auto condition = inputs.empty() ? std::nullopt : single_element(inputs[0]);
    auto taken = graph_attribute(node, condition.value_or(1) != 0 ? "then_branch" : "else_branch");
    if (taken == kNoIndex) taken = graph_attribute(node, "else_branch");
    if (taken == kNoIndex) return true;
    if (!condition)
        out_.assumptions.push_back(
            fmt::format("If {}: the condition depends on data; its 'then' branch is counted.",
                        onnx_node_name(model_, index)));
    if (!graph(taken, runs)) return false;
    const auto outputs = model_.outputs(node);
    const auto& results = model_.graphs[taken].outputs;
    for (std::size_t i = 0; i < outputs.size() && i < results.size(); ++i)
        if (outputs[i] != kNoIndex) copy_value(results[i], outputs[i]);
    return true;
}

/// Loop: (trips, condition, carried...); body (iteration, condition, carried...) -> (condition, carried...,
/// scanned...). Scan: (carried..., scanned...); body the same -> (carried..., scanned...).
void Inference::set_body_inputs(const OnnxGraph& body, const OnnxNode& node, bool scan,
                                std::int64_t scanned) {
    const auto inputs = model_.inputs(node);
    for (std::size_t i = 0; i < body.inputs.size(); ++i) {
        const auto value = body.inputs[i];
        auto& inner = out_.values[value];
        inner = {};
        if (!scan && i < 2) {
            inner.elem_type = i == 0 ? kInt64 : kBool;
            out_.set_dims(value, Dims::filled(0, 0));
            continue;
        }
        if (i >= inputs.size() || inputs[i] == kNoIndex) continue;
        inner.elem_type = out_.values[inputs[i]].elem_type;
        Dims dims = out_.dims(inputs[i]);
        const bool sliced = scan && static_cast<std::int64_t>(inputs.size() - i) <= scanned;
        if (sliced && dims.rank() > 0) dims = Dims(dims.span().subspan(1));
        out_.set_dims(value, dims);
    }
}

void Inference::set_loop_outputs(const OnnxGraph& body, const OnnxNode& node, bool scan, std::int64_t carried,
                                 std::int64_t trips) {
    const auto outputs = model_.outputs(node);
    const std::size_t skip = scan ? 0 : 1;  // a loop's body returns its condition first
    for (std::size_t i = 0; i < outputs.size() && i + skip < body.outputs.size(); ++i) {
        if (outputs[i] == kNoIndex) continue;
        const auto result = body.outputs[i + skip];
        Dims dims = out_.dims(result);
        if (static_cast<std::int64_t>(i) >= carried && dims.ranked()) {
            Dims stacked{trips};
            for (const auto d : dims) stacked.push(d);
            dims = stacked;
        }
        out_.values[outputs[i]].elem_type = out_.values[result].elem_type;
        out_.set_dims(outputs[i], dims);
    }
}

bool Inference::loop(std::uint32_t index, std::int64_t runs, bool scan) {
    const auto& node = model_.nodes[index];
    const auto body_index = graph_attribute(node, "body");
    if (body_index == kNoIndex) return true;
    const auto& body = model_.graphs[body_index];
    const auto inputs = model_.inputs(node);
    context_.move_to(node);
    const auto scanned = scan ? context_.integer("num_scan_inputs", 0) : 0;
    const auto carried = static_cast<std::int64_t>(inputs.size()) - (scan ? scanned : 2);

    std::int64_t trips = kUnknownDim;
    if (scan && !inputs.empty() && inputs.back() != kNoIndex) trips = out_.dims(inputs.back()).at(0);
    if (!scan && !inputs.empty()) trips = single_element(inputs[0]).value_or(kUnknownDim);
    constexpr std::int64_t kManyTrips = 1'000'000'000;
    if (trips < 0 || trips > kManyTrips) {
        trips = kUnknownDim;
        out_.assumptions.push_back(
            fmt::format("{} {}: how often it runs depends on data; it is counted once.",
                        scan ? "Scan" : "Loop", onnx_node_name(model_, index)));
    }
    set_body_inputs(body, node, scan, scanned);
    std::int64_t all_runs = 0;
    if (__builtin_mul_overflow(runs, std::max<std::int64_t>(trips, trips < 0 ? 1 : 0), &all_runs))
        all_runs = runs;
    if (!graph(body_index, all_runs)) return false;
    set_loop_outputs(body, node, scan, carried, trips);
    out_.steps.push_back({.node = index, .runs = runs});
    return true;
}

/// Stored values side by side are stored values still (LSTM weights are often glued together).
void Inference::join_weights(std::span<const std::uint32_t> inputs, std::uint32_t output) {
    std::vector<std::uint32_t> parts;
    for (const auto input : inputs) {
        const auto weight = input == kNoIndex ? kNoIndex : out_.values[input].weight;
        if (weight == kNoIndex) return;
        const auto inner = out_.joined.find(weight);
        if (inner == out_.joined.end())
            parts.push_back(weight);
        else
            parts.insert(parts.end(), inner->second.begin(), inner->second.end());
    }
    std::ranges::sort(parts);
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    constexpr std::size_t kMaxParts = 256;
    if (parts.empty() || parts.size() > kMaxParts) return;
    out_.values[output].weight = parts.size() == 1 ? parts.front() : output;
    if (parts.size() > 1) out_.joined[output] = std::move(parts);
}

/// Follows stored values through reshapes and casts, and finds those that nodes store.
void Inference::note_weights(const OnnxNode& node, const OnnxRule& rule) {
    const auto inputs = model_.inputs(node), outputs = model_.outputs(node);
    if (outputs.empty() || outputs[0] == kNoIndex) return;
    if (rule.view && !inputs.empty() && inputs[0] != kNoIndex) {
        for (const auto output : outputs)
            if (output != kNoIndex) out_.values[output].weight = out_.values[inputs[0]].weight;
    } else if (rule.shape == rules::concat) {
        join_weights(inputs, outputs[0]);
    } else if (rule.kind == OpKind::constant) {
        // ConstantOfShape stands for weights when its shape is written in the file.
        const bool stored =
            inputs.empty() || (inputs[0] != kNoIndex && out_.values[inputs[0]].weight != kNoIndex);
        if (stored) out_.values[outputs[0]].weight = outputs[0];
    }
}

bool Inference::node(std::uint32_t index, std::int64_t runs) {
    const auto& node = model_.nodes[index];
    const auto& type = model_.op_types[node.op];
    const auto* rule = rules_[node.op];
    if (rule == nullptr && type.domain.empty() &&
        (type.name == "If" || type.name == "Loop" || type.name == "Scan")) {
        const bool ok = type.name == "If" ? branch(index, runs) : loop(index, runs, type.name == "Scan");
        for (const auto output : model_.outputs(node)) merge_declaration(output);
        return ok;
    }
    if (rule != nullptr) {
        context_.move_to(node);
        rule->shape(context_);
        note_weights(node, *rule);
    }
    for (const auto output : model_.outputs(node)) merge_declaration(output);
    out_.steps.push_back({.node = index, .runs = runs});
    return true;
}

bool Inference::graph(std::uint32_t index, std::int64_t runs) {
    const auto order = onnx_order(model_, index, file_);
    if (!order) {
        error_ = order.error();
        return false;
    }
    return std::ranges::all_of(*order, [&](std::uint32_t n) { return node(n, runs); });
}

Result<OnnxShapes> Inference::run() {
    const auto values = model_.value_names.size();
    reserve_huge(out_.values, values);
    out_.values.resize(values);
    out_.alias.resize(values);
    std::iota(out_.alias.begin(), out_.alias.end(), 0U);
    reserve_huge(out_.pool, values * 4);
    reserve_huge(out_.steps, model_.nodes.size());
    for (const auto& type : model_.op_types) rules_.push_back(find_onnx_rule(type.domain, type.name));
    load_initializers();
    declare_inputs();
    if (!graph(0, 1)) return tl::unexpected(*error_);
    return std::move(out_);
}

}  // namespace

std::int64_t evaluate_dimension(std::string_view expression, const Bindings& bindings) {
    const auto value_of = [&](std::string_view word) {
        if (const auto number = as_number(word)) return *number;
        const auto bound = bindings.find(std::string(word));
        return bound == bindings.end() ? kUnknownDim : bound->second;
    };
    if (const auto whole = value_of(expression); whole >= 0) return whole;
    std::int64_t total = 0, term = 0;
    bool known = true;
    for_each_factor(expression, [&](std::string_view word, char sign) {
        const auto value = value_of(word);
        known = known && value >= 0;
        std::int64_t next = 0;
        if (sign == '*') {
            if (__builtin_mul_overflow(term, value, &next)) known = false;
        } else {
            if (__builtin_add_overflow(total, term, &total)) known = false;
            next = sign == '-' ? -value : value;
        }
        term = next;
    });
    if (__builtin_add_overflow(total, term, &total)) known = false;
    return known && total >= 0 ? total : kUnknownDim;
}

Result<OnnxShapes> infer_onnx_shapes(const OnnxModel& model, const Bindings& bindings,
                                     const std::string& file) {
    return Inference(model, bindings, file).run();
}

}  // namespace waferscope::core
