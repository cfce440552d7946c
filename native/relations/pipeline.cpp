#include "relations/pipeline.hpp"

#include <exception>
#include <mutex>

#include "base/threads.hpp"
#include "relations/worker.hpp"

namespace trivium::relations {

using namespace base;

namespace {

/// Bindings below which a second thread is not worth its start.
constexpr size_t kWorth = 8192;

/// The keys of a delta are gone through instead of its rows where they are so many times fewer.
constexpr size_t kFewer = 4;

/// Put the pairs that workers have found behind the head's rows, in the order of their ordinals.
/// Returns how many.
size_t gather(Relation& head, const std::vector<std::unique_ptr<Worker>>& workers, size_t count) {
    size_t total = 0;
    uint64_t all = 0;  // the bits of first values
    std::vector<std::vector<size_t>> starts(count);
    std::vector<size_t> next(count);
    for (size_t w = 0; w < count; ++w) starts[w].resize(workers[w]->part.runs().size());
    while (true) {
        size_t least = count, second = count;
        for (size_t w = 0; w < count; ++w) {
            const auto& runs = workers[w]->part.runs();
            if (next[w] == runs.size()) continue;
            auto before = [&](size_t other) {
                return other == count ||
                       runs[next[w]].ordinal < workers[other]->part.runs()[next[other]].ordinal;
            };
            if (before(least)) {
                second = least;
                least = w;
            } else if (before(second)) {
                second = w;
            }
        }
        if (least == count) break;
        const auto& runs = workers[least]->part.runs();
        const uint64_t end = second == count ? ~uint64_t{0}
                                             : workers[second]->part.runs()[next[second]].ordinal;
        for (size_t& at = next[least]; at < runs.size() && runs[at].ordinal <= end; ++at) {
            starts[least][at] = total;
            total += runs[at].count;
            all |= static_cast<uint64_t>(runs[at].first);
        }
    }
    const Rows::Tail tail = head.extend(total, all);
    auto write = [&](size_t w) {
        const Part& part = workers[w]->part;
        size_t done = 0;
        for (size_t r = 0; r < part.runs().size(); ++r) {
            const Part::Run& run = part.runs()[r];
            size_t at = tail.from + starts[w][r];
            tail.first.put(at, run.first, run.count);
            part.each(done, run.count, [&](const uint32_t* values, size_t n) {
                tail.second.put(at, values, n);
                at += n;
            });
            done += run.count;
        }
    };
    if (total < size_t{1} << 16) {
        for (size_t w = 0; w < count; ++w) write(w);
    } else {
        side_by_side(count, write);
    }
    head.put_away(count);
    for (size_t w = 0; w < count; ++w) workers[w]->next_slice();
    return total;
}

}  // namespace

Pipeline::Pipeline(int registers) : registers_(registers) {}
Pipeline::~Pipeline() = default;

void Pipeline::head(std::vector<Operand> head) {
    head_ = std::move(head);
    passed_.assign(steps_.size() + 1, 0);
    arrange_meetings();
    if (head_.size() != 2) return;
    const int first = head_[0].reg;
    split_ = Worker::kNowhere;
    auto binds = [first](const std::vector<std::pair<int, int>>& bound) {
        return std::any_of(bound.begin(), bound.end(), [&](auto each) { return each.second == first; });
    };
    if (first >= 0 && binds(scan_.binds)) split_ = 0;
    for (size_t place = 0; place < steps_.size() && split_ == Worker::kNowhere; ++place) {
        const Step& step = steps_[place];
        if (first >= 0 && (step.target == first || (step.form == Step::kProbe && binds(step.binds))))
            split_ = place + 1;
    }
    may_wait_ = may_wait();
    if (steps_.empty() || steps_.back().form != Step::kProbe) return;
    const Step& last = steps_.back();
    fused_ = last.index && last.index->payload() != kRows && last.binds.size() == 1 &&
             last.binds[0].second == head_[1].reg && first >= 0 && first != head_[1].reg;
    if (fused_) last.index->serve_bits();
}

/// Whether the steps can do without the second value of a delta that is scanned, which goes right
/// to the second column of the head:
///
///     points(v, o) :- points(w, o), copy(v, w).        what is new at w goes to v as a whole
bool Pipeline::may_wait() const {
    const int second = head_[1].reg;
    const Relation* relation = scans_ ? scan_.relation : nullptr;
    if (!relation || relation->arity() != 2 || relation->best() || relation->classes() ||
        scan_.version != Version::kDelta || scan_.row >= 0 || scan_.binds.size() != 2 ||
        !scan_.constants.empty() || !scan_.equal.empty() || !split_ || split_ == Worker::kNowhere)
        return false;
    auto reads = [second](const Step& step) {
        auto is = [second](const Operand& operand) { return operand.reg == second; };
        return is(step.left) || is(step.right) || std::any_of(step.keys.begin(), step.keys.end(), is);
    };
    return (scan_.binds[0].second == second || scan_.binds[1].second == second) &&
           std::none_of(steps_.begin(), steps_.end(), reads);
}

/// Find the joins that are intersections: what a probe binds is soon checked beside what was known
/// before it, in a relation of pairs that does not grow.
///
///     edge(y, z), edge(x, z)    x and y are known: z is in the rows of y and in those of x
///
/// (Ngo, Porat, Ré and Rudra, 2012)
void Pipeline::arrange_meetings() {
    for (size_t place = 0; place < steps_.size(); ++place) {
        Step& probe = steps_[place];
        if (probe.form != Step::kProbe || !probe.index || probe.index->payload() == kRows) continue;
        size_t next = place + 1;
        while (next < steps_.size() && steps_[next].form == Step::kTest) ++next;
        if (next == steps_.size()) continue;
        Step& check = steps_[next];
        if (check.form != Step::kExists || check.index || check.relation->arity() != 2 ||
            check.relation->classes())
            continue;
        const int found = probe.binds[0].second;
        const bool turned = check.keys[0].reg == found;
        if (turned == (check.keys[1].reg == found)) continue;
        probe.meeting = {check.relation, check.keys[turned ? 1 : 0], turned};
        check.met = static_cast<int>(place);
    }
}

Worker& Pipeline::worker(size_t number) {
    while (workers_.size() <= number) workers_.push_back(std::make_unique<Worker>(*this));
    return *workers_[number];
}

/// Bring what the steps look rows up in up to date.
void Pipeline::make_ready(Relation* head, size_t threads, const Watch& watch) {
    for (Step& step : steps_)  // these read rows here and there
        if (step.index && step.index->payload() == kRows && (!step.binds.empty() || !step.equal.empty()))
            step.relation->open();
    follow(threads, watch);
    for (Step& step : steps_)
        if (Step::Meeting& meeting = step.meeting; meeting.relation)
            meeting.ready = !step.index->wide() && meeting.relation->build_rows(meeting.turned, watch);
    for (Step& step : steps_)
        if (step.form != Step::kProbe && step.relation && !step.index &&
            !(step.met >= 0 && steps_[step.met].meeting.ready))
            step.relation->build_set(watch);
    if (head && head->arity() == 2) head->build_set(watch);
    waiting_ = nullptr;
    if (!may_wait_ || !head || !head->in_shards()) return;
    Relation& relation = *scan_.relation;
    const bool turned = scan_.binds[0].second == head_[1].reg;
    const auto [value, key] = std::pair(scan_.binds[!turned].first, scan_.binds[turned].first);
    Index* index = relation.find_index({key}, value);
    if (!index) return;
    index->list_fresh();
    relation.follow(*index, watch);
    const std::vector<Index::Fresh>* fresh = index->fresh();
    const size_t rows = relation.visible() - relation.old();
    if (fresh && !index->wide() && fresh->size() * kFewer <= rows) waiting_ = index;
}

Pipeline::Outcome Pipeline::run(Sink& sink, Relation* head, const Budget& budget,
                                const std::vector<const int64_t*>& given, size_t given_length,
                                size_t threads) {
    Outcome outcome;
    try {
        make_ready(head, threads, budget.watch);
    } catch (const Stopped& stopped) {
        outcome.stop = stopped.why;
        return outcome;
    }
    const bool classes = scans_ && scan_.relation->classes();
    size_t from = 0, to = given_length;
    if (scans_) {
        const Relation& relation = *scan_.relation;
        from = scan_.version == Version::kDelta ? relation.old() : 0;
        to = scan_.version == Version::kOld ? relation.old() : relation.visible();
    }
    const bool large = to - from >= kWorth;
    if (waiting_) from = 0, to = waiting_->fresh()->size();
    const bool best = scans_ && scan_.relation->best() && scan_.version != Version::kFull;
    if (best) {  // its new rows stand anywhere
        from = 0;
        to = scan_.version == Version::kOld ? scan_.relation->visible()
                                            : scan_.relation->best()->delta().size();
    }
    if (classes) from = 0, to = 1;  // they are gone through at once
    Relation* pairs = head && head->in_shards() ? head : nullptr;
    auto go = [&](Worker& worker, size_t first, size_t last) {
        if (!scans_) return worker.over(given, first, last);
        if (classes) return worker.scan_classes();
        if (waiting_) return worker.scan_keys(*waiting_, first, last);
        return best ? worker.scan_best(first, last) : worker.scan(first, last);
    };
    if (threads > 1 && large) {
        if (pairs && pairs->shards() > 1 && split_ != Worker::kNowhere && scans_) {
            outcome.stop = in_shards(sink, *pairs, budget, from, to, go);
            if (outcome.stop != Stop::kAlone) return outcome;
        } else if (!head && sink.divisible()) {
            outcome.stop = in_blocks(sink, budget, from, to, threads, go);
            return outcome;
        }
    }
    Worker& alone = worker(0);
    alone.begin(sink, pairs, head, budget);
    try {
        go(alone, from, to);
        outcome.stop = Stop::kDone;
    } catch (const Stopped& stopped) {
        outcome.stop = stopped.why;
    }
    count(alone);
    return outcome;
}

/// Each worker fills one shard of the head, slice after slice of the bindings, so that what waits
/// to become rows stays small.
template <class Go>
Stop Pipeline::in_shards(Sink& sink, Relation& head, const Budget& budget, size_t from,
                         size_t to, Go go) {
    constexpr size_t kFew = size_t{1} << 18, kMany = size_t{1} << 21;
    const size_t workers = head.shards();
    Shared shared;
    std::atomic<Stop> why{Stop::kDone};
    for (size_t w = 0; w < workers; ++w) {
        worker(w).begin(sink, &head, &head, budget);
        worker(w).share(shared, w);
    }
    std::exception_ptr problem;
    for (size_t slice = 4 * kWorth; from < to && !shared.stop;) {
        const size_t end = std::min(to, from + slice);
        try {
            side_by_side(workers, [&](size_t w) {
                try {
                    go(*workers_[w], from, end);
                } catch (const Stopped& stopped) {
                    if (!shared.stop.exchange(true)) why = stopped.why;
                } catch (...) {
                    shared.stop = true;
                    throw;
                }
            });
        } catch (...) {
            problem = std::current_exception();
        }
        const size_t found = gather(head, workers_, workers);
        if (found < kFew && slice < kMany) slice *= 2;
        if (found > kMany && slice > kWorth) slice /= 2;
        from = end;
    }
    for (size_t w = 0; w < workers; ++w) count(*workers_[w]);
    if (problem) std::rethrow_exception(problem);
    return why.load();
}

/// The bindings in blocks, each with a sink of its own; workers take the next block in turn.
template <class Go>
Stop Pipeline::in_blocks(Sink& sink, const Budget& budget, size_t from, size_t to,
                                 size_t threads, Go go) {
    const size_t block = std::max(kBatch, (to - from) / (16 * threads) / kBatch * kBatch);
    std::vector<std::unique_ptr<Sink>> parts((to - from + block - 1) / block);
    Shared shared;
    std::atomic<Stop> why{Stop::kDone};
    std::atomic<size_t> next{0};
    for (size_t w = 0; w < threads; ++w) worker(w);
    std::vector<int64_t> passed(passed_.size());
    std::mutex lock;
    side_by_side(threads, [&](size_t w) {
        try {
            for (size_t at; (at = next++) < parts.size() && !shared.stop;) {
                parts[at] = sink.another();
                Worker& own = *workers_[w];
                own.begin(*parts[at], nullptr, nullptr, budget);
                own.join(shared);
                go(own, from + at * block, std::min(to, from + (at + 1) * block));
                std::lock_guard<std::mutex> held(lock);
                count(own);
            }
        } catch (const Stopped& stopped) {
            if (!shared.stop.exchange(true)) why = stopped.why;
        } catch (...) {
            shared.stop = true;
            throw;
        }
    });
    if (why == Stop::kDone) sink.add(parts);
    return why.load();
}

/// Bring the indexes up to date; large ones side by side.
void Pipeline::follow(size_t threads, const Watch& watch) {
    std::vector<Step*> large;
    for (Step& step : steps_) {
        if (!step.index) continue;
        const bool known = std::any_of(large.begin(), large.end(),
                                       [&](Step* other) { return other->index == step.index; });
        if (threads > 1 && step.relation->visible() > step.index->covered() + 4 * kWorth) {
            if (!known) large.push_back(&step);
        } else {
            step.relation->follow(*step.index, watch);
        }
    }
    if (large.empty()) return;
    std::atomic<size_t> next{0};
    side_by_side(std::min(threads, large.size()), [&](size_t) {
        for (size_t at; (at = next++) < large.size();) large[at]->relation->follow(*large[at]->index, watch);
    });
}

void Pipeline::count(const Worker& worker) {
    for (size_t place = 0; place < passed_.size(); ++place) passed_[place] += worker.passed()[place];
}

}  // namespace trivium::relations
