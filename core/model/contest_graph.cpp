// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/contest_graph.hpp"

namespace waferscope::core {

std::string_view contest_kind_name(ContestKind kind) {
    static constexpr std::array<std::string_view, 5> kNames{"input", "output", "conv", "dblock", "cblock"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::size_t given_argument_count(ContestKind kind) {
    if (kind == ContestKind::conv) return kConvArguments;
    return kind == ContestKind::dblock || kind == ContestKind::cblock ? kBlockArguments : 0;
}

std::size_t execution_argument_count(ContestKind kind) {
    switch (kind) {
        case ContestKind::conv:
            return 4;
        case ContestKind::dblock:
            return 8;
        case ContestKind::cblock:
            return 10;
        default:
            return 0;
    }
}

}  // namespace waferscope::core
