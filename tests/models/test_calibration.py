"""What models say becomes a probability by labels, and by nothing else."""

from __future__ import annotations

import pytest

from trivium import Program
from trivium.errors import ModelError

TEXT = """
.model late(text: symbol, -> yes: bool) ask "Is it late? {text}"
call(c) :- review(c, t), late(t).
fine(c) :- review(c, t), !late(t).
"""
LABELS = {f"late {n}": n >= 10 for n in range(100)} | {f"well {n}": n < 5 for n in range(50)}


def program() -> Program:
    return Program(TEXT, models={"late": lambda text: "late" in text})


def test_a_row_is_as_probable_as_labels_have_shown() -> None:
    made = program()
    found = made.calibrate("late", LABELS)
    assert (found.labels, found.lost) == (150, 0)
    assert found.right == pytest.approx(135 / 150)
    result = made.run(review=[("Ann", "so late"), ("Bob", "all well")])
    assert result.probability("call", ("Ann",)) == pytest.approx(90.5 / 101)
    assert result.probability("fine", ("Ann",)) == pytest.approx(10.5 / 101)
    assert result.probability("call", ("Bob",)) == pytest.approx(5.5 / 51)


def test_without_labels_nothing_is_said_of_probabilities() -> None:
    result = program().run(review=[("Ann", "so late")])
    assert result.method == "certain"


def test_rows_that_rest_on_one_answer_are_not_independent() -> None:
    text = TEXT + "both() :- call(c), fine(c).  any(c) :- call(c).  any(c) :- fine(c)."
    made = Program(text, models={"late": lambda t: "late" in t})
    made.calibrate("late", LABELS)
    result = made.run(review=[("Ann", "so late")])
    assert result.probability("both", ()) == 0.0
    assert result.probability("any", ("Ann",)) == pytest.approx(1.0)


def test_labels_of_several_kinds() -> None:
    text = """
    .model digit(text: symbol, -> d: symbol in ["a", "b", "c"]) ask "Which? {text}"
    of(t, d) :- item(t), digit(t, d).
    """
    made = Program(text, models={"digit": lambda t: t[0]})
    made.calibrate(
        "digit", {f"{'abc'[n % 3]}{n}": "a" if n == 4 else "abc"[n % 3] for n in range(60)}
    )
    result = made.run(item=[("b0",)])
    assert result.probability("of", ("b0", "b")) == pytest.approx(19.5 / 21.5)
    assert result.probability("of", ("b0", "a")) == pytest.approx(1.5 / 21.5)


@pytest.mark.parametrize(
    ("relation", "labels"), [("late", {"x": True}), ("call", LABELS), ("lat", LABELS)]
)
def test_what_cannot_be_calibrated(relation: str, labels: dict[str, bool]) -> None:
    with pytest.raises(ModelError, match=r"^E531"):
        program().calibrate(relation, labels)
