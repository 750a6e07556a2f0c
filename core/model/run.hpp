// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/device_map.hpp"
#include "core/model/machine.hpp"
#include "core/model/placement.hpp"
#include "core/model/scenario.hpp"
#include "core/model/series.hpp"
#include "core/model/timeline.hpp"
#include "core/model/trace.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waferscope::core {

/// A limit of the run in words: id as in design/copy.md ("kernel", "link", "memory", ...).
struct Bottleneck {
    std::string id;
    std::string text;        ///< engineering wording, numbers included
    double share = 0;        ///< of the step, 0..1; 0 when it has none
    std::optional<Rect> place;  ///< where on the wafer, if anywhere
    int wafer = 0;
    double time_s = 0;       ///< when it is worst
};

/// A change that was tried: the metric before and after it.
struct Lever {
    std::string change;         ///< "memory twice as fast"
    std::string metric;         ///< id of core/model/metrics
    double before = 0, after = 0;
    double gain = 0;            ///< of the rate, 0.12 = 12 % faster
    bool applicable = true;     ///< false: a limit, not an option
};

struct HottestLink {
    std::string name;
    double load = 0;  ///< share of capacity at its busiest step
};

struct MemoryUse {
    std::optional<double> weights, gradients, optimizer, activations, kv_cache;
    double total = 0;  ///< bytes per chip (per wafer on a wafer)
};

/// What a demand over time needs and costs (design/economics.md, "Our load, our bill").
struct Fleet {
    std::int64_t replicas = 0, systems = 0;  ///< whole numbers; systems = chips or wafers
    double utilisation_mean = 0;             ///< 0..1
    std::optional<double> usd_per_month, usd_per_m_input, usd_per_m_output, usd_per_request;
    std::string bound_by;  ///< memory | speed | load | minimum size
};

/// The numbers of one run; names and units of design/cli.md "Result". Absent = no meaning for the phase.
struct Summary {
    bool fits = true;
    double step_time_s = 0;
    std::optional<double> interval_s, tokens_per_s, tokens_per_s_per_user, samples_per_s, ttft_s, tpot_s;
    std::optional<double> tflops_per_chip, mfu, hfu, utilisation;
    std::optional<double> compute_s, communication_s, exposed_communication_s, bubble_s;
    std::optional<HottestLink> hottest_link;
    std::optional<MemoryUse> memory;
    std::optional<int> wafers;
    std::optional<double> power_w, energy_j;
    std::optional<double> price_usd, unit_cost_usd, gross_margin, usd_per_hour, usd_per_mtok;
    std::optional<std::string> algorithm;  ///< of a lone collective
    std::optional<double> bus_bandwidth_bytes_per_s;
    std::optional<Fleet> fleet;  ///< phase serve with a load
};

/// How far a figure may be trusted.
struct Evidence {
    std::string kind = "unchecked";  ///< checked | calibrated | inherited | unchecked | measured
    std::optional<double> mape;      ///< mean absolute error of the set, 0.12 = 12 %
    int n = 0;
    std::string set;
    std::optional<bool> inside_range;  ///< whether the scenario lies between the smallest and largest measured; absent: not known
    std::vector<std::string> outside;  ///< what does not: "chips 4096 (measured 8 to 512)"
};

/// What happens on every core and link of the wafer.
struct WaferSeries {
    CoreClasses classes;
    std::vector<ClassSeries> series;
    std::vector<CoreField> fields;
    LinkSeries links;
    Placement placement;  ///< kernels or regions, for outlines and labels
    std::vector<std::array<int, 2>> defects;  ///< x, y of cores remapped to spares: a what-if, places assumed
};

/// The outcome of one simulation. Immutable in meaning: shared as std::shared_ptr<const Run>.
struct Run {
    Scenario scenario;                       ///< every field that was used, plan included
    std::shared_ptr<const Machine> machine;
    std::shared_ptr<const Workload> workload;
    ParallelPlan plan;                       ///< degrees used; all 1 on a wafer
    Summary summary;
    Timeline timeline;
    std::vector<double> step_edges_s;        ///< steps + 1 rising edges; empty in a summary run
    std::optional<WaferSeries> wafer;
    std::optional<DeviceMap> devices;
    std::vector<Bottleneck> bottlenecks;     ///< worst first; at least one
    std::vector<std::string> assumptions, warnings, sources;
    std::vector<Lever> levers;               ///< what would help, best first; empty until asked for
    TraceOutside outside;                    ///< of a measured run: what was not loaded, summed over ranks
    Evidence evidence;
    double wall_ms = 0;                      ///< time the simulator took

    [[nodiscard]] std::size_t steps() const { return step_edges_s.empty() ? 0 : step_edges_s.size() - 1; }
    /// Step that contains `time_s`, clamped to the run.
    [[nodiscard]] std::size_t step_at(double time_s) const;
    /// The pane it belongs to by default: 'A', 'B' or 'C'.
    [[nodiscard]] char layer() const;
};

}  // namespace waferscope::core
