// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/kineto_event.hpp"
#include "core/io/name_pool.hpp"
#include "core/model/trace.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waferscope::core {

/// Collects the events of one trace into lanes.
class TraceBuilder {
public:
    void add(const RawEvent& event);
    [[nodiscard]] std::int64_t events() const { return trace_.events; }
    /// The trace, lanes sorted: devices first.
    RankTrace finish();

private:
    struct Working {
        TraceLane lane;
        std::string process_key;        ///< token of the process
        std::vector<std::size_t> open;  ///< B events that wait for their E
    };
    /// What a name says about its event, found once per name.
    struct NameFacts {
        bool collective = false, step = false;
    };

    Working& lane_of(const RawEvent& event);
    void add_complete(const RawEvent& event);
    void add_begin(const RawEvent& event);
    void add_end(const RawEvent& event);
    void add_metadata(const RawEvent& event);
    std::uint32_t name_of(std::string_view raw);
    std::uint32_t link_of(const RawEvent& raw, TraceClass kind);
    void place(Working& lane, const RawEvent& raw, std::int64_t start_ns, std::int64_t dur_ns);
    void find_steps();

    RankTrace trace_;
    NamePool raw_names_, shapes_;
    std::string shape_key_;
    std::vector<NameFacts> facts_;
    std::vector<Working> lanes_;
    NamePool lane_keys_;
    std::string key_, last_key_;
    std::uint32_t last_lane_ = 0;
    std::map<std::string, std::string, std::less<>> process_names_, process_labels_;
    std::vector<std::pair<std::uint32_t, std::string>> thread_names_;
    std::map<std::string, TimeSpan> steps_;
    std::int64_t without_time_ = 0, unmatched_ = 0;
    bool any_ = false;
};

}  // namespace waferscope::core
