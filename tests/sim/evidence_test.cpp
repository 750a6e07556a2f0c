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

TEST(Evidence, SaysWhatLiesOutsideTheMeasurements) {
    core::Machine machine{.accuracy = {{.set = "a", .group = "train", .n = 5, .mape = 0.1, .range = {{"chips", {8, 64}}, {"hidden", {1024, 4096}}}},
                                       {.set = "b", .group = "train", .n = 2, .mape = 0.1, .range = {{"chips", {512, 512}}}}}};
    EXPECT_EQ(sim::evidence_of(machine, "train", {{"chips", 128}, {"hidden", 4096}}).inside_range, true);
    const auto far = sim::evidence_of(machine, "train", {{"chips", 1024}, {"hidden", 2048}});
    EXPECT_EQ(far.inside_range, false);
    EXPECT_EQ(far.outside, std::vector<std::string>{"chips 1024 (measured 8 to 512)"});
    EXPECT_EQ(sim::evidence_of(machine, "train", {{"chips", 8}}).outside.size(), 1U);  // not a transformer
    EXPECT_FALSE(sim::evidence_of(machine, "train").inside_range.has_value());
}
