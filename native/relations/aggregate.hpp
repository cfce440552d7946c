// Grouping and reducing columns: a number for each different row, and one value for each number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/keymap.hpp"
#include "base/watch.hpp"

namespace trivium::relations {

using namespace base;

/// Number the different rows of a table in the order of first sight. `numbers` has room for n.
/// Returns the first row of each number.
inline std::vector<int64_t> group(const std::vector<const int64_t*>& columns, size_t n,
                                  int64_t* numbers, const Watch& watch) {
    std::vector<int64_t> firsts;
    KeyMap map(static_cast<int>(columns.size()));
    Pace pace(watch);
    constexpr size_t kAhead = 16;
    std::vector<int64_t> keys(kAhead * (columns.size() + 1));
    auto fill = [&](size_t row) {
        int64_t* key = &keys[row % kAhead * columns.size()];
        for (size_t c = 0; c < columns.size(); ++c) key[c] = columns[c][row];
        map.prefetch(key);
    };
    if (columns.size() == 1) {
        const int64_t* key = columns[0];
        for (size_t row = 0; row < n; ++row) {
            pace.rows(1);
            if (row + kAhead < n) map.prefetch(&key[row + kAhead]);
            uint32_t number = map.insert(&key[row]);
            if (number == firsts.size()) firsts.push_back(static_cast<int64_t>(row));
            numbers[row] = number;
        }
        return firsts;
    }
    for (size_t row = 0; row < n && row + 1 < kAhead; ++row) fill(row);
    for (size_t row = 0; row < n; ++row) {
        pace.rows(1);
        if (row + kAhead - 1 < n) fill(row + kAhead - 1);
        uint32_t number = map.insert(&keys[row % kAhead * columns.size()]);
        if (number == firsts.size()) firsts.push_back(static_cast<int64_t>(row));
        numbers[row] = number;
    }
    return firsts;
}

enum class Reduction { kCount, kSum, kMin, kMax };

template <class T>
void reduce(Reduction kind, const T* values, const int64_t* groups, size_t n, T* out, size_t count) {
    std::fill(out, out + count, T{0});
    if (kind == Reduction::kSum) {
        for (size_t i = 0; i < n; ++i) out[groups[i]] += values[i];
        return;
    }
    std::vector<uint8_t> seen(count);
    for (size_t i = 0; i < n; ++i) {
        T& own = out[groups[i]];
        uint8_t& known = seen[groups[i]];
        bool better = !known || (kind == Reduction::kMin ? values[i] < own : own < values[i]);
        if constexpr (std::is_floating_point_v<T>) better |= values[i] != values[i];  // as NumPy
        if (better) own = values[i];
        known = 1;
    }
}

/// Groups with one value each, while rows come: a pass that keeps no number for a row.
template <class T>
class Folding {
   public:
    Folding(Reduction kind, size_t width) : kind_(kind), map_(static_cast<int>(width)), key_(width + 1) {}

    void add(const std::vector<const int64_t*>& keys, const T* values, size_t from, size_t to,
             const Watch& watch) {
        for (size_t next; from < to; from = next) {
            next = std::min(to, from + kPart);
            watch.look();
            add(keys, values, from, next);
        }
    }

    void add(const std::vector<const int64_t*>& keys, const T* values, size_t from, size_t to) {
        if (keys.size() == 1) {
            const int64_t* key = keys[0];
            map_.expect(key + from, to - from);
            if (map_.direct() && map_.direct_size() <= kNear) {
                if (kind_ == Reduction::kMin) return add_near<Reduction::kMin>(key, values, from, to);
                if (kind_ == Reduction::kMax) return add_near<Reduction::kMax>(key, values, from, to);
                return add_near<Reduction::kSum>(key, values, from, to);
            }
            for (size_t row = from; row < to; ++row) {
                if (row + kAhead < to) map_.prefetch(&key[row + kAhead]);
                take(map_.insert(&key[row]), static_cast<int64_t>(row), values ? values[row] : T{1});
            }
            return;
        }
        for (size_t row = from; row < to; ++row) {
            for (size_t c = 0; c < keys.size(); ++c) key_[c] = keys[c][row];
            take(map_.insert(key_.data()), static_cast<int64_t>(row), values ? values[row] : T{1});
        }
    }

    /// Take in the groups of later rows.
    void merge(const std::vector<const int64_t*>& keys, const Folding& later) {
        for (size_t group = 0; group < later.firsts.size(); ++group) {
            const int64_t row = later.firsts[group];
            for (size_t c = 0; c < keys.size(); ++c) key_[c] = keys[c][row];
            take(map_.insert(key_.data()), row, later.values[group]);
        }
    }

    std::vector<int64_t> firsts;  // rows
    std::vector<T> values;

   private:
    static constexpr size_t kAhead = 16, kNear = 1 << 17, kPart = 1 << 18;

    void take(uint32_t group, int64_t row, T value) {
        if (group == firsts.size()) {
            firsts.push_back(row);
            values.push_back(value);
        } else if (kind_ == Reduction::kMin) {
            better<Reduction::kMin>(values[group], value);
        } else if (kind_ == Reduction::kMax) {
            better<Reduction::kMax>(values[group], value);
        } else {
            better<Reduction::kSum>(values[group], value);
        }
    }

    template <Reduction kKind>
    static void better(T& own, T value) {
        if constexpr (kKind == Reduction::kMin) {
            if (value < own) own = value;
        } else if constexpr (kKind == Reduction::kMax) {
            if (own < value) own = value;
        } else {
            own = add_up(own, value);
        }
    }

    /// Keys that index an array which the cache holds.
    template <Reduction kKind>
    void add_near(const int64_t* key, const T* more, size_t from, size_t to) {
        const uint32_t* numbers = map_.direct();
        size_t size = map_.direct_size();
        T* own = values.data();
        for (size_t row = from; row < to; ++row) {
            const uint64_t place = static_cast<uint64_t>(key[row]);
            const T value = more ? more[row] : T{1};
            if (place < size && numbers[place]) {
                better<kKind>(own[numbers[place] - 1], value);
                continue;
            }
            take(map_.insert(&key[row]), static_cast<int64_t>(row), value);
            numbers = map_.direct();
            size = numbers ? map_.direct_size() : 0;
            own = values.data();
        }
    }

    static T add_up(T one, T other) {
        if constexpr (std::is_integral_v<T>) {
            return static_cast<T>(static_cast<uint64_t>(one) + static_cast<uint64_t>(other));
        } else {
            return one + other;
        }
    }

    Reduction kind_;
    KeyMap map_;
    std::vector<int64_t> key_;
};

/// The rows of a large table that equal a row of a small one, found in one pass over the large one
/// and without an index of it: pairs (small row, large row), the large rows ascending.
class Sought {
   public:
    Sought(const std::vector<const int64_t*>& keys, size_t n) : keys_(keys), map_(1), next_(n, kNone) {
        std::vector<uint32_t> last;
        for (size_t row = 0; row < n; ++row) {
            uint32_t number = map_.insert(&keys[0][row]);
            if (number == heads_.size()) {
                heads_.push_back(static_cast<uint32_t>(row));
                last.push_back(static_cast<uint32_t>(row));
            } else {
                next_[last[number]] = static_cast<uint32_t>(row);
                last[number] = static_cast<uint32_t>(row);
            }
        }
    }

    void find(const std::vector<const int64_t*>& columns, size_t from, size_t to,
              std::vector<int64_t>& left, std::vector<int64_t>& right, const Watch& watch) const {
        Pace pace(watch);
        for (size_t row = from; row < to; ++row) {
            pace.rows(1);
            if (row + 16 < to) map_.prefetch(&columns[0][row + 16]);
            const uint32_t number = map_.find(&columns[0][row]);
            if (number == kNone) continue;
            for (uint32_t own = heads_[number]; own != kNone; own = next_[own]) {
                bool same = true;
                for (size_t c = 1; c < columns.size() && same; ++c)
                    same = columns[c][row] == keys_[c][own];
                if (!same) continue;
                left.push_back(own);
                right.push_back(static_cast<int64_t>(row));
            }
        }
    }

   private:
    std::vector<const int64_t*> keys_;
    KeyMap map_;
    std::vector<uint32_t> heads_, next_;  // rows with the same first value, one after another
};

}  // namespace trivium::relations
