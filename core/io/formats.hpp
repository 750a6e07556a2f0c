// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/onnx_shapes.hpp"
#include "core/model/workload.hpp"

#include <filesystem>
#include <span>
#include <string_view>

namespace waferscope::core {

/// One kind of file we know, found by content and never by extension.
struct FileFormat {
    std::string_view id;  ///< "format" of info --json
    bool (*sniff)(std::string_view head) = nullptr;
    /// Absent: recognised, but not a workload graph (a scenario, a session or a recorded trace).
    Result<Workload> (*read)(std::string_view bytes, const std::string& file,
                             const Bindings& bindings) = nullptr;
};

/// In the order they are tried.
std::span<const FileFormat> file_formats();

/// The format of these bytes, or nullptr.
const FileFormat* detect_format(std::string_view bytes);

/// Opens any workload graph file. Missing, empty, cut, foreign and damaged files each get one error that
/// names the file and the place (design/copy.md).
Result<Workload> read_workload(const std::filesystem::path& path, const Bindings& bindings = {});

}  // namespace waferscope::core
