// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/placement_document.hpp"
#include "core/io/machine_json.hpp"
#include "sim/wafer/region_figures.hpp"

#include <QUndoStack>

namespace waferscope::app {

/// The regions of a resident run under edit. A region never overlaps another or leaves the grid; layers
/// always add up to the model's. Too little memory is an issue that does not block.
class RegionDocument : public PlacementDocument, public views::RegionEditing {
    Q_OBJECT
public:
    /// What one edit changes.
    struct State {
        core::RegionPlan plan;
        std::vector<bool> locked;
        bool automatic = false;
        friend bool operator==(const State&, const State&) = default;
    };

    /// For a resident run on a wafer. E-value in words for others.
    static core::Result<std::unique_ptr<RegionDocument>> make(const core::Run& run,
                                                              const core::MachineLibrary& machines);

    [[nodiscard]] const views::Floorplan& plan() const override { return plan_; }
    [[nodiscard]] const std::vector<views::FloorShape>& shapes(std::size_t region) const override;
    [[nodiscard]] QUndoStack& history() override { return history_; }
    [[nodiscard]] views::RegionEditing* region_editing() override { return this; }
    [[nodiscard]] sim::Request request() const override;
    [[nodiscard]] const core::RegionPlan& regions() const { return state_.plan; }

    void move(const Kernels& regions, const std::vector<core::Rect>& corners, int drag) override;
    void pull(std::size_t region, const core::Rect& box, Qt::Edges pulled, int drag) override;
    void step_shape(std::size_t region, views::ShapeStep step) override;
    void rotate(const Kernels& regions) override;
    void swap(std::size_t /*a*/, std::size_t /*b*/) override {}
    void align(const Kernels& /*regions*/, Qt::Edge /*edge*/) override {}
    void unplace(const Kernels& regions) override;
    void add(std::size_t /*region*/, int /*x*/, int /*y*/) override {}
    void set_locked(const Kernels& regions, bool locked) override;
    void legalise() override {}
    void place_rest() override {}
    void set_weights(double /*time*/, double /*length*/, double /*adapter*/) override {}
    void solve() override;  ///< takes the planner's regions
    void pause(bool /*paused*/) override {}
    void stop() override {}
    void replay() override {}

    void split(std::size_t region) override;
    void merge(std::size_t region) override;
    void pass_layers(std::size_t region, int layers) override;
    void change_role(std::size_t region) override;
    void show_wafer(int wafer) override;
    void send_to_wafer(std::size_t region, int wafer) override;
    [[nodiscard]] QString no_split(std::size_t region) const override;
    [[nodiscard]] QString no_merge(std::size_t region) const override;
    [[nodiscard]] QString no_role(std::size_t region) const override;

    void take(const State& state);  ///< by the history only

private:
    RegionDocument(std::unique_ptr<sim::RegionPricer> pricer, core::RegionPlan plan);
    void push(const QString& text, core::RegionPlan plan, std::vector<bool> locked, int drag = 0);
    void push(const QString& text, core::RegionPlan plan, int drag = 0) {
        push(text, std::move(plan), state_.locked, drag);
    }
    [[nodiscard]] bool editable(std::size_t region);
    [[nodiscard]] bool free(const core::RegionPlan& plan, std::size_t region) const;
    [[nodiscard]] bool slide_free(core::RegionPlan& plan, std::size_t region) const;
    [[nodiscard]] bool find_room(core::RegionPlan& plan, std::size_t region) const;
    [[nodiscard]] std::optional<std::size_t> neighbour(std::size_t region) const;
    void resize(std::size_t region, int side, Qt::Edges pulled, int drag);
    void refresh();
    void refresh_issues(const sim::RegionFigures& figures);
    [[nodiscard]] views::FloorFigures floor_figures(const core::RegionPlan& plan,
                                                    const sim::RegionFigures& figures) const;

    std::unique_ptr<sim::RegionPricer> pricer_;
    State state_;
    std::optional<core::RegionPlan> automatic_;
    views::Floorplan plan_;
    QUndoStack history_;
    mutable std::vector<views::FloorShape> shapes_;
};

}  // namespace waferscope::app
