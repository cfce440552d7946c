// One sweep over the levels that keeps the most probable states: bounds of a probability.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <unordered_map>

#include "residual.hpp"

namespace trivium {

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
        const State<W>* state;
        double mass;
    };
    struct Hash {
        size_t operator()(const State<W>& state) const { return state.hash(); }
    };
    using Masses = std::unordered_map<State<W>, double, Hash>;

    const auto start = Clock::now();
    const Literals<W> bad = good.opposite();
    Swept found;
    std::array<Masses, 3> masses;
    masses[kOpen].emplace(State<W>{}, 1.0);
    Moves<W> moves;
    for (size_t level = 0; level < program.levels.size(); ++level) {
        std::vector<Entry> best;
        for (Value value : {kOpen, kHeld, kFailed})
            for (const auto& [state, mass] : masses[value])
                best.push_back({value, &state, mass});
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
            program.moves(*one.state, level, kEvidence, moves);
            for (auto [leaf, made] : moves.steps) {
                const auto& [state, news] = moves.made[static_cast<size_t>(made)];
                double share = one.mass * (moves.matters ? weights[static_cast<size_t>(leaf)] : 1.0);
                if ((news & violated) || share <= 0.0) continue;
                Value value = one.value;
                if (value == kOpen && (news & good)) value = kHeld;
                if (value == kOpen && (news & bad)) value = kFailed;
                if (level + 1 == program.levels.size() ||
                    program.decided(state, level + 1, kEvidence)) {
                    (value == kHeld ? found.holds : found.fails) += share;
                } else {
                    following[value][state] += share;
                }
            }
        }
        masses = std::move(following);
    }
    return found;
}

}  // namespace trivium
