// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/collective_map.hpp"

#include "sim/wafer/collectives.hpp"

#include <QCoreApplication>
#include <cmath>

namespace waferscope::app {

views::ChoiceMap reduce_crossover(double ramp_cycles) {
    constexpr int kMostCores = 1024, kMostWavelets = 16384;
    views::ChoiceMap map{.x_title = QCoreApplication::translate("Collectives", "wavelets per core"), .y_title = QCoreApplication::translate("Collectives", "cores in line, fastest reduction"), .unit = QCoreApplication::translate("Collectives", "cycles")};
    for (const auto algorithm : sim::all_reduces()) map.choices.push_back(QString::fromUtf8(sim::reduce_name(algorithm).data()));
    for (int b = 1; b <= kMostWavelets; b *= 2) map.x.push_back(b);
    for (int p = 4; p <= kMostCores; p *= 2) map.y.push_back(p);
    for (const double p : map.y)
        for (const double b : map.x) {
            const auto choice = sim::choose_reduce(static_cast<int>(p), b, ramp_cycles);
            map.best.push_back(static_cast<int>(choice.best));
            map.second.push_back(static_cast<int>(choice.second));
            map.value.push_back(std::round(choice.cycles));
            map.second_value.push_back(std::round(choice.second_cycles));
        }
    return map;
}

}  // namespace waferscope::app
