// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kgraph.hpp"

#include "core/io/line_cursor.hpp"
#include "core/io/text_file.hpp"

#include <fmt/format.h>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace waferscope::core {
namespace {

constexpr std::size_t kMostNodes = 5'000, kMostEdges = 200'000;
constexpr std::int64_t kMostArgument = 1'000'000;
constexpr std::int64_t kMostSide = 10'000;  ///< tiles: the placer sums two sides in 16 bits
constexpr double kMostWeight = 1e12;

constexpr std::array<std::string_view, kConvArguments> kConvKeys{"H", "W", "C", "K", "R", "S", "T", "U"};
constexpr std::array<std::string_view, kBlockArguments> kBlockKeys{"H", "W", "F"};

std::span<const std::string_view> argument_keys(ContestKind kind) {
    if (kind == ContestKind::conv) return kConvKeys;
    return kBlockKeys;
}

std::optional<ContestKind> kind_of(std::string_view word) {
    for (const auto kind : {ContestKind::input, ContestKind::output, ContestKind::conv, ContestKind::dblock,
                            ContestKind::cblock})
        if (word == contest_kind_name(kind)) return kind;
    return std::nullopt;
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

class Reader {
public:
    Reader(std::string_view text, const std::string& file) : text_(without_mark(text)) {
        graph_.source = file;
    }

    Result<ContestGraph> read() {
        while (!text_.empty()) {
            ++line_;
            read_line(next_line(text_));
            if (error_) return tl::unexpected(*error_);
        }
        finish();
        if (error_) return tl::unexpected(*error_);
        return std::move(graph_);
    }

private:
    void refuse(ErrorCode code, std::string message, std::string hint = {}, int line = 0) {
        if (error_) return;
        error_ = Error{code, std::move(message), fmt::format("{}:{}", graph_.source, line > 0 ? line : line_),
                       std::move(hint)};
    }

    void read_line(std::string_view line) {
        // A comment may begin and end on one line and hold header entries.
        while (!error_) {
            if (in_comment_) {
                const auto end = line.find("*)");
                read_header(line.substr(0, end));
                if (end == std::string_view::npos) return;
                in_comment_ = false;
                line.remove_prefix(end + 2);
            }
            const auto begin = line.find("(*");
            read_statement(line.substr(0, begin));
            if (begin == std::string_view::npos) return;
            in_comment_ = true;
            comment_line_ = line_;
            line.remove_prefix(begin + 2);
        }
    }

    void read_header(std::string_view line) {
        LineCursor cursor(line);
        const auto key = cursor.take_word();
        if (key.empty() || !cursor.take("=")) return;  // prose
        const auto value = cursor.take_word();
        if (key == "test") {
            graph_.test = value;
        } else if (key == "width" || key == "height") {
            const auto side = header_number(key, value, 1, static_cast<double>(kMostSide));
            if (side != std::floor(side)) refuse(ErrorCode::range, fmt::format("{} is not an integer.", key));
            (key == "width" ? graph_.fabric.columns : graph_.fabric.rows) = static_cast<int>(side);
        } else if (key == "wdeltat") {
            graph_.weight_time = header_number(key, value, 0, kMostWeight);
        } else if (key == "wlength") {
            graph_.weight_length = header_number(key, value, 0, kMostWeight);
        } else if (key == "wadapter") {
            graph_.weight_adapter = header_number(key, value, 0, kMostWeight);
        } else if (key == "memlimit") {
            graph_.memory_limit = header_number(key, value, 1, kMostWeight);
        } else {
            refuse(ErrorCode::key, fmt::format("The header key {} is unknown.", key),
                   "known: test, width, height, wdeltat, wlength, wadapter, memlimit");
        }
        if (!header_keys_.insert(std::string(key)).second)
            refuse(ErrorCode::format, fmt::format("The header gives {} twice.", key));
    }

    double header_number(std::string_view key, std::string_view text, double least, double most) {
        double value = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (code != std::errc() || end != text.data() + text.size()) {
            refuse(ErrorCode::format, fmt::format("The header's {} is not a number.", key));
            return least;
        }
        if (!(value >= least && value <= most)) {
            refuse(ErrorCode::range,
                   fmt::format("The header's {} is {}; it may be {} to {}.", key, value, least, most));
            return least;
        }
        return value;
    }

    void read_statement(std::string_view line) {
        LineCursor cursor(line);
        if (cursor.at_end()) return;
        const auto first = read_reference(cursor);
        if (error_) return;
        if (line.find("->") != std::string_view::npos)
            read_edge(first, cursor);
        else
            read_node(first, cursor);
    }

    struct Reference {
        ContestKind kind = ContestKind::conv;
        std::int64_t id = 0;
    };

    /// `conv[ 3]`
    Reference read_reference(LineCursor& cursor) {
        const auto shown = cursor.excerpt();
        const auto kind = kind_of(cursor.take_word());
        if (!kind) {
            refuse(ErrorCode::format, fmt::format("\"{}\" is no node and no edge.", shown),
                   "a node is input, output, conv, dblock or cblock with its id in brackets");
            return {};
        }
        const bool open = cursor.take("[");
        const auto id = cursor.take_integer();
        if (!open || !id || *id < 0 || !cursor.take("]")) {
            refuse(ErrorCode::format, fmt::format("\"{}\" has no id in brackets.", shown),
                   "write for example conv[ 3]");
            return {};
        }
        return {*kind, *id};
    }

    void read_node(const Reference& reference, LineCursor& cursor) {
        if (graph_.nodes.size() >= kMostNodes)
            return refuse(ErrorCode::range, fmt::format("There are more than {} nodes.", kMostNodes));
        ContestNode node{
            .kind = reference.kind, .id = reference.id, .name = fmt::format("k{}", reference.id)};
        node.line = line_;
        if (!index_.emplace(reference.id, graph_.nodes.size()).second)
            return refuse(ErrorCode::format, fmt::format("The id {} is used twice.", reference.id),
                          "ids are unique over all node types");
        while (!error_ && !cursor.at_end()) read_attribute(node, cursor);
        if (error_) return;
        const auto keys = argument_keys(node.kind);
        if (node.is_kernel())
            for (std::size_t i = 0; i < keys.size(); ++i)
                if (node.given.at(i) == 0)
                    return refuse(ErrorCode::format, fmt::format("{} has no {}=.", node.name, keys[i]));
        graph_.nodes.push_back(std::move(node));
    }

    void read_attribute(ContestNode& node, LineCursor& cursor) {
        const auto shown = cursor.excerpt();
        const auto key = cursor.take_word();
        if (key.empty() || !cursor.take("="))
            return refuse(ErrorCode::format, fmt::format("\"{}\" is no attribute.", shown),
                          "write key=value");
        if (key == "name") {
            std::optional<std::string_view> name;
            if (cursor.take("'")) name = cursor.take_until('\'');
            if (!name || name->empty())
                return refuse(ErrorCode::format, "A name is not closed.", "write name='k1'");
            if (LineCursor word(*name); word.take_word() != *name)
                return refuse(ErrorCode::format, "A name holds other signs than letters, digits and _.");
            node.name = *name;
            return;
        }
        if (cursor.take("[")) {  // n=[a b c] of inputs and outputs: the shape also stands on the edges
            if (!cursor.take_until(']')) refuse(ErrorCode::format, "A [ is not closed.");
            return;
        }
        const auto value = cursor.take_integer();
        if (!value) return refuse(ErrorCode::format, fmt::format("{}= is not an integer.", key));
        if (*value < 1 || *value > kMostArgument)
            return refuse(ErrorCode::range, fmt::format("{}={} may be 1 to {}.", key, *value, kMostArgument));
        if (!node.is_kernel()) return;
        const auto keys = argument_keys(node.kind);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (key.size() != 1 || upper(key.front()) != keys[i].front()) continue;
            if (node.given.at(i) != 0)
                return refuse(ErrorCode::format, fmt::format("{} gives {} twice.", node.name, keys[i]));
            node.given.at(i) = *value;
            return;
        }
        refuse(ErrorCode::key, fmt::format("A {} has no {}.", contest_kind_name(node.kind), key),
               fmt::format("it has {}", fmt::join(keys, " ")));
    }

    struct PendingEdge {
        Reference from, to;
        ContestEdge edge;
    };

    void read_edge(const Reference& from, LineCursor& cursor) {
        if (pending_.size() >= kMostEdges)
            return refuse(ErrorCode::range, fmt::format("There are more than {} edges.", kMostEdges));
        PendingEdge pending;
        pending.from = from;
        pending.edge.line = line_;
        if (cursor.take(":")) cursor.take_word();
        if (!cursor.take("->"))
            return refuse(ErrorCode::format, fmt::format("Expected -> at \"{}\".", cursor.excerpt()));
        pending.to = read_reference(cursor);
        if (error_) return;
        if (cursor.take(":")) cursor.take_word();
        if (cursor.take(",")) {
            if (!cursor.take("shape") || !cursor.take(":"))
                return refuse(ErrorCode::format, fmt::format("Expected shape: at \"{}\".", cursor.excerpt()));
            while (cursor.take("[")) {
                const auto size = cursor.take_integer();
                if (!size || !cursor.take("]")) return refuse(ErrorCode::format, "A shape is damaged.");
                if (*size < 1 || *size > kMostArgument || pending.edge.shape.size() >= 8)
                    return refuse(ErrorCode::range,
                                  fmt::format("A shape has at most 8 sizes of 1 to {}.", kMostArgument));
                pending.edge.shape.push_back(*size);
            }
        }
        if (!cursor.at_end())
            return refuse(ErrorCode::format, fmt::format("\"{}\" stands after the edge.", cursor.excerpt()));
        pending_.push_back(std::move(pending));
    }

    std::size_t find(const Reference& reference, int line) {
        const auto found = index_.find(reference.id);
        if (found == index_.end()) {
            refuse(ErrorCode::format,
                   fmt::format("There is no node {}[{}].", contest_kind_name(reference.kind), reference.id),
                   "is the file cut?", line);
            return 0;
        }
        const auto& node = graph_.nodes[found->second];
        if (node.kind != reference.kind)
            refuse(ErrorCode::format,
                   fmt::format("Node {} is a {}, not a {}.", reference.id, contest_kind_name(node.kind),
                               contest_kind_name(reference.kind)),
                   {}, line);
        return found->second;
    }

    void finish() {
        if (in_comment_) return refuse(ErrorCode::format, "A (* is not closed by *).", {}, comment_line_);
        for (auto& pending : pending_) {
            pending.edge.from = find(pending.from, pending.edge.line);
            pending.edge.to = find(pending.to, pending.edge.line);
            if (error_) return;
            if (graph_.nodes[pending.edge.from].kind == ContestKind::output ||
                graph_.nodes[pending.edge.to].kind == ContestKind::input)
                return refuse(ErrorCode::format, "An edge leaves an output or enters an input.", {},
                              pending.edge.line);
            graph_.edges.push_back(std::move(pending.edge));
        }
        std::unordered_set<std::string_view> names;
        bool kernels = false;
        for (const auto& node : graph_.nodes) {
            kernels |= node.is_kernel();
            if (!names.insert(node.name).second)
                return refuse(ErrorCode::format, fmt::format("The name {} is used twice.", node.name),
                              "a layout could not tell them apart", node.line);
        }
        for (const auto* key : {"width", "height", "memlimit"})
            if (!header_keys_.contains(key))
                return refuse(ErrorCode::format, fmt::format("The header has no {}=.", key),
                              "the header stands between (* and *)");
        if (!kernels)
            refuse(ErrorCode::format, "The file holds no kernel.", "is it cut, or another kind of file?");
    }

    std::string_view text_;
    ContestGraph graph_;
    int line_ = 0;
    bool in_comment_ = false;
    int comment_line_ = 0;
    std::optional<Error> error_;
    std::unordered_map<std::int64_t, std::size_t> index_;  ///< id -> node
    std::vector<PendingEdge> pending_;
    std::unordered_set<std::string> header_keys_;
};

}  // namespace

Result<ContestGraph> read_kgraph(std::string_view text, const std::string& file) {
    return Reader(text, file).read();
}

Result<ContestGraph> read_kgraph_file(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text) return tl::unexpected(text.error());
    return read_kgraph(*text, path);
}

bool looks_like_kgraph(std::string_view bytes) {
    bytes = without_mark(bytes).substr(0, 1U << 16U);
    const auto first = bytes.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && bytes.substr(first).starts_with("(*") &&
           bytes.find("memlimit") != std::string_view::npos;
}

std::string write_kgraph(const ContestGraph& graph) {
    std::string text = fmt::format(
        "(*\n{}width={}\nheight={}\nwdeltat={}\nwlength={}\nwadapter={}\nmemlimit={}\n*)\n\n"
        "(* Node Definitions *)\n",
        graph.test.empty() ? std::string() : "test=" + graph.test + "\n", graph.fabric.columns,
        graph.fabric.rows, graph.weight_time, graph.weight_length, graph.weight_adapter, graph.memory_limit);
    for (const auto& node : graph.nodes) {
        text += fmt::format("{}[{}]", contest_kind_name(node.kind), node.id);
        if (node.is_kernel()) {
            const auto keys = argument_keys(node.kind);
            const bool block = node.kind != ContestKind::conv;
            for (std::size_t i = 0; i < keys.size(); ++i) {
                const char key = keys[i].front();
                text +=
                    fmt::format(" {}={}", block ? static_cast<char>(key - 'A' + 'a') : key, node.given.at(i));
            }
        }
        text += fmt::format(" name='{}'\n", node.name);
    }
    text += "\n(* Connectivity *)\n";
    for (const auto& edge : graph.edges) {
        const auto& from = graph.nodes[edge.from];
        const auto& to = graph.nodes[edge.to];
        text += fmt::format("{}[{}]:{} -> {}[{}]:{}", contest_kind_name(from.kind), from.id,
                            from.is_kernel() ? "y" : "_", contest_kind_name(to.kind), to.id,
                            to.is_kernel() ? "x" : "_");
        if (!edge.shape.empty()) text += fmt::format(", shape:[{}]", fmt::join(edge.shape, "]["));
        text += '\n';
    }
    return text;
}

}  // namespace waferscope::core
