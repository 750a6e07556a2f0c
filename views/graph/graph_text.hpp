// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/graph/graph_colors.hpp"
#include "views/map/facts.hpp"

#include <QString>

namespace waferscope::views {

/// What stands in a box.
struct GraphLabel {
    QString title;   ///< "q_proj", "layer 0 to 23"
    QString shape;   ///< behind the title, if there is room: what a block without a name leaves behind
    QString times;   ///< "× 24", or empty
    QString detail;  ///< "25 operators, 4.09 GMAC"
    QString share;   ///< of what the colour shows, "38 %"; empty for categories
};
GraphLabel graph_label(const GraphTree& tree, const core::Workload& workload, std::uint32_t item,
                       GraphColor color);

/// Everything there is to say about an item, with units; exact numbers for operators.
Facts graph_facts(const GraphTree& tree, const core::Workload& workload, std::uint32_t item);

/// "1 × 256 × 56 × 56" of the first output of an operator; "?" for unknown dimensions, empty when nothing is
/// known.
QString output_shape(const core::Workload& workload, std::uint32_t op);

/// "415 operators in 12 boxes, 4.09 GMAC".
QString graph_summary(const GraphTree& tree, const GraphScene& scene);

}  // namespace waferscope::views
