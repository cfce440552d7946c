"""Ground programs at random, and their meaning by enumeration: what circuits are held to."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st
from tests.probability.meaning import enumerate_worlds

from trivium.probability.circuit import Circuit
from trivium.probability.derivations import Derivations


@st.composite
def derivations(draw, negation=True, cycles=True):
    """At most four groups of at most three alternatives, and at most five derived rows. Negated are
    alternatives, and without cycles earlier rows too."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    weights, groups = [], []
    for size in sizes:
        parts = draw(st.lists(st.integers(0, 5), min_size=size + 1, max_size=size + 1))
        total = sum(parts) or 1
        groups.append(tuple(range(len(weights), len(weights) + size)))
        weights += [part / total for part in parts[:size]]
    alternatives, derived = len(weights), draw(st.integers(1, 5))
    rules = []
    for head in range(alternatives, alternatives + derived):
        last = alternatives + derived - 1 if cycles else head - 1
        negatable = 0 if not negation else alternatives if cycles else head
        for _ in range(draw(st.integers(0, 3))):
            nodes = draw(st.lists(st.integers(0, last), max_size=3, unique=True))
            flips = draw(st.lists(st.booleans(), min_size=len(nodes), max_size=len(nodes)))
            pairs = zip(nodes, flips, strict=True)
            rules.append((head, tuple(~n if flip and n < negatable else n for n, flip in pairs)))
    return Derivations(weights, groups, alternatives + derived, rules)


def worlds(ground):
    """Each world: the leaves chosen (an alternative, or `alternatives + group` for none), its
    probability, and the nodes that hold."""
    alternatives = len(ground.weights)
    options = [(*group, alternatives + g) for g, group in enumerate(ground.groups)]
    probabilities, holds = enumerate_worlds(ground)
    for i, chosen in enumerate(itertools.product(*options)):
        yield chosen, probabilities[i], set(np.flatnonzero(holds[:, i]).tolist())


def circuit_of_worlds(ground, roots):
    """The largest circuit: each root a sum over all worlds where it holds."""
    alternatives = len(ground.weights)
    leaves = alternatives + len(ground.groups)
    groups = np.array([g for g, members in enumerate(ground.groups) for _ in members])
    product, lists, found = [], [], []
    everything = [(chosen, holds) for chosen, _, holds in worlds(ground)]
    for root in roots:
        terms = []
        for chosen, holds in everything:
            if root in holds:
                product.append(True)
                lists.append(list(chosen))
                terms.append(leaves + len(product) - 1)
        product.append(False)
        lists.append(terms)
        found.append(leaves + len(product) - 1)
    starts = np.concatenate(([0], np.cumsum([len(below) for below in lists]))).astype(np.int64)
    children = np.array([child for below in lists for child in below], np.int64)
    return Circuit(
        alternatives, groups, np.array(product, bool), starts, children, np.array(found, np.int64)
    )
