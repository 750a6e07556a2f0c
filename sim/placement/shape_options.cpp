// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/shape_options.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace waferscope::sim {
namespace {

constexpr double kSlack = 1e-9;  ///< keeps exact quotients on their side of floor and ceil

double ceil_div(std::int64_t a, std::int64_t b) {
    return static_cast<double>((a + b - 1) / b);
}

bool meets(const Kernel& part, const KernelShape& shape, double most_time, const ShapeLimits& limits) {
    return shape_cycles(part, shape, limits) <= most_time && shape.memory <= limits.memory_elements;
}

/// What of one part does not depend on c' and k', for given h' and w'.
struct PartPlan {
    const Kernel* part = nullptr;
    double macs_per_channel_pair = 0;  ///< ceil(H/h') ceil(W/w') R S / T^2 times cycles per MAC
    int most_outputs = 0;              ///< ceil(K/k') allowed by the reduce tile
    double window = 0;                 ///< input elements per channel
};

PartPlan plan_part(const Kernel& part, int h, int w, double most_time, const ShapeLimits& limits) {
    const auto stride2 = static_cast<double>(part.T * part.T);
    const double positions = ceil_div(part.H, h) * ceil_div(part.W, w);
    PartPlan plan{.part = &part};
    plan.macs_per_channel_pair =
        positions * static_cast<double>(part.R * part.S) / stride2 * limits.cycles_per_mac;
    const double per_output = positions / stride2 * (limits.cycles_per_output + part.extra_elementwise);
    plan.most_outputs = static_cast<int>(part.K);
    if (limits.cycles_per_output > 0)
        plan.most_outputs = static_cast<int>(
            std::min(static_cast<double>(part.K), std::floor(most_time / per_output + kSlack)));
    plan.window =
        static_cast<double>(part.W + part.S - 1) / w * (static_cast<double>(part.H + part.R - 1) / h);
    return plan;
}

/// Least k' for this c' that keeps time and memory; nothing when none does.
std::optional<int> least_k(const PartPlan& plan, int h, int w, int c, double most_time,
                           const ShapeLimits& limits) {
    const Kernel& part = *plan.part;
    if (limits.cycles_per_wavelet * input_row_wavelets(part, {.h = h, .w = w, .c = c}) > most_time) return std::nullopt;
    const double cost = plan.macs_per_channel_pair * ceil_div(part.C, c);
    const double outputs =
        std::min(std::floor(most_time / cost + kSlack), static_cast<double>(plan.most_outputs));
    if (outputs < 1) return std::nullopt;
    const double per_output =
        static_cast<double>(part.C) / c * static_cast<double>(part.R * part.S) + plan.window;
    const double by_memory =
        std::ceil(static_cast<double>(part.K) * per_output / limits.memory_elements - kSlack);
    if (by_memory > static_cast<double>(part.K)) return std::nullopt;
    const auto ceiling = static_cast<std::int64_t>(outputs);
    const auto by_time = (part.K + ceiling - 1) / ceiling;
    auto k = static_cast<int>(std::max(by_time, static_cast<std::int64_t>(by_memory)));
    // Rounding may be off by one: the exact rules decide.
    if (!meets(part, shape_of(part, h, w, c, k, limits.copies), most_time, limits)) {
        if (++k > part.K || !meets(part, shape_of(part, h, w, c, k, limits.copies), most_time, limits))
            return std::nullopt;
    }
    return k;
}

/// The narrowest arguments found for each exact height.
struct Narrowest {
    int width = 0;
    std::array<int, kMostArguments> arguments{};
};

void try_split(std::span<const Kernel> parts, int h, int w, double most_time, int most_side,
               const ShapeLimits& limits, std::vector<Narrowest>& narrowest) {
    std::array<PartPlan, 4> plans;
    std::int64_t most_c = 1;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        plans.at(p) = plan_part(parts[p], h, w, most_time, limits);
        most_c = std::max(most_c, parts[p].C);
    }
    most_c = std::min<std::int64_t>(most_c, most_side / (h * w) - 1);
    for (int c = 1; c <= most_c; ++c) {
        std::array<int, kMostArguments> arguments{h, w};
        std::int64_t width = 0;
        for (std::size_t p = 0; p < parts.size() && width <= most_side; ++p) {
            const int own = static_cast<int>(std::min<std::int64_t>(c, parts[p].C));
            const auto k = least_k(plans.at(p), h, w, own, most_time, limits);
            width = k ? width + static_cast<std::int64_t>(limits.copies) * *k : most_side + 1;
            arguments.at(2 + p) = own;
            arguments.at(2 + parts.size() + p) = k.value_or(0);
        }
        if (width > most_side) continue;
        auto& entry = narrowest[static_cast<std::size_t>(h * w * (c + 1))];
        if (entry.width == 0 || width < entry.width) entry = {static_cast<int>(width), arguments};
    }
}

}  // namespace

ShapeOption shape_of_parts(std::span<const Kernel> parts, std::span<const int> arguments,
                           const ShapeLimits& limits) {
    ShapeOption option{.argument_count = arguments.size()};
    std::ranges::copy(arguments, option.arguments.begin());
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const auto shape = shape_of(parts[p], arguments[0], arguments[1], arguments[2 + p],
                                    arguments[2 + parts.size() + p], limits.copies);
        option.height = std::max(option.height, shape.height);
        option.width += shape.width;
        option.time = std::max(option.time, shape_cycles(parts[p], shape, limits));
        option.memory = std::max(option.memory, shape.memory);
    }
    return option;
}

std::vector<ShapeOption> pareto_shapes(std::span<const Kernel> parts, double most_time, int most_side,
                                       const ShapeLimits& limits) {
    std::vector<Narrowest> narrowest(static_cast<std::size_t>(most_side) + 1);
    std::int64_t most_h = 1, most_w = 1;
    for (const auto& part : parts) most_h = std::max(most_h, part.H), most_w = std::max(most_w, part.W);
    for (int h = 1; h <= std::min<std::int64_t>(most_h, most_side / 2); ++h)
        for (int w = 1; w <= std::min<std::int64_t>(most_w, most_side / 2 / h); ++w)
            try_split(parts, h, w, most_time, most_side, limits, narrowest);
    std::vector<ShapeOption> options;
    int best = most_side + 1;
    for (const auto& entry : narrowest) {
        if (entry.width == 0 || entry.width >= best) continue;
        best = entry.width;
        options.push_back(
            shape_of_parts(parts, std::span(entry.arguments).first(2 + 2 * parts.size()), limits));
    }
    return options;
}

}  // namespace waferscope::sim
