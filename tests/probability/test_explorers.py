"""The native explorer, sweep and orders against their definitions in plain Python."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.meaning import by_worlds
from tests.probability.test_inference import graphs

from trivium import Program
from trivium.engine.limits import Limits
from trivium.engine.native import available, native_module
from trivium.errors import LimitError
from trivium.probability.derivations import Derivations
from trivium.probability.inference import diagram as diagram_module
from trivium.probability.inference import explore as explore_module
from trivium.probability.inference import firing as firing_module
from trivium.probability.inference import order as order_module
from trivium.probability.inference.chance import Inference
from trivium.probability.inference.diagram import TooMany, explore, leaf_weights
from trivium.probability.inference.explore import asked_orders
from trivium.probability.inference.firing import Firing
from trivium.probability.inference.infer import infer
from trivium.probability.inference.needed import needed
from trivium.probability.inference.order import InNative, InPython
from trivium.probability.inference.packed import packed
from trivium.probability.inference.residual import Steps
from trivium.probability.inference.shape import shape

pytestmark = pytest.mark.skipif(not available(), reason="the native engine was not built")


def in_python(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(diagram_module, "packed", lambda steps: None)
    patch.setattr(diagram_module, "native_module", lambda: None)
    patch.setattr(firing_module, "native_module", lambda: None)
    patch.setattr(order_module, "native_module", lambda: None)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_both_explorers_find_the_same_states(graph: Derivations, data: st.DataObject) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    asked = data.draw(st.lists(literals, min_size=1, max_size=3, unique=True))
    evidence = data.draw(st.lists(literals, max_size=2))
    found = needed(graph, [*asked, *evidence])
    own = [x for x in found.literals[: len(asked)] if not isinstance(x, bool)]
    seen = [x for x in found.literals[len(asked) :] if not isinstance(x, bool)]
    if not own:
        return
    part = found.derivations
    order, _ = next(asked_orders(shape(part), [*own, *seen]))
    steps = Steps(shape(part), order, own, seen, ())
    native = explore(steps, own, seen, 10_000, lambda size: None)
    with pytest.MonkeyPatch.context() as patch:
        in_python(patch)
        plain = explore(steps, own, seen, 10_000, lambda size: None)
        expected = plain.probabilities(leaf_weights(part))
    assert native.size == plain.size
    assert sorted(native.levels) == sorted(plain.levels)
    assert native.certain == plain.certain
    sums, total = native.probabilities(leaf_weights(part))
    assert sums == pytest.approx(expected[0], abs=1e-12)
    assert total == pytest.approx(expected[1], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_both_find_the_same_ways_without_an_order(graph: Derivations, data: st.DataObject) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    asked = data.draw(st.lists(literals, min_size=1, max_size=3, unique=True))
    found = needed(graph, asked)
    own = [x for x in found.literals if not isinstance(x, bool)]
    if not own:
        return
    part = found.derivations
    order = data.draw(st.permutations(range(len(part.groups))))
    firing = Firing(part, order, own, (), ())
    native = firing.explored(10_000, lambda size: None)
    with pytest.MonkeyPatch.context() as patch:
        in_python(patch)
        plain = firing.explored(10_000, lambda size: None)
    for name in ("levels", "sources", "leaves", "targets"):
        assert getattr(native, name).tolist() == getattr(plain, name).tolist()
    assert [own.tolist() for own in native.places] == [own.tolist() for own in plain.places]
    assert (native.first, native.certain) == (plain.first, plain.certain)


def test_where_all_are_connected_ways_without_an_order_are_few() -> None:
    edges = [(x, y) for x in range(8) for y in range(1, 8) if x != y]
    count = len(edges)
    rules = [(count + y, (n, count + x) if x else (n,)) for n, (x, y) in enumerate(edges)]
    graph = Derivations([0.3] * count, [(n,) for n in range(count)], count + 8, rules)
    last = graph.nodes - 1
    order, _ = next(asked_orders(shape(graph), [last]))
    with pytest.raises(TooMany):
        explore(Steps(shape(graph), order, [last], (), ()), [last], (), 50_000, lambda size: None)
    fired = Firing(graph, order, [last], (), ()).explored(20_000, lambda size: None)
    value = fired.probabilities(leaf_weights(graph))[0][0]
    (chance,) = infer(graph, [last], how=Inference("sample", samples=20_000))
    assert chance.low - 0.02 < value < chance.high + 0.02


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_without_the_native_engine_probabilities_are_the_same(
    graph: Derivations, data: st.DataObject
) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    queries = data.draw(st.lists(literals, min_size=1, max_size=3))
    expected = by_worlds(graph, queries)
    with pytest.MonkeyPatch.context() as patch:
        in_python(patch)
        assert [x.value for x in infer(graph, queries)] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.data())
def test_queries_that_part_have_the_same_probabilities(
    graph: Derivations, data: st.DataObject
) -> None:
    literals = st.integers(~(graph.nodes - 1), graph.nodes - 1)
    queries = data.draw(st.lists(literals, min_size=2, max_size=4, unique=True))
    expected = by_worlds(graph, queries)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explore_module, "ROUNDS", (1, 1 << 62))
        assert [x.value for x in infer(graph, queries)] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_both_growers_grow_the_same_orders(graph: Derivations) -> None:
    rows = range(len(graph.weights), graph.nodes)
    form = shape(needed(graph, rows).derivations)
    used = [g for g, rules in enumerate(form.rules_of_group) if rules]
    if not used:
        return
    plain, native = InPython(form, used), InNative(form, used, native_module())
    for start in used:
        order = plain.grown(start)
        assert native.grown(start) == order
        assert native.distances(start) == plain.distances(start)
        assert native.cost(order) == pytest.approx(plain.cost(order))
        improved = native.improved(order, 200)
        assert sorted(improved) == sorted(order)
        assert native.cost(improved)[1] <= native.cost(order)[1] * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(graphs(), st.data())
def test_a_sweep_that_keeps_all_states_is_exact(graph: Derivations, data: st.DataObject) -> None:
    query = data.draw(st.integers(0, graph.nodes - 1))
    found = needed(graph, [query])
    (own,) = found.literals
    if isinstance(own, bool):
        return
    form = shape(found.derivations)
    order, _ = next(asked_orders(form, [own]))
    steps = Steps(form, order, (), [own], ())
    native = packed(steps)
    assert native is not None
    weights = leaf_weights(found.derivations)
    holds, fails, left = native.sweep(weights, steps.literal(own), 0, 1 << 30, math.inf) or (
        0,
        0,
        0,
    )
    (expected,) = by_worlds(graph, [query])
    assert (holds, fails, left) == pytest.approx((expected, 1 - expected, 0.0), abs=1e-9)
    assert native.sweep(weights, steps.literal(own), 0, 1 << 30, 0.0) is None or not order


GRID = "".join(
    f"0.5::edge({x * 7 + y},{x * 7 + y + step}).\n"
    for x in range(7)
    for y in range(7)
    for step, inside in ((1, y < 6), (7, x < 6))
    if inside
)
PATHS = (
    "link(x, y) :- edge(x, y).  link(x, y) :- edge(y, x).\n"
    "path(x, y) :- link(x, y).  path(x, z) :- path(x, y), link(y, z).\n"
)


def test_states_past_the_limit_are_an_error_and_the_next_run_works() -> None:
    program = Program(GRID + PATHS)
    with pytest.raises(LimitError) as caught:
        program.run(inference="exact", limits=Limits(seconds=0.02)).probability("path", (0, 48))
    assert caught.value.number == 301
    small = Program("0.5::edge(1,2). 0.5::edge(2,3)." + PATHS).run(inference="exact")
    assert small.probability("path", (1, 3)) == 0.25


def test_an_interrupt_stops_the_native_explorer() -> None:
    rules = [(8 + n, (n, 8 + n - 1) if n else (n,)) for n in range(8)]
    graph = Derivations([0.5] * 8, [(n,) for n in range(8)], 16, rules)
    form = shape(graph)
    steps = Steps(form, range(8), [15], (), ())

    def stop(size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explore(steps, [15], (), 1_000, stop)
    with pytest.raises(TooMany):
        explore(steps, [15], (), 2, lambda size: None)
