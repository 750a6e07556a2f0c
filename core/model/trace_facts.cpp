// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/trace_facts.hpp"

#include "core/model/scenario.hpp"
#include "core/model/symbols.hpp"
#include "core/model/work_class.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>

namespace waferscope::core {
namespace {

struct Device {
    std::string_view word, machine;
    double memory_gb;  ///< of that machine file
};

/// More telling words stand first.
constexpr std::array kDevices{
    Device{"GB200", "gb200_nvl72", 186}, Device{"B200", "b200_hgx", 180},    Device{"H200", "h200_sxm", 141},
    Device{"H100", "h100_sxm", 80},      Device{"A100", "a100_sxm_80g", 80}, Device{"V100", "v100_sxm3", 32},
    Device{"MI325", "mi325x", 256},      Device{"MI300X", "mi300x", 192},    Device{"MI210", "mi210", 64}};

Fact machine_fact(const RankTrace& rank) {
    Fact fact{.id = "machine"};
    if (rank.device.empty()) {
        fact.why = "The trace names no device.";
        return fact;
    }
    const double gb = rank.device_bytes / 1e9;
    for (const auto& device : kDevices) {
        if (rank.device.find(device.word) == std::string::npos) continue;
        fact.value = device.machine;
        const bool same = gb <= 0 || (gb > 0.9 * device.memory_gb && gb < 1.15 * device.memory_gb);
        fact.from = same ? Knowledge::read : Knowledge::inferred;
        fact.why = same ? fmt::format("The trace names {}.", rank.device)
                        : fmt::format("The trace names {} with {:.0f} GB; the nearest machine has {:.0f} GB.",
                                      rank.device, gb, device.memory_gb);
        return fact;
    }
    constexpr int kDieUnits = 104;
    if (rank.device.starts_with("AMD") && rank.device_units == kDieUnits && gb > 60 && gb < 72) {
        fact.value = "mi210";
        fact.from = Knowledge::inferred;
        fact.why = fmt::format("{} with {} units and {:.0f} GB: one die of an MI250, or an MI210.",
                               rank.device, rank.device_units, gb);
        return fact;
    }
    fact.why = fmt::format("No machine is known for {}.", rank.device);
    return fact;
}

struct Format {
    std::string_view word, precision;
};
/// Words in the names of matrix kernels of cuBLAS, cuDNN, CUTLASS and rocBLAS.
constexpr std::array kFormats{Format{"e4m3", "fp8"},      Format{"fp8", "fp8"},     Format{"bf16", "bf16"},
                              Format{"bfloat16", "bf16"}, Format{"_BB_", "bf16"},   Format{"tf32", "tf32"},
                              Format{"s1688", "tf32"},    Format{"h16816", "fp16"}, Format{"h1688", "fp16"},
                              Format{"s16816", "fp16"},   Format{"h884", "fp16"},   Format{"hgemm", "fp16"},
                              Format{"_HB_", "fp16"},     Format{"_f16", "fp16"},   Format{"sgemm", "fp32"},
                              Format{"scudnn", "fp32"},   Format{"_SB_", "fp32"},   Format{"simt", "fp32"}};

Fact precision_fact(const std::vector<RankTrace>& ranks) {
    std::array<double, kFormats.size()> ns{};
    double all = 0;
    for (const auto& rank : ranks) {
        std::vector<std::size_t> format_of(rank.names.size(), kFormats.size());
        for (std::size_t i = 0; i < rank.names.size(); ++i) {
            if (work_class_of_kernel(rank.names[i]) != WorkClass::gemm) continue;
            for (std::size_t f = kFormats.size(); f-- > 0;)
                if (rank.names[i].find(kFormats.at(f).word) != std::string::npos) format_of[i] = f;
        }
        for (const auto& lane : rank.lanes)
            for (const auto& event : lane.events)
                if (event.kind == TraceClass::kernel && format_of[event.name] < kFormats.size()) {
                    ns.at(format_of[event.name]) += static_cast<double>(event.dur_ns);
                    all += static_cast<double>(event.dur_ns);
                }
    }
    Fact fact{.id = "precision", .why = "No matrix kernel tells its number format."};
    if (all <= 0) return fact;
    const auto most = static_cast<std::size_t>(std::ranges::max_element(ns) - ns.begin());
    double share = 0;
    for (std::size_t f = 0; f < ns.size(); ++f)
        if (kFormats.at(f).precision == kFormats.at(most).precision) share += ns.at(f) / all;
    fact.value = kFormats.at(most).precision;
    fact.from = Knowledge::inferred;
    fact.why = fmt::format("{:.0f} % of the time of matrix kernels whose names tell it.", 100 * share);
    return fact;
}

bool has_name(const std::vector<RankTrace>& ranks, std::string_view word) {
    return std::ranges::any_of(ranks, [&](const RankTrace& rank) {
        return std::ranges::any_of(rank.names,
                                   [&](const auto& name) { return name.find(word) != std::string::npos; });
    });
}

void add_plan(TraceFacts& facts, const std::vector<RankTrace>& ranks) {
    const auto& first = ranks.front();
    const int files = static_cast<int>(ranks.size());
    constexpr int kMostRanks = 10'000'000;
    const bool stated = first.world > 0 && first.world <= kMostRanks;
    const int world = std::max(stated ? first.world : 0, files);
    facts.push_back({"ranks", std::to_string(world), stated ? Knowledge::read : Knowledge::inferred,
                     stated ? "The trace states the number of ranks."
                            : fmt::format("{} recorded {}; the trace states no number.", files,
                                          files == 1 ? "rank" : "ranks")});
    const bool sharded = has_name(ranks, "FullyShardedDataParallel"),
               data = has_name(ranks, "DistributedDataParallel");
    const auto plan = [&](const char* id, int value, const std::string& why) {
        facts.push_back({id, value > 0 ? std::to_string(value) : "",
                         value > 0 ? Knowledge::inferred : Knowledge::unknown, why});
    };
    const std::string mark = sharded ? "FullyShardedDataParallel" : "DistributedDataParallel";
    if (world == 1) {
        for (const auto* id : {"tp", "pp", "dp"}) plan(id, 1, "There is one rank.");
    } else if (sharded || data) {
        for (const auto* id : {"tp", "pp"}) plan(id, 1, "Marks of " + mark + " and none of another split.");
        plan("dp", world, "Marks of " + mark + " on all ranks.");
    } else {
        for (const auto* id : {"tp", "pp", "dp"}) plan(id, 0, "No mark tells how the ranks share the work.");
    }
}

}  // namespace

std::string_view knowledge_name(Knowledge knowledge) {
    static constexpr std::array<std::string_view, 4> kNames{"read", "inferred", "unknown", "given"};
    return kNames.at(static_cast<std::size_t>(knowledge));
}

TraceFacts deduce_facts(const std::vector<RankTrace>& ranks, const RecordedWork& work) {
    TraceFacts facts;
    if (work.operators > 0)
        facts.push_back({"model", std::string(kRecordedModel), Knowledge::read,
                         fmt::format("{} of {} kernels come from operators whose sizes were recorded.",
                                     work.with_shapes, work.kernels)});
    else
        facts.push_back({"model", "", Knowledge::unknown,
                         work.kernels == 0 ? "No kernel runs in the recorded step."
                         : work.with_shapes > 0
                             ? "The cost of the recorded operators does not follow from their sizes."
                             : "The trace recorded no argument sizes (record_shapes=True was not set)."});
    if (work.rows > 0)
        facts.push_back({"batch", std::to_string(work.rows), Knowledge::inferred,
                         "Rows of most recorded matrix products, per rank."});
    else
        facts.push_back({"batch", "", Knowledge::unknown, "No recorded matrix product tells it."});
    facts.push_back({"seq", "", Knowledge::unknown, "A trace does not tell tokens from samples."});
    facts.push_back(precision_fact(ranks));
    facts.push_back(machine_fact(ranks.front()));
    add_plan(facts, ranks);
    return facts;
}

const Fact& fact(const TraceFacts& facts, std::string_view id) {
    static const Fact kNone;
    const auto found = std::ranges::find(facts, id, &Fact::id);
    return found == facts.end() ? kNone : *found;
}

int fact_number(const TraceFacts& facts, std::string_view id) {
    const auto& text = fact(facts, id).value;
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::max(0, number);
}

Result<void> give_fact(TraceFacts& facts, std::string_view id, const std::string& value) {
    const auto found = std::ranges::find(facts, id, &Fact::id);
    if (found == facts.end())
        return fail(ErrorCode::key, fmt::format("A prediction has no field \"{}\".", id.substr(0, 40)),
                    std::string(id),
                    "its fields are model, batch, seq, precision, machine, ranks, tp, pp, dp");
    const bool word = id == "model" || id == "precision" || id == "machine";
    if (!value.empty() && id == "precision") {
        static constexpr std::array<std::string_view, 7> kKnown{"fp32", "tf32", "bf16", "fp16",
                                                                "fp8",  "int8", "fp4"};
        if (std::ranges::find(kKnown, value) == kKnown.end())
            return fail(ErrorCode::value, fmt::format("\"{}\" is no precision.", value.substr(0, 40)),
                        std::string(id), "fp32, tf32, bf16, fp16, fp8, int8 or fp4");
    }
    if (!value.empty() && !word) {
        const auto size = parse_size(id, value);
        if (!size) return tl::unexpected(size.error());
        if (*size > 10'000'000)
            return fail(ErrorCode::range, fmt::format("{} is {}; allowed is 1 to 10000000.", id, *size),
                        std::string(id), "larger machines are not modelled");
    }
    found->value = value;
    found->from = value.empty() ? Knowledge::unknown : Knowledge::given;
    found->why = value.empty() ? "Nobody gave it." : "Given by you.";
    return {};
}

}  // namespace waferscope::core
