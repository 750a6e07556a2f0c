// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/noc.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <optional>

namespace waferscope::sim {
namespace {

/// The first setting out of its range.
class RangeCheck {
public:
    void in(const char* name, double value, double least, double most) {
        if (error_ || (value >= least && value <= most)) return;
        error_ = core::Error{
            .code = core::ErrorCode::range,
            .message = fmt::format("{} is {:g}, not within {:g} to {:g}.", name, value, least, most),
            .where = name};
    }
    void that(bool holds, const char* name, std::string message, std::string hint) {
        if (!error_ && !holds)
            error_ = core::Error{.code = core::ErrorCode::range,
                                 .message = std::move(message),
                                 .where = name,
                                 .hint = std::move(hint)};
    }
    [[nodiscard]] core::Result<void> result() const {
        if (error_) return tl::unexpected(*error_);
        return {};
    }

private:
    std::optional<core::Error> error_;
};

void check_wafer(RangeCheck& check, const FabricConfig& fabric) {
    check.in("hop-cycles", fabric.hop_cycles, 1, 16);
    check.in("ramp-cycles", fabric.ramp_cycles, 1, 16);
    check.in("dispatch-cycles", fabric.dispatch_cycles, 0, 16);
    check.in("interval-cycles", fabric.wavelet_interval, 1, 16);
    check.in("queue", fabric.queue_depth, 1, 64);
}

}  // namespace

core::Result<void> check_noc(const NocConfig& config) {
    const auto mesh = config.vc.source.mesh;
    RangeCheck check;
    // Letters number the channels of a row in 16 bits.
    const int most_columns =
        config.wafer || config.collective ? 2047 : 65535 / ((kRouterPorts + 1) * std::max(1, config.vc.vcs));
    check.in("mesh", mesh.columns, 1, std::min(2047, most_columns));
    check.in("mesh", mesh.rows, 1, 2047);
    check.in("vcs", config.vc.vcs, 1, kMostVcs);
    check.in("buffer", config.vc.buffer, 1, 64);
    check.in("packet", config.vc.packet_flits, 1, 255);
    check.in("routing-delay", config.vc.routing_delay, 0, 100);
    check.in("credit-delay", config.vc.credit_delay, 0, 50);
    check.in("rate", config.rate, 1e-6, 1);
    check.in("seeds", config.seeds, 1, 100);
    check.in("threads", config.threads, 1, 64);
    check.in("warmup", config.window.warmup, 0, 1e6);
    check.in("cycles", config.window.least_cycles, 1, 1e6);  // times fit in 24 bits: 16.7 M cycles
    if (config.wafer || config.collective) check_wafer(check, config.fabric);
    if (config.collective) {
        const auto& task = *config.collective;
        constexpr int kLongestTree = 1024;  // of a tree: ten colours
        if (!over_whole_mesh(task.kind))
            check.in("length", task.length, 2,
                     task.kind == Collective::tree ? std::min(kLongestTree, mesh.columns) : mesh.columns);
        if (task.kind == Collective::reduce_2d)
            check.in("mesh", std::max(mesh.columns, mesh.rows), 2, kLongestTree);
        if (task.kind == Collective::broadcast_2d)
            check.in("mesh", std::max(mesh.columns, mesh.rows), 2, 2047);
        check.in("wavelets", task.wavelets, 1, 1e6);
        const auto cycles = formula_cycles(task, mesh, config.fabric.ramp_cycles) *
                            config.fabric.wavelet_interval * config.fabric.hop_cycles;
        check.that(cycles < 4e6, "wavelets",
                   fmt::format("the collective would take about {:.3g} cycles, more than 4 million.", cycles),
                   "use fewer wavelets or a shorter line");
        check.that(!config.find_saturation, "find-saturation", "a collective has no saturation rate.",
                   "leave out --find-saturation or --collective");
        return check.result();
    }
    check.that(config.vc.source.traffic != Traffic::transpose || mesh.columns == mesh.rows, "traffic",
               "transpose needs a square mesh.", "use --mesh NxN or another pattern");
    check.that(!config.wafer || config.vc.packet_flits == 1, "packet", "wafer mode sends single wavelets.",
               "use --packet 1");
    return check.result();
}

}  // namespace waferscope::sim
