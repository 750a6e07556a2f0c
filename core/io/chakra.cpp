// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/chakra.hpp"

#include "core/io/name_pool.hpp"
#include "core/io/onnx_wire.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <limits>

namespace waferscope::core {
namespace {

using Type = WireCursor::Type;
constexpr std::size_t kSample = 10'000;  ///< nodes after which the rest is estimated
constexpr std::size_t kMaxNodes = 100'000'000;
constexpr std::size_t kMaxEdges = std::numeric_limits<std::uint32_t>::max();

/// Field numbers of AttributeProto's values.
enum Attribute : std::uint32_t {
    kName = 1,
    kInt32 = 7,
    kInt64 = 9,
    kUint32 = 11,
    kUint64 = 13,
    kSint32 = 15,
    kSint64 = 17,
    kBool = 27,
    kText = 29
};

struct Value {
    std::string_view name, text;
    std::int64_t number = 0;
};

/// One attribute in any of the integer forms; false at damage.
bool read_attribute(std::string_view message, Value& value) {
    WireCursor cursor(message);
    while (cursor.next()) {
        const auto field = cursor.field();
        if (cursor.is(kName, Type::bytes)) value.name = cursor.bytes();
        if (cursor.is(kText, Type::bytes)) value.text = cursor.bytes();
        if (cursor.type() != Type::varint) continue;
        if (field == kInt32 || field == kInt64 || field == kUint32 || field == kUint64 || field == kBool)
            value.number = cursor.integer();
        if (field == kSint32 || field == kSint64) {
            const auto folded = static_cast<std::uint64_t>(cursor.integer());
            value.number = static_cast<std::int64_t>((folded >> 1U) ^ (~(folded & 1U) + 1U));
        }
    }
    return !cursor.failed();
}

void apply(const Value& value, ExecNode& node) {
    const auto positive = std::max<std::int64_t>(0, value.number);
    if (value.name == "is_cpu_op") node.cpu = value.number != 0;
    if (value.name == "comm_type")
        node.comm_type =
            value.number >= 0 && value.number < 100 ? static_cast<std::int8_t>(value.number) : kNoCollective;
    if (value.name == "comm_size") node.comm_bytes = positive;
    if (value.name == "num_ops") node.other_ops = static_cast<double>(positive);
}

bool read_edges(const WireCursor& cursor, ExecEdges& edges) {
    if (cursor.type() != Type::bytes)
        return for_each_varint(
            cursor, [&](std::int64_t id) { edges.target.push_back(static_cast<std::uint64_t>(id)); });
    // A dense trace is nearly all edges: count them first (each ends in a byte below 0x80), then write in
    // place.
    const auto packed = cursor.bytes();
    const auto count =
        std::ranges::count_if(packed, [](char byte) { return static_cast<unsigned char>(byte) < 0x80U; });
    const auto before = edges.target.size();
    edges.target.resize(before + static_cast<std::size_t>(count));
    const char* at = packed.data();
    const char* const end = at + packed.size();
    for (auto* to = edges.target.data() + before; at != end; ++to) {
        std::uint64_t id = 0;
        unsigned shift = 0;
        for (; at != end && static_cast<unsigned char>(*at) >= 0x80U && shift < 63; ++at, shift += 7)
            id |= static_cast<std::uint64_t>(*at & 0x7F) << shift;
        if (at == end || static_cast<unsigned char>(*at) >= 0x80U) return false;
        *to = id | static_cast<std::uint64_t>(*at++) << shift;
    }
    return true;
}

class Reader {
public:
    explicit Reader(ExecTrace& trace) : trace_(trace) {}

    bool metadata(std::string_view message) {
        WireCursor cursor(message);
        while (cursor.next()) {
            if (cursor.is(1, Type::bytes)) trace_.schema = cursor.bytes();
            Value value;
            if (cursor.is(2, Type::bytes) && !read_attribute(cursor.bytes(), value)) return false;
            if (value.name == "schema") trace_.schema = value.text;
        }
        return !cursor.failed();
    }

    bool node(std::string_view message) {
        ExecNode node{.type = ExecType::invalid};
        std::string_view name;
        WireCursor cursor(message);
        while (cursor.next()) {
            switch (cursor.field()) {
                case 1:
                    node.id = static_cast<std::uint64_t>(cursor.integer());
                    break;
                case 2:
                    if (cursor.type() == Type::bytes) name = cursor.bytes();
                    break;
                case 3:
                    node.type = cursor.integer() >= 0 && cursor.integer() < kExecTypes
                                    ? static_cast<ExecType>(cursor.integer())
                                    : ExecType::invalid;
                    break;
                case 4:
                    if (!read_edges(cursor, trace_.control)) return false;
                    break;
                case 5:
                    if (!read_edges(cursor, trace_.data)) return false;
                    break;
                case 6:
                    node.start_us = static_cast<std::uint64_t>(cursor.integer());
                    break;
                case 7:
                    node.duration_us = static_cast<std::uint64_t>(cursor.integer());
                    break;
                case 10: {
                    Value value;
                    if (cursor.type() != Type::bytes || !read_attribute(cursor.bytes(), value)) return false;
                    apply(value, node);
                    break;
                }
                default:
                    break;
            }
        }
        if (cursor.failed()) return false;
        node.name = names_.number(name);
        trace_.nodes.push_back(node);
        trace_.control.first.push_back(static_cast<std::uint32_t>(trace_.control.target.size()));
        trace_.data.first.push_back(static_cast<std::uint32_t>(trace_.data.target.size()));
        return true;
    }

    void finish() { trace_.names = names_.take(); }

private:
    ExecTrace& trace_;
    NamePool names_;
};

/// The next message of the stream; false when its length is damaged or runs past the end.
bool next_message(const char*& at, const char* end, std::string_view& message) {
    std::uint64_t length = 0;
    if (!read_packed_varint(at, end, length) || length > static_cast<std::uint64_t>(end - at)) return false;
    message = {at, static_cast<std::size_t>(length)};
    at += length;
    return true;
}

/// Room for the whole trace, judged by its first part: growing by doubling would copy hundreds of megabytes.
/// Never more than four times the file for each list: a misleading beginning must not ask for all memory.
void reserve_by_sample(ExecTrace& trace, std::size_t seen, std::size_t total) {
    const double factor = 1.1 * static_cast<double>(total) / static_cast<double>(seen);
    const auto estimate = [&](std::size_t have, std::size_t bytes_each) {
        return std::max(have, std::min(4 * total / bytes_each,
                                       static_cast<std::size_t>(factor * static_cast<double>(have))));
    };
    const auto nodes = estimate(trace.nodes.size(), sizeof(ExecNode));
    trace.nodes.reserve(nodes);
    for (auto* edges : {&trace.control, &trace.data}) {
        edges->first.reserve(nodes + 1);
        edges->target.reserve(estimate(edges->target.size(), sizeof(std::uint64_t)));
    }
}

// Writing

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
    out += static_cast<char>(value);
}
void put_number(std::string& out, std::uint32_t field, std::uint64_t value) {
    put_varint(out, field << 3U), put_varint(out, value);
}
void put_bytes(std::string& out, std::uint32_t field, std::string_view bytes) {
    put_varint(out, field << 3U | 2U);
    put_varint(out, bytes.size());
    out += bytes;
}
void put_message(std::string& out, std::string_view message) {
    put_varint(out, message.size()), out += message;
}

void put_attribute(std::string& out, std::string_view name, Attribute form, std::int64_t value) {
    std::string attribute;
    put_bytes(attribute, kName, name);
    put_number(attribute, form, static_cast<std::uint64_t>(value));
    put_bytes(out, 10, attribute);
}

void put_edges(std::string& out, std::uint32_t field, const ExecEdges& edges, std::size_t node) {
    std::string packed;
    for (auto e = edges.first[node]; e < edges.first[node + 1]; ++e) put_varint(packed, edges.target[e]);
    if (!packed.empty()) put_bytes(out, field, packed);
}

}  // namespace

bool looks_like_chakra(std::string_view bytes) {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    std::string_view message;
    ExecTrace trace;
    if (!next_message(at, end, message) || message.empty()) return false;
    WireCursor metadata(message);
    while (metadata.next())
        if (metadata.field() > 2 || metadata.type() != Type::bytes) return false;
    if (metadata.failed()) return false;
    if (at == end) return true;
    if (!next_message(at, end, message) || message.empty()) return false;
    WireCursor node(message);
    while (node.next())
        if (node.field() > 10) return false;
    return !node.failed();
}

Result<ExecTrace> read_chakra(std::string_view bytes, const std::string& file) {
    ExecTrace trace;
    trace.file = file;
    trace.format = "chakra";
    Reader reader(trace);
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    const auto damaged = [&](const char* place, ErrorCode code, std::string message) {
        return fail(code, std::move(message), fmt::format("{}:byte {}", file, place - bytes.data()),
                    "copy or record the trace again. Nothing was loaded.");
    };
    for (bool first = true; at != end; first = false) {
        const char* const place = at;
        std::string_view message;
        if (!next_message(at, end, message))
            return damaged(place, ErrorCode::file_cut,
                           fmt::format("{} ends inside node {}.", file, trace.nodes.size() + 1));
        if (first ? !reader.metadata(message) : !reader.node(message))
            return damaged(place, ErrorCode::format,
                           first ? std::string("The metadata is damaged.")
                                 : fmt::format("Node {} is damaged.", trace.nodes.size() + 1));
        if (trace.nodes.size() == kSample)
            reserve_by_sample(trace, static_cast<std::size_t>(at - bytes.data()), bytes.size());
        if (trace.nodes.size() > kMaxNodes || trace.edges() > kMaxEdges)
            return damaged(
                place, ErrorCode::memory,
                fmt::format("The trace has more than {} nodes or {} edges.", kMaxNodes, kMaxEdges));
    }
    reader.finish();
    return trace;
}

std::string chakra_bytes(const ExecTrace& trace) {
    std::string out, message;
    put_bytes(message, 1, trace.schema.empty() ? "0.0.4" : trace.schema);
    put_message(out, message);
    for (std::size_t i = 0; i < trace.nodes.size(); ++i) {
        const auto& node = trace.nodes[i];
        message.clear();
        if (node.id != 0) put_number(message, 1, node.id);
        put_bytes(message, 2, trace.names[node.name]);
        put_number(message, 3, static_cast<std::uint64_t>(node.type));
        put_edges(message, 4, trace.control, i);
        put_edges(message, 5, trace.data, i);
        if (node.start_us != 0) put_number(message, 6, node.start_us);
        if (node.duration_us != 0) put_number(message, 7, node.duration_us);
        put_attribute(message, "is_cpu_op", kBool, node.cpu ? 1 : 0);
        if (node.comm_type != kNoCollective) put_attribute(message, "comm_type", kInt64, node.comm_type);
        if (node.comm_bytes != 0) put_attribute(message, "comm_size", kInt64, node.comm_bytes);
        if (node.other_ops > 0 || node.macs > 0)
            put_attribute(message, "num_ops", kInt64,
                          static_cast<std::int64_t>(node.other_ops + 2 * node.macs));
        put_message(out, message);
    }
    return out;
}

}  // namespace waferscope::core
