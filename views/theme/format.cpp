// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/theme/format.hpp"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace waferscope::views::format {
namespace {

constexpr QChar kMinus(0x2212);
constexpr QChar kTimes(0x00D7);
constexpr QChar kDash(0x2013);
constexpr QChar kNoBreak(0x00A0);
constexpr double kGroupFrom = 10'000;

struct Prefix {
    double factor;
    const char* symbol;
};
constexpr std::array kSi{Prefix{1e-12, "p"}, Prefix{1e-9, "n"}, Prefix{1e-6, "µ"}, Prefix{1e-3, "m"},
                         Prefix{1, ""},      Prefix{1e3, "k"},  Prefix{1e6, "M"},  Prefix{1e9, "G"},
                         Prefix{1e12, "T"},  Prefix{1e15, "P"}, Prefix{1e18, "E"}};
constexpr std::array kBinary{Prefix{1, ""}, Prefix{1024.0, "Ki"}, Prefix{1024.0 * 1024, "Mi"},
                             Prefix{1024.0 * 1024 * 1024, "Gi"}, Prefix{1024.0 * 1024 * 1024 * 1024, "Ti"}};

bool usable(std::optional<double> value) {
    return value && std::isfinite(*value);
}

/// Decimals that leave `digits` significant ones, after rounding: 9.996 with 3 is 10.0.
int decimals_for(double magnitude, int digits) {
    if (magnitude == 0) return 0;
    const int exponent = static_cast<int>(std::floor(std::log10(magnitude)));
    const double unit = std::pow(10.0, exponent - digits + 1);
    const double rounded = std::round(magnitude / unit) * unit;
    const int after = static_cast<int>(std::floor(std::log10(rounded) + 1e-12));
    return std::max(0, digits - 1 - after);
}

QString grouped(QString digits) {
    const QLocale locale;
    const auto dot = digits.indexOf(u'.');
    const auto whole = dot < 0 ? digits.size() : dot;
    if (dot >= 0) digits.replace(dot, 1, locale.decimalPoint());
    if (whole <= 4) return digits;
    const QString separator = locale.language() == QLocale::C || locale.groupSeparator().isEmpty()
                                  ? QStringLiteral(",")
                                  : locale.groupSeparator();
    for (auto at = whole - 3; at > 0; at -= 3) digits.insert(at, separator);
    return digits;
}

QString plain(double value, const Style& style) {
    const double magnitude = std::abs(value);
    QString digits = QString::number(magnitude, 'f', decimals_for(magnitude, style.digits));
    if (!style.keep_zeros && digits.contains(u'.')) {
        while (digits.endsWith(u'0')) digits.chop(1);
        if (digits.endsWith(u'.')) digits.chop(1);
    }
    const bool zero = std::ranges::all_of(digits, [](QChar c) { return c == u'0' || c == u'.'; });
    QString out = grouped(std::move(digits));
    if (value < 0 && !zero) out.prepend(kMinus);
    if (style.sign && value > 0 && !zero) out.prepend(u'+');
    return out;
}

/// The prefix under which `magnitude`, rounded to `digits`, stays below the next one.
template <std::size_t N>
Prefix pick(const std::array<Prefix, N>& table, double magnitude, int digits) {
    const Prefix* best = table.data();
    for (const auto& prefix : table) {
        const double scaled = magnitude / prefix.factor;
        const double limit = 1 - 0.5 * std::pow(10.0, -digits);
        if (scaled >= limit) best = &prefix;
    }
    return *best;
}

bool counts(std::string_view unit) {
    return unit.empty() || unit == "%" || unit == "tok/s" || unit == "1/s" || unit == "cycles" ||
           unit == "cores" || unit == "tokens" || unit == "TFLOP/s" || unit == "GB/s" || unit == "pt";
}

/// SI prefix for `value` in `unit`; units that count or already carry one get none.
Prefix prefix_for(double value, std::string_view unit, const Style& style) {
    const int digits = style.digits;
    const Prefix none{1, ""};
    const double magnitude = std::abs(value);
    if (magnitude == 0) return none;
    if (unit.starts_with("$")) {
        if (magnitude < 1e6) return none;
        const auto big = pick(kSi, magnitude, digits);
        return big.factor == 1e9 ? Prefix{1e9, "bn"} : big;  // money: million, billion
    }
    if (counts(unit)) return magnitude < (style.brief ? 1e4 : 1e7) ? none : pick(kSi, magnitude, digits);
    const auto found = pick(kSi, magnitude, digits);
    if (unit == "s" && found.factor > 1) return none;  // nobody says kiloseconds
    if (unit.starts_with("B") && found.factor < 1) return none;
    return found;
}

QString unit_text(std::string_view unit, const Prefix& prefix) {
    const QString symbol = QString::fromUtf8(prefix.symbol);
    return symbol + QString::fromUtf8(unit.data(), static_cast<qsizetype>(unit.size()));
}

Parts money(double value, std::string_view unit, const Style& style) {
    const auto prefix = prefix_for(value, unit, style);
    Parts parts{.prefix = QStringLiteral("$"),
                .number = plain(value / prefix.factor, style),
                .unit = QString::fromUtf8(prefix.symbol)};
    if (parts.number.startsWith(kMinus) || parts.number.startsWith(u'+')) {
        parts.prefix.prepend(parts.number.front());
        parts.number.remove(0, 1);
    }
    parts.unit += QString::fromUtf8(unit.data() + 1, static_cast<qsizetype>(unit.size()) - 1);
    return parts;
}

bool core_memory(const core::Metric& metric) {
    return metric.unit == "B" && metric.domain == core::MetricDomain::core;
}

}  // namespace

QString missing() {
    return kDash;
}
QString no_break_space() {
    return kNoBreak;
}

QString Parts::text() const {
    const bool tight = unit.isEmpty() || unit.startsWith(u'/') || unit == kTimes;
    return prefix + number + (tight ? QString() : QString(kNoBreak)) + unit;
}

QString number(std::optional<double> value, Style style) {
    return usable(value) ? plain(*value, style) : missing();
}

QString count(std::int64_t value) {
    QString out = grouped(QString::number(std::abs(value)));
    return value < 0 ? kMinus + out : out;
}

Parts quantity_parts(std::optional<double> value, std::string_view unit, Style style) {
    if (!usable(value)) return {.number = missing()};
    if (unit.starts_with("$")) return money(*value, unit, style);
    const auto prefix = prefix_for(*value, unit, style);
    return {.number = plain(*value / prefix.factor, style), .unit = unit_text(unit, prefix)};
}

QString quantity(std::optional<double> value, std::string_view unit, Style style) {
    return quantity_parts(value, unit, style).text();
}

QString percent(std::optional<double> share, Style style) {
    if (!usable(share)) return missing();
    return Parts{.number = plain(*share * 100, style), .unit = QStringLiteral("%")}.text();
}

QString bytes_binary(std::optional<double> bytes, Style style) {
    if (!usable(bytes)) return missing();
    const auto prefix = pick(kBinary, std::abs(*bytes), style.digits);
    return Parts{.number = plain(*bytes / prefix.factor, style), .unit = unit_text("B", prefix)}.text();
}

QString difference(std::optional<double> value, std::string_view unit, Style style) {
    style.sign = true;
    return quantity(value, unit, style);
}

QString points(std::optional<double> share, Style style) {
    if (!usable(share)) return missing();
    style.sign = true;
    return Parts{.number = plain(*share * 100, style), .unit = QStringLiteral("pt")}.text();
}

QString ratio(std::optional<double> value, Style style) {
    return usable(value) ? plain(*value, style) + kTimes : missing();
}

QString dimensions(std::int64_t width, std::int64_t height) {
    return count(width) + kNoBreak + kTimes + kNoBreak + count(height);
}

QString core_name(int x, int y, int wafer) {
    const QString place = u'(' + QString::number(x) + QStringLiteral(", ") + QString::number(y) + u')';
    return wafer > 0 ? u'w' + QString::number(wafer) + kNoBreak + place : place;
}

QString range(double low, double high, std::string_view unit, Style style) {
    if (!std::isfinite(low) || !std::isfinite(high)) return missing();
    const auto prefix = prefix_for(std::max(std::abs(low), std::abs(high)), unit, style);
    return plain(low / prefix.factor, style) +
           QCoreApplication::translate("format", " to ", "a range of values") +
           Parts{.number = plain(high / prefix.factor, style), .unit = unit_text(unit, prefix)}.text();
}

QString exact(double value, std::string_view unit) {
    if (!std::isfinite(value)) return missing();
    QString digits = QString::number(std::abs(value), 'g', QLocale::FloatingPointShortest);
    if (value < 0) digits.prepend(kMinus);
    return Parts{.number = digits, .unit = unit_text(unit, {1, ""})}.text();
}

Parts metric_parts(const core::Metric& metric, std::optional<double> value, Style style) {
    if (!usable(value)) return {.number = missing()};
    if (metric.percent) return {.number = plain(*value * 100, style), .unit = QStringLiteral("%")};
    if (core_memory(metric)) {
        const auto prefix = pick(kBinary, std::abs(*value), style.digits);
        return {.number = plain(*value / prefix.factor, style), .unit = unit_text("B", prefix)};
    }
    return quantity_parts(value, metric.unit, style);
}

QString metric(const core::Metric& metric, std::optional<double> value, Style style) {
    return metric_parts(metric, value, style).text();
}

QString metric_difference(const core::Metric& metric, std::optional<double> value, Style style) {
    style.sign = true;
    return metric.percent ? points(value, style) : metric_parts(metric, value, style).text();
}

QString metric_unit(const core::Metric& metric) {
    if (metric.percent) return QStringLiteral("%");
    if (core_memory(metric)) return QStringLiteral("KiB");
    return QString::fromUtf8(metric.unit.data(), static_cast<qsizetype>(metric.unit.size()));
}

QString estimated(const QString& text, bool estimate) {
    return estimate && text != missing() ? u'~' + text : text;
}

}  // namespace waferscope::views::format
