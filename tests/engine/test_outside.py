"""Relations answered from outside: the rows of the full table, and each input asked once."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import trivium as tv
from trivium.engine.native import available
from trivium.errors import DataWarning, LimitError, ModelError, ProgramError, TriviumError
from trivium.probability.semirings import Counting
from trivium.program import Limits

BACKENDS = ["reference", "native"] if available() else ["reference"]
Rows = list[tuple[Any, ...]]


class Recorded:
    """A table of (input, output) pairs as a function that notes what it is asked about."""

    def __init__(self, table: Iterable[tuple[int, int]]) -> None:
        self.table: dict[int, list[int]] = {}
        for key, value in table:
            self.table.setdefault(key, []).append(value)
        self.asked: list[int] = []

    def __call__(self, x: int) -> list[int]:
        self.asked.append(x)
        return self.table.get(x, [])


def parity(n: int) -> str:
    return "odd" if n % 2 else "even"


def odd(n: int) -> bool:
    return n % 2 == 1


def run(text: str, providers: dict[str, Any], **data: Any) -> Rows:
    """The rows of `p`, the same on all backends."""
    program = tv.Program(text)
    (rows, *others) = [
        sorted(program.run(providers=providers, backend=backend, **data)["p"].rows())
        for backend in BACKENDS
    ]
    assert all(other == rows for other in others)
    return rows


def number_of(call: Callable[[], object]) -> int:
    with pytest.raises(TriviumError) as caught:
        call()
    return caught.value.number


# --- what a program may say ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('p(x) :- n(x), parity(x, "odd").', [(1,), (3,)]),
        ("p(x, y) :- n(x), parity(n: x, r: y).", [(1, "odd"), (2, "even"), (3, "odd")]),
        ("p(x) :- n(x), odd(x).", [(1,), (3,)]),
        ("p(x) :- n(x), !odd(x).", [(2,)]),
        ('p(x) :- n(x), !parity(x, "odd").', [(2,)]),
        ("p(x) :- n(x), !parity(x, _).", []),
        ("p(x) :- n(x), (odd(x) ; x = 2).", [(1,), (2,), (3,)]),
        ("p(x) :- n(x), odd(x + 1).", [(2,)]),
        ("p(y) :- parity(7, y).", [("odd",)]),
        ("p(k) :- k = count : { n(x), odd(x) }.", [(2,)]),
        ("p(x, k) :- n(x), k = count : { odd(x) }.", [(1, 1), (2, 0), (3, 1)]),
        ("p(s) :- s = sum x : { n(x), !odd(x) }.", [(2,)]),
        ("p(s) :- s = max y : { n(x), double(x, y) }.", [(6,)]),
        ("p(1) :- forall : { n(x), x > 2 => odd(x) }.", [(1,)]),
        ("p(x) :- n(x), exists : { double(x, y), n(y) }.", [(1,)]),
        ("p(k) :- k = count : { n(x), (odd(x) ; x = 2) }.", [(3,)]),
        ("p(k) :- k = count : { n(x), double(x, y), (y > 5 ; y < 3) }.", [(2,)]),
        ("p(k) :- n(x), k = count : { n(z), double(x, y), (z > y ; z < x) }.", [(1,), (2,)]),
        ("p(z) :- n(x), double(x, y), double(y, z).", [(4,), (8,), (12,)]),
        ("p(x) :- n(x), double(x, y), n(y).", [(1,)]),
        ("p(y) :- n(x), y = x + 1, odd(y).", [(3,)]),
        ("p(n) :- n = count : { n(_) }, odd(n).", [(3,)]),
        ("p(x) <= p(y) :- less(x, y).  p(x) :- n(x).", [(3,)]),
        ("p(x, y) :- n(x), double(x, y).  p(x, z) :- p(x, y), y < 9, double(y, z).", None),
    ],
)
def test_where_an_atom_may_stand(text: str, rows: Rows | None) -> None:
    providers: dict[str, Any] = {"parity": parity, "odd": odd, "double": lambda x: 2 * x}
    providers["less"] = tv.provider(lambda a, b: a < b, columns="a: number, b: number")
    providers["double"] = tv.provider(providers["double"], columns="x: number, -> y: number")
    used = {name: one for name, one in providers.items() if f"{name}(" in text}
    found = run(text, used, n=[(1,), (2,), (3,)])
    if rows is not None:
        assert found == rows
    else:
        assert (1, 16) in found


@pytest.mark.parametrize("backend", BACKENDS)
def test_recursion_asks_each_input_once(backend: str) -> None:
    edges = Recorded([(1, 2), (1, 3), (2, 4), (3, 4), (4, 1), (9, 9)])
    program = tv.Program("reach(1).  reach(y) :- reach(x), edges_of(x, y).")
    result = program.run(providers={"edges_of": edges}, backend=backend)
    assert sorted(result["reach"].rows()) == [(1,), (2,), (3,), (4,)]
    assert sorted(edges.asked) == [1, 2, 3, 4]
    assert len(result["edges_of"]) == 5
    assert str(result.why("reach", (4,))).splitlines()[-1] == (
        "└─ edges_of(2, 4)   provider edges_of, input (2)"
    )


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ('slow(x, "yes"), item(x, p), p > 100', [2, 3]),
        ('slow(x, "yes"), item(x, p), !sold(x)', [1, 2]),
        ('slow(x, "yes"), sold(x), item(x, p)', [3]),
        ('slow(x, "yes"), item(x, p), p = max q : { item(_, q) }', [3]),
        ('slow(x, "yes"), item(x, p), odd(x)', [1, 3]),
        ('slow(x, "yes"), item(x, p), !odd(x)', [2]),
        ('!slow(x, "yes"), item(x, p), p > 100', [2, 3]),
        ('1 = count : { slow(x, "yes") }, item(x, p), p > 100', [2, 3]),
        ('slow(x, "yes"), item(x, p), price(x, q), q > 2', [3]),
    ],
)
def test_what_is_cheap_goes_first(body: str, asked: list[int]) -> None:
    seen: list[int] = []

    @tv.provider(cost=10)
    def slow(x: int) -> str:
        seen.append(x)
        return "yes"

    program = tv.Program(f"big(x) :- {body}.")
    data = {"item": [(1, 50), (2, 150), (3, 200)], "sold": [(3,)]}
    used = {name: rows for name, rows in data.items() if f"{name}(" in body}
    others = {"odd": odd, "price": tv.lookup({"k": [1, 2, 3], "v": [1, 2, 3]}, "k")}
    providers = {"slow": slow} | {n: one for n, one in others.items() if f"{n}(" in body}
    program.run(providers=providers, **used)
    assert sorted(seen) == asked


def test_what_only_joins_answers_waits() -> None:
    seen: list[int] = []

    def f(x: int) -> int:
        seen.append(x)
        return 10 * x

    data = {"a": [(n,) for n in range(9)], "b": [(3,), (4,)], "c": [(n, n) for n in range(99)]}
    rows = run("p(x, z) :- f(x, y), c(y, z), a(x), b(x).", {"f": f}, **data)
    assert rows == [(3, 30), (4, 40)]
    assert set(seen) == {3, 4}


def test_a_query_asks_for_its_rows_alone() -> None:
    edges = Recorded([(n, n + 1) for n in range(10)])
    program = tv.Program("p(x, y) :- n(x), f(x, y).")
    result = program.query("p", (3, None), providers={"f": edges}, n=[(n,) for n in range(10)])
    assert result["p"].rows() == [(3, 4)]
    assert edges.asked == [3]
    assert "provider f, input (3)" in str(result.why("p", (3, 4)))


def test_inputs_come_in_batches_without_repeats() -> None:
    batches: list[list[int]] = []

    @tv.provider(batch=4)
    @tv.vectorised
    def f(x: int) -> int:
        batches.append(x.tolist())  # type: ignore[attr-defined]
        return x + 1

    n = [(k % 10, k) for k in range(100)]
    assert len(run("p(x, y) :- n(x, _), f(x, y).", {"f": f}, n=n)) == 10
    assert [len(batch) for batch in batches] == [4, 4, 2]  # and the second backend knows them
    assert sorted(x for batch in batches for x in batch) == list(range(10))


def test_aggregates_and_folds_ask_in_one_batch() -> None:
    batches: list[int] = []

    @tv.provider(columns="x: number, -> y: number", vectorised=True, cache=None)
    def f(x: Any) -> Any:
        batches.append(len(x))
        return x % 3

    n = [(k,) for k in range(50)]
    assert len(run("p(x, k) :- n(x), k = count : { f(x, y), y > 0 }.", {"f": f}, n=n)) == 50
    assert batches == [50] * len(BACKENDS)


# --- providers -----------------------------------------------------------------------------------


def test_what_functions_give() -> None:
    def several(x: int) -> Iterator[tuple[int, str]]:
        yield from [(k, "ab"[k]) for k in range(x)]

    def maybe(x: int) -> str | None:
        return None if x == 1 else "some"

    def many(x: int) -> tuple[int, ...]:
        return (x, x + 10)

    assert run("p(x, a, b) :- n(x), several(x, a, b).", {"several": several}, n=[(1,), (2,)]) == [
        (1, 0, "a"),
        (2, 0, "a"),
        (2, 1, "b"),
    ]
    assert run("p(x, y) :- n(x), f(x, y).", {"f": maybe}, n=[(1,), (2,)]) == [(2, "some")]
    assert run("p(y) :- n(x), f(x, y).", {"f": many}, n=[(1,)]) == [(1,), (11,)]
    assert run("p(y) :- f(y).", {"f": lambda: None} | {"f": tv.provider(_seven)}) == [(7,)]
    assert run("p(1) :- yes().", {"yes": _yes}) == [(1,)]
    assert run("p(1) :- !yes().", {"yes": _yes}) == []


def _seven() -> int:
    return 7


def _yes() -> bool:
    return True


def test_a_decorated_function_is_still_one() -> None:
    decorated = tv.provider(parity)
    assert decorated(3) == "odd"
    assert decorated.__name__ == "parity"


def test_a_declaration_tells_types_and_names() -> None:
    text = """
        .type Name <: symbol
        .type Pair = [x: number, y: number]
        .decl n(x: unsigned, d: date, f: float, r: Pair)
        .decl f(x: unsigned, d: date, y: float, r: Pair, name: Name, back: Pair, day: date)
        .decl p(name: Name, back: Pair, day: date)
        p(a, b, c) :- n(x, d, f, r), f(x, d, f, r, a, b, c).
    """
    seen: list[Any] = []

    def f(x, d, y, r):  # type: ignore[no-untyped-def]
        seen.append((x, d, y, r))
        return "ann", (r[1], r[0]), "2024-02-29"

    columns = "x, d, y, r, -> name, -> back, -> day"
    rows = run(text, {"f": tv.provider(f, columns=columns)}, n=[(5, "1999-12-31", 0.5, (1, 2))])
    assert rows == [("ann", (2, 1), "2024-02-29")]
    assert seen == [(5, "1999-12-31", 0.5, (1, 2))]


def test_inputs_are_shown_as_programs_write_them() -> None:
    text = ".decl n(d: date, u: unsigned)\n.decl f(d: date, u: unsigned, y: number)\n"
    program = tv.Program(text + ".decl p(y: number)\np(y) :- n(d, u), f(d, u, y).")
    f = tv.provider(lambda d, u: 1, columns="d, u, -> y")
    result = program.run(providers={"f": f}, n=[("2024-02-29", 3)])
    assert str(result.why("p", (1,))).endswith('provider f, input (date("2024-02-29"), 3u)')


def test_tables_are_looked_up() -> None:
    capital = {"France": "Paris", "Japan": "Tokyo"}
    text = "p(y) :- n(x), capital(x, y)."
    assert run(text, {"capital": capital}, n=[("France",), ("Peru",)]) == [("Paris",)]
    several = {("a", 1): [(2, 0.5), (3, 1.5)], ("b", 1): []}
    text = 'p(y, z) :- n(x), f("a", x, y, z).'
    assert run(text, {"f": several}, n=[(1,)]) == [(2, 0.5), (3, 1.5)]
    table = {"city": ["Paris", "Lyon", "Rome"], "in": ["France", "France", "Italy"], "n": [1, 2, 3]}
    result = tv.Program("p(c) :- q(x), city(city: c, in: x).").run(
        providers={"city": tv.lookup(table, "in")}, q=[("France",)]
    )
    assert sorted(result["p"].rows()) == [("Lyon",), ("Paris",)]
    assert len(result["city"]) == 2
    places = result.why("p", ("Lyon",)).places()
    assert [str(place) for place in places][:2] == [
        "<q>, row 1, column 'c1'",
        'provider city, input ("France")',
    ]
    assert places[2].row == 2


def test_a_provider_of_ones_own() -> None:
    class Twice(tv.Provider):
        signature = "x: number, -> y: number"
        batch = 2

        def __init__(self) -> None:
            self.batches: list[list[tuple[Any, ...]]] = []

        def answer(self, inputs: Sequence[tuple[Any, ...]]) -> Any:
            self.batches.append(list(inputs))
            return [[tv.ProvidedRow((2 * x,), source=f"page {x}")] for (x,) in inputs]

    twice = Twice()
    result = tv.Program("p(y) :- n(x), twice(x, y).").run(
        providers={"twice": twice}, n=[(1,), (2,), (3,)]
    )
    assert sorted(map(len, twice.batches)) == [1, 2]
    assert str(result.why("p", (6,))).endswith("provider twice, input (3), page 3")


@pytest.mark.parametrize(
    "name", ["class", "None", "limits", "weights", "only", "providers", "self", "relations"]
)
def test_any_name_will_do(name: str) -> None:
    text = f"p(y) :- n(x), {name}(x, y)."
    assert run(text, {name: parity}, n=[(1,)]) == [("odd",)]


# --- what was answered is kept -------------------------------------------------------------------


def test_answers_are_kept_for_the_provider() -> None:
    table = Recorded([(1, 2), (2, 3)])
    program = tv.Program("p(y) :- n(x), f(x, y).")
    kept = tv.provider(table, columns="x: number, -> y: number")
    program.run(providers={"f": kept}, n=[(1,)])
    program.run(providers={"f": kept}, n=[(1,), (2,)])
    assert table.asked == [1, 2]
    for times in (3, 4):  # a plain function's are not
        program.run(providers={"f": table}, n=[(1,)])
        assert len(table.asked) == times


def test_answers_are_shared_by_key() -> None:
    one, other = Recorded([(1, 2)]), Recorded([(1, 5)])
    program = tv.Program("p(y) :- n(x), f(x, y).")
    for table in (one, other):
        shared = tv.provider(table, columns="x: number, -> y: number", cache=("f", "v1"))
        assert program.run(providers={"f": shared}, n=[(1,)])["p"].rows() == [(2,)]
    assert (one.asked, other.asked) == ([1], [])


@pytest.mark.parametrize("failure", [ValueError("boom"), KeyboardInterrupt()])
@pytest.mark.parametrize("limits", [None, Limits(seconds=60)])
def test_a_failure_loses_no_answer(failure: BaseException, limits: Limits | None) -> None:
    asked: list[int] = []
    broken = [True]

    @tv.provider
    def f(x: int) -> int:
        asked.append(x)
        if broken and x == 4:
            broken.clear()
            raise failure
        return x * x

    program = tv.Program("p(y) :- n(x), f(x, y).")
    data = {"n": [(k,) for k in (1, 2, 3, 4, 5)]}
    wanted = ModelError if isinstance(failure, Exception) else KeyboardInterrupt
    with pytest.raises(wanted) as caught:
        program.run(providers={"f": f}, limits=limits, **data)
    if isinstance(caught.value, TriviumError):
        assert "`f` raised ValueError: boom, asked about (4)" in str(caught.value)
        assert caught.value.__cause__ is failure
    before = set(asked) - {4}
    assert len(program.run(providers={"f": f}, **data)["p"]) == 5
    assert sorted(asked) == [1, 2, 3, 4, 4, 5]
    assert before <= {1, 2, 3, 5}


def test_proofs_ask_nobody_again() -> None:
    table = Recorded([(1, 2), (2, 3)])
    program = tv.Program("p(y) :- n(x), f(x, y).  q(y) :- p(y), !f(y, _).")
    result = program.run(providers={"f": table}, n=[(1,), (2,)])
    asked = list(table.asked)
    result.why("q", (3,))
    assert "the provider gave f(1, 2)" in str(result.why_not("p", (9,)))
    assert "holds: p(y)" in str(result.why_not("q", (2,)))
    assert table.asked == asked


def test_why_not_says_what_was_not_asked() -> None:
    program = tv.Program('p(x) :- slow(x, "yes"), n(x), x > 1.')
    result = program.run(providers={"slow": lambda x: "no"} | {"slow": _no}, n=[(1,), (2,)])
    assert "x > 1: 1 > 1 is false" in str(result.why_not("p", (1,)))
    assert 'the provider gave slow(2, "no")' in str(result.why_not("p", (2,)))


def _no(x: int) -> str:
    return "no"


# --- differences ---------------------------------------------------------------------------------

PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)


@st.composite
def programs(draw: Any) -> str:
    """Rules over e (2), n (1), f and g (answered, x to y), and r (1), t (2), which may recur."""
    rules = ["r(x) :- n(x), x < 2.", "t(x, y) :- e(x, y), y < 2."]
    for _ in range(draw(st.integers(1, 5))):
        head = draw(st.sampled_from(["r", "t", "s", "a"]))
        recursive = ["r", "t"] if head in ("r", "t") else ["r", "t", "s"]
        bound: list[str] = []
        body: list[str] = []
        for _ in range(draw(st.integers(1, 2))):
            name = draw(st.sampled_from(["n", "e", *recursive]))
            args = [_variable(draw, bound) for _ in range(2 if name in "et" else 1)]
            bound += args
            body.append(f"{name}({', '.join(args)})")
        for _ in range(draw(st.integers(0, 3))):
            body.append(_literal(draw, bound, {"s": "r", "a": "s"}.get(head, "")))
        order = draw(st.permutations(body))
        columns = {"r": 1, "t": 2, "s": 1, "a": 2}[head]
        args = [draw(st.sampled_from(bound)) for _ in range(columns)]
        rules.append(f"{head}({', '.join(args)}) :- {', '.join(order)}.")
    return "\n".join(rules)


def _variable(draw: Any, bound: list[str]) -> str:
    fresh = f"x{len(bound)}"
    return draw(st.sampled_from([fresh, fresh, *bound])) if bound else fresh  # type: ignore[no-any-return]


def _literal(draw: Any, bound: list[str], below: str) -> str:
    """One that uses what is bound; `below` may be negated and counted. A disjunction in an
    aggregate repeats what stands beside it, so it is for rules that do not recur."""
    one, other = (draw(st.sampled_from(bound)) for _ in range(2))
    f = draw(st.sampled_from(["f", "g"]))
    kind = draw(st.integers(0, {"": 5, "r": 7, "s": 8}[below]))
    if kind <= 1:
        made = _variable(draw, bound)
        bound.append(made)
        return f"{f}({one}, {made})"
    match kind:
        case 2:
            return f"!{f}({one}, {other})"
        case 3:
            return f"!{f}({one}, _)"
        case 4:
            return f"{one} < {other}"
        case 5:
            return f"2 > count : {{ n(k), {f}(k, {one}) }}"
        case 6:
            return f"!{below}({one})"
        case 7:
            return f"1 < count : {{ {below}(k), {f}(k, m), !g(m, {one}) }}"
        case _:
            return f"1 <= count : {{ {f}({one}, k), (n(k) ; k = {other}) }}"


@given(text=programs(), e=PAIRS, f=PAIRS, g=PAIRS)
def test_a_provider_is_the_full_table(text: str, e: Rows, f: Rows, g: Rows) -> None:
    data = {"e": e or [(9, 9)], "n": [(k,) for k in range(5)]}
    whole = ".decl f(x: number, y: number)\n.decl g(x: number, y: number)\n"
    whole += ".decl e(x: number, y: number)\n.decl n(x: number)\n.decl r(x: number)\n"
    whole += ".decl t(x: number, y: number)\n.decl s(x: number)\n.decl a(x: number, y: number)\n"
    program = tv.Program(whole + text)
    wanted = program.run(f=f, g=g, **data)
    used = {"f": f, "g": g}
    for backend in BACKENDS:
        asked = {name: Recorded(table) for name, table in used.items()}
        found = program.run(providers=dict(asked), backend=backend, **data)
        for name in ("r", "t", "s", "a"):
            assert sorted(found[name].rows()) == sorted(wanted[name].rows()), (backend, name)
        for name, table in asked.items():
            assert len(set(table.asked)) == len(table.asked)
            assert set(found[name].rows()) <= set(used[name])
        for name in ("r", "t", "s", "a"):
            for row in found[name].rows()[:2]:
                for leaf in found.why(name, row).walk():
                    if leaf.relation in ("f", "g") and leaf.kind == "fact":
                        assert (
                            str(leaf.places()[0])
                            == f"provider {leaf.relation}, input ({leaf.row[0]})"
                        )
        if found["t"].rows():
            start = found["t"].rows()[0][0]
            part = program.query("t", (start, None), providers=dict(asked), backend=backend, **data)
            rows = [row for row in wanted["t"].rows() if row[0] == start]
            assert sorted(part["t"].rows()) == sorted(rows)


CHANCES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([0.25, 0.5, 0.75])),
    max_size=5,
    unique_by=lambda row: row[:2],
)
UNCERTAIN = [
    "p(x, y) :- n(x), f(x, y).",
    "p(x, z) :- n(x), f(x, y), f(y, z).",
    "p(x, x) :- n(x), !f(x, 1), f(x, _).",
    "p(x, k) :- n(x), k = count : { f(x, y), y > 0 }.",
    "p(0, k) :- k = count : { n(x), f(x, x) }.",
    "p(0, y) :- f(0, y).  p(x, z) :- p(x, y), f(y, z).",
    "p(x, y) :- n(x), f(x, y), even(x).",
]


@given(text=st.sampled_from(UNCERTAIN), table=CHANCES)
def test_uncertain_rows_are_uncertain_facts(text: str, table: list[tuple[int, int, float]]) -> None:
    assume(table)
    columns = "x: number, -> y: number"
    rows: dict[int, list[tuple[int, float]]] = {}
    for x, y, chance in table:
        rows.setdefault(x, []).append((y, chance))
    f = tv.provider(lambda x: rows.get(x, []), columns=columns, uncertain=True)
    even = tv.provider(lambda x: x % 2 == 0, columns="x: number")
    facts = "\n".join(f"{chance}::f({x}, {y})." for x, y, chance in table)
    base = ".decl n(x: number)\n.decl f(x: number, y: number)\n.decl p(x: number, y: number)\n"
    rest = "n(0). n(1). n(2). "
    whole = ".decl even(x: number)\neven(0). even(2).\n" if "even" in text else ""
    wanted = tv.Program(base + whole + facts + "\n" + rest + text).run()
    providers = {"f": f} | ({"even": even} if whole else {})
    head = base + (".decl even(x: number)\n" if whole else "")
    found = tv.Program(head + rest + text).run(providers=providers)
    for row in {*wanted["p"].rows(), *found["p"].rows()}:
        assert found.probability("p", row) == pytest.approx(wanted.probability("p", row))


def test_exclusive_rows() -> None:
    labels = {1: [("cat", 0.25), ("dog", 0.5)], 2: [("cat", 1.0)]}
    label = tv.provider(labels.get, columns="x: number, -> y: symbol", exclusive=True)
    text = 'some(x) :- n(x), label(x, _).  both(x) :- label(x, "cat"), label(x, "dog"), n(x).'
    result = tv.Program(text).run(providers={"label": label}, n=[(1,), (2,), (3,)])
    assert result.probability("some", (1,)) == 0.75
    assert result.probability("some", (2,)) == 1.0
    assert result.probability("both", (1,)) == 0.0
    assert 'label(1, "dog") [provider label, input (1)]' in str(result.why("some", (1,)))


# --- limits --------------------------------------------------------------------------------------


def _asking(function: Callable[..., Any], limits: Limits | None = None, **how: Any) -> Any:
    provider = tv.provider(function, columns="x: number, -> y: symbol", **how)
    program = tv.Program("p(y) :- n(x), f(x, y).")
    return program.run(providers={"f": provider}, limits=limits, n=[(1,), (2,), (3,)])


@pytest.mark.parametrize("vectorised", [False, True])
def test_a_call_that_never_ends_is_left_behind(vectorised: bool) -> None:
    stop = Event()
    start = time.perf_counter()
    with pytest.raises(LimitError) as caught:
        _asking(lambda x: stop.wait(60), Limits(seconds=0.2), vectorised=vectorised)
    assert caught.value.number == 301
    assert "while the provider `f` was asked about (1), (2), (3)" in str(caught.value)
    assert time.perf_counter() - start < 10
    stop.set()


def test_the_clock_is_read_between_batches() -> None:
    start = time.perf_counter()
    with pytest.raises(LimitError) as caught:
        _asking(lambda x: time.sleep(0.2), Limits(seconds=0.1), batch=1, threaded=False)
    assert caught.value.number == 301
    assert time.perf_counter() - start < 0.39


def _endless(x: int) -> Iterator[str]:
    k = 0
    while True:
        yield str(k)
        k += 1


@pytest.mark.parametrize(
    ("limits", "number"),
    [
        (Limits(rows=1000), 302),
        (Limits(memory_bytes=10_000_000), 303),
        (Limits(seconds=0.2), 301),
    ],
)
@pytest.mark.parametrize("threaded", [True, False])
def test_endless_rows_meet_the_limits(limits: Limits, number: int, threaded: bool) -> None:
    assert number_of(lambda: _asking(_endless, limits, threaded=threaded)) == number


@contextmanager
def ctrl_c_after(seconds: float) -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="a signal after a time")
@pytest.mark.parametrize("limits", [None, Limits(seconds=60)])
def test_ctrl_c_during_a_call(limits: Limits | None) -> None:
    asked: list[int] = []
    stop = Event()

    @tv.provider
    def f(x: int) -> int:
        asked.append(x)
        if len(asked) == 2:
            stop.wait(30)
        return x

    program = tv.Program("p(y) :- n(x), f(x, y).")
    start = time.perf_counter()
    with pytest.raises(KeyboardInterrupt), ctrl_c_after(0.2):
        program.run(providers={"f": f}, limits=limits, n=[(1,), (2,), (3,)])
    assert time.perf_counter() - start < 10
    stop.set()
    assert len(program.run(providers={"f": f}, n=[(1,), (2,), (3,)])["p"]) == 3
    assert sorted(asked[:2] + asked[2:]).count(asked[0]) == 1  # answered before: not asked again


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "how", "text"),
    [
        (
            lambda x: ("a", "b"),
            {},
            'gave the row ("a", "b"), where `y` has values, asked about (1)',
        ),
        (lambda x: [("a",), ()], {}, "gave the row (), where `y` has values"),
        (lambda x: 3, {}, "gave 3 (a int) in the column `y`, not a symbol, asked about (1)"),
        (lambda x: [None], {}, "gave None (a NoneType) in the column `y`, not a symbol"),
        (lambda x: {"a": 1}, {}, "gave {'a': 1} (a dict) in the column `y`"),
        (
            lambda x: None,
            {"vectorised": True},
            "gave None (a NoneType), not the rows of each input",
        ),
        (lambda x: ["a"], {"vectorised": True}, "gave 1 of 3 answers, asked about (1), (2), (3)"),
        (lambda x: ["a"] * 4, {"vectorised": True}, "gave more answers than there are inputs"),
        (lambda x: "abc", {"vectorised": True}, "gave 'abc' (a str), not the rows of each input"),
        (lambda x: ("a", 1.5), {"uncertain": True}, "gave the probability 1.5 (a float)"),
        (lambda x: ("a", "b"), {"uncertain": True}, "gave the probability 'b' (a str)"),
        (lambda x: ("a", float("nan")), {"uncertain": True}, "gave the probability nan"),
        (lambda x: [("a", 0.5)] * 2, {"uncertain": True}, 'gave ("a") twice'),
        (lambda x: [("a", 0.5), ("b", 0.6)], {"exclusive": True}, "probabilities that sum to 1.1"),
        (lambda x: tv.ProvidedRow(("a",), 0.5), {}, "gave a probability, and is not said to be"),
    ],
)
@pytest.mark.parametrize("limits", [None, Limits(seconds=60)])
def test_wrong_answers(
    function: Callable[..., Any], how: dict[str, Any], text: str, limits: Limits | None
) -> None:
    with pytest.raises(ModelError) as caught:
        _asking(function, limits, **how)
    assert caught.value.number == 525
    assert text in str(caught.value)
    assert "provider `f`" in str(caught.value)


class Bad(tv.Provider):
    signature = "x: number, -> y: symbol"

    def __init__(self, answer: Any) -> None:
        self.given = answer

    def answer(self, inputs: Any) -> Any:
        return self.given


@pytest.mark.parametrize("answer", [None, 3, "abc", [3], ["abc"], [[3]], [["abc"]], [{}] * 3, {}])
def test_wrong_answers_of_a_provider(answer: Any) -> None:
    program = tv.Program("p(y) :- n(x), f(x, y).")
    call = lambda: program.run(providers={"f": Bad(answer)}, n=[(1,), (2,), (3,)])  # noqa: E731
    assert number_of(call) == 525


def test_a_whole_batch_that_fails_is_named() -> None:
    def fails(x: Any) -> Any:
        raise RuntimeError("no server")

    program = tv.Program("p(y) :- n(x), f(x, y).")
    f = tv.provider(fails, columns="x: number, -> y: symbol", vectorised=True)
    with pytest.raises(ModelError) as caught:
        program.run(providers={"f": f}, n=[(k,) for k in range(100)])
    assert caught.value.number == 524
    assert "raised RuntimeError: no server, asked about (0), (1), (2) and 97 more" in str(
        caught.value
    )


DECLARED = ".decl n(x: number)\n.decl f(x: number, r: symbol)\n.decl p(r: symbol)\n"


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ("p(y) :- f(x, y).", 318, "variable `x` is an input of `f`"),
        ("p(y) :- f(_, y).", 318, "the input `n` of `f` has no value here"),
        ("p(y) :- f(r: y).", 318, "the input `n` of `f` has no value here"),
        ("p(y) :- n(y), !f(x, y).", 318, "variable `x` is an input of `f`"),
        ("p(k) :- k = count : { f(x, _) }.", 318, "variable `x` is an input of `f`"),
        ("p(x) :- n(_), f(x, y), g(y, x).", 318, "is an input of"),
        ('p(y) :- n(x), f(x, y).  f(1, "a").', 319, "has a fact too"),
        ('p(y) :- n(x), f(x, y).  f(x, "a") :- n(x).', 319, "has a rule too"),
        ("p(y) :- n(x), f(x, y).  .input f", 319, "has an `.input` too"),
        (
            ".decl f(n: number, r: symbol) brie\np(y) :- n(x), f(x, y).  n(1).",
            319,
            "laws of its own",
        ),
        (
            ".decl f(n: number)\n.decl p(r: number)\np(x) :- n(x), f(x).",
            320,
            "declared with 1 columns",
        ),
        (".decl f(r: symbol, n: number)\np(y) :- n(x), f(y, x).", 320, "in another order"),
        (
            ".decl f(n: number, r: float)\n.decl p(r: float)\np(y) :- n(x), f(x, y).",
            320,
            "declared as `float`",
        ),
        ("p(x) :- n(x).", 321, "no rule reads `f`, which has a provider"),
        ("p(y) :- n(x), ff(x, y).", 321, "did you mean `ff`?"),
    ],
)
def test_wrong_programs(text: str, number: int, words: str) -> None:
    def f(n: int) -> str:
        return "a"

    def g(r: str) -> int:
        return 1

    data: dict[str, Any] = {} if " n(1)." in text else {"n": [(1,)]}
    if ".decl" in text:
        text = (
            ".decl n(x: number)\n.decl p(r: symbol)\n".replace(
                ".decl p(r: symbol)\n" if ".decl p" in text else "\0", ""
            )
            + text
        )
    if "ff(" in text:
        data["ff"] = [(1, "a")]
    providers = {"f": f} | ({"g": g} if "g(" in text else {})
    with pytest.raises(ProgramError) as caught:
        tv.Program(text).run(providers=providers, **data)
    assert caught.value.number == number, str(caught.value)
    assert words in str(caught.value)


def test_rows_besides() -> None:
    program = tv.Program("p(y) :- n(x), f(x, y).")
    call = lambda: program.run(providers={"f": parity}, n=[(1,)], f=[(1, "a")])  # noqa: E731
    assert number_of(call) == 319


@pytest.mark.parametrize(
    "one",
    [
        3,
        "text",
        None,
        {},
        {1: "a", 2: ("a", "b")},
        lambda x: 3,
        lambda *x: 3,
        lambda **x: 3,
        print,
        type("Nameless", (), {"answer": lambda self, inputs: []})(),
    ],
)
def test_what_is_no_provider(one: Any) -> None:
    program = tv.Program("p(y) :- n(x), f(x, y).")
    assert number_of(lambda: program.run(providers={"f": one}, n=[(1,)])) == 321


@pytest.mark.parametrize(
    "columns", ["x: number, -> x: symbol", "1: number", "x: a b", "-> : number"]
)
def test_columns_that_cannot_be_read(columns: str) -> None:
    assert number_of(lambda: tv.provider(parity, columns=columns)) == 321


def test_a_cache_key_is_a_key() -> None:
    program = tv.Program("p(y) :- n(x), f(x, y).")
    listed = tv.provider(parity, cache=[])  # type: ignore[call-overload]
    assert number_of(lambda: program.run(providers={"f": listed}, n=[(1,)])) == 321


def test_annotations_that_are_no_types() -> None:
    def f(x: bytes) -> str:
        return ""

    assert number_of(lambda: tv.provider(f)) == 321
    assert number_of(lambda: tv.lookup([(1, 2)], "k")) == 321


def test_other_dialects_ask_nobody() -> None:
    query = tv.Program("SELECT 1 FROM t", dialect="sql")
    assert number_of(lambda: query.run(providers={"f": parity}, t=[(1,)])) == 316
    clauses = tv.Program("a.  query(a).", dialect="problog")
    assert number_of(lambda: clauses.run(providers={"f": parity})) == 316
    program = tv.Program("p(1).")
    for wrong in (3, [parity], {1: parity}):
        assert number_of(lambda: program.run(providers=wrong)) == 317  # type: ignore[arg-type]  # noqa: B023


def test_answered_rows_have_no_weights_of_their_own() -> None:
    result = tv.Program("p(y) :- n(x), f(x, y).").run(providers={"f": parity}, n=[(1,)])
    counting = Counting()
    assert result.evaluate("p", ("odd",), counting, over=("n",)) == 1
    assert number_of(lambda: result.evaluate("p", ("odd",), counting, over=("f",))) == 319


def test_an_update_asks_nobody() -> None:
    program = tv.Program("p(y) :- n(x), f(x, y).")
    result = program.run(providers={"f": parity}, n=[(1,)])
    assert number_of(lambda: program.update(insert={"n": [(2,)]})) == 312
    assert len(result["p"]) == 1


def test_other_inputs_than_numbers() -> None:
    def shout(text: str, times: float) -> str:
        return text.upper() * int(times)

    rows = run("p(y) :- n(x, t), f(x, t, y).", {"f": shout}, n=[("é", 2.0), ("日本", 1.0)])
    assert rows == [("ÉÉ",), ("日本",)]
    same = run("p(y) :- n(x), f(x, y).", {"f": _same}, n=[(0.0,), (-0.0,), (float("inf"),)])
    assert same == [(0.0,), (float("inf"),)]


def _same(x: float) -> float:
    return -x if x == 0 else x


def test_a_large_table_of_inputs() -> None:
    @tv.vectorised
    def double(x: int) -> int:
        return 2 * x

    n = np.arange(300_000)
    result = tv.Program("p(x, y) :- n(x), f(x, y), y > 10.").run(providers={"f": double}, n=n)
    assert len(result["p"]) == 299_994


def test_no_warning_is_lost() -> None:
    def warns(n: int) -> int:
        import warnings

        warnings.warn("careful", DataWarning, stacklevel=2)
        return n

    with pytest.warns(DataWarning, match="careful"):
        run("p(y) :- n(x), f(x, y).", {"f": warns}, n=[(1,)])
