"""What was learned, in one small file: the ranker's weights and the judge's forest.

learned = load()                        the one that the package ships
learned.ranker.scores(features)         which program is likely
learned.forest.probability(signs)       how likely its value is right
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files

import numpy as np

from trivium.ask.features import BUCKETS, DENSE
from trivium.ask.judge import Forest
from trivium.ask.ranker import Ranker
from trivium.ask.signs import N_SIGNS
from trivium.errors import BackendError

WEIGHTS = "ranker.npz"


@dataclass(frozen=True)
class Learned:
    """The ranker, and the judge that was grown on its choices."""

    ranker: Ranker
    forest: Forest


def save(learned: Learned, path: str) -> None:
    """Write the file; half precision is enough for a ranking."""
    arrays = {
        f"{part}_{field.name}": getattr(getattr(learned, part), field.name)
        for part in ("ranker", "forest")
        for field in fields(getattr(learned, part))
    }
    arrays["ranker_weights"] = arrays["ranker_weights"].astype(np.float16)
    arrays["signs"] = np.array(N_SIGNS)
    np.savez_compressed(path, **arrays)


@lru_cache(maxsize=4)
def load(path: str | None = None) -> Learned:
    """What is in a file; by default the one in the package. Raises E411 if it does not fit."""
    place = path or str(files("trivium.ask") / "weights" / WEIGHTS)
    try:
        with np.load(place) as stored:
            arrays = dict(stored)
        arrays["ranker_weights"] = arrays["ranker_weights"].astype(np.float32)
        ranker = Ranker(*(arrays[f"ranker_{field.name}"] for field in fields(Ranker)))
        forest = Forest(*(arrays[f"forest_{field.name}"] for field in fields(Forest)))
        shapes = len(ranker.weights), ranker.hidden.shape[1], int(arrays["signs"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BackendError(411, f"the ranker's weights cannot be read from `{place}`") from problem
    if shapes != (BUCKETS, DENSE, N_SIGNS):
        raise BackendError(
            411,
            f"the ranker's weights in `{place}` were made for other features",
            hint="train them again: `python bench/train_ranker.py DATA`",
        )
    return Learned(ranker, forest)
