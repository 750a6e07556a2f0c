// SPDX-License-Identifier: GPL-3.0-or-later
// Strict reading of our own JSON formats. Included by the .cpp files of core/io only.
#pragma once

#include "core/model/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waferscope::core {

/// Where reading stands: the file's name and the first thing that went wrong. Later calls do nothing.
struct JsonContext {
    std::string file;
    std::optional<Error> error;
    void refuse(ErrorCode code, std::string message, const std::string& pointer, std::string hint = {});
};

/// Parses `text`; refuses bad syntax with its byte offset.
Result<nlohmann::ordered_json> parse_json(std::string_view text, const std::string& file);

/// One JSON object. Remembers which keys were asked for, so that end() can refuse the others by name.
class JsonObject {
public:
    using Json = nlohmann::ordered_json;

    JsonObject(const Json& value, std::string pointer, JsonContext& context);

    [[nodiscard]] bool has(std::string_view key);
    [[nodiscard]] std::string pointer(std::string_view key) const { return pointer_ + "/" + std::string(key); }
    [[nodiscard]] const Json* find(std::string_view key);

    void read(std::string_view key, std::string& out);
    void read(std::string_view key, bool& out);
    /// Refuses numbers outside [min, max] and, for integers, fractions.
    void read(std::string_view key, double& out, double min, double max, std::string_view unit = {});
    void read(std::string_view key, std::int64_t& out, std::int64_t min, std::int64_t max);
    void read(std::string_view key, int& out, int min, int max);
    void read(std::string_view key, std::optional<double>& out, double min, double max);
    /// Position of the text in `words`; refuses others and suggests the nearest.
    template <class Enum>
    void read_word(std::string_view key, Enum& out, std::initializer_list<std::string_view> words) {
        if (const auto index = word_index(key, words)) out = static_cast<Enum>(*index);
    }
    [[nodiscard]] std::optional<std::size_t> word_index(std::string_view key,
                                                        std::initializer_list<std::string_view> words);
    /// The object under `key`, or an empty one.
    [[nodiscard]] JsonObject object(std::string_view key);

    void require(std::string_view key);
    void end();  ///< refuses every key nobody asked for

    [[nodiscard]] JsonContext& context() { return *context_; }

private:
    const Json* value_;  ///< always an object
    std::string pointer_;
    JsonContext* context_;
    std::vector<std::string> asked_;
};

/// The word of `words` with the fewest edits to `word`; empty when none is near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace waferscope::core
