// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/document/region_document.hpp"

#include "app/document/request.hpp"
#include "views/theme/format.hpp"

#include <fmt/format.h>
#include <QUndoCommand>
#include <algorithm>
#include <cmath>

namespace waferscope::app {

using core::RegionPlan;
using core::RegionRole;

namespace {

constexpr int kHistoryLimit = 500;

class RegionCommand : public QUndoCommand {
public:
    RegionCommand(RegionDocument& document, const QString& text, RegionDocument::State before,
                  RegionDocument::State after, int drag)
        : QUndoCommand(text),
          document_(document),
          before_(std::move(before)),
          after_(std::move(after)),
          drag_(drag) {}
    void undo() override { document_.take(before_); }
    void redo() override { document_.take(after_); }
    [[nodiscard]] int id() const override { return drag_ > 0 ? 2 : -1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto& next = static_cast<const RegionCommand&>(*other);
        if (next.drag_ != drag_) return false;
        after_ = next.after_;
        return true;
    }

private:
    RegionDocument& document_;
    RegionDocument::State before_, after_;
    int drag_;
};

QString text_of(const std::string& text) {
    return QString::fromStdString(text);
}

QString name_of(std::size_t region) {
    return RegionDocument::tr("Region %1").arg(region + 1);
}

}  // namespace

core::Result<std::unique_ptr<RegionDocument>> RegionDocument::make(const core::Run& run,
                                                                   const core::MachineLibrary& machines) {
    sim::Request request{.scenario = run.scenario, .workload = run.workload, .machine = run.machine};
    // A session holds the machine's figures; fitted constants come from the library, as for every new simulation.
    if (const auto known = machines.find(run.machine->id); known && run.machine->calibration.empty()) {
        auto machine = *run.machine;
        machine.calibration = (*known)->calibration;
        request.machine = std::make_shared<const core::Machine>(std::move(machine));
    }
    if (!request.workload && std::holds_alternative<core::HfConfigWorkload>(run.scenario.workload)) {
        auto again = make_request(run.scenario, machines);  // of a session: its config is read again
        if (!again) return tl::unexpected(again.error());
        request.workload = again->workload;
    }
    auto pricer = sim::RegionPricer::make(request);
    if (!pricer) return tl::unexpected(pricer.error());
    auto plan = (*pricer)->planned();
    if (!plan) return tl::unexpected(plan.error());
    return std::unique_ptr<RegionDocument>(new RegionDocument(std::move(*pricer), std::move(*plan)));
}

RegionDocument::RegionDocument(std::unique_ptr<sim::RegionPricer> pricer, RegionPlan plan)
    : pricer_(std::move(pricer)) {
    const auto& request = pricer_->request();
    const auto& spec = pricer_->spec();
    history_.setUndoLimit(kHistoryLimit);
    state_ = {.plan = std::move(plan), .automatic = !request.scenario.regions};
    state_.locked.assign(state_.plan.regions.size(), false);
    plan_.regions = true;
    plan_.title = text_of(request.scenario.name);
    plan_.subtitle = tr("%1, %2, %3 layers")
                         .arg(text_of(request.machine->name),
                              text_of(std::string(core::phase_name(request.scenario.phase))),
                              views::format::count(pricer_->model().layers));
    plan_.rule =
        tr("Batch %1, %2 tokens of context. A core holds %3; %4 more are reserved for code and buffers. "
           "Hand-over "
           "between regions: across the larger square and the gap between both.")
            .arg(views::format::count(request.scenario.global_batch),
                 views::format::count(request.scenario.seq), views::format::bytes_binary(pricer_->usable()),
                 views::format::bytes_binary(sim::kReserveBytes));
    plan_.grid = spec.grid;
    plan_.memory_limit = pricer_->usable() / 2;
    plan_.clock_hz = spec.clock_hz;
    if (auto automatic = pricer_->automatic()) automatic_ = std::move(*automatic);
    if (automatic_) plan_.automatic = floor_figures(*automatic_, pricer_->figures(*automatic_));
    refresh();
}

sim::Request RegionDocument::request() const {
    auto request = pricer_->request();
    request.scenario.regions = state_.plan;
    request.scenario.wafer.mode = core::WaferMode::resident;
    request.scenario.wafer.region.reset();
    return request;
}

void RegionDocument::take(const State& state) {
    state_ = state;
    auto chosen = selection();
    std::erase_if(chosen, [&](auto r) { return r >= state_.plan.regions.size(); });
    refresh();
    select(std::move(chosen));
    Q_EMIT changed();
}

void RegionDocument::push(const QString& text, RegionPlan plan, std::vector<bool> locked, int drag) {
    State after{std::move(plan), std::move(locked), false};
    if (after.plan == state_.plan) after.automatic = state_.automatic;
    if (after == state_) return;
    history_.push(new RegionCommand(*this, text, state_, std::move(after), drag));
}

bool RegionDocument::editable(std::size_t region) {
    if (region >= state_.locked.size()) return false;
    if (!state_.locked[region]) return true;
    Q_EMIT notice(tr("%1 is locked. L unlocks it.").arg(name_of(region)));
    return false;
}

/// Inside the grid and clear of every other region of its wafer.
bool RegionDocument::free(const RegionPlan& plan, std::size_t region) const {
    const auto& own = plan.regions[region];
    if (own.x < 0 || own.y < 0 || own.x + own.side > plan_.grid.columns || own.y + own.side > plan_.grid.rows)
        return false;
    for (std::size_t r = 0; r < plan.regions.size(); ++r)
        if (r != region && plan.regions[r].wafer == own.wafer && plan.regions[r].rect().overlaps(own.rect()))
            return false;
    return true;
}

/// A region that would lie on another slides to the nearest place that touches it.
bool RegionDocument::slide_free(RegionPlan& plan, std::size_t region) const {
    if (free(plan, region)) return true;
    auto& own = plan.regions[region];
    const auto wanted = own;
    std::vector<int> xs{wanted.x}, ys{wanted.y};
    for (std::size_t r = 0; r < plan.regions.size(); ++r) {
        const auto& other = plan.regions[r];
        if (r == region || other.wafer != own.wafer) continue;
        xs.insert(xs.end(), {other.x - own.side, other.x + other.side});
        ys.insert(ys.end(), {other.y - own.side, other.y + other.side});
    }
    std::optional<core::Region> best;
    const auto away = [&](const core::Region& r) {
        return std::abs(r.x - wanted.x) + std::abs(r.y - wanted.y);
    };
    const auto attempt = [&](int x, int y) {
        own.x = x, own.y = y;
        if ((!best || away(own) < away(*best)) && free(plan, region)) best = own;
    };
    for (const int x : xs) attempt(x, wanted.y);
    for (const int y : ys) attempt(wanted.x, y);
    if (!best && xs.size() <= 64)
        for (const int x : xs)
            for (const int y : ys) attempt(x, y);
    own = best.value_or(wanted);
    return best.has_value();
}

/// A place for a region that touches edges or other regions: nearest on its wafer, else on the next with
/// room.
bool RegionDocument::find_room(RegionPlan& plan, std::size_t region) const {
    const int wafers = pricer_->request().scenario.chips, first = plan.regions[region].wafer;
    constexpr int kMostTried = 64;
    for (int step = 0; step < std::min(wafers, kMostTried); ++step) {
        auto& own = plan.regions[region];
        own.wafer = (first + step) % wafers;
        const auto wanted = own;
        std::vector<int> xs{0, plan_.grid.columns - own.side}, ys{0, plan_.grid.rows - own.side};
        for (std::size_t r = 0; r < plan.regions.size(); ++r) {
            const auto& other = plan.regions[r];
            if (r == region || other.wafer != own.wafer) continue;
            xs.insert(xs.end(), {other.x, other.x + other.side, other.x - own.side});
            ys.insert(ys.end(), {other.y, other.y + other.side, other.y - own.side});
        }
        std::optional<core::Region> best;
        const auto away = [&](const core::Region& r) {
            return std::abs(r.x - wanted.x) + std::abs(r.y - wanted.y);
        };
        for (const int x : xs)
            for (const int y : ys) {
                own.x = x, own.y = y;
                if ((!best || away(own) < away(*best)) && free(plan, region)) best = own;
            }
        own = best.value_or(wanted);
        if (best) return true;
    }
    return false;
}

/// The decode region with the next layers, else the one with those before.
std::optional<std::size_t> RegionDocument::neighbour(std::size_t region) const {
    const auto& list = state_.plan.regions;
    for (std::size_t r = region + 1; r < list.size(); ++r)
        if (list[r].role == RegionRole::decode) return r;
    for (std::size_t r = std::min(region, list.size()); r-- > 0;)
        if (list[r].role == RegionRole::decode) return r;
    return std::nullopt;
}

void RegionDocument::move(const Kernels& regions, const std::vector<core::Rect>& corners, int drag) {
    auto plan = state_.plan;
    Kernels moved;
    for (std::size_t i = 0; i < regions.size(); ++i) {
        if (state_.locked[regions[i]]) continue;
        plan.regions[regions[i]].x = corners[i].x, plan.regions[regions[i]].y = corners[i].y;
        moved.push_back(regions[i]);
    }
    if (moved.size() == 1 && !slide_free(plan, moved.front())) return;
    for (const auto r : moved)
        if (!free(plan, r)) return;  // a group stays where it last had room
    push(moved.size() == 1 ? tr("move %1").arg(name_of(moved.front())) : tr("move regions"), std::move(plan),
         drag);
}

void RegionDocument::pull(std::size_t region, const core::Rect& box, Qt::Edges pulled, int drag) {
    if (!editable(region)) return;
    const bool across = pulled.testAnyFlags(Qt::LeftEdge | Qt::RightEdge),
               down = pulled.testAnyFlags(Qt::TopEdge | Qt::BottomEdge);
    resize(region,
           across && down ? std::max(box.width, box.height)
           : across       ? box.width
                          : box.height,
           pulled, drag);
}

/// The largest size up to `side` that holds its layers and has room; edges that are not pulled stay.
void RegionDocument::resize(std::size_t region, int side, Qt::Edges pulled, int drag) {
    auto plan = state_.plan;
    auto& own = plan.regions[region];
    const auto before = own;
    const auto sides =
        own.role == RegionRole::decode ? pricer_->fitting_sides(own.layers) : std::vector<int>();
    const auto set = [&](int size) {
        own = before;
        own.side = size;
        if (pulled.testFlag(Qt::LeftEdge)) own.x = before.x + before.side - size;
        if (pulled.testFlag(Qt::TopEdge)) own.y = before.y + before.side - size;
        return free(plan, region);
    };
    if (own.role == RegionRole::prefill) {
        if (!set(std::clamp(side, 2, std::min(plan_.grid.columns, plan_.grid.rows)))) return;
        return push(tr("resize %1").arg(name_of(region)), std::move(plan), drag);
    }
    if (sides.empty())
        return Q_EMIT notice(
            tr("No square of this wafer holds %1 layers.").arg(views::format::count(own.layers)));
    for (auto it = std::upper_bound(sides.begin(), sides.end(), std::max(side, sides.front()));
         it != sides.begin();)
        if (set(*--it)) return push(tr("resize %1").arg(name_of(region)), std::move(plan), drag);
    Q_EMIT notice(tr("%1 layers need a square of %2 at least; there is no room for it here.")
                      .arg(views::format::count(before.layers))
                      .arg(sides.front()));
}

const std::vector<views::FloorShape>& RegionDocument::shapes(std::size_t region) const {
    shapes_.clear();
    const auto& own = state_.plan.regions.at(region);
    if (own.role == RegionRole::decode)
        for (const int side : pricer_->fitting_sides(own.layers)) shapes_.push_back({side, side, 0});
    return shapes_;
}

void RegionDocument::step_shape(std::size_t region, views::ShapeStep step) {
    if (!editable(region)) return;
    const auto& own = state_.plan.regions[region];
    const auto sides = pricer_->fitting_sides(own.layers);
    const bool larger = step == views::ShapeStep::wider || step == views::ShapeStep::slower;
    const auto above = std::upper_bound(sides.begin(), sides.end(), own.side);
    const auto below = std::lower_bound(sides.begin(), sides.end(), own.side);
    if (larger ? above == sides.end() : below == sides.begin())
        return Q_EMIT notice(
            tr("%1 has no further size that fits its layers that way.").arg(name_of(region)));
    resize(region, larger ? *above : *(below - 1), Qt::RightEdge | Qt::BottomEdge, 0);
}

void RegionDocument::rotate(const Kernels& /*regions*/) {
    Q_EMIT notice(tr("A square looks the same turned."));
}

void RegionDocument::unplace(const Kernels& regions) {
    for (const auto r : regions) {
        if (r >= state_.plan.regions.size() || !editable(r)) return;
        if (state_.plan.regions[r].role == RegionRole::decode)
            return Q_EMIT notice(tr("%1 holds layers. M merges it with a neighbour.").arg(name_of(r)));
    }
    if (regions.size() >= state_.plan.regions.size()) return Q_EMIT notice(tr("One region has to stay."));
    auto plan = state_.plan;
    auto locked = state_.locked;
    for (std::size_t r = plan.regions.size(); r-- > 0;)
        if (std::ranges::find(regions, r) != regions.end()) {
            plan.regions.erase(plan.regions.begin() + static_cast<std::ptrdiff_t>(r));
            locked.erase(locked.begin() + static_cast<std::ptrdiff_t>(r));
        }
    select({});
    push(tr("take regions off"), std::move(plan), std::move(locked));
}

void RegionDocument::set_locked(const Kernels& regions, bool locked) {
    auto all = state_.locked;
    for (const auto r : regions) all[r] = locked;
    push(locked ? tr("lock") : tr("unlock"), state_.plan, std::move(all));
}

void RegionDocument::solve() {
    if (!automatic_) return Q_EMIT notice(tr("The planner finds no plan that fits."));
    if (*automatic_ == state_.plan) return Q_EMIT notice(tr("These are the planner's regions."));
    State after{*automatic_, std::vector<bool>(automatic_->regions.size(), false), true};
    history_.push(new RegionCommand(*this, tr("automatic regions"), state_, std::move(after), 0));
}

QString RegionDocument::no_split(std::size_t region) const {
    if (region >= state_.plan.regions.size()) return tr("Select a region.");
    const auto& own = state_.plan.regions[region];
    if (own.role == RegionRole::prefill) return tr("This region reads prompts: all layers pass it.");
    if (own.layers < 2) return tr("It holds one layer.");
    if (state_.plan.regions.size() >= core::kMostRegions)
        return tr("There are as many regions as a plan may have.");
    return {};
}

void RegionDocument::split(std::size_t region) {
    if (const auto why = no_split(region); !why.isEmpty()) return Q_EMIT notice(why);
    if (!editable(region)) return;
    auto plan = state_.plan;
    auto locked = state_.locked;
    auto second = plan.regions[region];
    second.layers = plan.regions[region].layers / 2;
    plan.regions[region].layers -= second.layers;
    // Each half as small as its layers allow, never larger than the whole was.
    for (auto* part : {&plan.regions[region], &second})
        if (const auto side = pricer_->smallest_side(part->layers)) part->side = std::min(part->side, *side);
    const auto at = static_cast<std::ptrdiff_t>(region) + 1;
    second.x += plan.regions[region].side;
    plan.regions.insert(plan.regions.begin() + at, second);
    locked.insert(locked.begin() + at, false);
    if (!find_room(plan, region + 1))
        return Q_EMIT notice(tr("There is no room for a second square of %1 on any wafer.").arg(second.side));
    push(tr("split %1").arg(name_of(region)), std::move(plan), std::move(locked));
}

QString RegionDocument::no_merge(std::size_t region) const {
    if (region >= state_.plan.regions.size()) return tr("Select a region.");
    if (state_.plan.regions[region].role == RegionRole::prefill)
        return tr("This region reads prompts: it holds no layers to merge.");
    if (!neighbour(region) || *neighbour(region) == region) return tr("There is no other decode region.");
    return {};
}

void RegionDocument::merge(std::size_t region) {
    if (const auto why = no_merge(region); !why.isEmpty()) return Q_EMIT notice(why);
    const auto other = *neighbour(region);
    if (!editable(region) || !editable(other)) return;
    const auto kept = std::min(region, other), gone = std::max(region, other);
    auto plan = state_.plan;
    auto locked = state_.locked;
    auto& own = plan.regions[kept];
    own.layers += plan.regions[gone].layers;
    plan.regions.erase(plan.regions.begin() + static_cast<std::ptrdiff_t>(gone));
    locked.erase(locked.begin() + static_cast<std::ptrdiff_t>(gone));
    const auto side = pricer_->smallest_side(own.layers);
    if (!side)
        return Q_EMIT notice(
            tr("No square of this wafer holds %1 layers together.").arg(views::format::count(own.layers)));
    own.side = std::max(own.side, *side);
    if (!free(plan, kept) && !find_room(plan, kept))
        return Q_EMIT notice(tr("There is no room for one square of %1 with %2 layers.")
                                 .arg(own.side)
                                 .arg(views::format::count(own.layers)));
    push(tr("merge %1 and %2").arg(name_of(kept), name_of(gone)), std::move(plan), std::move(locked));
    select({kept});
}

void RegionDocument::pass_layers(std::size_t region, int layers) {
    if (region >= state_.plan.regions.size() || state_.plan.regions[region].role == RegionRole::prefill)
        return;
    const auto other = neighbour(region);
    if (!other || *other == region) return Q_EMIT notice(tr("There is no other decode region."));
    if (!editable(region) || !editable(*other)) return;
    auto plan = state_.plan;
    auto &own = plan.regions[region].layers, &others = plan.regions[*other].layers;
    if (own - layers < 1 || others + layers < 1)
        return Q_EMIT notice(tr("%1 has one layer left.").arg(name_of(own - layers < 1 ? region : *other)));
    own -= layers, others += layers;
    push(tr("pass a layer"), std::move(plan));
}

QString RegionDocument::no_role(std::size_t region) const {
    if (region >= state_.plan.regions.size()) return tr("Select a region.");
    const auto phase = pricer_->request().scenario.phase;
    if (phase == core::Phase::prefill) return tr("This run only reads prompts.");
    if (phase == core::Phase::decode) return tr("This run reads no prompts: phase serve does both.");
    const bool decodes = state_.plan.regions[region].role == RegionRole::decode;
    if (decodes && *neighbour(region) == region) return tr("The last decode region has to stay.");
    return {};
}

void RegionDocument::change_role(std::size_t region) {
    if (const auto why = no_role(region); !why.isEmpty()) return Q_EMIT notice(why);
    if (!editable(region)) return;
    const auto other = neighbour(region);
    if (!other || !editable(*other)) return;
    auto plan = state_.plan;
    auto &own = plan.regions[region], &next = plan.regions[*other];
    if (own.role == RegionRole::decode) {
        next.layers += own.layers;
        own.layers = 0, own.role = RegionRole::prefill;
    } else {
        if (next.layers < 2)
            return Q_EMIT notice(tr("%1 has one layer only and can give none.").arg(name_of(*other)));
        own.layers = next.layers / 2, own.role = RegionRole::decode;
        next.layers -= own.layers;
    }
    push(tr("change the role of %1").arg(name_of(region)), std::move(plan));
}

void RegionDocument::show_wafer(int wafer) {
    wafer = std::clamp(wafer, 0, plan_.wafers - 1);
    if (wafer == plan_.wafer) return;
    plan_.wafer = wafer;
    refresh();
    Q_EMIT changed();
}

void RegionDocument::send_to_wafer(std::size_t region, int wafer) {
    if (!editable(region)) return;
    if (wafer < 0 || wafer >= plan_.wafers) return Q_EMIT notice(tr("There is no wafer %1.").arg(wafer + 1));
    auto plan = state_.plan;
    plan.regions[region].wafer = wafer;
    if (!free(plan, region) && (!find_room(plan, region) || plan.regions[region].wafer != wafer))
        return Q_EMIT notice(tr("Wafer %1 has no room for %2.").arg(wafer + 1).arg(name_of(region)));
    plan_.wafer = wafer;
    push(tr("move %1 to wafer %2").arg(name_of(region)).arg(wafer + 1), std::move(plan));
}

views::FloorFigures RegionDocument::floor_figures(const RegionPlan& plan,
                                                  const sim::RegionFigures& figures) const {
    views::FloorFigures now;
    now.slowest = figures.slowest;
    now.placed = plan.regions.size();
    double area = 0;
    auto& region = now.region;
    for (std::size_t r = 0; r < plan.regions.size(); ++r) {
        area += static_cast<double>(plan.regions[r].rect().area());
        region.memory_bytes = std::max(region.memory_bytes, figures.regions[r].bytes);
    }
    if (!figures.regions.empty()) region.slowest_s = figures.regions[figures.slowest].seconds;
    now.time = region.slowest_s * pricer_->spec().clock_hz;
    now.area_fraction = area / (static_cast<double>(plan_.grid.cells()) * std::max(1, figures.wafers));
    region.token_s = figures.token_s, region.tokens_per_s = figures.tokens_per_s,
    region.prompt_s = figures.prompt_s;
    region.hops = figures.hand_over_hops, region.wafer_changes = figures.hand_over_wafers;
    region.in_flight = static_cast<int>(figures.in_flight), region.wafers = figures.wafers;
    return now;
}

void RegionDocument::refresh() {
    const auto figures = pricer_->figures(state_.plan);
    const auto& list = state_.plan.regions;
    plan_.wafers = std::max({1, std::min(pricer_->request().scenario.chips, 4096), state_.plan.wafers()});
    plan_.wafer = std::clamp(plan_.wafer, 0, plan_.wafers - 1);
    plan_.now = floor_figures(state_.plan, figures);
    plan_.kernels.assign(list.size(), {});
    plan_.pipeline.clear(), plan_.edges.clear();
    std::int64_t first = 1;
    std::optional<std::size_t> before;
    for (std::size_t r = 0; r < list.size(); ++r) {
        auto& kernel = plan_.kernels[r];
        const auto& region = list[r];
        kernel.name = name_of(r);
        kernel.rect = region.rect();
        kernel.wafer = region.wafer, kernel.placed = region.wafer == plan_.wafer;
        kernel.locked = state_.locked[r];
        kernel.decodes = region.role == RegionRole::decode;
        kernel.memory = figures.regions[r].bytes / 2;
        kernel.kind = kernel.decodes ? core::SliceKind::gemm : core::SliceKind::attention;
        plan_.pipeline.push_back(r);
        if (!kernel.decodes) {
            kernel.what = tr("prompts");
            if (plan_.now.region.token_s <= 0) kernel.time = figures.regions[r].seconds * plan_.clock_hz;
            continue;
        }
        kernel.layers = region.layers;
        kernel.what = region.layers == 1 ? tr("layer %1").arg(first)
                                         : tr("layers %1 to %2").arg(first).arg(first + region.layers - 1);
        kernel.time = figures.regions[r].seconds * plan_.clock_hz;
        kernel.utilisation = figures.token_s > 0
                                 ? std::min(1.0, figures.regions[r].seconds *
                                                     static_cast<double>(figures.in_flight) / figures.token_s)
                                 : 0;
        if (before) plan_.edges.push_back({*before, r, static_cast<double>(pricer_->model().hidden)});
        before = r;
        first += region.layers;
    }
    refresh_issues(figures);
    if (!state_.automatic) plan_.hand = plan_.now;
}

void RegionDocument::refresh_issues(const sim::RegionFigures& figures) {
    plan_.issues.clear();
    for (const auto& issue : pricer_->issues(state_.plan)) {
        plan_.issues.push_back(
            {text_of(issue.text), issue.region, issue.place, issue.rule == core::RegionIssue::Rule::overlap});
        if (issue.rule != core::RegionIssue::Rule::layers)
            plan_.kernels[issue.region].problem = text_of(issue.text);
    }
    for (std::size_t r = 0; r < figures.regions.size(); ++r) {
        if (figures.regions[r].bytes <= pricer_->usable()) continue;
        const auto& region = state_.plan.regions[r];
        const auto text = tr("%1 needs %2 of %3 per core%4")
                              .arg(name_of(r), views::format::bytes_binary(figures.regions[r].bytes),
                                   views::format::bytes_binary(pricer_->usable()),
                                   region.role == RegionRole::decode && pricer_->smallest_side(region.layers)
                                       ? tr("; fits from side %1").arg(*pricer_->smallest_side(region.layers))
                                       : QString());
        plan_.issues.push_back({.text = text, .kernel = r, .place = region.rect(), .blocks = false});
        plan_.kernels[r].problem = text;
    }
    plan_.now.problems = plan_.issues.size();
}

}  // namespace waferscope::app
