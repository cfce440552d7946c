"""Optimisation: passes over the checked program, each a function from program to program.

A pass, its file and its test share one name. Answers never change; the order of PASSES is the
order in which they run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trivium.ir.nodes import Program
from trivium.optimise.drop_duplicates import drop_duplicates
from trivium.optimise.fold_constants import fold_constants

__all__ = ["PASSES", "Pass", "optimise"]

Pass = Callable[[Program], Program]
PASSES: tuple[Pass, ...] = (fold_constants, drop_duplicates)


def optimise(program: Program, passes: Sequence[Pass] = PASSES) -> Program:
    for run in passes:
        program = run(program)
    return program
