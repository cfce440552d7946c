// What plans that run step by step need, as Python sees it: an index of rows, grouping, folding,
// looking rows up, sorting.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <variant>

#include "arrays.hpp"
#include "base/sort.hpp"
#include "base/threads.hpp"
#include "relations/aggregate.hpp"
#include "relations/row_index.hpp"

namespace trivium {

using namespace nb::literals;
using namespace base;
using namespace relations;

namespace {

using Reals = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Naturals = nb::ndarray<const uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<const uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void check_rows(const std::vector<Array>& columns, size_t arity, const Array& rows) {
    if (columns.size() != arity) throw std::invalid_argument("as many columns as the index has");
    int64_t last = -1;
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows.data()[i] < 0) throw std::invalid_argument("rows from 0 on");
        last = std::max(last, rows.data()[i]);
    }
    for (const Array& column : columns)
        if (static_cast<int64_t>(column.size()) <= last)
            throw std::invalid_argument("rows of the columns");
}

Reduction reduction(const std::string& name) {
    if (name == "count") return Reduction::kCount;
    if (name == "sum") return Reduction::kSum;
    if (name == "min") return Reduction::kMin;
    if (name == "max") return Reduction::kMax;
    throw std::invalid_argument("a reduction is count, sum, min or max");
}

template <class T, class Values>
nb::object segment_reduce(const std::string& kind, const Values& values, const Array& groups,
                          size_t count) {
    if (values.size() != groups.size()) throw std::invalid_argument("columns of one length");
    std::vector<T> out(count);
    {
        nb::gil_scoped_release unlocked;
        reduce<T>(reduction(kind), values.data(), groups.data(), groups.size(), out.data(), count);
    }
    return nb::cast(give(std::move(out)));
}

/// Parts of a table that are worth a thread each.
std::vector<size_t> parts(size_t rows, size_t threads) {
    constexpr size_t kWorth = 1 << 16;
    const size_t count = std::max<size_t>(1, std::min(threads, rows / kWorth));
    std::vector<size_t> bounds;
    for (size_t part = 0; part <= count; ++part) bounds.push_back(rows * part / count);
    return bounds;
}

template <class T, class Values>
nb::object fold(const std::string& kind, const std::vector<Array>& columns,
                const std::optional<Values>& values, size_t length, size_t threads,
                double seconds) {
    check_lengths(columns, columns.size(), length);
    if (values && values->size() != length) throw std::invalid_argument("columns of one length");
    const std::vector<const int64_t*> keys = pointers(columns);
    const T* data = values ? values->data() : nullptr;
    // The sum of floats depends on their order: one thread adds them up.
    const std::vector<size_t> bounds = parts(length, std::is_floating_point_v<T> ? 1 : threads);
    const Watch watching = watch(seconds);
    std::vector<Folding<T>> foldings;
    for (size_t part = 1; part < bounds.size(); ++part) foldings.emplace_back(reduction(kind), keys.size());
    {
        nb::gil_scoped_release unlocked;
        side_by_side(foldings.size(), [&](size_t part) {
            foldings[part].add(keys, data, bounds[part], bounds[part + 1], watching);
        });
        for (size_t part = 1; part < foldings.size(); ++part)
            foldings[0].merge(keys, foldings[part]);
    }
    return nb::make_tuple(give(std::move(foldings[0].firsts)), give(std::move(foldings[0].values)));
}

nb::object seek(const std::vector<Array>& columns, size_t rows, const std::vector<Array>& keys,
                size_t length, size_t threads, double seconds) {
    check_lengths(columns, keys.size(), rows);
    check_lengths(keys, keys.size(), length);
    if (keys.empty()) throw std::invalid_argument("at least one column");
    const std::vector<const int64_t*> data = pointers(columns);
    const std::vector<size_t> bounds = parts(rows, threads);
    std::vector<std::vector<int64_t>> left(bounds.size() - 1), right(bounds.size() - 1);
    {
        nb::gil_scoped_release unlocked;
        const Sought sought(pointers(keys), length);
        const Watch watching = watch(seconds);
        side_by_side(left.size(), [&](size_t part) {
            sought.find(data, bounds[part], bounds[part + 1], left[part], right[part], watching);
        });
        for (size_t part = 1; part < left.size(); ++part) {
            left[0].insert(left[0].end(), left[part].begin(), left[part].end());
            right[0].insert(right[0].end(), right[part].begin(), right[part].end());
        }
    }
    return nb::make_tuple(give(std::move(left[0])), give(std::move(right[0])));
}

SortKey sort_key(const std::variant<Array, Naturals>& column, size_t length) {
    return std::visit(
        [&](const auto& array) {
            if (array.size() != length) throw std::invalid_argument("columns of one length");
            constexpr bool is_signed = std::is_same_v<std::decay_t<decltype(array)>, Array>;
            return SortKey{reinterpret_cast<const uint64_t*>(array.data()),
                           is_signed ? uint64_t{1} << 63 : 0};
        },
        column);
}

}  // namespace

void bind_tables(nb::module_& m) {
    nb::class_<RowIndex>(m, "RowIndex", "The rows of a growing table by some of its columns.")
        .def(nb::init<int>(), "width"_a)
        .def_prop_ro("keys", &RowIndex::keys)
        .def("extend",
             [](RowIndex& index, const std::vector<Array>& columns, const Array& rows,
                double seconds) {
                 check_rows(columns, index.width(), rows);
                 auto data = pointers(columns);
                 nb::gil_scoped_release unlocked;
                 index.extend(data, rows.data(), rows.size(), watch(seconds));
             },
             "Index some rows of whole columns.")
        .def("find",
             [](const RowIndex& index, const std::vector<Array>& keys, size_t length) {
                 check_lengths(keys, index.width(), length);
                 auto data = pointers(keys);
                 std::vector<uint32_t> numbers(length);
                 size_t total;
                 {
                     nb::gil_scoped_release unlocked;
                     total = index.find(data, length, numbers.data());
                 }
                 return nb::make_tuple(give(std::move(numbers)), total);
             },
             "The number of each key, and how many rows they have together.")
        .def("counts",
             [](const RowIndex& index, const Numbers& numbers) {
                 std::vector<int64_t> counts(numbers.size());
                 for (size_t i = 0; i < counts.size(); ++i)
                     counts[i] = index.count(numbers.data()[i]);
                 return give(std::move(counts));
             },
             "How many rows each of some keys has.")
        .def("expand",
             [](const RowIndex& index, const Numbers& numbers) {
                 std::vector<int64_t> places, rows;
                 {
                     nb::gil_scoped_release unlocked;
                     index.expand(numbers.data(), numbers.size(), places, rows);
                 }
                 return nb::make_tuple(give(std::move(places)), give(std::move(rows)));
             },
             "Pairs of the place of a key and one of its rows.");

    m.def("group",
          [](const std::vector<Array>& columns, size_t length, double seconds) {
              check_lengths(columns, columns.size(), length);
              auto data = pointers(columns);
              std::vector<int64_t> numbers(length), firsts;
              {
                  nb::gil_scoped_release unlocked;
                  firsts = group(data, length, numbers.data(), watch(seconds));
              }
              return nb::make_tuple(give(std::move(numbers)), give(std::move(firsts)));
          },
          "The number of each row's group, and the first row of each group.");
    m.def("fold_numbers", &fold<int64_t, Array>, "kind"_a, "keys"_a, "values"_a.none(), "length"_a,
          "threads"_a, "seconds"_a, "The first row of each group, and the groups' results.");
    m.def("fold_unsigned", &fold<uint64_t, Naturals>, "kind"_a, "keys"_a, "values"_a.none(),
          "length"_a, "threads"_a, "seconds"_a);
    m.def("fold_floats", &fold<double, Reals>, "kind"_a, "keys"_a, "values"_a.none(), "length"_a,
          "threads"_a, "seconds"_a);
    m.def("seek", &seek, "columns"_a, "rows"_a, "keys"_a, "length"_a, "threads"_a,
          "seconds"_a, "Pairs of a row of the keys and a row of the columns that equals it.");
    m.def("sort",
          [](const std::vector<std::variant<Array, Naturals>>& columns, size_t length,
             double seconds) {
              if (length >= kNone) throw std::length_error("at most 2^32 rows are sorted");
              std::vector<SortKey> keys;
              for (const auto& column : columns) keys.push_back(sort_key(column, length));
              std::vector<int64_t> rows;
              {
                  nb::gil_scoped_release unlocked;
                  rows = sorted(std::move(keys), length, watch(seconds));
              }
              return give(std::move(rows));
          },
          "The rows in ascending order of the keys; equal rows keep theirs.");
    m.def("reduce_numbers", &segment_reduce<int64_t, Array>);
    m.def("reduce_unsigned", &segment_reduce<uint64_t, Naturals>);
    m.def("reduce_floats", &segment_reduce<double, Reals>);
}

}  // namespace trivium
