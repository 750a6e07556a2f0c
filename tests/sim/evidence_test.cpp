// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/evidence.hpp"

#include <gtest/gtest.h>

using namespace waferscope;

TEST(Evidence, SetsOfOneGroupCountTogether) {
    core::Machine machine{.accuracy = {{"a", "train", 3, 0.10}, {"b", "train", 1, 0.30}, {"c", "gemm", 9, 0.02}}};
    const auto train = sim::evidence_of(machine, "train");
    EXPECT_EQ(train.kind, "calibrated");
    EXPECT_EQ(train.n, 4);
    EXPECT_EQ(train.set, "a, b");
    ASSERT_TRUE(train.mape);
    EXPECT_NEAR(*train.mape, 0.15, 1e-12);
}

TEST(Evidence, FewRowsOfAFitStateNoErrorUnlessTheyWereHeldOut) {
    core::Machine machine{.accuracy = {{"a", "decode", 3, 0.02, false}, {"b", "prefill", 3, 0.09, true}}};
    EXPECT_FALSE(sim::evidence_of(machine, "decode").mape);
    EXPECT_DOUBLE_EQ(sim::evidence_of(machine, "prefill").mape.value_or(0), 0.09);
}

TEST(Evidence, NothingMeasuredIsInheritedOrUnchecked) {
    core::Machine machine;
    EXPECT_EQ(sim::evidence_of(machine, "train").kind, "unchecked");
    machine.calibration["x"].value = 1;
    EXPECT_EQ(sim::evidence_of(machine, "train").kind, "inherited");
}
