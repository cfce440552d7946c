"""The machine: sources in, questions asked, answers with proofs out.

machine = Machine()
machine.add("results.csv", "report.pdf")
answer = machine.ask("Which country had the most cyclists in the top 10?")

read -> tables, passages -> propose (built-in search, language model) -> run -> decide
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trivium.analyse.near import did_you_mean
from trivium.ask import llm
from trivium.ask.answer import Answer, Status
from trivium.ask.builtin import rank
from trivium.ask.candidate import Candidate
from trivium.ask.decide import Sources, decide, run_ranking, weigh
from trivium.ask.frame import Frame
from trivium.ask.language import why_unread
from trivium.ask.languages import LANGUAGES
from trivium.ask.learned import load
from trivium.ask.memory import Memory
from trivium.ask.select import TABLES, facts_frames, frame_of, relevance
from trivium.ask.supplied import run_supplied
from trivium.ask.words import Question
from trivium.errors import DataError, ModelError, TriviumError
from trivium.ground.document import Document
from trivium.ground.entities import entities_of
from trivium.ground.passage import Passage
from trivium.ground.read import Columns, read, read_columns, warn
from trivium.ground.retrieve import Retriever
from trivium.ground.statements import facts_of
from trivium.ground.table import Table, unique
from trivium.models.protocol import ChatModel, Usage
from trivium.solver.solve import solve
from trivium.solver.verdict import Verdict

if TYPE_CHECKING:
    from trivium.result import Result

__all__ = ["Machine"]

# Names that a table cannot have: what programs derive, and the arguments of `Program`.
_RESERVED = ("answer", "text", "facts_dir", "output_dir", "limits", "backend")
# Passages whose facts a question is asked of.
PASSAGES = 8
# With more tables than this, the likeliest are found by their words first.
MANY = 12


class Machine:
    """Tables and documents to ask questions of.

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
    ) -> None:
        self.model = model
        if language not in LANGUAGES:
            hint = did_you_mean(language, LANGUAGES, f"there are {', '.join(LANGUAGES)}")
            raise ModelError(517, f"no model is asked for `{language}`", hint=hint)
        self.language = LANGUAGES[language]
        self.samples = samples
        self.grammar = grammar
        self.memory = Memory() if memory is True else memory or None
        self.documents: list[Document] = []
        self.tables: list[Table] = []
        self.passages: list[Passage] = []
        self._on_warning = on_warning
        self._names: set[str] = set(_RESERVED)
        self._frames: dict[str, Frame] = {}
        self._retriever: Retriever | None = None

    def add(self, *sources: str | Path | Table | Passage | Columns, **named: Columns) -> Machine:
        """Read files, database addresses, data frames, tables or passages; each fact keeps its
        place. A data frame can be given a name: `machine.add(medals=frame)`.

        Raises DataError (6xx) for a source that cannot be read; those before it stay added.
        """
        for name, columns in named.items():
            self._add_document(read_columns(columns, name, self._on_warning))
        for source in sources:
            if isinstance(source, Table):
                self._add_table(source)
                continue
            if isinstance(source, Passage):
                self.passages.append(source)
                self._retriever = None
                continue
            if isinstance(source, str | Path):
                self._add_document(read(source, self._on_warning))
            else:
                self._add_document(read_columns(source, on_warning=self._on_warning))
        return self

    def _add_document(self, document: Document) -> None:
        self.documents.append(document)
        for table in document.tables:
            self._add_table(table)
        self.passages.extend(document.passages)
        self._retriever = None

    def _add_table(self, table: Table) -> None:
        self.tables.append(replace(table, name=unique(table.name, self._names)))

    def ask(self, question: str, min_confidence: float = 0.5) -> Answer:
        """Answer a question, or say `unknown` with the reason.

        Args:
            question: in plain English; a language model may read other languages too.
            min_confidence: the probability of being right that an answer must have.

        Raises DataError: E670 for an empty question, E671 when nothing was added.
        """
        started = time.perf_counter()
        text = question.strip()
        if not any(c.isalnum() for c in text):
            raise DataError(670, "the question is empty")
        if not self.tables and not self.passages:
            raise DataError(671, "there is nothing to ask", hint="add a source first")
        answer = self._ask(text, min_confidence)
        return replace(answer, seconds=time.perf_counter() - started)

    def _ask(self, text: str, min_confidence: float) -> Answer:
        question = Question.of(text)
        facts = self._facts(text)
        frames, sampled = self._chosen(question, facts)
        tables = {table.name: table for table in (*self.tables, *facts)}
        ranking = rank(question, frames, load(), relevance(question, frames))
        read_from_text = frozenset(table.name for table in facts)
        sources = Sources(tables)
        beliefs = run_ranking(ranking, sources, sampled, read_from_text)
        reason = why_unread(question, frames)
        if self.model is None:
            return decide(text, beliefs, sources, read_from_text, min_confidence, reason)
        shown = [tables[frame.table.name] for frame in frames]
        proposal = self._remembered(text, shown)
        if proposal is None:
            proposal = llm.propose(
                text, shown, self.model,
                language=self.language, samples=self.samples, grammar=self.grammar,
            )  # fmt: skip
            self._tell(proposal)
        beliefs = weigh(beliefs, proposal.candidates)
        reason = proposal.reason or reason
        answer = decide(text, beliefs, sources, read_from_text, min_confidence, reason)
        if answer.status is not Status.UNKNOWN and proposal.attempts:
            self._learn(text, beliefs[0].candidate, proposal, shown)
        return replace(answer, usage=proposal.usage, virtual=proposal.virtual)

    def _remembered(self, question: str, tables: Sequence[Table]) -> llm.Proposal | None:
        """The program of an earlier question of the same shape, where it has a value here too."""
        found = None if self.memory is None else self.memory.recall(question, tables)
        if found is None:
            return None
        recipe, program = found
        try:
            candidate = llm.run_candidate(program, tables, language=recipe.language)
        except TriviumError:
            return None
        return llm.Proposal((replace(candidate, score=recipe.score),), Usage())

    def _learn(
        self, question: str, best: Candidate, proposal: llm.Proposal, tables: Sequence[Table]
    ) -> None:
        """Remember the model's program that gave the value of the answer."""
        for candidate in proposal.candidates:
            if self.memory is not None and candidate.key == best.key:
                self.memory.learn(
                    question, candidate.program, candidate.score, tables, candidate.language
                )

    def _tell(self, proposal: llm.Proposal) -> None:
        """Warn of what the language model did not do; the built-in programmer answers alone."""
        if proposal.error is not None and not proposal.candidates:
            self._on_warning(proposal.reason)
        if proposal.left_out:
            self._on_warning(f"the prompt has no room for {', '.join(proposal.left_out)}")

    def run(self, question: str, program: str) -> Answer:
        """The answer that a program gives over all the tables: the `answer` relation of Datalog, or
        the rows of a SELECT.

        Raises what the program raises (1xx to 3xx), and E201 if it has no `answer` relation.
        """
        return run_supplied(question, program, [*self.tables, *self._facts(question)])

    def solve(self, program: str | Sequence[str] | None = None, **how: Any) -> Verdict:
        """Solve a problem of logic, as `trivium.solve` does: premises and a statement, facts and
        rules, constraints and options; or several programs that were written for one problem."""
        return solve(program, **how)

    def sql(self, query: str) -> Result:
        """A SELECT over the tables: its rows as a table, and `why(row)` down to the cells.

        Raises what the query raises: E120 and E121, E226 to E229, 3xx for a limit.
        """
        from trivium.program import Program

        tables = {table.name: table for table in self.tables}
        return Program(query, "sql", "<query>").run(tables)

    # --- what a question is asked of -------------------------------------------------------------

    def _facts(self, question: str) -> list[Table]:
        """The facts in the passages that speak of the question, as tables."""
        if not self.passages:
            return []
        if self._retriever is None:
            self._retriever = Retriever.over(self.passages)
        hits = self._retriever.search(question, PASSAGES)
        passages = [hit.entry.passage for hit in hits if hit.entry.passage is not None]
        facts = facts_of(passages)
        found = facts.tables
        if facts.statements is not None and (entities := entities_of(facts.statements)):
            found.append(entities)
        taken = set(self._names)
        return [replace(table, name=unique(table.name, taken)) for table in found]

    def _chosen(self, question: Question, facts: list[Table]) -> tuple[list[Frame], frozenset[str]]:
        """The frames of the tables that speak most of the question; which of them are samples."""
        frames: list[Frame] = []
        sampled: set[str] = set()
        for table in self._likely(question):
            frame = self._frames.get(table.name)
            if frame is None:
                frame, part = frame_of(table, question)
                if part:
                    sampled.add(table.name)
                else:
                    self._frames[table.name] = frame
            frames.append(frame)
        frames += facts_frames(facts)
        scores = relevance(question, frames)
        order = sorted(range(len(frames)), key=lambda i: -scores[i])[:TABLES]
        return [frames[i] for i in order], frozenset(sampled)

    def _likely(self, question: Question) -> list[Table]:
        if len(self.tables) <= MANY:
            return self.tables
        hits = Retriever.over((), self.tables).search(question.text, 200)
        found = {hit.entry.table.name for hit in hits if hit.entry.table is not None}
        return [table for table in self.tables if table.name in found][:MANY] or self.tables[:MANY]
