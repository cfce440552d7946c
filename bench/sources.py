"""Messy files, read: how many cells have the right value and type, tables their header and extent.

    python bench/sources.py ../shared/data/messy
    python bench/sources.py ../shared/data/messy --list --only usdates
    python bench/sources.py ../shared/data/messy --readers trivium,pandas,duckdb

The labels of `bench/sources/labels` say what is right (`sources/label.py`), as digests of values in
one written form (`sources/canonical.py`). Beside Trivium the readers of `sources/readers.py` read
the same files, each where it is installed; the last table of a set sets Trivium beside each of them
on the files of the formats that it reads. Files that lie beside DIR are sets of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid

from sources.compare import Score, score
from sources.label import Label, load_all
from sources.readers import READERS, Reader

Scores = dict[tuple[str, str], Score]
console = Console()


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def measure(labels: list[Label], readers: list[Reader], folder: Path) -> Scores:
    """The score of each reader on each file of a format that it reads."""
    logging.disable(logging.WARNING)
    found: Scores = {}
    for reader in readers:
        for label in labels:
            if label.format in reader.formats:
                with contextlib.redirect_stderr(io.StringIO()):
                    reading = reader(folder / label.path, label.format)
                found[reader.name, label.path] = score(label, reading, reader.text)
    return found


def installed(names: list[str], folder: Path, label: Label) -> list[Reader]:
    """The readers that can be imported; of the others, why not."""
    found = []
    for name in names:
        reader = READERS[name]
        try:
            reader(folder / label.path, label.format)
        except ImportError as problem:
            console.print(f"{name} is left out: {problem}")
        else:
            found.append(reader)
    return found


def total(scores: Scores, reader: str, labels: list[Label]) -> Score:
    summed = Score()
    for label in labels:
        if (one := scores.get((reader, label.path))) is not None:
            summed.add(one)
    return summed


FIGURES = ("files", "all right", "cells", "right value", "value and type", "tables",
           "right header", "right extent", "both", "others", "text", "units")  # fmt: skip


def figures(s: Score) -> list[str]:
    return [
        str(s.files), str(s.perfect), f"{s.cells:,}", share(s.value, s.cells),
        share(s.typed, s.cells), str(s.tables), share(s.headers, s.tables),
        share(s.extents, s.tables), share(s.right, s.tables), str(s.extra),
        share(s.text, s.texts), share(s.told, s.units),
    ]  # fmt: skip


def grid_of(title: str, headings: Iterable[str]) -> Grid:
    grid = Grid(title=title, title_justify="left")
    for i, heading in enumerate(headings):
        grid.add_column(heading, justify="right" if i else "left")
    return grid


def formats_of(labels: list[Label]) -> list[tuple[str, list[Label]]]:
    """The labels of each format, and those of all."""
    found: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        found[label.format].append(label)
    return [*sorted(found.items()), ("all", labels)]


def by_format(scores: Scores, reader: str, labels: list[Label], title: str) -> Grid:
    """All figures of one reader."""
    grid = grid_of(f"{title}: {reader}", ("format", *FIGURES))
    for format, those in formats_of(labels):
        summed = total(scores, reader, those)
        if summed.files:
            grid.add_row(format, *figures(summed))
    return grid


def by_reader(scores: Scores, readers: list[Reader], labels: list[Label], title: str) -> Grid:
    """Cells with the right value and type, and tables with header and extent, of each reader."""
    names = [reader.name for reader in readers if total(scores, reader.name, labels).files]
    grid = grid_of(f"{title}: value and type of cells / header and extent of tables, in %",
                   ("format", *names))  # fmt: skip
    for format, those in formats_of(labels):
        cells = []
        for name in names:
            s = total(scores, name, those)
            parts = share(s.typed, s.cells), share(s.right, s.tables)
            cells.append(" / ".join(parts).replace(" %", "") if s.files else "")
        grid.add_row(format, *cells)
    return grid


def beside(scores: Scores, readers: list[Reader], labels: list[Label], title: str) -> Grid:
    """Each reader on the files of the formats that it reads, and Trivium on the same."""
    headings = ("reader", "files", "all right", "Trivium", "right value", "Trivium",
                "value and type", "Trivium", "header and extent", "Trivium")  # fmt: skip
    grid = grid_of(f"{title}: each reader on the formats that it reads, Trivium beside", headings)
    for reader in readers:
        those = [label for label in labels if label.format in reader.formats]
        if not those:
            continue
        own, ours = total(scores, reader.name, those), total(scores, "trivium", those)
        pairs = [
            (str(s.perfect), share(s.value, s.cells), share(s.typed, s.cells),
             share(s.right, s.tables))
            for s in (own, ours)
        ]  # fmt: skip
        both = (figure for pair in zip(*pairs, strict=True) for figure in pair)
        grid.add_row(reader.name, str(own.files), *both)
    return grid


def list_misses(scores: Scores, readers: list[Reader], labels: list[Label]) -> None:
    for reader in readers:
        for label in labels:
            misses = (
                scores[reader.name, label.path].misses if label.format in reader.formats else []
            )
            if misses:
                console.print(f"\n{reader.name} {label.path}", style="bold", markup=False)
            for miss in misses:
                console.print(f"  {miss}", markup=False, highlight=False, soft_wrap=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", default=[], help="files whose path holds this")
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--list", action="store_true", help="what is not right")
    options = parser.parse_args()
    labels = [
        label for label in load_all()
        if not options.only or any(part in label.path for part in options.only)
    ]  # fmt: skip
    missing = [label.path for label in labels if not (options.folder / label.path).exists()]
    labels = [label for label in labels if label.path not in missing]
    if missing:
        console.print(f"{len(missing)} labelled files are not there, such as {missing[0]}")
    if not labels:
        parser.error("none of the labelled files is there")
    readers = installed(options.readers.split(","), options.folder, labels[0])
    scores = measure(labels, readers, options.folder)
    if options.list:
        list_misses(scores, readers, labels)
    sets: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        sets[options.folder.name if label.group == "itself" else label.group].append(label)
    if len(sets) > 1:
        sets["all sets"] = labels
    for title, those in sets.items():
        console.print(by_format(scores, readers[0].name, those, title))
        if len(readers) > 1:
            console.print(by_reader(scores, readers, those, title))
            console.print(beside(scores, readers, those, title))


if __name__ == "__main__":
    main()
