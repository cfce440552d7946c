// The order of rows by their keys: a radix sort that starts from the last key and its lowest digit.
//
// Only the digits in which values differ are looked at: values of a small range take two passes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/watch.hpp"

namespace trivium::base {

/// A key column; `flip` makes its bits grow with its values.
struct SortKey {
    const uint64_t* values;
    uint64_t flip;
    uint64_t least = 0, range = 0;  // of the flipped values

    uint64_t at(size_t row) const { return (values[row] ^ flip) - least; }
};

/// `Value` holds the range of every key.
template <class Value>
std::vector<int64_t> sorted_by(const std::vector<SortKey>& keys, size_t n, const Watch& watch) {
    constexpr int kBits = 11;
    constexpr Value kDigit = (Value{1} << kBits) - 1;
    struct Entry {
        Value value;
        uint32_t row;
    };
    std::vector<Entry> entries(n), others(n);
    Pace pace(watch);
    for (size_t row = 0; row < n; ++row) entries[row].row = static_cast<uint32_t>(row);
    for (size_t k = keys.size(); k-- > 0;) {
        for (size_t i = 0; i < n; ++i) {
            pace.rows(1);
            entries[i].value = static_cast<Value>(keys[k].at(entries[i].row));
        }
        const int bits = std::bit_width(keys[k].range);
        for (int shift = 0; shift < bits; shift += kBits) {
            std::vector<size_t> starts(size_t{kDigit} + 2);
            for (const Entry& entry : entries) ++starts[(entry.value >> shift & kDigit) + 1];
            for (size_t digit = 0; digit < kDigit; ++digit) starts[digit + 1] += starts[digit];
            for (size_t i = 0; i < n; ++i) {
                pace.rows(1);
                others[starts[entries[i].value >> shift & kDigit]++] = entries[i];
            }
            entries.swap(others);
        }
    }
    std::vector<Entry>().swap(others);
    std::vector<int64_t> rows(n);
    for (size_t i = 0; i < n; ++i) rows[i] = entries[i].row;
    return rows;
}

/// The rows in ascending order of the keys, the first key first; equal rows keep their order.
inline std::vector<int64_t> sorted(std::vector<SortKey> keys, size_t n, const Watch& watch) {
    uint64_t widest = 0;
    Pace pace(watch);
    for (SortKey& key : keys) {
        uint64_t least = UINT64_MAX, most = 0;
        for (size_t row = 0; row < n; ++row) {
            pace.rows(1);
            least = std::min(least, key.at(row));
            most = std::max(most, key.at(row));
        }
        if (!n) continue;
        key.least = least;
        key.range = most - least;
        widest = std::max(widest, key.range);
    }
    return widest >> 32 ? sorted_by<uint64_t>(keys, n, watch) : sorted_by<uint32_t>(keys, n, watch);
}

}  // namespace trivium::base
