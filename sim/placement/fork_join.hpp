// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace waferscope::sim {

/// Runs task(0) .. task(count - 1), each once, on up to `threads` threads, and waits for all. The tasks must
/// not throw and must write to places of their own: then the outcome does not depend on the number of
/// threads.
template <class Task>
void fork_join(std::size_t count, int threads, const Task& task) {
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++) task(i);
    };
    std::vector<std::jthread> helpers;
    for (int t = 1; t < threads && static_cast<std::size_t>(t) < count; ++t) helpers.emplace_back(work);
    work();
}

}  // namespace waferscope::sim
