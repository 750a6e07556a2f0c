// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document/request.hpp"
#include "app/document/resources.hpp"
#include "app/jobs/run_job.hpp"
#include "views/workbench_model.hpp"

#include <QMainWindow>
#include <array>
#include <memory>

class QLabel;
class QStackedWidget;
class QTreeWidget;
class QTabWidget;
class QToolButton;

namespace waferscope::views {
class FloorExplorer;
class PaneFrame;
class PlacementDiffTable;
}

namespace waferscope::app {

class FloorDocument;
class PlacementDocument;
class RegionDocument;
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
    /// The edited placement as a .paint file.
    bool save_layout(const QString& path);
    [[nodiscard]] PlacementDocument* edited() const;  ///< in the explorer; null when there is none
    [[nodiscard]] FloorDocument* placement() const;   ///< the edited one when it is of kernels
    [[nodiscard]] RegionDocument* regions() const;    ///< the edited one when it is of regions
    [[nodiscard]] views::FloorExplorer* explorer() const { return explorer_; }
    [[nodiscard]] bool busy() const { return job_ != nullptr; }
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
    QTabWidget* tabs_ = nullptr;
    views::PlacementDiffTable* placement_diff_ = nullptr;
    TopBar* bar_ = nullptr;
    TraceLoader* traces_ = nullptr;
    QLabel *fair_fight_ = nullptr, *notice_ = nullptr, *where_ = nullptr, *time_ = nullptr, *jobs_ = nullptr;
    QToolButton* cancel_ = nullptr;
    std::vector<QDockWidget*> docks_;
};

}  // namespace waferscope::app
