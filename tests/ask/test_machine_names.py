"""Any name is a table, a column or a file: none is an argument, a word or a derived relation."""

from __future__ import annotations

import inspect
import keyword
from dataclasses import replace
from pathlib import Path

import pytest

from trivium.ask.languages import LANGUAGES
from trivium.ask.programmers.model import Model
from trivium.ask.tables import Tables
from trivium.errors import ProgramError
from trivium.ground.table import Table, make_table
from trivium.ir.functors import FUNCTORS
from trivium.machine import Machine
from trivium.models.protocol import Message, Reply, Sampling, Usage
from trivium.program import Program
from trivium.source import Place
from trivium.syntax.sql.names import written
from trivium.syntax.sql.query import KEYWORDS

DERIVED = ["answer", "value", "best", "found", "level", "kind", "member", "times", "cell", "nth"]
ARGUMENTS = [*inspect.signature(Program.run).parameters, *inspect.signature(Program).parameters]
WORDS = [*keyword.kwlist, *keyword.softkwlist, *FUNCTORS, "count", "sum", "exists", "true", "nil"]
OTHERS = ["row", "rows", "r", "x", "x_text", "x_unit", "table", "dialect", "relations"]
TABLES = sorted({name.lower() for name in (*DERIVED, *ARGUMENTS, *WORDS, *OTHERS)})
TABLES = [name for name in TABLES if name.isidentifier() and name.strip("_")]
COLUMNS = sorted({name for name in (*WORDS, *OTHERS) if name.isidentifier() and name.strip("_")})
SQL_WORDS = sorted(word.lower() for word in KEYWORDS if word.isidentifier())


def cities(name: str = "t", people: str = "People") -> Table:
    rows = [["Oslo", "709"], ["Rome", "2748"]]
    return make_table(name, ["City", people], rows, Place(f"{name}.csv"))


def test_a_table_called_weights_is_counted() -> None:
    machine = Machine().add(cities("weights"))
    assert machine.run("how many?", "answer(n) :- n = count : { weights(row: _) }.").value == 2


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_any_name(name: str) -> None:
    machine = Machine().add(cities(name))
    (table,) = machine.tables
    answer = machine.ask("which city has the most people?", 0.0)
    assert answer.value == "Rome"
    assert machine.run("?", answer.program).value == "Rome"
    assert machine.sql(f"SELECT count(*) FROM {written(table.name)}").rows() == [(2,)]
    derived = "answer_2" if table.name == "answer" else "answer"
    counted = machine.run("?", f"{derived}(n) :- n = count : {{ {table.name}(row: _) }}.")
    assert counted.value == 2
    assert table.name == (f"{name}_2" if name in ("as", "nil") else name)


@pytest.mark.parametrize("name", sorted({*COLUMNS, *SQL_WORDS}))
def test_a_column_of_any_name(name: str) -> None:
    machine = Machine().add(cities(people=name))
    column = machine.tables[0].columns[1].name
    assert machine.run("?", f'answer(n) :- t(city: "Rome", {column}: n).').value == 2748
    query = f"SELECT max({written(column)}) FROM t WHERE {written(column)} > 1"
    assert machine.sql(query).rows() == [(2748,)]
    assert machine.run("?", f"SELECT {written(column)} FROM t WHERE row = 1").value == 709


@pytest.mark.parametrize(
    "stem",
    ["weights", "2023", "2023 results", "a b", "Île-de-France", "城市", "🙂", "x;y", "a'b", 'a"b',
     "answer", "SELECT", "t.u", "_", "__init__", "as", "row", "results (final) v2", "only"],
)  # fmt: skip
def test_a_file_of_any_name(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.csv"
    path.write_text("City,People\nOslo,709\nRome,2748\n")
    machine = Machine().add(path)
    name = machine.tables[0].name
    answer = machine.ask("which city has the most people?", 0.0)
    assert answer.value == "Rome"
    assert answer.evidence[0].file == str(path)
    assert machine.run("?", answer.program).value == "Rome"
    assert machine.sql(f"SELECT city FROM {written(name)}").rows() == [
        ("Oslo",),
        ("Rome",),
    ]


def test_every_derived_name_is_a_table_at_once() -> None:
    machine = Machine()
    for name in DERIVED:
        machine.add(make_table(name, ["Year", "Team"], [["1999", "A"]], Place(f"{name}.csv")))
    rows = [["Ann", "3", "red"], ["Bob", "5", "red"], ["Cy", "4", "blue"]]
    machine.add(make_table("games", ["Player", "Goals", "Colour"], rows, Place("games.csv")))
    for question, value in (
        ("which player has the most goals?", "Bob"),
        ("how many more goals has Bob than Ann?", 2),
        ("how many different colours are there?", 2),
        ("which colour is there the most?", "red"),
        ("who is the player listed after Ann?", "Bob"),
    ):
        answer = machine.ask(question, 0.0)
        found = [answer.value, *(c.value[0] for c in answer.alternatives)]
        assert value in found, question
        for program in [answer.program, *(c.program for c in answer.alternatives)]:
            assert machine.run(question, program).value is not None


def test_beside_a_table_called_answer_the_answer_is_called_otherwise() -> None:
    machine = Machine().add(cities("answer"))
    with pytest.raises(ProgramError, match="E201 no rule derives `answer_2`") as caught:
        machine.run("?", "other(c) :- answer(city: c).")
    assert caught.value.hint == "name the last relation `answer_2`, since `answer` is a table here"


def test_columns_keep_their_names_beside_the_views_of_others() -> None:
    rows = [["12 km", "far", "high", "1"], ["7 km", "near", "low", "2"]]
    headers = ["x", "x_unit", "x_text", "x_number"]
    machine = Machine().add(make_table("t", headers, rows, Place("t.csv")))
    for column, first in zip(headers, (12, "far", "high", 1), strict=True):
        answer = machine.run("?", f"answer(v) :- t(row: 1, {column}: v).")
        assert answer.value == first
        assert answer.evidence[-1].column == column
    names = {name for name, _, _ in machine.tables[0].relation_columns()}
    assert names == {"row", *headers, "x_text_2", "x_unit_2", "x_number_text"}
    answer = machine.run("?", "answer(v) :- t(row: 1, x_unit_2: v).")
    assert (answer.value, answer.evidence[-1].column) == ("km", "x")
    assert machine.ask("what is the x_unit where x is 12 km?", 0.0).value == "far"


class Says:
    """A model that gives replies in order, and keeps what it was told."""

    name = "says"

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.told = ""

    def complete(self, messages: list[Message], sampling: Sampling | None = None) -> Reply:
        self.told = " ".join(message.content for message in messages)
        return Reply(self.replies.pop(0), Usage(1))


@pytest.mark.parametrize("reply", [
    'answer_2(n) :- answer(city: "Rome", people: n).',
    "SELECT people FROM answer WHERE city = 'Rome'",
    '{"query": {"table": "answer", "find": "value", "column": "people", '
    '"where": [{"column": "city", "is": "=", "value": "Rome"}]}}',
    '{"query": {"table": "answer", "find": "last", "column": "people", "where": []}}',
])  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_over_a_table_called_answer(reply: str, language: str) -> None:
    model = Says(reply)
    tables = Tables.over([cities("answer"), cities("found")])
    proposal = Model(model, LANGUAGES[language]).propose("How many people has Rome?", tables)
    assert proposal.candidates[0].value == (2748,)
    assert ("answer_2(" in model.told) == (language == "datalog")
    assert tables.unit(proposal.candidates[0]) == ""


def test_a_model_may_not_add_to_any_table() -> None:
    model = Says(*["found(c) :- t(city: c). answer(c) :- found(c)."] * 2)
    proposal = Model(model).propose("Which?", Tables.over([cities("t"), cities("found")]))
    assert proposal.error is not None
    assert proposal.error.number == 511


def test_a_data_frame_of_any_name() -> None:
    pa = pytest.importorskip("pyarrow")
    frame = pa.table({"city": ["Oslo", "Rome"]})
    names = ["limits", "self", "sources", "named", "class", "answer"]
    machine = Machine().add(dict.fromkeys(names, frame))
    assert [table.name for table in machine.tables] == names
    keywords = Machine().add(**dict.fromkeys(names, frame))
    assert [table.name for table in keywords.tables] == names


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (["Games"], ["Games"]),
        (["Games", "games", "GAMES"], ["Games", "games_2", "games_3"]),
        (
            ["my table", "1st", "_", "", "as", "表"],
            ["my_table", "c_1st", "__2", "table", "as_2", "表"],
        ),
    ],
)
def test_tables_made_by_hand(given: list[str], named: list[str]) -> None:
    machine = Machine().add(*(replace(cities(), name=name) for name in given))
    assert [table.name for table in machine.tables] == named
    for name in named:
        assert machine.run("?", f"answer(n) :- n = count : {{ {name}(row: _) }}.").value == 2
        assert machine.sql(f"SELECT count(*) FROM {written(name)}").rows() == [(2,)]
