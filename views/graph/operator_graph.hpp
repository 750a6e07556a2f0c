// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/result.hpp"
#include "core/model/run.hpp"
#include "views/graph/graph_tree.hpp"

#include <QString>

#include <functional>
#include <memory>

namespace waferscope::views {

/// A workload graph with the tree of its groups; shared by views.
struct OperatorGraph {
    std::shared_ptr<const core::Workload> workload;
    std::vector<double> seconds;  ///< of each operator in the run; empty when its timeline names none
    GraphTree tree;
};

/// Where a run's graph comes from: the app's files. Called on the GUI thread, once per run.
using GraphSource = std::function<core::Result<std::shared_ptr<const core::Workload>>(const core::Run&)>;

/// The graph of a run, or one sentence why there is none.
struct GraphAnswer {
    std::shared_ptr<const OperatorGraph> graph;
    QString why;
};

/// Without a source: the graph the run holds.
GraphAnswer operator_graph(const core::Run& run, const GraphSource& source);

}  // namespace waferscope::views
