// What stops a primitive that goes over many rows: the end of the time, or Ctrl-C.
//
//     for (size_t row = 0; row < n; ++row) { watch.pass(row); ... }      throws Stopped
#pragma once

#include <chrono>
#include <cstddef>

namespace trivium {

struct Stopped {
    bool interrupted;  // else the time is over
};

class Watch {
   public:
    /// `seconds` from now, below zero without end; `interrupted` is asked now and then.
    explicit Watch(double seconds = -1, bool (*interrupted)() = nullptr)
        : ends_(seconds >= 0), interrupted_(interrupted) {
        if (ends_) end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(seconds < 1e9 ? seconds : 1e9));
    }

    /// One row more; now and then it is looked whether to go on.
    void pass(size_t row) const {
        if ((row & kRows) == kRows) look();
    }

    void look() const {
        if (interrupted_ && interrupted_()) throw Stopped{true};
        if (ends_ && Clock::now() > end_) throw Stopped{false};
    }

   private:
    using Clock = std::chrono::steady_clock;
    static constexpr size_t kRows = (size_t{1} << 16) - 1;

    bool ends_;
    bool (*interrupted_)();
    Clock::time_point end_{};
};

}  // namespace trivium
