// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/placement/region_rows.hpp"

#include "views/theme/format.hpp"

#include <QCoreApplication>

#include <functional>

namespace waferscope::views {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RegionRows", text);
}

QString estimated(double value, const char* unit) {
    return value > 0 ? format::estimated(format::quantity(value, unit)) : format::missing();
}

enum class Better : std::int8_t { lower = 1, neither = 0, higher = -1 };

}  // namespace

std::vector<FloorRow> region_rows(const Floorplan& plan) {
    std::vector<FloorRow> rows;
    const auto& now = plan.now.region;
    const auto* best = plan.automatic ? &plan.automatic->region : nullptr;
    const auto add = [&](const QString& label, const std::function<double(const RegionNumbers&)>& value,
                         const std::function<QString(double)>& text, Better better, bool strong = false) {
        const double have = value(now);
        FloorRow row{.label = label, .now = text(have), .strong = strong};
        if (best != nullptr) {
            const double found = value(*best);
            row.automatic = text(found);
            if (have > 0 && found > 0 && found != have) {
                row.change = format::percent(found / have - 1, {.digits = 2, .sign = true});
                row.better = static_cast<int>(better) * (found < have ? 1 : -1);
            }
        }
        rows.push_back(std::move(row));
    };
    const auto seconds = [](double v) { return estimated(v, "s"); };
    const auto rate = [](double v) {
        return v > 0 ? format::estimated(format::number(v, {.digits = 4})) : format::missing();
    };
    const auto count = [](double v) { return format::count(static_cast<std::int64_t>(v)); };
    if (now.token_s > 0) {
        add(tr("Time per token"), [](const auto& r) { return r.token_s; }, seconds, Better::lower, true);
        add(
            tr("One user, tokens/s"), [](const auto& r) { return r.token_s > 0 ? 1 / r.token_s : 0; }, rate,
            Better::higher);
        add(tr("All users, tokens/s"), [](const auto& r) { return r.tokens_per_s; }, rate, Better::higher);
    }
    if (now.prompt_s > 0 || (best != nullptr && best->prompt_s > 0))
        add(
            tr("Prompts"), [](const auto& r) { return r.prompt_s; }, seconds, Better::lower,
            now.token_s <= 0);
    add(tr("Slowest region"), [](const auto& r) { return r.slowest_s; }, seconds, Better::lower);
    if (now.token_s > 0) {
        add(
            tr("Hand-over per token, hops"), [](const auto& r) { return static_cast<double>(r.hops); }, count,
            Better::lower);
        add(
            tr("Changes of wafer per token"),
            [](const auto& r) { return static_cast<double>(r.wafer_changes); }, count, Better::lower);
        add(
            tr("Requests in flight"), [](const auto& r) { return static_cast<double>(r.in_flight); }, count,
            Better::neither);
    }
    add(
        tr("SRAM, fullest core, of %1").arg(format::bytes_binary(2 * plan.memory_limit)),
        [](const auto& r) { return r.memory_bytes; }, [](double v) { return format::bytes_binary(v); },
        Better::neither);
    add(tr("Wafers used"), [](const auto& r) { return static_cast<double>(r.wafers); }, count, Better::lower);
    return rows;
}

QString region_pace_text(const Floorplan& plan) {
    if (plan.kernels.empty()) return tr("There is no region.");
    const auto& now = plan.now.region;
    const auto& slow = plan.kernels[plan.now.slowest];
    if (now.token_s <= 0)
        return tr("%1 reads the prompts in %2.").arg(slow.name, estimated(now.slowest_s, "s"));
    return tr("%1 is the slowest: %2 of %3 per token.")
        .arg(slow.name, estimated(now.slowest_s, "s"), estimated(now.token_s, "s"));
}

}  // namespace waferscope::views
