"""A program twice over: with what surely holds, and with what may, where answers are unknown.

    .model positive(text: symbol, -> yes: bool) ask "..."
    before:  good(m) :- review(m, t), positive(t).     rest(m) :- review(m, _), !good(m).
    after:   @good?certain(m)  :- review(m, t), @positive?certain(t, "yes").
             @good?possible(m) :- review(m, t), @positive?possible(t, "yes").
             @rest?certain(m)  :- review(m, _), !@good?possible(m).
             @rest?possible(m) :- review(m, _), !@good?certain(m).

Below a negation the sides are swapped. A count lies between that of what is certain and that of
what is possible, and a comparison with it surely holds if it does for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace

from trivium.analyse.questions import asked_of, columns_of, spell_bodies
from trivium.errors import ProgramError
from trivium.source import Span
from trivium.syntax import ast

CERTAIN, POSSIBLE = "certain", "possible"
_OTHER = {CERTAIN: POSSIBLE, POSSIBLE: CERTAIN}


def side(relation: str, which: str) -> str:
    """What the relation of one side is called."""
    return f"@{relation}?{which}"


def resting(program: ast.Program) -> set[str]:
    """The relations that rest on what models tell, those that they answer among them."""
    found = set(asked_of(program))
    clauses = [item for item in program.items if isinstance(item, ast.Clause)]
    while True:
        more = {
            head.relation
            for clause in clauses
            if _relations(clause.body) & found
            for head in clause.heads
        } - found
        if not more:
            return found
        found |= more


def bounded(program: ast.Program, arities: Mapping[str, int]) -> tuple[ast.Program, set[str]]:
    """The program of both sides, and the relations that have two.

    Args:
        arities: how many columns each relation has.

    Raises ProgramError 327 for what has no bounds.
    """
    questions, two = asked_of(program), resting(program)
    items: list[ast.Item] = []
    for item in spell_bodies(program, questions).items:
        if isinstance(item, ast.ModelRelation) and item.name in questions:
            for which in _OTHER:
                name = side(item.name, which)
                items.append(ast.Declaration(name, columns_of(item), item.span))
            continue
        if isinstance(item, ast.Clause) and any(head.relation in two for head in item.heads):
            if item.weights:
                raise _no_bounds("rows with probabilities", item.span)
            items += (_Side(two, which).clause(item) for which in _OTHER)
            continue
        if isinstance(item, ast.Declaration) and item.name in two:
            if item.qualifiers or item.choices or item.delta_of:
                raise _no_bounds("a relation with laws of its own", item.span)
            items += (replace(item, name=side(item.name, which)) for which in _OTHER)
        if isinstance(item, ast.Subsumption) and item.worse.relation in two:
            raise _no_bounds("subsumption", item.span)
        if isinstance(item, ast.Directive) and item.relation in two and item.kind != "input":
            continue
        if isinstance(item, ast.Evidence | ast.Utility):
            raise _no_bounds("evidence and utilities", item.span)
        items.append(item)
    given = Span(program.source, 0, 0)
    for name in sorted(two - set(questions)):
        names = tuple(ast.Variable(f"x{n}", given) for n in range(arities[name]))
        body = ast.Atom(name, names, given)
        items += (
            ast.Clause((ast.Atom(side(name, which), names, given),), body, given)
            for which in _OTHER
        )
    return replace(program, items=tuple(items)), two


def _relations(node: object) -> set[str]:
    if isinstance(node, tuple):
        return set().union(*map(_relations, node))
    if not is_dataclass(node) or isinstance(node, Span | ast.Name | type):
        return set()
    found = {node.relation} if isinstance(node, ast.Atom) else set()
    parts = (getattr(node, part.name) for part in fields(node) if part.name != "span")
    return found.union(*map(_relations, parts))


def _no_bounds(what: str, span: Span) -> ProgramError:
    message = f"{what} that rests on a model's answers has no bounds"
    hint = "bounds follow rules, negation, `exists` and counts"
    return ProgramError(327, message, span, hint=hint)


@dataclass
class _Side:
    """A clause as one side has it."""

    two: set[str]
    which: str
    fresh: int = field(default=0)

    def clause(self, clause: ast.Clause) -> ast.Clause:
        heads = tuple(self._renamed(head, self.which) for head in clause.heads)
        body = None if clause.body is None else self.formula(clause.body, self.which)
        return ast.Clause(heads, body, clause.span)

    def _renamed(self, atom: ast.Atom, which: str) -> ast.Atom:
        known = atom.relation in self.two
        return replace(atom, relation=side(atom.relation, which)) if known else atom

    def formula(self, node: ast.Formula, which: str) -> ast.Formula:
        match node:
            case ast.Atom():
                return self._renamed(node, which)
            case ast.Negation(body):
                return replace(node, body=self.formula(body, _OTHER[which]))
            case ast.Conjunction(parts) | ast.Disjunction(parts):
                return replace(node, parts=tuple(self.formula(part, which) for part in parts))
            case ast.Holds(aggregate):
                return replace(node, aggregate=self._holding(aggregate, which))
            case ast.Comparison():
                return self._comparison(node, which)
        return node

    def _holding(self, aggregate: ast.Aggregate, which: str) -> ast.Aggregate:
        """`exists` as its body; `forall` with what it is about on the other side."""
        if aggregate.condition is None:
            return replace(aggregate, body=self.formula(aggregate.body, which))
        body = self.formula(aggregate.body, _OTHER[which])
        condition = self.formula(aggregate.condition, which)
        return replace(aggregate, body=body, condition=condition)

    def _comparison(self, node: ast.Comparison, which: str) -> ast.Formula:
        counts = [x for x in _aggregates((node.left, node.right)) if _relations(x) & self.two]
        if not counts:
            return node
        count = counts[0]
        if len(counts) > 1 or count not in (node.left, node.right) or count.kind != "count":
            raise _no_bounds("an aggregate other than a count", node.span)
        if _relations((node.left, node.right)) - _relations(count):
            raise _no_bounds("a comparison of two aggregates", node.span)
        other = node.right if count is node.left else node.left
        op = node.op if count is node.left else _TURNED[node.op]
        least = replace(count, body=self.formula(count.body, CERTAIN))
        most = replace(count, body=self.formula(count.body, POSSIBLE))
        return ast.Conjunction(
            tuple(self._between(op, least, most, other, which, node.span)), node.span
        )

    def _between(
        self, op: str, least: ast.Term, most: ast.Term, other: ast.Term, which: str, span: Span
    ) -> Iterator[ast.Formula]:
        """What `count op other` says, where the count lies between two."""
        low, high = self._variable(span), self._variable(span)
        yield ast.Comparison("=", low, least, span)
        yield ast.Comparison("=", high, most, span)
        sure = which == CERTAIN
        if op in (">", ">="):
            yield ast.Comparison(op, low if sure else high, other, span)
        elif op in ("<", "<="):
            yield ast.Comparison(op, high if sure else low, other, span)
        elif op == "=" and sure:
            yield ast.Comparison("=", low, high, span)
            yield ast.Comparison("=", other, low, span)
        elif op == "=":
            beyond = ast.Call("+", (high, ast.Integer(1, span)), span)
            yield ast.Comparison("=", other, ast.Call("range", (low, beyond), span), span)
        elif sure:
            apart = (
                ast.Comparison("<", other, low, span),
                ast.Comparison(">", other, high, span),
            )
            yield ast.Disjunction(apart, span)
        else:
            known = (
                ast.Comparison("<", low, high, span),
                ast.Comparison("!=", other, low, span),
            )
            yield ast.Disjunction(known, span)

    def _variable(self, span: Span) -> ast.Variable:
        self.fresh += 1
        return ast.Variable(f"bound {self.fresh} of {span.start}", span)


_TURNED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _aggregates(node: object) -> list[ast.Aggregate]:
    """The outermost aggregates in terms."""
    if isinstance(node, ast.Aggregate):
        return [node]
    if isinstance(node, tuple):
        return [found for part in node for found in _aggregates(part)]
    if not is_dataclass(node) or isinstance(node, Span | ast.Name | type):
        return []
    parts = (getattr(node, part.name) for part in fields(node) if part.name != "span")
    return [found for part in parts for found in _aggregates(part)]
