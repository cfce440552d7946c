"""A network, read from a text in the BIF format.

    variable smoke { type discrete [ 2 ] { yes, no }; }
    probability ( lung | smoke ) { (yes) 0.1, 0.9; (no) 0.01, 0.99; }

Also its older form, without commas and bars: `probability ("lung" "smoke") { table 0.1 0.01 0.9
0.99; }`, where the states of the first variable change slowest. Properties are not read.

Source: F. Cozman, "The Interchange Format for Bayesian Networks", 1998.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from math import prod

import numpy as np

from trivium.analyse.near import did_you_mean
from trivium.dialects.bif.network import Network, Table, Variable
from trivium.errors import DataError
from trivium.source import Source, Span

# A row of a table whose sum is so far from 1 was rounded; it is divided by its sum.
ROUNDED = 0.01

_ASIDE = re.compile(r'"[^"\n]*"|//[^\n]*|/\*.*?\*/|\bproperty\b[^;]*;', re.DOTALL)
_BLANKS = re.compile(r"\s*")
_BLOCK = re.compile(r"(network|variable|probability)\b([^{]*)\{", re.IGNORECASE)
_TYPE = re.compile(r"\s*type\s+discrete\s*\[\s*(\d+)\s*\]\s*\{([^}]*)\}\s*;\s*$", re.IGNORECASE)
_ROW = re.compile(r"(?:\(([^)]*)\)|(table|default)\b)([^;]*);", re.IGNORECASE)
_WORD = re.compile(r'"[^"\n]*"|[^\s,|()]+')

Where = tuple[int, int]


def read(source: Source) -> Network:
    """Raises E640 for a text that is no network, E641 for tables that do not fit it."""
    return _Reader(source).network()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        # What is not read becomes blanks, so that places stay.
        self.text = _ASIDE.sub(_blank, source.text)
        self.states: dict[str, tuple[str, ...]] = {}
        self.spans: dict[str, Span] = {}
        self.tables: dict[str, tuple[tuple[str, ...], Where, Where]] = {}

    def network(self) -> Network:
        place = 0
        while (place := self._blanks(place)) < len(self.text):
            place = self._block(place)
        if not self.states:
            raise self.unread("there is no variable in it", (0, len(self.text)))
        number = {name: n for n, name in enumerate(self.states)}
        variables = []
        for name, states in self.states.items():
            if name not in self.tables:
                message = f"the variable `{name}` has no `probability`"
                raise DataError(641, message, self.spans[name])
            parents, _, _ = self.tables[name]
            table = self._table(name)
            numbers = tuple([number[parent] for parent in parents])
            variables.append(Variable(name, states, numbers, table, self.spans[name]))
        needs = {name: self.tables[name][0] for name in self.states}
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as circle:
            names = " → ".join([f"`{name}`" for name in circle.args[1]])
            message = f"a variable depends on itself: {names}"
            raise DataError(641, message, self.spans[circle.args[1][0]]) from None
        return Network(variables)

    # --- blocks ----------------------------------------------------------------------------------

    def _block(self, start: int) -> int:
        """Read the block that starts here; where it ends."""
        found = _BLOCK.match(self.text, start)
        if found is None:
            line = self.text.find("\n", start)
            end = len(self.text) if line < 0 else line
            shown = self.text[start:end].strip()[:40]
            message = f"expected `network`, `variable` or `probability`, found `{shown}`"
            raise self.unread(message, (start, end))
        kind, head = found[1].lower(), found[2]
        end = self._end(found.end(), found.start(1))
        inside, where = (found.end(), end), (found.start(1), found.end() - 1)
        if kind == "variable":
            self._variable(_words(head), inside, where)
        elif kind == "probability":
            self._probability(_words(head), inside, where)
        return end + 1

    def _blanks(self, start: int) -> int:
        """Where the blanks end that begin here."""
        found = _BLANKS.match(self.text, start)
        return start if found is None else found.end()

    def _end(self, start: int, opened: int) -> int:
        """Where the block ends whose inside starts here."""
        depth, place = 1, start
        while depth:
            close = self.text.find("}", place)
            if close < 0:
                raise self.unread("a `{` is not closed", (opened, start))
            depth += self.text.count("{", place, close) - 1
            place = close + 1
        return place - 1

    def _variable(self, head: list[str], inside: Where, where: Where) -> None:
        found = _TYPE.match(self.text[slice(*inside)])
        if len(head) != 1 or found is None:
            message = "expected `variable NAME { type discrete [ 2 ] { yes, no }; }`"
            raise self.unread(message, where)
        (name,) = head
        states = tuple(_words(found[2]))
        if name in self.states:
            raise self.unread(f"the variable `{name}` is declared twice", where)
        if len(states) != int(found[1]) or len(set(states)) != len(states) or not states:
            message = f"the variable `{name}` has {found[1]} different states, found {len(states)}"
            raise self.unread(message, where)
        self.states[name], self.spans[name] = states, self.span(where)

    def _probability(self, head: list[str], inside: Where, where: Where) -> None:
        if not head:
            raise self.unread("expected `probability ( NAME | PARENT, ... )`", where)
        name, *parents = head
        if name in self.tables:
            raise self.fault(f"the variable `{name}` has two tables", where)
        for one in head:
            if one not in self.states:
                hint = did_you_mean(one, self.states)
                raise self.fault(f"no variable is called `{one}`", where, hint)
        if len(set(head)) != len(head):
            raise self.fault(f"the table of `{name}` names a variable twice", where)
        self.tables[name] = tuple(parents), inside, where

    # --- tables ----------------------------------------------------------------------------------

    def _table(self, name: str) -> Table:
        parents, (start, end), where = self.tables[name]
        size = len(self.states[name])
        shape = [len(self.states[parent]) for parent in parents]
        count = prod(shape)
        known = np.full((count, size), np.nan)
        number = [{state: n for n, state in enumerate(self.states[p])} for p in parents]
        rows: list[int] = []
        texts: list[str] = []
        place = start
        while found := _ROW.match(self.text, self._blanks(place), end):
            place = found.end()
            key, word, text = found.groups()
            if word is None:
                rows.append(self._row(key, number, parents, found.span()))
                texts.append(text)
                continue
            own = self._numbers([text], found.span())
            if word.lower() == "default" and len(own) == size:
                known[:] = own
            elif word.lower() == "table" and len(own) == known.size:
                known[:] = own.reshape(size, count).T
            else:
                right = size if word.lower() == "default" else known.size
                message = f"the table of `{name}` has {right:,} numbers, found {len(own):,}"
                raise self.fault(message, found.span())
        if self.text[place:end].strip():
            at = (self._blanks(place), end)
            raise self.unread(f"a row of the table of `{name}` cannot be read", at)
        cells = self._numbers(texts, where)
        if len(cells) != len(rows) * size:
            raise self.fault(f"each row of the table of `{name}` has {size} numbers", where)
        known[rows] = cells.reshape(len(rows), size)
        if np.isnan(known).any():
            left = int(np.isnan(known).any(axis=1).sum())
            raise self.fault(f"{left:,} rows of the table of `{name}` are missing", where)
        sums = known.sum(axis=1)
        if known.min(initial=0.0) < 0.0 or np.abs(sums - 1.0).max(initial=0.0) > ROUNDED:
            message = f"a row of the table of `{name}` is no distribution: it does not sum to 1"
            raise self.fault(message, where)
        whole: Table = (known / sums[:, None]).reshape(*shape, size)
        return whole

    def _row(
        self, key: str, number: Sequence[Mapping[str, int]], parents: Sequence[str], at: Where
    ) -> int:
        """The number of the row of these states of the parents."""
        states = _words(key)
        if len(states) != len(parents):
            raise self.fault(f"a row has a state for each of {len(parents)} parents", at)
        row = 0
        for state, places, parent in zip(states, number, parents, strict=True):
            place = places.get(state)
            if place is None:
                hint = did_you_mean(state, places)
                raise self.fault(f"`{parent}` has no state `{state}`", at, hint)
            row = row * len(places) + place
        return row

    def _numbers(self, texts: Sequence[str], at: Where) -> Table:
        words = chain.from_iterable([text.replace(",", " ").split() for text in texts])
        try:
            return np.array(list(map(float, words)))
        except ValueError as error:
            raise self.unread(str(error), at) from None

    # --- errors ----------------------------------------------------------------------------------

    def span(self, where: Where) -> Span:
        return Span(self.source, *where)

    def unread(self, message: str, where: Where) -> DataError:
        return DataError(640, message, self.span(where))

    def fault(self, message: str, where: Where, hint: str | None = None) -> DataError:
        return DataError(641, message, self.span(where), hint=hint)


def _blank(found: re.Match[str]) -> str:
    text = found[0]
    return text if text[0] == '"' else re.sub(r"[^\n]", " ", text)


def _words(text: str) -> list[str]:
    """The names in a text, without commas, bars, parentheses and quotes."""
    return [word[1:-1] if word[0] == '"' else word for word in _WORD.findall(text)]
