"""Bounds of a run in which some answers of models are unknown: what surely holds, and what may.

    bounds = result.bounds()
    bounds["good"].certain          rows that hold whatever the missing answers are
    bounds["good"].possible         rows that hold for some of them; the others do not hold

Nobody is asked: what the run did not learn, or did not ask, may be any of the listed values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from trivium.analyse.bounds import CERTAIN, POSSIBLE, bounded, side
from trivium.analyse.outside import Signature
from trivium.analyse.questions import BOOL, NO, YES, asked_of, columns_of
from trivium.engine.asked import Asked
from trivium.engine.outside import Outside
from trivium.engine.provider import Input, ProvidedRow, Provider
from trivium.errors import ProgramError
from trivium.ir import nodes
from trivium.outcome import Between, Outcome, Row
from trivium.syntax import ast

if TYPE_CHECKING:
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


def bounds(
    tree: ast.Program,
    checked: nodes.Program,
    run: Run,
    start: Callable[[ast.Program | None, Mapping[str, Provider], Asked | None], Outcome],
) -> dict[str, Between]:
    """The bounds of each relation that rests on what models tell. Raises E327.

    Args:
        start: runs another program (None: this one) on the same data, with providers, for what is
            asked.
    """
    questions = asked_of(tree)
    arities = {name: relation.arity for name, relation in checked.relations.items()}
    program, two = bounded(tree, arities)
    outside = {each.source.name: each for each in run.evaluator.outside.values()}
    providers = {name: each.source.provider for name, each in outside.items()}
    providers = {name: each for name, each in providers.items() if name not in questions}
    for name, relation in questions.items():
        asked = outside.get(name)
        values = _values(relation, lambda domain: start(None, {}, {domain: ()}))
        providers[side(name, CERTAIN)] = Told(relation, asked, None)
        providers[side(name, POSSIBLE)] = Told(relation, asked, values)
    found = start(program, providers, None)

    def rows(name: str, which: str) -> tuple[Row, ...]:
        full = side(name, which)
        return tuple(found.view(full).rows()) if full in found.program.relations else ()

    return {
        name: Between(rows(name, CERTAIN), rows(name, POSSIBLE))
        for name in sorted(two)
        if name not in questions
    }


def _values(relation: ast.ModelRelation, run: Callable[[str], Outcome]) -> list[Row]:
    """All rows that an input may have. Raises E327 where a column's values are not listed."""
    columns: list[list[Any]] = []
    for output in relation.outputs:
        if output.column.type == BOOL:
            columns.append([YES, NO])
        elif output.labels:
            columns.append([term.value for term in output.labels])  # type: ignore[union-attr]
        elif output.domain is not None:
            told = run(output.domain.text).view(output.domain.text)
            columns.append([row[0] for row in told.rows()])
        else:
            column = output.column
            message = f"the values of `{column.name}` in `{relation.name}` are not listed"
            hint = f"list them: `{column.name}: {column.type} in [...]`"
            raise ProgramError(327, message, output.column.span, hint=hint)
    return list(product(*columns))
