// A column: a growing array of 64-bit integers that NumPy may look at without a copy.
//
// The memory is one block, owned or borrowed from the caller. A view holds the block; while one is
// held, growing moves the column to a new block and leaves the old one to the view.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

namespace trivium {

struct Block {
    int64_t* data = nullptr;
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
    Column() : block_(std::make_shared<Block>()) {}

    /// A column over the caller's memory; it is copied when it must grow.
    static Column borrow(const int64_t* data, size_t size, std::shared_ptr<void> lender) {
        Column column;
        column.block_->data = const_cast<int64_t*>(data);
        column.block_->lender = std::move(lender);
        column.size_ = column.capacity_ = size;
        return column;
    }

    const int64_t* data() const { return block_->data; }
    size_t size() const { return size_; }
    size_t bytes() const { return block_->lender ? 0 : size_ * sizeof(int64_t); }
    std::shared_ptr<Block> block() const { return block_; }

    /// Room for more rows at the end, to be written by the caller.
    int64_t* extend(size_t more) {
        if (size_ + more > capacity_) grow(size_ + more);
        int64_t* end = block_->data + size_;
        size_ += more;
        return end;
    }

    /// The rows, to be written over: memory that nobody else looks at.
    int64_t* own() {
        if (block_.use_count() > 1 || block_->lender) grow(size_);
        return block_->data;
    }

   private:
    void grow(size_t needed) {
        size_t capacity = capacity_ * 2 > needed ? capacity_ * 2 : needed;
        if (capacity < 64) capacity = 64;
        if (block_.use_count() == 1 && !block_->lender) {
            void* moved = std::realloc(block_->data, capacity * sizeof(int64_t));
            if (!moved) throw std::bad_alloc();
            block_->data = static_cast<int64_t*>(moved);
        } else {
            auto fresh = std::make_shared<Block>();
            fresh->data = static_cast<int64_t*>(std::malloc(capacity * sizeof(int64_t)));
            if (!fresh->data) throw std::bad_alloc();
            if (size_) std::memcpy(fresh->data, block_->data, size_ * sizeof(int64_t));
            block_ = std::move(fresh);
        }
        capacity_ = capacity;
    }

    std::shared_ptr<Block> block_;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

}  // namespace trivium
