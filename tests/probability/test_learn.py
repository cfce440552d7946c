"""Learning from examples: what the counts say, and no round makes the examples less likely."""

import math
import random

import pytest

from trivium import Program
from trivium.errors import ProgramError

NETWORK = {
    "souffle": """t(0.4)::burglary.  t(0.3)::earthquake.  t(0.5, heard)::alarm :- burglary.
        t(0.5)::alarm :- earthquake, !burglary.""",
    "problog": """t(0.4)::burglary.  t(0.3)::earthquake.  t(0.5, heard)::alarm :- burglary.
        t(0.5)::alarm :- earthquake, \\+burglary.""",
}


def observed(rng, hide=0.0):
    burglary, earthquake = rng.random() < 0.2, rng.random() < 0.3
    alarm = rng.random() < (0.9 if burglary else 0.6 if earthquake else 0.0)
    every = [("burglary", (), burglary), ("earthquake", (), earthquake), ("alarm", (), alarm)]
    return [one for one in every if rng.random() >= hide]


@pytest.mark.parametrize("dialect", NETWORK)
def test_whole_examples_give_their_shares(dialect):
    rng = random.Random(1)
    examples = [observed(rng) for _ in range(300)]
    learned = Program(NETWORK[dialect], dialect).learn(examples)
    rows = [{name: holds for name, _, holds in example} for example in examples]
    burglaries = [row["alarm"] for row in rows if row["burglary"]]
    others = [row["alarm"] for row in rows if not row["burglary"] and row["earthquake"]]
    assert learned.converged
    assert learned.weights == pytest.approx(
        {
            "burglary": len(burglaries) / 300,
            "earthquake": sum(row["earthquake"] for row in rows) / 300,
            "heard": sum(burglaries) / len(burglaries),
            "alarm": sum(others) / len(others),
        },
        abs=1e-4,
    )


@pytest.mark.parametrize("dialect", NETWORK)
def test_no_round_makes_the_examples_less_likely(dialect):
    rng = random.Random(2)
    examples = [observed(rng, hide=0.5) for _ in range(400)]
    program = Program(NETWORK[dialect], dialect)
    told = []
    learned = program.learn(examples, progress=lambda turn, value: told.append((turn, value)))
    assert all(a <= b + 1e-9 for a, b in zip(learned.history, learned.history[1:], strict=False))
    assert [value for _, value in told] == list(learned.history)
    truth = {"burglary": 0.2, "earthquake": 0.3, "heard": 0.9, "alarm": 0.6}
    assert learned.weights == pytest.approx(truth, abs=0.2)


@pytest.mark.parametrize(
    ("dialect", "text", "example"),
    [
        ("souffle", "t(0.2)::red; t(0.2)::green; 0.1::blue.", ".evidence {}"),
        ("problog", "t(0.2)::red; t(0.2)::green; 0.1::blue.", "evidence({})."),
    ],
)
def test_alternatives_share_what_the_known_ones_leave(dialect, text, example):
    colours = ["red"] * 6 + ["green"] * 3
    none = [("red", (), False), ("green", (), False), ("blue", (), False)]
    learned = Program(text, dialect).learn([*map(example.format, colours), none])
    assert learned.weights == pytest.approx({"red": 0.9 * 0.6, "green": 0.9 * 0.3}, abs=1e-6)
    assert "learned 2 probabilities in" in str(learned)


def test_one_name_has_one_value_over_all_rows():
    program = Program("coin(1). coin(2). coin(3). coin(4).  t(0.5, p)::heads(x) :- coin(x).")
    learned = program.learn([".evidence heads(1) .evidence heads(2) .evidence !heads(3)"])
    assert learned.weights == pytest.approx({"p": 2 / 3})
    assert program.run(weights=learned.weights).probability("heads", (4,)) == pytest.approx(2 / 3)


def test_a_hidden_cause_is_learned_from_its_effect():
    learned = Program("t(0.5)::a. 0.9::b :- a.").learn([".evidence b"] * 3 + [".evidence !b"] * 7)
    assert learned.weights["a"] == pytest.approx(1 / 3, abs=1e-5)
    assert learned.log_likelihood == pytest.approx(3 * math.log(0.3) + 7 * math.log(0.7))


@pytest.mark.parametrize(
    ("dialect", "example"), [("souffle", ".evidence a"), ("problog", "evidence(a).")]
)
def test_what_no_example_bears_on_stays(dialect, example):
    learned = Program("t(0.3)::a. t(0.7)::b.", dialect).learn([example])
    assert learned.weights["b"] == pytest.approx(0.7)
    assert learned.untouched == ("b",)
    assert "no example bears on it" in str(learned)


@pytest.mark.parametrize(
    ("dialect", "text", "examples", "number"),
    [
        ("souffle", "0.5::a.", [".evidence a"], 314),
        ("problog", "0.5::a.", ["evidence(a)."], 314),
        ("souffle", "a(1).", [".evidence a(1)"], 314),
        ("souffle", "t(0.5)::a. b :- a.", [".evidence a", ".evidence b .evidence !a"], 285),
        ("problog", "t(0.5)::a. b :- a.", ["evidence(a).", "evidence(b). evidence(\\+a)."], 285),
        ("souffle", "t(0.5)::a(1).", [".evidence a(2)"], 285),
        ("souffle", "t(0.5)::a.", ["a."], 262),
        ("problog", "t(0.5)::a.", ["a."], 262),
        ("souffle", "t(0.5)::a.", [".evidence c"], 201),
        ("souffle", "t(0.5)::a.", [[("c", (), True)]], 201),
    ],
)
def test_examples_that_cannot_be_learned_from(dialect, text, examples, number):
    with pytest.raises(ProgramError) as caught:
        Program(text, dialect).learn(examples)
    assert caught.value.number == number
