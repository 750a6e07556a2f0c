// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats.hpp"

#include "core/io/chakra.hpp"
#include "core/io/file_source.hpp"
#include "core/io/gguf.hpp"
#include "core/io/hf_config.hpp"
#include "core/io/hlo_reader.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/kgraph_workload.hpp"
#include "core/io/onnx_decode.hpp"
#include "core/io/kineto_reader.hpp"
#include "core/io/onnx_reader.hpp"
#include "core/io/pytorch_et.hpp"
#include "core/io/recorded_step.hpp"
#include "core/io/safetensors.hpp"
#include "core/io/scalesim.hpp"
#include "core/io/tar_member.hpp"
#include "core/io/wgraph_reader.hpp"

#include <fmt/format.h>
#include <array>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxJsonBytes = 64U << 20U;
constexpr std::size_t kJsonHead = 1U << 20U;  ///< a key this far in decides what a JSON file is

std::string_view without_space(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto at = text.find_first_not_of(" \t\r\n");
    return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

bool is_json_object(std::string_view bytes) {
    return without_space(bytes.substr(0, 4096)).starts_with('{');
}

/// Whether `"key"` followed by a colon appears near the start.
bool has_key(std::string_view bytes, std::string_view key) {
    const auto head = bytes.substr(0, kJsonHead);
    const auto quoted = '"' + std::string(key) + '"';
    for (auto at = head.find(quoted); at != std::string_view::npos; at = head.find(quoted, at + 1))
        if (without_space(head.substr(at + quoted.size())).starts_with(':')) return true;
    return false;
}

bool is_session(std::string_view bytes) {
    return bytes.starts_with(std::string_view("SQLite format 3\0", 16));
}
bool is_scenario(std::string_view bytes) {
    return is_json_object(bytes) &&
           bytes.substr(0, kJsonHead).find("\"waferscope.scenario\"") != std::string_view::npos;
}
bool is_hf_config(std::string_view bytes) {
    if (!is_json_object(bytes) || has_key(bytes, "traceEvents")) return false;
    for (const auto key : {"hidden_size", "n_embd", "num_hidden_layers", "n_layer", "text_config", "d_model"})
        if (has_key(bytes, key)) return true;
    return false;
}

Result<Workload> read_hf(std::string_view bytes, const std::string& file, const Bindings&) {
    if (bytes.size() > kMaxJsonBytes)
        return fail(ErrorCode::memory,
                    fmt::format("{} is {} bytes long; a config.json has at most {}.", file, bytes.size(),
                                kMaxJsonBytes),
                    file, "is this the right file?");
    return read_hf_workload(bytes, file);
}

Result<Workload> read_contest(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_kgraph(bytes, file).map([](const ContestGraph& graph) { return kgraph_workload(graph); });
}

Result<Workload> read_chakra_graph(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_chakra(bytes, file).map(exec_workload);
}

Result<Workload> read_et_graph(std::string_view bytes, const std::string& file, const Bindings&) {
    auto stream = TextStream::over(bytes, file);
    return read_pytorch_et(stream).map(exec_workload);
}

Result<Workload> read_layers(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_scalesim(bytes, file);
}

Result<Workload> read_stored(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_safetensors(bytes, file);
}

Result<Workload> read_shards(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_safetensors_index(bytes, file);
}

Result<Workload> read_quantised(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_gguf(bytes, file);
}

Result<Workload> read_module(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_hlo(bytes, file);
}

Result<Workload> read_recorded(std::string_view bytes, const std::string& file, const Bindings&) {
    return read_recorded_workload(bytes, file);
}

constexpr std::array kFormats{
    FileFormat{"session", is_session, nullptr},
    FileFormat{"scenario", is_scenario, nullptr},
    FileFormat{"gguf", looks_like_gguf, read_quantised},
    FileFormat{"safetensors", looks_like_safetensors, read_stored},
    FileFormat{"safetensors", looks_like_safetensors_index, read_shards},
    FileFormat{"hlo", looks_like_hlo, read_module},
    FileFormat{"wgraph", looks_like_wgraph, read_wgraph},
    FileFormat{"kineto", looks_like_kineto, read_recorded},
    FileFormat{"pytorch_et", looks_like_pytorch_et, read_et_graph},
    FileFormat{"hf_config", is_hf_config, read_hf},
    FileFormat{"scalesim", looks_like_scalesim, read_layers},
    FileFormat{"chakra", looks_like_chakra, read_chakra_graph},
    FileFormat{"kgraph", looks_like_kgraph, read_contest},
    FileFormat{"onnx", looks_like_onnx, read_onnx_bytes},
};

/// Files of other programs, known by name of their own signature, and what to do instead.
struct ForeignFile {
    bool (*sniff)(std::string_view bytes, std::string_view extension) = nullptr;
    std::string_view message, hint;
};

constexpr std::string_view kNvidiaHint =
    "Record the same run with the PyTorch profiler (export_chrome_trace) and open that.";
constexpr std::string_view kPickleHint = "Export to ONNX or give the model's config.json.";

constexpr std::array kForeign{
    ForeignFile{[](std::string_view, std::string_view e) { return e == ".nsys-rep" || e == ".ncu-rep"; },
                "This is an NVIDIA profiler report. Waferscope does not read it.", kNvidiaHint},
    ForeignFile{[](std::string_view b, std::string_view e) {
                    return e == ".pt" || e == ".pth" ||
                           (b.starts_with("PK\x03\x04") && b.find("data.pkl") != std::string_view::npos) ||
                           (b.size() > 2 && b[0] == '\x80' && b[1] >= 2 && b[1] <= 5);
                },
                "These are weights in Python's pickle format; opening them could run code.", kPickleHint},
    ForeignFile{[](std::string_view, std::string_view e) { return e == ".engine" || e == ".plan"; },
                "A compiled engine is tied to one GPU and cannot be read.",
                "Open the ONNX file it was made from."},
    ForeignFile{[](std::string_view b, std::string_view e) {
                    return e == ".tflite" || (b.size() > 8 && b.substr(4, 4) == "TFL3");
                },
                "This is a TensorFlow Lite model. Waferscope does not read it.",
                "Convert it to ONNX with tf2onnx."},
    ForeignFile{
        [](std::string_view b, std::string_view e) { return e == ".mlir" || b.starts_with("ML\xEFR"); },
        "This is an MLIR module. Waferscope does not read it.", "Export the model to ONNX."},
    ForeignFile{[](std::string_view, std::string_view e) { return e == ".pb" || e == ".xplane"; },
                "This is a TensorFlow or XLA profile. Waferscope does not read it.",
                "Export the trace as Chrome JSON (trace.json.gz)."},
    ForeignFile{
        [](std::string_view, std::string_view e) { return e == ".pftrace" || e == ".perfetto-trace"; },
        "This is a Perfetto trace. Waferscope does not read it.",
        "Export the trace as Chrome JSON (trace.json.gz)."},
};

/// The first bytes as text, with what cannot be shown as \xNN.
std::string printable_head(std::string_view bytes) {
    std::string head;
    for (const char c : bytes.substr(0, 16)) {
        if (c >= ' ' && c <= '~' && c != '"')
            head += c;
        else
            head += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return head;
}

tl::unexpected<Error> unknown_file(std::string_view bytes, const std::filesystem::path& path,
                                   const std::string& file) {
    const auto extension = path.extension().string();
    const auto head = bytes.substr(0, 4096);
    for (const auto& foreign : kForeign)
        if (foreign.sniff(head, extension))
            return fail(ErrorCode::format, std::string(foreign.message), file, std::string(foreign.hint));
    return fail(
        ErrorCode::format,
        fmt::format("We do not know this kind of file. It begins with \"{}\".", printable_head(bytes)), file,
        "Readable: ONNX, config.json, Kineto, Chakra, PyTorch ET, SCALE-Sim CSV, .kgraph, .wgraph.json, "
        "GGUF, "
        "safetensors, HLO text, .wsp.");
}

}  // namespace

std::span<const FileFormat> file_formats() {
    return kFormats;
}

const FileFormat* detect_format(std::string_view bytes) {
    for (const auto& format : kFormats)
        if (format.sniff(bytes)) return &format;
    return nullptr;
}

Result<Workload> read_workload(const std::filesystem::path& path, const Bindings& bindings) {
    const auto source = FileSource::open(path);
    if (!source) return tl::unexpected(source.error());
    const auto bytes = first_tar_member(source->bytes()).value_or(source->bytes());
    const auto* format = detect_format(bytes);
    if (format == nullptr) return unknown_file(bytes, path, source->name());
    if (format->read == nullptr)
        return fail(ErrorCode::format,
                    fmt::format("This is a Waferscope {}, not a workload graph.", format->id), source->name(),
                    format->id == "scenario" ? "run it: waferscope run FILE" : "open it as a session");
    return format->read(bytes, source->name(), bindings);
}

}  // namespace waferscope::core
