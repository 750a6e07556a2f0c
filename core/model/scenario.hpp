// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/llm.hpp"
#include "core/model/machine.hpp"
#include "core/model/region_plan.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace waferscope::core {

// Mirrors "Scenario" of design/cli.md: same names, same units, same defaults.

struct FileWorkload {
    std::string path;  ///< relative to the scenario file
    std::map<std::string, std::int64_t> bind = {};  ///< sizes of symbolic dimensions, 1 .. kMostSize; the rest is assumed
};
struct HfConfigWorkload {
    std::string path;
};
struct GemmWorkload {
    std::int64_t m = 1, n = 1, k = 1, count = 1;
};
enum class ElementwiseKind : std::uint8_t { gelu, layernorm, softmax };
struct ElementwiseWorkload {
    ElementwiseKind kind = ElementwiseKind::gelu;
    std::int64_t rows = 1, columns = 1;
};
enum class CollectiveKind : std::uint8_t { all_reduce, all_gather, reduce_scatter, all_to_all, broadcast, send_recv };
std::string_view collective_name(CollectiveKind kind);
struct CollectiveWorkload {
    CollectiveKind kind = CollectiveKind::all_reduce;
    double bytes = 0;  ///< per-rank buffer
};
using WorkloadSpec = std::variant<LlmConfig, HfConfigWorkload, FileWorkload, GemmWorkload, ElementwiseWorkload,
                                  CollectiveWorkload>;

enum class Phase : std::uint8_t { train, finetune, prefill, decode, serve, inference };
std::string_view phase_name(Phase phase);

enum class Recompute : std::uint8_t { none, selective, full };

/// A parallel plan: tp * pp * dp * cp = devices; ep divides dp.
struct ParallelPlan {
    int tp = 1, pp = 1, dp = 0, cp = 1, ep = 1;  ///< dp 0 = the rest
    int interleave = 1, micro_batch = 1, zero = 0;
    Recompute recompute = Recompute::none;
    bool sequence_parallel = false;
};

enum class Attention : std::uint8_t { standard, flash };
enum class Schedule : std::uint8_t { one_f_one_b, interleaved, zero_bubble };
enum class Batching : std::uint8_t { static_batch, continuous };
enum class Stack : std::uint8_t { eager, graphs, tuned };

struct RunOptions {
    std::optional<Attention> attention;  ///< absent: standard for train and finetune, flash else
    bool overlap = true;
    Schedule schedule = Schedule::one_f_one_b;
    Batching batching = Batching::continuous;
    std::optional<Stack> stack;  ///< absent: eager for train and finetune, graphs else
    std::optional<Precision> kv_precision;
    bool lora = false;
    int lora_rank = 16;
    /// Phase serve on wafers: prompts are read on this machine instead, their cache moves over; empty: on the wafers.
    std::string prefill_machine;
    int prefill_chips = 1;
};

enum class WaferMode : std::uint8_t { automatic, pipelined, weight_streaming, resident };

struct WaferOptions {
    WaferMode mode = WaferMode::automatic;
    std::optional<std::array<int, 2>> region;  ///< columns, rows
    int groups = 0;                            ///< two-tree groups; 0 = planner
    std::optional<double> clock_hz;
    bool measured_io = false;
    bool marketing_peak = false;
    int defects = 0;
};

struct EconomicsOptions {
    std::string ownership;  ///< owned | rented | vendor_cost | token_price; empty = whatever price is known
    double usd_per_kwh = 0.08, pue = 1.25, utilisation = 1.0, years = 4, opex_fraction = 0.05;
};

/// Demand of phase serve.
struct ServeLoad {
    std::optional<double> requests_per_s, tokens_per_day;
    double input_tokens = 1000, output_tokens = 1000, peak_to_mean = 1;
    std::optional<double> min_tokens_per_s_per_user, max_ttft_s;
    double redundancy = 0;
};

inline constexpr std::int64_t kMaxBatch = -1;  ///< "global_batch": "max"

struct Scenario {
    std::string name;
    WorkloadSpec workload;
    Phase phase = Phase::inference;
    std::int64_t global_batch = 1;  ///< samples, prompts or sequences; kMaxBatch = as many as fit
    std::int64_t seq = 0;           ///< tokens; for decode the KV length
    std::int64_t output_tokens = 0;
    Precision precision = Precision::fp16;
    std::string machine;
    int chips = 1;
    std::optional<ParallelPlan> parallel;  ///< absent = "auto"
    RunOptions options;
    WaferOptions wafer;
    std::string placement;  ///< path of a .paint; empty = automatic
    std::optional<RegionPlan> regions;  ///< of resident inference, "placement" in the file; absent = automatic
    EconomicsOptions economics;
    std::map<std::string, double> machine_overrides;  ///< JSON pointer of a figure -> value
    std::optional<ServeLoad> load;
    std::string source_path;  ///< file it came from; paths above are relative to its folder
};

/// Whether backward and optimiser run.
inline bool is_training(Phase phase) { return phase == Phase::train || phase == Phase::finetune; }

}  // namespace waferscope::core
