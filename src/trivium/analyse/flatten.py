"""Clauses to flat rules.

    before:  p(x), q(x) :- t(name: x, size: s), (s > 3 ; !small(x)), count : { u(x) } = 2.
    after:   p(x) :- t(x, _, s), s > 3, @1 = count : { u(x) }, @1 = 2.
             p(x) :- t(x, _, s), !small(x), @1 = count : { u(x) }, @1 = 2.
             and the same two for q(x)

A disjunction inside an aggregate becomes a relation of its own, `@either_1`. Its columns are the
variables that all its sides have, or that are used beside it; the atoms beside it, which are
repeated in its rules, bind those that a side only compares.

A record or branch with variables in it is a pattern, and a literal of its own:

    before:  p(x) :- t([x, [_, y]]), y = $Pair(x, 3).
    after:   p(x) :- t(@1), @1 = [x, @2], @2 = [_, y], y = $Pair(x, 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard

from trivium.analyse.calls import check_branch, check_call
from trivium.analyse.declared import Types
from trivium.analyse.flat import (
    FlatAggregate,
    FlatAtom,
    FlatLiteral,
    FlatRule,
    literal_names,
)
from trivium.analyse.inputs import check_inputs, input_variables
from trivium.analyse.names import Schema, resolve
from trivium.analyse.rename import renamed_term
from trivium.errors import ProgramError
from trivium.ir.functors import FunctorSignature
from trivium.source import Span
from trivium.syntax import ast

MAX_ALTERNATIVES = 4096
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


Signed = tuple[ast.Formula, bool]


class Flattener:
    """Makes flat rules of clauses. `schemas` grows by the relations made for disjunctions."""

    def __init__(
        self,
        schemas: dict[str, Schema],
        functors: Mapping[str, FunctorSignature],
        types: Types,
    ) -> None:
        self.schemas = schemas
        self.types = types
        self.functors = functors
        self.fresh = 0
        self.made = 0
        self.extra: list[FlatRule] = []
        # What binds variables around an aggregate, the clause's own literals first.
        self.around: list[FlatLiteral] = []

    def rules(self, clause: ast.Clause) -> list[FlatRule]:
        """The clause's rules, those made for disjunctions inside aggregates first.

        Raises ProgramError 201 to 206, 212, 213, 216 and 217.
        """
        self.fresh = 0
        self.extra = []
        outer = set(names_outside([*clause.heads, clause.body]))
        rules = []
        sides = [[]] if clause.body is None else alternatives(clause.body)
        for side in sides:
            rest, numbering = _numbering(side, clause.heads)
            self.around = self.binding(rest)
            body = self.literals(rest, outer)
            for atom in clause.heads:
                lifted: list[FlatLiteral] = []
                head = self.head(atom, lifted, outer)
                numbers = {x: self.numbered(call, lifted).name for x, call in numbering.items()}
                head = replace(head, args=tuple(renamed_term(t, numbers) for t in head.args if t))
                rules.append(FlatRule(head, (*body, *lifted), clause.span, plans=clause.plans))
        return self.extra + rules

    def head(self, atom: ast.Atom, lifted: list[FlatLiteral], outer: set[str]) -> FlatAtom:
        args = resolve(atom, self.schemas)
        missing = [
            name
            for name, arg in zip(self.schemas[atom.relation].columns, args, strict=True)
            if arg is None
        ]
        if missing:
            message = f"the head gives no value for the column `{missing[0]}`"
            hint = f"add `{missing[0]}: ...`"
            raise ProgramError(206, message, atom.span, hint=hint)
        terms = tuple(self.head_term(arg, lifted, outer) for arg in args if arg is not None)
        return FlatAtom(atom.relation, terms, False, atom.span)

    def head_term(self, term: ast.Term, lifted: list[FlatLiteral], outer: set[str]) -> ast.Term:
        """An argument of a head, which may be `autoinc()`."""
        if _is_number(term):
            return self.numbered(term, lifted)
        return self.lift(term, lifted, outer)

    def numbered(self, call: ast.Call, found: list[FlatLiteral]) -> ast.Variable:
        """A variable for the number of a binding of all that stands before."""
        check_call(call, self.functors, self.schemas)
        return self.generated(call, (), found)

    def generated(
        self, call: ast.Call, values: tuple[ast.Term, ...], found: list[FlatLiteral]
    ) -> ast.Variable:
        """A variable for the values of a functor that has several, or another each time."""
        result = self.fresh_variable(call.span)
        generator = FlatAggregate(result.name, call.functor, values, (), None, (), ", ", call.span)
        found.append(generator)
        return result

    def literals(self, side: Sequence[Signed], outer: set[str]) -> tuple[FlatLiteral, ...]:
        found: list[FlatLiteral] = []
        for formula, positive in side:
            self.literal(formula, positive, found, outer)
        return tuple(found)

    def literal(
        self, formula: ast.Formula, positive: bool, found: list[FlatLiteral], outer: set[str]
    ) -> None:
        span = formula.span
        if isinstance(formula, ast.Comparison) and formula.op == "=" and positive:
            formula = self.assigned(formula)
        if isinstance(formula, ast.Atom):
            self.atom(formula, positive, found, outer)
        elif isinstance(formula, ast.Comparison) and is_match(formula, positive):
            self.match(formula, found, outer)
        elif isinstance(formula, ast.Comparison):
            left = self.lift(formula.left, found, outer)
            right = self.lift(formula.right, found, outer)
            if positive:
                found.append(ast.Comparison(formula.op, left, right, span))
            elif formula.op in _OPPOSITE:
                found.append(ast.Comparison(_OPPOSITE[formula.op], left, right, span))
            else:
                call = ast.Call(formula.op, (left, right), span)
                found.append(ast.Comparison("=", call, ast.Integer(0, span), span))
        elif isinstance(formula, ast.Holds):
            result = self.lift(formula.aggregate, found, outer)
            wanted = ast.Integer(int(positive), span)
            found.append(ast.Comparison("=", result, wanted, span))
        elif isinstance(formula, ast.Truth) and formula.value != positive:
            never = ast.Integer(0, span), ast.Integer(1, span)
            found.append(ast.Comparison("=", *never, span))

    def assigned(self, formula: ast.Comparison) -> ast.Comparison:
        """The equality, where a side that is `_` has a variable: it asks that the other exists."""
        left, right = (
            self.fresh_variable(side.span) if isinstance(side, ast.Wildcard) else side
            for side in (formula.left, formula.right)
        )
        return ast.Comparison(formula.op, left, right, formula.span)

    def atom(
        self, atom: ast.Atom, positive: bool, found: list[FlatLiteral], outer: set[str]
    ) -> None:
        """An atom, and a match for each of its arguments that takes a term apart."""
        args: list[ast.Term | None] = []
        matches: list[FlatLiteral] = []
        for arg in resolve(atom, self.schemas):
            if arg is None or isinstance(arg, ast.Wildcard):
                args.append(None)
            elif positive and is_pattern(arg):
                args.append(self.part(arg, matches, outer))
            else:
                args.append(self.lift(arg, found, outer))
        schema = self.schemas[atom.relation]
        check_inputs(atom, args, schema)
        found.append(FlatAtom(atom.relation, tuple(args), not positive, atom.span, schema.access))
        found += matches

    def match(self, formula: ast.Comparison, found: list[FlatLiteral], outer: set[str]) -> None:
        """`=` with a pattern on a side; one on both is the equality of their parts."""
        left, right = formula.left, formula.right
        if not is_pattern(left):
            left, right = right, left
        assert isinstance(left, ast.Structure)
        if not isinstance(right, ast.Structure):
            whole = self.lift(right, found, outer)
            if not isinstance(whole, ast.Variable):
                whole, value = self.fresh_variable(right.span), whole
                found.append(ast.Comparison("=", whole, value, formula.span))
            parts = self.structure(left, found, outer)
            found.append(ast.Comparison("=", whole, parts, formula.span))
        elif left.branch == right.branch and len(left.args) == len(right.args):
            for one, other in zip(left.args, right.args, strict=True):
                if not (isinstance(one, ast.Wildcard) or isinstance(other, ast.Wildcard)):
                    equal = ast.Comparison("=", one, other, formula.span)
                    self.literal(equal, True, found, outer)
        else:
            left, right = (self.structure(side, found, outer) for side in (left, right))
            found.append(ast.Comparison("=", left, right, formula.span))

    def part(self, term: ast.Term, found: list[FlatLiteral], outer: set[str]) -> ast.Term:
        """A part of a pattern: a pattern inside it gets a variable, and a match of its own."""
        if isinstance(term, ast.Structure) and is_pattern(term):
            whole = self.fresh_variable(term.span)
            inner: list[FlatLiteral] = []
            structure = self.structure(term, inner, outer)
            found.append(ast.Comparison("=", whole, structure, term.span))
            found += inner
            return whole
        return term if isinstance(term, ast.Wildcard) else self.lift(term, found, outer)

    def structure(
        self, term: ast.Structure, found: list[FlatLiteral], outer: set[str]
    ) -> ast.Structure:
        check_branch(term, self.types)
        parts = tuple(self.part(arg, found, outer) for arg in term.args)
        return ast.Structure(term.branch, parts, term.span)

    def fresh_variable(self, span: Span) -> ast.Variable:
        self.fresh += 1
        return ast.Variable(f"@{self.fresh}", span)

    def lift(self, term: ast.Term, found: list[FlatLiteral], outer: set[str]) -> ast.Term:
        """The term without aggregates; they go before it, as literals."""
        if isinstance(term, ast.Wildcard):
            hint = "name the value with a variable, and bind it in an atom"
            raise ProgramError(217, "`_` has no value here", term.span, hint=hint)
        if isinstance(term, ast.Call):
            check_call(term, self.functors, self.schemas)
            args = tuple(self.lift(arg, found, outer) for arg in term.args)
            if term.functor == "range":
                return self.generated(term, args, found)
            if term.functor == "autoinc":
                message = "`autoinc()` only gives a column of the head its value"
                hint = "derive the numbers in a rule of their own, and compute with them in another"
                raise ProgramError(253, message, term.span, hint=hint)
            return ast.Call(term.functor, args, term.span)
        if isinstance(term, ast.Structure):
            check_branch(term, self.types)
            args = tuple(self.lift(arg, found, outer) for arg in term.args)
            return ast.Structure(term.branch, args, term.span)
        if isinstance(term, ast.Cast):
            return ast.Cast(self.lift(term.value, found, outer), term.type, term.span)
        if isinstance(term, ast.Aggregate):
            aggregate = self.aggregate(term, found, outer)
            found.append(aggregate)
            return ast.Variable(aggregate.result, term.span)
        return term

    def aggregate(
        self, term: ast.Aggregate, found: list[FlatLiteral], outer: set[str]
    ) -> FlatAggregate:
        parameter = None if term.parameter is None else self.lift(term.parameter, found, outer)
        used = outer | set(_names([*term.values, term.condition]))
        inner: list[FlatLiteral] = []
        values = tuple(self.lift(value, inner, used) for value in term.values)
        body = (*self.inner_body(term.body, (), used), *inner)
        condition: tuple[FlatLiteral, ...] = ()
        if term.condition is not None:
            condition = self.inner_body(term.condition, body, outer)
        self.fresh += 1
        result = f"@{self.fresh}"
        return FlatAggregate(
            result, term.kind, values, body, parameter, condition, term.separator, term.span
        )

    def inner_body(
        self, formula: ast.Formula, context: tuple[FlatLiteral, ...], used: set[str]
    ) -> tuple[FlatLiteral, ...]:
        """A body inside an aggregate, where `context` holds too.

        Its literals stay, so that each row they match still counts; only its disjunctions become
        atoms of new relations.
        """
        sides = [alternatives(*part) for part in conjuncts(formula)]
        plain = [side for part in sides if len(part) == 1 for side in part]
        outside = self.around
        self.around = [*outside, *(found for side in plain for found in self.binding(side))]
        inside = used | set(names_outside([formula]))
        body = [literal for side in plain for literal in self.literals(side, inside)]
        self.around = outside
        around = _binders((*context, *body), used)
        for part in sides:
            if len(part) > 1:
                body.append(self.either(part, around, used))
        return tuple(body)

    def binding(self, side: Sequence[Signed]) -> list[FlatLiteral]:
        """What binds variables in a conjunction: its atoms' variables, and plain equalities."""
        found: list[FlatLiteral] = []
        for formula, positive in side:
            if isinstance(formula, ast.Atom) and positive:
                args = resolve(formula, self.schemas)
                access = self.schemas[formula.relation].access
                inputs = () if access is None else access.inputs
                kept = tuple(
                    arg
                    if isinstance(arg, ast.Variable)
                    or (place in inputs and arg is not None and _is_plain(arg))
                    else None
                    for place, arg in enumerate(args)
                )
                if all(kept[place] is not None for place in inputs):
                    found.append(FlatAtom(formula.relation, kept, False, formula.span, access))
            elif isinstance(formula, ast.Comparison) and formula.op == "=" and positive:
                plain = map(_is_plain, (formula.left, formula.right))
                found += [formula] if all(plain) else []
        return found

    def either(
        self, sides: list[list[Signed]], around: tuple[FlatLiteral, ...], used: set[str]
    ) -> FlatAtom:
        """An atom of a new relation with a rule for each side; `around` binds more variables."""
        bodies = [self.literals(side, used) for side in sides]
        names = [set(literal_names(body)) for body in bodies]
        wanted = set.intersection(*names) | used | set(literal_names(around))
        columns = tuple(
            name
            for name in dict.fromkeys(n for body in bodies for n in literal_names(body))
            if name in wanted and not name.startswith("@")
        )
        bodies = [(*_supplying(self.around, (*around, *body), columns), *body) for body in bodies]
        span = sides[0][0][0].span
        self.made += 1
        name = f"@either_{self.made}"
        self.schemas[name] = Schema(name, columns, None, span, "made of a disjunction")
        head = FlatAtom(name, tuple(ast.Variable(c, span) for c in columns), False, span)
        self.extra += [FlatRule(head, (*around, *body), span) for body in bodies]
        return head


def alternatives(formula: ast.Formula, positive: bool = True) -> list[list[Signed]]:
    """The formula as a disjunction of conjunctions of literals, each positive or negated.

    before:  a, !(b, c)
    after:   [[a, !b], [a, !c]]
    """
    if isinstance(formula, ast.Negation):
        return alternatives(formula.body, not positive)
    if not isinstance(formula, ast.Conjunction | ast.Disjunction):
        return [[(formula, positive)]]
    parts = [alternatives(part, positive) for part in formula.parts]
    if isinstance(formula, ast.Conjunction) != positive:
        return [side for sides in parts for side in sides]
    found: list[list[Signed]] = [[]]
    for sides in parts:
        if len(found) * len(sides) > MAX_ALTERNATIVES:
            message = f"the disjunctions here stand for more than {MAX_ALTERNATIVES} rules"
            hint = "give some of them a relation of their own"
            raise ProgramError(216, message, formula.span, hint=hint)
        found = [[*left, *right] for left in found for right in sides]
    return found


def conjuncts(formula: ast.Formula, positive: bool = True) -> list[Signed]:
    """The parts of a formula that all must hold.

    before:  a, !(b ; c), (d ; e)
    after:   [a, !b, !c, (d ; e)]
    """
    if isinstance(formula, ast.Negation):
        return conjuncts(formula.body, not positive)
    if isinstance(formula, ast.Conjunction if positive else ast.Disjunction):
        return [found for part in formula.parts for found in conjuncts(part, positive)]
    return [(formula, positive)]


def _binders(literals: Sequence[FlatLiteral], outer: set[str]) -> tuple[FlatLiteral, ...]:
    """The positive atoms among the literals, and each `=` that binds a variable more.

    A functor in an atom binds nothing, and may need a variable that is bound outside: it is left
    out here, since the atom itself stands beside the disjunction.
    """
    atoms = [
        replace(a, args=tuple(None if isinstance(arg, ast.Call) else arg for arg in a.args))
        if a.access is None
        else a
        for a in literals
        if isinstance(a, FlatAtom) and not a.negated
    ]
    found: list[FlatLiteral] = list(atoms)
    bound = set(literal_names(atoms))
    for literal in literals:
        if isinstance(literal, ast.Comparison) and literal.op == "=":
            more = set(literal_names([literal])) - bound
            sides = (literal.left, literal.right)
            hoisted = any(name.startswith("@") for name in more)
            matched = _matched(literal)
            if (matched is not None and matched.name in bound) or (
                len(more) == 1
                and not hoisted
                and not more & outer
                and any(isinstance(side, ast.Variable) and side.name in more for side in sides)
            ):
                found.append(literal)
                bound |= more
    return tuple(found)


def _is_plain(term: ast.Term) -> bool:
    """Whether a term is of variables, literals and functors that have one value."""
    if isinstance(term, ast.Call):
        return term.functor not in ("range", "autoinc") and all(map(_is_plain, term.args))
    return isinstance(term, ast.Variable | ast.Integer | ast.Real | ast.Text)


def _supplying(
    around: Sequence[FlatLiteral], body: Sequence[FlatLiteral], columns: Sequence[str]
) -> list[FlatLiteral]:
    """Those literals around an aggregate that bind what a body inside it uses or gives only."""
    wanted = {*literal_names(body), *columns} - _given_names(_binders(body, set()))
    chosen: list[FlatLiteral] = []
    # Backwards, so that what an equality is made of is bound by what stands before it.
    waiting = list(_binders(around, set()))[::-1]
    while True:
        taken = len(chosen)
        for literal in list(waiting):
            names = set(literal_names([literal]))
            if wanted & names:
                chosen.append(literal)
                waiting.remove(literal)
                plain = isinstance(literal, FlatAtom) and literal.access is None
                wanted = wanted - names if plain else wanted | names
        # What binds the inputs of a relation from outside may stand after it.
        asked = any(isinstance(x, FlatAtom) and x.access is not None for x in chosen)
        if taken == len(chosen) or not asked:
            return chosen[::-1]


def _given_names(binders: Sequence[FlatLiteral]) -> set[str]:
    """The variables that literals bind; not those that are inputs to be bound."""
    found: set[str] = set()
    for literal in binders:
        if isinstance(literal, FlatAtom) and literal.access is not None:
            inputs = {variable.name for variable in input_variables(literal)}
            found |= set(literal_names([literal])) - inputs
        else:
            found |= set(literal_names([literal]))
    return found


def _matched(literal: ast.Comparison) -> ast.Variable | None:
    """The variable that a literal takes apart."""
    if isinstance(literal.left, ast.Variable) and isinstance(literal.right, ast.Structure):
        return literal.left
    return None


# --- numbers -------------------------------------------------------------------------------------


def _is_number(term: ast.Term) -> TypeGuard[ast.Call]:
    return isinstance(term, ast.Call) and term.functor == "autoinc"


def _numbering(
    side: Sequence[Signed], heads: Sequence[ast.Atom]
) -> tuple[list[Signed], dict[str, ast.Call]]:
    """The side without each `x = autoinc()` that the head alone uses, and what those give.

    Of several heads each would be numbered apart, so there none is taken.
    """
    rest = list(side)
    given: dict[str, ast.Call] = {}
    for signed in side if len(heads) == 1 else ():
        formula, positive = signed
        if not (isinstance(formula, ast.Comparison) and formula.op == "=" and positive):
            continue
        for one, other in ((formula.left, formula.right), (formula.right, formula.left)):
            if isinstance(one, ast.Variable) and _is_number(other):
                others = [f for f, _ in side if f is not formula]
                if one.name not in set(_names(others)):
                    rest.remove(signed)
                    given[one.name] = other
    return rest, given


# --- patterns ------------------------------------------------------------------------------------


def is_pattern(term: ast.Term) -> bool:
    """Whether a record or branch has a variable or `_` in it that a match may bind."""
    return isinstance(term, ast.Structure) and any(
        isinstance(arg, ast.Variable | ast.Wildcard) or is_pattern(arg) for arg in term.args
    )


def is_match(formula: ast.Comparison, positive: bool) -> bool:
    equal = formula.op == ("=" if positive else "!=")
    return equal and (is_pattern(formula.left) or is_pattern(formula.right))


# --- names of syntax nodes ---------------------------------------------------------------------

Node = ast.Formula | ast.Term | None


def _names(nodes: Sequence[Node], inside: bool = True) -> Iterator[str]:
    """The variables of syntax nodes; those inside aggregates only where `inside`."""
    stack: list[Node] = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Variable):
            yield node.name
        elif isinstance(node, ast.Call | ast.Atom | ast.Structure):
            stack.extend(node.args)
        elif isinstance(node, ast.Cast):
            stack.append(node.value)
        elif isinstance(node, ast.Comparison):
            stack += [node.left, node.right]
        elif isinstance(node, ast.Negation):
            stack.append(node.body)
        elif isinstance(node, ast.Conjunction | ast.Disjunction):
            stack.extend(node.parts)
        elif isinstance(node, ast.Holds) and inside:
            stack.append(node.aggregate)
        elif isinstance(node, ast.Aggregate) and inside:
            stack += [*node.values, node.parameter, node.body, node.condition]


def names_outside(nodes: Sequence[Node]) -> Iterator[str]:
    """The variables that are not those of an aggregate alone."""
    return _names(nodes, inside=False)
