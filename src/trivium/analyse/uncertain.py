"""Which relations of a checked program are uncertain, and what those may not have.

before:  0.4::edge(1, 2).   path(x, y) :- edge(x, y).   node(1).
after:   edge, path
"""

from __future__ import annotations

from trivium.errors import ProgramError
from trivium.ir.nodes import Aggregate, Program, is_demand, reads


def is_uncertain(program: Program) -> bool:
    """Whether anything in the program has a probability, or is worth what is expected of it."""
    return bool(program.choices or program.evidence or program.utilities) or any(
        fact.weight is not None for fact in program.facts
    )


def uncertain_relations(program: Program) -> frozenset[str]:
    """The relations that have, or depend on, anything with a probability."""
    found = {fact.relation for fact in program.facts if fact.weight is not None}
    found |= {name for choice in program.choices for name in choice.chosen}
    grown = True
    while grown:
        grown = False
        for rule in program.rules:
            head = rule.head.relation
            if head in found or is_demand(head):
                continue
            if any(not found.isdisjoint(reads(literal)) for literal in rule.body):
                found.add(head)
                grown = True
    return frozenset(found)


def check_laws(program: Program) -> None:
    """E263 for uncertain rows under laws that compare whole relations."""
    if not is_uncertain(program):
        return
    uncertain = uncertain_relations(program)
    laws = {d.relation: "a `.limitsize`" for d in program.directives if d.kind == "limitsize"}
    laws |= dict.fromkeys(_numbered(program), "a rule with `autoinc()`")
    for stratum in program.strata:
        laws |= {removal.head.relation: "a subsumption" for removal in stratum.removals}
    for relation in program.relations.values():
        if relation.choices:
            laws[relation.name] = "a `choice-domain`"
    for name in sorted(uncertain & laws.keys()):
        message = f"the rows of `{name}` are uncertain, and it has {laws[name]}"
        hint = "apply the law to certain rows first, in a relation of its own"
        raise ProgramError(263, message, program.relations[name].span, hint=hint)


def _numbered(program: Program) -> set[str]:
    """The relations whose rules number their bindings (`autoinc`)."""
    return {
        rule.head.relation
        for rule in program.rules
        if any(isinstance(item, Aggregate) and item.kind == "autoinc" for item in rule.body)
    }
