// A set of pairs, grouped by their first member: one adaptive set of 32-bit values for each row.
//
// A row starts as a few values in place, becomes an open-addressing table, and a bit set once that
// takes no more memory than about twice the table: where a relation is dense, a membership test is
// one bit of a line that the last test has just touched.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "keymap.hpp"

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

/// Whether both members fit: the second must be below 2^32 - 1.
inline bool fits(const int64_t* second, size_t n) {
    uint64_t all = 0;
    bool top = false;
    for (size_t i = 0; i < n; ++i) {
        all |= static_cast<uint64_t>(second[i]);
        top |= second[i] == 0xFFFFFFFFll;
    }
    return !(all >> 32) && !top;
}

/// Where second members are spread too wide for bit sets, the sets hold codes: numbers of the
/// different values in the order of first sight, as long as there are far fewer values than pairs.
class PairSet {
   public:
    size_t bytes() const {
        return rows_.bytes() + codes_.bytes() + sets_.capacity() * sizeof(ValueSet) + held_;
    }

    /// Insert n pairs; `fresh` gets the numbers of those that were new. Returns how many.
    /// A null `first` stands for zeros: a set of single values.
    size_t insert(const int64_t* first, const int64_t* second, size_t n, uint32_t* fresh) {
        uint64_t top = 0;
        for (size_t i = 0; i < n; ++i) {
            uint64_t value = static_cast<uint64_t>(second[i]);
            top = value > top ? value : top;
        }
        if (n) expect(static_cast<uint32_t>(top));
        uint32_t numbers[kBatch], values[kBatch];
        size_t found = 0;
        for (size_t from = 0; from < n; from += kBatch) {
            size_t size = n - from < kBatch ? n - from : kBatch;
            number(first ? first + from : nullptr, size, numbers);
            encode(second + from, size, values);
            for (size_t i = 0; i < size; ++i) {
                if (i + kFar < size) __builtin_prefetch(&sets_[numbers[i + kFar]]);
                if (i + kNear < size) sets_[numbers[i + kNear]].prefetch(values[i + kNear]);
                ValueSet& set = sets_[numbers[i]];
                if (set.insert(values[i], domain_, held_))
                    fresh[found++] = static_cast<uint32_t>(from + i);
            }
        }
        pairs_ += found;
        return found;
    }

    /// Insert up to a batch of single values; `fresh` gets those that were new.
    size_t insert_values(const int64_t* values, size_t n, int64_t* fresh) {
        const uint32_t only = row(0);
        uint32_t narrow[kBatch], found[kBatch + 1], top = 0;
        size_t left = 0;
        for (size_t from = 0; from < n; from += kGroup) {
            const size_t size = n - from < kGroup ? n - from : kGroup;
            if (!coded_ && sets_[only].holds_all(values + from, size)) continue;
            for (size_t i = from; i < from + size; ++i) {
                narrow[left] = static_cast<uint32_t>(values[i]);
                top = narrow[left] > top ? narrow[left] : top;
                ++left;
            }
        }
        if (!left) return 0;
        expect(top);
        const size_t count = insert_all(only, narrow, left, found);
        std::copy(found, found + count, fresh);
        return count;
    }

    /// The number of the row of a first member, made if there is none.
    uint32_t row(int64_t first) {
        uint32_t number = rows_.insert(&first);
        if (number >= sets_.size()) sets_.resize(number + size_t{1});
        return number;
    }

    void prefetch_key(const int64_t* first) const { rows_.prefetch(first); }
    void prefetch(uint32_t row) const { __builtin_prefetch(&sets_[row]); }
    void prefetch(uint32_t row, uint32_t value) const {
        const int64_t key = value;
        coded_ ? codes_.prefetch(&key) : sets_[row].prefetch(value);
    }

    /// Values that come may be up to this.
    void expect(uint32_t top) {
        if (!pairs_ && top >= kSparse) coded_ = true;
        if (coded_) {
            if (codes_.size() > kMany && codes_.size() > pairs_ / 4) leave_codes();
        }
        if (!coded_ && top >= domain_) domain_ = top + 1;
    }

    /// Insert n values, up to a batch of them, beside one first member; `fresh` gets those that were
    /// new, and has room for one more than n.
    size_t insert_all(uint32_t row, const uint32_t* values, size_t n, uint32_t* fresh) {
        uint32_t codes[kBatch];
        if (coded_) {
            int64_t wide[kBatch];
            for (size_t i = 0; i < n; ++i) wide[i] = values[i];
            encode(wide, n, codes);
            values = codes;
        }
        const size_t found = sets_[row].insert_all(values, n, domain_, held_, fresh);
        if (coded_)
            for (size_t i = 0; i < found; ++i)
                fresh[i] = static_cast<uint32_t>(codes_.key(fresh[i]));
        pairs_ += found;
        return found;
    }

    /// Those of some values that stand beside a first member; `out` has room for one more than n.
    size_t meet(uint32_t row, const uint32_t* values, size_t n, int64_t* out) const {
        if (!coded_) return sets_[row].meet(values, n, out);
        size_t found = 0;
        for (size_t i = 0; i < n; ++i) {
            out[found] = values[i];
            found += has(row, values[i]);
        }
        return found;
    }

    /// Whether a row's values, which are no bits yet, are few and small enough to be marked in some.
    bool may_mark(uint32_t row, size_t within) const {
        return !coded_ && domain_ <= kSparse && !sets_[row].is_bits() && sets_[row].size() <= within;
    }

    /// Mark a row's values in a bit set that has room for `domain` of them.
    template <class Take>
    void each(uint32_t row, Take take) const {
        sets_[row].each(take);
    }
    uint32_t domain() const { return domain_; }

    uint32_t find_row(int64_t first) const { return rows_.find(&first); }

    bool contains(int64_t first, uint32_t second) const {
        uint32_t row = rows_.find(&first);
        return row != kNone && has(row, second);
    }

    void contains(const int64_t* first, const int64_t* second, size_t n, uint8_t* found) const {
        const int64_t zero = 0;
        for (size_t i = 0; i < n; ++i) {
            if (first && i + kFar < n) rows_.prefetch(&first[i + kFar]);
            uint64_t value = static_cast<uint64_t>(second[i]);
            uint32_t row = rows_.find(first ? &first[i] : &zero);
            found[i] = value < ValueSet::kEmpty && row != kNone &&
                       has(row, static_cast<uint32_t>(value));
        }
    }

   private:
    static constexpr size_t kBatch = 2048, kNear = 6, kFar = 16, kGroup = 32;
    static constexpr uint32_t kSparse = 1u << 22, kMany = 1u << 16;

    bool has(uint32_t row, uint32_t value) const {
        if (!coded_) return sets_[row].contains(value);
        const int64_t key = value;
        const uint32_t code = codes_.find(&key);
        return code != kNone && sets_[row].contains(code);
    }

    /// What stands in the sets for some values.
    void encode(const int64_t* values, size_t n, uint32_t* codes) {
        if (!coded_) {
            for (size_t i = 0; i < n; ++i) codes[i] = static_cast<uint32_t>(values[i]);
            return;
        }
        for (size_t i = 0; i < n; ++i) {
            if (i + kFar < n) codes_.prefetch(&values[i + kFar]);
            codes[i] = codes_.insert(&values[i]);
        }
        if (codes_.size() > domain_) domain_ = codes_.size() + codes_.size() / 2 + 64;
    }

    /// Hold the values themselves.
    void leave_codes() {
        std::vector<ValueSet> own(sets_.size());
        held_ = 0;
        domain_ = 0;
        for (uint32_t code = 0; code < codes_.size(); ++code) {
            const uint32_t value = static_cast<uint32_t>(codes_.key(code));
            domain_ = value >= domain_ ? value + 1 : domain_;
        }
        for (size_t row = 0; row < sets_.size(); ++row)
            sets_[row].each([&](uint32_t code) {
                own[row].insert(static_cast<uint32_t>(codes_.key(code)), domain_, held_);
            });
        sets_ = std::move(own);
        codes_ = KeyMap(1, true);
        coded_ = false;
    }

    void number(const int64_t* first, size_t n, uint32_t* numbers) {
        const int64_t zero = 0;
        if (!first) {
            uint32_t only = rows_.insert(&zero);
            for (size_t i = 0; i < n; ++i) numbers[i] = only;
        } else {
            for (size_t i = 0; i < n; ++i) {
                if (i && first[i] == first[i - 1]) {
                    numbers[i] = numbers[i - 1];
                    continue;
                }
                if (i + kFar < n) rows_.prefetch(&first[i + kFar]);
                numbers[i] = rows_.insert(&first[i]);
            }
        }
        if (rows_.size() > sets_.size()) {
            if (rows_.size() > sets_.capacity()) sets_.reserve(rows_.size() * 3 / 2 + 16);
            sets_.resize(rows_.size());
        }
    }

    KeyMap rows_{1};
    std::vector<ValueSet> sets_;
    KeyMap codes_{1, true};
    bool coded_ = false;
    uint32_t domain_ = 0;  // one more than the greatest value or code
    size_t held_ = 0;
    size_t pairs_ = 0;
};

}  // namespace trivium
