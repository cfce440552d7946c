"""Grammars: whatever they allow parses, type-checks and is safe; what people mean, they allow."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from trivium.ask.fair import judge
from trivium.ask.grammar import Grammar, datalog_grammar, sql_grammar
from trivium.ask.grammar.grammar import Maker, Rule, quote
from trivium.ask.grammar.json_form import datalog_of, json_schema
from trivium.ask.reply import program_text, query_text
from trivium.ask.twice import write_out_twice
from trivium.errors import ModelError, TriviumError
from trivium.ground.read import read
from trivium.ground.table import Table, make_table
from trivium.program import Program
from trivium.source import Place
from trivium.syntax.printer import print_program

EXAMPLES = Path(__file__).parents[2] / "examples"
GAMES = make_table(
    "games",
    ["Year", "City", "Nation", "Medals", "Opened", "Mean"],
    [
        ["1896", "Athens", "Greece", "14", "6 April 1896", "1.5"],
        ["1900", 'St. "Louis"', "France", "28", "14 May 1900", "2.25"],
        ["1924", "Pa\\ris", "France\n  not", "44", "4 May 1924", "3.5"],
    ],
    Place("games.csv"),
)
# Names that SQL keeps for itself.
LOANS = make_table(
    "order",
    ["From", "Select", "Order", "Group"],
    [["England", "3", "4 May 1924", "1.5"], ["Wales", "5", "6 May 1924", "2.5"]],
    Place("loans.csv"),
)
QUESTION = "How many of the 3 games after 5 May 1900 had more than 2.5 medals in France in 1924?"


def sentence(grammar: Grammar, rng: random.Random, name: str = "root", depth: int = 0) -> str:
    alternatives = grammar.rules[name]
    if depth > 60:
        alternatives = tuple(sorted(alternatives, key=len)[:1])
    return "".join(
        sentence(grammar, rng, part.name, depth + 1) if isinstance(part, Rule) else part
        for part in rng.choice(alternatives)
    )


def checked(reply: str, tables: list[Table]) -> Program:
    given = {table.name: table for table in tables}
    tree, _ = write_out_twice(judge(program_text(reply, given), given))
    return Program.over(print_program(tree), **given)


def real_tables() -> list[list[Table]]:
    names = ["flights.csv", "landings.html", "planets.xlsx"]
    tables = [read(str(EXAMPLES / name)).tables[0] for name in names]
    return [[GAMES], [LOANS], *([table] for table in tables), tables]


@pytest.mark.parametrize(
    "tables", real_tables(), ids=lambda tables: "+".join(t.name for t in tables)
)
def test_every_sentence_is_a_program_over_the_tables(tables):
    grammar = datalog_grammar(QUESTION, tables)
    rng = random.Random(7)
    for _ in range(60):
        reply = sentence(grammar, rng)
        try:
            checked(reply, tables).run()
        except TriviumError as error:
            pytest.fail(f"{reply}\n{error}")


@pytest.mark.parametrize(
    "tables", real_tables(), ids=lambda tables: "+".join(t.name for t in tables)
)
def test_every_query_is_one_over_the_tables(tables):
    grammar = sql_grammar(QUESTION, tables)
    rng = random.Random(7)
    given = {table.name: table for table in tables}
    for _ in range(40):
        reply = sentence(grammar, rng)
        text = query_text(reply)
        try:
            Program(text, dialect="sql").run(**given)
        except TriviumError as error:
            if error.number != 229:  # which rows there are is the data's business
                pytest.fail(f"{reply}\n{error}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT city FROM games WHERE year = 1924",
        "SELECT count(*) FROM games WHERE nation = 'Greece' OR nation = 'France not'",
        "SELECT nation FROM games WHERE medals > 3 ORDER BY medals DESC LIMIT 1",
        "SELECT city FROM games WHERE row = (SELECT row FROM games WHERE city = 'Athens') + 1",
        "SELECT count(DISTINCT nation) FROM games WHERE lower(city) LIKE '%france%'",
        "SELECT (SELECT medals FROM games WHERE city = 'Athens') - "
        "(SELECT medals FROM games WHERE city = 'Pa\\ris')",
        "SELECT nation FROM games GROUP BY nation ORDER BY sum(medals) DESC LIMIT 1",
        "SELECT avg(medals) FROM games WHERE opened > DATE '1900-05-05' AND year(opened) < 1924",
        "SELECT city FROM games WHERE medals = (SELECT max(medals) FROM games)",
    ],
)
def test_what_people_ask_in_sql_is_allowed(query):
    Program(query, dialect="sql").run(games=GAMES)
    assert accepts(sql_grammar(QUESTION, [GAMES]), f"```sql\n{query}\n```")


@pytest.mark.parametrize(
    "program",
    [
        'answer(x) :- games(nation: "Greece", city: x).',
        'answer(x) :- games(city: x, nation: "Greece").',
        "answer(x) :- games(city: x, year: 1924).",
        "answer(x) :- games(city: x, medals: k), k > 3.",
        'answer(n) :- n = count : { games(row: r, nation: "France not") ; '
        'games(row: r, nation: "Greece") }.',
        "answer(n) :- n = count : { games(nation: x) }.",
        "answer(a) :- a = argmax x by m : { games(nation: x, medals: m) }.",
        "answer(a) :- a = argmin x by m : { games(city: x, opened: m, row: r), "
        '!games(row: r, nation: "Greece") }.',
        "answer(n) :- n = mean m : { games(medals: m) }.",
        "answer(n) :- n = sum m : { games(medals: m, opened: w), year(w) >= 1900 }.",
        'answer(d) :- games(city: "Athens", medals: a), games(city: "Pa\\\\ris", medals: b), '
        "d = a - b.",
        'answer(x) :- games(city: "Athens", row: r), games(row: r + 1, city: x).',
        "answer(x) :- games(city: x, row: r), r = max q : { games(row: q) }.",
        'answer(x) :- games(city: x, nation: s), contains("france", lower(s)).',
        'answer(x) :- games(city: x, opened: w), w > date("1900-05-05").',
        "answer(x) :- games(city: x, mean: f), f < 2.5.",
    ],
)
def test_what_people_ask_is_allowed(program):
    checked(program, [GAMES])
    assert accepts(datalog_grammar(QUESTION, [GAMES]), f"```datalog\n{program}\n```")


@pytest.mark.parametrize(
    "program",
    [
        'answer(x) :- games(nation: "Rome", city: x).',
        "answer(x) :- games(city: x, year: 1234).",
        "answer(x) :- games(town: x).",
        "answer(y) :- games(city: x).",
        "answer(1924).",
        'games(year: 1), answer("x").',
    ],
)
def test_what_is_not_in_the_data_cannot_be_written(program):
    assert not accepts(datalog_grammar(QUESTION, [GAMES]), f"```datalog\n{program}\n```")


def accepts(grammar: Grammar, text: str) -> bool:
    """Whether a whole text is a sentence, by a library that endpoints use."""
    llguidance = pytest.importorskip("llguidance")
    made = llguidance.LLMatcher.grammar_from_lark(grammar.lark())
    tokens = llguidance.LLTokenizer("byte")
    matcher = llguidance.LLMatcher(tokens, made)
    assert not matcher.get_error()
    return bool(
        matcher.consume_tokens(tokens.tokenize_bytes(text.encode())) and matcher.is_accepting()
    )


def instance(
    schema: dict[str, Any], rng: random.Random, named: dict[str, Any] | None = None
) -> Any:
    """Some JSON that a schema allows."""
    named = schema["$defs"] if named is None else named
    if "$ref" in schema:
        return instance(named[schema["$ref"].removeprefix("#/$defs/")], rng, named)
    if "anyOf" in schema:
        return instance(rng.choice(schema["anyOf"]), rng, named)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if schema["type"] == "array":
        length = rng.randint(0, min(2, schema["maxItems"]))
        return [instance(schema["items"], rng, named) for _ in range(length)]
    assert set(schema["required"]) == set(schema["properties"])
    return {name: instance(part, rng, named) for name, part in schema["properties"].items()}


@pytest.mark.parametrize(
    "tables", real_tables(), ids=lambda tables: "+".join(t.name for t in tables)
)
def test_every_json_query_is_a_program_over_the_tables(tables):
    schema = json_schema(QUESTION, tables)
    rng = random.Random(5)
    for _ in range(60):
        text = json.dumps(instance(schema, rng))
        try:
            checked(datalog_of(text), tables).run()
        except TriviumError as error:
            pytest.fail(f"{text}\n{error}")


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ({"find": "value", "column": "city", "where": [["year", "=", 1896]]}, ["Athens"]),
        ({"find": "count", "where": [["medals", ">", 20]]}, [2]),
        ({"find": "argmax", "column": "nation", "by": "medals", "where": []}, ["France not"]),
        ({"find": "after", "column": "year", "where": [["city", "=", "Athens"]]}, [1900]),
        ({"find": "last", "column": "year", "where": [["year", "<", 1924]]}, [1900]),
        ({"find": "range", "column": "medals", "where": []}, [30]),
        ({"find": "different", "column": "nation", "where": [["row", ">", 1]]}, [2]),
        ({"find": "value", "column": "year", "where": [["nation", "contains", "gree"]]}, [1896]),
        ({"find": "max", "column": "opened", "where": []}, ["1924-05-04"]),
        ({"find": "count", "where": [["opened", ">=", 'date("1900")']]}, [2]),
    ],
)
def test_what_a_json_query_means(query, value):
    where = [dict(zip(("column", "is", "value"), part, strict=True)) for part in query["where"]]
    text = json.dumps({"query": {"table": "games", **query, "where": where}})
    assert [row[0] for row in checked(datalog_of(text), [GAMES]).run()["answer"].rows()] == value


@pytest.mark.parametrize(
    "text", ["", "[]", '{"query": 3}', '{"query": {"find": "all"}}', "[" * 9999]
)
def test_no_query_in_json(text):
    with pytest.raises(ModelError) as caught:
        datalog_of(text)
    assert caught.value.number == 510


def test_grammar_of_a_question_without_constants():
    table = make_table("t", ["Name"], [["a long " * 20]], Place("t.csv"))
    grammar = datalog_grammar("which?", [table])
    rng = random.Random(1)
    for _ in range(40):
        checked(sentence(grammar, rng), [table])
        text = json.dumps(instance(json_schema("which?", [table]), rng))
        checked(datalog_of(text), [table])
    with pytest.raises(ValueError, match="a table"):
        datalog_grammar("which?", [])
    with pytest.raises(ValueError, match="a table"):
        json_schema("which?", [])


def test_notations():
    maker = Maker()
    colour = maker.rule("a_colour", ['"red"\n'], ["blue", maker.maybe("!")])
    grammar = maker.grammar(["(", colour, ")"])
    assert grammar.gbnf() == (
        'root ::= "(" a-colour ")"\n'
        'a-colour ::= "\\"red\\"\\n" | "blue" maybe-blank\n'
        'maybe-blank ::= "" | "!"\n'
    )
    assert grammar.lark().startswith('start: "(" a_colour ")"\n')
    assert quote("\x07é\\") == '"\\x07é\\\\"'


def test_a_rule_means_one_thing():
    maker = Maker()
    maker.rule("a", ["x"])
    maker.rule("a", ["x"])
    with pytest.raises(ValueError, match="a"):
        maker.rule("a", ["y"])
    with pytest.raises(ValueError, match="b"):
        maker.rule("b")
