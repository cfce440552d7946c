"""Programs that worked, kept by the shape of their question, and used again with other constants.

    who won in 1964?        answer(x) :- games(year: 1964, winner: x).        asked, and it worked
    who won in 1972?        answer(x) :- games(year: 1972, winner: x).        remembered: no call

A question has the shape of another if it differs only in words that the program names as constants.
Where that is not certain, it is not remembered: the words of a constant must stand in the question
once; a text must be found in the same columns as the old one, and be spelt in one way there; and
the tables must have the same columns. So a program is never used for what it does not mean.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from trivium.ask.constants import Constant, constants_in
from trivium.ask.words import tokens
from trivium.errors import ModelError
from trivium.ground.table import Table
from trivium.ir.text import quoted
from trivium.syntax.sql.quotes import sql_text

# The place of a constant, in a question's words and in a program's pieces.
SLOT = ""
# A value of more words is not looked for.
_LONGEST = 12
_WRITERS = {"datalog": quoted, "sql": sql_text}
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Use:
    """A constant of a program: the place of its value among the question's, and how it is written:
    as the cell is (`cell`), in small letters (`lower`), or as a number (`number`)."""

    place: int
    style: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """A program with slots for what its question named.

    Args:
        words: of the question, in order; "" is the place of a value.
        pieces: of the program, the text around its constants.
        uses: each constant of the program that the question named.
        columns: for each place the columns in which its value stood.
        lengths: for each place the number of its words.
        schema: the columns of the tables.
        language: of the program, `datalog` or `sql`.
        question: the first question of this shape.
        score: how much its program was believed.
        reused: how often it was used again.
    """

    words: tuple[str, ...]
    pieces: tuple[str, ...]
    uses: tuple[Use, ...]
    columns: tuple[tuple[str, ...], ...]
    lengths: tuple[int, ...]
    schema: str
    language: str
    question: str
    score: float
    reused: int = 0

    @property
    def key(self) -> object:
        """What two recipes share of which the newer one replaces the older."""
        return self.schema, self.words, self.columns


class Memory:
    """Recipes, in the order in which they were learnt; a newer one of the same shape replaces one.

    Args:
        path: where they are kept from run to run; by default they live as long as the object.

    Raises E516 for a file that holds no recipes, or cannot be written.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._lock = threading.Lock()
        self._recipes: dict[object, Recipe] = {}
        self._cells: _Cells | None = None
        if self.path is not None and self.path.exists():
            for recipe in _read(self.path):
                self._recipes[recipe.key] = recipe

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        with self._lock:
            return tuple(self._recipes.values())

    def __len__(self) -> int:
        return len(self._recipes)

    def __repr__(self) -> str:
        lines = [f"{len(self)} programs remembered"]
        lines += [
            f"  {recipe.question}   (used again {recipe.reused} times)" for recipe in self.recipes
        ]
        return "\n".join(lines)

    def learn(
        self,
        question: str,
        program: str,
        score: float,
        tables: Sequence[Table],
        language: str = "datalog",
    ) -> bool:
        """Remember a program that answered a question, if its constants can be told apart."""
        recipe = _recipe(question, program, score, tables, language, self._look(tables))
        if recipe is None:
            return False
        with self._lock:
            self._recipes[recipe.key] = recipe
            self._keep()
        return True

    def recall(self, question: str, tables: Sequence[Table]) -> tuple[Recipe, str] | None:
        """The recipe for a question of a known shape, and its program for this one; or None."""
        words, schema = tokens(question), schema_of(tables)
        known = [recipe for recipe in self.recipes if recipe.schema == schema]
        shaped = [(recipe, found) for recipe in known for found in _alignments(recipe.words, words)]
        if not shaped:
            return None
        cells = self._look(tables)
        programs = [(recipe, _filled(recipe, found, cells)) for recipe, found in shaped]
        fitting = {text: recipe for recipe, text in programs if text is not None}
        if len(fitting) != 1:  # nothing, or no way to tell which is meant
            return None
        ((text, recipe),) = fitting.items()
        with self._lock:
            again = replace(recipe, reused=recipe.reused + 1)
            self._recipes[recipe.key] = again
        return again, text

    def forget(self, question: str | None = None) -> int:
        """Forget the programs of a question's shape, or all; how many were forgotten."""
        with self._lock:
            before = len(self._recipes)
            words = None if question is None else tokens(question)
            self._recipes = {
                key: recipe
                for key, recipe in self._recipes.items()
                if words is not None and not any(_alignments(recipe.words, words))
            }
            self._keep()
            return before - len(self._recipes)

    def _look(self, tables: Sequence[Table]) -> _Cells:
        """Where the values of tables stand; those of the last question's are looked up once."""
        self._cells = _Cells(tables, self._cells)
        return self._cells

    def _keep(self) -> None:
        if self.path is None:
            return
        text = "".join(
            json.dumps(asdict(recipe), ensure_ascii=False) + "\n"
            for recipe in self._recipes.values()
        )
        aside = self.path.with_name(self.path.name + ".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(text, "utf-8")
            aside.replace(self.path)
        except OSError as e:
            raise ModelError(516, f"the memory {self.path} cannot be written: {e}") from e


def _read(path: Path) -> Iterator[Recipe]:
    try:
        for line in path.read_text("utf-8").split("\n"):
            if line.strip():
                kept = json.loads(line)
                for name in ("words", "pieces", "lengths"):
                    kept[name] = tuple(kept[name])
                kept["columns"] = tuple(tuple(columns) for columns in kept["columns"])
                kept["uses"] = tuple(Use(**use) for use in kept["uses"])
                yield Recipe(**kept)
    except (OSError, ValueError, LookupError, TypeError) as e:
        raise ModelError(516, f"{path} is not a memory of programs: {e}") from e


def schema_of(tables: Sequence[Table]) -> str:
    """What programs may rely on: names and types of the tables' columns."""
    shown = []
    for table in sorted(tables, key=lambda table: table.name):
        columns = ", ".join(f"{name}: {kind}" for name, kind, _ in table.relation_columns())
        shown.append(f"{table.name}({columns})")
    return "; ".join(shown)


# For each value, as words, the columns in which it stands and its spellings there.
_Places = dict[tuple[str, ...], dict[str, set[str]]]


def _places_in(table: Table) -> _Places:
    found: _Places = {}
    for name, _, values in table.relation_columns():
        for text in {value for value in values if isinstance(value, str)}:
            spellings = found.setdefault(tokens(text), {})
            spellings.setdefault(f"{table.name}.{name}", set()).add(text)
    return found


class _Cells:
    """Where the values of some tables stand. What was found in a table is `known`, by identity, to
    the next question that is asked of it."""

    def __init__(self, tables: Sequence[Table], before: _Cells | None = None) -> None:
        known = {} if before is None else before.known
        self.known: dict[int, tuple[Table, _Places]] = {
            id(table): known.get(id(table)) or (table, _places_in(table)) for table in tables
        }

    def _of(self, words: tuple[str, ...]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for _, places in self.known.values():
            found |= places.get(words, {})
        return found

    def columns(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(self._of(words)))

    def spelling(self, words: tuple[str, ...]) -> str | None:
        """The one way in which the value is written, or None."""
        spelt = set[str]().union(*self._of(words).values())
        return spelt.pop() if len(spelt) == 1 else None


def _recipe(
    question: str,
    program: str,
    score: float,
    tables: Sequence[Table],
    language: str,
    cells: _Cells,
) -> Recipe | None:
    """None where it cannot be told which words of the question a constant is, or whether it is.

    What is added or taken away (`row + 1`) is the program's own.
    """
    words = tokens(question)
    taken: list[tuple[int, int]] = []
    styles, pieces, last = [], [], 0
    for constant in constants_in(program, language):
        start, end = constant.start, constant.end
        named = tokens(constant.text)
        starts = [] if constant.calculated else _found(named, words)
        if len(starts) > 1:
            return None
        if starts:
            place = (starts[0], starts[0] + len(named))
            style = _style(constant, cells)
            if style is None or (place in taken and style == "number"):
                return None
            taken.append(place)
            styles.append(style)
            pieces.append(program[last:start])
            last = end
    places = sorted(set(taken))
    if any(end > start for (_, end), (start, _) in pairwise(places)):
        return None
    shape: list[str] = []
    at = 0
    for start, end in places:
        shape += [*words[at:start], SLOT]
        at = end
    return Recipe(
        (*shape, *words[at:]),
        (*pieces, program[last:]),
        tuple(Use(places.index(t), s) for t, s in zip(taken, styles, strict=True)),
        tuple(cells.columns(words[start:end]) for start, end in places),
        tuple(end - start for start, end in places),
        schema_of(tables),
        language,
        question,
        score,
    )


def _style(constant: Constant, cells: _Cells) -> str | None:
    """How a program writes a value of the question; None if it is no way that is known."""
    if constant.is_number:
        return "number"
    named = tokens(constant.text)
    if constant.text == cells.spelling(named):
        return "cell"
    return "lower" if constant.text == " ".join(named) else None


def _found(named: tuple[str, ...], words: tuple[str, ...]) -> list[int]:
    """Where these words stand among the question's."""
    if not named or len(named) > _LONGEST:
        return []
    starts = range(len(words) - len(named) + 1)
    return [start for start in starts if words[start : start + len(named)] == named]


def _filled(recipe: Recipe, values: Sequence[tuple[str, ...]], cells: _Cells) -> str | None:
    """The program for these values, or None where one of them is not of the old one's kind."""
    text = recipe.pieces[0]
    for use, piece in zip(recipe.uses, recipe.pieces[1:], strict=True):
        value, columns = values[use.place], recipe.columns[use.place]
        if use.style == "number":
            if len(value) != 1 or not _PLAIN_NUMBER.fullmatch(value[0]):
                return None
            text += value[0] + piece
            continue
        if cells.columns(value) != columns or (
            not columns and len(value) != recipe.lengths[use.place]
        ):
            return None
        spelt = cells.spelling(value) if use.style == "cell" else " ".join(value)
        if spelt is None:
            return None
        text += _WRITERS[recipe.language](spelt) + piece
    return text


def _alignments(
    shape: Sequence[str], words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The ways in which a question has a shape: for each slot the words in it."""
    if not shape:
        if not words:
            yield ()
        return
    if shape[0] != SLOT:
        if words and words[0] == shape[0]:
            yield from _alignments(shape[1:], words[1:])
        return
    for length in range(1, min(_LONGEST, len(words)) + 1):
        for rest in _alignments(shape[1:], words[length:]):
            yield (words[:length], *rest)
