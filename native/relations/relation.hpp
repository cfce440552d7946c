// A relation: rows that only grow, the set that keeps them different, and its indexes.
//
//     0 ........ old ........ visible ........ length
//       old rows     delta         new in this round, not seen by any rule yet
//
// Of a relation of best values, each key has one row, whose value changes between rounds; the rows
// that are new then stand anywhere. An equivalence relation may be held as its classes: then it has
// no columns, and its rows are counted, not kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "base/duplicates.hpp"
#include "base/watch.hpp"
#include "relations/best.hpp"
#include "relations/distinct.hpp"
#include "relations/equivalence.hpp"
#include "relations/index.hpp"
#include "relations/rows.hpp"

namespace trivium::relations {

using namespace base;

class Relation {
   public:
    /// Pairs are kept in so many `shards`; see `Distinct`.
    explicit Relation(int arity, size_t shards = 1)
        : rows_(static_cast<size_t>(arity)), distinct_(static_cast<size_t>(arity), shards) {}
    Relation(const Relation&) = delete;
    Relation& operator=(const Relation&) = delete;

    int arity() const { return static_cast<int>(rows_.arity()); }
    size_t length() const { return length_; }
    size_t kept() const { return classes_ ? taken_ : length_; }  // what takes memory
    size_t visible() const { return visible_; }
    size_t old() const { return old_; }
    uint32_t round() const { return round_; }
    const Rows& rows() const { return rows_; }

    /// A column to be looked at from outside, in 64 bits a value.
    const Column& look(int place) {
        Column& column = rows_.open(true).at(place);
        column.widen();
        return column;
    }

    /// Have columns, for those who read here and there.
    void open() { rows_.open(); }

    size_t bytes() const {
        size_t total = rows_.bytes() + distinct_.bytes();
        for (const auto& index : indexes_) total += index->bytes();
        if (turned_) total += turned_->bytes();
        return total + (best_ ? best_->bytes() : 0) + (classes_ ? classes_->bytes() : 0);
    }

    /// What telling rows apart will take besides, if growing is due.
    size_t growth() const { return distinct_.growth(length_); }

    /// The first rows of an empty relation. If no two are the same the columns are taken as they
    /// are, and the answer is yes; else `kept` gets the numbers of those that were taken.
    bool give(std::vector<Column> columns, size_t length, std::vector<uint32_t>& kept,
              const Watch& watch) {
        if (length_) throw std::logic_error("rows are given only to an empty relation");
        if (length >= kNone - kBatch) throw std::length_error("a relation has at most 2^32 rows");
        if (!length) return true;  // the columns stay narrow
        std::vector<const int64_t*> data;
        for (const Column& column : columns) data.push_back(column.data());
        bool all = columns.empty() ? length < 2 : ascend(data, length);
        if (!all && length > kLarge && !columns.empty()) {
            all = keep_unrepeated(std::move(columns), data, length, kept, watch);
        } else if (all) {
            rows_ = Rows(std::move(columns));
            length_ = length;
        } else {
            all = keep_different(std::move(columns), data, length, kept, watch);
        }
        rows_.keep_order();
        see_all();
        return all;
    }

    /// Insert rows; `more` has one pointer a column. Returns how many were new.
    size_t insert(const int64_t* const* more, size_t n, const Watch& watch = Watch()) {
        if (!arity()) {
            bool is_new = n && !length_;
            length_ += is_new;
            return is_new;
        }
        if (best_) return count(best_->insert(rows_.open(), length_, visible_, more, n));
        if (classes_) return count(classes_->insert(more[0], more[1], n));
        build_set(watch);
        if (arity() == 1 && distinct_.small()) return insert_values(more[0], n, watch);
        Pace pace(watch);
        size_t added = 0;
        uint32_t fresh[kBatch];
        std::vector<const int64_t*> part(rows_.arity());
        for (size_t from = 0; from < n; from += kBatch) {
            size_t size = std::min(kBatch, n - from);
            for (size_t c = 0; c < part.size(); ++c) part[c] = more[c] + from;
            size_t found = distinct_.find_new(rows_, part.data(), size, fresh, watch);
            if (found) append(part.data(), fresh, found, size);
            added += found;
            pace.rows(size);
        }
        return added;
    }

    /// A rule has added all its rows of this round: they stay where they are from now on.
    void close() { rows_.close(); }

    /// Whether rows may come without being looked for: there are none, and nothing that tells them.
    bool is_blank() const { return !length_ && !distinct_.built() && !best_ && !classes_ && arity() > 0; }

    /// Take rows that are known to differ from each other and from those before.
    void take_different(const int64_t* const* more, size_t n) { append(more, nullptr, n, n); }

    /// Whether each row of `keys` is there, rows of this round too.
    void contains(const int64_t* const* keys, size_t n, uint8_t* found) {
        if (!arity()) {
            std::fill(found, found + n, length_ > 0);
            return;
        }
        if (classes_) {
            for (size_t i = 0; i < n; ++i) found[i] = classes_->holds_pair(keys[0][i], keys[1][i]);
            return;
        }
        build_set(Watch());
        distinct_.contains(rows_, keys, n, found);
    }

    /// The new rows become the delta. Whether there are any.
    bool advance() {
        old_ = visible_;
        ++round_;
        close();
        if (classes_) classes_->advance();
        if (classes_) length_ = classes_->pairs();
        if (best_) {
            best_->advance(rows_.open(), visible_, length_, round_);
            old_ = length_ - best_->delta().size();
        }
        visible_ = length_;
        return visible_ > old_;
    }

    /// Every row counts as new: the first round of a recursive stratum.
    void see_all() {
        if (classes_) classes_->see_all();
        if (classes_) length_ = classes_->pairs();
        old_ = 0;
        visible_ = length_;
        ++round_;
        if (best_) best_->see_all(length_, round_);
    }

    /// No row is new any more.
    void settle() {
        if (classes_) classes_->settle();
        if (classes_) length_ = classes_->pairs();
        old_ = visible_ = length_;
        ++round_;
    }

    const BestRows* best() const { return best_.get(); }
    /// Values that came to stand, one after another; elements and unions of an equivalence.
    size_t taken() const { return taken_; }

    /// From now on, keep one row for each key: the best value of one column. Which rows stay.
    std::vector<uint32_t> keep_best(int place, bool greatest, Kind kind) {
        forget();
        std::vector<Column> given = std::move(rows_.open());
        for (Column& column : given) column.widen();
        best_ = std::make_unique<BestRows>(place, greatest, kind, given.size());
        std::vector<Column> columns = Column::narrow(given.size());
        columns[place].widen();
        rows_ = Rows(std::move(columns));
        std::vector<const int64_t*> data;
        for (const Column& column : given) data.push_back(column.data());
        const size_t n = length_;
        std::vector<uint32_t> kept, numbers(n);
        length_ = 0;
        best_->insert(rows_.open(), length_, 0, data.data(), n);
        best_->find(data.data(), n, numbers.data());
        kept.resize(length_);
        for (size_t i = 0; i < n; ++i)
            if (rows_.at(place, numbers[i]) == data[place][i]) kept[numbers[i]] = static_cast<uint32_t>(i);
        visible_ = length_;
        old_ = length_;
        return kept;
    }

    /// Rows that come now have this cause; causes ascend.
    void begin(uint32_t cause) {
        if (best_) best_->cause = cause;
    }

    /// The rows stand by cause, and change no more. How many rows each cause has; `kept`: which of
    /// the first rows those of cause 0 are.
    std::vector<int64_t> leave_best(std::vector<uint32_t>& kept) {
        std::vector<int64_t> counts;
        std::vector<uint32_t> rows = best_->order(counts);
        for (Column& column : rows_.open()) column = column.chosen(rows);
        kept.assign(rows.begin(), rows.begin() + (counts.empty() ? 0 : counts[0]));
        best_.reset();
        forget();
        return counts;
    }

    // --- equivalence relations -------------------------------------------------------------------

    const Equivalence* classes() const { return classes_.get(); }

    /// From now on, hold the pairs as the classes of the equivalence that they make.
    void keep_classes() {
        forget();
        classes_ = std::make_unique<Equivalence>();
        count(classes_->insert(look(0).data(), look(1).data(), length_));
        rows_ = Rows(std::vector<Column>(2));
        see_all();
        settle();
    }

    /// One column of the pairs, those that are not the delta first.
    Column spread(int place) const {
        Column spread;
        int64_t* out = spread.extend(length_);
        for (Version version : {Version::kOld, Version::kDelta})
            classes_->each_pair(version, [&](uint32_t element, Equivalence::Range others) {
                for (uint32_t i = 0; i < others.size; ++i)
                    *out++ = classes_->value(place ? others.data[i] : element);
            });
        return spread;
    }

    /// Hold the pairs themselves; between rounds.
    void leave_classes() {
        std::vector<Column> pairs;
        for (int place : {0, 1}) pairs.push_back(spread(place));
        rows_ = Rows(std::move(pairs));
        old_ = classes_->old_pairs();
        classes_.reset();
        forget();
    }

    /// The index by some columns with a payload (a column, or `kRows`), made if there is none.
    Index& index(const std::vector<int>& keys, int payload) {
        if (Index* index = find_index(keys, payload)) return *index;
        indexes_.push_back(std::make_unique<Index>(keys, payload));
        return *indexes_.back();
    }

    /// Such an index, or null.
    Index* find_index(const std::vector<int>& keys, int payload) const {
        for (const auto& index : indexes_)
            if (index->keys() == keys && index->payload() == payload) return index.get();
        return nullptr;
    }

    void follow(Index& index, const Watch& watch) {
        index.follow(rows_, old_, visible_, round_, watch);
    }

    /// Give up what can be built again; for a relation that only waits to be read.
    void forget() {
        indexes_.clear();
        turned_.reset();
        distinct_.clear();
    }

   private:
    /// Insert single values, as long as they are small.
    size_t insert_values(const int64_t* values, size_t n, const Watch& watch) {
        Pace pace(watch);
        size_t added = 0;
        int64_t fresh[kBatch];
        for (size_t from = 0; from < n; from += kBatch) {
            const size_t size = std::min(kBatch, n - from);
            pace.rows(size);
            if (!fits(values + from, size)) {
                const int64_t* rest = values + from;
                distinct_.leave_small(rows_, length_, watch);
                return added + insert(&rest, n - from, watch);
            }
            const size_t found = distinct_.shard(0).insert_values(values + from, size, fresh);
            if (!found) continue;
            const int64_t* column = fresh;
            append(&column, nullptr, found, found);
            added += found;
        }
        return added;
    }

    size_t count(size_t taken) {
        taken_ += taken;
        return taken;
    }

    static constexpr size_t kLarge = 1 << 17;

    /// Whether each row is greater than the one before it, by its first column first.
    static bool ascend(const std::vector<const int64_t*>& columns, size_t length) {
        for (size_t row = 1; row < length; ++row) {
            size_t c = 0;
            while (c < columns.size() && columns[c][row - 1] == columns[c][row]) ++c;
            if (c == columns.size() || columns[c][row - 1] > columns[c][row]) return false;
        }
        return true;
    }

    /// The same for many rows, without a set: it is built when it is first needed.
    bool keep_unrepeated(std::vector<Column> columns, const std::vector<const int64_t*>& data,
                         size_t length, std::vector<uint32_t>& kept, const Watch& watch) {
        std::vector<bool> repeated(length);
        size_t fewer = mark_duplicates(data, length, repeated, watch);
        length_ = length - fewer;
        if (!fewer) {
            rows_ = Rows(std::move(columns));
            return true;
        }
        kept.reserve(length_);
        for (size_t row = 0; row < length; ++row)
            if (!repeated[row]) kept.push_back(static_cast<uint32_t>(row));
        rows_.append(data.data(), kept.data(), length_, length);
        return false;
    }

    bool keep_different(std::vector<Column> columns, const std::vector<const int64_t*>& data,
                        size_t length, std::vector<uint32_t>& kept, const Watch& watch) {
        distinct_.begin();
        if (columns.empty()) {
            length_ = 1;
            kept.push_back(0);
            return false;
        }
        bool all = true;
        Rows own = std::move(rows_);
        rows_ = Rows(std::move(columns));  // while no row was left out, they are the rows
        std::vector<const int64_t*> more(data.size());
        uint32_t fresh[kBatch];
        for (size_t from = 0; from < length; from += kBatch) {
            size_t n = std::min(kBatch, length - from);
            for (size_t c = 0; c < more.size(); ++c) more[c] = data[c] + from;
            size_t found = distinct_.find_new(rows_, length_, more.data(), n, fresh, watch);
            if (all && found < n) {
                all = false;
                std::swap(own, rows_);
                rows_.append(data.data(), nullptr, from, from);
                for (size_t row = 0; row < from; ++row) kept.push_back(static_cast<uint32_t>(row));
            }
            if (!all) {
                rows_.append(more.data(), fresh, found, n);
                for (size_t i = 0; i < found; ++i)
                    kept.push_back(static_cast<uint32_t>(from + fresh[i]));
            }
            length_ += found;
        }
        return all;
    }

    void append(const int64_t* const* more, const uint32_t* chosen, size_t count, size_t n) {
        rows_.append(more, chosen, count, n);
        rows_.put_away();
        grow(count);
    }

    void grow(size_t count) {
        length_ += count;
        if (length_ >= kNone - kBatch) throw std::length_error("a relation has at most 2^32 rows");
    }

   public:
    // --- shards: what the workers of a pipeline need ---------------------------------------------

    /// Whether pairs are kept in shards, which may grow side by side.
    bool in_shards() const { return distinct_.small() && arity() == 2 && !best_ && !classes_; }
    size_t shards() const { return distinct_.shards(); }
    PairSet& shard(size_t number) { return distinct_.shard(number); }
    size_t shard_of(int64_t first) const { return distinct_.shard_of(first); }

    /// Room for pairs that a shard has taken in already; no first value has bits that are not in
    /// `all`.
    Rows::Tail extend(size_t count, uint64_t all) {
        grow(count);
        return rows_.extend(count, all);
    }

    /// Put away what has become many rows, once they are written.
    void put_away(size_t threads = 1) { rows_.put_away(threads); }

    /// Make ready the sets of values beside each value of one column; whether the values fit.
    bool build_rows(bool turned, const Watch& watch) {
        if (!turned) {
            build_set(watch);
            return distinct_.small();
        }
        if (turned_ && turned_length_ == length_) return true;
        turned_.reset();
        if (rows_.top(0, 0, length_) >= ValueSet::kEmpty) return false;
        auto turning = std::make_unique<PairSet>();
        Pace pace(watch);
        uint32_t fresh[kBatch];
        int64_t room[2][kBatch];
        Reader first(rows_, 0), second(rows_, 1);
        for (size_t from = 0; from < length_; from += kBatch) {
            const size_t n = std::min(kBatch, length_ - from);
            turning->insert(second.read(from, n, room[1]), first.read(from, n, room[0]), n, fresh);
            pace.rows(n);
        }
        turned_ = std::move(turning);
        turned_length_ = length_;
        return true;
    }

    /// The sets that hold a value's row, once they are ready.
    const PairSet& rows_of(int64_t value, bool turned) const {
        return turned ? *turned_ : distinct_.shard(shard_of(value));
    }

    void build_set(const Watch& watch) {
        if (arity() && !best_ && !classes_) distinct_.build(rows_, watch);
    }

   private:
    Rows rows_;
    size_t length_ = 0, visible_ = 0, old_ = 0;
    uint32_t round_ = 1;
    Distinct distinct_;
    std::unique_ptr<PairSet> turned_;  // pairs by their second member
    size_t turned_length_ = 0;
    std::vector<std::unique_ptr<Index>> indexes_;
    std::unique_ptr<BestRows> best_;        // null: all rows stay
    std::unique_ptr<Equivalence> classes_;  // null: the rows are kept
    size_t taken_ = 0;
};

}  // namespace trivium::relations
