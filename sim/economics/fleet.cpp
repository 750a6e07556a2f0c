// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/economics/fleet.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace waferscope::sim {
namespace {

constexpr double kSecondsPerDay = 86400, kHoursPerMonth = 730;
constexpr std::int64_t kMostConcurrent = 4096;  ///< requests in flight per replica that are tried
constexpr std::int64_t kPromptsAtOnce = 8;

/// One replica at one concurrency.
struct Point {
    double requests_per_s = 0;  ///< it completes
    std::int64_t concurrent = 0;
    std::optional<double> usd_per_hour;  ///< of its chips
};

/// Why a larger concurrency was not taken.
enum class Limit : std::uint8_t { none, memory, speed };

struct Best {
    Point point;
    Limit limit = Limit::none;
};

std::optional<Best> best_concurrency(const Request& request, const core::ServeLoad& load, const std::stop_token& stop) {
    Request one = request;
    one.scenario.load.reset();
    one.scenario.seq = std::llround(load.input_tokens), one.scenario.output_tokens = std::llround(load.output_tokens);
    std::optional<Best> best;
    Limit limit = Limit::none;
    for (std::int64_t n = 1; n <= kMostConcurrent && !stop.stop_requested(); n *= 2) {
        one.scenario.global_batch = n;
        const auto run = simulate(one, Detail::summary, stop, {});
        if (!run || !run->summary.fits) {
            limit = Limit::memory;
            break;
        }
        const auto& s = run->summary;
        const bool slow = load.min_tokens_per_s_per_user && s.tokens_per_s_per_user.value_or(0) < *load.min_tokens_per_s_per_user;
        const bool late = load.max_ttft_s && s.ttft_s.value_or(0) > *load.max_ttft_s;
        if (slow || late) {
            limit = Limit::speed;
            break;
        }
        const double rate = s.tokens_per_s.value_or(0) / load.output_tokens;
        if (!best || rate > best->point.requests_per_s) best = Best{{rate, n, s.usd_per_hour}, Limit::none};
    }
    if (best) best->limit = limit;
    return best;
}

/// Share of a replica's time spent on reading prompts at its full rate: seconds per prompt, several at once, times rate.
double prompt_share(const Request& request, const core::ServeLoad& load, const Point& point, const std::stop_token& stop) {
    Request prompts = request;
    prompts.scenario.load.reset();
    prompts.scenario.phase = core::Phase::prefill;
    prompts.scenario.seq = std::llround(load.input_tokens);
    prompts.scenario.global_batch = std::min<std::int64_t>(point.concurrent, kPromptsAtOnce);
    const auto run = simulate(prompts, Detail::summary, stop, {});
    if (!run) return 0;
    return std::clamp(run->summary.step_time_s / static_cast<double>(prompts.scenario.global_batch) * point.requests_per_s, 0.0, 1.0);
}

}  // namespace

core::Result<core::Fleet> plan_fleet(const Request& request, const std::stop_token& stop) {
    const auto& load = *request.scenario.load;
    const double tokens_per_request = load.input_tokens + load.output_tokens;
    const double mean = load.requests_per_s ? *load.requests_per_s : load.tokens_per_day ? *load.tokens_per_day / kSecondsPerDay / tokens_per_request : 0;
    if (!(mean > 0)) return core::fail(core::ErrorCode::value, "The load has no rate.", "/load", "give requests_per_s or tokens_per_day");
    const auto best = best_concurrency(request, load, stop);
    if (!best) return core::fail(core::ErrorCode::fit, "No number of requests at once keeps the speed asked for.", "/load", "more chips per replica, or a lower min_tokens_per_s_per_user or a longer max_ttft_s");
    const auto& point = best->point;
    const double peak = mean * load.peak_to_mean / point.requests_per_s;  // in replicas
    core::Fleet fleet;
    fleet.replicas = std::max<std::int64_t>(1, std::llround(std::ceil(std::ceil(peak - 1e-9) * (1 + load.redundancy) - 1e-9)));
    fleet.systems = fleet.replicas * request.scenario.chips;
    fleet.utilisation_mean = mean / (static_cast<double>(fleet.replicas) * point.requests_per_s);
    fleet.bound_by = peak <= 1 ? "minimum size" : best->limit == Limit::speed ? "speed" : best->limit == Limit::memory ? "memory" : "load";
    if (point.usd_per_hour) {
        const double prompts = prompt_share(request, load, point, stop);
        const double month = *point.usd_per_hour * static_cast<double>(fleet.replicas) * kHoursPerMonth, requests = mean * kHoursPerMonth * 3600;
        fleet.usd_per_month = month;
        fleet.usd_per_request = month / requests;
        fleet.usd_per_m_input = *fleet.usd_per_request * prompts / load.input_tokens * 1e6;
        fleet.usd_per_m_output = *fleet.usd_per_request * (1 - prompts) / load.output_tokens * 1e6;
    }
    return fleet;
}

}  // namespace waferscope::sim
