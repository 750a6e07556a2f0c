// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "app/jobs/run_job.hpp"
#include "views/workbench_model.hpp"

#include <QMainWindow>
#include <array>
#include <memory>

namespace waferscope::core {
struct BoundWorkload;
}

class QLabel;
class QScrollArea;
class QStackedWidget;
class QTreeWidget;
class QTabWidget;
class QToolButton;

namespace waferscope::views {
class FloorExplorer;
class PaneFrame;
class PlacementDiffTable;
class PredictionView;
class RankTable;
class ValueForm;
}

namespace waferscope::app {

class FloorDocument;
class PlacementDocument;
class ReadJob;
struct RecordedRun;
class RegionDocument;
class SymbolDocument;
class TopBar;
class TraceLoader;
class Welcome;
enum class Workspace : std::uint8_t;

/// The workbench: session dock, panes A | B | C, inspector, timeline, tabs, status bar. Composition only.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(core::MachineLibrary machines, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A session, a scenario or a workload graph; trouble becomes a notice, never a dialog.
    void open_file(const QString& path);
    void open_demo(int index = 0);  ///< in demos()
    bool save_to(const QString& path);
    /// The selected area (or 64 x 64 cores around the selection, or around the worst place) of a pipelined run,
    /// cycle by cycle, in another pane.
    void simulate_cycles_here();
    /// The placement of the busiest pipelined run (or the one edited before) in the explorer; back to the panes
    /// when it is shown. Runs in which nothing can be moved get a notice that says why.
    void edit_placement();
    /// The edited placement as a run, in pane A or B.
    void simulate_placement();
    /// What the model says of the recorded run in pane A, in pane B, with the form of its scenario.
    void predict_this_run();
    /// The edited placement as a .paint file.
    bool save_layout(const QString& path);
    [[nodiscard]] PlacementDocument* edited() const;  ///< in the explorer; null when there is none
    [[nodiscard]] FloorDocument* placement() const;   ///< the edited one when it is of kernels
    [[nodiscard]] RegionDocument* regions() const;    ///< the edited one when it is of regions
    [[nodiscard]] views::FloorExplorer* explorer() const { return explorer_; }
    [[nodiscard]] bool busy() const;  ///< simulating, or reading a file
    [[nodiscard]] views::ValueForm* form() const { return form_; }
    [[nodiscard]] views::PredictionView* prediction() const { return prediction_; }
    [[nodiscard]] views::RankTable* ranks() const { return ranks_; }
    [[nodiscard]] views::WorkbenchModel& model() { return model_; }
    [[nodiscard]] QString notice() const;
    [[nodiscard]] QPixmap grab_panes();
    [[nodiscard]] TraceLoader& traces() { return *traces_; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Edited;
    void build_actions();
    void build_tool_bar();
    void build_centre();
    void build_docks();
    void build_status_bar();
    void build_trace_loader();
    void show_recorded(const std::shared_ptr<RecordedRun>& recorded, const core::Run& run);
    void simulate(std::vector<sim::Request> requests);
    void open_scenario(const QString& path);
    void open_trace(const QString& path);
    void open_workload(const QString& path);
    void show_run(int pane, const std::shared_ptr<const core::Run>& run);
    void show_notice(const QString& text);
    void refresh_session_tree();
    void refresh_status();
    void choose_file();
    void save();
    void set_theme(int index);
    void set_workspace(Workspace workspace);
    void run_again();
    void start(std::unique_ptr<RunJob> job);
    void finish_opening();
    void open_kgraph(const QString& path);
    void open_paint(const QString& path);
    void edit(std::unique_ptr<PlacementDocument> document, const std::shared_ptr<const core::Run>& run);
    void show_explorer(Edited& edited);
    void enter_explorer(bool on);
    void choose_layout_file();
    void refresh_placement_diff();
    void toggle_difference();
    void toggle_graph();
    void find_operator();
    QWidget* build_session();
    void show_form();
    void drop_form();
    void edit_symbols(std::shared_ptr<const core::BoundWorkload> bound, std::vector<core::Scenario> scenarios);
    void find_symbols(std::vector<core::Scenario> scenarios);
    void refresh_symbols();
    void run_bound();
    void refresh_facts();
    void edit_fact(const QString& key, const QString& text);
    void run_prediction();
    void undo(bool again);

    core::MachineLibrary machines_;
    views::WorkbenchModel model_;
    std::unique_ptr<RunJob> job_;
    std::vector<sim::Request> last_requests_;
    /// Placements under edit, with their histories, and the runs they came from or became.
    struct Edited {
        std::unique_ptr<PlacementDocument> document;
        std::vector<std::weak_ptr<const core::Run>> runs;
        QString path;   ///< of the layout file
        int pane = -1;  ///< where the last simulation went
    };
    std::vector<std::unique_ptr<Edited>> edited_;
    Edited* floor_ = nullptr;  ///< the one in the explorer
    QString session_path_;
    QString opening_;  ///< joins the recent files once it is on screen
    bool play_when_done_ = false;
    QStackedWidget* stack_ = nullptr;
    Welcome* welcome_ = nullptr;
    views::FloorExplorer* explorer_ = nullptr;
    std::array<views::PaneFrame*, views::kPanes> panes_{};
    QTreeWidget* tree_ = nullptr;
    QScrollArea* form_area_ = nullptr;
    views::ValueForm* form_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    views::PlacementDiffTable* placement_diff_ = nullptr;
    views::PredictionView* prediction_ = nullptr;
    views::RankTable* ranks_ = nullptr;
    TopBar* bar_ = nullptr;
    TraceLoader* traces_ = nullptr;
    QLabel *fair_fight_ = nullptr, *notice_ = nullptr, *where_ = nullptr, *time_ = nullptr, *jobs_ = nullptr;
    QToolButton* cancel_ = nullptr;
    std::vector<QDockWidget*> docks_;
    // What the form is about.
    std::unique_ptr<SymbolDocument> symbols_;
    std::vector<core::Scenario> scenarios_;  ///< simulated again when a size changes
    std::int64_t graph_batch_ = 1;           ///< samples of one pass before the last change
    std::unique_ptr<ReadJob> reading_;
    std::shared_ptr<const RecordedRun> recorded_;
    QString opened_;  ///< the file last opened
};

}  // namespace waferscope::app
