// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace waferscope::sim {

/// Lets a few threads meet every few hundred nanoseconds: they spin, a sleeping barrier would cost more than
/// the cycle between two meetings. Gives the processor away after a while, for shared machines.
class SpinBarrier {
public:
    explicit SpinBarrier(int threads) : threads_(threads) {}
    /// Returns once all threads have called it; what each wrote before is seen by all after.
    void meet();

private:
    // The counter all write and the word all watch lie in lines of their own.
    alignas(64) std::atomic<int> arrived_{0};
    const int threads_;
    alignas(64) std::atomic<std::uint32_t> round_{0};
};

/// Calls work(0) .. work(threads - 1) at once, each on a processor of its own where there are enough, and
/// returns when all are done. One thread: the caller's, not pinned.
void run_workers(int threads, const std::function<void(int)>& work);

}  // namespace waferscope::sim
