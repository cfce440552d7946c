"""Analysis: a syntax tree becomes a checked, typed program.

    components → questions → models → providers → chances → inline → names → flat rules
    → safety → strata → types → typed rules

Each step is a file; each refuses what it is the first to be able to see. The steps see the whole
program in turn, so of several mistakes the one that an earlier step finds is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trivium.analyse.calls import check_branch
from trivium.analyse.chances import spell_out, weight_of
from trivium.analyse.components import write_out
from trivium.analyse.declared import Types, collect_functors, collect_types
from trivium.analyse.elaborate import Elaboration
from trivium.analyse.flat import FlatRule
from trivium.analyse.flatten import Flattener
from trivium.analyse.inline import inline
from trivium.analyse.kinship import check_kinship
from trivium.analyse.models import spell_models
from trivium.analyse.names import Schema, collect, resolve
from trivium.analyse.outside import Offer, declare_answered, take_offers
from trivium.analyse.plans import check_plans
from trivium.analyse.qualifiers import check_directives, closure, declarations, has, qualified
from trivium.analyse.questions import spell_questions
from trivium.analyse.safety import check_safety
from trivium.analyse.strata import Layer, check_numbering, dependencies, layers
from trivium.analyse.subsumption import as_clause, best, compares
from trivium.analyse.types import Inference
from trivium.analyse.uncertain import check_laws
from trivium.errors import ProgramError
from trivium.ir import nodes as ir
from trivium.ir.functors import FUNCTORS, FunctorSignature, term_functors
from trivium.syntax import ast
from trivium.syntax.growth import uncollected

__all__ = ["analyse"]

_CONSTANT = (ast.Integer, ast.Real, ast.Text, ast.Nil)


@uncollected()
def analyse(
    program: ast.Program,
    given: Sequence[ir.Relation] = (),
    functors: Mapping[str, FunctorSignature] = FUNCTORS,
    offers: Sequence[Offer] = (),
) -> ir.Program:
    """The checked program.

    `given` are relations whose columns come from data. `functors` are all that may be called: pass
    `{**FUNCTORS, ...}` to add to the built-in ones. `offers` are relations that providers answer.
    Relations made here, for disjunctions inside aggregates, have names that start with `@`. A fact
    that needs computing, such as `p(1 + 1).`, is a rule with an empty body.

    Raises ProgramError (2xx); SyntaxProblem 105 for an integer that its column cannot hold.
    """
    program, offers = spell_questions(write_out(program), offers)
    program = declare_answered(program, offers)
    offered = take_offers(spell_models(program), offers)
    spelt = spell_out(offered.program)
    program = inline(spelt.program)
    types = collect_types(program.items)
    schemas = offered.told(collect(program, types, given))
    declared = declarations(program)
    check_directives(program)
    own_functors = collect_functors(program.items, types, FUNCTORS)
    functors = {**functors, **term_functors(types.shapes), **own_functors}
    flattener = Flattener(schemas, functors, types)
    rules: list[FlatRule] = []
    removals: list[FlatRule] = []
    facts: list[tuple[ast.Atom, tuple[ast.Term, ...]]] = []
    weighted: dict[int, float | ir.Parameter] = {}
    for item in program.items:
        if isinstance(item, ast.Subsumption):
            found = map(check_safety, flattener.rules(as_clause(item)))
            removals += filter(compares, found)
            continue
        if not isinstance(item, ast.Clause):
            continue
        if item.body is None:
            for head in item.heads:
                constants = _constants(head, types)
                weight = weight_of(item)
                if weight is not None:
                    if constants is None:
                        message = "a fact with a probability has constants as arguments"
                        hint = "bind its variables in a body: `0.4::p(x) :- q(x).`"
                        raise ProgramError(260, message, head.span, hint=hint)
                    weighted[len(facts)] = weight
                if constants is None:
                    alone = ast.Clause((head,), None, item.span)
                    rules += map(check_safety, flattener.rules(alone))
                elif head.names:
                    resolved = flattener.head(head, [], set()).args
                    facts.append((head, tuple(a for a in resolved if a is not None)))
                else:
                    resolve(head, schemas)
                    facts.append((head, constants))
        else:
            rules += map(check_safety, flattener.rules(item))
    for declaration in declared.values():
        if has(declaration, "eqrel"):
            rules += closure(declaration, schemas)
    offered.check_read(
        {d.relation for rule in (*rules, *removals) for d in dependencies(rule.body)}
    )
    order = layers(
        rules, removals, [n for n, declaration in declared.items() if declaration.choices]
    )
    directives = [item for item in program.items if isinstance(item, ast.Directive)]
    outputs = {item.relation for item in directives if item.kind in ("output", "printsize")}
    check_plans(order, rules, removals, outputs)
    for layer in order:
        for place in layer.rules if layer.recursive else ():
            check_numbering(rules[place], layer.relations)

    fixed = {name: s.types for name, s in schemas.items() if s.types is not None}
    inferred = {name: len(s.columns) for name, s in schemas.items() if s.types is None}
    inference = Inference(fixed, inferred, functors, types)
    for head, constants in facts:
        inference.add_fact(head.relation, constants)
    inference.solve([[rules[n] for n in layer.rules] for layer in order])

    elaboration = Elaboration(inference, schemas, functors)
    if any(None in columns for columns in inference.columns.values()):
        elaboration.check_calls(rules)
    relations = {
        n: replace(qualified(elaboration.relation(n), declared.get(n)), access=schema.access)
        for n, schema in schemas.items()
    }
    typed = [elaboration.rule(rule, n) for n, rule in enumerate(rules)]
    going = [elaboration.rule(rule, n) for n, rule in enumerate(removals, len(rules))]
    check_kinship(rules, schemas, types)
    for name in {rule.head.relation for rule in going}:
        kept = best([rule for rule in going if rule.head.relation == name])
        relations[name] = replace(relations[name], best=kept)
    checked = ir.Program(
        relations,
        tuple(
            _fact(elaboration, head, constants, weighted.get(place))
            for place, (head, constants) in enumerate(facts)
        ),
        _strata(typed, going, order),
        tuple(
            ir.InputOutput(item.kind, item.relation, dict(item.options), item.span)
            for item in directives
        ),
        types.shapes,
        own_functors,
        tuple(offered.apart(choice, schemas) for choice in spelt.choices),
        tuple(
            _observed(item, schemas, types, elaboration)
            for item in program.items
            if isinstance(item, ast.Evidence)
        ),
        spelt.utilities,
    )
    check_laws(checked)
    return checked


def _constants(head: ast.Atom, types: Types) -> tuple[ast.Term, ...] | None:
    """The arguments of a fact, if all are constants."""
    return head.args if all(_is_constant(arg, types) for arg in head.args) else None


def _is_constant(term: ast.Term, types: Types) -> bool:
    if isinstance(term, ast.Structure):
        check_branch(term, types)
        return all(_is_constant(arg, types) for arg in term.args)
    return isinstance(term, _CONSTANT)


def _fact(
    elaboration: Elaboration,
    head: ast.Atom,
    constants: tuple[ast.Term, ...],
    weight: float | ir.Parameter | None,
) -> ir.Fact:
    name = head.relation
    values = tuple(elaboration.fact_value(name, i, c) for i, c in enumerate(constants))
    return ir.Fact(name, values, head.span, weight)


def _observed(
    item: ast.Evidence, schemas: dict[str, Schema], types: Types, elaboration: Elaboration
) -> ir.Evidence:
    atom = item.atom
    args = resolve(atom, schemas)
    constants = tuple(arg for arg in args if arg is not None and _is_constant(arg, types))
    if len(constants) < len(args):
        message = f"the evidence `{item.span.text}` is not about one row"
        hint = "observe a row of its own, that a rule derives: `seen() :- p(_).`"
        raise ProgramError(262, message, item.span, hint=hint)
    name = atom.relation
    values = tuple(elaboration.fact_value(name, i, c) for i, c in enumerate(constants))
    return ir.Evidence(name, values, item.positive, item.span)


def _strata(
    rules: Sequence[ir.Rule], removals: Sequence[ir.Rule], order: Sequence[Layer]
) -> tuple[ir.Stratum, ...]:
    return tuple(
        ir.Stratum(
            layer.relations,
            tuple(rules[n] for n in layer.rules),
            layer.recursive,
            tuple(removals[n] for n in layer.removals),
        )
        for layer in order
    )
