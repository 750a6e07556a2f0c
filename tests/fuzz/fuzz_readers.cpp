// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target of every reader. WAFERSCOPE_READER chooses one; packaging/fuzz.sh sets it.
#include "core/io/chakra.hpp"
#include "core/io/gguf.hpp"
#include "core/io/hf_config.hpp"
#include "core/io/hlo_reader.hpp"
#include "core/io/kgraph.hpp"
#include "core/io/kgraph_workload.hpp"
#include "core/io/kineto_reader.hpp"
#include "core/io/machine_json.hpp"
#include "core/io/onnx_reader.hpp"
#include "core/io/paint.hpp"
#include "core/io/pytorch_et.hpp"
#include "core/io/safetensors.hpp"
#include "core/io/scalesim.hpp"
#include "core/io/scenario_json.hpp"
#include "core/io/text_stream.hpp"
#include "core/io/wgraph_reader.hpp"
#include "core/io/wgraph_writer.hpp"
#include "core/session/session.hpp"

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>

using namespace waferscope::core;

namespace {

const std::string kFile = "/nowhere/fuzz";

/// Every number an engine will follow lies inside its table, and no figure is negative or not a number.
void check(const Workload& workload) {
    const auto sound = [&](const Operator& op) {
        const auto known = [&](std::uint32_t tensor) { return tensor < workload.tensors.size(); };
        return op.macs >= 0 && op.other_ops >= 0 && op.read_bytes >= 0 && op.write_bytes >= 0 &&
               op.weight_bytes >= 0 && op.parameters >= 0 && std::ranges::all_of(op.inputs, known) &&
               std::ranges::all_of(op.outputs, known);
    };
    if (!std::ranges::all_of(workload.operators, sound)) std::abort();
    for (const auto& edge : workload.edges)
        if (edge.from >= workload.operators.size() || edge.to >= workload.operators.size()) std::abort();
    for (const auto& repeat : workload.repeats)
        if (repeat.first >= repeat.last || repeat.last > workload.operators.size() || repeat.count < 0)
            std::abort();
}

void check(const Result<Workload>& workload) {
    if (workload) check(*workload);
}

void fuzz_wgraph(std::string_view bytes) {
    const auto first = read_wgraph(bytes, kFile, {{"batch", 2}});
    if (!first) return;
    check(*first);
    const auto text = wgraph_json(*first);
    const auto second = read_wgraph(text, kFile, {{"batch", 2}});
    if (!second || second->operators != first->operators || wgraph_json(*second) != text) std::abort();
}

/// A file that holds `bytes` while it lives.
class FileOf {
public:
    explicit FileOf(std::string_view bytes) : path_("/dev/shm/waferscope_fuzz_" + std::to_string(::getpid())) {
        std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    FileOf(const FileOf&) = delete;
    FileOf& operator=(const FileOf&) = delete;
    ~FileOf() {
        ::unlink(path_.c_str());
        ::unlink((path_ + ".bak").c_str());
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// SQLite wants a file. What opens is saved over it and opens again, with nothing lost but what was damaged.
void fuzz_session(std::string_view bytes) {
    const FileOf file(bytes);
    const auto first = open_session(file.path());
    if (!first) return;
    if (!save_session(*first, file.path())) std::abort();
    const auto second = open_session(file.path());
    if (!second || second->runs.size() != first->runs.size() || !second->damage.empty()) std::abort();
    for (std::size_t i = 0; i < first->runs.size(); ++i) {
        const auto &a = *first->runs[i], &b = *second->runs[i];
        if (a.timeline.slices() != b.timeline.slices() || a.wafer.has_value() != b.wafer.has_value()) std::abort();
    }
}

/// What `read` takes, `write` puts so that it reads as the same text again.
template <class Read, class Write>
void round_trip(std::string_view bytes, Read read, Write write) {
    const auto first = read(bytes);
    if (!first) return;
    const std::string text = write(*first);
    const auto second = read(std::string_view(text));
    if (!second || write(*second) != text) std::abort();
}

void fuzz_scenario(std::string_view bytes) {
    round_trip(bytes, [](std::string_view b) { return parse_scenario(b, kFile); }, scenario_json);
}

void fuzz_machine(std::string_view bytes) {
    round_trip(bytes, [](std::string_view b) { return parse_machine(b, kFile); }, machine_json);
    // The same bytes as the constants of a family and as a table of errors.
    static const auto kFolder = "/dev/shm/waferscope_fuzz_machines_" + std::to_string(::getpid());
    static const bool kMade = [] {
        std::filesystem::create_directories(kFolder + "/constants");
        std::ofstream(kFolder + "/chip.json") << R"({"format":"waferscope.machine","version":1,"id":"chip","name":"Chip","layers":["A"],"kind":"cluster","family":"chips"})";
        return true;
    }();
    std::ofstream(kFolder + "/constants/chips.json", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!kMade) return;
    (void)MachineLibrary::load(kFolder, kFolder + "/constants");
    if (auto library = MachineLibrary::load(kFolder, kFolder)) (void)library->add_accuracy(kFolder + "/constants/chips.json");
}

void fuzz_chakra(std::string_view bytes) {
    (void)looks_like_chakra(bytes);
    const auto trace = read_chakra(bytes, kFile);
    if (!trace) return;
    check(exec_workload(*trace));
    round_trip(bytes, [](std::string_view b) { return read_chakra(b, kFile); }, chakra_bytes);
}
void fuzz_pytorch_et(std::string_view bytes) {
    auto stream = TextStream::over(bytes, kFile);
    if (const auto trace = read_pytorch_et(stream)) check(exec_workload(*trace));
}
/// As text in memory, and as a file: packed with gzip or tar, or neither.
void fuzz_kineto(std::string_view bytes) {
    auto stream = TextStream::over(bytes, kFile);
    (void)looks_like_kineto(bytes);
    (void)read_kineto(stream);
    if (bytes.size() > 4096 && !bytes.starts_with("\x1f\x8b")) return;
    const FileOf file(bytes);
    if (auto packed = TextStream::open(file.path())) (void)read_kineto(*packed);
}
void fuzz_kgraph(std::string_view bytes) {
    if (const auto graph = read_kgraph(bytes, kFile)) check(kgraph_workload(*graph));
}
void fuzz_safetensors(std::string_view bytes) {
    check(looks_like_safetensors_index(bytes) ? read_safetensors_index(bytes, kFile)
                                              : read_safetensors(bytes, kFile));
}

struct Target {
    std::string_view reader;
    void (*run)(std::string_view bytes) = nullptr;
};
constexpr std::array kTargets{
    Target{"onnx", [](std::string_view b) { check(read_onnx_bytes(b, kFile, {{"batch", 2}})); }},
    Target{"kineto", fuzz_kineto},
    Target{"chakra", fuzz_chakra},
    Target{"pytorch_et", fuzz_pytorch_et},
    Target{"scalesim", [](std::string_view b) { check(read_scalesim(b, kFile)); }},
    Target{"kgraph", fuzz_kgraph},
    Target{"paint", [](std::string_view b) { (void)read_paint(b, kFile); }},
    Target{"wgraph", fuzz_wgraph},
    Target{"gguf", [](std::string_view b) { check(read_gguf(b, kFile)); }},
    Target{"safetensors", fuzz_safetensors},
    Target{"hlo", [](std::string_view b) { check(read_hlo(b, kFile)); }},
    Target{"hf_config", [](std::string_view b) { check(read_hf_workload(b, kFile)); }},
    Target{"scenario", fuzz_scenario},
    Target{"machine", fuzz_machine},
    Target{"session", fuzz_session},
};

const Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    const char* wanted = std::getenv("WAFERSCOPE_READER");
    const auto* found =
        std::ranges::find(kTargets, std::string_view(wanted == nullptr ? "" : wanted), &Target::reader);
    if (found != kTargets.end()) {
        chosen = found;
        return 0;
    }
    std::fputs("WAFERSCOPE_READER must be one of:", stderr);
    for (const auto& target : kTargets) std::fprintf(stderr, " %s", target.reader.data());
    std::fputs("\n", stderr);
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen->run({reinterpret_cast<const char*>(data), size});
    return 0;
}
