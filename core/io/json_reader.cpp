// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace waferscope::core {
namespace {

constexpr int kMaxDepth = 64;

const nlohmann::ordered_json& empty_object() {
    static const nlohmann::ordered_json kEmpty = nlohmann::ordered_json::object();
    return kEmpty;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string join(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace

void JsonContext::refuse(ErrorCode code, std::string message, const std::string& pointer, std::string hint) {
    if (!error) error = Error{code, std::move(message), file + ":" + (pointer.empty() ? "/" : pointer), std::move(hint)};
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
    const auto best = std::ranges::min_element(
        words, {}, [&](const std::string& candidate) { return edit_distance(word, candidate); });
    if (best == words.end() || edit_distance(word, *best) > std::max<std::size_t>(2, word.size() / 2)) return {};
    return *best;
}

Result<nlohmann::ordered_json> parse_json(std::string_view text, const std::string& file) {
    int depth = 0;
    const auto bounded = [&depth](int level, nlohmann::ordered_json::parse_event_t, nlohmann::ordered_json&) {
        depth = std::max(depth, level);
        return level <= kMaxDepth;
    };
    try {
        auto value = nlohmann::ordered_json::parse(text, bounded);
        if (depth > kMaxDepth)
            return fail(ErrorCode::value, fmt::format("The JSON is nested deeper than {} levels.", kMaxDepth), file);
        return value;
    } catch (const nlohmann::json::parse_error& error) {
        const bool cut = error.byte > text.size();
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size())), '\n');
        return fail(cut ? ErrorCode::file_cut : ErrorCode::value,
                    cut ? fmt::format("{} ends too early: the JSON stops at byte {}.", file, text.size())
                        : fmt::format("The JSON is not well formed at byte {}.", error.byte),
                    fmt::format("{}:{}", file, line), cut ? "the copy or download did not finish" : "look for a missing comma or quote");
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::range, "A number is larger than any this program can hold.", file,
                    "look for a number with hundreds of digits or a large exponent");
    }
}

JsonObject::JsonObject(const Json& value, std::string pointer, JsonContext& context)
    : value_(&value), pointer_(std::move(pointer)), context_(&context) {
    if (!value.is_object()) {
        context.refuse(ErrorCode::value, "An object {...} was expected.", pointer_);
        value_ = &empty_object();
    }
}

const JsonObject::Json* JsonObject::find(std::string_view key) {
    asked_.emplace_back(key);
    const auto found = value_->find(key);
    return found == value_->end() || found->is_null() ? nullptr : &*found;
}

bool JsonObject::has(std::string_view key) { return find(key) != nullptr; }

void JsonObject::require(std::string_view key) {
    if (!has(key)) context_->refuse(ErrorCode::value, fmt::format("\"{}\" is missing.", key), pointer(key), "add it");
}

void JsonObject::read(std::string_view key, std::string& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string())
        context_->refuse(ErrorCode::value, fmt::format("\"{}\" must be a text.", key), pointer(key));
    else
        out = value->get<std::string>();
}

void JsonObject::read(std::string_view key, bool& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_boolean())
        context_->refuse(ErrorCode::value, fmt::format("\"{}\" must be true or false.", key), pointer(key));
    else
        out = value->get<bool>();
}

void JsonObject::read(std::string_view key, double& out, double min, double max, std::string_view unit) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number()) {
        context_->refuse(ErrorCode::value, fmt::format("\"{}\" must be a number.", key), pointer(key));
        return;
    }
    const double number = value->get<double>();
    if (!(number >= min && number <= max))
        context_->refuse(ErrorCode::range,
                         fmt::format("{} is {:g}; allowed is {:g} to {:g}{}{}.", pointer(key), number, min, max,
                                     unit.empty() ? "" : " ", unit),
                         pointer(key), "give a value inside the range");
    else
        out = number;
}

void JsonObject::read(std::string_view key, std::int64_t& out, std::int64_t min, std::int64_t max) {
    double number = static_cast<double>(out);
    read(key, number, static_cast<double>(min), static_cast<double>(max));
    if (number != std::floor(number))
        context_->refuse(ErrorCode::range, fmt::format("{} is {:g}; it must be a whole number.", pointer(key), number),
                         pointer(key), "round it");
    else
        out = static_cast<std::int64_t>(number);
}

void JsonObject::read(std::string_view key, int& out, int min, int max) {
    std::int64_t wide = out;
    read(key, wide, min, max);
    out = static_cast<int>(wide);
}

void JsonObject::read(std::string_view key, std::optional<double>& out, double min, double max) {
    if (!has(key)) return;
    double number = 0;
    read(key, number, min, max);
    out = number;
}

std::optional<std::size_t> JsonObject::word_index(std::string_view key,
                                                  std::initializer_list<std::string_view> words) {
    std::string text;
    read(key, text);
    if (text.empty()) return std::nullopt;
    const auto found = std::ranges::find(words, text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const std::vector<std::string> all(words.begin(), words.end());
    const auto near = nearest_word(text, all);
    context_->refuse(ErrorCode::value, fmt::format("\"{}\" is not a known {}.", text, key), pointer(key),
                     (near.empty() ? "" : "did you mean \"" + near + "\"? ") + "Allowed: " + join(all));
    return std::nullopt;
}

JsonObject JsonObject::object(std::string_view key) {
    const Json* value = find(key);
    return {value == nullptr ? empty_object() : *value, pointer(key), *context_};
}

void JsonObject::end() {
    for (const auto& item : value_->items()) {
        if (std::ranges::find(asked_, item.key()) != asked_.end()) continue;
        std::vector<std::string> known;
        for (const auto& key : asked_)
            if (std::ranges::find(known, key) == known.end()) known.push_back(key);
        const auto near = nearest_word(item.key(), known);
        context_->refuse(ErrorCode::key,
                         fmt::format("Unknown key \"{}\" at {}.", item.key(), pointer_.empty() ? "/" : pointer_),
                         pointer(item.key()),
                         (near.empty() ? "" : "did you mean \"" + near + "\"? ") + "Allowed here: " + join(known));
        return;
    }
}

}  // namespace waferscope::core
