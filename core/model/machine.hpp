// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/grid.hpp"
#include "core/model/result.hpp"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waferscope::core {

/// Number format of arithmetic a scenario asks for.
enum class Precision : std::uint8_t { fp32, tf32, bf16, fp16, fp8, int8, fp4 };
std::string_view precision_name(Precision precision);
std::optional<Precision> precision_from(std::string_view name);
/// Bytes one value takes in memory.
double precision_bytes(Precision precision);

/// One number about hardware, with where it comes from.
struct Figure {
    double value = 0;
    std::optional<double> low, high;  ///< stated or estimated bounds
    std::string source;               ///< never empty in a bundled file
    std::string date;                 ///< as the source gives it; may be empty
    bool estimate = false;
};

/// Figures by JSON key. A missing key means "unknown", never zero.
using Figures = std::map<std::string, Figure, std::less<>>;

/// What a figure key means; one table serves reading, checking, listing and help.
struct FigureKey {
    std::string_view key;
    std::string_view unit;   ///< of the stored SI value
    std::string_view label;  ///< in words
    double min, max;         ///< values outside are refused
};
std::span<const FigureKey> figure_keys();
const FigureKey* find_figure_key(std::string_view key);

/// How chips (or nodes) of one level are joined.
enum class Topology : std::uint8_t { none, switched, full_mesh, ring, torus2d, torus3d, hypercube };
std::string_view topology_name(Topology topology);
std::optional<Topology> topology_from(std::string_view name);

struct NetworkLevel {
    Topology topology = Topology::none;
    int domain = 0;   ///< chips joined by this level; 0 = no limit stated
    int links = 0;    ///< links per chip; 0 = not stated
    Figures figures;  ///< bytes_per_s_per_direction, link_bytes_per_s_per_direction, hop_latency_s, ...
};

/// A wafer-scale processor.
struct Wafer {
    GridSize grid;  ///< cores software sees
};

/// A chip that is used in numbers, with memory and network levels.
struct Cluster {
    int devices_per_chip = 1;  ///< logical devices a plan counts (Trainium2: 4)
    std::string family;        ///< calibration family: chips that share constants
    NetworkLevel scale_up, scale_out;
    bool trains = true;            ///< false: the maker's stack has no training
    std::string trains_reason;     ///< said when training is asked for and `trains` is false
    std::vector<Precision> weights_only;  ///< formats that weights are stored in and arithmetic at 16 bit expands
};

struct Price {
    std::string kind;  ///< rent | buy | unit_cost
    Figure usd;        ///< per chip: $/hour for rent, $ otherwise
};

/// How far the models of a kind of work missed one published set on this machine (resources/accuracy.json).
struct AccuracySet {
    std::string set;        ///< name of the measurements
    std::string group;      ///< kind of work: gemm, train, decode, ...
    int n = 0;              ///< measurements
    double mape = 0;        ///< mean absolute error, 0.12 = 12 %
    bool held_out = false;  ///< of rows left out of the fit, one after the other
    /// What was measured, from .. to: "hidden", "layers", "seq", "batch", "chips", ... in plain numbers.
    std::map<std::string, std::array<double, 2>, std::less<>> range;
};

struct Machine {
    std::string id, name;
    std::string layers;  ///< letters out of "ABC", first = home layer
    std::variant<Wafer, Cluster> body;
    Figures figures;
    Figures marketed;     ///< the maker's totals, shown on the card only
    Figures calibration;  ///< fitted constants of the family (resources/calibration)
    std::vector<AccuracySet> accuracy;
    std::vector<Price> prices;
    std::string availability;  ///< buy | rent | token service | inside its owner only
    std::string note;
    std::string origin;  ///< file it was read from

    [[nodiscard]] const Wafer* wafer() const { return std::get_if<Wafer>(&body); }
    [[nodiscard]] const Cluster* cluster() const { return std::get_if<Cluster>(&body); }
    /// Value of figures[key], else nothing.
    [[nodiscard]] std::optional<double> figure(std::string_view key) const;
    /// Value of calibration[key], else `fallback`.
    [[nodiscard]] double constant(std::string_view key, double fallback) const;
};

/// The dense peak a machine offers for `precision`. Chips list bf16 or fp16 for both 16-bit formats.
std::optional<double> peak_flops_per_s(const Machine& machine, Precision precision);

}  // namespace waferscope::core
