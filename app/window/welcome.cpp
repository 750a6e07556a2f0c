// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/welcome.hpp"

#include "app/document/demos.hpp"
#include "app/window/demo_tile.hpp"
#include "app/window/drop_zone.hpp"
#include "app/window/recent_files.hpp"
#include "views/theme/apply_theme.hpp"
#include "views/theme/format.hpp"

#include <QDateTime>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace waferscope::app {
namespace {

constexpr int kMargin = 150, kGap = 16, kTileHeight = 300, kRecentWidth = 380;
constexpr QSize kThumbnail{64, 40};

QLabel* label(const QString& text, views::TextRole role, QWidget* parent) {
    auto* l = new QLabel(text, parent);
    l->setFont(views::active_theme().font(role));
    return l;
}

void dim(QLabel* label) {
    auto palette = label->palette();
    palette.setColor(QPalette::WindowText, views::active_theme().text2);
    label->setPalette(palette);
}

}  // namespace

Welcome::Welcome(int machines, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kMargin, 36, kMargin, 24);
    column->setSpacing(8);
    column->addWidget(label(tr("See where the time goes."), views::TextRole::display, this));
    auto* line = label(tr("Drop a model, a trace or a session here. Waferscope runs it on a GPU cluster, a "
                          "wafer and custom silicon, side by side."),
                       views::TextRole::base, this);
    dim(line);
    column->addWidget(line);
    column->addSpacing(kGap);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(kGap);
    int index = 0;
    for (const auto& demo : demos()) {
        auto* tile = new DemoTile(demo, index == 0, this);
        tile->setFixedHeight(kTileHeight);
        connect(tile, &DemoTile::chosen, this, [this, index] { Q_EMIT demoRequested(index); });
        tiles->addWidget(tile, 1);
        ++index;
    }
    column->addLayout(tiles);
    column->addSpacing(kGap);
    auto* lower = new QHBoxLayout;
    lower->setSpacing(kGap);
    auto* zone = new DropZone(this);
    connect(zone, &DropZone::openRequested, this, &Welcome::openRequested);
    lower->addWidget(zone, 1);
    recent_ = new QWidget(this);
    recent_->setFixedWidth(kRecentWidth);
    recent_rows_ = new QVBoxLayout(recent_);
    recent_rows_->setContentsMargins(8, 8, 8, 8);
    recent_rows_->setSpacing(4);
    lower->addWidget(recent_);
    column->addLayout(lower, 1);
    column->addSpacing(4);
    auto* foot = label(tr("Everything runs on this computer. Nothing is sent anywhere.  |  %1 machines, "
                          "every figure with its source  |  Keys: ?")
                           .arg(machines),
                       views::TextRole::axis, this);
    dim(foot);
    column->addWidget(foot);
    refresh_recent();
}

void Welcome::refresh_recent() {
    while (auto* item = recent_rows_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    recent_rows_->addWidget(label(tr("Recent"), views::TextRole::title, recent_));
    const auto files = recent_files();
    if (files.isEmpty())
        recent_rows_->addWidget(
            label(tr("Files you open appear here with a picture."), views::TextRole::base, recent_));
    for (const auto& path : files.mid(0, 6)) {
        const QFileInfo info(path);
        auto* row = new QPushButton(recent_);
        row->setFlat(true);
        row->setToolTip(path);
        row->setAccessibleName(info.fileName());
        row->setIcon(QIcon(recent_picture(path)));
        row->setIconSize(kThumbnail);
        const QString about =
            info.exists() ? tr("%1, %2").arg(QLocale().toString(info.lastModified(), QLocale::ShortFormat),
                                             views::format::quantity(static_cast<double>(info.size()), "B"))
                          : tr("not there any more");
        row->setText(QStringLiteral("%1\n%2").arg(info.fileName(), about));
        row->setMinimumHeight(kThumbnail.height() + 8);
        connect(row, &QPushButton::clicked, this, [this, path] { Q_EMIT recentRequested(path); });
        recent_rows_->addWidget(row, 0, Qt::AlignLeft);
    }
    recent_rows_->addStretch(1);
}

void Welcome::paintEvent(QPaintEvent*) {
    const auto& theme = views::active_theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.border, 1));
    painter.setBrush(theme.panel);
    painter.drawRoundedRect(QRectF(recent_->geometry()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
}

void Welcome::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange)
        for (auto* l : findChildren<QLabel*>()) l->setPalette(palette());
    QWidget::changeEvent(event);
}

}  // namespace waferscope::app
