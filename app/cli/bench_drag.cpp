// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_drag.hpp"

#include "app/document/floor_document.hpp"
#include "app/document/resources.hpp"
#include "core/io/kgraph.hpp"
#include "views/placement/floor_explorer.hpp"
#include "views/theme/apply_theme.hpp"

#include <fmt/format.h>
#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <algorithm>
#include <array>
#include <cmath>

namespace waferscope::app {
namespace {

constexpr int kKernels = 20, kSteps = 50;

/// Counts paint events of one widget.
class PaintCounter : public QObject {
public:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Paint) ++count;
        return QObject::eventFilter(watched, event);
    }
    int count = 0;
};

void send(QWidget& canvas, QEvent::Type type, QPointF at, Qt::MouseButtons buttons) {
    QMouseEvent event(type, at, canvas.mapToGlobal(at),
                      type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons, Qt::NoModifier);
    QApplication::sendEvent(&canvas, &event);
}

/// Whether the edited model is what a computation from scratch says.
bool exact(const FloorDocument& document) {
    const auto& edited = document.model();
    const sim::FlowModel fresh(edited.problem(), edited.slots());
    const auto a = edited.estimate(), b = fresh.estimate();
    if (a.time != b.time || a.wire_length != b.wire_length || a.adapters != b.adapters ||
        a.link_time != b.link_time)
        return false;
    const auto grid = edited.problem().limits.grid;
    for (int d = 0; d < core::kDirections; ++d)
        for (int y = 0; y < grid.rows; ++y)
            for (int x = 0; x < grid.columns; ++x)
                if (edited.loads().at(static_cast<core::Direction>(d), x, y) !=
                    fresh.loads().at(static_cast<core::Direction>(d), x, y))
                    return false;
    return document.plan().now.time == b.time && document.plan().now.wire_length == b.wire_length;
}

}  // namespace

Exit bench_drag(const std::string& folder) {
    int argc = 1;
    std::string name = "waferscope";
    std::array<char*, 2> argv{name.data(), nullptr};
    const QApplication program(argc, argv.data());
    views::apply_theme(*qApp, views::Theme::dark());
    const auto machines = load_machines({});
    if (!machines) return report(machines.error());
    const auto graph = core::read_kgraph_file(folder + "/C.kgraph");
    if (!graph) return report(graph.error());
    auto source = floor_source(*graph, *machines);
    const auto placed = sim::solve_placement(sim::solver_problem(source.problem),
                                             {.time_limit_s = 60, .work_limit_s = 0.5}, {}, {});
    if (!placed) return report(placed.error());
    source.slots = sim::solver_slots(placed->placement);
    FloorDocument document(std::move(source));
    views::FloorExplorer explorer(document);
    explorer.resize(1600, 1000);
    explorer.show();
    QApplication::processEvents();
    auto& canvas = explorer.canvas();
    PaintCounter counter;
    canvas.installEventFilter(&counter);
    std::vector<double> frames;
    const auto kernels = document.plan().kernels.size(), edges = document.plan().edges.size();
    QImage last;
    int checks = 0;
    for (int k = 0; k < kKernels; ++k) {
        const auto kernel = static_cast<std::size_t>(k) * kernels / kKernels;
        const QPointF start = canvas.viewport().core_rect(document.plan().kernels[kernel].rect).center();
        send(canvas, QEvent::MouseButtonPress, start, Qt::LeftButton);
        for (int step = 1; step <= kSteps; ++step) {
            // A loop over the wafer that does not end where it began.
            const double turn = 0.7 * k + 0.11 * step,
                         reach = canvas.viewport().frame.height() * (0.15 + 0.004 * step);
            const QPointF at =
                canvas.viewport().frame.center() + QPointF(reach * std::cos(turn), reach * std::sin(turn));
            QElapsedTimer clock;
            clock.start();
            const int before = counter.count;
            const auto slots = document.model().slots();
            send(canvas, QEvent::MouseMove, at, Qt::LeftButton);
            if (document.model().slots() == slots)
                continue;  // held by an edge it snapped to: nothing to draw
            while (counter.count == before) QApplication::processEvents();
            frames.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        }
        const QImage picture = canvas.grab().toImage();
        if (!exact(document) || picture == last)
            return report({core::ErrorCode::internal,
                           fmt::format("Position {} of the drag differs from a computation from scratch, or "
                                       "the picture did not change.",
                                       frames.size()),
                           graph->source,
                           {}});
        last = picture;
        ++checks;
        send(canvas, QEvent::MouseButtonRelease, start, Qt::NoButton);
        document.history().undo();
    }
    std::ranges::sort(frames);
    fmt::print(
        "{{\"name\":\"place.drag_C\",\"value\":{:.2f},\"unit\":\"ms from mouse event to painted, "
        "median\",\"p99_ms\":{:.2f},\"worst_ms\":{:.2f},\"positions\":{},\"kernels\":{},\"edges\":{},"
        "\"checked_exact\":{}}}\n",
        frames[frames.size() / 2], frames[frames.size() * 99 / 100], frames.back(), frames.size(), kernels,
        edges, checks);
    return Exit::ok;
}

}  // namespace waferscope::app
