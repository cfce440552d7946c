"""Tables over many-valued variables: their marginals are what all worlds give."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.probability.worlds import derivations, worlds

from trivium import Program
from trivium.engine.limits import Limits
from trivium.errors import LimitError, ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.inference import exact, variables
from trivium.probability.inference.diagram import TooMany
from trivium.probability.inference.exact import by_tables
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.inference.tables import Factor, Product, marginals
from trivium.probability.inference.variables import Variables

# How large tables may be: as they are, and so small that rows are chains of links.
SIZES = (
    {},
    {"ROW_CELLS": (0, 1), "FAMILY_CELLS": (0, 1)},
    {"ROW_CELLS": (0, 4), "LINK": 2},
    {"TOGETHER": 2, "LINK": 4},
)


@pytest.mark.parametrize("sizes", SIZES)
def test_literals_are_as_probable_as_in_all_worlds(sizes, monkeypatch):
    for name, value in sizes.items():
        monkeypatch.setattr(variables, name, value)

    @settings(max_examples=60, deadline=None)
    @given(derivations(cycles=False), st.data())
    def check(ground, data):
        literals = st.integers(0, ground.nodes - 1).flatmap(lambda n: st.sampled_from([n, ~n]))
        queries = data.draw(st.lists(literals, min_size=1, max_size=4))
        evidence = data.draw(st.lists(literals, max_size=2))
        total, sums = 0.0, [0.0] * len(queries)
        for _, chance, holding in worlds(ground):
            if all((x >= 0) == ((x if x >= 0 else ~x) in holding) for x in evidence):
                total += chance
                for place, x in enumerate(queries):
                    sums[place] += chance * ((x >= 0) == ((x if x >= 0 else ~x) in holding))
        reduced = needed(ground, [*queries, *evidence])
        asked, seen = reduced.literals[: len(queries)], reduced.literals[len(queries) :]
        if any(x is False for x in seen):
            assert total == pytest.approx(0.0)
            return
        open_ones = [x for x in asked if not isinstance(x, bool)]
        observed = [x for x in seen if not isinstance(x, bool)]
        if total == 0.0:
            with pytest.raises(ProgramError, match="probability 0"):
                by_tables(reduced.derivations, open_ones, observed, Watch())
            return
        found = by_tables(reduced.derivations, open_ones, observed, Watch())
        for truth, value in zip(asked, sums, strict=True):
            own = float(truth) if isinstance(truth, bool) else found[truth]
            assert own == pytest.approx(value / total, abs=1e-12)

    check()


@st.composite
def products(draw):
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    scopes = [(n,) for n in range(len(sizes))]
    for _ in range(draw(st.integers(0, 5))):
        scopes.append(tuple(draw(st.permutations(range(len(sizes))))[: draw(st.integers(1, 3))]))
    cell = st.sampled_from([0.0, 0.1, 0.5, 1.0, 1e-60])
    factors = []
    for scope in scopes:
        shape = [sizes[n] for n in scope]
        count = int(np.prod(shape))
        cells = draw(st.lists(cell, min_size=count, max_size=count))
        factors.append(Factor(scope, np.array(cells).reshape(shape)))
    return Product(sizes, factors)


@settings(max_examples=150, deadline=None)
@given(products())
def test_marginals_are_sums_over_all_assignments(product):
    # In logarithms, since a product of such small cells is no double.
    logs, places = [], list(itertools.product(*map(range, product.sizes)))
    for values in places:
        cells = [f.table[tuple(values[n] for n in f.scope)] for f in product.factors]
        logs.append(sum(np.log(cells)) if all(cells) else -np.inf)
    found = marginals(product, 1e6)
    if max(logs) == -np.inf:
        assert found is None
        return
    chances = np.exp(np.array(logs) - max(logs))
    for one, size in enumerate(product.sizes):
        sums = np.zeros(size)
        for values, chance in zip(places, chances, strict=True):
            sums[values[one]] += chance
        assert found is not None
        assert found[one] == pytest.approx(sums / chances.sum(), abs=1e-9)


NET = """
0.2::season(a); 0.5::season(b); 0.3::season(c).
0.1::rain(none); 0.7::rain(some); 0.2::rain(much) :- season(a).
0.6::rain(none); 0.4::rain(some) :- season(b).
rain(much) :- season(c).
0.9::wet(yes); 0.1::wet(no) :- rain(much), season(X).
0.5::wet(yes); 0.5::wet(no) :- rain(some), season(X).
wet(no) :- rain(none).
kind(cold) :- season(a).
kind(cold) :- season(c).
kind(warm) :- season(b).
"""


def _variables(text: str, questions: tuple[str, ...]) -> Variables:
    program = Program(text + "".join(f"query({q}).\n" for q in questions), dialect="problog")
    outcome = program.run().outcome
    resting = outcome.chances.grounds.rest([place for _, place in outcome.asked()])
    asked = [x for x in resting.truths if not isinstance(x, bool)]
    return Variables(resting.reduced.derivations, asked, lambda _: None)


def test_the_alternatives_of_a_switch_and_the_rows_they_give_are_values_of_one_variable():
    found = _variables(NET, ("season(_)", "rain(_)", "wet(_)", "kind(_)"))
    # `kind` says nothing that a set of seasons does not say.
    assert sorted(found.sizes) == [2, 3, 3]


def test_values_are_those_of_the_network():
    text = NET + "".join(f"query({q}(_)).\n" for q in ("season", "rain", "wet", "kind"))
    result = Program(text, dialect="problog").run()
    assert result.probability("rain", ("much",)) == pytest.approx(0.2 * 0.2 + 0.3)
    assert result.probability("kind", ("cold",)) == pytest.approx(0.5)
    some = 0.2 * 0.7 + 0.5 * 0.4
    assert result.probability("wet", ("yes",)) == pytest.approx(0.9 * 0.34 + 0.5 * some)


def test_rows_that_rest_on_themselves_are_left_to_other_ways():
    graph = Derivations([0.5, 0.5], [(0,), (1,)], 4, [(2, (3,)), (2, (0,)), (3, (2,)), (3, (1,))])
    with pytest.raises(TooMany):
        Variables(graph, [2], lambda _: None)


def test_a_row_of_many_causes_is_a_chain():
    causes = "".join(f"0.3::c({n}).\n0.2::e :- c({n}).\n" for n in range(40))
    result = Program(causes + "query(e).", dialect="problog").run()
    assert result.probability("e", ()) == pytest.approx(1 - (1 - 0.06) ** 40)


def test_tables_that_are_too_large_are_left_to_other_ways(monkeypatch):
    monkeypatch.setattr(exact, "CELLS", 3)
    text = NET + "query(wet(_)).\n"
    result = Program(text, dialect="problog").run()
    assert result.probability("wet", ("yes",)) == pytest.approx(0.306 + 0.5 * 0.34)


def test_tables_keep_the_limit_of_memory():
    rows = "".join(f"0.{n + 1}::x{n}.\n" for n in range(8))
    pairs = "".join(
        f"0.{a + 1}::y :- x{a}, x{b}.\n" for a in range(8) for b in range(a) if (a + b) % 2
    )
    program = Program(rows + pairs + "query(y).", dialect="problog")
    with pytest.raises(LimitError) as stopped:
        program.run(limits=Limits(memory_bytes=500), inference="exact").probability("y", ())
    assert stopped.value.number == 303
