// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/rank_waits.hpp"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace waferscope::views {

/// Who was late in a recorded run of several ranks: per collective transfer apart from waiting, per rank how
/// often it came last and how long the others waited for it.
class RankTable : public QWidget {
    Q_OBJECT
public:
    explicit RankTable(QWidget* parent = nullptr);

    void show_report(core::WaitReport report);
    [[nodiscard]] QTableWidget& collectives() { return *collectives_; }
    [[nodiscard]] QTableWidget& ranks() { return *ranks_; }
    [[nodiscard]] QString headline() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();
    void fill_collectives();
    void fill_ranks();

    core::WaitReport report_;
    QLabel* headline_;
    QTableWidget *collectives_, *ranks_;
};

}  // namespace waferscope::views
