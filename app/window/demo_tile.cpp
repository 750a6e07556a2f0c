// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/demo_tile.hpp"

#include "app/document/resources.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/glyphs.hpp"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace waferscope::app {

constexpr int kPictureHeight = 172, kPad = 16;

DemoTile::DemoTile(const Demo& demo, bool primary, QWidget* parent)
    : QWidget(parent),
      picture_(QString::fromStdString(resource_folder() + "/" + demo.picture)),
      title_(QCoreApplication::translate("Demo", demo.title)),
      text_(QCoreApplication::translate("Demo", demo.text)),
      primary_(primary),
      open_(new QPushButton(views::make_icon(views::Icon::play), tr("Open"), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPad, kPad, kPad, 12);
    column->addStretch(1);
    column->addWidget(open_, 0, Qt::AlignLeft);
    open_->setDefault(primary);
    open_->setAccessibleName(title_);
    connect(open_, &QPushButton::clicked, this, &DemoTile::chosen);
    setCursor(Qt::PointingHandCursor);
}

void DemoTile::paintEvent(QPaintEvent*) {
    const auto& theme = views::active_theme();
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    const QRectF frame = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(frame, 4, 4);
    const QRectF window(frame.x(), frame.y(), frame.width(), kPictureHeight);
    painter.fillRect(window, theme.sunken);
    if (!picture_.isNull()) {  // fills the width; the middle of the height
        const double height =
            std::min<double>(picture_.height(), picture_.width() * window.height() / window.width());
        painter.drawPixmap(window, picture_,
                           QRectF(0, (picture_.height() - height) / 2, picture_.width(), height));
    }
    painter.setPen(QPen(theme.border, 1));
    painter.drawLine(window.bottomLeft(), window.bottomRight());
    painter.setFont(theme.font(views::TextRole::heading));
    painter.setPen(theme.text);
    painter.drawText(QRectF(kPad, kPictureHeight + 12, width() - 2 * kPad, 24),
                     Qt::AlignLeft | Qt::AlignVCenter, title_);
    painter.setFont(theme.font(views::TextRole::base));
    painter.setPen(theme.text2);
    painter.drawText(QRectF(kPad, kPictureHeight + 38, width() - 2 * kPad, 40),
                     Qt::AlignLeft | Qt::TextWordWrap, text_);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(primary_ ? QPen(theme.accent, 2) : QPen(theme.border, 1));
    painter.drawRoundedRect(frame, 4, 4);
}

void DemoTile::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint())) Q_EMIT chosen();
}

}  // namespace waferscope::app
