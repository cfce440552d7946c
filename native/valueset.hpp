// A set of 32-bit values that changes its form as it grows.
//
// It starts as a few values in place, becomes an open-addressing table, and a bit set once that
// takes no more memory than about twice the table: where a relation is dense, a membership test is
// one bit of a line that the last test has just touched.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace trivium {

/// Those of some values that stand in a bit set; `out` has room for one more than n.
inline size_t meet_bits(const uint64_t* bits, uint32_t words, const uint32_t* values, size_t n,
                        int64_t* out) {
    size_t found = 0;
    for (size_t i = 0; i < n; ++i) {
        const uint32_t word = values[i] >> 6;
        out[found] = values[i];
        found += word < words && (bits[word] >> (values[i] & 63) & 1);
    }
    return found;
}

class ValueSet {
   public:
    static constexpr uint32_t kInline = 6;
    static constexpr uint32_t kEmpty = 0xFFFFFFFFu;  // never a member

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
            __builtin_prefetch(static_cast<const uint64_t*>(table_) + (value >> 6));
        } else if (kind_ == kHash) {
            __builtin_prefetch(static_cast<const uint32_t*>(table_) + slot(value));
        }
    }

    bool contains(uint32_t value) const {
        switch (kind_) {
            case kBits: {
                uint32_t word = value >> 6;
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
            const uint64_t word = static_cast<uint64_t>(values[i]) >> 6;
            all &= (word <= last) & (bits[word <= last ? word : 0] >> (values[i] & 63));
        }
        return all & 1;
    }

    /// Whether the value was new. `domain` is one more than the greatest value of any row; `held`
    /// follows the memory behind the sets.
    bool insert(uint32_t value, uint32_t domain, size_t& held) {
        if (kind_ == kBits) {
            uint32_t word = value >> 6;
            if (word >= words_) {
                widen(domain, held);
                if (kind_ != kBits) return insert(value, domain, held);
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
        if (i < n && (domain >> 6) + 1 > words_) widen(domain, held);
        if (kind_ != kBits) return i < n ? found + insert_all(values + i, n - i, domain, held, fresh + found) : found;
        uint64_t* table = static_cast<uint64_t*>(table_);
        const size_t before = found;
        for (; i < n; ++i) {
            const uint32_t value = values[i];
            const uint64_t bit = uint64_t{1} << (value & 63);
            uint64_t& cell = table[value >> 6];
            fresh[found] = value;
            found += !(cell & bit);
            cell |= bit;
        }
        count_ += static_cast<uint32_t>(found - before);
        return found;
    }

    bool is_bits() const { return kind_ == kBits; }
    uint32_t size() const { return count_; }

    /// Those of some values that are there; `out` has room for one more than n.
    size_t meet(const uint32_t* values, size_t n, int64_t* out) const {
        if (kind_ == kBits)
            return meet_bits(static_cast<const uint64_t*>(table_), words_, values, n, out);
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
            const uint64_t* bits = static_cast<const uint64_t*>(table_);
            for (uint32_t word = 0; word < words_; ++word)
                for (uint64_t left = bits[word]; left; left &= left - 1)
                    take(word * 64 + static_cast<uint32_t>(__builtin_ctzll(left)));
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

    // A bit set of the whole domain is taken when it is at most twice the next table's bytes.
    static bool bits_are_cheaper(uint32_t domain, uint32_t log) {
        return domain / 8 + 8 <= (size_t{8} << log);
    }

    void leave_tiny(uint32_t domain, size_t& held) {
        uint32_t values[kInline];
        std::memcpy(values, tiny_, sizeof(values));
        uint32_t count = count_;
        if (bits_are_cheaper(domain, 4)) {
            become_bits(domain, held);
        } else {
            become_hash(4, held);
        }
        for (uint32_t i = 0; i < count; ++i) insert(values[i], domain, held);
    }

    void become_bits(uint32_t domain, size_t& held) {
        words_ = (domain >> 6) + 1;
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
        if (bits_are_cheaper(domain, log)) {
            become_bits(domain, held);
        } else {
            become_hash(log, held);
        }
        for (uint32_t i = 0; i < room; ++i)
            if (old[i] != kEmpty) insert(old[i], domain, held);
        held -= size_t{4} * room;
        std::free(old);
    }

    /// More bits, or a table again where those of a domain that has grown would be too many.
    void widen(uint32_t domain, size_t& held) {
        uint8_t log = 4;
        while (count_ * 2ull > 1ull << log) ++log;
        if (!bits_are_cheaper(domain, log + 1u)) return become_hash_again(domain, log, held);
        uint32_t words = (domain >> 6) + 1;
        void* wider = std::realloc(table_, size_t{8} * words);
        if (!wider) throw std::bad_alloc();
        std::memset(static_cast<uint64_t*>(wider) + words_, 0, size_t{8} * (words - words_));
        held += size_t{8} * (words - words_);
        table_ = wider;
        words_ = words;
    }

    void become_hash_again(uint32_t domain, uint8_t log, size_t& held) {
        uint64_t* bits = static_cast<uint64_t*>(table_);
        const uint32_t words = words_;
        become_hash(log, held);
        for (uint32_t word = 0; word < words; ++word)
            for (uint64_t left = bits[word]; left; left &= left - 1)
                insert(word * 64 + static_cast<uint32_t>(__builtin_ctzll(left)), domain, held);
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
            uint32_t unused_;
            void* table_;
        };
    };
};

}  // namespace trivium
