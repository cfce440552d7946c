"""Bounds hold for each way in which the missing answers may come: random programs, all ways."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest

from trivium import Program, Provider
from trivium.engine.provider import Unknown
from trivium.errors import ProgramError

Row = tuple[Any, ...]

MODELS = """
.decl thing(x: number)
.decl pair(x: number, y: number)
.model likes(x: number, -> yes: bool) ask "Does {x} like it?"
.model kind(x: number, -> label: symbol in ["a", "b", "c"]) ask "Which kind is {x}?"
"""
THINGS, CASES = range(4), 150


class Answers(Provider):
    """The answers of a table; what it lacks is unknown."""

    def __init__(self, signature: str, table: dict[int, str]) -> None:
        self.signature, self.table = signature, table

    def answer(self, inputs: Sequence[Row]) -> Iterator[list[Row] | Unknown]:
        for (x,) in inputs:
            yield [(self.table[x],)] if x in self.table else Unknown("not said")


def run(
    program: str, data: dict[str, list[Row]], likes: dict[int, str], kinds: dict[int, str]
) -> Any:
    providers = {"likes": Answers("x, -> yes", likes), "kind": Answers("x, -> label", kinds)}
    return Program(program).run(data, providers=providers)


def literals(draw: random.Random, known: Sequence[str]) -> list[str]:
    one, label = draw.choice(known), draw.choice("abc")
    op, number = draw.choice((">", ">=", "<", "<=", "=", "!=")), draw.randint(0, 4)
    return [
        "likes(x)",
        "!likes(x)",
        "likes(x, false)",
        f'kind(x, "{label}")',
        f'!kind(x, "{label}")',
        f"!{one}(x)",
        f"pair(x, y), {one}(y)",
        f"pair(x, y), !{one}(y)",
        f"count : {{ {one}(_) }} {op} {number}",
        f"exists : {{ pair(x, z), {one}(z) }}",
        f"(likes(x) ; {one}(x))",
    ]


def random_program(draw: random.Random) -> tuple[str, list[str]]:
    """Layers of rules, each over those before; negation and counts look down."""
    known = ["thing"]
    rules = []
    for n in range(draw.randint(2, 5)):
        name = f"r{n}"
        for _ in range(draw.randint(1, 2)):
            body = [f"{draw.choice(known)}(x)"]
            for _ in range(draw.randint(1, 2)):
                body.append(draw.choice(literals(draw, known)))
            rules.append(f"{name}(x) :- {', '.join(body)}.")
        if draw.random() < 0.3:
            rules.append(f"{name}(x) :- pair(x, y), {name}(y).")
        known.append(name)
    if draw.random() < 0.5:
        rules.append(f"size(n) :- n = count : {{ {known[-1]}(_) }}.")
        known.append("size")
    return MODELS + "\n".join(rules), known[1:]


@pytest.mark.parametrize("seed", range(CASES))
def test_every_way_that_answers_may_come_lies_within_the_bounds(seed: int) -> None:
    draw = random.Random(seed)
    program, relations = random_program(draw)
    data: dict[str, list[Row]] = {
        "thing": [(x,) for x in THINGS],
        "pair": [(x, y) for x in THINGS for y in THINGS if draw.random() < 0.3],
    }
    likes = {x: draw.choice(("yes", "no")) for x in THINGS if draw.random() < 0.6}
    kinds = {x: draw.choice("abc") for x in THINGS if draw.random() < 0.6}
    bounds = run(program, data, likes, kinds).bounds()
    open_likes = [x for x in THINGS if x not in likes]
    open_kinds = [x for x in THINGS if x not in kinds]
    ways = list(product(*[("yes", "no")] * len(open_likes), *["abc"] * len(open_kinds)))
    for way in draw.sample(ways, min(len(ways), 12)):
        said = dict(zip(open_likes, way, strict=False))
        told = dict(zip(open_kinds, way[len(open_likes) :], strict=True))
        whole = run(program, data, likes | said, kinds | told)
        for name in relations:
            if name not in bounds:
                continue
            rows = set(whole[name].rows())
            assert set(bounds[name].certain) <= rows <= set(bounds[name].possible), (name, program)


def test_with_all_answers_known_nothing_is_open() -> None:
    program = MODELS + "good(x) :- thing(x), likes(x).  rest(x) :- thing(x), !good(x)."
    data = {"thing": [(x,) for x in THINGS], "pair": []}
    likes = {0: "yes", 1: "no", 2: "yes", 3: "no"}
    result = run(program, data, likes, {})
    assert result.bounds("good").certain == result.bounds("good").possible == ((0,), (2,))
    assert result.bounds("rest").open == ()
    assert result.bounds("thing").counts == (4, 4)


def test_a_count_lies_between_two() -> None:
    program = MODELS + "good(x) :- thing(x), likes(x).  n(k) :- k = count : { good(_) }."
    result = run(program, {"thing": [(x,) for x in THINGS], "pair": []}, {0: "yes"}, {})
    assert result.bounds("n").certain == ()
    assert result.bounds("n").possible == ((1,), (2,), (3,), (4,))


@pytest.mark.parametrize(
    "rules",
    [
        '.model said(x: number, -> word: symbol) ask "{x}"  p(x) :- thing(x), said(x, "a").',
        "p(s) :- s = sum x : { thing(x), likes(x) }.",
        "0.3::p(x) :- thing(x), likes(x).",
    ],
)
def test_what_has_no_bounds_says_so(rules: str) -> None:
    result = Program(MODELS + rules).run(
        {"thing": [(1,)], "pair": []},
        providers={
            "likes": Answers("x, -> yes", {}),
            "kind": Answers("x, -> label", {}),
            **({"said": Answers("x, -> word", {})} if "said" in rules else {}),
        },
    )
    with pytest.raises(ProgramError) as problem:
        result.bounds()
    assert problem.value.number == 327
