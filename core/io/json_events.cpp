// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_events.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace waferscope::core {
namespace {

constexpr std::size_t kWindow = std::size_t{4} << 20U;
constexpr std::size_t kMaxEvent = std::size_t{256} << 20U;  ///< one event longer than this is refused
constexpr std::size_t kMaxHead = std::size_t{64} << 20U;    ///< text before or behind the events
constexpr int kMaxDepth = 1000;

enum class Class : std::uint8_t { other, quote, escape, open, close };

constexpr auto kClasses = [] {
    std::array<Class, 256> classes{};
    classes['"'] = Class::quote;
    classes['\\'] = Class::escape;
    classes['{'] = classes['['] = Class::open;
    classes['}'] = classes[']'] = Class::close;
    return classes;
}();

Class class_of(char byte) {
    return kClasses[static_cast<unsigned char>(byte)];
}

/// Index behind the string that begins at `at` (a quote); npos when it does not end.
std::size_t string_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1;
        if (text[at] == '\\') ++at;
    }
    return std::string_view::npos;
}

struct Scan {
    std::size_t whole = 0;                     ///< index behind the last whole event
    std::size_t end = std::string_view::npos;  ///< index of the bracket that closes the array
    bool deep = false;
};

/// Walks events from `at`, strings and nesting respected.
Scan scan_events(std::string_view text, std::size_t at) {
    Scan scan{.whole = at};
    int depth = 0;
    while (at < text.size()) {
        const char byte = text[at];
        switch (class_of(byte)) {
            case Class::quote:
                at = string_end(text, at);
                if (at == std::string_view::npos) return scan;
                break;
            case Class::open:
                if (++depth > kMaxDepth) return scan.deep = true, scan;
                ++at;
                break;
            case Class::close:
                if (depth == 0) return scan.end = at, scan;
                if (--depth == 0) scan.whole = at + 1;
                ++at;
                break;
            default:
                ++at;
        }
    }
    return scan;
}

constexpr std::string_view kSpace = " \t\r\n";

/// Index behind the bracket that opens the events; npos when more text is needed.
std::size_t find_events(std::string_view text, std::string_view key) {
    int depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto kind = class_of(text[at]);
        if (kind == Class::quote) {
            const auto end = string_end(text, at);
            if (end == std::string_view::npos) return end;
            const auto word = text.substr(at + 1, end - at - 2);
            at = end;
            if (depth != 1 || word != key) continue;
            const auto colon = text.find_first_not_of(kSpace, at);
            if (colon == std::string_view::npos) return colon;
            if (text[colon] != ':') continue;
            const auto bracket = text.find_first_not_of(kSpace, colon + 1);
            if (bracket == std::string_view::npos || text[bracket] == '[')
                return bracket == std::string_view::npos ? bracket : bracket + 1;
            continue;
        }
        if (kind == Class::open) ++depth;
        if (kind == Class::close) --depth;
        ++at;
    }
    return std::string_view::npos;
}

}  // namespace

bool JsonEvents::fill() {
    if (begin_ > 0) {
        consumed_ += begin_;
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    const auto size = buffer_.size();
    // Grown by its own length once an event is longer than a window: each byte is looked at a few times at
    // most.
    const auto wish = std::max(window_, size);
    window_ = std::min(kWindow, 2 * window_);
    buffer_.resize(size + wish);
    std::size_t got = 0;
    while (got < wish) {
        const auto more = stream_.read(buffer_.data() + size + got, wish - got);
        if (more == 0) break;
        got += more;
    }
    buffer_.resize(size + got);
    return got > 0;
}

Error JsonEvents::too_deep(std::uint64_t at) const {
    return {ErrorCode::format, fmt::format("An event is nested more than {} levels deep.", kMaxDepth),
            fmt::format("{}:byte {}", stream_.name(), at), "is this a trace of the PyTorch profiler?"};
}

Result<void> JsonEvents::find_array() {
    fill();
    if (buffer_.starts_with("\xEF\xBB\xBF")) begin_ = 3;
    const auto first = buffer_.find_first_not_of(kSpace, begin_);
    if (first != std::string::npos && buffer_[first] == '[') {
        bare_ = true;
        begin_ = first + 1;
        return {};
    }
    const auto from = begin_;
    for (std::size_t at = find_events(std::string_view(buffer_).substr(from), key_); true;
         at = find_events(std::string_view(buffer_).substr(from), key_)) {
        if (at != std::string_view::npos) {
            head_ = buffer_.substr(from, at);
            begin_ = from + at;
            return {};
        }
        begin_ = 0;
        if (buffer_.size() > kMaxHead || !fill())
            return fail(ErrorCode::format, fmt::format("The file has no array \"{}\".", key_), stream_.name(),
                        "is it complete, and a trace of the PyTorch profiler?");
    }
}

Result<std::string_view> JsonEvents::next() {
    while (!done_) {
        const auto scan = scan_events(buffer_, begin_);
        if (scan.deep) return tl::unexpected(too_deep(consumed_ + begin_));
        offset_ = consumed_ + begin_;
        if (scan.end != std::string_view::npos) {
            const std::string_view window = std::string_view(buffer_).substr(begin_, scan.end - begin_);
            begin_ = scan.end;
            done_ = true;
            if (window.find_first_not_of(kSpace) == std::string_view::npos) break;
            return window;
        }
        if (scan.whole > begin_) {
            const std::string_view window = std::string_view(buffer_).substr(begin_, scan.whole - begin_);
            begin_ = scan.whole;
            return window;
        }
        if (buffer_.size() - begin_ > kMaxEvent)
            return fail(ErrorCode::memory, fmt::format("One event is longer than {} bytes.", kMaxEvent),
                        fmt::format("{}:byte {}", stream_.name(), offset_), "the file may be damaged");
        if (!fill()) {
            cut_ = done_ = true;
            return std::string_view();
        }
    }
    if (!cut_)
        if (const auto tail = read_tail(); !tail) return tl::unexpected(tail.error());
    return std::string_view();
}

Result<void> JsonEvents::read_tail() {
    if (!tail_.empty()) return {};
    while (buffer_.size() - begin_ <= kMaxHead && fill()) {
    }
    if (buffer_.size() - begin_ > kMaxHead)
        return fail(ErrorCode::memory, fmt::format("More than {} bytes follow the events.", kMaxHead),
                    stream_.name(), "the file may be damaged");
    tail_ = buffer_.substr(begin_);
    return {};
}

std::string JsonEvents::rest() const {
    return bare_ || cut_ || tail_.empty() ? "{}" : head_ + tail_;
}

}  // namespace waferscope::core
