// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace waferscope::core {

/// Walks the fields of one protobuf message without copying. Lengths are 64-bit, so files beyond 2 GiB work.
/// After next() returned false, failed() tells a clean end from damage; then nothing further is read.
class WireCursor {
public:
    enum class Type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

    explicit WireCursor(std::string_view message) : at_(message.data()), end_(at_ + message.size()) {}

    /// Moves to the next field; false at the end of the message or at damage.
    bool next() {
        if (failed_ || at_ == end_) return false;
        start_ = at_;
        const std::uint64_t tag = read_varint();
        field_ = static_cast<std::uint32_t>(tag >> 3U);
        type_ = static_cast<Type>(tag & 7U);
        if (failed_ || field_ == 0 || (tag >> 3U) > kMaxField) return fail();
        switch (type_) {
            case Type::varint:
                value_ = read_varint();
                return !failed_;
            case Type::bytes:
                return read_bytes();
            case Type::fixed32:
                return read_fixed(4);
            case Type::fixed64:
                return read_fixed(8);
        }
        return fail();
    }

    [[nodiscard]] std::uint32_t field() const { return field_; }
    [[nodiscard]] Type type() const { return type_; }
    [[nodiscard]] bool is(std::uint32_t field, Type type) const { return field_ == field && type_ == type; }

    [[nodiscard]] std::int64_t integer() const { return static_cast<std::int64_t>(value_); }
    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    [[nodiscard]] float float32() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value_)); }

    [[nodiscard]] bool failed() const { return failed_; }
    /// Where the current field begins, and, after damage by length, how many bytes it announced.
    [[nodiscard]] const char* position() const { return start_; }
    [[nodiscard]] std::uint64_t announced() const { return announced_; }
    /// True when the damage is a field longer than what is left.
    [[nodiscard]] bool overran() const { return failed_ && overran_; }

private:
    static constexpr std::uint64_t kMaxField = (1U << 29U) - 1;

    bool fail() {
        failed_ = true;
        return false;
    }

    bool overrun(std::uint64_t announced) {
        overran_ = true;
        announced_ = announced;
        return fail();
    }

    std::uint64_t read_varint() {
        if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80U)
            return static_cast<unsigned char>(*at_++);  // nearly always
        return read_long_varint();
    }
    std::uint64_t read_long_varint();

    bool read_bytes() {
        const std::uint64_t length = read_varint();
        if (failed_) return false;
        if (length > static_cast<std::uint64_t>(end_ - at_)) return overrun(length);
        bytes_ = {at_, static_cast<std::size_t>(length)};
        at_ += length;
        return true;
    }

    bool read_fixed(std::size_t size) {
        if (static_cast<std::size_t>(end_ - at_) < size) return overrun(size);
        value_ = 0;
        std::memcpy(&value_, at_, size);  // protobuf is little-endian, as every target of ours
        at_ += size;
        return true;
    }

    const char* at_;
    const char* end_;
    const char* start_ = at_;
    std::uint32_t field_ = 0;
    Type type_ = Type::varint;
    bool failed_ = false, overran_ = false;
    std::uint64_t value_ = 0, announced_ = 0;
    std::string_view bytes_;
};

/// One varint at `at`, which moves behind it; false when it does not end before `end`.
bool read_packed_varint(const char*& at, const char* end, std::uint64_t& value);

/// Calls `visit(std::int64_t)` for each varint of a repeated field, packed or not. False at damage.
template <class Visit>
bool for_each_varint(const WireCursor& cursor, Visit&& visit) {
    if (cursor.type() == WireCursor::Type::varint) {
        visit(cursor.integer());
        return true;
    }
    if (cursor.type() != WireCursor::Type::bytes) return false;
    const char* at = cursor.bytes().data();
    const char* const end = at + cursor.bytes().size();
    while (at != end) {
        std::uint64_t value = 0;
        if (!read_packed_varint(at, end, value)) return false;
        visit(static_cast<std::int64_t>(value));
    }
    return true;
}

}  // namespace waferscope::core
