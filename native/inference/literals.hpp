// Sets of literals: row i holds is bit 2i, does not hold bit 2i + 1.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/slots.hpp"

namespace trivium::inference {

using namespace base;

template <size_t W>
struct Literals {
    static constexpr uint64_t kHolds = 0x5555555555555555u;

    std::array<uint64_t, W> words{};

    static Literals bit(size_t place) {
        Literals found;
        found.words[place / 64] = uint64_t{1} << (place % 64);
        return found;
    }
    static Literals read(const char* from) {
        Literals found;
        std::memcpy(found.words.data(), from, sizeof found.words);
        return found;
    }

    template <class F>
    static Literals made(F word) {
        Literals found;
        for (size_t i = 0; i < W; ++i) found.words[i] = word(i);
        return found;
    }
    friend Literals operator&(const Literals& a, const Literals& b) {
        return made([&](size_t i) { return a.words[i] & b.words[i]; });
    }
    friend Literals operator|(const Literals& a, const Literals& b) {
        return made([&](size_t i) { return a.words[i] | b.words[i]; });
    }
    Literals operator~() const {
        return made([&](size_t i) { return ~words[i]; });
    }
    Literals& operator|=(const Literals& other) { return *this = *this | other; }
    Literals& operator&=(const Literals& other) { return *this = *this & other; }
    friend bool operator==(const Literals& a, const Literals& b) { return a.words == b.words; }
    friend auto operator<=>(const Literals& a, const Literals& b) { return a.words <=> b.words; }

    bool any() const {
        uint64_t found = 0;
        for (uint64_t word : words) found |= word;
        return found != 0;
    }
    explicit operator bool() const { return any(); }

    // Whether there is at most one.
    bool single() const {
        int count = 0;
        for (uint64_t word : words) count += std::popcount(word);
        return count < 2;
    }
    bool within(const Literals& other) const { return !(*this & ~other).any(); }

    // Of rows that hold, that they do not.
    Literals denied() const {
        return made([&](size_t i) { return words[i] << 1; });
    }
    // Of literals that rows do not hold, the rows.
    Literals rows() const {
        return made([&](size_t i) { return words[i] >> 1; });
    }
    Literals positive() const {
        return made([&](size_t i) { return words[i] & kHolds; });
    }
    Literals opposite() const {
        return made([&](size_t i) {
            return ((words[i] & kHolds) << 1) | ((words[i] >> 1) & kHolds);
        });
    }

    // A hash with the set mixed in.
    uint64_t mixed(uint64_t hash) const {
        for (uint64_t word : words) hash = mix(hash ^ word);
        return hash;
    }

    Literals lowest() const {
        Literals found;
        for (size_t i = 0; i < W; ++i) {
            if (!words[i]) continue;
            found.words[i] = words[i] & (~words[i] + 1);
            break;
        }
        return found;
    }
    template <class F>
    void each(F visit) const {
        each_place([&](size_t place) { visit(bit(place)); });
    }
    template <class F>
    void each_place(F visit) const {
        for (size_t i = 0; i < W; ++i)
            for (uint64_t left = words[i]; left; left &= left - 1)
                visit(i * 64 + static_cast<size_t>(std::countr_zero(left)));
    }
};

}  // namespace trivium::inference
