"""The given rows of some relations become choices, so that a semiring gives each a weight.

    before:  edge(1, 2).   path(x, y) :- edge(x, y).
    after:   @edge?given(1, 2).            @chosen_edge(x, y) :- @edge?given(x, y).
             edge(x, y) :- @chosen_edge(x, y).      path(x, y) :- edge(x, y).

Each choice has the probability 1, which a run leaves open: so it stands in the derivations, and no
probability changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trivium.analyse.models import given
from trivium.analyse.near import did_you_mean
from trivium.analyse.uncertain import check_laws
from trivium.errors import ProgramError
from trivium.ir.nodes import Atom, Choice, Parameter, Program, Relation, Rule, Stratum, Var

_SURE = Parameter("@given", 1.0)


def choosing(program: Program, names: Sequence[str]) -> Program:
    """The program with a choice for each given row of these relations. Raises ProgramError 201 for
    an unknown one, 263 for one with laws that compare whole relations, 319 for one that a provider
    answers."""
    for name in names:
        if name not in program.relations:
            hint = did_you_mean(name, program.relations)
            raise ProgramError(201, f"no relation is called `{name}`", hint=hint)
        if program.relations[name].access is not None:
            message = (
                f"`{name}` is answered by a provider, and its rows have no weights of their own"
            )
            hint = "make it `uncertain`, and give its rows the probability 1"
            raise ProgramError(319, message, hint=hint)
        program = _choosing(program, program.relations[name])
    check_laws(program)
    return program


def _choosing(program: Program, relation: Relation) -> Program:
    name, chosen, source = relation.name, f"@chosen_{relation.name}", given(relation.name)
    variables = tuple(Var(f"#{place}", c.type) for place, c in enumerate(relation.columns))
    index = max((rule.index for rule in program.rules), default=0) + 1
    first = Rule(Atom(chosen, variables), (Atom(source, variables),), index, relation.span)
    second = Rule(Atom(name, variables), (Atom(chosen, variables),), index + 1, relation.span)
    strata = [
        replace(s, rules=(*s.rules, second)) if name in s.relations else s for s in program.strata
    ]
    if not any(name in stratum.relations for stratum in strata):
        strata.insert(0, Stratum((name,), (second,), False))
    return replace(
        program,
        relations={
            **program.relations,
            **{made: Relation(made, relation.columns) for made in (source, chosen)},
        },
        facts=tuple(
            replace(fact, relation=source)
            if fact.relation == name and fact.weight is None
            else fact
            for fact in program.facts
        ),
        strata=(Stratum((chosen,), (first,), False), *strata),
        directives=tuple(
            replace(item, relation=source, options={"name": name, **item.options})
            if item.kind == "input" and item.relation == name
            else item
            for item in program.directives
        ),
        choices=(*program.choices, Choice(source, (chosen,), (_SURE,), relation.span)),
    )
