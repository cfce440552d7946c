"""What to do, and what that is worth.

expected utility -2, the greatest there is
  umbrella()   yes
  raincoat()   no
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trivium.errors import ProgramError
from trivium.source import Span

if TYPE_CHECKING:
    from trivium.result import Result


@dataclass(frozen=True, slots=True)
class Decision:
    """The decisions of a program.

    Args:
        utility: the expected utility of what was decided.
        bound: no decisions have a greater one; the same as `utility` where these are the best.
        choices: of each decision that bears on a utility, as the program writes it, whether it is
            taken.
        result: what the program says once they are taken.
    """

    utility: float
    bound: float
    choices: dict[str, bool]
    result: Result = field(repr=False)

    @property
    def is_best(self) -> bool:
        """Whether it is certain that nothing is better."""
        return self.utility >= self.bound - 1e-9 * max(1.0, abs(self.bound))

    def __str__(self) -> str:
        best = "the greatest there is" if self.is_best else f"where {self.bound:.6g} is the bound"
        width = max(map(len, self.choices), default=0)
        lines = [f"expected utility {self.utility:.6g}, {best}"]
        for text, taken in self.choices.items():
            lines.append(f"  {text:<{width}}   {'yes' if taken else 'no'}")
        return "\n".join(lines)


def open_decision(span: Span | None) -> ProgramError:
    """E298."""
    message = "what to decide has no probability"
    hint = "ask for the best decisions: `program.decide()`, `trivium decide`"
    return ProgramError(298, message, span, hint=hint)


def no_utility() -> ProgramError:
    """E299."""
    message = "nothing in the program is worth anything"
    hint = "say what rows are worth: `.utility wet = -20`, or `utility(wet, -20).`"
    return ProgramError(299, message, hint=hint)
