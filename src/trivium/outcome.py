"""What a run gives back, in whichever dialect: what `Result` stands on.

outcome.find("path", (1, 3))      where the row stands, or None
outcome.view("path")              the rows themselves
outcome.why("path", (1, 3), at)   why it holds
outcome.chances                   how probable rows are, where any is uncertain
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.engine.limits import Guard, Limits

if TYPE_CHECKING:
    from trivium.engine.profile import Profile
    from trivium.engine.run import Stats
    from trivium.engine.view import RelationView
    from trivium.ir import nodes
    from trivium.probability.chances import Chances, Place
    from trivium.probability.weigh import Weigher
    from trivium.proofs.proof import Proof
    from trivium.proofs.why_not import WhyNot

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Between:
    """The rows of a relation: those that are certain, and all that are possible."""

    certain: tuple[Row, ...]
    possible: tuple[Row, ...]

    @property
    def open(self) -> tuple[Row, ...]:
        """The rows that hang on answers that are not known."""
        known = set(self.certain)
        return tuple(row for row in self.possible if row not in known)

    @property
    def counts(self) -> tuple[int, int]:
        """How many rows there are, at least and at most."""
        return len(self.certain), len(self.possible)


class Outcome(ABC):
    """The relations of a finished run. What a dialect cannot do is E316 from here."""

    main: str | None = None  # the one relation that the run is about, where there is one
    explains_absence = True  # whether `why_not` is there

    @property
    @abstractmethod
    def program(self) -> nodes.Program:
        """The typed program that ran."""

    @property
    @abstractmethod
    def stats(self) -> Stats:
        """What the run took."""

    @property
    @abstractmethod
    def profile(self) -> Profile | None:
        """Where that went, if it was asked for."""

    @property
    @abstractmethod
    def relations(self) -> tuple[str, ...]:
        """The names of what the run computed."""

    @property
    @abstractmethod
    def outputs(self) -> tuple[str, ...]:
        """Those of them that are the answer."""

    @property
    @abstractmethod
    def chances(self) -> Chances[Any] | None:
        """How probable rows are; None where each holds or does not."""

    @property
    def unknown(self) -> Mapping[str, Mapping[Row, str]]:
        """By relation the inputs whose answer could not be had, and why."""
        return {}

    def bounds(self) -> Mapping[str, Between]:
        """The rows that hold whatever the missing answers of models are, and those that may."""
        return {}

    @abstractmethod
    def view(self, relation: str) -> RelationView:
        """The rows of a relation; KeyError for a name that is none."""

    @abstractmethod
    def find(self, relation: str, row: Sequence[Any]) -> Place | None:
        """Where a row stands that holds, or may. E201 (E291) for an unknown relation."""

    @abstractmethod
    def places(self, relation: str) -> Mapping[Row, Place]:
        """Where each row of a relation stands."""

    @abstractmethod
    def asked(self) -> list[tuple[str, Place]]:
        """The rows of the outputs as the program writes them, and where they stand."""

    @abstractmethod
    def why(self, relation: str, row: Sequence[Any], place: Place) -> Proof:
        """Why a row holds."""

    @abstractmethod
    def why_not(self, relation: str, row: Sequence[Any]) -> WhyNot:
        """What is missing for a row that does not hold."""

    @abstractmethod
    def weigh(
        self, relation: str, row: Sequence[Any], semiring: Weigher[Any], over: Sequence[str]
    ) -> Any:
        """What a row weighs; `over` are relations whose certain rows have weights too."""

    @abstractmethod
    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> Outcome:
        """The outcome of the same run on changed data."""

    @abstractmethod
    def write(self, folder: Path, guard: Guard, view: Callable[[str], RelationView]) -> list[Path]:
        """Write the outputs; the paths written."""

    @abstractmethod
    def print(self, view: Callable[[str], RelationView]) -> None:
        """Print the outputs."""
