// A worker's way from the scanned rows to the head: batches, tests, arithmetic, limits.
#include "relations/worker.hpp"

namespace trivium::relations {

void Worker::begin(Sink& sink, Relation* head, const Relation* grows, const Budget& budget) {
    sink_ = &sink;
    head_ = head;
    grows_ = grows;
    budget_ = &budget;
    rows_ = sink.rows();
    bytes_ = sink.bytes();
    shared_ = nullptr;
    split_ = kNowhere;
    fused_ = head && pipe_.fused_;
    ticks_ = 0;
    std::fill(passed_.begin(), passed_.end(), 0);
    for (Level& level : levels_) level.filled = 0;
}

void Worker::share(Shared& shared, size_t shard) {
    shared_ = &shared;
    shard_ = shard;
    split_ = pipe_.split_;
    held_ = static_cast<int64_t>(head_->shard(shard).bytes());
    if (!shard) held_ += static_cast<int64_t>(head_->rows().bytes());
    told_rows_ = told_bytes_ = 0;
    found_ = 0;
    next_slice();
    const int ordinal = pipe_.registers_;
    for (size_t place = 0; place < live_.size(); ++place) {
        live_[place] = pipe_.steps_[place].live;
        if (place >= split_) live_[place].push_back(ordinal);
    }
}

void Worker::scan(size_t from, size_t to) {
    const Scan& scan = pipe_.scan_;
    const Relation& relation = *scan.relation;
    Level& level = levels_[0];
    std::vector<int> places;  // of the columns that are read
    for (auto [c, reg] : scan.binds) places.push_back(c);
    for (auto [c, value] : scan.constants) places.push_back(c);
    for (auto [a, b] : scan.equal) places.insert(places.end(), {a, b});
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<Reader> readers;
    std::vector<std::unique_ptr<int64_t[]>> rooms;
    std::vector<const int64_t*> values(relation.arity());
    for (size_t p = 0; p < places.size(); ++p) {
        readers.emplace_back(relation.rows(), places[p]);
        rooms.push_back(std::make_unique_for_overwrite<int64_t[]>(std::min(kBatch, to - from)));
    }
    const bool all = scan.constants.empty() && scan.equal.empty();
    uint32_t chosen[kBatch];
    for (size_t row = from; row < to; row += kBatch) {
        const size_t n = std::min(kBatch, to - row);
        for (size_t p = 0; p < places.size(); ++p)
            values[places[p]] = readers[p].read(row, n, rooms[p].get());
        size_t kept = n;
        if (!all) {
            kept = 0;
            for (size_t i = 0; i < n; ++i) {
                bool holds = true;
                for (auto [c, value] : scan.constants) holds &= values[c][i] == value;
                for (auto [a, b] : scan.equal) holds &= values[a][i] == values[b][i];
                chosen[kept] = static_cast<uint32_t>(i);
                kept += holds;
            }
        }
        for (auto [c, reg] : scan.binds) {
            if (all && (&relation != grows_ || !relation.rows().lends(c))) {  // memory that stays
                level.out.reg[reg] = values[c];
                continue;
            }
            int64_t* out = level.room.of(reg);
            for (size_t i = 0; i < kept; ++i) out[i] = values[c][all ? i : chosen[i]];
            level.out.reg[reg] = out;
        }
        if (scan.row >= 0) {
            int64_t* out = level.room.of(scan.row);
            for (size_t i = 0; i < kept; ++i) out[i] = static_cast<int64_t>(row + (all ? i : chosen[i]));
            level.out.reg[scan.row] = out;
        }
        level.out.n = kept;
        run(0, level.out);
    }
    flush();
}

void Worker::scan_best(size_t from, size_t to) {
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
            for (auto [c, value] : scan.constants) holds &= relation.rows().column(c).at(row) == value;
            for (auto [a, b] : scan.equal)
                holds &= relation.rows().column(a).at(row) == relation.rows().column(b).at(row);
            chosen[kept] = row;
            kept += holds;
        }
        for (auto [c, reg] : scan.binds) {
            int64_t* out = level.room.of(reg);
            relation.rows().column(c).choose(chosen, kept, out);
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

void Worker::scan_keys(const Index& index, size_t from, size_t to) {
    const std::vector<Index::Fresh>& fresh = *index.fresh();
    Level& level = levels_[0];
    for (size_t at = from; at < to; at += kBatch) {
        const size_t n = std::min(kBatch, to - at);
        for (auto [c, reg] : pipe_.scan_.binds) {
            int64_t* out = level.room.of(reg);
            const bool key = c == index.keys()[0];
            for (size_t i = 0; i < n; ++i)
                out[i] = key ? fresh[at + i].key : fresh[at + i].number;
            level.out.reg[reg] = out;
        }
        level.out.n = n;
        run(0, level.out);
    }
    flush();
}

void Worker::over(const std::vector<const int64_t*>& given, size_t from, size_t to) {
    Level& level = levels_[0];
    for (size_t row = from; row < to; row += kBatch) {
        level.out.n = std::min(kBatch, to - row);
        for (size_t reg = 0; reg < given.size(); ++reg)
            level.out.reg[reg] = given[reg] ? given[reg] + row : nullptr;
        run(0, level.out);
    }
    flush();
}

void Worker::step(size_t place, const Batch& in) {
    if (place == pipe_.steps_.size()) return finish(in);
    const Step& step = pipe_.steps_[place];
    if (step.relation && step.relation->classes()) {
        if (step.form == Step::kProbe) return probe_classes(place, step, in);
        return choose_classes(place, step, in, step.form == Step::kExists);
    }
    switch (step.form) {
        case Step::kProbe:
            if (fused_ && place + 1 == pipe_.steps_.size() && !step.index->wide())
                return emit(place, step, in);
            if (step.meeting.ready) return meet(place, step, in);
            return probe(place, step, in);
        case Step::kExists:
            if (step.met >= 0 && pipe_.steps_[step.met].meeting.ready) return run(place + 1, in);
            return choose(place, step, in, true);
        case Step::kAbsent: return choose(place, step, in, false);
        case Step::kTest: return test(place, step, in);
        case Step::kCompute: return compute(place, step, in);
    }
}

void Worker::keep_own(size_t place, const Batch& in) {
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
    passed_[place] += static_cast<int64_t>(bindings(level.out));
    if (kept) step(place, level.out);
}

void Worker::test(size_t place, const Step& step, const Batch& in) {
    uint8_t keep[kBatch];
    int64_t left_room[kBatch], right_room[kBatch];
    const int64_t* left = column_of(step.left, in, left_room);
    const int64_t* right = column_of(step.right, in, right_room);
    switch (step.kind) {
        case Kind::kInt: relations::compare<int64_t>(step.comparison, left, right, in.n, keep); break;
        case Kind::kUnsigned:
            relations::compare<uint64_t>(step.comparison, left, right, in.n, keep);
            break;
        case Kind::kFloat: relations::compare<Ordered>(step.comparison, left, right, in.n, keep); break;
    }
    pass(place, in, keep);
}

void Worker::pass(size_t place, const Batch& in, const uint8_t* keep) {
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

void Worker::compute(size_t place, const Step& step, const Batch& in) {
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

void Worker::finish(const Batch& in) {
    if (pipe_.waiting_) {
        uint32_t numbers[kBatch];
        for (size_t i = 0; i < in.n; ++i) numbers[i] = waiting_key(in, i);
        emit(*pipe_.waiting_, Version::kDelta, numbers, in);
        return;
    }
    std::vector<const int64_t*>& columns = columns_;
    columns.resize(pipe_.head_.size());
    constants_.resize(std::max(constants_.size(), pipe_.head_.size() * kBatch));
    for (size_t c = 0; c < columns.size(); ++c)
        columns[c] = column_of(pipe_.head_[c], in, &constants_[c * kBatch]);
    if (split_ == kNowhere) return sink_->take(columns.data(), in.n);
    if (!fits(columns[1], in.n)) throw Stopped{Stop::kAlone};
    uint32_t fresh[kBatch];
    size_t count = head_->shard(shard_).insert(columns[0], columns[1], in.n, fresh);
    const int64_t* ordinals = in.reg[pipe_.registers_];
    for (size_t i = 0; i < count; ++i) {
        const uint32_t value = static_cast<uint32_t>(columns[1][fresh[i]]);
        part.add(columns[0][fresh[i]], static_cast<uint64_t>(ordinals[fresh[i]]), &value, 1);
    }
}

void Worker::check() {
    budget_->watch.look_at_time();
    int64_t rows = static_cast<int64_t>(sink_->rows() - rows_);
    int64_t bytes = static_cast<int64_t>(sink_->bytes() + sink_->growth() - bytes_);
    if (shared_) {
        if (shared_->stop) throw Stopped{Stop::kDone};
        if (split_ != kNowhere) {
            rows = static_cast<int64_t>(found_ + part.size());
            bytes = static_cast<int64_t>(part.bytes() + head_->shard(shard_).bytes() + head_->shard(shard_).growth() +
                                         part.size() * head_->rows().row_bytes()) -
                    held_;
            if (!shard_) bytes += static_cast<int64_t>(head_->rows().bytes());
        }
        rows = shared_->rows += rows - std::exchange(told_rows_, rows);
        bytes = shared_->bytes += bytes - std::exchange(told_bytes_, bytes);
    }
    if (budget_->rows >= 0 && rows > budget_->rows) throw Stopped{Stop::kRows};
    if (budget_->bytes >= 0 && bytes > budget_->bytes) throw Stopped{Stop::kMemory};
    if (ticks_ % 4096 == 0) budget_->watch.look_for_interrupt();
}

}  // namespace trivium::relations
