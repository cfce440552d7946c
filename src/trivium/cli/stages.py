"""The stages that a program goes through before it runs, as text.

ir       relations with their types, and the rules as analysis left them
strata   which relations are computed together, in which order
errors   that there are none: a program with a mistake raised it before

The plans are chosen as a run goes, by the sizes of the relations: its profile tells them.
"""

from __future__ import annotations

from trivium.ir.nodes import Program
from trivium.ir.printer import print_program, print_rule

SHOWN_FACTS = 20


def show_ir(program: Program) -> str:
    return print_program(program, SHOWN_FACTS)


def show_strata(program: Program) -> str:
    lines = []
    for number, stratum in enumerate(program.strata, start=1):
        kind = ", recursive" if stratum.recursive else ""
        lines.append(f"{number}. {', '.join(stratum.relations)}{kind}")
        lines += [f"     {print_rule(rule, program)}" for rule in stratum.rules]
    return "\n".join(lines) or "no rules"


def show_stage(stage: str, program: Program) -> str:
    """`stage` is `ir`, `strata` or `errors`."""
    if stage == "errors":
        return "no errors"
    shows = {"ir": show_ir, "strata": show_strata}
    return shows[stage](program)
