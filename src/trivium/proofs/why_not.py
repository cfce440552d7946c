"""Why a row does not hold: for each rule, the first literal that no binding gets past.

path(3, 1) does not hold.
- path(x, y) :- edge(x, y).
    fails at edge(x, y): no row matches edge(3, 1); nearest: edge(2, 3), edge(1, 2)
- path(x, z) :- path(x, y), edge(y, z).
    holds: path(x, y)
    fails at ...
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trivium.engine.bindings import Bindings, concatenate
from trivium.engine.provider import show_input
from trivium.engine.relation import Stored
from trivium.engine.values import encode_value
from trivium.ir.nodes import Aggregate, Atom, Compare, Const, Literal, Rule, Value, Var
from trivium.ir.text import write_plain
from trivium.ir.values import write_value
from trivium.ir.writer import write, write_row
from trivium.plan.build import plan_body
from trivium.plan.order import binds, order_body, term_variables
from trivium.proofs.proof import TERM
from trivium.proofs.prover import (
    Prover,
    bind_head,
    row_values,
    used_columns,
    variable_types,
)
from trivium.syntax.written import show_literal

# How deep missing rows are followed, and how many bindings and near rows are shown.
DEPTH = 3
SHOWN = 3


@dataclass(frozen=True)
class Failure:
    """How far one rule gets: the literals that hold together, and the one that does not."""

    rule_text: str
    holds: tuple[str, ...]
    fails: str
    reason: str
    bindings: tuple[dict[str, Value], ...] = ()
    below: WhyNot | None = None


@dataclass(frozen=True)
class WhyNot:
    """Why a row is not there: a failure for each rule, or the rows that are nearest."""

    row_text: str
    failures: tuple[Failure, ...]
    remark: str = ""

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        lines = [f"{self.row_text} does not hold{': ' + self.remark if self.remark else '.'}"]
        for failure in self.failures:
            lines.append(f"- {failure.rule_text}")
            if failure.holds:
                lines.append(f"    holds: {', '.join(failure.holds)}")
            for binding in failure.bindings:
                cells = [(name, write_value(v, write_plain)) for name, v in binding.items()]
                shown = ", ".join(f"{name} = {text}" for name, text in cells)
                lines.append(f"    with {shown}")
            lines.append(f"    fails at {failure.fails}: {failure.reason}")
            if failure.below is not None:
                lines += [f"      {line}" for line in failure.below._lines()]
        return lines

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


class Doubter:
    """Explains the rows that a run did not derive."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.evaluator = prover.evaluator
        self.shapes = prover.program.shapes

    def explain(self, relation: str, row: Sequence[Value], depth: int = DEPTH) -> WhyNot:
        """`row` has a value for each column, and is not in the relation."""
        stored = self.evaluator.relations[relation]
        text = write_row(stored.relation, row, self.shapes, TERM)
        rules = [r for r in self.prover.program.rules if r.head.relation == relation]
        failures = tuple(self._failure(rule, row, depth) for rule in rules)
        if failures:
            return WhyNot(text, failures)
        columns = list(range(stored.relation.arity))
        return WhyNot(text, (), self._nearest(stored, columns, row, columns))

    def _failure(self, rule: Rule, row: Sequence[Value], depth: int) -> Failure:
        text = self.prover.rule_text(rule)
        body, seeds = bind_head(rule)
        symbols = self.evaluator.symbols
        known = {}
        for name, place in seeds.items():
            kind = self.evaluator.relations[rule.head.relation].relation.columns[place].type
            cell = encode_value(row[place], kind, symbols)
            known[name] = self.evaluator.backend.column([cell])
        bindings = Bindings(1, known)
        for place, term in enumerate(rule.head.args):
            if isinstance(term, Const | Var) and not self._agrees(term, row[place], bindings):
                reason = f"{write(row[place], term.type, self.shapes, TERM)} does not match"
                return Failure(text, (), self._literal(rule, rule.head), reason)
        holds: list[str] = []
        for place in order_body(body, set(seeds), None).places:
            literal = body[place]
            after = self._extend(literal, bindings)
            if after is None:
                shown = self._shown(rule, bindings)
                reason, below = self._reason(literal, bindings, depth)
                fails = self._literal(rule, literal)
                return Failure(text, tuple(holds), fails, reason, shown, below)
            bindings = after
            holds.append(self._literal(rule, literal))
        relation = self.evaluator.relations[rule.head.relation].relation
        reason = "another row was chosen before it" if relation.choices else "a better row stays"
        return Failure(text, tuple(holds), "nothing", reason)

    def _literal(self, rule: Rule, literal: Literal) -> str:
        return show_literal(literal, self.prover.program, rule.body)

    def _agrees(self, term: Const | Var, value: Value, bindings: Bindings) -> bool:
        """Whether a head term can be the value: a constant must be it, a variable be so twice."""
        cell = int(self.evaluator.evaluate(term, bindings)[0])
        return cell == encode_value(value, term.type, self.evaluator.symbols)

    def _extend(self, literal: Literal, bindings: Bindings) -> Bindings | None:
        bound = set(bindings.columns)
        steps = plan_body([literal], bound, None, bound | binds(literal), "#ignored")
        tables = list(self.evaluator.stream(steps, bindings))
        if not tables:
            return None
        found = concatenate(self.evaluator.backend, tables)
        kept = {name: c for name, c in found.columns.items() if not name.startswith("#ignored")}
        return Bindings(found.length, kept)

    def _shown(self, rule: Rule, bindings: Bindings) -> tuple[dict[str, Value], ...]:
        few = bindings.part(0, SHOWN)
        columns = {
            name: self.evaluator.values(few.columns[name], kind)
            for name, kind in variable_types(rule).items()
            if name in few.columns
        }
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return tuple(row for i, row in enumerate(rows) if row not in rows[:i])

    # --- reasons ---------------------------------------------------------------------------------

    def _reason(
        self, literal: Literal, bindings: Bindings, depth: int
    ) -> tuple[str, WhyNot | None]:
        first = bindings.part(0, 1)
        match literal:
            case Atom(negated=True):
                shown = ", ".join(self.prover.show_arguments(literal, first))
                return f"{literal.relation}({shown}) holds", None
            case Atom():
                return self._missing(literal, first, depth)
            case Compare():
                return self._compared(literal, first), None
            case Aggregate():
                return f"`{literal.kind}` has no result over no rows", None

    def _compared(self, compare: Compare, first: Bindings) -> str:
        sides = []
        for side in (compare.left, compare.right):
            cell = self.evaluator.evaluate(side, first)
            value = self.evaluator.values(cell, side.type)[0]
            sides.append(write(value, side.type, self.shapes, TERM))
        return f"{sides[0]} {compare.op} {sides[1]} is false"

    def _missing(self, atom: Atom, first: Bindings, depth: int) -> tuple[str, WhyNot | None]:
        """No row matches: follow a derived row that is fully known, else show the nearest."""
        shown = ", ".join(self.prover.show_arguments(atom, first))
        reason = f"no row matches {atom.relation}({shown})"
        asked = self.prover.asked_about(atom, first)
        if asked is not None:
            return self._unanswered(atom, asked, reason), None
        stored = self.evaluator.relations[atom.relation]
        known: dict[int, Any] = {}
        for place, term in enumerate(atom.args):
            bound = term is not None and {v.name for v in term_variables(term)} <= set(
                first.columns
            )
            if term is not None and bound:
                cell = self.evaluator.evaluate(term, first)
                known[place] = self.evaluator.values(cell, term.type)[0]
        derived = any(r.head.relation == atom.relation for r in self.prover.program.rules)
        if derived and len(known) == len(atom.args):
            row = [known[place] for place in range(len(atom.args))]
            return reason, self.explain(atom.relation, row, depth - 1) if depth > 1 else None
        near = self._nearest(stored, list(known), list(known.values()), used_columns(atom))
        return f"{reason}; {near}", None

    def _unanswered(self, atom: Atom, asked: tuple[Value, ...], reason: str) -> str:
        """What a provider said instead, if it was asked."""
        outside = self.evaluator.outside[atom.relation]
        if not outside.was_asked(asked):
            about = show_input(asked, outside.kinds)
            return f"the provider `{atom.relation}` was not asked about {about}"
        unknown = outside.unknown.get(asked)
        if unknown is not None:
            return f"{reason}; whether it holds is unknown, because {unknown.reason}"
        columns = range(outside.stored.relation.arity)
        every = outside.stored.backend.numbers(0, outside.stored.length)
        same = [
            row
            for row in row_values(self.evaluator, outside.stored, every)
            if tuple(row[place] for place in outside.inputs) == asked
        ]
        used = [self.prover.show_used(outside.stored, row, columns) for row in same]
        shown = [f"{atom.relation}({cells})" for cells in used]
        said = ", ".join(shown[:SHOWN]) or "no row"
        return f"{reason}; the provider gave {said}"

    def _nearest(
        self,
        stored: Stored,
        columns: Sequence[int],
        values: Sequence[Value],
        used: Sequence[int],
    ) -> str:
        """The rows that agree with most of the values, by their `used` cells."""
        if not stored.length:
            return f"`{stored.relation.name}` is empty"
        backend = stored.backend
        less = backend.constant(0, stored.length)  # the more values are the same, the less
        for column, value in zip(columns, values, strict=True):
            kind = stored.relation.columns[column].type
            code = encode_value(value, kind, self.evaluator.symbols)
            mask = stored.present(column)
            same = stored.column(column) == code
            less = less - backend.choose(same if mask is None else same & mask, 1, 0)
        if not less.any():
            return "no row has any of these values"
        best = backend.sort([less])[:SHOWN]
        best = best[less[best] == less[best[0]]]
        shown = []
        for cells in row_values(self.evaluator, stored, best):
            shown.append(f"{stored.relation.name}({self.prover.show_used(stored, cells, used)})")
        return f"nearest: {', '.join(shown)}"
