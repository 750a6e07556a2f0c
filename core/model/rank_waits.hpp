// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/trace.hpp"
#include "core/model/work_class.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waferscope::core {

/// Collectives of one kernel over all ranks. A collective moves data once its last rank has arrived: what the
/// others spend in it before is waiting, the rest is transfer. Seconds.
struct CollectiveWaits {
    std::string name;
    WorkClass kind = WorkClass::other;
    std::int64_t count = 0;
    double transfer_s = 0;        ///< sum over the collectives: last arrival to last end
    double waiting_s = 0;         ///< sum over collectives and ranks
    double longest_wait_s = 0;    ///< of one rank in one collective
    int late_rank = -1;           ///< that arrived last most often
    std::int64_t late_times = 0;  ///< of `count`
};

/// One rank over all matched collectives. Seconds.
struct RankWaits {
    int rank = 0;
    bool aligned = false;
    double offset_s = 0;          ///< added to its clock to meet the first rank
    std::int64_t last_times = 0;  ///< it was the last to arrive
    double late_s = 0;            ///< sum: its arrival after the rank before it, where it was last
    double waiting_s = 0;         ///< it waited for others
    double caused_s = 0;          ///< others waited for it
};

struct WaitReport {
    std::vector<CollectiveWaits> collectives;  ///< most waiting first
    std::vector<RankWaits> ranks;              ///< by rank
    std::int64_t matched = 0,
                 unmatched = 0;  ///< collectives of the first rank with and without partners in all others
    std::string why;             ///< no collectives to compare: the reason; else empty
};

/// Arrivals at shared collectives, clocks aligned at their ends (rank_offsets_ns). Collectives of one name
/// are matched in order, when every aligned rank has equally many.
WaitReport rank_waits(const std::vector<RankTrace>& ranks);

/// The rank that made the others wait most, as words of design/copy.md "late rank"; nothing when nobody waits
/// 1 % of `step_s`.
std::optional<std::string> late_rank_text(const WaitReport& report, double step_s);

}  // namespace waferscope::core
