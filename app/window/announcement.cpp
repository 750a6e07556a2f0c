// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/announcement.hpp"

#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace waferscope::app {

namespace format = views::format;

namespace {

constexpr double kWindow_s = 2;
constexpr int kTextWidth = 260, kProgressHeight = 4;

QString about_count(double count) {
    if (count >= 1e6)
        return QCoreApplication::translate("Announcement", "%1 million")
            .arg(format::number(count / 1e6, {.digits = 2}));
    return format::count(static_cast<std::int64_t>(count >= 1e4 ? 1000 * std::round(count / 1000) : count));
}

QString kind_of(std::string_view id) {
    if (id == "kineto") return QCoreApplication::translate("Announcement", "Kineto trace");
    if (id == "chakra") return QCoreApplication::translate("Announcement", "Chakra trace");
    if (id == "pytorch_et") return QCoreApplication::translate("Announcement", "PyTorch execution trace");
    return QCoreApplication::translate("Announcement", "ONNX model");
}

}  // namespace

QString announcement_text(const core::SizeEstimate& estimate) {
    const auto size = format::quantity(static_cast<double>(estimate.file_bytes), "B", {.digits = 2});
    const auto seconds = format::quantity(estimate.seconds, "s", {.digits = 1});
    const auto memory = format::quantity(estimate.memory_bytes, "B", {.digits = 2});
    const auto count = about_count(estimate.events);
    return (estimate.divisible()
                ? QCoreApplication::translate("Announcement", "%1, %2, about %3 events: ~%4, ~%5 of memory")
                : QCoreApplication::translate("Announcement", "%1, %2, about %3 nodes: ~%4, ~%5 of memory"))
        .arg(kind_of(estimate.format), size, count, seconds, memory);
}

Announcement::Announcement(QWidget* parent) : QToolBar(tr("Opening"), parent) {
    setObjectName(QStringLiteral("announcement"));
    setMovable(false);
    toggleViewAction()->setVisible(false);  // it comes and goes by itself
    auto* body = new QWidget(this);
    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(10, 4, 10, 4);
    row->setSpacing(6);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    text_ = new QLabel(body);
    text_->setWordWrap(true);  // two lines in a narrow window
    text_->setMinimumSize(kTextWidth, 2 * fontMetrics().lineSpacing());
    progress_ = new QProgressBar(body);
    progress_->setRange(0, 1000);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(kProgressHeight);
    progress_->setAccessibleName(tr("Share of the file that is read"));
    words->addWidget(text_);
    words->addWidget(progress_);
    row->addLayout(words, 1);
    cancel_ = new QPushButton(tr("Cancel"), body);
    devices_ = new QPushButton(tr("Only GPU lanes"), body);
    window_ = new QPushButton(body);
    centre_ = new QDoubleSpinBox(body);
    centre_->setSuffix(tr(" s"));
    centre_->setAccessibleName(tr("Middle of the part to load, seconds after the beginning"));
    centre_->setToolTip(centre_->accessibleName());
    all_ = new QPushButton(body);
    for (QWidget* widget :
         {static_cast<QWidget*>(cancel_), static_cast<QWidget*>(devices_), static_cast<QWidget*>(window_),
          static_cast<QWidget*>(centre_), static_cast<QWidget*>(all_)})
        row->addWidget(widget);
    addWidget(body);
    connect(cancel_, &QPushButton::clicked, this, &Announcement::cancelRequested);
    connect(devices_, &QPushButton::clicked, this, &Announcement::onlyDevicesRequested);
    connect(all_, &QPushButton::clicked, this, &Announcement::allRequested);
    connect(window_, &QPushButton::clicked, this, [this] {
        const double from = std::max(0.0, centre_->value() - window_s_ / 2);
        Q_EMIT windowRequested(from, from + window_s_);
    });
    hide();
}

QString Announcement::text() const {
    return text_->text();
}

void Announcement::announce(const core::SizeEstimate& estimate, std::size_t limit_bytes) {
    const bool too_large = estimate.divisible() && estimate.memory_bytes > static_cast<double>(limit_bytes);
    auto text = announcement_text(estimate);
    if (too_large)
        text += tr(". %1 is allowed: the beginning is loaded")
                    .arg(format::quantity(static_cast<double>(limit_bytes), "B", {.digits = 2}));
    text_->setText(text);
    offer(estimate, too_large);
    set_progress(0);
    show();
}

void Announcement::offer(const core::SizeEstimate& estimate, bool too_large) {
    const double span_s =
        estimate.span ? static_cast<double>(estimate.span->to - estimate.span->from) * 1e-9 : 0;
    window_s_ = std::min(kWindow_s, span_s / 4);
    window_->setText(tr("Only %1 around").arg(format::quantity(window_s_, "s", {.digits = 2})));
    centre_->setDecimals(span_s < 10 ? 3 : 1);
    centre_->setRange(0, span_s);
    centre_->setSingleStep(window_s_);
    centre_->setValue(span_s / 2);
    devices_->setToolTip(
        tr("Needs ~%1 of memory").arg(format::quantity(estimate.device_memory_bytes, "B", {.digits = 2})));
    all_->setText(tr("Allow %1").arg(format::quantity(estimate.memory_bytes, "B", {.digits = 2})));
    devices_->setVisible(estimate.divisible());
    window_->setVisible(estimate.divisible() && span_s > 0);
    centre_->setVisible(estimate.divisible() && span_s > 0);
    all_->setVisible(too_large);
}

void Announcement::set_progress(double share) {
    progress_->setValue(static_cast<int>(1000 * std::clamp(share, 0.0, 1.0)));
}

}  // namespace waferscope::app
