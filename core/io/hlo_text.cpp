// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/hlo_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace waferscope::core {
namespace {

constexpr std::size_t kMaxInstructions = 5'000'000, kMaxComputations = 1'000'000;
constexpr std::size_t kMaxRank = 64, kMaxArrays = 100'000;
constexpr int kMaxTuples = 16;
constexpr std::int64_t kMaxSize = std::int64_t{1} << 48U;
constexpr double kMaxElements = 1e18;

struct TypeWord {
    std::string_view word;
    Dtype dtype = Dtype::unknown;
};
constexpr std::array kTypes{
    TypeWord{"f32", Dtype::fp32},  TypeWord{"bf16", Dtype::bf16},    TypeWord{"f16", Dtype::fp16},
    TypeWord{"f64", Dtype::fp64},  TypeWord{"pred", Dtype::boolean}, TypeWord{"s32", Dtype::int32},
    TypeWord{"u32", Dtype::int32}, TypeWord{"s64", Dtype::int64},    TypeWord{"u64", Dtype::int64},
    TypeWord{"s16", Dtype::int16}, TypeWord{"u16", Dtype::int16},    TypeWord{"s8", Dtype::int8},
    TypeWord{"u8", Dtype::int8},   TypeWord{"s4", Dtype::int4},      TypeWord{"u4", Dtype::int4},
    TypeWord{"c64", Dtype::fp64},
};

Dtype dtype_of(std::string_view word) {
    if (word.starts_with("f8")) return Dtype::fp8;
    if (word.starts_with("f4")) return Dtype::fp4;
    const auto found = std::ranges::find(kTypes, word, &TypeWord::word);
    return found == kTypes.end() ? Dtype::unknown : found->dtype;
}

bool is_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' || c == '$';
}

/// A position in one statement. Every take_ skips blanks and comments first.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}
    void skip() {
        for (;;) {
            while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t' ||
                                      rest_.front() == '\n' || rest_.front() == '\r'))
                rest_.remove_prefix(1);
            if (!rest_.starts_with("/*")) return;
            const auto end = rest_.find("*/");
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
        }
    }
    bool take(std::string_view word) {
        skip();
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }
    std::string_view take_name() {
        (void)take("%");
        std::size_t n = 0;
        while (n < rest_.size() && is_name(rest_[n])) ++n;
        const auto name = rest_.substr(0, n);
        rest_.remove_prefix(n);
        return name;
    }
    /// What stands between the bracket that comes next and its partner; nothing when it has none.
    std::optional<std::string_view> take_group();
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] char next() {
        skip();
        return rest_.empty() ? '\0' : rest_.front();
    }

private:
    std::string_view rest_;
};

/// Index behind the quoted text that begins at `at`.
std::size_t quote_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '\\')
            ++at;
        else if (text[at] == '"')
            return at + 1;
    }
    return text.size();
}

bool opens(char c) {
    return c == '(' || c == '{' || c == '[';
}
bool closes(char c) {
    return c == ')' || c == '}' || c == ']';
}

/// Index of the first character that `stop` accepts outside brackets and quotes; the size when there is none.
template <class Stop>
std::size_t find_outside(std::string_view text, std::size_t at, Stop stop) {
    for (std::int64_t depth = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            at = quote_end(text, at) - 1;
        } else if (depth <= 0 && stop(c)) {
            return at;
        } else if (opens(c)) {
            ++depth;
        } else if (closes(c)) {
            --depth;
        }
    }
    return text.size();
}

std::optional<std::string_view> Cursor::take_group() {
    skip();
    if (rest_.empty() || !opens(rest_.front())) return std::nullopt;
    const auto end = find_outside(rest_, 1, closes);
    if (end == rest_.size()) return std::nullopt;
    const auto inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return inside;
}

/// Calls take(part) for each part between commas that stand outside brackets.
template <class Take>
void each_part(std::string_view text, Take take) {
    while (!text.empty()) {
        const auto end = find_outside(text, 0, [](char c) { return c == ','; });
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

bool read_array(Cursor& at, HloArray& array) {
    const auto word = at.take_name();
    const auto dims = word.empty() ? std::nullopt : at.take_group();
    if (!dims) return false;
    array.dtype = dtype_of(word);
    bool good = true;
    each_part(*dims, [&](std::string_view part) {
        while (!part.empty() && (part.front() == ' ' || part.front() == '<' || part.front() == '='))
            part.remove_prefix(1);  // "<=8": at most 8
        std::int64_t size = -1;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), size);
        good = good && error == std::errc() && size >= 0 && size <= kMaxSize && array.dims.size() < kMaxRank;
        array.dims.push_back(good ? size : 0);
    });
    if (at.rest().starts_with('{')) good = at.take_group().has_value() && good;  // the layout
    return good && array.elements() <= kMaxElements;
}

bool read_type(Cursor& at, HloType& type, int depth) {
    if (at.next() != '(') {
        type.arrays.emplace_back();
        return type.arrays.size() <= kMaxArrays && read_array(at, type.arrays.back());
    }
    if (depth == kMaxTuples) return false;
    (void)at.take("(");
    type.tuple = type.tuple || depth == 0;
    while (at.next() != ')') {
        if (depth == 0) type.members.push_back(static_cast<std::uint32_t>(type.arrays.size()));
        if (!read_type(at, type, depth + 1)) return false;
        if (!at.take(",") && at.next() != ')') return false;
    }
    return at.take(")");
}

class Parser {
public:
    Parser(std::string_view text, const std::string& file) : text_(text), file_(file) {}
    Result<HloModule> run();

private:
    void refuse(std::string message, std::string hint = "is this HLO text as XLA prints it?") {
        if (!error_)
            error_ = Error{ErrorCode::value, std::move(message), fmt::format("{}:{}", file_, line_),
                           std::move(hint)};
    }
    std::string_view statement();
    void open_computation(std::string_view line);
    void instruction(std::string_view line);
    void link(HloInstruction& instruction);
    void close_computation();

    std::string_view text_;
    const std::string& file_;
    std::size_t at_ = 0, line_ = 0, next_line_ = 1, instructions_ = 0;
    HloModule out_;
    bool inside_ = false, has_entry_ = false, root_ = false;
    std::unordered_map<std::string_view, std::uint32_t> names_;  ///< of the open computation
    std::optional<Error> error_;
};

/// The next statement: to the end of the line where all brackets are closed; a head ends with its "{".
std::string_view Parser::statement() {
    const auto begin = at_;
    line_ = next_line_;
    const auto line_end = std::min(text_.find('\n', at_), text_.size());
    auto head = text_.substr(begin, line_end - begin);
    while (!head.empty() && (head.back() == ' ' || head.back() == '\r')) head.remove_suffix(1);
    const bool whole = !inside_ || head.find('=') == std::string_view::npos;
    const auto end = whole ? line_end : find_outside(text_, begin, [](char c) { return c == '\n'; });
    next_line_ +=
        static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                                            text_.begin() + static_cast<std::ptrdiff_t>(end), '\n')) +
        1;
    at_ = std::min(end + 1, text_.size());
    auto taken = text_.substr(begin, end - begin);
    while (!taken.empty() && (taken.front() == ' ' || taken.front() == '\t')) taken.remove_prefix(1);
    while (!taken.empty() && (taken.back() == ' ' || taken.back() == '\r')) taken.remove_suffix(1);
    return taken;
}

void Parser::open_computation(std::string_view line) {
    Cursor at(line);
    const bool entry = at.take("ENTRY ");
    const auto name = at.take_name();
    if (name.empty() || out_.computations.size() == kMaxComputations)
        return refuse("A computation needs a name.");
    if (entry && has_entry_) return refuse("There are two ENTRY computations.");
    if (!out_.by_name.emplace(name, static_cast<std::uint32_t>(out_.computations.size())).second)
        return refuse(fmt::format("The computation {} is given twice.", name.substr(0, 60)));
    if (entry) out_.entry = static_cast<std::uint32_t>(out_.computations.size());
    has_entry_ = has_entry_ || entry;
    out_.computations.push_back({.name = name});
    inside_ = true, root_ = false;
    names_.clear();
}

void Parser::link(HloInstruction& instruction) {
    each_part(instruction.operands, [&](std::string_view part) {
        // The name stands last; older dumps write its type before it.
        std::size_t begin = part.find_last_of(" %");
        begin = begin == std::string_view::npos ? 0 : begin + 1;
        const auto found = names_.find(part.substr(begin));
        if (found != names_.end())
            instruction.inputs.push_back(found->second);
        else if (part.find('%') != std::string_view::npos)
            refuse(fmt::format("Nothing before this line is called {}.", part.substr(begin).substr(0, 60)),
                   "operands must stand before their use");
    });
}

void Parser::instruction(std::string_view line) {
    Cursor at(line);
    const bool root = at.take("ROOT ");
    HloInstruction made{.name = at.take_name(), .line = line_};
    if (made.name.empty() || !at.take("="))
        return refuse("An instruction \"name = type opcode(...)\" was expected.");
    if (!read_type(at, made.type, 0))
        return refuse(fmt::format("The type of {} cannot be read.", made.name.substr(0, 60)));
    at.skip();
    made.opcode = at.take_name();
    const auto operands = made.opcode.empty() ? std::nullopt : at.take_group();
    if (!operands) return refuse(fmt::format("The operands of {} cannot be read.", made.name.substr(0, 60)));
    made.operands = *operands;
    made.attributes = at.rest();
    if (++instructions_ > kMaxInstructions)
        return refuse("There are more than 5,000,000 instructions.", "split the module");
    auto& computation = out_.computations.back();
    if (made.opcode != "parameter" && made.opcode != "constant") link(made);
    const auto index = static_cast<std::uint32_t>(computation.instructions.size());
    if (!names_.emplace(made.name, index).second)
        return refuse(fmt::format("{} is given twice.", made.name.substr(0, 60)));
    if (root || !root_) computation.root = index;
    root_ = root_ || root;
    computation.instructions.push_back(std::move(made));
}

void Parser::close_computation() {
    if (out_.computations.back().instructions.empty()) refuse("A computation without instructions.");
    inside_ = false;
}

Result<HloModule> Parser::run() {
    while (at_ < text_.size() && !error_) {
        const auto line = statement();
        if (line.empty() || line.starts_with("//") || line.starts_with("#")) continue;
        if (line.starts_with("HloModule ")) {
            Cursor at(line.substr(10));
            out_.name = at.take_name();
        } else if (!inside_) {
            if (line.ends_with('{')) open_computation(line);
        } else if (line.starts_with('}')) {
            close_computation();
        } else {
            instruction(line);
        }
    }
    if (error_) return tl::unexpected(*error_);
    if (inside_)
        return fail(ErrorCode::file_cut,
                    fmt::format("{} ends inside a computation, at byte {}.", file_, text_.size()),
                    fmt::format("{}:{}", file_, line_), "the dump was not written to its end");
    if (!has_entry_)
        return fail(ErrorCode::value, "There is no ENTRY computation.", file_, "is the file complete?");
    return std::move(out_);
}

}  // namespace

double HloArray::elements() const {
    double product = 1;
    for (const auto d : dims) product *= static_cast<double>(d);
    return std::isnan(product) ? 0 : product;  // infinity times a size of zero
}

double HloArray::bytes() const {
    return elements() * bytes_per_element(dtype);
}

std::pair<std::uint32_t, std::uint32_t> HloType::member(std::size_t index) const {
    if (index >= members.size()) return {0, 0};
    return {members[index],
            index + 1 < members.size() ? members[index + 1] : static_cast<std::uint32_t>(arrays.size())};
}

std::string_view hlo_attribute(std::string_view attributes, std::string_view key) {
    std::string_view value;
    each_part(attributes, [&](std::string_view part) {
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        if (value.empty() && part.size() > key.size() && part.starts_with(key) && part[key.size()] == '=')
            value = part.substr(key.size() + 1);
    });
    return value;
}

std::vector<std::int64_t> hlo_numbers(std::string_view text) {
    std::vector<std::int64_t> numbers;
    for (std::size_t at = 0; at < text.size() && numbers.size() < kMaxRank;) {
        if (std::isdigit(static_cast<unsigned char>(text[at])) == 0) {
            ++at;
            continue;
        }
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), number);
        if (error == std::errc()) numbers.push_back(number);
        at = static_cast<std::size_t>(end - text.data());
    }
    return numbers;
}

Result<HloModule> parse_hlo(std::string_view text, const std::string& file) {
    return Parser(text, file).run();
}

}  // namespace waferscope::core
