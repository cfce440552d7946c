"""The statistics of a run: what the planner is told of the relations as they are now."""

from __future__ import annotations

from collections.abc import Mapping

from trivium.engine.contract import Relation
from trivium.plan.steps import Version


class Measured:
    """Sizes and different values of the relations of one run, which go on growing."""

    def __init__(self, relations: Mapping[str, Relation]) -> None:
        self.relations = relations

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        start, stop = self.relations[relation].span(version)
        return float(stop - start)

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        return self.relations[relation].different(columns)

    def filled(self, relation: str, column: int) -> bool:
        return not self.relations[relation].masked((column,))

    def classes(self, relation: str) -> float | None:
        return self.relations[relation].classes
