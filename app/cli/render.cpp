// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/document/placement_document.hpp"
#include "app/document/resources.hpp"
#include "app/document/workload_graph.hpp"
#include "core/session/session.hpp"
#include "views/compare/compare_table.hpp"
#include "views/graph/graph_painter.hpp"
#include "views/map/map_image.hpp"
#include "views/map/map_painter.hpp"
#include "views/map/render_map.hpp"
#include "views/placement/floor_scene.hpp"
#include "views/scene/relief_view.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/timeline/timeline_painter.hpp"

#include <QApplication>
#include <QPainter>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <numeric>

namespace waferscope::app {
namespace {

struct Options {
    std::string session, view, scene, out, metric = "utilisation", theme = "dark", size = "1600x1000", time;
    std::vector<int> runs;
};

/// The wafer that is busiest at `time_s`; 0 for runs without wafers.
int wafer_at(const core::Run& run, double time_s) {
    if (!run.wafer || run.wafer->series.empty()) return 0;
    return core::busiest_wafer(run.wafer->classes, run.wafer->series.front(), run.step_at(time_s));
}

/// The step whose metric is largest in sum: what is worth looking at when no time is given.
double busiest_time(const core::Run& run, std::string_view metric) {
    const std::vector<float>* values = nullptr;
    if (run.wafer && metric == "link_load") values = &run.wafer->links.weight;
    if (run.wafer)
        for (const auto& series : run.wafer->series)
            if (series.metric == metric) values = &series.value;
    if (run.devices)
        for (const auto& series : run.devices->series)
            if (series.metric == metric) values = &series.value;
    if (values == nullptr || run.steps() == 0) return 0;
    const auto columns = values->size() / run.steps();
    std::size_t best = 0;
    double most = -1;
    for (std::size_t t = 0; t < run.steps(); ++t) {
        const auto first = values->begin() + static_cast<std::ptrdiff_t>(t * columns);
        const double sum = std::accumulate(first, first + static_cast<std::ptrdiff_t>(columns), 0.0);
        if (sum > most) most = sum, best = t;
    }
    return (run.step_edges_s[best] + run.step_edges_s[best + 1]) / 2;
}

double time_of(const Options& options, const core::Run& run, std::string_view metric) {
    if (options.time.empty()) return busiest_time(run, metric);
    const double value = std::strtod(options.time.c_str(), nullptr);
    return options.time.back() == '%' ? run.summary.step_time_s * value / 100 : value;
}

const views::Theme& theme_of(const std::string& name) {
    return name == "light" ? views::Theme::light() : name == "contrast" ? views::Theme::high_contrast() : views::Theme::dark();
}

/// The floor plan of a pipelined run, as the explorer paints it.
core::Result<QImage> placement_picture(const core::Run& run, const core::MachineLibrary& machines, QSize size, const views::Theme& theme) {
    const auto document = placement_document(run, machines);
    if (!document) return tl::unexpected(document.error());
    const auto& plan = (*document)->plan();
    return views::render_floorplan({.plan = &plan, .links = !plan.regions}, size, theme);
}

/// The operator graph of a run, coloured by time where its timeline names operators, else by MACs.
core::Result<QImage> graph_picture(const core::Run& run, const std::string& session, QSize size, const views::Theme& theme) {
    auto graph = graph_of(run, std::filesystem::path(session).parent_path());
    if (!graph) {
        graph.error().hint += "; views with data: timeline, compare";
        return tl::unexpected(graph.error());
    }
    const auto seconds = views::seconds_of_operators(run.timeline, (*graph)->operators.size());
    return views::render_graph(**graph, seconds, size, views::GraphColor::time, theme);
}

core::Result<QImage> picture(const Options& options, const std::vector<std::shared_ptr<const core::Run>>& runs, QSize size, const core::MachineLibrary& machines) {
    const auto& theme = theme_of(options.theme);
    const auto& run = *runs.front();
    QImage image(size, QImage::Format_RGB32);
    if (options.view == "timeline" || options.view == "compare") {
        QPainter painter(&image);
        if (options.view == "compare") {
            views::paint_compare(painter, QRectF(QPointF(), QSizeF(size)), runs, theme);
            return image;
        }
        std::vector<views::TimelineGroup> groups;
        double end = 0;
        for (std::size_t i = 0; i < runs.size(); ++i) {
            groups.push_back({runs[i], static_cast<char>('A' + std::min<std::size_t>(i, 2))});
            end = std::max(end, runs[i]->summary.step_time_s);
        }
        views::paint_timeline(painter, QRectF(QPointF(), QSizeF(size)), groups, {.from_s = 0, .to_s = end}, theme);
        return image;
    }
    if (options.view == "placement") return placement_picture(run, machines, size, theme);
    if (options.view == "graph") return graph_picture(run, options.session, size, theme);
    if (options.view == "scene") {
        const bool torus = run.devices && std::ranges::any_of(run.devices->links, &core::DeviceLink::wraps);
        const std::string_view kind = run.wafer ? "relief" : torus ? "torus" : run.devices ? "cluster" : "";
        if (!options.scene.empty() && options.scene != kind)
            return core::fail(core::ErrorCode::value, fmt::format("This run has no {} scene.", options.scene), options.session, kind.empty() ? "views with data: timeline, compare" : fmt::format("use --scene {}", kind));
        views::Relief relief;
        views::ReliefView view;
        view.size = size;
        view.most_cells = 300;
        const double time_s = time_of(options, run, options.metric);
        image = views::relief_picture(relief, run, options.metric, run.step_at(time_s), wafer_at(run, time_s), view, theme);
        if (image.isNull()) return core::fail(core::ErrorCode::value, "This run has no scene (no per-core data, or no EGL).", options.session, "views with data: map, fabric, timeline, compare");
        return image;
    }
    views::RenderRequest request{.run = runs.front(), .metric = options.metric};
    request.size = size;
    request.theme = theme.id;
    const bool fabric = options.view == "fabric";
    request.time_s = time_of(options, run, fabric ? "link_load" : options.metric);
    request.wafer = wafer_at(run, request.time_s);
    image = fabric ? views::render_fabric(request) : views::render_map(request);
    return image;
}

Exit render(const Options& options, const CliContext& context) {
    int argc = 1;
    std::string name = "waferscope";
    std::array<char*, 2> argv{name.data(), nullptr};
    const QApplication program(argc, argv.data());
    views::apply_theme(*qApp, theme_of(options.theme));
    const auto session = core::open_session(options.session);
    if (!session) return report(session.error());
    const auto machines = load_machines(context.machine_folders);
    if (!machines) return report(machines.error());
    int width = 0, height = 0;
    if (std::sscanf(options.size.c_str(), "%dx%d", &width, &height) != 2 || width < 64 || height < 64 || width > 8192 || height > 8192) {
        std::fprintf(stderr, "--size %s: write WIDTHxHEIGHT, each 64 to 8192\n", options.size.c_str());
        return Exit::usage;
    }
    std::vector<std::shared_ptr<const core::Run>> runs;
    for (const int index : options.runs) {
        if (index < 1 || static_cast<std::size_t>(index) > session->runs.size())
            return report({core::ErrorCode::range, fmt::format("--run {}: the session has {} runs.", index, session->runs.size()), options.session, "count from 1"});
        runs.push_back(session->runs[static_cast<std::size_t>(index) - 1]);
    }
    if (runs.empty()) {
        runs = session->runs;
        // A map shows one run: the first with per-core data, because that is what maps are for.
        const bool chips = options.scene == "torus" || options.scene == "cluster";
        const auto wafer = std::ranges::find_if(runs, [&](const auto& run) { return chips ? !run->wafer && run->devices.has_value() : run->wafer.has_value(); });
        if (options.view != "timeline" && options.view != "compare" && wafer != runs.end()) std::iter_swap(runs.begin(), wafer);
    }
    const auto image = picture(options, runs, {width, height}, *machines);
    if (!image) return report(image.error());
    if (!image->save(QString::fromStdString(options.out), "PNG"))
        return report({core::ErrorCode::save, fmt::format("Could not save to {}.", options.out), options.out, "check the folder"});
    return Exit::ok;
}

}  // namespace

void add_render(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("render", "a view of a session as PNG");
    command->add_option("session", options->session, "session file")->required();
    command->add_option("--scene", options->scene, "relief of a wafer, torus or cluster of chips; default what the run has")->check(CLI::IsMember({"relief", "torus", "cluster"}));
    command->add_option("--view", options->view, "what to draw")->required()->check(CLI::IsMember({"map", "fabric", "timeline", "compare", "scene", "placement", "graph"}));
    command->add_option("--out", options->out, "PNG file")->required();
    command->add_option("--run", options->runs, "1-based, in save order")->delimiter(',');
    command->add_option("--metric", options->metric, "metric id");
    command->add_option("--time", options->time, "seconds, or percent of the step");
    command->add_option("--theme", options->theme, "light, dark or contrast")->check(CLI::IsMember({"light", "dark", "contrast"}));
    command->add_option("--size", options->size, "WIDTHxHEIGHT");
    command->callback([&context, options] { context.chosen = [&context, options] { return render(*options, context); }; });
}

}  // namespace waferscope::app
