// Pairs that one of several workers has found, until they become rows of the head.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace trivium::relations {

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

    /// The values from one place on, as they lie in memory: `take(values, how many)`.
    template <class Take>
    void each(size_t from, size_t count, Take take) const {
        while (count) {
            const size_t at = from % kChunk, n = std::min(count, kChunk - at);
            take(&chunks_[from / kChunk][at], n);
            from += n;
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

}  // namespace trivium::relations
