// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/timeline/transport.hpp"

#include "views/theme/format.hpp"
#include "views/theme/glyphs.hpp"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

namespace waferscope::views {

constexpr int kSliderSteps = 10'000;

Transport::Transport(WorkbenchModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      play_(new QToolButton(this)),
      time_(new QLabel(this)),
      speed_(new QLabel(this)),
      slider_(new QSlider(Qt::Horizontal, this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 3, 12, 3);
    const auto button = [&](Icon icon, const QString& tip, auto action) {
        auto* b = new QToolButton(this);
        b->setIcon(make_icon(icon));
        b->setToolTip(tip);
        b->setAccessibleName(tip);
        b->setAutoRaise(true);
        connect(b, &QToolButton::clicked, this, action);
        row->addWidget(b);
    };
    button(Icon::first, tr("Start of the step"), [this] { model_.set_position(0); });
    button(Icon::step_back, tr("Step back, ,"), [this] { model_.step_by(-1); });
    play_->setToolTip(tr("Play, Space"));
    play_->setAccessibleName(tr("Play"));
    play_->setAutoRaise(true);
    connect(play_, &QToolButton::clicked, this, [this] { model_.set_playing(!model_.playing()); });
    row->addWidget(play_);
    button(Icon::step_forward, tr("Step forward, ."), [this] { model_.step_by(1); });
    button(Icon::last, tr("End of the step"), [this] { model_.set_position(model_.duration()); });
    row->addWidget(speed_);
    time_->setMinimumWidth(time_->fontMetrics().horizontalAdvance(QStringLiteral("t = 8888.8 ms")) + 8);
    row->addWidget(time_);
    slider_->setRange(0, kSliderSteps);
    slider_->setAccessibleName(tr("Time"));
    connect(slider_, &QSlider::valueChanged, this,
            [this](int value) { model_.set_position(model_.duration() * value / kSliderSteps); });
    row->addWidget(slider_, 1);
    connect(&model, &WorkbenchModel::timeChanged, this, &Transport::refresh);
    connect(&model, &WorkbenchModel::playingChanged, this, &Transport::refresh);
    connect(&model, &WorkbenchModel::runsChanged, this, &Transport::refresh);
    refresh();
}

void Transport::refresh() {
    play_->setIcon(make_icon(model_.playing() ? Icon::pause : Icon::play));
    time_->setText(QStringLiteral("t = %1").arg(
        format::quantity(model_.position(), "s", {.digits = 4, .keep_zeros = true})));
    speed_->setText(QStringLiteral("× %1").arg(format::number(model_.speed())));
    const QSignalBlocker quiet(slider_);
    slider_->setValue(
        model_.duration() > 0 ? static_cast<int>(model_.position() / model_.duration() * kSliderSteps) : 0);
}

}  // namespace waferscope::views
