// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/kineto_reader.hpp"

#include "core/io/decimal_time.hpp"
#include "core/io/json_events.hpp"
#include "core/io/kineto_event.hpp"
#include "core/io/kineto_header.hpp"
#include "core/io/trace_builder.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <algorithm>

namespace waferscope::core {
namespace {

namespace od = simdjson::ondemand;

/// A copy of some events as a JSON array, with the bytes behind it the parser may look at, and without the
/// control characters some profilers leave in kernel names.
class Window {
public:
    void assign(std::string_view events, bool ascii_only) {
        text_.resize(events.size() + 2 + simdjson::SIMDJSON_PADDING);
        char* out = text_.data();
        *out++ = '[';
        for (const char byte : events) {
            const auto code = static_cast<unsigned char>(byte);
            *out++ = code < 0x20 || (ascii_only && code >= 0x80) ? ' ' : byte;
        }
        *out++ = ']';
        length_ = static_cast<std::size_t>(out - text_.data());
    }
    [[nodiscard]] simdjson::padded_string_view view() const {
        return simdjson::padded_string_view(text_.data(), length_, text_.size());
    }
    [[nodiscard]] std::size_t offset_of(const char* place) const {
        return place >= text_.data() && place < text_.data() + length_
                   ? static_cast<std::size_t>(place - text_.data())
                   : 0;
    }

private:
    std::string text_;
    std::size_t length_ = 0;
};

std::string_view token_of(od::value value) {
    std::string_view token = value.raw_json_token();
    const auto last = token.find_last_not_of(" \t\r\n");
    return token.substr(0, last + 1);
}

std::string_view text_of(od::value value) {
    const auto token = token_of(value);
    return token.size() >= 2 && token.front() == '"' && token.back() == '"'
               ? token.substr(1, token.size() - 2)
               : std::string_view();
}

std::int64_t whole_number(od::value value) {
    std::int64_t number = 0;
    return value.get_int64().get(number) == simdjson::SUCCESS ? number : 0;
}

std::string_view array_of(od::value value) {
    od::array list;
    std::string_view text;
    return value.get_array().get(list) == simdjson::SUCCESS && list.raw_json().get(text) == simdjson::SUCCESS
               ? text
               : std::string_view();
}

void read_arguments(od::value value, RawEvent& event) {
    od::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return;
    for (auto field : object) {
        const od::raw_json_string key = field.key();
        if (key == "name" || key == "labels")
            event.label = text_of(field.value());
        else if (key == "bytes" || key == "Bytes")
            event.bytes = whole_number(field.value());
        else if (key == "In msg nelems")
            event.elements = whole_number(field.value());
        else if (key == "dtype")
            event.dtype = text_of(field.value());
        else if (key == "correlation")
            event.correlation = whole_number(field.value());
        else if (key == "Input Dims" || key == "Input dims")
            event.dims = array_of(field.value());
        else if (key == "Input type")
            event.types = array_of(field.value());
    }
}

/// Whether the arguments of an event say anything we use.
bool wants_arguments(const RawEvent& event) {
    if (event.phase == 'M' || event.phase == 0) return true;
    const auto kind = trace_class(event.category);
    return event.phase == 'X' && kind != TraceClass::other;
}

RawEvent decode(od::object object) {
    RawEvent event;
    for (auto field : object) {
        const od::raw_json_string key = field.key();
        if (key == "ph") {
            const auto text = text_of(field.value());
            event.phase = text.size() == 1 ? text.front() : '?';
        } else if (key == "cat") {
            event.category = text_of(field.value());
        } else if (key == "name") {
            event.name = text_of(field.value());
        } else if (key == "pid") {
            event.process = token_of(field.value());
        } else if (key == "tid") {
            event.thread = token_of(field.value());
        } else if (key == "ts") {
            event.start = token_of(field.value());
        } else if (key == "dur") {
            event.duration = token_of(field.value());
        } else if (key == "args" && wants_arguments(event)) {
            read_arguments(field.value(), event);
        }
    }
    return event;
}

class Reader {
public:
    Reader(TextStream& stream, const TraceOptions& options, const std::stop_token& stop)
        : stream_(stream),
          options_(options),
          stop_(stop),
          events_(stream, "traceEvents"),
          builder_(options) {}

    Result<RankTrace> read() {
        if (const auto found = events_.find_array(); !found) return tl::unexpected(found.error());
        for (;;) {
            if (stop_.stop_requested())
                return fail(ErrorCode::cancelled, "Opening was cancelled.", stream_.name());
            const auto window = events_.next();
            if (!window) return tl::unexpected(window.error());
            if (window->empty()) break;
            if (const auto read = read_window(*window); !read) return tl::unexpected(read.error());
            if (options_.progress) options_.progress(stream_.share_read());
        }
        if (builder_.events() == 0)
            return fail(events_.cut() ? ErrorCode::file_cut : ErrorCode::format, "The trace has no events.",
                        stream_.name(), "was the profiler running?");
        auto trace = builder_.finish();
        trace.file = stream_.name();
        read_kineto_header(events_.rest(), trace);
        if (events_.cut())
            trace.warnings.push_back(fmt::format(
                "{} ends in the middle of event {}. {} events are shown; what came after is missing.",
                stream_.name(), trace.events + 1, trace.events));
        return trace;
    }

private:
    Result<void> read_window(std::string_view text) {
        // A comma separates this window from the one before.
        const auto first = text.find_first_not_of(", \t\r\n");
        if (first == std::string_view::npos) return {};
        text.remove_prefix(first);
        offset_ = events_.offset() + first;
        window_.assign(text, false);
        od::document document;
        auto error = parser_.iterate(window_.view()).get(document);
        if (error == simdjson::UTF8_ERROR) {  // names in another encoding: only their own letters are lost
            window_.assign(text, true);
            error = parser_.iterate(window_.view()).get(document);
        }
        if (error != simdjson::SUCCESS)
            return tl::unexpected(damaged(window_.view().data(), simdjson::error_message(error)));
        try {
            for (auto element : document.get_array()) {
                od::object object;
                if (const auto wrong = element.get_object().get(object); wrong != simdjson::SUCCESS) {
                    return tl::unexpected(damaged(place(document), "an event is no object"));
                }
                builder_.add(decode(object));
            }
        } catch (const simdjson::simdjson_error& wrong) {
            return tl::unexpected(damaged(place(document), wrong.what()));
        }
        return {};
    }

    static const char* place(od::document& document) {
        const char* at = nullptr;
        return document.current_location().get(at) == simdjson::SUCCESS ? at : nullptr;
    }

    Error damaged(const char* at, std::string_view reason) const {
        const auto inside = window_.offset_of(at);
        return {ErrorCode::format, fmt::format("Event {} is damaged: {}.", builder_.events() + 1, reason),
                fmt::format("{}:byte {}", stream_.name(), offset_ + (inside > 0 ? inside - 1 : 0)),
                "copy or export the trace again. Nothing was loaded."};
    }

    TextStream& stream_;
    const TraceOptions& options_;
    const std::stop_token& stop_;
    JsonEvents events_;
    TraceBuilder builder_;
    od::parser parser_;
    Window window_;
    std::uint64_t offset_ = 0;
};

}  // namespace

bool looks_like_kineto(std::string_view head) {
    const auto first = head.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (first == std::string_view::npos) return false;
    if (head[first] == '[') {
        const auto object = head.find_first_not_of(" \t\r\n", first + 1);
        return object != std::string_view::npos && head[object] == '{' &&
               head.substr(0, 4096).find("\"ph\"") != std::string_view::npos;
    }
    return head[first] == '{' && head.find("\"traceEvents\"") != std::string_view::npos;
}

Result<RankTrace> read_kineto(TextStream& stream, const TraceOptions& options, const std::stop_token& stop) {
    return Reader(stream, options, stop).read();
}

}  // namespace waferscope::core
