// What Python sees: relations, pipelines, grouping. Columns cross the border without a copy.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include <span>
#include <variant>

#include "aggregate.hpp"
#include "give.hpp"
#include "pipeline.hpp"
#include "relation.hpp"
#include "row_index.hpp"
#include "sort.hpp"
#include "threads.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace trivium {

using Array = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Reals = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Naturals = nb::ndarray<const uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<const uint32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Given = std::vector<std::optional<Array>>;

// Memory that a NumPy array lends; the array is let go of under the interpreter's lock.
std::shared_ptr<void> lender(const Array& array) {
    return std::shared_ptr<void>(new Array(array), [](void* p) {
        nb::gil_scoped_acquire lock;
        delete static_cast<Array*>(p);
    });
}

void check_lengths(const std::vector<Array>& columns, size_t arity, size_t length) {
    if (columns.size() != arity) throw std::invalid_argument("as many columns as the relation has");
    for (const Array& column : columns)
        if (column.size() != length) throw std::invalid_argument("columns of one length");
}

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

std::vector<const int64_t*> pointers(const std::vector<Array>& columns) {
    std::vector<const int64_t*> data;
    for (const Array& column : columns) data.push_back(column.data());
    return data;
}

bool python_interrupts() {
    nb::gil_scoped_acquire lock;
    return PyErr_CheckSignals() != 0;
}

// What stopped a run becomes a word for Python, which raises the error with the rule's name.
const char* word(Stop stop) {
    switch (stop) {
        case Stop::kTime: return "time";
        case Stop::kMemory: return "memory";
        case Stop::kRows: return "rows";
        case Stop::kUndefined: return "undefined";
        default: return "";
    }
}

class Insert : public Sink {
   public:
    explicit Insert(Relation& head) : head_(head) {}
    void take(const int64_t* const* columns, size_t n) override { head_.insert(columns, n); }
    size_t rows() const override { return head_.kept(); }
    size_t bytes() const override { return head_.bytes(); }

   private:
    Relation& head_;
};

/// Rows that differ because their bindings do.
class Append : public Sink {
   public:
    explicit Append(Relation& head) : head_(head) {}
    void take(const int64_t* const* columns, size_t n) override { head_.take_different(columns, n); }
    size_t rows() const override { return head_.kept(); }
    size_t bytes() const override { return head_.bytes(); }

   private:
    Relation& head_;
};

class Collect : public Sink {
   public:
    explicit Collect(size_t width) : columns(width) {}
    void take(const int64_t* const* more, size_t n) override {
        for (size_t c = 0; c < columns.size(); ++c)
            columns[c].insert(columns[c].end(), more[c], more[c] + n);
        length += n;
    }
    size_t rows() const override { return 0; }  // they pass, and are not a relation's
    size_t bytes() const override { return length * columns.size() * sizeof(int64_t); }
    bool divisible() const override { return true; }
    std::unique_ptr<Sink> another() const override {
        return std::make_unique<Collect>(columns.size());
    }
    void add(std::vector<std::unique_ptr<Sink>>& parts) override {
        for (const auto& part : parts) length += static_cast<Collect&>(*part).length;
        for (size_t c = 0; c < columns.size(); ++c) {
            columns[c].reserve(length);
            for (const auto& part : parts) {
                auto& more = static_cast<Collect&>(*part).columns[c];
                columns[c].insert(columns[c].end(), more.begin(), more.end());
                std::vector<int64_t>().swap(more);
            }
        }
    }
    std::vector<std::vector<int64_t>> columns;
    size_t length = 0;
};

struct Prepared {
    std::vector<const int64_t*> columns;
    size_t length = 1;
};

Prepared prepare(const Given& given, size_t length) {
    Prepared ready;
    ready.length = length;
    for (const auto& column : given) {
        if (column && column->size() < length) throw std::invalid_argument("columns of one length");
        ready.columns.push_back(column ? column->data() : nullptr);
    }
    return ready;
}

Watch watch(double seconds) { return Watch(seconds, python_interrupts); }

Budget budget(double seconds, int64_t bytes, int64_t rows) {
    return Budget{watch(seconds), bytes, rows};
}

std::string settle(const Pipeline::Outcome& outcome) {
    if (outcome.stop == Stop::kInterrupted) throw nb::python_error();
    return word(outcome.stop);
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
    std::vector<Folding<T>> foldings(bounds.size() - 1, Folding<T>(reduction(kind), keys.size()));
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

Version version(const std::string& name) {
    return name == "full" ? Version::kFull : name == "old" ? Version::kOld : Version::kDelta;
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

using Term = std::pair<int, int64_t>;  // register, or -1 and a constant

Operand operand(const Term& term) { return {term.first, term.second}; }

std::vector<Operand> operands(const std::vector<Term>& terms) {
    std::vector<Operand> all;
    for (const Term& term : terms) all.push_back(operand(term));
    return all;
}

void bind_inference(nb::module_& m);  // inference.cpp

}  // namespace trivium

using namespace trivium;

NB_MODULE(_native, m) {
    nb::set_leak_warnings(false);
    nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
        try {
            std::rethrow_exception(thrown);
        } catch (const Stopped& stopped) {
            // An interrupt has set Python's error already.
            if (stopped.why != Stop::kInterrupted) PyErr_SetString(PyExc_TimeoutError, "the time is over");
        }
    });
    m.doc() = "The native engine's primitives: relations, pipelines over them, grouping.";

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
             [](Relation& r, const std::vector<Array>& columns, size_t length, double seconds) {
                 check_lengths(columns, r.arity(), length);
                 auto data = pointers(columns);
                 nb::gil_scoped_release unlocked;
                 const size_t added = r.insert(data.data(), length, watch(seconds));
                 r.close();
                 return added;
             },
             "columns"_a, "length"_a, "seconds"_a = -1.0)
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

    nb::class_<Pipeline>(m, "Pipeline", "The steps of one plan, run batch by batch.")
        .def(nb::init<int>(), "registers"_a)
        .def("scan",
             [](Pipeline& p, Relation& relation, const std::string& which,
                std::vector<std::pair<int, int>> binds,
                std::vector<std::pair<int, int64_t>> constants,
                std::vector<std::pair<int, int>> equal, int row, bool each) {
                 p.scan(Scan{&relation, version(which), binds, constants, equal, row, each});
             },
             nb::keep_alive<1, 2>())
        .def("probe",
             [](Pipeline& p, Relation& relation, const std::string& which,
                const std::vector<int>& columns, const std::vector<Term>& keys,
                std::vector<std::pair<int, int>> binds, std::vector<std::pair<int, int>> equal,
                int row, std::vector<int> live) {
                 Step step(Step::kProbe);
                 step.relation = &relation;
                 bool one = binds.size() == 1 && equal.empty() && row < 0 && !relation.best();
                 if (!relation.classes())
                     step.index = &relation.index(columns, one ? binds[0].first : kRows);
                 step.version = version(which);
                 step.keys = operands(keys);
                 step.binds = std::move(binds);
                 step.equal = std::move(equal);
                 step.row = row;
                 step.live = std::move(live);
                 p.add(std::move(step));
             },
             nb::keep_alive<1, 2>())
        .def("choose",
             [](Pipeline& p, Relation& relation, bool wanted, const std::string& which,
                const std::vector<int>& columns, const std::vector<Term>& keys, bool settled,
                std::vector<int> live) {
                 Step step(wanted ? Step::kExists : Step::kAbsent);
                 step.relation = &relation;
                 step.version = version(which);
                 step.keys = operands(keys);
                 bool whole = static_cast<int>(columns.size()) == relation.arity();
                 for (size_t c = 0; c < columns.size(); ++c)
                     whole = whole && columns[c] == static_cast<int>(c);
                 if ((!whole || !settled) && !relation.classes())
                     step.index = &relation.index(columns, kRows);
                 step.live = std::move(live);
                 p.add(std::move(step));
             },
             nb::keep_alive<1, 2>())
        .def("test",
             [](Pipeline& p, int comparison, int kind, const Term& left, const Term& right,
                std::vector<int> live) {
                 Step step(Step::kTest);
                 step.comparison = static_cast<Comparison>(comparison);
                 step.kind = static_cast<Kind>(kind);
                 step.left = operand(left);
                 step.right = operand(right);
                 step.live = std::move(live);
                 p.add(std::move(step));
             })
        .def("compute",
             [](Pipeline& p, int operation, int kind, const Term& left, const Term& right,
                int target, std::vector<int> live) {
                 Step step(Step::kCompute);
                 step.operation = static_cast<Operation>(operation);
                 step.kind = static_cast<Kind>(kind);
                 step.left = operand(left);
                 step.right = operand(right);
                 step.target = target;
                 step.live = std::move(live);
                 p.add(std::move(step));
             })
        .def("head", [](Pipeline& p, const std::vector<Term>& terms) { p.head(operands(terms)); })
        .def("passed", &Pipeline::passed, "The bindings that reached each step, over all runs.")
        .def("insert",
             [](Pipeline& p, Relation& head, double seconds, int64_t bytes, int64_t rows,
                size_t threads, bool different) {
                 Insert insert(head);
                 Append append(head);
                 const Budget room = budget(seconds, bytes, rows);
                 Pipeline::Outcome outcome;
                 {
                     nb::gil_scoped_release unlocked;
                     outcome = different && head.is_blank()
                                   ? p.run(append, nullptr, room, {}, 1, threads)
                                   : p.run(insert, &head, room, {}, 1, threads);
                     head.close();
                 }
                 return settle(outcome);
             },
             "Add what the steps derive to a relation; why it stopped, or nothing. `different` says "
             "that no two bindings give the same row.")
        .def("collect",
             [](Pipeline& p, const Given& given, size_t length, double seconds, int64_t bytes,
                size_t threads) {
                 Collect sink(p.width());
                 Prepared ready = prepare(given, length);
                 Pipeline::Outcome outcome;
                 {
                     nb::gil_scoped_release unlocked;
                     outcome = p.run(sink, nullptr, budget(seconds, bytes, -1), ready.columns,
                                     ready.length, threads);
                 }
                 std::string stop = settle(outcome);
                 nb::list columns;
                 for (auto& column : sink.columns) columns.append(give(std::move(column)));
                 return nb::make_tuple(stop, columns, sink.length);
             },
             "given"_a.none(), "length"_a, "seconds"_a, "bytes"_a, "threads"_a,
             "What the steps derive, as columns.");

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
    bind_inference(m);
}
