"""What solving gives back: how a statement stands, by what, and what was mended to read it.

proved          the premises imply the statement
refuted         they imply its denial
satisfiable     a problem without a question has a solution
contradictory   the premises contradict each other, so that everything would follow
unknown         neither follows, no option stands out, or a limit stopped the search
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trivium.proofs.proof import Proof
from trivium.solver.forms.logic import Expression
from trivium.solver.forms.mends import Mend
from trivium.source import Span


class Status(StrEnum):
    PROVED = "proved"
    REFUTED = "refuted"
    SATISFIABLE = "satisfiable"
    CONTRADICTORY = "contradictory"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Premise:
    """A premise: its place among them (from 1), its text, its formula, and the sentence beside."""

    number: int
    text: str
    formula: Expression = field(repr=False)
    span: Span | None = field(default=None, repr=False, compare=False)
    said: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        return f"[{self.number}] {self.text}"


@dataclass(frozen=True)
class Option:
    """One of the options of a question.

    Attributes:
        label: the letter that names it.
        text: what it says.
        sense: how it is tested: `must`, `could`, `cannot` or `need not`, `could be false`.
        holds: whether it passes its test; None where that could not be decided.
        used: the premises that decide it, where a core does.
    """

    label: str
    text: str
    sense: str
    holds: bool | None
    used: tuple[Premise, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """The outcome of a problem.

    Attributes:
        status: see above.
        value: True or False for a statement; the label of the option; None when unknown.
        used: the premises that the outcome rests on: an unsatisfiable core, or those of the proof.
        proof: why it holds, where the premises used are Horn clauses or facts and rules.
        options: the options of the question, each with its test.
        possible: by variable, the values that it has in some solution, where that was asked.
        example: a solution, by variable.
        reason: why the outcome is unknown or contradictory; notes on the search.
        mends: what a tolerant reader changed in the text.
        confidence: the calibrated probability of being right, where several programs were given.
        by: `engine`, `z3` or both.
        szs: the status of a TPTP problem in the SZS ontology: `Theorem`, `CounterSatisfiable`, ...
        independent: an unknown that was shown: neither the statement nor its denial follows.
    """

    status: Status
    value: bool | str | None = None
    used: tuple[Premise, ...] = ()
    proof: Proof | None = None
    options: tuple[Option, ...] = ()
    possible: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    example: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    mends: tuple[Mend, ...] = ()
    confidence: float | None = None
    by: str = ""
    szs: str = ""
    independent: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        head = str(self.status)
        if isinstance(self.value, str):
            head = f"{self.value}   {head}"
        if self.confidence is not None:
            head += f"   confidence {self.confidence:.2f}"
        lines = [head]
        if self.szs:
            lines.append(f"% SZS status {self.szs}")
        if self.reason:
            lines.append(self.reason)
        for option in self.options:
            mark = {True: "yes", False: "no", None: "?"}[option.holds]
            lines.append(f"  {option.label}) {option.text}   {option.sense}: {mark}")
        for name, values in self.possible.items():
            lines.append(f"  {name}: {', '.join(map(str, values))}")
        if self.used:
            lines += ["", "used:", *(f"  {premise}" for premise in self.used)]
        if self.proof is not None:
            lines += ["", str(self.proof)]
        if self.mends:
            lines += ["", "mended:", *(f"  {mend}" for mend in self.mends)]
        return lines
