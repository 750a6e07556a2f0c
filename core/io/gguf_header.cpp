// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/gguf_header.hpp"

#include "core/io/gguf_types.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_set>

namespace waferscope::core {
namespace {

constexpr std::uint64_t kMaxTensors = 10'000'000, kMaxPairs = 1'000'000;
constexpr std::uint64_t kMaxName = 65'535, kMaxDims = 8;
constexpr int kMaxDepth = 4;  ///< arrays in arrays
constexpr std::int64_t kMaxSize = std::int64_t{1} << 48U;

/// Metadata types by their number in the file.
enum class Kind : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, text, array, u64, i64, f64 };

std::size_t width_of(Kind kind) {
    switch (kind) {
        case Kind::u8:
        case Kind::i8:
        case Kind::boolean:
            return 1;
        case Kind::u16:
        case Kind::i16:
            return 2;
        case Kind::u32:
        case Kind::i32:
        case Kind::f32:
            return 4;
        case Kind::u64:
        case Kind::i64:
        case Kind::f64:
            return 8;
        case Kind::text:
        case Kind::array:
            return 0;
    }
    return 0;
}

class HeaderReader {
public:
    HeaderReader(std::string_view bytes, const std::string& file) : bytes_(bytes), file_(file) {}
    Result<GgufHeader> run();

private:
    void refuse(ErrorCode code, std::string message, std::string hint = "fetch the file again") {
        if (!error_)
            error_ = Error{code, std::move(message), fmt::format("{}:byte {}", file_, at_), std::move(hint)};
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
    /// The next `count` bytes; empty, and an error, when the file ends before.
    std::string_view take(std::uint64_t count);
    template <class T>
    T plain() {
        T value{};
        const auto bytes = take(sizeof(T));
        if (!bytes.empty()) std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }
    std::string_view text(std::uint64_t most);
    double number(Kind kind);
    GgufValue value(Kind kind, int depth);
    GgufValue array(int depth);
    void read_pair();
    void read_tensor();
    void check_data();

    std::string_view bytes_;
    const std::string& file_;
    std::size_t at_ = 0;
    GgufHeader out_;
    std::vector<std::uint64_t> offsets_;  ///< by tensor, behind the header
    std::unordered_set<std::string> names_;
    std::optional<Error> error_;
};

std::string_view HeaderReader::take(std::uint64_t count) {
    if (count > left()) {
        refuse(ErrorCode::file_cut,
               fmt::format("{} ends too early. It stops at byte {}; {} more were announced.", file_,
                           bytes_.size(), count - left()),
               "the copy or download did not finish. Nothing was loaded.");
        at_ = bytes_.size();
        return {};
    }
    const auto taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
}

std::string_view HeaderReader::text(std::uint64_t most) {
    const auto length = plain<std::uint64_t>();
    if (!error_ && length > most)
        refuse(ErrorCode::memory,
               fmt::format("A text is said to be {} bytes long; at most {} are read.", length, most));
    return error_ ? std::string_view() : take(length);
}

double HeaderReader::number(Kind kind) {
    switch (kind) {
        case Kind::u8:
            return plain<std::uint8_t>();
        case Kind::i8:
            return plain<std::int8_t>();
        case Kind::boolean:
            return plain<std::uint8_t>() != 0 ? 1 : 0;
        case Kind::u16:
            return plain<std::uint16_t>();
        case Kind::i16:
            return plain<std::int16_t>();
        case Kind::u32:
            return plain<std::uint32_t>();
        case Kind::i32:
            return plain<std::int32_t>();
        case Kind::f32:
            return static_cast<double>(plain<float>());
        case Kind::u64:
            return static_cast<double>(plain<std::uint64_t>());
        case Kind::i64:
            return static_cast<double>(plain<std::int64_t>());
        case Kind::f64:
            return plain<double>();
        case Kind::text:
        case Kind::array:
            break;
    }
    return 0;
}

GgufValue HeaderReader::array(int depth) {
    const auto kind = static_cast<Kind>(plain<std::uint32_t>());
    const auto length = plain<std::uint64_t>();
    GgufValue all{.is_array = true, .length = length};
    if (kind > Kind::f64 || depth >= kMaxDepth) {
        refuse(ErrorCode::value, fmt::format("An array of type {} is not known, or nested too deep.",
                                             static_cast<std::uint32_t>(kind)));
        return all;
    }
    const std::size_t least = kind == Kind::text ? 8 : kind == Kind::array ? 12 : width_of(kind);
    if (length > left() / least) {
        (void)take(bytes_.size());  // says that the file ends
        return all;
    }
    for (std::uint64_t i = 0; i < length && !error_; ++i) {
        const auto item = value(kind, depth + 1);
        if (!item.is_number) continue;
        all.is_number = true;
        all.uneven = all.uneven || (i > 0 && item.number != all.number);
        all.number = i == 0 ? item.number : std::max(all.number, item.number);
    }
    return all;
}

GgufValue HeaderReader::value(Kind kind, int depth) {
    if (kind == Kind::array) return array(depth);
    if (kind == Kind::text) return {.text = text(left())};
    if (kind <= Kind::f64) return {.is_number = true, .number = number(kind)};
    refuse(ErrorCode::value,
           fmt::format("A value of type {} is not known.", static_cast<std::uint32_t>(kind)));
    return {};
}

void HeaderReader::read_pair() {
    const auto key = text(kMaxName);
    const auto kind = static_cast<Kind>(plain<std::uint32_t>());
    if (error_) return;
    const auto read = value(kind, 0);
    if (!error_ && !out_.metadata.emplace(key, read).second)
        refuse(ErrorCode::key, fmt::format("The key \"{}\" is given twice.", key.substr(0, 60)));
}

void HeaderReader::read_tensor() {
    StoredTensor tensor{.name = std::string(text(kMaxName))};
    const auto rank = plain<std::uint32_t>();
    if (!error_ && rank > kMaxDims)
        return refuse(ErrorCode::range,
                      fmt::format("A tensor has {} dimensions; at most {} are read.", rank, kMaxDims));
    std::int64_t elements = 1;
    for (std::uint32_t i = 0; i < rank && !error_; ++i) {
        const auto size = static_cast<std::int64_t>(plain<std::uint64_t>());
        if (!error_ && (size < 0 || __builtin_mul_overflow(elements, size, &elements) || elements > kMaxSize))
            return refuse(ErrorCode::range,
                          fmt::format("Tensor {} is too large.", tensor.name.substr(0, 60)));
        tensor.shape.push_back(size);
    }
    const std::int64_t row = tensor.shape.empty() ? 1 : tensor.shape.front();
    std::ranges::reverse(tensor.shape);  // the file names the innermost dimension first
    const auto number = plain<std::uint32_t>();
    const auto offset = plain<std::uint64_t>();
    if (error_) return;
    const auto* type = find_gguf_type(number);
    if (type == nullptr)
        return refuse(ErrorCode::value,
                      fmt::format("Tensor {} is stored as type {}, which is not known.",
                                  tensor.name.substr(0, 60), number),
                      "was it written by a newer program?");
    if (row % type->block != 0)
        return refuse(ErrorCode::value,
                      fmt::format("Tensor {}: rows of {} values do not divide into {} blocks of {}.",
                                  tensor.name.substr(0, 60), row, type->name, type->block));
    if (!names_.insert(tensor.name).second)
        return refuse(ErrorCode::key,
                      fmt::format("The tensor \"{}\" is given twice.", tensor.name.substr(0, 60)));
    tensor.type = std::string(type->name);
    tensor.dtype = type->dtype;
    tensor.bytes = static_cast<double>(elements / type->block * type->bytes);
    out_.tensors.push_back(std::move(tensor));
    offsets_.push_back(offset);
}

/// Every tensor lies inside the file and none in another.
void HeaderReader::check_data() {
    std::uint64_t alignment = 32;
    if (const auto found = out_.metadata.find("general.alignment"); found != out_.metadata.end())
        alignment = found->second.number >= 1 && found->second.number <= 1 << 20
                        ? static_cast<std::uint64_t>(found->second.number)
                        : 0;
    if (alignment == 0 || !std::has_single_bit(alignment))
        return refuse(ErrorCode::range, "general.alignment must be a power of two up to 1,048,576.");
    const std::uint64_t begin = (at_ + alignment - 1) / alignment * alignment;
    std::vector<std::size_t> order(offsets_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [&](std::size_t i) { return offsets_[i]; });
    std::uint64_t reached = 0;
    for (const auto i : order) {
        const auto& tensor = out_.tensors[i];
        const auto size = static_cast<std::uint64_t>(tensor.bytes);
        if (offsets_[i] < reached && size > 0)
            return refuse(ErrorCode::value,
                          fmt::format("Tensor {} lies over another one.", tensor.name.substr(0, 60)));
        if (size > bytes_.size() || offsets_[i] > bytes_.size() - size ||
            begin > bytes_.size() - size - offsets_[i])
            return refuse(ErrorCode::file_cut,
                          fmt::format("{} ends too early, at byte {}: tensor {} of {} bytes lies behind it.",
                                      file_, bytes_.size(), tensor.name.substr(0, 60), size),
                          "the copy or download did not finish. Nothing was loaded.");
        reached = offsets_[i] + size;
    }
}

Result<GgufHeader> HeaderReader::run() {
    constexpr std::string_view kMagic = "GGUF";
    constexpr std::uint64_t kLeastTensor = 8 + 4 + 4 + 8, kLeastPair = 8 + 4 + 1;
    if (take(kMagic.size()) != kMagic)
        refuse(ErrorCode::format, "This is not a GGUF file.", "is this the right file?");
    out_.version = plain<std::uint32_t>();
    const auto swapped = __builtin_bswap32(out_.version);
    if (!error_ && out_.version != 2 && out_.version != 3)
        refuse(ErrorCode::format,
               swapped == 2 || swapped == 3
                   ? std::string("This GGUF file is big endian.")
                   : fmt::format("This is GGUF version {}; versions 2 and 3 are read.", out_.version),
               "convert it with a current llama.cpp");
    const auto tensors = plain<std::uint64_t>(), pairs = plain<std::uint64_t>();
    if (!error_ && (tensors > kMaxTensors || pairs > kMaxPairs || tensors > left() / kLeastTensor ||
                    pairs > left() / kLeastPair))
        refuse(ErrorCode::file_cut,
               fmt::format("{} tensors and {} keys are announced; the file has {} bytes.", tensors, pairs,
                           bytes_.size()));
    for (std::uint64_t i = 0; i < pairs && !error_; ++i) read_pair();
    for (std::uint64_t i = 0; i < tensors && !error_; ++i) read_tensor();
    if (!error_) check_data();
    if (error_) return tl::unexpected(*error_);
    return std::move(out_);
}

}  // namespace

Result<GgufHeader> read_gguf_header(std::string_view bytes, const std::string& file) {
    return HeaderReader(bytes, file).run();
}

}  // namespace waferscope::core
