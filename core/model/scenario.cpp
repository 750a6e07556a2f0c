// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/scenario.hpp"

#include <array>

namespace waferscope::core {

std::string_view collective_name(CollectiveKind kind) {
    static constexpr std::array<std::string_view, 6> kNames{"all_reduce", "all_gather", "reduce_scatter",
                                                            "all_to_all", "broadcast",  "send_recv"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::string_view phase_name(Phase phase) {
    static constexpr std::array<std::string_view, 6> kNames{"train",  "finetune", "prefill",
                                                            "decode", "serve",    "inference"};
    return kNames.at(static_cast<std::size_t>(phase));
}

}  // namespace waferscope::core
