// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/timeline_legend.hpp"

#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <QStringList>
#include <algorithm>
#include <array>

namespace waferscope::views {
namespace {

constexpr std::size_t kSamples = 256;
constexpr qsizetype kMostNames = 2;  ///< of one colour before its kind names it

using Names = std::array<QStringList, core::kSliceKinds>;

void collect(const core::Timeline& timeline, Names& names) {
    for (const auto& lane : timeline.lanes) {
        const std::size_t stride = std::max<std::size_t>(1, lane.slices.size() / kSamples);
        const auto see = [&](const core::Slice& slice) {
            auto& known = names[static_cast<std::size_t>(colour_of(slice))];
            const auto name = QString::fromStdString(timeline.names[slice.name]);
            if (known.size() <= kMostNames && !known.contains(name)) known.push_back(name);
        };
        for (std::size_t i = 0; i < lane.slices.size(); i += stride) see(lane.slices[i]);
        if (!lane.slices.empty()) see(lane.slices.back());
    }
}

QString label_of(core::SliceKind kind, const QStringList& names) {
    if (names.size() <= kMostNames) return names.join(QStringLiteral(", "));
    const auto name = core::slice_kind_name(kind);
    return QCoreApplication::translate("SliceKind", std::string(name).c_str());
}

}  // namespace

core::SliceKind colour_of(const core::Slice& slice) {
    return slice.kind == core::SliceKind::gemm && slice.pass == core::Pass::backward
               ? core::SliceKind::attention
               : slice.kind;
}

void paint_timeline_legend(QPainter& painter, const QRectF& rect, const std::vector<TimelineGroup>& groups,
                           const Theme& theme) {
    Names names;
    for (const auto& group : groups) collect(group.run->timeline, names);
    painter.setFont(theme.font(TextRole::axis));
    const QFontMetricsF metrics(painter.font());
    double x = rect.left();
    const double side = metrics.ascent();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty()) continue;
        const auto kind = static_cast<core::SliceKind>(i);
        const QString label = label_of(kind, names[i]);
        const double width = side + 6 + metrics.horizontalAdvance(label);
        if (x + width > rect.right()) return;
        const QRectF swatch(x, std::round(rect.center().y() - side / 2), side, side);
        painter.fillRect(swatch, theme.kind(kind).fill);
        if (kind == core::SliceKind::wait) {
            QPainterPath path;
            path.addRect(swatch);
            draw_hatch(painter, path, theme.sunken);
        }
        painter.setPen(theme.text2);
        painter.drawText(QRectF(x + side + 6, rect.top(), rect.right() - x, rect.height()),
                         Qt::AlignVCenter | Qt::AlignLeft, label);
        x += width + 18;
    }
}

}  // namespace waferscope::views
