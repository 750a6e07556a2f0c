// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/wafer/region_planner.hpp"

#include "core/io/machine_json.hpp"
#include "sim/wafer/regions.hpp"

#include <gtest/gtest.h>

using namespace waferscope;
using core::Region;
using core::RegionPlan;
using core::RegionRole;

namespace {

core::LlmConfig llama_8b() {
    core::LlmConfig m;
    m.layers = 32, m.hidden = 4096, m.heads = 32, m.kv_heads = 8, m.head_dim = 128;
    m.ffn = 14336, m.gated_ffn = true, m.vocab = 128256;
    return m;
}
const core::LlmConfig kLlama8b = llama_8b();

sim::Request request(core::Phase phase, std::int64_t batch, int chips = 1,
                     const char* machine = "cerebras_cs3") {
    static const auto library =
        core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration")
            .value();
    sim::Request request;
    request.machine = *library.find(machine);
    auto& scenario = request.scenario;
    scenario.workload = kLlama8b;
    scenario.phase = phase;
    scenario.global_batch = batch;
    scenario.seq = 2048, scenario.output_tokens = 100;
    scenario.machine = machine, scenario.chips = chips;
    return request;
}

core::Result<core::Run> run(const sim::Request& request, sim::Detail detail = sim::Detail::summary) {
    return sim::simulate(request, detail, {}, {});
}

struct Planned {
    sim::Request request;
    sim::WaferSpec spec;
    sim::RegionPlanner planner;
    explicit Planned(sim::Request r)
        : request(std::move(r)), spec(*sim::wafer_spec(request)), planner(kLlama8b, spec, request.scenario) {}
};

}  // namespace

// One path: the automatic plan written down gives the automatic numbers to the last digit.
TEST(RegionPlanner, TheAutomaticPlanByHandIsTheSameRun) {
    for (const std::int64_t batch : {1, 2, 6}) {
        Planned p(request(core::Phase::decode, batch, 8));
        const auto plan = p.planner.choose();
        ASSERT_TRUE(plan) << core::to_text(plan.error());
        auto by_hand = p.request;
        by_hand.scenario.regions = plan->placed;
        const auto a = run(p.request), b = run(by_hand);
        ASSERT_TRUE(a && b);
        EXPECT_EQ(a->summary.step_time_s, b->summary.step_time_s);
        EXPECT_EQ(*a->summary.utilisation, *b->summary.utilisation);
        EXPECT_EQ(a->summary.memory->total, b->summary.memory->total);
        EXPECT_EQ(*a->summary.wafers, *b->summary.wafers);
        EXPECT_TRUE(b->summary.fits);
    }
}

TEST(RegionPlanner, DealtRegionsTouchTheirNeighboursAndHoldAllLayers) {
    for (const int side : {60, 90, 240, 330, 420, 700}) {
        const auto plan = sim::deal_regions({762, 1172}, side, 3, 80);
        EXPECT_EQ(plan.layers(), 80);
        EXPECT_TRUE(core::check_regions(plan, {.grid = {762, 1172}, .wafers = plan.wafers(), .layers = 80}))
            << side;
        for (std::size_t r = 1; r < plan.regions.size(); ++r)
            if (plan.regions[r].wafer == plan.regions[r - 1].wafer) {
                EXPECT_EQ(core::gap(plan.regions[r - 1].rect(), plan.regions[r].rect()), 0)
                    << side << " " << r;
            }
    }
}

// 300 -> 420 across the larger, k cores between: each costs one hop of the fabric clock.
TEST(RegionPlanner, MovingARegionAwayCostsItsHops) {
    Planned p(request(core::Phase::decode, 1));
    const auto at = [](int y) {
        return RegionPlan{{{.side = 300, .layers = 10}, {.x = 0, .y = y, .side = 420, .layers = 22}}};
    };
    const auto near = p.planner.price(at(300)), far = p.planner.price(at(300 + 250));
    EXPECT_EQ(sim::RegionPlanner::hops(near, 0), 420);
    EXPECT_EQ(sim::RegionPlanner::hops(far, 0), 420 + 250);
    EXPECT_NEAR(far.token_s - near.token_s,
                250 * p.spec.hop_cycles / p.spec.clock_hz / p.spec.serving_rate_share, 1e-12 * near.token_s);
}

// Each layer costs what its own square costs; the slowest region sets the stage.
TEST(RegionPlanner, UnequalRegionsCostTheirOwnSides) {
    Planned p(request(core::Phase::decode, 1));
    const RegionPlan plan{{{.side = 300, .layers = 10}, {.x = 300, .side = 420, .layers = 22}}};
    const auto priced = p.planner.price(plan);
    const auto small = p.planner.cost(300, 1), large = p.planner.cost(420, 1);
    EXPECT_NEAR(priced.token_s * p.spec.serving_rate_share,
                10 * small.layer_s + 22 * large.layer_s + large.head_s +
                    (420 * p.spec.hop_cycles + 2 * p.spec.ramp_cycles) / p.spec.clock_hz,
                1e-12);
    EXPECT_EQ(priced.slowest, 1U);
    EXPECT_NEAR(priced.stage_s * p.spec.serving_rate_share, 22 * large.layer_s + large.head_s, 1e-12);
    auto given = p.request;
    given.scenario.regions = plan;
    const auto whole = run(given);
    ASSERT_TRUE(whole) << core::to_text(whole.error());
    EXPECT_NEAR(*whole->summary.tpot_s, priced.token_s, 1e-9 * priced.token_s);
}

TEST(RegionPlanner, AnotherWaferCostsTheLinkBetweenWafers) {
    Planned p(request(core::Phase::decode, 1, 2));
    RegionPlan plan{{{.side = 420, .layers = 16}, {.x = 0, .y = 420, .side = 420, .layers = 16}}};
    const auto one = p.planner.price(plan);
    plan.regions[1].wafer = 1;
    const auto two = p.planner.price(plan);
    const double link = 4096 * 2 / p.spec.io_out_bytes_per_s + p.spec.link_latency_s;
    const double on_wafer = (420 * p.spec.hop_cycles + 2 * p.spec.ramp_cycles) / p.spec.clock_hz;
    EXPECT_NEAR((two.token_s - one.token_s) * p.spec.serving_rate_share, link - on_wafer, 1e-12);
    EXPECT_EQ(two.wafers_needed, 2);
}

TEST(RegionPlanner, TheSmallestSideHoldsItsLayersAndOneLessDoesNot) {
    Planned p(request(core::Phase::decode, 2));
    int before = 0;
    for (const std::int64_t layers : {1, 2, 5, 11, 20}) {
        const auto side = p.planner.smallest_side(layers);
        ASSERT_TRUE(side) << layers;
        const auto bytes = [&](int s) {
            return static_cast<double>(layers) * p.planner.cost(s, 1).bytes_per_layer;
        };
        EXPECT_LE(bytes(*side), p.planner.usable());
        EXPECT_GT(bytes(*side - 1), p.planner.usable());
        EXPECT_GE(*side, before);
        before = *side;
    }
    EXPECT_FALSE(p.planner.smallest_side(10'000));
}

TEST(RegionPlanner, TooLittleMemoryIsAnsweredWithTheBytes) {
    auto r = request(core::Phase::decode, 1);
    r.scenario.regions = RegionPlan{{{.side = 300, .layers = 32}}};
    const auto answer = run(r, sim::Detail::full);
    ASSERT_TRUE(answer) << core::to_text(answer.error());
    EXPECT_FALSE(answer->summary.fits);
    ASSERT_FALSE(answer->warnings.empty());
    EXPECT_NE(answer->warnings.front().find("Region 1 does not fit: 32 layers on 300 x 300 cores need"),
              std::string::npos)
        << answer->warnings.front();
    EXPECT_NE(answer->warnings.front().find("47104 are available"), std::string::npos)
        << answer->warnings.front();
}

TEST(RegionPlanner, BadPlansAreRefusedByPointer) {
    auto r = request(core::Phase::decode, 1);
    const auto where = [&](RegionPlan plan) {
        r.scenario.regions = std::move(plan);
        const auto answer = run(r);
        return answer ? "answered" : answer.error().where;
    };
    EXPECT_EQ(where({{{.side = 420, .layers = 16}, {.x = 300, .side = 420, .layers = 16}}}),
              "/placement/regions/1");
    EXPECT_EQ(where({{{.x = 700, .side = 420, .layers = 32}}}), "/placement/regions/0");
    EXPECT_EQ(where({{{.wafer = 1, .side = 420, .layers = 32}}}), "/placement/regions/0");
    EXPECT_EQ(where({{{.side = 420, .layers = 31}}}), "/placement/regions");
    EXPECT_EQ(where({{{.side = 420, .role = RegionRole::prefill}}}), "/placement/regions");
    r.scenario.wafer.mode = core::WaferMode::weight_streaming;
    EXPECT_EQ(where({{{.side = 420, .layers = 32}}}), "/placement");
    r = request(core::Phase::decode, 1, 8, "h100_sxm");
    EXPECT_EQ(where({{{.side = 420, .layers = 32}}}), "/placement");
}

TEST(RegionPlanner, PromptsAreReadOnTheLargestPrefillRegion) {
    auto r = request(core::Phase::serve, 1);
    r.scenario.regions = RegionPlan{{{.side = 600, .layers = 32},
                                     {.y = 600, .side = 360, .role = RegionRole::prefill},
                                     {.x = 360, .y = 700, .side = 400, .role = RegionRole::prefill}}};
    const auto serve = run(r);
    ASSERT_TRUE(serve) << core::to_text(serve.error());
    auto prompts = r;
    prompts.scenario.phase = core::Phase::prefill;
    const auto prefill = run(prompts, sim::Detail::full);
    ASSERT_TRUE(prefill) << core::to_text(prefill.error());
    prompts.scenario.regions.reset();
    prompts.scenario.wafer.region = {400, 400};
    const auto alone = run(prompts);
    ASSERT_TRUE(alone);
    EXPECT_EQ(*prefill->summary.ttft_s, *alone->summary.ttft_s);
    // The cache then crosses its own 400 cores and the 100 between it and the decode region.
    const auto spec = *sim::wafer_spec(r);
    const double bytes = core::kv_bytes_per_token(kLlama8b, 2) * 2048;
    EXPECT_NEAR(*serve->summary.ttft_s - *prefill->summary.ttft_s,
                (bytes / (4.0 * 400) + (400 + 100) * spec.hop_cycles) / spec.clock_hz, 1e-12);
    // It works where it lies: its own cores are busy, those of the other regions idle.
    const auto& wafer = *prefill->wafer;
    const auto use = [&](int x, int y) {
        std::vector<float> values(wafer.classes.grid.cells());
        core::expand(wafer.classes, wafer.series[0], 10, 0, values);
        return values[static_cast<std::size_t>(y) * 762 + static_cast<std::size_t>(x)];
    };
    EXPECT_GT(use(500, 900), 0.1F);
    EXPECT_EQ(use(100, 700), 0.0F);
    EXPECT_EQ(use(100, 100), 0.0F);
}

TEST(RegionPlanner, PromptsCanBeReadOnAnotherMachine) {
    auto r = request(core::Phase::serve, 1);
    const auto library = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    r.prefill_machine = *library->find("h100_sxm");
    r.scenario.options.prefill_machine = "h100_sxm", r.scenario.options.prefill_chips = 8;
    const auto serve = run(r);
    ASSERT_TRUE(serve) << core::to_text(serve.error());
    auto prompts = request(core::Phase::prefill, 1, 8, "h100_sxm");
    prompts.scenario.output_tokens = 0;
    const auto prefill = run(prompts);
    ASSERT_TRUE(prefill);
    // The cache crosses the slower of eight network ports and the I/O of the wafer.
    const auto spec = *sim::wafer_spec(r);
    const double bytes = core::kv_bytes_per_token(kLlama8b, 2) * 2048;
    EXPECT_NEAR(*serve->summary.ttft_s - *prefill->summary.ttft_s, bytes / std::min(spec.io_in_bytes_per_s, 8 * 5e10) + spec.link_latency_s, 1e-9);
    EXPECT_EQ(*serve->summary.tpot_s, *run(request(core::Phase::decode, 1))->summary.tpot_s);
    r.scenario.phase = core::Phase::decode;
    EXPECT_FALSE(run(r));
}

// Two wafers cut up differently share one pattern of classes; every core still belongs to its own region on
// each.
TEST(RegionClasses, WafersMayBeCutUpDifferently) {
    const RegionPlan plan{{{.side = 6, .layers = 1},
                           {.wafer = 1, .x = 3, .y = 2, .side = 4, .layers = 1},
                           {.wafer = 1, .x = 7, .y = 2, .side = 3, .layers = 1}}};
    const auto cut = sim::region_classes(plan, {12, 8});
    ASSERT_FALSE(cut.empty());
    const auto& c = cut.classes;
    EXPECT_EQ(c.classes.size(), 2U * c.classes_per_wafer);
    for (int wafer = 0; wafer < 2; ++wafer)
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 12; ++x) {
                std::string expected = "idle";
                for (std::size_t r = 0; r < plan.regions.size(); ++r)
                    if (plan.regions[r].wafer == wafer && plan.regions[r].rect().contains(x, y))
                        expected = "region " + std::to_string(r + 1);
                const auto own = c.class_of_core[static_cast<std::size_t>(y * 12 + x)];
                EXPECT_EQ(c.classes[static_cast<std::size_t>(wafer) * c.classes_per_wafer + own].group,
                          expected)
                    << wafer << " " << x << "," << y;
            }
}

TEST(RegionClasses, TooManyDifferencesGiveNone) {
    RegionPlan plan;
    for (int w = 0; w < 300; ++w) plan.regions.push_back({.wafer = w, .side = 2 + w, .layers = 1});
    EXPECT_TRUE(sim::region_classes(plan, {762, 1172}).empty());
    for (auto& region : plan.regions) region.side = 300;
    EXPECT_FALSE(sim::region_classes(plan, {762, 1172}).empty());
}
