// What a pipeline computes row by row: comparisons and arithmetic over columns of one batch.
#pragma once

#include <bit>
#include <cmath>
#include <compare>
#include <cstdint>
#include <functional>

#include "relations/pipeline.hpp"

namespace trivium::relations {

inline double real(int64_t bits) { return std::bit_cast<double>(bits); }

// One zero and one not-a-number, so that equal floats have equal bits.
inline int64_t bits_of(double value) {
    if (value == 0) value = 0;
    if (std::isnan(value)) return 0x7FF8000000000000ll;
    return std::bit_cast<int64_t>(value);
}

struct Ordered {
    int64_t rank;
    explicit Ordered(int64_t bits) : rank(float_rank(bits)) {}
    auto operator<=>(const Ordered&) const = default;
};

template <class T, class Function>
void compare(const int64_t* a, const int64_t* b, size_t n, uint8_t* keep, Function holds) {
    for (size_t i = 0; i < n; ++i) keep[i] = holds(static_cast<T>(a[i]), static_cast<T>(b[i]));
}

template <class T>
void compare(Comparison comparison, const int64_t* a, const int64_t* b, size_t n, uint8_t* keep) {
    switch (comparison) {
        case Comparison::kEqual: return compare<T>(a, b, n, keep, std::equal_to<T>());
        case Comparison::kNotEqual: return compare<T>(a, b, n, keep, std::not_equal_to<T>());
        case Comparison::kLess: return compare<T>(a, b, n, keep, std::less<T>());
        case Comparison::kLessEqual: return compare<T>(a, b, n, keep, std::less_equal<T>());
        case Comparison::kGreater: return compare<T>(a, b, n, keep, std::greater<T>());
        case Comparison::kGreaterEqual: return compare<T>(a, b, n, keep, std::greater_equal<T>());
    }
}

template <class Function>
void each(const int64_t* a, const int64_t* b, size_t n, int64_t* out, Function function) {
    for (size_t i = 0; i < n; ++i) out[i] = function(a[i], b[i]);
}

inline void compute_float(Operation op, const int64_t* a, const int64_t* b, size_t n, int64_t* out) {
    auto apply = [&](auto function) {
        each(a, b, n, out, [&](int64_t x, int64_t y) { return bits_of(function(real(x), real(y))); });
    };
    switch (op) {
        case Operation::kAdd: return apply([](double x, double y) { return x + y; });
        case Operation::kSubtract: return apply([](double x, double y) { return x - y; });
        case Operation::kMultiply: return apply([](double x, double y) { return x * y; });
        case Operation::kDivide: return apply([](double x, double y) { return x / y; });
        case Operation::kNegate: return apply([](double x, double) { return -x; });
        default: throw Stopped{Stop::kUndefined};
    }
}

inline void compute_whole(Operation op, Kind kind, const int64_t* a, const int64_t* b, size_t n,
                   int64_t* out) {
    const bool is_signed = kind == Kind::kInt;
    auto wrap = [&](auto function) {
        each(a, b, n, out, [&](int64_t x, int64_t y) {
            return static_cast<int64_t>(
                function(static_cast<uint64_t>(x), static_cast<uint64_t>(y)));
        });
    };
    auto less = [is_signed](int64_t x, int64_t y) {
        return is_signed ? x < y : static_cast<uint64_t>(x) < static_cast<uint64_t>(y);
    };
    switch (op) {
        case Operation::kAdd: return wrap([](uint64_t x, uint64_t y) { return x + y; });
        case Operation::kSubtract: return wrap([](uint64_t x, uint64_t y) { return x - y; });
        case Operation::kMultiply: return wrap([](uint64_t x, uint64_t y) { return x * y; });
        case Operation::kNegate: return wrap([](uint64_t x, uint64_t) { return 0 - x; });
        case Operation::kAnd: return wrap([](uint64_t x, uint64_t y) { return x & y; });
        case Operation::kOr: return wrap([](uint64_t x, uint64_t y) { return x | y; });
        case Operation::kXor: return wrap([](uint64_t x, uint64_t y) { return x ^ y; });
        case Operation::kMin:
            return each(a, b, n, out, [&](int64_t x, int64_t y) { return less(y, x) ? y : x; });
        case Operation::kMax:
            return each(a, b, n, out, [&](int64_t x, int64_t y) { return less(x, y) ? y : x; });
        case Operation::kToFloat:
            return each(a, b, n, out, [&](int64_t x, int64_t) {
                return bits_of(is_signed ? static_cast<double>(x)
                                         : static_cast<double>(static_cast<uint64_t>(x)));
            });
        case Operation::kDivide:
        case Operation::kRemainder:
            for (size_t i = 0; i < n; ++i) {
                if (!b[i]) throw Stopped{Stop::kUndefined};
                if (!is_signed) {
                    uint64_t x = static_cast<uint64_t>(a[i]), y = static_cast<uint64_t>(b[i]);
                    out[i] = static_cast<int64_t>(op == Operation::kDivide ? x / y : x % y);
                } else if (b[i] == -1) {  // the least number has no positive twin
                    out[i] = op == Operation::kDivide
                                 ? static_cast<int64_t>(0 - static_cast<uint64_t>(a[i]))
                                 : 0;
                } else {
                    out[i] = op == Operation::kDivide ? a[i] / b[i] : a[i] % b[i];
                }
            }
            return;
    }
}

}  // namespace trivium::relations
