// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/noc.hpp"
#include "app/cli/cli.hpp"

#include <fmt/format.h>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>

namespace waferscope::app {
namespace {

struct Options {
    sim::NocConfig config;
    std::string mesh, traffic = "uniform", collective;
    int length = 64;
    std::uint32_t wavelets = 16;
    bool cycles_given = false, json = false;
};

/// "16x8": columns, then rows.
core::Result<core::GridSize> mesh_of(const std::string& text) {
    core::GridSize mesh;
    const char* end = text.data() + text.size();
    const auto columns = std::from_chars(text.data(), end, mesh.columns);
    if (columns.ec == std::errc{} && columns.ptr != end && *columns.ptr == 'x') {
        const auto rows = std::from_chars(columns.ptr + 1, end, mesh.rows);
        if (rows.ec == std::errc{} && rows.ptr == end) return mesh;
    }
    return core::fail(core::ErrorCode::value, "\"" + text + "\" is not a size.", "mesh",
                      "write columns x rows, as in 16x16");
}

core::Result<sim::NocConfig> config_of(const Options& options) {
    sim::NocConfig config = options.config;
    if (!options.collective.empty()) {
        const auto kind = sim::collective_named(options.collective);
        if (!kind) return tl::unexpected(kind.error());
        config.collective = {*kind, options.length, options.wavelets};
    }
    const bool line =
        config.collective && options.mesh.empty() && !sim::over_whole_mesh(config.collective->kind);
    const auto mesh =
        line ? core::GridSize{options.length, 1} : mesh_of(options.mesh.empty() ? "8x8" : options.mesh);
    if (!mesh) return tl::unexpected(mesh.error());
    const auto traffic = sim::traffic_named(options.traffic);
    if (!traffic) return tl::unexpected(traffic.error());
    config.vc.source.mesh = *mesh;
    config.vc.source.traffic = *traffic;
    if (options.cycles_given) config.window.least_packets = 0;
    if (const auto checked = sim::check_noc(config); !checked) return tl::unexpected(checked.error());
    return config;
}

std::string number(std::optional<double> value) {
    return value ? fmt::format("{}", *value) : "null";
}

void print_json(const sim::NocConfig& config, const sim::NocResult& result) {
    fmt::print(
        "{{\"latency_cycles\":{},\"ci95_latency\":{},\"zero_load_cycles\":{},\"accepted\":{},\"accepted_"
        "min\":{},\"saturated\":{},\"saturation_rate\":{},"
        "\"cycles\":{},\"flits_delivered\":{},\"checksum\":\"{:016x}\",\"router_cycles_per_second\":{:.0f},"
        "\"cpu_seconds\":{},\"bytes_per_router\":{:.1f}}}\n",
        result.latency_cycles, number(result.ci95_latency), number(result.zero_load_cycles),
        number(result.accepted), number(result.accepted_min), result.saturated,
        number(result.saturation_rate), result.cycles, result.flits_delivered, result.checksum,
        result.router_cycles_per_second(config.vc.source.mesh.cells()), result.cpu_seconds,
        result.bytes_per_router);
}

void print_table(const sim::NocConfig& config, const sim::NocResult& result) {
    const auto line = [](const char* name, const std::string& value, const char* unit) {
        fmt::print("{:<26}{:>16}  {}\n", name, value, unit);
    };
    const auto optional_line = [&](const char* name, std::optional<double> value, const char* unit) {
        if (value) line(name, fmt::format("{:.4f}", *value), unit);
    };
    line(config.collective ? "time" : "mean latency", fmt::format("{:.2f}", result.latency_cycles),
         result.saturated ? "cycles (saturated: still rising)" : "cycles");
    optional_line("95 % interval, +-", result.ci95_latency, "cycles");
    optional_line("without contention", result.zero_load_cycles, "cycles");
    if (config.collective)
        line("formula",
             fmt::format("{:.1f}", sim::formula_cycles(*config.collective, config.vc.source.mesh,
                                                       config.fabric.ramp_cycles)),
             "cycles");
    optional_line("accepted, mean of nodes", result.accepted, "flits per node and cycle");
    optional_line("accepted, slowest node", result.accepted_min, "flits per node and cycle");
    optional_line("saturation rate", result.saturation_rate, "flits per node and cycle");
    line("cycles simulated", fmt::format("{}", result.cycles), "");
    line("flits delivered", fmt::format("{}", result.flits_delivered), "");
    line("checksum", fmt::format("{:016x}", result.checksum), "");
    line("speed", fmt::format("{:.1f}", result.router_cycles_per_second(config.vc.source.mesh.cells()) / 1e6),
         "M router-cycles/s");
    line("processor time", fmt::format("{:.2f}", result.cpu_seconds), "s");
    line("memory per router", fmt::format("{:.0f}", result.bytes_per_router), "B");
}

Exit noc(const Options& options) {
    const auto config = config_of(options);
    if (!config) {
        report(config.error());
        return Exit::usage;
    }
    const auto result = sim::run_noc(*config, {});
    if (!result) return report(result.error());
    options.json ? print_json(*config, *result) : print_table(*config, *result);
    return Exit::ok;
}

void add_mesh_options(CLI::App& command, Options& options) {
    auto& config = options.config;
    command.add_option("--mesh", options.mesh,
                       "columns x rows, default 8x8; of a collective along a row Px1");
    command.add_option("--traffic", options.traffic, "uniform, transpose, bitcomp, neighbor or hotspot");
    command.add_option("--rate", config.rate, "flits per node and cycle");
    command.add_option("--packet", config.vc.packet_flits, "flits per packet");
    command.add_option("--vcs", config.vc.vcs, "virtual channels per port, 1 to 8");
    command.add_option("--buffer", config.vc.buffer, "flits per virtual channel");
    command
        .add_option("--speculative", config.vc.speculative, "1: switch and channel allocation in one cycle")
        ->check(CLI::IsMember({"0", "1"}));
    command.add_option("--routing-delay", config.vc.routing_delay, "cycles per router");
    command.add_option("--credit-delay", config.vc.credit_delay, "cycles");
}

void add_run_options(CLI::App& command, Options& options) {
    auto& config = options.config;
    command
        .add_option("--cycles", config.window.least_cycles,
                    "length of the measurement; default 6000 and at least 10000 packets")
        ->each([&options](const std::string&) { options.cycles_given = true; });
    command.add_option("--warmup", config.window.warmup, "cycles before it");
    command.add_option("--seed", config.seed, "first seed");
    command.add_option("--seeds", config.seeds, "runs with seed, seed + 1, ...");
    command.add_option("--threads", config.threads, "the result is the same for any number");
    command.add_flag(
        "--find-saturation", config.find_saturation,
        "highest rate, grid 0.01 of the bound, with mean latency below 3 times the zero-load latency");
    command.add_flag("--json", options.json, "one JSON object");
}

void add_wafer_options(CLI::App& command, Options& options) {
    auto& config = options.config;
    command.add_flag("--wafer", config.wafer, "the wafer's fabric instead of virtual-channel routers");
    command.add_option("--hop-cycles", config.fabric.hop_cycles, "cycles per hop");
    command.add_option("--ramp-cycles", config.fabric.ramp_cycles,
                       "cycles between core and router, each way");
    command.add_option("--interval-cycles", config.fabric.wavelet_interval, "cycles per wavelet and link");
    command.add_option("--queue", config.fabric.queue_depth, "wavelets per queue");
    command.add_option("--collective", options.collective,
                       sim::collective_names() + ": on every row, 2d over the mesh");
    command.add_option("--length", options.length, "cores in line");
    command.add_option("--wavelets", options.wavelets, "wavelets per core");
}

}  // namespace

void add_noc(CLI::App& app, CliContext& context) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("noc", "cycle engine on a synthetic mesh");
    add_mesh_options(*command, *options);
    add_run_options(*command, *options);
    add_wafer_options(*command, *options);
    command->callback([&context, options] { context.chosen = [options] { return noc(*options); }; });
}

}  // namespace waferscope::app
