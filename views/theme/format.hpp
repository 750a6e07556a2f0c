// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/metrics.hpp"

#include <QString>

#include <cstdint>
#include <optional>
#include <string_view>

/// The one place that turns numbers into text. Missing, NaN and infinite values give "–".
/// No-break space before units, true minus, digit groups from 10,000, decimal sign of QLocale().
namespace waferscope::views::format {

struct Style {
    int digits = 3;           ///< significant digits, 1..15
    bool keep_zeros = false;  ///< "9.60" instead of "9.6": for live labels and columns
    bool sign = false;        ///< "+" on positive values
    bool brief = false;       ///< "255 ktok/s" instead of "255,230 tok/s": where room is short
};

/// A number and its unit apart, for key figures that print them in two sizes.
/// `prefix` goes before the number ("$"), `unit` after it ("tok/s"); either may be empty.
struct Parts {
    QString prefix, number, unit;
    [[nodiscard]] QString text() const;
};

QString missing();
QString no_break_space();

/// Plain number: 1234.5 -> "1234", 56448 -> "56,448", 0.00123 -> "0.00123".
QString number(std::optional<double> value, Style style = {});
QString count(std::int64_t value);
/// SI-prefixed quantity: (0.00135, "s") -> "1.35 ms"; "B" uses powers of ten; "$", "$/h" lead; "%" as given.
QString quantity(std::optional<double> value, std::string_view unit, Style style = {});
Parts quantity_parts(std::optional<double> value, std::string_view unit, Style style = {});
/// A share 0..1 as percent: 0.832 -> "83.2 %".
QString percent(std::optional<double> share, Style style = {});
/// Memory of cores in powers of two: 42598 -> "41.6 KiB".
QString bytes_binary(std::optional<double> bytes, Style style = {});
/// Signed quantity: -0.00023 s -> "−230 µs".
QString difference(std::optional<double> value, std::string_view unit, Style style = {});
/// Signed share in percentage points: 0.031 -> "+3.1 pt".
QString points(std::optional<double> share, Style style = {});
/// "1.08×".
QString ratio(std::optional<double> value, Style style = {});
/// "762 × 1172".
QString dimensions(std::int64_t width, std::int64_t height);
/// "(162, 416)", or "w2 (162, 416)" when `wafer` is given (counted from 1).
QString core_name(int x, int y, int wafer = 0);
/// Two values with one prefix and unit: "0.31 to 1.80 ms".
QString range(double low, double high, std::string_view unit, Style style = {});
/// All digits a double needs, with the plain unit: for tooltips and copy.
QString exact(double value, std::string_view unit);

/// A value of `metric` as its table says (percent, binary bytes for core memory, unit).
QString metric(const core::Metric& metric, std::optional<double> value, Style style = {});
Parts metric_parts(const core::Metric& metric, std::optional<double> value, Style style = {});
QString metric_difference(const core::Metric& metric, std::optional<double> value, Style style = {});
/// The unit `metric` is shown with before any prefix: "%", "s", "KiB".
QString metric_unit(const core::Metric& metric);

/// "~" in front of a text that is predicted.
QString estimated(const QString& text, bool estimate = true);

}  // namespace waferscope::views::format
