"""Whatever a text is made of, each of its words is in a passage, a heading or a table."""

from __future__ import annotations

import re
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ground.samples import Warnings

from trivium.ground.document import Document
from trivium.ground.read import read

# A block of a text; each `W` becomes a word of its own.
BLOCKS = [
    "W W",
    "W",
    "w W w",
    "W W W W W W W W W W W W.",
    "W W rose to W. Then W fell, and W did not.",
    "W: W\nW: W",
    "- W w\n- W w",
    "1. W\n2. W",
    "| W | W |\n|---|---|\n| W | 2 |\n| W | 3 |",
    " W | W\n---+---\n W | 4\n(1 row)",
    "W       W     W\nW       12    30\nW       14    31\nW       15    32",
    "W W\n=====",
    "WWW\n---",
    "W\nW",
    "> W W",
    "«W» W…",
]
HTML = [
    "<h1>W</h1>", "<h2>W W</h2>", "<p>W <b>W</b> W.</p>", "W", "<div>W<span> W</span></div>",
    "<ul><li>W<li>W</ul>", "<dl><dt>W<dd>W</dl>", "<table><tr><td>W</table>",
    "<table><tr><th>W<th>W<tr><td>W<td>2<tr><td>W<td>W</table>",
    "<table><caption>W</caption><tr><td>W<td>W<td>W<tr><td>W<td colspan=2>W</table>",
    "<table><tr><td>W<table><tr><td>W<td>W<tr><td>W<td>W</table></table>",
]  # fmt: skip


def filled(blocks: list[str], between: str) -> tuple[str, list[str]]:
    numbers = count(1)
    text = re.sub("[Ww](?![a-z])", lambda m: f"{m[0]}x{next(numbers)}y", between.join(blocks))
    return text, re.findall(r"[Ww]x\d+y", text)


def held(document: Document) -> set[str]:
    parts = [part for p in document.passages for part in (p.text, p.heading)]
    for table in document.tables:
        parts += [table.title, *(c.header for c in table.columns)]
        parts += [text for column in table.columns for text in column.raw]
    return set(re.findall(r"[Ww]x\d+y", " ".join(parts)))


@pytest.mark.parametrize("suffix", ["txt", "md", "html"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_word_is_kept(
    suffix: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    kinds = HTML if suffix == "html" else BLOCKS
    blocks = data.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=8))
    text, words = filled(blocks, data.draw(st.sampled_from(["\n\n", "\n", "\r\n\r\n"])))
    path = tmp_path_factory.mktemp("text") / f"t.{suffix}"
    path.write_bytes(text.encode())
    missing = set(words) - held(read(path, Warnings()))
    assert not missing, text
