"""Tables as input: a program pays for the columns that it reads, however the table is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trivium.engine.given import take
from trivium.engine.limits import Limits
from trivium.errors import DataError, LimitError
from trivium.ground import columnar
from trivium.ground.columnar import arrow_table
from trivium.ground.report import Log
from trivium.ground.table import Table, make_table
from trivium.program import Program
from trivium.source import Place

HEADERS = ["City", "Amount", "Day", "Note"]
ROWS = [
    ["Oslo", "1.5", "2020-01-02", "paid (late)"],
    ["Paris", "", "2020-01-03", ""],
    ["Oslo", "1,204", "2020-02-01", "3 items"],
    ["Rome", "7", "", "n/a"],
    ["Oslo", "1.5", "2020-01-02", "paid (late)"],
]
PROGRAMS = [
    'answer(n) :- n = count : { t(row: r, city: "Oslo") }.',
    "answer(x) :- x = sum a : { t(row: r, amount: a) }.",
    "answer(c) :- t(city: c, amount: a), a > 2.",
    "answer(d) :- t(row: r, day: d), !t(row: r, amount: _).",
    "answer(q) :- t(note_qualifier: q).",
    "answer(r) :- t(row: r, note: n), t(row: s, note: n), r < s.",
    't(99, "Bergen", 5.0, "5", date("2020-01-01"), "x", "x", 1.0, "x", "x", "x").  '
    "answer(c) :- t(city: c, amount: 5.0).",
]


class Column(Sequence[Any]):
    """Values that count how often they were asked for; `None` for values refuses."""

    def __init__(self, values: Sequence[Any] | None, length: int) -> None:
        self.values, self.length, self.asked = values, length, 0

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: Any) -> Any:
        self.asked += 1
        assert self.values is not None, "nobody may read this column"
        return self.values[index]


class Like:
    """Something that is like a table: `city`, and `note` that refuses to be read."""

    def __init__(self) -> None:
        self.city = Column(["Oslo", "Rome", "Oslo"], 3)
        self.note = Column(None, 3)

    def relation_columns(self) -> list[tuple[str, str, Sequence[Any]]]:
        return [
            ("row", "number", range(1, 4)),
            ("city", "symbol", self.city),
            ("note", "symbol", self.note),
        ]

    def at(self, row: int, column: str | None = None) -> Place:
        return Place("like", row=row + 1, column=column)


def large(rows: Sequence[Sequence[str]] = ROWS) -> Table:
    """The table as large ones are kept."""
    data = pa.table(dict(zip(HEADERS, map(list, zip(*rows, strict=True)), strict=True)))
    return arrow_table("t", data, Place("t.csv"), Log())


def test_a_column_that_no_rule_reads_is_not_read() -> None:
    like = Like()
    result = Program.over(PROGRAMS[0], t=like).run()
    assert result["answer"].rows() == [(2,)]
    with pytest.raises(AssertionError, match="nobody"):
        result["t"].rows()


def test_a_column_that_nothing_asks_for_costs_no_memory() -> None:
    wide = {f"c{i}": ["x"] * 1000 for i in range(20)}  # 160,000 bytes when encoded
    program = Program.over(PROGRAMS[0], t={"row": range(1000), "city": ["Oslo"] * 1000, **wide})
    result = program.run(limits=Limits(memory_bytes=100_000))
    assert result["answer"].rows() == [(1000,)]
    with pytest.raises(LimitError, match="bytes"):
        result["t"].rows()


def test_data_that_was_taken_once_serves_several_programs() -> None:
    table = large()
    given = take("t", table)
    for text in PROGRAMS:
        assert Program.over(text, t=given).run()["answer"].rows() == (
            Program.over(text, t=table).run()["answer"].rows()
        )


@pytest.mark.parametrize("distinct", [columnar.DISTINCT, 0])
@pytest.mark.parametrize("text", PROGRAMS[:4] + PROGRAMS[5:6])
def test_large_tables_mean_what_small_ones_mean(
    text: str, distinct: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "DISTINCT", distinct)  # 0: by pattern
    small = Program.over(text, t=make_table("t", HEADERS, ROWS, Place("t.csv"))).run()
    result = Program.over(text, t=large()).run()
    assert result["answer"].rows() == small["answer"].rows()
    for row in small["answer"].rows():
        assert result.why("answer", row).places() == small.why("answer", row).places()
        if distinct:
            assert str(result.why("answer", row)) == str(small.why("answer", row))


@pytest.mark.parametrize("text", PROGRAMS)
def test_the_views_of_large_tables_are_those_of_small_ones(text: str) -> None:
    small = Program.over(text, t=make_table("t", HEADERS, ROWS, Place("t.csv"))).run()
    result = Program.over(text, t=large()).run()
    assert result["answer"].rows() == small["answer"].rows()
    assert result["t"].rows() == small["t"].rows()


def test_rules_may_add_rows_to_a_table() -> None:
    text = 't(9, "Rome", "x").  t(r + 10, c, "y") :- t(r, c, "x").'
    data = {"row": range(1, 3), "city": ["Oslo", "Paris"], "note": ["x", None]}
    result = Program.over(text, t=data).run()
    given = [(1, "Oslo", "x"), (2, "Paris", None), (9, "Rome", "x")]
    assert result["t"].rows() == [*given, (11, "Oslo", "y"), (19, "Rome", "y")]


def test_arrow_columns_with_gaps() -> None:
    data = pa.table(
        {
            "n": pa.array([1, None, 2**60 + 1]),
            "x": pa.array([None, 1.5, float("nan")]),
            "s": pa.array(["a", None, "a"]).dictionary_encode(),
        }
    )
    result = Program.over("has(n) :- t(n: n).  texts(s) :- t(s: s).", t=data).run()
    assert result["has"].rows() == [(1,), (2**60 + 1,)]
    assert result["texts"].rows() == [("a",)]
    assert [row[:2] for row in result["t"].rows()[:2]] == [(None, 1.5), (1, None)]
    assert np.isnan(result["t"].rows()[2][1])


def test_names_are_still_checked() -> None:
    with pytest.raises(DataError, match="has no column `town`"):
        Program(".decl t(row: number, town: symbol)\na(x) :- t(_, x).").run(t=Like())
