// Relations as Python sees them: their columns are lent both ways.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "relations/relation.hpp"

namespace trivium {

using namespace nb::literals;
using namespace base;
using namespace relations;

void bind_relation(nb::module_& m) {
    nb::class_<Relation>(m, "Relation", "Columns that only grow, without equal rows.")
        .def(nb::init<int, size_t>(), "arity"_a, "shards"_a = 1)
        .def_prop_ro("length", &Relation::length)
        .def_prop_ro("visible", &Relation::visible)
        .def_prop_ro("old", &Relation::old)
        .def_prop_ro("bytes", &Relation::bytes)
        .def("advance", &Relation::advance)
        .def("see_all", &Relation::see_all)
        .def("settle", &Relation::settle)
        .def("forget", &Relation::forget)
        .def_prop_ro("taken", &Relation::taken)
        .def_prop_ro("best", [](const Relation& r) { return r.best() ? r.best()->place() : -1; })
        .def("keep_best",
             [](Relation& r, int place, bool greatest, int kind) {
                 auto kept = r.keep_best(place, greatest, static_cast<Kind>(kind));
                 return give(std::vector<int64_t>(kept.begin(), kept.end()));
             },
             "Keep one row for each key, that with the least or greatest value; which rows stay.")
        .def("begin", &Relation::begin, "cause"_a)
        .def("leave_best",
             [](Relation& r) {
                 std::vector<uint32_t> kept;
                 std::vector<int64_t> counts = r.leave_best(kept);
                 return nb::make_tuple(give(std::move(counts)),
                                       give(std::vector<int64_t>(kept.begin(), kept.end())));
             },
             "Order the rows by cause; how many each has, and which first rows are still there.")
        .def("keep_classes", &Relation::keep_classes,
             "Hold the pairs of an equivalence as its classes, which rows united.")
        .def("leave_classes", &Relation::leave_classes, "Hold the pairs themselves.")
        .def_prop_ro("in_classes", [](const Relation& r) { return r.classes() != nullptr; })
        .def_prop_ro("elements", [](const Relation& r) { return r.classes()->elements(); })
        .def_prop_ro("classes", [](const Relation& r) { return r.classes()->classes(); })
        .def("spread",
             [](const Relation& r, int place) {
                 Column column = r.spread(place);
                 const int64_t* data = column.data();
                 return view(data, column.size(), column.block());
             },
             "A column of the pairs that the classes stand for.")
        .def("lead",
             [](const Relation& r, const Array& values) {
                 std::vector<int64_t> first(values.size());
                 r.classes()->lead(values.data(), values.size(), first.data());
                 return give(std::move(first));
             },
             "One element for all values of a class; a value without a class for itself.")
        .def("column",
             [](Relation& r, int place) {
                 const Column& column = r.look(place);
                 auto block = column.block();
                 const int64_t* data = column.data();
                 return view(data, column.size(), std::move(block));
             },
             "A column to look at, which has 64 bits a value from now on.")
        .def("sample",
             [](const Relation& r, int place, size_t step) {
                 std::vector<int64_t> cells;
                 for (size_t row = 0; row < r.length(); row += step)
                     cells.push_back(r.rows().at(place, row));
                 return give(std::move(cells));
             },
             "place"_a, "step"_a, "Each `step`th value of a column.")
        .def("read",
             [](const Relation& r, int place, size_t from) {
                 std::vector<int64_t> cells(r.length() > from ? r.length() - from : 0);
                 Reader reader(r.rows(), place);
                 const int64_t* read = reader.read(from, cells.size(), cells.data());
                 if (read != cells.data()) std::copy_n(read, cells.size(), cells.data());
                 return give(std::move(cells));
             },
             "place"_a, "start"_a, "A copy of a column from some row on; the column stays narrow.")
        .def("give",
             [](Relation& r, const std::vector<Array>& columns, size_t length, double seconds) {
                 check_lengths(columns, r.arity(), length);
                 std::vector<Column> borrowed;
                 for (const Array& column : columns)
                     borrowed.push_back(Column::borrow(column.data(), length, lender(column)));
                 std::vector<uint32_t> kept;
                 bool all;
                 {
                     nb::gil_scoped_release unlocked;
                     all = r.give(std::move(borrowed), length, kept, watch(seconds));
                 }
                 if (all) return nb::object(nb::none());
                 std::vector<int64_t> rows(kept.begin(), kept.end());
                 return nb::cast(give(std::move(rows)));
             },
             "columns"_a, "length"_a, "seconds"_a = -1.0,
             "The first rows; borrowed if all differ, else which of them were kept.")
        .def("insert",
             [](Relation& r, const std::vector<Array>& columns, size_t length, bool different,
                double seconds) {
                 check_lengths(columns, r.arity(), length);
                 auto data = pointers(columns);
                 nb::gil_scoped_release unlocked;
                 const size_t before = r.length();
                 if (different && length && r.is_blank()) {
                     r.take_different(data.data(), length);
                 } else {
                     r.insert(data.data(), length, watch(seconds));
                 }
                 r.close();
                 return r.length() - before;
             },
             "columns"_a, "length"_a, "different"_a = false, "seconds"_a = -1.0,
             "Add rows; `different` says that no two of them are the same.")
        .def("contains", [](Relation& r, const std::vector<Array>& keys, size_t length) {
            check_lengths(keys, r.arity(), length);
            auto data = pointers(keys);
            std::vector<uint8_t> found(length);
            {
                nb::gil_scoped_release unlocked;
                r.contains(data.data(), length, found.data());
            }
            return give(std::move(found));
        });
}

}  // namespace trivium
