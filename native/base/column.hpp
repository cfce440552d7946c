// A column: a growing array of 64-bit integers that NumPy may look at without a copy.
//
// The memory is one block, owned or borrowed from the caller. A view holds the block; while one is
// held, growing moves the column to a new block and leaves the old one to the view. A narrow column
// takes 32 bits a value, until one does not fit or somebody wants to look at it:
//
//     narrow   7 | 1903 | 4          + -1, or a view
//     wide     7 | 1903 | 4 | -1     from then on
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace trivium::base {

struct Block {
    void* data = nullptr;
    std::shared_ptr<void> lender;  // keeps borrowed memory alive; null if the block owns it

    Block() = default;
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block() {
        if (!lender) std::free(data);
    }
};

class Column {
   public:
    explicit Column(bool narrow = false) : block_(std::make_shared<Block>()), narrow_(narrow) {}

    static std::vector<Column> narrow(size_t count) {
        std::vector<Column> columns;
        for (size_t c = 0; c < count; ++c) columns.emplace_back(true);
        return columns;
    }

    /// A column over the caller's memory; it is copied when it must grow.
    static Column borrow(const int64_t* data, size_t size, std::shared_ptr<void> lender) {
        Column column;
        column.block_->data = const_cast<int64_t*>(data);
        column.block_->lender = std::move(lender);
        column.size_ = column.capacity_ = size;
        return column;
    }

    bool is_narrow() const { return narrow_; }
    size_t width() const { return narrow_ ? sizeof(uint32_t) : sizeof(int64_t); }
    size_t size() const { return size_; }
    size_t bytes() const { return block_->lender ? 0 : size_ * width(); }
    std::shared_ptr<Block> block() const { return block_; }

    /// The values of a wide column.
    const int64_t* data() const { return wide(); }

    int64_t at(size_t row) const { return narrow_ ? int64_t{few()[row]} : wide()[row]; }

    /// Some values in a row: where they stand, or copied to `room`.
    const int64_t* read(size_t from, size_t n, int64_t* room) const {
        if (!narrow_) return wide() + from;
        std::copy_n(few() + from, n, room);
        return room;
    }

    /// The values of some rows.
    template <class Row>
    void choose(const Row* rows, size_t n, int64_t* out) const {
        if (narrow_) {
            for (size_t i = 0; i < n; ++i) out[i] = few()[rows[i]];
        } else {
            for (size_t i = 0; i < n; ++i) out[i] = wide()[rows[i]];
        }
    }

    /// A column of some of the rows.
    Column chosen(const std::vector<uint32_t>& rows) const {
        Column chosen(narrow_);
        chosen.extend(rows.size(), 0);
        for (size_t i = 0; i < rows.size(); ++i) {
            if (narrow_) {
                chosen.few()[i] = few()[rows[i]];
            } else {
                chosen.wide()[i] = wide()[rows[i]];
            }
        }
        return chosen;
    }

    /// The greatest of some values, where the negative ones are above all others.
    uint64_t top(size_t from, size_t to) const {
        uint64_t top = 0;
        if (narrow_) {
            uint32_t least = 0;
            for (size_t row = from; row < to; ++row) least = std::max(least, few()[row]);
            return least;
        }
        for (size_t row = from; row < to; ++row)
            top = std::max(top, static_cast<uint64_t>(wide()[row]));
        return top;
    }

    /// Room for more rows at the end of a wide column, to be written by the caller.
    int64_t* extend(size_t more) {
        reserve(more);
        size_ += more;
        return wide() + size_ - more;
    }

    /// Room for values of which none has bits that are not in `all`, to be `put`; where it begins.
    size_t extend(size_t more, uint64_t all) {
        if (narrow_ && all >> 32) widen();
        reserve(more);
        size_ += more;
        return size_ - more;
    }

    /// Write values over a part of the column that has room for them, or one value n times.
    template <class Value>
    void put(size_t at, const Value* values, size_t n) {
        narrow_ ? write(few() + at, values, n) : write(wide() + at, values, n);
    }
    void put(size_t at, int64_t value, size_t n) {
        if (narrow_) {
            std::fill_n(few() + at, n, static_cast<uint32_t>(value));
        } else {
            std::fill_n(wide() + at, n, value);
        }
    }

    void append(const int64_t* values, size_t n) {
        uint64_t all = 0;
        if (narrow_)
            for (size_t i = 0; i < n; ++i) all |= static_cast<uint64_t>(values[i]);
        const size_t at = extend(n, all);
        put(at, values, n);
    }

    /// Append some of the values.
    void append(const int64_t* values, const uint32_t* chosen, size_t n) {
        uint64_t all = 0;
        if (narrow_)
            for (size_t i = 0; i < n; ++i) all |= static_cast<uint64_t>(values[chosen[i]]);
        const size_t at = extend(n, all);
        if (narrow_) {
            for (size_t i = 0; i < n; ++i) few()[at + i] = static_cast<uint32_t>(values[chosen[i]]);
        } else {
            for (size_t i = 0; i < n; ++i) wide()[at + i] = values[chosen[i]];
        }
    }

    /// The values of a narrow column.
    const uint32_t* narrow_data() const { return few(); }

    /// Leave out the first values of a column that nobody looks at; the memory stays.
    void drop(size_t count) {
        size_ -= count;
        char* data = static_cast<char*>(block_->data);
        std::memmove(data, data + count * width(), size_ * width());
    }

    /// Give most of the memory back that `drop` has left over.
    void shrink() {
        if (capacity_ < kSpare || capacity_ < 4 * size_ || block_.use_count() > 1) return;
        const size_t capacity = std::max(2 * size_, kSpare / 4);
        if (void* less = std::realloc(block_->data, capacity * width())) {
            block_->data = less;
            capacity_ = capacity;
        }
    }

    void reserve(size_t more) {
        if (size_ + more > capacity_) grow(size_ + more);
    }

    /// Hold 64 bits a value from now on.
    void widen() {
        if (!narrow_) return;
        Column wider;
        if (size_) std::copy_n(few(), size_, wider.extend(size_));
        *this = std::move(wider);
    }

    /// The rows of a wide column, to be written over: memory that nobody else looks at.
    int64_t* own() {
        if (block_.use_count() > 1 || block_->lender) grow(size_);
        return wide();
    }

   private:
    static constexpr size_t kSpare = size_t{1} << 15;  // values that are worth giving back

    int64_t* wide() const { return static_cast<int64_t*>(block_->data); }
    uint32_t* few() const { return static_cast<uint32_t*>(block_->data); }

    template <class To, class From>
    static void write(To* to, const From* from, size_t n) {
        for (size_t i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
    }

    void grow(size_t needed) {
        size_t capacity = capacity_ * 2 > needed ? capacity_ * 2 : needed;
        if (capacity < 64) capacity = 64;
        if (block_.use_count() == 1 && !block_->lender) {
            void* moved = std::realloc(block_->data, capacity * width());
            if (!moved) throw std::bad_alloc();
            block_->data = moved;
        } else {
            auto fresh = std::make_shared<Block>();
            fresh->data = std::malloc(capacity * width());
            if (!fresh->data) throw std::bad_alloc();
            if (size_) std::memcpy(fresh->data, block_->data, size_ * width());
            block_ = std::move(fresh);
        }
        capacity_ = capacity;
    }

    std::shared_ptr<Block> block_;
    bool narrow_ = false;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

}  // namespace trivium::base
