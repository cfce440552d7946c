// The order of rows by their keys: a radix sort that starts from the last key and its lowest digit.
//
// Only the digits in which values differ are looked at: values of a small range take two passes.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "watch.hpp"

namespace trivium {

/// A key column; `flip` makes its bits grow with its values.
struct SortKey {
    const uint64_t* values;
    uint64_t flip;
};

/// The rows in ascending order of the keys, the first key first; equal rows keep their order.
inline std::vector<int64_t> sorted(const std::vector<SortKey>& keys, size_t n, const Watch& watch) {
    constexpr int kBits = 11;
    constexpr uint64_t kDigit = (uint64_t{1} << kBits) - 1;
    struct Entry {
        uint64_t value;
        uint32_t row;
    };
    std::vector<Entry> entries(n), others(n);
    for (size_t row = 0; row < n; ++row) entries[row].row = static_cast<uint32_t>(row);
    for (size_t k = keys.size(); k-- > 0;) {
        const SortKey& key = keys[k];
        uint64_t least = UINT64_MAX, most = 0;
        for (size_t i = 0; i < n; ++i) {
            watch.pass(i);
            const uint64_t value = key.values[entries[i].row] ^ key.flip;
            entries[i].value = value;
            least = std::min(least, value);
            most = std::max(most, value);
        }
        for (Entry& entry : entries) entry.value -= least;
        const int bits = n ? std::bit_width(most - least) : 0;
        for (int shift = 0; shift < bits; shift += kBits) {
            std::vector<size_t> starts(kDigit + 2);
            for (const Entry& entry : entries) ++starts[(entry.value >> shift & kDigit) + 1];
            for (size_t digit = 0; digit < kDigit; ++digit) starts[digit + 1] += starts[digit];
            for (size_t i = 0; i < n; ++i) {
                watch.pass(i);
                others[starts[entries[i].value >> shift & kDigit]++] = entries[i];
            }
            entries.swap(others);
        }
    }
    std::vector<int64_t> rows(n);
    for (size_t i = 0; i < n; ++i) rows[i] = entries[i].row;
    return rows;
}

}  // namespace trivium
