// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/connect.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

TEST(Connect, MakesOneEdgePerTensorAndReader) {
    Workload w;
    w.tensors.resize(2);
    w.operators.push_back({.name = "make", .outputs = {0}});
    w.operators.push_back({.name = "read", .inputs = {0, 1}, .outputs = {}});
    w.operators.push_back({.name = "read too", .inputs = {0}});
    connect_operators(w);
    ASSERT_EQ(w.edges.size(), 2U);
    EXPECT_EQ(w.edges[0].from, 0U);
    EXPECT_EQ(w.edges[0].to, 1U);
    EXPECT_EQ(w.edges[1].to, 2U);
}
