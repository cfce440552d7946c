// Work on several threads at once, which end before the call does.
#pragma once

#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace trivium::base {

/// Run `work(0)` here and `work(1)`, ... beside it; the first exception is thrown again here.
template <class Work>
void side_by_side(size_t count, Work work) {
    std::exception_ptr problem;
    std::mutex lock;
    auto guarded = [&](size_t number) {
        try {
            work(number);
        } catch (...) {
            std::lock_guard<std::mutex> held(lock);
            if (!problem) problem = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    for (size_t number = 1; number < count; ++number) {
        try {
            threads.emplace_back(guarded, number);
        } catch (const std::system_error&) {  // no more threads: it is done here
            guarded(number);
        }
    }
    guarded(0);
    for (std::thread& thread : threads) thread.join();
    if (problem) std::rethrow_exception(problem);
}

}  // namespace trivium::base
