// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/recorded_cost.hpp"

#include "core/io/pytorch_et_cost.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace waferscope::core {
namespace {

using Json = nlohmann::json;

/// One tensor argument.
struct Argument {
    std::vector<std::int64_t> shape;
    double bytes = 0;
};

double type_bytes(std::string_view type) {
    struct Word {
        std::string_view text;
        double bytes;
    };
    static constexpr std::array kWords{
        Word{"double", 8}, Word{"long", 8},     Word{"int64", 8}, Word{"half", 2}, Word{"bfloat16", 2},
        Word{"Half", 2},   Word{"BFloat16", 2}, Word{"short", 2}, Word{"char", 1}, Word{"bool", 1},
        Word{"Float8", 1}, Word{"float", 4},    Word{"int", 4}};
    for (const auto& word : kWords)
        if (type.find(word.text) != std::string_view::npos) return word.bytes;
    return 4;
}

bool is_shape(const Json& value) {
    return value.is_array() && !value.empty() &&
           std::ranges::all_of(value, [](const Json& d) { return d.is_number_integer(); });
}

std::vector<std::int64_t> shape_of(const Json& value) {
    std::vector<std::int64_t> shape;
    for (const auto& dimension : value) shape.push_back(dimension.get<std::int64_t>());
    return shape;
}

/// All arguments by position; lists of tensors add theirs in a row. Those without sizes are empty.
std::vector<Argument> arguments_of(const RecordedArguments& text) {
    std::vector<Argument> arguments;
    const auto dims = Json::parse(text.dims, nullptr, false), types = Json::parse(text.types, nullptr, false);
    if (!dims.is_array()) return arguments;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        const double bytes = types.is_array() && i < types.size() && types[i].is_string()
                                 ? type_bytes(types[i].get_ref<const std::string&>())
                                 : 4;
        const auto add = [&](const Json& value) {
            auto& argument = arguments.emplace_back();
            if (!is_shape(value)) return;
            argument.shape = shape_of(value);
            argument.bytes = elements_of(argument.shape) * bytes;
        };
        const auto& value = dims[i];
        if (value.is_array() && !value.empty() && value.front().is_array())
            for (const auto& item : value) add(item);
        else
            add(value);
    }
    return arguments;
}

std::optional<GemmDims> product_of(std::string_view name, const std::vector<Argument>& a) {
    const std::size_t first = name == "aten::mm" || name == "aten::bmm"          ? 0
                              : name == "aten::addmm" || name == "aten::baddbmm" ? 1
                                                                                 : 99;
    if (a.size() < first + 2) return std::nullopt;
    const auto &left = a[first].shape, &right = a[first + 1].shape;
    const auto rank = left.size();
    if (rank != right.size() || rank < 2 || rank > 3 || left[rank - 1] != right[rank - 2])
        return std::nullopt;
    for (const auto* shape : {&left, &right})
        for (const auto size : *shape)
            if (size < 1 || size > 1'000'000'000'000) return std::nullopt;
    return GemmDims{
        .batch = rank == 3 ? left[0] : 1, .m = left[rank - 2], .n = right[rank - 1], .k = left[rank - 1]};
}

bool contains_any(std::string_view name, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](auto word) { return name.find(word) != std::string_view::npos; });
}

/// Bytes read and written by a call that touches each element of its arguments once.
bool count_bytes(Operator& op, std::string_view name, const std::vector<Argument>& arguments) {
    if (!name.starts_with("aten::") ||
        contains_any(name, {"index", "gather", "embedding", "scatter", "sort", "unique", "nonzero", "masked",
                            "_foreach", "conv", "topk", "repeat", "expand", "linear", "matmul"}))
        return false;
    double all = 0, largest = 0, elements = 0;
    for (const auto& argument : arguments) {
        all += argument.bytes;
        largest = std::max(largest, argument.bytes);
        elements = std::max(elements, argument.shape.empty() ? 0 : elements_of(argument.shape));
    }
    if (all <= 0) return false;
    const bool whole_list = name == "aten::cat" || name == "aten::stack";
    const bool shrinks =
        contains_any(name, {"::sum", "::mean", "::norm", "::amax", "::amin", "::any", "::all", "loss"}) &&
        !contains_any(name, {"backward"});
    const bool fills = contains_any(name, {"::fill_", "::zero_", "::random_", "::uniform_", "::normal_"});
    const bool copies = name == "aten::copy_";  // its first argument is the target
    op.read_bytes = fills ? 0 : copies ? std::max(0.0, all - arguments.front().bytes) : all;
    op.write_bytes = shrinks ? 0 : whole_list ? all : copies ? arguments.front().bytes : largest;
    op.other_ops = std::max(1.0, elements);
    return true;
}

OpKind kind_of(WorkClass kernel) {
    switch (kernel) {
        case WorkClass::norm:
            return OpKind::norm;
        case WorkClass::copy:
            return OpKind::data_movement;
        case WorkClass::optimizer:
            return OpKind::optimizer;
        case WorkClass::embedding:
            return OpKind::embedding;
        default:
            return OpKind::elementwise;
    }
}

std::string_view comm_word(WorkClass kind) {
    static constexpr std::array<std::string_view, 6> kWords{"all_reduce", "all_gather", "reduce_scatter",
                                                            "all_to_all", "broadcast",  "send_recv"};
    return kWords.at(static_cast<std::size_t>(kind) - static_cast<std::size_t>(WorkClass::all_reduce));
}

}  // namespace

std::optional<Operator> recorded_operator(std::string_view name, const RecordedArguments& text,
                                          WorkClass kernel) {
    const auto arguments = arguments_of(text);
    Operator op{.name = std::string(name), .type = std::string(name), .provenance = Provenance::declared};
    double bytes = 0;
    for (const auto& argument : arguments) bytes += argument.bytes;
    constexpr double kMostBytes = 4e12;  // no device holds more: the file is damaged
    if (bytes > kMostBytes) return std::nullopt;
    if (const auto collective = work_class_of_collective(name); is_collective(collective)) {
        if (bytes <= 0) return std::nullopt;
        op.kind = OpKind::collective;
        op.dims = CommDims{.kind = std::string(comm_word(collective)), .bytes = bytes};
        return op;
    }
    if (const auto product = product_of(name, arguments)) {
        op.kind = OpKind::gemm;
        op.dims = *product;
        op.macs = macs_of(*product);
        op.read_bytes = bytes;
        return op;
    }
    if (!count_bytes(op, name, arguments)) return std::nullopt;
    op.kind = kind_of(kernel);
    return op;
}

}  // namespace waferscope::core
