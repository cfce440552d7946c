"""Probabilities that make what was observed most likely: expectation maximisation.

    t(0.5, p)::0.   0.9::1.   2 ← 0, 1        observed: 2 three times, not 2 seven times
    p = 0.3333, since 0.9 p = 0.3

Each round takes from every example how often each alternative is expected to have been chosen,
given all that the example says, by exact gradients of its circuit; then each probability becomes
the share in which it was. No round makes the examples less likely.

Source: A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum likelihood from incomplete data via
the EM algorithm", 1977; B. Gutmann, I. Thon and L. De Raedt, "Learning the parameters of
probabilistic logic programs from interpretations", ECML 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from trivium.engine.limits import Limits
from trivium.errors import ProgramError
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Ground
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.inference.diagram import TooMany
from trivium.probability.inference.exact import CELL_BYTES, CELLS
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.needed import needed
from trivium.probability.inference.tables import CASE, Factor, Tree
from trivium.probability.inference.variables import Variables
from trivium.probability.layers import Layers, layered

Floats = npt.NDArray[np.float64]
# A learnt probability is kept this far from 0 and 1 at the start, which no round could leave.
MARGIN = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """Probabilities by name, and the logarithm of the likelihood before each round and at the end.

    `seen` are the names that some example bears on.
    """

    weights: dict[str, float]
    history: tuple[float, ...]
    converged: bool
    seen: frozenset[str]


def fit(
    ground: Ground,
    parameters: Mapping[int, str],
    examples: Sequence[Sequence[int | bool]],
    *,
    rounds: int,
    tolerance: float,
    limits: Limits,
    progress: Callable[[int, float], None] | None = None,
) -> Fitted:
    """Learn from what each example observed.

    Args:
        ground: with the values that the probabilities start from.
        parameters: of each alternative that has a probability to learn its name; those of one name
            have the same.
        examples: literals of the ground program that were observed together, or whether something
            certain agrees with what was observed.
        tolerance: no more rounds once one adds less than this, of the whole, to the log-likelihood.

    Raises ProgramError 285 for an example that cannot be, LimitError 301 or 303.
    """
    watch = Watch(limits)
    weights = np.array(ground.weights, np.float64)
    for alternative in parameters:
        weights[alternative] = min(1 - MARGIN, max(MARGIN, weights[alternative]))
    graph = Derivations(weights.tolist(), ground.groups, ground.nodes, ground.rules)
    alike: dict[tuple[int | bool, ...], list[int]] = {}
    for number, observed in enumerate(examples, 1):
        alike.setdefault(tuple(dict.fromkeys(observed)), []).append(number)
    try:
        cases: Sequence[_Case | _Together] = [_Together(graph, parameters, alike, watch)]
    except TooMany:
        cases = [
            _Case(graph, parameters, observed, len(numbers), numbers[0], watch)
            for observed, numbers in alike.items()
        ]
    names = sorted(set(parameters.values()))
    history: list[float] = []
    converged = False
    seen: set[str] = set()
    for turn in range(rounds + 1):
        watch.check(0)
        tally = _Tally(names)
        likelihood = sum(case.expect(weights, tally) for case in cases)
        history.append(likelihood)
        if progress is not None:
            progress(turn, likelihood)
        seen = {name for name in names if tally.chances[name] > 0.0}
        converged = turn > 0 and likelihood - history[-2] <= tolerance * max(1.0, abs(likelihood))
        if converged or turn == rounds:
            break
        for alternative, name in parameters.items():
            if name in seen:
                weights[alternative] = tally.taken[name] / tally.chances[name]
    found = {name: float(weights[a]) for a, name in parameters.items()}
    return Fitted({n: found[n] for n in names}, tuple(history), converged, frozenset(seen))


class _Tally:
    """How often each probability is expected to have been taken, and in how many chances."""

    def __init__(self, names: Sequence[str]) -> None:
        self.taken = dict.fromkeys(names, 0.0)
        self.chances = dict.fromkeys(names, 0.0)


class _Together:
    """All examples at once, over tables; TooMany where these are too large."""

    def __init__(
        self,
        graph: Derivations,
        parameters: Mapping[int, str],
        alike: Mapping[tuple[int | bool, ...], Sequence[int]],
        watch: Watch,
    ) -> None:
        self.parameters = parameters
        self.watch = watch
        self.numbers = [numbers[0] for numbers in alike.values()]
        self.counts = np.array([float(len(numbers)) for numbers in alike.values()])
        for number, observed in zip(self.numbers, alike, strict=True):
            if any(x is False for x in observed):
                raise _impossible(number)
        open_ones = [[x for x in observed if not isinstance(x, bool)] for observed in alike]
        asked = list(dict.fromkeys([x for own in open_ones for x in own]))
        self.reduced = needed(graph, asked, parameters)
        truth = dict(zip(asked, self.reduced.literals, strict=True))
        self.observed: list[list[int]] = []
        for number, own in zip(self.numbers, open_ones, strict=True):
            found = [truth[x] for x in own]
            if any(x is False for x in found):
                raise _impossible(number)
            self.observed.append([x for x in found if not isinstance(x, bool)])
        self.literals = list(dict.fromkeys([x for own in self.observed for x in own]))
        self.origins = self.reduced.origins[: len(self.reduced.derivations.weights)]
        self.whole = {node: group for group in graph.groups for node in group}
        self.trees: dict[tuple[object, ...], Tree] = {}
        self._tree(*self._factors(np.array(graph.weights, np.float64)))

    def _factors(self, weights: Floats) -> tuple[Variables, list[Factor]]:
        """The program's tables, and one for each variable that is observed in some case."""
        graph = self.reduced.derivations
        own = weights[list(self.origins)].tolist()
        told = Derivations(own, graph.groups, graph.nodes, graph.rules)
        variables = Variables(told, self.literals, self.watch.check_bytes)
        seen: dict[int, Floats] = {}
        for case, literals in enumerate(self.observed):
            for literal in literals:
                variable, holds = variables.mask(literal)
                if variable not in seen:
                    seen[variable] = np.ones((len(self.observed), len(holds)))
                seen[variable][case] *= holds
        evidence = [Factor((CASE, variable), table) for variable, table in seen.items()]
        return variables, [*variables.factors, *evidence]

    def _tree(self, variables: Variables, factors: Sequence[Factor]) -> Tree:
        scopes = [factor.scope for factor in factors]
        key = (tuple(variables.sizes), tuple(scopes))
        if key not in self.trees:
            self.trees[key] = Tree(variables.sizes, scopes, CELLS / len(self.observed))
        return self.trees[key]

    def expect(self, weights: Floats, tally: _Tally) -> float:
        """The logarithm of the likelihood; what is expected of the choices goes into the tally."""
        variables, factors = self._factors(weights)
        tree = self._tree(variables, factors)
        check = self._check
        check(int(tree.cells))
        tables, scales = tree.forward([factor.table for factor in factors], check)
        logs = np.zeros(len(self.observed))
        for scale in scales:
            logs += np.log(scale)
        seeds = {}
        for root in tree.roots:
            value = np.broadcast_to(tables[root], logs.shape)
            if not value.all():
                raise _impossible(self.numbers[int(value.argmin())])
            # A root without cases is the same in all of them.
            shared = self.counts / value
            seeds[root] = shared if tables[root].ndim else shared.sum()
            logs += np.log(value)
        wanted = [leaf < len(variables.factors) for leaf in range(tree.leaves)]
        slopes = tree.backward(tables, seeds, wanted, check, scales)
        expected: dict[int, Floats] = {}

        def add(group: int, values: Floats) -> None:
            expected[group] = expected[group] + values if group in expected else values

        # Tables were scaled: by a cell of its own a derivative is of the cell as it was.
        for group, variable in variables.switches.items():
            place = next(n for n, f in enumerate(factors) if f.scope == (variable,))
            add(group, factors[place].table * _of(slopes[place]) / scales[place])
        for filled in variables.filled:
            for group, values in filled.expected(
                _of(slopes[filled.factor]) / scales[filled.factor]
            ):
                add(group, np.array(values))
        for group, total in expected.items():
            self._group(self.reduced.derivations.groups[group], total.tolist(), weights, tally)
        return float(self.counts @ logs)

    def _group(
        self, members: Sequence[int], values: Sequence[float], weights: Floats, tally: _Tally
    ) -> None:
        """`values` are how often each member, and then none of them, is expected to be chosen."""
        shares = {self.origins[m]: v for m, v in zip(members, values, strict=False)}
        others = [node for node in self.whole[self.origins[members[0]]] if node not in shares]
        rest = 1.0 - sum([weights[node] for node in shares])
        for node in others:  # nothing speaks of them: chosen as often as the rest allows
            left = values[-1] if len(values) > len(members) else 0.0
            shares[node] = left * weights[node] / rest if rest > 0.0 else 0.0
        still = [node for node in shares if node not in self.parameters]
        free = sum(values) - sum([shares[node] for node in still])
        fixed = sum([weights[node] for node in still])
        for node, share in shares.items():
            if name := self.parameters.get(node):
                tally.taken[name] += max(0.0, share)
                tally.chances[name] += max(0.0, free) / max(MARGIN, 1.0 - fixed)

    def _check(self, cells: int) -> None:
        self.watch.check_bytes(cells * CELL_BYTES * len(self.observed))


def _of(slope: Floats | None) -> Floats:
    assert slope is not None
    return slope


class _Case:
    """Examples that observed the same."""

    def __init__(
        self,
        graph: Derivations,
        parameters: Mapping[int, str],
        observed: tuple[int | bool, ...],
        count: int,
        number: int,
        watch: Watch,
    ) -> None:
        self.count, self.number = count, number
        self.parameters = parameters
        open_literals = [x for x in observed if not isinstance(x, bool)]
        if any(x is False for x in observed):
            raise _impossible(number)
        reduced = needed(graph, open_literals, parameters)
        if any(x is False for x in reduced.literals):
            raise _impossible(number)
        self.origins = np.array(reduced.origins[: len(reduced.derivations.weights)], np.int64)
        evidence = [x for x in reduced.literals if not isinstance(x, bool)]
        self.layers: Layers | None = None
        if evidence:
            circuit = compile_circuit(reduced.derivations, (), evidence, limits=watch.limits)
            self.layers = layered(circuit)
        place = {int(node): n for n, node in enumerate(self.origins)}
        # Of each group with something to learn: its alternatives, and their places if they are
        # spoken of.
        self.groups = [
            [(node, place.get(node)) for node in group]
            for group in graph.groups
            if any(node in place for node in group) and any(node in parameters for node in group)
        ]

    def expect(self, weights: Floats, tally: _Tally) -> float:
        """The logarithm of the likelihood; what is expected of the choices goes into the tally."""
        if self.layers is None:
            return 0.0
        own = weights[self.origins]
        value, slopes = self.layers.gradient(own[:, None], np.ones((1, 1)))
        likelihood = float(value[0, 0])
        if likelihood <= 0.0:
            raise _impossible(self.number)
        expected = own * slopes[:, 0] / likelihood
        for group in self.groups:
            self._group(group, weights, expected, tally)
        return self.count * log(likelihood)

    def _group(
        self,
        group: Sequence[tuple[int, int | None]],
        weights: Floats,
        expected: Floats,
        tally: _Tally,
    ) -> None:
        # A slope is against "none"; what that was expected follows, since all add up to one.
        spoken = [(node, place) for node, place in group if place is not None]
        none = 1.0 - sum(expected[place] for _, place in spoken)
        rest = max(0.0, 1.0 - sum(weights[node] for node, _ in spoken))
        shares = {node: expected[place] + none * weights[node] for node, place in spoken}
        left = none * rest
        for node, place in group:
            if place is None:  # chosen as often as the rest allows
                shares[node] = left * weights[node] / rest if rest > 0.0 else 0.0
        fixed = sum(weights[node] for node, _ in group if node not in self.parameters)
        free = 1.0 - sum(shares[node] for node, _ in group if node not in self.parameters)
        for node, _ in group:
            if name := self.parameters.get(node):
                tally.taken[name] += self.count * max(0.0, shares[node])
                tally.chances[name] += self.count * max(0.0, free) / max(MARGIN, 1.0 - fixed)


def _impossible(number: int) -> ProgramError:
    message = f"example {number} has probability 0"
    hint = "correct the example, or start from probabilities that allow it"
    return ProgramError(285, message, hint=hint)
