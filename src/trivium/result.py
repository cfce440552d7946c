"""The result of a run, in whichever dialect: its rows, how probable they are, and why they hold.

    result["path"].rows()               the rows of a relation
    result.rows()                       those of the one relation that the run is about
    result.why("path", (1, 3))          a proof tree
    result.probability("path", (1, 3))
    result.update(insert={"edge": [(3, 4)]})["path"]

A result never changes; an update gives another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from trivium.engine.limits import Guard, Limits
from trivium.engine.profile import Profile
from trivium.engine.run import Stats
from trivium.engine.view import RelationView
from trivium.errors import DataError, ModelError
from trivium.ir import nodes
from trivium.models.protocol import Usage
from trivium.outcome import Between, Outcome
from trivium.proofs.proof import Proof
from trivium.proofs.why_not import WhyNot

if TYPE_CHECKING:
    from trivium.models.cascade import Certificate
    from trivium.models.relation import Exchange
    from trivium.probability.inference.chance import Chance
    from trivium.probability.weigh import Weigher
    from trivium.probability.world import World

T = TypeVar("T")
Row = Sequence[nodes.Value]
# Ways to find a probability, the surest first.
METHODS = ("certain", "exact", "bounds", "top-k", "sample")


class Result:
    """The relations of a run, and why their rows hold.

    What the program's dialect cannot do is ProgramError 316, with the dialects that can.
    """

    def __init__(
        self,
        outcome: Outcome,
        exchanges: Mapping[str, Sequence[Exchange]] | None = None,
        certificates: Mapping[str, Certificate] | None = None,
    ) -> None:
        self.outcome = outcome
        self.exchanges = exchanges or {}
        self._certificates = dict(certificates or {})
        self._views: dict[str, RelationView] = {}

    @property
    def program(self) -> nodes.Program:
        """The program that ran, checked."""
        return self.outcome.program

    @property
    def stats(self) -> Stats:
        """What the run took."""
        return self.outcome.stats

    @property
    def profile(self) -> Profile | None:
        """Where that went, if the run was asked for a profile."""
        return self.outcome.profile

    @property
    def relations(self) -> tuple[str, ...]:
        """The names of all relations, in the order of the program."""
        return self.outcome.relations

    @property
    def outputs(self) -> tuple[str, ...]:
        """The relations of `.output` directives; if there are none, those that rules derive."""
        return self.outcome.outputs

    # --- what models were asked ------------------------------------------------------------------

    @property
    def unknown(self) -> Mapping[str, Mapping[tuple[Any, ...], str]]:
        """By relation that models answer the inputs without an answer, and why: no reply, one that
        could not be read, no money left. Such an input has no row, and is asked again next time."""
        return self.outcome.unknown

    @property
    def usage(self) -> Usage:
        """What models took in this run: calls, tokens, seconds, money."""
        whole = Usage()
        for told in self.exchanges.values():
            for exchange in told:
                whole += exchange.usage
        return whole

    def certificate(self, relation: str) -> Certificate:
        """What is promised of a `.model` relation with a target, on which grounds: how many inputs
        a cheap reader answered, how many of these were checked, and what would break the promise.

        Raises E528 for a relation without a target, or with too few inputs for one.
        """
        found = self._certificates.get(relation)
        if found is None:
            message = f"nothing was certified of `{relation}`"
            hint = "declare it with `using small, dear target precision 0.95 delta 0.05`"
            raise ModelError(528, message, hint=hint)
        return found

    # --- rows ------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> RelationView:
        if name not in self._views:
            self._views[name] = self.outcome.view(name)
        return self._views[name]

    def __contains__(self, name: str) -> bool:
        return name in self.outcome.relations

    @property
    def _main(self) -> RelationView:
        """The one relation that the run is about; E660 where there are several, or none."""
        names = (self.outcome.main,) if self.outcome.main else self.outputs
        if len(names) != 1:
            known = ", ".join(names) or "none"
            message = "the result is not about one relation"
            raise DataError(660, message, hint=f"say which: result[name]; its outputs: {known}")
        return self[names[0]]

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of the one relation that the run is about, as `RelationView.rows`; E660."""
        return self._main.rows()

    def arrow(self, **how: Any) -> Any:
        """They as a pyarrow Table; see `RelationView.arrow`."""
        return self._main.arrow(**how)

    def numpy(self, **how: Any) -> Any:
        """They as a structured NumPy array."""
        return self._main.numpy(**how)

    def polars(self, **how: Any) -> Any:
        """They as a polars DataFrame; E401 if polars is not installed."""
        return self._main.polars(**how)

    def pandas(self, **how: Any) -> Any:
        """They as a pandas DataFrame; E401 if pandas is not installed."""
        return self._main.pandas(**how)

    def __repr__(self) -> str:
        if self.outcome.main is not None:
            return repr(self[self.outcome.main])
        sizes = ", ".join(f"{name}: {rows:,}" for name, rows in self.stats.rows.items())
        return f"<Result {sizes}>"

    def _repr_html_(self) -> str:
        names = (self.outcome.main,) if self.outcome.main else self.outputs
        return "".join(self[name]._repr_html_() for name in names)

    # --- why -------------------------------------------------------------------------------------

    def why(self, relation: str | Row, row: Row | None = None) -> Proof:
        """The proof of a row; E661 if it does not hold. Of an uncertain row an `Explanation`: its
        likeliest proofs with their weights, and what it depends on most.

        `why(row)` is about the one relation that the run is about.
        """
        name, values = self._named(relation, row)
        place = self.outcome.find(name, values)
        if place is None:
            hint = "ask why_not(relation, row)" if self.outcome.explains_absence else None
            raise DataError(661, f"{_shown(name, values)} does not hold", hint=hint)
        return self.outcome.why(name, values, place)

    def why_not(self, relation: str | Row, row: Row | None = None) -> WhyNot:
        """Which literal of which rule fails for a row that does not hold; E661 if it holds."""
        name, values = self._named(relation, row)
        if self.outcome.explains_absence and self.outcome.find(name, values) is not None:
            raise DataError(661, f"{_shown(name, values)} holds", hint="ask why")
        return self.outcome.why_not(name, values)

    def _named(self, relation: str | Row, row: Row | None) -> tuple[str, Row]:
        if row is None:
            assert not isinstance(relation, str), "a row is a sequence of values"
            return self._main.name, relation
        assert isinstance(relation, str), "a relation is named by its text"
        return relation, row

    # --- probability -----------------------------------------------------------------------------

    def probability(self, relation: str, row: Row) -> float:
        """How probable it is that the row holds, given the evidence of the program.

        In a program without probabilities 1.0 if it holds, else 0.0. Of an uncertain program,
        `relation` holds every row that may hold; others have probability 0.0. Raises ProgramError
        285 where the evidence is impossible, and warns (`BoundsWarning`) where only `bounds` are
        known: the value is then the share of sampled worlds, or their middle where they are close.
        """
        return self._chances(relation, [row])[0].value

    @overload
    def bounds(self) -> Mapping[str, Between]: ...
    @overload
    def bounds(self, relation: str) -> Between: ...
    @overload
    def bounds(self, relation: str, row: Row) -> tuple[float, float]: ...

    def bounds(
        self, relation: str | None = None, row: Row | None = None
    ) -> Mapping[str, Between] | Between | tuple[float, float]:
        """What is known of rows though not all is.

            result.bounds()["good"].certain     where models tell: rows that hold in any case
            result.bounds("good").possible      and those that hold for some missing answer
            result.bounds("path", (1, 3))       where rows are uncertain: of a probability

        An answer that is unknown, or was never asked for, may be any of the listed values; nobody
        is asked. Raises ProgramError 327 for values that are not listed, and rules without bounds.

        Of a row: between which numbers its probability lies, the same twice where it is exact; of
        sampled worlds they are the 95 % confidence interval.
        """
        if relation is None:
            return self.outcome.bounds()
        if row is None:
            found = self.outcome.bounds()
            if relation in found:
                return found[relation]
            rows = tuple(self[relation].rows())
            return Between(rows, rows)
        (chance,) = self._chances(relation, [row])
        return chance.low, chance.high

    def sampled(self, relation: str, row: Row) -> tuple[float, float] | None:
        """The 95 % confidence interval of worlds that were sampled, beside bounds that are wide;
        None where the bounds are close, or the probability is exact."""
        return self._chances(relation, [row])[0].sampled

    def probabilities(
        self, relation: str, rows: Sequence[Row] | None = None
    ) -> dict[tuple[Any, ...], float]:
        """How probable each row of a relation is, or each of some rows, in their order.

        Asking for many rows at once takes less time than asking for each `probability`.
        """
        chances = self.outcome.chances
        if rows is None and chances is not None:
            places = self.outcome.places(relation)
            found = chances.of(list(places.values()))
            return {row: chance.value for row, chance in zip(places, found, strict=True)}
        wanted = [tuple(row) for row in (self[relation].rows() if rows is None else rows)]
        found = self._chances(relation, wanted)
        return {row: chance.value for row, chance in zip(wanted, found, strict=True)}

    def _chances(self, relation: str, rows: Sequence[Row]) -> list[Chance]:
        from trivium.probability.inference.chance import sure

        places = [self.outcome.find(relation, row) for row in rows]
        chances = self.outcome.chances
        if chances is None:
            return [sure(place is not None) for place in places]
        # Impossible evidence is an error, whatever is asked: also where no row may hold.
        found = iter(chances.of([place for place in places if place is not None]))
        return [sure(False) if place is None else next(found) for place in places]

    def _outputs(self) -> list[tuple[str, Chance]]:
        """The rows of the outputs as the program writes them. All are inferred at once, which
        takes less time than one by one."""
        from trivium.probability.inference.chance import sure

        asked, chances = self.outcome.asked(), self.outcome.chances
        if chances is None:
            return [(text, sure(True)) for text, _ in asked]
        found = chances.of([place for _, place in asked])
        return [(text, chance) for (text, _), chance in zip(asked, found, strict=True)]

    @property
    def answers(self) -> dict[str, float]:
        """How probable each row of the outputs is, by the row as the program writes it:
        `{"path(1, 3)": 0.4}`."""
        return {text: chance.value for text, chance in self._outputs()}

    @property
    def method(self) -> str:
        """How the probabilities of the outputs are found: `certain`, `exact`, `bounds`, ..."""
        if self.outcome.chances is None:
            return "certain"
        methods = [chance.method for _, chance in self._outputs()]
        return max(methods, key=METHODS.index, default="certain")

    def most_probable(self) -> World:
        """The most probable world given the evidence, and which rows of the outputs hold in it.

        Raises ProgramError 285 where the evidence is impossible, LimitError 301 or 303.
        """
        from trivium.probability.world import World

        chances = self.outcome.chances
        if chances is None:
            return World(1.0, (), (), ())
        return chances.most_probable(self.outcome.asked())

    def expected_utility(self) -> float:
        """What is expected of the program's utilities, given the evidence: of each row its worth
        times its probability. E299 for a program without utilities."""
        expected: float = self._utilities().expected_utility()
        return expected

    def decide(self) -> Decision:
        """Take the program's decisions so that its expected utility is greatest; E299."""
        found, choices = self._utilities().decide()
        self._views.clear()
        return Decision(found.value, found.bound, choices, self)

    def _utilities(self) -> Any:
        from trivium.probability.decision import no_utility

        if self.outcome.chances is None:
            raise no_utility()
        return self.outcome.chances

    def evaluate(
        self,
        relation: str,
        row: Row,
        semiring: Weigher[T],
        *,
        over: Sequence[str] = (),
    ) -> T:
        """What a row weighs in a semiring.

            result.evaluate("path", (1, 3), Counting(), over=("edge",))     how many proofs

        Args:
            semiring: the semiring, or a function of the derivations that makes it, for one that is
                about certain choices, which the derivations name.
            over: relations whose given rows have weights of their own, with the probability 1. All
                else that is certain weighs one, and what cannot be, zero.

        Evidence is not taken into account. Raises ProgramError 201 for an unknown relation, 263
        for one in `over` under laws that compare whole relations, 295 for a row that depends on
        itself or on a row that must not hold, where the semiring has no such weights.
        """
        weight: T = self.outcome.weigh(relation, row, semiring, over)
        return weight

    # --- updates and outputs ---------------------------------------------------------------------

    def update(
        self,
        *,
        insert: Mapping[str, Any] | None = None,
        delete: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> Result:
        """The result as it would be had the given rows been others; this one stays as it is.

        What follows from the change is derived, or taken away, and little else is looked at; where
        that turns out to take longer than a full run, there is a full run. The first update makes
        the indexes that following needs, and the next goes on from there.

        Args:
            insert: rows to give besides, by relation, in the forms that `Program.run` takes.
            delete: rows to give no more, whether they were given by the run, an `.input` file, the
                text or an update. Rows that were not given are passed over, and a deleted row that
                also follows from rules stays.
            limits: on time, rows and memory.

        Raises E660 for a relation that the program does not have, E312 for a program that has
        probabilities, and what a run raises.
        """
        changed = self.outcome.update(insert or {}, delete or {}, limits or Limits())
        return Result(changed)

    def write(self, folder: str | Path, guard: Guard | None = None) -> list[Path]:
        """Write the outputs (`.output` files, `.printsize` lines); the paths written.

        E301 where the guard's time is over; a file that is not whole then is as it was before.
        """
        self._infer()
        return self.outcome.write(Path(folder), guard or Guard(Limits()), self.__getitem__)

    def print(self) -> None:
        """Print the outputs: of rules the `.output` relations and `.printsize` lines, as Soufflé
        prints them."""
        self._infer()
        self.outcome.print(self.__getitem__)

    def _infer(self) -> None:
        """Find the probabilities of all outputs at once."""
        if self.outcome.chances is not None:
            self._outputs()


def _shown(relation: str, row: Row) -> str:
    return f"{relation}({', '.join(map(repr, row))})"


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
