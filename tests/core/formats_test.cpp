// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats.hpp"
#include "core/io/kineto_reader.hpp"
#include "core/io/scenario_json.hpp"
#include "core/io/text_stream.hpp"

#include "onnx_builder.hpp"
#include "shared_data.hpp"

#include <random>

using namespace waferscope::core;
using namespace onnx_builder;

namespace {

const std::string kOnnx = model(input(value("x", {2})) + node("Relu", {"x"}, {"y"}));
constexpr auto kConfig =
    R"({"num_hidden_layers":2,"hidden_size":8,"num_attention_heads":2,"intermediate_size":16,"vocab_size":10})";

std::string_view format_of(std::string_view bytes) {
    const auto* format = detect_format(bytes);
    return format == nullptr ? "" : format->id;
}

Error refused(const std::string& bytes, const std::string& extension = "") {
    const TemporaryFile file(bytes, extension);
    const auto read = read_workload(file.path());
    EXPECT_FALSE(read);
    if (read) return {};
    EXPECT_TRUE(read.error().where.starts_with(file.path().string())) << read.error().where;
    EXPECT_FALSE(read.error().hint.empty());
    return read.error();
}

}  // namespace

TEST(Formats, AreFoundByContent) {
    EXPECT_EQ(format_of(kOnnx), "onnx");
    EXPECT_EQ(format_of(kConfig), "hf_config");
    EXPECT_EQ(format_of(R"({"format":"waferscope.scenario","workload":{"llm":{"hidden_size":1}}})"),
              "scenario");
    EXPECT_EQ(format_of(std::string_view("SQLite format 3\0 and more", 24)), "session");
    EXPECT_EQ(format_of("random text"), "");
}

TEST(Formats, ReadWhateverTheExtension) {
    const TemporaryFile model_file(kOnnx, ".txt"), config(kConfig, ".bin");
    EXPECT_EQ(read_workload(model_file.path())->format, "onnx");
    EXPECT_EQ(read_workload(config.path())->format, "hf_config");
}

TEST(Formats, RefuseMissingEmptyAndFolders) {
    EXPECT_EQ(read_workload("/nowhere/x.onnx").error().code, ErrorCode::file_missing);
    EXPECT_EQ(refused("").code, ErrorCode::file_cut);
    EXPECT_EQ(read_workload(std::filesystem::temp_directory_path()).error().code, ErrorCode::format);
}

TEST(Formats, SayHowAFileBeginsThatNobodyKnows) {
    const auto error = refused("hello \"you\"\x01 out there");
    EXPECT_EQ(error.code, ErrorCode::format);
    EXPECT_NE(error.message.find(R"(hello \x22you\x22\x01 ou)"), std::string::npos) << error.message;
}

TEST(Formats, GiveForeignFilesTheirOwnHint) {
    EXPECT_NE(refused("QNX", ".nsys-rep").hint.find("PyTorch profiler"), std::string::npos);
    EXPECT_NE(refused("PK\x03\x04 archive/data.pkl").hint.find("ONNX"), std::string::npos);
    EXPECT_NE(refused("\x80\x02}q", ".bin").message.find("pickle"), std::string::npos);
    EXPECT_NE(refused("ptrt", ".engine").message.find("engine"), std::string::npos);
    EXPECT_NE(refused(std::string("\x1C\0\0\0TFL3....", 12)).message.find("TensorFlow Lite"),
              std::string::npos);
}

TEST(Formats, SessionsAndScenariosAreNoGraphs) {
    EXPECT_NE(refused(R"({"format":"waferscope.scenario"})").message.find("scenario"), std::string::npos);
    EXPECT_NE(refused(std::string("SQLite format 3\0 and more", 24)).message.find("session"),
              std::string::npos);
}

TEST(Formats, NameTheByteWhereAModelEnds) {
    const auto error = refused(kOnnx.substr(0, 12));
    EXPECT_EQ(error.code, ErrorCode::file_cut);
    EXPECT_TRUE(error.where.ends_with(":byte 12"));
}

TEST(Formats, SurviveGarbage) {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string bytes(1 + random() % 300, '\0');
        for (auto& byte : bytes) byte = static_cast<char>(random());
        if (round % 2 == 0) bytes[0] = '\x08';
        if (const auto* format = detect_format(bytes); format != nullptr && format->read != nullptr)
            (void)format->read(bytes, "garbage", {});
    }
}

TEST(Formats, OurOwnSmallFilesAreReadAndPastFindingsDoNoHarm) {
    int graphs = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(WAFERSCOPE_TEST_DATA)) {
        if (!entry.is_regular_file()) continue;
        SCOPED_TRACE(entry.path());
        const auto reader = entry.path().parent_path().filename().string();
        if (reader == "scenario" || reader == "session" || reader == "kineto") continue;
        const auto read = read_workload(entry.path());
        if (entry.path().filename().string().starts_with("found_")) continue;  // it need not be accepted
        ASSERT_TRUE(read) << to_text(read.error());
        EXPECT_EQ(read->format, reader);
        ++graphs;
    }
    EXPECT_GE(graphs, 5);
}

TEST(Formats, OurOwnScenariosAndTracesAreRead) {
    int files = 0;
    for (const auto* folder : {"scenario", "session", "kineto"})
        for (const auto& entry : std::filesystem::directory_iterator(std::string(WAFERSCOPE_TEST_DATA) + "/" + folder)) {
            SCOPED_TRACE(entry.path());
            ++files;
            if (folder == std::string_view("kineto")) {  // plain, packed with gzip, in an archive
                auto stream = TextStream::open(entry.path());
                ASSERT_TRUE(stream);
                const auto trace = read_kineto(*stream);
                EXPECT_TRUE(trace) << to_text(trace.error());
                continue;
            }
            const auto bytes = file_bytes(entry.path());
            const auto scenario = parse_scenario(bytes, entry.path().string());
            ASSERT_TRUE(scenario) << to_text(scenario.error());
            EXPECT_EQ(scenario_json(*parse_scenario(scenario_json(*scenario), "again")), scenario_json(*scenario));
        }
    EXPECT_GE(files, 15);
}

TEST(Formats, DoNotMistakeOtherRealFiles) {
    REQUIRE_SHARED_DATA();
    for (const auto* folder : {"kgraph", "scalesim", "traces"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(shared_data(folder))) {
            if (!entry.is_regular_file()) continue;
            const auto id = format_of(file_bytes(entry.path()));
            EXPECT_NE(id, "onnx") << entry.path();
            EXPECT_NE(id, "hf_config") << entry.path();
        }
}
