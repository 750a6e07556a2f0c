// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/noc/fabric_program.hpp"
#include "sim/noc/row_mail.hpp"
#include "sim/noc/source.hpp"
#include "sim/noc/tally.hpp"

#include <optional>
#include <vector>

namespace waferscope::sim {

/// Times and sizes of the wafer's fabric (design/wafer.md 2).
struct FabricConfig {
    int hop_cycles = 1;           ///< 1..16
    int ramp_cycles = 2;          ///< T_R, each way, 1..16
    int dispatch_cycles = 1;      ///< a task passes a received value on, 0..16
    double wavelet_interval = 1;  ///< cycles per wavelet and link, 1..16
    int queue_depth = 4;          ///< wavelets per FIFO, 1..64
};

/// Wafer mode of the cycle engine (design/wafer_models.md 4): FIFOs per router, colour and input, static
/// routes with multicast, back-pressure by the room at the start of the cycle. Two uses:
/// - a program: routes and tasks of a collective;
/// - synthetic unicast. The wafer has no routes for it, so the wavelet names its target, the slot is the
/// input
///   port (five colours, one rx each) and the tx mask is the XY port; free of deadlock as XY is.
/// All threads must have finished a cycle before one starts the next.
class WaferMesh {
public:
    WaferMesh(const FabricConfig& config, FabricProgram program);
    WaferMesh(const FabricConfig& config, const SourceConfig& traffic, Window window);

    /// No scratch needed; the same shape as VcMesh.
    struct Scratch {};
    [[nodiscard]] static Scratch scratch() { return {}; }
    void advance(int first, int end, std::uint32_t cycle, Scratch& scratch, Tally& tally);

    [[nodiscard]] std::uint64_t bytes() const;
    [[nodiscard]] const std::vector<std::uint32_t>& accepted() const { return accepted_; }
    [[nodiscard]] std::uint64_t tasks() const { return tasks_; }  ///< cores that have a task
    /// Values added up by a core's task so far, its own included.
    [[nodiscard]] std::uint32_t values_summed(std::size_t router) const { return tasks_of_[router].value; }

    /// Counts link crossings and blocked heads from now on.
    void observe();
    struct Counts {
        std::array<std::uint32_t, 4> crossed{};  ///< wavelets that left by each link (ports.hpp)
        std::uint32_t blocked = 0;               ///< heads that found no room or no free link
    };
    /// Of a router since observe() or the last take_counts().
    [[nodiscard]] Counts take_counts(std::size_t router);
    [[nodiscard]] std::uint32_t queued(std::size_t router) const;  ///< visible wavelets in its FIFOs

private:
    /// A FIFO. `sent` belongs to whoever fills it, the rest to the router that owns it.
    struct Queue {
        std::uint64_t wavelet = 0;  ///< the first
        std::uint32_t popped = 0;   ///< cycle after the last removal << 8 | number of removals mod 256
        std::uint8_t count = 0;     ///< visible wavelets
        std::uint8_t second = 0;    ///< place of the second in the ring
        std::uint8_t sent = 0;      ///< wavelets sent into it mod 256
    };
    struct Router {
        std::uint32_t filled = 0;  ///< slots with a visible wavelet; kSending: the task sends
        std::uint8_t pointer = 0;  ///< slot visited first
    };
    struct Task {
        std::uint32_t step = 0, end = 0;  ///< in FabricProgram::steps
        std::uint32_t left = 0;           ///< wavelets to go in the step
        std::uint32_t value = 1;          ///< values added up so far
    };
    using Mail = RowMail<std::uint64_t>;
    /// A row in one cycle and where its letters go.
    struct Place {
        std::size_t row, first;  ///< first: index of the row's first router
        std::uint32_t cycle;
        Tally& tally;
        std::array<Mail::Box, kRouterPorts> out;  ///< by port; the node's: the ramp to the core
        Mail::Box from_core, passed_on;
    };

    WaferMesh(const FabricConfig& config, FabricProgram program, std::optional<SourceConfig> traffic,
              Window window);
    [[nodiscard]] Place place(std::size_t row, std::uint32_t cycle, Tally& tally);
    void receive(const Place& at, std::uint64_t letter);
    void visit(Place& at, std::uint32_t column);
    void inject(Place& at);
    void run_task(Place& at, std::uint32_t column);
    void start_step(Router& router, Task& task) const;
    [[nodiscard]] std::uint32_t tx_mask(const Place& at, std::uint32_t column, std::uint32_t slot) const;
    bool try_send(Place& at, std::uint32_t column, std::uint32_t slot, std::uint32_t tx);
    void deliver(const Place& at, std::uint32_t column, std::uint64_t wavelet);
    void use_link(const Place& at, std::uint32_t column, std::uint32_t tx);
    [[nodiscard]] std::uint32_t free_links(const Place& at, std::uint32_t column) const;

    [[nodiscard]] std::size_t queue_index(const Place& at, std::uint32_t column, std::uint32_t slot) const {
        return (at.first + column) * slots_ + slot;
    }
    [[nodiscard]] bool has_room(const Queue& queue, std::uint32_t cycle) const;
    void pop(std::size_t index, Router& router, std::uint32_t slot, std::uint32_t cycle);

    FabricConfig config_;
    FabricProgram program_;
    std::optional<Sources> sources_;
    Window window_;
    std::size_t columns_, slots_, depth_;
    std::size_t ring_places_;                             ///< per FIFO; its first wavelet is in Queue
    std::array<std::ptrdiff_t, kRouterPorts> neighbour_;  ///< index distance by port, 0 for the node
    std::uint64_t tasks_ = 0;

    std::vector<Router> routers_;
    std::vector<Queue> queues_;                            ///< [router][slot]
    std::vector<std::uint64_t> ring_;                      ///< [router][slot][place], from the second on
    std::vector<std::uint64_t> busy_;                      ///< [row][word]: columns to visit
    std::size_t words_;                                    ///< per row
    std::vector<Counts> counts_;                           ///< [router]; empty: not observed
    std::vector<std::array<std::uint32_t, 5>> link_free_;  ///< 2^-8 cycles; only where wavelet_interval > 1
    std::vector<Task> tasks_of_;
    std::vector<Source> node_;
    std::vector<std::uint32_t> due_;
    std::vector<std::uint32_t> accepted_;
    Mail mail_;
};

}  // namespace waferscope::sim
