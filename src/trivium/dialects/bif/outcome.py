"""The outcome of a network: how probable each state of each variable is, and why.

A row is a state: `find("lung", ("yes",))`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any, NoReturn

from trivium.analyse.near import did_you_mean
from trivium.dialects import lacking
from trivium.dialects.bif.grounds import NetworkChances, State
from trivium.dialects.bif.network import Network
from trivium.engine.limits import Guard, Limits
from trivium.engine.run import Stats
from trivium.engine.tiny.view import TinyView
from trivium.engine.view import RelationView
from trivium.errors import DataError, ProgramError
from trivium.files.facts import write_table
from trivium.ir import nodes
from trivium.ir.types import Type
from trivium.outcome import Outcome, Row
from trivium.probability.explain import Explanation
from trivium.probability.weigh import Weigher


class NetworkOutcome(Outcome):
    """The states of a network's variables, given what was observed."""

    explains_absence = False

    def __init__(
        self, network: Network, chances: NetworkChances, asked: tuple[str, ...], start: float
    ) -> None:
        """`asked` are the variables that the run is about."""
        self.network = network
        self._chances = chances
        self._asked = asked
        self._seconds = perf_counter() - start

    @property
    def program(self) -> NoReturn:
        raise lacking("bif", "ir")

    @property
    def chances(self) -> NetworkChances:
        return self._chances

    @cached_property
    def stats(self) -> Stats:
        sizes = {name: len(self.places(name)) for name in self.relations}
        return Stats(self._seconds, 0, sizes)

    @property
    def profile(self) -> None:
        return None

    @property
    def relations(self) -> tuple[str, ...]:
        return tuple(self.network.number)

    @property
    def outputs(self) -> tuple[str, ...]:
        return self._asked

    def view(self, relation: str) -> RelationView:
        if relation not in self.network.number:
            raise KeyError(f"no variable is called `{relation}`")
        places = self.places(relation)
        found = self._chances.of(list(places.values()))
        shown = {row: chance.value for row, chance in zip(places, found, strict=True)}
        column = nodes.Column("state", Type.SYMBOL)
        view = TinyView(nodes.Relation(relation, (column,)), set(shown))
        view.chances = shown
        return view

    def find(self, relation: str, row: Sequence[Any]) -> State | None:
        number = self.network.number.get(relation)
        if number is None:
            hint = did_you_mean(relation, self.network.number)
            raise ProgramError(201, f"no variable is called `{relation}`", hint=hint)
        if len(row) != 1:
            raise DataError(652, f"`{relation}` has one column, its state, found {len(row)}")
        own = self.network.variables[number]
        if row[0] not in own.place:
            hint = f"its states are {', '.join(own.states)}"
            raise DataError(642, f"`{relation}` has no state `{row[0]}`", hint=hint)
        return number, own.place[row[0]]

    def places(self, relation: str) -> Mapping[Row, State]:
        number = self.network.number[relation]
        return {(s,): (number, n) for n, s in enumerate(self.network.variables[number].states)}

    def asked(self) -> list[tuple[str, State]]:
        places = [place for name in self._asked for place in self.places(name).values()]
        return [(self.network.text(*place), place) for place in places]

    def why(self, relation: str, row: Sequence[Any], place: State) -> Explanation:
        return self._chances.why(place)

    def why_not(self, relation: str, row: Sequence[Any]) -> NoReturn:
        raise lacking("bif", "why_not")

    def weigh(
        self, relation: str, row: Sequence[Any], semiring: Weigher[Any], over: Sequence[str]
    ) -> Any:
        return self._chances.weigh(self.find(relation, row), semiring)

    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> NoReturn:
        raise lacking("bif", "update")

    def write(self, folder: Path, guard: Guard, view: Callable[[str], RelationView]) -> list[Path]:
        """Write the states to `answers.csv`, each with its probability; E659."""
        path = folder / "answers.csv"
        write_table(path, ("answer", "probability"), self._answers())
        return [path]

    def print(self, view: Callable[[str], RelationView]) -> None:
        """Print each state with its probability."""
        answers = self._answers()
        width = max((len(text) for text, _ in answers), default=0)
        for text, value in answers:
            print(f"{text:>{width}}: {value:.8g}")

    def _answers(self) -> list[tuple[str, float]]:
        asked = self.asked()
        chances = self._chances.of([place for _, place in asked])
        return [(text, chance.value) for (text, _), chance in zip(asked, chances, strict=True)]
