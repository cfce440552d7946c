"""Questions over own tables: each has the right rows, or is refused with what is missing."""

from __future__ import annotations

import math
from functools import cache

import pytest
from tests.ask.reader.questions import FOLLOW_UPS, QUESTIONS, TABLES

from trivium import Machine, Program
from trivium.ask.reader import Reading, read
from trivium.ground.table import Table


@cache
def table(name: str, folder: str) -> Table:
    from pathlib import Path

    path = Path(folder) / f"{name}.csv"
    path.write_text(TABLES[name].lstrip(), encoding="utf-8")
    return Machine().add(str(path)).tables[0]


def rows_of(reading: Reading, tables: list[Table]) -> list[tuple[object, ...]]:
    result = Program.over(reading.program, {t.name: t for t in tables}).run()
    rows = result["answer"].rows()
    order = getattr(reading.meaning, "order", None)
    return sorted(rows, key=lambda row: row[order[0]], reverse=order[1]) if order else rows


def holds(row: tuple[object, ...], wanted: object) -> bool:
    left = list(row)
    for value in wanted if isinstance(wanted, tuple) else (wanted,):
        hit = next((v for v in left if same(v, value)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def same(a: object, b: object) -> bool:
    if isinstance(b, int) and b > 19000000 and isinstance(a, str):
        return a.replace("-", "") == str(b)
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-3)
    return a == b


def agrees(rows: list[tuple[object, ...]], wanted: list[object]) -> bool:
    if len(rows) < len(wanted):
        return False
    flat = list(wanted)
    if any(isinstance(w, tuple) for w in flat) and not all(isinstance(w, tuple) for w in flat):
        flat = [x for w in flat for x in (w if isinstance(w, tuple) else (w,))]
    left = list(rows)
    for want in flat:
        hit = next((row for row in left if holds(row, want)), None)
        if hit is None:
            return False
        left.remove(hit)
    return not left


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("tables"))


@pytest.mark.parametrize(("names", "question", "wanted"), QUESTIONS)
def test_question(names: str, question: str, wanted: list[object] | None, folder: str) -> None:
    tables = [table(name, folder) for name in names.split("+")]
    readings = read(question, tables)
    if wanted is None:
        assert readings.best is None or not rows_of(readings.best, tables), readings.best
        return
    assert readings.best is not None, readings.missing
    rows = rows_of(readings.best, tables)
    assert agrees(rows, wanted), (rows, readings.best.program)


@pytest.mark.parametrize(("names", "before", "question", "wanted"), FOLLOW_UPS)
def test_follow_up(
    names: str, before: str, question: str, wanted: list[object], folder: str
) -> None:
    tables = [table(name, folder) for name in names.split("+")]
    readings = read(question, tables, after=read(before, tables).best)
    assert readings.best is not None, readings.missing
    assert agrees(rows_of(readings.best, tables), wanted)
