"""The ranker: trained on a little, saved, loaded, calibrated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from trivium.ask.examples import Labelled, label
from trivium.ask.features import DENSE
from trivium.ask.frame import Frame
from trivium.ask.ranker import N_SIGNS, Ranker, Signs, load, save
from trivium.errors import BackendError
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
    save(ranker, path)
    again = load(path)
    for e in data[:5]:
        np.testing.assert_allclose(
            again.scores(e.features), ranker.scores(e.features), rtol=0.02, atol=0.02
        )


def test_the_mean_of_rankers_scores_the_mean() -> None:
    from trivium.ask.train import Settings, fit, mean_of

    data = examples(8)
    rankers = [
        fit(data, Settings(epochs=1, batch=4, seed=i), progress=lambda text: None) for i in range(3)
    ]
    features = data[0].features
    np.testing.assert_allclose(
        mean_of(rankers).scores(features),
        np.mean([ranker.scores(features) for ranker in rankers], axis=0),
        rtol=1e-4,
        atol=1e-4,
    )


def test_calibration_finds_the_odds() -> None:
    from trivium.ask.train import anchored, fit_calibration

    rng = np.random.default_rng(0)
    signs = rng.normal(size=(4000, N_SIGNS))
    odds = 0.5 + 2 * signs[:, 0]
    right = rng.random(4000) < 1 / (1 + np.exp(-odds))
    found = fit_calibration(signs, right, ridge=1.0)
    assert found[0] == pytest.approx(0.5, abs=0.15)
    assert found[1] == pytest.approx(2.0, abs=0.2)
    moved = anchored(found, signs, np.ones(4000, bool) & (rng.random(4000) < 0.9))
    p = 1 / (1 + np.exp(-(moved[0] + signs @ moved[1:])))
    assert p.mean() == pytest.approx(0.9, abs=0.02)


def test_confidence_is_a_probability() -> None:
    ranker = load()
    dense = np.zeros(DENSE, np.float32)
    low = Signs((0.1, 0.09), 0.1, 1, 500, 8, 3, 0.9, 0.0, 20, "count(all)", dense)
    high = Signs((0.99, 0.001), 6.0, 5, 500, 8, 0, 0.0, 0.5, 20, "project_text(filter)", dense)
    assert len(low.vector()) == N_SIGNS
    assert 0 < ranker.confidence(low) < ranker.confidence(high) < 1


def test_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="E411"):
        load(str(tmp_path / "none.npz"))


def test_weights_for_other_features(tmp_path: Path) -> None:
    ranker = load()
    path = str(tmp_path / "other.npz")
    save(replace(ranker, calibration=ranker.calibration[:3]), path)
    with pytest.raises(BackendError, match="other features"):
        load(path)


def test_shipped_weights_are_small() -> None:
    ranker: Ranker = load()
    assert np.isfinite(ranker.weights).all()
    assert len(ranker.weights) == 1 << 18
