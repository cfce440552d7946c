"""The ranker: trained on a little, saved and loaded with a judge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trivium.ask.examples import Labelled, label
from trivium.ask.frame import Frame
from trivium.ask.judge import Node, forest_of
from trivium.ask.learned import Learned, load, save
from trivium.ground.table import make_table
from trivium.source import Place

torch = pytest.importorskip("torch", reason="training needs PyTorch")


def examples(n: int = 24) -> list[Labelled]:
    """Questions of one kind over small tables: the ranker must learn which column is asked for."""
    found = []
    for i in range(n):
        rows = [[name, str(10 * i + j), str(3 * i - j)] for j, name in enumerate("abcde")]
        frame = Frame(make_table("t", ["name", "gold", "silver"], rows, Place("t.csv")))
        j = i % 5
        one = label(f"how much gold has {'abcde'[j]}?", frame, [rows[j][1]], sample=50, seed=i)
        assert one is not None
        found.append(one)
    return found


def test_training_learns_and_a_file_keeps_it(tmp_path: Path) -> None:
    from trivium.ask.train import Settings, fit

    data = examples()
    ranker = fit(data, Settings(epochs=8, decay=0.0, batch=4), progress=lambda text: None)
    right = [bool(e.right[int(np.argmax(ranker.scores(e.features)))]) for e in data]
    assert np.mean(right) > 0.9
    path = str(tmp_path / "ranker.npz")
    save(Learned(ranker, forest_of([Node(0.5)])), path)
    again = load(path).ranker
    for e in data[:5]:
        np.testing.assert_allclose(
            again.scores(e.features), ranker.scores(e.features), rtol=0.02, atol=0.02
        )
