"""The most probable world of a program, in both dialects."""

import pytest

from trivium import Program
from trivium.errors import ProgramError

CLAUSES = "0.2::rain. 0.1::sprinkler. 0.9::wet :- rain. 0.8::wet :- sprinkler."


@pytest.mark.parametrize(
    ("dialect", "more", "rain"),
    [
        ("souffle", ".evidence wet  .output slippery  slippery :- wet, rain.", "rain()"),
        ("problog", "evidence(wet). query(slippery). slippery :- wet, rain.", "rain"),
    ],
)
def test_the_world_that_explains_best(dialect, more, rain):
    world = Program(f"{CLAUSES} {more}", dialect).run().most_probable()
    # rain, and wet by it; no sprinkler, and no wet by it is likelier than with it only by a rest
    assert world.probability == pytest.approx(max(0.2 * 0.9 * 0.9 * 0.8, 0.2 * 0.9 * 0.9 * 0.2))
    assert f"0.2::{rain}" in world.facts
    assert any("sprinkler" in text for text in world.absent)
    assert [text.removesuffix("()") for text in world.rows] == ["slippery"]
    assert "most probable world has probability 0.1296" in str(world)


def test_a_certain_program_has_one_world():
    world = Program("a(1).  b(x) :- a(x).").run().most_probable()
    assert (world.probability, world.facts) == (1.0, ())


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("souffle", "0.5::a. 0.5::b. c :- a, b. .evidence c .evidence !a"),
        ("problog", "0.5::a. 0.5::b. c :- a, b. evidence(c). evidence(a, false). query(b)."),
    ],
)
def test_impossible_evidence_has_no_world(dialect, text):
    with pytest.raises(ProgramError) as caught:
        Program(text, dialect).run().most_probable()
    assert caught.value.number == 285
