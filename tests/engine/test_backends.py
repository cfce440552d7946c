"""The native engine derives what the reference does, whatever the columns hold."""

from __future__ import annotations

import numpy as np
import pytest

from trivium.engine import backends, native
from trivium.errors import BackendError, LimitError, ProgramError
from trivium.program import Limits, Program

needs_native = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."
PROGRAMS = {
    "closure": CLOSURE,
    "doubling": "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), path(y, z).",
    "same generation": """
        same(x, y) :- edge(p, x), edge(p, y), x != y.
        same(x, y) :- edge(p, x), same(p, q), edge(q, y).""",
    "one column": "seen(x) :- edge(x, _).  seen(y) :- seen(x), edge(x, y).",
    "three columns": """
        walk(x, y, 1) :- edge(x, y).
        walk(x, z, n + 1) :- walk(x, y, n), edge(y, z), n < 4.""",
    "loops": "loop(x) :- edge(x, x).  two(x, y) :- edge(x, y), edge(y, x).",
    "triangles": "triangle(x, y, z) :- edge(x, y), edge(y, z), edge(x, z).",
    "negation": CLOSURE + "apart(x, y) :- edge(x, _), edge(_, y), !path(x, y).",
    "crossing": "pair(x, y) :- edge(x, 1), edge(y, 2), x < y.",
    "mutual": """
        odd(x, y) :- edge(x, y).
        odd(x, z) :- even(x, y), edge(y, z).
        even(x, z) :- odd(x, y), edge(y, z).""",
    "sums": "total(x, s) :- edge(x, _), s = sum y : { edge(x, y) }.",
    "cycles": "cycles(n) :- n = count : { edge(a, b), edge(b, c), edge(c, d), edge(d, a) }.",
    "no cycles": "cycles(n) :- n = count : { edge(a, b), edge(b, a), a > 10000 * a * a + 1 }.",
    "sums over joins": """
        reach(x, s) :- edge(x, _), s = sum z : { edge(x, y), edge(y, z), z != x }.
        far(x, m) :- edge(x, _), m = max z - x : { edge(x, y), edge(y, z) }.""",
    "without atoms": "start(3).  next(x) :- x = 4.  next(y) :- start(x), y = x * x - 1.",
}


def edges(kind: str) -> np.ndarray:
    pairs = np.random.default_rng(3).integers(0, 30, (70, 2))
    match kind:
        case "wide":
            return pairs * 2**40 - 2**44
        case "negative":
            return pairs - 15
        case "many":
            return np.random.default_rng(3).integers(0, 200, (9000, 2))
        case _:
            return pairs


@needs_native
@pytest.mark.parametrize("kind", ["small", "wide", "negative"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_backends_agree(name: str, kind: str) -> None:
    program = Program(PROGRAMS[name])
    data = {} if name == "without atoms" else {"edge": edges(kind)}
    results = [program.run(backend=b, **data) for b in backends.BACKENDS]
    for relation in results[0].relations:
        first, second = (result[relation].rows() for result in results)
        assert first == second, relation


@needs_native
def test_many_rows_go_to_bit_sets_and_back() -> None:
    program = Program(CLOSURE)
    results = [program.run(backend=b, edge=edges("many")) for b in backends.BACKENDS]
    assert results[0]["path"].rows() == results[1]["path"].rows()
    assert str(results[0].why("path", (3, 3))) != ""


@needs_native
def test_given_columns_are_not_copied() -> None:
    columns = {"x": np.arange(5), "y": np.arange(5) + 1}
    result = Program(CLOSURE).run(backend="native", edge=columns)
    stored = result.outcome.loader.stored["edge"]
    assert np.shares_memory(stored.column(0), columns["x"])


@needs_native
@pytest.mark.parametrize(
    ("limits", "number"),
    [(Limits(seconds=0.2), 301), (Limits(rows=5000), 302), (Limits(memory_bytes=10**6), 303)],
)
def test_limits_stop_a_pipeline(limits: Limits, number: int) -> None:
    program = Program("big(x, y, z) :- n(x), n(y), n(z).")
    with pytest.raises(LimitError, match="big") as caught:
        program.run(backend="native", limits=limits, n=np.arange(3000).reshape(-1, 1))
    assert caught.value.number == number


@needs_native
def test_the_body_of_an_aggregate_stays_within_its_memory() -> None:
    program = Program("big(s) :- s = sum x * y : { n(x), n(y) }.")
    limits = Limits(memory_bytes=10**6)
    with pytest.raises(LimitError) as caught:
        program.run(backend="native", limits=limits, n=np.arange(3000).reshape(-1, 1))
    assert caught.value.number == 303


@needs_native
@pytest.mark.parametrize("backend", ["reference", "native"])
def test_groups_are_not_told_apart_again_unless_they_must(backend: str) -> None:
    text = """
    .decl node(x: number)
    .decl near(x: number, y: number)
    least(x, l) :- node(x), l = min y : { near(x, y) }.
    few(l) :- node(x), l = min y : { near(x, y) }.
    some(x) :- node(x), l = top 2 y : { near(x, y) }, l >= 0.
    all(x, n) :- n = count : { near(x, _) }, node(x).
    """
    near = [(x, x * y % 97) for x in range(300) for y in range(5)]
    result = Program(text).run(near=near, node=[(x,) for x in range(310)], backend=backend)
    least = {x: min(y for own, y in near if own == x) for x in range(300)}
    assert set(result["least"]) == set(least.items())
    assert sorted(result["few"]) == sorted({(value,) for value in least.values()})
    assert len(set(result["some"])) == len(result["some"]) == 300
    assert len(result["all"]) == len(set(result["all"])) == 310


@needs_native
def test_a_zero_divisor_names_the_rule() -> None:
    with pytest.raises(ProgramError, match="zero") as caught:
        Program("bad(z) :- n(x), z = 1 / x.").run(backend="native", n=[(1,), (0,)])
    assert caught.value.number == 280


def test_an_unknown_backend() -> None:
    with pytest.raises(BackendError) as caught:
        Program("p(1).").run(backend="fast")
    assert caught.value.number == 404


def test_without_a_native_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trivium.engine.native.module._native", None)
    assert backends.backend(None).name == "reference"
    with pytest.raises(BackendError) as caught:
        backends.backend("native")
    assert caught.value.number == 403


@needs_native
@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("most", [300, 2**50])
def test_equal_rows_of_a_large_table_are_given_once(width: int, most: int) -> None:
    rows = np.random.default_rng(5).integers(0, most, (150_000, width))
    rows[70_000:80_000] = rows[:10_000]
    names = ", ".join(f"c{i}" for i in range(width))
    program = Program(
        f".decl t({names.replace(',', ': number,')}: number) first(x) :- t({names[:2]}: x)."
    )
    result = program.run(backend="native", t=rows)
    assert result["t"].rows() == sorted(set(map(tuple, rows.tolist())))
    unique, counts = np.unique(rows, axis=0, return_counts=True)
    repeated = tuple(unique[counts > 1][0].tolist())
    first = int(np.flatnonzero((rows == repeated).all(axis=1))[0])
    assert f"row {first + 1}" in str(result.why("t", repeated)).replace(",", "")


@needs_native
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("different", [3_000, 250_000])
def test_values_far_apart_are_told_apart(different: int, threads: int) -> None:
    """Few different values become codes in the sets; too many become themselves again."""
    random = np.random.default_rng(6)
    values = np.unique(random.integers(2**22, 2**32 - 2, 2 * different))[:different]
    data = {
        name: np.column_stack([random.integers(0, 90, 200_000), random.choice(values, 200_000)])
        for name in ("a", "b")
    }
    text = """q(x, y) :- a(x, y).  q(x, y) :- b(x, y).
        r(x, y) :- q(x, y), x < 30.  r(y, x) :- a(x, y), b(x, y).  s(x, y) :- r(x, y), q(x, y)."""
    result = Program(text).run(backend="native", limits=Limits(threads=threads), **data)
    a, b = (set(map(tuple, data[name].tolist())) for name in ("a", "b"))
    low = {row for row in a | b if row[0] < 30}
    assert set(result["q"].rows()) == a | b
    assert set(result["r"].rows()) == low | {(y, x) for x, y in a & b}
    assert set(result["s"].rows()) == low


@pytest.mark.parametrize("backend", ["reference", "native"])
def test_a_rule_of_very_many_conditions(backend):
    if backend == "native" and not native.available():
        pytest.skip("the native engine was not built with this installation")
    many = ", ".join(f"x != {n}" for n in range(1000))
    program = Program(f"other(x) :- number(x), {many}.")
    result = program.run(backend=backend, number=[(n,) for n in range(1010)])
    assert result["other"].rows() == [(n,) for n in range(1000, 1010)]
