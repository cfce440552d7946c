// An index: for each key, what stands in the rows that have it, in the order of the rows.
//
// It follows a growing relation without being rebuilt. What is there at first lies in one piece, with
// 4 bytes a key; once rows come after it, each key gets a group that grows. Behind a key lies one array
// of either row numbers or the values of one other column (`payload`): of 32 bits each, or of 16 in
// groups, while they fit. Each group remembers how long it was before the last round, so that one index
// serves both the old rows and all rows. Where whole groups go into sets (`serve_bits`), dense ones have
// their values as bits too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/arena.hpp"
#include "base/keymap.hpp"
#include "base/watch.hpp"
#include "relations/rows.hpp"

namespace trivium::relations {

using namespace base;

inline constexpr int kRows = -1;  // payload: the numbers of the rows

class Index {
   public:
    Index(std::vector<int> keys, int payload)
        : keys_(std::move(keys)), payload_(payload), map_(static_cast<int>(keys_.size())) {}

    struct Range {
        const void* data;
        uint32_t size;
    };

    /// A key that got rows, and its number.
    struct Fresh {
        int64_t key;
        uint32_t number;
    };

    const std::vector<int>& keys() const { return keys_; }
    int payload() const { return payload_; }
    bool wide() const { return width_ == 8; }
    uint32_t top() const { return top_; }  // no payload of 32 bits is greater
    const KeyMap& map() const { return map_; }
    size_t covered() const { return covered_; }
    size_t bytes() const {
        return map_.bytes() + groups_.capacity() * sizeof(Group) + fresh_.capacity() * sizeof(Fresh) +
               (starts_.capacity() + slots_.capacity()) * sizeof(uint32_t) + arena_->bytes() +
               blocks_.size() * kSlots * words_ * sizeof(uint64_t);
    }

    /// How many different keys there are.
    uint32_t size() const { return map_.size(); }

    void prefetch(uint32_t number) const {
        if (whole_) {
            __builtin_prefetch(&starts_[number]);
        } else {
            __builtin_prefetch(&groups_[number]);
        }
    }

    Range range(uint32_t number, Version version) const {
        if (whole_) {
            const uint32_t start = starts_[number], size = starts_[number + 1] - start;
            return cut(static_cast<const char*>(whole_) + size_t{start} * width_, size,
                       loaded_ == round_ ? 0 : size, version);
        }
        const Group& group = groups_[number];
        return cut(static_cast<const char*>(group.data), group.size,
                   group.round == round_ ? group.before : group.size, version);
    }

    /// The values of a range from some place on.
    void copy(Range range, size_t at, size_t n, int64_t* out) const {
        visit(width_, range.data, [&](auto* values) { std::copy_n(values + at, n, out); });
    }
    int64_t value(Range range, size_t at) const {
        int64_t value = 0;
        visit(width_, range.data, [&](auto* values) { value = static_cast<int64_t>(values[at]); });
        return value;
    }

    /// The same where no value is wide: where they stand, or written to `room`.
    const uint32_t* read(Range range, size_t at, size_t n, uint32_t* room) const {
        if (width_ == 4) return static_cast<const uint32_t*>(range.data) + at;
        std::copy_n(static_cast<const uint16_t*>(range.data) + at, n, room);
        return room;
    }

    /// From now on, list the keys that get rows in a round; of single keys.
    void list_fresh() { lists_fresh_ = true; }

    /// The keys that have rows of the last round, or null where they were not listed.
    const std::vector<Fresh>* fresh() const { return listed_ == round_ ? &fresh_ : nullptr; }

    /// From now on, have bits for dense groups.
    void serve_bits() {
        if (serves_bits_ || wide() || payload_ == kRows) return;
        serves_bits_ = true;
        renew_bits();
    }

    /// The values behind a key as `words()` words of a bit set, or null.
    const uint64_t* bits(uint32_t number, Version version) const {
        if (number >= slots_.size() || slots_[number] == kNone) return nullptr;
        if (range(number, version).size != range(number, Version::kFull).size) return nullptr;
        return bits_of(slots_[number]);
    }
    uint32_t words() const { return serves_bits_ ? words_ : (top_ >> 6) + 1; }

    /// Follow the relation: index the rows up to `visible`, of which those from `old` are the last
    /// round's. `round` tells rounds apart. When `watch` stops it, it has the rows up to some place.
    void follow(const Rows& rows, size_t old, size_t visible, uint32_t round, const Watch& watch) {
        if (covered_ < old) append(rows, old, watch);
        if (round != round_) {
            round_ = round;
            fresh_.clear();
            if (lists_fresh_) listed_ = round;
        }
        if (covered_ < visible) append(rows, visible, watch);
    }

   private:
    struct Group {
        void* data = nullptr;
        uint32_t size = 0;
        uint32_t room = 0;
        uint32_t before = 0;
        uint32_t round = 0;
    };

    /// Some rows of a group, of which so many are old.
    Range cut(const char* data, uint32_t size, uint32_t old, Version version) const {
        if (version == Version::kDelta) return {data + size_t{old} * width_, size - old};
        return {data, version == Version::kOld ? old : size};
    }

    static constexpr size_t kStep = 512, kMany = 4096;
    static constexpr uint32_t kDense = 2, kSlots = 64;  // values for each word; slots in a block

    /// Use values of so many bytes in the type that they have.
    template <class Data, class Use>
    static void visit(size_t width, Data* data, Use use) {
        constexpr bool fixed = std::is_const_v<Data>;
        if (width == 2) {
            use(static_cast<std::conditional_t<fixed, const uint16_t, uint16_t>*>(data));
        } else if (width == 4) {
            use(static_cast<std::conditional_t<fixed, const uint32_t, uint32_t>*>(data));
        } else {
            use(static_cast<std::conditional_t<fixed, const int64_t, int64_t>*>(data));
        }
    }

    /// How many bytes hold values up to some.
    static size_t narrowest(uint64_t top) { return top >> 32 ? 8 : top >> 16 ? 4 : 2; }

    /// Have groups, with room in them for values up to some.
    void fit(uint64_t top, const Watch& watch) {
        const size_t width = wide() ? 8 : narrowest(std::max(top, uint64_t{top_}));
        if (width == 8) leave_bits();
        if (whole_ || width > width_) part(width, watch);
        if (wide()) return;
        top_ = std::max(top_, static_cast<uint32_t>(top));
        if (serves_bits_ && top_ >> 6 >= words_) renew_bits();
    }

    void append(const Rows& rows, size_t end, const Watch& watch) {
        const uint64_t top = payload_ == kRows ? end - 1 : rows.top(payload_, covered_, end);
        if (!covered_ && end > kMany) return load(rows, end, top, watch);
        fit(top, watch);
        std::vector<Reader> keys = readers(rows);
        Reader payload(rows, payload_ == kRows ? 0 : payload_);
        uint32_t numbers[kStep];
        int64_t room[kStep], key_room[kStep];
        Pace pace(watch);
        for (size_t from = covered_; from < end; from = covered_) {
            const size_t n = std::min(kStep, end - from);
            const int64_t* key = number(keys, from, n, numbers, key_room);
            const int64_t* values = read(payload, from, n, room);
            if (map_.size() > groups_.size()) enlarge();
            for (size_t i = 0; i < n; ++i) {
                if (i + 8 < n) __builtin_prefetch(&groups_[numbers[i + 8]]);
                Group& group = groups_[numbers[i]];
                if (group.round != round_) {
                    group.round = round_;
                    group.before = group.size;
                    if (lists_fresh_) fresh_.push_back({key[i], numbers[i]});
                }
                if (group.size == group.room) grow(group);
                put(group.data, group.size++, values[i]);
                if (serves_bits_) mark(numbers[i], group, values[i]);
            }
            covered_ = from + n;
            pace.rows(n);
        }
    }

    /// Take in many rows, the first ones: what stands behind the keys lies in one piece, without a
    /// group for each; small keys in order, for neighbours are often looked up one after another.
    void load(const Rows& rows, size_t end, uint64_t top, const Watch& watch) {
        Pace pace(watch);
        width_ = std::max(size_t{4}, narrowest(top));  // what stays as it is, is read at once
        top_ = static_cast<uint32_t>(top);
        if (wide()) leave_bits();
        try {
            if (keys_.size() == 1) map_.expect_up_to(rows.top(keys_[0], 0, end), end);
            arrange(count(rows, end, pace));
            whole_ = arena_->take(end * width_);
            std::vector<Reader> keys = readers(rows);
            Reader payload(rows, payload_ == kRows ? 0 : payload_);
            uint32_t numbers[kStep];
            int64_t room[kStep];
            for (size_t from = 0; from < end; from += kStep) {
                const size_t n = std::min(kStep, end - from);
                number(keys, from, n, numbers, room);
                const int64_t* values = read(payload, from, n, room);
                for (size_t i = 0; i < n; ++i) {
                    if (i + 8 < n) __builtin_prefetch(&starts_[numbers[i + 8] + 1]);
                    put(whole_, starts_[numbers[i] + 1]++, values[i]);
                }
                pace.rows(n);
            }
        } catch (...) {  // it has some of the rows
            map_ = KeyMap(static_cast<int>(keys_.size()));
            starts_.clear();
            arena_ = std::make_unique<Arena>();
            whole_ = nullptr;
            throw;
        }
        covered_ = end;
        loaded_ = round_;
        listed_ = kNone;
        if (serves_bits_) renew_bits();
    }

    /// How many rows each key has.
    std::vector<uint32_t> count(const Rows& rows, size_t end, Pace& pace) {
        std::vector<Reader> keys = readers(rows);
        uint32_t numbers[kStep];
        int64_t room[kStep];
        std::vector<uint32_t> sizes;
        for (size_t from = 0; from < end; from += kStep) {
            const size_t n = std::min(kStep, end - from);
            number(keys, from, n, numbers, room);
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
        return sizes;
    }

    /// Behind each key's place is where its rows start; when they are in, it is where they end.
    void arrange(const std::vector<uint32_t>& sizes) {
        starts_.assign(sizes.size() + 1, 0);
        for (size_t key = 0, next = 0; key < sizes.size(); next += sizes[key++])
            starts_[key + 1] = static_cast<uint32_t>(next);
    }

    /// Give each key a group of its own, with so many bytes for each value; when `watch` stops it,
    /// all is as it was.
    void part(size_t width, const Watch& watch) {
        Pace pace(watch);
        auto arena = std::make_unique<Arena>();
        std::vector<Group> groups(whole_ ? map_.size() : groups_.size());
        for (uint32_t key = 0; key < groups.size(); ++key) {
            Group& group = groups[key];
            if (!whole_) group = groups_[key];
            const Range all = range(key, Version::kFull);
            if (!all.size) continue;
            const size_t room = Arena::enough(all.size * width);
            void* piece = arena->take(room);
            visit(width_, all.data, [&](auto* from) {
                visit(width, piece, [&](auto* to) {
                    for (uint32_t i = 0; i < all.size; ++i) set(to[i], from[i]);
                });
            });
            group.data = piece;
            group.size = all.size;
            group.room = static_cast<uint32_t>(room / width);
            if (whole_) group.round = loaded_;
            pace.rows(all.size);
        }
        groups_ = std::move(groups);
        arena_ = std::move(arena);
        std::vector<uint32_t>().swap(starts_);
        whole_ = nullptr;
        width_ = width;
    }

    template <class To, class From>
    static void set(To& to, From value) {
        to = static_cast<To>(value);
    }

    /// What goes behind the keys of some rows.
    const int64_t* read(Reader& payload, size_t from, size_t n, int64_t* room) const {
        if (payload_ != kRows) return payload.read(from, n, room);
        for (size_t i = 0; i < n; ++i) room[i] = static_cast<int64_t>(from + i);
        return room;
    }

    void put(void* data, uint32_t place, int64_t value) const {
        visit(width_, data, [&](auto* values) {
            set(values[place], value);
        });
    }

    std::vector<Reader> readers(const Rows& rows) const {
        std::vector<Reader> readers;
        for (int key : keys_) readers.emplace_back(rows, key);
        return readers;
    }

    /// The numbers of the keys of some rows. Returns the keys where they are single values, for which
    /// there is `room`.
    const int64_t* number(std::vector<Reader>& keys, size_t from, size_t n, uint32_t* numbers,
                          int64_t* room) {
        if (keys.size() == 1) {
            const int64_t* key = keys[0].read(from, n, room);
            for (size_t i = 0; i < n; ++i) {
                if (i + 16 < n) map_.prefetch(&key[i + 16]);
                numbers[i] = i && key[i] == key[i - 1] ? numbers[i - 1] : map_.insert(&key[i]);
            }
            return key;
        }
        std::vector<int64_t> rooms(keys.size() * kStep), key(keys.size() + 1);
        std::vector<const int64_t*> values;
        for (size_t k = 0; k < keys.size(); ++k)
            values.push_back(keys[k].read(from, n, &rooms[k * kStep]));
        for (size_t i = 0; i < n; ++i) {
            for (size_t k = 0; k < keys.size(); ++k) key[k] = values[k][i];
            numbers[i] = map_.insert(key.data());
        }
        return nullptr;
    }

    void enlarge() {
        if (map_.size() > groups_.capacity()) groups_.reserve(map_.size() * size_t{3} / 2 + 16);
        groups_.resize(map_.size());
    }

    void grow(Group& group) {
        const size_t held = group.room * width_, more = Arena::enough(held + width_);
        group.data = held ? arena_->grow(group.data, held, more) : arena_->take(more);
        group.room = static_cast<uint32_t>(more / width_);
    }

    uint64_t* bits_of(uint32_t slot) const {
        return &blocks_[slot / kSlots][size_t{slot % kSlots} * words_];
    }

    /// Have the bits of all dense groups anew, with room for the greatest value.
    void renew_bits() {
        words_ = (top_ >> 6) + 1;
        if (taken_) words_ += words_ / 4;  // it will go on growing
        slots_.clear();
        blocks_.clear();
        taken_ = 0;
        for (uint32_t key = 0; key < map_.size(); ++key)
            if (const Range all = range(key, Version::kFull); all.size >= size_t{kDense} * words_)
                take_bits(key, all);
    }

    void take_bits(uint32_t key, Range all) {
        if (slots_.size() < map_.size()) slots_.resize(map_.size(), kNone);
        if (taken_ % kSlots == 0) blocks_.push_back(std::make_unique<uint64_t[]>(size_t{kSlots} * words_));
        slots_[key] = taken_++;
        uint64_t* bits = bits_of(slots_[key]);
        visit(width_, all.data, [&](auto* values) {
            for (uint32_t i = 0; i < all.size; ++i)
                bits[values[i] >> 6] |= uint64_t{1} << (values[i] & 63);
        });
    }

    /// Follow with a dense group's bits one value that has come.
    void mark(uint32_t key, const Group& group, int64_t value) {
        if (key < slots_.size() && slots_[key] != kNone) {
            bits_of(slots_[key])[value >> 6] |= uint64_t{1} << (value & 63);
        } else if (group.size >= size_t{kDense} * words_) {
            take_bits(key, {group.data, group.size});
        }
    }

    void leave_bits() {
        serves_bits_ = false;
        slots_.clear();
        blocks_.clear();
    }

    std::vector<int> keys_;
    int payload_;
    size_t width_ = 2;  // bytes of what stands behind the keys: 2, 4 or 8
    uint32_t top_ = 0;
    void* whole_ = nullptr;  // what a first, large load brought, as long as no row came after it
    std::vector<uint32_t> starts_;  // then: where the rows of each key start, and the last ones end
    uint32_t loaded_ = 0;           // the round of that load
    KeyMap map_;
    std::vector<Group> groups_;
    std::unique_ptr<Arena> arena_ = std::make_unique<Arena>();
    bool lists_fresh_ = false;
    std::vector<Fresh> fresh_;     // keys that got rows in a round
    uint32_t listed_ = kNone;      // that round
    bool serves_bits_ = false;
    uint32_t words_ = 1;                         // of each bit set
    std::vector<uint32_t> slots_;                // of the bits of each key, or kNone
    std::vector<std::unique_ptr<uint64_t[]>> blocks_;  // kSlots bit sets in each
    uint32_t taken_ = 0;                         // slots
    size_t covered_ = 0;
    uint32_t round_ = 0;
};

}  // namespace trivium::relations
