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

/// SQLite wants a file.
void fuzz_session(std::string_view bytes) {
    static const auto kPath = "/dev/shm/waferscope_fuzz_" + std::to_string(::getpid()) + ".wsp";
    std::ofstream(kPath, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    (void)open_session(kPath);
    ::unlink(kPath.c_str());
}

void fuzz_chakra(std::string_view bytes) {
    if (const auto trace = read_chakra(bytes, kFile)) check(exec_workload(*trace));
}
void fuzz_pytorch_et(std::string_view bytes) {
    auto stream = TextStream::over(bytes, kFile);
    if (const auto trace = read_pytorch_et(stream)) check(exec_workload(*trace));
}
void fuzz_kineto(std::string_view bytes) {
    auto stream = TextStream::over(bytes, kFile);
    (void)read_kineto(stream);
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
    Target{"scenario", [](std::string_view b) { (void)parse_scenario(b, kFile); }},
    Target{"machine", [](std::string_view b) { (void)parse_machine(b, kFile); }},
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
