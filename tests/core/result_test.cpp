// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/result.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

TEST(Result, EveryCodeHasAnId) {
    EXPECT_EQ(error_id(ErrorCode::file_missing), "E-file-missing");
    EXPECT_EQ(error_id(ErrorCode::plan), "E-plan");
    EXPECT_EQ(error_id(ErrorCode::internal), "E-internal");
}

TEST(Result, TextNamesPlaceReasonAndHint) {
    const Error error{ErrorCode::key, "Unknown key \"tpp\".", "a.json/parallel", "did you mean \"tp\"?"};
    EXPECT_EQ(to_text(error), "a.json/parallel: Unknown key \"tpp\". Hint: did you mean \"tp\"?");
}
