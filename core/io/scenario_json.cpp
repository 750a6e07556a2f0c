// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scenario_json.hpp"

#include "core/io/json_reader.hpp"
#include "core/io/region_plan_json.hpp"
#include "core/model/symbols.hpp"

#include <fmt/format.h>

namespace waferscope::core {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t kBig = 1'000'000'000'000;

LlmConfig read_llm(JsonObject object) {
    LlmConfig llm;
    for (const auto* key : {"layers", "hidden", "heads", "ffn", "vocab"}) object.require(key);
    object.read("layers", llm.layers, 1, 10'000);
    object.read("hidden", llm.hidden, 1, 1'000'000);
    object.read("heads", llm.heads, 1, 100'000);
    llm.kv_heads = llm.heads;
    object.read("kv_heads", llm.kv_heads, 1, 100'000);
    llm.head_dim = llm.hidden / std::max<std::int64_t>(1, llm.heads);
    object.read("head_dim", llm.head_dim, 1, 1'000'000);
    object.read("ffn", llm.ffn, 1, 10'000'000);
    object.read("gated_ffn", llm.gated_ffn);
    object.read("vocab", llm.vocab, 1, 100'000'000);
    object.read("experts", llm.experts, 0, 100'000);
    object.read("experts_per_token", llm.experts_per_token, 0, 100'000);
    object.read("shared_experts", llm.shared_experts, 0, 1000);
    object.read("expert_ffn", llm.expert_ffn, 0, 10'000'000);
    object.read("first_dense_layers", llm.first_dense_layers, 0, 10'000);
    object.read("tied_embeddings", llm.tied_embeddings);
    object.read("q_lora_rank", llm.q_lora_rank, 0, 1'000'000);
    object.read("kv_lora_rank", llm.kv_lora_rank, 0, 1'000'000);
    object.read("qk_rope_head_dim", llm.qk_rope_head_dim, 0, 1'000'000);
    object.read("qk_nope_head_dim", llm.qk_nope_head_dim, 0, 1'000'000);
    object.read("v_head_dim", llm.v_head_dim, 0, 1'000'000);
    object.read("sliding_window", llm.sliding_window, 0, kBig);
    object.end();
    return llm;
}

GemmWorkload read_gemm(JsonObject object) {
    GemmWorkload gemm;
    for (const auto* key : {"m", "n", "k"}) object.require(key);
    object.read("m", gemm.m, 1, 1'000'000'000);
    object.read("n", gemm.n, 1, 1'000'000'000);
    object.read("k", gemm.k, 1, 1'000'000'000);
    object.read("count", gemm.count, 1, 1'000'000'000);
    object.end();
    return gemm;
}

/// Sizes of symbolic dimensions by name; which names exist is known when the file is read.
std::map<std::string, std::int64_t> read_bind(const Json* value, JsonContext& context) {
    std::map<std::string, std::int64_t> bind;
    if (!value->is_object()) {
        context.refuse(ErrorCode::value, "bind must be an object of symbol and size, for example {\"batch\": 8}.", "/workload/bind");
        return bind;
    }
    for (const auto& item : value->items()) {
        const auto place = "/workload/bind/" + item.key();
        if (!item.value().is_number_integer()) {
            context.refuse(ErrorCode::value, fmt::format("{} must be a whole number.", place), place, "write digits only, for example 8");
            return bind;
        }
        // A number beyond int64 is too large as well.
        const bool huge = item.value().is_number_unsigned() && item.value().get<std::uint64_t>() > static_cast<std::uint64_t>(kMostSize);
        const auto size = check_size(place, huge ? kMostSize + 1 : item.value().get<std::int64_t>());
        if (!size) {
            context.refuse(size.error().code, size.error().message, place, size.error().hint);
            return bind;
        }
        bind[item.key()] = *size;
    }
    return bind;
}

WorkloadSpec read_workload_spec(JsonObject object) {
    WorkloadSpec spec;
    int kinds = 0;
    if (object.has("llm")) spec = read_llm(object.object("llm")), ++kinds;
    if (object.has("gemm")) spec = read_gemm(object.object("gemm")), ++kinds;
    if (object.has("hf_config")) {
        HfConfigWorkload hf;
        object.read("hf_config", hf.path);
        spec = hf, ++kinds;
    }
    if (object.has("file")) {
        FileWorkload file;
        object.read("file", file.path);
        if (object.has("bind")) file.bind = read_bind(object.find("bind"), object.context());
        spec = file, ++kinds;
    }
    if (object.has("elementwise")) {
        auto inner = object.object("elementwise");
        ElementwiseWorkload work;
        inner.read_word("kind", work.kind, {"gelu", "layernorm", "softmax"});
        inner.read("rows", work.rows, 1, kBig);
        inner.read("columns", work.columns, 1, kBig);
        inner.end();
        spec = work, ++kinds;
    }
    if (object.has("collective")) {
        auto inner = object.object("collective");
        CollectiveWorkload work;
        inner.read_word("kind", work.kind, {"all_reduce", "all_gather", "reduce_scatter", "all_to_all", "broadcast", "send_recv"});
        inner.read("bytes", work.bytes, 1, 1e15, "bytes");
        inner.end();
        spec = work, ++kinds;
    }
    object.end();
    if (kinds != 1)
        object.context().refuse(ErrorCode::value, "workload must hold exactly one of llm, hf_config, file, gemm, elementwise, collective.",
                                "/workload", "keep one of them");
    return spec;
}

std::optional<ParallelPlan> read_parallel(JsonObject& parent) {
    const Json* value = parent.find("parallel");
    if (value == nullptr) return std::nullopt;
    if (value->is_string() && value->get<std::string>() == "auto") return std::nullopt;
    JsonObject object(*value, "/parallel", parent.context());
    ParallelPlan plan;
    object.read("tp", plan.tp, 1, 1'000'000);
    object.read("pp", plan.pp, 1, 1'000'000);
    object.read("dp", plan.dp, 1, 1'000'000);
    object.read("cp", plan.cp, 1, 1'000'000);
    object.read("ep", plan.ep, 1, 1'000'000);
    object.read("interleave", plan.interleave, 1, 1000);
    object.read("micro_batch", plan.micro_batch, 1, 1'000'000);
    object.read("zero", plan.zero, 0, 3);
    object.read_word("recompute", plan.recompute, {"none", "selective", "full"});
    object.read("sequence_parallel", plan.sequence_parallel);
    object.end();
    return plan;
}

void read_options(JsonObject object, RunOptions& options) {
    if (object.has("attention")) {
        Attention attention = Attention::standard;
        object.read_word("attention", attention, {"standard", "flash"});
        options.attention = attention;
    }
    object.read("overlap", options.overlap);
    object.read_word("schedule", options.schedule, {"1f1b", "interleaved", "zero_bubble"});
    object.read_word("batching", options.batching, {"static", "continuous"});
    if (object.has("stack")) {
        Stack stack = Stack::eager;
        object.read_word("stack", stack, {"eager", "graphs", "tuned"});
        options.stack = stack;
    }
    if (object.has("kv_precision")) {
        Precision kv = Precision::fp16;
        object.read_word("kv_precision", kv, {"fp32", "tf32", "bf16", "fp16", "fp8", "int8", "fp4"});
        options.kv_precision = kv;
    }
    std::size_t lora = 0;
    object.read_word("finetune", lora, {"full", "lora"});
    options.lora = lora == 1;
    object.read("lora_rank", options.lora_rank, 1, 65'536);
    object.read("prefill_machine", options.prefill_machine);
    object.read("prefill_chips", options.prefill_chips, 1, 1'000'000);
    object.end();
}

void read_wafer_options(JsonObject object, WaferOptions& wafer) {
    object.read_word("mode", wafer.mode, {"auto", "pipelined", "weight_streaming", "resident"});
    if (const Json* region = object.find("region")) {
        const bool good = region->is_array() && region->size() == 2 && (*region)[0].is_number_integer() &&
                          (*region)[1].is_number_integer();
        const std::array<int, 2> sides{good ? (*region)[0].get<int>() : 0, good ? (*region)[1].get<int>() : 0};
        if (sides[0] < 2 || sides[1] < 2 || sides[0] > 4096 || sides[1] > 4096)
            object.context().refuse(ErrorCode::range, "region must be [columns, rows], each 2 to 4,096.", "/wafer/region");
        wafer.region = sides;
    }
    object.read("groups", wafer.groups, 0, 4096);
    object.read("clock_hz", wafer.clock_hz, 1e6, 1e11);
    std::size_t io = 0;
    object.read_word("io", io, {"nameplate", "measured"});
    wafer.measured_io = io == 1;
    std::size_t peak = 0;
    object.read_word("peak", peak, {"dense", "marketing"});
    wafer.marketing_peak = peak == 1;
    object.read("defects", wafer.defects, 0, 1'000'000);
    object.end();
}

void read_economics(JsonObject object, EconomicsOptions& economics) {
    std::size_t ownership = 4;
    object.read_word("ownership", ownership, {"owned", "rented", "vendor_cost", "token_price"});
    static constexpr std::array<std::string_view, 5> kWords{"owned", "rented", "vendor_cost", "token_price", ""};
    economics.ownership = kWords.at(ownership);
    object.read("usd_per_kwh", economics.usd_per_kwh, 0, 100, "$/kWh");
    object.read("pue", economics.pue, 1, 10);
    object.read("utilisation", economics.utilisation, 1e-6, 1);
    object.read("years", economics.years, 0.1, 100, "years");
    object.read("opex_fraction", economics.opex_fraction, 0, 10);
    object.end();
}

ServeLoad read_load(JsonObject object) {
    ServeLoad load;
    object.read("requests_per_s", load.requests_per_s, 0, 1e12);
    object.read("tokens_per_day", load.tokens_per_day, 0, 1e18);
    object.read("input_tokens", load.input_tokens, 1, 1e9);
    object.read("output_tokens", load.output_tokens, 1, 1e9);
    object.read("peak_to_mean", load.peak_to_mean, 1, 1000);
    object.read("min_tokens_per_s_per_user", load.min_tokens_per_s_per_user, 0, 1e9);
    object.read("max_ttft_s", load.max_ttft_s, 0, 1e9);
    object.read("redundancy", load.redundancy, 0, 100);
    object.end();
    return load;
}

void read_batch(JsonObject& object, std::int64_t& batch) {
    const Json* value = object.find("global_batch");
    if (value != nullptr && value->is_string() && value->get<std::string>() == "max")
        batch = kMaxBatch;
    else
        object.read("global_batch", batch, 1, 1'000'000'000);
}

/// A path or the text of a .paint, or the regions themselves.
void read_placement(JsonObject& object, Scenario& scenario) {
    const Json* value = object.find("placement");
    if (value != nullptr && value->is_object())
        scenario.regions = read_region_plan(object.object("placement"));
    else
        object.read("placement", scenario.placement);
}

/// {"/memory_bytes_per_s": 3.0e12, ...}
void read_overrides(JsonObject& object, std::map<std::string, double>& overrides) {
    const Json* list = object.find("machine_overrides");
    if (list == nullptr) return;
    if (!list->is_object()) return object.context().refuse(ErrorCode::value, "machine_overrides must be an object of pointers and numbers.", "/machine_overrides");
    for (const auto& item : list->items()) {
        if (!item.value().is_number()) return object.context().refuse(ErrorCode::value, fmt::format("The override of {} must be a number.", item.key().substr(0, 60)), "/machine_overrides");
        overrides[item.key()] = item.value().get<double>();
    }
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const std::string& file) {
    const auto json = parse_json(text, file);
    if (!json) return tl::unexpected(json.error());
    JsonContext context{file, {}};
    JsonObject object(*json, "", context);
    Scenario scenario;
    scenario.source_path = file;
    std::size_t format = 0;
    int version = 1;
    for (const auto* key : {"format", "workload", "phase", "machine"}) object.require(key);
    object.read_word("format", format, {"waferscope.scenario"});
    object.read("version", version, 1, 1);
    object.read("name", scenario.name);
    scenario.workload = read_workload_spec(object.object("workload"));
    object.read_word("phase", scenario.phase, {"train", "finetune", "prefill", "decode", "serve", "inference"});
    read_batch(object, scenario.global_batch);
    object.read("seq", scenario.seq, 0, 1'000'000'000);
    object.read("output_tokens", scenario.output_tokens, 0, 1'000'000'000);
    object.read_word("precision", scenario.precision, {"fp32", "tf32", "bf16", "fp16", "fp8", "int8", "fp4"});
    object.read("machine", scenario.machine);
    object.read("chips", scenario.chips, 1, 10'000'000);
    scenario.parallel = read_parallel(object);
    read_options(object.object("options"), scenario.options);
    read_wafer_options(object.object("wafer"), scenario.wafer);
    read_placement(object, scenario);
    read_economics(object.object("economics"), scenario.economics);
    if (object.has("load")) scenario.load = read_load(object.object("load"));
    read_overrides(object, scenario.machine_overrides);
    object.end();
    if (context.error) return tl::unexpected(*context.error);
    return scenario;
}

namespace {

Json llm_to_json(const LlmConfig& llm) {
    Json json{{"layers", llm.layers}, {"hidden", llm.hidden}, {"heads", llm.heads}, {"kv_heads", llm.kv_heads},
              {"head_dim", llm.head_dim}, {"ffn", llm.ffn}, {"gated_ffn", llm.gated_ffn}, {"vocab", llm.vocab},
              {"experts", llm.experts}, {"experts_per_token", llm.experts_per_token},
              {"tied_embeddings", llm.tied_embeddings}};
    const auto add = [&](const char* key, std::int64_t value) {
        if (value != 0) json[key] = value;
    };
    add("shared_experts", llm.shared_experts);
    add("expert_ffn", llm.expert_ffn);
    add("first_dense_layers", llm.first_dense_layers);
    add("q_lora_rank", llm.q_lora_rank);
    add("kv_lora_rank", llm.kv_lora_rank);
    add("qk_rope_head_dim", llm.qk_rope_head_dim);
    add("qk_nope_head_dim", llm.qk_nope_head_dim);
    add("v_head_dim", llm.v_head_dim);
    add("sliding_window", llm.sliding_window);
    return json;
}

struct SpecToJson {
    Json operator()(const LlmConfig& llm) const { return {{"llm", llm_to_json(llm)}}; }
    Json operator()(const HfConfigWorkload& hf) const { return {{"hf_config", hf.path}}; }
    Json operator()(const FileWorkload& file) const {
        Json json{{"file", file.path}};
        for (const auto& [name, size] : file.bind) json["bind"][name] = size;
        return json;
    }
    Json operator()(const GemmWorkload& g) const {
        return {{"gemm", {{"m", g.m}, {"n", g.n}, {"k", g.k}, {"count", g.count}}}};
    }
    Json operator()(const ElementwiseWorkload& e) const {
        static constexpr std::array<const char*, 3> kKinds{"gelu", "layernorm", "softmax"};
        return {{"elementwise", {{"kind", kKinds.at(static_cast<std::size_t>(e.kind))}, {"rows", e.rows}, {"columns", e.columns}}}};
    }
    Json operator()(const CollectiveWorkload& c) const {
        return {{"collective", {{"kind", collective_name(c.kind)}, {"bytes", c.bytes}}}};
    }
};

Json wafer_to_json(const WaferOptions& wafer) {
    static constexpr std::array<const char*, 4> kModes{"auto", "pipelined", "weight_streaming", "resident"};
    Json json{{"mode", kModes.at(static_cast<std::size_t>(wafer.mode))}};
    if (wafer.region) json["region"] = *wafer.region;
    if (wafer.groups > 0) json["groups"] = wafer.groups;
    if (wafer.clock_hz) json["clock_hz"] = *wafer.clock_hz;
    json["io"] = wafer.measured_io ? "measured" : "nameplate";
    json["peak"] = wafer.marketing_peak ? "marketing" : "dense";
    if (wafer.defects > 0) json["defects"] = wafer.defects;
    return json;
}

Json options_to_json(const RunOptions& o) {
    static constexpr std::array<const char*, 3> kSchedules{"1f1b", "interleaved", "zero_bubble"}, kStacks{"eager", "graphs", "tuned"};
    Json json{{"overlap", o.overlap}, {"schedule", kSchedules.at(static_cast<std::size_t>(o.schedule))}, {"batching", o.batching == Batching::continuous ? "continuous" : "static"}};
    if (o.attention) json["attention"] = *o.attention == Attention::flash ? "flash" : "standard";
    if (o.stack) json["stack"] = kStacks.at(static_cast<std::size_t>(*o.stack));
    if (o.kv_precision) json["kv_precision"] = precision_name(*o.kv_precision);
    if (o.lora) json["finetune"] = "lora", json["lora_rank"] = o.lora_rank;
    if (!o.prefill_machine.empty()) json["prefill_machine"] = o.prefill_machine, json["prefill_chips"] = o.prefill_chips;
    return json;
}

Json economics_to_json(const EconomicsOptions& e) {
    Json json{{"usd_per_kwh", e.usd_per_kwh}, {"pue", e.pue}, {"utilisation", e.utilisation}, {"years", e.years}, {"opex_fraction", e.opex_fraction}};
    if (!e.ownership.empty()) json["ownership"] = e.ownership;
    return json;
}

Json load_to_json(const ServeLoad& l) {
    Json json{{"input_tokens", l.input_tokens}, {"output_tokens", l.output_tokens}, {"peak_to_mean", l.peak_to_mean}, {"redundancy", l.redundancy}};
    if (l.requests_per_s) json["requests_per_s"] = *l.requests_per_s;
    if (l.tokens_per_day) json["tokens_per_day"] = *l.tokens_per_day;
    if (l.min_tokens_per_s_per_user) json["min_tokens_per_s_per_user"] = *l.min_tokens_per_s_per_user;
    if (l.max_ttft_s) json["max_ttft_s"] = *l.max_ttft_s;
    return json;
}

}  // namespace

std::string scenario_json(const Scenario& s) {
    static constexpr std::array<const char*, 3> kRecompute{"none", "selective", "full"};
    Json json{{"format", "waferscope.scenario"}, {"version", 1}, {"name", s.name},
              {"workload", std::visit(SpecToJson{}, s.workload)}, {"phase", phase_name(s.phase)}};
    if (s.global_batch == kMaxBatch)
        json["global_batch"] = "max";
    else
        json["global_batch"] = s.global_batch;
    json["seq"] = s.seq;
    json["output_tokens"] = s.output_tokens;
    json["precision"] = precision_name(s.precision);
    json["machine"] = s.machine;
    json["chips"] = s.chips;
    if (s.parallel)
        json["parallel"] = {{"tp", s.parallel->tp}, {"pp", s.parallel->pp}, {"dp", std::max(1, s.parallel->dp)},
                            {"cp", s.parallel->cp}, {"ep", s.parallel->ep}, {"interleave", s.parallel->interleave},
                            {"micro_batch", s.parallel->micro_batch}, {"zero", s.parallel->zero},
                            {"recompute", kRecompute.at(static_cast<std::size_t>(s.parallel->recompute))},
                            {"sequence_parallel", s.parallel->sequence_parallel}};
    else
        json["parallel"] = "auto";
    json["options"] = options_to_json(s.options);
    json["wafer"] = wafer_to_json(s.wafer);
    json["economics"] = economics_to_json(s.economics);
    if (s.load) json["load"] = load_to_json(*s.load);
    if (!s.placement.empty()) json["placement"] = s.placement;
    if (s.regions) json["placement"] = region_plan_json(*s.regions);
    for (const auto& [pointer, value] : s.machine_overrides) json["machine_overrides"][pointer] = value;
    return json.dump();
}

}  // namespace waferscope::core
