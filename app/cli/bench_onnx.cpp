// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_onnx.hpp"

#include "core/io/onnx_reader.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace waferscope::app {
namespace {

constexpr int kNodes = 1'000'000;
constexpr std::uint64_t kWeightBytes = 2'400'000'000;
constexpr int kRounds = 3;  ///< the best counts: the first one also fills the page cache

/// Gone when the benchmark is.
struct TemporaryFile {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("waferscope_bench_{}.onnx", getpid());
    TemporaryFile() = default;
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

std::string varint(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80U; value >>= 7U) out += static_cast<char>(value | 0x80U);
    return out + static_cast<char>(value);
}
std::string bytes_field(unsigned number, const std::string& bytes) {
    return varint(number << 3U | 2U) + varint(bytes.size()) + bytes;
}
std::string number_field(unsigned number, std::uint64_t value) {
    return varint(number << 3U) + varint(value);
}

std::string node(const std::string& op, const std::string& a, const std::string& b, const std::string& out) {
    auto body = bytes_field(1, a);
    if (!b.empty()) body += bytes_field(1, b);
    return bytes_field(1, body + bytes_field(2, out) + bytes_field(3, "/layer/" + out) + bytes_field(4, op));
}

/// ValueInfoProto of a float tensor.
std::string value(const std::string& name, std::initializer_list<std::uint64_t> dims) {
    std::string shape;
    for (const auto d : dims) shape += bytes_field(1, number_field(1, d));
    const auto tensor = number_field(1, 1) + bytes_field(2, shape);
    return bytes_field(1, name) + bytes_field(2, bytes_field(1, tensor));
}

/// A stored float tensor up to, but without, its values.
std::string weight(const std::string& name, std::initializer_list<std::uint64_t> dims) {
    std::string body;
    for (const auto d : dims) body += number_field(1, d);
    return body + number_field(2, 1) + bytes_field(8, name);
}

std::string model_head() {
    return number_field(1, 8) + bytes_field(8, number_field(2, 17));
}

/// Blocks of a product and seven element-wise operators with a shortcut, as in a deep residual network.
std::string deep_graph() {
    std::string graph = bytes_field(5, weight("w", {64, 64})) + bytes_field(11, value("x", {8, 64}));
    graph.reserve(std::size_t{100} * kNodes);
    static constexpr std::array kOps{"MatMul", "Add", "Relu", "Mul", "Sigmoid", "Sub", "Tanh", "Add"};
    std::string last = "x", shortcut = "x";
    for (int i = 0; i < kNodes; ++i) {
        const auto* op = kOps.at(static_cast<std::size_t>(i) % kOps.size());
        const auto out = fmt::format("v{}", i);
        const bool unary = *op == 'R' || *op == 'T' || std::string_view(op) == "Sigmoid";
        graph += node(op, last, unary ? "" : *op == 'M' && op[1] == 'a' ? "w" : shortcut, out);
        if (i % 8 == 7) shortcut = out;
        last = out;
    }
    return model_head() + bytes_field(7, graph + bytes_field(12, value(last, {8, 64})));
}

/// Best time to open the file, or the reader's error.
core::Result<double> best_seconds(const std::filesystem::path& path, core::Workload& out) {
    double best = 1e9;
    for (int round = 0; round < kRounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        auto workload = core::read_onnx(path);
        if (!workload) return tl::unexpected(workload.error());
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
        out = std::move(*workload);
    }
    return best;
}

Exit bench_nodes() {
    const TemporaryFile file;
    const auto bytes = deep_graph();
    std::ofstream(file.path, std::ios::binary) << bytes;
    core::Workload workload;
    const auto seconds = best_seconds(file.path, workload);
    if (!seconds) return report(seconds.error());
    fmt::print(
        "{{\"name\":\"io.onnx_million_nodes\",\"value\":{:.3f},\"unit\":\"s\",\"goal\":1,\"nodes\":{},"
        "\"edges\":{},"
        "\"unknown_shapes\":{},\"nodes_per_s\":{:.0f},\"mb_per_s\":{:.0f}}}\n",
        *seconds, workload.nodes_top, workload.edges.size(), workload.unknown_shapes, kNodes / *seconds,
        static_cast<double>(bytes.size()) / *seconds / 1e6);
    return Exit::ok;
}

Exit bench_large_file() {
    const TemporaryFile file;
    const auto side = kWeightBytes / 4 / 1000;
    const auto head = weight("w", {1000, side});
    const auto tensor = head + varint(9U << 3U | 2U) + varint(kWeightBytes);  // raw_data: only its length
    const auto tail = bytes_field(11, value("x", {8, 1000})) + node("MatMul", "x", "w", "y") +
                      bytes_field(12, value("y", {8, side}));
    const auto begin = varint(5U << 3U | 2U) + varint(tensor.size() + kWeightBytes) + tensor;
    std::ofstream out(file.path, std::ios::binary);
    out << model_head() << varint(7U << 3U | 2U) << varint(begin.size() + kWeightBytes + tail.size())
        << begin;
    out.seekp(static_cast<std::streamoff>(kWeightBytes), std::ios::cur);
    out << tail;
    out.close();
    if (!out)
        return report({core::ErrorCode::save, "The temporary file could not be written.", file.path.string(),
                       "does its disk take files with holes?"});
    core::Workload workload;
    const auto seconds = best_seconds(file.path, workload);
    if (!seconds) return report(seconds.error());
    fmt::print(
        "{{\"name\":\"io.onnx_large_file\",\"value\":{:.3f},\"unit\":\"ms\",\"goal\":50,\"file_bytes\":{},"
        "\"weight_bytes\":{:.0f},\"nodes\":{}}}\n",
        *seconds * 1e3, std::filesystem::file_size(file.path), workload.weight_bytes, workload.nodes_top);
    return Exit::ok;
}

}  // namespace

Exit bench_onnx() {
    return std::max(bench_nodes(), bench_large_file());
}

}  // namespace waferscope::app
