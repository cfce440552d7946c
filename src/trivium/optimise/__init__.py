"""Optimisation: passes over the checked program, each a function from program to program.

A pass, its file and its test share one name. Answers never change; the order of PASSES is the
order in which they run.
"""

from __future__ import annotations

from collections.abc import Callable

from trivium.ir.nodes import Program
from trivium.optimise.drop_duplicates import drop_duplicates
from trivium.optimise.fold_constants import fold_constants

__all__ = ["PASSES", "optimise"]

PASSES: tuple[Callable[[Program], Program], ...] = (fold_constants, drop_duplicates)


def optimise(program: Program) -> Program:
    for run in PASSES:
        program = run(program)
    return program
