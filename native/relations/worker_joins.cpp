// What a worker does with an index: joins, semi-joins, anti-joins.
#include "relations/worker.hpp"

#include <numeric>

namespace trivium::relations {

void Worker::find(const Step& step, const Batch& in, uint32_t* numbers) {
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

void Worker::probe(size_t place, const Step& step, const Batch& in) {
    Level& level = levels_[place + 1];
    const Index& index = *step.index;
    const Version version = step.relation->best() ? Version::kFull : step.version;
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
    // What is found is the first column of a pair whose second one comes last: bindings of one key
    // are handed on so that those of one first value follow each other.
    const bool by_value = pipe_.fused_ && place + 1 == pipe_.split_;
    for (size_t i = 0; i < in.n; ++i) {
        if (i + 12 < in.n && numbers[i + 12] != kNone) index.prefetch(numbers[i + 12]);
        if (i + 6 < in.n && numbers[i + 6] != kNone)
            __builtin_prefetch(index.range(numbers[i + 6], version).data);
        if (numbers[i] == kNone) continue;
        Index::Range range = index.range(numbers[i], version);
        size_t end = i + 1;  // of the bindings that have this key
        while (by_value && range.size > 1 && end < in.n && numbers[end] == numbers[i]) ++end;
        if (end - i > 1) {
            for (uint32_t at = 0; at < range.size; ++at) {
                const int64_t value = index.value(range, at);
                for (size_t next = i; next < end;) {
                    const size_t n = std::min(kBatch - level.filled - filled, end - next);
                    std::iota(left + filled, left + filled + n, static_cast<uint32_t>(next));
                    std::fill(payload + filled, payload + filled + n, value);
                    filled += n;
                    next += n;
                    if (level.filled + filled == kBatch) move_on();
                }
            }
            i = end - 1;
            continue;
        }
        for (uint32_t at = 0; at < range.size;) {
            size_t room = kBatch - level.filled - filled;
            size_t n = std::min<size_t>(room, range.size - at);
            std::fill(left + filled, left + filled + n, static_cast<uint32_t>(i));
            index.copy(range, at, n, payload + filled);
            filled += n;
            at += static_cast<uint32_t>(n);
            if (level.filled + filled == kBatch) move_on();
        }
    }
    move_on();
}

void Worker::meet(size_t place, const Step& step, const Batch& in) {
    Level& level = levels_[place + 1];
    const Index& index = *step.index;
    const Step::Meeting& meeting = step.meeting;
    uint32_t numbers[kBatch], left[kBatch], narrow[kBatch];
    int64_t payload[kBatch + 1];
    find(step, in, numbers);
    size_t filled = 0;  // of `left` and `payload`
    auto move_on = [&] {
        settle(place, step, in, left, payload, filled);
        filled = 0;
        if (level.filled == kBatch) hand_on(place);
    };
    const PairSet* sets = nullptr;
    uint32_t row = kNone;
    size_t used = 0;  // values that were looked for in this row
    int64_t known = 0;
    marks_.clear();
    for (size_t i = 0; i < in.n; ++i) {
        if (i + 12 < in.n && numbers[i + 12] != kNone) index.prefetch(numbers[i + 12]);
        if (i + 6 < in.n && numbers[i + 6] != kNone)
            __builtin_prefetch(index.range(numbers[i + 6], step.version).data);
        if (numbers[i] == kNone) continue;
        const int64_t key = meeting.key.reg < 0 ? meeting.key.value : in.reg[meeting.key.reg][i];
        if (!sets || key != known) {
            sets = &meeting.relation->rows_of(key, meeting.turned);
            row = sets->find_row(key);
            known = key;
            used = 0;
            marks_.clear();
        }
        if (row == kNone) continue;
        const Index::Range range = index.range(numbers[i], step.version);
        used += range.size;
        if (!marks_.full() && sets->may_mark(row, used)) marks_.take(*sets, row);
        for (uint32_t at = 0; at < range.size;) {
            const size_t room = kBatch - level.filled - filled;
            const auto n = static_cast<uint32_t>(std::min<size_t>(room, range.size - at));
            const uint32_t* data = index.read(range, at, n, narrow);
            const size_t found = marks_.full() ? marks_.meet(data, n, payload + filled)
                                               : sets->meet(row, data, n, payload + filled);
            std::fill(left + filled, left + filled + found, static_cast<uint32_t>(i));
            filled += found;
            at += n;
            if (level.filled + filled == kBatch) move_on();
        }
        went_over(range.size);
    }
    move_on();
}

void Worker::emit(size_t place, const Step& step, const Batch& in) {
    uint32_t numbers[kBatch];
    find(step, in, numbers);
    passed_[place + 1] += static_cast<int64_t>(emit(*step.index, step.version, numbers, in));
}

size_t Worker::emit(const Index& index, Version version, const uint32_t* numbers, const Batch& in) {
    const int64_t* first = in.reg[pipe_.head_[0].reg];
    const int64_t* ordinals = split_ == kNowhere ? nullptr : in.reg[pipe_.registers_];
    uint32_t rows[kBatch];
    uint8_t shards[kBatch];
    Index::Range ranges[kBatch];
    size_t total = 0;
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
    for (size_t i = 0; i < in.n; ++i) {
        if (i + 8 < in.n && numbers[i + 8] != kNone) index.prefetch(numbers[i + 8]);
        ranges[i] = numbers[i] == kNone ? Index::Range{nullptr, 0} : index.range(numbers[i], version);
        total += ranges[i].size;
    }
    uint32_t marked = kNone;  // the key whose rows of the last round are marked
    uint32_t narrow[kBatch], fresh[2 * kBatch + 1];
    // What is fresh stands beside the first value of the bindings from `start` to `last`.
    size_t found = 0, gone = 0, start = in.n, last = 0;
    auto flush = [&] {
        if (found) add(first[start], in, start, fresh, std::exchange(found, 0));
        if (split_ == kNowhere) head_->put_away();
        went_over(std::exchange(gone, 0));
    };
    // Put values or words in, at most `most` at once.
    auto put_all = [&](size_t size, size_t most, auto put) {
        for (size_t at = 0; at < size; at += most) {
            const size_t n = std::min(most, size - at);
            found += put(at, n, fresh + found);
            gone += n;
            if (found >= kBatch || gone >= kMany) flush();
        }
    };
    for (size_t i = 0; i < in.n; ++i) {
        if (i + 12 < in.n && ranges[i + 12].size)
            head_->shard(shards[i + 12]).prefetch(rows[i + 12]);
        if (i + 8 < in.n) __builtin_prefetch(ranges[i + 8].data);
        if (i + 4 < in.n && ranges[i + 4].size)
            head_->shard(shards[i + 4])
                .prefetch(rows[i + 4], static_cast<uint32_t>(index.value(ranges[i + 4], 0)));
        const Index::Range range = ranges[i];
        if (!range.size) continue;
        if (start == in.n || first[i] != first[start] || (ordinals && ordinals[i] != ordinals[last] + 1)) {
            flush();
            start = i;
        }
        last = i;
        PairSet& shard = head_->shard(shards[i]);
        const uint64_t* bits = index.bits(numbers[i], version);
        if (!bits && version == Version::kDelta && range.size * 2 >= index.words()) {
            if (numbers[i] != marked) {
                fresh_marks_.clear();
                for (size_t at = 0; at < range.size; at += kBatch) {
                    const size_t n = std::min(kBatch, range.size - at);
                    fresh_marks_.take(index.read(range, at, n, narrow), n, index.words());
                }
                marked = numbers[i];
            }
            bits = fresh_marks_.bits();
        }
        if (bits) {
            put_all(index.words(), ValueSet::kFew, [&](size_t low, size_t n, uint32_t* out) {
                return shard.insert_bits(rows[i], bits + low, static_cast<uint32_t>(low),
                                         static_cast<uint32_t>(n), out);
            });
        } else {
            put_all(range.size, kBatch, [&](size_t at, size_t n, uint32_t* out) {
                return shard.insert_all(rows[i], index.read(range, at, n, narrow), n, out);
            });
        }
    }
    flush();
    return total;
}

void Worker::add(int64_t first, const Batch& in, size_t binding, const uint32_t* fresh, size_t count) {
    if (split_ != kNowhere) {
        uint64_t ordinal = static_cast<uint64_t>(in.reg[pipe_.registers_][binding]);
        return part.add(first, ordinal, fresh, count);
    }
    const Rows::Tail tail = head_->extend(count, static_cast<uint64_t>(first));
    tail.first.put(tail.from, first, count);
    tail.second.put(tail.from, fresh, count);
}

void Worker::settle(size_t place, const Step& step, const Batch& in, uint32_t* left, int64_t* payload,
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
                same &= step.relation->rows().column(a).at(payload[i]) ==
                        step.relation->rows().column(b).at(payload[i]);
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
    const bool rows = step.index && step.index->payload() == kRows;
    for (auto [column, reg] : step.binds) {
        int64_t* to = level.room.of(reg) + level.filled;
        if (rows) {
            step.relation->rows().column(column).choose(payload, n, to);
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

void Worker::choose(size_t place, const Step& step, const Batch& in, bool wanted) {
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
        for (size_t i = 0; i < in.n; ++i)
            keep[i] = (numbers[i] != kNone &&
                       step.index->range(numbers[i], step.version).size > 0) == wanted;
    }
    pass(place, in, keep);
}

}  // namespace trivium::relations
