// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace waferscope::core {

inline constexpr std::int64_t kUnknownDim = -1;

/// The shape of a tensor on the stack: no rank, or up to kMaxRank dimensions of which any may be unknown.
class Dims {
public:
    static constexpr int kMaxRank = 16;  ///< more are treated as an unknown rank

    Dims() = default;
    Dims(std::initializer_list<std::int64_t> values) : Dims(std::span(values.begin(), values.size())) {}
    explicit Dims(std::span<const std::int64_t> values) {
        if (values.size() > static_cast<std::size_t>(kMaxRank)) return;
        rank_ = 0;
        for (const auto v : values) push(v);
    }
    static Dims filled(int rank, std::int64_t value) {
        Dims dims;
        if (rank < 0 || rank > kMaxRank) return dims;
        dims.rank_ = 0;
        while (dims.rank_ < rank) dims.push(value);
        return dims;
    }

    [[nodiscard]] bool ranked() const { return rank_ >= 0; }
    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] bool known() const { return elements() >= 0; }
    /// Product of the dimensions, -1 when one is unknown; saturates far beyond any memory.
    [[nodiscard]] std::int64_t elements() const {
        if (rank_ < 0) return -1;
        std::int64_t product = 1;
        for (const auto d : *this) {
            if (d < 0) return -1;
            if (__builtin_mul_overflow(product, d, &product) || product > kHuge) product = kHuge;
        }
        return product;
    }

    /// Makes a shape without rank into a scalar first. More than kMaxRank dimensions lose the rank.
    void push(std::int64_t dim) {
        if (rank_ < 0) rank_ = 0;
        if (rank_ == kMaxRank) {
            overflown_ = true;
            return;
        }
        values_[static_cast<std::size_t>(rank_++)] = dim < 0 ? kUnknownDim : dim < kHuge ? dim : kHuge;
    }
    [[nodiscard]] bool overflown() const { return overflown_; }

    std::int64_t& operator[](int i) {
        assert(i >= 0 && i < rank_);
        return values_[static_cast<std::size_t>(i)];
    }
    std::int64_t operator[](int i) const {
        assert(i >= 0 && i < rank_);
        return values_[static_cast<std::size_t>(i)];
    }
    /// The dimension `i`, counted from the end when negative; unknown when there is none.
    [[nodiscard]] std::int64_t at(int i) const {
        if (i < 0) i += rank_;
        return i < 0 || i >= rank_ ? kUnknownDim : values_[static_cast<std::size_t>(i)];
    }
    [[nodiscard]] const std::int64_t* begin() const { return values_.data(); }
    [[nodiscard]] const std::int64_t* end() const { return values_.data() + (rank_ < 0 ? 0 : rank_); }
    [[nodiscard]] std::span<const std::int64_t> span() const { return {begin(), end()}; }

private:
    static constexpr std::int64_t kHuge = std::int64_t{1} << 52U;

    std::array<std::int64_t, kMaxRank> values_;  // only the first rank_ are set
    int rank_ = -1;
    bool overflown_ = false;
};

}  // namespace waferscope::core
