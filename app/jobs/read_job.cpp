// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/jobs/read_job.hpp"

#include <QMetaObject>

namespace waferscope::app {

ReadJob::ReadJob(std::string path, std::map<std::string, std::int64_t> sizes, std::int64_t seq,
                 QObject* parent)
    : QObject(parent) {
    worker_ = std::jthread([this, path = std::move(path), sizes = std::move(sizes), seq] {
        BoundAnswer answer;
        if (auto bound = core::read_bound_workload(path, sizes, seq))
            answer.bound = std::make_shared<const core::BoundWorkload>(std::move(*bound));
        else
            answer.error = bound.error();
        QMetaObject::invokeMethod(
            this, [this, answer = std::move(answer)] { Q_EMIT done(answer); }, Qt::QueuedConnection);
    });
}

}  // namespace waferscope::app
