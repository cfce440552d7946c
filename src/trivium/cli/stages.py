"""The stages that a program goes through before it runs, as text.

ir       relations with their types, and the rules as analysis left them
strata   which relations are computed together, in which order
errors   that there are none: a program with a mistake raised it before

The plans are chosen as a run goes, by the sizes of the relations: its profile tells them.
"""

from __future__ import annotations

from dataclasses import replace

from trivium.ir.nodes import Aggregate, Literal, Program, Rule
from trivium.proofs.words import show_row, show_rule

SHOWN_FACTS = 20


def show_ir(program: Program) -> str:
    lines = []
    for relation in program.relations.values():
        columns = ", ".join(f"{c.name}: {c.type}" for c in relation.columns)
        lines.append(f".decl {relation.name}({columns})")
    for fact in program.facts[:SHOWN_FACTS]:
        lines.append(f"{show_row(program.relations[fact.relation], fact.values)}.")
    if len(program.facts) > SHOWN_FACTS:
        lines.append(f"// and {len(program.facts) - SHOWN_FACTS:,} more facts")
    lines += [show_rule(_without_spans(rule)) for rule in program.rules]
    return "\n".join(lines)


def show_strata(program: Program) -> str:
    lines = []
    for number, stratum in enumerate(program.strata, start=1):
        kind = ", recursive" if stratum.recursive else ""
        lines.append(f"{number}. {', '.join(stratum.relations)}{kind}")
        lines += [f"     {show_rule(rule)}" for rule in stratum.rules]
    return "\n".join(lines) or "no rules"


def show_stage(stage: str, program: Program) -> str:
    """`stage` is `ir`, `strata` or `errors`."""
    if stage == "errors":
        return "no errors"
    shows = {"ir": show_ir, "strata": show_strata}
    return shows[stage](program)


def _without_spans(rule: Rule) -> Rule:
    """The rule without its text, so that it is shown as the IR has it."""
    head = replace(rule.head, span=None)
    return replace(rule, head=head, body=tuple(map(_bare, rule.body)), span=None)


def _bare(literal: Literal) -> Literal:
    if isinstance(literal, Aggregate):
        body, condition = map(_bare, literal.body), map(_bare, literal.condition)
        return replace(literal, body=tuple(body), condition=tuple(condition), span=None)
    return replace(literal, span=None)
