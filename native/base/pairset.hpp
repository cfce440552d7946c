// A set of pairs, grouped by their first member: a set of 32-bit values for each row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/keymap.hpp"
#include "base/valueset.hpp"

namespace trivium::base {

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

    /// What growing will take, if it is due.
    size_t growth() const {
        return rows_.growth() + codes_.growth() + base::growth(sets_, rows_.size());
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

    /// The same for the values of up to ValueSet::kFew words of a bit set, whose first is `low`.
    size_t insert_bits(uint32_t row, const uint64_t* bits, uint32_t low, uint32_t words, uint32_t* fresh) {
        if (coded_) {
            uint32_t values[kBatch];
            size_t n = 0;
            each_bit(bits, low, words, [&](uint32_t value) { values[n++] = value; });
            return insert_all(row, values, n, fresh);
        }
        const size_t found = sets_[row].insert_bits(bits, low, words, domain_, held_, fresh);
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

}  // namespace trivium::base
