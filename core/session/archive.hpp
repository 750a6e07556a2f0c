// SPDX-License-Identifier: GPL-3.0-or-later
// The byte form of a run's parts. One function per type serves writing and reading.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace waferscope::core {

/// Appends plain values in little-endian order.
class Writer {
public:
    static constexpr bool kReads = false;
    template <class T>
    void plain(T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto* bytes = reinterpret_cast<const char*>(&value);
        data.append(bytes, sizeof(T));
    }
    std::string data;
};

/// Takes them back; a wish for more than is left sets `bad` and yields zeros.
class Reader {
public:
    static constexpr bool kReads = true;
    explicit Reader(const std::string& bytes, int file_version = 0) : version(file_version), data_(bytes) {}
    template <class T>
    void plain(T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        if (bad || data_.size() - at_ < sizeof(T)) {
            bad = true;
            value = T{};
            return;
        }
        std::memcpy(&value, data_.data() + at_, sizeof(T));
        at_ += sizeof(T);
    }
    [[nodiscard]] std::size_t left() const { return data_.size() - at_; }
    bool bad = false;
    int version = 0;  ///< of the file the bytes are from

private:
    const std::string& data_;
    std::size_t at_ = 0;
};

template <class A, class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
void visit(A& archive, T& value) {
    archive.plain(value);
}

template <class A>
void visit_size(A& archive, std::uint64_t& size, std::size_t least_bytes) {
    archive.plain(size);
    if constexpr (A::kReads)
        if (size > archive.left() / least_bytes) archive.bad = true, size = 0;
}

template <class A>
void visit(A& archive, std::string& text) {
    auto size = static_cast<std::uint64_t>(text.size());
    visit_size(archive, size, 1);
    text.resize(size);
    for (auto& c : text) archive.plain(c);
}

template <class A, class T>
void visit(A& archive, std::vector<T>& list) {
    auto size = static_cast<std::uint64_t>(list.size());
    visit_size(archive, size, std::is_arithmetic_v<T> ? sizeof(T) : 1);
    list.resize(size);
    for (auto& item : list) visit(archive, item);
}

template <class A, class T, std::size_t N>
void visit(A& archive, std::array<T, N>& list) {
    for (auto& item : list) visit(archive, item);
}

template <class A, class T>
void visit(A& archive, std::optional<T>& value) {
    auto present = static_cast<std::uint8_t>(value.has_value());
    archive.plain(present);
    if (present == 0) {
        value.reset();
        return;
    }
    if (!value) value.emplace();
    visit(archive, *value);
}

template <class A, class... Ts>
void visit_all(A& archive, Ts&... values) {
    (visit(archive, values), ...);
}

}  // namespace waferscope::core
