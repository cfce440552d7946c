"""A table whose rows a model reads: to filter, to tell more of, to match, to group, to rank.

    late = machine.table("reviews").where("it complains of a late delivery: {text}")
    late.map("product", "Which product is it about? {text}").rows()

Each line is a small program of a `.model` relation and a rule, so all that holds of these holds
here: each distinct text is read once, what is not known is in no result and listed in `unknown`,
and `how` says whom to ask, with which target and budget.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trivium.errors import ModelError
from trivium.ir.text import quoted
from trivium.models.protocol import Usage
from trivium.program import Program
from trivium.result import Result

_PLACE = re.compile(r"\{\s*[^{}]*?\s*\}")
# What a model grades from, to rank rows.
_BEST = 10
OWN = "model"  # what the model of a machine is called
_SAME = "Are {a} and {b} the same thing?"

Row = tuple[str, ...]


@dataclass(frozen=True)
class SemanticTable:
    """Rows of texts, and who reads them.

    Args:
        columns: their names, by which a question names what is read of a row: `{text}`; a question
            that names none is about the whole row.
        models: by name, as `Program` takes them.
        results: of the questions that led here, the last one last.
    """

    columns: tuple[str, ...]
    cells: tuple[Row, ...]
    models: Mapping[str, Any]
    results: tuple[Result, ...] = ()

    def rows(self) -> list[Row]:
        return list(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.cells)

    def __repr__(self) -> str:
        return f"<{len(self):,} rows of {', '.join(self.columns)}>"

    @property
    def result(self) -> Result:
        """That of the last question: its `unknown`, `certificate("told")`, `why`. E529."""
        if not self.results:
            hint = "ask one: `.where(...)`, `.map(...)`"
            raise ModelError(529, "no question led to this table", hint=hint)
        return self.results[-1]

    @property
    def unknown(self) -> Mapping[tuple[Any, ...], str]:
        """What the last question has no answer about, and why."""
        return self.result.unknown.get("told", {})

    @property
    def usage(self) -> Usage:
        """What all questions that led here took."""
        return sum((result.usage for result in self.results), Usage())

    # --- one line each ---------------------------------------------------------------------------

    def where(self, statement: str, how: str = "") -> SemanticTable:
        """The rows of which the statement is true: `where("it is a complaint: {text}")`."""
        question = statement
        if not statement.rstrip().endswith("?"):
            question = f"True or false: {statement}"
        told, result = self._told(question, "yes: bool", how)
        kept = tuple(row for row, value in zip(self.cells, told, strict=True) if value == "yes")
        return replace(self, cells=kept, results=(*self.results, result))

    def map(
        self,
        name: str,
        question: str,
        among: Sequence[str] | None = None,
        how: str = "",
        kind: str = "symbol",
    ) -> SemanticTable:
        """The rows with one more column of what a model tells; without those that it cannot tell.

        Args:
            among: the values that it chooses from; any text without.
            kind: `symbol`, `number` or `float`, where it may tell anything.
        """
        output = f"{name}: {kind}"
        if among is not None:
            output += f" in [{_list(among)}]"
        told, result = self._told(question, output, how)
        pairs = zip(self.cells, told, strict=True)
        cells = tuple((*row, str(value)) for row, value in pairs if value is not None)
        columns = (*self.columns, name)
        return replace(self, columns=columns, cells=cells, results=(*self.results, result))

    def group(self, question: str, among: Sequence[str], how: str = "") -> dict[str, SemanticTable]:
        """The rows by what a model tells of them; each value of `among`, also one without rows."""
        told, result = self._told(question, f"label: symbol in [{_list(among)}]", how)
        groups = {}
        for label in among:
            pairs = zip(self.cells, told, strict=True)
            cells = tuple(row for row, value in pairs if value == label)
            groups[label] = replace(self, cells=cells, results=(*self.results, result))
        return groups

    def top(self, count: int, question: str, how: str = "") -> SemanticTable:
        """The rows of the highest grades, from 10 to 0, that a model gives; equal ones stay in
        their order: `top(5, "How angry is it? {text}")`."""
        told, result = self._told(question, f"grade: number in 0..{_BEST}", how)
        graded = [(v, row) for row, v in zip(self.cells, told, strict=True) if v is not None]
        best = sorted(graded, key=lambda pair: -pair[0])[:count]
        cells = tuple(row for _, row in best)
        return replace(self, cells=cells, results=(*self.results, result))

    def join(
        self, other: SemanticTable, question: str = _SAME, near: int = 0, how: str = ""
    ) -> SemanticTable:
        """Pairs of a row here and one of `other` of which a yes-or-no question about `{a}` and
        `{b}` is answered by yes.

        Args:
            near: ask only about so many rows of `other` that lie nearest to each row, by
                embeddings; 0 asks about all pairs.
        """
        mine, theirs = _texts(self), _texts(other)
        blocks = _near("right", near) if near else ""
        literal = "near(a, b), " if near else ""
        text = (
            ".decl left(a: symbol) .decl right(b: symbol)\n"
            f"{blocks}.model told(a: symbol, b: symbol, -> yes: bool) ask {quoted(question)} "
            f"{how}\nfound(a, b) :- left(a), right(b), {literal}told(a, b)."
        )
        program = Program(text, models=self._models(how))
        given = {"left": [(t,) for t in mine], "right": [(t,) for t in theirs]}
        result = _answered(program.run(given))
        found = set(result["found"].rows())
        cells = tuple(
            (*row, *others)
            for a, row in zip(mine, self.cells, strict=True)
            for b, others in zip(theirs, other.cells, strict=True)
            if (a, b) in found
        )
        twice = set(self.columns) & set(other.columns)
        columns = self.columns + tuple(f"{c}_2" if c in twice else c for c in other.columns)
        return replace(self, columns=columns, cells=cells, results=(*self.results, result))

    def distinct(self, question: str = _SAME, near: int = 5, how: str = "") -> SemanticTable:
        """The rows without those that are another one again: of each, the first.

        Args:
            near: ask only about so many rows that lie nearest, by embeddings; 0 asks about all.
        """
        texts = _texts(self)
        # A text lies nearest to itself.
        blocks = _near("item", near + 1) if near else ""
        literal = "near(a, b), " if near else ""
        text = (
            ".decl item(a: symbol)\n"
            f"{blocks}.model told(a: symbol, b: symbol, -> yes: bool) ask {quoted(question)} "
            f"symmetric {how}\nfound(a, b) :- item(a), item(b), {literal}a != b, told(a, b)."
        )
        result = Program(text, models=self._models(how)).run(
            item=[(t,) for t in dict.fromkeys(texts)]
        )
        first = _first_of_each(texts, result["found"].rows())
        kept = {text: n for n, text in reversed(list(enumerate(texts))) if first[text] == text}
        cells = tuple(self.cells[n] for n in sorted(kept.values()))
        return replace(self, cells=cells, results=(*self.results, result))

    def _models(self, how: str) -> Mapping[str, Any]:
        """Whom a question may be put to: where it does not say, the machine's own model."""
        if "using" in how or OWN not in self.models:
            return self.models
        others = {n: m for n, m in self.models.items() if not hasattr(m, "complete")}
        return {**others, OWN: self.models[OWN]}

    def _told(self, question: str, output: str, how: str) -> tuple[list[Any], Result]:
        """What a model tells of each row, None where that is not known."""
        named = {place.strip("{} ") for place in _PLACE.findall(question)}
        columns = [column for column in self.columns if column in named] or list(self.columns)
        if not named:
            question = f"{question} {' '.join(f'{{{column}}}' for column in columns)}"
        names = ", ".join(f"c{n}" for n in range(len(columns)))
        inputs = ", ".join(f"{column}: symbol" for column in columns)
        text = (
            f".decl item({', '.join(f'c{n}: symbol' for n in range(len(columns)))})\n"
            f".model told({inputs}, -> {output}) ask {quoted(question)} {how}\n"
            f"found({names}, v) :- item({names}), told({names}, v)."
        )
        places = [self.columns.index(column) for column in columns]
        keys = [tuple(row[place] for place in places) for row in self.cells]
        program = Program(text, models=self._models(how))
        result = _answered(program.run(item=list(dict.fromkeys(keys))))
        found = {row[:-1]: row[-1] for row in result["found"].rows()}
        return [found.get(key) for key in keys], result


def _answered(result: Result) -> Result:
    """The result; E530 where nothing that was asked has an answer."""
    unknown = result.unknown.get("told", {})
    if unknown and not len(result["told"]):
        reason = next(iter(unknown.values()))
        message = f"none of {len(unknown):,} questions has an answer: {reason}"
        raise ModelError(530, message, hint="mend that, and ask again: nothing was kept")
    return result


def _list(values: Sequence[str]) -> str:
    return ", ".join(map(quoted, values))


def _near(domain: str, count: int) -> str:
    return f".model near(text: symbol, -> other: symbol in {domain}) using embedding top {count}\n"


def _texts(table: SemanticTable) -> list[str]:
    """Each row as a text: its one cell, or its cells with their names."""
    if len(table.columns) == 1:
        return [row[0] for row in table.cells]
    return [
        "; ".join(f"{c}: {v}" for c, v in zip(table.columns, row, strict=True) if v)
        for row in table.cells
    ]


def _first_of_each(texts: Sequence[str], pairs: Sequence[tuple[Any, ...]]) -> dict[str, str]:
    """For each text the first one that is the same thing."""
    place = {text: n for n, text in reversed(list(enumerate(texts)))}
    first = {text: text for text in texts}

    def root(text: str) -> str:
        while first[text] != text:
            text = first[text]
        return text

    for a, b in pairs:
        early, late = sorted((root(a), root(b)), key=place.__getitem__)
        first[late] = early
    return {text: root(text) for text in texts}
