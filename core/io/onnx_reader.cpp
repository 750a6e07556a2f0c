// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_reader.hpp"

#include "core/io/file_source.hpp"
#include "core/io/huge_pages.hpp"
#include "core/io/onnx_decode.hpp"
#include "core/io/onnx_order.hpp"
#include "core/io/onnx_rules.hpp"
#include "core/model/connect.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxNameBytes = 4096;

bool is_float(Dtype dtype) {
    switch (dtype) {
        case Dtype::fp64:
        case Dtype::fp32:
        case Dtype::tf32:
        case Dtype::bf16:
        case Dtype::fp16:
        case Dtype::fp8:
        case Dtype::fp4:
            return true;
        default:
            return false;
    }
}

/// Integers that stand for real weights when a product reads them; 32-bit ones are biases.
bool is_quantised(Dtype dtype) {
    return dtype == Dtype::int8 || dtype == Dtype::int4 || dtype == Dtype::int32;
}

double real_elements(const Dims& dims) {
    return static_cast<double>(std::max<std::int64_t>(0, dims.elements()));
}

/// Turns a decoded model and its shapes into a Workload.
class Assembler {
public:
    Assembler(const OnnxModel& model, const OnnxShapes& shapes)
        : model_(model), shapes_(shapes), context_(model, scratch_of(shapes)) {}

    Workload run(const std::string& file);

private:
    /// ShapeContext can write; the assembler only reads through it.
    static OnnxShapes& scratch_of(const OnnxShapes& shapes) { return const_cast<OnnxShapes&>(shapes); }

    void count_nodes();
    void declare_inputs();
    std::uint32_t tensor(std::uint32_t value);
    void add_operator(const OnnxStep& step);
    void weigh(Operator& op, std::uint32_t weight, bool trainable);
    void count_bytes(Operator& op, const OnnxRule* rule, const OnnxNode& node);
    void refine_kind(Operator& op, const OnnxNode& node) const;
    void fold_runs();
    void sum_weights();
    void warn();
    [[nodiscard]] double bytes(std::uint32_t value) const {
        return real_elements(shapes_.dims(value)) *
               bytes_per_element(onnx_dtype(shapes_.values[value].elem_type));
    }
    [[nodiscard]] bool stored(std::uint32_t value) const {
        return value != kNoIndex && shapes_.values[value].weight != kNoIndex;
    }

    const OnnxModel& model_;
    const OnnxShapes& shapes_;
    ShapeContext context_;
    std::vector<const OnnxRule*> rules_;
    std::vector<std::uint32_t> tensor_of_;  ///< by value
    std::vector<bool> trained_;             ///< by value: counted as parameters
    std::string first_unknown_;
    std::map<std::string_view, std::int64_t> unknown_types_;
    Workload out_;
};

void Assembler::count_nodes() {
    out_.nodes_top = model_.graphs.front().nodes.count;
    out_.nodes_total = static_cast<std::int64_t>(model_.nodes.size());
    std::vector<std::int64_t> counts(model_.op_types.size(), 0);
    for (const auto& node : model_.nodes) ++counts[node.op];
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const auto& type = model_.op_types[i];
        auto name =
            type.domain.empty() ? std::string() : std::string(type.domain.substr(0, kMaxNameBytes)) + ".";
        name += type.name.substr(0, kMaxNameBytes);
        out_.op_histogram[name] += counts[i];
    }
}

std::uint32_t Assembler::tensor(std::uint32_t value) {
    value = shapes_.alias[value];
    auto& index = tensor_of_[value];
    if (index != kNoIndex) return index;
    index = static_cast<std::uint32_t>(out_.tensors.size());
    const Dims dims = shapes_.dims(value);
    const auto& inferred = shapes_.values[value];
    Tensor tensor{.name = std::string(model_.value_names[value].substr(0, kMaxNameBytes)),
                  .shape = {dims.begin(), dims.end()},
                  .known_rank = dims.ranked(),
                  .dtype = onnx_dtype(inferred.elem_type)};
    if (inferred.weight == value)
        tensor.kind = is_float(tensor.dtype) ? TensorKind::weight : TensorKind::constant;
    out_.tensors.push_back(std::move(tensor));
    return index;
}

void Assembler::declare_inputs() {
    bool first = true;
    for (const auto value : model_.graphs.front().inputs) {
        if (model_.initializer_of[value] != kNoIndex) continue;
        out_.tensors[tensor(value)].kind = TensorKind::input;
        const auto batch = shapes_.dims(value).at(0);
        if (std::exchange(first, false) && batch > 0) out_.batch = batch;
    }
}

/// Adds the stored value `weight` to what the operator reads; trainable ones count once per model.
void Assembler::weigh(Operator& op, std::uint32_t weight, bool trainable) {
    if (const auto parts = shapes_.joined.find(weight); parts != shapes_.joined.end()) {
        for (const auto part : parts->second) weigh(op, part, trainable);
        return;
    }
    const auto dtype = onnx_dtype(shapes_.values[weight].elem_type);
    const bool arithmetic = op.kind == OpKind::elementwise || op.kind == OpKind::data_movement;
    if (!is_float(dtype) && (arithmetic || !is_quantised(dtype))) return;
    op.weight_bytes += bytes(weight);
    const auto elements = real_elements(shapes_.dims(weight));
    // A single number in arithmetic is a constant of the formula, not a parameter.
    const bool formula = arithmetic && (elements <= 1 || op.kind == OpKind::data_movement);
    if (!trainable || formula || trained_[weight]) return;
    trained_[weight] = true;
    op.parameters += elements;
}

void Assembler::count_bytes(Operator& op, const OnnxRule* rule, const OnnxNode& node) {
    const auto inputs = model_.inputs(node), outputs = model_.outputs(node);
    double produced = 0;
    for (const auto value : outputs) {
        if (value == kNoIndex) continue;
        produced += real_elements(shapes_.dims(value));
        op.write_bytes += bytes(value);
    }
    const bool table = op.kind == OpKind::embedding;  // reads the rows it returns, not the table
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i] == kNoIndex) continue;
        op.read_bytes += table && i == 0 ? op.write_bytes : bytes(inputs[i]);
        const bool trainable = rule != nullptr && i < 32 && ((rule->weights >> i) & 1U) != 0;
        if (stored(inputs[i]) && !(rule != nullptr && rule->view))
            weigh(op, shapes_.values[inputs[i]].weight, trainable);
    }
    if (op.kind == OpKind::constant) {
        op.read_bytes = op.write_bytes = 0;
    } else if (op.macs == 0) {
        op.other_ops = produced;
    }
}

void Assembler::refine_kind(Operator& op, const OnnxNode& node) const {
    const auto inputs = model_.inputs(node);
    if (op.kind == OpKind::matmul && std::ranges::any_of(inputs, [&](auto v) { return stored(v); }))
        op.kind = OpKind::gemm;
    if (op.kind == OpKind::embedding && op.type == "Gather") {
        const bool table = !inputs.empty() && stored(inputs[0]) && shapes_.dims(inputs[0]).rank() >= 2 &&
                           is_float(onnx_dtype(shapes_.values[inputs[0]].elem_type));
        if (!table) op.kind = OpKind::data_movement;
    }
}

void Assembler::add_operator(const OnnxStep& step) {
    const auto& node = model_.nodes[step.node];
    const auto* rule = rules_[node.op];
    auto& op = out_.operators.emplace_back();  // in place: it is large and there are millions
    op.name = onnx_node_name(model_, step.node);
    op.type = std::string(model_.op_types[node.op].name.substr(0, kMaxNameBytes));
    op.provenance = Provenance::declared;
    if (rule != nullptr) op.kind = rule->kind;
    if (rule != nullptr && rule->cost != nullptr) {
        context_.move_to(node);
        rule->cost(context_, op);
    }
    refine_kind(op, node);
    count_bytes(op, rule, node);
    if (rule == nullptr && model_.op_types[node.op].name != "Loop" && model_.op_types[node.op].name != "Scan")
        ++unknown_types_[model_.op_types[node.op].name];
    for (const auto value : model_.inputs(node))
        if (value != kNoIndex) op.inputs.push_back(tensor(value));
    for (const auto value : model_.outputs(node)) {
        if (value == kNoIndex) continue;
        op.outputs.push_back(tensor(value));
        if (out_.tensors[op.outputs.back()].known()) continue;
        if (out_.unknown_shapes++ == 0) first_unknown_ = op.name;
    }
    if (!op.outputs.empty()) op.dtype = out_.tensors[op.outputs.front()].dtype;
}

/// Steps inside loops with a known trip count become repeats.
void Assembler::fold_runs() {
    for (std::uint32_t i = 0; i < shapes_.steps.size();) {
        auto end = i + 1;
        while (end < shapes_.steps.size() && shapes_.steps[end].runs == shapes_.steps[i].runs) ++end;
        if (shapes_.steps[i].runs != 1)
            out_.repeats.push_back({.first = i, .last = end, .count = shapes_.steps[i].runs});
        i = end;
    }
}

void Assembler::sum_weights() {
    for (const auto& op : out_.operators) out_.parameters += op.parameters;
    for (std::uint32_t value = 0; value < shapes_.values.size(); ++value) {
        if (shapes_.values[value].weight != value || shapes_.alias[value] != value) continue;
        if (shapes_.joined.contains(value)) continue;
        const auto dtype = onnx_dtype(shapes_.values[value].elem_type);
        if (is_float(dtype) || trained_[value]) out_.weight_bytes += bytes(value);
        if (trained_[value] && tensor_of_[value] != kNoIndex)
            out_.tensors[tensor_of_[value]].kind = TensorKind::weight;
    }
}

void Assembler::warn() {
    if (out_.unknown_shapes > 0) {
        std::string unbound;
        for (const auto& [name, value] : out_.symbols)
            if (value < 0 && unbound.empty()) unbound = name;
        out_.warnings.push_back(
            unbound.empty()
                ? fmt::format("{} shapes are unknown, first at node {}.", out_.unknown_shapes, first_unknown_)
                : fmt::format("{} shapes are unknown, first at node {}: \"{}\" has no value. Set it once: "
                              "--bind {}=1.",
                              out_.unknown_shapes, first_unknown_, unbound, unbound));
    }
    constexpr std::size_t kNamed = 8;
    std::size_t named = 0;
    for (const auto& [name, count] : unknown_types_) {
        if (named++ == kNamed) {
            out_.warnings.push_back(
                fmt::format("{} more operator types are unknown.", unknown_types_.size() - kNamed));
            break;
        }
        out_.warnings.push_back(fmt::format(
            "Operator type {} is unknown; {} of them count 1 operation per output element.", name, count));
    }
    if (model_.redefinitions > 0)
        out_.warnings.push_back(fmt::format(
            "{} values are defined more than once; the last definition counts.", model_.redefinitions));
    if (!model_.functions.empty())
        out_.warnings.push_back(
            fmt::format("{} functions defined in the file are not unfolded.", model_.functions.size()));
    out_.warnings.insert(out_.warnings.end(), shapes_.assumptions.begin(), shapes_.assumptions.end());
    out_.assumptions = shapes_.assumptions;
}

Workload Assembler::run(const std::string& file) {
    out_.name = std::string(model_.graphs.front().name.substr(0, kMaxNameBytes));
    out_.source = file;
    out_.format = "onnx";
    out_.symbols = shapes_.symbols;
    out_.symbol_places = shapes_.symbol_places;
    for (const auto& type : model_.op_types) rules_.push_back(find_onnx_rule(type.domain, type.name));
    tensor_of_.assign(model_.value_names.size(), kNoIndex);
    trained_.assign(model_.value_names.size(), false);
    count_nodes();
    declare_inputs();
    reserve_huge(out_.operators, shapes_.steps.size());
    reserve_huge(out_.tensors, model_.value_names.size());
    for (const auto& step : shapes_.steps) add_operator(step);
    for (const auto value : model_.graphs.front().outputs) {
        auto& result = out_.tensors[tensor(value)];
        if (result.kind == TensorKind::activation) result.kind = TensorKind::output;
    }
    fold_runs();
    sum_weights();
    connect_operators(out_);
    warn();
    return std::move(out_);
}

}  // namespace

Result<Workload> read_onnx_bytes(std::string_view bytes, const std::string& file, const Bindings& bindings) {
    const auto model = decode_onnx(bytes, file);
    if (!model) return tl::unexpected(model.error());
    const auto shapes = infer_onnx_shapes(*model, bindings, file);
    if (!shapes) return tl::unexpected(shapes.error());
    return Assembler(*model, *shapes).run(file);
}

Result<Workload> read_onnx(const std::filesystem::path& path, const Bindings& bindings) {
    const auto source = FileSource::open(path);
    if (!source) return tl::unexpected(source.error());
    return read_onnx_bytes(source->bytes(), source->name(), bindings);
}

}  // namespace waferscope::core
