"""`Program.update` gives what a full run on the changed data gives, whatever the change."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from itertools import zip_longest
from math import inf
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fuzz.engines import BACKENDS, mismatch
from tests.fuzz.programs import make

from trivium import Program, Result
from trivium.engine.limits import Guard
from trivium.errors import DataError, LimitError, ProgramError, TriviumError
from trivium.maintain import follow
from trivium.maintain.interrupts import uninterrupted
from trivium.maintain.patience import Patience, PatientGuard, TooSlow
from trivium.maintain.reader import Reader
from trivium.probability.semirings import Counting
from trivium.program import Limits

Rows = Sequence[tuple[Any, ...]]
PATHS = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."

EDGE = ".decl edge(c1: number, c2: number)  "
CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."
PROGRAMS = {
    "closure": CLOSURE,
    "both ways": "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), path(y, z).",
    "mutual": """
        odd(x, y) :- edge(x, y).  odd(x, z) :- even(x, y), edge(y, z).
        even(x, z) :- odd(x, y), edge(y, z).  both(x) :- odd(x, x), even(x, x).
    """,
    "given and derived": EDGE + "edge(y, x) :- edge(x, y), x < 3.",
    "negation": CLOSURE
    + """
        apart(x, y) :- edge(x, _), edge(_, y), !path(x, y).
        alone(x) :- edge(x, _), !edge(_, x).
    """,
    "aggregates": CLOSURE
    + """
        fan(x, n) :- edge(x, _), n = count : { path(x, y), y != x }.
        most(m) :- m = max n : { fan(_, n) }.
        far(x, y) :- edge(x, _), y = max z : { path(x, z), !edge(x, z) }.
        all(x) :- edge(x, _), forall : { edge(x, y) => path(y, x) }.
        total(s) :- s = sum y : { path(_, y) }.
    """,
    "aggregates of aggregates": """
        best(x, n) :- edge(x, _), n = max y : { edge(x, z), y = sum w : { edge(z, w) } }.
    """,
    "subsumption": """
        .decl dist(x: number, d: number)
        dist(0, 0).  dist(y, d + 1) :- dist(x, d), edge(x, y), d < 9.
        dist(x, d) <= dist(x, e) :- e < d.
        reached(n) :- n = count : { dist(_, _) }.
    """,
    "choice": """
        .decl next(x: number, y: number) choice-domain x
        next(x, y) :- edge(x, y).
        seen(y) :- next(_, y).
    """,
    "eqrel": """
        .decl same(x: number, y: number) eqrel
        same(x, y) :- edge(x, y).
        apart(x, y) :- edge(x, _), edge(_, y), !same(x, y).
    """,
    "numbered": "row(x, y, autoinc()) :- edge(x, y).  rows(n) :- n = count : { row(_, _, _) }.",
    "terms": """
        .type List = [head: number, tail: List]
        .decl walk(x: number, l: List)
        walk(x, [x, nil]) :- edge(x, _), x < 2.
        walk(y, [y, l]) :- walk(x, l), edge(x, y), x < y.
        nullary() :- edge(1, 2).
        text(cat("n", to_string(x))) :- edge(x, _), nullary().
    """,
}

edges = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=14)


def rows_of(result: Result) -> dict[str, set[tuple[Any, ...]]]:
    return {name: set(result[name].rows()) for name in result.relations}


class Impatient(PatientGuard):
    """Gives up when it is asked for the time once more than it may be."""

    steps: float = inf

    def check_time(self) -> None:
        Guard.check_time(self)
        self.steps -= 1
        if self.steps < 0:
            raise TooSlow


def check(
    text: str,
    first: Rows,
    changes: Sequence[tuple[Rows, Rows]],
    backend: str,
    patience: Sequence[float] = (),
) -> None:
    """Each update is that of a full run; `patience` says after how many steps each gives up."""
    text = text if text.startswith(EDGE) else EDGE + text
    program, fresh = Program(text), Program(text)
    program.run(edge=first, backend=backend)
    now = dict.fromkeys(first)
    kept = []
    for (insert, delete), steps in zip_longest(changes, patience[: len(changes)], fillvalue=inf):
        guard = type("Guard", (Impatient,), {"steps": steps})
        with patch.object(follow, "PatientGuard", guard):
            result = program.update(insert={"edge": insert}, delete={"edge": delete})
        now = {row: None for row in now if row not in delete} | dict.fromkeys(insert)
        wanted = rows_of(fresh.run(edge=list(now)))
        if "autoinc" in text:
            wanted.pop("row")
        found = rows_of(result)
        assert {name: found[name] for name in wanted} == wanted
        kept.append((result, wanted))
    for result, wanted in kept:  # later updates leave it alone
        assert {name: set(result[name].rows()) for name in wanted} == wanted


@pytest.mark.parametrize("name", PROGRAMS)
@settings(max_examples=15)
@given(
    first=edges,
    changes=st.lists(st.tuples(edges, edges), min_size=1, max_size=3),
    patience=st.lists(st.just(inf) | st.integers(0, 30), max_size=3),
)
def test_programs(
    name: str, first: Rows, changes: list[tuple[Rows, Rows]], patience: list[float]
) -> None:
    if name == "choice":  # which row is chosen depends on the order of what comes
        changes = [([], delete) for _, delete in changes]
    check(PROGRAMS[name], list(dict.fromkeys(first)), changes, BACKENDS[-1], patience)


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_random_programs(chance: Random) -> None:
    problem = mismatch(make(chance), ("reference", "updated"))
    assert problem is None, problem


@pytest.mark.parametrize("backend", BACKENDS)
def test_large_closures(backend: str) -> None:
    for seed in range(3):
        chance = np.random.default_rng(seed)
        drawn = [set(map(tuple, chance.integers(0, 90, (n, 2)).tolist())) for n in (120, 40, 40)]
        rows, more, others = map(sorted, drawn)
        changes = [(more, []), ([], rows[5:40]), (rows[5:20], more), (others, rows[::3])]
        check(CLOSURE, rows, changes, backend)


def test_what_was_given_in_any_way_may_go(tmp_path: Path) -> None:
    (tmp_path / "edge.facts").write_text("1\t2\n2\t3\n")
    text = ".decl edge(x: number, y: number)  .input edge  edge(3, 4).  " + CLOSURE
    program = Program(text)
    assert len(program.run(facts_dir=tmp_path)["path"]) == 6
    result = program.update(delete={"edge": [(3, 4), (1, 2)]})
    assert result["path"].rows() == [(2, 3)]
    assert program.update(delete={"path": [(2, 3)]})["path"].rows() == [(2, 3)]  # it follows
    assert program.update(delete={"edge": [(9, 9)]})["path"].rows() == [(2, 3)]
    assert result.stats.rows == {"edge": 1, "path": 1}


def test_without_a_run_before_there_is_one_without_data() -> None:
    program = Program(CLOSURE + " edge(1, 2).")
    assert program.update(insert={"edge": [(2, 3)]})["path"].rows() == [(1, 2), (1, 3), (2, 3)]
    program.run(edge=[(7, 8)])
    assert program.update()["path"].rows() == [(1, 2), (7, 8)]  # a run starts afresh


def test_data_may_be_columns_and_have_empty_cells() -> None:
    program = Program(".decl t(a: number, b: symbol)  p(a) :- t(a, _).  q(b) :- t(_, b).")
    program.run(t={"a": [1, 2], "b": ["x", None]})
    result = program.update(
        insert={"t": {"b": ["z"], "a": np.array([3])}}, delete={"t": [(1, "x")]}
    )
    assert result["t"].rows() == [(2, None), (3, "z")]
    assert result["p"].rows() == [(2,), (3,)]
    result = program.update(insert={"t": [(None, "y")]}, delete={"t": [(2, None)]})
    assert result["q"].rows() == [("y",), ("z",)]


def test_proofs_are_those_of_a_full_run() -> None:
    program = Program(CLOSURE)
    program.run(edge=[(1, 2), (2, 3), (3, 4)])
    earlier = program.update(insert={"edge": [(1, 3)]}, delete={"edge": [(2, 3)]})
    program.update(delete={"edge": [(1, 3)]})
    assert "edge(1, 3)" in str(earlier.why("path", (1, 4)))
    assert "no row matches edge(2, 3)" in str(earlier.why_not("path", (2, 3)))


def test_a_mistake_leaves_all_as_it_was() -> None:
    text = CLOSURE + " p(1 / x) :- path(x, _)."
    program = Program(text)
    before = rows_of(program.run(edge=[(1, 2), (2, 3)]))
    with pytest.raises(ProgramError, match="E280"):
        program.update(insert={"edge": [(3, 0), (0, 1)]}, delete={"edge": [(1, 2)]})
    with pytest.raises(DataError, match="E660"):
        program.update(insert={"edges": [(3, 0)]})
    with pytest.raises(DataError, match="E653"):
        program.update(insert={"edge": [("a", 0)]})
    with pytest.raises(LimitError, match="E302"):
        program.update(insert={"edge": [(n, n + 1) for n in range(3, 90)]}, limits=Limits(rows=200))
    assert rows_of(program.update()) == before
    wanted = rows_of(Program(text).run(edge=[(2, 3), (3, 4)]))
    assert rows_of(program.update(insert={"edge": [(3, 4)]}, delete={"edge": [(1, 2)]})) == wanted


def test_uncertain_programs_are_refused() -> None:
    program = Program("0.4::edge(1, 2).  path(x, y) :- edge(x, y).")
    with pytest.raises(TriviumError, match="E312"):
        program.update(insert={"edge": [(2, 3)]})


def test_the_work_is_that_of_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change far from most rows looks at few of them."""
    monkeypatch.setattr(follow, "allowed", lambda _: inf)
    program = Program(CLOSURE)
    chains = [(100 * c + n, 100 * c + n + 1) for c in range(60) for n in range(40)]
    program.run(edge=chains)
    program.update(insert={"edge": [(9990, 9991)]})
    seen: list[int] = []
    match = Reader.match

    def counting(self: Reader, step: Any, bindings: Any) -> Any:
        found = match(self, step, bindings)
        seen.append(0 if found is None else found.length)
        return found

    monkeypatch.setattr(Reader, "match", counting)
    result = program.update(insert={"edge": [(40, 41)]}, delete={"edge": [(110, 111)]})
    assert len(result["path"]) == 60 * 820 + 1 + 41 - 11 * 30
    assert 0 < sum(seen) < 6_000


def test_changes_like_those_given_up_run_again_at_once() -> None:
    patience, kind, other = Patience(), (frozenset(["e"]), frozenset()), (frozenset(), frozenset())
    assert patience.tries(kind, 5, full=1.0, built=False)  # the first update makes the indexes
    patience.building = 2.5
    patience.gave_up(kind, 5)
    assert not patience.tries(kind, 7, full=1.0, built=True)
    assert patience.tries(kind, 4, full=1.0, built=True)  # a smaller one is tried
    assert patience.tries(other, 9, full=1.0, built=True)
    assert not patience.tries(kind, 5, full=1.0, built=True)
    assert patience.tries(kind, 5, full=1.0, built=True)  # and so it goes on
    patience.gave_up(kind, 5)
    tried = [patience.tries(kind, 5, full=1.0, built=True) for _ in range(5)]
    assert tried == [False, False, False, False, True]
    patience.followed(kind, 5)
    tried = [patience.tries(kind, 9, full=1.0, built=False) for _ in range(4)]
    assert tried == [False, False, False, True]  # as long as the indexes take


def test_an_interrupt_waits_for_what_must_be_whole() -> None:
    done = []

    def work() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            done.append("all")
        done.append("not this")

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # it may be ignored
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
    finally:
        signal.signal(signal.SIGINT, before)
    assert done == ["all"]


def test_an_equivalence_of_many_pairs_stays_classes() -> None:
    text = EDGE + ".decl same(x: number, y: number) eqrel  same(x, y) :- edge(x, y)."
    program = Program(text)
    chain = [(n, n + 1) for n in range(3000)]
    program.run(edge=chain)
    limits = Limits(rows=100_000)  # the pairs would be nine million
    result = program.update(insert={"edge": [(7000, 7001)]}, limits=limits)
    assert len(result["same"]) == 3001**2 + 4
    result = program.update(delete={"edge": chain[10:]}, limits=limits)
    assert set(result["same"].rows()) == {
        (x, y) for part in (range(11), (7000, 7001)) for x in part for y in part
    }
    assert "edge(3, 4)" in str(result.why("same", (3, 4)))


def test_results_stay_as_they_are_and_may_go_on_in_two_ways() -> None:
    first = Program(PATHS).run(edge=[(1, 2), (2, 3)])
    longer = first.update(insert={"edge": [(3, 4)]})
    shorter = first.update(delete={"edge": [(1, 2)]})  # from the first, not from the longer one
    both = longer.update(delete={"edge": [(1, 2)]})
    assert first["path"].rows() == [(1, 2), (1, 3), (2, 3)]
    assert longer["path"].rows() == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]
    assert shorter["path"].rows() == [(2, 3)]
    assert both["path"].rows() == [(2, 3), (2, 4), (3, 4)]
    assert "edge(3, 4)" in str(both.why("path", (2, 4)))
    assert longer.update()["path"].rows() == longer["path"].rows()


def test_a_query_is_updated_within_what_it_asked() -> None:
    found = Program(PATHS).query("path", (1, None), {"edge": [(1, 2), (5, 6)]})
    changed = found.update(insert={"edge": [(2, 3), (6, 7)]})
    assert changed["path"].rows() == [(1, 2), (1, 3)]


def test_weights_over_the_rows_of_an_update() -> None:
    first = Program(PATHS).run(edge=[(1, 2), (2, 3)])
    assert first.evaluate("path", (1, 3), Counting(), over=("edge",)) == 1
    changed = first.update(insert={"edge": [(1, 3), (3, 4)]})
    assert changed.evaluate("path", (1, 3), Counting(), over=("edge",)) == 2
    assert changed.evaluate("path", (1, 4), Counting(), over=("edge",)) == 2
    assert first.evaluate("path", (1, 3), Counting(), over=("edge",)) == 1
