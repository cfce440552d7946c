// Ways on which a group chooses once a rule waits for nothing else; `firing.py` says what they mean.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "inference/ways.hpp"

namespace trivium::inference {

// Different keys of one size, numbered as they come.
template <class Key>
class Numbered {
   public:
    const Key& operator[](size_t number) const { return keys_[number]; }
    size_t size() const { return keys_.size(); }

    // The number of a key, and whether it is new.
    std::pair<uint32_t, bool> add(const Key& key) {
        const auto next = static_cast<uint32_t>(keys_.size());
        slots_.reserve(next + size_t{1});
        const uint32_t number =
            slots_.insert(key.hash(), next, [&](uint32_t other) { return keys_[other] == key; });
        if (number == next) keys_.push_back(key);
        return {number, number == next};
    }

   private:
    std::vector<Key> keys_;
    Slots slots_;
};

template <size_t W>
struct FiringGroup {
    Literals<W> members;           // of its alternatives both literals
    std::vector<int32_t> leaves;
    std::vector<Literals<W>> given;  // of each leaf what then holds
};

template <size_t W>
class Firing {
   public:
    using Set = Literals<W>;

    // `choices` are the literals of alternatives; `open` the nodes that are asked for or observed;
    // `asked` has the literal of each query, `violated` those that the evidence denies.
    Firing(std::vector<Clause<W>> rules, std::vector<FiringGroup<W>> groups, const Set& choices,
           const Set& open, std::vector<Set> asked, const Set& violated)
        : rules_(std::move(rules)), groups_(std::move(groups)), choices_(choices), open_(open),
          asked_(std::move(asked)), violated_(violated), reached_(groups_.size() + 1) {
        ways_.places.resize(asked_.size());
        ways_.add(groups_.size());
        ways_.certain = !violated_;
    }

    Ways explore(size_t allowed, const Check& check) {
        Key start;
        for (size_t rule = 0; rule < rules_.size(); ++rule) start.alive |= Set::bit(rule);
        start.open = open_;
        ways_.first = arrive(start, Set{}, kNever, kNever);
        for (size_t level = 0; level < groups_.size() && ways_.complete; ++level) {
            const Reached& here = reached_[level];
            for (size_t place = 0; place < here.states.size(); ++place) {
                if (place % 64 == 63 && !ways_.look(allowed, check)) break;
                follow(here.states[place], here.numbers[place]);
            }
            reached_[level] = {};
            ways_.look(allowed, check);
        }
        return std::move(ways_);
    }

   private:
    // A state: the rules that are alive, the literals of their bodies that hold, and the nodes
    // that are asked for and open.
    struct Key {
        Set alive, known, open;

        friend bool operator==(const Key&, const Key&) = default;

        uint64_t hash() const { return open.mixed(known.mixed(alive.mixed(1))); }
    };
    struct Reached {
        Numbered<Key> states;
        std::vector<int32_t> numbers;
    };

    void follow(const Key& state, int32_t source) {
        const FiringGroup<W>& group = next_group(state);
        for (size_t choice = 0; choice < group.leaves.size(); ++choice) {
            const int32_t leaf = group.leaves[choice];
            const int32_t target = arrive(state, group.given[choice], source, leaf);
            if (target != kNever) ways_.step(source, leaf, target);
        }
    }

    // The number of the state once more literals hold.
    int32_t arrive(const Key& before, const Set& given, int32_t source, int32_t leaf) {
        auto [state, news] = settled(before, given);
        if (news & violated_) return kNever;
        int32_t target = kEnd;
        if (state.open) {
            const size_t level = level_of(state);
            Reached& reached = reached_[level];
            auto [place, fresh] = reached.states.add(state);
            if (fresh) reached.numbers.push_back(ways_.add(level));
            target = reached.numbers[place];
        }
        for (size_t place = 0; place < asked_.size(); ++place)
            if (news & asked_[place]) ways_.call(place, source, leaf, target);
        return target;
    }

    std::pair<Key, Set> settled(const Key& before, const Set& given) {
        Set known = before.known | given;
        left_.clear();
        before.alive.each_place([&](size_t rule) { left_.push_back(rule); });
        while (true) {
            const Set denied = known.opposite();
            Set grown = known;
            std::erase_if(left_, [&](size_t rule) {
                return (rules_[rule].body & denied) || (rules_[rule].heads & grown);
            });
            for (size_t rule : left_)
                if (rules_[rule].body.within(grown)) grown |= rules_[rule].heads;
            if (grown == known) {
                Set impossible = impossible_rows(known, before.open) & ~denied;
                if (!impossible) break;
                grown |= impossible.denied();
            }
            known = grown;
        }
        Key after;
        const Set decided = before.open & (known | known.rows());
        after.open = before.open & ~decided;
        const Set spoken = keep_needed(after);
        after.known = known & spoken;
        return {after, known & (decided | decided.denied())};
    }

    // Rows that no rule can give any more, whatever is chosen.
    Set impossible_rows(const Set& known, const Set& open) {
        Set rows = open;
        for (size_t rule : left_) rows |= rules_[rule].heads | nodes(rules_[rule].body);
        rows &= ~choices_;
        // A literal that says that an open row does not hold may come true.
        Set possible = known | choices_ | rows.denied();
        waiting_ = left_;
        while (true) {
            Set grown = possible;
            std::erase_if(waiting_, [&](size_t rule) {
                if (!rules_[rule].body.within(grown)) return false;
                grown |= rules_[rule].heads;
                return true;
            });
            if (grown == possible) return rows & ~possible;
            possible = grown;
        }
    }

    // Keeps the rules that open nodes depend on; the literals that they speak of.
    Set keep_needed(Key& state) {
        Set rows = state.open, spoken;
        for (size_t before = left_.size() + 1; before != left_.size();) {
            before = left_.size();
            std::erase_if(left_, [&](size_t rule) {
                if (!(rules_[rule].heads & rows)) return false;
                rows |= nodes(rules_[rule].body);
                spoken |= rules_[rule].body;
                state.alive |= Set::bit(rule);
                return true;
            });
        }
        return spoken;
    }

    static Set nodes(const Set& literals) {
        return literals.positive() | literals.rows().positive();
    }

    const FiringGroup<W>& next_group(const Key& state) const {
        Set open = state.open & choices_;
        state.alive.each_place([&](size_t rule) {
            const Set left = rules_[rule].body & ~state.known;
            if (!(left & ~choices_)) open |= left;
        });
        for (const FiringGroup<W>& group : groups_)
            if (group.members & open) return group;
        throw std::logic_error("an open state without a group that may choose");
    }

    // How many groups do not matter any more: more after each choice.
    size_t level_of(const Key& state) const {
        Set spoken = state.open;
        state.alive.each_place([&](size_t rule) { spoken |= rules_[rule].body; });
        spoken &= ~state.known;
        size_t found = 0;
        for (const FiringGroup<W>& group : groups_) found += !(group.members & spoken);
        return found;
    }

    std::vector<Clause<W>> rules_;
    std::vector<FiringGroup<W>> groups_;
    Set choices_, open_;
    std::vector<Set> asked_;
    Set violated_;
    std::vector<Reached> reached_;  // of each level
    std::vector<size_t> left_, waiting_;
    Ways ways_;
};

}  // namespace trivium::inference
