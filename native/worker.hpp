// A worker: one thread's way through a pipeline.
//
// One worker may do it all. Several share the rows of the head between them: each goes through the
// same bindings, until it is known which pairs a binding can lead to; from there on it keeps those
// of its own shard. A binding's `ordinal` at that point tells where its pairs belong in the whole,
// so that the rows stand in the same order however many workers there were.
#pragma once

#include <algorithm>
#include <atomic>
#include <utility>

#include "compute.hpp"
#include "pipeline.hpp"

namespace trivium {

/// Bindings: a pointer for each register; those that are not bound are null.
struct Batch {
    size_t n = 0;
    std::vector<const int64_t*> reg;
};

/// Memory for the registers that one step writes.
class Room {
   public:
    int64_t* of(int reg) {
        if (static_cast<size_t>(reg) >= rooms_.size()) rooms_.resize(reg + 1);
        if (!rooms_[reg]) rooms_[reg] = std::make_unique_for_overwrite<int64_t[]>(kBatch);
        return rooms_[reg].get();
    }

   private:
    std::vector<std::unique_ptr<int64_t[]>> rooms_;
};

/// Pairs that a worker has added to its shard, in runs of one first member. The memory is kept for
/// the next round.
class Part {
   public:
    struct Run {
        int64_t first;
        uint64_t ordinal : 40;
        uint64_t count : 24;
    };

    const std::vector<Run>& runs() const { return runs_; }
    size_t size() const { return size_; }
    size_t bytes() const { return runs_.capacity() * sizeof(Run) + chunks_.size() * kChunk * 4; }

    void add(int64_t first, uint64_t ordinal, const uint32_t* more, size_t count) {
        Run* last = runs_.empty() ? nullptr : &runs_.back();
        if (last && last->ordinal == ordinal && last->first == first &&
            last->count + count < kLongest) {
            last->count += count;
        } else {
            runs_.push_back({first, ordinal, count});
        }
        while (count) {
            const size_t at = size_ % kChunk;
            if (!at && size_ / kChunk == chunks_.size())
                chunks_.push_back(std::make_unique_for_overwrite<uint32_t[]>(kChunk));
            const size_t n = std::min(count, kChunk - at);
            std::copy_n(more, n, &chunks_[size_ / kChunk][at]);
            size_ += n;
            more += n;
            count -= n;
        }
    }

    /// Write the values from one place on.
    void copy(size_t from, size_t count, int64_t* out) const {
        while (count) {
            const size_t at = from % kChunk, n = std::min(count, kChunk - at);
            std::copy_n(&chunks_[from / kChunk][at], n, out);
            from += n;
            out += n;
            count -= n;
        }
    }

    void clear() {
        runs_.clear();
        size_ = 0;
    }

   private:
    static constexpr size_t kChunk = size_t{1} << 14, kLongest = size_t{1} << 24;
    std::vector<Run> runs_;
    std::vector<std::unique_ptr<uint32_t[]>> chunks_;
    size_t size_ = 0;
};

/// What the workers of one run tell each other.
struct Shared {
    std::atomic<bool> stop{false};
    std::atomic<int64_t> rows{0}, bytes{0};
};

class Worker {
   public:
    static constexpr size_t kNowhere = ~size_t{0};

    explicit Worker(Pipeline& pipeline)
        : pipe_(pipeline), levels_(pipeline.steps_.size() + 2), passed_(pipeline.steps_.size() + 1) {
        for (Level& level : levels_) level.out.reg.assign(pipeline.registers_ + 1, nullptr);
        for (const Step& step : pipeline.steps_) live_.push_back(step.live);
    }

    /// Get ready to fill `sink`, or a pair relation itself where there is one.
    void begin(Sink& sink, Relation* head, const Relation* grows, const Budget& budget) {
        sink_ = &sink;
        head_ = head;
        grows_ = grows;
        budget_ = &budget;
        start_ = Clock::now();
        rows_ = sink.rows();
        bytes_ = sink.bytes();
        shared_ = nullptr;
        split_ = kNowhere;
        fused_ = head && pipe_.fused_;
        ticks_ = 0;
        std::fill(passed_.begin(), passed_.end(), 0);
        for (Level& level : levels_) level.filled = 0;
    }

    /// Fill one shard of the head, as one of several workers.
    void share(Shared& shared, size_t shard) {
        shared_ = &shared;
        shard_ = shard;
        split_ = pipe_.split_;
        held_ = static_cast<int64_t>(head_->shard(shard).bytes());
        told_rows_ = told_bytes_ = 0;
        found_ = 0;
        next_slice();
        const int ordinal = pipe_.registers_;
        for (size_t place = 0; place < live_.size(); ++place) {
            live_[place] = pipe_.steps_[place].live;
            if (place >= split_) live_[place].push_back(ordinal);
        }
    }

    /// What was found so far has become rows.
    void next_slice() {
        found_ += part.size();
        part.clear();
        seen_ = 0;
    }

    /// Work beside others on other bindings.
    void join(Shared& shared) {
        shared_ = &shared;
        told_rows_ = told_bytes_ = 0;
    }

    Part part;
    const std::vector<int64_t>& passed() const { return passed_; }

    void scan(size_t from, size_t to) {
        const Scan& scan = pipe_.scan_;
        const Relation& relation = *scan.relation;
        Level& level = levels_[0];
        uint32_t chosen[kBatch];
        for (size_t row = from; row < to; row += kBatch) {
            size_t n = std::min(kBatch, to - row);
            bool all = scan.constants.empty() && scan.equal.empty();
            size_t kept = n;
            if (!all) {
                kept = 0;
                for (size_t i = 0; i < n; ++i) {
                    bool holds = true;
                    for (auto [c, value] : scan.constants)
                        holds &= relation.column(c)[row + i] == value;
                    for (auto [a, b] : scan.equal)
                        holds &= relation.column(a)[row + i] == relation.column(b)[row + i];
                    chosen[kept] = static_cast<uint32_t>(i);
                    kept += holds;
                }
            }
            for (auto [c, reg] : scan.binds) {
                const int64_t* column = relation.column(c) + row;
                int64_t* out = level.room.of(reg);
                if (all) {
                    if (&relation != grows_) {  // its memory stays where it is
                        level.out.reg[reg] = column;
                        continue;
                    }
                    std::copy(column, column + n, out);
                } else {
                    for (size_t i = 0; i < kept; ++i) out[i] = column[chosen[i]];
                }
                level.out.reg[reg] = out;
            }
            if (scan.row >= 0) {
                int64_t* out = level.room.of(scan.row);
                for (size_t i = 0; i < kept; ++i)
                    out[i] = static_cast<int64_t>(row + (all ? i : chosen[i]));
                level.out.reg[scan.row] = out;
            }
            level.out.n = kept;
            run(0, level.out);
        }
        flush();
    }

    /// The same of best values: the rows that are new, or those that are not.
    void scan_best(size_t from, size_t to) {
        const Scan& scan = pipe_.scan_;
        const Relation& relation = *scan.relation;
        const bool fresh = scan.version == Version::kDelta;
        const std::vector<uint32_t>& delta = relation.best()->delta();
        Level& level = levels_[0];
        uint32_t chosen[kBatch];
        for (size_t at = from; at < to; at += kBatch) {
            size_t n = std::min(kBatch, to - at), kept = 0;
            for (size_t i = 0; i < n; ++i) {
                uint32_t row = fresh ? delta[at + i] : static_cast<uint32_t>(at + i);
                bool holds = fresh || !relation.best()->is_new(row, relation.round());
                for (auto [c, value] : scan.constants) holds &= relation.column(c)[row] == value;
                for (auto [a, b] : scan.equal)
                    holds &= relation.column(a)[row] == relation.column(b)[row];
                chosen[kept] = row;
                kept += holds;
            }
            for (auto [c, reg] : scan.binds) {
                int64_t* out = level.room.of(reg);
                for (size_t i = 0; i < kept; ++i) out[i] = relation.column(c)[chosen[i]];
                level.out.reg[reg] = out;
            }
            if (scan.row >= 0) {
                int64_t* out = level.room.of(scan.row);
                std::copy(chosen, chosen + kept, out);
                level.out.reg[scan.row] = out;
            }
            level.out.n = kept;
            run(0, level.out);
        }
        flush();
    }

    void over(const std::vector<const int64_t*>& given, size_t from, size_t to) {
        Level& level = levels_[0];
        for (size_t row = from; row < to; row += kBatch) {
            level.out.n = std::min(kBatch, to - row);
            for (size_t reg = 0; reg < given.size(); ++reg)
                level.out.reg[reg] = given[reg] ? given[reg] + row : nullptr;
            run(0, level.out);
        }
        flush();
    }

   private:
    using Clock = std::chrono::steady_clock;

    struct Level {
        Batch out;
        Room room;
        size_t filled = 0;
    };

    void flush() {
        for (size_t place = 0; place < pipe_.steps_.size(); ++place)
            if (levels_[place + 1].filled) hand_on(place);
    }

    void hand_on(size_t place) {
        Level& level = levels_[place + 1];
        level.out.n = level.filled;
        level.filled = 0;
        run(place + 1, level.out);
    }

    void run(size_t place, const Batch& in) {
        if (!in.n) return;
        if (++ticks_ % 64 == 0) check();
        if (place == split_) return keep_own(place, in);
        if (shard_counts(place)) passed_[place] += static_cast<int64_t>(in.n);
        step(place, in);
    }

    /// Before bindings are shared out all workers see them, and one counts them.
    bool shard_counts(size_t place) const { return split_ == kNowhere || place > split_ || !shard_; }

    void step(size_t place, const Batch& in) {
        if (place == pipe_.steps_.size()) return finish(in);
        const Step& step = pipe_.steps_[place];
        switch (step.form) {
            case Step::kProbe:
                if (fused_ && place + 1 == pipe_.steps_.size() && !step.index->wide())
                    return emit(place, step, in);
                return probe(place, step, in);
            case Step::kExists: return choose(place, step, in, true);
            case Step::kAbsent: return choose(place, step, in, false);
            case Step::kTest: return test(place, step, in);
            case Step::kCompute: return compute(place, step, in);
        }
    }

    /// Go on with the bindings whose pairs belong to the worker's shard.
    void keep_own(size_t place, const Batch& in) {
        Level& level = levels_.back();
        const int64_t* first = in.reg[pipe_.head_[0].reg];
        uint32_t chosen[kBatch];
        size_t kept = 0;
        for (size_t i = 0; i < in.n; ++i) {
            chosen[kept] = static_cast<uint32_t>(i);
            kept += head_->shard_of(first[i]) == shard_;
        }
        for (int reg = 0; reg < pipe_.registers_; ++reg) {
            level.out.reg[reg] = nullptr;
            if (!in.reg[reg]) continue;
            int64_t* to = level.room.of(reg);
            for (size_t i = 0; i < kept; ++i) to[i] = in.reg[reg][chosen[i]];
            level.out.reg[reg] = to;
        }
        int64_t* ordinals = level.room.of(pipe_.registers_);
        for (size_t i = 0; i < kept; ++i) ordinals[i] = static_cast<int64_t>(seen_ + chosen[i]);
        level.out.reg[pipe_.registers_] = ordinals;
        seen_ += in.n;
        level.out.n = kept;
        passed_[place] += static_cast<int64_t>(kept);
        if (kept) step(place, level.out);
    }

    // --- steps -----------------------------------------------------------------------------------

    /// The numbers of the keys in the index, `kNone` where there is none.
    void find(const Step& step, const Batch& in, uint32_t* numbers) {
        const KeyMap& map = step.index->map();
        const size_t width = step.keys.size();
        if (width == 1 && step.keys[0].reg >= 0) {
            const int64_t* key = in.reg[step.keys[0].reg];
            for (size_t i = 0; i < in.n; ++i) {
                if (i + 16 < in.n) map.prefetch(&key[i + 16]);
                numbers[i] = i && key[i] == key[i - 1] ? numbers[i - 1] : map.find(&key[i]);
            }
            return;
        }
        key_.resize(width * 16 + 1);
        auto fill = [&](size_t i) {
            int64_t* key = &key_[(i % 16) * width];
            for (size_t k = 0; k < width; ++k) {
                const Operand& operand = step.keys[k];
                key[k] = operand.reg < 0 ? operand.value : in.reg[operand.reg][i];
            }
            return key;
        };
        for (size_t i = 0; i < in.n && i < 15; ++i) map.prefetch(fill(i));
        for (size_t i = 0; i < in.n; ++i) {
            if (i + 15 < in.n) map.prefetch(fill(i + 15));
            numbers[i] = map.find(&key_[(i % 16) * width]);
        }
    }

    void probe(size_t place, const Step& step, const Batch& in) {
        Level& level = levels_[place + 1];
        const Index& index = *step.index;
        const bool old_only = step.version == Version::kOld && !step.relation->best();
        uint32_t numbers[kBatch];
        uint32_t left[kBatch];
        int64_t payload[kBatch];
        find(step, in, numbers);
        size_t filled = 0;  // of `left` and `payload`
        auto move_on = [&] {
            settle(place, step, in, left, payload, filled);
            filled = 0;
            if (level.filled == kBatch) hand_on(place);
        };
        for (size_t i = 0; i < in.n; ++i) {
            if (i + 12 < in.n && numbers[i + 12] != kNone) index.prefetch(numbers[i + 12]);
            if (i + 6 < in.n && numbers[i + 6] != kNone)
                __builtin_prefetch(index.range(numbers[i + 6], false).data);
            if (numbers[i] == kNone) continue;
            Index::Range range = index.range(numbers[i], old_only);
            for (uint32_t at = 0; at < range.size;) {
                size_t room = kBatch - level.filled - filled;
                size_t n = std::min<size_t>(room, range.size - at);
                std::fill(left + filled, left + filled + n, static_cast<uint32_t>(i));
                if (index.wide()) {
                    auto* data = static_cast<const int64_t*>(range.data) + at;
                    std::copy(data, data + n, payload + filled);
                } else {
                    auto* data = static_cast<const uint32_t*>(range.data) + at;
                    std::copy(data, data + n, payload + filled);
                }
                filled += n;
                at += static_cast<uint32_t>(n);
                if (level.filled + filled == kBatch) move_on();
            }
        }
        move_on();
    }

    /// The last probe of a plan whose head is what it finds beside something known before: what
    /// stands behind a key goes into one row of the head's set, without becoming bindings.
    void emit(size_t place, const Step& step, const Batch& in) {
        const Index& index = *step.index;
        const bool old_only = step.version == Version::kOld;
        const int64_t* first = in.reg[pipe_.head_[0].reg];
        uint32_t numbers[kBatch], rows[kBatch], fresh[kBatch + 1];
        uint8_t shards[kBatch];
        find(step, in, numbers);
        for (size_t s = 0; s < head_->shards(); ++s)
            if (split_ == kNowhere || s == shard_) head_->shard(s).expect(index.top());
        for (size_t i = 0; i < in.n; ++i) {
            if (i + 16 < in.n) head_->shard(head_->shard_of(first[i + 16])).prefetch_key(&first[i + 16]);
            if (i && first[i] == first[i - 1] && numbers[i - 1] != kNone) {
                shards[i] = shards[i - 1];
                rows[i] = rows[i - 1];
            } else if (numbers[i] != kNone) {
                shards[i] = static_cast<uint8_t>(head_->shard_of(first[i]));
                rows[i] = head_->shard(shards[i]).row(first[i]);
            }
        }
        size_t passed = 0, unchecked = 0;
        for (size_t i = 0; i < in.n; ++i) {
            if (i + 12 < in.n && numbers[i + 12] != kNone) {
                index.prefetch(numbers[i + 12]);
                head_->shard(shards[i + 12]).prefetch(rows[i + 12]);
            }
            if (i + 8 < in.n && numbers[i + 8] != kNone)
                __builtin_prefetch(index.range(numbers[i + 8], false).data);
            if (i + 4 < in.n && numbers[i + 4] != kNone) {
                Index::Range range = index.range(numbers[i + 4], false);
                head_->shard(shards[i + 4]).prefetch(rows[i + 4], *static_cast<const uint32_t*>(range.data));
            }
            if (numbers[i] == kNone) continue;
            Index::Range range = index.range(numbers[i], old_only);
            auto* data = static_cast<const uint32_t*>(range.data);
            PairSet& shard = head_->shard(shards[i]);
            for (uint32_t at = 0; at < range.size;) {
                const uint32_t n = std::min<uint32_t>(kBatch, range.size - at);
                size_t count = shard.insert_all(rows[i], data + at, n, fresh);
                if (count) add(first[i], in, i, fresh, count);
                at += n;
                unchecked += n;
                if (unchecked >= size_t{1} << 17) {
                    unchecked = 0;
                    check();
                }
            }
            passed += range.size;
        }
        passed_[place + 1] += static_cast<int64_t>(passed);
    }

    /// Pairs that are new in their set become rows of the head.
    void add(int64_t first, const Batch& in, size_t binding, const uint32_t* fresh, size_t count) {
        if (split_ != kNowhere) {
            uint64_t ordinal = static_cast<uint64_t>(in.reg[pipe_.registers_][binding]);
            return part.add(first, ordinal, fresh, count);
        }
        auto [left, right] = head_->extend(count);
        std::fill(left, left + count, first);
        std::copy(fresh, fresh + count, right);
    }

    /// Write matches behind those that a step has gathered so far.
    void settle(size_t place, const Step& step, const Batch& in, uint32_t* left, int64_t* payload,
                size_t n) {
        if (!n) return;
        Level& level = levels_[place + 1];
        const BestRows* best = step.relation->best();
        const bool only_old = best && step.version == Version::kOld;  // their values change in place
        if (!step.equal.empty() || only_old) {
            size_t kept = 0;
            for (size_t i = 0; i < n; ++i) {
                bool same = !only_old || !best->is_new(payload[i], step.relation->round());
                for (auto [a, b] : step.equal)
                    same &= step.relation->column(a)[payload[i]] ==
                            step.relation->column(b)[payload[i]];
                left[kept] = left[i];
                payload[kept] = payload[i];
                kept += same;
            }
            n = kept;
        }
        for (int reg : live_[place]) {
            const int64_t* from = in.reg[reg];
            if (!from) continue;
            int64_t* to = level.room.of(reg) + level.filled;
            for (size_t i = 0; i < n; ++i) to[i] = from[left[i]];
            level.out.reg[reg] = level.room.of(reg);
        }
        const bool rows = step.index->payload() == kRows;
        for (auto [column, reg] : step.binds) {
            int64_t* to = level.room.of(reg) + level.filled;
            if (rows) {
                const int64_t* values = step.relation->column(column);
                for (size_t i = 0; i < n; ++i) to[i] = values[payload[i]];
            } else {
                std::copy(payload, payload + n, to);
            }
            level.out.reg[reg] = level.room.of(reg);
        }
        if (step.row >= 0) {
            std::copy(payload, payload + n, level.room.of(step.row) + level.filled);
            level.out.reg[step.row] = level.room.of(step.row);
        }
        level.filled += n;
    }

    const int64_t* column_of(const Operand& operand, const Batch& in, int64_t* room) {
        if (operand.reg >= 0) return in.reg[operand.reg];
        std::fill(room, room + in.n, operand.value);
        return room;
    }

    /// Keep the bindings that have a match, or those that have none.
    void choose(size_t place, const Step& step, const Batch& in, bool wanted) {
        uint8_t keep[kBatch];
        if (!step.index) {
            std::vector<const int64_t*> keys(step.keys.size());
            constants_.resize(step.keys.size() * kBatch);
            for (size_t k = 0; k < keys.size(); ++k)
                keys[k] = column_of(step.keys[k], in, &constants_[k * kBatch]);
            step.relation->contains(keys.data(), in.n, keep);
            for (size_t i = 0; i < in.n; ++i) keep[i] = (keep[i] != 0) == wanted;
        } else {
            uint32_t numbers[kBatch];
            find(step, in, numbers);
            const bool old_only = step.version == Version::kOld;
            for (size_t i = 0; i < in.n; ++i)
                keep[i] = (numbers[i] != kNone &&
                           step.index->range(numbers[i], old_only).size > 0) == wanted;
        }
        pass(place, in, keep);
    }

    void test(size_t place, const Step& step, const Batch& in) {
        uint8_t keep[kBatch];
        int64_t left_room[kBatch], right_room[kBatch];
        const int64_t* left = column_of(step.left, in, left_room);
        const int64_t* right = column_of(step.right, in, right_room);
        switch (step.kind) {
            case Kind::kInt: trivium::compare<int64_t>(step.comparison, left, right, in.n, keep); break;
            case Kind::kUnsigned:
                trivium::compare<uint64_t>(step.comparison, left, right, in.n, keep);
                break;
            case Kind::kFloat: trivium::compare<Ordered>(step.comparison, left, right, in.n, keep); break;
        }
        pass(place, in, keep);
    }

    /// Hand on the bindings marked in `keep`.
    void pass(size_t place, const Batch& in, const uint8_t* keep) {
        uint32_t chosen[kBatch];
        size_t kept = 0;
        for (size_t i = 0; i < in.n; ++i) {
            chosen[kept] = static_cast<uint32_t>(i);
            kept += keep[i];
        }
        if (kept == in.n) return run(place + 1, in);
        Level& level = levels_[place + 1];
        for (int reg : live_[place]) {
            if (!in.reg[reg]) continue;
            int64_t* to = level.room.of(reg);
            for (size_t i = 0; i < kept; ++i) to[i] = in.reg[reg][chosen[i]];
            level.out.reg[reg] = to;
        }
        level.out.n = kept;
        run(place + 1, level.out);
    }

    void compute(size_t place, const Step& step, const Batch& in) {
        int64_t left_room[kBatch], right_room[kBatch];
        Level& level = levels_[place + 1];
        const int64_t* left = column_of(step.left, in, left_room);
        const int64_t* right = column_of(step.right, in, right_room);
        int64_t* out = level.room.of(step.target);
        if (step.kind == Kind::kFloat) {
            compute_float(step.operation, left, right, in.n, out);
        } else {
            compute_whole(step.operation, step.kind, left, right, in.n, out);
        }
        for (int reg : live_[place]) level.out.reg[reg] = in.reg[reg];
        level.out.reg[step.target] = out;
        level.out.n = in.n;
        run(place + 1, level.out);
    }

    void finish(const Batch& in) {
        std::vector<const int64_t*>& columns = columns_;
        columns.resize(pipe_.head_.size());
        constants_.resize(std::max(constants_.size(), pipe_.head_.size() * kBatch));
        for (size_t c = 0; c < columns.size(); ++c)
            columns[c] = column_of(pipe_.head_[c], in, &constants_[c * kBatch]);
        if (split_ == kNowhere) return sink_->take(columns.data(), in.n);
        if (!fits(columns[1], in.n)) throw Stopped{Budget::kAlone};
        uint32_t fresh[kBatch];
        size_t count = head_->shard(shard_).insert(columns[0], columns[1], in.n, fresh);
        const int64_t* ordinals = in.reg[pipe_.registers_];
        for (size_t i = 0; i < count; ++i) {
            const uint32_t value = static_cast<uint32_t>(columns[1][fresh[i]]);
            part.add(columns[0][fresh[i]], static_cast<uint64_t>(ordinals[fresh[i]]), &value, 1);
        }
    }

    void check() {
        if (budget_->seconds >= 0) {
            double spent = std::chrono::duration<double>(Clock::now() - start_).count();
            if (spent > budget_->seconds) throw Stopped{Budget::kTime};
        }
        int64_t rows = static_cast<int64_t>(sink_->rows() - rows_);
        int64_t bytes = static_cast<int64_t>(sink_->bytes() - bytes_);
        if (shared_) {
            if (shared_->stop) throw Stopped{Budget::kDone};
            if (split_ != kNowhere) {
                rows = static_cast<int64_t>(found_ + part.size());
                bytes = static_cast<int64_t>(part.bytes() + head_->shard(shard_).bytes()) - held_ +
                        2 * rows * static_cast<int64_t>(sizeof(int64_t));
            }
            rows = shared_->rows += rows - std::exchange(told_rows_, rows);
            bytes = shared_->bytes += bytes - std::exchange(told_bytes_, bytes);
        }
        if (budget_->rows >= 0 && rows > budget_->rows) throw Stopped{Budget::kRows};
        if (budget_->bytes >= 0 && bytes > budget_->bytes) throw Stopped{Budget::kMemory};
        if (ticks_ % 4096 == 0 && budget_->interrupted && budget_->interrupted())
            throw Stopped{Budget::kInterrupted};
    }

    Pipeline& pipe_;
    Sink* sink_ = nullptr;
    Relation* head_ = nullptr;
    const Relation* grows_ = nullptr;
    const Budget* budget_ = nullptr;
    Clock::time_point start_;
    size_t rows_ = 0, bytes_ = 0;
    std::vector<Level> levels_;  // one before each step, one at the end, one for own bindings
    std::vector<std::vector<int>> live_;
    std::vector<int64_t> passed_;
    std::vector<int64_t> key_;
    std::vector<int64_t> constants_;
    std::vector<const int64_t*> columns_;
    bool fused_ = false;
    uint64_t ticks_ = 0;

    Shared* shared_ = nullptr;
    size_t shard_ = 0;
    size_t split_ = kNowhere;  // the place from which bindings are the worker's own
    uint64_t seen_ = 0;        // bindings of all workers that came to that place
    int64_t held_ = 0;   // bytes of the shard at first
    size_t found_ = 0;   // pairs of the slices before
    int64_t told_rows_ = 0, told_bytes_ = 0;
};

}  // namespace trivium
