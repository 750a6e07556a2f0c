// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/render_map.hpp"

#include "views/map/key_figures.hpp"
#include "views/map/legend.hpp"
#include "views/map/map_painter.hpp"
#include "views/map/pane_frame.hpp"
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QPainter>

namespace waferscope::views {
namespace {

constexpr int kTitle = 32;
constexpr int kLegend = 44;

/// A model that shows the request in pane 0: exports and the window cannot differ.
void fill(WorkbenchModel& model, const RenderRequest& request) {
    model.set_light_theme(request.theme == ThemeId::light);
    model.set_metric(request.metric);
    model.set_run(0, request.run);
    model.set_view(0, request.view);
    model.set_wafer(0, request.wafer);
    model.set_color_range(request.range);
    model.set_position(model.position_for(0, request.time_s));
    if (!request.minus) return;
    model.set_run(1, request.minus);
    model.set_difference(0, 1);
}

QString time_text(const WorkbenchModel& model) {
    const auto* run = model.run(0);
    if (run == nullptr || run->steps() == 0) return {};
    return QCoreApplication::translate("render", "t = %1, step %2 of %3")
        .arg(format::quantity(model.time_of(0), "s", {.digits = 4}),
             format::count(static_cast<std::int64_t>(model.step_of(0)) + 1),
             format::count(static_cast<std::int64_t>(run->steps())));
}

void paint_title(QPainter& painter, const WorkbenchModel& model, const QRectF& rect, const Theme& theme) {
    const auto& pane = model.pane(0);
    QString name = pane.run ? machine_title(*pane.run) : QString();
    if (pane.view == ViewKind::difference && model.run(1) != nullptr)
        name = QCoreApplication::translate("render", "%1 minus %2").arg(name, machine_title(*model.run(1)));
    const QString time = time_text(model);
    painter.setFont(theme.font(TextRole::status));
    const double right = QFontMetricsF(painter.font()).horizontalAdvance(time) + 24;
    paint_pane_title(painter, theme, rect, pane.layer, name,
                     pane.run ? machine_subtitle(*pane.run) : QString(), right);
    painter.setFont(theme.font(TextRole::status));
    painter.setPen(theme.text2);
    painter.drawText(rect.adjusted(0, 0, -12, 0), Qt::AlignRight | Qt::AlignVCenter, time);
}

}  // namespace

QImage render_map(const RenderRequest& request) {
    Theme theme = Theme::of(request.theme);
    theme.font_scale = request.font_scale;
    WorkbenchModel model;
    fill(model, request);

    QImage image(request.size, QImage::Format_RGB32);
    image.setDevicePixelRatio(request.dpr);
    image.fill(theme.sunken);
    const QSizeF size = QSizeF(request.size) / request.dpr;
    const double title = request.title ? theme.scaled(kTitle) : 0;
    const double legend = request.legend ? theme.scaled(kLegend) : 0;
    const QSizeF body(size.width(), size.height() - title - legend);

    MapFrame frame = frame_of(model, 0);
    frame.complete = true;
    if (!request.hot_spot) frame.hot_spot.reset();
    const auto layout = map_layout(frame, body, theme);
    // Device pixels are counted from the top of the map; the title is whole pixels high.
    Viewport viewport{
        .world = map_world(frame), .canvas = layout.canvas, .frame = layout.fit, .dpr = request.dpr};
    viewport.fit();
    if (request.window) {
        const auto& w = *request.window;
        viewport.fit(QRectF(w.x, w.y, w.width, w.height));
    }
    QPainter painter(&image);
    if (request.title) paint_title(painter, model, QRectF(0, 0, size.width(), title), theme);
    painter.translate(0, title);
    MapPainter().paint(painter, frame, viewport, body, theme);
    painter.translate(0, body.height());
    if (request.legend) {
        const QRectF strip(0, 0, size.width(), legend);
        painter.fillRect(strip, theme.panel);
        painter.fillRect(QRectF(0, 0, size.width(), 1), theme.border);
        paint_color_bar(painter, strip, legend_spec(model, 0), theme);
    }
    return image;
}

QImage render_fabric(RenderRequest request) {
    request.view = ViewKind::fabric;
    return render_map(request);
}

}  // namespace waferscope::views
