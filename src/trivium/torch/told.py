"""The probabilities that a program leaves open, as parameters to learn.

    t(0.5, p)::f(1).                      p = σ(x)
    t(0.2, p)::a; t(0.3, q)::b; 0.1::c.   (p, q, none) = 0.9 · softmax(x, y, 0)

So they stay probabilities whatever an optimiser does. Weights on rules are such parameters too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

from trivium.analyse.models import read_output
from trivium.ir.nodes import DECISION, Parameter, Program
from trivium.probability.decision import open_decision

# Where nothing says what a probability is, it starts here.
START = 0.5
# A parameter starts at least this far from 0 and 1, which no step could leave.
MARGIN = 1e-6


# The weights of one clause; None stands in a column.
Weights = tuple[float | Parameter | None, ...]


class Told(torch.nn.Module):
    """The open probabilities of clauses; those of one clause share what its others leave."""

    def __init__(self, clauses: Iterable[Weights], weights: Mapping[str, float]) -> None:
        super().__init__()
        self.names: list[str] = []
        self.shares: list[float] = []
        self.blocks: list[list[str]] = []
        self.logits = torch.nn.ParameterList()
        for clause in clauses:
            own = {
                weight.name: weights.get(weight.name, weight.initial)
                for weight in clause
                if isinstance(weight, Parameter)
                and read_output(weight.name) is None
                and weight.name not in self.names
            }
            if own:
                fixed = sum(weight for weight in clause if isinstance(weight, float))
                self._add(list(own), list(own.values()), 1.0 - fixed)

    def _add(self, names: list[str], values: Sequence[float | None], share: float) -> None:
        start = START * share / max(1, len(names) - 1)
        known = [start if value is None else value for value in values]
        rest = max(MARGIN, share - sum(known))
        logits = [math.log(max(MARGIN, value)) - math.log(rest) for value in known]
        self.blocks.append(names)
        self.names += names
        self.shares.append(share)
        self.logits.append(torch.nn.Parameter(torch.tensor(logits)))

    def log(self) -> Tensor:
        """The logarithms of all probabilities, in the order of `names`."""
        found = [
            torch.log_softmax(torch.cat((logits, logits.new_zeros(1))), 0)[:-1] + math.log(share)
            for logits, share in zip(self.logits, self.shares, strict=True)
        ]
        return torch.cat(found)

    def probabilities(self) -> dict[str, float]:
        if not self.names:
            return {}
        return dict(zip(self.names, self.log().exp().tolist(), strict=True))


def clauses_of(program: Program) -> list[Weights]:
    """The weights of each clause that has some."""
    facts = [(fact.weight,) for fact in program.facts if fact.weight is not None]
    found = [*facts, *(choice.weights for choice in program.choices)]
    if any(isinstance(w, Parameter) and w.name == DECISION for own in found for w in own):
        raise open_decision(None)
    return found
