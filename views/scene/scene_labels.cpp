// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/scene/scene_labels.hpp"

#include "views/map/key_figures.hpp"
#include "views/theme/color_bar.hpp"
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QVector3D>
#include <algorithm>
#include <cmath>

namespace waferscope::views {
namespace {

constexpr double kTickPx = 6, kLabelPx = 20, kTitlePx = 52, kPeakPx = 54, kMarginPx = 20;
constexpr double kCubePx = 26;
constexpr int kTicks = 4;  ///< quarters of an axis

QString text(const char* source) { return QCoreApplication::translate("Scene", source); }

QPointF unit(QPointF v) {
    const double length = std::hypot(v.x(), v.y());
    return length > 0 ? v / length : QPointF(0, 1);
}

void draw_centred(QPainter& painter, QPointF at, const QString& label) {
    const QRectF box = painter.fontMetrics().boundingRect(label);
    painter.drawText(at + QPointF(-box.width() / 2, box.height() / 3), label);
}

class Labels {
public:
    Labels(QPainter& painter, const ReliefPicture& relief, const SceneLabels& labels, const Theme& theme)
        : painter_(painter), relief_(relief), labels_(labels), theme_(theme), metric_(*core::find_metric(labels.metric)) {}

    void ground_axes() {
        const double w = relief_.width, d = relief_.depth;
        const std::array<QPointF, 4> corners{relief_.project(0, 0, 0), relief_.project(w, 0, 0), relief_.project(w, d, 0), relief_.project(0, d, 0)};
        const auto near = std::ranges::max_element(corners, {}, [](const QPointF& p) { return p.y(); }) - corners.begin();
        const double near_x = near == 1 || near == 2 ? w : 0, near_y = near >= 2 ? d : 0;
        const auto grid = labels_.run->wafer->classes.grid;
        // Rows grow to the south on the map and come towards the viewer here: row 0 lies at y = depth.
        axis(text("x, cores"), grid.columns, [&](double share) { return relief_.project(share * w, near_y, -relief_.thickness); });
        axis(text("y, cores"), grid.rows, [&](double share) { return relief_.project(near_x, (1 - share) * d, -relief_.thickness); });
    }

    void height_axis() {
        const double w = relief_.width, d = relief_.depth;
        std::array<QPointF, 4> feet{QPointF(0, 0), QPointF(w, 0), QPointF(w, d), QPointF(0, d)};
        const auto left = *std::ranges::min_element(feet, {}, [&](const QPointF& p) { return relief_.project(p.x(), p.y(), 0).x(); });
        const QPointF foot = relief_.project(left.x(), left.y(), 0) - QPointF(kLabelPx, 0), top = relief_.project(left.x(), left.y(), relief_.height) - QPointF(kLabelPx, 0);
        if (foot.y() - top.y() < 60) return;  // seen from above the height has no extent
        painter_.setPen(QPen(theme_.axis, 1));
        painter_.drawLine(foot, top);
        painter_.setFont(theme_.font(TextRole::axis));
        for (int i = 0; i <= kTicks; ++i) {
            const double share = static_cast<double>(i) / kTicks;
            const QPointF at = foot + (top - foot) * share;
            painter_.setPen(QPen(theme_.axis, 1));
            painter_.drawLine(at, at - QPointF(kTickPx, 0));
            painter_.setPen(theme_.text3);
            const QString label = format::metric(metric_, share * relief_.highest);
            painter_.drawText(at - QPointF(kTickPx + 4 + painter_.fontMetrics().horizontalAdvance(label), -4), label);
        }
    }

    void peak() {
        if (relief_.peak_value <= 0) return;
        const QPointF at = relief_.peak;
        const QPointF foot = at - QPointF(0, kPeakPx);
        const QString label = QStringLiteral("%1, %2").arg(name_of_peak(), format::metric(metric_, relief_.peak_value));
        painter_.setPen(QPen(theme_.hot_ring, 1.5));
        painter_.drawLine(at, foot);
        painter_.setBrush(theme_.hot_ring);
        painter_.drawEllipse(at, 3, 3);
        painter_.setFont(theme_.font(TextRole::table_strong));
        const double width = painter_.fontMetrics().horizontalAdvance(label) + 16;
        const double x = std::clamp(foot.x() - width / 2, 4.0, std::max(4.0, relief_.size().width() - width - 4));
        const QRectF box(x, foot.y() - 22, width, 22);
        painter_.setPen(QPen(theme_.hot_ring, 1));
        painter_.setBrush(theme_.tooltip);
        painter_.drawRoundedRect(box, 3, 3);
        painter_.setPen(theme_.text);
        painter_.drawText(box, Qt::AlignCenter, label);
    }

    void orientation_cube() {
        const QPointF centre(relief_.size().width() - 64, 76);
        struct Face {
            QVector3D normal, right, up;
            QString name;
        };
        const std::array faces{Face{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, text("top")}, Face{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}, text("S")},
                               Face{{0, 1, 0}, {-1, 0, 0}, {0, 0, 1}, text("N")}, Face{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, text("E")},
                               Face{{-1, 0, 0}, {0, -1, 0}, {0, 0, 1}, text("W")}};
        painter_.setFont(theme_.font(TextRole::axis));
        for (const auto& face : faces) {
            const QVector3D n = relief_.rotation.mapVector(face.normal);
            if (n.z() < 0.1F) continue;
            QPolygonF outline;
            for (const auto& [r, u] : {std::pair{-1.F, -1.F}, {1.F, -1.F}, {1.F, 1.F}, {-1.F, 1.F}}) {
                const QVector3D p = relief_.rotation.mapVector(face.normal + face.right * r + face.up * u);
                outline << centre + QPointF(p.x(), -p.y()) * kCubePx / 1.5;
            }
            painter_.setPen(QPen(theme_.border_strong, 1));
            painter_.setBrush(theme_.raised);
            painter_.drawPolygon(outline);
            painter_.setPen(theme_.text2);
            const QPointF middle = centre + QPointF(n.x(), -n.y()) * kCubePx / 1.5;
            if (n.z() > 0.3F) draw_centred(painter_, middle, face.name);
        }
    }

    void color_bar() {
        ColorBarSpec spec{.name = text("%1; height and colour show the same value").arg(QString::fromUtf8(metric_.label.data()))};
        spec.scale.low = 0;
        spec.scale.high = relief_.highest;
        spec.label = [this](double value) { return format::metric(metric_, value); };
        paint_color_bar(painter_, QRectF(kMarginPx, relief_.size().height() - 64, std::min(440.0, relief_.size().width() - 2 * kMarginPx), 44), spec, theme_, ColorBarLayout::compact);
    }

    void words() {
        painter_.setPen(theme_.text);
        painter_.setFont(theme_.font(TextRole::heading));
        painter_.drawText(QPointF(kMarginPx, 32), machine_title(*labels_.run));
        painter_.setFont(theme_.font(TextRole::axis));
        painter_.setPen(theme_.text3);
        const auto& run = *labels_.run;
        QStringList parts;
        if (!run.wafer) parts << QString::fromStdString(run.devices->caption);
        if (run.wafer && run.wafer->classes.wafers > 1) parts << text("wafer %1 of %2").arg(labels_.wafer + 1).arg(run.wafer->classes.wafers);
        if (!run.step_edges_s.empty()) parts << text("t = %1").arg(format::quantity(run.step_edges_s[labels_.step], "s"));
        painter_.drawText(QPointF(kMarginPx, 52), parts.join(text(", ")));
        const QString shown = !run.wafer ? text("tubes are links: colour and width show their load, 0 to 100 %") : text("shown at %1, maximum of each %2 block")
                                  .arg(format::dimensions(relief_.blocks.columns, relief_.blocks.rows), format::dimensions(relief_.block_side, relief_.block_side));
        const double width = painter_.fontMetrics().horizontalAdvance(shown);
        if (width < relief_.size().width() - 2 * kMarginPx - 460) painter_.drawText(QPointF(relief_.size().width() - width - kMarginPx, relief_.size().height() - kMarginPx), shown);
    }

private:
    [[nodiscard]] QString name_of_peak() const {
        if (!labels_.run->wafer) return text("chip %1").arg(QString::fromStdString(labels_.run->devices->devices[static_cast<std::size_t>(relief_.peak_device)].name));
        const auto& classes = labels_.run->wafer->classes;
        const auto core = static_cast<std::size_t>(relief_.peak_cell.y()) * static_cast<std::size_t>(classes.grid.columns) + static_cast<std::size_t>(relief_.peak_cell.x());
        return QString::fromStdString(classes.classes[static_cast<std::size_t>(labels_.wafer) * classes.classes_per_wafer + classes.class_of_core[core]].group);
    }

    template <class Place>
    void axis(const QString& title, int cores, const Place& place) {
        const QPointF centre = relief_.project(relief_.width / 2, relief_.depth / 2, 0);
        const QPointF a = place(0), b = place(1);
        const QPointF along = unit(b - a);
        QPointF out(-along.y(), along.x());
        if (QPointF::dotProduct(out, (a + b) / 2 - centre) < 0) out = -out;
        painter_.setFont(theme_.font(TextRole::axis));
        for (int i = 0; i <= kTicks; ++i) {
            const QPointF at = place(static_cast<double>(i) / kTicks);
            painter_.setPen(QPen(theme_.axis, 1));
            painter_.drawLine(at, at + out * kTickPx);
            painter_.setPen(theme_.text3);
            draw_centred(painter_, at + out * kLabelPx, format::count(cores * i / kTicks));
        }
        painter_.setPen(theme_.text2);
        draw_centred(painter_, (a + b) / 2 + out * kTitlePx, title);
    }

    QPainter& painter_;
    const ReliefPicture& relief_;
    const SceneLabels& labels_;
    const Theme& theme_;
    const core::Metric& metric_;
};

}  // namespace

void paint_scene_labels(QPainter& painter, const ReliefPicture& relief, const SceneLabels& labels, const Theme& theme) {
    painter.setRenderHint(QPainter::Antialiasing);
    Labels all(painter, relief, labels, theme);
    if (labels.run->wafer) all.ground_axes();
    all.height_axis();
    all.peak();
    if (labels.run->wafer) all.orientation_cube();
    all.color_bar();
    all.words();
}

}  // namespace waferscope::views
