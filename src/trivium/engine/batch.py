"""One batch of inputs, as a provider answers it: each answer is checked, and noted at once.

    batch     (1,) (2,) (3,)
    answers   [(10,)] [] ...        a failure at the third leaves the first two

Under a time limit the call is made in a thread of its own, and left alone when time is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextvars import copy_context
from threading import Thread
from typing import Any

from trivium.engine.limits import PART, Guard
from trivium.engine.provider import WIDEST, Input, ProvidedRow, Source, Unknown, show_input
from trivium.engine.values import convert
from trivium.errors import LimitError, ModelError, TriviumError
from trivium.ir.nodes import Relation
from trivium.ir.text import write_plain
from trivium.ir.values import write_value

# So many of the inputs that failed are named.
SHOWN = 3
# The probabilities of one input's rows may be past 1 by rounding.
ROUNDING = 1e-9
# About what a row takes in Python while it waits to be stored, and each of its values.
ROW_BYTES = 120
VALUE_BYTES = 40


class Batch:
    """`answers` are those of the first inputs: the values of each row, or a `ProvidedRow`; none
    where the answer is `unknown`, by input."""

    def __init__(
        self, source: Source, relation: Relation, inputs: Sequence[Input], guard: Guard
    ) -> None:
        self.source = source
        self.columns = [relation.columns[place] for place in source.signature.outputs]
        self.kinds = [relation.columns[place].type for place in source.signature.inputs]
        self.inputs = inputs
        self.guard = guard
        self.answers: list[tuple[Input | ProvidedRow, ...]] = []
        self.unknown: dict[Input, Unknown] = {}
        self.uncertain = source.offer.uncertain
        self.rows = 0
        self.check = self._next_check()
        self.abandoned = False

    def run(self) -> None:
        """Raises E524 and E525, E302 and E303 for too many rows, and E301."""
        if self.guard.limits.seconds is None or not self.source.provider.threaded:
            self._answer()
            return
        problem: list[BaseException] = []

        def work() -> None:
            try:
                self._answer()
            except BaseException as raised:  # it is raised where somebody waits for it
                problem.append(raised)

        name = f"provider {self.source.name}"
        thread = Thread(target=copy_context().run, args=(work,), name=name, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                if self.guard.left() == 0:
                    raise self._late()
                thread.join(self.guard.left())
        finally:
            self.abandoned = True
        if problem:
            raise problem[0]

    def _answer(self) -> None:
        """Ask the provider, and check and note its answers one by one."""
        try:
            found = self.source.provider.answer(self.inputs)
        except TriviumError:  # it says itself what is wrong
            raise
        except Exception as problem:
            raise self._failed(problem, self.inputs) from problem
        if not _several(found):
            raise self._wrong(f"gave {_shown(found)}, not the rows of each input", self.inputs)
        for rows in self._returned(found):
            if len(self.answers) == len(self.inputs):
                raise self._wrong("gave more answers than there are inputs", self.inputs)
            asked = self.inputs[len(self.answers)]
            answer = () if isinstance(rows, Unknown) else self._checked(rows, asked)
            if self.abandoned:
                return
            if isinstance(rows, Unknown):
                self.unknown[asked] = rows
            self.answers.append(answer)
        if len(self.answers) < len(self.inputs):
            count = f"{len(self.answers):,} of {len(self.inputs):,} answers"
            raise self._wrong(f"gave {count}", self.inputs)

    def _returned(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items; what their maker raises is E524, and names the input it was at."""
        try:
            yield from items
        except TriviumError:
            raise
        except Exception as problem:
            at = len(self.answers)
            raise self._failed(problem, self.inputs[at : at + 1] or self.inputs) from problem

    # --- rows ------------------------------------------------------------------------------------

    def _checked(self, rows: Any, asked: Input) -> tuple[Input | ProvidedRow, ...]:
        """The rows that answer an input, as the columns hold them."""
        if type(rows) is not tuple and type(rows) is not list:
            if not _several(rows):
                raise self._wrong(f"gave {_shown(rows)}, not a list of rows", [asked])
            rows = self._returned(rows)
        found = []
        for given in rows:
            found.append(self._row(given, asked))
            self.rows += 1
            if self.rows == self.check:
                self._keep_within_limits()
        if self.uncertain:
            self._check_chances(found, asked)
        return tuple(found)

    def _next_check(self) -> int:
        """After how many rows to look at the limits."""
        soon = self.rows + PART
        rows = self.guard.limits.rows
        return soon if rows is None else min(soon, max(rows - self.guard.rows, 0) + 1)

    def _keep_within_limits(self) -> None:
        limit = self.guard.limits.rows
        if limit is not None and self.guard.rows + self.rows > limit:
            self.guard.take(self.rows, 0)
        self.guard.check_time()
        self.guard.reserve_bytes(self.rows * (ROW_BYTES + VALUE_BYTES * len(self.columns)))
        self.check = self._next_check()

    def _row(self, given: Any, asked: Input) -> Input | ProvidedRow:
        plain = not isinstance(given, ProvidedRow)
        values = given if plain else given.values
        if not isinstance(values, tuple | list):
            raise self._wrong(f"gave the row {_shown(values)}, which is no tuple", [asked])
        if len(values) != len(self.columns):
            names = ", ".join(f"`{column.name}`" for column in self.columns) or "no column"
            raise self._wrong(
                f"gave the row {_row_text(values)}, where {names} has values", [asked]
            )
        held = []
        for value, column in zip(values, self.columns, strict=True):
            try:
                kind = column.type
                held.append(value if kind.structured else convert(value, kind))
            except (TypeError, ValueError, OverflowError):
                message = f"gave {_shown(value)} in the column `{column.name}`, not a {kind}"
                raise self._wrong(message, [asked]) from None
        if plain and not self.uncertain:
            return tuple(held)
        chance, source = (None, "") if plain else (given.probability, given.source)
        return ProvidedRow(tuple(held), self._probability(chance, asked), source)

    def _probability(self, given: Any, asked: Input) -> float | None:
        if not self.uncertain:
            if given is not None:
                raise self._wrong("gave a probability, and is not said to be uncertain", [asked])
            return None
        try:
            found = float(given)
        except (TypeError, ValueError):
            found = -1.0
        if not 0.0 <= found <= 1.0:
            message = f"gave the probability {_shown(given)}, not one from 0 to 1"
            raise self._wrong(message, [asked])
        return found

    def _check_chances(self, rows: Sequence[Any], asked: Input) -> None:
        """Each uncertain row stands once, and those that exclude each other sum to 1 at most."""
        seen: set[Input] = set()
        for row in rows:
            if row.values in seen:
                raise self._wrong(f"gave {_row_text(row.values)} twice", [asked])
            seen.add(row.values)
        total = sum(row.probability for row in rows)
        if self.source.offer.exclusive and total > 1 + ROUNDING:
            raise self._wrong(f"gave probabilities that sum to {total:.10g}", [asked])

    # --- errors ----------------------------------------------------------------------------------

    def _wrong(self, what: str, inputs: Sequence[Input]) -> ModelError:
        message = f"the provider `{self.source.name}` {what}, asked about {self._listed(inputs)}"
        return ModelError(525, message, hint="give each input a list of rows, which may be empty")

    def _failed(self, problem: Exception, inputs: Sequence[Input]) -> ModelError:
        raised = f"{type(problem).__name__}: {problem}".rstrip(": ")
        message = f"the provider `{self.source.name}` raised {raised}"
        hint = "mend it, or keep such inputs from it by another literal in the body"
        return ModelError(524, f"{message}, asked about {self._listed(inputs)}", hint=hint)

    def _late(self) -> LimitError:
        waiting = self.inputs[len(self.answers) :]
        message = f"the run took longer than {self.guard.limits.seconds:g} s, while the provider "
        message += f"`{self.source.name}` was asked about {self._listed(waiting)}"
        return LimitError(301, message, hint="raise the limit: Limits(seconds=...)")

    def _listed(self, inputs: Sequence[Input]) -> str:
        shown = ", ".join(show_input(row, self.kinds) for row in inputs[:SHOWN])
        more = len(inputs) - SHOWN
        return f"{shown} and {more:,} more" if more > 0 else shown


def _several(found: Any) -> bool:
    return isinstance(found, Iterable) and not isinstance(found, str | bytes | Mapping)


def _shown(value: Any) -> str:
    text = repr(value)
    cut = text if len(text) <= WIDEST else f"{text[:WIDEST]}…"
    return f"{cut} (a {type(value).__name__})"


def _row_text(values: Sequence[Any]) -> str:
    """Values of any kind, as a row."""
    return f"({', '.join(write_value(value, write_plain, WIDEST) for value in values)})"
