// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/kineto_event.hpp"
#include "core/io/name_pool.hpp"
#include "core/io/trace_options.hpp"
#include "core/model/trace.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace waferscope::core {

/// Collects the events of one trace into lanes, those that are wanted and fit.
class TraceBuilder {
public:
    explicit TraceBuilder(const TraceOptions& options);
    void add(const RawEvent& event);
    [[nodiscard]] std::int64_t events() const { return trace_.events; }
    /// The trace, lanes sorted: devices first.
    RankTrace finish();

private:
    struct Working {
        TraceLane lane;
        std::string process_key;        ///< token of the process
        std::vector<std::size_t> open;  ///< B events that wait for their E; kLeftOut for one not kept
    };
    /// What a name says about its event, found once per name.
    struct NameFacts {
        bool collective = false;
    };

    Working& lane_of(const RawEvent& event);
    void add_complete(const RawEvent& event);
    void add_begin(const RawEvent& event);
    void add_end(const RawEvent& event);
    void add_metadata(const RawEvent& event);
    std::uint32_t name_of(std::string_view raw);
    std::uint32_t link_of(const RawEvent& raw, TraceClass kind);
    /// Index of the event in its lane; kLeftOut when it is not wanted.
    std::size_t place(Working& lane, const RawEvent& raw, TimeSpan time);
    void note_step(const RawEvent& raw, TimeSpan time);
    bool wanted(const RawEvent& raw, TimeSpan time);
    void shorten();
    void measure(const std::vector<TraceEvent>& events);
    void find_steps();
    void tell_outside();

    static constexpr std::size_t kLeftOut = static_cast<std::size_t>(-1);

    RankTrace trace_;
    bool only_devices_;
    std::size_t max_bytes_, kept_ = 0, name_bytes_ = 0;
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
    bool any_ = false, any_kept_ = false;
};

}  // namespace waferscope::core
