// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_cluster.hpp"
#include "app/cli/bench_drag.hpp"
#include "app/cli/bench_graph.hpp"
#include "app/cli/bench_io.hpp"
#include "app/cli/bench_noc.hpp"
#include "app/cli/bench_onnx.hpp"
#include "app/cli/bench_place.hpp"
#include "app/cli/bench_wafer.hpp"
#include "app/cli/cli.hpp"
#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "views/map/map_view.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/workbench_model.hpp"

#include <QApplication>
#include <QElapsedTimer>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>

namespace waferscope::app {
namespace {

/// Plays a full WSE-3 map at 1600 x 1000: next time step to the end of its paint event.
Exit bench_ui(const CliContext& context) {
    int argc = 1;
    std::string name = "waferscope";
    std::array<char*, 2> argv{name.data(), nullptr};
    const QApplication program(argc, argv.data());
    views::apply_theme(*qApp, views::Theme::dark());
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    auto request = load_request(resource_folder() + "/scenarios/llama3-8b-decode.json", *machines);
    if (!request) return report(request.error());
    std::vector<std::string> warnings;
    auto run = on_machine(*request, "cerebras_cs3", 1, *machines, warnings).and_then([](const sim::Request& other) { return sim::simulate(other, sim::Detail::full, {}, {}); });
    if (!run) return report(run.error());
    views::WorkbenchModel model;
    const auto shared = std::make_shared<const core::Run>(std::move(*run));
    model.set_run(0, shared);
    views::MapView view(model, 0);
    view.resize(1600, 1000);
    view.show();
    QApplication::processEvents();
    std::vector<double> frames;
    for (std::size_t t = 0; t < shared->steps(); ++t) {
        QElapsedTimer clock;
        clock.start();
        model.set_position((shared->step_edges_s[t] + shared->step_edges_s[t + 1]) / 2);
        model.flush();
        view.repaint();
        frames.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(frames);
    const double median = frames[frames.size() / 2], p99 = frames[frames.size() * 99 / 100];
    fmt::print("{{\"name\":\"ui.map_play_{}_cores_1600x1000\",\"value\":{:.3f},\"unit\":\"ms per frame, median\",\"p99_ms\":{:.3f},\"fps\":{:.0f}}}\n", shared->wafer->classes.grid.cells(), median, p99, 1000 / median);
    return bench_graph();
}

}  // namespace

void add_bench(CLI::App& app, CliContext& context) {
    auto names = std::make_shared<std::vector<std::string>>();
    auto* command = app.add_subcommand("bench", "own benchmarks, one JSON object per line");
    command->add_option("names", *names, "ui, wafer, cluster, noc (minutes), place, io, onnx; default ui and wafer")->check(CLI::IsMember({"ui", "wafer", "cluster", "noc", "place", "io", "onnx"}));
    auto data = std::make_shared<std::string>();
    command->add_option("--data", *data, "folder with noc/booksim2_k8.csv, the reference of noc; with A.kgraph ... N.kgraph for place; with calibration.json for cluster; for io a Kineto trace to repeat to 10 million events");
    auto cluster = std::make_shared<BenchClusterOptions>();
    auto drag = std::make_shared<bool>(false);
    command->add_flag("--drag", *drag, "place: drag kernels of C.kgraph in the explorer instead of solving");
    command->add_flag("--rows", cluster->rows, "cluster: one line per measured row");
    command->add_flag("--fit", cluster->fit, "cluster: fit the constants, print before and after, write resources/calibration");
    command->add_flag("--cross", cluster->cross, "cluster: cross-validation over the vTrain rows (a minute)");
    auto accuracy = std::make_shared<std::string>();
    command->add_option("--write-accuracy", *accuracy, "cluster, wafer: write the errors to this accuracy.json");
    command->add_flag("--json", [](std::int64_t) {}, "always on");
    command->callback([&context, names, data, cluster, drag, accuracy] {
        context.chosen = [&context, names, data, cluster, drag, accuracy] {
            const auto wanted = [&](const char* name) { return names->empty() || std::ranges::find(*names, name) != names->end(); };
            Exit worst = Exit::ok;
            if (wanted("ui")) worst = std::max(worst, bench_ui(context));
            if (wanted("wafer")) worst = std::max(worst, bench_wafer(context, *accuracy));
            if (std::ranges::find(*names, "noc") != names->end()) worst = std::max(worst, bench_noc(*data));
            if (std::ranges::find(*names, "io") != names->end()) worst = std::max(worst, bench_io(*data));
            if (std::ranges::find(*names, "onnx") != names->end()) worst = std::max(worst, bench_onnx());
            if (std::ranges::find(*names, "place") != names->end()) worst = std::max(worst, *drag ? bench_drag(*data) : bench_place(*data));
            if (std::ranges::find(*names, "cluster") != names->end()) {
                cluster->data = *data, cluster->accuracy = *accuracy;
                worst = std::max(worst, bench_cluster(context, *cluster));
            }
            return worst;
        };
    });
}

}  // namespace waferscope::app
