"""Trivium: models read, logic decides, every answer shows its work.

    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    program.run(edge=[(1, 2), (2, 3)])["path"].rows()

Names load on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trivium.engine.functions import vectorised
    from trivium.engine.lookup import lookup
    from trivium.engine.provided import provider
    from trivium.engine.provider import ProvidedRow, Provider
    from trivium.errors import BoundsWarning, DataWarning, TriviumError
    from trivium.ir.values import Term
    from trivium.machine import Machine
    from trivium.probability.inference.chance import Inference
    from trivium.program import Program, Result
    from trivium.solver.solve import solve
    from trivium.solver.verdict import Verdict

__version__ = "0.1.0"

_HOMES = {
    "BoundsWarning": "trivium.errors",
    "DataWarning": "trivium.errors",
    "Inference": "trivium.probability.inference.chance",
    "Machine": "trivium.machine",
    "Program": "trivium.program",
    "ProvidedRow": "trivium.engine.provider",
    "Provider": "trivium.engine.provider",
    "Result": "trivium.program",
    "Term": "trivium.ir.values",
    "TriviumError": "trivium.errors",
    "Verdict": "trivium.solver.verdict",
    "lookup": "trivium.engine.lookup",
    "provider": "trivium.engine.provided",
    "solve": "trivium.solver.solve",
    "vectorised": "trivium.engine.functions",
}

__all__ = [
    "BoundsWarning",
    "DataWarning",
    "Inference",
    "Machine",
    "Program",
    "ProvidedRow",
    "Provider",
    "Result",
    "Term",
    "TriviumError",
    "Verdict",
    "lookup",
    "provider",
    "solve",
    "vectorised",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
