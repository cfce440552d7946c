"""The sources of a machine, and what all its questions share: names, indexes, columns.

    sources.add(document)      sources.remove("medals.csv")      sources.replace("medals", document)
    sources.likely(Question.of("who won?"), allowance)           what this question is asked of

Nothing that does not depend on the question is made anew for it. After any change the sources are
what they would be if those that are left had been added to none, in their order: a table is called
what it was read as, or, where an earlier one has that name, `name_2`, `name_3`, ...; names
that differ only in the case of their letters are one, as they are in SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os.path import abspath, expanduser
from pathlib import Path

from trivium.analyse.near import did_you_mean, listed
from trivium.ask.allowance import Allowance
from trivium.ask.frame import Frame
from trivium.ask.select import ROWS, TABLES, facts_frames, relevance, sampled
from trivium.ask.tables import Kept, Tables
from trivium.ask.words import Question
from trivium.corpus.search import Search
from trivium.corpus.things import Reading, Things
from trivium.errors import DataError
from trivium.ground.document import Document
from trivium.ground.entities import entities_of
from trivium.ground.passage import Passage
from trivium.ground.read import ADDRESSES
from trivium.ground.retrieve import Retriever
from trivium.ground.statements import Said, facts_in, told
from trivium.ground.table import Table, identifier, unique

# Words that the language keeps for itself: no relation can be called so.
KEPT_WORDS = ("as", "nil", "_")
# Passages whose facts a question is asked of.
PASSAGES = 8
# With more passages, a question over several hops is asked of so many that it needs.
MANY_PASSAGES, NEEDED = 2000, 300
# With more tables than this, the likeliest are found by their words first.
MANY = 12


class Sources:
    """Documents, and their tables and passages under the names that they have together."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []
        self._reader = Reading()
        self._hold(())

    @property
    def tables(self) -> list[Table]:
        return [kept.table for kept in self._kept]

    # --- changes ---------------------------------------------------------------------------------

    def add(self, documents: Iterable[Document]) -> None:
        self._take(documents, {})

    def remove(self, name: str | Path) -> None:
        """Remove a table by its name, or else each source of a name; E672 if there is neither."""
        self._hold(self._changed(name, ()))

    def replace(self, name: str | Path, document: Document) -> None:
        """Put a document where the table or the first source of a name is; E672 as above."""
        self._hold(self._changed(name, (document,)))

    def has_table(self, name: str | Path) -> bool:
        return any(kept.table.name == name for kept in self._kept)

    def _changed(self, name: str | Path, new: Sequence[Document]) -> list[Document]:
        """The documents with others in the place of what is named."""
        if self.has_table(name):
            return self._without_table(str(name), new)
        spoken = _canonical(name)
        gone = [_canonical(document.name) == spoken for document in self.documents]
        if not any(gone):
            known = [*(table.name for table in self.tables), *(d.name for d in self.documents)]
            hint = did_you_mean(str(name), known, f"there are {listed(dict.fromkeys(known))}")
            raise DataError(672, f"no source or table is called `{name}`", hint=hint)
        first = gone.index(True)
        kept = [document for document, goes in zip(self.documents, gone, strict=True) if not goes]
        return [*kept[:first], *new, *kept[first:]]

    def _without_table(self, name: str, new: Sequence[Document]) -> list[Document]:
        """The documents without one table; what else its document holds stays around its place."""
        names = iter(self.tables)
        found: list[Document] = []
        for document in self.documents:
            places = [next(names).name == name for _ in document.tables]
            if not any(places):
                found.append(document)
                continue
            at = places.index(True)
            before = replace(document, tables=document.tables[:at])
            after = replace(document, tables=document.tables[at + 1 :], passages=[])
            found += [part for part in (before, *new, after) if part.tables or part.passages]
        return found

    def _hold(self, documents: Sequence[Document]) -> None:
        """Hold these documents, and of what was made of tables what is still true."""
        before = {(id(kept.read), kept.table.name): kept for kept in self._kept}
        self.documents: list[Document] = []
        self.passages: list[Passage] = []
        self._kept = []
        self._said: dict[int, Said] = {}
        self._taken = set(KEPT_WORDS)
        self._take(documents, before)

    def _take(self, documents: Iterable[Document], before: Mapping[tuple[int, str], Kept]) -> None:
        """Hold more documents; the indexes over all are made anew when they are needed."""
        for document in documents:
            self.documents.append(document)
            self.passages += document.passages
            for table in document.tables:
                name = _named(table.name, self._taken)
                kept = before.get((id(table), name))
                self._kept.append(Kept.named(table, name) if kept is None else kept)
        self._rows: Retriever | None = None
        self._texts: Retriever | None = None
        self._named_things: Things | None = None
        self._search: Search | None = None

    # --- what a question is asked of -------------------------------------------------------------

    def likely(self, question: Question, allowance: Allowance) -> Tables:
        """All that there is, and what the search is to see of what speaks most of the question."""
        facts = self._facts(question.text)
        speaking = self._speaking(question)
        parts = frozenset(kept.table.name for kept in speaking if kept.table.n_rows > ROWS)
        if not facts and len(speaking) <= TABLES:
            tables = [kept.table for kept in speaking]

            def frames() -> list[Frame]:
                return self._likeliest(question, speaking, (), allowance)

            return self._tables(question.text, facts, frames, parts, allowance, tables)
        found = self._likeliest(question, speaking, facts, allowance)
        return self._tables(question.text, facts, found, parts, allowance)

    def _likeliest(
        self,
        question: Question,
        speaking: Sequence[Kept],
        facts: Sequence[Kept],
        allowance: Allowance,
    ) -> list[Frame]:
        """What the search is to see, of the tables that speak most of the question."""
        frames: list[Frame] = []
        for kept in speaking:
            allowance.check()
            large = kept.table.n_rows > ROWS
            frames.append(sampled(kept.table, question) if large else kept.frame)
        frames += facts_frames([kept.table for kept in facts])
        scores = relevance(question, frames)
        order = sorted(range(len(frames)), key=lambda i: -scores[i])[:TABLES]
        return [frames[i] for i in order]

    def all(self, question: str, allowance: Allowance) -> Tables:
        """All that there is, for a program that says itself what it reads."""
        return self._tables(question, self._facts(question), (), frozenset(), allowance)

    def _tables(
        self,
        question: str,
        facts: Sequence[Kept],
        frames: Sequence[Frame] | Callable[[], Sequence[Frame]],
        parts: frozenset[str],
        allowance: Allowance,
        likely: Sequence[Table] | None = None,
    ) -> Tables:
        everything = {kept.table.name: kept for kept in (*self._kept, *facts)}
        from_text = frozenset(kept.table.name for kept in facts)
        things = partial(self._things, question, allowance)
        return Tables(everything, frames, parts, from_text, allowance, likely, things)

    def _things(self, question: str, allowance: Allowance) -> Things | None:
        """What the passages speak of, of very many those that the question needs; what each states
        is read once."""
        if not self.passages:
            return None
        if len(self.passages) > MANY_PASSAGES:
            if self._search is None:
                self._search = Search(self.passages)
            hits = self._search.search(question, NEEDED)
            needed = [hit.entry.passage for hit in hits if hit.entry.passage is not None]
            return Things(needed, self._reader.read(needed, allowance.check))
        if self._named_things is None:
            self._named_things = Things(
                self.passages, self._reader.read(self.passages, allowance.check)
            )
        return self._named_things

    def _speaking(self, question: Question) -> Sequence[Kept]:
        """The tables whose words are those of the question, where there are many."""
        if len(self._kept) <= MANY:
            return self._kept
        if self._rows is None:
            self._rows = Retriever.over((), self.tables)
        hits = self._rows.search(question.text, 200)
        found = {hit.entry.table.name for hit in hits if hit.entry.table is not None}
        return [k for k in self._kept if k.table.name in found][:MANY] or self._kept[:MANY]

    def _facts(self, question: str) -> list[Kept]:
        """The facts in the passages that speak of the question, as tables."""
        if not (question and self.passages):
            return []
        if self._texts is None:
            self._texts = Retriever.over(self.passages)
        hits = self._texts.search(question, PASSAGES)
        facts = told([self._in(hit.entry.passage) for hit in hits if hit.entry.passage is not None])
        found = facts.tables
        if facts.statements is not None and (entities := entities_of(facts.statements)):
            found.append(entities)
        taken = set(self._taken)
        return [Kept.named(table, _named(table.name, taken)) for table in found]

    def _in(self, passage: Passage) -> Said:
        if id(passage) not in self._said:
            self._said[id(passage)] = facts_in(passage)
        return self._said[id(passage)]


def _named(name: str, taken: set[str]) -> str:
    """A name that the language can write, and that no other table has in letters of any case."""
    plain = name if name.isidentifier() else identifier(name) or "table"
    own = unique(plain.lower(), taken)
    return plain if own == plain.lower() else own


def _canonical(name: str | Path) -> str:
    """What two spellings of a source share: the same file, the same address."""
    text = str(name)
    if text.startswith(ADDRESSES):
        from trivium.ground.database import public_name

        return public_name(text)
    return abspath(expanduser(text.removeprefix("file://")))
