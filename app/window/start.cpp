// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/start.hpp"

#include "app/document/memory_limit.hpp"
#include "app/window/main_window.hpp"
#include "app/window/trace_loader.hpp"
#include "views/theme/apply_theme.hpp"

#include <QApplication>
#include <QTimer>
#include <algorithm>

namespace waferscope::app {

Exit open_window(int argc, char** argv, const WindowOptions& options) {
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication program(argc, argv);
    QApplication::setApplicationName(QStringLiteral("waferscope"));
    using views::Theme;
    views::apply_theme(program, options.theme == "light" ? Theme::light() : options.theme == "contrast" ? Theme::high_contrast() : Theme::dark());
    auto machines = load_machines(options.machine_folders);
    if (!machines) return report(machines.error());
    MainWindow window(std::move(*machines));
    window.resize(1600, 1000);
    window.show();
    if (options.memory > 0) window.traces().set_memory_limit(memory_limit(options.memory));
    for (const auto& file : options.files) window.open_file(QString::fromStdString(file));
    if (options.demo > 0) window.open_demo(options.demo - 1);
    if (!options.screenshot.empty()) {
        auto* timer = new QTimer(&window);
        QObject::connect(timer, &QTimer::timeout, &window, [&window, &options] {
            if (window.busy()) return;
            window.model().set_playing(false);  // the same moment in every picture
            double shortest = window.model().duration();
            for (int i = 0; i < views::kPanes; ++i)
                if (const auto* run = window.model().run(i)) shortest = std::min(shortest, run->summary.step_time_s);
            window.model().set_position(shortest * 0.45);  // every pane is at work
            window.model().flush();
            QCoreApplication::exit((options.part == "panes" ? window.grab_panes() : window.grab()).save(QString::fromStdString(options.screenshot)) ? 0 : 1);
        });
        timer->start(300);
    }
    return static_cast<Exit>(QApplication::exec());
}

}  // namespace waferscope::app
