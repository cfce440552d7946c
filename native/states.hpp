// States by number, one after the other in memory: millions of them are found, and freed, at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "residual.hpp"

namespace trivium {

template <size_t W>
class States {
   public:
    static constexpr uint32_t kNowhere = ~uint32_t{0};

    size_t size() const { return entries_.size(); }

    // The number of a state, whose hash is told; kNowhere if it never came.
    uint32_t find(const State<W>& state, uint32_t hash) const {
        if (slots_.empty()) return kNowhere;
        for (size_t slot = hash & mask();; slot = (slot + 1) & mask()) {
            uint32_t number = slots_[slot];
            if (number == kNowhere) return kNowhere;
            if (entries_[number].hash == hash && same(number, state))
                return number;
        }
    }

    // The number of a state that did not come before.
    uint32_t add(const State<W>& state, uint32_t hash) {
        if (entries_.size() * 2 >= slots_.size()) grow();
        auto number = static_cast<uint32_t>(entries_.size());
        auto rules = static_cast<uint32_t>(state.rules.size());
        entries_.push_back({hash, rules, sets_.size()});
        sets_.push_back(state.known);
        for (const Clause<W>& rule : state.rules) {
            sets_.push_back(rule.body);
            sets_.push_back(rule.heads);
        }
        place(number, hash);
        return number;
    }

    void read(uint32_t number, State<W>& into) const {
        const Entry& entry = entries_[number];
        const Literals<W>* from = sets_.data() + entry.begin;
        into.known = *from++;
        into.rules.clear();
        for (uint32_t rule = 0; rule < entry.rules; ++rule, from += 2)
            into.rules.push_back({from[0], from[1]});
    }

   private:
    struct Entry {
        uint32_t hash, rules;
        size_t begin;
    };

    size_t mask() const { return slots_.size() - 1; }

    bool same(uint32_t number, const State<W>& state) const {
        const Entry& entry = entries_[number];
        const Literals<W>* from = sets_.data() + entry.begin;
        if (entry.rules != state.rules.size() || !(*from++ == state.known)) return false;
        return std::all_of(state.rules.begin(), state.rules.end(), [&](const Clause<W>& rule) {
            bool equal = from[0] == rule.body && from[1] == rule.heads;
            from += 2;
            return equal;
        });
    }

    void place(uint32_t number, uint32_t hash) {
        size_t slot = hash & mask();
        while (slots_[slot] != kNowhere) slot = (slot + 1) & mask();
        slots_[slot] = number;
    }

    void grow() {
        slots_.assign(std::max<size_t>(8, slots_.size() * 2), kNowhere);
        for (uint32_t number = 0; number < entries_.size(); ++number)
            place(number, entries_[number].hash);
    }

    std::vector<Literals<W>> sets_;  // of each state what is known, then body and heads by turns
    std::vector<Entry> entries_;
    std::vector<uint32_t> slots_;
};

}  // namespace trivium
