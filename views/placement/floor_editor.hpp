// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "views/placement/floorplan.hpp"

#include <QObject>

#include <vector>

class QUndoStack;

namespace waferscope::views {

enum class ShapeStep : std::uint8_t { wider, narrower, faster, slower };

/// What only regions of resident inference can do. Edits as those of FloorEditor.
class RegionEditing {
public:
    virtual ~RegionEditing() = default;
    virtual void split(std::size_t region) = 0;  ///< its layers halved over two squares
    virtual void merge(std::size_t region) = 0;  ///< with the next layers' region, else with the previous
    /// Gives layers to the next region; negative: takes them from it.
    virtual void pass_layers(std::size_t region, int layers) = 0;
    virtual void change_role(std::size_t region) = 0;  ///< decode or prefill
    virtual void show_wafer(int wafer) = 0;            ///< clamped; not an edit
    virtual void send_to_wafer(std::size_t region, int wafer) = 0;
    /// Whether an edit would be refused, and why: for disabled buttons. Empty when it is possible.
    [[nodiscard]] virtual QString no_split(std::size_t region) const = 0;
    [[nodiscard]] virtual QString no_merge(std::size_t region) const = 0;
    [[nodiscard]] virtual QString no_role(std::size_t region) const = 0;
};

/// What the explorer's views read and ask for. Every edit is one step of history(); edits with the same
/// `drag` number other than 0 merge into one. Edits of locked kernels are refused with a notice. GUI thread.
class FloorEditor : public QObject {
    Q_OBJECT

public:
    using Kernels = std::vector<std::size_t>;
    using QObject::QObject;

    [[nodiscard]] virtual const Floorplan& plan() const = 0;
    /// The legal shapes at the pace of the slowest kernel (or of this one when nothing is slower), none
    /// beaten in both sides, by rising height.
    [[nodiscard]] virtual const std::vector<FloorShape>& shapes(std::size_t kernel) const = 0;
    [[nodiscard]] virtual QUndoStack& history() = 0;
    /// The further edits of a plan of regions; null when the plan is of kernels.
    [[nodiscard]] virtual RegionEditing* region_editing() { return nullptr; }

    /// A new drag number.
    int new_drag() { return ++drags_; }
    /// Puts placed kernels with their corners nearest the origin at `corners`.
    virtual void move(const Kernels& kernels, const std::vector<core::Rect>& corners, int drag) = 0;
    /// The fastest shape within `box` (tiles as occupied), against the edges that are not `pulled`.
    virtual void pull(std::size_t kernel, const core::Rect& box, Qt::Edges pulled, int drag) = 0;
    virtual void step_shape(std::size_t kernel, ShapeStep step) = 0;
    virtual void rotate(const Kernels& kernels) = 0;
    virtual void swap(std::size_t a, std::size_t b) = 0;
    virtual void align(const Kernels& kernels, Qt::Edge edge) = 0;
    virtual void unplace(const Kernels& kernels) = 0;
    /// Puts a kernel that is not placed, at its smallest shape for the current pace, with its middle at (x,
    /// y).
    virtual void add(std::size_t kernel, int x, int y) = 0;
    virtual void set_locked(const Kernels& kernels, bool locked) = 0;
    virtual void legalise() = 0;
    virtual void place_rest() = 0;
    virtual void set_weights(double time, double length, double adapter) = 0;

    /// The search for a placement of everything; its finds show at once, the last one is one step of history.
    virtual void solve() = 0;
    virtual void pause(bool paused) = 0;
    virtual void stop() = 0;  ///< keeps the best found
    /// Shows the finds of the last search again, then the placement as it was.
    virtual void replay() = 0;

    [[nodiscard]] const Kernels& selection() const { return selection_; }
    [[nodiscard]] bool selected(std::size_t kernel) const;
    void select(Kernels kernels);

Q_SIGNALS:
    void changed();  ///< plan() has new contents
    void selectionChanged();
    void notice(const QString& text);

private:
    Kernels selection_;
    int drags_ = 0;
};

}  // namespace waferscope::views
