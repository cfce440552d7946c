"""Random ground programs, explored along random orders of their choices: no order is wrong.

The orders that inference picks are good ones, and hide mistakes that a bad order shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.probability.meaning import by_worlds, enumerate_worlds

from trivium.probability.derivations import Derivations
from trivium.probability.inference.bounds import bounds
from trivium.probability.inference.diagram import Diagram, explore, leaf_weights
from trivium.probability.inference.firing import Firing
from trivium.probability.inference.needed import needed
from trivium.probability.inference.residual import Steps
from trivium.probability.inference.shape import shape

CLOSE = 1e-9


@dataclass(frozen=True)
class Case:
    """A ground program with literals that are asked for and observed; `order` sorts its groups."""

    graph: Derivations
    queries: list[int]
    evidence: list[int]
    order: int

    def difference(self) -> str | None:
        """What is not as the worlds say; None where all is well."""
        graph, queries, evidence = self.graph, self.queries, self.evidence
        probabilities, holds = enumerate_worlds(graph)
        for literal in evidence:
            node = literal if literal >= 0 else ~literal
            probabilities = probabilities * (holds[node] == (literal >= 0))
        if probabilities.sum() < CLOSE:
            return None
        expected = by_worlds(graph, queries, evidence)
        found = needed(graph, [*queries, *evidence])
        asked = [x for x in found.literals[: len(queries)] if not isinstance(x, bool)]
        if asked:
            observed = [x for x in found.literals[len(queries) :] if not isinstance(x, bool)]
            for way in (self.explored, self.fired):
                values = way(found.derivations, list(dict.fromkeys(asked)), observed)
                for literal, value in zip(found.literals[: len(queries)], expected, strict=True):
                    if not isinstance(literal, bool) and abs(values[literal] - value) > CLOSE:
                        return f"{way.__name__} {values[literal]}, worlds {value}: {literal}"
        low, high = bounds(graph, queries[0], evidence, seconds=10.0)
        if not low - CLOSE <= expected[0] <= high + CLOSE:
            return f"bounds {low} to {high}, worlds {expected[0]}: literal {queries[0]}"
        return None

    def explored(
        self, graph: Derivations, asked: list[int], observed: list[int]
    ) -> dict[int, float]:
        steps = Steps(shape(graph), self.shuffled(graph), asked, observed, complete(graph))
        diagram = explore(steps, asked, observed, 1 << 40, lambda size: None)
        return _probabilities(diagram, graph, asked)

    def fired(self, graph: Derivations, asked: list[int], observed: list[int]) -> dict[int, float]:
        firing = Firing(graph, self.shuffled(graph), asked, observed, complete(graph))
        return _probabilities(firing.explored(1 << 40, lambda size: None), graph, asked)

    def shuffled(self, graph: Derivations) -> list[int]:
        order = list(range(len(graph.groups)))
        Random(self.order).shuffle(order)
        return order


def complete(graph: Derivations) -> list[int]:
    """The groups that always choose an alternative."""
    rests = [1.0 - sum([graph.weights[node] for node in group]) for group in graph.groups]
    return [group for group, rest in enumerate(rests) if rest <= 1e-15]


def _probabilities(diagram: Diagram, graph: Derivations, asked: list[int]) -> dict[int, float]:
    sums, total = diagram.probabilities(leaf_weights(graph))
    return {literal: value / total for literal, value in zip(asked, sums, strict=True)}


def make(random: Random) -> Case:
    graph = _graph(random)

    def literals(most: int) -> list[int]:
        nodes = random.sample(range(graph.nodes), min(graph.nodes, most))
        return [node if random.random() < 0.6 else ~node for node in nodes]

    return Case(
        graph,
        literals(random.randint(1, 4)),
        literals(random.choice([0, 0, 1, 2])),
        random.randrange(1 << 30),
    )


def _graph(random: Random) -> Derivations:
    """At most six groups and eight rows in strata: cycles within one, negation only below."""
    weights: list[float] = []
    groups = []
    for _ in range(random.randint(1, 6)):
        size = random.choice([1, 1, 1, 2, 3])
        parts = [random.randint(1, 5) for _ in range(size)]
        total = sum(parts) + random.randint(0, 3)
        groups.append(tuple(range(len(weights), len(weights) + size)))
        weights += [part / (total + (size == 1)) for part in parts]
    count, rows = len(weights), random.randint(1, 8)
    stratum = sorted(random.randint(0, 3) for _ in range(rows))
    choices, negated = random.choice([0.2, 0.35, 0.5, 0.7]), random.choice([0.1, 0.3, 0.6])
    rules = []
    for _ in range(random.randint(1, 16)):
        head = random.randrange(rows)
        body = []
        for _ in range(random.choice([0, 1, 1, 2, 2, 2, 3])):
            denied = random.random() < negated
            if random.random() < choices:
                node = random.randrange(count)
                body.append(~node if denied else node)
                continue
            row = random.randrange(rows)
            if stratum[row] < stratum[head]:
                body.append(~(count + row) if denied else count + row)
            elif stratum[row] == stratum[head]:
                body.append(count + row)
        rules.append((count + head, tuple(body)))
    return Derivations(weights, groups, count + rows, rules)
