// Pipelines as Python sees them: their steps are added one by one, and run as a whole.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.hpp"
#include "relations/pipeline.hpp"
#include "relations/relation.hpp"

namespace trivium {

using namespace nb::literals;
using namespace base;
using namespace relations;

namespace {

using Given = std::vector<std::optional<Array>>;

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
    Insert(Relation& head, const Watch& watch) : head_(head), watch_(watch) {}
    void take(const int64_t* const* columns, size_t n) override { head_.insert(columns, n, watch_); }
    size_t rows() const override { return head_.kept(); }
    size_t bytes() const override { return head_.bytes(); }
    size_t growth() const override { return head_.growth(); }

   private:
    Relation& head_;
    const Watch& watch_;
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

Budget budget(double seconds, int64_t bytes, int64_t rows) {
    return Budget{watch(seconds), bytes, rows};
}

std::string settle(const Pipeline::Outcome& outcome) {
    if (outcome.stop == Stop::kInterrupted) throw nb::python_error();
    return word(outcome.stop);
}

Version version(const std::string& name) {
    return name == "full" ? Version::kFull : name == "old" ? Version::kOld : Version::kDelta;
}

using Term = std::pair<int, int64_t>;  // register, or -1 and a constant

Operand operand(const Term& term) { return {term.first, term.second}; }

std::vector<Operand> operands(const std::vector<Term>& terms) {
    std::vector<Operand> all;
    for (const Term& term : terms) all.push_back(operand(term));
    return all;
}

}  // namespace

void bind_pipeline(nb::module_& m) {
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
                 const Budget room = budget(seconds, bytes, rows);
                 Insert insert(head, room.watch);
                 Append append(head);
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
}

}  // namespace trivium
