// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/welcome.hpp"

#include "views/theme/apply_theme.hpp"

#include <QFileInfo>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace waferscope::app {
namespace {

QLabel* label(const QString& text, views::TextRole role, QWidget* parent) {
    auto* l = new QLabel(text, parent);
    l->setFont(views::active_theme().font(role));
    l->setWordWrap(true);
    return l;
}

}  // namespace

Welcome::Welcome(int machines, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(150, 48, 150, 32);
    column->setSpacing(12);
    column->addWidget(label(tr("See where the time goes."), views::TextRole::display, this));
    column->addWidget(label(tr("Drop a model, a trace or a session here. Waferscope runs it on a GPU cluster, a wafer and custom silicon, side by side."), views::TextRole::base, this));
    column->addSpacing(16);
    column->addWidget(label(tr("Show me the three layers"), views::TextRole::heading, this));
    column->addWidget(label(tr("Llama-3.1-70B on 8 H100, CS-3 wafers, 16 Trainium2. Opens at once, nothing to install."), views::TextRole::base, this));
    auto* demo = new QPushButton(tr("Open the demo"), this);
    demo->setDefault(true);
    demo->setFixedWidth(180);
    connect(demo, &QPushButton::clicked, this, &Welcome::demoRequested);
    column->addWidget(demo);
    column->addSpacing(24);
    column->addWidget(label(tr("Drop a file here."), views::TextRole::heading, this));
    column->addWidget(label(tr("ONNX, Hugging Face config.json, scenario .json, .wsp"), views::TextRole::base, this));
    auto* open = new QPushButton(tr("Open file..."), this);
    open->setFixedWidth(180);
    connect(open, &QPushButton::clicked, this, &Welcome::openRequested);
    column->addWidget(open);
    column->addSpacing(24);
    column->addWidget(label(tr("Recent"), views::TextRole::heading, this));
    const auto recent = QSettings().value(QStringLiteral("recent")).toStringList();
    if (recent.isEmpty()) column->addWidget(label(tr("Files you open appear here."), views::TextRole::base, this));
    for (const auto& path : recent.mid(0, 5)) {
        auto* item = new QPushButton(QFileInfo(path).fileName(), this);
        item->setToolTip(path);
        item->setFlat(true);
        connect(item, &QPushButton::clicked, this, [this, path] { Q_EMIT recentRequested(path); });
        column->addWidget(item, 0, Qt::AlignLeft);
    }
    column->addStretch(1);
    column->addWidget(label(tr("Everything runs on this computer. Nothing is sent anywhere.  |  %1 machines, every figure with its source").arg(machines), views::TextRole::axis, this));
}

void Welcome::paintEvent(QPaintEvent*) {
    const auto& theme = views::active_theme();
    QPainter painter(this);
    painter.fillRect(rect(), theme.window);
    painter.setPen(QPen(theme.accent, 2, Qt::DashLine));
    painter.drawRoundedRect(QRectF(rect()).adjusted(110, 24, -110, -16), 6, 6);
}

}  // namespace waferscope::app
