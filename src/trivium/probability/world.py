"""The most probable world: the choices that explain best what was observed.

the most probable world has probability 0.1296
  chosen       0.2::rain, 0.9::wet
  not chosen   0.1::sprinkler, 0.8::wet
  then holds   wet, slippery
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.engine.limits import Limits
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Truth
from trivium.probability.inference.best import most_probable
from trivium.probability.inference.sample import least_model


@dataclass(frozen=True, slots=True)
class World:
    """One world, in which all that was observed holds.

    Args:
        probability: of its choices together; it is not divided by that of the evidence.
        facts: the uncertain facts, and heads of uncertain clauses, that hold in it, each with its
            probability.
        absent: those that do not.
        rows: the rows asked about that hold in it, certain ones included.

    Only choices are in it that something asked about or observed depends on.
    """

    probability: float
    facts: tuple[str, ...]
    absent: tuple[str, ...]
    rows: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"the most probable world has probability {self.probability:.6g}"]
        for title, texts in (
            ("chosen", self.facts),
            ("not chosen", self.absent),
            ("then holds", self.rows),
        ):
            lines += [f"  {title:<12} {', '.join(texts)}"] if texts else []
        return "\n".join(lines)


def most_probable_world(
    graph: Derivations, asked: Sequence[tuple[str, Truth]], evidence: Sequence[int], limits: Limits
) -> World:
    """The most probable world in which the literals of `evidence` hold; of what is asked about, by
    its text, it says which holds. Raises ProgramError 285, LimitError 301 or 303."""
    chosen, probability = most_probable(graph, evidence, limits)
    own = {node for node in chosen.values() if node is not None}
    holds = least_model(graph, sorted(own))
    facts: list[str] = []
    absent: list[str] = []
    for node in range(len(graph.weights)):
        text = f"{graph.weights[node]:.6g}::{graph.names[node]}"
        (facts if node in own else absent).append(text)
    rows = [text for text, literal in asked if _is_true(literal, holds)]
    return World(probability, tuple(facts), tuple(absent), tuple(rows))


def _is_true(literal: Truth, holds: set[int]) -> bool:
    if isinstance(literal, bool):
        return literal
    return literal in holds if literal >= 0 else ~literal not in holds
