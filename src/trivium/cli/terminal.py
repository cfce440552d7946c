"""What the commands print with: tables, JSON, cited cells, passages and progress bars.

Colour and bars appear on a terminal only, and `NO_COLOR` is obeyed. Where there is no colour, a
cited cell stands in guillemets:

     row │ Flight     │ Duration
      10 │ ‹Gemini 7› │ ‹330 h 35 min›
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from trivium.source import Place

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    from trivium.ground.passage import Passage
    from trivium.ground.table import Column, Table

# A table on the terminal is for reading; the other formats are complete.
SHOWN_ROWS = 50
CITED_ROWS = 12
PLAIN_WIDTH = 100
_GAP = "   "
CITED = "bold black on yellow"


def console() -> Console:
    """Where results go: stdout, as wide as the terminal, or 100 columns (`COLUMNS`) in a pipe."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else int(os.environ.get("COLUMNS") or PLAIN_WIDTH)
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def coloured(to: Console) -> bool:
    return to.is_terminal and not to.no_color


@contextmanager
def progress(description: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A bar (or, with no total, a spinner) with the time so far, on stderr if it is a terminal.

    Yields a function that says what is worked on now, and takes one step.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()]
    if total and total > 1:
        columns.insert(2, BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(description, total=total)
        steps = 0

        def step(now: str) -> None:
            nonlocal steps
            bars.update(task, description=f"{description} {now}", completed=steps)
            steps += 1

        yield step


def print_rows(
    out: Console, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """A table with the first `SHOWN_ROWS` rows, numbers to the right, below its title."""
    shown = rows[:SHOWN_ROWS]
    table = _bare_table()
    for i, column in enumerate(columns):
        numeric = bool(shown) and all(isinstance(row[i], int | float) for row in shown)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in shown:
        table.add_row(*map(value_text, row))
    out.print(title, style="bold")
    if columns:
        out.print(table)
    if len(rows) > len(shown):
        out.print(f"and {len(rows) - len(shown):,} more")


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_exactly))


def _exactly(value: object) -> float | str:
    """What JSON has no type for: a decimal is a number where a float is exactly that, else text."""
    if isinstance(value, Decimal):
        number = float(value)
        return number if Decimal(repr(number)) == value else str(value)
    return str(value)


def counted(number: int, what: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def value_text(value: object) -> str:
    """A value as text: no digits that only rounding made, empty for none."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def print_cited_rows(out: Console, table: Table, places: Iterable[Place]) -> None:
    """The rows of a source table that were used, with the cited cells marked."""
    from rich.text import Text

    colour = coloured(out)
    cited = {(place.row, place.column) for place in places if place.row is not None}
    rows = sorted({row for row, _ in cited if row and row <= table.n_rows})
    # A row is cited as a whole where no cell of it is.
    whole = set(rows) - {row for row, column in cited if column}
    columns = _columns_to_show(table, {column for _, column in cited}, rows[:CITED_ROWS], out.width)
    shown = _bare_table()
    shown.add_column("row", justify="right", style="dim")
    for column in columns:
        shown.add_column(column.header or column.name, overflow="fold")
    for row in rows[:CITED_ROWS]:
        cells = []
        for column in columns:
            text = column.raw[row - 1]
            used = row in whole or {(row, column.header), (row, column.name)} & cited
            cells.append(_mark(text, colour) if used else Text(text))
        shown.add_row(str(row), *cells)
    out.print(f"{table.place}" + (f": {table.title}" if table.title else ""), style="bold")
    out.print(shown)
    if len(rows) > CITED_ROWS:
        out.print(f"and {len(rows) - CITED_ROWS:,} more cited rows")


def print_cited_passage(out: Console, passage: Passage, places: Iterable[Place]) -> None:
    """A passage with what is cited of it marked."""
    from rich.text import Text

    colour = coloured(out)
    cited = sorted({i for place in places for i in _characters(passage, place)})
    text = Text()
    for start, end, marked in _runs(cited, len(passage.text)):
        piece = passage.text[start:end]
        text.append_text(_mark(piece, colour) if marked else Text(piece))
    out.print(str(passage.place), style="bold")
    out.print(text)


def _characters(passage: Passage, place: Place) -> Iterable[int]:
    """The characters of a passage that stand at a place; all, where the format knows no bytes."""
    whole = range(len(passage.text))
    start, end = place.start, place.end
    if passage.trace is None or start is None or end is None:
        return whole
    return [i for i in whole if start <= passage.trace.bytes(i, i + 1)[0] < end]


def _runs(cited: list[int], length: int) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether cited) of the stretches that a text falls into."""
    chosen, start = set(cited), 0
    for i in range(1, length + 1):
        if i == length or (i in chosen) != (start in chosen):
            yield start, i, start in chosen
            start = i


def _columns_to_show(
    table: Table, cited: set[str | None], rows: Sequence[int], width: int
) -> list[Column]:
    """The cited columns, and of the others as many as there is room for, the first ones first."""

    def wide(column: Column) -> int:
        texts = [column.header, *(column.raw[row - 1] for row in rows)]
        mark = 2 if column in wanted else 0
        return max(map(len, texts)) + mark + len(_GAP)

    wanted = [c for c in table.columns if c.header in cited or c.name in cited]
    room = width - len("row") - sum(map(wide, wanted))
    for column in table.columns:
        if column not in wanted:
            room -= wide(column)
            if room < 0:
                break
            wanted.append(column)
    return [column for column in table.columns if column in wanted]


def _mark(text: str, colour: bool) -> Text:
    from rich.text import Text

    return Text(text, style=CITED) if colour else Text(f"‹{text}›")


def _bare_table() -> RichTable:
    from rich import box
    from rich.table import Table as RichTable

    return RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
