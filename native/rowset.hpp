// A set of rows of any width: an open-addressing table of (tag, row number) over the columns.
//
// Only row numbers are kept, so a row's values stand once, in the columns. The tag is half of the
// hash, so that rows which differ are told apart without touching the columns.
#pragma once

#include <cstdint>
#include <vector>

#include "column.hpp"
#include "keymap.hpp"

namespace trivium {

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
    size_t bytes() const { return slots_.capacity() * 8; }

    /// Insert candidates that would become rows `length`, `length + 1`, ... of `own`; `fresh` gets
    /// the numbers of those that were new. Returns how many.
    size_t insert(const std::vector<Column>& own, size_t length, const int64_t* const* more,
                  size_t n, uint32_t* fresh) {
        size_t width = own.size();
        reserve(own, length, length + n);
        size_t found = 0;
        uint64_t hashes[kAhead];
        for (size_t i = 0; i < n && i < kAhead; ++i) hashes[i] = look(more, width, i);
        for (size_t i = 0; i < n; ++i) {
            uint64_t h = hashes[i % kAhead];
            if (i + kAhead < n) hashes[i % kAhead] = look(more, width, i + kAhead);
            for (uint64_t at = h & mask_;; at = (at + 1) & mask_) {
                uint64_t slot = slots_[at];
                if (!slot) {
                    slots_[at] = (h >> 32 << 32) | (length + found + 1);
                    fresh[found++] = static_cast<uint32_t>(i);
                    break;
                }
                if ((slot >> 32) != (h >> 32)) continue;
                uint32_t row = static_cast<uint32_t>(slot) - 1;
                bool is_new = row >= length;
                bool same = true;
                for (size_t c = 0; c < width && same; ++c)
                    same = (is_new ? more[c][fresh[row - length]] : own[c].at(row)) == more[c][i];
                if (same) break;
            }
        }
        return found;
    }

    /// Take in the rows up to `length`, which are known to differ.
    void adopt(const std::vector<Column>& own, size_t length) {
        slots_.clear();
        reserve(own, length, length);
    }

    void contains(const std::vector<Column>& own, const int64_t* const* keys, size_t n,
                  uint8_t* found) const {
        size_t width = own.size();
        uint64_t hashes[kAhead];
        for (size_t i = 0; i < n && i < kAhead; ++i) hashes[i] = look(keys, width, i);
        for (size_t i = 0; i < n; ++i) {
            uint64_t h = hashes[i % kAhead];
            if (i + kAhead < n) hashes[i % kAhead] = look(keys, width, i + kAhead);
            found[i] = 0;
            for (uint64_t at = h & mask_; slots_[at]; at = (at + 1) & mask_) {
                if ((slots_[at] >> 32) != (h >> 32)) continue;
                uint32_t row = static_cast<uint32_t>(slots_[at]) - 1;
                bool same = true;
                for (size_t c = 0; c < width && same; ++c) same = own[c].at(row) == keys[c][i];
                if (same) {
                    found[i] = 1;
                    break;
                }
            }
        }
    }

   private:
    static constexpr size_t kAhead = 16;

    uint64_t look(const int64_t* const* columns, size_t width, size_t row) const {
        uint64_t h = hash_row(columns, width, row);
        __builtin_prefetch(&slots_[h & mask_]);
        return h;
    }

    uint64_t look(const std::vector<Column>& columns, size_t row) const {
        uint64_t h = hash_row(columns, row);
        __builtin_prefetch(&slots_[h & mask_]);
        return h;
    }

    /// Room for `wanted` rows; `length` rows stand in the columns.
    void reserve(const std::vector<Column>& own, size_t length, size_t wanted) {
        if (!slots_.empty() && 5 * wanted <= 3 * slots_.size()) return;
        size_t room = slots_.empty() ? 64 : slots_.size();
        while (5 * wanted > 3 * room) room *= 2;
        std::vector<uint64_t>().swap(slots_);
        slots_.assign(room, 0);
        mask_ = room - 1;
        uint64_t hashes[kAhead];
        for (size_t i = 0; i < length && i < kAhead; ++i) hashes[i] = look(own, i);
        for (size_t i = 0; i < length; ++i) {
            uint64_t h = hashes[i % kAhead];
            if (i + kAhead < length) hashes[i % kAhead] = look(own, i + kAhead);
            uint64_t at = h & mask_;
            while (slots_[at]) at = (at + 1) & mask_;
            slots_[at] = (h >> 32 << 32) | (i + 1);
        }
    }

    std::vector<uint64_t> slots_;  // high half: tag, low half: row + 1; 0 is empty
    uint64_t mask_ = 0;
};

}  // namespace trivium
