// The least or greatest value of each key: what subsumption leaves, kept as one array.
//
//     distance(x, d) <= distance(x, e) :- e <= d.
//     key x is row 7; column d of row 7 is its best so far, `better` the one that this round found
//
// A round must not see its own rows, so a better value waits until the round ends. Each row knows
// the number of the cause that gave it its value; causes are numbered as time goes on.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/column.hpp"
#include "base/keymap.hpp"

namespace trivium::relations {

using namespace base;

enum class Kind { kInt, kUnsigned, kFloat };

/// A float as a number of its own order: what is not a number equals itself and is above all others.
inline int64_t float_rank(int64_t bits) { return bits < 0 ? bits ^ 0x7FFFFFFFFFFFFFFFll : bits; }

class BestRows {
   public:
    BestRows(int place, bool greatest, Kind kind, size_t arity)
        : place_(place), greatest_(greatest), kind_(kind), map_(static_cast<int>(arity) - 1) {}

    int place() const { return place_; }
    uint32_t cause = 0;  // of the rows that come now

    size_t bytes() const {
        return map_.bytes() + better_.capacity() * sizeof(Better) +
               4 * (at_.capacity() + causes_.capacity() + delta_.capacity() + touched_.capacity());
    }

    /// Add rows, or better values of rows; `visible` of the `length` rows are of rounds before.
    /// Returns how many values came to stand, for a while or for good.
    size_t insert(std::vector<Column>& columns, size_t& length, size_t visible,
                  const int64_t* const* more, size_t n) {
        size_t taken = 0;
        const size_t width = columns.size() - 1;
        key_.resize(width + 1);
        const int64_t* values = more[place_];
        if (width == 1 && n > 4096) map_.expect(more[place_ ? 0 : 1], n);
        for (size_t from = 0; from < n; from += kStep) {
            const size_t size = n - from < kStep ? n - from : kStep;
            uint32_t numbers[kStep];
            number(more, from, size, numbers);
            const int64_t* own = columns[place_].data();
            for (size_t i = 0; i < size; ++i) {
                if (i + 8 < size && numbers[i + 8] < length) {
                    __builtin_prefetch(own + numbers[i + 8]);
                    __builtin_prefetch(&at_[numbers[i + 8]]);
                }
                const uint32_t row = numbers[i];
                const int64_t value = values[from + i];
                if (row >= length) {
                    for (size_t c = 0; c < columns.size(); ++c) columns[c].append(&more[c][from + i], 1);
                    own = columns[place_].data();
                    ++length;
                    at_.push_back(kNone);
                    causes_.push_back(cause);
                    touched_.push_back(0);
                } else if (rank(value) >= rank(own[row])) {
                    continue;
                } else if (row >= visible) {
                    columns[place_].own()[row] = value;
                    own = columns[place_].data();
                    causes_[row] = cause;
                } else if (at_[row] == kNone) {
                    at_[row] = static_cast<uint32_t>(better_.size());
                    better_.push_back({value, cause, row});
                } else if (Better& better = better_[at_[row]]; rank(value) < rank(better.value)) {
                    better.value = value;
                    better.cause = cause;
                } else {
                    continue;
                }
                ++taken;
            }
        }
        return taken;
    }

    /// End a round: better values take their places, and the rows that have one are the delta, in
    /// their order, where neighbours stand together in memory.
    void advance(std::vector<Column>& columns, size_t visible, size_t length, uint32_t round) {
        delta_.clear();
        if (!better_.empty()) {
            list_better(visible);
            int64_t* own = columns[place_].own();
            for (uint32_t row : delta_) {
                const Better& better = better_[at_[row]];
                own[row] = better.value;
                causes_[row] = better.cause;
                at_[row] = kNone;
            }
            better_.clear();
        }
        for (size_t row = visible; row < length; ++row) delta_.push_back(static_cast<uint32_t>(row));
        for (uint32_t row : delta_) touched_[row] = round;
    }

    /// Every row is new.
    void see_all(size_t length, uint32_t round) {
        delta_.resize(length);
        for (size_t row = 0; row < length; ++row) delta_[row] = static_cast<uint32_t>(row);
        for (uint32_t row : delta_) touched_[row] = round;
    }

    const std::vector<uint32_t>& delta() const { return delta_; }
    bool is_new(size_t row, uint32_t round) const { return touched_[row] == round; }

    /// Which of some keys' rows there are; `kNone` for none.
    void find(const int64_t* const* more, size_t n, uint32_t* numbers) {
        std::vector<int64_t> key(key_.size() + map_.width() + 1);
        for (size_t i = 0; i < n; ++i) {
            fill(more, i, key.data());
            numbers[i] = map_.find(key.data());
        }
    }

    /// The rows in the order of their causes, and how many each cause has.
    std::vector<uint32_t> order(std::vector<int64_t>& counts) const {
        uint32_t last = 0;
        for (uint32_t each : causes_) last = each > last ? each : last;
        counts.assign(last + size_t{1}, 0);
        for (uint32_t each : causes_) ++counts[each];
        std::vector<size_t> next(counts.size());
        for (size_t c = 1; c < counts.size(); ++c)
            next[c] = next[c - 1] + static_cast<size_t>(counts[c - 1]);
        std::vector<uint32_t> rows(causes_.size());
        for (size_t row = 0; row < rows.size(); ++row)
            rows[next[causes_[row]]++] = static_cast<uint32_t>(row);
        return rows;
    }

   private:
    static constexpr size_t kStep = 512;
    struct Better {
        int64_t value;
        uint32_t cause, row;
    };

    /// Smaller is better.
    int64_t rank(int64_t value) const {
        if (kind_ == Kind::kUnsigned) value = static_cast<int64_t>(static_cast<uint64_t>(value) ^ (uint64_t{1} << 63));
        if (kind_ == Kind::kFloat) value = float_rank(value);
        return greatest_ ? ~value : value;
    }

    void list_better(size_t visible) {
        if (better_.size() < visible / 16) {
            for (const Better& better : better_) delta_.push_back(better.row);
            std::sort(delta_.begin(), delta_.end());
            return;
        }
        for (uint32_t row = 0; row < visible; ++row)
            if (at_[row] != kNone) delta_.push_back(row);
    }

    void fill(const int64_t* const* more, size_t row, int64_t* key) const {
        for (int c = 0, k = 0; k < map_.width(); ++c)
            if (c != place_) key[k++] = more[c][row];
    }

    void number(const int64_t* const* more, size_t from, size_t n, uint32_t* numbers) {
        if (map_.width() == 1) {
            const int64_t* key = more[place_ ? 0 : 1] + from;
            for (size_t i = 0; i < n; ++i) {
                if (i + 16 < n) map_.prefetch(&key[i + 16]);
                numbers[i] = map_.insert(&key[i]);
            }
            return;
        }
        for (size_t i = 0; i < n; ++i) {
            fill(more, from + i, key_.data());
            numbers[i] = map_.insert(key_.data());
        }
    }

    int place_;
    bool greatest_;
    Kind kind_;
    KeyMap map_;
    std::vector<uint32_t> causes_;   // by row
    std::vector<uint32_t> touched_;  // by row: the round from which its value is new
    std::vector<Better> better_;     // the better values of this round
    std::vector<uint32_t> at_;       // by row: where its better value stands, or kNone
    std::vector<uint32_t> delta_;
    std::vector<int64_t> key_;
};

}  // namespace trivium::relations
