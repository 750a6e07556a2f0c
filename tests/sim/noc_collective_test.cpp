// SPDX-License-Identifier: GPL-3.0-or-later
// Collectives of the cycle engine against the rows of design/wafer.md 2, and against what they compute.
#include "sim/noc/drive.hpp"
#include "sim/noc/noc.hpp"
#include "sim/noc/reduce_timetable.hpp"
#include "sim/wafer/collectives.hpp"

#include <gtest/gtest.h>

using namespace waferscope;
using sim::Collective;

namespace {

constexpr int kRamp = 2;

double measured(const sim::CollectiveTask& task, core::GridSize mesh) {
    sim::NocConfig config{.wafer = true, .collective = task};
    config.vc.source.mesh = mesh;
    const auto result = sim::run_noc(config, {});
    EXPECT_TRUE(result) << core::to_text(result.error());
    return result ? result->latency_cycles : 0;
}
double measured(Collective kind, int length, std::uint32_t wavelets) {
    return measured({kind, length, wavelets}, {length, 1});
}
double table_row(Collective kind, int length, std::uint32_t wavelets) {
    return sim::formula_cycles({kind, length, wavelets}, {length, 1}, kRamp);
}

/// Runs a program to its end.
struct Finished {
    sim::WaferMesh mesh;
    sim::Driven driven;
};
Finished finish(const sim::CollectiveTask& task, core::GridSize size, const sim::FabricConfig& fabric = {}) {
    sim::WaferMesh mesh(fabric, sim::collective_program(task, size, fabric));
    auto driven = sim::drive(mesh, {.rows = size.rows}, [&](const sim::Tally& total, std::uint32_t cycles) {
        return total.tasks == mesh.tasks() || cycles > 20000;
    });
    EXPECT_EQ(driven.total.tasks, mesh.tasks()) << "cores wait for each other";
    return {std::move(mesh), driven};
}

}  // namespace

TEST(NocCollective, FormulasReproduceTheWorkedNumbers) {
    EXPECT_DOUBLE_EQ(table_row(Collective::star, 64, 16), 1013);
    EXPECT_DOUBLE_EQ(table_row(Collective::chain, 64, 16), 394);
    EXPECT_NEAR(table_row(Collective::tree, 64, 16), 142, 0.5);
    EXPECT_NEAR(table_row(Collective::two_phase, 64, 16), 161, 0.5);
    EXPECT_DOUBLE_EQ(table_row(Collective::broadcast, 4, 1), 9);
    EXPECT_DOUBLE_EQ(table_row(Collective::two_tree, 420, 35), 639);
}

TEST(NocCollective, ChainStarAndBroadcastTakeExactlyTheFormulasCycles) {
    for (const auto kind : {Collective::chain, Collective::star, Collective::broadcast})
        for (const int length : {2, 4, 7, 16, 64, 256})
            for (const std::uint32_t wavelets : {1U, 3U, 16U, 100U})
                EXPECT_EQ(measured(kind, length, wavelets), table_row(kind, length, wavelets))
                    << static_cast<int>(kind) << " P " << length << " B " << wavelets;
}

TEST(NocCollective, TreeFollowsTheFormula) {
    for (int length = 4; length <= 256; length *= 2)
        for (const std::uint32_t wavelets : {1U, 2U, 4U, 8U, 12U, 16U, 32U, 64U, 256U}) {
            const double row = table_row(Collective::tree, length, wavelets);
            const auto least = static_cast<double>(sim::least_tree_cycles(length, wavelets, kRamp));
            const double cycles = measured(Collective::tree, length, wavelets);
            EXPECT_GE(cycles, least);
            // A cycle for rounding; single wavelets have nothing to hold back: the row's half of one a round.
            EXPECT_NEAR(cycles, std::max(row, least), wavelets == 1 ? 0.04 * row : 1)
                << "P " << length << " B " << wavelets;
        }
}

TEST(NocCollective, NoScheduleOfTheTreeIsFasterThanItsBound) {
    // P 4, B 10: core 2 reads 10 wavelets from cycle 5 on, cut through to the root, which reads 10 from core
    // 1 first: 5 + 20 cycles and the last dispatch. One wavelet: two steps of 2 T_R + 1 and hops 1 + 2.
    EXPECT_EQ(sim::least_tree_cycles(4, 10, kRamp), 26);
    EXPECT_EQ(sim::least_tree_cycles(4, 1, kRamp), 14);
    // The only rows out of reach: where both terms of the formula are equal, P 256 and B about 64.
    EXPECT_GT(static_cast<double>(sim::least_tree_cycles(256, 64, kRamp)),
              1.07 * table_row(Collective::tree, 256, 64));
    for (int length = 4; length <= 128; length *= 2)
        for (std::uint32_t wavelets = 1; wavelets <= 512; ++wavelets)
            EXPECT_LE(static_cast<double>(sim::least_tree_cycles(length, wavelets, kRamp)),
                      1.02 * table_row(Collective::tree, length, wavelets));
}

TEST(NocCollective, TwoPhaseFollowsTheFormulaForShortVectors) {
    for (const int length : {4, 7, 8, 16, 32, 64, 128, 256})
        for (const std::uint32_t wavelets : {1U, 8U, 16U})
            EXPECT_NEAR(measured(Collective::two_phase, length, wavelets) /
                            table_row(Collective::two_phase, length, wavelets),
                        1, 0.04)
                << "P " << length << " B " << wavelets;
}

TEST(NocCollective, RingFollowsTheFormulaFromAWaveletPerChunkOn) {
    for (const int length : {4, 16, 64})
        for (const std::uint32_t per_chunk : {1U, 4U, 16U}) {
            const auto wavelets = per_chunk * static_cast<std::uint32_t>(length);
            EXPECT_NEAR(
                measured(Collective::ring, length, wavelets) / table_row(Collective::ring, length, wavelets),
                1, 0.04)
                << "P " << length << " B " << wavelets;
        }
}

TEST(NocCollective, TwoTreesFollowTheFormulaForShortVectors) {
    // The row counts one vector into the middle of a group, which reads one from either side: 2 B more. And
    // the middle of the middle one of an even number of groups is half a group off the line's.
    for (const int length : {16, 64, 420}) {
        const int half_group = length / sim::default_groups(length) / 2;
        const double row = table_row(Collective::two_tree, length, 4),
                     cycles = measured(Collective::two_tree, length, 4);
        EXPECT_GE(cycles, row - 4);
        EXPECT_LE(cycles, row + 2 * 4 + half_group);
    }
}

TEST(NocCollective, MeshBroadcastTakesExactlyTheFormulasCycles) {
    for (const core::GridSize mesh : {core::GridSize{4, 4}, {7, 3}, {1, 9}, {32, 8}})
        for (const std::uint32_t wavelets : {1U, 20U}) {
            const sim::CollectiveTask task{Collective::broadcast_2d, 2, wavelets};
            EXPECT_EQ(measured(task, mesh), sim::formula_cycles(task, mesh, kRamp));
        }
}

TEST(NocCollective, MeshReduceTakesBothSidesFormulas) {
    // Star and star, tree and tree, chain and chain; the second side starts in the cycle the first ends in.
    for (const std::uint32_t wavelets : {1U, 8U, 256U}) {
        const sim::CollectiveTask task{Collective::reduce_2d, 2, wavelets};
        const double row = sim::formula_cycles(task, {16, 16}, kRamp);
        EXPECT_NEAR(measured(task, {16, 16}), row, 0.02 * row) << "B " << wavelets;
    }
}

TEST(NocCollective, ReductionsAddUpEveryCoreOnce) {
    for (const auto kind : {Collective::chain, Collective::tree, Collective::star, Collective::two_phase})
        for (const int length : {2, 3, 8, 13, 16})
            for (const std::uint32_t wavelets : {1U, 5U, 40U}) {
                const auto [mesh, driven] = finish({kind, length, wavelets}, {2 * length, 2});
                EXPECT_EQ(mesh.values_summed(0), static_cast<std::uint32_t>(length));
                EXPECT_EQ(mesh.values_summed(static_cast<std::size_t>(3 * length)),
                          static_cast<std::uint32_t>(length));  // second row, second group
                // Every edge of the tree carries B.
                EXPECT_EQ(driven.total.flits, 4U * wavelets * static_cast<std::uint64_t>(length - 1));
            }
}

TEST(NocCollective, AllReducesLeaveTheSumInEveryCore) {
    for (const auto kind : {Collective::two_tree, Collective::ring})
        for (const int length : {2, 3, 4, 5, 12, 16, 30})
            for (const std::uint32_t wavelets : {1U, 7U, 64U, 300U})
                for (const int depth : {1, 4}) {
                    const auto [mesh, driven] =
                        finish({kind, length, wavelets}, {length, 1}, {.queue_depth = depth});
                    for (int core = 0; core < length; ++core)
                        EXPECT_EQ(mesh.values_summed(static_cast<std::size_t>(core)),
                                  static_cast<std::uint32_t>(length))
                            << static_cast<int>(kind) << " P " << length << " B " << wavelets << " core "
                            << core;
                }
}

TEST(NocCollective, MeshReduceAddsUpEveryCoreOnce) {
    for (const core::GridSize mesh : {core::GridSize{5, 4}, {16, 9}, {1, 6}, {6, 1}})
        for (const std::uint32_t wavelets : {1U, 6U, 200U})
            EXPECT_EQ(finish({Collective::reduce_2d, 2, wavelets}, mesh).mesh.values_summed(0), mesh.cells())
                << mesh.columns << " x " << mesh.rows << " B " << wavelets;
}

TEST(NocCollective, MeshBroadcastReachesEveryCore) {
    const auto [mesh, driven] = finish({Collective::broadcast_2d, 2, 9}, {5, 4});
    EXPECT_EQ(driven.total.flits, 9U * 19U);
}
