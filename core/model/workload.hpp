// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/llm.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waferscope::core {

/// Numeric formats a tensor or an arithmetic unit can have.
enum class Dtype : std::uint8_t {
    unknown, fp64, fp32, tf32, bf16, fp16, fp8, fp4, int64, int32, int16, int8, int4, boolean, text,
};

/// Bytes of one element; 0.5 for 4-bit types, 0 for unknown and text.
double bytes_per_element(Dtype dtype);
std::string_view dtype_name(Dtype dtype);

/// What an operator does, as far as the simulators care.
enum class OpKind : std::uint8_t {
    conv,         ///< dims is ConvDims
    gemm,         ///< dims is GemmDims, second operand is a stored weight
    matmul,       ///< dims is GemmDims, both operands are activations (attention)
    attention,    ///< fused attention
    norm,
    softmax,
    activation,   ///< element-wise, one operand
    elementwise,  ///< element-wise, two or more operands
    pool,
    embedding,
    reduce,
    data_movement,  ///< reshape, transpose, concat, slice
    recurrent,
    optimizer,
    collective,
    constant,
    other,
};
std::string_view op_kind_name(OpKind kind);

/// Which part of a training step an operator belongs to.
enum class Pass : std::uint8_t { forward, backward, optimizer };

/// Whether a fact was computed by us, written in the file, or recorded on hardware.
enum class Provenance : std::uint8_t { inferred, declared, measured };

/// A convolution. MACs = batch * out_height * out_width * out_channels * in_channels/groups * kh * kw.
struct ConvDims {
    std::int64_t batch = 1;
    std::int64_t in_height = 1, in_width = 1, in_channels = 1;
    std::int64_t out_height = 1, out_width = 1, out_channels = 1;
    std::int64_t kernel_height = 1, kernel_width = 1, stride = 1, groups = 1;
    friend bool operator==(const ConvDims&, const ConvDims&) = default;
};

/// `batch` products of (m x k) by (k x n). MACs = batch * m * n * k.
struct GemmDims {
    std::int64_t batch = 1, m = 1, n = 1, k = 1;
    friend bool operator==(const GemmDims&, const GemmDims&) = default;
};

/// Data that several devices exchange.
struct CommDims {
    std::string kind;             ///< all_reduce, all_gather, reduce_scatter, all_to_all, broadcast, send_recv
    double bytes = 0;             ///< per-rank buffer
    std::int64_t groups = 1;      ///< groups that do this at once
    std::int64_t group_size = 0;  ///< ranks of one group; 0 = all there are
    friend bool operator==(const CommDims&, const CommDims&) = default;
};

/// MACs of a convolution.
double macs_of(const ConvDims& dims);
/// MACs of a matrix product.
double macs_of(const GemmDims& dims);

/// One node of a workload graph, for one batch of the file (or of the generator's arguments).
struct Operator {
    std::string name;
    std::string type;  ///< the file's own word: "Conv", "LayerNormalization"
    OpKind kind = OpKind::other;
    Pass pass = Pass::forward;
    Dtype dtype = Dtype::unknown;
    Provenance provenance = Provenance::inferred;
    int layer = -1;  ///< transformer layer or repeated block; -1 = none
    std::variant<std::monostate, ConvDims, GemmDims, CommDims> dims;
    double macs = 0;       ///< multiply-accumulates; 1 MAC = 2 FLOP
    double other_ops = 0;  ///< 1 per output element of operators without MACs
    double read_bytes = 0, write_bytes = 0;
    double weight_bytes = 0;          ///< stored float tensors it reads
    double parameters = 0;            ///< elements of trainable tensors it reads
    std::vector<std::uint32_t> inputs, outputs;  ///< tensor indices; absent optional inputs left out
    friend bool operator==(const Operator&, const Operator&) = default;
};

enum class TensorKind : std::uint8_t { activation, weight, input, output, constant };

struct Tensor {
    std::string name;
    std::vector<std::int64_t> shape;  ///< -1 = a dimension nobody knows; meaningful if `known_rank`
    bool known_rank = false;
    Dtype dtype = Dtype::unknown;
    TensorKind kind = TensorKind::activation;
    [[nodiscard]] bool known() const;           ///< rank and every dimension known
    [[nodiscard]] std::int64_t elements() const;  ///< product of dimensions; 0 when not known()
    friend bool operator==(const Tensor&, const Tensor&) = default;
};

/// Data flows from operator `from` to operator `to` through `tensor`.
struct Edge {
    std::uint32_t from = 0, to = 0, tensor = 0;
    friend bool operator==(const Edge&, const Edge&) = default;
};

/// Operators [first, last) stand for `count` equal copies one after another (126 layers, one block).
struct Repeat {
    std::uint32_t first = 0, last = 0;
    std::int64_t count = 1;
    friend bool operator==(const Repeat&, const Repeat&) = default;
};

/// Stored tensors that belong together: of one type, or of one layer.
struct WeightGroup {
    std::string name;
    std::int64_t tensors = 0;
    double parameters = 0, bytes = 0;
    friend bool operator==(const WeightGroup&, const WeightGroup&) = default;
};

/// A workload graph: what is computed, on which shapes, in which order. Operators are in topological order.
struct Workload {
    std::string name;
    std::string source;  ///< file path, or the generator's words
    std::string format;  ///< id of core/io/formats: onnx, hf_config, llm, gemm, ...
    std::vector<Operator> operators;
    std::vector<Tensor> tensors;
    std::vector<Edge> edges;
    std::vector<Repeat> repeats;
    std::optional<LlmConfig> llm;  ///< present when the graph came from LLM dimensions
    std::int64_t batch = 1;        ///< samples one pass of the graph processes
    double parameters = 0;         ///< trainable elements, as design/cli.md counts them
    double weight_bytes = 0;       ///< all stored float tensors
    std::int64_t nodes_top = 0;    ///< nodes of the top-level graph
    std::int64_t nodes_total = 0;  ///< with those inside If, Loop, Scan
    std::int64_t unknown_shapes = 0;
    std::map<std::string, std::int64_t> op_histogram;
    std::map<std::string, std::int64_t> symbols;  ///< symbolic dimension -> bound value, -1 = unbound
    std::map<std::string, std::string> symbol_places;  ///< symbol -> where it stands first: "input_ids[0]"
    std::vector<std::string> assumptions, warnings;
    std::vector<WeightGroup> weight_types, weight_layers;  ///< of weight files (safetensors, GGUF), else empty
    /// What a .wgraph.json said that has no place above: JSON pointer -> JSON text. Written back unchanged.
    std::map<std::string, std::string> kept_json;
};

/// How often operator `index` runs: the count of its repeat block, else 1.
std::int64_t repetitions(const Workload& workload, std::uint32_t index);

/// MACs of one pass over the graph, repeats included.
double total_macs(const Workload& workload);
/// Other operations (1 per output element) of one pass, repeats included.
double total_other_ops(const Workload& workload);

}  // namespace waferscope::core
