// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/pytorch_et.hpp"

#include "core/io/json_events.hpp"
#include "core/io/name_pool.hpp"
#include "core/io/pytorch_et_cost.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

namespace waferscope::core {
namespace {

using Json = nlohmann::json;

const Json& at(const Json& object, const char* key) {
    static const Json kNothing;
    const auto found = object.find(key);
    return found == object.end() ? kNothing : *found;
}

std::uint64_t whole(const Json& value) {
    return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0;
}

/// An argument list in either spelling: {values, shapes, types} or three lists side by side.
struct Arguments {
    const Json &values, &shapes, &types;
};
Arguments arguments(const Json& node, const char* list, const char* shapes, const char* types) {
    const auto& field = at(node, list);
    if (field.is_object()) return {at(field, "values"), at(field, "shapes"), at(field, "types")};
    return {field, at(node, shapes), at(node, types)};
}

Shapes shapes_of(const Json& list) {
    Shapes shapes;
    if (!list.is_array()) return shapes;
    for (const auto& item : list) {
        auto& shape = shapes.emplace_back();
        if (!item.is_array()) continue;
        for (const auto& dimension : item)
            if (dimension.is_number_integer()) shape.push_back(dimension.get<std::int64_t>());
    }
    return shapes;
}

/// Calls `visit(tensor id, bytes)` for each tensor of a list, nested lists of tensors included.
template <class Visit>
void for_each_tensor(const Json& values, const Json& types, const Visit& visit) {
    if (!values.is_array() || !types.is_array()) return;
    const auto one = [&](const Json& value) {
        if (value.is_array() && value.size() >= 6 && value[0].is_number_unsigned() &&
            value[3].is_number_unsigned() && value[4].is_number_unsigned())
            visit(whole(value[0]),
                  static_cast<double>(whole(value[3])) * static_cast<double>(whole(value[4])));
    };
    for (std::size_t i = 0; i < std::min(values.size(), types.size()); ++i) {
        if (!types[i].is_string()) continue;
        const auto& type = types[i].get_ref<const std::string&>();
        if (type.starts_with("Tensor(")) one(values[i]);
        if (type.starts_with("GenericList[Tensor") && values[i].is_array())
            for (const auto& item : values[i]) one(item);
    }
}

struct Collective {
    std::string_view word;
    std::int8_t type;
};
/// Words in the names of collectives and Chakra's number of each; the more telling stand first.
constexpr std::array kCollectives{
    Collective{"allreduce", 0},     Collective{"all_reduce", 0}, Collective{"reduce_scatter", 7},
    Collective{"reducescatter", 7}, Collective{"allgather", 2},  Collective{"all_gather", 2},
    Collective{"alltoall", 6},      Collective{"all_to_all", 6}, Collective{"broadcast", 5},
    Collective{"barrier", 9},       Collective{"gather", 3},     Collective{"scatter", 4},
    Collective{"reduce", 1}};

class Reader {
public:
    Reader(TextStream& stream, ExecTrace& trace) : events_(stream, "nodes"), stream_(stream), trace_(trace) {}

    Result<void> read() {
        if (const auto found = events_.find_array(); !found) return found;
        for (;;) {
            const auto window = events_.next();
            if (!window) return tl::unexpected(window.error());
            if (window->empty()) break;
            const auto first = window->find_first_not_of(", \t\r\n");
            if (first == std::string_view::npos) continue;
            const auto nodes = Json::parse('[' + std::string(window->substr(first)) + ']', nullptr, false);
            if (!nodes.is_array()) return damaged();
            for (const auto& node : nodes)
                if (!add(node)) return damaged();
        }
        if (trace_.nodes.empty())
            return fail(ErrorCode::format, "The trace has no nodes.", stream_.name(),
                        "was the observer running?");
        if (events_.cut())
            trace_.warnings.push_back(
                fmt::format("{} ends in the middle of node {}; what came after is missing.", stream_.name(),
                            trace_.nodes.size() + 1));
        finish();
        return {};
    }

private:
    tl::unexpected<Error> damaged() const {
        return fail(ErrorCode::format, fmt::format("A node behind node {} is damaged.", trace_.nodes.size()),
                    fmt::format("{}:byte {}", stream_.name(), events_.offset()),
                    "copy or record the trace again. Nothing was loaded.");
    }

    bool add(const Json& json) {
        if (!json.is_object() || !at(json, "name").is_string() || !at(json, "id").is_number_unsigned())
            return false;
        const auto& name = at(json, "name").get_ref<const std::string&>();
        ExecNode node{.id = whole(at(json, "id")), .name = names_.number(name), .type = ExecType::comp};
        const auto inputs = arguments(json, "inputs", "input_shapes", "input_types"),
                   outputs = arguments(json, "outputs", "output_shapes", "output_types");
        classify(node, name, inputs);
        if (name.find("Backward") != std::string::npos || name.find("backward") != std::string::npos)
            node.pass = Pass::backward;
        if (name.starts_with("Optimizer.") || name.find("_foreach_") != std::string::npos)
            node.pass = Pass::optimizer;
        const auto output_shapes = shapes_of(outputs.shapes);
        node.macs = aten_macs(name, shapes_of(inputs.shapes), output_shapes);
        if (node.macs == 0 && node.type == ExecType::comp)
            for (const auto& shape : output_shapes) node.other_ops += shape.empty() ? 0 : elements_of(shape);
        const auto& new_parent = at(json, "ctrl_deps");
        add_edges(new_parent.is_number_unsigned() ? whole(new_parent) : whole(at(json, "parent")), node.id,
                  inputs);
        for_each_tensor(outputs.values, outputs.types,
                        [&](std::uint64_t tensor, double) { producer_[tensor] = node.id; });
        trace_.nodes.push_back(node);
        return true;
    }

    void classify(ExecNode& node, std::string_view name, const Arguments& inputs) {
        if (name.starts_with("[pytorch|")) {
            node.type = ExecType::metadata;
            node.cpu = true;
        }
        const bool nccl = name.starts_with("nccl:") || name.starts_with("c10d::") ||
                          name.find("ncclKernel") != std::string_view::npos ||
                          name.find("ncclDevKernel") != std::string_view::npos;
        if (!nccl) return;
        const auto found = std::ranges::find_if(
            kCollectives, [&](const auto& c) { return name.find(c.word) != std::string_view::npos; });
        node.type = found != kCollectives.end()                   ? ExecType::coll
                    : name.find("recv") != std::string_view::npos ? ExecType::recv
                                                                  : ExecType::send;
        if (found != kCollectives.end()) node.comm_type = found->type;
        double bytes = 0;
        for_each_tensor(inputs.values, inputs.types, [&](std::uint64_t, double size) { bytes += size; });
        node.comm_bytes = static_cast<std::int64_t>(std::min(bytes, 1e18));
    }

    void add_edges(std::uint64_t parent, std::uint64_t self, const Arguments& inputs) {
        if (parent != self && parent != 0) {
            trace_.control.target.push_back(parent);
            parents_.insert(parent);
        }
        const auto begin = static_cast<std::ptrdiff_t>(trace_.data.target.size());
        auto& edges = trace_.data.target;
        for_each_tensor(inputs.values, inputs.types, [&](std::uint64_t tensor, double) {
            const auto from = producer_.find(tensor);
            if (from != producer_.end() && from->second != self &&
                std::find(edges.begin() + begin, edges.end(), from->second) == edges.end())
                edges.push_back(from->second);
        });
        trace_.control.first.push_back(static_cast<std::uint32_t>(trace_.control.target.size()));
        trace_.data.first.push_back(static_cast<std::uint32_t>(edges.size()));
    }

    void finish() {
        count_once();
        trace_.names = names_.take();
        const auto rest = Json::parse(events_.rest(), nullptr, false);
        if (rest.is_object() && at(rest, "schema").is_string())
            trace_.schema = at(rest, "schema").get<std::string>();
    }

    /// Work is counted at the innermost node that knows its size: an outer one counts when nothing inside
    /// does.
    void count_once() {
        std::unordered_set<std::uint64_t> counted_inside;
        for (std::size_t i = trace_.nodes.size(); i-- > 0;) {
            auto& node = trace_.nodes[i];
            const bool inside = counted_inside.contains(node.id), outer = parents_.contains(node.id);
            if (inside) node.macs = 0;
            node.leaf = !outer || node.macs > 0;
            const bool sends =
                node.type == ExecType::coll || node.type == ExecType::send || node.type == ExecType::recv;
            if (outer && sends) {
                node.type = ExecType::comp;
                node.comm_type = kNoCollective;
                node.comm_bytes = 0;
            }
            const auto edge = trace_.control.first[i];
            if ((inside || node.macs > 0) && edge < trace_.control.first[i + 1])
                counted_inside.insert(trace_.control.target[edge]);
        }
    }

    JsonEvents events_;
    TextStream& stream_;
    ExecTrace& trace_;
    NamePool names_;
    std::unordered_map<std::uint64_t, std::uint64_t> producer_;  ///< tensor -> node that wrote it last
    std::unordered_set<std::uint64_t> parents_;
};

}  // namespace

bool looks_like_pytorch_et(std::string_view head) {
    const auto first = head.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (first == std::string_view::npos || head[first] != '{') return false;
    return head.find("\"nodes\"") != std::string_view::npos &&
           head.find("[pytorch|") != std::string_view::npos &&
           head.find("\"traceEvents\"") == std::string_view::npos;
}

Result<ExecTrace> read_pytorch_et(TextStream& stream) {
    ExecTrace trace;
    trace.file = stream.name();
    trace.format = "pytorch_et";
    Reader reader(stream, trace);
    if (const auto read = reader.read(); !read) return tl::unexpected(read.error());
    return trace;
}

}  // namespace waferscope::core
