"""Relations on stdout, in the format that was asked for.

table    for reading: the first rows of each, below its name and its number of rows
csv      complete; several relations stand apart, each under its name
json     complete; {"path": [{"x": 1, "y": 2}, ...]}
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from trivium.cli.terminal import console, counted, print_json, print_rows

if TYPE_CHECKING:
    from trivium.engine.view import RelationView


def show_views(views: Mapping[str, RelationView], form: str) -> None:
    if form == "json":
        print_json({name: _records(view) for name, view in views.items()})
    elif form == "csv":
        _print_csv(views)
    else:
        out = console()
        for name, view in views.items():
            title = f"{name} ({counted(len(view), 'row')})"
            print_rows(out, title, view.heads, view.written())
            out.print()


def _records(view: RelationView) -> list[dict[str, object]]:
    return [dict(zip(view.heads, row, strict=True)) for row in view.shown()]


def _print_csv(views: Mapping[str, RelationView]) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    for i, (name, view) in enumerate(views.items()):
        if len(views) > 1:
            print(("\n" if i else "") + f"# {name}")
        writer.writerow(view.heads)
        writer.writerows(view.written())
