// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/pipelined_colours.hpp"

#include <algorithm>

namespace waferscope::sim {
namespace {

/// Inside a kernel's rectangle: input multicast and partial sums (two in turns); training adds the output
/// gradients' multicast, the input gradients' sums and the weight gradients' sums (two each).
constexpr int kInnerForward = 1 + 2, kInnerTraining = kInnerForward + 1 + 2 + 2;

/// Routers that the flows of one group pass, gathered as differences along rows and columns.
class Passed {
public:
    explicit Passed(core::GridSize grid) : columns_(grid.columns), along_rows_(cells(grid)), along_columns_(cells(grid)) {}

    void add(const TileFlow& flow, RouteOrder order) {
        const bool x_first = order == RouteOrder::x_first;
        const int corner_x = x_first ? flow.to_x : flow.from_x, corner_y = x_first ? flow.from_y : flow.to_y;
        row(corner_y, flow.from_x, flow.to_x), column(corner_x, flow.from_y, flow.to_y);
    }
    /// Adds one to every router that was passed, and forgets them.
    void count(std::vector<std::uint8_t>& needed) {
        std::vector<int> down(static_cast<std::size_t>(std::max(0, x1_ - x0_ + 1)), 0);
        for (int y = y0_; y <= y1_; ++y)
            for (int x = x0_, across = 0; x <= x1_; ++x) {
                auto& column_sum = down[static_cast<std::size_t>(x - x0_)];
                across += take(along_rows_, x, y);
                column_sum += take(along_columns_, x, y);
                if (across + column_sum == 0) continue;
                auto& count = needed[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(x)];
                if (count < 255) ++count;
            }
        // Ends lie one beyond the box: those of the last column and row.
        for (int y = y0_; y <= y1_ + 1; ++y) take(along_rows_, x1_ + 1, y);
        for (int x = x0_; x <= x1_ + 1; ++x) take(along_columns_, x, y1_ + 1);
        x0_ = y0_ = 1 << 30, x1_ = y1_ = -1;
    }

private:
    static std::size_t cells(core::GridSize grid) { return static_cast<std::size_t>(grid.columns + 1) * static_cast<std::size_t>(grid.rows + 1); }
    std::int32_t& at(std::vector<std::int32_t>& plane, int x, int y) const {
        return plane[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns_ + 1) + static_cast<std::size_t>(x)];
    }
    std::int32_t take(std::vector<std::int32_t>& plane, int x, int y) const { return std::exchange(at(plane, x, y), 0); }
    void row(int y, int from, int to) {
        const auto [low, high] = std::minmax(from, to);
        ++at(along_rows_, low, y), --at(along_rows_, high + 1, y);
        touch(low, y, high, y);
    }
    void column(int x, int from, int to) {
        const auto [low, high] = std::minmax(from, to);
        ++at(along_columns_, x, low), --at(along_columns_, x, high + 1);
        touch(x, low, x, high);
    }
    void touch(int x0, int y0, int x1, int y1) {
        x0_ = std::min(x0_, x0), y0_ = std::min(y0_, y0), x1_ = std::max(x1_, x1), y1_ = std::max(y1_, y1);
    }

    int columns_;
    std::vector<std::int32_t> along_rows_, along_columns_;
    int x0_ = 1 << 30, y0_ = 1 << 30, x1_ = -1, y1_ = -1;
};

}  // namespace

ColourUse colour_use(const PipelineLayout& layout, core::GridSize grid) {
    ColourUse use{.needed = std::vector<std::uint8_t>(grid.cells(), 0)};
    const auto cell = [&](int x, int y) { return static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.columns) + static_cast<std::size_t>(x); };
    const auto inner = static_cast<std::uint8_t>(layout.copies == 3 ? kInnerTraining : kInnerForward);
    for (const auto& kernel : layout.packed.placed)
        for (int y = kernel.rect.y; y < kernel.rect.y + kernel.rect.height; ++y)
            std::fill_n(use.needed.begin() + static_cast<std::ptrdiff_t>(cell(kernel.rect.x, y)), kernel.rect.width, inner);
    Passed passed(grid);
    const auto add_group = [&](const std::vector<TileFlow>& flows) {
        for (const auto& [flow, order] : route(flows)) passed.add(flow, order);
        passed.count(use.needed);
    };
    for (const auto& edge : layout.graph.edges) {
        add_group(adapter_flows(layout.graph, layout.packed, edge));
        if (layout.copies == 3) add_group(gradient_flows(layout.graph, layout.packed, edge));
    }
    const auto most = std::ranges::max_element(use.needed);
    const auto index = static_cast<int>(most - use.needed.begin());
    use.most = *most, use.x = index % grid.columns, use.y = index / grid.columns;
    return use;
}

}  // namespace waferscope::sim
