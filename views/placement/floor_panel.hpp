// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floor_editor.hpp"

#include <QWidget>

#include <array>
#include <optional>

class QLabel;
class QSlider;
class QTabWidget;
class QTreeWidget;

namespace waferscope::views {

class FloorChart;

/// The numbers beside the canvas: figures with bars, weights, shapes of the selected kernel, kernels,
/// placements seen, problems. Holds no data of its own.
class FloorPanel : public QWidget {
    Q_OBJECT

public:
    explicit FloorPanel(FloorEditor& editor, QWidget* parent = nullptr);
    [[nodiscard]] QTabWidget& tabs() { return *tabs_; }

Q_SIGNALS:
    void showRequested(const core::Rect& place);

protected:
    void changeEvent(QEvent* event) override;

private:
    void build_weights(QWidget* parent);
    void refresh();
    void refresh_issues();
    [[nodiscard]] std::optional<std::size_t> shown_kernel() const;
    void weight_moved();

    FloorEditor& editor_;
    FloorChart *figures_, *shapes_, *seen_;
    std::array<QSlider*, 3> sliders_{};
    std::array<QLabel*, 3> values_{};
    QTabWidget* tabs_;
    QLabel* issues_title_ = nullptr;
    QTreeWidget* issues_;
    QLabel* rule_;
};

}  // namespace waferscope::views
