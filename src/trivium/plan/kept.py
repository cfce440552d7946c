"""Plans that are kept from run to run: a small program that is prepared is planned once.

A plan is used again while what it was made from still says about the same: relations have few rows,
none has grown eight times, and no column got its first hole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from trivium.plan.statistics import FEW, Noted, Statistics

T = TypeVar("T")


@dataclass(slots=True)
class KeptPlans:
    """The plans of one program, by what they are of, with the statistics that they rest on."""

    _plans: dict[Hashable, tuple[object, Noted, Any]] = field(default_factory=dict)

    def plan(self, of: object, how: Hashable, known: Statistics, make: Callable[[Noted], T]) -> T:
        """The plan that `make` gives for this very object; `how` tells plans of one apart."""
        key = id(of), how  # which stays its own, as the object is kept with the plan
        if key in self._plans:
            _, noted, plan = self._plans[key]
            if noted.still(known):
                return plan  # type: ignore[no-any-return]
        noted = Noted(known)
        plan = make(noted)
        if noted.most <= FEW:
            self._plans[key] = of, noted, plan
        return plan
