// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scalesim.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <vector>

namespace waferscope::core {
namespace {

constexpr std::int64_t kMaxNumber = 1'000'000'000;
constexpr std::size_t kMaxLayers = 1'000'000;

enum class Table : std::uint8_t { none, conv, gemm };

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\"");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

std::vector<std::string_view> cells_of(std::string_view line) {
    std::vector<std::string_view> cells;
    for (std::size_t at = 0; at <= line.size() && cells.size() < 32;) {
        const auto comma = std::min(line.find(',', at), line.size());
        cells.push_back(trimmed(line.substr(at, comma - at)));
        at = comma + 1;
    }
    return cells;
}

std::string small(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

Table table_of(std::string_view heading) {
    if (heading.starts_with("\xEF\xBB\xBF")) heading.remove_prefix(3);
    const auto cells = cells_of(heading);
    if (cells.size() < 4 || !small(cells[0]).starts_with("layer")) return Table::none;
    if (small(cells[1]) == "m" && small(cells[2]) == "n" && small(cells[3]) == "k") return Table::gemm;
    return cells.size() >= 8 && small(cells[1]).starts_with("ifmap") ? Table::conv : Table::none;
}

bool number(std::string_view cell, std::int64_t& value) {
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    return error == std::errc() && end == cell.data() + cell.size() && value >= 1 && value <= kMaxNumber;
}

/// The first `count` numbers behind the name; false when one is none.
bool numbers(const std::vector<std::string_view>& cells, std::size_t count, std::int64_t* values) {
    if (cells.size() <= count) return false;
    for (std::size_t i = 0; i < count; ++i)
        if (!number(cells[i + 1], values[i])) return false;
    return true;
}

constexpr double kValueBytes = 2;  ///< the tables name no type; 16 bit are assumed

bool conv_layer(const std::vector<std::string_view>& cells, Operator& op) {
    std::int64_t v[7];
    if (!numbers(cells, 7, v) || v[2] > v[0] || v[3] > v[1]) return false;
    ConvDims d{.in_height = v[0],
               .in_width = v[1],
               .in_channels = v[4],
               .out_channels = v[5],
               .kernel_height = v[2],
               .kernel_width = v[3],
               .stride = v[6]};
    if (cells.size() > 8) (void)(number(cells[8], d.batch) || (d.batch = 1));
    d.out_height = (d.in_height - d.kernel_height) / d.stride + 1;
    d.out_width = (d.in_width - d.kernel_width) / d.stride + 1;
    const auto product = [](auto... f) { return (1.0 * ... * static_cast<double>(f)); };
    op.type = "Conv";
    op.kind = OpKind::conv;
    op.dims = d;
    op.parameters = product(d.in_channels, d.out_channels, d.kernel_height, d.kernel_width);
    op.macs = op.parameters * product(d.batch, d.out_height, d.out_width);
    op.read_bytes = kValueBytes * product(d.batch, d.in_height, d.in_width, d.in_channels);
    op.write_bytes = kValueBytes * product(d.batch, d.out_height, d.out_width, d.out_channels);
    return true;
}

bool gemm_layer(const std::vector<std::string_view>& cells, Operator& op) {
    std::int64_t v[3];
    if (!numbers(cells, 3, v)) return false;
    const auto m = static_cast<double>(v[0]), n = static_cast<double>(v[1]), k = static_cast<double>(v[2]);
    op.type = "Gemm";
    op.kind = OpKind::gemm;
    op.dims = GemmDims{.batch = 1, .m = v[0], .n = v[1], .k = v[2]};
    op.parameters = n * k;
    op.macs = m * n * k;
    op.read_bytes = kValueBytes * m * k;
    op.write_bytes = kValueBytes * m * n;
    return true;
}

void chain(Workload& workload) {
    for (std::uint32_t i = 0; i < workload.operators.size(); ++i) {
        auto& op = workload.operators[i];
        op.weight_bytes = kValueBytes * op.parameters;
        op.dtype = Dtype::fp16;
        op.layer = static_cast<int>(i);
        workload.parameters += op.parameters;
        workload.weight_bytes += op.weight_bytes;
        ++workload.op_histogram[op.type];
        const auto kind = i + 1 == workload.operators.size() ? TensorKind::output : TensorKind::activation;
        workload.tensors.push_back({.name = op.name, .dtype = Dtype::fp16, .kind = kind});
        op.outputs.push_back(i);
        if (i == 0) continue;
        op.inputs.push_back(i - 1);
        workload.edges.push_back({.from = i - 1, .to = i, .tensor = i - 1});
    }
    workload.nodes_top = workload.nodes_total = static_cast<std::int64_t>(workload.operators.size());
}

}  // namespace

bool looks_like_scalesim(std::string_view bytes) {
    return table_of(bytes.substr(0, std::min(bytes.find('\n'), std::size_t{1000}))) != Table::none;
}

Result<Workload> read_scalesim(std::string_view bytes, const std::string& file) {
    Workload workload;
    workload.source = file;
    workload.name = std::filesystem::path(file).stem().string();
    workload.format = "scalesim";
    Table table = Table::none;
    bool sparse = false;
    std::size_t line_number = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = std::min(bytes.find('\n', at), bytes.size());
        const auto line = bytes.substr(at, end - at);
        at = end + 1;
        ++line_number;
        if (line_number == 1) {
            table = table_of(line);
            continue;
        }
        const auto cells = cells_of(line);
        if (std::ranges::none_of(cells.begin() + 1, cells.end(),
                                 [](auto cell) { return !cell.empty() && cell[0] >= '0' && cell[0] <= '9'; }))
            continue;
        Operator op{.name = std::string(cells[0]), .provenance = Provenance::declared};
        if (table == Table::conv ? !conv_layer(cells, op) : !gemm_layer(cells, op))
            return fail(ErrorCode::format,
                        fmt::format("Layer \"{}\" needs {} whole numbers from 1 to {}{}.",
                                    op.name.substr(0, 60), table == Table::conv ? 7 : 3, kMaxNumber,
                                    table == Table::conv ? ", its filter no larger than its input" : ""),
                        fmt::format("{}:{}", file, line_number), "compare the row with the heading");
        if (workload.operators.size() == kMaxLayers)
            return fail(ErrorCode::memory, fmt::format("More than {} layers.", kMaxLayers), file,
                        "split the table");
        sparse = sparse ||
                 (table == Table::gemm && cells.size() > 4 && cells[4].find(':') != std::string_view::npos);
        workload.operators.push_back(std::move(op));
    }
    if (workload.operators.empty())
        return fail(ErrorCode::format, "The table has no layers.", file, "is the file complete?");
    workload.assumptions.emplace_back(
        "Layers run one after another; values have 16 bits: the table says neither.");
    if (sparse) workload.warnings.emplace_back("The sparsity column is not used: all products are counted.");
    chain(workload);
    return workload;
}

}  // namespace waferscope::core
