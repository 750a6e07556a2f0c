// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_cluster_rows.hpp"

#include <fmt/format.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

namespace waferscope::app {
namespace {

using Json = nlohmann::json;
using core::LlmConfig;
using core::Phase;
using core::Precision;

LlmConfig gpt(std::int64_t layers, std::int64_t hidden, std::int64_t heads, std::int64_t vocab) {
    return {.layers = layers, .hidden = hidden, .heads = heads, .kv_heads = heads, .head_dim = hidden / heads, .ffn = 4 * hidden, .vocab = vocab, .tied_embeddings = true};
}

/// Dimensions behind the names of the rows, from the models' public cards (MaxText: its scaling rule for sizes).
const std::map<std::string, LlmConfig>& named_models() {
    static const LlmConfig kLlama8b{.layers = 32, .hidden = 4096, .heads = 32, .kv_heads = 8, .head_dim = 128, .ffn = 14336, .vocab = 128256, .gated_ffn = true};
    static const LlmConfig kLlama70b{.layers = 80, .hidden = 8192, .heads = 64, .kv_heads = 8, .head_dim = 128, .ffn = 28672, .vocab = 128256, .gated_ffn = true};
    static const LlmConfig kLlama7b{.layers = 32, .hidden = 4096, .heads = 32, .kv_heads = 32, .head_dim = 128, .ffn = 11008, .vocab = 32000, .gated_ffn = true};
    const auto maxtext = [](std::int64_t layers, std::int64_t hidden, std::int64_t heads, std::int64_t ffn) {
        return LlmConfig{.layers = layers, .hidden = hidden, .heads = heads, .kv_heads = heads, .head_dim = 128, .ffn = ffn, .vocab = 32000, .gated_ffn = true};
    };
    static const std::map<std::string, LlmConfig> kModels{
        {"LLaMA-7B", kLlama7b}, {"Llama2-7B", kLlama7b}, {"Llama3.1-8B", kLlama8b}, {"llama3-8b", kLlama8b}, {"llama3-70b", kLlama70b}, {"Llama3.3-70B", kLlama70b}, {"Llama3.3-70B bf16 bs1", kLlama70b},
        {"llama-1B", {.layers = 24, .hidden = 2048, .heads = 32, .kv_heads = 32, .head_dim = 64, .ffn = 4096, .vocab = 50257, .gated_ffn = true}},
        {"MPT-7b", gpt(32, 4096, 32, 50432)}, {"MPT-30b", gpt(48, 7168, 64, 50432)},
        {"16B", maxtext(32, 4096, 64, 28672)}, {"32B", maxtext(32, 8192, 64, 28672)}, {"128B", maxtext(64, 8192, 128, 57344)}, {"512B", maxtext(128, 16384, 128, 57344)}};
    return kModels;
}

/// Machine id and precision of "h100 fp8", "dgx-a100", ...
std::pair<std::string, Precision> hardware(const std::string& text) {
    const auto space = text.find(' ');
    const std::string name = text.substr(0, space);
    static const std::map<std::string, std::string> kIds{{"a100", "a100_sxm_80g"}, {"a100_sxm", "a100_sxm_80g"}, {"dgx-a100", "a100_sxm_80g"}, {"h100", "h100_sxm"}, {"gb200", "gb200_nvl72"}, {"b200", "b200_hgx"}, {"cerebras", "cerebras_cs3"}};
    const auto found = kIds.find(name);
    const auto precision = space == std::string::npos ? std::nullopt : core::precision_from(text.substr(space + 1));
    return {found == kIds.end() ? name : found->second, precision.value_or(name.starts_with("a100") || name.starts_with("dgx") || name == "mi210" ? Precision::fp16 : Precision::bf16)};
}

double first_value(const Json& row) { return row["value"].is_array() ? row["value"][0].get<double>() : row["value"].get<double>(); }

double step_s(const core::Run& run) { return run.summary.step_time_s; }
double per_chip(const core::Run& run) { return *run.summary.tokens_per_s / run.scenario.chips; }

void kernel_row(ClusterRow& row, const Json& cfg) {
    auto& sc = row.scenario;
    sc.phase = Phase::inference;
    if (row.set == "gemm_fp16") {
        sc.workload = core::GemmWorkload{cfg["m"], cfg["n"], cfg["k"], 1};
        row.predicted = [](const core::Run& run) { return step_s(run) * 1e3; };
        return;
    }
    if (row.set == "allreduce" || row.set == "nccl") {
        sc.workload = core::CollectiveWorkload{core::CollectiveKind::all_reduce, cfg["bytes"]};
        row.predicted = [](const core::Run& run) { return step_s(run) * 1e6; };
        return;
    }
    core::ElementwiseWorkload work;
    work.kind = row.set.starts_with("gelu") ? core::ElementwiseKind::gelu : core::ElementwiseKind::layernorm;
    work.rows = cfg.contains("m") ? cfg["m"].get<std::int64_t>() : cfg["elements"].get<std::int64_t>() / 1024;
    work.columns = cfg.contains("n") ? cfg["n"].get<std::int64_t>() : 1024;
    sc.workload = work;
    row.predicted = [elements = static_cast<double>(work.rows * work.columns)](const core::Run& run) { return elements / step_s(run) / 1e9; };
}

/// Memory formulas: dimensions and plans of the paper's models (Korthikanti et al. 2022, tables 3 and 5).
void memory_row(ClusterRow& row, const Json& cfg, const std::string& metric) {
    struct Dimensions {
        std::int64_t layers, hidden, heads;
        int pp, interleave, micro_batch;
        std::int64_t batch;
    };
    static const std::map<std::string, Dimensions> kModels{{"22B", {48, 6144, 64, 1, 1, 4, 4}}, {"175B", {96, 12288, 96, 8, 3, 1, 64}}, {"530B", {105, 20480, 128, 35, 3, 1, 280}}, {"1T", {128, 25600, 160, 64, 1, 1, 512}}};
    const auto& d = kModels.at(row.model);
    auto& sc = row.scenario;
    sc.phase = Phase::train;
    sc.workload = gpt(d.layers, d.hidden, d.heads, 51200);
    sc.seq = 2048;
    sc.global_batch = d.batch;
    sc.chips = 8 * d.pp;
    const std::string recompute = cfg.value("recompute", "none");
    sc.parallel = core::ParallelPlan{.tp = 8, .pp = d.pp, .dp = 1, .interleave = d.interleave, .micro_batch = d.micro_batch, .recompute = recompute == "selective" ? core::Recompute::selective : core::Recompute::none, .sequence_parallel = cfg.value("sp", false)};
    if (metric.find("activations") != std::string::npos)
        row.predicted = [](const core::Run& run) { return *run.summary.memory->activations / 1073741824.0; };
    else
        row.predicted = [](const core::Run& run) { return (*run.summary.memory->weights + *run.summary.memory->gradients + *run.summary.memory->optimizer) / 1073741824.0; };
}

core::Recompute recompute_of(const Json& cfg) {
    const std::string text = cfg.value("recompute", "none");
    return text == "full" ? core::Recompute::full : text == "selective" ? core::Recompute::selective : core::Recompute::none;
}

void megatron_row(ClusterRow& row, const Json& cfg) {
    auto& sc = row.scenario;
    sc.phase = Phase::train;
    sc.workload = gpt(cfg["L"], cfg["h"], cfg["heads"], cfg.value("V", 51200));
    sc.seq = cfg.value("s", 1024);
    sc.global_batch = cfg["gbs"];
    core::ParallelPlan plan{.tp = cfg.value("tp", 1), .pp = cfg.value("pp", 1), .dp = cfg.value("dp", 1), .interleave = cfg.value("vp", 1), .micro_batch = cfg.value("mbs", 1), .recompute = recompute_of(cfg), .sequence_parallel = cfg.value("sp", false)};
    if (row.set == "megatron_tp_2020") {  // the whole batch at once, every layer recomputed: its TFLOP/s count 96 B s L h^2
        plan.micro_batch = cfg["gbs"];
        plan.recompute = core::Recompute::full;
    }
    if (row.set == "mcore_h100_weak") {  // flash attention, sequence parallel, sharded optimiser; interleaving not given: 6
        plan.sequence_parallel = plan.tp > 1;
        plan.zero = 1;
        plan.interleave = plan.pp > 1 ? 6 : 1;
        sc.options.attention = core::Attention::flash;
        row.predicted = [](const core::Run& run) { return *run.summary.tflops_per_chip; };
    } else {
        const double unit = row.metric.starts_with("ms") ? 1e3 : 1;
        row.predicted = [unit](const core::Run& run) { return step_s(run) * unit; };
    }
    sc.parallel = plan;
}

void named_training_row(ClusterRow& row, const Json& cfg) {
    auto& sc = row.scenario;
    sc.phase = Phase::train;
    sc.workload = named_models().at(row.model);
    sc.seq = cfg.value("s", 2048);
    sc.options.attention = core::Attention::flash;
    core::ParallelPlan plan;
    row.predicted = per_chip;
    if (row.set == "megatron_bridge") {
        sc.precision = Precision::fp8;
        sc.global_batch = cfg["gbs"];
        const bool sharded = cfg.value("fsdp", 0) > 1;
        plan = {.tp = cfg["tp"], .pp = cfg["pp"], .cp = cfg["cp"], .interleave = cfg["vp"].is_number() ? cfg["vp"].get<int>() : 1, .micro_batch = cfg["mbs"], .zero = sharded ? 3 : 1, .sequence_parallel = cfg["tp"].get<int>() > 1};
    } else if (row.set == "nanotron_1b") {
        sc.global_batch = cfg["gbs"];
        plan = {.dp = 16, .micro_batch = 1, .zero = 1};
        row.predicted = step_s;
    } else if (row.set == "mosaic_fsdp") {
        const int micro = cfg["mbs"];
        sc.global_batch = static_cast<std::int64_t>(micro) * cfg["grad_accum"].get<int>() * sc.chips;
        plan = {.micro_batch = micro, .zero = 3, .recompute = cfg["act_ckpt"].get<bool>() ? core::Recompute::full : core::Recompute::none};
        row.measured = 0;  // set by the caller from the second value
    } else if (row.set == "trn1_train") {
        sc.global_batch = cfg["gbs"];
        plan = {.tp = 8, .dp = 64, .micro_batch = 1, .zero = 1, .sequence_parallel = true};
        row.predicted = [](const core::Run& run) { return *run.summary.samples_per_s; };
    } else {  // MaxText: per-device batch, tensor-parallel degree and rematerialisation of the published run scripts
        struct Script {
            int per_device, tp;
            core::Recompute recompute;
        };
        static const std::map<std::string, Script> kScripts{{"maxtext_v5p/32B", {7, 4, core::Recompute::selective}}, {"maxtext_v5p/128B", {1, 8, core::Recompute::selective}}, {"maxtext_v5p/512B", {2, 8, core::Recompute::full}}, {"maxtext_v5e/16B", {6, 1, core::Recompute::full}}, {"maxtext_v5e/128B", {1, 16, core::Recompute::selective}}};
        const auto& script = kScripts.at(row.set + "/" + row.model);
        sc.global_batch = static_cast<std::int64_t>(script.per_device) * sc.chips;
        plan = {.tp = script.tp, .micro_batch = script.per_device * script.tp, .zero = 3, .recompute = script.recompute};
        row.predicted = [](const core::Run& run) { return *run.summary.tflops_per_chip; };
    }
    sc.parallel = plan;
}

void engine_row(ClusterRow& row, const Json& cfg) {
    auto& sc = row.scenario;
    sc.workload = named_models().at(row.model);
    core::ParallelPlan plan;
    if (row.set == "trtllm_ttft") {
        sc.phase = Phase::prefill;
        sc.global_batch = cfg["bs"];
        sc.seq = cfg["isl"];
        row.predicted = [](const core::Run& run) { return *run.summary.ttft_s * 1e3; };
    } else if (row.set == "trn2_infer") {
        sc.phase = Phase::decode;
        sc.seq = 2048;  // context not given; weights decide at batch 1
        plan.tp = cfg["tp"];
        row.predicted = [](const core::Run& run) { return *run.summary.tpot_s * 1e3; };
    } else {
        sc.phase = Phase::serve;
        row.predicted = [](const core::Run& run) { return *run.summary.tokens_per_s; };
        if (row.set == "trtllm_static_batch") {
            sc.global_batch = cfg["bs"];
            sc.seq = cfg["isl"];
            sc.output_tokens = cfg["osl"];
            sc.options.batching = core::Batching::static_batch;
        } else {
            const std::string lengths = cfg["isl_osl"];
            const auto slash = lengths.find('/');
            sc.global_batch = core::kMaxBatch;
            sc.seq = std::stoll(lengths.substr(0, slash));
            sc.output_tokens = std::stoll(lengths.substr(slash + 1));
            plan.tp = cfg["tp"];
        }
    }
    sc.parallel = plan;
}

ClusterRow make_row(const Json& json) {
    const Json& cfg = json["cfg"];
    ClusterRow row{.set = json["set"], .model = json["model"], .metric = json["metric"], .measured = first_value(json)};
    const auto [machine, precision] = hardware(json["hw"]);
    row.machine = machine;
    auto& sc = row.scenario;
    sc.machine = machine;
    sc.precision = precision;
    sc.global_batch = 1;
    if (json["n"].is_number()) sc.chips = std::max(1, json["n"].get<int>());
    else if (json["n"].is_string()) sc.chips = std::stoi(json["n"].get<std::string>().substr(2)) / 2;  // "1x128 cores", two a chip
    row.name = fmt::format("{} {} {} {}", row.set, json["hw"].get<std::string>(), row.model, cfg.dump());
    row.group = row.set + row.model;
    const auto& set = row.set;
    if (set == "aa_user_speed") row.skipped = "wafer: calibrates the wafer layer, see bench wafer";
    else if (set.starts_with("gemm") || set.starts_with("gelu") || set.starts_with("layernorm") || set == "allreduce" || set == "nccl") kernel_row(row, cfg);
    else if (set == "korthikanti_mem") memory_row(row, cfg, row.metric);
    else if (set == "korthikanti_t5" || set == "megatron_tp_2020" || set == "mcore_h100_weak") megatron_row(row, cfg);
    else if (set.starts_with("trtllm") || set == "trn2_infer") engine_row(row, cfg);
    else named_training_row(row, cfg);
    if (set == "mosaic_fsdp") row.measured = json["value"][1];
    if (set == "trn2_infer") row.measured = json["value"][1];  // TPOT; the prompt length behind TTFT is not given
    sc.name = row.name;
    return row;
}

ClusterRow vtrain_row(const std::vector<std::string>& f) {
    const auto number = [&](std::size_t i) { return std::stoll(f[i]); };
    ClusterRow row{.set = f[0].starts_with("single") ? "vtrain_single" : "vtrain_multi", .machine = "a100_sxm_80g", .metric = "ms/iter", .measured = std::stod(f[11])};
    auto& sc = row.scenario;
    sc.machine = row.machine;
    sc.precision = Precision::fp16;
    sc.phase = Phase::train;
    sc.chips = static_cast<int>(number(1));
    sc.global_batch = number(2);
    sc.workload = gpt(number(6), number(4), number(5), 51200);
    sc.seq = number(7);
    // Clusters ran the models whole layers of which do not fit without recomputation; single nodes kept activations.
    sc.parallel = core::ParallelPlan{.tp = static_cast<int>(number(8)), .pp = static_cast<int>(number(10)), .dp = static_cast<int>(number(9)), .micro_batch = static_cast<int>(number(3)), .recompute = row.set == "vtrain_multi" ? core::Recompute::full : core::Recompute::none};
    row.predicted = [](const core::Run& run) { return step_s(run) * 1e3; };
    row.model = fmt::format("h{} L{}", f[4], f[6]);
    row.group = fmt::format("{} tp{} pp{}", row.model, f[8], f[10]);
    row.plan_group = fmt::format("{} {} gpus{} gbs{}", row.set, row.model, f[1], f[2]);
    row.name = fmt::format("{} gpus{} gbs{} mbs{} {} tp{} dp{} pp{}", row.set, f[1], f[2], f[3], row.model, f[8], f[9], f[10]);
    sc.name = row.name;
    return row;
}

}  // namespace

core::Result<std::vector<ClusterRow>> read_cluster_rows(const std::string& folder) {
    std::vector<ClusterRow> rows;
    const std::string path = folder + "/calibration.json", table = folder + "/vtrain_a100_calibration.csv";
    std::ifstream json_file(path), csv_file(table);
    if (!json_file) return core::fail(core::ErrorCode::file_missing, "No calibration rows there.", path, "give --data DIR with calibration.json");
    if (!csv_file) return core::fail(core::ErrorCode::file_missing, "No vTrain rows there.", table, "give --data DIR with vtrain_a100_calibration.csv");
    try {
        const Json published = Json::parse(json_file);
        for (const auto& row : published.at("rows")) rows.push_back(make_row(row));
        std::string line;
        std::getline(csv_file, line);
        while (std::getline(csv_file, line)) {
            std::vector<std::string> fields;
            std::stringstream text(line);
            for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
            if (fields.size() >= 12) rows.push_back(vtrain_row(fields));
        }
    } catch (const std::exception& error) {  // library border: nlohmann and std::stod throw
        return core::fail(core::ErrorCode::format, fmt::format("A calibration row cannot be read: {}", error.what()), path);
    }
    return rows;
}

}  // namespace waferscope::app
