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

from trivium.analyse.calls import spelt
from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatRule, literal_terms
from trivium.analyse.names import Schema
from trivium.analyse.near import listed
from trivium.analyse.types import Inference, Known, Loose, Scope, choose, fits, join, settle
from trivium.errors import ProgramError, SyntaxProblem
from trivium.ir import nodes as ir
from trivium.ir.functors import FunctorSignature
from trivium.ir.types import Type
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
        scope = self.scope(rule.body, {})
        body = tuple(self.literal(literal, scope) for literal in rule.body)
        head = self.atom(rule.head, scope)
        if rule.implied:  # it stands nowhere in the text
            head, body = replace(head, span=None), tuple(replace(x, span=None) for x in body)
            return ir.Rule(head, body, index, implied=True)
        return ir.Rule(head, body, index, rule.span)

    def fact_value(self, relation: str, index: int, value: ast.Constant) -> ir.Value:
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

    def scope(self, literals: tuple[FlatLiteral, ...], outer: Mapping[str, Known]) -> Scope:
        found = self.inference.scope(literals, outer)
        return {name: settle(known) for name, known in found.items()}

    def literal(self, literal: FlatLiteral, scope: Scope) -> ir.Literal:
        if isinstance(literal, FlatAtom):
            return self.atom(literal, scope)
        if isinstance(literal, FlatAggregate):
            return self.aggregate(literal, scope)
        return self.comparison(literal, scope)

    def atom(self, atom: FlatAtom, scope: Scope) -> ir.Atom:
        args = tuple(
            None if arg is None else self.argument(atom.relation, index, arg, scope)
            for index, arg in enumerate(atom.args)
        )
        return ir.Atom(atom.relation, args, atom.negated, atom.span)

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
            if not (fits(left, want) and fits(right, want)):
                raise _incomparable(literal, left, right)
        return ir.Compare(
            literal.op,
            self.term(literal.left, scope, want),
            self.term(literal.right, scope, want),
            literal.span,
        )

    def aggregate(self, aggregate: FlatAggregate, scope: Scope) -> ir.Aggregate:
        outer = {v.name: self.known(v, scope) for v in aggregate.group}
        inner = self.scope(aggregate.body, outer)
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
            tuple(self.literal(literal, inner) for literal in aggregate.body),
            tuple(ir.Var(v.name, settle(scope[v.name]), v.span) for v in aggregate.group),
            parameter,
            tuple(self.literal(literal, deeper) for literal in aggregate.condition),
            aggregate.separator,
            aggregate.span,
        )

    def aggregated(
        self, aggregate: FlatAggregate, value: ast.Term, scope: Scope, first: bool
    ) -> ir.Term:
        """An aggregated value: floats for means, text for `string_join`, numbers for sums."""
        have = settle(self.known(value, scope))
        if aggregate.kind in ("sum", "mean", "median") and not have.numeric:
            message = f"found {_shown(have)}, but `{aggregate.kind}` takes numbers"
            cure = _CURES.get((have, Type.NUMBER))
            raise ProgramError(207, message, value.span, hint=cure)
        if aggregate.kind in ("mean", "median"):
            return self.term(value, scope, Type.FLOAT)
        term = self.term(value, scope, have)
        if aggregate.kind == "string_join" and have is not Type.SYMBOL:
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
            case ast.Variable(name, span):
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

    def call(self, call: ast.Call, scope: Scope, want: Type) -> ir.Call:
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
        return ir.Call(call.functor, args, overload.result, call.span)

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


def _converted(term: ir.Var | ir.Call, want: Type) -> ir.Term:
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
