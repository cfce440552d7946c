"""A relation of what lies near: for each text those of a list that mean most nearly the same.

    .model near(text: symbol, -> other: symbol in names, score: float) using embedding top 5
    near("ipod nano 8gb", "Apple iPod nano, 8 GB", 0.93)

The score is the cosine of both vectors, from -1 to 1. It says how alike texts are, not how probable
anything is. As a literal before a dear question it blocks: only near pairs are asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from trivium.analyse.outside import Signature
from trivium.analyse.questions import columns_of
from trivium.engine.provider import Input, ProvidedRow, Provider
from trivium.models.embedding import Embedder, Vectors
from trivium.syntax import ast

# So many cosines are held at once.
_HELD = 20_000_000


class NearestProvider(Provider):
    """The `top` values that lie nearest to each input, the nearest first; equal ones in the order
    of the list.

    Args:
        values: among which to look.
    """

    def __init__(
        self,
        relation: ast.ModelRelation,
        embedder: Embedder,
        values: Sequence[str],
        cache_key: object,
    ) -> None:
        names = [(column.name, None) for column in columns_of(relation)]
        self.signature = Signature(tuple(names), tuple(range(len(relation.inputs))))
        self.embedder, self.values, self.top = embedder, list(values), relation.top
        self.scored = len(relation.outputs) > 1
        self.cache_key = cache_key
        self._vectors: Vectors | None = None

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow]]:
        if self._vectors is None:
            self._vectors = self.embedder.embed(self.values)
        asked = self.embedder.embed([" | ".join(map(str, row)) for row in inputs])
        size = max(1, _HELD // max(1, len(self.values)))
        for start in range(0, len(inputs), size):
            for cosines in asked[start : start + size] @ self._vectors.T:
                yield self._rows(cosines)

    def _rows(self, cosines: Any) -> list[ProvidedRow]:
        order = np.argsort(-cosines, kind="stable")[: self.top]
        source = f"embedding {self.embedder.name}"
        return [
            ProvidedRow(
                (self.values[n], round(float(cosines[n]), 6)) if self.scored else (self.values[n],),
                source=f"{source}, cosine {cosines[n]:.3f}",
            )
            for n in order
        ]
