// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/trace_loader.hpp"

#include "app/document/memory_limit.hpp"
#include "app/window/announcement.hpp"
#include "app/window/badge_button.hpp"
#include "views/theme/format.hpp"
#include "views/workbench_model.hpp"

#include <algorithm>

namespace waferscope::app {

namespace format = views::format;

namespace {

constexpr int kPollMs = 33;
constexpr double kWorthAnnouncing_s = 0.3;  ///< anything shorter is over before it is read

QString chip_text(const core::TraceOutside& outside) {
    if (outside.events > 0)
        return TraceLoader::tr("%1 outside the loaded window")
            .arg(format::quantity(static_cast<double>(outside.time_ns()) * 1e-9, "s"));
    return TraceLoader::tr("%1 host events left out").arg(format::count(outside.host_events));
}

QString chip_detail(const core::TraceOutside& outside) {
    QStringList parts;
    if (outside.events > 0)
        parts << TraceLoader::tr("%1 events begin outside the loaded window of time.")
                     .arg(format::count(outside.events));
    if (outside.host_events > 0)
        parts << TraceLoader::tr("%1 events of the host were left out: only GPU lanes are loaded.")
                     .arg(format::count(outside.host_events));
    if (outside.by_memory) parts << TraceLoader::tr("The limit of memory ended the window.");
    return parts.join(QLatin1Char('\n')) + QLatin1Char('\n') + TraceLoader::tr("Click to load all.");
}

}  // namespace

TraceLoader::TraceLoader(views::WorkbenchModel& model, Start start, QWidget* parent)
    : QObject(parent),
      model_(model),
      start_(std::move(start)),
      strip_(new Announcement(parent)),
      chip_(new BadgeButton(parent)),
      limit_bytes_(memory_limit(0)) {
    chip_->setObjectName(QStringLiteral("outside"));
    chip_->hide();
    connect(chip_, &BadgeButton::clicked, this, &TraceLoader::read_all);
    connect(&model_, &views::WorkbenchModel::runsChanged, this, &TraceLoader::refresh_chip);
    connect(strip_, &Announcement::cancelRequested, this, &TraceLoader::cancelRequested);
    connect(strip_, &Announcement::allRequested, this, &TraceLoader::read_all);
    connect(strip_, &Announcement::onlyDevicesRequested, this,
            [this] { read({.only_devices = true, .max_bytes = limit_bytes_}); });
    connect(strip_, &Announcement::windowRequested, this, [this](double from_s, double to_s) {
        if (!estimate_ || !estimate_->span) return;
        const auto at = [this](double s) {
            return estimate_->span->from + static_cast<std::int64_t>(s * 1e9);
        };
        read({.window = core::TimeSpan{at(from_s), at(to_s)}, .max_bytes = limit_bytes_});
    });
    poll_.setInterval(kPollMs);
    connect(&poll_, &QTimer::timeout, this,
            [this] { strip_->set_progress(progress_->load(std::memory_order_relaxed)); });
}

void TraceLoader::open(const QString& path) {
    path_ = path;
    estimate_.reset();
    read({.max_bytes = limit_bytes_});
}

void TraceLoader::read_all() {
    read({.max_bytes = memory_ceiling()});
}

void TraceLoader::read(core::TraceOptions options) {
    const int reading = ++reading_;
    progress_ = std::make_shared<std::atomic<double>>(0);
    options.progress = [progress = progress_](double share) {
        progress->store(share, std::memory_order_relaxed);
    };
    const auto look = [this, reading, file = path_.toStdString(), known = estimate_.has_value()] {
        if (known) return;
        // The window outlives its jobs; a strip for a file that is no longer wanted is not shown.
        if (const auto estimate = core::estimate_size(file); estimate && *estimate)
            QMetaObject::invokeMethod(
                this,
                [this, reading, found = **estimate] {
                    if (reading == reading_) announce(found);
                },
                Qt::QueuedConnection);
    };
    recorded_ = std::make_shared<RecordedRun>();
    auto job = std::make_unique<RunJob>(
        0, [look, file = path_.toStdString(), options, holder = recorded_](const std::stop_token& stop) -> core::Result<core::Run> {
            look();
            auto recorded = read_recorded(file, options, stop);
            if (!recorded) return tl::unexpected(recorded.error());
            auto run = std::move(recorded->run);
            *holder = std::move(*recorded);
            return run;
        });
    connect(job.get(), &RunJob::finished, this, [this, reading] {
        if (reading != reading_) return;
        ++reading_;  // an estimate that comes later than its run is not wanted
        poll_.stop();
        strip_->hide();
    });
    auto* running = job.get();
    start_(std::move(job));
    poll_.start();
    Q_EMIT started(running);
}

void TraceLoader::announce(const core::SizeEstimate& estimate) {
    estimate_ = estimate;
    if (estimate.seconds >= kWorthAnnouncing_s || estimate.memory_bytes > static_cast<double>(limit_bytes_))
        strip_->announce(estimate, limit_bytes_);
}

/// Orange as long as a shown run is a part of its file.
void TraceLoader::refresh_chip() {
    const core::Run* part = nullptr;
    for (int i = 0; i < views::kPanes && part == nullptr; ++i)
        if (const auto* run = model_.run(i); run != nullptr && run->outside.any()) part = run;
    chip_->setVisible(part != nullptr);
    if (part == nullptr) return;
    chip_->setText(chip_text(part->outside));
    chip_->setAccessibleDescription(chip_detail(part->outside));
    chip_->updateGeometry();
    chip_->setToolTip(chip_detail(part->outside));
    chip_->setEnabled(!path_.isEmpty());
}

}  // namespace waferscope::app
