// A key map: numbers the different keys it is shown 0, 1, 2, ... in the order of first sight.
//
// A key is one or more 64-bit integers. While single keys stay small they index an array directly;
// otherwise an open-addressing table holds their numbers and the keys stand beside it, until there
// are enough of them to index an array after all.
#pragma once

#include <cstdint>
#include <vector>

#include "base/slots.hpp"

namespace trivium::base {

inline uint64_t hash_key(const int64_t* key, int width) {
    uint64_t h = mix(static_cast<uint64_t>(key[0]) + 0x632BE59BD9B4E019ull);
    for (int i = 1; i < width; ++i) h = mix(h + static_cast<uint64_t>(key[i]));
    return h;
}

class KeyMap {
   public:
    /// With `reversible`, single keys never index an array, and stand beside the table.
    explicit KeyMap(int width = 1, bool reversible = false)
        : width_(width), direct_mode_(width == 1 && !reversible), reversible_(reversible) {}

    /// The key of a number, in a reversible map of single keys.
    int64_t key(uint32_t number) const { return keys_[number]; }

    /// The array that keys index: number + 1, or 0 for one that is not there; null if they do not.
    const uint32_t* direct() const { return direct_mode_ ? direct_.data() : nullptr; }
    size_t direct_size() const { return direct_.size(); }

    uint32_t size() const { return count_; }
    int width() const { return width_; }

    size_t bytes() const {
        return direct_.capacity() * 4 + slots_.bytes() + keys_.capacity() * 8;
    }

    /// What growing will take, if it is due.
    size_t growth() const {
        if (direct_mode_) return base::growth(direct_, count_);
        return slots_.growth(count_) + base::growth(keys_, keys_.size());
    }

    void prefetch(const int64_t* key) const {
        if (direct_mode_) {
            uint64_t k = static_cast<uint64_t>(key[0]);
            if (k < direct_.size()) __builtin_prefetch(&direct_[k]);
        } else if (width_) {
            slots_.prefetch(hash_key(key, width_));
        }
    }

    uint32_t find(const int64_t* key) const {
        if (direct_mode_) {
            uint64_t k = static_cast<uint64_t>(key[0]);
            return k < direct_.size() ? direct_[k] - 1 : kNone;
        }
        if (!width_) return count_ ? 0 : kNone;
        return slots_.find(hash_key(key, width_), [&](uint32_t number) { return same(number, key); });
    }

    /// Make room for many keys that are about to come, where they will index an array.
    void expect(const int64_t* keys, size_t n) {
        if (!direct_mode_) return;
        uint64_t top = 0;
        for (size_t i = 0; i < n; ++i) {
            const uint64_t key = static_cast<uint64_t>(keys[i]);
            top = key > top ? key : top;
        }
        expect_up_to(top, n);
    }

    /// The same for n keys of which none is greater than `top`.
    void expect_up_to(uint64_t top, size_t n) {
        if (!direct_mode_) return;
        if (top >= direct_.size() && top < 65536 + 4ull * n) direct_.resize(top + 1, 0);
    }

    /// Make room for n keys more that stand in a table, most of them new.
    void reserve(size_t n) {
        if (direct_mode_ || !width_ || slots_.fits(count_ + n)) return;
        keys_.reserve((count_ + n) * width_);
        slots_.reserve(count_ + n);
    }

    /// Number small keys anew, in their own order; the new number of each old one, or nothing where
    /// keys do not index an array.
    std::vector<uint32_t> renumber() {
        if (!direct_mode_) return {};
        std::vector<uint32_t> fresh(count_);
        uint32_t next = 0;
        for (uint32_t& number : direct_) {
            if (!number) continue;
            fresh[number - 1] = next;
            number = ++next;
        }
        return fresh;
    }

    /// The number of a key, new if the key is.
    uint32_t insert(const int64_t* key) {
        if (direct_mode_) {
            uint64_t k = static_cast<uint64_t>(key[0]);
            if (k >= direct_.size()) {
                if (k >= 65536 + 8ull * count_) {
                    top_ = k;
                    leave_direct();
                    return insert(key);
                }
                uint64_t room = k + k / 2 + 64;
                direct_.resize(room, 0);
            }
            if (!direct_[k]) direct_[k] = ++count_;
            return direct_[k] - 1;
        }
        if (!width_) {
            count_ = 1;
            return 0;
        }
        if (!slots_.fits(count_ + size_t{1})) {
            if (width_ == 1 && !reversible_ && count_ >= 1024 && top_ < 8ull * count_) {
                become_direct();
                return insert(key);
            }
            slots_.reserve(count_ + size_t{1});
        }
        const uint32_t number = slots_.insert(hash_key(key, width_), count_,
                                              [&](uint32_t number) { return same(number, key); });
        if (number == count_) {
            ++count_;
            keys_.insert(keys_.end(), key, key + width_);
            top_ = static_cast<uint64_t>(key[0]) > top_ ? static_cast<uint64_t>(key[0]) : top_;
        }
        return number;
    }

   private:
    bool same(uint32_t number, const int64_t* key) const {
        const int64_t* own = &keys_[static_cast<size_t>(number) * width_];
        for (int i = 0; i < width_; ++i)
            if (own[i] != key[i]) return false;
        return true;
    }

    void become_direct() {
        direct_mode_ = true;
        direct_.assign(top_ + top_ / 2 + 64, 0);
        for (uint32_t number = 0; number < count_; ++number) direct_[keys_[number]] = number + 1;
        slots_.clear();
        std::vector<int64_t>().swap(keys_);
    }

    void leave_direct() {
        direct_mode_ = false;
        keys_.assign(count_, 0);
        for (size_t key = 0; key < direct_.size(); ++key)
            if (direct_[key]) keys_[direct_[key] - 1] = static_cast<int64_t>(key);
        std::vector<uint32_t>().swap(direct_);
        slots_.reserve(count_ + size_t{1});
        for (uint32_t number = 0; number < count_; ++number)
            slots_.insert(hash_key(&keys_[number], 1), number, [](uint32_t) { return false; });
    }

    int width_;
    bool direct_mode_;
    bool reversible_;
    uint32_t count_ = 0;
    uint64_t top_ = 0;  // the greatest first member of a key in the table
    std::vector<uint32_t> direct_;  // number + 1 by key; 0 is absent
    Slots slots_;
    std::vector<int64_t> keys_;     // by number, where there are slots
};

}  // namespace trivium::base
