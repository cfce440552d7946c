// Orders of a program's groups, grown greedily; `growth.py` says what they promise.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace trivium::inference {

struct Part {
    std::vector<int> groups, body, lower, spoken;  // rows of its body; of body and head
    int head;
};

// Groups, rows and rules by number; `weights` says of each row how many bits it takes.
struct Shape {
    std::vector<Part> parts;
    std::vector<int> bare;  // the rules without a group, those that others need first
    std::vector<double> weights, group_bits;
    std::vector<std::vector<int>> rules_of_group, rules_of_row, rules_of_head;

    Shape(std::vector<Part> told, std::vector<int> bare, std::vector<double> weights,
          std::vector<double> group_bits)
        : parts(std::move(told)), bare(std::move(bare)), weights(std::move(weights)), group_bits(std::move(group_bits)),
          rules_of_group(this->group_bits.size()), rules_of_row(this->weights.size()),
          rules_of_head(this->weights.size()) {
        for (size_t rule = 0; rule < parts.size(); ++rule) {
            const Part& part = parts[rule];
            int number = static_cast<int>(rule);
            for (int group : part.groups) rules_of_group.at(at(group)).push_back(number);
            for (int row : part.spoken) rules_of_row.at(at(row)).push_back(number);
            rules_of_head.at(at(part.head)).push_back(number);
        }
    }
    static size_t at(int place) { return static_cast<size_t>(place); }

    // Of each group how many rules lie between it and the start; -1 where none lead there.
    std::vector<int> distances(int start) const {
        std::vector<int> distance(group_bits.size(), -1);
        std::vector<char> rows(weights.size()), seen(parts.size());
        std::vector<int> waiting, following;
        auto reach = [&](const std::vector<int>& rules) {
            for (int rule : rules)
                if (!std::exchange(seen[at(rule)], 1)) following.push_back(rule);
        };
        distance.at(at(start)) = 0;
        reach(rules_of_group[at(start)]);
        for (int step = 1; !following.empty(); ++step) {
            waiting.swap(following);
            following.clear();
            for (int rule : waiting) {
                for (int group : parts[at(rule)].groups) {
                    if (distance[at(group)] >= 0) continue;
                    distance[at(group)] = step;
                    reach(rules_of_group[at(group)]);
                }
                for (int row : parts[at(rule)].spoken)
                    if (!std::exchange(rows[at(row)], 1)) reach(rules_of_row[at(row)]);
            }
        }
        return distance;
    }
};

// What orders of one program cost.
class Cost {
   public:
    explicit Cost(const Shape& shape)
        : shape_(shape), place_(shape.group_bits.size(), kNone), until_(place_),
          first_(shape.weights.size(), kNone), last_(first_), headed_(first_) {}

    // About the logarithm of how many states there are at the widest place; and of their sum.
    std::pair<double, double> operator()(const std::vector<int>& order) {
        const int end = static_cast<int>(order.size());
        std::fill(place_.begin(), place_.end(), kNone);
        for (auto* levels : {&first_, &last_, &headed_})
            std::fill(levels->begin(), levels->end(), kNone);
        known_.assign(order.size() + 1, 0.0);
        unsure_.assign(order.size() + 1, 0.0);
        for (int i = 0; i < end; ++i) place_[at(order[at(i)])] = until_[at(order[at(i)])] = i;
        for (const Part& part : shape_.parts) {
            if (part.groups.empty()) continue;
            int level = kNone;
            for (int group : part.groups) level = std::max(level, place_[at(group)]);
            for (int group : part.groups) until_[at(group)] = std::max(until_[at(group)], level);
            speak(part, level);
        }
        for (int rule : shape_.bare) {
            const Part& part = shape_.parts[at(rule)];
            int level = 0;
            for (int row : part.body) level = std::max(level, first_[at(row)]);
            speak(part, level);
        }
        for (int group : order) {
            if (until_[at(group)] <= place_[at(group)]) continue;
            known_[at(place_[at(group)])] += shape_.group_bits[at(group)];
            known_[at(until_[at(group)])] -= shape_.group_bits[at(group)];
        }
        for (size_t row = 0; row < first_.size(); ++row) {
            if (first_[row] == kNone) continue;
            int settled = headed_[row] == kNone ? last_[row] : std::min(last_[row], headed_[row]);
            known_[at(first_[row])] += shape_.weights[row];
            known_[at(last_[row])] -= shape_.weights[row];
            unsure_[at(first_[row])] += shape_.weights[row];
            unsure_[at(settled)] -= shape_.weights[row];
        }
        double widest = 0, total = 0, bits = 0, open = 0;
        for (size_t i = 0; i < known_.size(); ++i) {
            bits += known_[i];
            open += unsure_[i];
            double width = bits + open * bits / 4.0;
            widest = std::max(widest, width);
            total += std::exp2(std::min(width, 1000.0));
        }
        return {widest, total};
    }

    // A cheaper order, by simulated annealing: one group at a time goes to another place. `stop` is
    // asked now and then.
    std::vector<int> improved(std::vector<int> order, size_t steps,
                              const std::function<bool()>& stop) {
        std::vector<int> best = order;
        double cost = std::log2((*this)(order).second), least = cost;
        uint64_t seed = 0;
        auto random = [&] {  // SplitMix64, from 0 to 1
            uint64_t x = seed += 0x9e3779b97f4a7c15u;
            x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
            x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
            return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-53;
        };
        const double size = static_cast<double>(order.size());
        for (size_t step = 0; step < steps && order.size() > 1; ++step) {
            if (step % 256 == 255 && stop()) break;
            const double heat = kHeat * (1.0 - static_cast<double>(step) / static_cast<double>(steps));
            auto from = order.begin() + static_cast<ptrdiff_t>(random() * size);
            // Most moves are short.
            auto reach = static_cast<ptrdiff_t>(std::pow(size, random()));
            auto to = random() < 0.5 ? std::max(order.begin(), from - std::min(reach, from - order.begin()))
                                     : from + std::min(reach, order.end() - 1 - from);
            if (from == to) continue;
            auto move = [](auto a, auto b) {
                a < b ? std::rotate(a, a + 1, b + 1) : std::rotate(b, a, a + 1);
            };
            move(from, to);
            double now = std::log2((*this)(order).second);
            if (now <= cost || random() < std::exp2((cost - now) / heat)) {
                cost = now;
                if (cost < least) least = cost, best = order;
            } else {
                move(to, from);
            }
        }
        return best;
    }

   private:
    // A rule comes at a level.
    void speak(const Part& part, int level) {
        for (int row : part.spoken) {
            int& first = first_[at(row)];
            if (first == kNone || level < first) first = level;
            last_[at(row)] = std::max(last_[at(row)], level);
        }
        headed_[at(part.head)] = std::max(headed_[at(part.head)], level);
    }

    static constexpr int kNone = -1;
    static constexpr double kHeat = 0.3;
    static size_t at(int place) { return static_cast<size_t>(place); }

    const Shape& shape_;
    std::vector<int> place_, until_, first_, last_, headed_;
    std::vector<double> known_, unsure_;
};

// What is remembered while an order grows; see `Growth` of `growth.py`.
class Growth {
   public:
    Growth(const Shape& shape, const std::vector<int>& used, size_t compared)
        : shape_(shape), used_(used), compared_(compared), left_(shape.group_bits.size()),
          near_(left_.size()), open_(shape.weights.size()), touched_(open_.size(), -1),
          unsettled_(open_.size()), asking_(open_.size()), missing_(shape.parts.size()),
          waits_(missing_.size()), bare_(open_.size()), bare_rows_(missing_.size()) {
        // A rule without a group comes when all rows of its body have been spoken of.
        for (int rule : shape.bare) {
            const Part& part = shape.parts[at(rule)];
            for (int row : part.lower.empty() ? part.body : part.lower) {
                bare_[at(row)].push_back(rule);
                ++bare_rows_[at(rule)];
            }
        }
        for (int group : used) left_[at(group)] = 1;
        for (size_t row = 0; row < open_.size(); ++row) {
            open_[row] = static_cast<int>(shape.rules_of_row[row].size());
            unsettled_[row] = static_cast<int>(shape.rules_of_head[row].size());
        }
        std::vector<int> done;
        for (size_t rule = 0; rule < shape.parts.size(); ++rule) {
            const Part& part = shape.parts[rule];
            waits_[rule] = missing_[rule] = static_cast<int>(part.groups.size());
            for (int row : part.lower) {
                asking_[at(row)].push_back(static_cast<int>(rule));
                if (unsettled_[at(row)]) ++waits_[rule];
            }
            if (!waits_[rule]) done.push_back(static_cast<int>(rule));
        }
        for (int rule : done) settle(rule);
    }

    std::vector<int> grown(int start) {
        std::vector<int> order;
        for (int group = demanded({start}); group >= 0; group = best()) {
            order.push_back(group);
            take(group);
        }
        return order;
    }

   private:
    static size_t at(int place) { return static_cast<size_t>(place); }

    // One rule of a row's head waits for nothing more.
    void settle(int rule) {
        std::vector<int> waiting{rule};
        while (!waiting.empty()) {
            int head = shape_.parts[at(waiting.back())].head;
            waiting.pop_back();
            if (--unsettled_[at(head)]) continue;
            for (int asking : asking_[at(head)])
                if (!--waits_[at(asking)]) waiting.push_back(asking);
        }
    }

    void beside(int group) {
        if (left_[at(group)] && !std::exchange(near_[at(group)], 1)) beside_.push_back(group);
    }

    void take(int group) {
        left_[at(group)] = 0;
        for (int rule : shape_.rules_of_group[at(group)])
            if (!--waits_[at(rule)]) settle(rule);
        std::vector<int> done;
        for (int rule : shape_.rules_of_group[at(group)]) {
            --missing_[at(rule)];
            for (int other : shape_.parts[at(rule)].groups) beside(other);
            if (!missing_[at(rule)]) done.push_back(rule);
        }
        while (!done.empty()) {
            int rule = done.back();
            done.pop_back();
            for (int row : shape_.parts[at(rule)].spoken) {
                --open_[at(row)];
                if (touched_[at(row)] >= 0) continue;
                touched_[at(row)] = count_++;
                for (int near : shape_.rules_of_row[at(row)])
                    for (int other : shape_.parts[at(near)].groups) beside(other);
                for (int near : bare_[at(row)])
                    if (!--bare_rows_[at(near)]) done.push_back(near);
            }
        }
    }

    int best() {
        std::erase_if(beside_, [&](int group) { return !left_[at(group)]; });
        std::erase_if(used_, [&](int group) { return !left_[at(group)]; });
        if (used_.empty()) return -1;
        int found = least(beside_, true);
        if (found >= 0) return found;
        std::vector<int> targets = beside_.empty() ? used_ : beside_;
        if (targets.size() > compared_) targets.resize(compared_);
        return demanded(targets);
    }

    int demanded(const std::vector<int>& targets) {
        std::vector<int> shortest;
        for (int target : targets) {
            std::vector<int> way = needs(target, shortest.empty() ? SIZE_MAX : shortest.size());
            if (shortest.empty() || way.size() < shortest.size()) shortest = std::move(way);
        }
        int found = least(shortest, true);
        return found >= 0 ? found : least(targets, false);
    }

    // Visits the groups left in a rule that more rules use than this one.
    template <class F>
    void hubs(int rule, int group, F visit) const {
        size_t own = shape_.rules_of_group[at(group)].size();
        for (int other : shape_.parts[at(rule)].groups)
            if (left_[at(other)] && shape_.rules_of_group[at(other)].size() > own) visit(other);
    }

    // The groups that come before the target, and the target; at most so many are looked for.
    std::vector<int> needs(int target, size_t most) {
        std::vector<int> found;
        std::vector<char> rows(open_.size()), groups(left_.size());
        auto add = [&](int group) {
            if (left_[at(group)] && !std::exchange(groups[at(group)], 1)) found.push_back(group);
        };
        add(target);
        std::vector<int> waiting = shape_.rules_of_group[at(target)];
        for (int rule : waiting) hubs(rule, target, add);
        while (!waiting.empty() && found.size() <= most) {
            const Part& part = shape_.parts[at(waiting.back())];
            waiting.pop_back();
            for (int row : part.lower) {
                if (!unsettled_[at(row)] || std::exchange(rows[at(row)], 1)) continue;
                for (int rule : shape_.rules_of_head[at(row)]) {
                    waiting.push_back(rule);
                    for (int group : shape_.parts[at(rule)].groups) add(group);
                }
            }
        }
        return found;
    }

    int least(const std::vector<int>& candidates, bool settled) {
        int best = -1, best_age = 0;
        double best_change = 0;
        size_t compared = 0;
        std::vector<std::pair<int, int>> closing;  // rows, and how many of their rules come
        for (int group : candidates) {
            closing.clear();
            int kept = 0, unsure = 0;
            for (int rule : shape_.rules_of_group[at(group)]) {
                if (missing_[at(rule)] > 1) {
                    kept = 1;
                    bool waits = false;
                    hubs(rule, group, [&](int) { waits = true; });
                    unsure += waits;
                    continue;
                }
                unsure += waits_[at(rule)] - 1;
                for (int row : shape_.parts[at(rule)].spoken) {
                    auto same = std::find_if(closing.begin(), closing.end(),
                                             [&](const auto& one) { return one.first == row; });
                    if (same == closing.end()) same = closing.insert(closing.end(), {row, 0});
                    ++same->second;
                }
            }
            if (settled && unsure) continue;
            double change = kept + std::min(unsure, 3);
            int age = count_;
            for (auto [row, count] : closing) {
                bool old = touched_[at(row)] >= 0;
                if (old) age = std::min(age, touched_[at(row)]);
                if (open_[at(row)] == count)
                    change -= old ? shape_.weights[at(row)] : 0.0;
                else if (!old)
                    change += shape_.weights[at(row)];
            }
            if (best < 0 || change < best_change || (change == best_change && age < best_age))
                best = group, best_change = change, best_age = age;
            if (++compared == compared_) break;
        }
        return best;
    }

    const Shape& shape_;
    std::vector<int> used_;
    size_t compared_;
    std::vector<char> left_, near_;
    std::vector<int> open_, touched_, unsettled_;
    std::vector<std::vector<int>> asking_;
    std::vector<int> missing_, waits_, beside_;
    std::vector<std::vector<int>> bare_;
    std::vector<int> bare_rows_;
    int count_ = 0;
};

}  // namespace trivium::inference
