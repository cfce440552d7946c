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

#include "relations/compute.hpp"
#include "relations/part.hpp"
#include "relations/pipeline.hpp"

namespace trivium::relations {

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

/// Some values as a bit set, which is made again for others soon.
class Marks {
   public:
    void clear() {
        for (uint32_t value : values_) bits_[value >> 6] = 0;
        values_.clear();
        full_ = false;
    }

    /// Hold a row of a pair set.
    void take(const PairSet& sets, uint32_t row) {
        const size_t words = (size_t{sets.domain()} >> 6) + 1;
        if (bits_.size() < words) bits_.resize(words);
        sets.each(row, [&](uint32_t value) {
            bits_[value >> 6] |= uint64_t{1} << (value & 63);
            values_.push_back(value);
        });
        full_ = true;
    }

    /// Hold some values more, in so many words.
    void take(const uint32_t* values, size_t n, size_t words) {
        if (bits_.size() < words) bits_.resize(words);
        for (size_t i = 0; i < n; ++i) bits_[values[i] >> 6] |= uint64_t{1} << (values[i] & 63);
        values_.insert(values_.end(), values, values + n);
        full_ = true;
    }

    bool full() const { return full_; }
    const uint64_t* bits() const { return bits_.data(); }

    /// Those of some values that are held; `out` has room for one more than n.
    size_t meet(const uint32_t* values, size_t n, int64_t* out) const {
        return meet_bits(bits_.data(), 0, static_cast<uint32_t>(bits_.size()), values, n, out);
    }

   private:
    std::vector<uint64_t> bits_;
    std::vector<uint32_t> values_;
    bool full_ = false;
};

/// What the workers of one run tell each other.
struct Shared {
    std::atomic<bool> stop{false};
    std::atomic<int64_t> rows{0}, bytes{0};
};

class Worker {
   public:
    static constexpr size_t kNowhere = ~size_t{0};
    static constexpr size_t kMany = size_t{1} << 17;  // values after which limits are looked at

    explicit Worker(Pipeline& pipeline)
        : pipe_(pipeline), levels_(pipeline.steps_.size() + 2), passed_(pipeline.steps_.size() + 1) {
        for (Level& level : levels_) level.out.reg.assign(pipeline.registers_ + 1, nullptr);
        for (const Step& step : pipeline.steps_) live_.push_back(step.live);
    }

    /// Get ready to fill `sink`, or a pair relation itself where there is one.
    void begin(Sink& sink, Relation* head, const Relation* grows, const Budget& budget);

    /// Fill one shard of the head, as one of several workers.
    void share(Shared& shared, size_t shard);

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

    void scan(size_t from, size_t to);

    /// The same of best values: the rows that are new, or those that are not.
    void scan_best(size_t from, size_t to);

    /// The same of pairs that are told by their classes.
    void scan_classes();

    /// The same where what the second value goes to is known last: the first values of the delta,
    /// each once. In place of the second value stands the number of the first one in the index.
    void scan_keys(const Index& index, size_t from, size_t to);

    void over(const std::vector<const int64_t*>& given, size_t from, size_t to);

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
        if (++ticks_ % 64 == 0) check();
        if (!in.n) return;
        if (place == split_) return keep_own(place, in);
        if (shard_counts(place)) passed_[place] += static_cast<int64_t>(bindings(in));
        step(place, in);
    }

    /// Before bindings are shared out all workers see them, and one counts them.
    bool shard_counts(size_t place) const { return split_ == kNowhere || place > split_ || !shard_; }

    /// How many bindings a batch stands for.
    size_t bindings(const Batch& in) const {
        if (!pipe_.waiting_) return in.n;
        size_t total = 0;
        for (size_t i = 0; i < in.n; ++i) total += pipe_.waiting_->range(waiting_key(in, i), Version::kDelta).size;
        return total;
    }
    uint32_t waiting_key(const Batch& in, size_t i) const {
        return static_cast<uint32_t>(in.reg[pipe_.head_[1].reg][i]);
    }

    void step(size_t place, const Batch& in);

    /// Go on with the bindings whose pairs belong to the worker's shard.
    void keep_own(size_t place, const Batch& in);

    // --- steps -----------------------------------------------------------------------------------

    /// The numbers of the keys in the index, `kNone` where there is none.
    void find(const Step& step, const Batch& in, uint32_t* numbers);

    void probe(size_t place, const Step& step, const Batch& in);

    /// A probe whose matches are checked on the way.
    void meet(size_t place, const Step& step, const Batch& in);

    /// The last probe of a plan whose head is what it finds beside something known before: what
    /// stands behind a key goes into one row of the head's set, without becoming bindings.
    void emit(size_t place, const Step& step, const Batch& in);

    /// The same of keys by their numbers; how many values stand behind them.
    size_t emit(const Index& index, Version version, const uint32_t* numbers, const Batch& in);

    /// Pairs that are new in their set become rows of the head.
    void add(int64_t first, const Batch& in, size_t binding, const uint32_t* fresh, size_t count);

    /// Write matches behind those that a step has gathered so far.
    void settle(size_t place, const Step& step, const Batch& in, uint32_t* left, int64_t* payload,
                size_t n);

    const int64_t* column_of(const Operand& operand, const Batch& in, int64_t* room) {
        if (operand.reg >= 0) return in.reg[operand.reg];
        std::fill(room, room + in.n, operand.value);
        return room;
    }

    /// Keep the bindings that have a match, or those that have none.
    void choose(size_t place, const Step& step, const Batch& in, bool wanted);

    /// The numbers of elements, `kNone` for those that no rule can see.
    void find_elements(const Equivalence& classes, const Operand& operand, const Batch& in,
                       uint32_t* elements);
    void probe_classes(size_t place, const Step& step, const Batch& in);
    void choose_classes(size_t place, const Step& step, const Batch& in, bool wanted);

    void test(size_t place, const Step& step, const Batch& in);

    /// Hand on the bindings marked in `keep`.
    void pass(size_t place, const Batch& in, const uint8_t* keep);

    void compute(size_t place, const Step& step, const Batch& in);

    void finish(const Batch& in);

    void check();

    /// So many values went by that are no bindings.
    void went_over(size_t values) {
        unchecked_ += values;
        if (unchecked_ < kMany) return;
        unchecked_ = 0;
        check();
    }

    Pipeline& pipe_;
    Sink* sink_ = nullptr;
    Relation* head_ = nullptr;
    const Relation* grows_ = nullptr;
    const Budget* budget_ = nullptr;
    size_t rows_ = 0, bytes_ = 0;
    std::vector<Level> levels_;  // one before each step, one at the end, one for own bindings
    std::vector<std::vector<int>> live_;
    std::vector<int64_t> passed_;
    std::vector<int64_t> key_;
    std::vector<int64_t> constants_;
    std::vector<const int64_t*> columns_;
    Marks marks_;
    Marks fresh_marks_;
    bool fused_ = false;
    uint64_t ticks_ = 0;
    size_t unchecked_ = 0;

    Shared* shared_ = nullptr;
    size_t shard_ = 0;
    size_t split_ = kNowhere;  // the place from which bindings are the worker's own
    uint64_t seen_ = 0;        // bindings of all workers that came to that place
    int64_t held_ = 0;         // bytes of what it counts, at first
    size_t found_ = 0;         // pairs of the slices before
    int64_t told_rows_ = 0, told_bytes_ = 0;
};

}  // namespace trivium::relations
