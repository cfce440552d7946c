"""What is wrong with decisions: one that is open, or nothing to decide for."""

from __future__ import annotations

from trivium.errors import ProgramError
from trivium.source import Span


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
