// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/placement/refine.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace waferscope::sim {
namespace {

constexpr int kMostPasses = 6;
constexpr double kLeastGain = 1e-9;

/// A neighbour's centre, doubled, with the weight of the wire to it.
struct Pull {
    int x = 0, y = 0;
    double weight = 1;
};

class Refiner {
public:
    Refiner(const PlacementProblem& problem, const ShapeTable& table, PlacementResult placement)
        : problem_(problem), table_(table), placement_(std::move(placement)), edges_(problem.kernels.size()) {
        for (const auto& edge : problem.edges) {
            if (edge.from == edge.to) continue;
            edges_[edge.from].push_back({edge.to, edge.weight});
            edges_[edge.to].push_back({edge.from, edge.weight});
        }
    }

    PlacementResult run() {
        bool better = true;
        for (int pass = 0; better && pass < kMostPasses; ++pass) {
            better = false;
            for (std::size_t k = 0; k < placement_.kernels.size(); ++k) better |= improve(k);
        }
        placement_.time = 0;
        for (const auto& kernel : placement_.kernels)
            placement_.time = std::max(placement_.time, kernel.option.time);
        placement_.wire_length = wire_length(problem_, placement_.kernels);
        placement_.cost =
            problem_.weight_time * placement_.time + problem_.weight_length * placement_.wire_length;
        return std::move(placement_);
    }

private:
    struct End {
        std::size_t kernel = 0;
        double weight = 1;
    };

    void find_pulls(std::size_t k) {
        pulls_.clear();
        for (const auto& end : edges_[k]) {
            const auto& rect = placement_.kernels[end.kernel].rect;
            pulls_.push_back({2 * rect.x + rect.width, 2 * rect.y + rect.height, end.weight});
        }
    }

    double length(const core::Rect& rect) const {
        double sum = 0;
        for (const auto& pull : pulls_)
            sum += pull.weight *
                   (std::abs(2 * rect.x + rect.width - pull.x) + std::abs(2 * rect.y + rect.height - pull.y));
        return sum / 2;
    }

    /// Weighted median of one coordinate (doubled).
    int median(int Pull::* coordinate) {
        std::ranges::sort(pulls_, {}, coordinate);
        double total = 0, passed = 0;
        for (const auto& pull : pulls_) total += pull.weight;
        for (const auto& pull : pulls_)
            if ((passed += pull.weight) * 2 >= total) return pull.*coordinate;
        return pulls_.back().*coordinate;
    }

    bool is_free(std::size_t k, const core::Rect& rect) const {
        if (rect.x < 0 || rect.y < 0 || rect.x + rect.width > problem_.grid.columns ||
            rect.y + rect.height > problem_.grid.rows)
            return false;
        for (std::size_t other = 0; other < placement_.kernels.size(); ++other)
            if (other != k && rect.overlaps(placement_.kernels[other].rect)) return false;
        return true;
    }

    /// Moves along x towards `target` (of the rectangle's near edge) up to the first obstacle.
    void slide_x(std::size_t k, core::Rect& rect, int target) const {
        target = std::clamp(target, 0, problem_.grid.columns - rect.width);
        for (std::size_t other = 0; other < placement_.kernels.size(); ++other) {
            const auto& o = placement_.kernels[other].rect;
            if (other == k || o.y >= rect.y + rect.height || rect.y >= o.y + o.height) continue;
            if (o.x >= rect.x + rect.width)
                target = std::min(target, o.x - rect.width);
            else
                target = std::max(target, o.x + o.width);
        }
        rect.x = target;
    }
    void slide_y(std::size_t k, core::Rect& rect, int target) const {
        target = std::clamp(target, 0, problem_.grid.rows - rect.height);
        for (std::size_t other = 0; other < placement_.kernels.size(); ++other) {
            const auto& o = placement_.kernels[other].rect;
            if (other == k || o.x >= rect.x + rect.width || rect.x >= o.x + o.width) continue;
            if (o.y >= rect.y + rect.height)
                target = std::min(target, o.y - rect.height);
            else
                target = std::max(target, o.y + o.height);
        }
        rect.y = target;
    }

    bool improve(std::size_t k) {
        find_pulls(k);
        if (pulls_.empty()) return false;
        const int ideal_x = median(&Pull::x), ideal_y = median(&Pull::y);
        auto& kernel = placement_.kernels[k];
        PlacedShape best = kernel;
        double least = length(kernel.rect) - kLeastGain;
        bool found = false;
        for (const auto& shape : table_.kinds[problem_.kernels[k].kind].shapes) {
            if (shape.option.time > placement_.time) continue;
            const int spare_x = kernel.rect.width - shape.rect.width,
                      spare_y = kernel.rect.height - shape.rect.height;
            for (int anchor = 0; anchor < 5; ++anchor) {
                core::Rect rect = shape.rect;
                rect.x = kernel.rect.x + (anchor == 4 ? spare_x / 2 : anchor % 2 * spare_x);
                rect.y = kernel.rect.y + (anchor == 4 ? spare_y / 2 : anchor / 2 * spare_y);
                if (!is_free(k, rect)) continue;
                for (int turn = 0; turn < 2; ++turn) {
                    slide_x(k, rect, (ideal_x - rect.width) / 2);
                    slide_y(k, rect, (ideal_y - rect.height) / 2);
                }
                const double now = length(rect);
                if (now >= least) continue;
                least = now - kLeastGain;
                best = shape;
                best.rect = rect;
                found = true;
            }
        }
        kernel = best;
        return found;
    }

    const PlacementProblem& problem_;
    const ShapeTable& table_;
    PlacementResult placement_;
    std::vector<std::vector<End>> edges_;
    std::vector<Pull> pulls_;
};

}  // namespace

double wire_length(const PlacementProblem& problem, const std::vector<PlacedShape>& kernels) {
    double sum = 0;
    for (const auto& edge : problem.edges) {
        const auto& a = kernels[edge.from].rect;
        const auto& b = kernels[edge.to].rect;
        sum += edge.weight * (std::abs(2 * a.x + a.width - 2 * b.x - b.width) +
                              std::abs(2 * a.y + a.height - 2 * b.y - b.height));
    }
    return sum / 2;
}

PlacementResult refine(const PlacementProblem& problem, const ShapeTable& table, PlacementResult placement) {
    return Refiner(problem, table, std::move(placement)).run();
}

}  // namespace waferscope::sim
