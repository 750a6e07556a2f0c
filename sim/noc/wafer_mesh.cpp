// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/noc/wafer_mesh.hpp"

#include "sim/noc/vc_row.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <utility>

namespace waferscope::sim {
namespace {

constexpr std::uint32_t kSending = 1U << 31U;
// A letter: slot and column it goes to, then the wavelet: control mark and value, or a flit's target and age.
constexpr unsigned kSlotBits = 5;
constexpr std::uint32_t kSlotMask = (1U << kSlotBits) - 1;
constexpr std::uint64_t kAddress = 0xFFFF, kControl = 1ULL << 16U;
constexpr unsigned kValue = 32;
constexpr std::uint32_t kAllLinks = 0x1F;
constexpr double kLinkUnit = 256;  ///< link times are kept in 1/256 cycle

std::uint64_t address(std::uint32_t column, std::uint32_t slot) {
    return column << kSlotBits | slot;
}

std::uint32_t value_of(std::uint64_t wavelet) {
    return static_cast<std::uint32_t>(wavelet >> kValue);
}

/// A core's sum after a vector whose values were `read`.
std::uint32_t value_after(Use use, std::uint32_t sum, std::uint32_t read) {
    switch (use) {
        case Use::add:
            return sum + read;
        case Use::chunk:
            return 1 + read;
        case Use::copy:
            return read;
        case Use::part:
        case Use::store:
            break;
    }
    return sum;
}

/// Slots of unicast are input ports, one colour each.
FabricProgram unicast(core::GridSize mesh) {
    FabricProgram program{.mesh = mesh, .slots = kRouterPorts};
    program.lands.resize(kRouterPorts);
    for (auto& lands : program.lands)
        for (int port = 0; port < kNodePort; ++port)
            lands[static_cast<std::size_t>(port)] = static_cast<std::uint8_t>(opposite(port));
    return program;
}

/// Whether wavelets cross from row to row: unicast does.
bool leaves_its_row(const FabricProgram& program) {
    constexpr std::uint8_t kVertical = 1U << kSouth | 1U << kNorth;
    return program.routes.empty() ||
           std::ranges::any_of(program.routes, [](std::uint8_t tx) { return (tx & kVertical) != 0; });
}

std::uint32_t longest(const FabricConfig& config) {
    return static_cast<std::uint32_t>(
        std::max(config.hop_cycles, config.ramp_cycles + config.dispatch_cycles));
}

}  // namespace

WaferMesh::WaferMesh(const FabricConfig& config, FabricProgram program)
    : WaferMesh(config, std::move(program), std::nullopt, {.begin = 0, .end = ~0U}) {}

WaferMesh::WaferMesh(const FabricConfig& config, const SourceConfig& traffic, Window window)
    : WaferMesh(config, unicast(traffic.mesh), traffic, window) {}

WaferMesh::WaferMesh(const FabricConfig& config, FabricProgram program, std::optional<SourceConfig> traffic,
                     Window window)
    : config_(config),
      program_(std::move(program)),
      window_(window),
      columns_(static_cast<std::size_t>(program_.mesh.columns)),
      slots_(static_cast<std::size_t>(program_.slots)),
      depth_(static_cast<std::size_t>(config.queue_depth)),
      ring_places_(depth_ - 1),
      neighbour_{1, -1, program_.mesh.columns, -program_.mesh.columns, 0},
      words_((columns_ + 63) / 64),
      mail_({.rows = program_.mesh.rows,
             .cycles = longest(config) + 1,  // letters are one cycle ahead at least: threads never drift
             .most_same = static_cast<std::uint32_t>(4 * columns_),  // east, west, to and from the core
             .most_vertical = leaves_its_row(program_) ? static_cast<std::uint32_t>(columns_) : 0}) {
    const std::size_t cells = program_.mesh.cells();
    routers_.resize(cells);
    queues_.resize(cells * slots_);
    ring_.resize(cells * slots_ * ring_places_);
    busy_.resize(words_ * static_cast<std::size_t>(program_.mesh.rows));
    if (config.wavelet_interval > 1) link_free_.resize(cells);
    if (traffic) {
        sources_.emplace(*traffic);
        accepted_.resize(cells);
        for (std::size_t i = 0; i < cells; ++i) {
            node_.push_back(sources_->start({.x = static_cast<std::uint32_t>(i % columns_),
                                             .y = static_cast<std::uint32_t>(i / columns_)}));
            due_.push_back(node_.back().created);
        }
        return;
    }
    tasks_of_.resize(cells);
    for (std::size_t i = 0; i < cells; ++i) {
        Task& task = tasks_of_[i];
        task.step = program_.tasks[i].first;
        task.end = program_.tasks[i].end;
        if (task.step == task.end) continue;
        ++tasks_;
        start_step(routers_[i], task);
        if (routers_[i].filled != 0)
            busy_[i / columns_ * words_ + i % columns_ / 64] |= 1ULL << i % columns_ % 64;
    }
}

std::uint64_t WaferMesh::bytes() const {
    const auto of = [](const auto& array) {
        return static_cast<std::uint64_t>(array.size() * sizeof array[0]);
    };
    return of(routers_) + of(queues_) + of(ring_) + of(busy_) + of(link_free_) + of(tasks_of_) + of(node_) +
           of(due_) + of(accepted_) + mail_.bytes() + of(program_.routes) + of(program_.switched) +
           of(program_.steps) + of(program_.tasks);
}

WaferMesh::Place WaferMesh::place(std::size_t row, std::uint32_t cycle, Tally& tally) {
    const auto here = static_cast<std::ptrdiff_t>(row);
    const auto next = cycle + static_cast<std::uint32_t>(config_.hop_cycles);
    const auto ramp = cycle + static_cast<std::uint32_t>(config_.ramp_cycles);
    return {
        .row = row,
        .first = row * columns_,
        .cycle = cycle,
        .tally = tally,
        .out = {mail_.box(next, here, From::same), mail_.box(next, here, From::same),
                mail_.box(next, here + 1, From::above), mail_.box(next, here - 1, From::below),
                mail_.box(ramp, here, From::same)},
        .from_core = mail_.box(ramp, here, From::same),
        .passed_on = mail_.box(ramp + static_cast<std::uint32_t>(config_.dispatch_cycles), here, From::same)};
}

void WaferMesh::advance(int first, int end, std::uint32_t cycle, Scratch& /*scratch*/, Tally& tally) {
    for (auto y = static_cast<std::size_t>(first); std::cmp_less(y, end); ++y) {
        Place at = place(y, cycle, tally);
        mail_.empty(cycle, y, [&](std::uint64_t letter) { receive(at, letter); });
        if (sources_) inject(at);
        for (std::size_t word = 0; word < words_; ++word) {
            std::uint64_t& busy = busy_[y * words_ + word];
            tally.visits += static_cast<std::uint64_t>(std::popcount(busy));
            each_bit(busy, [&](int bit) {
                const auto column = static_cast<std::uint32_t>(word * 64) + static_cast<std::uint32_t>(bit);
                visit(at, column);
                if (routers_[at.first + column].filled == 0) busy &= ~(1ULL << bit);
            });
        }
    }
}

void WaferMesh::receive(const Place& at, std::uint64_t letter) {
    const auto to = static_cast<std::uint32_t>(letter & kAddress);
    const std::uint32_t column = to >> kSlotBits, slot = to & kSlotMask;
    const std::size_t index = queue_index(at, column, slot);
    Queue& queue = queues_[index];
    if (queue.count++ != 0) {
        const std::size_t place = queue.second + queue.count - 2U;
        ring_[index * ring_places_ + (place < ring_places_ ? place : place - ring_places_)] = letter;
        return;
    }
    queue.wavelet = letter;
    routers_[at.first + column].filled |= 1U << slot;
    busy_[at.row * words_ + column / 64] |= 1ULL << column % 64;
}

/// Room at the start of the cycle: a removal in this very cycle, by whichever thread, does not count.
bool WaferMesh::has_room(const Queue& queue, std::uint32_t cycle) const {
    const std::uint32_t popped =
        std::atomic_ref(const_cast<std::uint32_t&>(queue.popped)).load(std::memory_order_relaxed);
    const std::uint32_t removed = popped - static_cast<std::uint32_t>(popped >> 8U == cycle + 1);
    return static_cast<std::uint8_t>(queue.sent - removed) < depth_;
}

void WaferMesh::pop(std::size_t index, Router& router, std::uint32_t slot, std::uint32_t cycle) {
    Queue& queue = queues_[index];
    const std::uint32_t removals = (queue.popped + 1) & 0xFFU;
    std::atomic_ref(queue.popped).store((cycle + 1) << 8U | removals, std::memory_order_relaxed);
    if (--queue.count == 0) {
        router.filled &= ~(1U << slot);
        return;
    }
    queue.wavelet = ring_[index * ring_places_ + queue.second];
    queue.second = static_cast<std::uint8_t>(next_cyclic(queue.second, static_cast<int>(ring_places_)));
}

std::uint32_t WaferMesh::tx_mask(const Place& at, std::uint32_t column, std::uint32_t slot) const {
    const std::size_t index = queue_index(at, column, slot);
    if (!sources_) return program_.routes[index];
    const auto to = static_cast<std::uint32_t>(queues_[index].wavelet >> Flit::kDestination);
    return 1U << xy_port(column, static_cast<std::uint32_t>(at.row), to & kCoordinateMask,
                         to >> kCoordinateBits & kCoordinateMask);
}

std::uint32_t WaferMesh::free_links(const Place& at, std::uint32_t column) const {
    if (link_free_.empty()) return kAllLinks;
    std::uint32_t links = 1U << kNodePort;
    for (std::uint32_t port = 0; port < 4; ++port)
        links |=
            static_cast<std::uint32_t>(link_free_[at.first + column][port] <= at.cycle * std::uint32_t{256})
            << port;
    return links;
}

/// A link in steady use passes a wavelet every wavelet_interval cycles on average, fractions carried over.
void WaferMesh::use_link(const Place& at, std::uint32_t column, std::uint32_t tx) {
    const auto interval = static_cast<std::uint32_t>(std::lround(config_.wavelet_interval * kLinkUnit));
    each_bit(tx & 0xFU, [&](int port) {
        std::uint32_t& time = link_free_[at.first + column][static_cast<std::size_t>(port)];
        const std::uint32_t now = at.cycle * std::uint32_t{256};
        time = (time + 256 > now ? time : now) + interval;
    });
}

/// Steps (1) and (2) of one router's cycle, after its core's task.
void WaferMesh::visit(Place& at, std::uint32_t column) {
    Router& router = routers_[at.first + column];
    if (!sources_ && (router.filled & (program_.core_slots | kSending)) != 0) run_task(at, column);
    const std::uint32_t waiting = router.filled & ~(program_.core_slots | kSending);
    std::uint32_t links = free_links(at, column);
    bool moved = false;
    const auto offer = [&](int s) {
        const auto slot = static_cast<std::uint32_t>(s);
        const std::uint32_t tx = tx_mask(at, column, slot);
        if (tx == 0 || (tx & ~links) != 0 || !try_send(at, column, slot, tx)) {
            if (!counts_.empty() && tx != 0) ++counts_[at.first + column].blocked;
            return;
        }
        links &= ~tx;
        if (!counts_.empty())
            each_bit(tx & 0xFU,
                     [&](int port) { ++counts_[at.first + column].crossed[static_cast<std::size_t>(port)]; });
        if (!link_free_.empty()) use_link(at, column, tx);
        const std::size_t index = queue_index(at, column, slot);
        const bool control = !sources_ && (queues_[index].wavelet & kControl) != 0;
        pop(index, router, slot, at.cycle);
        if (!moved) router.pointer = static_cast<std::uint8_t>(next_cyclic(s, program_.slots));
        moved = true;
        if (!control || program_.switched.empty()) return;
        each_bit(program_.colour_of[slot], [&](int of_colour) {
            const std::size_t route = index - slot + static_cast<std::size_t>(of_colour);
            program_.routes[route] = program_.switched[route];
        });
    };
    const std::uint32_t later = waiting >> router.pointer << router.pointer;
    each_bit(later, offer);
    each_bit(waiting ^ later, offer);
}

/// Sends the first wavelet of a slot to all its targets, or to none when one has no room.
bool WaferMesh::try_send(Place& at, std::uint32_t column, std::uint32_t slot, std::uint32_t tx) {
    const auto& lands = program_.lands[slot];
    const auto target = [&](std::size_t port) -> Queue& {
        const std::size_t there = at.first + column + static_cast<std::size_t>(neighbour_[port]);
        return queues_[there * slots_ + lands[port]];
    };
    const std::uint64_t wavelet = queues_[queue_index(at, column, slot)].wavelet & ~kAddress;
    const auto put = [&](std::size_t port, Queue& queue) {
        static constexpr std::array<std::uint32_t, kRouterPorts> kColumn{1, ~0U, 0, 0, 0};
        ++queue.sent;
        at.out[port].put(wavelet | address(column + kColumn[port], lands[port]));
    };
    if (sources_ && tx == FabricProgram::kToCore) {  // unicast is read as it leaves the ramp
        deliver(at, column, wavelet);
        return true;
    }
    const auto first = static_cast<std::size_t>(std::countr_zero(tx));
    Queue& first_queue = target(first);
    if (!has_room(first_queue, at.cycle)) return false;
    const std::uint32_t others = tx & (tx - 1);
    for (std::uint32_t rest = others; rest != 0; rest &= rest - 1)
        if (!has_room(target(static_cast<std::size_t>(std::countr_zero(rest))), at.cycle)) return false;
    put(first, first_queue);
    each_bit(others,
             [&](int port) { put(static_cast<std::size_t>(port), target(static_cast<std::size_t>(port))); });
    return true;
}

void WaferMesh::deliver(const Place& at, std::uint32_t column, std::uint64_t wavelet) {
    const std::uint32_t cycle = at.cycle + static_cast<std::uint32_t>(config_.ramp_cycles);
    at.tally.add_arrival(at.first + column, cycle, wavelet);
    if (window_.holds(cycle)) {
        ++at.tally.window_flits;
        ++accepted_[at.first + column];
    }
    const auto created = static_cast<std::uint32_t>(wavelet >> Flit::kCreated);
    if (!window_.holds(created)) return;
    ++at.tally.measured;
    at.tally.latency += cycle - created;
}

/// Each core with a packet sends it into the ramp if there is room.
void WaferMesh::inject(Place& at) {
    for (std::uint32_t x = 0; x < columns_; ++x) {
        if (due_[at.first + x] > at.cycle) continue;
        Queue& queue = queues_[queue_index(at, x, kNodePort)];
        if (!has_room(queue, at.cycle)) continue;
        ++queue.sent;
        Source& source = node_[at.first + x];
        at.from_core.put(std::uint64_t{source.created} << Flit::kCreated |
                         std::uint64_t{source.destination} << Flit::kDestination | address(x, kNodePort));
        // NOLINTNEXTLINE(bugprone-unchecked-optional-access): the caller looked
        sources_->draw(source, {.x = x, .y = static_cast<std::uint32_t>(at.row)});
        due_[at.first + x] = source.created;
    }
}

void WaferMesh::observe() {
    counts_.assign(routers_.size(), {});
}

WaferMesh::Counts WaferMesh::take_counts(std::size_t router) {
    return std::exchange(counts_[router], {});
}

std::uint32_t WaferMesh::queued(std::size_t router) const {
    std::uint32_t sum = 0;
    for (std::size_t slot = 0; slot < slots_; ++slot) sum += queues_[router * slots_ + slot].count;
    return sum;
}

void WaferMesh::start_step(Router& router, Task& task) const {
    router.filled &= ~kSending;
    if (task.step == task.end) return;
    const TaskStep& step = program_.steps[task.step];
    task.left = step.count;
    if (step.read_slot == TaskStep::kNone) router.filled |= kSending;
}

/// At most one wavelet read and one sent per cycle.
void WaferMesh::run_task(Place& at, std::uint32_t column) {
    Router& router = routers_[at.first + column];
    Task& task = tasks_of_[at.first + column];
    if (task.step == task.end) return;
    const TaskStep& step = program_.steps[task.step];
    const bool reads = step.read_slot != TaskStep::kNone, sends = step.send_slot != TaskStep::kNone;
    if (reads && (router.filled >> step.read_slot & 1U) == 0) return;
    if (sends && !has_room(queues_[queue_index(at, column, step.send_slot)], at.cycle)) return;
    std::uint32_t read = 0;
    if (reads) {
        const std::size_t index = queue_index(at, column, step.read_slot);
        const std::uint64_t wavelet = queues_[index].wavelet & ~kAddress;
        read = value_of(wavelet);
        at.tally.add_arrival(at.first + column, at.cycle, wavelet);
        pop(index, router, step.read_slot, at.cycle);
    }
    --task.left;
    if (sends) {
        ++queues_[queue_index(at, column, step.send_slot)].sent;
        const bool control = step.control && task.left == 0;
        // What was read before is passed on like what is read now: one wavelet per cycle on the ramp.
        auto& box = reads || step.use == Use::part ? at.passed_on : at.from_core;
        const std::uint32_t sum =
            (step.use == Use::store ? 0 : read) + (step.use == Use::copy ? 0 : task.value);
        box.put(std::uint64_t{sum} << kValue | (control ? kControl : 0) | address(column, step.send_slot));
    }
    if (task.left != 0) return;
    if (reads) task.value = value_after(step.use, task.value, read);
    ++task.step;
    start_step(router, task);
    if (task.step != task.end) return;
    ++at.tally.tasks;
    at.tally.last_cycle = std::max<std::uint64_t>(at.tally.last_cycle, at.cycle);
}

}  // namespace waferscope::sim
