// All ways through the states of a program; `diagram.py` says what they mean.
#pragma once

#include <functional>

#include "inference/residual.hpp"
#include "inference/states.hpp"

namespace trivium::inference {

using Check = std::function<void(size_t)>;

constexpr int32_t kEnd = 0, kNever = -1;

// A decision diagram in flat arrays; state 0 is the end, -1 what no world comes to.
struct Ways {
    std::vector<int32_t> levels, sources, leaves, targets;
    // Of each query (source, leaf, state to go on from), one after the other.
    std::vector<std::vector<int32_t>> places;
    int32_t first = 0;
    bool certain = true;
    bool complete = true;  // else there were more states than allowed

    // The number of a state that has its choice at a level.
    int32_t add(size_t level) {
        levels.push_back(static_cast<int32_t>(level));
        return static_cast<int32_t>(levels.size()) - 1;
    }

    void step(int32_t source, int32_t leaf, int32_t target) {
        sources.push_back(source);
        leaves.push_back(leaf);
        targets.push_back(target);
    }

    // A query is decided, or left to itself, on a step.
    void call(size_t query, int32_t source, int32_t leaf, int32_t onward) {
        places[query].insert(places[query].end(), {source, leaf, onward});
    }

    // Whether there are no more states and steps than allowed; `check` is told how many, and may
    // throw.
    bool look(size_t allowed, const Check& check) {
        const size_t size = sources.size() + levels.size();
        check(size);
        return complete = size <= allowed;
    }
};

template <size_t W>
class Explorer {
   public:
    using Set = Literals<W>;

    // `asked` has the literal of each query; `violated` those that the evidence denies.
    Explorer(const Residual<W>& program, const std::vector<Set>& asked, const Set& violated)
        : program_(program), violated_(violated), reached_(program.levels.size()),
          waiting_(program.levels.size()) {
        ways_.places.resize(asked.size());
        ways_.add(program.levels.size());
        for (size_t place = 0; place < asked.size(); ++place) {
            auto same = std::find_if(asked_.begin(), asked_.end(), [&](const auto& one) {
                return one.first == asked[place];
            });
            if (same == asked_.end()) same = asked_.insert(asked_.end(), {asked[place], {}});
            same->second.push_back(static_cast<int32_t>(place));
        }
    }

    Ways explore(bool evidence, size_t allowed, const Check& check) {
        ways_.certain = !evidence;
        auto [first, begun] = arrive(kMain, State<W>{}, 0);
        ways_.first = first;
        note(begun, kNever, kNever);
        for (size_t level = 0; level < waiting_.size() && ways_.complete; ++level) {
            size_t count = 0;
            for (const Waiting& one : waiting_[level]) {
                if (++count % 256 == 0 && !ways_.look(allowed, check)) break;
                follow(one, level);
            }
            waiting_[level] = {};
            reached_[level] = {};
            ways_.look(allowed, check);
        }
        return std::move(ways_);
    }

   private:
    // What becomes of queries on an arc: the number of a query, the state that it goes on from.
    using Calls = std::vector<std::pair<int32_t, int32_t>>;
    using Found = std::pair<int32_t, Calls>;
    using Left = typename Residual<W>::Left;
    // The states of one kind that came to a level, and where they go on.
    struct Reached {
        States<W> states;
        std::vector<Found> found;

        void add(const State<W>& state, uint64_t hash, const Found& onward) {
            states.add(state, hash);
            found.push_back(onward);
        }
    };
    struct Waiting {
        int32_t number;
        Kind kind;
        uint32_t place;  // among those that came to its level
    };
    struct Move {
        Kind kind;
        State<W> state;
        std::vector<Left> left;
    };
    struct Passed {
        size_t level;
        Kind kind;
        State<W> state;
        uint64_t hash;
        Set news;
        std::vector<Left> left;
    };

    void note(const Calls& calls, int32_t source, int32_t leaf) {
        for (auto [place, onward] : calls)
            ways_.call(static_cast<size_t>(place), source, leaf, onward);
    }

    void follow(const Waiting& one, size_t level) {
        reached_[level][one.kind].states.read(one.place, state_);
        program_.moves(state_, level, one.kind, moves_);
        std::vector<Found> found;
        for (auto& [state, news] : moves_.made)
            found.push_back(led(one.kind, std::move(state), news, level));
        for (auto [leaf, made] : moves_.steps) {
            const auto& [target, calls] = found[static_cast<size_t>(made)];
            note(calls, one.number, leaf);
            if (target != kNever) ways_.step(one.number, leaf, target);
        }
    }

    // Where a step of this level leads, and what becomes of queries on it.
    Found led(Kind kind, State<W> state, const Set& news, size_t level) {
        Move move{kind, std::move(state), {}};
        if (!moved(move, news, level)) return {kNever, {}};
        auto [target, found] = arrive(move.kind, std::move(move.state), level + 1);
        calls(found, move.kind, news, move.left, target, level);
        return {target, std::move(found)};
    }

    // Whether any world goes this step; queries that are left to themselves are taken out.
    bool moved(Move& move, const Set& news, size_t level) {
        if (news & violated_) return false;
        if (move.kind == kMain) {
            move.left = program_.split(move.state, level);
        } else if (move.kind != kEvidence) {
            ways_.certain = false;
            const Set& hope = program_.hopes[move.kind - kHolds];
            Set good = hope, bad = hope.denied();
            if (move.kind == kFails) std::swap(good, bad);
            if (news & bad) return false;
            if (news & good) move.kind = kEvidence;
        }
        return true;
    }

    void calls(Calls& found, Kind kind, const Set& news, const std::vector<Left>& left,
               int32_t target, size_t level) {
        if (kind == kMain && news && target != kNever) {
            // Queries whose last rule came before were left to themselves there.
            const Level<W>& own = program_.levels[level];
            Set rows = program_.observed | own.asked | own.closing;
            Set decided = news & (rows | rows.denied());
            if (decided)
                for (const auto& [literal, places] : asked_)
                    if (literal & decided)
                        for (int32_t place : places) found.emplace_back(place, target);
        }
        for (const Left& one : left) {
            for (const auto& [literal, places] : asked_) {
                bool holds = literal == one.row;
                if (!holds && !(literal == one.row.denied())) continue;
                int32_t onward =
                    holds ? arrive(kHolds, one.holds, level + 1).first
                          : arrive(kFails, one.fails, level + 1).first;
                if (onward == kNever) continue;
                for (int32_t place : places) found.emplace_back(place, onward);
            }
        }
    }

    // The state with the next choice that matters, and what becomes of queries on the way.
    Found arrive(Kind kind, State<W> state, size_t level) {
        std::vector<Passed> way;
        Found found{kEnd, {}};
        while (level < waiting_.size() && !program_.decided(state, level, kind)) {
            Reached& reached = reached_[level][kind];
            const uint64_t hash = state.hash();
            if (uint32_t place = reached.states.find(state, hash); place != kNone) {
                found = reached.found[place];
                break;
            }
            if (program_.matters(state, level, kind)) {
                found.first = ways_.add(level);
                auto place = static_cast<uint32_t>(reached.states.size());
                waiting_[level].push_back({found.first, kind, place});
                reached.add(state, hash, found);
                break;
            }
            auto [onward, news] = program_.passed(state, level, kind);
            Move move{kind, std::move(onward), {}};
            if (!moved(move, news, level)) {
                found.first = kNever;
                reached.add(state, hash, found);
                break;
            }
            if (!news && move.left.empty() && move.state == state) {
                ++level;
                continue;
            }
            way.push_back({level, kind, std::move(state), hash, news, std::move(move.left)});
            kind = move.kind;
            state = std::move(move.state);
            ++level;
        }
        while (!way.empty()) {
            Passed& one = way.back();
            calls(found.second, one.kind, one.news, one.left, found.first, one.level);
            reached_[one.level][one.kind].add(one.state, one.hash, found);
            way.pop_back();
        }
        return found;
    }

    const Residual<W>& program_;
    Set violated_;
    std::vector<std::pair<Set, std::vector<int32_t>>> asked_;
    std::vector<std::array<Reached, 4>> reached_;  // of each level and kind
    std::vector<std::vector<Waiting>> waiting_;
    // The state that is followed, and its moves.
    State<W> state_;
    Moves<W> moves_;
    Ways ways_;
};

}  // namespace trivium::inference
