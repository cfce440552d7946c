"""The machine: sources in, questions asked, answers with proofs out.

machine = Machine()
machine.add("results.csv", "report.pdf")
answer = machine.ask("Which country had the most cyclists in the top 10?")

read -> tables, passages -> propose (reader, search, language model) -> run -> decide
"""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.analyse.near import did_you_mean
from trivium.ask.allowance import Allowance
from trivium.ask.answer import Answer
from trivium.ask.belief import Belief, join
from trivium.ask.candidate import Candidate
from trivium.ask.decide import decide, proved
from trivium.ask.languages import LANGUAGES, SQL
from trivium.ask.memory import Memory
from trivium.ask.programmers.protocol import Programmer, Proposal, proposal_of
from trivium.ask.programmers.supplied import Supplied
from trivium.ask.programmers.weighed import Weighed
from trivium.ask.sources import Sources
from trivium.ask.tables import Tables, stopped_by
from trivium.ask.words import Question
from trivium.engine.limits import Limits
from trivium.errors import DataError, LimitError, ModelError
from trivium.ground.document import Document
from trivium.ground.passage import Passage
from trivium.ground.read import Columns, read, read_columns, warn
from trivium.ground.report import Report
from trivium.ground.table import Table
from trivium.models.protocol import ChatModel, Usage
from trivium.result import Result

if TYPE_CHECKING:
    from trivium.ask.semantic import SemanticTable
    from trivium.solver.verdict import Verdict

__all__ = ["Machine"]

Source = str | Path | Table | Passage | Columns


class Machine:
    """Tables and documents to ask questions of.

        read        add, remove, replace: files, databases, data frames -> tables, passages
        propose     each programmer writes candidate programs for a question over the tables
        run         every program runs under the same limits, whoever wrote it
        decide      the programmers are weighed: a value with its proof, or `unknown`

    Args:
        model: a language model that proposes programs beside the built-in programmer; without one
            the built-in programmer answers alone.
        on_warning: what to do with a warning about a source; by default a `DataWarning`.
        language: what the model is asked to write: `sql`, which models write best over tables,
            `datalog`, or `json`, for endpoints with schemas; E517 for another.
        samples: how many programs the model is asked for; values that several give count more.
        grammar: whether the model may write only what parses and type-checks, where its endpoint
            knows grammars.
        memory: the model's programs that worked, which answer questions of the same shape without a
            call; by default a new one, and none with False.
        limits: what a question, a program or the reading of sources may use, where a call gives no
            limits of its own. `seconds` are those of the call from start to end.
        programmers: who proposes programs; by default the built-in one, and the model behind the
            memory. More may be appended to `machine.programmers` at any time.
    """

    def __init__(
        self,
        model: ChatModel | None = None,
        on_warning: Callable[[str], None] = warn,
        *,
        language: str = "sql",
        samples: int = 1,
        grammar: bool = True,
        memory: Memory | bool = True,
        limits: Limits | None = None,
        programmers: Iterable[Programmer] | None = None,
    ) -> None:
        if language not in LANGUAGES:
            hint = did_you_mean(language, LANGUAGES, f"there are {', '.join(LANGUAGES)}")
            raise ModelError(517, f"no model is asked for `{language}`", hint=hint)
        self.memory = Memory() if memory is True else memory or None
        self.programmers: list[Programmer] = [Weighed()]
        if programmers is not None:
            self.programmers = list(programmers)
        elif model is not None:
            from trivium.ask.programmers.memory import Remembered
            from trivium.ask.programmers.model import Model

            asks = Model(model, LANGUAGES[language], samples, grammar)
            self.programmers.append(asks if self.memory is None else Remembered(self.memory, asks))
        self.limits = limits
        self.definitions: dict[str, str] = {}
        self._folders: set[Path] = set()
        self.models: dict[str, Any] = {} if model is None else {"model": model}
        self._on_warning = on_warning
        self._sources = Sources()

    # --- read: what is known ---------------------------------------------------------------------

    @property
    def documents(self) -> Sequence[Document]:
        """Every source, as it was read."""
        return self._sources.documents

    @property
    def tables(self) -> Sequence[Table]:
        """The tables of all sources, each under a name of its own."""
        return self._sources.tables

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages of all sources."""
        return self._sources.passages

    def add(
        self, /, *sources: Source | Mapping[str, Columns], **named: Columns | Limits | str
    ) -> Machine:
        """Read files, database addresses, data frames, tables or passages; each fact keeps its
        place. A data frame can be given a name: `machine.add(medals=frame)`, or, whatever the name
        is, `machine.add({"limits": frame})`. `limits=Limits(...)` are those of the reading;
        `dates="mdy"` (or `dmy`, `ymd`) reads the dates of files whose columns do not show their
        order.

        Raises DataError (6xx) for a source that cannot be read, LimitError (3xx) for one that is
        more than the limits; those before it stay added.
        """
        dates = named.get("dates")
        if isinstance(dates, str):  # else a data frame of that name
            del named["dates"]
        order = dates if isinstance(dates, str) else ""
        limits, frames = _told_apart(named)
        allowance = self._allowance(limits)
        found: list[Document] = []
        try:
            for source in sources:
                if isinstance(source, str | Path):
                    self._define_of_folder(Path(source).parent)
            for source in (frames, *sources):
                named_ones = source.items() if isinstance(source, Mapping) else [(None, source)]
                found += (self._read(one, name, allowance, order) for name, one in named_ones)
        finally:
            self._sources.add(found)
        return self

    def remove(self, name: str | Path) -> Machine:
        """Forget what is called so: a table by its name in `machine.tables`; or else a source, as
        it was given to `add`: a path, an address, the file that a passage is of.

        What is left is what a new machine would have, to which it was added: so a second table
        `medals_2` is called `medals` once the first is gone. E672 if nothing is called so.
        """
        self._sources.remove(name)
        return self

    def replace(self, name: str | Path, source: Source, *, limits: Limits | None = None) -> Machine:
        """Put another source where the one called `name` is, as `remove` has it; a data frame in
        the place of a table takes its name. If it cannot be read, nothing has changed."""
        as_table = str(name) if self._sources.has_table(name) else None
        document = self._read(source, as_table, self._allowance(limits))
        self._sources.replace(name, document)
        return self

    def _read(
        self, source: Any, name: str | None, allowance: Allowance, dates: str = ""
    ) -> Document:
        if isinstance(source, Table):
            return _document(source.place.file, [source], [])
        if isinstance(source, Passage):
            return _document(source.place.file, [], [source])
        if isinstance(source, str | Path):
            return read(source, self._on_warning, allowance.guard, dates=dates)
        return read_columns(source, name or "table", self._on_warning, allowance.guard)

    def define(self, name: str, meaning: str) -> Machine:
        """Say what a word of one's own stands for, in words that the reader knows: a column, a
        quantity or rows, with conditions. Questions use it from then on, as exactly as a column.

            machine.define("revenue", "total where status = 'paid'")
            machine.define("big client", "clients where spend > 1000")
            machine.define("大客户", "消费金额超过1000的客户")

        A folder of sources may hold definitions for all of its files, in the table `define` of a
        file `trivium.toml`. A definition may use those before it; one that cannot be read over the
        tables is left out with a warning. E673 where the name or its meaning says nothing.
        """
        if not any(map(str.isalnum, name)) or not any(map(str.isalnum, meaning)):
            raise DataError(673, f"`{name}` is defined as `{meaning}`")
        self.definitions[name] = meaning
        return self

    def _define_of_folder(self, folder: Path) -> None:
        """The definitions in `trivium.toml` of a folder; those given before stand."""
        path = folder / "trivium.toml"
        if path in self._folders or not path.is_file():
            return
        self._folders.add(path)
        for name, meaning in definitions_of(path).items():
            if name not in self.definitions:
                self.define(name, meaning)

    # --- ask: propose, run, decide ---------------------------------------------------------------

    def ask(
        self,
        question: str,
        min_confidence: float = 0.5,
        *,
        after: Answer | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """Answer a question, or say `unknown` with the reason; so also where a limit is hit.

        Args:
            question: in plain English or Chinese; a language model may read other languages too.
            min_confidence: the probability of being right that an answer must have.
            after: the answer before, where the question goes on from its question: "and in 2022?".
            limits: on the question from start to end; no call of a language model is cut off, but
                after one that ends late nothing more is run.

        Raises DataError: E670 for an empty question, E671 when nothing was added.
        """
        started = time.perf_counter()
        text = question.strip()
        if not any(c.isalnum() for c in text):
            raise DataError(670, "the question is empty")
        if not self.tables and not self.passages:
            raise DataError(671, "there is nothing to ask", hint="add a source first")
        try:
            tables = self._sources.likely(Question.of(text), self._allowance(limits))
            tables.definitions = self.definitions
            tables.after = after.reading if after is not None else None
            answer = self._ask(text, tables, min_confidence)
        except LimitError as stopped:
            answer = Answer(text, None, reason=stopped_by(stopped))
        return replace(answer, seconds=time.perf_counter() - started)

    def _ask(self, text: str, tables: Tables, min_confidence: float) -> Answer:
        beliefs: list[Belief] = []
        proposals: list[Proposal] = []
        reason = ""
        for programmer in self.programmers:
            try:
                proposal = proposal_of(programmer, text, tables)
            except LimitError as stopped:
                reason = stopped_by(stopped)
                break
            for warning in proposal.warnings:
                self._on_warning(warning)
            proposals.append(proposal)
            beliefs = join(beliefs, proposal.candidates)
            reason = proposal.reason or reason
        answer = decide(text, beliefs, tables, min_confidence, reason)
        if answer.value is not None:
            for accepted in filter(None, (proposal.accepted for proposal in proposals)):
                accepted(beliefs[0].candidate)
        usage = sum((proposal.usage for proposal in proposals), Usage())
        virtual = sum((proposal.virtual for proposal in proposals), Usage())
        return replace(answer, usage=usage, virtual=virtual)

    # --- programs of one's own -------------------------------------------------------------------

    def run(self, question: str, program: str, *, limits: Limits | None = None) -> Answer:
        """The answer that a program gives over all the tables: the `answer` relation of Datalog
        (`answer_2` beside a table called `answer`), or the rows of a SELECT.

        Raises what the program raises (1xx to 3xx), and E201 if it has no `answer` relation.
        """
        started = time.perf_counter()
        tables = self._sources.all(question, self._allowance(limits))
        (candidate,) = Supplied(program).propose(question, tables).candidates
        answer = proved(question, Belief(candidate, 1.0), tables)
        return replace(answer, seconds=time.perf_counter() - started)

    def sql(self, query: str, *, limits: Limits | None = None) -> Result:
        """A SELECT over the tables: its rows as a table, and `why(row)` down to the cells.

        Raises what the query raises: E120 and E121, E226 to E229, 3xx for a limit.
        """
        tables = self._sources.all("", self._allowance(limits))
        from trivium.ask.fair_query import tables_of_query  # few questions need a parser of SQL

        read = tables_of_query(query, tables.names)
        return tables.result(Candidate(query, language=SQL.name, tables=read), "<query>")

    # --- models that read ------------------------------------------------------------------------

    def model(self, name: str, model: Any) -> Machine:
        """Let a chat model, a function or an embedder read tables under a name, which `how` says:
        `machine.table("reviews").where("it is angry", "using small, dear target precision 0.9")`.
        """
        self.models[name] = model
        return self

    def table(self, name: str) -> SemanticTable:
        """A table whose rows a model reads, as texts: `machine.table("reviews").where("...")`.

        E672 if no table is called so.
        """
        from trivium.ask.semantic import SemanticTable  # few questions are of that kind

        found = next((table for table in self.tables if table.name == name), None)
        if found is None:
            hint = did_you_mean(name, [table.name for table in self.tables])
            raise DataError(672, f"no table is called `{name}`", hint=hint)
        columns = tuple(column.name for column in found.columns)
        cells = tuple(zip(*(column.raw for column in found.columns), strict=True))
        return SemanticTable(columns, cells, self.models)

    def solve(self, program: str | Sequence[str] | None = None, **how: Any) -> Verdict:
        """Solve a problem of logic, as `trivium.solve` does: premises and a statement, facts and
        rules, constraints and options; or several programs that were written for one problem."""
        from trivium.solver.solve import solve

        return solve(program, **how)

    def _allowance(self, limits: Limits | None) -> Allowance:
        return Allowance(self.limits if limits is None else limits)


def definitions_of(path: Path) -> dict[str, str]:
    """The table `define` of a file of settings; E606 where it is no such file."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(606, f"{path}: {error}") from None
    told = settings.get("define", {})
    if not isinstance(told, dict) or not all(isinstance(v, str) for v in told.values()):
        hint = "write `[define]` and below it `revenue = \"total where status = 'paid'\"`"
        raise DataError(606, f"{path}: `define` is no table of texts", hint=hint)
    return told


def _told_apart(named: Mapping[str, Any]) -> tuple[Limits | None, dict[str, Any]]:
    """The limits of an `add`, and its data frames, of which one may be called `limits`."""
    limits = named.get("limits")
    if not isinstance(limits, Limits):
        return None, dict(named)
    return limits, {name: frame for name, frame in named.items() if name != "limits"}


def _document(name: str, tables: list[Table], passages: list[Passage]) -> Document:
    return Document(name, tables, passages, Report(name, tuple(tables), tuple(passages)))
