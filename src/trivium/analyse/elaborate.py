"""Typed rules: each term gets its type, and conversions are written out.

    before:  ratio(n, g / 2.0) :- medals(n, g).          where medals(n: symbol, g: number)
    after:   ratio(n, itof(g) / 2.0) :- medals(n, g).    every term typed

Here types that do not go together are reported: E207, E212, E213, and E105 for an integer that
its column cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from trivium.analyse.calls import check_parts, spelt
from trivium.analyse.flat import (
    FlatAggregate,
    FlatAtom,
    FlatLiteral,
    FlatMatch,
    FlatRule,
    literal_terms,
)
from trivium.analyse.names import Schema
from trivium.analyse.near import listed
from trivium.analyse.types import Inference, Known, Loose, Scope, choose, fits, join, settle
from trivium.analyse.wanted import Wanted
from trivium.errors import ProgramError, SyntaxProblem
from trivium.ir import nodes as ir
from trivium.ir.functors import CAST, FunctorSignature, getter, maker, tester
from trivium.ir.types import Branch, Shape, Type
from trivium.ir.values import Term
from trivium.source import Span
from trivium.syntax import ast

_CONVERSIONS = {
    (Type.NUMBER, Type.FLOAT): "itof",
    (Type.UNSIGNED, Type.FLOAT): "utof",
}
_RANGES = {Type.NUMBER: (-(2**63), 2**63 - 1), Type.UNSIGNED: (0, 2**64 - 1)}
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# How to get from one type to another where that is the writer's to decide.
_CURES = {
    (Type.SYMBOL, Type.NUMBER): "convert the text with `to_number(...)`",
    (Type.SYMBOL, Type.UNSIGNED): "convert the text with `to_unsigned(...)`",
    (Type.SYMBOL, Type.FLOAT): "convert the text with `to_float(...)`",
    (Type.SYMBOL, Type.DATE): 'write a date as `date("1995-03-01")`',
    (Type.NUMBER, Type.SYMBOL): "write text between quotes, or convert with `to_string(...)`",
    (Type.UNSIGNED, Type.SYMBOL): "convert with `to_string(...)`",
    (Type.FLOAT, Type.SYMBOL): "convert with `to_string(...)`",
    (Type.DATE, Type.SYMBOL): "convert with `to_string(...)`",
    (Type.FLOAT, Type.NUMBER): "make it whole with `round(...)`, `floor(...)` or `ftoi(...)`",
    (Type.FLOAT, Type.UNSIGNED): "convert with `ftou(...)`",
    (Type.NUMBER, Type.UNSIGNED): "convert with `itou(...)`",
    (Type.UNSIGNED, Type.NUMBER): "convert with `utoi(...)`",
    (Type.NUMBER, Type.DATE): 'write a date as `date("1995")`, or compare its `year(...)`',
    (Type.DATE, Type.NUMBER): "take a part of the date: `year(...)`, `month(...)`, `day(...)`",
}


class Elaboration:
    """Builds typed nodes; holds what it needs to know of the whole program."""

    def __init__(
        self,
        inference: Inference,
        schemas: Mapping[str, Schema],
        functors: Mapping[str, FunctorSignature],
    ) -> None:
        self.inference = inference
        self.shapes = inference.types
        self.schemas = schemas
        self.functors = functors
        self.types: dict[str, tuple[Type, ...]] = {}
        self.current: tuple[FlatRule, ...] = ()

    # --- relations, rules and facts --------------------------------------------------------------

    def relation(self, name: str) -> ir.Relation:
        """The relation with its final types; raises ProgramError 209."""
        schema = self.schemas[name]
        known = self.inference.columns[name]
        types = []
        for column, type_ in zip(schema.columns, known, strict=True):
            if type_ is None:
                message = f"the type of the column `{column}` of `{name}` cannot be found"
                found = zip(schema.columns, known, strict=True)
                shown = ", ".join(f"{c}: {settle(k) if k else 'symbol'}" for c, k in found)
                hint = f"declare it, with the types you mean: `.decl {name}({shown})`"
                raise ProgramError(209, message, schema.span, hint=hint)
            types.append(settle(type_))
        self.types[name] = tuple(types)
        pairs = zip(schema.columns, types, strict=True)
        return ir.Relation(name, tuple(ir.Column(c, t) for c, t in pairs), schema.span)

    def rule(self, rule: FlatRule, index: int) -> ir.Rule:
        self.current = (rule,)
        scope = self.scope(rule.body, {}, rule.head)
        body = self.literals(rule.body, scope)
        head = self.atom(rule.head, scope)
        if rule.implied:  # it stands nowhere in the text
            head, body = replace(head, span=None), tuple(replace(x, span=None) for x in body)
            return ir.Rule(head, body, index, implied=True)
        return ir.Rule(head, body, index, rule.span)

    def fact_value(self, relation: str, index: int, value: ast.Term) -> ir.Value:
        """A fact's constant, as its column holds it."""
        want = self.types[relation][index]
        # Most values are of their column's type as they stand.
        if isinstance(value, ast.Text) and want is Type.SYMBOL:
            return value.value
        if isinstance(value, ast.Integer) and (want, value.unsigned) == (Type.NUMBER, False):
            return _integer(value.value, value.span, want, False).value
        term = self.argument(relation, index, value, {})
        if not isinstance(term, ir.Const):
            raise AssertionError(f"the constant {value} became {term}, wanted {want}")
        return term.value

    # --- literals --------------------------------------------------------------------------------

    def scope(
        self,
        literals: tuple[FlatLiteral, ...],
        outer: Mapping[str, Known],
        head: FlatAtom | None = None,
    ) -> Scope:
        found = self.inference.scope(literals, outer)
        if any(isinstance(known, Loose) for known in found.values()):
            atoms = [a for a in (head, *literals) if isinstance(a, FlatAtom)]
            Wanted(self.inference, self.types, found).settle(atoms, literals)
        return {
            name: known if known is Loose.RECORD else settle(known) for name, known in found.items()
        }

    def literals(self, literals: Sequence[FlatLiteral], scope: Scope) -> tuple[ir.Literal, ...]:
        found: list[ir.Literal] = []
        for literal in literals:
            if isinstance(literal, FlatAtom):
                found.append(self.atom(literal, scope))
            elif isinstance(literal, FlatAggregate):
                found.append(self.aggregate(literal, scope))
            elif isinstance(literal, FlatMatch):
                found += self.match(literal, scope)
            else:
                found.append(self.comparison(literal, scope))
        return tuple(found)

    def atom(self, atom: FlatAtom, scope: Scope) -> ir.Atom:
        args = tuple(
            None if arg is None else self.argument(atom.relation, index, arg, scope)
            for index, arg in enumerate(atom.args)
        )
        return ir.Atom(atom.relation, args, atom.negated, atom.span, atom.access)

    def argument(self, relation: str, index: int, arg: ast.Term, scope: Scope) -> ir.Term:
        """An argument as the type of its column."""
        want = self.types[relation][index]
        have = self.known(arg, scope)
        if not fits(have, want):
            schema = self.schemas[relation]
            column = schema.columns[index]
            message = f"found {_shown(have)}, but the column `{column}` of `{relation}` is `{want}`"
            cure = _cure(arg, have, want)
            raise ProgramError(207, message, arg.span, schema.place, cure)
        return self.term(arg, scope, want)

    def comparison(self, literal: ast.Comparison, scope: Scope) -> ir.Compare:
        left, right = self.known(literal.left, scope), self.known(literal.right, scope)
        if literal.op in ("match", "contains"):
            want = Type.SYMBOL
            for side, have in ((literal.left, left), (literal.right, right)):
                if not fits(have, want):
                    message = f"found {_shown(have)}, but `{literal.op}` takes text"
                    cure = _cure(side, have, want)
                    raise ProgramError(207, message, side.span, hint=cure)
        else:
            want = settle(join(left, right) or left)
            if want.structured and literal.op not in ("=", "!="):
                message = f"`{literal.op}` has no order of {_shown(want)}"
                hint = "compare the parts that matter"
                raise ProgramError(207, message, literal.span, hint=hint)
            if not (fits(left, want) and fits(right, want)):
                raise _incomparable(literal, left, right)
        return ir.Compare(
            literal.op,
            self.term(literal.left, scope, want),
            self.term(literal.right, scope, want),
            literal.span,
        )

    def match(self, match: FlatMatch, scope: Scope) -> list[ir.Literal]:
        """A term taken apart: it is made so, and its parts are those of the structure.

        before:  t = [x, _, 3]
        after:   t != nil, x = [T].0(t), 3 = [T].2(t)
        """
        structure, span = match.structure, match.span
        known = self.known(match.term, scope)
        made = self.known(structure, scope)
        if not fits(made, settle(known)):
            message = f"`{match.term.name}` is {_shown(known)}, and never {_shown(made)}"
            raise ProgramError(207, message, structure.span)
        whole = self.term(match.term, scope, settle(known))
        shape, branch = self.made_by(structure, whole.type)
        if shape.record:
            guard = ir.Compare("!=", whole, ir.Const(None, whole.type), span)
        else:
            test = ir.Call(tester(shape, branch), (whole,), Type.NUMBER, span)
            guard = ir.Compare("=", test, ir.Const(1, Type.NUMBER), span)
        found: list[ir.Literal] = [guard]
        for place, arg in enumerate(structure.args):
            if not isinstance(arg, ast.Wildcard):
                kind = branch.types[place]
                part = ir.Call(getter(shape, branch, place), (whole,), kind, span)
                wanted = self.part(shape, branch, place, arg, scope)
                found.append(ir.Compare("=", wanted, part, span))
        if match.both:
            found.append(ir.Compare("=", whole, self.term(structure, scope, whole.type), span))
        return found

    def aggregate(self, aggregate: FlatAggregate, scope: Scope) -> ir.Aggregate:
        outer = {v.name: self.known(v, scope) for v in aggregate.group}
        inner = self.scope(aggregate.body, outer)
        if aggregate.kind == "range":
            values = self.bounds(aggregate, inner, settle(scope[aggregate.result]))
        else:
            values = tuple(
                self.aggregated(aggregate, value, inner, first)
                for first, value in zip((True, False), aggregate.values, strict=False)
            )
        parameter = None
        if aggregate.parameter is not None:
            have = self.known(aggregate.parameter, scope)
            if not fits(have, Type.NUMBER):
                message = f"found {_shown(have)}, but `top` takes a number of values"
                raise ProgramError(207, message, aggregate.parameter.span)
            parameter = self.term(aggregate.parameter, scope, Type.NUMBER)
        deeper = self.scope(aggregate.condition, inner)
        return ir.Aggregate(
            ir.Var(aggregate.result, settle(scope[aggregate.result]), aggregate.span),
            aggregate.kind,
            values,
            self.literals(aggregate.body, inner),
            tuple(ir.Var(v.name, settle(scope[v.name]), v.span) for v in aggregate.group),
            parameter,
            self.literals(aggregate.condition, deeper),
            aggregate.separator,
            aggregate.span,
        )

    def bounds(self, aggregate: FlatAggregate, scope: Scope, want: Type) -> tuple[ir.Term, ...]:
        """The bounds and the step of a range, as the type of its values."""
        for value in aggregate.values:
            have = self.known(value, scope)
            if not (want.numeric and fits(have, want)):
                message = f"found {_shown(have)}, but `range` here is of {_a(want)}"
                note = "`range` takes numbers of one type"
                cure = _cure(value, have, want if want.numeric else Type.NUMBER)
                raise ProgramError(207, message, value.span, note, cure)
        return tuple(self.term(value, scope, want) for value in aggregate.values)

    def aggregated(
        self, aggregate: FlatAggregate, value: ast.Term, scope: Scope, first: bool
    ) -> ir.Term:
        """An aggregated value: floats for means, text for `string_join`, numbers for sums."""
        have = settle(self.known(value, scope))
        if aggregate.kind in ("sum", "mean", "median") and not have.numeric:
            message = f"found {_shown(have)}, but `{aggregate.kind}` takes numbers"
            cure = _CURES.get((have, Type.NUMBER))
            raise ProgramError(207, message, value.span, hint=cure)
        ordered = aggregate.kind in ("min", "max", "top", "string_join") or not first
        if have.structured and ordered:
            message = f"found {_shown(have)}, but `{aggregate.kind}` takes values with an order"
            raise ProgramError(207, message, value.span, hint="take a part of it")
        if aggregate.kind in ("mean", "median"):
            return self.term(value, scope, Type.FLOAT)
        term = self.term(value, scope, have)
        if aggregate.kind == "string_join" and first and have is not Type.SYMBOL:
            return ir.Call("to_string", (term,), Type.SYMBOL, value.span)
        return term

    # --- terms -----------------------------------------------------------------------------------

    def known(self, term: ast.Term, scope: Scope) -> Known:
        """The term's type; raises ProgramError for the functor that has none."""
        found = self.inference.term(term, scope)
        if found is None:
            self.check_calls(self.current)
            message = "the type of this cannot be found"
            raise ProgramError(209, message, term.span, hint="declare the relations it comes from")
        return found

    def term(self, term: ast.Term, scope: Scope, want: Type) -> ir.Term:
        """The term as the wanted type, which it is known to fit."""
        match term:
            case ast.Nil(span):
                kind = self.record(want, term)
                if not self.shapes.shapes[kind].record:
                    raise self.no_record(term, kind)
                return ir.Const(None, kind, span)
            case ast.Structure():
                return self.structure(term, scope, want)
            case ast.Cast():
                return _converted(self.cast(term, scope), want)
            case ast.Variable(name, span):
                self.record(scope[name], term)
                have = settle(scope[name])
                return _converted(ir.Var(name, have, span), want)
            case ast.Integer(value, span):
                return _integer(value, span, want, term.unsigned)
            case ast.Real(value, span):
                return ir.Const(value, Type.FLOAT, span)
            case ast.Text(value, span):
                return ir.Const(value, Type.SYMBOL, span)
            case ast.Call():
                return _converted(self.call(term, scope, want), want)
        raise AssertionError(f"{term} is not a flat term")

    def call(self, call: ast.Call, scope: Scope, want: Type) -> ir.Term:
        known = [self.known(arg, scope) for arg in call.args]
        signature = self.functors[call.functor]
        overload = choose(signature, known)
        if isinstance(self.inference.call(call.functor, known), Loose):
            # Integer literals only: they are of the type that is wanted, where there is such.
            fitting = [o for o in signature.overloads if o.result == want]
            overload = next((o for o in fitting if o.accepts(len(known))), overload)
        if overload is None:
            raise self.misfit(call, known)
        types = overload.expand(len(known))
        args = tuple(self.term(a, scope, t) for a, t in zip(call.args, types, strict=True))
        if overload.variadic and len(args) == 1:  # `cat(s)` is s
            return args[0]
        return ir.Call(call.functor, args, overload.result, call.span)

    def record(self, known: Known, term: ast.Term) -> Type:
        """The type itself, unless it is not known which records it has: then ProgramError 252."""
        if known is Loose.RECORD or known == Loose.RECORD.value:
            message = "which type of records this is cannot be found"
            hint = "say so: `as(..., T)`, where T is a type of records"
            raise ProgramError(252, message, term.span, hint=hint)
        return settle(known)

    def structure(self, term: ast.Structure, scope: Scope, want: Type) -> ir.Term:
        """A record or branch that is made of its parts; one of constants is a constant."""
        shape, branch = self.made_by(term, self.record(want, term))
        parts = tuple(self.part(shape, branch, i, arg, scope) for i, arg in enumerate(term.args))
        values = tuple(part.value for part in parts if isinstance(part, ir.Const))
        if len(values) == len(parts):
            value = values if shape.record else Term(branch.name, values)
            return ir.Const(value, shape.type, term.span)
        return ir.Call(maker(shape, branch), parts, shape.type, term.span)

    def made_by(self, term: ast.Structure, want: Type) -> tuple[Shape, Branch]:
        """What makes the term; raises ProgramError 207, and 251 for too few or too many parts."""
        if term.branch is not None:
            shape, branch = self.shapes.branches[term.branch]
        else:
            shape = self.shapes.shapes[want]
            branch = shape.branches[0]
            if not shape.record:
                raise self.no_record(term, want)
        check_parts(term, branch, shape.type)
        return shape, branch

    def no_record(self, term: ast.Term, want: Type) -> ProgramError:
        message = f"found {_shown(Loose.RECORD)}, but {_a(want)} is wanted"
        names = listed(f"${branch.name}" for branch in self.shapes.shapes[want].branches)
        return ProgramError(207, message, term.span, hint=f"it is one of {names}")

    def part(
        self, shape: Shape, branch: Branch, place: int, arg: ast.Term, scope: Scope
    ) -> ir.Term:
        """A part of a record or branch, as the type of its field."""
        field = branch.fields[place]
        have = self.known(arg, scope)
        if not fits(have, field.type):
            of = branch.name or shape.type
            message = f"found {_shown(have)}, but the field `{field.name}` of `{of}` is"
            cure = _cure(arg, have, field.type)
            raise ProgramError(207, f"{message} `{field.type}`", arg.span, hint=cure)
        return self.term(arg, scope, field.type)

    def cast(self, cast: ast.Cast, scope: Scope) -> ir.Term:
        """`as(x, T)`: the bits of x, taken for a T; a literal, or `nil`, is a T from the start."""
        want = self.shapes.type(cast.type.text, cast.type.span)
        have = self.known(cast.value, scope)
        below = isinstance(cast.value, ast.Integer) and cast.value.value < 0
        if isinstance(have, Loose) and fits(have, want) and not (below and want is Type.UNSIGNED):
            return self.term(cast.value, scope, want)
        term = self.term(cast.value, scope, settle(have))
        return term if term.type == want else ir.Call(CAST, (term,), want, cast.span)

    # --- functor errors --------------------------------------------------------------------------

    def check_calls(self, rules: Sequence[FlatRule]) -> None:
        """Raise the first misuse of a functor, where types that are not known may hide it."""
        for rule in rules:
            self.check_level((*rule.body, rule.head), self.scope(rule.body, {}))

    def check_level(self, literals: Sequence[FlatLiteral], scope: Scope) -> None:
        for literal in literals:
            inner = scope
            if isinstance(literal, FlatAggregate):
                inner = self.inference.inside(literal, scope)
                self.check_level((*literal.body, *literal.condition), inner)
            for term in literal_terms(literal):
                self.check_call(term, inner)

    def check_call(self, term: ast.Term, scope: Scope) -> None:
        """Raise the error of the innermost functor that no overload fits."""
        if isinstance(term, ast.Call):
            for arg in term.args:
                self.check_call(arg, scope)
            known = [self.inference.term(arg, scope) for arg in term.args]
            if None not in known and choose(self.functors[term.functor], known) is None:
                raise self.misfit(term, known)

    def misfit(self, call: ast.Call, known: Sequence[Known | None]) -> ProgramError:
        """The error of a functor whose arguments have other types than it takes."""
        overloads = [o for o in self.functors[call.functor].overloads if o.accepts(len(call.args))]
        have = [k for k in known if k is not None]
        message = f"`{spelt(call.functor)}` is given {listed(settle(k).value for k in have)}"
        takes = " or ".join(
            f"({', '.join(t.value for t in o.expand(len(call.args)))})" for o in overloads
        )
        note = f"`{spelt(call.functor)}` takes {takes}"
        cures = (
            _cure(arg, k, want)
            for o in overloads
            for arg, k, want in zip(call.args, have, o.expand(len(have)), strict=False)
            if not fits(k, want)
        )
        cure = next(filter(None, cures), None)
        if call.functor == "+" and Type.SYMBOL in have:
            cure = "join texts with `cat(...)`; convert a number with `to_string(...)`"
        return ProgramError(207, message, call.span, note, cure)


def _shown(known: Known) -> str:
    if known is Loose.RECORD:
        return "a record"
    return _a(settle(known))


def _a(type_: Type) -> str:
    return f"{'an' if type_ is Type.UNSIGNED else 'a'} `{type_}`"


def _cure(term: ast.Term, have: Known, want: Type) -> str | None:
    """How to turn what was written into what is wanted."""
    if isinstance(term, ast.Text) and want.numeric and _NUMBER.fullmatch(term.value):
        return f"write the number without quotes: `{term.value}`"
    if isinstance(term, ast.Text) and want is Type.DATE:
        return f'write a date as `date("{term.value}")`'
    if isinstance(term, ast.Integer) and want is Type.DATE:
        return f'write a date as `date("{term.value}")`, or compare its `year(...)`'
    return _CURES.get((settle(have), want))


def _converted(term: ir.Term, want: Type) -> ir.Term:
    functor = _CONVERSIONS.get((term.type, want))
    return term if functor is None else ir.Call(functor, (term,), want, term.span)


def _integer(value: int, span: Span, want: Type, unsigned: bool) -> ir.Const:
    if want is Type.FLOAT:
        return ir.Const(float(value), want, span)
    type_ = want if want in _RANGES else Type.UNSIGNED if unsigned else Type.NUMBER
    low, high = _RANGES[type_]
    if not low <= value <= high:
        message = f"`{value}` does not fit {_a(type_)}"
        note = f"{_a(type_)} is a whole number from {low} to {high}"
        hint = None
        if value > high:
            hint = f"write `{value}u`, and declare its column `unsigned`; or write it as text"
        raise SyntaxProblem(105, message, span, note, hint)
    return ir.Const(value, type_, span)


def _incomparable(literal: ast.Comparison, left: Known, right: Known) -> ProgramError:
    message = f"`{literal.op}` compares {_shown(left)} with {_shown(right)}"
    sides = [(literal.right, right, left), (literal.left, left, right)]
    # The literal is the side to mend, where one side is a literal.
    if isinstance(literal.left, ast.Integer | ast.Real | ast.Text):
        sides.reverse()
    cures = (_cure(term, have, settle(want)) for term, have, want in sides)
    cure = next(filter(None, cures), None)
    return ProgramError(207, message, literal.span, hint=cure)
