// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/size_estimate.hpp"

#include <QToolBar>

class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace waferscope::app {

/// The strip that says what an opened file will take while it is read, and offers to read less of it.
class Announcement : public QToolBar {
    Q_OBJECT
public:
    explicit Announcement(QWidget* parent = nullptr);

    /// Shows the strip. `limit_bytes` is what the file may take; when it needs more, that is said.
    void announce(const core::SizeEstimate& estimate, std::size_t limit_bytes);
    void set_progress(double share);  ///< 0..1
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void cancelRequested();
    void onlyDevicesRequested();
    void windowRequested(double from_s, double to_s);  ///< after the beginning of the trace
    void allRequested();                               ///< whatever it takes

private:
    void offer(const core::SizeEstimate& estimate, bool too_large);

    QLabel* text_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QPushButton *cancel_ = nullptr, *devices_ = nullptr, *window_ = nullptr, *all_ = nullptr;
    QDoubleSpinBox* centre_ = nullptr;
    double window_s_ = 2;
};

/// "Kineto trace, 1 GB, about 4 million events: ~4 s, ~130 MB of memory".
QString announcement_text(const core::SizeEstimate& estimate);

}  // namespace waferscope::app
