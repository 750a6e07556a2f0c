// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/map_frame.hpp"

#include "views/map/fabric_image.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kMargin = 10;
constexpr double kCaption = 26;
constexpr double kThumbnail = 44;

QString tr(const char* text) {
    return QCoreApplication::translate("map", text);
}

}  // namespace

MapSource MapFrame::source() const {
    return {.run = run.get(),
            .metric = metric,
            .step = step,
            .wafer = wafer,
            .minus = minus.get(),
            .minus_step = minus_step,
            .minus_wafer = minus_wafer};
}

DeviceSource MapFrame::device_source() const {
    return {.run = run.get(), .metric = metric, .step = step, .minus = minus.get(), .minus_step = minus_step};
}

int MapFrame::wafers() const {
    return run && run->wafer ? run->wafer->classes.wafers : 0;
}

int matching_wafer(const core::Run* run, int wafer) {
    return run != nullptr && run->wafer ? std::min(wafer, run->wafer->classes.wafers - 1) : 0;
}

MapFrame frame_of(const WorkbenchModel& model, int index) {
    const auto& pane = model.pane(index);
    MapFrame frame{.run = pane.run,
                   .metric = model.metric_of(index).id,
                   .step = model.step_of(index),
                   .wafer = pane.wafer,
                   .view = pane.view,
                   .scale = model.scale(index),
                   .selection = model.selection(),
                   .hover = model.hover(),
                   .pane = index};
    if (pane.view == ViewKind::difference) {
        frame.minus = model.pane(pane.minus).run;
        frame.minus_step = model.step_of(pane.minus);
        frame.minus_wafer = matching_wafer(frame.minus.get(), pane.wafer);
    } else {
        frame.hot_spot = model.hot_spot(index);
    }
    return frame;
}

MapLayout map_layout(const MapFrame& frame, const QSizeF& size, const Theme& theme) {
    MapLayout out;
    const double caption = frame.caption ? std::round(kCaption * theme.font_scale) : 0;
    const bool strip = frame.minimap && frame.wafers() > 1 && size.height() > 260;
    const double bottom = strip ? kThumbnail + 12 : 0;
    out.caption = QRectF(12, 0, size.width() - 24, caption);
    out.canvas = QRectF(0, caption, size.width(), size.height() - caption - bottom);
    out.fit = out.canvas.adjusted(kMargin, kMargin - (caption > 0 ? 4 : 0), -kMargin, -kMargin);
    if (strip)
        out.thumbnails = QRectF(kMargin, size.height() - bottom + 2, size.width() - 2 * kMargin, kThumbnail);
    return out;
}

QRectF map_world(const MapFrame& frame) {
    if (!frame.run) return {};
    if (frame.run->wafer) return {0, 0, double(frame.grid().columns), double(frame.grid().rows)};
    return frame.run->devices ? device_world(*frame.run->devices) : QRectF();
}

QString empty_reason(const MapFrame& frame) {
    if (!frame.run) return tr("No run in this pane. Open a file or press F5 to simulate one.");
    if (frame.run->steps() == 0)
        return tr("This run kept no steps over time. Simulate it in full detail to see the map.");
    if (frame.view == ViewKind::difference) {
        if (!frame.minus) return tr("A difference needs two runs. The other pane is empty.");
        const bool devices = frame.run->devices && frame.minus->devices && !frame.run->wafer &&
                             frame.run->devices->devices.size() == frame.minus->devices->devices.size();
        if (!devices && !has_field(frame.source()))
            return tr("These machines have different grids. Compare their numbers in the table.");
        return {};
    }
    if (frame.run->wafer && !has_field(frame.source()))
        return tr("This run has no values for this metric. Choose another metric.");
    if (!frame.run->wafer && !frame.run->devices && frame.run->evidence.kind == "measured")
        return tr("A trace tells when things ran, not where: see the timeline.");
    if (!frame.run->wafer && !frame.run->devices)
        return tr("This machine has no per-core data: its model works per chip.");
    return {};
}

bool shows_fabric_detail(const MapFrame& frame, const Viewport& viewport) {
    return frame.run && frame.run->wafer && frame.minus == nullptr && frame.metric == kLinkLoad &&
           viewport.cell() / viewport.dpr >= kFabricDetailCell;
}

QRectF thumbnail_rect(const MapFrame& frame, const MapLayout& layout, int wafer) {
    if (layout.thumbnails.isEmpty()) return {};
    const auto grid = frame.grid();
    const double width = std::max(8.0, std::round(kThumbnail * grid.columns / std::max(1, grid.rows)));
    const QRectF rect(layout.thumbnails.left() + 3 + wafer * (width + 8), layout.thumbnails.top(), width,
                      kThumbnail);
    return rect.right() <= layout.thumbnails.right() ? rect : QRectF();
}

}  // namespace waferscope::views
