// States by number, one after the other in memory: millions of them are found, and freed, at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "inference/residual.hpp"

namespace trivium::inference {

template <size_t W>
class States {
   public:
    size_t size() const { return entries_.size(); }

    // The number of a state, whose hash is told; kNone if it never came.
    uint32_t find(const State<W>& state, uint64_t hash) const {
        return slots_.find(hash, [&](uint32_t number) { return same(number, state); });
    }

    // The number of a state that did not come before.
    uint32_t add(const State<W>& state, uint64_t hash) {
        auto number = static_cast<uint32_t>(entries_.size());
        slots_.reserve(number + size_t{1});
        slots_.insert(hash, number, [](uint32_t) { return false; });
        entries_.push_back({sets_.size(), static_cast<uint32_t>(state.rules.size())});
        sets_.push_back(state.known);
        for (const Clause<W>& rule : state.rules) {
            sets_.push_back(rule.body);
            sets_.push_back(rule.heads);
        }
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
        size_t begin;
        uint32_t rules;
    };

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

    std::vector<Literals<W>> sets_;  // of each state what is known, then body and heads by turns
    std::vector<Entry> entries_;
    Slots slots_;
};

}  // namespace trivium::inference
