"""Columns go in and out without a copy where their types allow, and mean the same either way."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivium.engine.native import available
from trivium.program import Program, Result

BACKENDS = ["reference", "native"] if available() else ["reference"]
NUMBERS = ".decl t(n: number, u: unsigned, f: float)\np(n, u, f) :- t(n, u, f)."
ALL = """
.decl t(n: number, u: unsigned, f: float, s: symbol, d: date)
p(n, u, f, s, d) :- t(n, u, f, s, d).
"""


def numbers() -> dict[str, Any]:
    return {
        "n": np.array([3, -1, 2], np.int64),
        "u": np.array([2**64 - 1, 0, 7], np.uint64),
        "f": np.array([0.5, 0.0, math.inf]),
    }


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("frame", [dict, pa.table, pl.DataFrame, pd.DataFrame])
def test_numbers_are_not_copied(backend: str, frame: Any) -> None:
    columns = numbers()
    if frame is not dict:  # what a data frame holds may be a copy of its own
        columns = {n: np.asarray(c) for n, c in zip("nuf", pa.table(frame(columns)), strict=True)}
    data = frame(columns)
    result = Program(NUMBERS).run(backend=backend, t=data)
    if frame is not pd.DataFrame:  # pandas keeps a table of its own in one block
        for place, column in enumerate(columns.values()):
            assert np.shares_memory(result.outcome.loader.stored["t"].column(place), column)
    for name in ("t", "p"):
        stored = result[name]._stored
        table = result[name].arrow()
        for place in range(3):
            cells = table.column(place).chunk(0).to_numpy(zero_copy_only=True)
            assert np.shares_memory(cells, stored.column(place))
        assert sorted(table.to_pylist(), key=str) == sorted(
            pa.table(numbers()).to_pylist(), key=str
        )


@pytest.mark.parametrize("backend", BACKENDS)
def test_floats_with_two_zeros_are_copied_and_made_one(backend: str) -> None:
    given = np.array([0.0, -0.0, math.nan, -math.nan])
    result = Program(".decl t(f: float)\np(f) :- t(f).").run(backend=backend, t=given)
    assert [math.copysign(1, v) for v in given[:2]] == [1.0, -1.0]
    assert len(result["p"]) == 2


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_table_stays_as_it_was_when_its_relation_grows(backend: str) -> None:
    result = Program(NUMBERS).run(backend=backend, t=numbers())
    table = result["p"].arrow()
    before = table.to_pylist()
    stored = result["p"]._stored
    for value in range(1000):
        stored.derive([np.array([value])] * 3, 1, 99, 0)
    assert table.to_pylist() == before


def both(view: Any) -> None:
    """Every way out tells the same rows."""
    rows = view.rows()
    assert [tuple(row.values()) for row in view.arrow(sort=True).to_pylist()] == rows
    assert [tuple(row) for row in view.numpy(sort=True).tolist()] == rows
    assert view.polars(sort=True).rows() == rows
    for unsorted in (
        [tuple(row.values()) for row in view.arrow().to_pylist()],
        [tuple(row) for row in view.numpy().tolist()],
        view.polars().rows(),
    ):
        assert sorted(unsorted, key=repr) == sorted(rows, key=repr)
    frame = view.pandas(sort=True)
    assert list(frame.columns) == list(view.columns)
    assert [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in frame.itertuples(index=False)
    ] == rows


cell = st.one_of(st.none(), st.sampled_from(["", "a", "é", "日本", "b" * 40]))
row = st.tuples(
    st.one_of(st.none(), st.integers(-(2**53), 2**53)),
    st.one_of(st.none(), st.integers(0, 2**53)),
    st.one_of(st.none(), st.floats(allow_nan=False)),
    cell,
    st.one_of(st.none(), st.sampled_from(["1995-03-01", "1995", "2024-02-29"])),
)


@given(st.lists(row, max_size=8))
def test_every_way_out(rows: list[Any]) -> None:
    result = Program(ALL).run(backend=BACKENDS[-1], t=rows)
    both(result["t"])
    both(result["p"])
    again = Program(ALL).run(backend=BACKENDS[-1], t=result["t"].arrow())
    assert again["t"].rows() == result["t"].rows()


def test_few_texts_of_a_large_table() -> None:
    text = '.decl t(s: symbol)\np(s) :- t(s), contains("99", s).'
    result = Program(text).run(t={"s": [f"x{i}" for i in range(1000)]})
    both(result["p"])
    assert len(result["p"]) == 19


def test_terms_are_text() -> None:
    text = ".type List = [x: number, r: List]\n.decl p(l: List)\np([1, [2, nil]])."
    result = Program(text).run()
    assert result["p"].arrow().to_pydict() == {"l": ["[1, [2, nil]]"]}
    assert result["p"].numpy()["l"].tolist() == [(1, (2, None))]


def types_of(result: Result) -> list[str]:
    return [str(kind) for kind in result["t"].types]


@pytest.mark.parametrize(
    ("column", "kind", "values"),
    [
        (np.array(["1995-03-01", "NaT"], "datetime64[ns]"), "date", [None, "1995-03-01"]),
        (np.array(["2024-02-29"], "datetime64[D]"), "date", ["2024-02-29"]),
        (pa.array([datetime.date(1960, 1, 2), None]), "date", [None, "1960-01-02"]),
        (pa.array([datetime.datetime(2020, 1, 2, 23, 59)]), "date", ["2020-01-02"]),
        (pa.array([True, False]), "number", [0, 1]),
        (pa.array([1, 2], pa.int8()), "number", [1, 2]),
        (pa.array([1, None], pa.uint64()), "unsigned", [None, 1]),
        (pa.array([1, None]).cast(pa.decimal128(25, 1)), "float", [None, 1.0]),
        (pa.chunked_array([[1], [2, 3]]), "number", [1, 2, 3]),
        (pa.array(["b", None, "a"]).dictionary_encode(), "symbol", [None, "a", "b"]),
        (np.array([True, False]), "number", [0, 1]),
        (np.array([1.5, 2.0], np.float32), "float", [1.5, 2.0]),
    ],
)
def test_types_of_columns(column: Any, kind: str, values: list[Any]) -> None:
    data = {"c": column} if isinstance(column, np.ndarray) else pa.table({"c": column})
    result = Program("p(c) :- t(c).").run(t=data)
    assert types_of(result) == [kind]
    assert [row[0] for row in result["t"].rows()] == values


@pytest.mark.parametrize(
    ("kind", "column", "number"),
    [
        ("number", np.array([2**63], np.uint64), 654),
        ("unsigned", np.array([1, -1]), 654),
        ("number", np.array([1.0, 2.5]), 653),
        ("number", np.array([1.0, math.nan]), 653),
        ("number", np.array(["a"]), 653),
    ],
)
def test_arrays_that_do_not_fit(kind: str, column: Any, number: int) -> None:
    from trivium.errors import DataError

    with pytest.raises(DataError) as caught:
        Program(f".decl t(c: {kind})\np(c) :- t(c).").run(t=column)
    assert caught.value.number == number


def test_whole_floats_are_numbers() -> None:
    result = Program(".decl t(c: number)\np(c) :- t(c).").run(t=np.array([1.0, -3.0]))
    assert result["p"].rows() == [(-3,), (1,)]
