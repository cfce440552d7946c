// What stops work that goes over many rows: the end of the time, or Ctrl-C.
//
//     Pace pace(watch);
//     for (size_t row = 0; row < n; ++row) { pace.rows(1); ... }      throws Stopped
#pragma once

#include <chrono>
#include <cstddef>

namespace trivium::base {

/// Why work ends before its end; kAlone: one thread must do it.
enum class Stop { kDone, kTime, kMemory, kRows, kInterrupted, kUndefined, kAlone };

struct Stopped {
    Stop why;
};

class Watch {
   public:
    /// `seconds` from now, below zero without end; `interrupted` is asked now and then.
    explicit Watch(double seconds = -1, bool (*interrupted)() = nullptr)
        : ends_(seconds >= 0), interrupted_(interrupted) {
        if (ends_) end_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(seconds < 1e9 ? seconds : 1e9));
    }

    void look() const {
        look_for_interrupt();
        look_at_time();
    }

    void look_at_time() const {
        if (ends_ && Clock::now() > end_) throw Stopped{Stop::kTime};
    }

    void look_for_interrupt() const {
        if (interrupted_ && interrupted_()) throw Stopped{Stop::kInterrupted};
    }

   private:
    using Clock = std::chrono::steady_clock;

    bool ends_;
    bool (*interrupted_)();
    Clock::time_point end_{};
};

/// Looks at a watch once in many rows.
class Pace {
   public:
    explicit Pace(const Watch& watch) : watch_(watch) {}

    /// So many rows more.
    void rows(size_t n) {
        passed_ += n;
        if (passed_ < kRows) return;
        passed_ = 0;
        watch_.look();
    }

   private:
    static constexpr size_t kRows = size_t{1} << 16;

    const Watch& watch_;
    size_t passed_ = 0;
};

}  // namespace trivium::base
