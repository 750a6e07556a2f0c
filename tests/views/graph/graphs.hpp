// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/formats.hpp"
#include "core/model/connect.hpp"
#include "core/model/workload.hpp"

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace waferscope::test {

/// A chain of operators of the given types; each writes one tensor of 4 fp32 elements that the next reads.
inline core::Workload chain(const std::vector<std::string>& types) {
    core::Workload w;
    w.name = "chain";
    w.tensors.push_back({.name = "in",
                         .shape = {4},
                         .known_rank = true,
                         .dtype = core::Dtype::fp32,
                         .kind = core::TensorKind::input});
    for (std::uint32_t i = 0; i < types.size(); ++i) {
        w.tensors.push_back(
            {.name = "t" + std::to_string(i), .shape = {4}, .known_rank = true, .dtype = core::Dtype::fp32});
        core::Operator op{.name = {},
                          .type = types[i],
                          .macs = types[i] == "Conv" ? 100.0 : 0.0,
                          .read_bytes = 16,
                          .write_bytes = 16};
        op.inputs = {i};
        op.outputs = {i + 1};
        w.operators.push_back(op);
    }
    core::connect_operators(w);
    return w;
}

/// `count` operators, each reading one to three earlier ones; same graph for the same seed.
inline core::Workload random_graph(std::uint32_t count, std::uint32_t seed, bool named) {
    std::mt19937 random(seed);
    const std::vector<std::string> types{"Conv", "Relu", "Add", "MatMul", "Reshape", "Constant"};
    core::Workload w;
    w.tensors.push_back({.name = "in",
                         .shape = {4},
                         .known_rank = true,
                         .dtype = core::Dtype::fp32,
                         .kind = core::TensorKind::input});
    for (std::uint32_t i = 0; i < count; ++i) {
        w.tensors.push_back(
            {.name = "t" + std::to_string(i), .shape = {4}, .known_rank = true, .dtype = core::Dtype::fp32});
        core::Operator op{.type = types[random() % types.size()]};
        if (named)
            op.name = "m/" + std::to_string(random() % 7) + "/" + std::to_string(random() % 50) + "/op" +
                      std::to_string(i);
        op.provenance = static_cast<core::Provenance>(random() % 3);
        op.macs = static_cast<double>(random() % 1000);
        op.read_bytes = static_cast<double>(random() % 1000);
        const auto reads = op.type == "Constant" ? 0 : 1 + random() % 3;
        for (std::uint32_t r = 0; r < reads; ++r)
            op.inputs.push_back(
                static_cast<std::uint32_t>(i - random() % std::min<std::uint32_t>(i + 1, 40)));
        if (op.type == "Constant") op.macs = 0;
        op.outputs = {i + 1};
        w.operators.push_back(op);
    }
    core::connect_operators(w);
    return w;
}

/// All ONNX files of the shared data that can be read.
inline std::vector<core::Workload> real_graphs() {
    std::vector<core::Workload> all;
    const std::filesystem::path folder = std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx";
    if (!std::filesystem::exists(folder)) return all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".onnx") continue;
        if (auto read = core::read_workload(entry.path(), {})) all.push_back(std::move(*read));
    }
    return all;
}

inline core::Workload real_graph(const std::string& file) {
    auto read = core::read_workload(std::filesystem::path(WAFERSCOPE_SHARED_DATA) / "onnx" / file, {});
    return read ? std::move(*read) : core::Workload{};
}

}  // namespace waferscope::test
