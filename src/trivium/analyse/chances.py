"""Clauses with probabilities become plain clauses, and choices.

    before:  0.3::a(x); p::b(x) :- w(x, y, p).
    after:   @choice_1(x, y, p, p) :- w(x, y, p).       each of its rows is one choice
             @chosen_1_0(x, y) :- @choice_1(x, y, p, _).     a(x) :- @chosen_1_0(x, y).
             @chosen_1_1(x, y) :- @choice_1(x, y, p, _).     b(x) :- @chosen_1_1(x, y).

So each ground instance of a clause, by all its variables, is a choice of its own; `_` counts as a
variable, a column that is not named does not. A fact of constants stays a fact, with a weight.

A probability is a constant (`1/6`), a value bound in the body, or told at the run: `p::a.` with a
name that nothing binds, or `t(0.5)::a.`, `t(0.5, p)::a.` with the value to start from.
What is to be decided has the probability `?`. A utility is a relation of its own:

    before:  .utility sold(x, p) = p
    after:   @utility_1(p, x, p) :- sold(x, p).

and so is what was observed of a row that is computed:

    before:  .evidence born(date("1995"))
    after:   .evidence @observed_1()      @observed_1() :- born(date("1995")).

Raises ProgramError 260 and 261.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace

from trivium.analyse.alike import tabled
from trivium.analyse.flatten import alternatives, names_outside
from trivium.errors import ProgramError
from trivium.ir.nodes import DECISION, Choice, Parameter
from trivium.source import Span
from trivium.syntax import ast
from trivium.syntax.printer import print_item

# What a sum of probabilities may be past 1 by rounding.
ROUNDING = 1e-9
Weight = float | Parameter | None
_ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Spelt:
    """The plain program and its choices. Facts of constants keep their weights, see `weight_of`."""

    program: ast.Program
    choices: tuple[Choice, ...] = ()
    utilities: tuple[str, ...] = ()


def spell_out(program: ast.Program) -> Spelt:
    """The program without probabilities in its clauses."""
    if not any(
        isinstance(item, ast.Utility)
        or (isinstance(item, ast.Clause) and item.weights)
        or (isinstance(item, ast.Evidence) and _is_computed(item.atom))
        for item in program.items
    ):
        return Spelt(program)
    return _Speller().program(tabled(program))


def weight_of(fact: ast.Clause) -> float | Parameter | None:
    """The weight of a fact that was left as it is."""
    match fact.weights:
        case (ast.Real(value),):
            return value
        case (ast.Variable(name),):
            return Parameter(name)
        case (ast.Call("t", (ast.Real(value), ast.Variable(name))),):
            return Parameter(name, value)
    return None


def _as_term(weight: float | Parameter, span: Span) -> ast.Term:
    if isinstance(weight, float):
        return ast.Real(weight, span)
    name = ast.Variable(weight.name, span)
    if weight.initial is None:
        return name
    return ast.Call("t", (ast.Real(weight.initial, span), name), span)


class _Speller:
    def __init__(self) -> None:
        self.choices: list[Choice] = []
        self.utilities: list[str] = []
        self.heads: dict[str, int] = {}
        self.computed = 0

    def program(self, program: ast.Program) -> Spelt:
        items: list[ast.Item] = []
        for item in program.items:
            if isinstance(item, ast.Clause) and item.weights:
                items += self.clause(item)
            elif isinstance(item, ast.Utility):
                items.append(self.utility(item))
            elif isinstance(item, ast.Evidence) and _is_computed(item.atom):
                items += self.observed(item)
            else:
                items.append(item)
        plain = replace(program, items=tuple(items))
        return Spelt(plain, tuple(self.choices), tuple(self.utilities))

    def utility(self, item: ast.Utility) -> ast.Clause:
        """A relation whose rows are worth their first column: `@utility_1(v, x) :- a(x, v).`"""
        atom = _named(item.atom) if item.positive else item.atom
        assert isinstance(atom, ast.Atom)
        names = dict.fromkeys(names_outside([atom]))
        variables = tuple(ast.Variable(name, item.span) for name in names)
        relation = f"@utility_{len(self.utilities) + 1}"
        self.utilities.append(relation)
        head = ast.Atom(relation, (item.value, *variables), item.span)
        body = atom if item.positive else ast.Negation(atom, item.span)
        return ast.Clause((head,), body, item.span)

    def observed(self, item: ast.Evidence) -> tuple[ast.Clause, ast.Evidence]:
        """What was observed of a computed row is observed of a relation that says that it holds."""
        self.computed += 1
        seen = ast.Atom(f"@observed_{self.computed}", (), item.span)
        return ast.Clause((seen,), item.atom, item.span), replace(item, atom=seen)

    def clause(self, clause: ast.Clause) -> Iterator[ast.Clause]:
        bound = _common_names(clause.body)
        parts = _alternatives(clause)
        weights = [self.weight(term, bound, heads[0].span.text) for term, heads in parts]
        known = [weight for weight in weights if isinstance(weight, float)]
        if sum(known) > 1 + ROUNDING:
            message = f"the probabilities of `{_shown(clause)}` sum to {sum(known):.10g}"
            hint = "alternatives exclude each other: their probabilities sum to at most 1"
            raise ProgramError(261, message, clause.span, hint=hint)
        if any(map(_is_decision, weights)) and not all(map(_is_decision, weights)):
            message = f"`{_shown(clause)}` decides between some alternatives, and draws others"
            hint = "make each a clause of its own, or all of them decisions: `?::a; ?::b.`"
            raise ProgramError(260, message, clause.span, hint=hint)
        weight = weights[0]
        alone = clause.body is None and len(clause.heads) == 1
        if alone and weight is not None and not _is_computed(clause.heads[0]):
            yield replace(clause, weights=(_as_term(weight, parts[0][0].span),))
        else:
            yield from self.choice(clause, weights)

    def choice(self, clause: ast.Clause, weights: list[Weight]) -> Iterator[ast.Clause]:
        body = None if clause.body is None else _named(clause.body)
        span = clause.span
        outside = [*names_outside(clause.heads)]
        names = dict.fromkeys([*outside, *_common_names(body)])
        variables = tuple(ast.Variable(name, span) for name in names)
        number = len(self.choices) + 1
        chosen = tuple(f"@chosen_{number}_{place}" for place in range(len(weights)))
        relation = f"@choice_{number}"
        self.choices.append(Choice(relation, chosen, tuple(weights), span))
        parts = _alternatives(clause)
        told = tuple(term for (term, _), w in zip(parts, weights, strict=True) if w is None)
        yield ast.Clause((ast.Atom(relation, (*variables, *told), span),), body, span)
        free = (ast.Wildcard(span),) * len(told)
        for name, (_, heads) in zip(chosen, parts, strict=True):
            atom = ast.Atom(name, variables, span)
            yield ast.Clause((atom,), ast.Atom(relation, (*variables, *free), span), span)
            yield ast.Clause(heads, atom, span)

    # --- weights ---------------------------------------------------------------------------------

    def weight(self, term: ast.Term, bound: set[str], head: str) -> Weight:
        """A constant or a parameter; None for a value that the body binds."""
        if isinstance(term, ast.Call) and term.functor == "t":
            return self.parameter(term, head)
        if isinstance(term, ast.Variable) and term.name not in bound:
            return Parameter(term.name)
        value = _constant(term)
        if value is None:
            if isinstance(term, ast.Text | ast.Structure | ast.Nil | ast.Wildcard):
                raise ProgramError(260, f"`{term.span.text}` is not a probability", term.span)
            return None
        if not 0.0 <= value <= 1.0:
            message = f"the probability {value:.10g} is not between 0 and 1"
            raise ProgramError(260, message, term.span)
        return value

    def parameter(self, term: ast.Call, head: str) -> Parameter:
        """`t(0.5)`, `t(_)`, `t(0.5, name)`; without a name, that of the head."""
        first, *more = term.args or (ast.Wildcard(term.span),)
        initial = None if isinstance(first, ast.Wildcard) else _constant(first)
        named = len(more) == 1 and isinstance(more[0], ast.Variable)
        if (initial is None and not isinstance(first, ast.Wildcard)) or (more and not named):
            hint = "write `t(0.5)::`, or with a name `t(0.5, p)::`"
            raise ProgramError(
                260, "a learnt probability starts from a number", term.span, hint=hint
            )
        if initial is not None and not 0.0 <= initial <= 1.0:
            message = f"the probability {initial:.10g} is not between 0 and 1"
            raise ProgramError(260, message, term.span)
        if more and isinstance(more[0], ast.Variable):
            return Parameter(more[0].name, initial)
        self.heads[head] = self.heads.get(head, 0) + 1
        name = head if self.heads[head] == 1 else f"{head} {self.heads[head]}"
        return Parameter(name, 0.5 if initial is None else initial)


def _alternatives(clause: ast.Clause) -> list[tuple[ast.Term, tuple[ast.Atom, ...]]]:
    """Each weight, with the heads that hold together where it is chosen."""
    found: list[tuple[ast.Term, tuple[ast.Atom, ...]]] = []
    for weight, head in zip(clause.weights, clause.heads, strict=True):
        if weight is None:
            term, heads = found[-1]
            found[-1] = term, (*heads, head)
        else:
            found.append((weight, (head,)))
    return found


def _is_computed(atom: ast.Atom) -> bool:
    """Whether the atom is about one row, but not one of constants alone."""
    waiting, computed = list(atom.args), False
    for term in waiting:  # it grows
        if isinstance(term, ast.Variable | ast.Wildcard | ast.Aggregate):
            return False
        if isinstance(term, ast.Call | ast.Cast):
            computed = True
        if isinstance(term, ast.Call | ast.Structure):
            waiting += term.args
        elif isinstance(term, ast.Cast):
            waiting.append(term.value)
    return computed


def _is_decision(weight: Weight) -> bool:
    return isinstance(weight, Parameter) and weight.name == DECISION


def _constant(term: ast.Term) -> float | None:
    """The value of a constant, with real arithmetic: `1/6` is a sixth."""
    match term:
        case ast.Integer(value) | ast.Real(value):
            return float(value)
        case ast.Call("neg", (inner,)):
            operand = _constant(inner)
            return None if operand is None else -operand
        case ast.Call(functor, (left, right)) if functor in _ARITHMETIC:
            one, two = _constant(left), _constant(right)
            if one is None or two is None or (functor == "/" and two == 0):
                return None
            return float(_ARITHMETIC[functor](one, two))
    return None


# --- variables -----------------------------------------------------------------------------------


def _common_names(body: ast.Formula | None) -> set[str]:
    """The variables that each side of a body has; those inside aggregates are their own."""
    if body is None:
        return set()
    sides = [set(names_outside([f for f, _ in side])) for side in alternatives(body)]
    return set.intersection(*sides)


def _named(body: ast.Formula) -> ast.Formula:
    """The body with a variable for each `_` in an atom that must hold."""
    made = 0

    def name(formula: ast.Formula) -> ast.Formula:
        nonlocal made
        if isinstance(formula, ast.Conjunction | ast.Disjunction):
            return replace(formula, parts=tuple(map(name, formula.parts)))
        if not isinstance(formula, ast.Atom):
            return formula
        args: list[ast.Term] = []
        for arg in formula.args:
            if isinstance(arg, ast.Wildcard):
                made += 1
                arg = ast.Variable(f"_ {made}", arg.span)
            args.append(arg)
        return replace(formula, args=tuple(args))

    return name(body)


def _shown(clause: ast.Clause) -> str:
    text = print_item(clause)
    return text if len(text) <= 60 else text[:59] + "…"
