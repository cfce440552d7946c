"""The memory of programs: calls saved, and whether any program was used for what it does not mean.

    python bench/programmer/memory.py --questions 1000 --shapes 20

Questions of so many shapes are asked of a table of flights that is made here, each with constants
of its own, in random order. A model that writes the right program for each shape stands for a
language model; what counts is how often it is asked. Every answer is compared with that of the
right program. There are traps among them: a value of two columns, numbers that are ranks too, and
words that change the meaning.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Sequence

from trivium.ask.candidate import Candidate
from trivium.ask.memory import Memory
from trivium.ask.tables import Tables
from trivium.errors import TriviumError
from trivium.ground.table import Table, make_table
from trivium.source import Place

CITIES = [
    *("Athens", "Paris", "Tokyo", "Oslo", "Rome", "Lima", "Cairo", "Quito", "Seoul", "Dakar"),
    *("New York", "San José", "St. Louis", "Rio de Janeiro", "Georgia"),
]
NATIONS = [
    *("Greece", "France", "Japan", "Norway", "Italy", "Peru", "Egypt", "Ecuador", "Korea"),
    *("Senegal", "United States", "Costa Rica", "Brazil", "Georgia"),
]
PILOTS = ["Ann Lee", "Bob Ray", "Cy Young", "Dee Fox", "Ed O'Hara", 'Flo "Jo" Day', "Gus Ng"]


def flights(rows: int, rng: random.Random) -> Table:
    headers = ["Year", "City", "Nation", "Pilot", "Seats", "Rank"]
    cells = [
        [
            str(1950 + rng.randrange(70)),
            rng.choice(CITIES),
            rng.choice(NATIONS),
            rng.choice(PILOTS),
            str(rng.randrange(1, 300)),
            str(i + 1),
        ]
        for i in range(rows)
    ]
    return make_table("flights", headers, cells, Place("flights.csv"))


Write = Callable[[Sequence[str]], str]


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


# A question with slots for a city, nation, pilot, year, number; the program that it means.
SHAPES: list[tuple[str, Write]] = [
    ("how many flights went to {city}?",
     lambda v: f"answer(n) :- n = count : {{ flights(row: r, city: {_text(v[0])}) }}."),
    ("how many flights went to {nation}, the country?",
     lambda v: f"answer(n) :- n = count : {{ flights(row: r, nation: {_text(v[0])}) }}."),
    ("who flew to {city} in {year}?",
     lambda v: f"answer(x) :- flights(city: {_text(v[0])}, year: {v[1]}, pilot: x)."),
    ("which cities did {pilot} fly to?",
     lambda v: f"answer(x) :- flights(pilot: {_text(v[0])}, city: x)."),
    ("which cities did {pilot} fly to before {year}?",
     lambda v: f"answer(x) :- flights(pilot: {_text(v[0])}, city: x, year: k), k < {v[1]}."),
    ("which cities did {pilot} fly to after {year}?",
     lambda v: f"answer(x) :- flights(pilot: {_text(v[0])}, city: x, year: k), k > {v[1]}."),
    ("which flights had more than {number} seats?",
     lambda v: f"answer(x) :- flights(rank: x, seats: k), k > {v[0]}."),
    ("which flights had fewer than {number} seats?",
     lambda v: f"answer(x) :- flights(rank: x, seats: k), k < {v[0]}."),
    ("how many seats had the flights to {city} in all?",
     lambda v: f"answer(n) :- n = sum m : {{ flights(row: r, city: {_text(v[0])}, seats: m) }}."),
    ("what was the mean number of seats in {year}?",
     lambda v: f"answer(n) :- n = mean m : {{ flights(row: r, year: {v[0]}, seats: m) }}."),
    ("which pilot had the most seats in {year}?",
     lambda v: "answer(a) :- a = argmax x by m : "
     f"{{ flights(pilot: x, seats: m, year: {v[0]}) }}."),
    ("what is the largest flight to {nation}, the country?",
     lambda v: "answer(a) :- a = argmax x by m : "
     f"{{ flights(rank: x, seats: m, nation: {_text(v[0])}) }}."),
    ("which city is at rank {number}?",
     lambda v: f"answer(x) :- flights(rank: {v[0]}, city: x)."),
    ("which city is 1 rank below rank {number}?",
     lambda v: f"answer(x) :- flights(row: r, rank: {v[0]}), flights(row: r + 1, city: x)."),
    ("what came right after the flights to {city} in {year}?",
     lambda v: f"answer(x) :- flights(row: r, city: {_text(v[0])}, year: {v[1]}), "
     "flights(row: r + 1, city: x)."),
    ("how many more flights went to {city} than to {other}?",
     lambda v: f"answer(d) :- a = count : {{ flights(row: r, city: {_text(v[0])}) }}, "
     f"b = count : {{ flights(row: r, city: {_text(v[1])}) }}, d = a - b."),
    ("which nations were flown to by {pilot} and not in {year}?",
     lambda v: f"answer(x) :- flights(pilot: {_text(v[0])}, nation: x), "
     f"!flights(nation: x, year: {v[1]})."),
    ("how many different cities did {pilot} see?",
     lambda v: f"answer(n) :- n = count : {{ flights(pilot: {_text(v[0])}, city: x) }}."),
    ("in which years were there flights to {city} with {number} seats or more?",
     lambda v: f"answer(x) :- flights(city: {_text(v[0])}, year: x, seats: k), k >= {v[1]}."),
    ("when did {pilot} first go to {nation}, the country?",
     lambda v: f"answer(n) :- n = min m : {{ flights(pilot: {_text(v[0])}, "
     f"nation: {_text(v[1])}, year: m) }}."),
]  # fmt: skip


def question(shape: int, table: Table, rng: random.Random) -> tuple[str, str]:
    """A question of a shape about some row, and its program."""
    template, write = SHAPES[shape]
    row = rng.randrange(table.n_rows)
    values: list[str] = []

    def value(slot: re.Match[str]) -> str:
        match slot[1]:
            case "number":
                values.append(str(rng.randrange(1, 120)))
            case "other":
                values.append(rng.choice([city for city in CITIES if city not in values]))
            case column:
                values.append(table.column(column).raw[row])
        return values[-1]

    return re.sub(r"\{(\w+)\}", value, template), write(values)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--shapes", type=int, default=len(SHAPES), help=f"at most {len(SHAPES)}")
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    table = flights(args.rows, rng)
    memory = Memory()
    calls = reused = wrong = empty = 0
    for i in range(args.questions):
        shape = i if i < args.shapes else rng.randrange(args.shapes)
        asked, program = question(shape, table, rng)
        truth = _value(program, table)
        found = memory.recall(asked, [table])
        value = None if found is None else _value(found[1], table)
        if value is not None:
            reused += 1
            if value != truth:
                wrong += 1
                print(f"wrong: {asked}\n  {found and found[1]}\n  {program}")
            continue
        calls += 1
        if truth is None:
            empty += 1
        else:
            memory.learn(asked, program, 0.5, [table])
    print(f"{args.questions:,} questions of {args.shapes} shapes: {calls:,} calls "
          f"({100 * (1 - calls / args.questions):.1f} % fewer), {reused:,} answered from memory, "
          f"{wrong} of them wrongly; {empty} calls for questions without an answer")  # fmt: skip
    return 1 if wrong else 0


def _value(program: str, table: Table) -> frozenset[object] | None:
    """What a program gives, as a machine has it; None for nothing."""
    try:
        return frozenset(Tables.over([table]).run(Candidate(program)).value)
    except TriviumError:
        return None


if __name__ == "__main__":
    raise SystemExit(main())
