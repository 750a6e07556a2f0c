// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/run.hpp"
#include "views/field.hpp"
#include "views/graph/operator_graph.hpp"
#include "views/theme/color_map.hpp"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace waferscope::views {

inline constexpr int kPanes = 3;

enum class ViewKind : std::uint8_t { map, fabric, scene, difference, graph };
enum class Alignment : std::uint8_t { start, normalised };

/// One of the panes A | B | C.
struct Pane {
    std::shared_ptr<const core::Run> run;  ///< null: the pane is empty
    char layer = 'A';
    ViewKind view = ViewKind::map;
    int wafer = 0;
    bool follows = true;  ///< shows the busiest wafer of each moment until one is chosen
    std::vector<core::Lever> levers;  ///< what would help, when it has been tried
    int minus = 0;  ///< pane that is subtracted in ViewKind::difference
};

/// How values become colours, for all panes.
struct ColorRange {
    enum class Mode : std::uint8_t {
        natural,     ///< range of the metric table (0..100 %); percentiles when it has none
        percentile,  ///< 1st to 99th percentile of all panes
        locked,      ///< low and high below
    };
    Mode mode = Mode::natural;
    double low = 0, high = 1;
    bool log = false, reverse = false;
    bool own_scale = false;  ///< each pane its own percentiles; the panes say so
    ColorMapId map = ColorMapId::cividis;
    friend bool operator==(const ColorRange&, const ColorRange&) = default;
};

/// What is selected or pointed at. `op` marks the same operator in all panes.
struct Place {
    enum class Kind : std::uint8_t { none, core, link, area, device, device_link, op };
    Kind kind = Kind::none;
    int pane = -1;
    int wafer = 0, x = 0, y = 0;                         ///< core, link
    core::Direction direction = core::Direction::north;  ///< link: leaves (x, y)
    core::Rect area;                                     ///< area
    std::uint32_t index = 0;                             ///< device, device_link
    std::uint32_t op = core::kNoOperator;
    friend bool operator==(const Place&, const Place&) = default;
};

/// The one view-model: runs in the panes, metric, time, colours, selection. Views read it, call its setters
/// and redraw on its signals. Setters take effect at once; signals come together, at most once per frame (16
/// ms).
class WorkbenchModel : public QObject {
    Q_OBJECT

public:
    explicit WorkbenchModel(QObject* parent = nullptr);

    // Panes
    [[nodiscard]] const Pane& pane(int index) const { return panes_.at(static_cast<std::size_t>(index)); }
    [[nodiscard]] const core::Run* run(int index) const { return pane(index).run.get(); }
    /// Layer letter becomes the run's home layer, wafer 0, view map. Null empties the pane.
    void set_run(int pane, std::shared_ptr<const core::Run> run);
    /// What would help the run of `pane`.
    void set_levers(int pane, const std::vector<core::Lever>& levers);
    void set_view(int pane, ViewKind view);
    void set_wafer(int pane, int wafer);
    /// Shows pane - minus as a difference map.
    void set_difference(int pane, int minus);
    void swap_panes(int a, int b);
    [[nodiscard]] int active_pane() const { return active_; }
    void set_active_pane(int pane);
    /// Pane that fills the place of all three, or -1.
    [[nodiscard]] int maximised_pane() const { return maximised_; }
    void set_maximised_pane(int pane);

    // Workload graphs
    void set_graph_source(GraphSource source);
    /// The graph of the run in `pane`, made when it is first asked for.
    [[nodiscard]] const GraphAnswer& graph(int pane) const;

    // Metric
    [[nodiscard]] const core::Metric& metric() const { return *metric_; }
    /// Unknown ids are ignored.
    void set_metric(std::string_view id);
    /// The metric a pane really shows: link load in fabric views.
    [[nodiscard]] const core::Metric& metric_of(int pane) const;

    // Time
    /// Seconds on the common axis: 0 .. duration().
    [[nodiscard]] double position() const { return position_; }
    void set_position(double seconds);
    /// End of the longest run.
    [[nodiscard]] double duration() const;
    [[nodiscard]] Alignment alignment() const { return alignment_; }
    void set_alignment(Alignment alignment);
    /// Time of the cursor in the run of `pane`, clamped to its end.
    [[nodiscard]] double time_of(int pane) const;
    [[nodiscard]] std::size_t step_of(int pane) const;
    /// Position at which the run of `pane` is at `seconds`.
    [[nodiscard]] double position_for(int pane, double seconds) const;
    /// Moves to the next (+1) or previous (-1) step of the active pane's run.
    void step_by(int steps);
    [[nodiscard]] bool playing() const { return playing_; }
    void set_playing(bool playing);
    /// Modelled seconds per second of wall time.
    [[nodiscard]] double speed() const { return speed_; }
    void set_speed(double speed);
    /// One notch of 1-2-5 up (+1) or down (-1).
    void change_speed(int notches);
    /// Advances the cursor as playback does; wraps at the end. Called by the play timer, and by tests.
    void advance(double wall_seconds);

    // Colours
    [[nodiscard]] const ColorRange& color_range() const { return range_; }
    void set_color_range(const ColorRange& range);
    /// Locks the range that is shown now.
    void lock_range();
    /// Range, log and map to draw `pane` with. Difference panes: symmetric about 0.
    [[nodiscard]] ColorScale scale(int pane) const;
    /// Statistics of what the panes show together (or one pane with own scale), for the legend.
    [[nodiscard]] const ValueStats* stats(int pane) const;
    /// Diverging maps depend on the theme.
    void set_light_theme(bool light);

    // Selection
    [[nodiscard]] const Place& selection() const { return selection_; }
    void select(const Place& place);
    [[nodiscard]] const Place& hover() const { return hover_; }
    void set_hover(const Place& place);
    /// Marks operator `op` of the run in `pane` everywhere; kNoOperator marks nothing.
    void select_operator(int pane, std::uint32_t op);
    void hover_operator(int pane, std::uint32_t op);
    /// Operator under `place`, or core::kNoOperator.
    [[nodiscard]] std::uint32_t operator_at(const Place& place) const;
    /// Worst place of the current moment in `pane`.
    [[nodiscard]] std::optional<HotSpot> hot_spot(int pane) const;

    /// Emits what is pending now instead of at the end of the frame.
    void flush();

Q_SIGNALS:
    void runsChanged();
    void viewsChanged();  ///< view kind, wafer, active, maximised
    void metricChanged();
    void timeChanged();
    void playingChanged();  ///< playing or speed
    void colorsChanged();
    void selectionChanged();
    void hoverChanged();

private:
    enum Topic : unsigned {
        kRuns = 1,
        kViews = 2,
        kMetric = 4,
        kTime = 8,
        kPlaying = 16,
        kColors = 32,
        kSelection = 64,
        kHover = 128
    };
    void mark(unsigned topics);
    void follow_busiest_wafers();
    [[nodiscard]] ColorScale difference_scale(const Pane& pane) const;
    [[nodiscard]] const ValueStats* run_stats(const core::Run& run, const core::Metric& metric) const;
    [[nodiscard]] ValueStats merged_stats(const core::Metric& metric) const;

    std::array<Pane, kPanes> panes_;
    int active_ = 0, maximised_ = -1;
    const core::Metric* metric_;
    double position_ = 0, speed_ = 1e-3;
    Alignment alignment_ = Alignment::start;
    bool playing_ = false, light_ = false;
    ColorRange range_;
    Place selection_, hover_;

    using StatsKey = std::pair<const core::Run*, std::string_view>;
    mutable std::map<StatsKey, std::optional<ValueStats>> stats_;  // dropped with the runs
    mutable std::map<std::string_view, ValueStats> merged_;        // by metric id
    using SpotKey = std::tuple<const core::Run*, std::string_view, std::size_t>;
    mutable std::map<SpotKey, std::optional<HotSpot>> spots_;
    mutable std::map<const core::Run*, HotLinks> hot_links_;
    mutable std::map<const core::Run*, GraphAnswer> graphs_;
    GraphSource graph_source_;

    unsigned pending_ = 0;
    QTimer frame_timer_, play_timer_;
    QElapsedTimer play_clock_;
};

}  // namespace waferscope::views
