"""Optimisation: passes over the checked program, each a function from program to program.

A pass, its file and its test share one name. Answers never change; the order of PASSES is the
order in which they run. Those in LEAN leave rules out, and of the run alone: a proof, and what is
said of a missing row, is about all rules that the user wrote.

What is only right for a run that was asked for some rows is in `demand.py` and `project.py`; what
needs to know the data, in `plan/`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trivium.ir.nodes import Program
from trivium.optimise.drop_duplicates import drop_duplicates
from trivium.optimise.drop_idle import drop_idle
from trivium.optimise.fold_constants import fold_constants

__all__ = ["LEAN", "PASSES", "Pass", "optimise"]

Pass = Callable[[Program], Program]
PASSES: tuple[Pass, ...] = (fold_constants, drop_duplicates, drop_idle)
LEAN: tuple[Pass, ...] = (drop_idle,)


def optimise(program: Program, passes: Sequence[Pass] = PASSES) -> Program:
    for run in passes:
        program = run(program)
    return program
