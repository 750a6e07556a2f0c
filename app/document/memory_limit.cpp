// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/memory_limit.hpp"

#include <unistd.h>
#include <algorithm>
#include <fstream>

namespace waferscope::app {

std::size_t memory_total() {
    constexpr std::size_t kUnknown = std::size_t{4} << 30U;
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    std::size_t total =
        pages > 0 && page > 0 ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(page) : kUnknown;
    std::size_t container = 0;
    if (std::ifstream("/sys/fs/cgroup/memory.max") >> container && container > 0)
        total = std::min(total, container);
    return total;
}

std::size_t memory_limit(std::size_t setting) {
    const auto half = memory_total() / 2;
    return setting == 0 ? half : std::min(half, setting);
}

std::size_t memory_ceiling() {
    return memory_total() / 8 * 7;
}

}  // namespace waferscope::app
