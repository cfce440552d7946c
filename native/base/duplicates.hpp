// Finding equal rows of a large table: rows are dealt into parts by their hash, so that the table
// which tells the rows of one part apart stays in the cache.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/rowset.hpp"
#include "base/watch.hpp"

namespace trivium::base {

/// Mark each row that equals an earlier one. Returns how many there are.
inline size_t mark_duplicates(const std::vector<const int64_t*>& columns, size_t n,
                              std::vector<bool>& repeated, const Watch& watch) {
    constexpr size_t kPart = 1 << 14;
    Pace pace(watch);
    const size_t width = columns.size();
    int bits = 1;
    while (bits < 12 && (n >> bits) > kPart) ++bits;
    const size_t parts = size_t{1} << bits;
    auto part_of = [bits](uint64_t hash) { return hash >> (64 - bits); };
    // The last multiplication spreads over the high bits, which choose the part.
    auto hash = [&](size_t row) {
        return hash_row(columns.data(), width, row) * 0x9E3779B97F4A7C15ull;
    };

    std::vector<size_t> starts(parts + 1);
    for (size_t row = 0; row < n; ++row) {
        pace.rows(1);
        ++starts[part_of(hash(row)) + 1];
    }
    size_t most = 0;
    for (size_t p = 0; p < parts; ++p) {
        most = std::max(most, starts[p + 1]);
        starts[p + 1] += starts[p];
    }
    struct Entry {
        uint32_t tag, row;
    };
    std::vector<Entry> entries(n);
    std::vector<size_t> next(starts.begin(), starts.end() - 1);
    for (size_t row = 0; row < n; ++row) {
        pace.rows(1);
        uint64_t h = hash(row);
        entries[next[part_of(h)]++] = {static_cast<uint32_t>(h >> 8), static_cast<uint32_t>(row)};
    }

    size_t room = 64;
    while (room < 2 * most) room *= 2;
    std::vector<uint32_t> table(room);  // entry + 1 within the part; 0 is empty
    size_t found = 0;
    for (size_t p = 0; p < parts; ++p) {
        const Entry* part = &entries[starts[p]];
        const size_t size = starts[p + 1] - starts[p];
        pace.rows(size);
        size_t mask = 64;
        while (mask < 2 * size) mask *= 2;
        --mask;
        std::fill(table.begin(), table.begin() + mask + 1, 0);
        for (size_t i = 0; i < size; ++i) {
            size_t at = part[i].tag & mask;
            bool is_new = true;
            for (; table[at]; at = (at + 1) & mask) {
                const Entry& other = part[table[at] - 1];
                if (other.tag != part[i].tag) continue;
                bool same = true;
                for (size_t c = 0; c < width && same; ++c)
                    same = columns[c][other.row] == columns[c][part[i].row];
                if (same) {
                    is_new = false;
                    break;
                }
            }
            if (is_new) {
                table[at] = static_cast<uint32_t>(i + 1);
            } else {
                repeated[part[i].row] = true;
                ++found;
            }
        }
    }
    return found;
}

}  // namespace trivium::base
