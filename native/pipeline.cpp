#include "pipeline.hpp"

#include <bit>
#include <cmath>
#include <compare>
#include <functional>

namespace trivium {

namespace {

using Clock = std::chrono::steady_clock;

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
        if (!rooms_[reg]) rooms_[reg] = std::make_unique<int64_t[]>(kBatch);
        return rooms_[reg].get();
    }

   private:
    std::vector<std::unique_ptr<int64_t[]>> rooms_;
};

struct Stopped {
    Budget::Stop why;
};

double real(int64_t bits) { return std::bit_cast<double>(bits); }

// One zero and one not-a-number, so that equal floats have equal bits.
int64_t bits_of(double value) {
    if (value == 0) value = 0;
    if (std::isnan(value)) return 0x7FF8000000000000ll;
    return std::bit_cast<int64_t>(value);
}

struct Ordered {
    int64_t rank;
    explicit Ordered(int64_t bits) : rank(float_rank(bits)) {}
    auto operator<=>(const Ordered&) const = default;
};

template <class T, class Function>
void compare(const int64_t* a, const int64_t* b, size_t n, uint8_t* keep, Function holds) {
    for (size_t i = 0; i < n; ++i) keep[i] = holds(static_cast<T>(a[i]), static_cast<T>(b[i]));
}

template <class T>
void compare(Comparison comparison, const int64_t* a, const int64_t* b, size_t n, uint8_t* keep) {
    switch (comparison) {
        case Comparison::kEqual: return compare<T>(a, b, n, keep, std::equal_to<T>());
        case Comparison::kNotEqual: return compare<T>(a, b, n, keep, std::not_equal_to<T>());
        case Comparison::kLess: return compare<T>(a, b, n, keep, std::less<T>());
        case Comparison::kLessEqual: return compare<T>(a, b, n, keep, std::less_equal<T>());
        case Comparison::kGreater: return compare<T>(a, b, n, keep, std::greater<T>());
        case Comparison::kGreaterEqual: return compare<T>(a, b, n, keep, std::greater_equal<T>());
    }
}

template <class Function>
void each(const int64_t* a, const int64_t* b, size_t n, int64_t* out, Function function) {
    for (size_t i = 0; i < n; ++i) out[i] = function(a[i], b[i]);
}

void compute_float(Operation op, const int64_t* a, const int64_t* b, size_t n, int64_t* out) {
    auto apply = [&](auto function) {
        each(a, b, n, out, [&](int64_t x, int64_t y) { return bits_of(function(real(x), real(y))); });
    };
    switch (op) {
        case Operation::kAdd: return apply([](double x, double y) { return x + y; });
        case Operation::kSubtract: return apply([](double x, double y) { return x - y; });
        case Operation::kMultiply: return apply([](double x, double y) { return x * y; });
        case Operation::kDivide: return apply([](double x, double y) { return x / y; });
        case Operation::kNegate: return apply([](double x, double) { return -x; });
        default: throw Stopped{Budget::kUndefined};
    }
}

void compute_whole(Operation op, Kind kind, const int64_t* a, const int64_t* b, size_t n,
                   int64_t* out) {
    const bool is_signed = kind == Kind::kInt;
    auto wrap = [&](auto function) {
        each(a, b, n, out, [&](int64_t x, int64_t y) {
            return static_cast<int64_t>(
                function(static_cast<uint64_t>(x), static_cast<uint64_t>(y)));
        });
    };
    auto less = [is_signed](int64_t x, int64_t y) {
        return is_signed ? x < y : static_cast<uint64_t>(x) < static_cast<uint64_t>(y);
    };
    switch (op) {
        case Operation::kAdd: return wrap([](uint64_t x, uint64_t y) { return x + y; });
        case Operation::kSubtract: return wrap([](uint64_t x, uint64_t y) { return x - y; });
        case Operation::kMultiply: return wrap([](uint64_t x, uint64_t y) { return x * y; });
        case Operation::kNegate: return wrap([](uint64_t x, uint64_t) { return 0 - x; });
        case Operation::kAnd: return wrap([](uint64_t x, uint64_t y) { return x & y; });
        case Operation::kOr: return wrap([](uint64_t x, uint64_t y) { return x | y; });
        case Operation::kXor: return wrap([](uint64_t x, uint64_t y) { return x ^ y; });
        case Operation::kMin:
            return each(a, b, n, out, [&](int64_t x, int64_t y) { return less(y, x) ? y : x; });
        case Operation::kMax:
            return each(a, b, n, out, [&](int64_t x, int64_t y) { return less(x, y) ? y : x; });
        case Operation::kToFloat:
            return each(a, b, n, out, [&](int64_t x, int64_t) {
                return bits_of(is_signed ? static_cast<double>(x)
                                         : static_cast<double>(static_cast<uint64_t>(x)));
            });
        case Operation::kDivide:
        case Operation::kRemainder:
            for (size_t i = 0; i < n; ++i) {
                if (!b[i]) throw Stopped{Budget::kUndefined};
                if (!is_signed) {
                    uint64_t x = static_cast<uint64_t>(a[i]), y = static_cast<uint64_t>(b[i]);
                    out[i] = static_cast<int64_t>(op == Operation::kDivide ? x / y : x % y);
                } else if (b[i] == -1) {  // the least number has no positive twin
                    out[i] = op == Operation::kDivide
                                 ? static_cast<int64_t>(0 - static_cast<uint64_t>(a[i]))
                                 : 0;
                } else {
                    out[i] = op == Operation::kDivide ? a[i] / b[i] : a[i] % b[i];
                }
            }
            return;
    }
}

}  // namespace

/// One thread's way through a pipeline.
class Worker {
   public:
    Worker(Pipeline& pipeline, Sink& sink, const Relation* grows, const Budget& budget)
        : pipe_(pipeline), sink_(sink), grows_(grows), budget_(budget), start_(Clock::now()),
          rows_(sink.rows()), bytes_(sink.bytes()),
          levels_(pipeline.steps_.size() + 1), passed_(pipeline.passed_) {
        passed_.resize(pipeline.steps_.size() + 1);
        for (Level& level : levels_) level.out.reg.assign(pipeline.registers_, nullptr);
    }

    void scan() {
        const Scan& scan = pipe_.scan_;
        const Relation& relation = *scan.relation;
        if (relation.best() && scan.version != Version::kFull) return scan_best(scan);
        size_t from = scan.version == Version::kDelta ? relation.old() : 0;
        size_t to = scan.version == Version::kOld ? relation.old() : relation.visible();
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

    /// The rows of a relation of best values that are new, or those that are not.
    void scan_best(const Scan& scan) {
        const Relation& relation = *scan.relation;
        const bool fresh = scan.version == Version::kDelta;
        const std::vector<uint32_t>& delta = relation.best()->delta();
        Level& level = levels_[0];
        uint32_t chosen[kBatch];
        const size_t to = fresh ? delta.size() : relation.visible();
        for (size_t from = 0; from < to; from += kBatch) {
            size_t n = std::min(kBatch, to - from), kept = 0;
            for (size_t i = 0; i < n; ++i) {
                uint32_t row = fresh ? delta[from + i] : static_cast<uint32_t>(from + i);
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

    void over(const std::vector<const int64_t*>& given, size_t length) {
        Level& level = levels_[0];
        for (size_t row = 0; row < length; row += kBatch) {
            level.out.n = std::min(kBatch, length - row);
            for (size_t reg = 0; reg < given.size(); ++reg)
                level.out.reg[reg] = given[reg] ? given[reg] + row : nullptr;
            run(0, level.out);
        }
        flush();
    }

   private:
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
        passed_[place] += static_cast<int64_t>(in.n);
        if (++ticks_ % 64 == 0) check();
        if (place == pipe_.steps_.size()) return finish(in);
        const Step& step = pipe_.steps_[place];
        switch (step.form) {
            case Step::kProbe: return probe(place, step, in);
            case Step::kExists: return choose(place, step, in, true);
            case Step::kAbsent: return choose(place, step, in, false);
            case Step::kTest: return test(place, step, in);
            case Step::kCompute: return compute(place, step, in);
        }
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
            settle(level, step, in, left, payload, filled);
            filled = 0;
            if (level.filled == kBatch) hand_on(place);
        };
        for (size_t i = 0; i < in.n; ++i) {
            if (i + 8 < in.n && numbers[i + 8] != kNone) index.prefetch(numbers[i + 8]);
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

    /// Write matches behind those that a step has gathered so far.
    void settle(Level& level, const Step& step, const Batch& in, uint32_t* left, int64_t* payload,
                size_t n) {
        if (!n) return;
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
        for (int reg : step.live) {
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
        pass(place, step, in, keep);
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
        pass(place, step, in, keep);
    }

    /// Hand on the bindings marked in `keep`.
    void pass(size_t place, const Step& step, const Batch& in, const uint8_t* keep) {
        uint32_t chosen[kBatch];
        size_t kept = 0;
        for (size_t i = 0; i < in.n; ++i) {
            chosen[kept] = static_cast<uint32_t>(i);
            kept += keep[i];
        }
        if (kept == in.n) return run(place + 1, in);
        Level& level = levels_[place + 1];
        for (int reg : step.live) {
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
        for (int reg : step.live) level.out.reg[reg] = in.reg[reg];
        level.out.reg[step.target] = out;
        level.out.n = in.n;
        run(place + 1, level.out);
    }

    void finish(const Batch& in) {
        std::vector<const int64_t*>& columns = head_;
        columns.resize(pipe_.head_.size());
        constants_.resize(std::max(constants_.size(), pipe_.head_.size() * kBatch));
        for (size_t c = 0; c < columns.size(); ++c)
            columns[c] = column_of(pipe_.head_[c], in, &constants_[c * kBatch]);
        sink_.take(columns.data(), in.n);
    }

    void check() {
        if (budget_.seconds >= 0) {
            double spent = std::chrono::duration<double>(Clock::now() - start_).count();
            if (spent > budget_.seconds) throw Stopped{Budget::kTime};
        }
        if (budget_.rows >= 0 && static_cast<int64_t>(sink_.rows() - rows_) > budget_.rows)
            throw Stopped{Budget::kRows};
        if (budget_.bytes >= 0 && static_cast<int64_t>(sink_.bytes() - bytes_) > budget_.bytes)
            throw Stopped{Budget::kMemory};
        if (ticks_ % 4096 == 0 && budget_.interrupted && budget_.interrupted())
            throw Stopped{Budget::kInterrupted};
    }

    Pipeline& pipe_;
    Sink& sink_;
    const Relation* grows_;
    const Budget& budget_;
    Clock::time_point start_;
    size_t rows_;
    size_t bytes_;
    std::vector<Level> levels_;
    std::vector<int64_t>& passed_;
    std::vector<int64_t> key_;
    std::vector<int64_t> constants_;
    std::vector<const int64_t*> head_;
    uint64_t ticks_ = 0;

   public:
    static Pipeline::Outcome start(Pipeline& pipeline, Sink& sink, const Relation* grows,
                                   const Budget& budget,
                                   const std::vector<const int64_t*>& given, size_t length) {
        Pipeline::Outcome outcome;
        Worker worker(pipeline, sink, grows, budget);
        try {
            if (pipeline.scans_) {
                worker.scan();
            } else {
                worker.over(given, length);
            }
        } catch (const Stopped& stopped) {
            outcome.stop = stopped.why;
        }
        return outcome;
    }
};

Pipeline::Outcome Pipeline::run(Sink& sink, const Relation* grows, const Budget& budget,
                                const std::vector<const int64_t*>& given, size_t given_length) {
    for (Step& step : steps_)
        if (step.index) step.relation->follow(*step.index);
    return Worker::start(*this, sink, grows, budget, given, given_length);
}

}  // namespace trivium
