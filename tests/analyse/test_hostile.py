"""Whatever is written, the answer is a checked program or a numbered error; never a crash."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trivium.analyse import analyse
from trivium.errors import TriviumError
from trivium.ir.verify import verify
from trivium.optimise import PASSES
from trivium.source import Source
from trivium.syntax.souffle import parse

PROGRAMS = sorted(Path(__file__).parents[1].glob("programs/*/*.dl"))
PIECES = [
    *["p", "q", "r", "x", "y", "n", "(", ")", "(", ")", "{", "}", ",", ",", ".", ";", ":-", ":"],
    *["=", "!=", "<", "+", "-", "*", "^", "!", "_", "1", "2.5", '"a"', "count :", "sum x :"],
    *["forall :", "=>", "top 2", "argmax x by y :", "strlen(", "date(", ".decl", "number", "p(x)"],
    *[
        "q(x, y)",
        "p(x).",
        "p(1).",
        'q(1, "a").',
        ".input",
        "max(",
        "true",
        "false",
        "\n",
        "/*",
        '"',
    ],
]


def check(text: str) -> None:
    try:
        program = verify(analyse(parse(Source("hostile.dl", text))))
        for run in PASSES:
            program = verify(run(program))
    except TriviumError as error:
        assert "--> hostile.dl:" in str(error)  # noqa: PT017 (a program without error is fine too)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
@example(["max(", "top 2"])
def test_shuffled_pieces(pieces: list[str]) -> None:
    check(" ".join(pieces))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_damaged_programs(path: Path) -> None:
    """Every program of the tests, with a few of its tokens dropped, doubled or swapped."""
    chance = random.Random(path.stem)
    tokens = path.read_text("utf-8").replace("(", " ( ").replace(")", " ) ").split(" ")
    for _ in range(40):
        damaged = list(tokens)
        for _ in range(chance.randint(1, 3)):
            at, other = chance.randrange(len(damaged)), chance.randrange(len(damaged))
            match chance.randrange(4):
                case 0:
                    damaged[at] = ""
                case 1:
                    damaged[at] = damaged[other]
                case 2:
                    damaged[at], damaged[other] = damaged[other], damaged[at]
                case _:
                    damaged[at] += chance.choice(PIECES)
        check(" ".join(damaged))


@pytest.mark.parametrize(
    "text",
    [
        "p(" + "(" * 100_000,
        "p(" + "-" * 100_000 + "1).",
        "p :- " + "!" * 100_000 + "q.",
        "p(" + "f(" * 100_000,
        "p(1" + " + 1" * 100_000 + ").",
        "p(1" + " ^ 1" * 100_000 + ").",
        "p :- " + "(" * 100_000 + "q",
        "p(x) :- x = " + "count : { q(" * 100_000,
        "p(" + "9" * 100_000 + ").",
        "p(" + ", ".join(["1"] * 5_000) + ").",
        "p :- q" + ", q" * 5_000 + ".",
        "\0",
        "",
        "// nothing",
    ],
    ids=range(14),
)
def test_extreme_programs(text: str) -> None:
    check(text)
