// What Python sees of exact inference and of bounds: a residual program, explored or swept.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <chrono>
#include <memory>
#include <optional>

#include "give.hpp"
#include "inference/firing.hpp"
#include "inference/order.hpp"
#include "inference/sweep.hpp"
#include "inference/ways.hpp"

namespace trivium {

using namespace nb::literals;
using namespace inference;

namespace {

using Numbers = nb::ndarray<const int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Reals = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Programs of all widths, behind one face.
struct AnyResidual {
    virtual ~AnyResidual() = default;
    virtual void add(const nb::tuple& level) = 0;
    virtual Ways explore(const nb::bytes& asked, const nb::bytes& violated, bool evidence,
                         size_t allowed, const nb::callable& check) const = 0;
    virtual std::optional<Swept> sweep(const std::vector<double>& weights, const nb::bytes& good,
                                       const nb::bytes& violated, size_t beam,
                                       double seconds) const = 0;
};

void interrupted() {
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
}

template <size_t W>
std::vector<Literals<W>> sets(const nb::bytes& packed) {
    constexpr size_t size = sizeof(Literals<W>);
    std::vector<Literals<W>> found(packed.size() / size);
    for (size_t i = 0; i < found.size(); ++i)
        found[i] = Literals<W>::read(packed.c_str() + i * size);
    return found;
}

template <size_t W>
std::vector<Clause<W>> clauses(const nb::handle& packed) {
    auto flat = sets<W>(nb::cast<nb::bytes>(packed));
    std::vector<Clause<W>> found;
    for (size_t i = 0; i + 1 < flat.size(); i += 2) found.push_back({flat[i], flat[i + 1]});
    return found;
}

template <size_t W>
struct Sized : AnyResidual {
    Residual<W> program;

    Sized(const nb::bytes& queries, const nb::bytes& observed, size_t rows)
        : program(sets<W>(queries).at(0), sets<W>(observed).at(0), rows) {}

    void add(const nb::tuple& told) override {
        Level<W> level;
        level.leaves = nb::cast<std::vector<int>>(told[0]);
        level.rules = clauses<W>(told[1]);
        level.allowed = nb::cast<std::vector<std::vector<int>>>(told[2]);
        level.given = sets<W>(nb::cast<nb::bytes>(told[3]));
        level.watch = clauses<W>(told[4]);
        auto masks = sets<W>(nb::cast<nb::bytes>(told[5]));
        level.rows = masks.at(0), level.closed = masks.at(1), level.used = masks.at(2);
        level.kept = masks.at(3), level.asked = masks.at(4), level.closing = masks.at(5);
        level.awaited = masks.at(6);
        auto cycles = sets<W>(nb::cast<nb::bytes>(told[6]));
        auto more = nb::cast<std::vector<bool>>(told[7]);
        for (size_t i = 0; i < cycles.size(); ++i) level.cycles.emplace_back(cycles[i], more.at(i));
        level.settles = nb::cast<bool>(told[8]);
        program.levels.push_back(std::move(level));
    }

    Ways explore(const nb::bytes& asked, const nb::bytes& violated, bool evidence, size_t allowed,
                 const nb::callable& check) const override {
        Explorer<W> explorer(program, sets<W>(asked), sets<W>(violated).at(0));
        return explorer.explore(evidence, allowed, [&](size_t size) { check(size); });
    }

    std::optional<Swept> sweep(const std::vector<double>& weights, const nb::bytes& good,
                               const nb::bytes& violated, size_t beam,
                               double seconds) const override {
        return inference::sweep(program, weights, sets<W>(good).at(0), sets<W>(violated).at(0),
                                beam, seconds, interrupted);
    }
};

template <size_t W>
std::unique_ptr<AnyResidual> sized(size_t words, const nb::bytes& queries,
                                   const nb::bytes& observed, size_t rows) {
    if (words == W) return std::make_unique<Sized<W>>(queries, observed, rows);
    if constexpr (W > 1) return sized<W / 2>(words, queries, observed, rows);
    throw std::invalid_argument("a number of words that is a power of two");
}

constexpr size_t kMostWords = 16;

// The arrays of a diagram; None where it is not complete.
nb::object told(Ways found) {
    if (!found.complete) return nb::none();
    nb::list places;
    for (auto& own : found.places) places.append(give(std::move(own)));
    return nb::make_tuple(give(std::move(found.levels)), give(std::move(found.sources)),
                          give(std::move(found.leaves)), give(std::move(found.targets)), places,
                          found.first, found.certain);
}

// All ways through a program on which a group chooses once a rule waits for nothing else. `masks`
// are the literals of alternatives, the nodes that are open, and what the evidence denies.
template <size_t W>
nb::object fire(size_t words, const nb::bytes& rules, const nb::list& groups,
                const nb::bytes& masks, const nb::bytes& asked, size_t allowed,
                const nb::callable& check) {
    if (words != W) {
        if constexpr (W > 1) return fire<W / 2>(words, rules, groups, masks, asked, allowed, check);
        throw std::invalid_argument("a number of words that is a power of two");
    }
    std::vector<FiringGroup<W>> own;
    for (nb::handle group : groups) {
        const auto told = nb::cast<nb::tuple>(group);
        own.push_back({sets<W>(nb::cast<nb::bytes>(told[0])).at(0),
                       nb::cast<std::vector<int32_t>>(told[1]),
                       sets<W>(nb::cast<nb::bytes>(told[2]))});
    }
    const auto mask = sets<W>(masks);
    Firing<W> firing(clauses<W>(rules), std::move(own), mask.at(0), mask.at(1), sets<W>(asked),
                     mask.at(2));
    return told(firing.explore(allowed, [&](size_t size) { check(size); }));
}

// The weight of all ways to each state, and from each state to the end.
nb::tuple ways(const Numbers& sources, const Reals& weights, const Numbers& targets, size_t states,
               int32_t first, bool certain) {
    std::vector<double> forward(states, 0.0), backward(states, certain ? 1.0 : 0.0);
    const int32_t *from = sources.data(), *to = targets.data();
    const double* weight = weights.data();
    forward.at(static_cast<size_t>(first)) = 1.0;
    for (size_t i = 0; i < sources.size(); ++i) forward[to[i]] += forward[from[i]] * weight[i];
    if (!certain) {
        backward[kEnd] = 1.0;
        for (size_t i = sources.size(); i-- > 0;) backward[from[i]] += weight[i] * backward[to[i]];
    }
    return nb::make_tuple(give(std::move(forward)), give(std::move(backward)));
}

// Orders of one program's groups.
struct Orders {
    using Told = std::tuple<std::vector<int>, std::vector<int>, std::vector<int>, std::vector<int>, int>;

    Shape shape;
    std::vector<int> used;
    size_t compared;

    Orders(std::vector<Told> parts, std::vector<int> bare, std::vector<double> weights, std::vector<double> group_bits,
           std::vector<int> used, size_t compared)
        : shape(read(parts), std::move(bare), std::move(weights), std::move(group_bits)), used(std::move(used)),
          compared(compared) {}

    static std::vector<Part> read(std::vector<Told>& told) {
        std::vector<Part> parts;
        for (auto& [groups, body, lower, spoken, head] : told)
            parts.push_back({std::move(groups), std::move(body), std::move(lower),
                             std::move(spoken), head});
        return parts;
    }
};

}  // namespace

void bind_inference(nb::module_& m) {
    m.attr("MOST_WORDS") = kMostWords;
    nb::class_<AnyResidual>(m, "Residual", "A ground program, its groups in an order.")
        .def("add", &AnyResidual::add, "level"_a, "The next group, and what happens at it.")
        .def("explore",
             [](const AnyResidual& program, const nb::bytes& asked, const nb::bytes& violated,
                bool evidence, size_t allowed, const nb::callable& check) {
                 return told(program.explore(asked, violated, evidence, allowed, check));
             },
             "All ways through its states, or None where they are more than allowed.")
        .def("sweep",
             [](const AnyResidual& program, const std::vector<double>& weights,
                const nb::bytes& good, const nb::bytes& violated, size_t beam,
                double seconds) -> nb::object {
                 auto found = program.sweep(weights, good, violated, beam, seconds);
                 if (!found) return nb::none();
                 return nb::make_tuple(found->holds, found->fails, found->left);
             },
             "That a query holds, fails, and is open; None if the time ended.");
    nb::class_<Orders>(m, "Orders", "Orders of a program's groups, grown greedily.")
        .def(nb::init<std::vector<Orders::Told>, std::vector<int>, std::vector<double>, std::vector<double>,
                      std::vector<int>, size_t>(),
             "parts"_a, "bare"_a, "weights"_a, "group_bits"_a, "used"_a, "compared"_a)
        .def("grown", [](const Orders& o, int start) {
            return Growth(o.shape, o.used, o.compared).grown(start);
        })
        .def("cost",
             [](const Orders& o, const std::vector<int>& order) { return Cost(o.shape)(order); })
        .def("improved",
             [](const Orders& o, const std::vector<int>& order, size_t steps, double seconds) {
                 using Clock = std::chrono::steady_clock;
                 const auto start = Clock::now();
                 return Cost(o.shape).improved(order, steps, [&] {
                     interrupted();
                     return std::chrono::duration<double>(Clock::now() - start).count() > seconds;
                 });
             },
             "order"_a, "steps"_a, "seconds"_a)
        .def("distances", [](const Orders& o, int start) { return o.shape.distances(start); });
    m.def("residual", &sized<kMostWords>, "words"_a, "queries"_a, "observed"_a, "rows"_a);
    m.def("fire", &fire<kMostWords>, "words"_a, "rules"_a, "groups"_a, "masks"_a, "asked"_a,
          "allowed"_a, "check"_a, "All ways, or None where they are more than allowed.");
    m.def("ways", &ways, "sources"_a, "weights"_a, "targets"_a, "states"_a, "first"_a, "certain"_a,
          "The weight of all ways to each state, and from it to the end.");
}

}  // namespace trivium
