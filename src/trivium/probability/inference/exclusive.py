"""Bounds of literals that exclude each other, or of which one holds always.

    a in [0.1, 0.9]   b in [0.5, 0.6]   c = 0.2       one of a, b, c holds      a in [0.2, 0.3]

They are values of one variable (`variables.py`), or sets of its values that have none in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from trivium.probability.derivations import Derivations
from trivium.probability.inference.bounds import SLACK
from trivium.probability.inference.diagram import TooMany
from trivium.probability.inference.variables import Variables

Bounds = tuple[float, float]


def together(
    graph: Derivations, bounds: Mapping[int, Bounds], check: Callable[[int], None]
) -> dict[int, Bounds]:
    """The bounds of each literal, as narrow as those of the others make them."""
    found = dict(bounds)
    try:
        variables = Variables(graph, list(found), check)
    except TooMany:
        return found
    values: dict[int, dict[int, int]] = {}
    for literal in found:
        variable, bits = variables.allowed(literal)
        values.setdefault(variable, {})[literal] = bits
    for variable, own in values.items():
        every = (1 << variables.sizes[variable]) - 1
        # Twice, since what one literal learns may help another.
        for literal in [*own, *own] if len(own) > 1 else ():
            found[literal] = _narrowed(literal, own, every, found)
    return found


def _narrowed(
    literal: int, values: Mapping[int, int], every: int, bounds: Mapping[int, Bounds]
) -> Bounds:
    """The bounds of a literal, given those of others that exclude it and each other."""
    low, high = bounds[literal]
    taken = values[literal]
    least = most = 0.0
    # Those that say most first: of sets that overlap only one is counted.
    for other in sorted(values, key=lambda x: (bounds[x][1] - bounds[x][0], -bounds[x][0])):
        if not values[other] & taken:
            taken |= values[other]
            least += bounds[other][0]
            most += bounds[other][1]
    high = min(high, max(0.0, 1.0 - least + SLACK))
    if taken == every:
        low = max(low, 1.0 - most - SLACK)
    return min(low, high), high
