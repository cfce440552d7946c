// What keeps the rows of a relation different.
//
//     path(7, 64), path(7, 66)    the values 64 and 66 in the set of 7
//     edge(7, 64, 3)              row 0 in a table of row numbers
//
// Pairs and single values of 32 bits go to adaptive sets by first column; everything else to a
// table of row numbers. The set is built when it is first needed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/pairset.hpp"
#include "base/rowset.hpp"
#include "base/watch.hpp"
#include "relations/rows.hpp"

namespace trivium::relations {

using namespace base;

class Distinct {
   public:
    /// Pairs are kept in so many `shards` by their first member, so that each can grow by itself.
    Distinct(size_t arity, size_t shards)
        : arity_(arity), small_(is_small()), pairs_(arity == 2 ? std::max<size_t>(shards, 1) : 1) {}

    bool built() const { return built_; }
    /// Rows are told apart from now on, as they come.
    void begin() { built_ = true; }

    /// Whether adaptive sets keep the rows apart, and not a table.
    bool small() const { return small_; }

    size_t bytes() const {
        size_t total = rows_.bytes();
        for (const PairSet& shard : pairs_) total += shard.bytes();
        return total;
    }

    /// What growing will take, if it is due; so many rows are there.
    size_t growth(size_t length) const {
        size_t total = small_ ? 0 : rows_.growth(length);
        for (const PairSet& shard : pairs_) total += shard.growth();
        return total;
    }

    size_t shards() const { return pairs_.size(); }
    PairSet& shard(size_t number) { return pairs_[number]; }
    const PairSet& shard(size_t number) const { return pairs_[number]; }

    size_t shard_of(int64_t first) const {
        uint64_t mixed = static_cast<uint64_t>(first) * 0x9E3779B97F4A7C15ull >> 32;
        return mixed * pairs_.size() >> 32;
    }

    /// Take in rows that differ.
    void build(Rows& rows, const Watch& watch) {
        if (built_) return;
        try {
            built_ = true;
            take_in(rows, watch);
        } catch (...) {  // it may have some of the rows
            clear();
            throw;
        }
    }


    /// The numbers of those of n candidates that `rows` has not yet, each once; the set has them
    /// then.
    size_t find_new(Rows& rows, const int64_t* const* more, size_t n, uint32_t* fresh,
                    const Watch& watch) {
        return find_new(rows, rows.size(), more, n, fresh, watch);
    }

    /// The same where only so many of the rows count.
    size_t find_new(Rows& rows, size_t length, const int64_t* const* more, size_t n,
                    uint32_t* fresh, const Watch& watch) {
        if (small_ && !fits(more[arity_ - 1], n)) leave_small(rows, length, watch);
        if (small_) return insert_small(more, n, fresh);
        return rows_.insert(rows.open(), length, more, n, fresh, watch);
    }

    /// Give up adaptive sets.
    void leave_small(Rows& rows, size_t length, const Watch& watch) {
        clear();
        small_ = false;
        rows_.adopt(rows.open(), length, watch);
        built_ = true;
    }

    void contains(const Rows& rows, const int64_t* const* keys, size_t n, uint8_t* found) const {
        if (small_ && pairs_.size() > 1) {
            for (size_t i = 0; i < n; ++i)
                found[i] = fits(keys[1] + i, 1) && pairs_[shard_of(keys[0][i])].contains(
                                                       keys[0][i], static_cast<uint32_t>(keys[1][i]));
        } else if (small_) {
            pairs_[0].contains(arity_ == 2 ? keys[0] : nullptr, keys[arity_ - 1], n, found);
        } else {
            rows_.contains(rows.columns(), keys, n, found);
        }
    }

    /// Hold nothing; it can be built again.
    void clear() {
        const size_t shards = pairs_.size();
        pairs_.clear();
        pairs_.resize(shards);
        rows_ = RowSet();
        built_ = false;
        small_ = is_small();
    }

   private:
    bool is_small() const { return arity_ == 1 || arity_ == 2; }

    void take_in(Rows& rows, const Watch& watch) {
        const int last = static_cast<int>(arity_) - 1;
        if (small_ && rows.top(last, 0, rows.size()) >= ValueSet::kEmpty) small_ = false;
        if (!small_) return rows_.adopt(rows.open(), rows.size(), watch);
        uint32_t fresh[kBatch];
        int64_t room[2][kBatch];
        Reader first(rows, 0), second(rows, last);
        Pace pace(watch);
        for (size_t from = 0; from < rows.size(); from += kBatch) {
            const size_t n = std::min(kBatch, rows.size() - from);
            const int64_t* part[2] = {first.read(from, n, room[0]), second.read(from, n, room[1])};
            insert_small(part, n, fresh);
            pace.rows(n);
        }
    }

    size_t insert_small(const int64_t* const* more, size_t n, uint32_t* fresh) {
        if (pairs_.size() > 1) return insert_sharded(more, n, fresh);
        return pairs_[0].insert(arity_ == 2 ? more[0] : nullptr, more[arity_ - 1], n, fresh);
    }

    /// Each pair goes to its shard; `fresh` keeps the order of the pairs.
    size_t insert_sharded(const int64_t* const* more, size_t n, uint32_t* fresh) {
        int64_t first[kBatch], second[kBatch];
        uint32_t places[kBatch], found[kBatch];
        uint8_t shards[kBatch];
        uint8_t is_new[kBatch] = {};
        for (size_t i = 0; i < n; ++i) shards[i] = static_cast<uint8_t>(shard_of(more[0][i]));
        for (size_t s = 0; s < pairs_.size(); ++s) {
            size_t size = 0;
            for (size_t i = 0; i < n; ++i) {
                first[size] = more[0][i];
                second[size] = more[1][i];
                places[size] = static_cast<uint32_t>(i);
                size += shards[i] == s;
            }
            size_t count = pairs_[s].insert(first, second, size, found);
            for (size_t i = 0; i < count; ++i) is_new[places[found[i]]] = 1;
        }
        size_t count = 0;
        for (size_t i = 0; i < n; ++i) {
            fresh[count] = static_cast<uint32_t>(i);
            count += is_new[i];
        }
        return count;
    }

    size_t arity_;
    bool small_;  // rows are kept apart by `pairs_`, otherwise by `rows_`
    bool built_ = false;
    std::vector<PairSet> pairs_;  // by shard
    RowSet rows_;
};

}  // namespace trivium::relations
