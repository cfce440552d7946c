"""Several programs for one problem: the value most of them give, and how sure that makes it.

    proved, proved            → proved, confidence as often as two programs that agree are right
    proved, a failure         → proved, with less
    proved, refuted           → unknown: as many say the one as the other

The confidences are measured: `weights/agreement.json` holds, for each pattern of agreement, how
often such a value was right on problems with known answers (`bench/programmer/agreement.py`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from trivium.errors import TriviumError
from trivium.solver.verdict import Status, Verdict

# Below this many programs of a pattern, the count is drawn to the mean of all.
PRIOR = 4.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often values were right, by pattern of agreement; `mean` of all."""

    mean: float
    right: dict[str, float]
    seen: dict[str, float]

    def confidence(self, pattern: str) -> float:
        """The probability that a value of this pattern is right, smoothed towards a coarser one."""
        prior = self.mean
        coarse = pattern.rpartition("/")[0]
        if coarse:
            prior = self.confidence(coarse)
        right, seen = self.right.get(pattern, 0.0), self.seen.get(pattern, 0.0)
        return (right + PRIOR * prior) / (seen + PRIOR)


def fit(samples: Sequence[tuple[str, bool]]) -> Calibration:
    """The calibration of (pattern, was it right) pairs; each counts for coarser patterns too."""
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for pattern, correct in samples:
        parts = pattern.split("/")
        for length in range(1, len(parts) + 1):
            key = "/".join(parts[:length])
            seen[key] += 1
            right[key] += correct
    mean = sum(c for _, c in samples) / max(1, len(samples))
    return Calibration(
        mean, {k: float(v) for k, v in right.items()}, {k: float(v) for k, v in seen.items()}
    )


@cache
def shipped() -> Calibration:
    """The calibration that the package brings."""
    text = files("trivium.solver").joinpath("weights/agreement.json").read_text("utf-8")
    held = json.loads(text)
    return Calibration(held["mean"], held["right"], held["seen"])


def value_of(outcome: Verdict | TriviumError) -> str | None:
    """What a program answers, in one word; None where it gives no answer."""
    if isinstance(outcome, TriviumError) or outcome.status is Status.CONTRADICTORY:
        return None
    if outcome.value is not None:
        return str(outcome.value)
    if outcome.status is Status.SATISFIABLE:
        return "satisfiable"
    return "unknown" if outcome.independent else None


def pattern_of(outcomes: Sequence[Verdict | TriviumError], value: str, form: str) -> str:
    """The pattern of a value among programs: form, how many agree, of how many that answered.

    before:  [proved, proved], "True", "fol"        after:   "2 of 2 of 2/fol/decided"
    """
    values = [value_of(outcome) for outcome in outcomes]
    answered = sum(v is not None for v in values)
    kind = "open" if value == "unknown" else "decided"
    return f"{values.count(value)} of {answered} of {len(values)}/{form}/{kind}"


def agree(
    outcomes: Sequence[Verdict | TriviumError],
    form: str = "",
    calibration: Calibration | None = None,
) -> Verdict:
    """The verdict of the most programs, with its confidence; unknown where two values tie.

    Raises the error of the first program where all have failed.
    """
    values = [value_of(outcome) for outcome in outcomes]
    errors = [outcome for outcome in outcomes if isinstance(outcome, TriviumError)]
    if len(errors) == len(outcomes):
        raise errors[0]
    counts = Counter(value for value in values if value is not None).most_common(2)
    if not counts:
        return next(outcome for outcome in outcomes if isinstance(outcome, Verdict))
    (value, times), others = counts[0], counts[1:]
    if others and others[0][1] == times:
        shown = " and ".join(f"`{v}`" for v, _ in counts)
        reason = f"as many programs say {shown}"
        return Verdict(Status.UNKNOWN, reason=reason, confidence=0.0)
    chosen = outcomes[values.index(value)]
    assert isinstance(chosen, Verdict)
    scale = calibration or shipped()
    confidence = scale.confidence(pattern_of(outcomes, value, form))
    return replace(chosen, confidence=confidence)
