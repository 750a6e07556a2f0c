// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hlo_reader.hpp"

#include "core/io/hlo_products.hpp"
#include "core/io/hlo_text.hpp"
#include "core/model/connect.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxOperators = 500'000, kMaxVisits = 2'000'000, kMaxName = 4096;
constexpr std::size_t kMaxTensors = 20'000'000, kMaxInputs = 1'000'000, kMaxReads = 50'000'000;
constexpr int kMaxDepth = 64;
constexpr std::int64_t kMaxRuns = 1'000'000'000;

using Tensors = std::vector<std::uint32_t>;

OpKind kind_of(std::string_view opcode) {
    static constexpr std::array<std::pair<std::string_view, OpKind>, 30> kKinds{{
        {"exponential", OpKind::activation},
        {"tanh", OpKind::activation},
        {"logistic", OpKind::activation},
        {"log", OpKind::activation},
        {"rsqrt", OpKind::activation},
        {"sqrt", OpKind::activation},
        {"negate", OpKind::activation},
        {"abs", OpKind::activation},
        {"convert", OpKind::activation},
        {"add", OpKind::elementwise},
        {"subtract", OpKind::elementwise},
        {"multiply", OpKind::elementwise},
        {"divide", OpKind::elementwise},
        {"maximum", OpKind::elementwise},
        {"minimum", OpKind::elementwise},
        {"select", OpKind::elementwise},
        {"compare", OpKind::elementwise},
        {"power", OpKind::elementwise},
        {"reduce", OpKind::reduce},
        {"reduce-window", OpKind::pool},
        {"reshape", OpKind::data_movement},
        {"transpose", OpKind::data_movement},
        {"broadcast", OpKind::data_movement},
        {"copy", OpKind::data_movement},
        {"slice", OpKind::data_movement},
        {"dynamic-slice", OpKind::data_movement},
        {"concatenate", OpKind::data_movement},
        {"pad", OpKind::data_movement},
        {"dynamic-update-slice", OpKind::data_movement},
        {"gather", OpKind::embedding},
    }};
    const auto found = std::ranges::find(kKinds, opcode, &std::pair<std::string_view, OpKind>::first);
    return found == kKinds.end() ? OpKind::other : found->second;
}

/// What a fused computation does, summed.
struct Inside {
    double macs = 0, other = 0;
    int products = 0;
    HloProduct product;  ///< the last one
    bool convolution = false;
};

class Unfolder {
public:
    Unfolder(const HloModule& module, const std::string& file) : module_(module), file_(file) {}
    Result<Workload> run();

private:
    /// Arrays of each instruction of one call of a computation.
    using Values = std::vector<Tensors>;

    Tensors call(std::uint32_t computation, const Tensors& arguments, std::int64_t runs, int depth);
    Tensors visit(const HloComputation& computation, std::uint32_t index, const Values& values,
                  std::int64_t runs, int depth);
    [[nodiscard]] Tensors member_of(const HloComputation& computation, const HloInstruction& instruction,
                                    const Values& values) const;
    static Tensors result_of(const HloComputation& computation, const HloInstruction& instruction,
                             Tensors inputs);
    Tensors loop(const HloInstruction& instruction, const Tensors& inputs, std::int64_t runs, int depth);
    Tensors branch(const HloInstruction& instruction, const Values& values, std::int64_t runs, int depth);
    Tensors emit(const HloComputation& computation, const HloInstruction& instruction, const Tensors& inputs,
                 std::int64_t runs, int depth);
    Tensors fresh(const HloInstruction& instruction, TensorKind kind = TensorKind::activation);
    Inside inside(std::uint32_t computation, int depth);
    void cost(const HloComputation& computation, const HloInstruction& instruction, Operator& op, int depth);
    void note_weight(const HloInstruction& instruction, Operator& op);
    std::uint32_t named(std::string_view attributes, std::string_view key);
    void refuse(ErrorCode code, std::string message, std::size_t line, std::string hint) {
        if (!error_)
            error_ = Error{code, std::move(message), fmt::format("{}:{}", file_, line), std::move(hint)};
    }
    void fold_runs();
    void finish();

    const HloModule& module_;
    const std::string& file_;
    Workload out_;
    std::vector<std::int64_t> runs_;  ///< by operator
    std::map<std::uint32_t, Inside> fused_;
    std::size_t visits_ = 0, reads_ = 0;
    std::int64_t unknown_loops_ = 0, branches_ = 0, weights_ = 0;
    std::map<std::string_view, std::int64_t> custom_;
    std::optional<Error> error_;
};

constexpr std::uint32_t kNone = 0xFFFFFFFFU;

/// The computation an attribute names, or kNone.
std::uint32_t Unfolder::named(std::string_view attributes, std::string_view key) {
    auto name = hlo_attribute(attributes, key);
    if (name.starts_with('%')) name.remove_prefix(1);
    const auto found = module_.by_name.find(name);
    return found == module_.by_name.end() ? kNone : found->second;
}

Tensors Unfolder::fresh(const HloInstruction& instruction, TensorKind kind) {
    Tensors made;
    if (out_.tensors.size() + instruction.type.arrays.size() > kMaxTensors) {
        refuse(ErrorCode::memory, fmt::format("The unfolded module has more than {} tensors.", kMaxTensors),
               instruction.line, "split the module");
        return made;
    }
    for (const auto& array : instruction.type.arrays) {
        made.push_back(static_cast<std::uint32_t>(out_.tensors.size()));
        out_.tensors.push_back({.name = std::string(instruction.name.substr(0, kMaxName)),
                                .shape = array.dims,
                                .known_rank = true,
                                .dtype = array.dtype,
                                .kind = kind});
    }
    return made;
}

/// Costs of a fused computation, products of nested fusions included.
Inside Unfolder::inside(std::uint32_t index, int depth) {
    if (const auto found = fused_.find(index); found != fused_.end()) return found->second;
    Inside sum;
    if (depth >= kMaxDepth) {
        refuse(ErrorCode::value, fmt::format("Computations call one another more than {} deep.", kMaxDepth),
               module_.computations[index].instructions.front().line, "does one call itself?");
        return sum;
    }
    const auto& computation = module_.computations[index];
    for (const auto& instruction : computation.instructions) {
        if (instruction.opcode == "parameter" || instruction.opcode == "constant" ||
            instruction.opcode == "tuple" || instruction.opcode == "get-tuple-element" ||
            instruction.opcode == "bitcast")
            continue;
        Operator op;
        cost(computation, instruction, op, depth + 1);
        sum.macs += op.macs;
        sum.other += op.other_ops;
        if (op.macs <= 0) continue;
        ++sum.products;
        sum.product = {.dims = op.dims, .macs = op.macs};
        sum.convolution = op.kind == OpKind::conv;
    }
    fused_.emplace(index, sum);
    return sum;
}

/// Kind, dimensions, MACs and other operations of one instruction.
void Unfolder::cost(const HloComputation& computation, const HloInstruction& instruction, Operator& op,
                    int depth) {
    const auto operand = [&](std::size_t i) -> const HloArray& {
        return computation.instructions[instruction.inputs[i]].type.arrays.front();
    };
    const auto has_array = [&](std::size_t i) {
        return i < instruction.inputs.size() &&
               !computation.instructions[instruction.inputs[i]].type.arrays.empty();
    };
    op.kind = kind_of(instruction.opcode);
    const bool product = instruction.opcode == "dot" || instruction.opcode == "convolution";
    if (product && has_array(0) && has_array(1) && !instruction.type.arrays.empty()) {
        const bool dot = instruction.opcode == "dot";
        const auto made = dot ? hlo_dot(instruction, operand(0), operand(1))
                              : hlo_convolution(instruction, operand(0), operand(1));
        op.kind = dot ? OpKind::matmul : OpKind::conv;
        op.dims = made.dims;
        op.macs = made.macs;
        return;
    }
    if (const auto called = named(instruction.attributes, "calls");
        instruction.opcode == "fusion" && called != kNone) {
        const auto sum = inside(called, depth);
        op.macs = sum.macs;
        op.other_ops = sum.other;
        if (sum.products == 1) op.dims = sum.product.dims;
        if (sum.products > 0) op.kind = sum.convolution ? OpKind::conv : OpKind::matmul;
        return;
    }
    if (const auto collective = hlo_collective(instruction.opcode); !collective.empty()) {
        double bytes = 0;
        for (const auto input : instruction.inputs)
            for (const auto& array : computation.instructions[input].type.arrays) bytes += array.bytes();
        op.kind = OpKind::collective;
        op.dims = hlo_comm(instruction, bytes);
        return;
    }
    for (const auto& array : instruction.type.arrays) op.other_ops += array.elements();
}

/// The right operand of a product that is an input of the program counts as a weight.
void Unfolder::note_weight(const HloInstruction& instruction, Operator& op) {
    if ((instruction.opcode != "dot" && instruction.opcode != "convolution") || op.inputs.size() != 2) return;
    auto& tensor = out_.tensors[op.inputs[1]];
    if (tensor.kind != TensorKind::input && tensor.kind != TensorKind::weight) return;
    const bool first = tensor.kind == TensorKind::input;
    tensor.kind = TensorKind::weight;
    if (op.kind == OpKind::matmul) op.kind = OpKind::gemm;
    const double elements = static_cast<double>(tensor.elements());
    op.weight_bytes = elements * bytes_per_element(tensor.dtype);
    if (!first) return;
    ++weights_;
    op.parameters = elements;
    out_.parameters += elements;
    out_.weight_bytes += op.weight_bytes;
}

Tensors Unfolder::emit(const HloComputation& computation, const HloInstruction& instruction,
                       const Tensors& inputs, std::int64_t runs, int depth) {
    reads_ += inputs.size();
    if (out_.operators.size() == kMaxOperators || reads_ > kMaxReads) {
        refuse(ErrorCode::memory,
               fmt::format("The unfolded module has more than {} operators or {} inputs of theirs.",
                           kMaxOperators, kMaxReads),
               instruction.line, "split the module");
        return {};
    }
    Operator op{.name = std::string(instruction.name.substr(0, kMaxName)),
                .type = std::string(instruction.opcode.substr(0, kMaxName)),
                .provenance = Provenance::declared};
    cost(computation, instruction, op, depth);
    if (instruction.opcode == "custom-call")
        ++custom_[hlo_attribute(instruction.attributes, "custom_call_target").substr(0, 60)];
    op.inputs = inputs;
    op.outputs = fresh(instruction);
    for (const auto t : op.inputs)
        op.read_bytes +=
            static_cast<double>(out_.tensors[t].elements()) * bytes_per_element(out_.tensors[t].dtype);
    for (const auto t : op.outputs)
        op.write_bytes +=
            static_cast<double>(out_.tensors[t].elements()) * bytes_per_element(out_.tensors[t].dtype);
    if (!op.outputs.empty()) op.dtype = out_.tensors[op.outputs.front()].dtype;
    note_weight(instruction, op);
    ++out_.op_histogram[op.type];
    auto made = op.outputs;
    out_.operators.push_back(std::move(op));
    runs_.push_back(runs);
    return made;
}

/// known_trip_count of the compiler, as {"known_trip_count":{"n":"12"}}; 0 when it is not there.
std::int64_t trip_count(std::string_view attributes) {
    const auto config = hlo_attribute(attributes, "backend_config");
    const auto at = config.find("known_trip_count");
    if (at == std::string_view::npos) return 0;
    const auto numbers = hlo_numbers(config.substr(at, 80));
    return numbers.empty() ? 0 : std::clamp<std::int64_t>(numbers.front(), 0, kMaxRuns);
}

Tensors Unfolder::loop(const HloInstruction& instruction, const Tensors& inputs, std::int64_t runs,
                       int depth) {
    const auto body = named(instruction.attributes, "body");
    if (body == kNone) {
        refuse(ErrorCode::value, "The body of a loop is missing.", instruction.line, "is the file complete?");
        return {};
    }
    auto trips = trip_count(instruction.attributes);
    if (trips == 0) ++unknown_loops_;
    trips = std::max<std::int64_t>(1, trips);
    return call(body, inputs, runs > kMaxRuns / trips ? kMaxRuns : runs * trips, depth + 1);
}

/// The first branch stands for all: which one runs is not in the text.
Tensors Unfolder::branch(const HloInstruction& instruction, const Values& values, std::int64_t runs,
                         int depth) {
    auto first = named(instruction.attributes, "true_computation");
    if (first == kNone) {
        auto list = hlo_attribute(instruction.attributes, "branch_computations");
        list = list.substr(0, list.find_first_of(",}"));
        const auto at = list.find_first_not_of("{% ");
        const auto found =
            module_.by_name.find(at == std::string_view::npos ? std::string_view() : list.substr(at));
        if (found != module_.by_name.end()) first = found->second;
    }
    if (first == kNone || instruction.inputs.size() < 2) {
        refuse(ErrorCode::value, "The branches of a conditional are missing.", instruction.line,
               "is the file complete?");
        return {};
    }
    ++branches_;
    return call(first, values[instruction.inputs[1]], runs, depth + 1);
}

Tensors Unfolder::member_of(const HloComputation& computation, const HloInstruction& instruction,
                            const Values& values) const {
    const auto member = hlo_numbers(hlo_attribute(instruction.attributes, "index"));
    if (instruction.inputs.empty() || member.empty()) return {};
    const auto source = instruction.inputs.front();
    const auto& type = computation.instructions[source].type;
    const auto [first, last] = type.member(static_cast<std::size_t>(member.front()));
    const auto& all = values[source];
    if (last > all.size()) return all;
    return {all.begin() + first, all.begin() + last};
}

/// What the end of an asynchronous operation returns: its start holds (what goes in, what comes out, ...).
Tensors Unfolder::result_of(const HloComputation& computation, const HloInstruction& instruction,
                            Tensors inputs) {
    if (instruction.inputs.empty()) return inputs;
    const auto& start = computation.instructions[instruction.inputs.front()];
    if (start.opcode == "all-reduce-start" || hlo_collective(start.opcode).empty()) return inputs;
    const auto [first, last] = start.type.member(1);
    if (first == last || last > inputs.size()) return inputs;
    return {inputs.begin() + first, inputs.begin() + last};
}

Tensors Unfolder::visit(const HloComputation& computation, std::uint32_t index, const Values& values,
                        std::int64_t runs, int depth) {
    const auto& instruction = computation.instructions[index];
    const auto op = instruction.opcode;
    if (op == "get-tuple-element") return member_of(computation, instruction, values);
    Tensors inputs;
    for (const auto input : instruction.inputs) {
        inputs.insert(inputs.end(), values[input].begin(), values[input].end());
        if (inputs.size() <= kMaxInputs) continue;
        refuse(ErrorCode::memory, fmt::format("An instruction reads more than {} arrays.", kMaxInputs),
               instruction.line, "split the module");
        return {};
    }
    if (op.ends_with("-done")) return result_of(computation, instruction, std::move(inputs));
    if (op == "tuple" || op == "bitcast" || op.ends_with("-update") || op == "optimization-barrier")
        return inputs;
    if (op == "constant") return fresh(instruction, TensorKind::constant);
    if (op == "after-all") return {};
    if (op == "while") return loop(instruction, inputs, runs, depth);
    if (op == "conditional") return branch(instruction, values, runs, depth);
    if (op == "call" || op == "async-start") {
        const auto called = named(instruction.attributes, op == "call" ? "to_apply" : "calls");
        if (called != kNone) return call(called, inputs, runs, depth + 1);
    }
    return emit(computation, instruction, inputs, runs, depth);
}

Tensors Unfolder::call(std::uint32_t index, const Tensors& arguments, std::int64_t runs, int depth) {
    const auto& computation = module_.computations[index];
    if (depth >= kMaxDepth) {
        refuse(ErrorCode::value, fmt::format("Computations call one another more than {} deep.", kMaxDepth),
               computation.instructions.front().line, "does one call itself?");
        return {};
    }
    // Arguments come as one list of arrays; each parameter takes as many as its type has.
    std::map<std::int64_t, std::uint32_t> parameters;
    for (std::uint32_t i = 0; i < computation.instructions.size(); ++i) {
        if (computation.instructions[i].opcode != "parameter") continue;
        const auto number = hlo_numbers(computation.instructions[i].operands);
        parameters.emplace(number.empty() ? 0 : number[0], i);
    }
    Values values(computation.instructions.size());
    std::size_t taken = 0;
    for (const auto& [number, i] : parameters) {
        const auto wanted = computation.instructions[i].type.arrays.size();
        if (depth == 0) {
            values[i] = fresh(computation.instructions[i], TensorKind::input);
        } else {
            for (std::size_t k = 0; k < wanted && taken < arguments.size(); ++k)
                values[i].push_back(arguments[taken++]);
        }
    }
    for (std::uint32_t i = 0; i < computation.instructions.size() && !error_; ++i) {
        if (++visits_ > kMaxVisits)
            refuse(ErrorCode::memory, "The module unfolds to more than 2,000,000 instructions.",
                   computation.instructions[i].line, "split the module");
        if (error_ || computation.instructions[i].opcode == "parameter") continue;
        values[i] = visit(computation, i, values, runs, depth);
        // Never more than the type says, so that tuples of tuples cannot double for ever.
        const auto arrays = computation.instructions[i].type.arrays.size();
        if (values[i].size() > arrays) values[i].resize(arrays);
    }
    return std::move(values[computation.root]);
}

/// Neighbours that run equally often become one repeat.
void Unfolder::fold_runs() {
    for (std::uint32_t i = 0; i < runs_.size();) {
        auto end = i + 1;
        while (end < runs_.size() && runs_[end] == runs_[i]) ++end;
        if (runs_[i] != 1) out_.repeats.push_back({.first = i, .last = end, .count = runs_[i]});
        i = end;
    }
}

void Unfolder::finish() {
    const auto& entry = module_.computations[module_.entry];
    out_.nodes_top = static_cast<std::int64_t>(std::ranges::count_if(entry.instructions, [](const auto& i) {
        return i.opcode != "parameter" && i.opcode != "constant" && i.opcode != "tuple" &&
               i.opcode != "get-tuple-element";
    }));
    out_.nodes_total = static_cast<std::int64_t>(out_.operators.size());
    if (unknown_loops_ > 0)
        out_.warnings.push_back(
            fmt::format("{} loops do not say how often they run; they count once.", unknown_loops_));
    if (branches_ > 0)
        out_.warnings.push_back(fmt::format("{} conditionals: the first branch is counted.", branches_));
    for (const auto& [target, count] : custom_)
        if (out_.warnings.size() < 16)
            out_.warnings.push_back(fmt::format(
                "{} calls of {} count 1 operation per output element: what they do is not in the text.",
                count, target));
    const auto collectives = std::ranges::count_if(
        out_.operators, [](const Operator& op) { return op.kind == OpKind::collective; });
    if (collectives > 0)
        out_.warnings.push_back(
            fmt::format("{} collectives keep their bytes and groups; clusters are timed with them, wafers without.",
                        collectives));
    if (weights_ > 0)
        out_.assumptions.push_back(
            fmt::format("Which inputs are weights is not in the text: {} that stand on the right of a "
                        "product are taken as such.",
                        weights_));
    else
        out_.warnings.emplace_back("Which inputs are weights is not in the text; none is counted.");
    out_.assumptions.emplace_back("Shapes are those of one device when the module was partitioned.");
}

Result<Workload> Unfolder::run() {
    out_.name =
        std::string(module_.name.empty() ? std::string_view("module") : module_.name.substr(0, kMaxName));
    out_.source = file_;
    out_.format = "hlo";
    const auto results = call(module_.entry, {}, 1, 0);
    if (error_) return tl::unexpected(*error_);
    for (const auto t : results)
        if (out_.tensors[t].kind == TensorKind::activation) out_.tensors[t].kind = TensorKind::output;
    fold_runs();
    connect_operators(out_);
    finish();
    return std::move(out_);
}

}  // namespace

bool looks_like_hlo(std::string_view bytes) {
    const auto first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && bytes.substr(first).starts_with("HloModule ");
}

Result<Workload> read_hlo(std::string_view bytes, const std::string& file) {
    constexpr std::size_t kMaxBytes = 1'000'000'000;
    if (bytes.size() > kMaxBytes)
        return fail(ErrorCode::memory,
                    fmt::format("The text is {} bytes long; at most {} are read.", bytes.size(), kMaxBytes),
                    file, "print it without constants");
    const auto module = parse_hlo(bytes, file);
    if (!module) return tl::unexpected(module.error());
    return Unfolder(*module, file).run();
}

}  // namespace waferscope::core
