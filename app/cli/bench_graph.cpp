// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_graph.hpp"

#include "core/model/connect.hpp"
#include "views/graph/graph_painter.hpp"
#include "views/theme/theme.hpp"

#include <fmt/format.h>
#include <QElapsedTimer>
#include <algorithm>
#include <array>
#include <random>

namespace waferscope::app {
namespace {

constexpr std::uint32_t kOperators = 10'000;

/// Every operator reads one to three of the 40 before it; layers of 100 operators carry names or do not.
core::Workload graph(bool named) {
    static constexpr std::array kTypes{"Conv", "Relu", "Add", "MatMul", "Reshape"};
    std::mt19937 random(1);
    core::Workload w;
    w.name = "benchmark";
    for (std::uint32_t i = 0; i <= kOperators; ++i)
        w.tensors.push_back({.shape = {1, 64, 64}, .known_rank = true, .dtype = core::Dtype::fp16});
    w.tensors.front().kind = core::TensorKind::input;
    for (std::uint32_t i = 0; i < kOperators; ++i) {
        core::Operator op{.type = kTypes.at(random() % kTypes.size())};
        if (named) op.name = fmt::format("model/layers.{}/part{}/op{}", i / 100, i / 25 % 4, i % 25);
        op.macs = static_cast<double>(random() % 1'000'000);
        for (auto reads = 1 + random() % 3; reads > 0; --reads)
            op.inputs.push_back(
                static_cast<std::uint32_t>(i - random() % std::min<std::uint32_t>(i + 1, 40)));
        op.outputs = {i + 1};
        w.operators.push_back(std::move(op));
    }
    core::connect_operators(w);
    return w;
}

}  // namespace

Exit bench_graph() {
    for (const bool named : {true, false}) {
        const auto workload = graph(named);
        std::array<double, 5> times{};
        for (auto& time : times) {
            QElapsedTimer clock;
            clock.start();
            const auto image = views::render_graph(workload, {}, {1600, 1000}, views::GraphColor::macs,
                                                   views::Theme::dark());
            time = static_cast<double>(clock.nsecsElapsed()) / 1e6;
            if (image.isNull()) return Exit::internal;
        }
        const double first = times.front();
        std::ranges::sort(times);
        fmt::print(
            "{{\"name\":\"ui.graph_first_picture_10k{}\",\"value\":{:.1f},\"unit\":\"ms, "
            "median\",\"first_ms\":{:.1f},\"operators\":{}}}\n",
            named ? "" : "_unnamed", times[times.size() / 2], first, kOperators);
    }
    return Exit::ok;
}

}  // namespace waferscope::app
