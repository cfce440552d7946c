// Grouping and reducing columns: a number for each different row, and one value for each number.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "keymap.hpp"

namespace trivium {

/// Number the different rows of a table in the order of first sight. `numbers` has room for n.
/// Returns the first row of each number.
inline std::vector<int64_t> group(const std::vector<const int64_t*>& columns, size_t n,
                                  int64_t* numbers) {
    std::vector<int64_t> firsts;
    KeyMap map(static_cast<int>(columns.size()));
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
            if (row + kAhead < n) map.prefetch(&key[row + kAhead]);
            uint32_t number = map.insert(&key[row]);
            if (number == firsts.size()) firsts.push_back(static_cast<int64_t>(row));
            numbers[row] = number;
        }
        return firsts;
    }
    for (size_t row = 0; row < n && row + 1 < kAhead; ++row) fill(row);
    for (size_t row = 0; row < n; ++row) {
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

}  // namespace trivium
