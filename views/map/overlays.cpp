// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/map/overlays.hpp"

#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kSpare = 4;

/// A 1 px line rectangle on whole device pixels: top and left edges belong to the kernel.
QRectF outline(const Viewport& viewport, const core::Rect& rect) {
    const double px = 1 / viewport.dpr;
    return viewport.core_rect(rect).adjusted(px / 2, px / 2, -px / 2, -px / 2);
}

void label(QPainter& painter, const Viewport& viewport, const QRectF& rect, const QString& name,
           const Theme& theme, LabelCache& labels) {
    const QRectF seen = rect.intersected(viewport.canvas);
    const QFontMetricsF metrics(painter.font());
    if (seen.height() < metrics.height() + kSpare || seen.width() < metrics.height()) return;
    for (const QString& text : {name, short_label(name)}) {
        if (text.isEmpty() || metrics.horizontalAdvance(text) + 2 * kSpare > seen.width()) continue;
        labels.draw(painter, theme, {seen.left() + kSpare + 1, seen.bottom() - kSpare - 1}, text,
                    viewport.dpr);
        return;
    }
}

}  // namespace

QString short_label(const QString& name) {
    QString out;
    bool start = true;
    for (const QChar c : name) {
        if (c.isDigit())
            out += c;
        else if (c.isLetter() && start)
            out += c.toUpper();
        start = !c.isLetterOrNumber();
        if (!out.isEmpty() && out.back().isDigit() && start) break;  // "L31" says enough
    }
    return out.size() < name.size() ? out : QString();
}

void LabelCache::draw(QPainter& painter, const Theme& theme, QPointF baseline, const QString& text,
                      double dpr) {
    constexpr double kHalo = 2;
    const QFontMetricsF metrics(theme.font(TextRole::axis));
    auto& image = images_[text];
    if (image.isNull() || image.devicePixelRatio() != dpr) {
        const QSizeF size(std::ceil(metrics.horizontalAdvance(text)) + 2 * kHalo + 2,
                          std::ceil(metrics.height()) + 2 * kHalo);
        image = QImage((size * dpr).toSize(), QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(dpr);
        image.fill(Qt::transparent);
        QPainter inner(&image);
        inner.setFont(theme.font(TextRole::axis));
        draw_halo_text(inner, theme, {kHalo, kHalo + std::round(metrics.ascent())}, text);
    }
    const QPointF corner = baseline - QPointF(kHalo, kHalo + std::round(metrics.ascent()));
    painter.drawImage(QPointF(std::round(corner.x() * dpr), std::round(corner.y() * dpr)) / dpr, image);
}

core::Placement kernels_on(const core::Placement& placement, int wafer) {
    core::Placement own;
    for (const auto& kernel : placement.kernels)
        if (kernel.wafer == wafer) own.kernels.push_back(kernel);
    return own;
}

void paint_other_kernels(QPainter& painter, const Viewport& viewport, const core::Placement& placement,
                         const Theme& theme) {
    painter.save();
    painter.setClipRect(viewport.canvas);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    for (const auto& [color, width] : {std::pair{theme.casing, 3.0}, std::pair{theme.mark, 1.0}}) {
        painter.setPen(QPen(color, width, width > 1 ? Qt::SolidLine : Qt::DashLine));
        for (const auto& kernel : placement.kernels) {
            const QRectF rect = outline(viewport, kernel.rect);
            if (rect.width() >= 3 && rect.height() >= 3 && rect.intersects(viewport.canvas))
                painter.drawRect(rect);
        }
    }
    painter.restore();
}

void paint_kernels(QPainter& painter, const Viewport& viewport, const core::Placement& placement,
                   const Theme& theme, LabelCache& labels) {
    painter.save();
    painter.setClipRect(viewport.canvas);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    QPen line(theme.faint, 1 / viewport.dpr);
    QColor strong = theme.faint;
    strong.setAlpha(std::min(255, theme.faint.alpha() * 2));
    line.setColor(strong);
    painter.setPen(line);
    for (const auto& kernel : placement.kernels) {
        const QRectF rect = outline(viewport, kernel.rect);
        if (rect.width() >= 3 && rect.height() >= 3 && rect.intersects(viewport.canvas))
            painter.drawRect(rect);
    }
    painter.setFont(theme.font(TextRole::axis));
    for (const auto& kernel : placement.kernels) {
        const QRectF rect = viewport.core_rect(kernel.rect);
        if (rect.intersects(viewport.canvas))
            label(painter, viewport, rect, QString::fromStdString(kernel.name), theme, labels);
    }
    painter.restore();
}

void paint_operator(QPainter& painter, const Viewport& viewport, const core::Placement& placement,
                    std::uint32_t op, double width, const Theme& theme) {
    if (op == 0xFFFFFFFFU) return;
    painter.save();
    painter.setClipRect(viewport.canvas);
    for (const auto& kernel : placement.kernels)
        if (kernel.op == op) draw_mark_rect(painter, theme, viewport.core_rect(kernel.rect), width);
    painter.restore();
}

void paint_defects(QPainter& painter, const Viewport& viewport, const std::vector<std::array<int, 2>>& defects, const Theme& theme) {
    constexpr double kArm = 3.5;
    painter.save();
    painter.setClipRect(viewport.canvas);
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& [pen, width] : {std::pair{theme.sunken, 3.5}, std::pair{theme.error, 1.5}}) {
        painter.setPen(QPen(pen, width, Qt::SolidLine, Qt::RoundCap));
        for (const auto& [x, y] : defects) {
            const QPointF at = viewport.core_rect(x, y).center();
            painter.drawLine(at - QPointF(kArm, kArm), at + QPointF(kArm, kArm));
            painter.drawLine(at - QPointF(kArm, -kArm), at + QPointF(kArm, -kArm));
        }
    }
    painter.restore();
}

void paint_wafer_edge(QPainter& painter, const Viewport& viewport, core::GridSize grid, const Theme& theme) {
    painter.save();
    painter.setClipRect(viewport.canvas);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.border_strong, 1));
    const QRectF rect =
        viewport.core_rect(core::Rect{0, 0, grid.columns, grid.rows}).adjusted(-4.5, -4.5, 4.5, 4.5);
    painter.drawRoundedRect(rect, 6, 6);
    painter.restore();
}

QString scale_text(const Viewport& viewport) {
    const double cell = viewport.cell();
    if (cell < 1) {
        const int side = static_cast<int>(std::ceil(1 / cell - 1e-9));
        return QCoreApplication::translate("map", "1 px = %1 cores (max)")
            .arg(format::dimensions(side, side));
    }
    return QCoreApplication::translate("map", "1 core = %1 px").arg(format::number(cell));
}

void paint_caption(QPainter& painter, const Theme& theme, const QRectF& rect, const QString& text) {
    painter.setFont(theme.font(TextRole::axis));
    painter.setPen(theme.text3);
    const QFontMetricsF metrics(painter.font());
    painter.drawText(rect, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(text, Qt::ElideRight, rect.width()));
}

}  // namespace waferscope::views
