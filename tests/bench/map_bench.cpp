// SPDX-License-Identifier: GPL-3.0-or-later
// What one frame of the map costs: from the next time step to the end of paintEvent, 1600 x 1000.
#include "tests/views/sample_runs.hpp"
#include "views/map/map_view.hpp"
#include "views/theme/apply_theme.hpp"

#include <benchmark/benchmark.h>

#include <QApplication>

using namespace waferscope;
using namespace waferscope::views;

namespace {

const test::RunPtr& wafer() {
    static const test::RunPtr kRun = test::full_wafer();
    return kRun;
}

struct Stage {
    WorkbenchModel model;
    MapView view{model, 0};
    explicit Stage(std::string_view metric) {
        model.set_metric(metric);
        model.set_run(0, wafer());
        view.resize(1600, 1000);
        view.show();
        QApplication::processEvents();  // expose the window: hidden windows do not paint
        model.flush();
        view.repaint();
    }
    void next_step() {
        const auto steps = wafer()->steps();
        const auto step = (model.step_of(0) + 1) % steps;
        model.set_position((wafer()->step_edges_s[step] + wafer()->step_edges_s[step + 1]) / 2);
        model.flush();
        view.repaint();
    }
};

void play(benchmark::State& state, std::string_view metric, double zoom) {
    Stage stage(metric);
    if (zoom > 1) stage.view.zoom(zoom, QPointF(700, 500));
    for ([[maybe_unused]] auto _ : state) stage.next_step();
    state.counters["frames/s"] = benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_PlayUtilisation(benchmark::State& state) {
    play(state, "utilisation", static_cast<double>(state.range(0)));
}
void BM_PlayLinkLoad(benchmark::State& state) {
    play(state, "link_load", static_cast<double>(state.range(0)));
}

void BM_Pan(benchmark::State& state) {
    Stage stage("utilisation");
    stage.view.zoom(static_cast<double>(state.range(0)), QPointF(800, 500));
    double shift = 0.31;
    for ([[maybe_unused]] auto _ : state) {
        stage.view.show_area(QRectF(100 + shift, 200 + shift, 300, 300));
        shift = shift > 100 ? 0.31 : shift + 1.7;
        stage.view.repaint();
    }
}

void BM_ZoomFit(benchmark::State& state) {
    Stage stage("utilisation");
    bool in = true;
    for ([[maybe_unused]] auto _ : state) {
        if (in)
            stage.view.zoom(1.07, QPointF(700, 400));
        else
            stage.view.fit();
        in = !in;
        stage.view.repaint();
    }
}

void BM_HoverFrame(benchmark::State& state) {
    Stage stage("utilisation");
    int x = 500;
    for ([[maybe_unused]] auto _ : state) {
        stage.model.set_hover(stage.view.place_at(QPointF(x, 400)));
        x = x == 1000 ? 500 : x + 1;
        stage.model.flush();
        stage.view.repaint();
    }
}

}  // namespace

BENCHMARK(BM_PlayUtilisation)->Arg(1)->Arg(4)->Arg(40)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PlayLinkLoad)->Arg(1)->Arg(4)->Arg(60)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Pan)->Arg(2)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ZoomFit)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_HoverFrame)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    apply_theme(app, Theme::dark());
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
