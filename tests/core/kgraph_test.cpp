// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kgraph.hpp"

#include "tests/core/shared_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace waferscope::core;
using testing::HasSubstr;

namespace {

const std::string kHeader =
    "(*\nwidth=633\nheight=600\nwdeltat=1\nwlength=10\nwadapter=100\nmemlimit=24576\n*)\n";

Error error_of(const std::string& text) {
    const auto graph = read_kgraph(text, "x.kgraph");
    EXPECT_FALSE(graph) << text;
    return graph ? Error{} : graph.error();
}

}  // namespace

TEST(Kgraph, ReadsEveryTrapOfTheFormat) {
    const auto graph = read_kgraph("\xEF\xBB\xBF" + kHeader +
                                       "\r\n(* Node Definitions *)\r\n"
                                       "input[ 0] n=[ 112 112 256 ] name='x' name='k0'\r\n"
                                       "conv[1]\tname='first'\tK=64 U=2 H=28 W=14 R=3 S=1\tC=128 T=2\r\n"
                                       "dblock[ 2 ] f=1024 w=7 h=14\r\n"
                                       "output[10] f=2048 h=14 w=14\r\n"
                                       "(* Connectivity *)\r\n"
                                       "input[ 0]:_\t->\tconv[1]:x, shape:[112][112][256]\r\n"
                                       "conv[1]:y->dblock[ 2]:x\r\n"
                                       "dblock[2]:y -> output[10]:_, shape:[7][7][16]",
                                   "x.kgraph");
    ASSERT_TRUE(graph) << to_text(graph.error());
    EXPECT_EQ(graph->fabric, (GridSize{633, 600}));
    EXPECT_EQ(graph->weight_length, 10);
    EXPECT_EQ(graph->weight_adapter, 100);
    ASSERT_EQ(graph->nodes.size(), 4U);
    EXPECT_EQ(graph->nodes[0].name, "k0");
    EXPECT_EQ(graph->nodes[1].name, "first");
    EXPECT_THAT(graph->nodes[1].arguments(), testing::ElementsAre(28, 14, 128, 64, 3, 1, 2, 2));
    EXPECT_EQ(graph->nodes[2].name, "k2");
    EXPECT_THAT(graph->nodes[2].arguments(), testing::ElementsAre(14, 7, 1024));
    ASSERT_EQ(graph->edges.size(), 3U);
    EXPECT_EQ(graph->edges[1].from, 1U);
    EXPECT_EQ(graph->edges[1].to, 2U);
    EXPECT_THAT(graph->edges[2].shape, testing::ElementsAre(7, 7, 16));
}

TEST(Kgraph, WrittenGraphsReadBackEqual) {
    REQUIRE_SHARED_DATA();
    for (const char* name : {"A", "B", "C", "D", "E", "F", "G", "H", "M", "N"}) {
        const auto graph = read_kgraph_file(shared_data(std::string("kgraph/") + name + ".kgraph").string());
        ASSERT_TRUE(graph) << to_text(graph.error());
        const auto text = write_kgraph(*graph);
        const auto again = read_kgraph(text, "again");
        ASSERT_TRUE(again) << to_text(again.error());
        EXPECT_EQ(write_kgraph(*again), text);
        EXPECT_EQ(again->edges.size(), graph->edges.size());
    }
}

TEST(Kgraph, ToysAreRead) {
    REQUIRE_SHARED_DATA();
    for (const char* name : {"conv.txt", "fork.txt", "kgraph2.txt"}) {
        const auto path = shared_data(std::string("kgraph/") + name);
        const auto graph = read_kgraph_file(path.string());
        EXPECT_TRUE(graph) << to_text(graph.error());
        EXPECT_TRUE(looks_like_kgraph(file_bytes(path)));
    }
}

TEST(Kgraph, RefusalsNameLineAndReason) {
    const struct {
        const char* body;
        const char* where;
        const char* message;
    } cases[] = {
        {"conv[1] H=1 W=1 C=1 K=1 R=1 S=1 T=1\n", "x.kgraph:9", "no U="},
        {"conv[1] H=1 H=2 W=1 C=1 K=1 R=1 S=1 T=1 U=1\n", "x.kgraph:9", "H twice"},
        {"conv[1] H=0 W=1 C=1 K=1 R=1 S=1 T=1 U=1\n", "x.kgraph:9", "H=0"},
        {"conv[1] H=9999999999999999999 W=1\n", "x.kgraph:9", "not an integer"},
        {"conv[1] H=1 Q=1\n", "x.kgraph:9", "has no Q"},
        {"dblock[1] f=4 h=1 w=1 name='a b'\n", "x.kgraph:9", "other signs"},
        {"dblock[1] f=4 h=1 w=1 name='a\n", "x.kgraph:9", "not closed"},
        {"\ndblock[1] f=4 h=1 w=1\ndblock[1] f=4 h=1 w=1\n", "x.kgraph:11", "id 1 is used twice"},
        {"dblock[1] f=4 h=1 w=1 name='k2'\ndblock[2] f=4 h=1 w=1\n", "x.kgraph:10", "name k2 is used twice"},
        {"dblock[1] f=4 h=1 w=1\ndblock[1]:y -> dblock[7]:x\n", "x.kgraph:10", "no node dblock[7]"},
        {"dblock[1] f=4 h=1 w=1\nconv[1]:y -> dblock[1]:x\n", "x.kgraph:10", "is a dblock, not a conv"},
        {"dblock[1] f=4 h=1 w=1\ndblock[1]:y -> dblock[1]:x, shape:[4\n", "x.kgraph:10", "shape is damaged"},
        {"dblock[1] f=4 h=1 w=1\ndblock[1]:y -> dblock[1]:x, shape:[4] junk\n", "x.kgraph:10",
         "stands after"},
        {"dblock[x] f=4\n", "x.kgraph:9", "no id in brackets"},
        {"hello\n", "x.kgraph:9", "is no node"},
        {"(* open\n", "x.kgraph:9", "not closed"},
        {"input[0] n=[1 1 1]\n", "x.kgraph:9", "holds no kernel"},
    };
    for (const auto& c : cases) {
        const auto error = error_of(kHeader + c.body);
        EXPECT_EQ(error.where, c.where) << c.body;
        EXPECT_THAT(error.message, HasSubstr(c.message)) << c.body;
    }
}

TEST(Kgraph, RefusesDamagedHeaders) {
    const std::string node = "dblock[1] f=4 h=1 w=1\n";
    EXPECT_THAT(error_of("(*\nwidth=633\n*)\n" + node).message, HasSubstr("no height="));
    EXPECT_EQ(error_of("(*\nwidth=0\n*)\n" + node).where, "x.kgraph:2");
    EXPECT_EQ(error_of("(*\nwidth=1e9\n*)\n" + node).code, ErrorCode::range);
    EXPECT_THAT(error_of("(*\nwidth=nan\n*)\n" + node).message, HasSubstr("width"));
    EXPECT_THAT(error_of("(*\nwidth=1.5\n*)\n" + node).message, HasSubstr("not an integer"));
    EXPECT_EQ(error_of("(*\nwidht=633\n*)\n" + node).code, ErrorCode::key);
    EXPECT_THAT(error_of("(*\nwidth=6\nwidth=6\n*)\n" + node).message, HasSubstr("twice"));
    EXPECT_THAT(error_of("").message, HasSubstr("no "));
    EXPECT_FALSE(looks_like_kgraph("{\"memlimit\":1}"));
}
