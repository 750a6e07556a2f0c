// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/operator_graph.hpp"

#include <QCoreApplication>

namespace waferscope::views {

GraphAnswer operator_graph(const core::Run& run, const GraphSource& source) {
    auto workload = run.workload;
    if (source) {
        auto found = source(run);
        if (!found) {
            auto why = QString::fromStdString(found.error().message);
            if (!found.error().hint.empty())
                why = QCoreApplication::translate("Graph", "%1 Hint: %2.")
                          .arg(why, QString::fromStdString(found.error().hint));
            return {nullptr, why};
        }
        workload = *found;
    }
    if (!workload || workload->operators.empty())
        return {nullptr, QCoreApplication::translate("Graph", "This run has no graph of operators.")};
    auto seconds = seconds_of_operators(run.timeline, workload->operators.size());
    auto tree = make_graph_tree(*workload, seconds);
    return {std::make_shared<const OperatorGraph>(
                OperatorGraph{std::move(workload), std::move(seconds), std::move(tree)}),
            {}};
}

}  // namespace waferscope::views
