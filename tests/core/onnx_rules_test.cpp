// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/onnx_rules.hpp"

#include <gtest/gtest.h>

using namespace waferscope::core;

TEST(OnnxRules, FindsOperatorsByDomain) {
    ASSERT_NE(find_onnx_rule("", "Conv"), nullptr);
    EXPECT_EQ(find_onnx_rule("", "Conv")->kind, OpKind::conv);
    EXPECT_EQ(find_onnx_rule("", "SkipLayerNormalization"), nullptr);
    EXPECT_NE(find_onnx_rule("com.microsoft", "SkipLayerNormalization"), nullptr);
    EXPECT_NE(find_onnx_rule("com.microsoft", "Attention"), find_onnx_rule("", "Attention"));
    EXPECT_EQ(find_onnx_rule("", "NoSuchOperator"), nullptr);
    EXPECT_EQ(find_onnx_rule("my.domain", "Conv"), nullptr);
}
