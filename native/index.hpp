// An index: for each key, what stands in the rows that have it, in the order of the rows.
//
// It follows a growing relation without being rebuilt. Behind a key lies one array of either row
// numbers or the values of one other column (`payload`), 32 bits wide while they fit. Each group
// remembers how long it was before the last round, so that one index serves both the old rows and
// all rows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "keymap.hpp"
#include "rows.hpp"
#include "watch.hpp"

namespace trivium {

/// Memory in power-of-two pieces, given back all at once; pieces that were left are used again.
class Arena {
   public:
    size_t bytes() const { return bytes_; }

    void* take(size_t size) {
        if (size >= kBlock / 4) return fresh(size);
        int shelf = shelf_of(size);
        if (!shelves_[shelf].empty()) {
            void* piece = shelves_[shelf].back();
            shelves_[shelf].pop_back();
            return piece;
        }
        if (size > left_) {
            next_ = static_cast<char*>(fresh(kBlock));
            left_ = kBlock;
        }
        void* piece = next_;
        next_ += size;
        left_ -= size;
        return piece;
    }

    /// A piece of any size, never given back before the end.
    void* whole(size_t size) { return fresh(size ? size : 1); }

    /// Give a piece back. Large ones go to the system at once.
    void leave(void* piece, size_t size) {
        if (size >= kBlock / 4) {
            release(piece, size);
        } else {
            shelves_[shelf_of(size)].push_back(piece);
        }
    }

    ~Arena() {
        for (auto& block : blocks_) std::free(block);
    }
    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

   private:
    static constexpr size_t kBlock = size_t{1} << 20;

    static int shelf_of(size_t size) { return 63 - __builtin_clzll(size); }

    void* fresh(size_t size) {
        void* block = std::malloc(size);
        if (!block) throw std::bad_alloc();
        blocks_.push_back(block);
        bytes_ += size;
        return block;
    }

    void release(void* piece, size_t size) {
        for (size_t i = blocks_.size(); i-- > 0;)
            if (blocks_[i] == piece) {
                blocks_[i] = blocks_.back();
                blocks_.pop_back();
                break;
            }
        bytes_ -= size;
        std::free(piece);
    }

    std::vector<void*> blocks_;
    std::vector<void*> shelves_[64];
    char* next_ = nullptr;
    size_t left_ = 0;
    size_t bytes_ = 0;
};

inline constexpr int kRows = -1;  // payload: the numbers of the rows

class Index {
   public:
    Index(std::vector<int> keys, int payload)
        : keys_(std::move(keys)), payload_(payload), map_(static_cast<int>(keys_.size())) {}

    struct Range {
        const void* data;
        uint32_t size;
    };

    const std::vector<int>& keys() const { return keys_; }
    int payload() const { return payload_; }
    bool wide() const { return wide_; }
    uint32_t top() const { return top_; }  // no payload of 32 bits is greater
    const KeyMap& map() const { return map_; }
    size_t covered() const { return covered_; }
    size_t bytes() const {
        return map_.bytes() + groups_.capacity() * sizeof(Group) + arena_->bytes();
    }

    /// How many different keys there are.
    uint32_t size() const { return map_.size(); }

    void prefetch(uint32_t number) const { __builtin_prefetch(&groups_[number]); }

    Range range(uint32_t number, bool old_only) const {
        const Group& group = groups_[number];
        return {group.data, old_only && group.round == round_ ? group.before : group.size};
    }

    /// Follow the relation: index the rows up to `visible`, of which those from `old` are the last
    /// round's. `round` tells rounds apart. When `watch` stops it, it has the rows up to some place.
    void follow(const Rows& rows, size_t old, size_t visible, uint32_t round, const Watch& watch) {
        if (covered_ < old) append(rows, old, watch);
        if (covered_ < visible) {
            round_ = round;
            append(rows, visible, watch);
        } else if (round != round_) {
            round_ = round;  // nothing is new, so nothing is older than it seems
        }
    }

   private:
    struct Group {
        void* data = nullptr;
        uint32_t size = 0;
        uint32_t room = 0;
        uint32_t before = 0;
        uint32_t round = 0;
    };

    struct Piece {
        const char* from = nullptr;
        const char* to = nullptr;
        bool holds(const void* data) const { return data >= from && data < to; }
    };

    static constexpr size_t kStep = 512;

    size_t width() const { return wide_ ? 8 : 4; }

    void append(const Rows& rows, size_t end, const Watch& watch) {
        Pace pace(watch);
        const bool values_wanted = payload_ != kRows;
        if (values_wanted && !wide_) {
            const uint64_t top = rows.top(payload_, covered_, end);
            if (top >> 32) {
                widen();
            } else {
                top_ = std::max(top_, static_cast<uint32_t>(top));
            }
        }
        const bool counted = !covered_ && end > 4096;
        if (counted && keys_.size() == 1) map_.expect_up_to(rows.top(keys_[0], 0, end), end);
        if (counted) count(rows, end, pace);
        std::vector<Reader> keys = readers(rows);
        Reader payload(rows, values_wanted ? payload_ : 0);
        uint32_t numbers[kStep];
        int64_t room[kStep];
        for (size_t from = covered_; from < end; from = covered_) {
            size_t n = end - from < kStep ? end - from : kStep;
            number(keys, from, n, numbers);
            const int64_t* values = values_wanted ? payload.read(from, n, room) : nullptr;
            if (map_.size() > groups_.size()) enlarge();
            for (size_t i = 0; i < n; ++i) {
                if (i + 8 < n) __builtin_prefetch(&groups_[numbers[i + 8]]);
                Group& group = groups_[numbers[i]];
                if (group.round != round_) {
                    group.round = round_;
                    group.before = group.size;
                }
                if (group.size == group.room) grow(group);
                if (!values) {
                    static_cast<uint32_t*>(group.data)[group.size++] = static_cast<uint32_t>(from + i);
                } else if (!wide_) {
                    static_cast<uint32_t*>(group.data)[group.size++] =
                        static_cast<uint32_t>(values[i]);
                } else {
                    static_cast<int64_t*>(group.data)[group.size++] = values[i];
                }
            }
            covered_ = from + n;
            pace.rows(n);
        }
    }

    std::vector<Reader> readers(const Rows& rows) const {
        std::vector<Reader> readers;
        for (int key : keys_) readers.emplace_back(rows, key);
        return readers;
    }

    void number(std::vector<Reader>& keys, size_t from, size_t n, uint32_t* numbers) {
        if (keys.size() == 1) {
            int64_t room[kStep];
            const int64_t* key = keys[0].read(from, n, room);
            for (size_t i = 0; i < n; ++i) {
                if (i + 16 < n) map_.prefetch(&key[i + 16]);
                numbers[i] = i && key[i] == key[i - 1] ? numbers[i - 1] : map_.insert(&key[i]);
            }
            return;
        }
        std::vector<int64_t> room(keys.size() * kStep), key(keys.size() + 1);
        std::vector<const int64_t*> values;
        for (size_t k = 0; k < keys.size(); ++k)
            values.push_back(keys[k].read(from, n, &room[k * kStep]));
        for (size_t i = 0; i < n; ++i) {
            for (size_t k = 0; k < keys.size(); ++k) key[k] = values[k][i];
            numbers[i] = map_.insert(key.data());
        }
    }

    /// Give each group of a first, large load exactly its room, in one piece; small keys in order,
    /// for neighbours are often looked up one after another.
    void count(const Rows& rows, size_t end, Pace& pace) {
        std::vector<Reader> keys = readers(rows);
        uint32_t numbers[kStep];
        std::vector<uint32_t> sizes;
        for (size_t from = 0; from < end; from += kStep) {
            size_t n = end - from < kStep ? end - from : kStep;
            number(keys, from, n, numbers);
            if (map_.size() > sizes.size()) sizes.resize(map_.size() + map_.size() / 2);
            for (size_t i = 0; i < n; ++i) ++sizes[numbers[i]];
            pace.rows(n);
        }
        sizes.resize(map_.size());
        if (const std::vector<uint32_t> fresh = map_.renumber(); !fresh.empty()) {
            std::vector<uint32_t> moved(sizes.size());
            for (size_t g = 0; g < sizes.size(); ++g) moved[fresh[g]] = sizes[g];
            sizes.swap(moved);
        }
        enlarge();
        char* next = static_cast<char*>(arena_->whole(end * width()));
        packed_ = {next, next + end * width()};
        for (uint32_t g = 0; g < map_.size(); ++g) {
            groups_[g].data = next;
            groups_[g].room = sizes[g];
            next += sizes[g] * width();
        }
    }

    void enlarge() {
        if (map_.size() > groups_.capacity()) groups_.reserve(map_.size() * size_t{3} / 2 + 16);
        groups_.resize(map_.size());
    }

    void grow(Group& group) {
        uint32_t room = group.room < 2 ? 2 : group.room;
        while (room <= group.size) room = room & (room - 1) ? 1u << (32 - __builtin_clz(room)) : room * 2;
        void* more = arena_->take(room * width());
        if (group.size) std::memcpy(more, group.data, group.size * width());
        if (group.room && !packed_.holds(group.data)) arena_->leave(group.data, group.room * width());
        group.data = more;
        group.room = room;
    }

    void widen() {
        wide_ = true;
        auto wider = std::make_unique<Arena>();
        for (Group& group : groups_) {
            if (!group.room) continue;
            uint32_t room = 2;
            while (room < group.room) room *= 2;
            auto* more = static_cast<int64_t*>(wider->take(size_t{8} * room));
            auto* less = static_cast<const uint32_t*>(group.data);
            for (uint32_t i = 0; i < group.size; ++i) more[i] = less[i];
            group.data = more;
            group.room = room;
        }
        arena_ = std::move(wider);
        packed_ = {};
    }

    std::vector<int> keys_;
    int payload_;
    bool wide_ = false;
    uint32_t top_ = 0;
    Piece packed_;  // the groups of a first, large load
    KeyMap map_;
    std::vector<Group> groups_;
    std::unique_ptr<Arena> arena_ = std::make_unique<Arena>();
    size_t covered_ = 0;
    uint32_t round_ = 0;
};

}  // namespace trivium
