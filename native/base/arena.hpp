// Memory for many pieces that grow, given back all at once.
//
// Small pieces have powers of two; those that were left are used again. Large ones grow where they
// stand, if they can: what the system gets back may become part of any other piece.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace trivium::base {

class Arena {
   public:
    Arena() { ends_.next = ends_.last = &ends_; }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    ~Arena() {
        while (ends_.next != &ends_) {
            Link* link = ends_.next;
            ends_.next = link->next;
            std::free(link);
        }
    }

    size_t bytes() const { return bytes_; }

    /// The size of a piece that holds so many bytes, and need not grow soon.
    static size_t enough(size_t size) {
        if (size > kLarge / 2) return std::max(kLarge, (size + size / 4 + 15) & ~size_t{15});
        size_t room = 8;
        while (room < size) room *= 2;
        return room;
    }

    /// A piece of a size that is `enough` for something, or of any large one.
    void* take(size_t size) {
        if (size >= kLarge) return link(std::malloc(sizeof(Link) + size), size);
        auto& shelf = shelves_[shelf_of(size)];
        if (!shelf.empty()) {
            void* piece = shelf.back();
            shelf.pop_back();
            return piece;
        }
        if (size > left_) {
            next_ = static_cast<char*>(take(kBlock));
            left_ = kBlock;
        }
        void* piece = next_;
        next_ += size;
        left_ -= size;
        return piece;
    }

    /// A piece of more bytes with what stood in an old one, which is given back.
    void* grow(void* piece, size_t size, size_t more) {
        if (size >= kLarge) {
            Link* old = static_cast<Link*>(piece) - 1;
            Link *next = old->next, *last = old->last;
            auto* grown = static_cast<Link*>(std::realloc(old, sizeof(Link) + more));
            if (!grown) throw std::bad_alloc();
            next->last = last->next = grown;
            bytes_ += more - size;
            return grown + 1;
        }
        void* grown = take(more);
        std::memcpy(grown, piece, size);
        leave(piece, size);
        return grown;
    }

    /// Give a piece back.
    void leave(void* piece, size_t size) {
        if (size < kLarge) return shelves_[shelf_of(size)].push_back(piece);
        Link* old = static_cast<Link*>(piece) - 1;
        old->last->next = old->next;
        old->next->last = old->last;
        std::free(old);
        bytes_ -= sizeof(Link) + size;
    }

   private:
    /// Before each large piece; they are a ring.
    struct alignas(std::max_align_t) Link {
        Link *next, *last;
    };

    static constexpr size_t kLarge = 256, kBlock = size_t{1} << 16;

    static int shelf_of(size_t size) { return 63 - __builtin_clzll(size); }

    void* link(void* memory, size_t size) {
        if (!memory) throw std::bad_alloc();
        auto* link = static_cast<Link*>(memory);
        link->last = &ends_;
        link->next = ends_.next;
        link->next->last = link;
        ends_.next = link;
        bytes_ += sizeof(Link) + size;
        return link + 1;
    }

    Link ends_;
    std::vector<void*> shelves_[8];
    char* next_ = nullptr;
    size_t left_ = 0;
    size_t bytes_ = 0;
};

}  // namespace trivium::base
