// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/economics/price.hpp"

#include <algorithm>

namespace waferscope::sim {
namespace {

constexpr double kHoursPerYear = 8760;

const core::Price* find_price(const core::Machine& machine, std::string_view kind) {
    const auto found = std::ranges::find(machine.prices, kind, &core::Price::kind);
    return found == machine.prices.end() ? nullptr : &*found;
}

}  // namespace

void add_prices(core::Run& run) {
    const auto& machine = *run.machine;
    const auto& options = run.scenario.economics;
    auto& s = run.summary;
    const auto* rent = find_price(machine, "rent");
    const auto* buy = find_price(machine, "buy");
    const auto* unit = find_price(machine, "unit_cost");
    if (buy != nullptr) s.price_usd = buy->usd.value * run.scenario.chips;
    if (unit != nullptr) s.unit_cost_usd = unit->usd.value * run.scenario.chips;
    if (s.price_usd && s.unit_cost_usd) s.gross_margin = 1 - *s.unit_cost_usd / *s.price_usd;
    const auto owning = [&](double capital) {
        const double kw = machine.figure("power_w").value_or(0) / 1000;
        return capital / (options.years * kHoursPerYear) + kw * options.pue * options.usd_per_kwh + capital * options.opex_fraction / kHoursPerYear;
    };
    std::optional<double> per_chip;
    const bool wants_rent = options.ownership.empty() || options.ownership == "rented";
    if (rent != nullptr && wants_rent)
        per_chip = rent->usd.value;
    else if (unit != nullptr && options.ownership == "vendor_cost")
        per_chip = owning(unit->usd.value);
    else if (buy != nullptr && options.ownership != "rented")
        per_chip = owning(buy->usd.value);
    if (!per_chip) return;
    s.usd_per_hour = *per_chip * run.scenario.chips;
    if (s.tokens_per_s) s.usd_per_mtok = *s.usd_per_hour / (*s.tokens_per_s * 3600 * options.utilisation) * 1e6;
}

}  // namespace waferscope::sim
