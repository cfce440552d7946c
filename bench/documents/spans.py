"""Whether every fact that is read stands at its bytes, how many there are, and how fast.

    python bench/documents/spans.py ../shared/data/multihop

The paragraphs of all sets are written to files of several formats and read back as a machine reads
them. `exact` is the share of facts whose bytes in the file are the value's own text, where runs of
white space count as one space, and what a format marks is undone: `&amp;` in HTML, stars and
backticks in Markdown, which a passage is read without.
"""

from __future__ import annotations

import argparse
import html
import re
import tempfile
import time
from pathlib import Path

from multihop_data import read_asked
from rich.console import Console
from rich.table import Table as Grid

from trivium.corpus.things import Reading
from trivium.ground.read import read

SETS = ("hotpotqa", "2wiki", "musique")
FORMATS = {
    "md": "# {heading}\n\n{text}\n\n",
    "txt": "{heading}\n\n{text}\n\n",
    "html": "<h1>{heading}</h1>\n<p>{text}</p>\n",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--paragraphs", type=int, default=1000)
    options = parser.parse_args()
    said = dict.fromkeys(
        (p.heading, p.text)
        for name in SETS
        for asked in read_asked(options.data / f"{name}.jsonl")
        for p in asked.passages
    )
    chosen = list(said)[:: max(1, len(said) // options.paragraphs)]
    grid = Grid("format", "passages", "facts", "exact", "passages a second", "ms a check")
    for ending, template in FORMATS.items():
        grid.add_row(ending, *measures(ending, template, chosen))
    Console().print(grid)


def measures(ending: str, template: str, said: list[tuple[str, str]]) -> list[str]:
    escape = html.escape if ending == "html" else str
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"said.{ending}"
        path.write_text(
            "".join(template.format(heading=escape(h), text=escape(t)) for h, t in said), "utf-8"
        )
        passages = read(path, on_warning=lambda text: None).passages
        started = time.perf_counter()
        statements = Reading().read(passages)
        seconds = time.perf_counter() - started
        data = path.read_bytes()
        facts = exact = 0
        started = time.perf_counter()
        for passage, one in zip(passages, statements, strict=True):
            for fact in one.facts:
                place = passage.at(fact.start, fact.end)
                text = data[place.start : place.end].decode("utf-8", "replace")
                facts += 1
                exact += plain(text, ending) == plain(fact.value, ending)
        check = (time.perf_counter() - started) / max(1, facts) * 1000
    return [
        f"{len(passages):,}", f"{facts:,}", f"{100 * exact / max(1, facts):.2f} %",
        f"{len(passages) / seconds:,.0f}", f"{check:.3f}",
    ]  # fmt: skip


def plain(text: str, ending: str) -> str:
    text = html.unescape(text) if ending == "html" else text
    text = re.sub(r"[*`]", "", text) if ending == "md" else text
    return " ".join(text.split())


if __name__ == "__main__":
    main()
