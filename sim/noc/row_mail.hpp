// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace waferscope::sim {

/// Which row a letter comes from: the one above (north), the row itself, the one below.
enum class From : std::uint8_t { above, same, below };

/// Events of later cycles, one list per cycle, row and origin, so that rows advanced by different threads
/// never append to the same list. Lists instead of flags in every router: an idle router costs nothing, the
/// loop over a list is long, hence predicted, and its memory is read in order.
template <class Letter>
class RowMail {
public:
    struct Config {
        int rows = 0;
        std::uint32_t cycles = 1;         ///< more than the longest delay
        std::uint32_t most_same = 0;      ///< letters per cycle from the row itself
        std::uint32_t most_vertical = 0;  ///< and from each neighbour row
    };
    /// Appends to one list.
    class Box {
    public:
        void put(Letter letter) { letters_[(*count_)++] = letter; }

    private:
        friend RowMail;
        Box(Letter* letters, std::uint16_t* count) : letters_(letters), count_(count) {}
        Letter* letters_;
        std::uint16_t* count_;
    };

    explicit RowMail(const Config& config)
        : slots_(config.cycles),
          rows_(static_cast<std::size_t>(config.rows)),
          start_{0, config.most_vertical, config.most_vertical + config.most_same},
          stride_(config.most_same + 2 * config.most_vertical),
          letters_(slots_ * rows_ * stride_),
          counts_(slots_ * rows_) {}

    /// The list of `row` for `cycle`. A row beyond the edge has none: never put into it.
    Box box(std::uint32_t cycle, std::ptrdiff_t row, From from) {
        if (row < 0 || row >= static_cast<std::ptrdiff_t>(rows_)) return {nullptr, nullptr};
        const auto list = list_of(cycle, static_cast<std::size_t>(row));
        const auto origin = static_cast<std::size_t>(from);
        return {&letters_[list * stride_ + start_[origin]], &counts_[list][origin]};
    }
    /// Calls visit(letter) for all letters of a row and cycle and throws them away.
    template <class Visit>
    void empty(std::uint32_t cycle, std::size_t row, Visit visit) {
        const auto list = list_of(cycle, row);
        for (std::size_t origin = 0; origin < start_.size(); ++origin) {
            const Letter* letters = &letters_[list * stride_ + start_[origin]];
            const std::uint32_t count = counts_[list][origin];
            for (std::uint32_t i = 0; i < count; ++i) visit(letters[i]);
        }
        counts_[list] = {};
    }
    [[nodiscard]] std::uint64_t bytes() const {
        return letters_.size() * sizeof letters_[0] + counts_.size() * sizeof counts_[0];
    }

private:
    [[nodiscard]] std::size_t list_of(std::uint32_t cycle, std::size_t row) const {
        return cycle % slots_ * rows_ + row;
    }
    std::size_t slots_, rows_;
    std::array<std::size_t, 3> start_;
    std::size_t stride_;
    std::vector<Letter> letters_;                       ///< [cycle][row][origin][letter]
    std::vector<std::array<std::uint16_t, 4>> counts_;  ///< [cycle][row][origin]; the fourth pads to a word
};

}  // namespace waferscope::sim
