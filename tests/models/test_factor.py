"""Questions about pairs that follow from questions about each of both: by a law, or learned."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from trivium import Program
from trivium.errors import ModelError, ProgramError, SyntaxProblem
from trivium.models.protocol import Message, Reply, Sampling, Usage

FEELING = (
    '.model feeling(text: symbol, -> f: symbol in ["good", "bad"]) ask "How does {text} feel?"'
    " using m\n"
)
APART = '.model apart(a: symbol, b: symbol, -> yes: bool) ask "Do {a} and {b} disagree?"'
SAID = [(n, f"text {n} is {'good' if n % 3 else 'bad'}") for n in range(40)]


class Stand:
    """Reads one text, or compares two, rightly; it notes what it was asked."""

    name = "stand"

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        data = json.loads(messages[-1].content.rpartition("data: ")[2])
        self.asked.append(data)
        if "b" in data:
            reply: object = {"yes": ("good" in data["a"]) != ("good" in data["b"])}
        elif "unclear" in data["text"]:
            reply = "hm"
        else:
            reply = {"f": "good" if "good" in data["text"] else "bad"}
        return Reply(json.dumps(reply), Usage(calls=1))


def feels(number: int) -> bool:
    return number % 3 > 0


@pytest.mark.parametrize(
    ("literal", "holds"),
    [
        ("apart(a, b)", lambda x, y: feels(x) != feels(y)),
        ('apart(a, b, "yes")', lambda x, y: feels(x) != feels(y)),
        ("apart(a, b, true)", lambda x, y: feels(x) != feels(y)),
        ("apart(b: b, a: a)", lambda x, y: feels(x) != feels(y)),
        ("!apart(a, b)", lambda x, y: feels(x) == feels(y)),
        ('apart(a, b, "no")', lambda x, y: feels(x) == feels(y)),
        ('!apart(a, b, "no")', lambda x, y: feels(x) != feels(y)),
        ("apart(a, b, _)", lambda x, y: True),
        ('apart(a, b, w), w = "no"', lambda x, y: feels(x) == feels(y)),
        ("1 = count : { apart(a, b) }", lambda x, y: feels(x) != feels(y)),
    ],
)
def test_each_text_is_read_once(literal: str, holds) -> None:  # type: ignore[no-untyped-def]
    model = Stand()
    rule = f"found(x, y) :- said(x, a), said(y, b), x < y, {literal}."
    text = f"{FEELING}{APART} symmetric where feeling differs\n{rule}"
    result = Program(text, models={"m": model}).run(said=SAID)
    wanted = [(x, y) for x in range(40) for y in range(x + 1, 40) if holds(x, y)]
    assert sorted(result["found"].rows()) == wanted
    assert len(model.asked) == 40
    assert all("text" in data for data in model.asked)


def test_what_is_not_known_of_one_is_not_known_of_the_pair() -> None:
    rules = (
        "yes(x, y) :- said(x, a), said(y, b), x < y, apart(a, b).\n"
        "no(x, y) :- said(x, a), said(y, b), x < y, !apart(a, b)."
    )
    text = f"{FEELING}{APART} where feeling differs\n{rules}"
    said = [(1, "good"), (2, "bad"), (3, "unclear")]
    result = Program(text, models={"m": Stand()}).run(said=said)
    assert (result["yes"].rows(), result["no"].rows()) == ([(1, 2)], [])
    assert result.bounds("yes").possible == ((1, 2), (1, 3), (2, 3))


def test_agreement() -> None:
    text = f"{FEELING}{APART} where feeling agrees\nf(a, b) :- p(a, b), apart(a, b)."
    result = Program(text, models={"m": Stand()}).run(p=[("good", "good 2"), ("good", "bad")])
    assert result["f"].rows() == [("good", "good 2")]


@pytest.mark.parametrize(
    ("first", "law", "number"),
    [
        ("", "where feeling differs", ProgramError),
        (FEELING, "where apart differs", ProgramError),
        (FEELING.replace("symbol,", "number,"), "where feeling differs", ProgramError),
        (FEELING.replace("->", "=>"), "where feeling differs", ProgramError),
        (FEELING, "where feeling matters", SyntaxProblem),
    ],
)
def test_a_law_names_a_question_about_each(first: str, law: str, number: type) -> None:
    with pytest.raises(number):
        Program(f"{first}{APART} {law}\nf(a, b) :- p(a, b), apart(a, b).")


def test_a_law_is_learned_and_certified() -> None:
    """Of 780 pairs the dear model sees what it takes to learn and to check the law."""
    items, pairs = Stand(), Stand()
    rule = "found(x, y) :- said(x, a), said(y, b), x < y, apart(a, b)."
    target = "symmetric using feeling, dear target accuracy 0.95 delta 0.05"
    text = f"{FEELING}{APART} {target}\n{rule}"
    result = Program(text, models={"m": items, "dear": pairs}).run(said=SAID)
    wanted = [(x, y) for x in range(40) for y in range(x + 1, 40) if feels(x) != feels(y)]
    assert sorted(result["found"].rows()) == wanted
    assert len(items.asked) == 40
    assert len(pairs.asked) < 150
    assert "feeling" in str(result.certificate("apart"))


def test_what_a_law_is_learned_from_is_about_each_input() -> None:
    text = (
        f"{FEELING}.model far(a: number, b: number, -> yes: bool) ask "
        '"Is {a} far from {b}?" using feeling, m target accuracy 0.9\n'
        "f(a, b) :- p(a, b), far(a, b)."
    )
    with pytest.raises(ModelError, match=r"^E527"):
        Program(text, models={"m": Stand()}).run(p=[(1, 2)])
