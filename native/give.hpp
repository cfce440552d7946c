// Arrays that C++ made, for Python, without a copy.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>
#include <vector>

namespace trivium {

namespace nb = nanobind;

// A view holds what lies behind it: `keep` is copied to the heap and freed with the view.
template <class Scalar, class Keep>
nb::ndarray<nb::numpy, Scalar> view(Scalar* data, size_t size, Keep keep) {
    auto* held = new Keep(std::move(keep));
    nb::capsule owner(held, [](void* p) noexcept { delete static_cast<Keep*>(p); });
    return nb::ndarray<nb::numpy, Scalar>(data, {size}, owner);
}

template <class Scalar>
nb::ndarray<nb::numpy, Scalar> give(std::vector<Scalar> values) {
    auto held = std::make_shared<std::vector<Scalar>>(std::move(values));
    Scalar* data = held->data();
    size_t size = held->size();
    return view(data, size, std::move(held));
}

}  // namespace trivium
