"""Checked rules and literals as they were written, where that is what they say.

    p(x)   :-  q(x,_) ,  // why        p(x) :- q(x, _), r(x).
           r(x).

What stands in the text is read again, so that it is shown on one line whatever stands in it. It
is only shown where it is this rule and no more: of a disjunction or several heads each rule is
shown by itself, a rule of a component with its instance's names. A rule that speaks of relations
that analysis made, of probabilities, say, is shown as the clause that it is a part of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trivium.errors import TriviumError
from trivium.ir import nodes as ir
from trivium.ir.printer import print_literal, print_rule
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.formulas import FormulaParser
from trivium.syntax.lexer import tokenise
from trivium.syntax.printer import print_formula, print_item, print_term
from trivium.syntax.souffle import parse


def show_rule(rule: ir.Rule, program: ir.Program) -> str:
    clause = None if rule.span is None else written_clause(rule.span)
    if clause is None:
        return print_rule(rule, program)
    head = ir.Atom(rule.head.relation, rule.head.args)
    alone = not clause.weights and len(clause.heads) == 1 and _plain(clause.body)
    said = _said((head, *rule.body))
    same = alone and said == set(_mentioned([*clause.heads, clause.body]))
    if same or any(name.startswith("@") for name in said):
        return print_item(clause)
    return print_rule(rule, program)


def show_literal(
    literal: ir.Literal, program: ir.Program, beside: Sequence[ir.Literal] = ()
) -> str:
    """One literal; those `beside` it in its rule say what it reads the results of."""
    tree = None if literal.span is None else _read(literal.span)
    match literal, tree:
        case ir.Atom(relation, negated=negated), ast.Atom(name) if name == relation:
            return f"!{print_formula(tree)}" if negated else print_formula(tree)
        case ir.Compare(op), ast.Comparison(written) if op == written:
            return print_formula(tree)
        case ir.Aggregate(kind=kind), ast.Holds(tree) | (ast.Aggregate() as tree):
            same = _said((literal,)) == set(_mentioned([tree]))
            if kind == tree.kind and _plain(tree.body) and same:
                return print_term(tree)
    return print_literal(literal, program, beside)


def show_clause(span: Span) -> str:
    """The clause that stands in the text, on one line."""
    clause = written_clause(span)
    return span.text if clause is None else print_item(clause)


def written_clause(span: Span) -> ast.Clause | None:
    """The clause that stands in the text; None where there stands none."""
    try:
        items = parse(Source(span.source.name, span.text)).items
    except TriviumError:
        return None
    return items[0] if len(items) == 1 and isinstance(items[0], ast.Clause) else None


def _read(span: Span) -> ast.Formula | ast.Term | None:
    """The literal or term that stands in the text."""
    try:
        parser = FormulaParser(tokenise(Source(span.source.name, span.text)))
        tree = parser.literal()
    except TriviumError:
        return None
    return tree if parser.kinds[parser.at] == "end" else None


# --- what is said --------------------------------------------------------------------------------


def _said(literals: Sequence[ir.Literal]) -> set[str]:
    """The relations that literals speak of, those left out that only say what is asked for."""
    return {name for one in literals for name in ir.reads(one) if not ir.is_demand(name)}


def _mentioned(nodes: Sequence[ast.Formula | ast.Term | None]) -> Iterator[str]:
    """The relations that syntax trees speak of."""
    for node in nodes:
        match node:
            case ast.Atom(relation, args):
                yield relation
                yield from _mentioned(args)
            case ast.Negation(body):
                yield from _mentioned([body])
            case ast.Conjunction(parts) | ast.Disjunction(parts):
                yield from _mentioned(parts)
            case ast.Holds(aggregate):
                yield from _mentioned([aggregate])
            case ast.Comparison(_, left, right):
                yield from _mentioned([left, right])
            case ast.Call(_, args) | ast.Structure(_, args):
                yield from _mentioned(args)
            case ast.Cast(value):
                yield from _mentioned([value])
            case ast.Aggregate():
                yield from _mentioned([*node.values, node.parameter, node.body, node.condition])


def _plain(formula: ast.Formula | None) -> bool:
    """Whether a formula is one conjunction of literals."""
    match formula:
        case ast.Conjunction(parts):
            return all(map(_plain, parts))
        case ast.Negation(body):
            return not isinstance(body, ast.Conjunction | ast.Disjunction | ast.Negation)
        case ast.Disjunction():
            return False
    return True
