"""What a program has learned from examples.

learned 2 probabilities in 7 rounds, log-likelihood -12.22
  burglary   0.3333
  alarm      0.9
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trivium.engine.limits import Limits
from trivium.errors import ProgramError
from trivium.probability.grounding.reduce import Ground, Truth
from trivium.probability.inference.fit import fit


@dataclass(frozen=True, slots=True)
class Learned:
    """Probabilities that make the examples most likely.

    Args:
        weights: by name; give them to `run(weights=...)`.
        history: the logarithm of the likelihood of all examples, before the first round and after
            each. It never falls.
        converged: whether more rounds would change little.
        untouched: names that no example bears on; they are as they were.
    """

    weights: dict[str, float]
    history: tuple[float, ...]
    converged: bool
    untouched: tuple[str, ...]

    @property
    def rounds(self) -> int:
        return len(self.history) - 1

    @property
    def log_likelihood(self) -> float:
        return self.history[-1]

    def __str__(self) -> str:
        what = "1 probability" if len(self.weights) == 1 else f"{len(self.weights)} probabilities"
        rounds = "1 round" if self.rounds == 1 else f"{self.rounds} rounds"
        end = "" if self.converged else ", not yet settled"
        lines = [f"learned {what} in {rounds}, log-likelihood {self.log_likelihood:.6g}{end}"]
        width = max(map(len, self.weights), default=0)
        for name, weight in self.weights.items():
            note = "   no example bears on it" if name in self.untouched else ""
            lines.append(f"  {name:<{width}}   {weight:.6g}{note}")
        return "\n".join(lines)


def learn(
    ground: Ground,
    parameters: Mapping[int, str],
    examples: Sequence[Sequence[Truth]],
    rounds: int,
    tolerance: float,
    limits: Limits,
    progress: Callable[[int, float], None] | None = None,
    known: Mapping[str, float] | None = None,
) -> Learned:
    """The probabilities of the alternatives `parameters`, from what each example observed; those
    `known` may be among them, or else stay."""
    if not parameters and not known:
        raise nothing_to_learn()
    found = fit(
        ground, parameters, examples,
        rounds=rounds, tolerance=tolerance, limits=limits, progress=progress,
    )  # fmt: skip
    weights = {**(known or {}), **found.weights}
    untouched = tuple([name for name in weights if name not in found.seen])
    return Learned(weights, found.history, found.converged, untouched)


def nothing_to_learn() -> ProgramError:
    """E314."""
    message = "the program leaves no probability open"
    hint = "write `t(0.5)::` before a clause whose probability is to be learned"
    return ProgramError(314, message, hint=hint)
