// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hlo_products.hpp"
#include "core/io/hlo_reader.hpp"
#include "core/io/wgraph_reader.hpp"
#include "core/io/wgraph_writer.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

namespace {

std::string module_of(const std::string& entry, const std::string& before = "") {
    return "HloModule m, entry_computation_layout={()->f32[]}\n\n" + before +
           "ENTRY %main.1 (p: f32[2]) -> f32[2] {\n" + entry + "}\n";
}

Workload read(const std::string& entry, const std::string& before = "") {
    auto w = read_hlo(module_of(entry, before), "m.txt");
    EXPECT_TRUE(w) << to_text(w.error());
    return w ? std::move(*w) : Workload{};
}

Error refused(const std::string& text) {
    const auto w = read_hlo(text, "m.txt");
    EXPECT_FALSE(w);
    return w ? Error{} : w.error();
}

const std::string kDot =
    "  %x = f32[8,16]{1,0} parameter(0)\n"
    "  %w = f32[16,32]{1,0} parameter(1), sharding={replicated}\n"
    "  ROOT %dot.5 = f32[8,32]{1,0} dot(f32[8,16]{1,0} %x, f32[16,32]{1,0} %w), lhs_contracting_dims={1}, "
    "rhs_contracting_dims={0}, metadata={op_name=\"a=b, (c\"}\n";

}  // namespace

TEST(Hlo, DotMultipliesItsContractedDimensions) {
    const auto w = read(kDot);
    ASSERT_EQ(w.operators.size(), 1U);
    EXPECT_EQ(w.operators[0].macs, 8 * 16 * 32);
    EXPECT_EQ(std::get<GemmDims>(w.operators[0].dims), (GemmDims{.batch = 1, .m = 8, .n = 32, .k = 16}));
    EXPECT_EQ(w.operators[0].kind, OpKind::gemm);  // %w is an input on the right
    EXPECT_EQ(w.parameters, 16 * 32);
    EXPECT_EQ(w.operators[0].write_bytes, 4 * 8 * 32);
    EXPECT_EQ(w.tensors[w.operators[0].outputs[0]].kind, TensorKind::output);
}

TEST(Hlo, BatchedDotsOfNewerDumpsWithoutPercentSigns) {
    const auto w = read(
        "  q = bf16[4,10,64]{2,1,0} parameter(0)\n  k = bf16[4,12,64]{2,1,0} parameter(1)\n  t = "
        "bf16[4,12,64]{2,1,0} tanh(k)\n"
        "  ROOT s = bf16[4,10,12]{2,1,0} dot(q, t), lhs_batch_dims={0}, rhs_batch_dims={0}, "
        "lhs_contracting_dims={2}, rhs_contracting_dims={2}\n");
    ASSERT_EQ(w.operators.size(), 2U);
    EXPECT_EQ(w.operators[1].macs, 4 * 10 * 12 * 64);
    EXPECT_EQ(std::get<GemmDims>(w.operators[1].dims), (GemmDims{.batch = 4, .m = 10, .n = 12, .k = 64}));
    EXPECT_EQ(w.operators[1].kind, OpKind::matmul);
    ASSERT_EQ(w.edges.size(), 1U);
    EXPECT_EQ(w.operators[0].other_ops, 4 * 12 * 64);
}

TEST(Hlo, ConvolutionsCountKernelGroupsAndDilation) {
    // ResNet's first layer: 112 x 112 x 64 outputs, 7 x 7 x 3 each.
    const auto w = read(
        "  %x = f32[1,224,224,3]{3,2,1,0} parameter(0)\n  %k = f32[7,7,3,64]{3,2,1,0} parameter(1)\n"
        "  ROOT %c = f32[1,112,112,64]{3,2,1,0} convolution(%x, %k), window={size=7x7 stride=2x2 "
        "pad=3_3x3_3}, dim_labels=b01f_01io->b01f\n");
    EXPECT_EQ(w.operators[0].macs, 112.0 * 112 * 64 * 7 * 7 * 3);
    const auto dims = std::get<ConvDims>(w.operators[0].dims);
    EXPECT_EQ(dims.stride, 2);
    EXPECT_EQ(dims.in_channels, 3);
    EXPECT_EQ(dims.out_channels, 64);
    EXPECT_EQ(macs_of(dims), w.operators[0].macs);
    // Depthwise: 3 x 3 x 1 per output.
    const auto depthwise = read(
        "  %x = f32[1,8,8,16]{3,2,1,0} parameter(0)\n  %k = f32[3,3,1,16]{3,2,1,0} parameter(1)\n"
        "  ROOT %c = f32[1,8,8,16]{3,2,1,0} convolution(%x, %k), window={size=3x3 pad=1_1x1_1}, "
        "dim_labels=b01f_01io->b01f, feature_group_count=16\n");
    EXPECT_EQ(depthwise.operators[0].macs, 8 * 8 * 16 * 9);
    EXPECT_EQ(std::get<ConvDims>(depthwise.operators[0].dims).groups, 16);
    // Transposed: three quarters of the inputs are inserted zeros.
    const auto transposed = read(
        "  %x = f32[1,8,8,4]{3,2,1,0} parameter(0)\n  %k = f32[2,2,4,4]{3,2,1,0} parameter(1)\n"
        "  ROOT %c = f32[1,16,16,4]{3,2,1,0} convolution(%x, %k), window={size=2x2 pad=1_1x1_1 "
        "lhs_dilate=2x2}, dim_labels=b01f_01io->b01f\n");
    EXPECT_EQ(transposed.operators[0].macs, 8 * 8 * 4 * 4 * 4);
}

TEST(Hlo, AFusionIsOneOperatorWithItsProducts) {
    const std::string fused =
        "%fused (a: f32[8,16], b: f32[16,4]) -> f32[8,4] {\n  %a = f32[8,16]{1,0} parameter(0)\n  %b = "
        "f32[16,4]{1,0} parameter(1)\n  %d = f32[8,4]{1,0} dot(%a, %b), lhs_contracting_dims={1}, "
        "rhs_contracting_dims={0}\n  ROOT %t = f32[8,4]{1,0} tanh(%d)\n}\n\n";
    const auto w = read(
        "  %x = f32[8,16]{1,0} parameter(0)\n  %y = f32[16,4]{1,0} parameter(1)\n  ROOT %f = f32[8,4]{1,0} "
        "fusion(%x, %y), kind=kOutput, calls=%fused\n",
        fused);
    ASSERT_EQ(w.operators.size(), 1U);
    EXPECT_EQ(w.operators[0].type, "fusion");
    EXPECT_EQ(w.operators[0].macs, 8 * 16 * 4);
    EXPECT_EQ(w.operators[0].other_ops, 8 * 4);
    EXPECT_EQ(w.operators[0].kind, OpKind::matmul);
}

const std::string kBody =
    "%body (s: (s32[], f32[8,8])) -> (s32[], f32[8,8]) {\n  %s = (s32[], f32[8,8]{1,0}) parameter(0)\n  %i = "
    "s32[] get-tuple-element(%s), index=0\n  %v = f32[8,8]{1,0} get-tuple-element(%s), index=1\n"
    "  %d = f32[8,8]{1,0} dot(%v, %v), lhs_contracting_dims={1}, rhs_contracting_dims={0}\n  ROOT %t = "
    "(s32[], f32[8,8]{1,0}) tuple(%i, %d)\n}\n\n"
    "%cond (s: (s32[], f32[8,8])) -> pred[] {\n  %s = (s32[], f32[8,8]{1,0}) parameter(0)\n  ROOT %c = "
    "pred[] constant(true)\n}\n\n";

std::string loop(const std::string& config) {
    return "  %n = s32[] constant(0)\n  %x = f32[8,8]{1,0} parameter(0)\n  %t = (s32[], f32[8,8]{1,0}) "
           "tuple(%n, %x)\n  %w = (s32[], /*index=1*/f32[8,8]{1,0}) while(%t), condition=%cond, body=%body" +
           config + "\n  ROOT %r = f32[8,8]{1,0} get-tuple-element(%w), index=1\n";
}

TEST(Hlo, LoopsRunAsOftenAsTheySay) {
    const auto w = read(loop(", backend_config={\"known_trip_count\":{\"n\":\"12\"}}"), kBody);
    ASSERT_EQ(w.operators.size(), 1U);
    ASSERT_EQ(w.repeats.size(), 1U);
    EXPECT_EQ(w.repeats[0], (Repeat{.first = 0, .last = 1, .count = 12}));
    EXPECT_EQ(total_macs(w), 12 * 512);
    EXPECT_EQ(w.tensors[w.operators[0].outputs[0]].kind,
              TensorKind::output);  // carried through tuple and loop
    const auto unknown = read(loop(""), kBody);
    EXPECT_EQ(total_macs(unknown), 512);
    EXPECT_EQ(unknown.warnings[0], "1 loops do not say how often they run; they count once.");
}

TEST(Hlo, CallsCountOncePerCall) {
    const std::string called =
        "%square (v: f32[8,8]) -> f32[8,8] {\n  %v = f32[8,8]{1,0} parameter(0)\n  ROOT %d = f32[8,8]{1,0} "
        "dot(%v, %v), lhs_contracting_dims={1}, rhs_contracting_dims={0}\n}\n\n";
    const auto w = read(
        "  %x = f32[8,8]{1,0} parameter(0)\n  %a = f32[8,8]{1,0} call(%x), to_apply=%square\n  ROOT %b = "
        "f32[8,8]{1,0} call(%a), to_apply=%square\n",
        called);
    EXPECT_EQ(w.operators.size(), 2U);
    EXPECT_EQ(total_macs(w), 2 * 512);
    EXPECT_EQ(w.edges.size(), 2U);  // both operands of the second square
}

TEST(Hlo, CollectivesCarryBytesAndGroups) {
    const std::string sum =
        "%sum (a: f32[], b: f32[]) -> f32[] {\n  %a = f32[] parameter(0)\n  %b = f32[] parameter(1)\n  ROOT "
        "%c = f32[] add(%a, %b)\n}\n\n";
    const auto w = read(
        "  %x = f32[1024]{0} parameter(0)\n"
        "  %r = f32[1024]{0} all-reduce(%x), channel_id=1, replica_groups={{0,1,2,3},{4,5,6,7}}, "
        "to_apply=%sum\n"
        "  %s = (f32[1024]{0}, f32[8192]{0}) all-gather-start(%r), replica_groups=[2,8]<=[16], "
        "dimensions={0}\n"
        "  %g = f32[8192]{0} all-gather-done(%s)\n"
        "  %h = f32[1024]{0} reduce-scatter(%g), replica_groups={}, dimensions={0}, to_apply=%sum\n"
        "  ROOT %p = f32[1024]{0} collective-permute(%h), source_target_pairs={{0,1},{1,2},{2,0}}\n",
        sum);
    ASSERT_EQ(w.operators.size(), 4U);
    const auto comm = [&](std::size_t i) { return std::get<CommDims>(w.operators[i].dims); };
    EXPECT_EQ(comm(0), (CommDims{.kind = "all_reduce", .bytes = 4096, .groups = 2, .group_size = 4}));
    EXPECT_EQ(comm(1), (CommDims{.kind = "all_gather", .bytes = 32768, .groups = 2, .group_size = 8}));
    EXPECT_EQ(comm(2), (CommDims{.kind = "reduce_scatter", .bytes = 32768, .groups = 1, .group_size = 0}));
    EXPECT_EQ(comm(3), (CommDims{.kind = "send_recv", .bytes = 4096, .groups = 3, .group_size = 2}));
    EXPECT_EQ(w.operators[0].kind, OpKind::collective);
    const auto again = read_wgraph(wgraph_json(w), "w", {});
    ASSERT_TRUE(again);
    EXPECT_EQ(again->operators, w.operators);
}

TEST(Hlo, ConstantsMaySpanLines) {
    const auto w = read(
        "  %c = f32[2,2]{1,0} constant({\n    { 1, 2 },\n    { 3, 4 }\n  })\n  ROOT %n = f32[2,2]{1,0} "
        "negate(%c)\n");
    EXPECT_EQ(w.operators.size(), 1U);
}

TEST(Hlo, RefusesByLine) {
    EXPECT_EQ(refused(module_of("  %a = f32[2] parameter(0)\n  ROOT %b = f32[2] negate(%z)\n")).where,
              "m.txt:5");
    EXPECT_EQ(refused(module_of("  %a = f32[2] parameter(0)\n  %a = f32[2] negate(%a)\n")).where, "m.txt:5");
    EXPECT_EQ(refused(module_of("  %a = f32[-2] parameter(0)\n")).where, "m.txt:4");
    EXPECT_EQ(refused(module_of("  %a = f32[2]\n")).where, "m.txt:4");
    EXPECT_EQ(refused(module_of("")).where, "m.txt:4");
    EXPECT_EQ(refused("HloModule m\n").code, ErrorCode::value);
    const auto whole = module_of(kDot);
    EXPECT_EQ(refused(whole.substr(0, whole.size() - 2)).code, ErrorCode::file_cut);
}

TEST(Hlo, RefusesComputationsThatCallThemselves) {
    const std::string endless =
        "%a (v: f32[2]) -> f32[2] {\n  %v = f32[2] parameter(0)\n  ROOT %c = f32[2] call(%v), "
        "to_apply=%a\n}\n\n";
    EXPECT_EQ(
        refused(module_of("  %x = f32[2] parameter(0)\n  ROOT %c = f32[2] call(%x), to_apply=%a\n", endless))
            .code,
        ErrorCode::value);
    const std::string fused =
        "%a (v: f32[2]) -> f32[2] {\n  %v = f32[2] parameter(0)\n  ROOT %c = f32[2] fusion(%v), "
        "calls=%a\n}\n\n";
    EXPECT_EQ(
        refused(module_of("  %x = f32[2] parameter(0)\n  ROOT %c = f32[2] fusion(%x), calls=%a\n", fused))
            .code,
        ErrorCode::value);
    // Doubling thirty times would be a billion calls.
    std::string doubling =
        "%f0 (v: f32[2]) -> f32[2] {\n  %v = f32[2] parameter(0)\n  ROOT %c = f32[2] negate(%v)\n}\n";
    for (int i = 1; i <= 30; ++i)
        doubling +=
            "%f" + std::to_string(i) +
            " (v: f32[2]) -> f32[2] {\n  %v = f32[2] parameter(0)\n  %b = f32[2] call(%v), to_apply=%f" +
            std::to_string(i - 1) + "\n  ROOT %c = f32[2] call(%b), to_apply=%f" + std::to_string(i - 1) +
            "\n}\n";
    EXPECT_EQ(refused(module_of("  %x = f32[2] parameter(0)\n  ROOT %c = f32[2] call(%x), to_apply=%f30\n",
                                doubling))
                  .code,
              ErrorCode::memory);
}
