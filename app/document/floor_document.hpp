// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/floor_source.hpp"
#include "app/document/placement_document.hpp"
#include "app/jobs/solve_job.hpp"
#include "sim/wafer/flow_model.hpp"

#include <QElapsedTimer>
#include <QTimer>
#include <QUndoStack>
#include <array>
#include <map>
#include <memory>

namespace waferscope::app {

/// What one edit changes.
struct FloorChange {
    struct Slot {
        std::size_t kernel = 0;
        std::optional<core::Slot> before, after;
    };
    std::vector<Slot> slots;
    std::vector<bool> locked_before, locked_after;  ///< empty: unchanged
    std::optional<std::array<double, 3>> weights_before, weights_after;
    bool automatic_before = false, automatic_after = false;  ///< the placement is the solver's
};

/// The edited placement: slots, locks, weights, their history, the flow model that answers every edit, and
/// the search. GUI thread.
class FloorDocument : public PlacementDocument {
    Q_OBJECT
public:
    explicit FloorDocument(FloorSource source, QObject* parent = nullptr);
    ~FloorDocument() override;

    [[nodiscard]] const views::Floorplan& plan() const override { return plan_; }
    [[nodiscard]] const std::vector<views::FloorShape>& shapes(std::size_t kernel) const override;
    [[nodiscard]] QUndoStack& history() override { return history_; }
    void move(const Kernels& kernels, const std::vector<core::Rect>& corners, int drag) override;
    void pull(std::size_t kernel, const core::Rect& box, Qt::Edges pulled, int drag) override;
    void step_shape(std::size_t kernel, views::ShapeStep step) override;
    void rotate(const Kernels& kernels) override;
    void swap(std::size_t a, std::size_t b) override;
    void align(const Kernels& kernels, Qt::Edge edge) override;
    void unplace(const Kernels& kernels) override;
    void add(std::size_t kernel, int x, int y) override;
    void set_locked(const Kernels& kernels, bool locked) override;
    void legalise() override;
    void place_rest() override;
    void set_weights(double time, double length, double adapter) override;
    void solve() override;
    void pause(bool paused) override;
    void stop() override;
    void replay() override;

    /// Takes the slots of a layout file as one step. E-layout naming the line; then nothing changed.
    core::Result<void> take_layout(const core::ContestLayout& layout);
    [[nodiscard]] core::ContestLayout layout() const;
    [[nodiscard]] const FloorSource& source() const { return source_; }
    [[nodiscard]] const sim::FlowModel& model() const { return model_; }
    /// The request that simulates this placement.
    [[nodiscard]] sim::Request request() const override { return with_layout(source_, model_.slots()); }

    void apply(const FloorChange& change, bool forward);  ///< by the history only

private:
    void push(const QString& text, std::vector<FloorChange::Slot> slots, int drag = 0,
              bool automatic = false);
    void push_slots(const QString& text, const sim::FloorSlots& slots, bool automatic = false);
    [[nodiscard]] bool editable(std::size_t kernel);
    void show(const sim::FloorSlots& slots);
    void refresh(const core::Rect& links);
    void refresh_kernels();
    void refresh_issues(const sim::FloorEstimate& estimate);
    void remember();
    [[nodiscard]] views::FloorFigures figures(const sim::FloorEstimate& estimate) const;
    [[nodiscard]] double pace(std::size_t kernel) const;
    void take_find(const std::shared_ptr<const Find>& find);
    void abandon_search();  ///< its finds are not kept
    void search_ended(const std::shared_ptr<const Find>& best, double bound, const QString& text);
    void replay_next();

    FloorSource source_;  // its problem and slots moved into the model
    sim::FlowModel model_;
    views::Floorplan plan_;
    QUndoStack history_;
    std::vector<bool> locked_;
    bool automatic_ = false;
    int drag_ = 0, seen_drag_ = 0;
    mutable std::map<std::pair<std::size_t, double>, std::vector<views::FloorShape>> shapes_;
    std::unique_ptr<SolveJob> job_;
    std::vector<std::shared_ptr<const Find>> finds_;
    sim::FloorSlots before_search_;
    QTimer clock_, replay_timer_;
    QElapsedTimer search_clock_;
    std::size_t replayed_ = 0;
};

}  // namespace waferscope::app
