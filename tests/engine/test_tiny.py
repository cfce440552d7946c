"""Few rows, as closures over tuples, mean what the general engine means."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.dialects.datalog.prepared import Prepared
from trivium.engine.functors import FUNCTORS, UndefinedError
from trivium.engine.reference import Reference
from trivium.engine.symbols import SymbolTable
from trivium.engine.tiny import accept
from trivium.engine.tiny.run import MOST, Tiny
from trivium.engine.tiny.terms import KINDS, Unfit, one_float, scalar
from trivium.engine.values import decode, encode, typed, untyped
from trivium.errors import DataError, LimitError, TriviumError
from trivium.ir.functors import FUNCTORS as SIGNATURES
from trivium.ir.nodes import Call, Var
from trivium.ir.types import Type
from trivium.program import Limits, Program, Result

CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."

VALUES: dict[Type, list[Any]] = {
    Type.NUMBER: [0, 1, -1, 2, -7, 63, 64, 10**6, 2**53 + 1, 2**62, 2**63 - 1, -(2**63)],
    Type.UNSIGNED: [0, 1, 2, 7, 63, 64, 2**53 + 1, 2**63, 2**64 - 1],
    Type.FLOAT: [
        0.0,
        1.0,
        -1.0,
        0.5,
        -2.5,
        2.5,
        1e300,
        2.0**53,
        1e19,
        math.inf,
        -math.inf,
        math.nan,
    ],
    Type.SYMBOL: [
        "",
        "a",
        "A",
        "ab",
        " b ",
        "12",
        "-3",
        "0x1F",
        "1.5",
        "ß",
        "[a-z]+",
        "1995-03-01",
    ],
    Type.DATE: [19950301, 19950300, 305, 20240229],
}


def overloads() -> list[tuple[str, tuple[Type, ...], Type]]:
    """Every functor of plain types, at every number of arguments up to three."""
    found = []
    for name, signature in SIGNATURES.items():
        if name in ("ord", "range"):
            continue  # the general engine's alone
        for overload in signature.overloads:
            for count in range(1 + overload.variadic, 4):  # `cat(s)` is s, which calls nothing
                kinds = overload.expand(count)
                if overload.accepts(count) and {*kinds, overload.result} <= set(KINDS):
                    found.append((name, kinds, overload.result))
    return found


@pytest.mark.parametrize(
    ("name", "kinds", "result"),
    overloads(),
    ids=lambda part: part if isinstance(part, str) else "-".join(part),
)
def test_a_functor_of_values_is_the_functor_of_columns(
    name: str, kinds: tuple[Type, ...], result: Type
) -> None:
    call = Call(name, tuple(Var(f"v{i}", kind) for i, kind in enumerate(kinds)), result)
    function = scalar(call, {})
    symbols = SymbolTable()
    for values in itertools.product(*(VALUES[kind] for kind in kinds)):
        columns = [
            typed(encode([v], kind, symbols, str)[0], kind, symbols)
            for v, kind in zip(values, kinds, strict=True)
        ]
        if name == "to_string" and kinds[0] is Type.DATE:
            continue  # the engine gives it as text
        try:
            with np.errstate(all="ignore"):
                column = untyped(FUNCTORS[name](*columns), result, symbols)
            (expected,) = decode(column, None, result, symbols)
        except UndefinedError:
            with pytest.raises(Unfit):
                function(*values)
            continue
        found = function(*(one_float(v) if isinstance(v, float) else v for v in values))
        if result is Type.DATE:
            (found,) = decode(np.array([found]), None, result, symbols)
        assert type(found) is type(expected), values
        assert found == expected or (found != found and expected != expected), values


def both(text: str, **data: Any) -> tuple[Result, Result]:
    """The result of closures, which must not hand over, and that of the reference."""
    program = Program(text)
    tiny = program.run(**data)
    assert tiny.outcome._derived is not None
    return tiny, program.run(backend="reference", **data)


def agree(tiny: Result, general: Result) -> None:
    assert tiny.relations == general.relations
    for name in general.relations:
        assert repr(tiny[name].rows()) == repr(general[name].rows())
        assert len(tiny[name]) == len(general[name])
        tables = [result[name].arrow(sort=True) for result in (tiny, general)]
        assert tables[0].schema == tables[1].schema
        assert repr(tables[0].to_pylist()) == repr(tables[1].to_pylist())
    assert tiny.stats.rows == general.stats.rows
    assert tiny.stats.iterations == general.stats.iterations


def test_types_of_columns() -> None:
    text = """
    .decl t(n: number, u: unsigned, f: float, s: symbol, d: date)
    n(a, b) :- t(n: a), t(n: b), a <= b.
    u(a) :- t(u: a), a > 1.
    f(a) :- t(f: a), a != 0.0.
    s(a, b) :- t(s: a), t(s: b), a < b.
    d(a) :- t(d: a), a >= date("1995").
    """
    rows = [
        (1, 2**63, -0.0, "b", "1995-03-01"),
        (-5, 1, 0.0, "a", "1994"),
        (-5, 1, math.inf, "ä", "1994"),
        (7, 0, 3, "", "2020-01-01"),
    ]
    agree(*both(text, t=rows))


def test_not_a_number_equals_itself_and_is_the_greatest() -> None:
    text = """
    .decl t(f: float)
    same(a, b) :- t(a), t(b), a = b.
    join(a) :- t(a), u(a).
    .decl u(f: float)
    u(a * 1.0) :- t(a).
    order(a, b, "<") :- t(a), u(b), a < b.
    order(a, b, "<=") :- t(a), u(b), a <= b.
    order(a, b, ">") :- t(a), u(b), a > b.
    order(a, b, ">=") :- t(a), u(b), a >= b.
    order(a, b, "!=") :- t(a), u(b), a != b.
    order(a, a, "=") :- t(a), a = sqrt(-1.0).
    """
    tiny, general = both(text, t=[(float("nan"),), (float("nan"),), (1.0,), (-0.0,)])
    agree(tiny, general)
    assert len(tiny["t"]) == 3
    assert len(tiny["order"]) == 3 + 6 + 3 + 6 + 6 + 1


def test_rows_may_be_lists_sets_or_bare_values() -> None:
    text = ".decl n(x: number)  .decl m(x: symbol, y: number)  p(x, y) :- n(x), m(_, y)."
    agree(*both(text, n=[1, 2, 2], m=[["a", 1], ["b", 2]]))
    agree(*both(text, n={(1,), (2,)}, m=(("a", 1),)))


def test_columns_come_with_the_data_and_are_analysed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(CLOSURE)
    for rows in ([(1, 2), (2, 3)], [("a", "b")], [(5, 6)], [("c", "d")]):
        general = program.run(backend="reference", edge=rows)
        agree(program.run(edge=rows), general)
    monkeypatch.setattr(Prepared, "analysed", None)  # called no more
    assert program.run(edge=[(8, 9)])["path"].rows() == [(8, 9)]
    assert program.run(edge=[("x", "y")], backend="reference")["path"].rows() == [("x", "y")]


def test_proofs_are_made_when_asked_for() -> None:
    tiny, general = both(CLOSURE, edge=[(1, 2), (2, 3)])
    assert str(tiny.why("path", (1, 3))) == str(general.why("path", (1, 3)))
    assert str(tiny.why_not("path", (3, 1))) == str(general.why_not("path", (3, 1)))
    assert tiny.probability("path", (1, 3)) == 1.0
    with pytest.raises(DataError, match="does not hold"):
        tiny.why("path", (3, 1))


def test_a_proof_is_of_the_data_that_was_given() -> None:
    rows = [[1, 2], [2, 3]]
    result = Program(CLOSURE).run(edge=rows)
    rows.append([3, 4])
    rows[0][0] = 9
    assert result.why("path", (1, 3)).row == (1, 3)
    with pytest.raises(DataError):
        result.why("path", (1, 4))


def test_growth_hands_over() -> None:
    program = Program("nat(0).  nat(x + 1) :- nat(x), x < 3 * 1000.")
    result = program.run()
    assert result.outcome._derived is None
    assert len(result["nat"]) == 3001 > MOST


def test_a_large_product_hands_over() -> None:
    program = Program("p(c) :- c = count : { n(x), n(y), n(z), x + y + z < 0 }.")
    rows = [(i,) for i in range(accept.FEW)]
    with pytest.raises(Unfit):
        Tiny(program.checked.prepared.with_data({"n": rows}, None), {}).run(
            {"n": accept.rows_and_types(rows)}, Limits(), 0.0
        )


@pytest.mark.parametrize("limits", [Limits(rows=20), Limits(seconds=0.0), Limits(memory_bytes=100)])
def test_limits_are_those_of_the_general_engine(limits: Limits) -> None:
    edges = [(i, i + 1) for i in range(10)]
    numbers = []
    for backend in (None, "reference"):
        with pytest.raises(LimitError) as caught:
            Program(CLOSURE).run(limits=limits, backend=backend, edge=edges)
        numbers.append((caught.value.number, caught.value.span))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    "data",
    [
        {"t": [(1,)]},
        {"t": [(1, "a"), (2,)]},
        {"t": [(1, 2)]},
        {"t": [(2**63, "a")]},
        {"t": [("a", "a")]},
        {"t": "text"},
        {"t": 5},
        {"unknown": [(1, 2)]},
    ],
)
def test_bad_data_has_the_same_error(data: dict[str, Any]) -> None:
    program = Program(".decl t(n: number, s: symbol)\np(x) :- t(x, _).")
    errors = []
    for backend in (None, "reference"):
        with pytest.raises(TriviumError) as caught:
            program.run(backend=backend, **data)
        errors.append(str(caught.value))
    assert errors[0] == errors[1]


def test_undefined_functors_have_the_same_error() -> None:
    program = Program("p(y) :- n(x), y = 10 / x.")
    with pytest.raises(TriviumError, match="division by zero"):
        program.run(n=[(0,), (1,)])


def test_functions_of_the_caller() -> None:
    def double(n: int) -> int:
        return 2 * n

    def name(n: int) -> str:
        return f"n{n}"

    program = Program(
        "p(y, s) :- n(x), y = double(x), s = name(y).", functions={"double": double, "name": name}
    )
    data = [(2**40,), (3,)]
    result = program.run(n=data)
    assert result.outcome._derived is not None
    assert result["p"].rows() == program.run(n=data, backend=Reference())["p"].rows()


def test_the_result_of_a_function_is_checked_as_the_general_engine_does() -> None:
    def half(n: int) -> int:
        return n / 2  # type: ignore[return-value]  # not the int that it promises

    program = Program("p(y) :- n(x), y = half(x).", functions={"half": half})
    for backend in (None, "reference"):
        with pytest.raises(TriviumError, match="`half` gave"):
            program.run(n=[(5,)], backend=backend)


def test_interruption_leaves_the_program_usable() -> None:
    calls = 0

    def stop(n: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return n

    program = Program("p(y) :- n(x), y = stop(x).", functions={"stop": stop})
    rows = [(i,) for i in range(5)]
    with pytest.raises(KeyboardInterrupt):
        program.run(n=rows)
    assert program.run(n=rows)["p"].rows() == rows


AGGREGATES = """
.decl t(k: number, v: number)
n(c) :- c = count : { t(_, _) }.
total(k, s) :- t(k, _), s = sum v : { t(k, v) }.
average(k, s) :- t(k, _), s = mean v : { t(k, v) }.
low(k, v) :- t(k, _), v = min x : { t(k, x) }.
most(k, a) :- t(k, _), a = argmax v by -v : { t(k, v) }.
two(k, v) :- t(k, _), v = top 2 x : { t(k, x) }.
middle(k, v) :- t(k, _), v = median x : { t(k, x) }.
joined(k, s) :- t(k, _), s = string_join v : { t(k, v) }.
positive(k) :- t(k, _), forall : { t(k, v) => v > 0 }.
lonely(k) :- t(k, _), !t(_, k), 1 = count : { t(k, _) }.
"""
cells = st.integers(-3, 3)


@settings(max_examples=100)
@given(st.lists(st.tuples(cells, cells), max_size=12))
def test_aggregates(rows: list[tuple[int, int]]) -> None:
    agree(*both(AGGREGATES, t=rows))
