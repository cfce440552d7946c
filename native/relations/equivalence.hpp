// An equivalence relation held as its classes: its pairs are implied, and take no memory.
//
//     same(1, 2), same(3, 2)        one class {1, 2, 3}, which stands for nine pairs
//
// Pairs that come in a round unite elements at once, but rules go on seeing the classes as they
// were until the round ends (union-find: Tarjan, 1975). Then the smaller classes move to the largest
// of each union. A class that has changed remembers where its parts end: pairs within a part are
// old, all others are the delta. Elements that are new stand last, and are a part each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/arena.hpp"
#include "base/keymap.hpp"
#include "relations/rows.hpp"

namespace trivium::relations {

using namespace base;

class Equivalence {
 public:
    /// Numbers of elements that stand side by side.
    struct Range {
        const uint32_t* data = nullptr;
        uint32_t size = 0;
    };

    size_t bytes() const {
        return map_.bytes() + arena_.bytes() + values_.capacity() * 8 +
               (parent_.capacity() + class_of_.capacity() + place_.capacity()) * 4 +
               classes_.capacity() * sizeof(Class) + (linked_.capacity() + cuts_.capacity()) * 4;
    }

    uint64_t pairs() const { return pairs_; }          // of the visible classes
    uint64_t old_pairs() const { return old_pairs_; }  // less the delta
    size_t elements() const { return seen_; }
    size_t classes() const { return classes_.size() - free_.size(); }
    int64_t value(uint32_t element) const { return values_[element]; }

    /// Unite the members of pairs. Returns how many elements and unions were new.
    size_t insert(const int64_t* first, const int64_t* second, size_t n) {
        const size_t before = values_.size() + linked_.size();
        for (size_t i = 0; i < n; ++i) {
            if (i + 16 < n) {
                map_.prefetch(&first[i + 16]);
                map_.prefetch(&second[i + 16]);
            }
            const uint32_t one = number(first[i]);
            if (first[i] == second[i]) continue;
            unite(one, number(second[i]));
        }
        return values_.size() + linked_.size() - before;
    }

    void prefetch(const int64_t* value) const { map_.prefetch(value); }

    /// The number of an element that rules can see, or `kNone`.
    uint32_t find(const int64_t* value) const {
        const uint32_t element = map_.find(value);
        return element == kNone || element >= seen_ ? kNone : element;
    }

    /// What an element is paired with, by all pairs or by those that are not the delta.
    Range members(uint32_t element, bool old_only) const {
        const Class& own = classes_[class_of_[element]];
        if (!old_only || !(all_new_ || own.round == round_)) return {own.data, own.size};
        if (all_new_) return {};
        const auto [from, to] = part(own, element);
        return is_new_part(own, from) ? Range{} : Range{own.data + from, to - from};
    }

    bool holds(uint32_t one, uint32_t other, bool old_only) const {
        if (class_of_[one] != class_of_[other]) return false;
        const Class& own = classes_[class_of_[one]];
        if (!old_only || !(all_new_ || own.round == round_)) return true;
        if (all_new_) return false;
        const auto both = part(own, one);
        return !is_new_part(own, both.first) && both == part(own, other);
    }

    bool holds_pair(int64_t one, int64_t other) const {
        const uint32_t first = find(&one), second = find(&other);
        return first != kNone && second != kNone && holds(first, second, false);
    }

    /// The first element of each value's class; values that have none stand for themselves.
    void lead(const int64_t* values, size_t n, int64_t* out) const {
        for (size_t i = 0; i < n; ++i) {
            if (i + 16 < n) map_.prefetch(&values[i + 16]);
            const uint32_t element = find(&values[i]);
            out[i] = element == kNone ? values[i]
                                      : values_[classes_[class_of_[element]].data[0]];
        }
    }

    /// Every element that has a pair of a version, each once.
    template <class Take>
    void each_element(Version version, Take take) const {
        each_class(version, [&](const Class& own) {
            uint32_t size = own.size;
            if (version == Version::kOld && own.round == round_) size = fresh_from(own);
            for (uint32_t i = 0; i < size; ++i) take(own.data[i]);
        });
    }

    /// Every element whose pair with itself is of a version.
    template <class Take>
    void each_loop(Version version, Take take) const {
        each_class(version, [&](const Class& own) {
            const bool changed = !all_new_ && own.round == round_;
            const uint32_t fresh = changed ? fresh_from(own) : own.size;
            const uint32_t from = version == Version::kDelta && changed ? fresh : 0;
            const uint32_t to = version == Version::kOld ? fresh : own.size;
            for (uint32_t i = from; i < to; ++i) take(own.data[i]);
        });
    }

    /// Every element that a pair of a version has beside a given one.
    template <class Take>
    void each_beside(uint32_t element, Version version, Take take) const {
        const Range all = members(element, version == Version::kOld);
        const Range old = version == Version::kDelta ? members(element, true) : Range{};
        for (uint32_t i = 0; i < all.size; ++i)
            if (!(old.size && all.data + i >= old.data && all.data + i < old.data + old.size))
                take(all.data[i]);
    }

    /// Every pair of a version: an element, and some that it is paired with.
    template <class Take>
    void each_pair(Version version, Take take) const {
        each_class(version, [&](const Class& own) {
            if (version == Version::kFull || all_new_ || own.round != round_) {
                for (uint32_t i = 0; i < own.size; ++i) take(own.data[i], Range{own.data, own.size});
                return;
            }
            for (uint32_t from = 0; from < own.size;) {
                const uint32_t to = part_end(own, from);
                const bool is_new = is_new_part(own, from);
                for (uint32_t i = from; i < to; ++i) {
                    if (version == Version::kOld) {
                        if (!is_new) take(own.data[i], Range{own.data + from, to - from});
                    } else if (is_new) {
                        take(own.data[i], Range{own.data, own.size});
                    } else {
                        if (from) take(own.data[i], Range{own.data, from});
                        if (to < own.size) take(own.data[i], Range{own.data + to, own.size - to});
                    }
                }
                from = to;
            }
        });
    }

    /// End a round: what was united becomes one class for the rules too.
    void advance() {
        ++round_;
        all_new_ = false;
        changed_.clear();
        cuts_.clear();
        old_pairs_ = pairs_;
        const size_t end = values_.size();
        class_of_.resize(end, kNone);
        place_.resize(end, 0);
        // The parts of each union, one union after another: roots that were linked, by their root.
        std::vector<std::pair<uint32_t, uint32_t>> parts;
        parts.reserve(linked_.size() + end - seen_);
        for (uint32_t root : linked_) parts.push_back({find_root(root), root});
        std::sort(parts.begin(), parts.end());
        const size_t before = seen_;
        seen_ = end;
        for (size_t i = 0; i < parts.size();) {
            size_t j = i;
            while (j < parts.size() && parts[j].first == parts[i].first) ++j;
            join(parts[i].first, &parts[i], j - i);
            i = j;
        }
        for (size_t element = before; element < end; ++element)
            if (class_of_[element] == kNone) join(static_cast<uint32_t>(element), nullptr, 0);
        linked_.clear();
    }

    /// Every pair is new, those of this round too.
    void see_all() {
        advance();
        all_new_ = true;
        old_pairs_ = 0;
    }

    /// No pair is new.
    void settle() {
        advance();
        ++round_;
        changed_.clear();
        old_pairs_ = pairs_;
    }

 private:
    struct Class {
        uint32_t* data = nullptr;  // the numbers of its elements
        uint32_t size = 0, room = 0;
        uint32_t round = 0;              // the last in which it changed
        uint32_t cuts = 0, parts = 0;    // then: where its older parts end, and how many there are
    };

    uint32_t number(int64_t value) {
        const uint32_t element = map_.insert(&value);
        if (element == values_.size()) {
            values_.push_back(value);
            parent_.push_back(element);
        }
        return element;
    }

    uint32_t find_root(uint32_t element) {
        while (parent_[element] != element) {
            parent_[element] = parent_[parent_[element]];
            element = parent_[element];
        }
        return element;
    }

    void unite(uint32_t one, uint32_t other) {
        one = find_root(one);
        other = find_root(other);
        if (one == other) return;
        if (one > other) std::swap(one, other);
        parent_[other] = one;
        linked_.push_back(other);
    }

    // --- parts of a class that has changed -------------------------------------------------------

    uint32_t fresh_from(const Class& own) const {
        return own.parts ? cuts_[own.cuts + own.parts - 1] : 0;
    }
    bool is_new_part(const Class& own, uint32_t from) const { return from >= fresh_from(own); }

    uint32_t part_end(const Class& own, uint32_t place) const {
        const uint32_t* cuts = cuts_.data() + own.cuts;
        const uint32_t* end = std::upper_bound(cuts, cuts + own.parts, place);
        return end == cuts + own.parts ? place + 1 : *end;
    }

    std::pair<uint32_t, uint32_t> part(const Class& own, uint32_t element) const {
        const uint32_t place = place_[element];
        const uint32_t* cuts = cuts_.data() + own.cuts;
        const uint32_t* end = std::upper_bound(cuts, cuts + own.parts, place);
        if (end == cuts + own.parts) return {place, place + 1};
        return {end == cuts ? 0 : end[-1], *end};
    }

    template <class Take>
    void each_class(Version version, Take take) const {
        if (version == Version::kDelta && !all_new_) {
            for (uint32_t number : changed_) take(classes_[number]);
        } else if (version != Version::kOld || !all_new_) {
            for (const Class& own : classes_)
                if (own.size) take(own);
        }
    }

    // --- joining classes -------------------------------------------------------------------------

    /// Make one class of the parts that were linked to a root, and of the root.
    void join(uint32_t root, const std::pair<uint32_t, uint32_t>* linked, size_t count) {
        uint32_t target = class_of_[root];
        uint64_t size = 0;
        auto each = [&](auto take) {
            take(root);
            for (size_t i = 0; i < count; ++i) take(linked[i].second);
        };
        each([&](uint32_t part) {
            const uint32_t own = class_of_[part];
            size += own == kNone ? 1 : classes_[own].size;
            if (own == kNone) return;
            if (target == kNone || classes_[own].size > classes_[target].size) target = own;
        });
        if (target == kNone) target = new_class();
        Class& into = classes_[target];
        into.round = round_;
        into.cuts = static_cast<uint32_t>(cuts_.size());
        make_room(into, static_cast<uint32_t>(size));
        pairs_ += size * size - uint64_t{into.size} * into.size;
        if (into.size) cuts_.push_back(into.size);
        each([&](uint32_t part) {
            const uint32_t number = class_of_[part];
            if (number == kNone || number == target) return;
            Class& from = classes_[number];
            pairs_ -= uint64_t{from.size} * from.size;
            for (uint32_t i = 0; i < from.size; ++i) put(into, target, from.data[i]);
            cuts_.push_back(into.size);
            arena_.leave(from.data, from.room * sizeof(uint32_t));
            from = Class();
            free_.push_back(number);
        });
        into.parts = static_cast<uint32_t>(cuts_.size()) - into.cuts;
        each([&](uint32_t part) {
            if (class_of_[part] == kNone) put(into, target, part);
        });
        changed_.push_back(target);
    }

    void put(Class& into, uint32_t number, uint32_t element) {
        class_of_[element] = number;
        place_[element] = into.size;
        into.data[into.size++] = element;
    }

    uint32_t new_class() {
        if (free_.empty()) {
            classes_.emplace_back();
            return static_cast<uint32_t>(classes_.size() - 1);
        }
        const uint32_t number = free_.back();
        free_.pop_back();
        return number;
    }

    void make_room(Class& own, uint32_t size) {
        if (size <= own.room) return;
        const size_t held = own.room * sizeof(uint32_t), more = Arena::enough(size * sizeof(uint32_t));
        own.data = static_cast<uint32_t*>(held ? arena_.grow(own.data, held, more) : arena_.take(more));
        own.room = static_cast<uint32_t>(more / sizeof(uint32_t));
    }

    KeyMap map_{1};
    std::vector<int64_t> values_;     // by element
    std::vector<uint32_t> parent_;    // by element: the union-find
    std::vector<uint32_t> class_of_;  // by visible element
    std::vector<uint32_t> place_;     // by visible element, within its class
    std::vector<Class> classes_;
    std::vector<uint32_t> free_;     // numbers of classes that went into others
    std::vector<uint32_t> linked_;   // roots that became another's in this round
    std::vector<uint32_t> changed_;  // classes that the last round changed
    std::vector<uint32_t> cuts_;
    Arena arena_;
    size_t seen_ = 0;  // elements of rounds before
    uint64_t pairs_ = 0, old_pairs_ = 0;
    uint32_t round_ = 1;
    bool all_new_ = false;
};

}  // namespace trivium::relations
