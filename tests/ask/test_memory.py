"""The memory: a question of a known shape needs no call, and no program is used for another one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from trivium.ask.memory import Memory
from trivium.errors import ModelError
from trivium.ground.table import Table, make_table
from trivium.machine import Machine
from trivium.models.protocol import Message, Reply, Sampling, Usage
from trivium.source import Place

HEADERS = ["Year", "City", "Nation", "Nations"]
GAMES = [
    ["1896", "Athens", "Greece", "14"],
    ["1900", "Paris", "France", "28"],
    ["1904", "St. Louis", "United States", "12"],
    ["1924", "Paris", "France", "44"],
    ["1964", "Tokyo", "Japan", "93"],
    ["1996", "Atlanta", "Georgia", "197"],
    ["2020", "Georgia", "Somewhere", "206"],
]


def table(rows: Sequence[Sequence[str]] = GAMES, headers: Sequence[str] = HEADERS) -> Table:
    return make_table("games", headers, rows, Place("games.csv"))


def learnt(question: str, program: str, language: str = "datalog") -> Memory:
    memory = Memory()
    memory.learn(question, program, 0.5, [table()], language)
    return memory


def recalled(memory: Memory, question: str) -> str | None:
    found = memory.recall(question, [table()])
    return found and found[1]


IN_YEAR = "What city held the games in 1964?", "answer(x) :- games(year: 1964, city: x)."
BY_CITY = "How often were the games in Paris?", 'answer(n) :- n = count : { games(city: "Paris") }.'


def test_other_constants_of_the_same_shape():
    memory = learnt(*IN_YEAR)
    assert recalled(memory, "what city held the games in 1900") == IN_YEAR[1].replace(
        "1964", "1900"
    )
    assert recalled(memory, IN_YEAR[0]) == IN_YEAR[1]
    memory = learnt(*BY_CITY)
    assert recalled(memory, "how often were the games in st louis?") == BY_CITY[1].replace(
        "Paris", "St. Louis"
    )


@pytest.mark.parametrize(
    "question",
    [
        "What city held the games after 1964?",
        "What city held the games in 1964 or 1968?",
        "What city held the games in Tokyo?",
        "What cities held the games in 1964?",
        "held the games in 1964?",
        "",
    ],
)
def test_another_shape_is_not_known(question):
    assert recalled(learnt(*IN_YEAR), question) is None


def test_a_value_of_another_column_is_another_question():
    memory = learnt(*BY_CITY)
    assert recalled(memory, "how often were the games in France?") is None
    assert recalled(memory, "how often were the games in Georgia?") is None  # a city, and a nation
    assert recalled(memory, "how often were the games in Rome?") is None


def test_what_cannot_be_told_apart_is_not_learnt():
    twice = "Was Paris the city after Paris?", 'answer(x) :- games(city: "Paris", year: x).'
    assert not Memory().learn(*twice, 0.5, [table()])
    one = "In which 2 games were 2 nations?", "answer(x) :- games(nations: 2, year: x)."
    assert not Memory().learn(*one, 0.5, [table()])
    used_twice = "more than 14?", "answer(x) :- games(nations: n, year: x), n > 14, x > 14."
    assert not Memory().learn(*used_twice, 0.5, [table()])


def test_arithmetic_is_the_programs_own():
    question = "Who came 1 place after Paris?"
    program = 'answer(x) :- games(city: "Paris", row: r), games(row: r + 1, city: x).'
    memory = learnt(question, program)
    assert recalled(memory, "Who came 2 place after Paris?") is None
    assert recalled(memory, "Who came 1 place after Tokyo?") == program.replace("Paris", "Tokyo")


def test_texts_of_no_cell():
    program = 'answer(x) :- games(city: x), contains("at", lower(x)).'
    memory = learnt("Which cities have at in them?", program)
    assert recalled(memory, "which cities have OK in them?") == program.replace('"at"', '"ok"')
    assert recalled(memory, "which cities have Paris in them?") is None  # that is a cell
    assert recalled(memory, "which cities have two words in them?") is None


def test_sql():
    program = """SELECT "City" FROM games WHERE "Nation" = 'France' AND "Year" > 1900"""
    memory = learnt("Which city in France after 1900?", program, "sql")
    assert recalled(memory, "which city in Japan after 1950?") == program.replace(
        "France", "Japan"
    ).replace("1900", "1950")
    program = """SELECT "City" FROM games WHERE "Nation" = 'United States'"""
    memory = learnt("Which nation city, United States?", program, "sql")
    assert recalled(memory, "Which nation city, Japan?") == program.replace(
        "United States", "Japan"
    )


@pytest.mark.parametrize(
    ("program", "language"),
    [
        (
            '// in 1964: it\'s "Tokyo"\nanswer(x) :- games(year: 1964, city: x). /* 1964 */',
            "datalog",
        ),
        ("SELECT city -- 1964: 'it's'\nFROM games /* 1964 */ WHERE year = 1964", "sql"),
    ],
)
def test_a_comment_names_no_constant(program, language):
    memory = learnt(IN_YEAR[0], program, language)
    again = recalled(memory, "what city held the games in 1900?")
    assert again is not None
    assert (again.count("1964"), again.count("1900")) == (2, 1)


def test_other_tables_are_another_matter():
    memory = learnt(*IN_YEAR)
    other = table([row[:3] for row in GAMES], HEADERS[:3])
    assert memory.recall(IN_YEAR[0], [other]) is None
    same_columns = table([["1964", "Here", "There", "1"]])
    assert memory.recall(IN_YEAR[0], [same_columns]) is not None


def test_inspect_and_forget():
    memory = learnt(*IN_YEAR)
    memory.learn(*BY_CITY, 0.5, [table()])
    recalled(memory, "what city held the games in 1900?")
    assert [recipe.reused for recipe in memory.recipes] == [1, 0]
    assert IN_YEAR[0] in repr(memory)
    assert memory.forget("what city held the games in 1896?") == 1
    assert recalled(memory, IN_YEAR[0]) is None
    assert memory.forget() == 1
    assert len(memory) == 0


def test_kept_in_a_file(tmp_path):
    path = tmp_path / "deep" / "memory.jsonl"
    memory = Memory(path)
    memory.learn(*IN_YEAR, 0.5, [table()])
    again = Memory(path)
    assert again.recipes == memory.recipes
    again.forget()
    assert len(Memory(path)) == 0


@pytest.mark.parametrize("text", ["nonsense", "{}", '{"words": 1}', "\xff\xfe"])
def test_a_file_that_is_no_memory(tmp_path, text):
    path = tmp_path / "memory.jsonl"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelError) as caught:
        Memory(path)
    assert caught.value.number == 516


class Scripted:
    name = "scripted"

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.calls = 0

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        self.calls += 1
        return Reply(self.replies.pop(0), Usage(1, 10, 5))


def test_a_machine_asks_once_for_each_shape():
    model = Scripted(IN_YEAR[1])
    machine = Machine(model).add(table())
    first = machine.ask(IN_YEAR[0], min_confidence=0.3)
    second = machine.ask("What city held the games in 1924?", min_confidence=0.3)
    assert (first.value, second.value) == ("Tokyo", "Paris")
    assert (first.usage.calls, second.usage.calls, model.calls) == (1, 0, 1)


def test_a_remembered_program_without_a_value_is_asked_anew():
    model = Scripted(IN_YEAR[1], "answer(x) :- games(year: 1964, nation: x).")
    machine = Machine(model).add(table())
    machine.ask(IN_YEAR[0], min_confidence=0.3)
    machine.ask("What city held the games in 1965?", min_confidence=0.3)
    assert model.calls == 2


def test_a_machine_without_memory():
    model = Scripted(IN_YEAR[1], IN_YEAR[1])
    machine = Machine(model, memory=False).add(table())
    machine.ask(IN_YEAR[0], min_confidence=0.3)
    machine.ask(IN_YEAR[0], min_confidence=0.3)
    assert (machine.memory, model.calls) == (None, 2)
