// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/session.hpp"

#include "core/io/result_json.hpp"
#include "core/io/text_file.hpp"
#include "core/session/run_parts.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace waferscope::core;

namespace {

std::shared_ptr<const Run> small_run() {
    Run run;
    run.scenario.name = "tiny";
    run.scenario.workload = GemmWorkload{.m = 4, .n = 5, .k = 6};
    run.scenario.machine = "m";
    run.machine = std::make_shared<const Machine>(Machine{.id = "m", .name = "Tiny", .layers = "B", .body = Wafer{.grid = {3, 2}}});
    run.summary.step_time_s = 2;
    run.summary.fleet = Fleet{.replicas = 2, .systems = 8, .utilisation_mean = 0.5, .usd_per_month = 1e5, .bound_by = "load"};
    run.summary.hottest_link = HottestLink{"(0, 0) east", 0.75};
    run.step_edges_s = {0, 1, 2};
    run.timeline.names = {"a"};
    run.timeline.lanes = {{.name = "Stage 0", .slices = {{.start_s = 0, .end_s = 2, .index = 3}}}};
    WaferSeries wafer;
    wafer.classes = {.grid = {3, 2}, .wafers = 1, .classes_per_wafer = 2, .class_of_core = {0, 0, 1, 0, 1, 1}, .classes = {{.name = "idle"}, {.name = "busy"}}};
    wafer.series = {{"utilisation", {0, 0.25F, 0, 0.5F}}};
    wafer.fields = {{"colours", {1, 2, 3, 4, 5, 24}}};
    wafer.defects = {{2, 1}};
    wafer.links.plane = {{.box = {0, 0, 3, 2}, .wavelets = {1.0F}}};
    wafer.links.weight = {0.1F, 0.2F};
    run.wafer = wafer;
    run.bottlenecks = {{.id = "kernel", .text = "slow", .share = 0.5, .place = Rect{1, 0, 2, 2}}};
    return std::make_shared<const Run>(std::move(run));
}

std::string file_in_temp(const char* name) { return (std::filesystem::path(testing::TempDir()) / name).string(); }

void write_file(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace

TEST(Session, ReopenedRunIsEqualPartByPart) {
    const auto path = file_in_temp("round_trip.wsp");
    const auto run = small_run();
    ASSERT_TRUE(save_session({.runs = {run, run}}, path));
    const auto opened = open_session(path);
    ASSERT_TRUE(opened) << to_text(opened.error());
    ASSERT_EQ(opened->runs.size(), 2U);
    EXPECT_TRUE(opened->damage.empty());
    for (const auto part : kRunParts) EXPECT_EQ(write_part(*opened->runs[1], part), write_part(*run, part)) << part;
    EXPECT_EQ(opened->runs[0]->wafer->fields.at(0).value, run->wafer->fields[0].value);
    EXPECT_EQ(opened->runs[0]->wafer->defects, run->wafer->defects);
    EXPECT_EQ(result_json(*opened->runs[0]), result_json(*run));
}

TEST(Session, SaveThatFailsLeavesTheOldFile) {
    const auto path = file_in_temp("no_such_folder/x.wsp");
    const auto saved = save_session({.runs = {small_run()}}, path);
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().code, ErrorCode::save);
    EXPECT_EQ(saved.error().where, path);
}

TEST(Session, SavingAgainKeepsABackup) {
    const auto path = file_in_temp("again.wsp");
    ASSERT_TRUE(save_session({.runs = {small_run()}}, path));
    ASSERT_TRUE(save_session({.runs = {small_run(), small_run()}}, path));
    const auto backup = open_session(path + ".bak");
    ASSERT_TRUE(backup);
    EXPECT_EQ(backup->runs.size(), 1U);
}

TEST(Session, RefusesWhatIsNoSession) {
    const auto path = file_in_temp("text.wsp");
    write_file(path, "hello");
    const auto opened = open_session(path);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::session);
    EXPECT_EQ(opened.error().where, path);
    EXPECT_EQ(open_session(file_in_temp("absent.wsp")).error().code, ErrorCode::file_missing);
}

// A flipped bit gives an equal run, a named damage or a refusal: never other numbers, never a crash.
TEST(Session, BitFlipsAndTruncationsAreNeverSilent) {
    const auto path = file_in_temp("whole.wsp"), broken = file_in_temp("broken.wsp");
    ASSERT_TRUE(save_session({.runs = {small_run()}}, path));
    const auto bytes = *read_text_file(path);
    const auto truth = result_json(*small_run());
    std::mt19937 random(7);
    for (int i = 0; i < 300; ++i) {
        std::string copy = bytes;
        copy[random() % copy.size()] ^= static_cast<char>(1U << (random() % 8));
        if (i % 5 == 0) copy.resize(random() % copy.size());
        write_file(broken, copy);
        const auto opened = open_session(broken);
        if (opened && opened->damage.empty()) {
            ASSERT_EQ(opened->runs.size(), 1U);
            EXPECT_EQ(result_json(*opened->runs[0]), truth);
        }
    }
}

// A class index outside its table would be followed by every map.
TEST(RunParts, RefusesIndicesOutsideTheirTables) {
    auto run = *small_run();
    run.wafer->classes.class_of_core[0] = 9;
    const auto bytes = write_part(run, "wafer");
    auto target = *small_run();
    EXPECT_FALSE(read_part(target, "wafer", bytes, 3));
}

TEST(Session, KilledWhileSavingTheOldFileOpensAndLeavesNoLitter) {
    const auto path = file_in_temp("killed.wsp");
    ASSERT_TRUE(save_session({.runs = {small_run()}}, path));
    const auto run = small_run();
    for (int round = 0; round < 10; ++round) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            for (;;) (void)save_session({.runs = {run, run, run}}, path);
        }
        ::usleep(2'000 + 1'700 * static_cast<unsigned>(round));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        const auto opened = open_session(path);
        ASSERT_TRUE(opened) << to_text(opened.error());
        EXPECT_TRUE(opened->damage.empty());
    }
    ASSERT_TRUE(save_session({.runs = {run}}, path));
    for (const auto& entry : std::filesystem::directory_iterator(testing::TempDir()))
        EXPECT_FALSE(entry.path().filename().string().starts_with("killed.wsp.") && entry.path().string().find(".tmp") != std::string::npos) << entry.path();
}

// Version 2 did not say which wafer a kernel lies on: there was one.
TEST(Session, PlacedKernelsKnowTheirWaferSinceVersion3) {
    waferscope::core::Run run = *small_run();
    run.wafer->classes.wafers = 2, run.wafer->classes.classes.resize(4);
    run.wafer->series.clear(), run.wafer->defects.clear();
    run.wafer->placement.kernels = {{.name = "Region 1", .rect = {1, 0, 2, 2}, .wafer = 1}};
    auto bytes = write_part(run, "wafer");
    waferscope::core::Run target = run;
    target.wafer.reset();
    ASSERT_TRUE(read_part(target, "wafer", bytes, 3));
    EXPECT_EQ(target.wafer->placement.kernels[0].wafer, 1);
    bytes.erase(bytes.size() - 8 - 4, 4);  // the wafer, before the count of defects
    EXPECT_FALSE(read_part(target, "wafer", bytes, 3));
    ASSERT_TRUE(read_part(target, "wafer", bytes, 2));
    EXPECT_EQ(target.wafer->placement.kernels[0].wafer, 0);
    EXPECT_EQ(target.wafer->placement.kernels[0].rect, (Rect{1, 0, 2, 2}));
}
