// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/paint.hpp"

#include "core/io/line_cursor.hpp"
#include "core/io/text_file.hpp"

#include <fmt/format.h>
#include <limits>
#include <optional>
#include <unordered_map>

namespace waferscope::core {
namespace {

constexpr std::size_t kMostKernels = 20'000;

class Reader {
public:
    Reader(std::string_view text, const std::string& file) : text_(without_mark(text)) {
        layout_.source = file;
    }

    Result<ContestLayout> read() {
        while (!text_.empty() && !error_) {
            ++line_;
            const auto line = next_line(text_);
            if (in_union_)
                in_union_ = line.find(')') == std::string_view::npos;
            else
                read_line(line);
        }
        if (in_union_) refuse(ErrorCode::format, "A union( is not closed.");
        if (!error_ && layout_.kernels.empty())
            refuse(ErrorCode::format, "The file holds no kernel.", "is it cut, or another kind of file?");
        if (error_) return tl::unexpected(*error_);
        return std::move(layout_);
    }

private:
    void refuse(ErrorCode code, std::string message, std::string hint = {}) {
        if (!error_)
            error_ =
                Error{code, std::move(message), fmt::format("{}:{}", layout_.source, line_), std::move(hint)};
    }

    void read_line(std::string_view line) {
        LineCursor cursor(line);
        if (cursor.at_end() || cursor.take("#")) return;
        const auto shown = cursor.excerpt();
        const auto name = cursor.take_word();
        if (name == "include" && !cursor.take("=")) return;
        if (!name.empty() && cursor.take("=")) return read_definition(name, line, cursor);
        if (!name.empty() && cursor.take(":")) return read_property(name, cursor);
        refuse(ErrorCode::format, fmt::format("\"{}\" is no line of a layout.", shown),
               "write k1 = conv( ... ) and k1 : place(x y R0)");
    }

    void read_definition(std::string_view name, std::string_view line, LineCursor& cursor) {
        const auto word = cursor.take_word();
        if (word == "union") {
            in_union_ = line.find(')') == std::string_view::npos;
            return;
        }
        ContestPlace kernel;
        kernel.name = name;
        kernel.line = line_;
        if (word == "conv")
            kernel.kind = ContestKind::conv;
        else if (word == "dblock")
            kernel.kind = ContestKind::dblock;
        else if (word == "cblock")
            kernel.kind = ContestKind::cblock;
        else
            return refuse(ErrorCode::format, fmt::format("{} is no kernel type.", word.substr(0, 24)),
                          "known: conv, dblock, cblock");
        const auto given = given_argument_count(kernel.kind);
        const auto total = given + execution_argument_count(kernel.kind);
        if (!cursor.take("(")) return refuse(ErrorCode::format, fmt::format("Expected ( after {}.", word));
        std::size_t count = 0;
        for (; !cursor.take(")"); ++count) {
            const auto value = read_int(cursor);
            if (!value) return;
            if (count < given)
                kernel.given.push_back(*value);
            else if (count < total)
                kernel.slot.arguments.push_back(*value);
        }
        if (count != total)
            return refuse(ErrorCode::format,
                          fmt::format("A {} has {} arguments, not {}.", word, total, count),
                          "given arguments first, then the execution arguments");
        end_of_line(cursor);
        if (layout_.kernels.size() >= kMostKernels)
            return refuse(ErrorCode::range, fmt::format("There are more than {} kernels.", kMostKernels));
        index_[kernel.name] = layout_.kernels.size();
        layout_.kernels.push_back(std::move(kernel));
    }

    void read_property(std::string_view name, LineCursor& cursor) {
        const auto word = cursor.take_word();
        if (word == "name") return;
        if (word != "place" || !cursor.take("("))
            return refuse(ErrorCode::format, fmt::format("Expected place( or name( at {}.", name));
        const auto found = index_.find(std::string(name));
        if (found == index_.end())
            return refuse(ErrorCode::format, fmt::format("{} is placed before it is defined.", name),
                          "its line with conv, dblock or cblock comes first");
        auto& kernel = layout_.kernels[found->second];
        if (kernel.placed) return refuse(ErrorCode::format, fmt::format("{} is placed twice.", name));
        const auto x = read_int(cursor), y = x ? read_int(cursor) : std::nullopt;
        if (!y) return;
        kernel.slot.x = *x;
        kernel.slot.y = *y;
        const auto turn = cursor.take_word();
        if ((turn != "R0" && turn != "R90") || !cursor.take(")"))
            return refuse(ErrorCode::format, fmt::format("The place of {} has no R0 or R90.", name),
                          "write place(x y R0)");
        kernel.slot.rotated = turn == "R90";
        kernel.placed = true;
        end_of_line(cursor);
    }

    std::optional<int> read_int(LineCursor& cursor) {
        const auto shown = cursor.excerpt();
        const auto value = cursor.take_integer();
        if (!value)
            refuse(ErrorCode::format,
                   shown.empty() ? "The line is cut." : fmt::format("Expected an integer at \"{}\".", shown));
        else if (*value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max())
            refuse(ErrorCode::range, fmt::format("{} does not fit in 32 bits.", *value));
        if (error_) return std::nullopt;
        return static_cast<int>(*value);
    }

    void end_of_line(LineCursor& cursor) {
        if (!cursor.at_end())
            refuse(ErrorCode::format, fmt::format("\"{}\" stands after the line's end.", cursor.excerpt()));
    }

    std::string_view text_;
    ContestLayout layout_;
    int line_ = 0;
    bool in_union_ = false;
    std::optional<Error> error_;
    std::unordered_map<std::string, std::size_t> index_;  ///< name -> its newest definition
};

}  // namespace

Result<ContestLayout> read_paint(std::string_view text, const std::string& file) {
    return Reader(text, file).read();
}

Result<ContestLayout> read_paint_file(const std::string& path) {
    const auto text = read_text_file(path);
    if (!text) return tl::unexpected(text.error());
    return read_paint(*text, path);
}

std::string write_paint(const ContestLayout& layout) {
    std::string text;
    for (const auto& kernel : layout.kernels) {
        text += fmt::format("{} = {}( {} {} )\n", kernel.name, contest_kind_name(kernel.kind),
                            fmt::join(kernel.given, " "), fmt::join(kernel.slot.arguments, " "));
        text += fmt::format("{} : name('{})\n", kernel.name, kernel.name);
        if (kernel.placed)
            text += fmt::format("{} : place({} {} {})\n", kernel.name, kernel.slot.x, kernel.slot.y,
                                kernel.slot.rotated ? "R90" : "R0");
    }
    text += "kmap = union(";
    for (const auto& kernel : layout.kernels) text += ' ' + kernel.name;
    return text + " )\n";
}

}  // namespace waferscope::core
