// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/name_table.hpp"

#include <xxhash.h>

namespace waferscope::core {
namespace {

std::uint32_t hash_of(std::string_view name) {
    return static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size()));
}

}  // namespace

std::uint32_t NameTable::find(std::string_view name) const {
    if (entries_.empty()) return kAbsent;
    const auto hash = hash_of(name);
    const std::size_t mask = entries_.size() - 1;
    for (std::size_t i = hash & mask; entries_[i].number != kAbsent; i = (i + 1) & mask)
        if (entries_[i].hash == hash && entries_[i].name == name) return entries_[i].number;
    return kAbsent;
}

std::uint32_t NameTable::insert(std::string_view name, std::uint32_t number) {
    if (2 * (used_ + 1) > entries_.size()) grow();
    const auto hash = hash_of(name);
    const std::size_t mask = entries_.size() - 1;
    std::size_t i = hash & mask;
    for (; entries_[i].number != kAbsent; i = (i + 1) & mask)
        if (entries_[i].hash == hash && entries_[i].name == name) return entries_[i].number;
    entries_[i] = {.name = name, .hash = hash, .number = number};
    ++used_;
    return number;
}

void NameTable::grow() {
    std::vector<Entry> old(entries_.empty() ? 16 : entries_.size() * 2);
    old.swap(entries_);
    const std::size_t mask = entries_.size() - 1;
    for (const auto& entry : old) {
        if (entry.number == kAbsent) continue;
        std::size_t i = entry.hash & mask;
        while (entries_[i].number != kAbsent) i = (i + 1) & mask;
        entries_[i] = entry;
    }
}

}  // namespace waferscope::core
