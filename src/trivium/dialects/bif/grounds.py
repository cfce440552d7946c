"""What the states of a network's variables rest on: the tables as choices, for proofs and worlds.

    lung(yes) ← smoke(yes), "of lung, where smoke is yes: yes"

Each row of a table is a group of alternatives. Marginals need none of it: they are taken from the
tables themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from itertools import product

import numpy as np

from trivium.dialects.bif.network import Network, Table
from trivium.errors import LimitError, ProgramError
from trivium.probability.chances import Chances, Resting
from trivium.probability.decision import no_utility
from trivium.probability.grounding.reduce import Ground, reduce
from trivium.probability.inference.chance import Chance
from trivium.probability.inference.diagram import TooMany
from trivium.probability.inference.exact import CELL_BYTES, CELLS
from trivium.probability.inference.explore import Watch
from trivium.probability.inference.tables import Factor, Product, marginals, most_probable
from trivium.probability.world import World

# A variable and one of its states, by number.
State = tuple[int, int]


class NetworkGrounds:
    """The states of a network, of which some were observed."""

    def __init__(self, network: Network, observed: Mapping[int, int]) -> None:
        self.network = network
        self.observed = observed
        self.decisions: Collection[int] = ()

    def rest(self, places: Sequence[State]) -> Resting:
        network = self.network
        every = [*places, *self.observed.items()]
        needed = network.needed([variable for variable, _ in every])
        weights: list[float] = []
        groups: list[tuple[int, ...]] = []
        names: list[str] = []
        rules: list[tuple[State, tuple[State, ...], int]] = []
        for one in needed:
            own = network.variables[one]
            for given in product(*[range(len(network.variables[p].states)) for p in own.parents]):
                first = len(weights)
                body = tuple(zip(own.parents, given, strict=True))
                where = ", ".join([network.text(*state) for state in body])
                for state, weight in enumerate(own.table[given].tolist()):
                    if weight > 0.0:
                        rules.append(((one, state), body, len(weights)))
                        weights.append(weight)
                        names.append(network.text(one, state) + (f" [{where}]" if where else ""))
                groups.append(tuple(range(first, len(weights))))
        number: dict[State, int] = {}
        for one in needed:
            for state in range(len(network.variables[one].states)):
                number[one, state] = len(weights) + len(number)
        names += [network.text(*state) for state in number]
        ground = Ground(
            weights,
            groups,
            len(weights) + len(number),
            [
                (number[head], (*[number[state] for state in body], choice))
                for head, body, choice in rules
            ],
            names.__getitem__,
        )
        return Resting(reduce(ground, [number[state] for state in every]), (None,) * len(places))

    def text(self, place: State) -> str:
        return self.network.text(*place)

    def impossible(self) -> ProgramError:
        shown = " and ".join([f"`{self.text(state)}`" for state in self.observed.items()])
        message = f"what was observed, {shown}, has probability 0"
        return ProgramError(285, message, hint="correct what cannot have been observed")

    def utilities(self) -> list[tuple[State, float]]:
        raise no_utility()

    def choice(self, alternative: int) -> str:
        raise no_utility()

    def settle(self, chosen: Collection[int]) -> None:
        raise no_utility()


class NetworkChances(Chances[NetworkGrounds]):
    """Of each state how probable it is: from the network's own tables, where these suffice."""

    def of(self, places: Sequence[State]) -> list[Chance]:
        new = [place for place in places if place not in self._known]
        if self.inference.method in ("auto", "exact") and (new or not places):
            with suppress(TooMany):
                self._known |= self._marginals([variable for variable, _ in new])
        return super().of(places)

    def most_probable(self, asked: Sequence[tuple[str, State]]) -> World:
        """The most probable states of all variables that these and what was observed depend on;
        LimitError 303 where the tables would be too large."""
        network = self.grounds.network
        needed, product = self._product([variable for _, (variable, _) in asked])
        try:
            found = most_probable(product, CELLS, self._watch())
        except TooMany:
            message = f"the most probable states need tables of more than {CELLS:,} cells"
            raise LimitError(303, message, hint="ask for the probabilities of states") from None
        if found is None:
            raise self.grounds.impossible()
        chosen = dict(zip(needed, found, strict=True))
        chance, facts = 1.0, []
        for one, state in chosen.items():
            own = network.variables[one]
            share = float(own.table[(*[chosen[parent] for parent in own.parents], state)])
            facts.append(f"{share:.6g}::{network.text(one, state)}")
            chance *= share
        rows = [text for text, (one, state) in asked if chosen[one] == state]
        return World(chance, tuple(facts), (), tuple(rows))

    def _marginals(self, asked: Sequence[int]) -> dict[State, Chance]:
        """Of all states of these variables; TooMany where the tables would be too large."""
        needed, product = self._product(asked)
        found = marginals(product, CELLS, self._watch())
        if found is None:
            raise self.grounds.impossible()
        table = dict(zip(needed, found, strict=True))
        return {
            (one, state): Chance("exact", value, value, value)
            for one in dict.fromkeys(asked)
            for state, value in enumerate(table[one].tolist())
        }

    def _product(self, asked: Sequence[int]) -> tuple[list[int], Product]:
        """The variables that these and what was observed depend on, and their tables."""
        network, observed = self.grounds.network, self.grounds.observed
        needed = network.needed([*asked, *observed])
        place = {one: n for n, one in enumerate(needed)}
        variables = [network.variables[one] for one in needed]
        factors = [
            Factor((*[place[p] for p in own.parents], n), own.table)
            for n, own in enumerate(variables)
        ]
        sizes = [len(own.states) for own in variables]
        for one, state in observed.items():
            factors.append(Factor((place[one],), _only(state, sizes[place[one]])))
        return needed, Product(sizes, factors)

    def _watch(self) -> Callable[[int], None]:
        """Whether there is time left, and memory for so many cells; LimitError 301, 303."""
        watch = Watch(self.limits)
        return lambda cells: watch.check_bytes(cells * CELL_BYTES)


def _only(state: int, size: int) -> Table:
    table = np.zeros(size)
    table[state] = 1.0
    return table
