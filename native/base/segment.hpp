// A segment: many pairs of 32-bit values that change no more, in little memory.
//
//     pairs     (7, 64) (7, 66) (7, 67) (9, 1) ...
//     runs      7: the bits 64 .. 127 = 1011000...   9: 1 ...
//
// Where a first value has many rows, these are a run: the second values stand behind it as bits, or
// in 16 or 32 bits each, whichever is least. A segment of other pairs has two lanes of 16 or 32 bits
// a value. Rows that may change places are put into runs, and into order where bits tell them;
// others stay where they are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace trivium::base {

class Segment {
   public:
    /// So many rows become a segment while more are coming.
    static constexpr size_t kRows = size_t{1} << 18;

    /// Take in n pairs; with `movable`, in any order.
    Segment(const uint32_t* first, const uint32_t* second, size_t n, bool movable) : size_(n) {
        lanes_[0] = measure(first, n);
        lanes_[1] = measure(second, n);
        if (movable && hold_runs(first, second)) return;
        at_[1] = padded(n * lanes_[0].width);
        data_ = room(at_[1] + padded(n * lanes_[1].width));
        write(first, n, lanes_[0].least, lanes_[0].width, data_.get());
        write(second, n, lanes_[1].least, lanes_[1].width, data_.get() + at_[1]);
    }

    /// Whether a lane of these values has 16 bits each.
    static bool is_short(const uint32_t* values, size_t n) { return measure(values, n).width == 2; }

    size_t size() const { return size_; }
    size_t bytes() const { return sizeof(*this) + held_ + runs_.capacity() * sizeof(Run); }
    uint32_t top(int place) const { return lanes_[place].top; }

    /// Where reading one column of the segment has come to.
    struct Place {
        size_t row = 0;
        size_t run = 0;
        uint32_t done = 0;  // rows of the run
        uint32_t word = 0;  // of its bits, the next one
        uint64_t left = 0;  // of the word before
    };

    Place seek(size_t row, int place) const {
        Place at;
        at.row = row;
        if (runs_.empty()) return at;
        at.run = std::upper_bound(runs_.begin(), runs_.end() - 1, row,
                                  [](size_t row, const Run& run) { return row < run.from; }) -
                 runs_.begin() - 1;
        at.done = static_cast<uint32_t>(row) - runs_[at.run].from;
        if (!place || runs_[at.run].form != kBits) return at;
        for (uint32_t skip = at.done;;) {
            at.left = word(runs_[at.run], at.word++);
            const auto count = static_cast<uint32_t>(__builtin_popcountll(at.left));
            if (count > skip) {
                while (skip--) at.left &= at.left - 1;
                return at;
            }
            skip -= count;
        }
    }

    /// The next n values of a column, which it has.
    void read(Place& at, int place, size_t n, int64_t* out) const {
        at.row += n;
        if (runs_.empty()) {
            const Lane& lane = lanes_[place];
            const uint8_t* from = data_.get() + at_[place] + (at.row - n) * lane.width;
            return spread(from, n, lane.least, lane.width, out);
        }
        while (n) {
            const Run& run = runs_[at.run];
            const uint32_t size = runs_[at.run + 1].from - run.from;
            const size_t count = std::min<size_t>(n, size - at.done);
            if (!place) {
                std::fill_n(out, count, int64_t{run.first});
            } else if (run.form == kBits) {
                read_bits(run, at, count, out);
            } else {
                const uint32_t width = run.form == kShort ? 2 : 4;
                spread(data_.get() + size_t{8} * run.at + size_t{at.done} * width, count, run.least,
                       width, out);
            }
            out += count;
            n -= count;
            at.done += static_cast<uint32_t>(count);
            if (at.done == size) {
                ++at.run;
                at.done = at.word = 0;
                at.left = 0;
            }
        }
    }

   private:
    enum Form : uint32_t { kShort, kLong, kBits };

    /// The rows of one first value; the last run only tells where the one before it ends.
    struct Run {
        uint32_t first;
        uint32_t from;  // its first row
        uint32_t least;
        uint32_t at : 30;  // of its values, in words of 64 bits
        uint32_t form : 2;
    };

    struct Lane {
        uint32_t least = 0, top = 0;
        uint32_t width = 4;
    };

    /// Rows that a run should have, on average.
    static constexpr size_t kWorth = 8;

    static size_t padded(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

    static Lane measure(const uint32_t* values, size_t n) {
        Lane lane{~uint32_t{0}, 0, 4};
        for (size_t i = 0; i < n; ++i) {
            lane.least = std::min(lane.least, values[i]);
            lane.top = std::max(lane.top, values[i]);
        }
        if (lane.top - lane.least <= 0xFFFF) lane.width = 2;
        return lane;
    }

    static void write(const uint32_t* values, size_t n, uint32_t least, uint32_t width, uint8_t* to) {
        if (width == 4) {
            std::memcpy(to, values, n * 4);
            return;
        }
        auto* out = reinterpret_cast<uint16_t*>(to);
        for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint16_t>(values[i] - least);
    }

    static void spread(const uint8_t* from, size_t n, uint32_t least, uint32_t width, int64_t* out) {
        if (width == 4) {
            std::copy_n(reinterpret_cast<const uint32_t*>(from), n, out);
        } else {
            auto* few = reinterpret_cast<const uint16_t*>(from);
            for (size_t i = 0; i < n; ++i) out[i] = int64_t{least} + few[i];
        }
    }

    std::unique_ptr<uint8_t[]> room(size_t bytes) {
        held_ = bytes;
        return std::make_unique_for_overwrite<uint8_t[]>(bytes);
    }

    uint64_t word(const Run& run, uint32_t number) const {
        return reinterpret_cast<const uint64_t*>(data_.get())[run.at + number];
    }

    void read_bits(const Run& run, Place& at, size_t count, int64_t* out) const {
        uint64_t left = at.left;
        int64_t base = int64_t{run.least} + int64_t{64} * at.word - 64;  // of the word before
        for (size_t i = 0; i < count; ++i) {
            while (!left) {
                left = word(run, at.word++);
                base += 64;
            }
            out[i] = base + __builtin_ctzll(left);
            left &= left - 1;
        }
        at.left = left;
    }

    /// Hold the rows as runs, if that is worth it.
    bool hold_runs(const uint32_t* first, const uint32_t* second) {
        size_t changes = 1;
        for (size_t i = 1; i < size_; ++i) changes += first[i] != first[i - 1];
        if (changes * kWorth <= size_) {
            runs_.reserve(changes + 1);
            for (size_t i = 0; i < size_; ++i)
                if (!i || first[i] != first[i - 1])
                    runs_.push_back({first[i], static_cast<uint32_t>(i), 0, 0, kLong});
            fill_runs(second);
            return true;
        }
        const size_t span = size_t{lanes_[0].top} - lanes_[0].least + 1;
        if (span > 4 * size_) return false;
        std::vector<uint32_t> next(span);
        for (size_t i = 0; i < size_; ++i) ++next[first[i] - lanes_[0].least];
        const size_t groups = span - std::count(next.begin(), next.end(), 0u);
        if (groups * kWorth > size_) return false;
        runs_.reserve(groups + 1);
        uint32_t from = 0;
        for (size_t v = 0; v < span; ++v) {
            const uint32_t count = next[v];
            next[v] = from;
            if (count) runs_.push_back({lanes_[0].least + static_cast<uint32_t>(v), from, 0, 0, kLong});
            from += count;
        }
        auto grouped = std::make_unique_for_overwrite<uint32_t[]>(size_);
        for (size_t i = 0; i < size_; ++i) grouped[next[first[i] - lanes_[0].least]++] = second[i];
        fill_runs(grouped.get());
        return true;
    }

    /// Choose the form of each run, and write the values.
    void fill_runs(const uint32_t* values) {
        runs_.push_back({0, static_cast<uint32_t>(size_), 0, 0, kLong});
        size_t words = 0;
        for (size_t r = 0; r + 1 < runs_.size(); ++r) {
            Run& run = runs_[r];
            const size_t n = runs_[r + 1].from - run.from;
            const Lane lane = measure(values + run.from, n);
            const size_t plain = padded(n * lane.width) / 8;
            const size_t bits = (lane.top >> 6) - (lane.least >> 6) + size_t{1};
            run.form = bits <= plain ? kBits : lane.width == 2 ? kShort : kLong;
            run.least = bits <= plain ? lane.least & ~uint32_t{63} : lane.width == 2 ? lane.least : 0;
            run.at = static_cast<uint32_t>(words);
            words += std::min(bits, plain);
        }
        data_ = room(words * 8);
        auto* bits = reinterpret_cast<uint64_t*>(data_.get());
        for (size_t r = 0; r + 1 < runs_.size(); ++r) {
            const Run& run = runs_[r];
            const size_t n = runs_[r + 1].from - run.from;
            const uint32_t* from = values + run.from;
            if (run.form != kBits) {
                write(from, n, run.least, run.form == kShort ? 2 : 4, data_.get() + size_t{8} * run.at);
                continue;
            }
            uint64_t* to = bits + run.at;
            const size_t end = r + 2 < runs_.size() ? runs_[r + 1].at : words;
            std::fill(to, bits + end, uint64_t{0});
            for (size_t i = 0; i < n; ++i) {
                const uint32_t value = from[i] - run.least;
                to[value >> 6] |= uint64_t{1} << (value & 63);
            }
        }
    }

    size_t size_;
    size_t held_ = 0;
    Lane lanes_[2];
    size_t at_[2] = {0, 0};  // of the lanes, where there are no runs
    std::vector<Run> runs_;
    std::unique_ptr<uint8_t[]> data_;
};

}  // namespace trivium::base
