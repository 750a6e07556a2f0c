// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/cli.hpp"
#include "app/cli/export_graph.hpp"
#include "core/io/chakra.hpp"
#include "core/io/perfetto_json.hpp"
#include "core/model/run_exec_trace.hpp"
#include "core/session/session.hpp"
#include "views/compare/compare_table.hpp"
#include "views/map/render_map.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/timeline/timeline_painter.hpp"

#include <QApplication>
#include <QBuffer>
#include <QPainter>
#include <QSaveFile>
#include <fmt/format.h>
#include <memory>

namespace waferscope::app {
namespace {

struct Options {
    std::string session, to, out;
    int run = 1;
};

using Runs = std::vector<std::shared_ptr<const core::Run>>;

QString embedded(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return QStringLiteral("<img src='data:image/png;base64,%1' style='max-width:100%'>").arg(QString::fromLatin1(bytes.toBase64()));
}

/// One self-contained page: fair-fight line, table, bottlenecks, pictures. Readable without scripts.
QString html_page(const Runs& runs) {
    QString html = QStringLiteral("<!doctype html><meta charset='utf-8'><title>Waferscope</title><style>body{font:15px 'Open Sans',sans-serif;max-width:1200px;margin:32px auto;color:#171c22}"
                                  "td,th{padding:4px 14px;border-bottom:1px solid #e3e7ec;text-align:right}td:first-child,th:first-child{text-align:left}.best{font-weight:600}</style>");
    html += QStringLiteral("<h1>%1</h1><p>%2</p><table><tr><th>Metric</th>").arg(QString::fromStdString(runs.front()->scenario.name).toHtmlEscaped(), views::fair_fight_line(runs).toHtmlEscaped());
    for (const auto& run : runs) html += QStringLiteral("<th>%1 × %2</th>").arg(run->scenario.chips).arg(QString::fromStdString(run->machine->name).toHtmlEscaped());
    html += QStringLiteral("</tr>");
    for (const auto& row : views::compare_rows(runs)) {
        html += QStringLiteral("<tr><td>%1</td>").arg(row.label.toHtmlEscaped());
        for (std::size_t i = 0; i < row.values.size(); ++i)
            html += QStringLiteral("<td%1>%2</td>").arg(static_cast<int>(i) == row.best ? QStringLiteral(" class='best'") : QString(), row.values[i].toHtmlEscaped());
        html += QStringLiteral("</tr>");
    }
    html += QStringLiteral("</table><p>Every number is a prediction by simulation (~). %1</p>").arg(views::no_winner_note());
    for (const auto& run : runs) {
        html += QStringLiteral("<h2>%1 × %2</h2><p>%3</p>").arg(run->scenario.chips).arg(QString::fromStdString(run->machine->name).toHtmlEscaped(), QString::fromStdString(run->bottlenecks.front().text).toHtmlEscaped());
        for (const auto& line : run->warnings) html += QStringLiteral("<p><b>%1</b></p>").arg(QString::fromStdString(line).toHtmlEscaped());
        views::RenderRequest request{.run = run};
        request.size = {900, 600};
        request.time_s = run->summary.step_time_s / 2;
        html += embedded(views::render_map(request));
    }
    std::vector<views::TimelineGroup> groups;
    double end = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) groups.push_back({runs[i], static_cast<char>('A' + std::min<std::size_t>(i, 2))}), end = std::max(end, runs[i]->summary.step_time_s);
    QImage timeline(1200, std::min(2000, views::timeline_height(groups, views::active_theme())), QImage::Format_RGB32);
    QPainter painter(&timeline);
    views::paint_timeline(painter, timeline.rect(), groups, {.from_s = 0, .to_s = end}, views::active_theme());
    painter.end();
    return html + QStringLiteral("<h2>Timeline</h2>") + embedded(timeline);
}

Exit write(const std::string& path, const QByteArray& bytes) {
    QSaveFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return report({core::ErrorCode::save, fmt::format("Could not save to {}: {}.", path, file.errorString().toStdString()), path, "check the folder"});
    return Exit::ok;
}

Exit export_session(const Options& options) {
    if (options.to == "wgraph") {
        const auto graph = wgraph_of(options.session, options.run);
        return graph ? write(options.out, QByteArray::fromStdString(*graph)) : report(graph.error());
    }
    int argc = 1;
    std::string name = "waferscope";
    std::array<char*, 2> argv{name.data(), nullptr};
    const QApplication program(argc, argv.data());
    views::apply_theme(*qApp, views::Theme::light());
    const auto session = core::open_session(options.session);
    if (!session) return report(session.error());
    if (options.to == "html") return write(options.out, html_page(session->runs).toUtf8());
    if (options.run < 1 || static_cast<std::size_t>(options.run) > session->runs.size())
        return report({core::ErrorCode::range, fmt::format("--run {}: the session has {} runs.", options.run, session->runs.size()), options.session, "count from 1"});
    const auto& run = *session->runs[static_cast<std::size_t>(options.run) - 1];
    return write(options.out, QByteArray::fromStdString(options.to == "chakra" ? core::chakra_bytes(core::run_exec_trace(run)) : core::perfetto_json(run)));
}

}  // namespace

void add_export(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("export", "a session or a workload graph for other programs");
    command->add_option("session", options->session, "session file; for wgraph also a workload file")->required();
    command->add_option("--to", options->to, "perfetto, chakra, wgraph or html")->required()->check(CLI::IsMember({"perfetto", "chakra", "wgraph", "html"}));
    command->add_option("--run", options->run, "1-based, for perfetto, chakra and wgraph");
    command->add_option("--out", options->out, "file to write")->required();
    command->callback([&context, options] { context.chosen = [options] { return export_session(*options); }; });
}

}  // namespace waferscope::app
