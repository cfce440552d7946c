// NumPy arrays as C++ sees them: columns of 64 bits that cross the border without a copy.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/watch.hpp"
#include "give.hpp"

namespace trivium {

using Array = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Memory that a NumPy array lends; the array is let go of under the interpreter's lock.
inline std::shared_ptr<void> lender(const Array& array) {
    return std::shared_ptr<void>(new Array(array), [](void* p) {
        nb::gil_scoped_acquire lock;
        delete static_cast<Array*>(p);
    });
}

inline void check_lengths(const std::vector<Array>& columns, size_t arity, size_t length) {
    if (columns.size() != arity) throw std::invalid_argument("as many columns as the relation has");
    for (const Array& column : columns)
        if (column.size() != length) throw std::invalid_argument("columns of one length");
}

inline std::vector<const int64_t*> pointers(const std::vector<Array>& columns) {
    std::vector<const int64_t*> data;
    for (const Array& column : columns) data.push_back(column.data());
    return data;
}

inline bool python_interrupts() {
    nb::gil_scoped_acquire lock;
    return PyErr_CheckSignals() != 0;
}

/// So many seconds from now, and Ctrl-C.
inline base::Watch watch(double seconds) { return base::Watch(seconds, python_interrupts); }

}  // namespace trivium
