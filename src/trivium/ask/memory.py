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

from trivium.ask.words import tokens
from trivium.errors import ModelError
from trivium.ground.table import Table
from trivium.ir.text import quoted, unquoted
from trivium.syntax.sql.quotes import sql_text, sql_text_read

# The place of a constant, in a question's words and in a program's pieces.
SLOT = ""
# A value of more words is not looked for.
_LONGEST = 12
_NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?!\w)"
# The constants of each language: texts, and numbers that are no part of a name.
_CONSTANTS = {
    "datalog": re.compile(r'"(?:[^"\\]|\\.)*"|' + _NUMBER),
    "sql": re.compile(r"'(?:[^']|'')*'|" + _NUMBER),
}
_WRITERS = {"datalog": quoted, "sql": sql_text}
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ARITHMETIC = re.compile(r"[-+*/%]\s*$")
_SQL_NAME = re.compile(r'"(?:[^"]|"")*"')


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
            f"  {recipe.question}   (used again {recipe.uses} times)" for recipe in self.recipes
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
        recipe = _recipe(question, program, score, tables, language)
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
        cells = _Cells(tables)
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


class _Cells:
    """Where the values of the tables stand."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._places: dict[tuple[str, ...], dict[str, set[str]]] = {}
        for table in tables:
            for name, _, values in table.relation_columns():
                for text in {value for value in values if isinstance(value, str)}:
                    spellings = self._places.setdefault(tokens(text), {})
                    spellings.setdefault(f"{table.name}.{name}", set()).add(text)

    def columns(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(self._places.get(words, {})))

    def spelling(self, words: tuple[str, ...]) -> str | None:
        """The one way in which the value is written, or None."""
        spelt = set().union(*self._places.get(words, {"": set()}).values())
        return spelt.pop() if len(spelt) == 1 else None


def _recipe(
    question: str, program: str, score: float, tables: Sequence[Table], language: str
) -> Recipe | None:
    """None where it cannot be told which words of the question a constant is, or whether it is.

    What is added or taken away (`row + 1`) is the program's own.
    """
    words, cells = tokens(question), _Cells(tables)
    taken: list[tuple[int, int]] = []
    styles, pieces, last = [], [], 0
    for start, end, constant in _constants(program, language):
        named = tokens(constant)
        starts = [] if _ARITHMETIC.search(program[:start]) else _found(named, words)
        if len(starts) > 1:
            return None
        if starts:
            place = (starts[0], starts[0] + len(named))
            style = _style(program[start:end], constant, cells)
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


def _constants(program: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Where the constants of a program stand, and their values as text."""
    text = program
    if language == "sql":  # a name's quotes are no text's
        text = _SQL_NAME.sub(lambda name: "_" * len(name[0]), program)
    for match in _CONSTANTS[language].finditer(text):
        written = match[0]
        if written[0] == '"':
            yield *match.span(), unquoted(written)
        elif written[0] == "'":
            yield *match.span(), sql_text_read(written)
        else:
            yield *match.span(), written


def _style(written: str, constant: str, cells: _Cells) -> str | None:
    """How a program writes a value of the question; None if it is no way that is known."""
    if written[0] not in "\"'":
        return "number"
    spelt = cells.spelling(tokens(constant))
    if constant == spelt:
        return "cell"
    return "lower" if constant == " ".join(tokens(constant)) else None


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
