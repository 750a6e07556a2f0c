// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/size_estimate.hpp"

#include "core/io/file_source.hpp"
#include "core/io/formats.hpp"
#include "core/io/kineto_reader.hpp"
#include "core/io/onnx_wire.hpp"
#include "core/io/trace_files.hpp"
#include "core/io/trace_sample.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <limits>
#include <string>

namespace waferscope::core {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTimed = std::size_t{2} << 20U;    ///< of the head, parsed to learn the speed
constexpr std::size_t kHead = std::size_t{12} << 20U;    ///< of a packed file, which has no other way in
constexpr std::size_t kPiece = std::size_t{256} << 10U;  ///< of a plain file, from kPieces places
constexpr std::size_t kPieces = 32;
constexpr std::size_t kMostFiles = 4;  ///< of a folder that are looked at; the others are taken as alike

/// Of the reader itself: text, a cleaned copy and the index of a window of at most 4 MB.
constexpr double kReaderBytesPerByte = 5, kWindowBytes = 4e6;
/// Drawing an event costs about this on top of reading it.
constexpr double kDrawSeconds = 100e-9;
/// The system hands out memory at about this speed, seconds per byte.
constexpr double kTouchSeconds = 2.5e-9;

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

bool is_packed(const fs::path& path) {
    std::array<char, 2> magic{};
    return std::ifstream(path, std::ios::binary).read(magic.data(), 2) && magic[0] == '\x1f' &&
           magic[1] == '\x8b';
}

/// A look at one trace: what was counted, and how the whole file relates to it.
struct Look {
    TraceSample sample;
    double text_bytes = 0;        ///< of the file, unfolded
    double seconds_per_byte = 0;  ///< of unfolded text
};

/// Best of a few: the first one pays for memory that a whole file needs only once.
double parse_seconds_per_byte(std::string_view head) {
    constexpr int kRounds = 3;
    double best = std::numeric_limits<double>::max();
    for (int round = 0; round < kRounds; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        auto stream = TextStream::over(head, {});
        (void)read_kineto(stream);
        best = std::min(best, seconds_since(begin));
    }
    return best / static_cast<double>(std::max<std::size_t>(head.size(), 1));
}

Result<Look> look_at_packed(const fs::path& path) {
    auto stream = TextStream::open(path);
    if (!stream) return tl::unexpected(stream.error());
    Look look;
    std::string timed;
    double unfold_seconds = 0;
    for (std::size_t size = 0; size < kHead;) {
        const auto begin = std::chrono::steady_clock::now();
        const auto piece = read_up_to(*stream, kPiece);
        unfold_seconds += seconds_since(begin);
        if (piece.empty()) break;
        size += piece.size();
        look.sample.add(piece);
        if (timed.size() < kTimed) timed += piece;
    }
    const auto size = static_cast<double>(std::max<std::uint64_t>(look.sample.bytes, 1));
    look.text_bytes = size / std::max(stream->share_read(), 1e-6);
    look.seconds_per_byte = unfold_seconds / size + parse_seconds_per_byte(timed);
    return look;
}

Result<Look> look_at_plain(const fs::path& path) {
    const auto source = FileSource::open(path);
    if (!source) return tl::unexpected(source.error());
    const auto bytes = source->bytes();
    Look look;
    look.text_bytes = static_cast<double>(bytes.size());
    if (bytes.size() <= kPiece * kPieces) {
        look.sample.add(bytes);
    } else {
        const auto stride = (bytes.size() - kPiece) / (kPieces - 1);
        for (std::size_t i = 0; i < kPieces; ++i) look.sample.add(bytes.substr(i * stride, kPiece));
    }
    look.seconds_per_byte = parse_seconds_per_byte(bytes.substr(0, kTimed));
    return look;
}

/// Adds one trace; `scale` of them are like it.
void add_trace(SizeEstimate& estimate, const Look& look, double scale) {
    const auto& sample = look.sample;
    const double whole = look.text_bytes / static_cast<double>(std::max<std::uint64_t>(sample.bytes, 1));
    const auto bytes_of = [&](std::int64_t events) {
        return whole * static_cast<double>(events) * static_cast<double>(kTraceBytesPerEvent);
    };
    const double timed = whole * static_cast<double>(sample.timed);
    estimate.events += scale * whole * static_cast<double>(sample.events);
    estimate.seconds += scale * (look.text_bytes * look.seconds_per_byte + timed * kDrawSeconds);
    estimate.memory_bytes += scale * bytes_of(sample.timed);
    estimate.device_memory_bytes += scale * bytes_of(sample.device);
    if (sample.begin_ns == sample.end_ns) return;
    const TimeSpan seen{sample.begin_ns, sample.end_ns};
    estimate.span = estimate.span ? TimeSpan{std::min(estimate.span->from, seen.from),
                                             std::max(estimate.span->to, seen.to)}
                                  : seen;
}

Result<std::optional<SizeEstimate>> estimate_traces(const std::vector<fs::path>& files) {
    SizeEstimate estimate{.format = "kineto"};
    std::error_code ignored;
    for (const auto& file : files) estimate.file_bytes += fs::file_size(file, ignored);
    const auto looks = std::min(files.size(), kMostFiles);
    double looked_at = 0;
    for (std::size_t i = 0; i < looks; ++i)
        looked_at += static_cast<double>(fs::file_size(files[i], ignored));
    const double scale = static_cast<double>(estimate.file_bytes) / std::max(looked_at, 1.0);
    double reader = 0;
    for (std::size_t i = 0; i < looks; ++i) {
        const auto look = is_packed(files[i]) ? look_at_packed(files[i]) : look_at_plain(files[i]);
        if (!look) return tl::unexpected(look.error());
        add_trace(estimate, *look, scale);
        reader = std::max(reader, kReaderBytesPerByte * std::min(look->text_bytes, kWindowBytes));
    }
    estimate.memory_bytes += reader;  // one file at a time
    estimate.seconds += estimate.memory_bytes * kTouchSeconds;
    estimate.device_memory_bytes += reader;
    return estimate;
}

/// What a graph format costs per byte of text and per node, measured on this project's benchmarks.
struct GraphCost {
    std::string_view format;
    double bytes_per_byte, bytes_per_node;
    double seconds_per_byte, seconds_per_node;
};
constexpr std::array kGraphCosts{
    GraphCost{"chakra", 1.5, 700, 4e-9, 0.7e-6},
    GraphCost{"pytorch_et", 0.5, 900, 10e-9, 1.5e-6},
    GraphCost{"onnx", 0, 1100, 0, 0.8e-6},
};

/// Nodes among the first `head` bytes of a stream of length-prefixed messages.
double chakra_nodes(std::string_view head) {
    double nodes = 0;
    const char* at = head.data();
    const char* const end = at + head.size();
    for (std::uint64_t length = 0; read_packed_varint(at, end, length); ++nodes) {
        if (length > static_cast<std::uint64_t>(end - at)) break;
        at += length;
    }
    return nodes;
}

double count_of(std::string_view text, std::string_view key) {
    double count = 0;
    for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + key.size()))
        ++count;
    return count;
}

/// Nodes of all graphs of an ONNX model: nested ones lie inside the bytes of their node.
struct OnnxSize {
    double nodes = 0, graph_bytes = 0;
};
OnnxSize onnx_size(std::string_view bytes) {
    constexpr std::uint32_t kGraph = 7, kNode = 1;
    OnnxSize size;
    for (WireCursor model(bytes); model.next();) {
        if (!model.is(kGraph, WireCursor::Type::bytes)) continue;
        for (WireCursor graph(model.bytes()); graph.next();)
            if (graph.is(kNode, WireCursor::Type::bytes)) {
                ++size.nodes;
                size.graph_bytes += static_cast<double>(graph.bytes().size());
            }
    }
    return size;
}

Result<std::optional<SizeEstimate>> estimate_graph(const fs::path& path, const GraphCost& cost) {
    SizeEstimate estimate{.format = cost.format};
    std::error_code ignored;
    estimate.file_bytes = fs::file_size(path, ignored);
    double text_bytes = static_cast<double>(estimate.file_bytes);
    if (cost.format == "onnx" && !is_packed(path)) {
        const auto source = FileSource::open(path);
        if (!source) return tl::unexpected(source.error());
        const auto size = onnx_size(source->bytes());
        estimate.events = size.nodes;
        text_bytes = size.graph_bytes;
    } else {
        auto stream = TextStream::open(path);
        if (!stream) return tl::unexpected(stream.error());
        const auto head = read_up_to(*stream, kTimed);
        text_bytes = static_cast<double>(head.size()) / std::max(stream->share_read(), 1e-6);
        const double nodes = cost.format == "chakra" ? chakra_nodes(head)
                             : cost.format == "onnx"
                                 ? onnx_size(head).nodes
                                 : count_of(head, "\"ctrl_deps\"") + count_of(head, "\"parent\"");
        estimate.events = nodes * text_bytes / static_cast<double>(std::max<std::size_t>(head.size(), 1));
    }
    estimate.seconds = text_bytes * cost.seconds_per_byte + estimate.events * cost.seconds_per_node;
    estimate.memory_bytes = text_bytes * cost.bytes_per_byte + estimate.events * cost.bytes_per_node;
    return estimate;
}

}  // namespace

Result<std::optional<SizeEstimate>> estimate_size(const fs::path& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        const auto files = trace_files(path);
        return files.empty() ? Result<std::optional<SizeEstimate>>(std::nullopt) : estimate_traces(files);
    }
    const auto head = read_head(path, std::size_t{1} << 20U);
    if (!head) return tl::unexpected(head.error());
    const auto* format = detect_format(*head);
    if (format == nullptr) return std::nullopt;
    if (format->id == "kineto") return estimate_traces({path});
    const auto cost = std::ranges::find(kGraphCosts, format->id, &GraphCost::format);
    return cost == kGraphCosts.end() ? Result<std::optional<SizeEstimate>>(std::nullopt)
                                     : estimate_graph(path, *cost);
}

}  // namespace waferscope::core
