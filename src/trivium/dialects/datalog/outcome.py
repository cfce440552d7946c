"""The outcome of a typed program: the relations of its run, and why their rows hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.analyse.near import did_you_mean
from trivium.engine.asked import Asked, covers, find_row
from trivium.engine.asked import only as only_rows
from trivium.engine.limits import Guard, Limits
from trivium.engine.load import Loader
from trivium.engine.profile import Profile
from trivium.engine.run import Run, Stats
from trivium.engine.tiny.run import Derived
from trivium.engine.tiny.view import TinyView
from trivium.engine.view import RelationView, StoredView, Streamed
from trivium.errors import ProgramError
from trivium.ir import nodes
from trivium.ir.writer import write_row
from trivium.outcome import Between, Outcome, Row
from trivium.proofs.prover import Prover
from trivium.proofs.why_not import Doubter, WhyNot

if TYPE_CHECKING:
    from trivium.dialects.datalog.program import Again
    from trivium.maintain.follow import Following
    from trivium.probability.chances import Chances
    from trivium.probability.grounding.row_grounds import RowGrounds
    from trivium.probability.weigh import Weigher
    from trivium.proofs.proof import Proof

Place = tuple[str, int]


class DatalogOutcome(Outcome):
    """The relations of a run.

    That of a tiny run has its rows as they were `derived`, and runs the general engine when it is
    asked for a proof. That of a query shows only what was `asked`; the whole program runs for what
    is missing there, and for proofs, unless this run `proves` its rows itself.
    """

    def __init__(
        self,
        program: nodes.Program,
        run: Run | Callable[[], Run] | None,
        again: Again,
        derived: Derived | None = None,
        asked: Asked | None = None,
        proves: bool = True,
        chances: Callable[[], Chances[RowGrounds]] | None = None,
        following: tuple[Following, int] | None = None,
        whole: Callable[[], DatalogOutcome] | None = None,
    ) -> None:
        self._program = program
        self._ran = run
        self._again = again
        self._derived = derived
        self._asked = asked
        self._proves = proves
        self._find_chances = chances
        self._following = following
        self._find_whole = whole or again.whole

    @property
    def program(self) -> nodes.Program:
        return self._program

    @cached_property
    def run(self) -> Run:
        """The run of the general engine, which a tiny run has only when it is asked for."""
        ran = self._ran or self._again.general
        return ran if isinstance(ran, Run) else ran()

    @property
    def loader(self) -> Loader:
        return self.run.loader

    @cached_property
    def _whole(self) -> DatalogOutcome:
        return self._find_whole()

    @cached_property
    def _prover(self) -> Prover:
        run = self.run
        return Prover(self._program, run.evaluator, run.known, run.loader.locate)

    @cached_property
    def stats(self) -> Stats:
        derived = self._derived
        if derived is None:
            return self.run.stats
        sizes = {n: len(rows) for n, rows in derived.rows.items() if not n.startswith("@")}
        return Stats(derived.seconds, derived.iterations, sizes)

    @property
    def profile(self) -> Profile | None:
        return None if self._derived is not None else self.run.profile

    @property
    def relations(self) -> tuple[str, ...]:
        """In the order of the program."""
        names = self._program.relations if self._asked is None else self._asked
        return tuple(name for name in names if not name.startswith("@"))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The relations of `.output` directives; if there are none, those that rules derive."""
        directives = [d.relation for d in self._program.directives if d.kind == "output"]
        derived = [rule.head.relation for rule in self._program.rules]
        chosen = dict.fromkeys(directives or self._asked or derived)
        return tuple(name for name in chosen if self._has(name) and not name.startswith("@"))

    @property
    def unknown(self) -> dict[str, dict[Row, str]]:
        if self._derived is not None:
            return {}
        asked = self.run.evaluator.outside.values()
        told = {o.source.name: {row: u.reason for row, u in o.unknown.items()} for o in asked}
        return {name: rows for name, rows in told.items() if rows}

    def bounds(self) -> dict[str, Between]:
        return self._again.bounds(self.run)

    def _has(self, name: str) -> bool:
        return name in (self._program.relations if self._asked is None else self._asked)

    @cached_property
    def chances(self) -> Chances[RowGrounds] | None:
        return None if self._find_chances is None else self._find_chances()

    @property
    def _uncertain(self) -> Chances[RowGrounds]:
        chances = self.chances
        assert chances is not None, "the program has no probabilities"
        return chances

    # --- rows ------------------------------------------------------------------------------------

    def view(self, relation: str) -> RelationView:
        if relation not in self._program.relations:
            known = ", ".join(self.relations)
            raise KeyError(f"no relation `{relation}`; the program has: {known}")
        if self._derived is not None:
            return TinyView(self._program.relations[relation], self._derived.rows[relation])
        view = self.stored_view(relation)
        if self.chances is not None and self.chances.grounds.is_open(relation):
            view.chances = lambda: self._probabilities(relation)
        return view

    def stored_view(self, relation: str) -> StoredView:
        """The rows as the general engine holds them."""
        stored, symbols = self.loader.load(relation), self.loader.symbols
        if self._asked is not None:
            stored = only_rows(stored, self._values_asked(relation), symbols)
        return StoredView(stored, symbols)

    def _probabilities(self, relation: str) -> dict[Row, float]:
        places = self.places(relation)
        found = self._uncertain.of(list(places.values()))
        return {row: chance.value for row, chance in zip(places, found, strict=True)}

    def _values_asked(self, name: str) -> tuple[Any, ...]:
        assert self._asked is not None
        if name not in self._asked:
            known = ", ".join(self._asked)
            raise KeyError(f"`{name}` was not asked for, only: {known}; run() computes all")
        return self._asked[name]

    def find(self, relation: str, row: Sequence[Any]) -> Place | None:
        if relation not in self._program.relations:
            hint = did_you_mean(relation, self.relations)
            raise ProgramError(201, f"no relation is called `{relation}`", hint=hint)
        found = find_row(self.loader.load(relation), row, self.loader.symbols)
        if found is None and self._asked is not None:
            asked = self._values_asked(relation)
            if not covers(asked, row):
                raise KeyError(f"of `{relation}`, only the rows {asked} were asked for")
        return None if found is None else (relation, found)

    def places(self, relation: str) -> Mapping[Row, Place]:
        rows = self.stored_view(relation).rows()  # which loads them
        places = self._uncertain.grounds.rows(relation)
        return {row: places[row] for row in rows}

    def asked(self) -> list[tuple[str, Place]]:
        found: list[tuple[str, Place]] = []
        for name in self.outputs:
            relation = self._program.relations[name]
            places = None if self.chances is None else self.places(name)
            for number, row in enumerate(self.view(name).rows()):
                place = (name, number) if places is None else places[row]
                found.append((write_row(relation, row, self._program.shapes), place))
        return found

    # --- why -------------------------------------------------------------------------------------

    def why(self, relation: str, row: Sequence[Any], place: Place) -> Proof:
        if self.chances is not None and self.chances.is_open(place):
            return self.chances.why(place)
        if self._proves:
            return self._prover.prove(*place)
        whole = self._whole
        found = whole.find(relation, row)
        assert found is not None, "the whole program derives what a part of it does"
        return whole.why(relation, row, found)

    def why_not(self, relation: str, row: Sequence[Any]) -> WhyNot:
        if self._asked is not None or not self._proves:
            # What is missing here may only not have been asked for.
            return self._whole.why_not(relation, row)
        for name in self.loader.needed():
            self.loader.load(name)
        return Doubter(self._prover).explain(relation, tuple(row))

    def weigh(
        self, relation: str, row: Sequence[Any], semiring: Weigher[Any], over: Sequence[str]
    ) -> Any:
        from trivium.probability.weigh import weigh_certain

        outcome = self._over(tuple(dict.fromkeys(over))) if over else self
        place = outcome.find(relation, row)
        if place is None or outcome.chances is None:
            return weigh_certain(place is not None, semiring)
        return outcome.chances.weigh(place, semiring)

    @cached_property
    def _overs(self) -> dict[tuple[str, ...], DatalogOutcome]:
        return {}

    def _over(self, names: tuple[str, ...]) -> DatalogOutcome:
        """The outcome where the given rows of these relations are choices; made once."""
        if names not in self._overs:
            again = self._again
            if self._following is not None:  # the data are not those of the first run
                again = again.after(self._whole.run)
            self._overs[names] = again.over(names)
        return self._overs[names]

    # --- updates ---------------------------------------------------------------------------------

    def update(
        self, insert: Mapping[str, Any], delete: Mapping[str, Any], limits: Limits
    ) -> DatalogOutcome:
        if self._find_chances is not None:
            raise ProgramError(312, "a program with probabilities is not updated")
        following, version = self._following or (None, 0)
        if following is None or following.version != version:  # another update went on from here
            following = self._again.follow(self.run if self._asked is None else self._whole.run)
        run, full = following.update(insert, delete, limits)
        program, again = self._program, self._again

        def whole() -> DatalogOutcome:
            return DatalogOutcome(program, full, again)

        return DatalogOutcome(
            program,
            run,
            again,
            asked=self._asked,
            proves=False,
            following=(following, following.version),
            whole=whole,
        )

    # --- outputs ---------------------------------------------------------------------------------

    def write(self, folder: Path, guard: Guard, view: Callable[[str], RelationView]) -> list[Path]:
        """Write the `.output` files, print the `.printsize` lines."""
        from trivium.files.facts import write_facts  # most results are not written

        written = []
        for directive in self._program.directives:
            if not self._has(directive.relation):
                continue
            shown = view(directive.relation)
            relation = self._program.relations[directive.relation]
            if directive.kind == "printsize":
                print(f"{directive.relation}\t{len(shown)}")
            elif directive.kind == "output":
                shapes = self._program.shapes
                rows = Streamed(shown, guard.parts)
                path = write_facts(directive, relation, rows, folder, shapes)
                if path is not None:
                    written.append(path)
        return written

    def print(self, view: Callable[[str], RelationView]) -> None:
        """Print the `.output` relations and `.printsize` lines as Soufflé prints them."""
        from trivium.files.facts import format_of, print_facts

        for directive in self._program.directives:
            if not self._has(directive.relation):
                continue
            shown = view(directive.relation)
            if directive.kind == "printsize":
                print(f"{directive.relation}\t{len(shown)}")
            elif directive.kind == "output":
                relation = self._program.relations[directive.relation]
                form = replace(format_of(directive, Path()), headers=True)
                print_facts(relation, shown, form, self._program.shapes)
