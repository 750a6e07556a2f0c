// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/llm_graph.hpp"

#include "core/model/connect.hpp"
#include "core/model/training_graph.hpp"

#include <algorithm>

namespace waferscope::core {
namespace {

using Shape = std::vector<std::int64_t>;
using Id = std::uint32_t;

double real(std::int64_t value) {
    return static_cast<double>(value);
}

double product(const Shape& shape) {
    double p = 1;
    for (const auto d : shape) p *= real(d);
    return p;
}

/// A run of equal layers.
struct Block {
    std::int64_t count = 0;
    int first_layer = 0;
    bool mixture = false;
    std::int64_t window = 0;  ///< 0: attends to everything
};

/// A stored matrix product: `rows` x k by k x n, plus a bias of n.
struct Projection {
    std::string name;
    std::int64_t k = 0, n = 0;
    bool bias = false;
};

class Generator {
public:
    Generator(const LlmConfig& config, const LlmGraphRequest& request)
        : c_(config), r_(request), element_(bytes_per_element(request.dtype)) {
        const bool decode = r_.pass == LlmPass::decode;
        queries_ = decode ? 1 : r_.seq;
        rows_ = r_.batch * queries_;
    }

    Workload run();

private:
    Id tensor(std::string name, Shape shape, TensorKind kind = TensorKind::activation);
    Operator& add(std::string name, std::string type, OpKind kind, std::vector<Id> inputs);
    Id finish(Operator& op, Shape shape);
    void store(Operator& op, double elements) const;

    Id elementwise(const std::string& name, OpKind kind, const std::string& type, std::vector<Id> inputs,
                   Shape shape);
    Id norm(const std::string& name, Id input, std::int64_t width, double parameters);
    Id hidden_norm(const std::string& name, Id input);
    Id project(const Projection& projection, Id input);
    Id product_of_activations(const std::string& name, Id a, Id b, const GemmDims& dims);
    Id lookup(const std::string& name, const std::string& input, std::int64_t rows_in_table);

    Id append_to_cache(const std::string& name, Id fresh, std::int64_t keys, std::int64_t width);

    Id embeddings();
    void layer_block(const Block& block);
    Id latent_attention(Id x, std::int64_t keys);
    Id plain_attention(Id x, std::int64_t keys);
    Id softmax(Id scores, const GemmDims& dims);
    Id dense_ffn(const std::string& prefix, Id x, std::int64_t width, bool bias);
    Id mixture(Id x);
    Operator& expert_product(const std::string& name, Id input, std::int64_t k, std::int64_t n);
    void head();
    [[nodiscard]] std::vector<Block> blocks() const;
    void summarise();

    LlmConfig c_;
    LlmGraphRequest r_;
    double element_;
    std::int64_t queries_ = 1, rows_ = 1;
    int layer_ = -1;
    std::string prefix_;
    Workload w_;
    Id stream_ = 0;  ///< the residual stream
};

Id Generator::tensor(std::string name, Shape shape, TensorKind kind) {
    w_.tensors.push_back({.name = prefix_ + name,
                          .shape = std::move(shape),
                          .known_rank = true,
                          .dtype = r_.dtype,
                          .kind = kind});
    return static_cast<Id>(w_.tensors.size() - 1);
}

Operator& Generator::add(std::string name, std::string type, OpKind kind, std::vector<Id> inputs) {
    Operator op;
    op.name = prefix_ + name;
    op.type = std::move(type);
    op.kind = kind;
    op.dtype = r_.dtype;
    op.layer = layer_;
    for (const auto id : inputs)
        op.read_bytes += product(w_.tensors[id].shape) * bytes_per_element(w_.tensors[id].dtype);
    op.inputs = std::move(inputs);
    return w_.operators.emplace_back(std::move(op));
}

/// Gives the operator its result; without MACs it costs one operation per element of it.
Id Generator::finish(Operator& op, Shape shape) {
    const double elements = product(shape);
    op.write_bytes = elements * element_;
    if (op.macs == 0) op.other_ops = elements;
    const auto name = op.name.substr(prefix_.size());
    op.outputs.push_back(tensor(name, std::move(shape)));
    return op.outputs.back();
}

void Generator::store(Operator& op, double elements) const {
    op.parameters += elements;
    op.weight_bytes += elements * element_;
    op.read_bytes += elements * element_;
}

Id Generator::elementwise(const std::string& name, OpKind kind, const std::string& type,
                          std::vector<Id> inputs, Shape shape) {
    return finish(add(name, type, kind, std::move(inputs)), std::move(shape));
}

Id Generator::norm(const std::string& name, Id input, std::int64_t width, double parameters) {
    Operator& op =
        add(name, c_.norm_has_bias ? "LayerNormalization" : "RMSNormalization", OpKind::norm, {input});
    store(op, parameters);
    return finish(op, {rows_, width});
}

Id Generator::hidden_norm(const std::string& name, Id input) {
    return norm(name, input, c_.hidden, real(c_.hidden) * (c_.norm_has_bias ? 2 : 1));
}

Id Generator::project(const Projection& projection, Id input) {
    Operator& op = add(projection.name, "MatMul", OpKind::gemm, {input});
    op.dims = GemmDims{.batch = 1, .m = rows_, .n = projection.n, .k = projection.k};
    op.macs = real(rows_) * real(projection.n) * real(projection.k);
    store(op, real(projection.n) * real(projection.k) + (projection.bias ? real(projection.n) : 0));
    return finish(op, {rows_, projection.n});
}

Id Generator::product_of_activations(const std::string& name, Id a, Id b, const GemmDims& dims) {
    Operator& op = add(name, "MatMul", OpKind::matmul, {a, b});
    op.dims = dims;
    op.macs = real(dims.batch) * real(dims.m) * real(dims.n) * real(dims.k);
    return finish(op, {dims.batch, dims.m, dims.n});
}

/// Rows of a table: stores all of it, reads one row per token.
Id Generator::lookup(const std::string& name, const std::string& input, std::int64_t rows_in_table) {
    const Id ids = tensor(input, {r_.batch, queries_}, TensorKind::input);
    w_.tensors[ids].dtype = Dtype::int64;
    Operator& op = add(name, "Gather", OpKind::embedding, {ids});
    op.parameters = real(rows_in_table) * real(c_.hidden);
    op.weight_bytes = op.parameters * element_;
    op.read_bytes += real(rows_) * real(c_.hidden) * element_;
    return finish(op, {rows_, c_.hidden});
}

/// The result is the whole cache; only the new token is written.
Id Generator::append_to_cache(const std::string& name, Id fresh, std::int64_t keys, std::int64_t width) {
    const Id cache = elementwise(name, OpKind::data_movement, "Concat", {fresh}, {r_.batch, keys, width});
    Operator& op = w_.operators.back();
    op.write_bytes = op.read_bytes;
    op.other_ops = real(rows_) * real(width);
    return cache;
}

Id Generator::embeddings() {
    Id x = lookup("embedding", "input_ids", c_.vocab);
    const auto add_table = [&](const std::string& name, const std::string& input, std::int64_t rows) {
        if (rows == 0) return;
        const Id other = lookup(name, input, rows);
        x = elementwise(name + "_add", OpKind::elementwise, "Add", {x, other}, {rows_, c_.hidden});
    };
    add_table("position_embedding", "position_ids", c_.learned_positions);
    add_table("token_type_embedding", "token_type_ids", c_.token_types);
    return c_.embedding_norm ? hidden_norm("embedding_norm", x) : x;
}

Id Generator::softmax(Id scores, const GemmDims& dims) {
    Operator& op = add("softmax", "Softmax", OpKind::softmax, {scores});
    if (c_.attention_sinks) store(op, real(c_.heads));
    return finish(op, {dims.batch, dims.m, dims.n});
}

Id Generator::plain_attention(Id x, std::int64_t keys) {
    const auto q_width = c_.heads * c_.head_dim, kv_width = c_.kv_heads * c_.head_dim;
    Id q = project({"q", c_.hidden, q_width, c_.qkv_bias}, x);
    Id k = project({"k", c_.hidden, kv_width, c_.qkv_bias}, x);
    Id v = project({"v", c_.hidden, kv_width, c_.qkv_bias}, x);
    if (c_.qk_norm) {
        q = norm("q_norm", q, q_width, real(c_.head_dim));
        k = norm("k_norm", k, kv_width, real(c_.head_dim));
    }
    if (r_.pass == LlmPass::decode) {  // the cache holds the keys and values of all tokens
        k = append_to_cache("k_cache", k, keys, kv_width);
        v = append_to_cache("v_cache", v, keys, kv_width);
    }
    const GemmDims qk{.batch = r_.batch * c_.heads, .m = queries_, .n = keys, .k = c_.head_dim};
    const Id scores = softmax(product_of_activations("qk", q, k, qk), qk);
    const GemmDims pv{.batch = qk.batch, .m = queries_, .n = c_.head_dim, .k = keys};
    const Id context = product_of_activations("pv", scores, v, pv);
    return project({"output", q_width, c_.hidden, c_.attention_output_bias}, context);
}

Id Generator::latent_attention(Id x, std::int64_t keys) {
    const auto head_width = c_.qk_nope_head_dim + c_.qk_rope_head_dim;
    const auto latent = c_.kv_lora_rank + c_.qk_rope_head_dim;
    Id q = x;
    if (c_.q_lora_rank > 0) {
        q = project({"q_a", c_.hidden, c_.q_lora_rank}, x);
        q = norm("q_a_norm", q, c_.q_lora_rank, real(c_.q_lora_rank));
    }
    q = project({"q_b", c_.q_lora_rank > 0 ? c_.q_lora_rank : c_.hidden, c_.heads * head_width}, q);
    Id kv = project({"kv_a", c_.hidden, latent}, x);
    kv = norm("kv_a_norm", kv, latent, real(c_.kv_lora_rank));

    const bool absorbed = r_.pass == LlmPass::decode;
    const auto up_width = c_.heads * (c_.qk_nope_head_dim + c_.v_head_dim);
    const GemmDims qk{
        .batch = r_.batch * c_.heads, .m = queries_, .n = keys, .k = absorbed ? latent : head_width};
    const GemmDims pv{
        .batch = qk.batch, .m = queries_, .n = absorbed ? c_.kv_lora_rank : c_.v_head_dim, .k = keys};
    Id context = 0;
    if (absorbed) {
        // Half of kv_b is applied to the query and half to the result: as many MACs, no expanded cache.
        q = project({"kv_b", c_.kv_lora_rank, up_width}, q);
        const Id cache = append_to_cache("kv_cache", kv, keys, latent);
        const Id scores = softmax(product_of_activations("qk", q, cache, qk), qk);
        context = product_of_activations("pv", scores, cache, pv);
    } else {
        const Id expanded = project({"kv_b", c_.kv_lora_rank, up_width}, kv);
        const Id scores = softmax(product_of_activations("qk", q, expanded, qk), qk);
        context = product_of_activations("pv", scores, expanded, pv);
    }
    return project({"output", c_.heads * c_.v_head_dim, c_.hidden, c_.attention_output_bias}, context);
}

Id Generator::dense_ffn(const std::string& prefix, Id x, std::int64_t width, bool bias) {
    std::vector<Id> raised;
    if (c_.gated_ffn) raised.push_back(project({prefix + "gate", c_.hidden, width, bias}, x));
    raised.push_back(project({prefix + "up", c_.hidden, width, bias}, x));
    const Id act = elementwise(prefix + "act", OpKind::activation, c_.gated_ffn ? "SwiGLU" : "Gelu", raised,
                               {rows_, width});
    return project({prefix + "down", width, c_.hidden, bias}, act);
}

/// All routed experts as one batched product; every expert is stored, those that got a token are read.
Operator& Generator::expert_product(const std::string& name, Id input, std::int64_t k, std::int64_t n) {
    const auto routed = rows_ * c_.experts_per_token;
    const auto used = std::max<std::int64_t>(1, std::min(c_.experts, routed));
    Operator& op = add(name, "MatMul", OpKind::gemm, {input});
    op.dims = GemmDims{.batch = used, .m = (routed + used - 1) / used, .n = n, .k = k};
    op.macs = real(routed) * real(n) * real(k);
    const double one = real(n) * real(k) + (c_.expert_bias ? real(n) : 0);
    op.parameters = one * real(c_.experts);
    op.weight_bytes = op.parameters * element_;
    op.read_bytes += one * real(used) * element_;
    return op;
}

Id Generator::mixture(Id x) {
    const auto width = c_.expert_ffn > 0 ? c_.expert_ffn : c_.ffn;
    const auto routed = rows_ * c_.experts_per_token;
    const Id logits = project({"router", c_.hidden, c_.experts, c_.router_bias}, x);
    const Id choice = elementwise("top_k", OpKind::reduce, "TopK", {logits}, {rows_, c_.experts_per_token});
    const Id sent =
        elementwise("dispatch", OpKind::data_movement, "Gather", {x, choice}, {routed, c_.hidden});

    std::vector<Id> raised;
    if (c_.gated_ffn)
        raised.push_back(finish(expert_product("expert_gate", sent, c_.hidden, width), {routed, width}));
    raised.push_back(finish(expert_product("expert_up", sent, c_.hidden, width), {routed, width}));
    const Id act = elementwise("expert_act", OpKind::activation, c_.gated_ffn ? "SwiGLU" : "Gelu", raised,
                               {routed, width});
    const Id down = finish(expert_product("expert_down", act, width, c_.hidden), {routed, c_.hidden});
    std::vector<Id> parts{down, choice};
    if (c_.shared_experts > 0) parts.push_back(dense_ffn("shared_", x, c_.shared_experts * width, false));
    return elementwise("combine", OpKind::elementwise, "Sum", std::move(parts), {rows_, c_.hidden});
}

void Generator::layer_block(const Block& block) {
    const auto first = static_cast<std::uint32_t>(w_.operators.size());
    layer_ = block.first_layer;
    prefix_ = "layer" + std::to_string(layer_) + "/";
    const Shape stream_shape{rows_, c_.hidden};
    const auto keys = block.window > 0 ? std::min(block.window, r_.seq) : r_.seq;

    Id x = c_.norms_per_layer >= 1 ? hidden_norm("attention_norm", stream_) : stream_;
    x = c_.kv_lora_rank > 0 ? latent_attention(x, keys) : plain_attention(x, keys);
    if (c_.norms_per_layer >= 3) x = hidden_norm("post_attention_norm", x);
    stream_ = elementwise("attention_add", OpKind::elementwise, "Add", {stream_, x}, stream_shape);

    x = c_.norms_per_layer >= 2 ? hidden_norm("ffn_norm", stream_) : stream_;
    x = block.mixture ? mixture(x) : dense_ffn("", x, c_.ffn, c_.ffn_bias);
    for (auto i = std::int64_t{4}; i <= c_.norms_per_layer; ++i)
        x = hidden_norm(i == 4 ? "post_ffn_norm" : "norm" + std::to_string(i), x);
    stream_ = elementwise("ffn_add", OpKind::elementwise, "Add", {stream_, x}, stream_shape);

    layer_ = -1;
    prefix_.clear();
    w_.repeats.push_back(
        {.first = first, .last = static_cast<std::uint32_t>(w_.operators.size()), .count = block.count});
}

/// Equal layers together: dense before mixture, windowed before global. Their order inside the model is
/// lost, their number is not.
std::vector<Block> Generator::blocks() const {
    const auto dense = c_.experts > 0 ? std::min(c_.first_dense_layers, c_.layers) : c_.layers;
    const auto is_global = [&](std::int64_t layer) {
        return c_.sliding_window == 0 ||
               (c_.sliding_window_pattern > 0 && (layer + 1) % c_.sliding_window_pattern == 0);
    };
    std::vector<Block> found;
    for (std::int64_t layer = 0; layer < c_.layers; ++layer) {
        const bool mixture = layer >= dense;
        const auto window = is_global(layer) ? 0 : c_.sliding_window;
        const auto same = std::ranges::find_if(
            found, [&](const Block& b) { return b.mixture == mixture && b.window == window; });
        if (same != found.end())
            ++same->count;
        else
            found.push_back(
                {.count = 1, .first_layer = static_cast<int>(layer), .mixture = mixture, .window = window});
    }
    return found;
}

void Generator::head() {
    Id x = c_.final_norm ? hidden_norm("final_norm", stream_) : stream_;
    if (c_.pooler) {
        Operator& op = add("pooler", "Gemm", OpKind::gemm, {x});
        op.dims = GemmDims{.batch = 1, .m = r_.batch, .n = c_.hidden, .k = c_.hidden};
        op.macs = real(r_.batch) * real(c_.hidden) * real(c_.hidden);
        store(op, real(c_.hidden) * real(c_.hidden) + real(c_.hidden));
        x = finish(op, {r_.batch, c_.hidden});
        x = elementwise("pooler_act", OpKind::activation, "Tanh", {x}, {r_.batch, c_.hidden});
    }
    if (c_.has_head) {
        x = project({"head", c_.hidden, c_.vocab}, x);
        if (c_.tied_embeddings) w_.operators.back().parameters = 0;  // counted with the embedding
    }
    w_.tensors[x].kind = TensorKind::output;
}

void Generator::summarise() {
    w_.name = "transformer";
    w_.format = "llm";
    w_.llm = c_;
    w_.batch = r_.batch;
    w_.parameters = total_parameters(c_);
    w_.weight_bytes = w_.parameters * element_;
    w_.nodes_top = static_cast<std::int64_t>(w_.operators.size());
    for (std::uint32_t i = 0; i < w_.operators.size(); ++i) {
        const auto count = repetitions(w_, i);
        w_.nodes_total += count;
        w_.op_histogram[w_.operators[i].type] += count;
    }
}

Workload Generator::run() {
    stream_ = embeddings();
    for (const auto& block : blocks()) layer_block(block);
    head();
    connect_operators(w_);
    summarise();
    return std::move(w_);
}

}  // namespace

Workload make_llm_workload(const LlmConfig& config, const LlmGraphRequest& request) {
    Workload forward = Generator(config, request).run();
    return request.pass == LlmPass::train ? with_training_passes(forward) : forward;
}

}  // namespace waferscope::core
