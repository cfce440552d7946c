// What is left of a ground program once some groups have chosen; `residual.py` says what it means.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "inference/literals.hpp"

namespace trivium::inference {

// Changes the elements in order and keeps those for which `change` says so.
template <class T, class F>
void keep_if(std::vector<T>& all, F change) {
    size_t kept = 0;
    for (size_t i = 0; i < all.size(); ++i) {
        if (!change(all[i])) continue;
        if (kept != i) all[kept] = std::move(all[i]);
        ++kept;
    }
    all.resize(kept);
}

// What a state is for: all queries that are still open; one query that shall hold, or shall not;
// the evidence alone.
enum Kind : int { kMain, kHolds, kFails, kEvidence };

template <size_t W>
struct Clause {
    Literals<W> body, heads;
    friend bool operator==(const Clause&, const Clause&) = default;
    friend auto operator<=>(const Clause&, const Clause&) = default;
};

// Horn rules in the normal form of `horn.py`: each body once, implications between single literals
// closed under transitivity.
template <size_t W>
class Horn {
   public:
    using Set = Literals<W>;

    std::vector<Clause<W>> rules;

    void add(const Set& body, const Set& heads) {
        for (Clause<W>& rule : rules) {
            if (rule.body == body) {
                rule.heads |= heads;
                return;
            }
        }
        rules.push_back({body, heads});
    }

    void insert(const Set& body, Set heads) {
        heads &= ~body;
        if (!body.single()) {
            if (heads) add(body, heads);
            return;
        }
        for (const Clause<W>& rule : rules)
            if ((rule.body & heads) && rule.body.single()) heads |= rule.heads;
        heads &= ~body;
        if (!heads) return;
        for (Clause<W>& rule : rules)
            if ((rule.heads & body) && rule.body.single())
                rule.heads = (rule.heads | heads) & ~rule.body;
        add(body, heads);
    }

    // Longer bodies without literals that others of them imply, and no implied heads.
    void normalise() {
        Horn single, longer;
        for (const Clause<W>& rule : rules)
            if (rule.body.single()) single.rules.push_back(rule);
        auto implied = [&](const Set& literal) {
            for (const Clause<W>& rule : single.rules)
                if (rule.body == literal) return rule.heads;
            return Set{};
        };
        for (const Clause<W>& rule : rules) {
            if (rule.body.single()) continue;
            Set body = rule.body, heads = rule.heads;
            for (const Clause<W>& one : single.rules)
                if (heads & one.body) heads |= one.heads;
            // Of rows that imply each other the lowest stands for all.
            rule.body.each([&](const Set& literal) {
                bool found = false;
                implied(literal).each([&](const Set& other) {
                    if (!found && other < literal && (implied(other) & literal)) {
                        body = (body & ~literal) | other;
                        found = true;
                    }
                });
            });
            Set all = body;
            all.each([&](const Set& literal) {
                if (!(body & literal)) return;
                Set more = implied(literal);
                body &= ~more;
                heads &= ~more;
            });
            heads &= ~body;
            if (!heads) continue;
            if (body.single())
                single.insert(body, heads);
            else
                longer.add(body, heads);
        }
        rules = std::move(single.rules);
        for (const Clause<W>& rule : longer.rules) {
            Set heads = rule.heads;
            for (const Clause<W>& other : longer.rules)
                if (!(other.body == rule.body) && other.body.within(rule.body))
                    heads &= ~other.heads;
            if (heads) rules.push_back({rule.body, heads});
        }
    }
};

template <size_t W>
struct State {
    Literals<W> known;
    std::vector<Clause<W>> rules;

    friend bool operator==(const State&, const State&) = default;

    uint64_t hash() const {
        uint64_t found = known.mixed(rules.size() + 1);
        for (const Clause<W>& rule : rules) found = rule.heads.mixed(rule.body.mixed(found));
        return found;
    }
};

// One group, and what happens once it has chosen: see `Level` of `residual.py`.
template <size_t W>
struct Level {
    using Set = Literals<W>;

    std::vector<int> leaves;
    std::vector<Clause<W>> rules;
    std::vector<std::vector<int>> allowed;  // of each choice the numbers of its rules
    std::vector<Set> given;
    std::vector<Clause<W>> watch;
    Set rows, closed, used, kept, asked, closing, awaited;
    std::vector<std::pair<Set, bool>> cycles;
    bool settles = false;
};

// Where one choice leads; choices that lead to the same state share it.
template <size_t W>
struct Moves {
    std::vector<std::pair<State<W>, Literals<W>>> made;  // states, and literals that become known
    std::vector<std::pair<int, int>> steps;              // leaf, place in `made`
};

// Negating a disjunction takes more conjunctions than anyone can wait for.
struct Explodes : std::runtime_error {
    Explodes() : std::runtime_error("a row's rules have too many opposites") {}
};

template <size_t W>
class Residual {
   public:
    using Set = Literals<W>;

    Residual(const Set& queries, const Set& observed, size_t rows)
        : queries(queries), observed(observed), hopes{Set::bit(2 * rows - 4), Set::bit(2 * rows - 2)} {}

    std::vector<Level<W>> levels;
    Set queries, observed;
    Set hopes[2];

    bool decided(const State<W>& state, size_t number, Kind kind) const {
        const Level<W>& level = levels[number];
        Set awaited = level.awaited;
        if (kind == kMain) awaited |= level.asked | level.closing;
        if (awaited & ~state.known & ~state.known.opposite()) return false;
        Set watched = observed | hopes[0] | hopes[1];
        for (const Clause<W>& rule : state.rules)
            if (rule.heads & watched) return false;
        return true;
    }

    // Whether it matters what the group of a level chooses.
    bool matters(const State<W>& state, size_t number, Kind kind) const {
        const Level<W>& level = levels[number];
        const Alive alive(state);
        if (std::any_of(level.rules.begin(), level.rules.end(), alive)) return true;
        if (std::any_of(level.watch.begin(), level.watch.end(), alive)) return true;
        Set asked = observed;
        if (kind == kMain) asked |= queries;
        return bool(level.given.back() & (asked | asked.denied()));
    }

    // What follows where it does not matter, and the literals that become known.
    std::pair<State<W>, Set> passed(const State<W>& state, size_t number, Kind kind) const {
        const Level<W>& level = levels[number];
        if (!level.settles) return {state, Set{}};
        return settled(state, {}, level, kind, Set{});
    }

    // What the choices of a level lead to, where they matter.
    void moves(const State<W>& state, size_t number, Kind kind, Moves<W>& found) const {
        const Level<W>& level = levels[number];
        const Alive alive(state);
        found.made.clear();
        found.steps.clear();
        // Choices that give the same literals and rules lead to the same state.
        std::vector<std::pair<size_t, std::vector<int>>> keys;
        std::vector<Clause<W>> adds;
        for (size_t choice = 0; choice < level.leaves.size(); ++choice) {
            std::vector<int> own;
            for (int rule : level.allowed[choice])
                if (alive(level.rules[static_cast<size_t>(rule)])) own.push_back(rule);
            size_t same = 0;
            while (same < keys.size() && !(level.given[keys[same].first] == level.given[choice] &&
                                           keys[same].second == own))
                ++same;
            if (same == keys.size()) {
                adds.clear();
                for (int rule : own) adds.push_back(level.rules[static_cast<size_t>(rule)]);
                found.made.push_back(settled(state, adds, level, kind, level.given[choice]));
                keys.emplace_back(choice, std::move(own));
            }
            found.steps.emplace_back(level.leaves[choice], static_cast<int>(same));
        }
    }

    // A query that left the main ways: its row, and the states in which it shall hold, or not.
    struct Left {
        Set row;
        State<W> holds, fails;
    };

    // Takes the queries out of the state whose last rule came now, but which are not decided.
    std::vector<Left> split(State<W>& state, size_t number) const {
        const Level<W>& level = levels[number];
        Set closing, bodies;
        for (const Clause<W>& rule : state.rules) closing |= rule.heads, bodies |= rule.body;
        closing &= level.closing;
        std::vector<Left> found;
        if (!closing) return found;
        const Set used = level.used | bodies | bodies.opposite();
        Set dropped = closing & ~used;
        Set others = ~(dropped | (level.asked & ~used));
        closing.each([&](const Set& row) {
            auto hoped = [&](const Set& hope) {
                State<W> made{state.known & level.kept, {}};
                for (const Clause<W>& rule : state.rules) {
                    Set heads = rule.heads & others;
                    if (rule.heads & row) heads |= hope;
                    if (heads) made.rules.push_back({rule.body, heads});
                }
                return made;
            };
            found.push_back({row, hoped(hopes[0]), hoped(hopes[1])});
        });
        keep_if(state.rules, [&](Clause<W>& rule) {
            rule.heads &= ~dropped;
            return rule.heads.any();
        });
        return found;
    }

   private:
    // Whether a rule can still tell something in a state.
    struct Alive {
        explicit Alive(const State<W>& state)
            : known(state.known), denied(state.known.opposite()) {}

        bool operator()(const Clause<W>& rule) const {
            return !(rule.body & denied) && !(rule.heads & known);
        }

        Set known, denied;
    };

    // The normal form of a residual program with more rules and literals; and what became known.
    std::pair<State<W>, Set> settled(const State<W>& state, const std::vector<Clause<W>>& adds,
                                     const Level<W>& level, Kind kind, const Set& given) const {
        Set known = state.known | given;
        const Set before = state.known;
        std::vector<Clause<W>> fresh;
        for (const Clause<W>& rule : adds) {
            Set body = rule.body & ~known;
            if (body)
                fresh.push_back({body, rule.heads});
            else
                known |= rule.heads;
        }
        Set undecided = level.rows;
        for (const Clause<W>& rule : state.rules) undecided |= rule.heads;
        undecided = undecided.positive();
        const Set hoped = hopes[0] | hopes[1], closed = level.closed | hoped;
        const Set open = closed | closed.denied();
        Horn<W> horn{state.rules};
        bool changed = !(known == before);
        Set bodies;
        while (true) {
            if (changed) propagate(known, horn, fresh);
            for (const Clause<W>& rule : fresh) horn.insert(rule.body, rule.heads);
            fresh.clear();
            Set failed = unsupported(known, horn, undecided, closed, level);
            if (failed) {
                known |= failed.denied();
                changed = true;
                continue;
            }
            // Rows whose rules are all there give way to their rules.
            bodies = {};
            for (const Clause<W>& rule : horn.rules) bodies |= rule.body;
            Set out = bodies & open;
            if (!out) break;
            resolve(horn, fresh, out.lowest());
            changed = false;
        }
        Set stay = level.kept, used = level.used | bodies | bodies.opposite() | hoped;
        if (kind == kMain) {
            used |= level.asked | level.closing;
            stay |= level.asked | level.asked.denied();
        }
        bool mixed = false;
        keep_if(horn.rules, [&](Clause<W>& rule) {
            rule.heads &= used;
            mixed |= rule.heads && !rule.body.single();
            return rule.heads.any();
        });
        if (mixed) horn.normalise();
        std::sort(horn.rules.begin(), horn.rules.end());
        return {State<W>{known & stay, std::move(horn.rules)}, known & ~before};
    }

    // Takes what is known out of the rules; those that became shorter go to `fresh`.
    static void propagate(Set& known, Horn<W>& horn, std::vector<Clause<W>>& fresh) {
        while (true) {
            const Set denied = known.opposite();
            Set grown = known;
            std::vector<Clause<W>> loose;
            auto stays = [&](Clause<W>& rule, bool old) {
                Set rest = rule.body & ~grown;
                rule.heads &= ~grown;
                if (!rule.heads || (rule.body & denied)) return false;
                if (!rest)
                    grown |= rule.heads;
                else if (old && rest == rule.body)
                    return true;
                else
                    loose.push_back({rest, rule.heads});
                return false;
            };
            keep_if(horn.rules, [&](Clause<W>& rule) { return stays(rule, true); });
            for (Clause<W>& rule : fresh) stays(rule, false);
            fresh = std::move(loose);
            if (grown == known) return;
            known = grown;
        }
    }

    // Rows that nothing can support any more.
    static Set unsupported(const Set& known, const Horn<W>& horn, const Set& undecided,
                           const Set& closed, const Level<W>& level) {
        Set heads;
        for (const Clause<W>& rule : horn.rules) heads |= rule.heads;
        const Set denied = known.opposite();
        Set failed = undecided & closed & ~heads & ~known & ~denied;
        const Set doubtful = undecided | ~closed;
        for (const auto& [members, more] : level.cycles) {
            // What was decided before may be forgotten, but does not change.
            Set left = members & ~denied & doubtful;
            if (more || (members & known) || !left) continue;
            bool begun = std::any_of(horn.rules.begin(), horn.rules.end(), [&](const auto& rule) {
                return (rule.heads & members) && !(rule.body & members);
            });
            if (!begun) failed |= left;
        }
        return failed;
    }

    // Replaces a literal in the bodies by what it stands for.
    void resolve(Horn<W>& horn, std::vector<Clause<W>>& fresh, const Set& literal) const {
        const bool positive = bool(literal.positive());
        const Set row = positive ? literal : literal.rows();
        std::vector<Set> terms;
        for (const Clause<W>& rule : horn.rules)
            if (rule.heads & row) terms.push_back(rule.body);
        if (!positive) terms = negated(terms);
        std::vector<Clause<W>> replaced;
        keep_if(horn.rules, [&](const Clause<W>& rule) {
            if (!(rule.body & literal)) return true;
            replaced.push_back(rule);
            return false;
        });
        for (const Clause<W>& rule : replaced) {
            Set rest = rule.body & ~literal;
            for (const Set& term : terms) {
                // Closed under transitivity: single literals are resolved already.
                if (positive && !rest && term.single()) continue;
                Set whole = rest | term;
                if (whole & whole.opposite()) continue;
                Set heads = rule.heads & ~whole;
                if (heads) fresh.push_back({whole, heads});
            }
        }
    }

    // The bodies of the opposite of a row with these bodies.
    static std::vector<Set> negated(const std::vector<Set>& terms) {
        std::vector<Set> found{Set{}};
        for (const Set& term : terms) {
            std::vector<Set> grown;
            for (const Set& one : found) {
                term.opposite().each([&](const Set& option) {
                    Set both = one | option;
                    if (!(both & both.opposite())) grown.push_back(both);
                });
            }
            std::sort(grown.begin(), grown.end());
            grown.erase(std::unique(grown.begin(), grown.end()), grown.end());
            found.clear();
            for (const Set& one : grown) {
                bool least = std::none_of(grown.begin(), grown.end(), [&](const Set& other) {
                    return !(other == one) && other.within(one);
                });
                if (least) found.push_back(one);
            }
            if (found.size() > kOpposites) throw Explodes();
        }
        return found;
    }

    static constexpr size_t kOpposites = 10'000;
};

}  // namespace trivium::inference
