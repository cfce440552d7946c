"""Bounds of a run in which some answers of models are unknown: what surely holds, and what may.

    bounds = result.bounds()
    bounds["good"].certain          rows that hold whatever the missing answers are
    bounds["good"].possible         rows that hold for some of them; the others do not hold

Nobody is asked: what the run did not learn, or did not ask, may be any of the listed values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from trivium.analyse.bounds import CERTAIN, POSSIBLE, bounded, side
from trivium.analyse.outside import Signature
from trivium.analyse.questions import BOOL, NO, YES, columns_of, questions_of
from trivium.engine.outside import Outside
from trivium.engine.provider import Input, ProvidedRow, Provider
from trivium.errors import ProgramError
from trivium.outcome import Between, Row
from trivium.syntax import ast

if TYPE_CHECKING:
    from trivium.dialects.datalog.program import Again
    from trivium.engine.run import Run


class Told(Provider):
    """What a run has learned of a relation; with `anything`, what it has not may be any value."""

    def __init__(
        self, relation: ast.ModelRelation, asked: Outside | None, values: Sequence[Row] | None
    ) -> None:
        names = [(column.name, None) for column in columns_of(relation)]
        self.signature = Signature(tuple(names), tuple(range(len(relation.inputs))))
        self.asked = asked
        self.values = values

    def answer(self, inputs: Sequence[Input]) -> Iterator[Sequence[Row]]:
        for row in inputs:
            known = None if self.asked is None else self.asked.answers.get(row)
            if known is not None:
                yield [f.values if isinstance(f, ProvidedRow) else f for f in known]
            else:
                yield self.values or ()


def bounds(again: Again, run: Run) -> dict[str, Between]:
    """The bounds of each relation that rests on what models tell. Raises E327."""
    tree = again.program.prepared.tree
    questions = questions_of(tree)
    arities = {name: relation.arity for name, relation in again.checked.relations.items()}
    program, two = bounded(tree, arities)
    outside = {each.source.name: each for each in run.evaluator.outside.values()}
    providers: dict[str, Provider] = {}
    for name, relation in questions.items():
        asked = outside.get(name)
        providers[side(name, CERTAIN)] = Told(relation, asked, None)
        providers[side(name, POSSIBLE)] = Told(relation, asked, _values(relation, again))
    prepared = again.program.prepared.other(program, again.checked)
    options = replace(again.options, providers=providers, profile=False, output_dir=None)
    data = {name: rows for name, rows in again.data.items() if name not in questions}
    found = type(again.program)(prepared).start(options, None, data)

    def rows(name: str, which: str) -> tuple[Row, ...]:
        full = side(name, which)
        return tuple(found.view(full).rows()) if full in found.program.relations else ()

    return {
        name: Between(rows(name, CERTAIN), rows(name, POSSIBLE))
        for name in sorted(two)
        if name not in questions
    }


def _values(relation: ast.ModelRelation, again: Again) -> list[Row]:
    """All rows that an input may have. Raises E327 where a column's values are not listed."""
    columns = []
    for output in relation.outputs:
        if output.column.type == BOOL:
            columns.append([YES, NO])
        elif output.labels:
            columns.append([term.value for term in output.labels])  # type: ignore[union-attr]
        elif output.domain is not None:
            plain = replace(again.options, providers={}, profile=False, output_dir=None)
            told = again.program.start(plain, {output.domain.text: ()}, again.data)
            columns.append([row[0] for row in told.view(output.domain.text).rows()])
        else:
            column = output.column
            message = f"the values of `{column.name}` in `{relation.name}` are not listed"
            hint = f"list them: `{column.name}: {column.type} in [...]`"
            raise ProgramError(327, message, output.column.span, hint=hint)
    return list(product(*columns))
