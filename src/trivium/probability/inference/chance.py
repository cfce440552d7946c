"""What is known of a probability, and how a run may find it.

Chance("exact", 0.2, 0.2, 0.2)      Chance("sample", 0.2031, 0.1953, 0.2111)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from trivium.errors import ProgramError

Method = Literal["auto", "exact", "bounds", "top-k", "sample"]


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability that lies between `low` and `high`; `value` is the best guess.

    `method` says how it was found. The truth lies between the two numbers, of a "sample" 95 times
    in 100. Where bounds are wide, `sampled` is the interval of a sample beside them, which holds
    the truth 95 times in 100, and `value` the share of its worlds.
    """

    method: str
    value: float
    low: float
    high: float
    sampled: tuple[float, float] | None = None


def sure(truth: bool) -> Chance:
    """The probability of what depends on no choice."""
    return Chance("certain", float(truth), float(truth), float(truth))


@dataclass(frozen=True, slots=True)
class Inference:
    """How probabilities are found.

    Attributes:
        method: "exact"; "bounds"; "top-k", from the k likeliest proofs; "sample", counted in
            sampled worlds; or "auto": exact where that stays small, else bounds.
        k: how many proofs "top-k" takes.
        samples: how many worlds that agree with the evidence "sample" counts.
        width: bounds and samples are good once the interval is at most this wide.
        seed: which worlds are drawn.

    Raises ProgramError 297 for a method that there is not and for numbers that make no sense.
    """

    method: Method = "auto"
    k: int = 10
    samples: int = 10_000
    width: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        known = get_args(Method)
        if self.method not in known:
            shown = ", ".join(f"`{name}`" for name in known)
            raise ProgramError(297, f"no way to infer is called `{self.method}`", hint=shown)
        for name in ("k", "samples"):
            if (value := getattr(self, name)) < 1:
                raise ProgramError(297, f"`{name}` is {value}", hint="at least 1 is needed")
        if not 0.0 <= self.width <= 1.0:
            raise ProgramError(297, f"`width` is {self.width:g}", hint="a number from 0 to 1")


def inference_of(told: Inference | str | None) -> Inference:
    """The way to infer that was told: by its name, as a whole, or not at all."""
    if told is None:
        return Inference()
    return told if isinstance(told, Inference) else Inference(told)  # type: ignore[arg-type]


def impossible() -> ProgramError:
    """E285."""
    return ProgramError(
        285,
        "the evidence has probability 0",
        hint="remove or correct what cannot have been observed",
    )
