"""Probabilities of `.dl` programs: each form of clause, evidence, parameters, both backends."""

from __future__ import annotations

import pytest

from trivium import Program
from trivium.errors import ProgramError
from trivium.probability.explain import Explanation
from trivium.program import Result

EDGES = "0.4::edge(1, 2).  0.5::edge(2, 3).  0.25::edge(1, 3)."
PATHS = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."


@pytest.fixture(params=["native", "reference"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def of(text: str, backend: str, relation: str, *row: object, **weights: float) -> float:
    result = Program(text).run(backend=backend, weights=weights)
    return result.probability(relation, row)  # type: ignore[arg-type]


def test_facts_through_recursive_rules(backend: str) -> None:
    assert of(EDGES + PATHS, backend, "path", 1, 3) == pytest.approx(1 - 0.75 * (1 - 0.2))


def test_rows_that_may_hold_are_there_and_others_have_no_chance(backend: str) -> None:
    result = Program(EDGES + PATHS).run(backend=backend)
    assert result["path"].rows() == [(1, 2), (1, 3), (2, 3)]
    assert result.probabilities("path") == pytest.approx({(1, 2): 0.4, (1, 3): 0.4, (2, 3): 0.5})
    assert result.probability("path", (3, 1)) == 0.0


def test_all_outputs_are_answered_at_once(backend: str) -> None:
    text = EDGES + PATHS + "far(x) :- path(1, x).\n.output edge\n.output far"
    result = Program(text).run(backend=backend)
    assert result.answers == pytest.approx(
        {"edge(1, 2)": 0.4, "edge(2, 3)": 0.5, "edge(1, 3)": 0.25, "far(2)": 0.4, "far(3)": 0.4}
    )
    assert list(result.answers)[-2:] == ["far(2)", "far(3)"]
    assert Program("p(1).  .output p").run(backend=backend).answers == {"p(1)": 1.0}


def test_some_rows_are_asked_for_together(backend: str) -> None:
    result = Program(EDGES + PATHS).run(backend=backend)
    found = result.probabilities("path", [(2, 3), (3, 1), (1, 3)])
    assert list(found) == [(2, 3), (3, 1), (1, 3)]
    assert found == pytest.approx({(2, 3): 0.5, (3, 1): 0.0, (1, 3): 0.4})
    certain = Program("p(1).").run(backend=backend)
    assert certain.probabilities("p", [(2,), (1,)]) == {(2,): 0.0, (1,): 1.0}


def test_a_certain_program_has_certain_rows() -> None:
    result = Program("p(1).  q(x) :- p(x).").run()
    assert result.probability("q", (1,)) == 1.0
    assert result.probability("q", (2,)) == 0.0
    assert result.probabilities("q") == {(1,): 1.0}


def test_cycles_keep_the_least_model(backend: str) -> None:
    text = "0.4::edge(1, 2).  0.7::edge(2, 1).  0.5::edge(2, 3)." + PATHS
    assert of(text, backend, "path", 1, 3) == pytest.approx(0.2)
    assert of(text, backend, "path", 1, 1) == pytest.approx(0.28)


def test_each_instance_of_a_clause_is_a_choice(backend: str) -> None:
    text = "item(1).  item(2).  0.3::broken(x) :- item(x).  any() :- broken(_)."
    assert of(text, backend, "any") == pytest.approx(1 - 0.7 * 0.7)


def test_a_free_variable_makes_instances_too(backend: str) -> None:
    text = "w(1, 5).  w(1, 6).  0.3::p(x) :- w(x, _)."
    assert of(text, backend, "p", 1) == pytest.approx(1 - 0.7 * 0.7)


def test_a_column_that_is_not_named_makes_none(backend: str) -> None:
    text = ".decl w(x: number, y: number)  w(1, 5).  w(1, 6).  0.3::p(x) :- w(x: x)."
    assert of(text, backend, "p", 1) == pytest.approx(0.3)


def test_a_probability_bound_in_the_body(backend: str) -> None:
    text = "w(1, 0.2).  w(2, 1).  p::r(x) :- w(x, p)."
    assert of(text, backend, "r", 1) == pytest.approx(0.2)
    assert of(text, backend, "r", 2) == 1.0


def test_a_probability_computed_in_the_head(backend: str) -> None:
    text = "w(1, 0.2).  1 - p/2::r(x) :- w(x, p)."
    assert of(text.replace("1 - p/2", "1.0 - p / 2.0"), backend, "r", 1) == pytest.approx(0.9)


def test_alternatives_exclude_each_other(backend: str) -> None:
    text = (
        "1/3::dice(x, 1); 1/3::dice(x, 2); 1/3::dice(x, 3) :- die(x).  die(1).  die(2)."
        "same() :- dice(1, x), dice(2, x).  two() :- dice(1, 1), dice(1, 2)."
    )
    assert of(text, backend, "same") == pytest.approx(1 / 3)
    assert of(text, backend, "two") == 0.0


def test_alternatives_without_a_body(backend: str) -> None:
    text = "0.3::colour(1); 0.6::colour(2).  none() :- !colour(_)."
    assert of(text, backend, "none") == pytest.approx(0.1)


def test_a_fact_twice_is_two_choices(backend: str) -> None:
    assert of("0.5::a.  0.5::a.", backend, "a") == pytest.approx(0.75)


def test_a_fact_that_is_certain_too_is_certain(backend: str) -> None:
    assert of("0.5::a(1).  a(1).", backend, "a", 1) == 1.0


def test_negation_of_what_is_uncertain(backend: str) -> None:
    text = EDGES + PATHS + "node(1).  node(3).  alone(x) :- node(x), !path(_, x)."
    assert of(text, backend, "alone", 3) == pytest.approx((1 - 0.25) * 0.5)
    assert of(text, backend, "alone", 1) == 1.0


def test_evidence(backend: str) -> None:
    text = "0.1::burglary.  0.2::quake.  alarm :- burglary.  alarm :- quake."
    seen = text + ".evidence alarm"
    assert of(seen, backend, "burglary") == pytest.approx(0.1 / 0.28)
    assert of(text + ".evidence !quake\n.evidence alarm()", backend, "burglary") == 1.0
    assert of(text + ".evidence alarm = false", backend, "burglary") == 0.0


def test_evidence_that_cannot_be(backend: str) -> None:
    text = "0.1::a(1).  b(x) :- a(x).  .evidence a(1)\n.evidence !b(1)"
    with pytest.raises(ProgramError, match="has probability 0") as caught:
        of(text, backend, "a", 1)
    assert caught.value.number == 285
    with pytest.raises(ProgramError) as caught:
        of("0.1::a(1).  .evidence a(2)", backend, "a", 1)
    assert caught.value.number == 285


def test_named_parameters(backend: str) -> None:
    text = "w::a.  t(0.5, w2)::b.  t(0.25)::c.  d :- a, b, c."
    assert of(text, backend, "d", w=0.5) == pytest.approx(0.5 * 0.5 * 0.25)
    assert of(text, backend, "d", w=0.5, w2=1.0) == pytest.approx(0.5 * 0.25)
    for weights in ({}, {"w": 2.0}, {"w": 0.5, "other": 0.5}):
        with pytest.raises(ProgramError) as caught:
            of(text, backend, "d", **weights)
        assert caught.value.number == 287


def test_a_probability_that_is_none(backend: str) -> None:
    with pytest.raises(ProgramError) as caught:
        of("w(1, 1.5).  p::r(x) :- w(x, p).", backend, "r", 1)
    assert caught.value.number == 260
    with pytest.raises(ProgramError) as caught:
        of("w(1, 0.75).  p::r(x); p::s(x) :- w(x, p).", backend, "r", 1)
    assert caught.value.number == 261


def test_data_with_probabilities(backend: str) -> None:
    program = Program("p::edge(x, y) :- scored(x, y, p)." + PATHS)
    result = program.run(scored=[(1, 2, 0.4), (2, 3, 0.5)], backend=backend)
    assert result.probability("path", (1, 3)) == pytest.approx(0.2)


def query(text: str, relation: str, row: tuple[object, ...]) -> Result:
    return Program(text).query(relation, row)  # type: ignore[arg-type]


def test_a_query_grounds_what_it_needs() -> None:
    far = "".join(f"0.5::edge({n}, {n + 1}).  " for n in range(10, 40))
    result = query(EDGES + PATHS + far, "path", (1, None))
    assert result.probabilities("path") == pytest.approx({(1, 2): 0.4, (1, 3): 0.4})


def test_a_query_keeps_the_evidence() -> None:
    text = EDGES + PATHS + ".evidence !edge(1, 3)\nother(x) :- edge(_, x)."
    assert query(text, "path", (1, 3)).probability("path", (1, 3)) == pytest.approx(0.2)
    assert query(text, "other", (3,)).probability("other", (3,)) == pytest.approx(0.5)


ROWS = "0.5::p(1, 10).  0.5::p(2, 20).  0.2::p(3, 10).  p(4, 5).  q(1).  q(2).  q(5)."


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("r(n) :- n = count : { p(_, _) }.", {1: 0.2, 2: 0.45, 3: 0.3, 4: 0.05}),
        ("r(n) :- n = sum v : { p(i, v), i < 3 }.", {0: 0.25, 10: 0.25, 20: 0.25, 30: 0.25}),
        ("r(n) :- n = max v : { p(_, v) }.", {5: 0.2, 10: 0.3, 20: 0.5}),
        ("r(n) :- n = min v : { p(i, v), i < 4 }.", {10: 0.6, 20: 0.2}),
        ("r(n) :- n = mean v : { p(i, v), i < 3 }.", {10.0: 0.25, 15.0: 0.25, 20.0: 0.25}),
        ("r(n) :- n = count : { q(i), !p(i, _) }.", {1: 0.25, 2: 0.5, 3: 0.25}),
        ("r(x) :- q(x), 0 = count : { p(x, _) }.", {1: 0.5, 2: 0.5, 5: 1.0}),
        ("r(x) :- q(x), exists : { p(x, _) }.", {1: 0.5, 2: 0.5}),
    ],
)
def test_aggregates_over_uncertain_rows(
    rule: str, expected: dict[float, float], backend: str
) -> None:
    found = Program(ROWS + rule).run(backend=backend).probabilities("r")
    assert {row[0]: p for row, p in found.items() if p} == pytest.approx(expected)


def test_many_rows_are_counted_without_blowing_up() -> None:
    text = "item(x) :- x = range(0, 40).  0.5::on(x) :- item(x).  n(c) :- c = count : { on(_) }."
    assert of(text, "native", "n", 20) == pytest.approx(0.12537068761957926)


def test_an_aggregate_with_too_many_results() -> None:
    text = "0.5::p(1).  r(n) :- n = top 1 x : { p(x) }."
    many = "item(x) :- x = range(0, 20).  0.5::p(2 ^ x) :- item(x).  r(n) :- n = sum x : { p(x) }."
    for program in (text, many):
        with pytest.raises(ProgramError) as caught:
            Program(program).run()
        assert caught.value.number == 286


def test_why_a_row_is_as_probable_as_it_is() -> None:
    result = Program(EDGES + PATHS).run()
    assert str(result.why("path", (1, 3))).splitlines() == [
        "path(1, 3)   probability 0.4 (exact)",
        "├─ 0.25   0.25::edge(1, 3)",
        "└─ 0.2   0.4::edge(1, 2), 0.5::edge(2, 3)",
        "depends most on edge(1, 3): with it 1, without it 0.2",
    ]
    assert result.method == "exact"


def test_why_with_evidence_and_negation() -> None:
    text = "0.1::b.  0.2::e.  a :- b.  a :- e.  q :- a, !b.  .evidence a"
    found = Program(text).run().why("q", ())
    assert isinstance(found, Explanation)
    assert found.probability == pytest.approx(0.9 * 0.2 / 0.28)
    assert "not b()" in str(found)


def test_views_show_probabilities() -> None:
    view = Program(EDGES + PATHS).run()["path"]
    assert view.columns == ("x", "y")
    assert view.heads == ("x", "y", "probability")
    assert "0.4" in repr(view)
    assert view.shown()[0] == (1, 2, pytest.approx(0.4))
    assert Program("p(1).").run()["p"].heads == ("c0",)
