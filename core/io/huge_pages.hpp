// SPDX-License-Identifier: GPL-3.0-or-later
// Included by .cpp files of core/io only.
#pragma once

#include <sys/mman.h>
#include <cstdint>
#include <vector>

namespace waferscope::core {

/// Reserves room and asks the system for 2 MB pages under it: touching a million operators for the first
/// time otherwise costs more than reading them. Small rooms and systems without such pages are left alone.
template <class T>
void reserve_huge(std::vector<T>& list, std::size_t count) {
    constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20U;
    list.reserve(count);
    const auto begin = (reinterpret_cast<std::uintptr_t>(list.data()) + kPage - 1) / kPage * kPage;
    const auto end =
        (reinterpret_cast<std::uintptr_t>(list.data()) + list.capacity() * sizeof(T)) / kPage * kPage;
    if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace waferscope::core
