"""The result of a run: its relations, why their rows hold, why others do not, and its outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

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
from trivium.errors import DataError, ProgramError
from trivium.ir import nodes
from trivium.probability.derivations import Derivations
from trivium.proofs.proof import Proof
from trivium.proofs.prover import Prover
from trivium.proofs.why_not import Doubter, WhyNot
from trivium.proofs.words import show_row

if TYPE_CHECKING:
    from trivium.probability.grounding.chances import Chances, Grounded
    from trivium.probability.inference.chance import Chance
    from trivium.probability.learned import Learned
    from trivium.probability.semirings.base import Semiring
    from trivium.probability.world import World

T = TypeVar("T")
# Ways to find a probability, the surest first.
METHODS = ("certain", "exact", "bounds", "top-k", "sample")


class Result:
    """The relations of a run, and why their rows hold.

    `stats` says what the run took; `profile`, where it was asked for, where that went. The result
    of a tiny run has its rows as they were `derived`, and runs the general engine when it is asked
    for a proof.
    """

    def __init__(
        self,
        program: nodes.Program,
        run: Run | Callable[[], Run],
        derived: Derived | None = None,
        asked: Asked | None = None,
        whole: Callable[[], Result] | None = None,
        proves: bool = True,
        chances: Callable[[], Chances] | None = None,
    ) -> None:
        """A result of a query shows only what was `asked`; `whole` runs the whole program: for what
        is missing, and for proofs, unless this run `proves` its rows itself. `chances` tell how
        probable rows are, where the program is uncertain."""
        self._program = program
        self._ran = run
        self._derived = derived
        self._asked = asked
        self._whole = whole
        self._proves = proves
        self._find_chances = chances
        self._views: dict[str, RelationView] = {}

    @property
    def program(self) -> nodes.Program:
        """The program that ran, checked."""
        return self._program

    @property
    def finished(self) -> Run:
        """The run of the general engine, which a tiny run has only when it is asked for."""
        return self._run

    @cached_property
    def _run(self) -> Run:
        return self._ran if isinstance(self._ran, Run) else self._ran()

    @property
    def _loader(self) -> Loader:
        return self._run.loader

    @cached_property
    def _prover(self) -> Prover:
        run = self._run
        return Prover(self._program, run.evaluator, run.known, run.loader.locate)

    @cached_property
    def stats(self) -> Stats:
        derived = self._derived
        if derived is None:
            return self._run.stats
        sizes = {n: len(rows) for n, rows in derived.rows.items() if not n.startswith("@")}
        return Stats(derived.seconds, derived.iterations, sizes)

    @property
    def profile(self) -> Profile | None:
        return None if self._derived is not None else self._run.profile

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name}: {rows:,}" for name, rows in self.stats.rows.items())
        return f"<Result {sizes}>"

    @property
    def relations(self) -> tuple[str, ...]:
        """The names of all relations, in the order of the program."""
        names = self._program.relations if self._asked is None else self._asked
        return tuple(name for name in names if not name.startswith("@"))

    @property
    def outputs(self) -> tuple[str, ...]:
        """The relations of `.output` directives; if there are none, those that rules derive."""
        directives = [d.relation for d in self._program.directives if d.kind == "output"]
        derived = [rule.head.relation for rule in self._program.rules]
        chosen = dict.fromkeys(directives or self._asked or derived)
        return tuple(name for name in chosen if name in self and not name.startswith("@"))

    def __getitem__(self, name: str) -> RelationView:
        if name not in self._views:
            if name not in self._program.relations:
                known = ", ".join(self.relations)
                raise KeyError(f"no relation `{name}`; the program has: {known}")
            self._views[name] = self._view(name)
        return self._views[name]

    def _view(self, name: str) -> RelationView:
        if self._derived is not None:
            return TinyView(self._program.relations[name], self._derived.rows[name])
        view = self._stored_view(name)
        if self._chances is not None and self._chances.grounder.node(name, 0) is not None:
            view.chances = partial(self.probabilities, name)
        return view

    def _stored_view(self, name: str) -> RelationView:
        stored, symbols = self._loader.load(name), self._loader.symbols
        if self._asked is not None:
            stored = only_rows(stored, self._values_asked(name), symbols)
        return StoredView(stored, symbols)

    def __contains__(self, name: str) -> bool:
        return name in (self._program.relations if self._asked is None else self._asked)

    def _values_asked(self, name: str) -> tuple[Any, ...]:
        assert self._asked is not None
        if name not in self._asked:
            known = ", ".join(self._asked)
            raise KeyError(f"`{name}` was not asked for, only: {known}; run() computes all")
        return self._asked[name]

    def why(self, relation: str, row: Sequence[nodes.Value]) -> Proof:
        """The proof of a row; E661 if it does not hold. Of an uncertain row an
        `Explanation`: its likeliest proofs with their weights, and what it depends on most."""
        place = self._find(relation, row)
        if place is None:
            raise DataError(
                661,
                f"{relation}({', '.join(map(repr, row))}) does not hold",
                hint="ask why_not(relation, row)",
            )
        if self._chances is not None and self._chances.is_uncertain((relation, place)):
            return self._chances.why((relation, place))
        if self._whole is not None and not self._proves:
            return self._whole().why(relation, row)
        return self._prover.prove(relation, place)

    def why_not(self, relation: str, row: Sequence[nodes.Value]) -> WhyNot:
        """Which literal of which rule fails for a row that does not hold."""
        if self._find(relation, row) is not None:
            raise DataError(661, f"{relation}({', '.join(map(repr, row))}) holds", hint="ask why")
        if self._whole is not None:  # what is missing here may only not have been asked for
            return self._whole().why_not(relation, row)
        for name in self._loader.needed():
            self._loader.load(name)
        return Doubter(self._prover).explain(relation, tuple(row))

    @cached_property
    def _chances(self) -> Chances | None:
        return None if self._find_chances is None else self._find_chances()

    def probability(self, relation: str, row: Sequence[nodes.Value]) -> float:
        """How probable it is that the row holds, given the evidence of the program.

        In a program without probabilities 1.0 if it holds, else 0.0. Of an uncertain program,
        `relation` holds every row that may hold; others have probability 0.0. Raises ProgramError
        285 where the evidence is impossible, and warns (`BoundsWarning`) where only `bounds` are
        known, in whose middle the value then stands.
        """
        return self._chance(relation, row).value

    def bounds(self, relation: str, row: Sequence[nodes.Value]) -> tuple[float, float]:
        """Between which numbers the probability of a row lies; the same twice where it is exact.

        Of sampled worlds they are the 95 % confidence interval.
        """
        chance = self._chance(relation, row)
        return chance.low, chance.high

    def _chance(self, relation: str, row: Sequence[nodes.Value]) -> Chance:
        from trivium.probability.inference.chance import sure

        place = self._find(relation, row)
        if self._chances is None or place is None:
            if self._chances is not None:
                self._chances.of([])  # impossible evidence is an error, whatever is asked
            return sure(place is not None)
        (found,) = self._chances.of([(relation, place)])
        return found

    def probabilities(
        self, relation: str, rows: Sequence[Sequence[nodes.Value]] | None = None
    ) -> dict[tuple[Any, ...], float]:
        """How probable each row of a relation is, or each of some rows, in their order.

        Asking for many rows at once takes less time than asking for each `probability`.
        """
        wanted = self[relation].rows() if rows is None else [tuple(row) for row in rows]
        if self._chances is not None and rows is None:
            places: dict[tuple[Any, ...], int | None] = {**self._chances.rows(relation)}
        else:
            places = {row: self._find(relation, row) for row in wanted}
        found = {row: 0.0 if places[row] is None else 1.0 for row in wanted}
        if self._chances is not None:
            asked = {row: (relation, place) for row in wanted if (place := places[row]) is not None}
            chances = self._chances.of(list(asked.values()))
            found |= {row: one.value for row, one in zip(asked, chances, strict=True)}
        return found

    @cached_property
    def answers(self) -> dict[str, float]:
        """How probable each row of the outputs is, by the row as the program writes it:
        `{"path(1, 3)": 0.4}`. All are inferred at once, which takes less time than one by one."""
        texts = [
            (name, row, show_row(self._program.relations[name], row))
            for name in self.outputs
            for row in self[name].rows()
        ]
        self._infer_outputs()
        found = {name: self.probabilities(name) for name in self.outputs}
        return {text: found[name][row] for name, row, text in texts}

    def _infer_outputs(self) -> list[Chance]:
        if self._chances is None:
            return []
        places = [(name, p) for name in self.outputs for p in self._chances.rows(name).values()]
        return self._chances.of(places)

    @property
    def method(self) -> str:
        """How the probabilities of the outputs are found: `certain`, `exact`, `bounds`, ..."""
        methods = [chance.method for chance in self._infer_outputs()]
        return max(methods, key=METHODS.index, default="certain")

    def expected_utility(self) -> float:
        """What is expected of the program's utilities, given the evidence: of each row its worth
        times its probability. E299 for a program without utilities."""
        from trivium.probability.decision import no_utility

        if self._chances is None or not self._program.utilities:
            raise no_utility()
        worths = self._chances.utilities()
        found = self._chances.of([place for place, _ in worths])
        return sum(chance.value * worth for chance, (_, worth) in zip(found, worths, strict=True))

    def decide(self) -> Decision:
        """Take the program's decisions so that its expected utility is greatest."""
        from trivium.probability.decision import no_utility

        if self._chances is None or not self._program.utilities:
            raise no_utility()
        grounder = self._chances.grounder
        decisions = sorted(grounder.decisions)
        found = self._chances.decide()
        choices = {grounder.name(node): node in found.chosen for node in decisions}
        return Decision(found.value, found.bound, choices, self)

    def fit(
        self,
        examples: Sequence[Sequence[nodes.Evidence]],
        *,
        rounds: int,
        tolerance: float,
        progress: Callable[[int, float], None] | None = None,
    ) -> Learned:
        """Learn the open probabilities from what each example observed; see `Program.learn`."""
        from trivium.probability.learned import nothing_to_learn

        if self._chances is None:
            raise nothing_to_learn()
        return self._chances.learn(examples, rounds, tolerance, progress)

    def most_probable(self) -> World:
        """The most probable world given the evidence, and which rows of the outputs hold in it.

        Raises ProgramError 285 where the evidence is impossible, LimitError 301 or 303.
        """
        from trivium.probability.world import World

        if self._chances is None:
            return World(1.0, (), (), ())
        places = [(n, p) for n in self.outputs for p in self._chances.rows(n).values()]
        return self._chances.most_probable(places)

    def evaluate(
        self,
        relation: str,
        row: Sequence[nodes.Value],
        semiring: Semiring[T] | Callable[[Derivations], Semiring[T]],
    ) -> T:
        """What a row weighs in a semiring; what is certain weighs one, and what cannot be, zero.

        A semiring that is about certain choices may be given as a function of the derivations,
        which name them. Evidence is not taken into account. Raises ProgramError 295 for a row that
        depends on itself or on a row that must not hold, where the semiring has no such weights.
        """
        from trivium.probability.semirings.base import Semiring
        from trivium.probability.weigh import weigh

        place = self._find(relation, row)
        literal: int | bool = place is not None
        graph = Derivations((), (), 0, ())
        chances = self._chances
        if (
            place is not None
            and chances is not None
            and chances.grounder.node(relation, place) is not None
        ):
            reduced = chances.reduced([(relation, place)])
            literal, graph = reduced.literals[0], reduced.derivations
        made = semiring if isinstance(semiring, Semiring) else semiring(graph)
        if isinstance(literal, bool):
            return made.one if literal else made.zero
        return weigh(graph, literal, made)

    def grounded(self, relation: str) -> Grounded:
        """What the rows of a relation, and then what was observed, rest on."""
        assert self._chances is not None, "the program has no probabilities"
        places = [self._find(relation, row) for row in self[relation].rows()]
        return self._chances.grounded([(relation, place) for place in places if place is not None])

    def _find(self, relation: str, row: Sequence[nodes.Value]) -> int | None:
        """The number of a row, or None."""
        if relation not in self._program.relations:
            hint = did_you_mean(relation, self.relations)
            raise ProgramError(201, f"no relation is called `{relation}`", hint=hint)
        stored = self._loader.load(relation)
        found = find_row(stored, row, self._loader.symbols)
        if found is None and self._asked is not None:
            asked = self._values_asked(relation)
            if not covers(asked, row):
                raise KeyError(f"of `{relation}`, only the rows {asked} were asked for")
        return found

    def write(self, folder: str | Path, guard: Guard | None = None) -> list[Path]:
        """Write the `.output` files, print the `.printsize` lines; the paths written.

        E301 where the guard's time is over; a file that is not whole then is as it was before.
        """
        guard = guard or Guard(Limits())
        from trivium.files.facts import write_facts  # most results are not written

        self._infer_outputs()
        written = []
        for directive in self._program.directives:
            if directive.relation not in self:
                continue
            view = self[directive.relation]
            relation = self._program.relations[directive.relation]
            if directive.kind == "printsize":
                print(f"{directive.relation}\t{len(view)}")
            elif directive.kind == "output":
                shapes = self._program.shapes
                rows = Streamed(view, guard.parts)
                path = write_facts(directive, relation, rows, Path(folder), shapes)
                if path is not None:
                    written.append(path)
        return written

    def print(self) -> None:
        """Print the `.output` relations and `.printsize` lines as Soufflé prints them."""
        from trivium.files.facts import format_of, print_facts

        self._infer_outputs()
        for directive in self._program.directives:
            if directive.relation not in self:
                continue
            view = self[directive.relation]
            if directive.kind == "printsize":
                print(f"{directive.relation}\t{len(view)}")
            elif directive.kind == "output":
                relation = self._program.relations[directive.relation]
                form = replace(format_of(directive, Path()), headers=True)
                print_facts(relation, view, form, self._program.shapes)


@dataclass(frozen=True, slots=True)
class Decision:
    """The decisions of a program.

        expected utility -2, the greatest there is
          umbrella()   yes
          raincoat()   no

    Args:
        utility: the expected utility of what was decided.
        bound: no decisions have a greater one; the same as `utility` where these are the best.
        choices: of each decision that bears on a utility, as the program writes it, whether it is
            taken.
        result: what the program says once they are taken.
    """

    utility: float
    bound: float
    choices: dict[str, bool]
    result: Result = field(repr=False)

    @property
    def is_best(self) -> bool:
        """Whether it is certain that nothing is better."""
        return self.utility >= self.bound - 1e-9 * max(1.0, abs(self.bound))

    def __str__(self) -> str:
        best = "the greatest there is" if self.is_best else f"where {self.bound:.6g} is the bound"
        width = max(map(len, self.choices), default=0)
        lines = [f"expected utility {self.utility:.6g}, {best}"]
        for text, taken in self.choices.items():
            lines.append(f"  {text:<{width}}   {'yes' if taken else 'no'}")
        return "\n".join(lines)
