"""What the planner knows of the data, and what it may do with that.

Assumed()     nothing is known: 1,000 rows a relation, and a bound column leaves one in ten
Measured(...) the relations of a run as they are now (`engine/measure.py`)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from trivium.plan.steps import Version

# Where no relation has more rows, planning takes longer than what a better plan saves.
FEW = 512


class Statistics(Protocol):
    """Sizes of relations; every figure is an estimate but `filled`."""

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        """How many rows a relation has."""

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        """How many different (combinations of) values its columns hold; at least 1."""

    def filled(self, relation: str, column: int) -> bool:
        """Whether it is certain that the column has no empty cell."""

    def classes(self, relation: str) -> float | None:
        """How many classes an equivalence has that is held as such; None for any other."""


class Assumed:
    """The statistics of relations that nobody has seen yet, all alike."""

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        return 100.0 if version is Version.DELTA else 1000.0

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        return float(min(1000, 10 ** len(columns)))

    def filled(self, relation: str, column: int) -> bool:
        return True

    def classes(self, relation: str) -> float | None:
        return None


class Noted:
    """Statistics that are asked once for each thing: of relations that do not change meanwhile."""

    def __init__(self, known: Statistics) -> None:
        self.known = known
        self._classes: dict[str, float | None] = {}
        self._rows: dict[tuple[str, Version], float] = {}
        self._different: dict[tuple[str, tuple[int, ...]], float] = {}
        self._filled: dict[tuple[str, int], bool] = {}

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        key = relation, version
        if key not in self._rows:
            self._rows[key] = self.known.rows(relation, version)
        return self._rows[key]

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        key = relation, columns
        if key not in self._different:
            self._different[key] = self.known.different(relation, columns)
        return self._different[key]

    def filled(self, relation: str, column: int) -> bool:
        key = relation, column
        if key not in self._filled:
            self._filled[key] = self.known.filled(relation, column)
        return self._filled[key]

    def classes(self, relation: str) -> float | None:
        if relation not in self._classes:
            self._classes[relation] = self.known.classes(relation)
        return self._classes[relation]

    @property
    def most(self) -> float:
        """The rows of the largest relation that was asked for."""
        return max(self._rows.values(), default=0.0)

    def still(self, now: Statistics) -> bool:
        """Whether a plan made from this is as good, and as right, for what is known now."""
        return (
            all(same_size(n, now.rows(*key)) for key, n in self._rows.items())
            and all(filled == now.filled(*key) for key, filled in self._filled.items())
            and all((n is None) == (now.classes(name) is None) for name, n in self._classes.items())
        )


def same_size(before: float, now: float) -> bool:
    """Whether a relation has not grown, or shrunk, about eight times."""
    return int(before).bit_length() // 3 == int(now).bit_length() // 3


def matches(known: Statistics, relation: str, bound: tuple[int, ...]) -> float:
    """How many rows match one binding of some columns."""
    return known.rows(relation) / known.different(relation, bound)


@dataclass(frozen=True, slots=True)
class Planning:
    """What the planner may do. Each can be switched off, and no row changes by it.

    Attributes:
        classes: an equivalence may be held as its classes, without its pairs; a run that did so
            has no proofs.
        codes: numbers that lie far apart may be held as codes.
        group: aggregates may run their body once and bring their own groups.
        meet: atoms that bind the same new variable may be intersected.
        order: atoms may run in another order than that of the text.
        split: a long recursive body may become two, with a relation between them.
    """

    classes: bool = True
    codes: bool = True
    group: bool = True
    meet: bool = True
    order: bool = True
    split: bool = True


EVERYTHING = Planning()
