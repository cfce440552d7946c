// An open-addressing table from hashes to numbers: what a number stands for is kept elsewhere.
//
//     slot   high half: that of the hash, low half: number + 1; 0 is empty
//
// A hash begins its search where its highest bits say, so slots stand nearly in the order of their
// hashes: a table grows from front to back, without a look at what the numbers stand for.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include "base/watch.hpp"

namespace trivium::base {

inline constexpr uint32_t kNone = 0xFFFFFFFFu;

inline uint64_t mix(uint64_t h) {
    h *= 0x9E3779B97F4A7C15ull;
    return h ^ (h >> 32);
}

/// Between two looks at the memory that is held, no more rows or keys come than this.
inline constexpr size_t kBetween = size_t{1} << 17;

/// What growing will take of an array that has to hold so many values, if it is due before the next
/// look and not small.
template <class Value>
size_t growth(const std::vector<Value>& values, size_t count) {
    const bool due = values.capacity() >= kBetween && count + kBetween > values.capacity();
    return due ? 2 * values.capacity() * sizeof(Value) : 0;
}

class Slots {
   public:
    size_t bytes() const { return size() * sizeof(uint64_t); }
    size_t growth(size_t count) const {
        return size() >= kBetween && !fits(count + kBetween) ? 2 * bytes() : 0;
    }

    /// Whether there is room for so many numbers.
    bool fits(size_t count) const { return 5 * count <= 3 * size(); }

    void prefetch(uint64_t hash) const {
        if (slots_) __builtin_prefetch(&slots_[hash >> shift_]);
    }

    /// The number that has a hash, and of which `same` is true, or kNone.
    template <class Same>
    uint32_t find(uint64_t hash, Same same) const {
        if (!slots_) return kNone;
        for (uint64_t at = hash >> shift_;; at = (at + 1) & mask_) {
            const uint64_t slot = slots_[at];
            if (!slot) return kNone;
            const uint32_t number = static_cast<uint32_t>(slot) - 1;
            if (slot >> 32 == hash >> 32 && same(number)) return number;
        }
    }

    /// The same; if there is none, `next` has the hash from now on. There must be room.
    template <class Same>
    uint32_t insert(uint64_t hash, uint32_t next, Same same) {
        for (uint64_t at = hash >> shift_;; at = (at + 1) & mask_) {
            const uint64_t slot = slots_[at];
            if (!slot) {
                slots_[at] = (hash >> 32 << 32) | (uint64_t{next} + 1);
                return next;
            }
            const uint32_t number = static_cast<uint32_t>(slot) - 1;
            if (slot >> 32 == hash >> 32 && same(number)) return number;
        }
    }

    /// Make room for so many numbers; when `watch` stops it, all is as it was.
    void reserve(size_t count, const Watch& watch = Watch()) {
        int log = slots_ ? 64 - shift_ : 4;
        while (5 * count > (size_t{3} << log)) ++log;
        if (slots_ && log == 64 - shift_) return;
        if (log > 32) throw std::length_error("a table has at most 2^32 slots");
        const size_t room = size_t{1} << log;
        Memory memory(static_cast<uint64_t*>(std::calloc(room, sizeof(uint64_t))));
        if (!memory) throw std::bad_alloc();
        Pace pace(watch);
        for (size_t from = 0; from < size(); ++from) {
            pace.rows(1);
            const uint64_t slot = slots_[from];
            if (!slot) continue;
            uint64_t at = slot >> (64 - log);
            while (memory[at]) at = (at + 1) & (room - 1);
            memory[at] = slot;
        }
        slots_ = std::move(memory);
        mask_ = room - 1;
        shift_ = 64 - log;
    }

    void clear() { slots_.reset(); }

   private:
    struct Free {
        void operator()(uint64_t* memory) const { std::free(memory); }
    };
    using Memory = std::unique_ptr<uint64_t[], Free>;

    size_t size() const { return slots_ ? mask_ + 1 : 0; }

    Memory slots_;
    uint64_t mask_ = 0;
    int shift_ = 60;
};

}  // namespace trivium::base
