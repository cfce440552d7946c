// A set of 32-bit values that changes its form as it grows.
//
// It starts as a few values in place, becomes an open-addressing table, and a bit set once that
// takes no more memory than about twice the table: where a relation is dense, a membership test is
// one bit of a line that the last test has just touched. Where the values of one set lie near each
// other, the bit set reaches from the least to the greatest of them:
//
//     70,000  70,003  70,064 ...    the bits 69,952 .. 70,079
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace trivium::base {

/// Those of some values that stand in a bit set, whose first word is `low`; `out` has room for one
/// more than n.
inline size_t meet_bits(const uint64_t* bits, uint32_t low, uint32_t words, const uint32_t* values,
                        size_t n, int64_t* out) {
    size_t found = 0;
    for (size_t i = 0; i < n; ++i) {
        const uint32_t word = (values[i] >> 6) - low;
        out[found] = values[i];
        found += word < words && (bits[word] >> (values[i] & 63) & 1);
    }
    return found;
}

/// Take each value of some words of a bit set, whose first is `low`.
template <class Take>
void each_bit(const uint64_t* bits, uint32_t low, uint32_t words, Take take) {
    for (uint32_t word = 0; word < words; ++word)
        for (uint64_t left = bits[word]; left; left &= left - 1)
            take((low + word) * 64 + static_cast<uint32_t>(__builtin_ctzll(left)));
}

class ValueSet {
   public:
    static constexpr uint32_t kInline = 6;
    static constexpr uint32_t kEmpty = 0xFFFFFFFFu;  // never a member
    // A window is worth it where the domain has so many words, and it is such a part of them.
    static constexpr uint32_t kWide = 96, kPart = 8;
    static constexpr uint32_t kFew = 32;  // words that are inserted at once

    ValueSet() = default;
    ValueSet(ValueSet&& other) noexcept {
        std::memcpy(static_cast<void*>(this), &other, sizeof(*this));
        other.kind_ = kTiny;
    }
    ValueSet& operator=(ValueSet&&) = delete;
    ~ValueSet() {
        if (kind_ != kTiny) std::free(table_);
    }

    void prefetch(uint32_t value) const {
        if (kind_ == kBits) {
            const uint32_t word = (value >> 6) - low_;
            __builtin_prefetch(static_cast<const uint64_t*>(table_) + (word < words_ ? word : 0));
        } else if (kind_ == kHash) {
            __builtin_prefetch(static_cast<const uint32_t*>(table_) + slot(value));
        }
    }

    bool contains(uint32_t value) const {
        switch (kind_) {
            case kBits: {
                uint32_t word = (value >> 6) - low_;
                return word < words_ &&
                       (static_cast<const uint64_t*>(table_)[word] >> (value & 63) & 1);
            }
            case kHash: {
                const uint32_t* table = static_cast<const uint32_t*>(table_);
                uint32_t mask = (1u << log_) - 1;
                for (uint32_t at = slot(value);; at = (at + 1) & mask) {
                    if (table[at] == value) return true;
                    if (table[at] == kEmpty) return false;
                }
            }
            default:
                for (uint32_t i = 0; i < count_; ++i)
                    if (tiny_[i] == value) return true;
                return false;
        }
    }

    /// Whether all of some values are there, where that is quick to tell.
    bool holds_all(const int64_t* values, size_t n) const {
        if (kind_ != kBits) return false;
        const uint64_t* bits = static_cast<const uint64_t*>(table_);
        const uint64_t last = words_ - 1;
        uint64_t all = 1;
        for (size_t i = 0; i < n; ++i) {
            const uint64_t word = (static_cast<uint64_t>(values[i]) >> 6) - low_;
            all &= (word <= last) & (bits[word <= last ? word : 0] >> (values[i] & 63));
        }
        return all & 1;
    }

    /// Whether the value was new. `domain` is one more than the greatest value of any row; `held`
    /// follows the memory behind the sets.
    bool insert(uint32_t value, uint32_t domain, size_t& held) {
        if (kind_ == kBits) {
            uint32_t word = (value >> 6) - low_;
            if (word >= words_) {
                widen(value >> 6, value >> 6, domain, held);
                if (kind_ != kBits) return insert(value, domain, held);
                word = (value >> 6) - low_;
            }
            uint64_t bit = uint64_t{1} << (value & 63);
            uint64_t& cell = static_cast<uint64_t*>(table_)[word];
            if (cell & bit) return false;
            cell |= bit;
            ++count_;
            return true;
        }
        if (kind_ == kHash) {
            uint32_t* table = static_cast<uint32_t*>(table_);
            uint32_t mask = (1u << log_) - 1;
            for (uint32_t at = slot(value);; at = (at + 1) & mask) {
                if (table[at] == value) return false;
                if (table[at] == kEmpty) {
                    table[at] = value;
                    if (++count_ * 4ull > 3ull << log_) regrow(domain, held);
                    return true;
                }
            }
        }
        for (uint32_t i = 0; i < count_; ++i)
            if (tiny_[i] == value) return false;
        if (count_ < kInline) {
            tiny_[count_++] = value;
            return true;
        }
        leave_tiny(domain, held);
        return insert(value, domain, held);
    }

    /// Insert many values; `fresh` gets those that were new, and has room for one more than n.
    size_t insert_all(const uint32_t* values, size_t n, uint32_t domain, size_t& held,
                      uint32_t* fresh) {
        size_t found = 0, i = 0;
        while (i < n && kind_ != kBits) {
            uint32_t value = values[i++];
            if (insert(value, domain, held)) fresh[found++] = value;
        }
        if (i == n) return found;
        if (low_ || (domain >> 6) >= words_) {
            cover(values + i, n - i, domain, held);
            if (kind_ != kBits) return found + insert_all(values + i, n - i, domain, held, fresh + found);
        }
        uint64_t* table = static_cast<uint64_t*>(table_);
        const size_t before = found;
        for (; i < n; ++i) {
            const uint32_t value = values[i];
            const uint64_t bit = uint64_t{1} << (value & 63);
            uint64_t& cell = table[(value >> 6) - low_];
            fresh[found] = value;
            found += !(cell & bit);
            cell |= bit;
        }
        count_ += static_cast<uint32_t>(found - before);
        return found;
    }

    /// Insert the values of some words of a bit set, whose first is `low`; as above.
    size_t insert_bits(const uint64_t* bits, uint32_t low, uint32_t words, uint32_t domain,
                       size_t& held, uint32_t* fresh) {
        if (kind_ != kBits || low < low_ || low + words > low_ + words_) {
            uint32_t values[kFew * 64];
            size_t n = 0;
            each_bit(bits, low, words, [&](uint32_t value) { values[n++] = value; });
            return insert_all(values, n, domain, held, fresh);
        }
        uint64_t* own = static_cast<uint64_t*>(table_) + (low - low_);
        size_t found = 0;
        for (uint32_t word = 0; word < words; ++word) {
            uint64_t more = bits[word] & ~own[word];
            if (!more) continue;
            own[word] |= more;
            for (; more; more &= more - 1)
                fresh[found++] = (low + word) * 64 + static_cast<uint32_t>(__builtin_ctzll(more));
        }
        count_ += static_cast<uint32_t>(found);
        return found;
    }

    bool is_bits() const { return kind_ == kBits; }
    uint32_t size() const { return count_; }

    /// Those of some values that are there; `out` has room for one more than n.
    size_t meet(const uint32_t* values, size_t n, int64_t* out) const {
        if (kind_ == kBits)
            return meet_bits(static_cast<const uint64_t*>(table_), low_, words_, values, n, out);
        size_t found = 0;
        for (size_t i = 0; i < n; ++i) {
            out[found] = values[i];
            found += contains(values[i]);
        }
        return found;
    }

    template <class Take>
    void each(Take take) const {
        if (kind_ == kBits) {
            each_bit(static_cast<const uint64_t*>(table_), low_, words_, take);
        } else if (kind_ == kHash) {
            const uint32_t* table = static_cast<const uint32_t*>(table_);
            for (uint32_t at = 0; at < 1u << log_; ++at)
                if (table[at] != kEmpty) take(table[at]);
        } else {
            for (uint32_t i = 0; i < count_; ++i) take(tiny_[i]);
        }
    }

   private:
    enum Kind : uint8_t { kTiny, kHash, kBits };

    uint32_t slot(uint32_t value) const { return (value * 0x9E3779B1u) >> (32 - log_); }

    static void* take(size_t bytes, int fill) {
        void* memory = fill ? std::malloc(bytes) : std::calloc(1, bytes);
        if (!memory) throw std::bad_alloc();
        if (fill) std::memset(memory, fill, bytes);
        return memory;
    }

    /// Words of a bit set, from the first to the last one.
    struct Window {
        uint32_t from, to;
        uint32_t words() const { return to - from + 1; }
    };

    /// A bit set of the whole domain is taken when it is at most twice the bytes of a table of
    /// 2^log values, one of a window, in a wide domain, when it is at most those; else there are no
    /// words. Of both, the window where it is a small part.
    static bool bits_are_cheaper(Window& window, uint32_t domain, uint32_t log) {
        const Window whole = {0, domain >> 6};
        const bool few = whole.words() >= kWide && size_t{8} * window.words() <= (size_t{4} << log);
        if (few && size_t{kPart} * window.words() <= whole.words()) return true;
        if (domain / 8 + 8 > (size_t{8} << log)) return few;
        window = whole;
        return true;
    }

    static Window window_of(const uint32_t* values, size_t n) {
        uint32_t least = kEmpty, end = 0;
        for (size_t i = 0; i < n; ++i) {
            least = values[i] < least ? values[i] : least;
            const uint32_t next = values[i] + 1;  // 0 where a table is empty
            end = next > end ? next : end;
        }
        return {least >> 6, (end - 1) >> 6};
    }

    void leave_tiny(uint32_t domain, size_t& held) {
        uint32_t values[kInline];
        std::memcpy(values, tiny_, sizeof(values));
        uint32_t count = count_;
        Window window = window_of(values, count);
        if (bits_are_cheaper(window, domain, 4)) {
            become_bits(window, held);
        } else {
            become_hash(4, held);
        }
        for (uint32_t i = 0; i < count; ++i) insert(values[i], domain, held);
    }

    void become_bits(Window window, size_t& held) {
        low_ = window.from;
        words_ = window.words();
        held += size_t{8} * words_;
        table_ = take(size_t{8} * words_, 0);
        kind_ = kBits;
        count_ = 0;
    }

    void become_hash(uint8_t log, size_t& held) {
        log_ = log;
        held += size_t{4} << log;
        table_ = take(size_t{4} << log, 0xFF);
        kind_ = kHash;
        count_ = 0;
    }

    void regrow(uint32_t domain, size_t& held) {
        uint32_t* old = static_cast<uint32_t*>(table_);
        uint32_t room = 1u << log_;
        uint8_t log = log_ + 1;
        Window window = window_of(old, room);
        if (bits_are_cheaper(window, domain, log)) {
            become_bits(window, held);
        } else {
            become_hash(log, held);
        }
        for (uint32_t i = 0; i < room; ++i)
            if (old[i] != kEmpty) insert(old[i], domain, held);
        held -= size_t{4} * room;
        std::free(old);
    }

    /// Have bits for some values, or a table.
    void cover(const uint32_t* values, size_t n, uint32_t domain, size_t& held) {
        const Window window = window_of(values, n);
        if (window.from < low_ || window.to - low_ >= words_) widen(window.from, window.to, domain, held);
    }

    /// More bits, so that there are those of some words more, or a table again where they would be
    /// too many.
    void widen(uint32_t from, uint32_t to, uint32_t domain, size_t& held) {
        uint8_t log = 4;
        while (count_ * 2ull > 1ull << log) ++log;
        const uint32_t low = low_, last = low_ + words_ - 1;
        Window window = {from < low ? from : low, to > last ? to : last};
        if (!bits_are_cheaper(window, domain, log + 1u)) return become_hash_again(domain, log, held);
        if (window.from) {  // a window will go on growing where it grew
            const uint32_t more = window.words() / 4, end = domain >> 6;
            if (to > last) window.to = end - window.to < more ? end : window.to + more;
            if (from < low) window.from -= window.from < more ? window.from : more;
        }
        auto* wider = static_cast<uint64_t*>(take(size_t{8} * window.words(), 0));
        std::memcpy(wider + (low - window.from), table_, size_t{8} * words_);
        std::free(table_);
        held += size_t{8} * (window.words() - words_);
        table_ = wider;
        low_ = window.from;
        words_ = window.words();
    }

    void become_hash_again(uint32_t domain, uint8_t log, size_t& held) {
        uint64_t* bits = static_cast<uint64_t*>(table_);
        const uint32_t low = low_, words = words_;
        become_hash(log, held);
        each_bit(bits, low, words, [&](uint32_t value) { insert(value, domain, held); });
        held -= size_t{8} * words;
        std::free(bits);
    }

    uint32_t count_ = 0;
    Kind kind_ = kTiny;
    uint8_t log_ = 0;
    union {
        uint32_t tiny_[kInline];
        struct {
            uint32_t words_;
            uint32_t low_;  // the first word of the bits
            void* table_;
        };
    };
};

}  // namespace trivium::base
