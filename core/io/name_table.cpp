// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/name_table.hpp"

#include "core/io/huge_pages.hpp"

#include <xxhash.h>
#include <algorithm>
#include <bit>

namespace waferscope::core {
namespace {

std::uint32_t hash_of(std::string_view name) {
    return static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size()));
}

}  // namespace

/// The slot that holds `name`, or the free one where it belongs.
std::size_t NameTable::find_slot(std::string_view name, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = hash & mask;
    while (slots_[i].key != kAbsent && (slots_[i].hash != hash || keys_[slots_[i].key].name != name))
        i = (i + 1) & mask;
    return i;
}

std::uint32_t NameTable::find(std::string_view name) const {
    if (slots_.empty()) return kAbsent;
    const auto key = slots_[find_slot(name, hash_of(name))].key;
    return key == kAbsent ? kAbsent : keys_[key].number;
}

std::uint32_t NameTable::insert(std::string_view name, std::uint32_t number) {
    constexpr std::size_t kFirstSlots = 16;
    if (2 * (keys_.size() + 1) > slots_.size()) resize(std::max(kFirstSlots, 2 * slots_.size()));
    const auto hash = hash_of(name);
    auto& slot = slots_[find_slot(name, hash)];
    if (slot.key != kAbsent) return keys_[slot.key].number;
    slot = {.hash = hash, .key = static_cast<std::uint32_t>(keys_.size())};
    keys_.push_back({.name = name, .number = number});
    return number;
}

void NameTable::reserve(std::size_t names) {
    reserve_huge(keys_, names);
    if (2 * names > slots_.size()) resize(std::bit_ceil(2 * names));
}

void NameTable::resize(std::size_t slots) {
    std::vector<Slot> old;
    reserve_huge(old, slots);
    old.resize(slots);
    old.swap(slots_);
    const std::size_t mask = slots - 1;
    for (const auto& slot : old) {
        if (slot.key == kAbsent) continue;
        std::size_t i = slot.hash & mask;
        while (slots_[i].key != kAbsent) i = (i + 1) & mask;
        slots_[i] = slot;
    }
}

}  // namespace waferscope::core
