// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hlo_products.hpp"

#include <algorithm>
#include <array>

namespace waferscope::core {
namespace {

constexpr std::int64_t kMost = std::int64_t{1} << 52U;

std::int64_t size_at(const HloArray& array, std::int64_t axis) {
    return axis >= 0 && static_cast<std::size_t>(axis) < array.dims.size()
               ? array.dims[static_cast<std::size_t>(axis)]
               : 1;
}

std::int64_t whole(double value) {
    return static_cast<std::int64_t>(std::clamp(value, 0.0, static_cast<double>(kMost)));
}

double product_of(const HloArray& array, const std::vector<std::int64_t>& axes) {
    double product = 1;
    for (const auto axis : axes) product *= static_cast<double>(size_at(array, axis));
    return product;
}

/// "b01f" of "b01f_01io->b01f": the letters of the input, the kernel or the output.
struct Labels {
    std::string_view input, kernel, output;
    explicit Labels(std::string_view text) {
        const auto bar = text.find('_'), arrow = text.find("->");
        if (bar == std::string_view::npos || arrow == std::string_view::npos || arrow < bar) return;
        input = text.substr(0, bar);
        kernel = text.substr(bar + 1, arrow - bar - 1);
        output = text.substr(arrow + 2);
    }
};

/// Size of the dimension `letter` labels; 1 when there is none.
std::int64_t labelled(const HloArray& array, std::string_view labels, char letter) {
    const auto axis = labels.find(letter);
    return axis == std::string_view::npos ? 1 : size_at(array, static_cast<std::int64_t>(axis));
}

/// "3x3" of `key` inside window={size=3x3 stride=2x2}.
std::vector<std::int64_t> window_part(std::string_view window, std::string_view key) {
    const auto at = window.find(key);
    if (at == std::string_view::npos) return {};
    const auto value = window.substr(at + key.size());
    return hlo_numbers(value.substr(0, value.find_first_of(" }")));
}

std::int64_t count_of(std::string_view text, char letter) {
    return std::ranges::count(text, letter);
}

}  // namespace

HloProduct hlo_dot(const HloInstruction& dot, const HloArray& left, const HloArray& right) {
    const auto contracted = hlo_numbers(hlo_attribute(dot.attributes, "lhs_contracting_dims"));
    const auto batched = hlo_numbers(hlo_attribute(dot.attributes, "lhs_batch_dims"));
    const double k = product_of(left, contracted), batch = product_of(left, batched);
    HloProduct product{.macs = dot.type.arrays.empty() ? 0 : dot.type.arrays[0].elements() * k};
    const double shared = std::max(1.0, k * batch);
    product.dims = GemmDims{.batch = whole(batch),
                            .m = whole(left.elements() / shared),
                            .n = whole(right.elements() / shared),
                            .k = whole(k)};
    return product;
}

HloProduct hlo_convolution(const HloInstruction& convolution, const HloArray& left, const HloArray& right) {
    const Labels labels(hlo_attribute(convolution.attributes, "dim_labels"));
    const auto window = hlo_attribute(convolution.attributes, "window");
    const auto& out = convolution.type.arrays.front();
    double spread = 1;
    for (const auto d : window_part(window, "lhs_dilate="))
        spread *= static_cast<double>(std::max<std::int64_t>(1, d));
    const auto features = labelled(right, labels.kernel, 'o');
    HloProduct product{.macs = out.elements() * right.elements() /
                               std::max(1.0, static_cast<double>(features)) / spread};
    const auto strides = window_part(window, "stride=");
    const auto groups = hlo_numbers(hlo_attribute(convolution.attributes, "feature_group_count"));
    product.dims = ConvDims{.batch = labelled(left, labels.input, 'b'),
                            .in_height = labelled(left, labels.input, '0'),
                            .in_width = labelled(left, labels.input, '1'),
                            .in_channels = labelled(left, labels.input, 'f'),
                            .out_height = labelled(out, labels.output, '0'),
                            .out_width = labelled(out, labels.output, '1'),
                            .out_channels = labelled(out, labels.output, 'f'),
                            .kernel_height = labelled(right, labels.kernel, '0'),
                            .kernel_width = labelled(right, labels.kernel, '1'),
                            .stride = strides.empty() ? 1 : std::max<std::int64_t>(1, strides.front()),
                            .groups = groups.empty() ? 1 : std::max<std::int64_t>(1, groups.front())};
    return product;
}

std::string_view hlo_collective(std::string_view opcode) {
    if (opcode.ends_with("-start")) opcode.remove_suffix(6);
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWords{{
        {"all-reduce", "all_reduce"},
        {"all-gather", "all_gather"},
        {"reduce-scatter", "reduce_scatter"},
        {"all-to-all", "all_to_all"},
        {"ragged-all-to-all", "all_to_all"},
        {"collective-broadcast", "broadcast"},
        {"collective-permute", "send_recv"},
        {"send", "send_recv"},
    }};
    const auto found =
        std::ranges::find(kWords, opcode, &std::pair<std::string_view, std::string_view>::first);
    return found == kWords.end() ? std::string_view() : found->second;
}

CommDims hlo_comm(const HloInstruction& collective, double input_bytes) {
    CommDims comm{.kind = std::string(hlo_collective(collective.opcode))};
    // The start of an asynchronous collective returns (what goes in, what comes out, ...).
    const bool start = collective.opcode.ends_with("-start") && collective.opcode != "all-reduce-start";
    auto [first, last] = start ? collective.type.member(1)
                               : std::pair<std::uint32_t, std::uint32_t>{0, collective.type.arrays.size()};
    double output_bytes = 0;
    if (collective.opcode != "send")
        for (; first < last; ++first) output_bytes += collective.type.arrays[first].bytes();
    comm.bytes = std::max(input_bytes, output_bytes);
    const auto pairs = hlo_attribute(collective.attributes, "source_target_pairs");
    const auto groups = hlo_attribute(collective.attributes, "replica_groups");
    if (!pairs.empty()) {
        comm.groups = std::max<std::int64_t>(1, count_of(pairs, '{') - 1);
        comm.group_size = 2;
    } else if (groups.starts_with('[')) {  // [groups,ranks]<=[all]
        const auto sizes = hlo_numbers(groups.substr(0, groups.find(']')));
        comm.groups = sizes.empty() ? 1 : std::max<std::int64_t>(1, sizes.front());
        comm.group_size = sizes.size() < 2 ? 0 : sizes[1];
    } else if (count_of(groups, '{') > 1) {  // {{0,1},{2,3}}
        comm.groups = count_of(groups, '{') - 1;
        const auto begin = groups.find('{', 1);
        comm.group_size = count_of(groups.substr(begin, groups.find('}') - begin), ',') + 1;
    }
    return comm;
}

}  // namespace waferscope::core
