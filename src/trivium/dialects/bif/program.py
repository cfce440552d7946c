"""A network, and its runs: what was observed goes in, and the states of all variables come out.

run(smoke="yes")      run({"patient": [{"smoke": ...}]})      one row of states, by variable
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, NoReturn

from trivium.analyse.near import did_you_mean
from trivium.dialects import lacking
from trivium.dialects.bif.grounds import NetworkChances, NetworkGrounds
from trivium.dialects.bif.network import Network
from trivium.dialects.bif.outcome import NetworkOutcome
from trivium.dialects.bif.read import read
from trivium.dialects.contract import Example, Surroundings
from trivium.engine.asked import Asked
from trivium.engine.given import take
from trivium.engine.limits import Limits
from trivium.engine.run import Options
from trivium.errors import DataError, ProgramError
from trivium.ir import nodes
from trivium.probability.inference.chance import inference_of
from trivium.source import Source
from trivium.syntax import ast


def check(source: Source, around: Surroundings) -> NetworkProgram:
    """Raises DataError 640 and 641."""
    return NetworkProgram(read(source))


class NetworkProgram:
    """A Bayesian network."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def ir(self, data: Mapping[str, Any]) -> NoReturn:
        raise lacking("bif", "ir")

    def models(self) -> dict[str, ast.Model]:
        return {}

    def questions(self) -> dict[str, ast.ModelRelation]:
        return {}

    def learn(
        self,
        examples: Sequence[Example],
        options: Options,
        data: Mapping[str, Any],
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None,
    ) -> NoReturn:
        raise lacking("bif", "learn")

    def start(
        self, options: Options, asked: Asked | None, data: Mapping[str, Any]
    ) -> NetworkOutcome:
        """The states of all variables, or of those that are `asked` for; `data` is observed."""
        start = perf_counter()
        network = self.network
        for name in asked or ():
            if name not in network.number:
                hint = did_you_mean(name, network.number)
                raise ProgramError(201, f"no variable is called `{name}`", hint=hint)
        grounds = NetworkGrounds(network, self._observed(data))
        limits, how = options.limits or Limits(), inference_of(options.inference)
        chances = NetworkChances(grounds, limits, how)
        return NetworkOutcome(network, chances, tuple(asked or network.number), start)

    def _observed(self, data: Mapping[str, Any]) -> dict[int, int]:
        """By variable the state that was observed; E642."""
        found: dict[int, int] = {}
        for name, rows in data.items():
            for variable, states in self._told(name, rows):
                number = self.network.number.get(variable)
                if number is None:
                    hint = did_you_mean(variable, self.network.number)
                    raise DataError(642, f"no variable is called `{variable}`", hint=hint)
                own = self.network.variables[number]
                different = list(dict.fromkeys([x for x in states if x is not None]))
                if len(different) > 1 or len(states) > 1:
                    message = f"`{variable}` was observed in {len(states)} rows, not in one"
                    raise DataError(642, message, hint="run the network once for each of them")
                for state in different:
                    place = own.place.get(state)
                    if place is None:
                        hint = did_you_mean(str(state), own.states) or (
                            f"its states are {', '.join(own.states)}"
                        )
                        raise DataError(642, f"`{variable}` has no state `{state}`", hint=hint)
                    if found.setdefault(number, place) != place:
                        raise DataError(642, f"`{variable}` was observed in two states")
        return found

    def _told(self, name: str, rows: Any) -> Iterator[tuple[str, Sequence[nodes.Value]]]:
        """By variable the values that are given: the one of its own, or the columns of a table."""
        if isinstance(rows, str):
            yield name, [rows]
            return
        given = take(name, rows)
        names = given.names or (name,) * len(given.columns)
        for place, column in enumerate(given.columns):
            if not isinstance(column, range):  # it numbers the rows
                own = name in self.network.number and len(given.columns) == 1
                yield name if own else names[place], list(given.values(place))
