"""The unit of an answer follows from the checked program, however it is written."""

from __future__ import annotations

import pytest

from trivium.ground.table import Table, make_table
from trivium.machine import Machine
from trivium.source import Place

RIVERS = make_table(
    "rivers",
    ["Name", "Mass", "Length", "Depth", "Rank", "Price", "Mixed", "Span"],
    [
        ["Nile", "5 t", "6650 km", "10 m", "1", "$3", "4 km", "3-9 km"],
        ["Rhine", "7 t", "1230 km", "20 m", "2", "$5", "4 kg", "2-4 km"],
        ["Volga", "2 t", "3530 km", "30 m", "3", "$4", "5 km", "1-2 km"],
    ],
    Place("rivers.csv"),
)
LAKES = make_table(
    "lakes", ["Name", "Length"], [["Baikal", "636 km"], ["Nile", "1 km"]], Place("lakes.csv")
)

NILE = 'rivers(name: "Nile", length: a), rivers(name: "Rhine", length: b)'


def unit(program: str, *tables: Table) -> str:
    return Machine().add(RIVERS, LAKES, *tables).run("?", program).unit


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ('answer(m) :- rivers(name: "Nile", length: m).', "km"),
        ('answer(m) :- rivers(length: m, name: "Nile").', "km"),
        ('answer(quite_another) :- rivers(\n  length:quite_another,name:"Nile").', "km"),
        ('answer(x) :- rivers(name: "Nile", length_text: x).', ""),
        ("answer(x) :- x = mean y : { rivers(length: y) }.", "km"),
        ("answer(x) :- x = sum y : { rivers(length: y) }.", "km"),
        ("answer(x) :- x = median y : { rivers(length: y) }.", "km"),
        ("answer(x) :- x = sum 2 * y + 1 : { rivers(length: y) }.", "km"),
        ("answer(n) :- n = count : { rivers(length: _) }.", ""),
        ("answer(n) :- x = max y : { rivers(length: y) }, n = count : { rivers(length: x) }.", ""),
        ("answer(r) :- r = argmax x by m : { rivers(price: x, length: m) }.", "$"),
        (f"answer(d) :- {NILE}, d = a - b.", "km"),
        (f"answer(d) :- {NILE}, d = max(a - b, b - a).", "km"),
        (f"answer(d) :- {NILE}, d = a + 10.", "km"),
        (f"answer(d) :- {NILE}, d = (a + b) / 2.", "km"),
        (f"answer(d) :- {NILE}, d = a * b.", ""),
        (f"answer(d) :- {NILE}, d = a * 1.0 / b.", ""),
        (f"answer(d) :- {NILE}, d = (a - b) * 100.0 / b.", ""),
        ('answer(d) :- rivers(name: "Nile", length: a, mass: b), d = a + b.', ""),
        ('answer(d) :- rivers(name: "Nile", length: a, rank: b), d = a * b.', ""),
        ('answer(d) :- rivers(name: "Nile", length: a, rank: b), d = a + b.', ""),
        ("answer(x) :- s = sum y : { rivers(length: y) }, n = count : { rivers(row: _) }, "
         "x = s / n.", "km"),
        ("answer(x) :- x = sum y : { rivers(mixed: y) }.", ""),
        ("answer(x) :- x = max y : { rivers(rank: y) }.", ""),
        ("answer(x) :- x = max y : { far(y) }. far(a) :- rivers(length: a). far(7).", "km"),
        ("answer(x) :- x = max y : { far(y) }. far(a) :- rivers(length: a). "
         "far(a) :- rivers(depth: a).", ""),
        ("answer(x) :- x = max y : { far(y) }. far(a) :- lakes(length: a). "
         "far(a) :- rivers(length: a). far(a) :- far(b), a = b + 1, a < 9000.", "km"),
        ('answer(x) :- rivers(name: n, length: x), lakes(name: n, length: 1).', "km"),
        ('answer(x) :- rivers(name: "Nile", span_number: a, span_number2: b), x = b - a.', ""),
        ("answer(42) :- rivers(row: 1).", ""),
        ('answer("12 km") :- rivers(row: 1).', ""),
    ],
)  # fmt: skip
def test_of_rules(program: str, told: str) -> None:
    assert unit(program) == told


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT length FROM rivers WHERE name = 'Nile'", "km"),
        ("SELECT length\nFROM rivers\nWHERE name = 'Nile'", "km"),
        ("SELECT\n  max(r.length) AS m\nFROM\n  rivers r", "km"),
        ("SELECT avg(length) FROM rivers", "km"),
        ("SELECT sum(length) / count(*) FROM rivers", "km"),
        ("SELECT round(avg(length), 1) FROM rivers", "km"),
        ("SELECT count(length) FROM rivers", ""),
        ("SELECT count(*) FROM rivers WHERE length > 1000", ""),
        ("SELECT (SELECT length FROM rivers WHERE name = 'Nile') - "
         "(SELECT length FROM rivers WHERE name = 'Rhine')", "km"),
        ("SELECT (SELECT length FROM rivers WHERE name = 'Nile') * 1.0 / "
         "(SELECT length FROM rivers WHERE name = 'Rhine')", ""),
        ("WITH far AS (SELECT length AS d FROM rivers WHERE length > 2000) SELECT min(d) FROM far",
         "km"),
        ("SELECT price FROM rivers ORDER BY length DESC LIMIT 1", "$"),
        ("SELECT max(length) FROM (SELECT length FROM rivers UNION ALL SELECT length FROM lakes)",
         "km"),
        ("SELECT max(length) FROM (SELECT length FROM rivers UNION ALL SELECT depth FROM rivers)",
         ""),
        ("SELECT CASE WHEN rank = 1 THEN length ELSE 0 END FROM rivers WHERE rank = 1", "km"),
        ("SELECT coalesce(length, 0) FROM rivers WHERE rank = 1", "km"),
        ("SELECT name FROM rivers WHERE rank = 1", ""),
        ("SELECT length_text FROM rivers WHERE rank = 1", ""),
        ("SELECT -- length\n count(*) FROM rivers /* length_number */", ""),
    ],
)  # fmt: skip
def test_of_queries(query: str, told: str) -> None:
    assert unit(query) == told


@pytest.mark.parametrize("name", ["r", "表", "q1", "answer", "many3", "table_0"])
def test_whatever_a_table_is_called(name: str) -> None:
    rows = [["a", "3 kg"], ["b", "5 kg"]]
    table = make_table("t", ["Name", "Weight"], rows, Place("t.csv"))
    machine = Machine().add({name: _frame(table)})
    called = machine.tables[0].name
    assert machine.run("?", f'SELECT max(weight) FROM "{called}"').unit == "kg"


def _frame(table: Table) -> object:
    pa = pytest.importorskip("pyarrow")
    return pa.table({column.header: list(column.raw) for column in table.columns})


@pytest.mark.parametrize(
    ("question", "value", "told"),
    [
        ("what is the length of the Rhine?", 1230, "km"),
        ("what is the average length?", 3803.333333333, "km"),
        ("how many rivers are there?", 3, ""),
        ("which river has the greatest length?", "Nile", ""),
    ],
)
def test_of_questions(question: str, value: object, told: str) -> None:
    answer = Machine().add(RIVERS).ask(question, 0.0)
    if answer.value == value:
        assert answer.unit == told
    else:
        assert answer.value == "1230 km"  # a cell's text has its unit in it
        assert answer.unit == ""
