// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/sample_runs.hpp"

#include <algorithm>
#include <cmath>

namespace waferscope::test {
namespace {

using namespace core;

std::shared_ptr<const Machine> machine(std::string id, std::string name, std::string layers, bool wafer) {
    Machine m{.id = std::move(id), .name = std::move(name), .layers = std::move(layers)};
    if (wafer)
        m.body = Wafer{};
    else
        m.body = Cluster{};
    return std::make_shared<const Machine>(std::move(m));
}

std::shared_ptr<Run> base(std::size_t steps, double length_s) {
    auto run = std::make_shared<Run>();
    for (std::size_t i = 0; i <= steps; ++i)
        run->step_edges_s.push_back(length_s * static_cast<double>(i) / static_cast<double>(steps));
    run->summary.step_time_s = length_s;
    run->evidence = {.kind = "checked", .mape = 0.15, .n = 12, .set = "sample"};
    run->bottlenecks.push_back({.id = "link", .text = "Link is full", .share = 0.3});
    return run;
}

/// 0..1, smooth in both arguments, different for each class.
float wave(std::size_t step, std::size_t item) {
    const double t = static_cast<double>(step) * 0.35;
    const double k = static_cast<double>(item);
    return static_cast<float>(0.5 + 0.5 * std::sin(t + k * 1.7) * std::cos(0.21 * t + k * 0.37));
}

void fill_class(CoreClasses& classes, Rect rect, std::uint32_t value) {
    for (int y = rect.y; y < rect.y + rect.height; ++y)
        for (int x = rect.x; x < rect.x + rect.width; ++x)
            classes
                .class_of_core[static_cast<std::size_t>(y) * static_cast<std::size_t>(classes.grid.columns) +
                               static_cast<std::size_t>(x)] = value;
}

FlowPlane plane(Rect box, int wafer, Direction direction, float scale) {
    FlowPlane out{.box = box, .wafer = wafer, .direction = direction};
    for (int y = 0; y < box.height; ++y)
        for (int x = 0; x < box.width; ++x) {
            // A ramp along the direction, as a reduction piles up.
            const bool flat = direction == Direction::east || direction == Direction::west;
            const double along =
                flat ? static_cast<double>(x + 1) / box.width : static_cast<double>(y + 1) / box.height;
            out.wavelets.push_back(scale * static_cast<float>(along));
        }
    return out;
}

void add_kernel(WaferSeries& wafer, std::string name, Rect rect, std::uint32_t op, int parts) {
    wafer.placement.kernels.push_back({.name = name, .rect = rect, .op = op});
    for (int p = 0; p < parts; ++p) {
        const auto index = static_cast<std::uint32_t>(wafer.classes.classes.size());
        wafer.classes.classes.push_back(
            {.name = name + " part " + std::to_string(p + 1), .group = name, .op = op});
        const int from = rect.width * p / parts;
        const int to = rect.width * (p + 1) / parts;
        fill_class(wafer.classes, {rect.x + from, rect.y, to - from, rect.height}, index);
    }
}

void finish_classes(Run& run, int wafers) {
    auto& classes = run.wafer->classes;
    classes.wafers = wafers;
    classes.classes_per_wafer = static_cast<std::uint32_t>(classes.classes.size());
    const auto pattern = classes.classes;
    for (int w = 1; w < wafers; ++w)
        classes.classes.insert(classes.classes.end(), pattern.begin(), pattern.end());
    ClassSeries utilisation{.metric = "utilisation"};
    ClassSeries stall{.metric = "stall"};
    ClassSeries sram{.metric = "sram"};
    for (std::size_t s = 0; s < run.steps(); ++s)
        for (std::size_t c = 0; c < classes.classes.size(); ++c) {
            const bool idle = c % classes.classes_per_wafer == 0;
            const float u = idle ? 0.02F : 0.08F + 0.82F * wave(s, c) * wave(s / 4, c / 3);
            utilisation.value.push_back(u);
            stall.value.push_back(idle ? 0.0F : 0.4F * (1 - u));
            sram.value.push_back(idle ? 0.0F : 12000.0F + 36000.0F * wave(0, c));
        }
    run.wafer->series = {std::move(utilisation), std::move(stall), std::move(sram)};
}

void finish_links(Run& run) {
    auto& links = run.wafer->links;
    for (std::size_t s = 0; s < run.steps(); ++s)
        for (std::size_t p = 0; p < links.plane.size(); ++p)
            links.weight.push_back(0.35F + 0.65F * wave(s, p));
}

std::shared_ptr<Run> wafer_base(GridSize grid, std::size_t steps, double length_s) {
    auto run = base(steps, length_s);
    run->machine = machine("cs3", "CS-3", "B", true);
    run->wafer.emplace();
    run->wafer->classes.grid = grid;
    run->wafer->classes.class_of_core.assign(grid.cells(), 0);
    run->wafer->classes.classes.push_back({.name = "idle"});
    run->scenario.wafer.mode = WaferMode::resident;
    return run;
}

}  // namespace

RunPtr small_wafer() {
    auto run = wafer_base({24, 20}, 8, 8e-4);
    add_kernel(*run->wafer, "layer 1 attention", {1, 1, 10, 8}, 0, 2);
    add_kernel(*run->wafer, "layer 1 ffn", {12, 1, 11, 8}, 1, 2);
    add_kernel(*run->wafer, "layer 2 attention", {1, 10, 10, 9}, 2, 2);
    add_kernel(*run->wafer, "head", {12, 10, 11, 9}, 3, 1);
    finish_classes(*run, 1);
    auto& links = run->wafer->links;
    links.plane.push_back(plane({1, 1, 10, 8}, 0, Direction::east, 0.6F));
    links.plane.push_back(plane({12, 1, 11, 8}, 0, Direction::west, 0.5F));
    links.plane.push_back(plane({1, 10, 22, 9}, 0, Direction::north, 0.4F));
    links.plane.push_back(plane({17, 2, 1, 8}, 0, Direction::south, 0.97F));
    finish_links(*run);
    for (std::size_t s = 0; s < run->steps(); ++s)
        links.weight[s * 4 + 3] = 1.0F;  // the hot column is always full
    run->summary.tokens_per_s_per_user = 742;
    run->summary.usd_per_mtok = 16.4;
    run->summary.communication_s = 4.88e-4;
    run->summary.wafers = 1;
    return run;
}

RunPtr full_wafer(int wafers) {
    auto run = wafer_base({762, 1172}, 64, 1.35e-3);
    constexpr int kColumns = 5;
    constexpr int kRows = 4;
    int layer = 21;
    for (int row = 0; row < kRows; ++row)
        for (int column = 0; column < kColumns; ++column, ++layer) {
            const Rect area{column * 152 + 1, row * 292 + 2, 150, 288};
            const auto op = static_cast<std::uint32_t>(layer);
            const std::string name = "layer " + std::to_string(layer);
            add_kernel(*run->wafer, name + " QKV", {area.x, area.y, area.width, 110}, op * 3, 5);
            add_kernel(*run->wafer, name + " attention", {area.x, area.y + 110, 70, 178}, op * 3 + 1, 7);
            add_kernel(*run->wafer, name + " FFN", {area.x + 70, area.y + 110, 80, 178}, op * 3 + 2, 8);
        }
    finish_classes(*run, wafers);
    for (int w = 0; w < wafers; ++w)
        for (const auto& kernel : run->wafer->placement.kernels) {
            const auto k = run->wafer->links.plane.size();
            const float level = 0.25F + 0.6F * wave(k, k / 7);
            run->wafer->links.plane.push_back(plane(kernel.rect, w, static_cast<Direction>(k % 4), level));
            run->wafer->links.plane.push_back(
                plane(kernel.rect, w, static_cast<Direction>((k + 1) % 4), level * 0.5F));
        }
    finish_links(*run);
    run->summary.tokens_per_s_per_user = 742;
    run->summary.usd_per_mtok = 16.4;
    run->summary.exposed_communication_s = 8.2e-4;
    run->summary.wafers = wafers;
    return run;
}

RunPtr single_hot_core(int columns, int rows, int x, int y, float hot) {
    auto run = wafer_base({columns, rows}, 1, 1e-3);
    auto& wafer = *run->wafer;
    wafer.classes.classes.push_back({.name = "hot", .op = 7});
    wafer.classes.classes_per_wafer = 2;
    fill_class(wafer.classes, {x, y, 1, 1}, 1);
    wafer.series.push_back({.metric = "utilisation", .value = {0.0F, hot}});
    return run;
}

RunPtr gpu_node() {
    auto run = base(32, 9.6e-3);
    run->machine = machine("h100", "H100 SXM", "A", false);
    run->scenario.chips = 8;
    run->plan.tp = 8;
    DeviceMap map{.caption = "8 GPUs, bar = HBM bandwidth"};
    for (int i = 0; i < 8; ++i)
        map.devices.push_back({.name = std::to_string(i),
                               .x = static_cast<float>(i % 4) * 1.1F,
                               .y = i < 4 ? 0.0F : 3.6F,
                               .width = 0.95F,
                               .height = 1.5F,
                               .value_class = static_cast<std::uint32_t>(i)});
    for (int s = 0; s < 4; ++s)
        map.devices.push_back({.name = "NVSwitch " + std::to_string(s),
                               .kind = Device::Kind::network_switch,
                               .x = static_cast<float>(s) * 1.1F,
                               .y = 2.3F,
                               .width = 0.95F,
                               .height = 0.5F,
                               .value_class = 0});
    for (std::uint32_t chip = 0; chip < 8; ++chip)
        for (std::uint32_t s = 0; s < 4; ++s) {
            map.links.push_back(
                {.from = chip, .to = 8 + s, .value_class = static_cast<std::uint32_t>(map.links.size())});
            map.link_classes.push_back("GPU " + std::to_string(chip) + " to switch " + std::to_string(s));
        }
    for (int i = 0; i < 8; ++i) map.device_classes.push_back("GPU " + std::to_string(i));
    map.series = {{.metric = "utilisation"}, {.metric = "memory_bandwidth"}};
    for (std::size_t s = 0; s < run->steps(); ++s) {
        for (std::size_t i = 0; i < 8; ++i) {
            map.series[0].value.push_back(0.2F + 0.5F * wave(s, i));
            map.series[1].value.push_back(0.6F + 0.35F * wave(s, i + 3));
        }
        for (std::size_t l = 0; l < map.links.size(); ++l) map.link_load.push_back(0.2F + 0.7F * wave(s, l));
    }
    map.shown_chips = map.total_chips = 8;
    run->devices = std::move(map);
    run->summary.tokens_per_s_per_user = 104;
    run->summary.usd_per_mtok = 6.27;
    run->summary.exposed_communication_s = 2.0e-3;
    return run;
}

RunPtr torus() {
    auto run = base(16, 12.1e-3);
    run->machine = machine("trn2", "Trainium2", "C", false);
    run->scenario.chips = 16;
    run->plan.tp = 16;
    DeviceMap map{.caption = "4 x 4 torus; equal letters and numbers are the same wire"};
    for (int i = 0; i < 16; ++i) {
        map.devices.push_back({.name = std::to_string(i),
                               .x = static_cast<float>(i % 4) * 1.5F,
                               .y = static_cast<float>(i / 4) * 1.5F,
                               .value_class = static_cast<std::uint32_t>(i)});
        map.device_classes.push_back(std::to_string(i));
    }
    const auto link = [&](int from, int to, bool wraps) {
        map.links.push_back({.from = static_cast<std::uint32_t>(from),
                             .to = static_cast<std::uint32_t>(to),
                             .value_class = static_cast<std::uint32_t>(map.links.size()),
                             .wraps = wraps});
        map.link_classes.push_back("link");
    };
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 4; ++x) {
            link(y * 4 + x, y * 4 + (x + 1) % 4, x == 3);
            link(y * 4 + x, (y + 1) % 4 * 4 + x, y == 3);
        }
    // Wrapping links are listed from the far end to the near one; the painter wants near first.
    for (auto& one : map.links)
        if (one.wraps) std::swap(one.from, one.to);
    map.series = {{.metric = "utilisation"}};
    for (std::size_t s = 0; s < run->steps(); ++s) {
        for (std::size_t i = 0; i < 16; ++i) map.series[0].value.push_back(0.1F + 0.4F * wave(s, i));
        for (std::size_t l = 0; l < map.links.size(); ++l)
            map.link_load.push_back(0.1F + 0.85F * wave(s, l * 3));
    }
    run->devices = std::move(map);
    run->summary.tokens_per_s_per_user = 82.6;
    run->summary.exposed_communication_s = 4.1e-3;
    return run;
}

}  // namespace waferscope::test
