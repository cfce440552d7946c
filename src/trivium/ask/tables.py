"""The tables that a question is asked of, and the one place where programs over them are run.

    list(tables)                 the likeliest first
    tables.run(Candidate("answer(c) :- games(year: 1964, city: c)."))      its value, or an error

Every program runs here: within the limits of the question, judged by the same rules, and once; the
proof of an answer is that of the run that gave its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from trivium.ask.allowance import Allowance
from trivium.ask.candidate import ANSWER, Candidate, answer_name
from trivium.ask.denotation import Scalar
from trivium.ask.fair import judge, tables_read
from trivium.ask.frame import Frame
from trivium.ask.languages import DIALECTS, SQL
from trivium.ask.paraphrase import paraphrase
from trivium.ask.reader import Reading
from trivium.ask.units import unit_of
from trivium.corpus.things import Things
from trivium.engine.given import Given, take
from trivium.engine.limits import Limits
from trivium.errors import LimitError, ModelError, ProgramError
from trivium.ground.table import Table
from trivium.program import Program, Result


@dataclass(frozen=True)
class Kept:
    """A table, as it was read and as it is named, and what is made of it once, when needed."""

    read: Table
    table: Table

    @classmethod
    def named(cls, table: Table, name: str) -> Kept:
        return cls(table, table if table.name == name else replace(table, name=name))

    @cached_property
    def frame(self) -> Frame:
        """As the search sees it."""
        return Frame(self.table)

    @cached_property
    def given(self) -> Given:
        """As the engine takes it."""
        return take(self.table.name, self.table)


class Tables:
    """The tables of one question.

    Args:
        kept: all tables, by name.
        frames: what the search sees of the likeliest of them, in order; of few tables it is made
            when the search looks.
        sampled: those of which it sees only a part.
        read_from_text: those whose facts were read out of running text.
        things: what the documents speak of, made when it is asked for.
        allowance: what the question may use.
    """

    def __init__(
        self,
        kept: Mapping[str, Kept],
        frames: Sequence[Frame] | Callable[[], Sequence[Frame]],
        sampled: frozenset[str] = frozenset(),
        read_from_text: frozenset[str] = frozenset(),
        allowance: Allowance | None = None,
        likely: Sequence[Table] | None = None,
        things: Callable[[], Things | None] | None = None,
    ) -> None:
        self.kept = dict(kept)
        self._things = things
        self._frames = frames
        self._likely = likely
        self.sampled = sampled
        self.read_from_text = read_from_text
        self.allowance = allowance or Allowance()
        self.definitions: Mapping[str, str] = {}  # what words of the user's own stand for
        self.after: Reading | None = None  # of the question before, which this one goes on from
        self.stopped: LimitError | None = None  # of the last candidate that a limit stopped
        self._results: dict[tuple[str, str], Result] = {}

    @classmethod
    def over(cls, tables: Sequence[Table], limits: Limits | None = None) -> Tables:
        """Tables that are all likely."""
        kept = {table.name: Kept(table, table) for table in tables}
        return cls(kept, [k.frame for k in kept.values()], allowance=Allowance(limits))

    @cached_property
    def things(self) -> Things | None:
        """What the documents speak of; None where there are none."""
        return self._things() if self._things is not None else None

    def hold(self, table: Table) -> str:
        """Hold a table that was read out of documents for this question; gives its name."""
        self.kept[table.name] = Kept(table, table)
        self.read_from_text |= {table.name}
        return table.name

    @cached_property
    def frames(self) -> Sequence[Frame]:
        return self._frames() if callable(self._frames) else self._frames

    def __iter__(self) -> Iterator[Table]:
        if self._likely is not None:
            return iter(self._likely)
        return (frame.whole for frame in self.frames)

    def __len__(self) -> int:
        return len(self.frames if self._likely is None else self._likely)

    @property
    def names(self) -> Sequence[str]:
        """The names of all tables, likely or not: what a program derives has none of them."""
        return tuple(self.kept)

    @cached_property
    def answer(self) -> str:
        """What the relation of a Datalog program that holds the answer is called."""
        return answer_name(self.names)

    def frame(self, table: Table) -> Frame:
        """The whole of a table, as the search sees it."""
        return self.kept[table.name].frame

    def run(self, candidate: Candidate) -> Candidate:
        """The candidate with its value, what it reads and its words, where it has none.

        Raises what is wrong with its program: 1xx to 3xx, and E510 to E512 where it may not answer
        or gives nothing.
        """
        text, words = candidate.program, candidate.words
        if candidate.language == SQL.name:
            from trivium.ask.fair_query import tables_of_query  # few questions need a parser of SQL

            read = tables_of_query(text, self.names)
        else:
            tree = judge(text, self.names, candidate.reading is not None)
            read = tables_read(tree, self.names)
            words = words or paraphrase(tree, self.answer)
        told = [table.name for table in self]
        try:
            result = self._result(candidate, read, told, self.allowance.of_candidate)
        except LimitError as stopped:
            self.stopped = stopped
            raise
        relation = self.relation_of(candidate.language)
        rows = result[relation].rows()
        if candidate.reading is not None:
            rows = candidate.reading.in_order(rows)
        elif rows and len(rows[0]) != 1:
            hint = "select the asked value alone"
            message = f"the query gives {len(rows[0])} columns, expected one"
            raise ModelError(510, message, hint=hint)
        value = tuple(
            dict.fromkeys(
                tuple(map(whole, row)) if len(row) > 1 else whole(row[0])
                for row in rows
                if None not in row
            )
        )
        if not value:
            message = "the program runs, but no row of the tables satisfies it"
            hint = "check the spelling of texts, and whether the conditions can all hold"
            raise ModelError(512, message, hint=hint)
        if candidate.language == SQL.name:
            from trivium.ask.fair_query import judge_query

            judge_query(text, {name: self.kept[name].table for name in read})
        return replace(candidate, words=words, value=value, relation=relation, tables=read)

    def result(self, candidate: Candidate, name: str = "<program>") -> Result:
        """The result of a program that names what it reads, and runs alone if it has not run yet.
        Errors call its text `name`."""
        limits = self.allowance.of_program
        return self._result(candidate, candidate.tables, self.names, limits, name)

    def relation_of(self, language: str) -> str:
        """The relation that holds the answer of a program in this language."""
        return ANSWER if language == SQL.name else self.answer

    def unit(self, candidate: Candidate) -> str:
        """The unit of a value that is one number."""
        if len(candidate.value) != 1 or not isinstance(candidate.value[0], int | float):
            return ""
        tables = {name: self.kept[name].table for name in candidate.tables}
        outcome = self.result(candidate).outcome
        if candidate.language != SQL.name:
            return unit_of(outcome.program, candidate.relation, 0, tables)
        from trivium.dialects.sql.fetched import FetchedOutcome
        from trivium.dialects.sql.outcome import QueryOutcome

        assert isinstance(outcome, FetchedOutcome | QueryOutcome)
        try:
            held = {outcome.tables[name]: table for name, table in tables.items()}
            return unit_of(outcome.program, candidate.relation, outcome.first, held)
        except ProgramError as problem:
            if problem.number != 331:
                raise
            return ""  # only the rules of a query tell through which columns a value came

    def _result(
        self,
        candidate: Candidate,
        read: Sequence[str],
        told: Sequence[str],
        limits: Callable[[int], Limits],
        name: str = "<program>",
    ) -> Result:
        """Run a program, unless it has run. It reads some tables, and is told of others, so that an
        error can name the one that was meant. `limits` has those for so many rows."""
        key = candidate.program, candidate.language
        if key not in self._results:
            within = limits(sum(self.kept[table].table.n_rows for table in read))
            given = {table: self.kept[table].given for table in read}
            others = {table: self.kept[table] for table in told if table not in given}
            self._results[key] = _start(candidate, name, given, others, within)
        return self._results[key]


def _start(
    candidate: Candidate,
    name: str,
    given: Mapping[str, Given],
    others: Mapping[str, Kept],
    limits: Limits,
) -> Result:
    """Run a program over data, each relation under its name, whatever that is."""
    dialect = DIALECTS[candidate.language]
    data: dict[str, Given | Table] = dict(given)
    declared = []
    if dialect == "sql":
        data |= {table: kept.table for table, kept in others.items()}
    else:
        declared = [g.relation() for g in (*given.values(), *(k.given for k in others.values()))]
    program = Program(candidate.program, dialect, name, relations=declared)
    return program.run(data, limits=limits)


def stopped_by(error: LimitError) -> str:
    """Why there is no answer, where a limit was hit."""
    return f"a limit was hit: E{error.number} {error.message}"


def whole(value: Scalar | Decimal) -> Scalar:
    """A float that is a whole number as an integer; rounding noise removed."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        value = round(value, 9)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value
