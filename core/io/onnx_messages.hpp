// SPDX-License-Identifier: GPL-3.0-or-later
// The messages inside a GraphProto that know no names. Included by the .cpp files of core/io only.
#pragma once

#include "core/io/onnx_model.hpp"
#include "core/io/onnx_wire.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waferscope::core {

/// A graph found in an attribute, to be read once the graph around it is known.
struct OnnxSubgraph {
    std::string_view message;
    std::uint32_t attribute = 0;
};

/// Reads single messages into the pools of a model. Every function returns false at damage; then error() says
/// what and where, and the first error stays.
class OnnxMessages {
public:
    OnnxMessages(OnnxModel& model, std::string_view file_bytes, const std::string& file)
        : model_(model), begin_(file_bytes.data()), file_(file) {}

    bool tensor(std::string_view bytes, OnnxTensor& out);
    bool sparse_tensor(std::string_view bytes, OnnxTensor& out);
    /// Appends to the model's attributes, and the graphs it holds to `subgraphs`.
    bool attribute(std::string_view bytes, std::vector<OnnxSubgraph>& subgraphs);
    bool type(std::string_view bytes, OnnxDeclaration& out);
    bool opset(std::string_view bytes);
    bool function(std::string_view bytes);

    /// True unless the cursor met damage inside a `what`.
    bool done(const WireCursor& cursor, std::string_view what);
    /// Keeps the error of byte `at` and returns false.
    bool refuse(ErrorCode code, const std::string& message, const char* at, const std::string& hint);
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

private:
    bool list(const WireCursor& cursor, PoolRange& range);
    bool damaged_list(const WireCursor& cursor);
    bool shape(std::string_view bytes, OnnxDeclaration& out);
    bool dim(std::string_view bytes);

    OnnxModel& model_;
    const char* begin_;
    const std::string& file_;
    std::optional<Error> error_;
};

}  // namespace waferscope::core
