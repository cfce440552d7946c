// One sweep over the levels that keeps the most probable states: bounds of a probability.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "inference/residual.hpp"
#include "inference/states.hpp"

namespace trivium::inference {

struct Swept {
    double holds = 0.0, fails = 0.0, left = 0.0;
};

// The probabilities that the query holds and that it fails, together with the evidence, and what
// was left open where a level has more than `beam` states; nothing if the time ended.
template <size_t W>
std::optional<Swept> sweep(const Residual<W>& program, const std::vector<double>& weights,
                           const Literals<W>& good, const Literals<W>& violated, size_t beam,
                           double seconds, const std::function<void()>& check) {
    using Clock = std::chrono::steady_clock;
    // Whether the query is not decided, holds, or fails.
    enum Value : size_t { kOpen, kHeld, kFailed };
    struct Entry {
        Value value;
        uint32_t state;
        double mass;
    };
    // The states of a level, and the probability of all ways to each.
    struct Masses {
        States<W> states;
        std::vector<double> mass;

        void add(const State<W>& state, double more) {
            const uint64_t hash = state.hash();
            const uint32_t place = states.find(state, hash);
            if (place != kNone) {
                mass[place] += more;
                return;
            }
            states.add(state, hash);
            mass.push_back(more);
        }
    };

    const auto start = Clock::now();
    const Literals<W> bad = good.opposite();
    Swept found;
    std::array<Masses, 3> masses;
    masses[kOpen].add(State<W>{}, 1.0);
    State<W> state;
    Moves<W> moves;
    for (size_t level = 0; level < program.levels.size(); ++level) {
        std::vector<Entry> best;
        for (Value value : {kOpen, kHeld, kFailed})
            for (uint32_t place = 0; place < masses[value].states.size(); ++place)
                best.push_back({value, place, masses[value].mass[place]});
        if (best.size() > beam) {
            std::sort(best.begin(), best.end(),
                      [](const Entry& a, const Entry& b) { return a.mass > b.mass; });
            for (size_t i = beam; i < best.size(); ++i) found.left += best[i].mass;
            best.resize(beam);
        }
        std::array<Masses, 3> following;
        size_t count = 0;
        for (const Entry& one : best) {
            if (count++ % 64 == 0) {
                check();
                if (std::chrono::duration<double>(Clock::now() - start).count() > seconds)
                    return std::nullopt;
            }
            auto step = [&](const State<W>& onward, const Literals<W>& news, double share) {
                if ((news & violated) || share <= 0.0) return;
                Value value = one.value;
                if (value == kOpen && (news & good)) value = kHeld;
                if (value == kOpen && (news & bad)) value = kFailed;
                if (level + 1 == program.levels.size() ||
                    program.decided(onward, level + 1, kEvidence))
                    (value == kHeld ? found.holds : found.fails) += share;
                else
                    following[value].add(onward, share);
            };
            masses[one.value].states.read(one.state, state);
            if (!program.matters(state, level, kEvidence)) {
                auto [onward, news] = program.passed(state, level, kEvidence);
                step(onward, news, one.mass);
                continue;
            }
            program.moves(state, level, kEvidence, moves);
            for (auto [leaf, made] : moves.steps) {
                const auto& [onward, news] = moves.made[static_cast<size_t>(made)];
                step(onward, news, one.mass * weights[static_cast<size_t>(leaf)]);
            }
        }
        masses = std::move(following);
    }
    return found;
}

}  // namespace trivium::inference
