// The rows of a relation: columns that grow, and behind them, of pairs, segments that are full.
//
//     0 ................ sealed ............ closed ............ size
//       in segments        in columns,         in columns, and may
//                          where they are      change places yet
//
// What one rule adds to pairs in one round may stand in any order, until the round goes on: `close`
// says when. Whoever looks at a column as a whole opens the rows: from then on there are columns only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/column.hpp"
#include "base/segment.hpp"
#include "base/threads.hpp"

namespace trivium::relations {

using namespace base;

inline constexpr size_t kBatch = 2048;

/// Which rows of a relation that grows in rounds: all that are visible, those from before the last
/// round, or the last round's.
enum class Version { kFull, kOld, kDelta };

class Rows {
   public:
    explicit Rows(size_t arity) : columns_(Column::narrow(arity)), packs_(arity == 2) {}

    /// Columns that stay as they are.
    explicit Rows(std::vector<Column> columns) : columns_(std::move(columns)) {}

    size_t arity() const { return columns_.size(); }
    size_t size() const { return columns_.empty() ? 0 : sealed_ + columns_[0].size(); }
    bool packed() const { return !segments_.empty(); }

    size_t bytes() const {
        size_t total = 0;
        for (const Column& column : columns_) total += column.bytes();
        for (const Segment& segment : segments_) total += segment.bytes();
        return total;
    }

    /// What a row takes that has just come.
    size_t row_bytes() const {
        size_t total = 0;
        for (const Column& column : columns_) total += column.width();
        return total;
    }

    /// Whether readers may get the memory of a column, which moves when rows come.
    bool lends(int place) const { return !columns_[place].is_narrow(); }

    /// The columns, where no rows are packed.
    const std::vector<Column>& columns() const { return columns_; }
    const Column& column(int place) const { return columns_[place]; }

    /// The same of any rows, which are packed no more; with `wide`, 64 bits a value if they were.
    std::vector<Column>& open(bool wide = false);

    int64_t at(int place, size_t row) const;

    /// No value of some rows is greater, where negative ones are above all others.
    uint64_t top(int place, size_t from, size_t to) const {
        uint64_t top = 0;
        for (size_t s = 0; s < segments_.size() && starts_[s] < to; ++s)
            if (starts_[s] + segments_[s].size() > from)
                top = std::max(top, uint64_t{segments_[s].top(place)});
        if (to <= sealed_) return top;
        return std::max(top, columns_[place].top(std::max(from, sealed_) - sealed_, to - sealed_));
    }

    // --- growing ---------------------------------------------------------------------------------

    /// Append some rows of n candidates, or all of them; one pointer a column.
    void append(const int64_t* const* more, const uint32_t* chosen, size_t count, size_t n) {
        for (size_t c = 0; c < columns_.size(); ++c) {
            if (count == n) {
                columns_[c].append(more[c], n);
            } else {
                columns_[c].append(more[c], chosen, count);
            }
        }
    }

    /// Where the first and second values of pairs go.
    struct Tail {
        Column& first;
        Column& second;
        size_t from;
    };

    /// Room for pairs; no first value has bits that are not in `all`.
    Tail extend(size_t count, uint64_t all) {
        columns_[0].extend(count, all);
        return {columns_[0], columns_[1], columns_[1].extend(count, 0)};
    }

    /// Put full segments away, while a rule adds rows.
    void put_away(size_t threads = 1) {
        if (size() - closed_ < Segment::kRows || !may_pack()) return;
        pack(closed_ - sealed_, (size() - closed_) / Segment::kRows, Segment::kRows, threads);
    }

    /// A rule has added its rows.
    void close() {
        if (may_pack()) {
            if (size() - closed_ >= kWorth) {
                pack(closed_ - sealed_, 1, size() - closed_, 1);
                for (Column& column : columns_) column.shrink();
            } else if (size() - sealed_ >= enough_) {
                pack_still();
            }
        }
        keep_order();
    }

    /// The rows that are there stay where they are.
    void keep_order() { closed_ = size(); }

   private:
    friend class Reader;

    /// Rows of one rule that are worth a segment of their own.
    static constexpr size_t kWorth = 4096;

    bool may_pack() const { return packs_ && columns_[0].is_narrow() && columns_[1].is_narrow(); }

    /// Make a segment of all rows as they stand, unless it would take as much as the columns.
    void pack_still() {
        const size_t n = size() - sealed_;
        if (Segment::is_short(columns_[0].narrow_data(), n) ||
            Segment::is_short(columns_[1].narrow_data(), n)) {
            pack(n, 0, 0, 1);
        } else {
            enough_ = 2 * n;
        }
    }

    /// Make segments: one of the first `still` rows of the columns, as they stand, and `count` more
    /// of `size` rows each, in any order.
    void pack(size_t still, size_t count, size_t size, size_t threads) {
        const uint32_t *first = columns_[0].narrow_data(), *second = columns_[1].narrow_data();
        if (still) add(Segment(first, second, still, false));
        if (threads < 2 || count < 2) {
            for (size_t s = 0, from = still; s < count; ++s, from += size)
                add(Segment(first + from, second + from, size, true));
        } else {
            std::vector<std::vector<Segment>> made(threads);
            side_by_side(threads, [&](size_t thread) {
                for (size_t s = count * thread / threads; s < count * (thread + 1) / threads; ++s)
                    made[thread].emplace_back(first + still + s * size, second + still + s * size,
                                              size, true);
            });
            for (auto& part : made)
                for (Segment& segment : part) add(std::move(segment));
        }
        for (Column& column : columns_) column.drop(still + count * size);
        closed_ = sealed_;
        enough_ = Segment::kRows;
    }

    void add(Segment segment) {
        starts_.push_back(sealed_);
        sealed_ += segment.size();
        segments_.push_back(std::move(segment));
    }

    std::vector<Column> columns_;  // of the rows that are in no segment
    bool packs_ = false;
    size_t sealed_ = 0, closed_ = 0;
    size_t enough_ = Segment::kRows;  // rows in columns that are worth a segment as they stand
    std::vector<Segment> segments_;
    std::vector<size_t> starts_;  // the first row of each segment
};

/// Reads one column from the front to the back, or from anywhere on.
class Reader {
   public:
    Reader(const Rows& rows, int place) : rows_(&rows), place_(place) {}

    /// Some values in a row: where they stand, or written to `room`.
    const int64_t* read(size_t from, size_t n, int64_t* room) {
        const Column& column = rows_->columns_[place_];
        if (from >= rows_->sealed_) return column.read(from - rows_->sealed_, n, room);
        size_t done = 0;
        while (done < n && from + done < rows_->sealed_) {
            const Segment& segment = find(from + done);
            const size_t count = std::min(n - done, segment.size() - at_.row);
            segment.read(at_, place_, count, room + done);
            done += count;
        }
        if (done < n) {
            const int64_t* rest = column.read(0, n - done, room + done);
            if (rest != room + done) std::copy_n(rest, n - done, room + done);
        }
        return room;
    }

   private:
    const Segment& find(size_t row) {
        if (number_ < rows_->segments_.size()) {
            const Segment& segment = rows_->segments_[number_];
            if (rows_->starts_[number_] + at_.row == row && at_.row < segment.size()) return segment;
        }
        const auto& starts = rows_->starts_;
        number_ = std::upper_bound(starts.begin(), starts.end(), row) - starts.begin() - 1;
        const Segment& segment = rows_->segments_[number_];
        at_ = segment.seek(row - starts[number_], place_);
        return segment;
    }

    const Rows* rows_;
    int place_;
    size_t number_ = ~size_t{0};
    Segment::Place at_;
};

inline std::vector<Column>& Rows::open(bool wide) {
    packs_ = false;
    if (!packed()) return columns_;
    std::vector<Column> whole;
    int64_t room[kBatch];
    for (int place = 0; place < 2; ++place) {
        Reader reader(*this, place);
        whole.emplace_back(!wide);
        whole.back().reserve(size());
        for (size_t from = 0; from < size(); from += kBatch) {
            const size_t n = std::min(kBatch, size() - from);
            whole.back().append(reader.read(from, n, room), n);
        }
    }
    columns_ = std::move(whole);
    std::vector<Segment>().swap(segments_);
    starts_.clear();
    sealed_ = 0;
    return columns_;
}

inline int64_t Rows::at(int place, size_t row) const {
    if (row >= sealed_) return columns_[place].at(row - sealed_);
    int64_t value;
    return *Reader(*this, place).read(row, 1, &value);
}

}  // namespace trivium::relations
