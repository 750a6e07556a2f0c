// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/drop_zone.hpp"

#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace waferscope::app {

constexpr int kIcon = 36, kBlock = 150;  ///< height of icon, two lines and button together

DropZone::DropZone(QWidget* parent) : QWidget(parent) {
    setMinimumHeight(kBlock + 40);
    auto* column = new QVBoxLayout(this);
    auto* open = new QPushButton(views::make_icon(views::Icon::open), tr("Open file...  Ctrl+O"), this);
    connect(open, &QPushButton::clicked, this, &DropZone::openRequested);
    column->addStretch(1);
    column->addSpacing(kBlock - 30);
    column->addWidget(open, 0, Qt::AlignHCenter);
    column->addStretch(1);
}

void DropZone::paintEvent(QPaintEvent*) {
    const auto& theme = views::active_theme();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, 1.5, Qt::DashLine));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    const double top = (height() - kBlock) / 2.0;
    views::draw_icon(painter, views::Icon::open, QRectF((width() - kIcon) / 2.0, top, kIcon, kIcon),
                     theme.accent);
    painter.setPen(theme.text);
    painter.setFont(theme.font(views::TextRole::heading));
    painter.drawText(QRectF(0, top + kIcon + 12, width(), 22), Qt::AlignCenter, tr("Drop a file here."));
    painter.setPen(theme.text2);
    painter.setFont(theme.font(views::TextRole::base));
    painter.drawText(QRectF(0, top + kIcon + 40, width(), 20), Qt::AlignCenter,
                     tr("ONNX, Hugging Face config.json, profiler and Chakra traces, .kgraph, SCALE-Sim .csv, scenario .json, .wsp"));
}

}  // namespace waferscope::app
