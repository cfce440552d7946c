"""From what `python -m bench.engine --json FILE` has measured to a table of memory, in Markdown.

    python -m bench.engine --engines trivium,souffle --runs 1 --json FILE
    python -m bench.engine.memory FILE

    | workload |       rows | MB | of these, the run's | bytes a row | Soufflé, MB |
    | tc-25m   | 24,646,234 | 57 |                  20 |         0.8 |          21 |

`MB` is the most memory that the process held; `of these, the run's` is what came after the
interpreter, its libraries and the data were there, and `bytes a row` shares that among the rows of
the results. Soufflé's is the peak of its fastest way.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HEADS = ("workload", "rows", "MB", "of these, the run's", "bytes a row", "Soufflé, MB")


def cells(line: Mapping[str, Any]) -> tuple[str, ...]:
    """One line of the table, from a workload's part of the JSON."""
    bests = {engine: told["best"] for engine, told in line["engines"].items()}
    ours, rival = bests["trivium"], bests.get("souffle")
    added = ours["peak"] - ours["before"]  # kilobytes
    return (
        line["workload"],
        f"{ours['rows']:,}",
        f"{ours['peak'] / 1024:.0f}",
        f"{added / 1024:.0f}",
        f"{added * 1024 / max(ours['rows'], 1):.1f}",
        f"{rival['peak'] / 1024:.0f}" if rival else "",
    )


def table(lines: Iterable[Mapping[str, Any]]) -> str:
    """The workloads that Trivium did, as a table in Markdown."""
    rows = [HEADS, *(cells(line) for line in lines if line["engines"]["trivium"]["best"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def shown(row: Iterable[str]) -> str:
        first, *rest = (
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join((first, *rest))} |"

    rule = [
        "-" * width if not place else "-" * (width - 1) + ":" for place, width in enumerate(widths)
    ]
    return "\n".join(map(shown, (HEADS, rule, *rows[1:])))


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m bench.engine.memory FILE")
    print(table(json.loads(Path(sys.argv[1]).read_text("utf-8"))))


if __name__ == "__main__":
    main()
