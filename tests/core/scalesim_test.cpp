// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/scalesim.hpp"

#include "core/io/formats.hpp"
#include "shared_data.hpp"

using namespace waferscope::core;

TEST(Scalesim, ReadsConvolutions) {
    const auto workload = read_scalesim(
        "\xEF\xBB\xBFLayer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num "
        "Filter, Strides, Batch\r\n,,,\nSection,,,\nC1, 9, 9, 3, 3, 2, 4, 2, 5,\n",
        "a.csv");
    ASSERT_TRUE(workload) << workload.error().message;
    ASSERT_EQ(workload->operators.size(), 1U);
    EXPECT_EQ(workload->operators[0].macs, 5.0 * 4 * 4 * 9 * 2 * 4);
    EXPECT_EQ(workload->parameters, 9 * 2 * 4);
}

TEST(Scalesim, ReadsProductsAndSaysThatSparsityIsNotUsed) {
    const auto workload = read_scalesim("Layer, M, N, K, Sparsity,\nA, 3, 5, 16, 3:4,\nB,1,2,3", "a.csv");
    ASSERT_TRUE(workload);
    EXPECT_EQ(total_macs(*workload), 3 * 5 * 16 + 6);
    EXPECT_EQ(workload->edges.size(), 1U);
    EXPECT_EQ(workload->warnings.size(), 1U);
}

TEST(Scalesim, RefusesRowsWithTheirLine) {
    for (const char* row : {"A,1,2", "A,1,2,x", "A,0,2,3", "A,1,2,99999999999"}) {
        const auto refused = read_scalesim(std::string("Layer,M,N,K\n\n") + row, "a.csv");
        ASSERT_FALSE(refused) << row;
        EXPECT_EQ(refused.error().where, "a.csv:3");
    }
    EXPECT_FALSE(read_scalesim("Layer,M,N,K\n", "a.csv"));
    EXPECT_FALSE(read_scalesim(
        "Layer name,IFMAP H,IFMAP W,Filter H,Filter W,Channels,Num,Strides\nA,2,2,3,3,1,1,1", "a.csv"));
    EXPECT_FALSE(looks_like_scalesim("name,M,N,K\n"));
}

TEST(Scalesim, ReadsRealTables) {
    REQUIRE_SHARED_DATA();
    for (const auto& entry : std::filesystem::directory_iterator(shared_data("scalesim"))) {
        const auto workload = read_workload(entry.path());
        ASSERT_TRUE(workload) << entry.path() << workload.error().message;
        EXPECT_EQ(workload->format, "scalesim");
        EXPECT_GT(total_macs(*workload), 0);
    }
}
