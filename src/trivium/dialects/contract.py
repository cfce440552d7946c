"""What a dialect is: a name, how its programs are checked, and what these cannot do.

    DIALECTS["sql"].check(source, Surroundings())     a checked program, which may be started often

It starts with options, with what is asked, and with data, and gives an `Outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from trivium.engine.asked import Asked
from trivium.engine.run import Options
from trivium.ir import nodes
from trivium.optimise import PASSES, Pass
from trivium.outcome import Outcome
from trivium.source import Source
from trivium.syntax import ast

if TYPE_CHECKING:
    from trivium.probability.learned import Learned

# What was observed in one world: evidence as the dialect writes it, or (relation, row, holds).
Example = str | Sequence[tuple[str, Sequence[nodes.Value], bool]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a program is checked with, beside its text; see `Program`."""

    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    relations: Sequence[nodes.Relation] = ()
    include: Sequence[str | Path] = ()
    macros: Mapping[str, str] = field(default_factory=dict)
    passes: Sequence[Pass] = PASSES


class Checked(Protocol):
    """A checked program of a dialect; a run changes nothing in it."""

    def ir(self, data: Mapping[str, Any]) -> nodes.Program:
        """The typed program, over this data."""

    def models(self) -> dict[str, ast.Model]:
        """The relations whose rows come from nets, by name."""

    def questions(self) -> dict[str, ast.ModelRelation]:
        """The relations that models are asked for, by name."""

    def start(self, options: Options, asked: Asked | None, data: Mapping[str, Any]) -> Outcome:
        """Run. `asked` gives by relation the values that are wanted: an empty tuple is any row,
        None a value; without it, all relations are."""

    def learn(
        self,
        examples: Sequence[Example],
        options: Options,
        data: Mapping[str, Any],
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None,
    ) -> Learned:
        """The probabilities that the program leaves open, from examples."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to write programs.

    Args:
        name: as users say it.
        home: the module whose `check` checks a text.
        writes: what a text of it is called.
        lacks: operations and arguments that it has not, each with the reason.
    """

    name: str
    home: str
    writes: str
    lacks: Mapping[str, str] = field(default_factory=dict)

    def check(self, source: Source, around: Surroundings) -> Checked:
        """The program of a text. Raises SyntaxProblem (1xx), ProgramError (2xx)."""
        checked: Checked = import_module(self.home).check(source, around)
        return checked
