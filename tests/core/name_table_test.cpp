// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/name_table.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

using namespace waferscope::core;

TEST(NameTable, KeepsTheFirstNumberOfEachName) {
    NameTable table;
    EXPECT_EQ(table.find("a"), NameTable::kAbsent);
    EXPECT_EQ(table.insert("a", 7), 7U);
    EXPECT_EQ(table.insert("a", 9), 7U);
    EXPECT_EQ(table.find("a"), 7U);
    EXPECT_EQ(table.size(), 1U);
}

TEST(NameTable, FindsEveryNameAfterGrowing) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < 5000; ++i) names.push_back("value_" + std::to_string(i));
    NameTable table;
    for (std::uint32_t i = 0; i < names.size(); ++i) table.insert(names[i], i);
    for (std::uint32_t i = 0; i < names.size(); ++i) EXPECT_EQ(table.find(names[i]), i);
}
