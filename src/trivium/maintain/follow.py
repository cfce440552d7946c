"""What `Result.update` keeps between two updates: the relations of a run, and how to go on.

    following = Following(result's run, functors)
    run = following.update({"edge": [(2, 3)]}, {"edge": [(1, 2)]}, Limits())

Programs that number rows over the whole run (`autoinc()`), equivalences of many pairs, data with
empty cells, and changes that it takes too long to follow, are run again as a whole on what is given
then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from trivium.engine.contract import Context
from trivium.engine.given import Given, take
from trivium.engine.host import Column, Unread, Values
from trivium.engine.limits import Guard, Limits
from trivium.engine.load import Loader
from trivium.engine.reference import Reference
from trivium.engine.relation import Stored
from trivium.engine.run import Options, Run, Stats, run_program
from trivium.engine.values import Encoded, decode
from trivium.maintain.kept import Picture
from trivium.maintain.maintain import Maintenance, maintainable
from trivium.maintain.patience import Patience, PatientGuard, TooSlow, allowed
from trivium.maintain.rowwise import HostBackend, rowwise
from trivium.source import Place

Rows = tuple[list[Encoded], int]
_PAIRS = 100_000


class Following:
    """A finished run that follows its data; `version` counts the updates so far."""

    def __init__(
        self, run: Run, functors: Mapping[str, Callable[..., Values]], options: Options
    ) -> None:
        self.version = 0
        self.functors = functors
        self.options = replace(options, facts_dir=None, output_dir=None, profile=False)
        if run.proves:
            self.options = self.options.proving
        self.patience = Patience()
        self._last = _Last(run)

    @property
    def run(self) -> Run:
        return self._last.run

    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> tuple[Run, Callable[[], Run]]:
        """The run as it would be on the changed data, and how to have that run in full.

        Raises DataError (6xx) for rows that do not fit, LimitError (3xx), ProgramError (28x); then
        nothing has changed.
        """
        changed = self._changed(insert, delete, limits)
        self.version += 1
        return changed

    def _changed(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> tuple[Run, Callable[[], Run]]:
        start = perf_counter()
        loader = self.run.loader
        loader.check_names([*insert, *delete])
        more = {name: self._encoded(name, rows) for name, rows in insert.items()}
        less = {name: self._encoded(name, rows) for name, rows in delete.items()}
        masked = any(
            mask is not None
            for columns, _ in (*more.values(), *less.values())
            for _, mask in columns
        )
        kind = _touched(more), _touched(less)
        changed = sum(length for _, length in (*more.values(), *less.values()))
        full, built = self.run.stats.seconds, self._last.maintenance is not None
        if masked or not self._last.follows or not self.patience.tries(kind, changed, full, built):
            return self._again(more, less, limits, start)
        maintenance = self._last.maintain(self.functors)
        guard = PatientGuard(limits, start, allowed(full), maintenance.built)
        try:
            rounds = maintenance.update(_plain(more), _plain(less), guard)
        except TooSlow:
            self.patience.gave_up(kind, changed)
            self.patience.building = maintenance.built()
            return self._again(more, less, limits, start)
        self.patience.followed(kind, changed)
        pictures = maintenance.pictures()
        given = maintenance.given()
        sizes = {n: picture.count for n, picture in pictures.items() if not n.startswith("@")}
        stats = Stats(perf_counter() - start, rounds, sizes)
        shown = Shown(loader, pictures)
        changed_run = replace(self.run, loader=shown, stats=stats, profile=None)

        def whole() -> Run:
            tables = {name: (p.columns(p.given), len(p.given)) for name, p in given.items()}
            rows: dict[str, Rows] = {
                n: ([(c, None) for c in table], k) for n, (table, k) in tables.items()
            }
            return self._run(rows, self.options)

        return changed_run, whole

    def _encoded(self, name: str, rows: Any) -> Rows:
        loader = self.run.loader
        relation = loader.program.relations[name]
        given = take(name, rows)
        if not relation.arity:
            return [], min(given.length, 1)
        if not given.length:
            return [], 0
        return loader.encoded(relation, given), given.length

    # --- the whole again -------------------------------------------------------------------------

    def _again(
        self, more: Mapping[str, Rows], less: Mapping[str, Rows], limits: Limits, start: float
    ) -> tuple[Run, Callable[[], Run]]:
        data = {}
        backend = rowwise(self.run.backend)
        for name in self.run.loader.program.relations:
            kept = _without(backend, self._last.given(name), less.get(name, ([], 0)))
            data[name] = _joined(kept, more.get(name, ([], 0)))
        run = self._run(data, self.options, limits, start)
        self._last = _Last(run)
        return run, lambda: run if run.proves else self._run(data, self.options.proving)

    def _run(
        self,
        rows: Mapping[str, Rows],
        options: Options,
        limits: Limits | None = None,
        start: float | None = None,
    ) -> Run:
        """A run in full; all that is given is in `rows`."""
        program = self.run.loader.program
        symbols = self.run.loader.symbols
        inputs = tuple(d for d in program.directives if d.kind != "input")
        data = {}
        for name, (columns, length) in rows.items():
            if not length:
                continue
            kinds = [column.type for column in program.relations[name].columns]
            values = [
                decode(column, mask, kind, symbols)
                for (column, mask), kind in zip(columns, kinds, strict=False)
            ]
            data[name] = Given(name, values, length, _place(name))
        plain = replace(program, facts=(), directives=inputs)
        planning = replace(options.planning, split=False)  # the program is split already
        options = replace(options, limits=limits, planning=planning)
        began = perf_counter() if start is None else start
        return run_program(plain, data, self.functors, options, began)


def many_pairs(run: Run) -> bool:
    """Whether equivalences that are held as classes have too many pairs to hold these."""
    stored = run.loader.stored.values()
    return sum(one.length for one in stored if one.classes is not None) > _PAIRS


class _Last:
    """The last run in full, and what follows it once there has been an update."""

    def __init__(self, run: Run) -> None:
        self.run = run
        loader = run.loader
        loader.guard = Guard(Limits())  # the run is over
        for name in loader.program.relations:
            loader.load(name)
        self.follows = (
            run.proves
            and maintainable(loader.program)
            and not any(
                stored.masked(range(stored.relation.arity)) for stored in loader.stored.values()
            )
        )
        self.maintenance: Maintenance | None = None

    def maintain(self, functors: Mapping[str, Callable[..., Values]]) -> Maintenance:
        if self.maintenance is None:
            self.maintenance = Maintenance(self.run, functors)
        return self.maintenance

    def given(self, name: str) -> Rows:
        """What is given of a relation now."""
        if self.maintenance is not None:
            picture = self.maintenance.given()[name]
            rows = picture.given
            return [(column, None) for column in picture.columns(rows)], len(rows)
        stored = self.run.loader.given_alone(name)
        return [stored.read(place) for place in range(stored.relation.arity)], stored.length


class Shown(Loader):
    """The relations after an update, as a loader of a finished run gives them."""

    def __init__(self, loader: Loader, pictures: Mapping[str, Picture]) -> None:
        context = Context(loader.symbols, Guard(Limits()))
        super().__init__(loader.program, {}, Reference().start(context))
        self.pictures = pictures

    def load(self, name: str) -> Stored:
        if name not in self.stored:
            picture = self.pictures[name]
            stored = self.stored[name] = self.executor.store(picture.kept.relation)
            arity = picture.kept.relation.arity
            stored.give_numbered([_unread(picture, c) for c in range(arity)], picture.count)
        return self.stored[name]


def _unread(picture: Picture, place: int) -> Unread:
    def some(rows: Column) -> Encoded:
        return picture.kept.read(place)[0][picture.numbers[rows]], None

    return Unread(lambda: (picture.kept.read(place)[0][picture.numbers], None), some)


def _touched(rows: Mapping[str, Rows]) -> frozenset[str]:
    return frozenset(name for name, (_, length) in rows.items() if length)


def _plain(rows: Mapping[str, Rows]) -> dict[str, tuple[list[Column], int]]:
    return {name: ([column for column, _ in columns], n) for name, (columns, n) in rows.items()}


def _place(name: str) -> Callable[[int, str | None], Place]:
    return lambda row, column: Place(f"<{name}>", row=row + 1, column=column)


# --- rows with empty cells -----------------------------------------------------------------------


def _without(backend: HostBackend, rows: Rows, less: Rows) -> Rows:
    """The rows of a relation, less some."""
    columns, length = rows
    if not less[1] or not length:
        return rows
    index = backend.build_index(_keys(less), np.arange(less[1]), less[1])
    keep = ~backend.contains(index, _keys(rows), length)
    kept = [(c[keep], None if m is None else m[keep]) for c, m in columns]
    return kept, int(keep.sum())


def _joined(first: Rows, second: Rows) -> Rows:
    if not first[1] or not second[1]:
        return first if first[1] else second
    columns: list[Encoded] = []
    for (one, one_mask), (other, other_mask) in zip(first[0], second[0], strict=True):
        masks = [
            np.ones(len(column), np.bool_) if mask is None else mask
            for column, mask in ((one, one_mask), (other, other_mask))
        ]
        columns.append((np.concatenate([one, other]), np.concatenate(masks)))
    return columns, first[1] + second[1]


def _keys(rows: Rows) -> list[Column]:
    """Columns that are equal where the rows are: an empty cell equals an empty cell."""
    keys: list[Column] = []
    for column, mask in rows[0]:
        filled = np.ones(len(column), np.bool_) if mask is None else mask
        keys += [np.where(filled, column, 0), filled.astype(np.int64)]
    return keys
