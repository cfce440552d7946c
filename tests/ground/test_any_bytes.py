"""No file, however broken, gives a traceback: it is read, or gives a numbered error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ground.samples import Warnings, pdf

from trivium.ground.document import Document
from trivium.ground.encoding import decode
from trivium.ground.read import read_all
from trivium.ground.statements import facts_of

TAGS = ["<table>", "<tr>", "<td>", "<th colspan=3>", "<td rowspan=2>", "</td>", "</table>", "<p>",
        "</p>", "<h2>", "</h2>", "&amp;", "&#x41;", "&bogus", "<caption>", "<thead>", "</thead>",
        "<li>", "<dt>", "<dd>", "<br>", "<div style='display:none'>", "</div>", "<!--", "-->", "a",
        "12", "é ", "\n", "<script>", "</script>", "<td"]  # fmt: skip
MARKS = [
    "# ", "| a | b |\n", "|---|---|\n", "| 1 |\n", "\n", "\n\n", "```\n", "- ", "**", "text. ", "é",
    "===\n", "---\n", "<table>", "<tr><td>x", "</table>", "\\|", "`", "[a](b)",
]  # fmt: skip


def attempt(path: Path, data: bytes) -> Document | None:
    path.write_bytes(data)
    documents, errors = read_all([path], Warnings())
    assert all(600 <= error.number < 700 for error in errors)
    assert len(documents) + len(errors) == 1
    return documents[0] if documents else None


def check_places(document: Document, size: int) -> None:
    """Every place lies within the file."""
    places = [passage.place for passage in document.passages]
    for table in document.tables:
        for row in range(table.n_rows):
            places += [table.at(row), *(table.at(row, column.name) for column in table.columns)]
    for place in places:
        if place.start is not None:
            assert 0 <= place.start <= place.end <= size


relaxed = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "html", "md", "txt", ""])
@relaxed
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_random_bytes(tmp_path: Path, suffix: str, data: bytes) -> None:
    path = tmp_path / f"t.{suffix}"
    if document := attempt(path, data):
        check_places(document, len(data))


@relaxed
@given(st.lists(st.sampled_from(TAGS), max_size=40))
def test_random_html(tmp_path: Path, parts: list[str]) -> None:
    data = "".join(["<html>", *parts]).encode()
    document = attempt(tmp_path / "t.html", data)
    assert document is not None
    check_places(document, len(data))
    facts_of(document.passages)


@relaxed
@given(st.lists(st.sampled_from(MARKS), min_size=1, max_size=30))
def test_random_markdown(tmp_path: Path, parts: list[str]) -> None:
    data = "".join(parts).encode()
    if document := attempt(tmp_path / "t.md", data):
        check_places(document, len(data))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)  # fmt: skip


@relaxed
@given(JSON)
def test_any_json(tmp_path: Path, value: object) -> None:
    document = attempt(tmp_path / "t.json", json.dumps(value, indent=1).encode())
    assert document is not None


@relaxed
@given(st.data())
def test_damaged_pdf(tmp_path: Path, data: st.DataObject) -> None:
    whole = pdf([[(72, 700, "Hello there"), (72, 680, "a   b   1"), (200, 680, "2")]])
    at = data.draw(st.integers(9, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(max_size=6)) + whole[at + 3 :]
    attempt(tmp_path / "t.pdf", broken)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_decode_knows_the_way_back(data: bytes) -> None:
    decoded = decode(data)
    offsets = [decoded.byte(i) for i in range(len(decoded.text) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(data) for offset in offsets)
