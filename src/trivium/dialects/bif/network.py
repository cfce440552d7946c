"""A Bayesian network: variables, their states, and of each how probable they are given its parents.

smoke: yes 0.3, no 0.7      lung | smoke: yes 0.1, no 0.9 if smoke is yes, ...
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trivium.ir.nodes import Value
from trivium.ir.text import quoted
from trivium.source import Span

Table = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Variable:
    """One variable.

    Args:
        states: its values, in order.
        parents: the numbers of the variables that its table is given.
        table: one axis for each parent, the last for its own states; sums to 1 over these.
        span: where it is declared.
    """

    name: str
    states: tuple[str, ...]
    parents: tuple[int, ...]
    table: Table
    span: Span

    @cached_property
    def place(self) -> dict[Value, int]:
        """The number of each state."""
        return {state: n for n, state in enumerate(self.states)}


@dataclass(frozen=True)
class Network:
    """Variables; no one is its own ancestor."""

    variables: Sequence[Variable]

    @cached_property
    def number(self) -> dict[str, int]:
        return {variable.name: n for n, variable in enumerate(self.variables)}

    def needed(self, asked: Iterable[int]) -> list[int]:
        """These variables and all that they depend on, in the order of the network."""
        found: set[int] = set()
        waiting = list(asked)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.variables[one].parents
        return sorted(found)

    def text(self, variable: int, state: int) -> str:
        """A variable's state as a row is written."""
        own = self.variables[variable]
        return f"{own.name}({quoted(own.states[state])})"
