"""Every variable gets its values from somewhere: range restriction.

A variable is bound by a positive atom, by `=` with a bound value, by standing in a record or branch
that a bound value is matched with, or by being an aggregate's result.
All others must be bound: head variables (E202), those in negated atoms, comparisons,
functors and aggregated values (E208).

An aggregate has a scope of its own. A variable that also occurs outside it is the same variable,
and must be bound there: it groups the aggregate.

    before:  total(n, s) :- nation(n), s = sum g : { medals(n, g) }.
    after:   the same, where the aggregate's `group` is (n)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from trivium.analyse.flat import (
    FlatAggregate,
    FlatAtom,
    FlatLiteral,
    FlatMatch,
    FlatRule,
    literal_names,
    literal_terms,
    literal_variables,
    variables,
)
from trivium.analyse.inputs import input_variables, unbound_input
from trivium.analyse.near import near
from trivium.analyse.rename import rename_results
from trivium.analyse.witness import ground_witnesses
from trivium.errors import ProgramError
from trivium.syntax import ast


def check_safety(rule: FlatRule) -> FlatRule:
    """The rule with the group of each aggregate filled in; raises ProgramError 202 and 208."""
    head_names = {v.name for arg in rule.head.args for v in variables(arg)}
    rule = replace(rule, body=_told_apart(rule.body, set(), head_names))
    visible = head_names | _own_names(rule.body)
    bound, matched = _bound(rule.body, set(), visible)
    body = _numbered(_checked(matched, bound, visible), bound)
    for arg in rule.head.args:
        for variable in variables(arg):
            if variable.name not in bound:
                raise _unbound_in_head(variable, rule, bound)
    return replace(rule, body=body)


def _told_apart(
    literals: Sequence[FlatLiteral], bound: set[str], around: set[str]
) -> tuple[FlatLiteral, ...]:
    """The literals of one level, where an aggregate's own variables have names of their own."""
    literals = rename_results(literals, bound, around)
    visible = around | _own_names(literals)
    return ground_witnesses(
        literals, bound, visible, lambda inner, outer: _bound(inner, outer, visible)[0]
    )


def _numbered(body: tuple[FlatLiteral, ...], bound: set[str]) -> tuple[FlatLiteral, ...]:
    """The body, where `autoinc()` numbers the bindings of all its variables."""
    if not any(isinstance(x, FlatAggregate) and x.kind == "autoinc" for x in body):
        return body
    own = [literal for literal in body if not isinstance(literal, FlatAggregate)]
    found = {v.name: v for literal in own for v in literal_variables(literal)}
    group = tuple(v for name, v in found.items() if name in bound and not name.startswith("@"))
    return tuple(
        replace(x, group=group) if isinstance(x, FlatAggregate) and x.kind == "autoinc" else x
        for x in body
    )


def _own_names(literals: Sequence[FlatLiteral]) -> set[str]:
    """The names at this level: not those that only aggregates have inside."""
    own = [literal for literal in literals if not isinstance(literal, FlatAggregate)]
    parameters = [a.parameter for a in literals if isinstance(a, FlatAggregate)]
    return set(literal_names(own)) | {v.name for p in parameters for v in variables(p)}


def _needs(aggregate: FlatAggregate, visible: set[str]) -> set[str]:
    """The outer variables without which the aggregate cannot be computed."""
    return {v.name for v in literal_variables(aggregate)} & visible


def _bound(
    literals: Sequence[FlatLiteral], outer: set[str], visible: set[str]
) -> tuple[set[str], tuple[FlatLiteral, ...]]:
    """The names that the literals bind, starting from those bound outside; and the literals, where
    `term = structure` is a match if it takes a term apart.

    A term is taken apart only for variables that nothing else binds.
    """
    bound = set(outer)
    for literal in literals:
        if isinstance(literal, FlatAtom) and not (literal.negated or literal.access):
            bound |= {arg.name for arg in literal.args if isinstance(arg, ast.Variable)}
    waiting = [
        n
        for n, literal in enumerate(literals)
        if not isinstance(literal, FlatAtom) or (literal.access and not literal.negated)
    ]
    matches: dict[int, FlatMatch] = {}
    progress = True
    while progress:
        progress = False
        for place in list(waiting):
            names = _binds(literals[place], bound, visible)
            if names:
                bound |= names
                waiting.remove(place)
                progress = True
        for place in [] if progress else waiting:
            match = _match(literals[place], bound)
            if match is not None:
                bound |= {v.name for v in match.structure.args if isinstance(v, ast.Variable)}
                matches[place] = match
                waiting.remove(place)
                progress = True
                break
    return bound, tuple(matches.get(n, literal) for n, literal in enumerate(literals))


def _match(literal: FlatLiteral, bound: set[str]) -> FlatMatch | None:
    """The literal as a match of a bound variable."""
    if not isinstance(literal, ast.Comparison) or literal.op != "=":
        return None
    for term, structure in ((literal.left, literal.right), (literal.right, literal.left)):
        if (
            isinstance(term, ast.Variable)
            and term.name in bound
            and isinstance(structure, ast.Structure)
            and (any(variables(structure)) or has_wildcard(structure))
        ):
            any_part = any(isinstance(arg, ast.Wildcard) for arg in structure.args)
            known = all(v.name in bound for v in variables(structure))
            return FlatMatch(term, structure, known and not any_part, literal.span)
    return None


def _binds(literal: FlatLiteral, bound: set[str], visible: set[str]) -> set[str]:
    """The names that this literal can bind now."""
    if isinstance(literal, FlatAtom):
        known = {v.name for v in input_variables(literal)} <= bound
        names = {arg.name for arg in literal.args if isinstance(arg, ast.Variable)}
        return names - bound if known else set()
    if isinstance(literal, FlatAggregate):
        return {literal.result} if _needs(literal, visible) <= bound else set()
    if isinstance(literal, ast.Comparison) and literal.op == "=":
        for one, other in ((literal.left, literal.right), (literal.right, literal.left)):
            if (
                isinstance(one, ast.Variable)
                and one.name not in bound
                and all(v.name in bound for v in variables(other))
                and not has_wildcard(other)
            ):
                return {one.name}
    return set()


def _checked(
    literals: Sequence[FlatLiteral], bound: set[str], visible: set[str]
) -> tuple[FlatLiteral, ...]:
    """The literals, each found safe, with the groups of aggregates filled in."""
    checked: list[FlatLiteral] = []
    for literal in literals:
        if isinstance(literal, FlatAggregate):
            literal = _checked_aggregate(literal, bound, visible)
        elif isinstance(literal, FlatAtom):
            for variable in input_variables(literal):
                if variable.name not in bound and not variable.name.startswith("@"):
                    hint = _hint(variable.name, bound)
                    raise unbound_input(literal.relation, variable.name, variable.span, hint)
            where = "the negated atom" if literal.negated else "a functor's argument"
            for arg in literal.args:
                _require(variables(arg), bound, where)
        else:
            if isinstance(literal, ast.Comparison):
                _refuse_wildcard(literal)
            for term in literal_terms(literal):
                if isinstance(term, ast.Structure):
                    what = "a record" if term.branch is None else f"`${term.branch}`"
                    _require(variables(term), bound, what)
            op = "=" if isinstance(literal, FlatMatch) else literal.op
            _require(literal_variables(literal), bound, f"the comparison `{op}`")
        checked.append(literal)
    return tuple(checked)


def _checked_aggregate(
    aggregate: FlatAggregate, bound: set[str], visible: set[str]
) -> FlatAggregate:
    for variable in literal_variables(aggregate):
        if variable.name in visible and variable.name not in bound:
            message = f"variable `{variable.name}` is not bound outside the aggregate"
            note = "a variable that occurs inside and outside an aggregate is bound outside"
            hint = (
                f"add an atom outside that binds `{variable.name}`, to have one result for each; "
                "or use another name inside"
            )
            raise ProgramError(208, message, variable.span, note, hint)
    aggregate = replace(
        aggregate,
        body=_told_apart(aggregate.body, bound, visible),
        condition=_told_apart(aggregate.condition, bound, visible),
    )
    values = {v.name for value in aggregate.values for v in variables(value)}
    inside = visible | values | _own_names(aggregate.body)
    inner, matched = _bound(aggregate.body, bound, inside | _own_names(aggregate.condition))
    body = _checked(matched, inner, inside)
    for value in aggregate.values:
        _require(variables(value), inner, "the aggregated value")
    deeper = inside | _own_names(aggregate.condition)
    innermost, condition = _bound(aggregate.condition, inner, deeper)
    condition = _checked(condition, innermost, deeper)
    group = {v.name: v for v in literal_variables(aggregate) if v.name in bound}
    return replace(aggregate, body=body, condition=condition, group=tuple(group.values()))


def has_wildcard(term: ast.Term) -> bool:
    """Whether a structure leaves a part open, so that it stands for no one term."""
    return isinstance(term, ast.Structure) and any(
        isinstance(arg, ast.Wildcard) or has_wildcard(arg) for arg in term.args
    )


def _refuse_wildcard(literal: ast.Comparison) -> None:
    for side, other in ((literal.left, literal.right), (literal.right, literal.left)):
        if has_wildcard(side):
            hint = None
            if isinstance(other, ast.Variable) and not other.name.startswith("@"):
                hint = f"add an atom that binds `{other.name}`"
            raise ProgramError(217, "`_` has no value here", side.span, hint=hint)


def _require(found: Iterable[ast.Variable], bound: set[str], where: str) -> None:
    for variable in found:
        if variable.name not in bound:
            if variable.name.startswith("@"):
                continue  # an aggregate that lacks its outer variables says so itself
            message = f"variable `{variable.name}` in {where} is not bound by the body"
            raise ProgramError(208, message, variable.span, hint=_hint(variable.name, bound))


def _unbound_in_head(variable: ast.Variable, rule: FlatRule, bound: set[str]) -> ProgramError:
    if rule.head.relation.startswith("@"):
        message = f"variable `{variable.name}` is not bound on this side of the disjunction"
        note = "inside an aggregate, each side of a disjunction binds the variables it is used for"
        return ProgramError(208, message, rule.span, note)
    if not rule.body:
        message = f"the fact has a variable, `{variable.name}`"
        hint = f'write text between quotes: `"{variable.name}"`'
        return ProgramError(202, message, variable.span, hint=hint)
    message = f"variable `{variable.name}` in the head is not bound by the body"
    anywhere = {v.name for literal in rule.body for v in literal_variables(literal)}
    candidates = set() if variable.name in anywhere else bound
    hint = _hint(variable.name, candidates)
    return ProgramError(202, message, variable.span, hint=hint)


def _hint(name: str, bound: set[str]) -> str:
    found = near(name, (n for n in bound if not n.startswith("@")))
    return f"did you mean `{found}`?" if found else f"add an atom that binds `{name}`"
