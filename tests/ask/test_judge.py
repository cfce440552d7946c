"""The judge: its trees as grown and as read, its signs, the file that keeps what was learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trivium.ask.frame import Frame
from trivium.ask.judge import Node, forest_of
from trivium.ask.learned import load, save
from trivium.ask.programmers.builtin import grouped, rank
from trivium.ask.signs import JUDGED, N_SIGNS
from trivium.ask.words import Question
from trivium.errors import BackendError
from trivium.ground.table import make_table
from trivium.source import Place

ROWS = [
    ["1", "at Boston Reds", "W", "7"], ["2", "Chicago Blues", "W", "2"],
    ["3", "at Chicago Blues", "L", "5"], ["4", "Boston Reds", "W / forfeit", "9"],
]  # fmt: skip
GAMES = Frame(make_table("games", ["Game", "Opponent", "Result", "Goals"], ROWS, Place("t.csv")))


def test_a_forest_adds_up_the_votes_of_its_trees() -> None:
    deep = Node(sign=1, bound=0.5, yes=Node(0.25), no=Node(-2.0))
    forest = forest_of([Node(sign=0, bound=2.0, yes=Node(1.0), no=deep), Node(0.125)])
    signs = np.array([[2.0, 9.0], [3.0, 0.0], [3.0, 1.0]])
    assert forest.odds(signs).tolist() == [1.125, 0.375, -1.875]
    assert forest.probability(signs) == pytest.approx(1 / (1 + np.exp([-1.125, -0.375, 1.875])))


def test_a_grown_forest_is_read_as_it_was_grown() -> None:
    pytest.importorskip("lightgbm", reason="growing needs LightGBM")
    from trivium.ask.grow import Settings, anchored, grow

    rng = np.random.default_rng(0)
    signs = rng.normal(size=(3000, 5))
    right = signs[:, 0] + signs[:, 1] > 0
    forest = grow(signs, right, Settings(trees=100))
    odds = forest.odds(signs)
    assert ((odds > 0) == right).mean() > 0.9
    # Half of the choices were wrong after all: the anchor takes the odds down.
    luck = right & (rng.random(3000) < 0.5)
    assert anchored(forest, odds, luck).probability(signs).mean() == pytest.approx(
        luck.mean(), abs=0.01
    )


@pytest.mark.parametrize("question", [
    "how many consecutive games were won?", "who was the opponent after the Chicago Blues?",
    "how many more goals were there in game 4 than in game 2?", "which?", "zzz",
])  # fmt: skip
def test_signs_of_any_question(question: str) -> None:
    groups, judged = grouped(Question.of(question), [GAMES], load().ranker)
    if judged is None:
        assert not groups
        return
    vectors = judged.vectors()
    assert vectors.shape == (min(JUDGED, len(groups)), N_SIGNS)
    assert np.isfinite(vectors).all()


def test_the_likeliest_value_is_first_and_its_confidence_a_probability() -> None:
    first, *others = rank(Question.of("who was the opponent in game 2?"), [GAMES], load())
    assert first.group.members[0].proposal.values == ("Chicago Blues",)
    assert 0.3 < first.chance < 1
    assert all(other.chance <= first.chance for other in others)
    assert rank(Question.of("who painted it?"), [GAMES], load())[0].chance < 0.3


def test_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="E411"):
        load(str(tmp_path / "none.npz"))


def test_weights_for_other_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned = load()
    path = str(tmp_path / "other.npz")
    monkeypatch.setattr("trivium.ask.learned.N_SIGNS", N_SIGNS - 1)
    save(learned, path)
    monkeypatch.undo()
    with pytest.raises(BackendError, match="other features"):
        load(path)


def test_shipped_weights_are_sound_and_small() -> None:
    learned = load()
    assert np.isfinite(learned.ranker.weights).all()
    assert len(learned.ranker.weights) == 1 << 18
    assert learned.forest.sign.max() < N_SIGNS
    assert len(learned.forest.sign) < 20_000
