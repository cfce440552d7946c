// Which rows of a growing table have a key: the rows of each key, in the order in which they came.
//
//     rows 0: 7 | 1: 4 | 2: 7      find 7 -> its number, 2 rows      expand -> 0, 2
//
// It serves plans that run step by step. The rows of a key are a chain, so that a row that comes
// moves none of those that are there.
#pragma once

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "base/keymap.hpp"
#include "base/watch.hpp"

namespace trivium::relations {

using namespace base;

class RowIndex {
   public:
    explicit RowIndex(int width) : map_(width) {}

    int width() const { return map_.width(); }
    uint32_t keys() const { return map_.size(); }

    /// Index some rows more; `columns` are whole key columns.
    void extend(const std::vector<const int64_t*>& columns, const int64_t* rows, size_t n,
                const Watch& watch) {
        if (links_.size() + n >= kNone) throw std::length_error("an index has at most 2^32 rows");
        if (n > links_.size()) {
            links_.reserve(links_.size() + n);
            if (width() > 1) {  // most keys of several columns are a row's alone
                map_.reserve(n);
                chains_.reserve(chains_.size() + n);
            }
        }
        Pace pace(watch);
        each_key(columns, [&](size_t i) { return rows[i]; }, n, [&](size_t i, const int64_t* key) {
            pace.rows(1);
            const uint32_t number = map_.insert(key);
            const auto at = static_cast<uint32_t>(links_.size());
            links_.push_back({static_cast<uint32_t>(rows[i]), kNone});
            if (number == chains_.size()) {
                chains_.push_back({at, at, 1});
            } else {
                Chain& chain = chains_[number];
                links_[chain.last].next = at;
                chain.last = at;
                ++chain.rows;
            }
        });
    }

    /// The number of each of some keys, or kNone; how many rows they have together.
    size_t find(const std::vector<const int64_t*>& keys, size_t n, uint32_t* numbers) const {
        size_t total = 0;
        each_key(keys, [](size_t i) { return i; }, n, [&](size_t i, const int64_t* key) {
            numbers[i] = map_.find(key);
            if (numbers[i] != kNone) total += chains_[numbers[i]].rows;
        });
        return total;
    }

    /// How many rows a key has, by its number.
    uint32_t count(uint32_t number) const { return number == kNone ? 0 : chains_.at(number).rows; }

    /// Every row of each key, by its number, with the place of the key.
    void expand(const uint32_t* numbers, size_t n, std::vector<int64_t>& places,
                std::vector<int64_t>& rows) const {
        size_t total = 0;
        for (size_t i = 0; i < n; ++i) total += count(numbers[i]);
        places.resize(total);
        rows.resize(total);
        size_t out = 0;
        for (size_t i = 0; i < n; ++i) {
            if (numbers[i] == kNone) continue;
            for (uint32_t at = chains_[numbers[i]].first; at != kNone; at = links_[at].next) {
                places[out] = static_cast<int64_t>(i);
                rows[out++] = links_[at].row;
            }
        }
    }

   private:
    struct Chain {
        uint32_t first, last, rows;
    };
    struct Link {
        uint32_t row, next;
    };
    static constexpr size_t kAhead = 8;

    template <class Row, class Take>
    void each_key(const std::vector<const int64_t*>& columns, Row row, size_t n, Take take) const {
        if (columns.size() == 1) {
            for (size_t i = 0; i < n; ++i) {
                if (i + kAhead < n) map_.prefetch(&columns[0][row(i + kAhead)]);
                take(i, &columns[0][row(i)]);
            }
            return;
        }
        const size_t width = columns.size();
        std::vector<int64_t> ring((kAhead + 1) * width + 1);  // the next keys, being prefetched
        auto load = [&](size_t i) {
            int64_t* key = &ring[i % (kAhead + 1) * width];
            for (size_t c = 0; c < width; ++c) key[c] = columns[c][row(i)];
            map_.prefetch(key);
        };
        for (size_t i = 0; i < std::min(n, kAhead); ++i) load(i);
        for (size_t i = 0; i < n; ++i) {
            if (i + kAhead < n) load(i + kAhead);
            take(i, &ring[i % (kAhead + 1) * width]);
        }
    }

    KeyMap map_;
    std::vector<Chain> chains_;
    std::vector<Link> links_;
};

}  // namespace trivium::relations
