"""When two answers are the same."""

import pytest

from trivium.ask.denotation import same_denotation


@pytest.mark.parametrize(
    ("predicted", "target"),
    [
        ([12467], ["12,467"]),
        (["Bangkok, Thailand [1]"], ["bangkok, Thailand"]),
        (["Élise “Liz” (runner-up)"], ['Elise "Liz"']),
        (["June 5, 2003"], ["2003-06-05"]),
        ([2.0], ["2"]),
        (["b", "a"], ["A", "B"]),
        (['"Medication"'], ["Medication"]),
        ([16], ["16 games"]),
        (["13 games"], ["13"]),
        ([488761], ["$488,761"]),
    ],
)
def test_same(predicted: list[str | float], target: list[str]) -> None:
    assert same_denotation(predicted, target)


@pytest.mark.parametrize(
    ("predicted", "target"),
    [(["5 ft"], ["5 in"]), (["a"], ["a", "b"]), ([], ["a"]), ([3], ["3.5"]), (["1st"], ["1"])],
)
def test_different(predicted: list[str | float], target: list[str]) -> None:
    assert not same_denotation(predicted, target)
