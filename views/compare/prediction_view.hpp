// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/prediction.hpp"

#include <QWidget>

#include <optional>

class QChartView;
class QComboBox;
class QLabel;
class QTableWidget;

namespace waferscope::views {

/// One bar of the residual chart.
struct Residual {
    QString name;
    double ratio = 0;  ///< predicted / measured; 1 = exact
};

/// What has a ratio, most measured time first: classes, or the `most` longest operators.
std::vector<Residual> residuals_by_class(const core::Prediction& prediction);
std::vector<Residual> residuals_by_operator(const core::Prediction& prediction, std::size_t most);

/// Measured against predicted time of a recorded step: a table per class of work, and predicted / measured as
/// bars.
class PredictionView : public QWidget {
    Q_OBJECT
public:
    explicit PredictionView(QWidget* parent = nullptr);

    void show_prediction(core::Prediction prediction);
    /// Empty, and why.
    void show_reason(const QString& why);
    [[nodiscard]] QTableWidget& table() { return *table_; }
    [[nodiscard]] QString headline() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();
    void fill_table();
    void fill_chart();

    std::optional<core::Prediction> prediction_;
    QString why_;
    QLabel *headline_, *notes_;
    QTableWidget* table_;
    QComboBox* by_;
    QChartView* chart_;
    QWidget* body_;
};

}  // namespace waferscope::views
