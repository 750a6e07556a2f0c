// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/floor_legalise.hpp"

#include "sim/placement/shape_curve.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

namespace waferscope::sim {
namespace {

constexpr double kSlower = 1.15;    ///< step of the time limit when there is no room
constexpr int kMostSteps = 80;      ///< of it: 1.15^80 is beyond any ratio of times
constexpr std::size_t kTried = 12;  ///< smallest shapes tried for a place

core::Rect rect_of(const ShapeOption& shape, const core::Slot& slot) {
    return slot.rotated ? core::Rect{slot.x, slot.y, shape.height, shape.width}
                        : core::Rect{slot.x, slot.y, shape.width, shape.height};
}

core::Rect rect_of(const FloorProblem& problem, std::size_t kernel, const core::Slot& slot) {
    return rect_of(floor_shape(problem, kernel, slot.arguments), slot);
}

bool inside(const core::Rect& r, core::GridSize grid) {
    return r.x >= 0 && r.y >= 0 && r.width <= grid.columns - r.x && r.height <= grid.rows - r.y;
}

bool free_of(const std::vector<core::Rect>& taken, const core::Rect& r) {
    return std::ranges::none_of(taken, [&](const auto& other) { return other.overlaps(r); });
}

int distance(const core::Rect& a, const core::Rect& b) {
    return std::abs(2 * a.x + a.width - 2 * b.x - b.width) +
           std::abs(2 * a.y + a.height - 2 * b.y - b.height);
}

/// The place nearest to the middle of `near` for one of the kernel's small shapes of at most `time`.
std::optional<core::Slot> find_slot(const FloorProblem& problem, std::size_t kernel, double time,
                                    const std::vector<core::Rect>& taken, const core::Rect& near) {
    auto shapes = floor_shapes(problem, kernel, time);
    std::ranges::stable_sort(shapes, {},
                             [](const auto& s) { return static_cast<std::int64_t>(s.width) * s.height; });
    if (shapes.size() > kTried) shapes.resize(kTried);
    std::optional<core::Slot> best;
    int least = std::numeric_limits<int>::max();
    for (const auto& shape : shapes)
        for (const bool rotated : {false, true}) {
            const int width = rotated ? shape.height : shape.width,
                      height = rotated ? shape.width : shape.height;
            const core::Rect wish{near.x + (near.width - width) / 2, near.y + (near.height - height) / 2,
                                  width, height};
            const auto place = nearest_free(taken, problem.limits.grid, wish);
            if (!place || distance(*place, near) >= least) continue;
            least = distance(*place, near);
            best = core::Slot{
                .x = place->x,
                .y = place->y,
                .rotated = rotated,
                .arguments = {shape.arguments.begin(),
                              shape.arguments.begin() + static_cast<std::ptrdiff_t>(shape.argument_count)}};
        }
    return best;
}

/// The same with as much time as it takes.
std::optional<core::Slot> find_slot_slower(const FloorProblem& problem, std::size_t kernel, double time,
                                           const std::vector<core::Rect>& taken, const core::Rect& near) {
    for (int step = 0; step < kMostSteps; ++step, time *= kSlower)
        if (auto slot = find_slot(problem, kernel, time, taken, near)) return slot;
    return std::nullopt;
}

tl::unexpected<core::Error> no_room(const FloorProblem& problem, std::size_t kernel) {
    return core::fail(core::ErrorCode::layout,
                      fmt::format("There is no free place for {} at any size.", shown_name(problem, kernel)),
                      shown_name(problem, kernel),
                      "unlock or shrink other kernels, or let the solver place all");
}

/// Middle of the placed kernels it exchanges data with; of the grid when there are none.
core::Rect neighbours_middle(const FloorProblem& problem, const std::vector<core::Rect>& rects,
                             const FloorSlots& slots, std::size_t kernel) {
    std::int64_t x = 0, y = 0, n = 0;
    for (const auto& edge : problem.edges) {
        if (edge.from != kernel && edge.to != kernel) continue;
        const auto other = edge.from == kernel ? edge.to : edge.from;
        if (other == kernel || !slots[other]) continue;
        x += rects[other].x + rects[other].width / 2, y += rects[other].y + rects[other].height / 2, ++n;
    }
    const auto grid = problem.limits.grid;
    if (n == 0) return {grid.columns / 2, grid.rows / 2, 1, 1};
    return {static_cast<int>(x / n), static_cast<int>(y / n), 1, 1};
}

}  // namespace

std::optional<core::Rect> nearest_free(const std::vector<core::Rect>& taken, core::GridSize grid,
                                       core::Rect at) {
    const int most_x = grid.columns - at.width, most_y = grid.rows - at.height;
    if (most_x < 0 || most_y < 0) return std::nullopt;
    // A nearest place touches something on each axis, or keeps the wish.
    std::vector<int> xs{std::clamp(at.x, 0, most_x), 0, most_x}, ys{std::clamp(at.y, 0, most_y), 0, most_y};
    for (const auto& r : taken) {
        for (const int x : {r.x - at.width, r.x + r.width})
            if (x >= 0 && x <= most_x) xs.push_back(x);
        for (const int y : {r.y - at.height, r.y + r.height})
            if (y >= 0 && y <= most_y) ys.push_back(y);
    }
    const auto by_distance = [](std::vector<int>& list, int from) {
        std::ranges::sort(list, {}, [&](int v) { return std::pair(std::abs(v - from), v); });
        list.erase(std::ranges::unique(list).begin(), list.end());
    };
    by_distance(xs, at.x), by_distance(ys, at.y);
    std::optional<core::Rect> best;
    int least = std::numeric_limits<int>::max();
    for (const int x : xs) {
        if (std::abs(x - at.x) >= least) break;
        for (const int y : ys) {
            const int away = std::abs(x - at.x) + std::abs(y - at.y);
            if (away >= least) break;
            const core::Rect place{x, y, at.width, at.height};
            if (free_of(taken, place)) least = away, best = place;
        }
    }
    return best;
}

core::Result<FloorSlots> legalise(const FloorProblem& problem, FloorSlots slots,
                                  const std::vector<bool>& fixed) {
    std::vector<core::Rect> rects(slots.size());
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < slots.size(); ++k)
        if (slots[k]) rects[k] = rect_of(problem, k, *slots[k]), order.push_back(k);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
        return std::pair(fixed[a], rects[a].area()) > std::pair(fixed[b], rects[b].area());
    });
    std::vector<core::Rect> taken;
    std::vector<std::size_t> moving;
    double slowest = 0;
    for (const auto k : order) {
        const auto shape = floor_shape(problem, k, slots[k]->arguments);
        slowest = std::max(slowest, shape.time);
        const bool stays = inside(rects[k], problem.limits.grid) && free_of(taken, rects[k]) &&
                           shape.memory <= problem.limits.memory_elements;
        if (fixed[k] || stays)
            taken.push_back(rects[k]);
        else
            moving.push_back(k);
    }
    for (const auto k : moving) {
        const auto shape = floor_shape(problem, k, slots[k]->arguments);
        std::optional<core::Rect> place;
        if (shape.memory <= problem.limits.memory_elements)
            place = nearest_free(taken, problem.limits.grid, rects[k]);
        if (place) {
            slots[k]->x = place->x, slots[k]->y = place->y;
        } else {
            auto slot = find_slot_slower(problem, k, std::max(slowest, shape.time), taken, rects[k]);
            if (!slot) return no_room(problem, k);
            slots[k] = std::move(slot);
        }
        taken.push_back(rect_of(problem, k, *slots[k]));
    }
    return slots;
}

core::Result<FloorSlots> place_rest(const FloorProblem& problem, FloorSlots slots) {
    std::vector<core::Rect> rects(slots.size());
    std::vector<core::Rect> taken;
    double time = least_time_by_area(solver_problem(problem));
    for (std::size_t k = 0; k < slots.size(); ++k) {
        if (!slots[k]) continue;
        const auto shape = floor_shape(problem, k, slots[k]->arguments);
        time = std::max(time, shape.time);
        rects[k] = rect_of(shape, *slots[k]);
        taken.push_back(rects[k]);
    }
    std::optional<std::size_t> failed;
    for (int step = 0; step < kMostSteps; ++step, time *= kSlower) {
        auto trial = slots;
        auto places = rects;
        auto used = taken;
        failed.reset();
        for (std::size_t k = 0; k < trial.size() && !failed; ++k) {
            if (trial[k]) continue;
            trial[k] = find_slot(problem, k, time, used, neighbours_middle(problem, places, trial, k));
            if (!trial[k]) {
                failed = k;
                break;
            }
            places[k] = rect_of(problem, k, *trial[k]);
            used.push_back(places[k]);
        }
        if (!failed) return trial;
    }
    return no_room(problem, failed.value_or(0));
}

}  // namespace waferscope::sim
