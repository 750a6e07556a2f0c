// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/workers.hpp"

#include <pthread.h>
#include <sched.h>
#include <thread>
#include <vector>

namespace waferscope::sim {
namespace {

constexpr int kSpinsBeforeYield = 4096;

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Processors this process may use.
std::vector<int> processors() {
    std::vector<int> allowed;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (int i = 0; i < CPU_SETSIZE; ++i)
            if (CPU_ISSET(static_cast<std::size_t>(i), &set)) allowed.push_back(i);
    return allowed;
}

void pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(processor), &set);
    pthread_setaffinity_np(pthread_self(), sizeof set, &set);  // a hint: refused in some containers
}

}  // namespace

void SpinBarrier::meet() {
    if (threads_ == 1) return;
    const auto round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
        arrived_.store(0, std::memory_order_relaxed);
        round_.store(round + 1, std::memory_order_release);
        return;
    }
    for (int spins = 0; round_.load(std::memory_order_acquire) == round; ++spins) {
        relax();
        if (spins > kSpinsBeforeYield) {
            std::this_thread::yield();
            spins = 0;
        }
    }
}

void run_workers(int threads, const std::function<void(int)>& work) {
    if (threads == 1) {
        work(0);
        return;
    }
    const auto allowed = processors();
    const bool enough = allowed.size() >= static_cast<std::size_t>(threads);
    std::vector<std::jthread> crew;
    crew.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i)
        crew.emplace_back([&, i] {
            if (enough) pin(allowed[static_cast<std::size_t>(i)]);
            work(i);
        });
}

}  // namespace waferscope::sim
