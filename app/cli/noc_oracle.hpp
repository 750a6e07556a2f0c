// SPDX-License-Identifier: GPL-3.0-or-later
// The reference results of a public NoC simulator on 8 x 8 (data/noc/booksim2_k8.csv), for tests and
// benchmarks.
#pragma once

#include "sim/noc/noc.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace waferscope::app {

/// One run of the reference.
struct OracleRow {
    sim::NocConfig config;
    std::string name;         ///< A to I (design/wafer.md 4), pattern and load
    double load = 0;          ///< rate as a fraction of the pattern's bound
    double latency = 0;       ///< cycles, mean
    double routers = 0;       ///< mean number on the paths its packets happened to take
    double accepted_min = 0;  ///< flits per cycle of the slowest node
    double cycles = 0;        ///< of its one run, warm-up and drain included
    bool unstable = false;
    bool overload = false;  ///< a throughput run, not a latency run

    /// Its latency had its packets taken the pattern's mean path (comparison rule, wafer_models.md 4).
    [[nodiscard]] double corrected_latency() const {
        const int per_hop = config.vc.speculative ? 3 : 4;
        return latency -
               per_hop * (routers - sim::mean_routers(config.vc.source.traffic, config.vc.source.mesh));
    }
    /// Flits per cycle and link the configuration can pass: one VC without speculation needs two cycles a
    /// flit.
    [[nodiscard]] double ceiling() const {
        return config.vc.vcs == 1 && !config.vc.speculative && config.vc.packet_flits == 1 ? 0.5 : 1.0;
    }
    [[nodiscard]] bool comparable() const {
        return !overload && !unstable && routers > 0 && load < 0.85 * ceiling();
    }
};

/// The configuration's letter; "" for one that is not among the nine.
inline std::string oracle_letter(const sim::VcConfig& vc) {
    struct Known {
        const char* name;
        int packet, vcs, buffer, speculative;
    };
    static constexpr Known kKnown[] = {{"A", 1, 1, 4, 0}, {"B", 1, 1, 8, 0}, {"C", 1, 1, 8, 1},
                                       {"D", 1, 2, 8, 1}, {"E", 1, 4, 8, 0}, {"F", 1, 4, 4, 0},
                                       {"G", 4, 2, 8, 0}, {"H", 4, 4, 8, 1}, {"I", 4, 1, 8, 1}};
    for (const auto& k : kKnown)
        if (k.packet == vc.packet_flits && k.vcs == vc.vcs && k.buffer == vc.buffer &&
            k.speculative == static_cast<int>(vc.speculative))
            return k.name;
    return {};
}

/// All rows of the file; empty if there is none.
inline std::vector<OracleRow> load_oracle(const std::string& path) {
    std::ifstream in(path);
    std::vector<OracleRow> rows;
    std::vector<std::string> names;
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        std::map<std::string, std::string> field;
        std::size_t column = 0;
        for (std::string text; std::getline(fields, text, ','); ++column) {
            if (rows.empty() && !text.empty() && line.starts_with("k,"))
                names.push_back(text);
            else if (column < names.size())
                field[names[column]] = text;
        }
        if (field.empty()) continue;
        const auto number = [&](const char* name) {
            return field[name].empty() ? 0.0 : std::stod(field[name]);
        };
        OracleRow row;
        auto& vc = row.config.vc;
        const int k = static_cast<int>(number("k"));
        vc.source.mesh = {k, k};
        vc.source.traffic = *sim::traffic_named(field["traffic"]);
        vc.packet_flits = static_cast<int>(number("pkt"));
        vc.vcs = static_cast<int>(number("vcs"));
        vc.buffer = static_cast<int>(number("buf"));
        vc.speculative = number("spec") != 0;
        vc.credit_delay = static_cast<int>(number("credit_delay"));
        row.config.rate = number("rate");
        row.load = number("frac_bound");
        row.latency = number("plat");
        row.routers = number("hops");
        row.accepted_min = number("accmin");
        row.cycles = number("cycles");
        row.unstable = field["unstable"] == "True";
        row.overload = field["sim_type"] != "latency";
        row.name = oracle_letter(vc) + ' ' + field["traffic"] + ' ' + field["frac_bound"];
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace waferscope::app
