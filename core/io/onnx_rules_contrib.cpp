// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

namespace waferscope::core::rules {
namespace {

std::int64_t sum(std::int64_t a, std::int64_t b) {
    return a < 0 || b < 0 ? kUnknownDim : a + b;
}
std::int64_t quotient(std::int64_t a, std::int64_t b) {
    return a < 0 || b <= 0 ? kUnknownDim : a / b;
}
std::int64_t product(std::int64_t a, std::int64_t b) {
    return a < 0 || b < 0 ? kUnknownDim : Dims{a, b}.elements();
}

}  // namespace

void attention(ShapeContext& c) {
    const Dims in = c.dims(0), weights = c.dims(1), past = c.dims(4);
    const auto sizes = c.list("qkv_hidden_sizes");
    const auto heads = c.integer("num_heads", 0);
    const auto width = sizes.size() == 3 ? sizes[2] : quotient(weights.at(1), 3);
    c.set(0, c.type(0), {in.at(0), in.at(1), width});
    const auto total = c.has(4) ? sum(past.at(3), in.at(1)) : in.at(1);
    c.set(1, c.type(0), {2, in.at(0), heads, total, quotient(width, heads)});
}

void multi_head_attention(ShapeContext& c) {
    const Dims q = c.dims(0), k = c.dims(1), v = c.dims(2), past = c.dims(6);
    const auto heads = c.integer("num_heads", 0);
    const auto hidden = q.rank() == 5 ? product(q[2], q[4]) : q.at(2);  // packed: [B, S, heads, 3, size]
    auto value_width = v.rank() == 4 ? product(v[1], v[3]) : v.rank() == 3 ? v[2] : hidden;
    if (k.rank() == 5) value_width = product(k[2], k[4]);  // packed keys and values
    c.set(0, c.type(0), {q.at(0), q.at(1), value_width});
    auto keys = k.rank() == 4 ? k[2] : k.ranked() ? k.at(1) : q.at(1);
    if (past.rank() == 4 && k.rank() != 4) keys = sum(past[2], keys);
    c.set(1, c.type(0), {q.at(0), heads, keys, quotient(hidden, heads)});
    c.set(2, c.type(0), {q.at(0), heads, keys, quotient(value_width, heads)});
}

void group_query_attention(ShapeContext& c) {
    const Dims q = c.dims(0), past = c.dims(3);
    const auto heads = c.integer("num_heads", 0), kv_heads = c.integer("kv_num_heads", heads);
    const bool packed = !c.has(1);
    const auto size = packed ? quotient(q.at(2), heads + 2 * kv_heads) : quotient(q.at(2), heads);
    c.set(0, c.type(0), {q.at(0), q.at(1), product(size, heads)});
    const Dims present{q.at(0), kv_heads, past.rank() == 4 ? sum(past[2], q.at(1)) : q.at(1), size};
    c.set(1, c.type(0), present);
    c.set(2, c.type(0), present);
}

void onnx_attention(ShapeContext& c) {
    const Dims q = c.dims(0), k = c.dims(1), v = c.dims(2), past = c.dims(4);
    const bool flat = q.rank() == 3;
    const auto heads = flat ? c.integer("q_num_heads", 0) : q.at(1);
    const auto kv_heads = flat ? c.integer("kv_num_heads", heads) : k.at(1);
    const auto value_size = flat ? quotient(v.at(2), kv_heads) : v.at(3);
    const auto key_size = flat ? quotient(k.at(2), kv_heads) : k.at(3);
    const auto queries = flat ? q.at(1) : q.at(2);
    auto keys = flat ? k.at(1) : k.at(2);
    if (past.rank() == 4) keys = sum(past[2], keys);
    c.set(0, c.type(0),
          flat ? Dims{q.at(0), queries, product(value_size, heads)}
               : Dims{q.at(0), heads, queries, value_size});
    c.set(1, c.type(1), {q.at(0), kv_heads, keys, key_size});
    c.set(2, c.type(2), {q.at(0), kv_heads, keys, value_size});
    c.set(3, c.type(0), {q.at(0), heads, queries, keys});
}

void skip_layer_normalization(ShapeContext& c) {
    Dims statistics = c.dims(0);
    c.set(0, c.type(0), statistics);
    c.set(3, c.type(0), statistics);
    if (statistics.rank() > 0) statistics[statistics.rank() - 1] = 1;
    c.set(1, c.type(0), statistics);
    c.set(2, c.type(0), statistics);
}

void embed_layer_normalization(ShapeContext& c) {
    constexpr std::int32_t kInt32 = 6;
    const Dims ids = c.dims(0);
    const Dims out{ids.at(0), ids.at(1), c.dims(2).at(1)};
    c.set(0, c.type(2), out);
    c.set(1, kInt32, {ids.at(0)});
    c.set(2, c.type(2), out);
}

void fused_matmul(ShapeContext& c) {
    const auto turned = [&](int input, std::string_view attribute) {
        Dims d = c.dims(input);
        if (d.rank() >= 2 && c.integer(attribute, 0) != 0) std::swap(d[d.rank() - 1], d[d.rank() - 2]);
        return d;
    };
    const Dims a = turned(0, "transA"), b = turned(1, "transB");
    if (a.rank() < 2 || b.rank() < 2) return c.set(0, c.type(0), {});
    Dims out = broadcast(Dims(a.span().first(static_cast<std::size_t>(a.rank() - 2))),
                         Dims(b.span().first(static_cast<std::size_t>(b.rank() - 2))));
    out.push(a.at(-2));
    out.push(b.at(-1));
    c.set(0, c.type(0), out);
}

void matmul_nbits(ShapeContext& c) {
    Dims out = c.dims(0);
    if (out.rank() > 0) out[out.rank() - 1] = c.integer("N", kUnknownDim);
    c.set(0, c.type(0), out);
}

}  // namespace waferscope::core::rules
