// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/bound_workload.hpp"

#include <QObject>

#include <map>
#include <memory>
#include <string>
#include <thread>

namespace waferscope::app {

/// A workload file that was read with some sizes, or why it could not be.
struct BoundAnswer {
    std::shared_ptr<const core::BoundWorkload> bound;  ///< null when refused
    core::Error error;
};

/// Reads a workload file with sizes for its symbols in the background. Ends with `done`, always.
class ReadJob : public QObject {
    Q_OBJECT
public:
    ReadJob(std::string path, std::map<std::string, std::int64_t> sizes, std::int64_t seq,
            QObject* parent = nullptr);

Q_SIGNALS:
    void done(const waferscope::app::BoundAnswer& answer);

private:
    std::jthread worker_;  // last: joins before the rest goes
};

}  // namespace waferscope::app
