"""How many rows a table of bindings is expected to have after each literal.

    path(x, y), edge(y, z)      rows(path) * rows(edge) / max(different y in path, in edge)

Values are taken to be spread evenly and columns to be independent; where two sides join, the side
with fewer different values is taken to have no others (Selinger et al., 1979). A wrong estimate
makes a plan slow, never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trivium.ir.nodes import Access, Aggregate, Atom, Compare, Const, Literal, Term, Var
from trivium.plan.statistics import Statistics
from trivium.plan.steps import Version

# The share of rows that pass a test; `=` and `!=` follow from the different values.
_PASS = {"match": 0.2, "contains": 0.2}
_OTHERWISE = 1 / 3
# A probe without a match costs about so much of a row that is made.
PROBE = 0.5
# An input of cost one costs about so much of a row that is made.
ASKED = 1000.0


@dataclass(frozen=True, slots=True)
class Size:
    """The expected rows of a table of bindings, and the different values of its variables."""

    rows: float
    different: Mapping[str, float] = field(default_factory=dict)

    def of(self, term: Term) -> float:
        """The different values of a term."""
        if isinstance(term, Const):
            return 1.0
        if isinstance(term, Var):
            return self.different.get(term.name, self.rows)
        return self.rows

    def combinations(self, names: tuple[str, ...]) -> float:
        """The different combinations of some variables."""
        product = 1.0
        for name in names:
            product *= self.different.get(name, self.rows)
        return min(product, self.rows)

    def given(self, names: set[str]) -> Size:
        """With more variables, as different as the rows where nothing else is known."""
        return Size(self.rows, {**dict.fromkeys(names, self.rows), **self.different})


def after(
    literal: Literal, size: Size, known: Statistics, version: Version = Version.FULL
) -> tuple[Size, float]:
    """The size once the literal has run, and the work that it takes."""
    match literal:
        case Atom(access=Access() as access):
            return _answered(literal, access, size)
        case Atom(negated=True):
            return Size(size.rows * 0.5, size.different), PROBE * size.rows
        case Atom():
            return _joined(literal, size, known, version)
        case Compare():
            return _compared(literal, size), 0.0
        case Aggregate():
            name = literal.result.name
            several = 3.0 if literal.kind in ("top", "range") else 1.0
            rows = size.rows * several
            share = rows
            if name in size.different:
                share = rows / max(size.of(literal.result), 1.0)
            return Size(share, {**size.different, name: share}), size.rows


def _answered(atom: Atom, access: Access, size: Size) -> tuple[Size, float]:
    """An input is asked once, and is taken to have one row."""
    asked = 1.0
    for place in access.inputs:
        term = atom.args[place]
        assert term is not None
        asked *= size.of(term)
    work = ASKED * access.cost * min(asked, size.rows)
    if atom.negated:
        return Size(size.rows * 0.5, size.different), work
    names = {term.name for term in atom.args if isinstance(term, Var)}
    checked = any(
        isinstance(term, Const) or (isinstance(term, Var) and term.name in size.different)
        for place, term in enumerate(atom.args)
        if place not in access.inputs
    )
    return Size(size.rows * (0.5 if checked else 1.0), size.different).given(names), work


def _joined(atom: Atom, size: Size, known: Statistics, version: Version) -> tuple[Size, float]:
    keys = tuple(
        column
        for column, term in enumerate(atom.args)
        if isinstance(term, Const) or (isinstance(term, Var) and term.name in size.different)
    )
    rows = known.rows(atom.relation, version)
    asked = 1.0
    for column in keys:
        term = atom.args[column]
        assert term is not None
        asked *= size.of(term)
    found = min(max(1.0, known.different(atom.relation, keys)), max(1.0, rows))
    result = size.rows * rows / max(found, asked, 1.0)
    different = dict(size.different)
    binds = False
    for column, term in enumerate(atom.args):
        if isinstance(term, Var):
            values = min(known.different(atom.relation, (column,)), max(1.0, rows))
            binds = binds or term.name not in different
            different[term.name] = min(values, different.get(term.name, values))
    if not binds:
        result = min(result, size.rows)
    capped = {name: min(values, max(result, 1.0)) for name, values in different.items()}
    return Size(result, capped), PROBE * size.rows + result


def _compared(compare: Compare, size: Size) -> Size:
    left, right = compare.left, compare.right
    for side, other in ((left, right), (right, left)):
        if compare.op == "=" and isinstance(side, Var) and side.name not in size.different:
            return Size(size.rows, {**size.different, side.name: size.of(other)})
    equal = 1.0 / max(size.of(left), size.of(right), 1.0)
    share = _PASS.get(compare.op, _OTHERWISE)
    if compare.op in ("=", "!="):
        share = equal if compare.op == "=" else 1.0 - min(equal, 0.5)
    return Size(size.rows * share, size.different)
