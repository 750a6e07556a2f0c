// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/trace_prediction.hpp"
#include "app/jobs/run_job.hpp"
#include "core/io/size_estimate.hpp"
#include "core/io/trace_options.hpp"

#include <QObject>
#include <QTimer>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace waferscope::views {
class WorkbenchModel;
}

namespace waferscope::app {

class Announcement;
class BadgeButton;

/// Opens recorded traces: announces what they take, reads as much as is wanted and allowed, and says with an
/// orange chip what stayed in the file. Owns the strip and the chip; the window places them.
class TraceLoader : public QObject {
    Q_OBJECT
public:
    /// `start` runs a job and owns it from then on; a job before it is stopped.
    using Start = std::function<void(std::unique_ptr<RunJob>)>;
    TraceLoader(views::WorkbenchModel& model, Start start, QWidget* parent);

    void open(const QString& path);
    /// Bytes a file may take, see app/document/memory_limit.
    void set_memory_limit(std::size_t bytes) { limit_bytes_ = bytes; }

    /// What the job started last finds out about its recording; filled when its run is ready.
    [[nodiscard]] std::shared_ptr<RecordedRun> recorded() const { return recorded_; }
    [[nodiscard]] Announcement* strip() const { return strip_; }
    [[nodiscard]] BadgeButton* chip() const { return chip_; }

Q_SIGNALS:
    void cancelRequested();
    /// A job was started; its run says in its assumptions what is shown.
    void started(waferscope::app::RunJob* job);

private:
    void read(core::TraceOptions options);
    void announce(const core::SizeEstimate& estimate);
    void read_all();
    void refresh_chip();

    views::WorkbenchModel& model_;
    Start start_;
    Announcement* strip_;
    BadgeButton* chip_;
    QTimer poll_;
    QString path_;
    std::optional<core::SizeEstimate> estimate_;
    std::size_t limit_bytes_;
    std::shared_ptr<std::atomic<double>> progress_;
    std::shared_ptr<RecordedRun> recorded_;
    int reading_ = 0;  ///< counts up with each file, so that a late estimate is not taken for this one
};

}  // namespace waferscope::app
