// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/recorded_step.hpp"
#include "core/model/prediction.hpp"

namespace waferscope::core {

/// A recorded step beside a run of its own operators (Request::workload = step.workload), matched one by one:
/// kernel -> launch -> operator -> its slice. Says what the numbers do not hold.
Prediction compare_step(const RecordedStep& step, const Run& predicted);

/// A recorded step beside a run of a model: matched by class only, so a class is matched when both have it.
Prediction compare_classes(const RecordedStep& step, const Run& predicted);

/// The object `predict --json` prints, on one line.
std::string prediction_json(const Prediction& prediction);

}  // namespace waferscope::core
