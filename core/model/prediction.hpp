// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "core/model/work_class.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waferscope::core {

/// What was recorded of one class of work in one step of one rank. Seconds are summed durations of kernels.
struct MeasuredClass {
    WorkClass kind = WorkClass::other;
    std::int64_t kernels = 0;
    double measured_s = 0;
    double matched_s = 0;  ///< of kernels whose operator was predicted
};

/// One class of a recorded step beside its prediction.
struct PredictedClass {
    MeasuredClass measured;
    std::optional<double> predicted_s;  ///< of the matched operators; absent when none is matched
    /// predicted / measured of what is matched; absent when nothing is. 1 = exact.
    [[nodiscard]] std::optional<double> ratio() const;
};

/// Operators of one name and shape beside their prediction.
struct PredictedOperator {
    std::string name, shape;  ///< "aten::addmm", "1024 x 512 x 1705"
    WorkClass kind = WorkClass::other;
    std::int64_t count = 0;
    double measured_s = 0, predicted_s = 0;  ///< of all of them
};

/// A recorded step (A) and what the model says of the same work (B).
struct Prediction {
    std::string step;  ///< the recorded step compared; empty: the whole trace
    double measured_step_s = 0, predicted_step_s = 0;
    std::vector<PredictedClass> classes;  ///< most measured time first; classes without time are left out
    std::vector<PredictedOperator> operators;  ///< most measured time first; empty when matched by class only
    double measured_s = 0, matched_s = 0;      ///< summed kernel time
    std::vector<std::string> notes;            ///< what the numbers do not hold
    /// Share of the measured kernel time that has no counterpart, 0..1.
    [[nodiscard]] double unmatched_share() const;
};

/// What the predicted run says of each operator of its workload, in seconds, by index.
std::vector<double> predicted_times(const Run& predicted);

/// "1024 x 512 x 1705" of products, bytes of collectives and of element-wise work.
std::string shape_text(const Operator& op);

}  // namespace waferscope::core
