// A set of rows of any width: an open-addressing table of row numbers over the columns.
//
// Only row numbers are kept, so a row's values stand once, in the columns. Half of the hash stands
// beside them, so that most rows which differ are told apart without touching the columns.
#pragma once

#include <cstdint>
#include <vector>

#include "base/column.hpp"
#include "base/slots.hpp"
#include "base/watch.hpp"

namespace trivium::base {

inline uint64_t hash_row(const int64_t* const* columns, size_t width, size_t row) {
    uint64_t h = mix(static_cast<uint64_t>(columns[0][row]) + 0x632BE59BD9B4E019ull);
    for (size_t c = 1; c < width; ++c) h = mix(h + static_cast<uint64_t>(columns[c][row]));
    return h;
}

inline uint64_t hash_row(const std::vector<Column>& columns, size_t row) {
    uint64_t h = mix(static_cast<uint64_t>(columns[0].at(row)) + 0x632BE59BD9B4E019ull);
    for (size_t c = 1; c < columns.size(); ++c)
        h = mix(h + static_cast<uint64_t>(columns[c].at(row)));
    return h;
}

class RowSet {
   public:
    size_t bytes() const { return slots_.bytes(); }
    size_t growth(size_t length) const { return slots_.growth(length); }

    /// Insert candidates that would become rows `length`, `length + 1`, ... of `own`; `fresh` gets
    /// the numbers of those that were new. Returns how many.
    size_t insert(const std::vector<Column>& own, size_t length, const int64_t* const* more,
                  size_t n, uint32_t* fresh, const Watch& watch) {
        const size_t width = own.size();
        slots_.reserve(length + n, watch);
        size_t found = 0;
        ahead(n, [&](size_t i) { return hash_row(more, width, i); }, [&](size_t i, uint64_t hash) {
            const auto next = static_cast<uint32_t>(length + found);
            const uint32_t row = slots_.insert(hash, next, [&](uint32_t row) {
                for (size_t c = 0; c < width; ++c)
                    if ((row < length ? own[c].at(row) : more[c][fresh[row - length]]) != more[c][i])
                        return false;
                return true;
            });
            if (row == next) fresh[found++] = static_cast<uint32_t>(i);
        });
        return found;
    }

    /// Take in the rows up to `length`, which are known to differ.
    void adopt(const std::vector<Column>& own, size_t length, const Watch& watch) {
        Pace pace(watch);
        slots_.clear();
        slots_.reserve(length);
        ahead(length, [&](size_t row) { return hash_row(own, row); }, [&](size_t row, uint64_t hash) {
            slots_.insert(hash, static_cast<uint32_t>(row), [](uint32_t) { return false; });
            pace.rows(1);
        });
    }

    void contains(const std::vector<Column>& own, const int64_t* const* keys, size_t n,
                  uint8_t* found) const {
        const size_t width = own.size();
        ahead(n, [&](size_t i) { return hash_row(keys, width, i); }, [&](size_t i, uint64_t hash) {
            found[i] = kNone != slots_.find(hash, [&](uint32_t row) {
                for (size_t c = 0; c < width; ++c)
                    if (own[c].at(row) != keys[c][i]) return false;
                return true;
            });
        });
    }

   private:
    static constexpr size_t kAhead = 16;

    /// Take each of n rows with its hash, whose slot was fetched some rows before.
    template <class Hash, class Take>
    void ahead(size_t n, Hash hash, Take take) const {
        uint64_t hashes[kAhead];
        auto look = [&](size_t i) { slots_.prefetch(hashes[i % kAhead] = hash(i)); };
        for (size_t i = 0; i < n && i < kAhead; ++i) look(i);
        for (size_t i = 0; i < n; ++i) {
            const uint64_t own = hashes[i % kAhead];
            if (i + kAhead < n) look(i + kAhead);
            take(i, own);
        }
    }

    Slots slots_;
};

}  // namespace trivium::base
