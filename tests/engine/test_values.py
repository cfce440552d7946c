"""Data of every kind goes in and comes out as it was; data that does not fit is named."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trivium.errors import BackendError, DataError, ProgramError, TriviumError
from trivium.program import Program, Result

COPY = "out(x, y) :- t(x, y)."


@pytest.mark.parametrize(
    "data",
    [
        [(1, "a"), (2, "b")],
        [[1, "a"], [2, "b"], [1, "a"]],
        [{"x": 1, "y": "a"}, {"y": "b", "x": 2}],
        {"x": [1, 2], "y": ["a", "b"]},
        {"x": np.array([1, 2]), "y": np.array(["a", "b"])},
        np.array([(1, "a"), (2, "b")], [("x", "i4"), ("y", "U1")]),
        pa.table({"x": [1, 2], "y": ["a", "b"]}),
        pa.table({"x": [1, 2], "y": pa.array(["a", "b"]).dictionary_encode()}),
    ],
    ids=lambda data: type(data).__name__,
)
def test_kinds_of_data(data: Any) -> None:
    assert Program(COPY).run(t=data)["out"].rows() == [(1, "a"), (2, "b")]
    assert Program.over(COPY, t=data).run()["out"].rows() == [(1, "a"), (2, "b")]


def test_arrays_and_bare_values() -> None:
    assert Program(COPY).run(t=np.array([[1, 2], [3, 4]]))["out"].rows() == [(1, 2), (3, 4)]
    assert Program("out(x) :- t(x).").run(t=["b", "a"])["out"].rows() == [("a",), ("b",)]


def test_columns_by_name_in_any_order() -> None:
    text = ".decl t(x: number, y: symbol)\n" + COPY
    assert Program(text).run(t={"y": ["a"], "z": [0.5], "x": [1]})["out"].rows() == [(1, "a")]


def test_extremes() -> None:
    text = ".decl t(n: number, u: unsigned, x: float)\n"
    rows = [(-(2**63), 2**64 - 1, float("inf")), (2**63 - 1, 0, -0.0)]
    assert Program(text).run(t=rows)["t"].rows() == rows


def test_equal_floats_are_one() -> None:
    text = ".decl t(x: float)\n"
    result = Program(text).run(t=[(0.0,), (-0.0,), (float("nan"),), (float("nan"),), (1,)])
    assert len(result["t"]) == 3


def test_whole_floats_are_numbers() -> None:
    assert Program(".decl t(n: number)\n").run(t=[(2.0,), (None,)])["t"].rows() == [(None,), (2,)]


def test_dates() -> None:
    text = ".decl t(d: date)\n"
    result = Program(text).run(t=[(datetime.date(1995, 3, 1),), ("1995-03",), (19950000,)])
    assert result["t"].rows() == [("1995",), ("1995-03",), ("1995-03-01",)]


def test_empty_cells_match_nothing() -> None:
    text = """
    both(x, y) :- t(x: x, y: y).
    either(x) :- t(x: x).
    same(x) :- t(x: x), t(y: x).
    absent(x) :- t(x: x), !t(y: x).
    zero(x) :- t(y: y, x: x), y = 0.
    """
    data = {"x": [1, 2, None, 0], "y": [None, 1, 7, None]}
    result = Program.over(text, t=data).run()
    assert result["both"].rows() == [(2, 1)]
    assert result["either"].rows() == [(0,), (1,), (2,)]
    assert result["same"].rows() == [(1,)]
    assert result["absent"].rows() == [(0,), (2,)]
    assert result["zero"].rows() == []
    assert result["t"].rows() == [(None, 7), (0, None), (1, None), (2, 1)]
    assert result.why("t", (1, None)).kind == "fact"


def test_rules_may_add_to_data_with_empty_cells() -> None:
    text = ".decl t(x: number, y: number)\nt(x, 0) :- t(x, _)."
    result = Program(text).run(t=[(1, None), (2, 5)])
    assert result["t"].rows() == [(1, None), (1, 0), (2, 0), (2, 5)]


@pytest.mark.parametrize(
    ("data", "number", "message"),
    [
        (3, 651, "was given a int"),
        ("text", 651, "was given a str"),
        ([(1, "a"), (2,)], 652, "row 2 of `t` is (2,)"),
        ([(1,)], 652, "has 2 columns, and its data 1"),
        ({"x": [1], "y": []}, 652, "different lengths"),
        ({"x": [1], "z": ["a"]}, 652, "the data of `t` has no column `y`"),
        ([(1, "a"), ("z", "b")], 653, "row 2, column 'x', is 'z' (a str), not a number"),
        ([(1.5, "a")], 653, "is 1.5 (a float), not a number"),
        ([(2**63, "a")], 654, "is 9223372036854775808, beyond a 64-bit number"),
        (pa.table({"x": [[1]], "y": ["a"]}), 655, "has the type list"),
    ],
)
def test_data_that_does_not_fit(data: Any, number: int, message: str) -> None:
    with pytest.raises(DataError) as caught:
        Program(".decl t(x: number, y: symbol)\n" + COPY).run(t=data)
    assert caught.value.number == number
    assert message in caught.value.message


def test_mixed_column() -> None:
    with pytest.raises(DataError) as caught:
        Program.over("p(x) :- t(x).", t=[(1,), ("a",)])
    assert caught.value.number == 653


def test_unknown_relations() -> None:
    program = Program(".decl t(x: number)\np(x) :- t(x).")
    with pytest.raises(DataError) as caught:
        program.run(tt=[(1,)])
    assert caught.value.number == 660
    with pytest.raises(KeyError, match="no relation `q`"):
        program.run()["q"]
    for ask in (Result.probability, Result.why):
        with pytest.raises(ProgramError, match="did you mean `t`") as unknown:
            ask(program.run(t=[(1,)]), "tt", (1,))
        assert unknown.value.number == 201


def test_relations_may_come_with_the_data() -> None:
    program = Program("p(x) :- t(x).")
    assert program.run(t=[(1,)])["p"].rows() == [(1,)]
    with pytest.raises(ProgramError) as caught:
        program.run()
    assert caught.value.number == 201


def test_misspelt_relations_are_found_at_once() -> None:
    with pytest.raises(ProgramError) as caught:
        Program("parent(1, 2). p(x) :- parnet(x, _).")
    assert caught.value.number == 201


def test_views() -> None:
    view = Program(COPY).run(t=[(10, "b"), (9, "a")])["out"]
    assert view.columns == ("x", "y")
    assert list(view) == [(9, "a"), (10, "b")]
    assert (9, "a") in view
    assert view.arrow().to_pydict() == {"x": [9, 10], "y": ["a", "b"]}
    assert view.numpy()["x"].tolist() == [9, 10]
    assert repr(view) == "out: 2 rows\n x  y\n──  ─\n 9  a\n10  b"
    assert "<td>10</td>" in view._repr_html_()


def test_missing_libraries_name_their_command(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(BackendError, match="pip install polars"):
        Program(COPY).run(t=[(1, 2)])["out"].polars()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("p(1 / x) :- t(x).", 280),
        ("p(x % 0) :- t(x).", 280),
        ('p(to_number("z")) :- t(_).', 281),
        ("p(to_number(x / 0.0)) :- t(x).", 281),
        ("p(x) :- t(_), x = range(0.0, 1e300, 1.0).", 281),
    ],
)
def test_functors_without_a_result(text: str, number: int) -> None:
    with pytest.raises(ProgramError) as caught:
        Program(text).run(t=[(0,)])
    assert caught.value.number == number
    assert caught.value.span is not None


def test_other_dialects() -> None:
    with pytest.raises(TriviumError) as caught:
        Program("p.", dialect="cobol")
    assert caught.value.number == 311


@pytest.mark.parametrize("backend", [None, "reference"])
def test_a_number_that_is_no_text_is_not_taken_for_one(backend: str | None) -> None:
    program = Program(".decl p(s: symbol)\nq(7).\np(as(x, symbol)) :- q(x).")
    with pytest.raises(ProgramError) as caught:
        program.run(backend=backend)
    assert caught.value.number == 281
    assert "no text has the number 7" in caught.value.message
