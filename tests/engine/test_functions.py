"""Python functions as functors: by row and by column, declared and annotated, and failing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import trivium as tv
from trivium.errors import ProgramError

DECLARED = """
    .type List = [head: number, tail: List]
    .type Sign = Plus {} | Minus {n: number}
    .functor f(x: number, text: symbol): symbol stateful
    .functor length(List): unsigned
    .functor sign(float): Sign
    .functor later(d: date, days: number): date
    .functor one(): number
"""


def double(n: int) -> int:
    return 2 * n


def without_types(n):  # type: ignore[no-untyped-def]
    return n


@tv.vectorised
def half(n: int) -> float:
    return n / 2


@tv.vectorised
def join(a: str, b: str) -> str:
    return a + "-" + b


def run(text: str, functions: dict[str, Callable[..., Any]], **data: Any) -> list[Any]:
    return tv.Program(text, functions=functions).run(**data)["p"].rows()


def test_by_row_and_by_column() -> None:
    text = "p(double(x), @half(x), join(y, y)) :- t(x, y)."
    functions = {"double": double, "half": half, "join": join}
    assert run(text, functions, t=[(3, "a")]) == [(6, 1.5, "a-a")]


def length(cells: Any) -> int:
    count = 0
    while cells is not None:
        count, cells = count + 1, cells[1]
    return count


def test_declared_functors_take_every_type() -> None:
    text = (
        DECLARED
        + """
        p(@f(x, "b"), @length([1, [2, nil]]), sign(x / -2.0), later(date("1995"), x), one() + x)
        :- t(x)."""
    )
    functions: dict[str, Callable[..., Any]] = {
        "f": lambda n, s: s * n,
        "length": length,
        "sign": lambda x: tv.Term("Minus", (int(-x),)) if x < 0 else tv.Term("Plus"),
        "later": lambda day, n: f"{day}-0{n}",
        "one": lambda: 1,
    }
    expected = [
        ("bb", 2, tv.Term("Minus", (1,)), "1995-02", 3),
        ("bbbb", 2, tv.Term("Minus", (2,)), "1995-04", 5),
    ]
    assert run(text, functions, t=[(2,), (4,)]) == expected


def test_a_function_needs_types() -> None:
    for function in (without_types, print, max):
        with pytest.raises(ProgramError) as caught:
            run("p(f(x)) :- t(x).", {"f": function}, t=[(1,)])
        assert caught.value.number == 282


def test_a_declared_functor_needs_a_function_where_it_is_called() -> None:
    assert tv.Program(DECLARED + "p(1).").run()["p"].rows() == [(1,)]
    for rule in ("p(@one()).", "p(x) :- x = sum y : { q(z), y = one() + z }.  q(1)."):
        with pytest.raises(ProgramError, match="no Python function is given") as caught:
            tv.Program(DECLARED + rule)
        assert caught.value.number == 212
        assert caught.value.span is not None


@tv.vectorised
def too_few(n: int) -> int:
    return n[:1]  # type: ignore[index, no-any-return]


@tv.vectorised
def of_text(n: int) -> int:
    return np.array(["a"] * len(n), object)  # type: ignore[arg-type, return-value]


@tv.vectorised
def raising(n: int) -> int:
    raise RuntimeError("no")


def large(n: int) -> int:
    return 2**63 + n


def of_nothing(n: int) -> str:
    return None  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("function", "number", "message"),
    [
        (raising, 283, "`f` raised RuntimeError: no"),
        (lambda n: 1 // 0, 283, "`f(1)` raised ZeroDivisionError"),
        (too_few, 284, "`f` over 2 rows gave 1"),
        (of_text, 284, "`f` gave 'a' (a str), not a number"),
        (large, 284, "not a number"),
        (of_nothing, 284, "`f` gave nil (a NoneType)"),
    ],
)
def test_what_goes_wrong_names_the_rule(
    function: Callable[..., Any], number: int, message: str
) -> None:
    result = "symbol" if function is of_nothing else "number"
    text = f".functor f(n: number): {result}\np(f(x)) :- t(x)."
    with pytest.raises(ProgramError) as caught:
        run(text, {"f": function}, t=[(1,), (2,)])
    assert caught.value.number == number
    assert message in str(caught.value)
    assert "in the rule `p(f(x)) :- t(x).`" in str(caught.value)
    if number == 283:
        assert isinstance(caught.value.__cause__, Exception)


def test_a_term_of_another_type() -> None:
    text = ".type Pair = [x: number, y: number]\n.functor f(number): Pair\np(f(x)) :- t(x)."
    assert run(text, {"f": lambda n: (n, 2)}, t=[(1,)]) == [((1, 2),)]
    with pytest.raises(ProgramError) as caught:
        run(text, {"f": lambda n: (n,)}, t=[(1,)])
    assert caught.value.number == 284


def test_proofs_go_through_functions() -> None:
    result = tv.Program("p(double(x)) :- t(x).", functions={"double": double}).run(t=[(3,)])
    assert "t(3)" in str(result.why("p", (6,)))
