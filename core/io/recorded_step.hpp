// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/trace.hpp"
#include "core/model/work_class.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Kernels of one class in a recorded step. Seconds are summed durations: kernels that run at once count
/// twice.
struct RecordedClass {
    std::int64_t kernels = 0;
    double busy_s = 0;
    double linked_s = 0;  ///< of kernels whose operator stands in the workload, with its sizes
};

/// One step of one rank: what ran, and as much of the work behind it as the trace tells.
struct RecordedStep {
    std::string name;  ///< "ProfilerStep#1012", or empty: the whole trace
    double step_s = 0;
    /// Operators whose sizes the trace recorded and whose cost follows from them, in the order they were
    /// launched. Format "kineto"; batch 1 = the step as it was recorded.
    Workload workload;
    std::vector<double> measured_s;   ///< by operator: summed durations of its kernels
    std::vector<WorkClass> op_class;  ///< by operator: of its longest kernel
    std::array<RecordedClass, kWorkClasses> classes{};
    std::int64_t kernels = 0;
    std::int64_t with_shapes = 0;  ///< launched by an operator whose argument sizes were recorded
    [[nodiscard]] double busy_s() const;
    [[nodiscard]] double linked_s() const;
};

/// The median step of `rank`, another one when no kernel was launched in it, the whole trace when none is
/// marked. A kernel belongs to the innermost operator of the host that launched it: correlation number ->
/// launch -> operator around the launch.
RecordedStep recorded_step(const RankTrace& rank);

/// The workload of the first rank of a trace's bytes, for scenarios that name a trace. E-format when the
/// trace recorded no sizes.
Result<Workload> read_recorded_workload(std::string_view bytes, const std::string& file);

}  // namespace waferscope::core
