// SPDX-License-Identifier: GPL-3.0-or-later
// Published formulas and laws of the cluster models; no file outside the repository.
#include "core/io/machine_json.hpp"
#include "sim/cluster/adapters.hpp"
#include "sim/cluster/collective.hpp"
#include "sim/cluster/gemm.hpp"
#include "sim/cluster/memory.hpp"
#include "sim/cluster/schedule.hpp"
#include "sim/simulate.hpp"

#include <algorithm>
#include <gtest/gtest.h>

using namespace waferscope;

namespace {

constexpr double kGib = 1073741824.0;

core::LlmConfig gpt(std::int64_t layers, std::int64_t hidden, std::int64_t heads) {
    return {.layers = layers, .hidden = hidden, .heads = heads, .kv_heads = heads, .head_dim = hidden / heads, .ffn = 4 * hidden, .vocab = 51200, .tied_embeddings = true};
}

sim::Request request(const std::string& machine, core::WorkloadSpec workload, core::Phase phase, int chips, const std::map<std::string, double>& overrides = {}) {
    auto library = core::MachineLibrary::load(WAFERSCOPE_RESOURCES "/machines", WAFERSCOPE_RESOURCES "/calibration");
    if (library && !library->add_accuracy(WAFERSCOPE_RESOURCES "/accuracy.json")) ADD_FAILURE() << "no accuracy.json";
    const auto changed = core::with_overrides(**library->find(machine), overrides);
    return {.scenario = {.name = "test", .workload = std::move(workload), .phase = phase, .global_batch = 1, .seq = 2048, .precision = core::Precision::bf16, .machine = machine, .chips = chips},
            .machine = std::make_shared<const core::Machine>(*changed)};
}

core::Result<core::Run> run(const sim::Request& r) { return sim::simulate(r, sim::Detail::summary, {}, {}); }

core::LlmConfig llama8b() {
    return {.layers = 32, .hidden = 4096, .heads = 32, .kv_heads = 8, .head_dim = 128, .ffn = 14336, .vocab = 128256, .gated_ffn = true};
}

}  // namespace

// Korthikanti et al. 2022, figure 1: GiB per device at tp 8.
struct MemoryCase {
    std::int64_t layers, hidden, heads;
    int pp, interleave, micro_batch;
    double state, none, selective;
};
class PublishedMemory : public testing::TestWithParam<MemoryCase> {};

TEST_P(PublishedMemory, IsMetToATenthOfAPercent) {
    const auto& c = GetParam();
    const core::Scenario scenario{.global_batch = 1024, .seq = 2048};
    core::ParallelPlan plan{.tp = 8, .pp = c.pp, .dp = 1, .interleave = c.interleave, .micro_batch = c.micro_batch};
    const auto model = gpt(c.layers, c.hidden, c.heads);
    const auto none = sim::training_memory(model, scenario, plan);
    EXPECT_NEAR((*none.weights + *none.gradients + *none.optimizer) / kGib, c.state, 1e-3 * c.state);
    EXPECT_NEAR(*none.activations / kGib, c.none, 1e-3 * c.none);
    plan.recompute = core::Recompute::selective;
    plan.sequence_parallel = true;
    EXPECT_NEAR(*sim::training_memory(model, scenario, plan).activations / kGib, c.selective, 1e-3 * c.selective);
}

INSTANTIATE_TEST_SUITE_P(Models, PublishedMemory,
                         testing::Values(MemoryCase{48, 6144, 64, 1, 1, 4, 45.5625, 59.25, 9.5625}, MemoryCase{96, 12288, 96, 8, 3, 1, 45.5625, 66.84375, 12.3515625},
                                         MemoryCase{105, 20480, 128, 35, 3, 1, 31.640625, 114.0234375, 23.076171875}, MemoryCase{128, 25600, 160, 64, 1, 1, 32.958984375, 131.25, 26.5625}));

// Equal chunks, no transfer time: the bubble is (p - 1)/(m v) of the useful time.
TEST(Schedule, InterleavingDividesTheBubbleByTheChunks) {
    const int p = 4, m = 8, v = 2;
    const auto events = sim::interleaved_schedule(std::vector(p, std::vector<sim::StageTimes>(v, {.forward = 1, .backward = 2})), m, 0);
    double end = 0;
    for (const auto& stage : events) {
        EXPECT_EQ(stage.size(), 2U * m * v);
        for (std::size_t i = 1; i < stage.size(); ++i) EXPECT_GE(stage[i].start_s, stage[i - 1].end_s);
        end = std::max(end, stage.back().end_s);
    }
    EXPECT_DOUBLE_EQ(end, 3.0 * m * v * (1 + (p - 1.0) / (m * v)));
}

// design/cluster_models.md 1: 8192 x 256 is 128 tiles on 108 units, q = 0.59.
TEST(Gemm, LastWaveOfTilesIsHalfEmpty) {
    sim::ChipSpec chip{.flops_per_s = 312e12, .compute_units = 108};
    chip.constants.gemm_half_depth = 0;
    EXPECT_NEAR(sim::shape_efficiency({8192, 256, 256}, chip), 128.0 / 216, 1e-12);
    EXPECT_DOUBLE_EQ(sim::shape_efficiency({65536, 4096, 256}, chip), 1);
}

TEST(Gemm, SystolicArrayLosesPaddingAndFill) {
    const sim::ChipSpec chip{.array = 256, .systolic = true};
    EXPECT_DOUBLE_EQ(sim::shape_efficiency({256, 256, 128}, chip), 0.25);  // half of k, half for the fill
    EXPECT_DOUBLE_EQ(sim::attention_fill(128, chip), 0.5);  // a head half as wide as the array
    EXPECT_DOUBLE_EQ(sim::attention_fill(128, {.array = 128, .systolic = true}), 1);
    EXPECT_DOUBLE_EQ(sim::attention_fill(64, {}), 1);
}

// design/cluster_models.md 2: 128 MiB on 4 A100 take 12 + 40 + 895 us.
TEST(Collective, FollowsTheWorkedNumber) {
    sim::ChipSpec chip{.topology = core::Topology::switched, .domain = 8, .scale_up_bytes_per_s = 300e9};
    chip.constants = {.collective_base_s = 6.6e-6, .collective_step_s = 0.9e-6, .collective_sqrt_s = 0.045e-6, .collective_cap_s = 40e-6, .collective_bandwidth_share = 0.75};
    EXPECT_NEAR(sim::all_reduce_s(134217728, 4, chip, false), 947e-6, 2e-6);
    EXPECT_NEAR(sim::all_reduce_s(32768, 4, chip, false), 20.4e-6, 0.2e-6);
}

TEST(Collective, HalvesOfAnAllReduceSendHalfOfItsBytes) {
    using core::CollectiveKind;
    EXPECT_DOUBLE_EQ(sim::collective_volume(CollectiveKind::all_reduce, 8), sim::collective_volume(CollectiveKind::reduce_scatter, 8) + sim::collective_volume(CollectiveKind::all_gather, 8));
}

// Every rank has (nodes - 1)/nodes of its buffer to send through its own port; nothing is summed on the way.
TEST(Collective, AllToAllAcrossNodesIsBoundByThePortOfARank) {
    sim::ChipSpec chip{.topology = core::Topology::switched, .domain = 8, .scale_up_bytes_per_s = 450e9, .scale_out_bytes_per_s = 50e9};
    chip.constants.network_bandwidth_share = 1;
    const double bytes = 1e9, port = 7.0 / 8 * bytes / 50e9;
    const double time = sim::collective_s(core::CollectiveKind::all_to_all, bytes, 64, chip, true);
    EXPECT_GT(time, port);
    EXPECT_LT(time, 1.1 * port);
    EXPECT_LT(sim::collective_s(core::CollectiveKind::all_gather, bytes, 64, chip, true), 0.5 * port);  // a node fetches through all ports
}

TEST(Collective, BusBandwidthStaysBelowTheWire) {
    const auto r = run(request("a100_sxm_80g", core::CollectiveWorkload{core::CollectiveKind::all_reduce, 1e9}, core::Phase::inference, 8));
    ASSERT_TRUE(r) << core::to_text(r.error());
    EXPECT_LE(*r->summary.bus_bandwidth_bytes_per_s, 300e9);
    EXPECT_EQ(r->summary.algorithm, "ring");
}

TEST(ClusterKernel, GemmNeverBeatsThePeakAndFallsWithBandwidth) {
    const core::GemmWorkload thin{64, 12288, 12288, 1};
    const auto slow = run(request("a100_sxm_80g", thin, core::Phase::inference, 1)), fast = run(request("a100_sxm_80g", thin, core::Phase::inference, 1, {{"/memory_bytes_per_s", 4e12}}));
    ASSERT_TRUE(slow && fast);
    EXPECT_LT(fast->summary.step_time_s, slow->summary.step_time_s);
    const auto large = run(request("a100_sxm_80g", core::GemmWorkload{16384, 12288, 12288, 1}, core::Phase::inference, 1));
    EXPECT_LT(*large->summary.mfu, 1);
    EXPECT_GT(*large->summary.mfu, 0.85);  // measured 0.93
}

TEST(ClusterKernel, ElementwiseTimeIsMonotoneInSize) {
    double before = 0;
    for (std::int64_t rows = 1; rows < 1 << 20; rows *= 4) {
        const auto r = run(request("a100_sxm_80g", core::ElementwiseWorkload{core::ElementwiseKind::gelu, rows, 1024}, core::Phase::inference, 1));
        ASSERT_TRUE(r);
        EXPECT_GE(r->summary.step_time_s, before);
        before = r->summary.step_time_s;
    }
}

TEST(ClusterKernel, OneDeviceHasNoCollective) {
    const auto r = run(request("a100_sxm_80g", core::CollectiveWorkload{core::CollectiveKind::all_reduce, 1e6}, core::Phase::inference, 1));
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().where, "/chips");
}

TEST(Serve, MaximumBatchFillsTheMemoryAndBeatsALittleOne) {
    auto r = request("h100_sxm", llama8b(), core::Phase::serve, 1);
    r.scenario.precision = core::Precision::fp8;
    r.scenario.seq = r.scenario.output_tokens = 1000;
    r.scenario.global_batch = core::kMaxBatch;
    const auto most = run(r);
    ASSERT_TRUE(most) << core::to_text(most.error());
    EXPECT_TRUE(most->summary.fits);
    EXPECT_GT(most->scenario.global_batch, 400);  // 472 by the worked number of design/cluster_models.md 3
    EXPECT_LT(most->scenario.global_batch, 520);
    EXPECT_NEAR(*most->summary.tokens_per_s, 15220, 0.15 * 15220);  // published, maximum load
    r.scenario.global_batch = 8;
    const auto few = run(r);
    EXPECT_LT(*few->summary.tokens_per_s, *most->summary.tokens_per_s);
    EXPECT_GT(*few->summary.tokens_per_s_per_user, *most->summary.tokens_per_s_per_user);
}

// An engine's workspace is no gigabytes where all memory is SRAM.
TEST(Serving, WeightsInSramLeaveRoomForRequests) {
    auto r = request("groq_lpu", llama8b(), core::Phase::serve, 128);
    r.scenario.precision = core::Precision::fp16;
    r.scenario.global_batch = 32;
    r.scenario.output_tokens = 256;
    const auto groq = run(r);
    ASSERT_TRUE(groq) << core::to_text(groq.error());
    EXPECT_TRUE(groq->summary.fits);
    EXPECT_LT(groq->summary.memory->total, 230e6);
    EXPECT_GT(*groq->summary.tokens_per_s_per_user, 500);
}

TEST(Training, SequenceParallelAndSelectiveRecomputeBeatFullRecompute) {
    auto r = request("a100_sxm_80g", gpt(96, 12288, 96), core::Phase::train, 64);
    r.scenario.global_batch = 64;
    r.scenario.parallel = core::ParallelPlan{.tp = 8, .pp = 8, .dp = 1, .interleave = 3, .recompute = core::Recompute::full};
    const auto full = run(r);
    r.scenario.parallel->recompute = core::Recompute::selective;
    r.scenario.parallel->sequence_parallel = true;
    const auto selective = run(r);
    ASSERT_TRUE(full && selective);
    EXPECT_NEAR(full->summary.step_time_s, 18.13, 0.08 * 18.13);       // Korthikanti et al. 2022, table 5
    EXPECT_NEAR(selective->summary.step_time_s, 13.75, 0.08 * 13.75);
    r.scenario.parallel->interleave = 1;
    EXPECT_GT(run(r)->summary.bubble_s, selective->summary.bubble_s);
}

TEST(Training, GradientsOfExpertsAreSummedOverTheRanksThatHoldThem) {
    auto model = llama8b();
    model.experts = 8, model.experts_per_token = 2, model.expert_ffn = 14336;
    auto r = request("h100_sxm", model, core::Phase::train, 64);
    r.scenario.global_batch = 256;
    r.scenario.options.attention = core::Attention::flash;
    r.scenario.parallel = core::ParallelPlan{.tp = 1, .dp = 64, .ep = 8, .zero = 1};
    const auto gradients = [](const core::Run& of) {
        for (const auto& slice : of.timeline.lanes.front().slices)
            if (slice.kind == core::SliceKind::gradients) return static_cast<double>(slice.bytes);
        return 0.0;
    };
    const auto dealt = run(r);
    r.scenario.parallel->ep = 1;
    const auto copied = run(r);
    ASSERT_TRUE(dealt && copied);
    const double routed = sim::expert_parameters(model) * 32;
    EXPECT_NEAR(gradients(*copied) - gradients(*dealt), 2 * routed * 7 / 8, 1e-3 * routed);
    EXPECT_LT(dealt->summary.step_time_s, copied->summary.step_time_s);
}

// The Llama 3 Herd of Models (2024), table 4: 405B on 16 pipeline stages of 8 H100, 8 parts per stage: 126 layers leave
// the last two parts to the head. 430 TFLOP/s on 8,192 GPUs, 400 on 16,384; no such row is among the calibration's.
TEST(Training, Llama405bRunsItsPublishedInterleavedPlan) {
    auto r = request("h100_sxm", llama8b(), core::Phase::train, 8192);
    auto& model = std::get<core::LlmConfig>(r.scenario.workload);
    model.layers = 126, model.hidden = 16384, model.heads = 128, model.ffn = 53248;
    r.scenario.seq = 8192;
    r.scenario.global_batch = 2048;
    r.scenario.options.attention = core::Attention::flash;
    r.scenario.parallel = core::ParallelPlan{.tp = 8, .pp = 16, .dp = 64, .interleave = 8, .zero = 1, .sequence_parallel = true};
    const auto smaller = run(r);
    r.scenario.chips = 16384, r.scenario.parallel->dp = 128;
    const auto larger = run(r);
    ASSERT_TRUE(smaller && larger);
    EXPECT_TRUE(std::ranges::none_of(smaller->warnings, [](const auto& text) { return text.find("plain 1F1B") != std::string::npos; }));
    EXPECT_NEAR(*smaller->summary.tflops_per_chip, 430, 0.18 * 430);
    EXPECT_NEAR(*larger->summary.tflops_per_chip, 400, 0.18 * 400);
    EXPECT_LT(*larger->summary.tflops_per_chip, *smaller->summary.tflops_per_chip);  // half the micro-batches, twice the bubble
}

TEST(Evidence, SaysWhetherConstantsWereFittedHereOrInherited) {
    EXPECT_EQ(run(request("a100_sxm_80g", core::GemmWorkload{4096, 4096, 4096, 1}, core::Phase::inference, 1))->evidence.kind, "calibrated");
    EXPECT_EQ(run(request("h200_sxm", core::GemmWorkload{4096, 4096, 4096, 1}, core::Phase::inference, 1))->evidence.kind, "inherited");
}

// Hu et al. 2021, table 4: GPT-3 175B with r_q = r_v = 8 trains 37.7 M parameters; q and v of 96 layers, 12288 wide.
TEST(Adapters, HaveRankTimesInputsAndOutputsPerMatrix) {
    const auto gpt3 = gpt(96, 12288, 96);
    // Four attention matrices, twice those of the paper, and two of 12288 x 49152.
    EXPECT_DOUBLE_EQ(sim::adapter_parameters(gpt3, 8), 2 * 37748736.0 + 96 * 8 * 2 * (12288.0 + 49152.0));
}

TEST(Adapters, TrainFasterAndInLessMemoryThanAllWeights) {
    auto full = request("h100_sxm", llama8b(), core::Phase::finetune, 8);
    full.scenario.global_batch = 64;
    full.scenario.parallel = core::ParallelPlan{.tp = 1, .dp = 8, .zero = 3, .recompute = core::Recompute::full};
    auto adapters = full;
    adapters.scenario.options.lora = true;
    const auto all = run(full), few = run(adapters);
    ASSERT_TRUE(all && few);
    EXPECT_LT(few->summary.step_time_s, 0.9 * all->summary.step_time_s);
    EXPECT_GT(few->summary.step_time_s, 0.6 * all->summary.step_time_s);  // the forward passes and input gradients stay
    EXPECT_DOUBLE_EQ(*few->summary.memory->optimizer, 12 * sim::adapter_parameters(llama8b(), 16) / 8);
    EXPECT_LT(few->summary.mfu.value(), all->summary.mfu.value() * 1.1);
}

TEST(Pipeline, AsManySequencesAsStagesMultiplyTheRateAndKeepTheLatency) {
    auto one = request("h100_sxm", llama8b(), core::Phase::decode, 4);
    one.scenario.parallel = core::ParallelPlan{.pp = 4, .dp = 1};
    auto four = one;
    four.scenario.global_batch = 4;
    const auto a = run(one), b = run(four);
    ASSERT_TRUE(a && b);
    EXPECT_DOUBLE_EQ(*b->summary.tpot_s, *a->summary.tpot_s);
    EXPECT_NEAR(*b->summary.tokens_per_s, 4 * *a->summary.tokens_per_s, 1e-9 * *b->summary.tokens_per_s);
}

TEST(DeviceMap, AStageIsATensorParallelGroupAndLinksTellKindsApart) {
    auto r = request("h100_sxm", gpt(32, 4096, 32), core::Phase::train, 16);
    r.scenario.global_batch = 32;
    r.scenario.parallel = core::ParallelPlan{.tp = 8, .pp = 2, .dp = 1};
    const auto done = sim::simulate(r, sim::Detail::full, {}, {});
    ASSERT_TRUE(done) << core::to_text(done.error());
    const auto& map = *done->devices;
    for (int chip = 0; chip < 16; ++chip) EXPECT_EQ(map.devices[static_cast<std::size_t>(chip)].value_class, chip < 8 ? 0U : 1U) << chip;
    ASSERT_EQ(map.link_classes.size(), 4U);  // chip links and network ports of two stages
    std::vector<double> most(4, 0);
    for (std::size_t i = 0; i < map.link_load.size(); ++i) most[i % 4] = std::max(most[i % 4], double{map.link_load[i]});
    for (const double load : most) EXPECT_GT(load, 0);  // sums inside the nodes, activations between them
    EXPECT_NE(most[0], most[2]);
}

TEST(SramChips, PlansFollowTheDivisorsOfTheChipCount) {
    auto r = request("groq_lpu", core::LlmConfig{.layers = 80, .hidden = 8192, .heads = 64, .kv_heads = 8, .head_dim = 128, .ffn = 28672, .vocab = 128256, .gated_ffn = true}, core::Phase::decode, 576);
    r.scenario.precision = core::Precision::int8;
    const auto run_576 = run(r);  // 576 = 64 x 9: no power of two cuts it
    ASSERT_TRUE(run_576) << core::to_text(run_576.error());
    EXPECT_EQ(run_576->plan.tp * run_576->plan.pp * run_576->plan.dp, 576);
    EXPECT_TRUE(run_576->summary.fits);
    r.scenario.chips = 64;
    EXPECT_FALSE(run(r));  // 70 GB in 15 GB
}

TEST(PhoneEngine, ReadsFourBitWeightsAtMemoryRate) {
    auto r = request("apple_m4_ane", llama8b(), core::Phase::decode, 1);
    r.scenario.precision = core::Precision::fp4;
    const auto few = run(r);
    ASSERT_TRUE(few) << core::to_text(few.error());
    // 8.03e9 parameters of half a byte and a 16-bit head over 120 GB/s: at least 33 ms a token.
    EXPECT_GT(*few->summary.tpot_s, 8.03e9 / 2 / 120e9);
    EXPECT_LT(*few->summary.tpot_s, 2 * 8.03e9 / 2 / 120e9);
    EXPECT_FALSE(run(request("apple_m4_ane", llama8b(), core::Phase::train, 1)));
}

TEST(OnChipStore, ServesProductsThatFit) {
    const auto time = [](std::int64_t n) {
        auto r = request("mtia_v2", core::GemmWorkload{.m = 16, .n = n, .k = n}, core::Phase::inference, 1);
        return run(r)->summary.step_time_s;
    };
    // 2 bytes each: 4 k squared is 32 MB and fits in 256 MB, 16 k squared is 512 MB and does not.
    EXPECT_GT(time(16384) / time(4096), 16 * 4);
}
