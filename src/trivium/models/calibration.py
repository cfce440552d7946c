"""How probable it is that what a model says is true, learned from labels.

    program.calibrate("positive", {("a good film",): "yes", ("poor",): "no", ...})
    program.run(review=...).probability("good", ("m1",))      0.93

A model's own word for its confidence is no probability: it is not used. What is used is how often
each of its answers was each of the labels. So a row that a model tells is uncertain, and the rows
of one input exclude each other: `yes` at 0.93, `no` at 0.07.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trivium.engine.provider import Input, ProvidedRow, Provider, Unknown

Answer = tuple[Any, ...]
# Fewer labels say too little.
FEWEST = 20
# As if each answer had been seen so often as each value, before any label.
_PRIOR = 0.5


@dataclass(frozen=True)
class Calibration:
    """What was learned of a relation.

    Attributes:
        labels: how many were used; `lost` more had no answer.
        chances: for each answer how probable each value is.
        right: the share of answers that were the label.
    """

    labels: int
    lost: int
    chances: Mapping[Answer, Mapping[Answer, float]]
    right: float

    @classmethod
    def of(cls, said: Sequence[Answer | None], true: Sequence[Answer]) -> Calibration:
        """From what was said of some inputs, None where nothing was, and what is true of them."""
        pairs = [(a, b) for a, b in zip(said, true, strict=True) if a is not None]
        values = sorted({value for pair in pairs for value in pair}, key=repr)
        counts: dict[Answer, Counter[Answer]] = {value: Counter() for value in values}
        for answer, label in pairs:
            counts[answer][label] += 1
        chances = {}
        for answer, seen in counts.items():
            total = seen.total() + _PRIOR * len(values)
            chances[answer] = {value: (seen[value] + _PRIOR) / total for value in values}
        right = sum(a == b for a, b in pairs) / max(1, len(pairs))
        return cls(len(pairs), len(said) - len(pairs), chances, right)


class CalibratedProvider(Provider):
    """What a model tells, each row as probable as labels have shown."""

    exclusive = True

    def __init__(self, told: Provider, calibration: Calibration) -> None:
        self.told, self.calibration = told, calibration
        self.signature, self.batch = told.signature, told.batch
        self.cost = told.cost

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow] | Unknown]:
        for rows in self.told.answer(inputs):
            if isinstance(rows, Unknown):
                yield rows
            else:
                yield [row for said in rows for row in self._uncertain(said)]

    def _uncertain(self, said: ProvidedRow | Input) -> list[ProvidedRow]:
        row = said if isinstance(said, ProvidedRow) else ProvidedRow(tuple(said))
        known = self.calibration.chances.get(row.values)
        if known is None:  # labels never showed it: as probable as answers are right
            return [ProvidedRow(row.values, self.calibration.right, row.source)]
        source = f"{row.source}, calibrated on {self.calibration.labels} labels"
        return [ProvidedRow(values, chance, source) for values, chance in known.items()]
