// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/result_json.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace waferscope::core {
namespace {

using Json = nlohmann::ordered_json;

void add(Json& json, const char* key, const std::optional<double>& value) {
    if (value) json[key] = *value;
}

Json plan_to_json(const ParallelPlan& plan) {
    static constexpr std::array<const char*, 3> kRecompute{"none", "selective", "full"};
    return {{"tp", plan.tp}, {"pp", plan.pp}, {"dp", plan.dp}, {"cp", plan.cp}, {"ep", plan.ep},
            {"interleave", plan.interleave}, {"micro_batch", plan.micro_batch}, {"zero", plan.zero},
            {"recompute", kRecompute.at(static_cast<std::size_t>(plan.recompute))},
            {"sequence_parallel", plan.sequence_parallel}};
}

Json memory_to_json(const MemoryUse& memory) {
    Json json;
    add(json, "weights", memory.weights);
    add(json, "gradients", memory.gradients);
    add(json, "optimizer", memory.optimizer);
    add(json, "activations", memory.activations);
    add(json, "kv_cache", memory.kv_cache);
    json["total"] = memory.total;
    return json;
}

Json evidence_to_json(const Evidence& evidence) {
    Json json{{"class", evidence.kind}};
    add(json, "mape", evidence.mape);
    if (evidence.n > 0) json["n"] = evidence.n;
    if (!evidence.set.empty()) json["set"] = evidence.set;
    add(json, "inside_range", evidence.inside_range);
    if (!evidence.outside.empty()) json["outside"] = evidence.outside;
    return json;
}

void add_rates(Json& json, const Summary& s) {
    json["step_time_s"] = s.step_time_s;
    add(json, "interval_s", s.interval_s);
    add(json, "tokens_per_s", s.tokens_per_s);
    add(json, "tokens_per_s_per_user", s.tokens_per_s_per_user);
    add(json, "samples_per_s", s.samples_per_s);
    add(json, "ttft_s", s.ttft_s);
    add(json, "tpot_s", s.tpot_s);
    add(json, "tflops_per_chip", s.tflops_per_chip);
    add(json, "mfu", s.mfu);
    add(json, "hfu", s.hfu);
    add(json, "utilisation", s.utilisation);
    add(json, "compute_s", s.compute_s);
    add(json, "communication_s", s.communication_s);
    add(json, "exposed_communication_s", s.exposed_communication_s);
    add(json, "bubble_s", s.bubble_s);
    if (s.algorithm) json["algorithm"] = *s.algorithm;
    add(json, "bus_bandwidth_bytes_per_s", s.bus_bandwidth_bytes_per_s);
    if (s.hottest_link) json["hottest_link"] = {{"name", s.hottest_link->name}, {"load", s.hottest_link->load}};
}

void add_costs(Json& json, const Summary& s) {
    add(json, "power_w", s.power_w);
    add(json, "energy_j", s.energy_j);
    add(json, "price_usd", s.price_usd);
    add(json, "unit_cost_usd", s.unit_cost_usd);
    add(json, "gross_margin", s.gross_margin);
    add(json, "usd_per_hour", s.usd_per_hour);
    add(json, "usd_per_mtok", s.usd_per_mtok);
    if (!s.fleet) return;
    auto& fleet = json["fleet"] = {{"replicas", s.fleet->replicas}, {"systems", s.fleet->systems}, {"utilisation_mean", s.fleet->utilisation_mean}};
    add(fleet, "usd_per_month", s.fleet->usd_per_month);
    add(fleet, "usd_per_m_input", s.fleet->usd_per_m_input);
    add(fleet, "usd_per_m_output", s.fleet->usd_per_m_output);
    add(fleet, "usd_per_request", s.fleet->usd_per_request);
    fleet["bound_by"] = s.fleet->bound_by;
}

}  // namespace

std::string result_json(const Run& run) {
    const Summary& s = run.summary;
    Json json{{"name", run.scenario.name}, {"ok", true}, {"machine", run.scenario.machine},
              {"layer", std::string(1, run.layer())}, {"phase", phase_name(run.scenario.phase)},
              {"chips", run.scenario.chips}, {"precision", precision_name(run.scenario.precision)},
              {"global_batch", run.scenario.global_batch}, {"parallel", plan_to_json(run.plan)}, {"fits", s.fits}};
    add_rates(json, s);
    if (s.memory) json["memory_bytes_per_chip"] = memory_to_json(*s.memory);
    if (s.wafers) json["wafers"] = *s.wafers;
    add_costs(json, s);
    if (!run.bottlenecks.empty())
        json["bottleneck"] = {{"id", run.bottlenecks.front().id}, {"text", run.bottlenecks.front().text}};
    for (const auto& l : run.levers)
        json["levers"].push_back({{"change", l.change}, {"metric", l.metric}, {"before", l.before}, {"after", l.after}, {"gain", l.gain}, {"applicable", l.applicable}});
    json["evidence"] = evidence_to_json(run.evidence);
    json["sources"] = run.sources;
    json["warnings"] = run.warnings;
    json["wall_ms"] = run.wall_ms;
    return json.dump();
}

std::string refusal_json(const std::string& name, const Error& error) {
    return Json{{"name", name}, {"ok", false},
                {"error", {{"code", error_id(error.code)}, {"message", error.message}, {"where", error.where}, {"hint", error.hint}}}}
        .dump();
}

}  // namespace waferscope::core
