// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Names to numbers by open addressing. Keys are views into a mapped file; nothing is copied.
class NameTable {
public:
    static constexpr std::uint32_t kAbsent = 0xFFFFFFFFU;

    /// The number stored under `name`, or kAbsent.
    [[nodiscard]] std::uint32_t find(std::string_view name) const;

    /// The number under `name`; when new, stores `number` and returns it.
    std::uint32_t insert(std::string_view name, std::uint32_t number);

    /// Makes room for `names` names at once.
    void reserve(std::size_t names);

    [[nodiscard]] std::size_t size() const { return keys_.size(); }

private:
    struct Key {
        std::string_view name;
        std::uint32_t number = kAbsent;
    };
    struct Slot {  // small, so that probing and growing touch little memory
        std::uint32_t hash = 0;
        std::uint32_t key = kAbsent;  ///< index into keys_
    };
    [[nodiscard]] std::size_t find_slot(std::string_view name, std::uint32_t hash) const;
    void resize(std::size_t slots);

    std::vector<Key> keys_;
    std::vector<Slot> slots_;  ///< size is a power of two, at most half full
};

}  // namespace waferscope::core
