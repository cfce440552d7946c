"""What a language model is told: the language, some examples, the tables' schema, the question.

    <data>
    table medals, 3 rows, entitled "Winter Games 1994"
      row: number      1, 2, 3
      nation: symbol   "Norway", "Sweden", "Finland"
      gold: number     10, 9, -
    "sweden" in the question: nation: "Sweden"
    </data>
    Question: how many gold medals did sweden win?

Only a few values of each column are shown, cut short; whatever the tables' size, the prompt stays
within a budget of characters. Everything read from a file stands inside `<data>` marks, texts in
quotes and on one line, and cannot close the marks. What never changes comes first, so that a server
that remembers the start of a prompt reads it once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from trivium.ask.candidate import answer_name
from trivium.ask.frame import Frame, bits
from trivium.ask.languages import DATALOG, SQL, Language
from trivium.ask.link import ValueLink, link_values
from trivium.ask.telling import telling_columns
from trivium.ask.words import Question
from trivium.ground.table import RelationColumn, Table
from trivium.ir.dates import date_text
from trivium.ir.types import Type
from trivium.models.protocol import Message

# Linking reads every cell; beyond this many rows a prompt shows no linked values.
LINKED_ROWS = 5000
_SMALLEST_SHARE = 500
_SAMPLE_ROWS = 3
_CELL_LENGTH = 32
_LINK_LENGTH = 80
_LINK_VALUES = 3
_SENT_BACK = 2000
_LINE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages, and the names of the tables that the budget had no room for."""

    messages: tuple[Message, ...]
    language: Language
    left_out: tuple[str, ...] = ()


def write_prompt(
    question: str,
    tables: Sequence[Table],
    budget: int = 4000,
    language: Language = SQL,
    names: Collection[str] = (),
    frame: Callable[[Table], Frame] = Frame,
) -> Prompt:
    """The prompt for a question over tables, the likeliest table first.

    `budget` bounds the characters that describe the tables. Each gets an equal share; where the
    shares would be too small to be of use, the last tables are left out. `names` are those of all
    tables, shown or not; `frame` gives what the search sees of one.
    """
    kept = tables[: max(1, budget // _SMALLEST_SHARE)]
    words = Question.of(question)
    share = budget // max(1, len(kept))
    schema = "\n\n".join(describe(words, table, share, language, frame) for table in kept)
    asked = f"<data>\n{schema}\n</data>\nQuestion: {plain(question)}"
    language = language.naming(answer_name(names))
    told = Message("system", language.instructions)
    messages = (told, *_examples(language), Message("user", asked))
    return Prompt(messages, language, tuple(table.name for table in tables[len(kept) :]))


def _examples(language: Language) -> Iterator[Message]:
    """The examples as turns of the conversation, which small models follow better than a list."""
    table = language.example_table
    for question, program in language.examples:
        yield Message("user", f"{table}Question: {question}")
        yield Message("assistant", _fenced(program, language))
        table = ""


def _fenced(program: str, language: Language) -> str:
    return f"```{language.fence}\n{program.strip()}\n```" if language.fence else program.strip()


def write_repair(prompt: Prompt, program: str, problem: str) -> tuple[Message, ...]:
    """The messages that send a failed program back with what is wrong with it."""
    program, problem = (
        program[:_SENT_BACK],
        "\n".join(
            line if len(line) <= _LINE_LENGTH else line[:_LINE_LENGTH] + "…"
            for line in problem.split("\n")
        ),
    )
    back = (
        f"This program fails:\n<data>\n{plain(problem, lines=True)}\n</data>\n"
        "Write another whole program, without this mistake, for the same question."
    )
    return (
        *prompt.messages,
        Message("assistant", _fenced(program, prompt.language)),
        Message("user", back),
    )


def describe(
    question: Question,
    table: Table,
    share: int,
    language: Language = SQL,
    frame: Callable[[Table], Frame] = Frame,
) -> str:
    """One table in at most `share` characters: declaration, sample values, linked values.

    Columns that find no room are counted, the question's own columns go first.
    """
    title = f", entitled {quoted(table.title, _LINK_LENGTH)}" if table.title else ""
    head = f"table {table.name}, {table.n_rows} rows{title}"
    links = link_values(question, frame(table)) if 0 < table.n_rows <= LINKED_ROWS else []
    columns = telling_columns(table)
    linked = _link_lines(question, table, columns, links, share // 4, language)
    room = share - len(head) - sum(len(line) + 1 for line in linked) - 40
    kept: list[int] = []
    lines: dict[int, str] = {}
    for i in _by_use(question, table, columns, links):
        line = _column_line(columns[i], language)
        if kept and len(line) + 1 > room:
            continue
        room -= len(line) + 1
        kept.append(i)
        lines[i] = line
    more = len(columns) - len(kept)
    tail = [f"  and {more} more columns"] if more else []
    return "\n".join([head, *(lines[i] for i in sorted(kept)), *tail, *linked])


def _by_use(
    question: Question, table: Table, columns: list[RelationColumn], links: list[ValueLink]
) -> list[int]:
    """The relation's columns: `row`, those the question speaks of, the others, then the views."""
    own = {column.name: i for i, column in enumerate(table.columns)}
    stems = set(question.stems)
    spoken = Counter(link.column for link in links)
    for i, column in enumerate(table.columns):
        spoken[i] += len(stems & set(Question.of(column.header).stems))

    def rank(i: int) -> tuple[int, int, int]:
        name = columns[i][0]
        if name == "row":
            return 0, 0, i
        return (1, -spoken[own[name]], i) if name in own else (2, 0, i)

    return sorted(range(len(columns)), key=rank)


def _column_line(column: RelationColumn, language: Language) -> str:
    name, type, values = column
    samples = ", ".join(
        shown(value, type, _CELL_LENGTH, language) for value in values[:_SAMPLE_ROWS]
    )
    return f"  {name}: {type}   {samples}".rstrip()


def _link_lines(
    question: Question,
    table: Table,
    columns: list[RelationColumn],
    links: list[ValueLink],
    room: int,
    language: Language,
) -> list[str]:
    """Words of the question and the cells that hold them, the longest runs of words first."""
    by_name = {name: (type, values) for name, type, values in columns}
    lines: list[str] = []
    for link in sorted(links, key=lambda link: link.start - link.end):
        name = table.columns[link.column].name
        type, values = by_name[name]
        found: dict[str, None] = {}
        for row in bits(link.rows):
            value = values[row]
            if value is None:  # a note in a column of numbers: only its text is there
                text = table.columns[link.column].cells[row].text
                view = table.name_of(name, "text")
                found.setdefault(f"{view}: {quoted(text, _LINK_LENGTH, language)}")
            else:
                found.setdefault(f"{name}: {shown(value, type, _LINK_LENGTH, language)}")
            if len(found) > _LINK_VALUES:
                break
        words = " ".join(question.words[link.start : link.end])
        cells = ", ".join(list(found)[:_LINK_VALUES]) + (", ..." if len(found) > 3 else "")
        line = f"{quoted(words, _LINK_LENGTH)} in the question: {cells}"
        if len(line) + 1 <= room:
            room -= len(line) + 1
            lines.append(line)
    return lines


def shown(value: int | float | str | None, type: str, length: int, language: Language) -> str:
    """A value as a program would write it; `-` for an empty cell, `…"` where it is cut."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return quoted(value, length, language)
    if type == Type.DATE:
        return language.date(date_text(int(value)))
    return f"{value:g}" if isinstance(value, float) else str(value)


def quoted(text: str, length: int, language: Language = DATALOG) -> str:
    """Text as the language quotes it, on one line, cut at `length` characters."""
    flat = plain(text)
    flat = flat if len(flat) <= length else flat[: length - 1] + "…"
    return language.text(flat)


def plain(text: str, lines: bool = False) -> str:
    """Text that can neither end the data's marks nor speak a chat template's own marks."""
    text = text if lines else " ".join(text.split())
    return text.replace("<|", "< |").replace("<data", "‹data").replace("</data", "‹/data")
