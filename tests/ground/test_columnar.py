"""Columns in Arrow: what is picked out of them without going through every cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from trivium.ground import bulk, columnar
from trivium.ground.bulk import record_spans
from trivium.ground.columnar import ArrowColumn
from trivium.ground.table import Column

TEXTS = ["Oslo", "rome", "oslo ", "OSLO", "", "Paris", "oslo", "1,204"] * 3
WANTED = frozenset(["oslo", "1,204"])


@pytest.mark.parametrize("distinct", [columnar.DISTINCT, 0])
@pytest.mark.parametrize("limit", [2, 100])
def test_rows_of_some_texts(distinct: int, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "DISTINCT", distinct)
    monkeypatch.setattr(columnar, "_PART", 5)
    column = ArrowColumn("City", "city", pa.array(TEXTS))
    assert column.rows_of(WANTED, limit) == Column("City", "city", TEXTS).rows_of(WANTED, limit)


def test_an_excerpt_has_the_type_of_the_whole() -> None:
    column = ArrowColumn("N", "n", pa.array(["x", *map(str, range(20))]))
    part = column.excerpt([0, 3])
    assert (list(part.raw), part.type) == (["x", "2"], column.type)


@pytest.mark.parametrize("text", ["a", " a", "a\u00a0", "\u2003a", "\x0ba", "a\x1f", "a b"])
def test_space_around_a_text_is_no_part_of_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "DISTINCT", 0)
    assert list(ArrowColumn("A", "a", pa.array([text, "b"])).main()) == [text.strip(), "b"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1 << 20])
def test_records_are_found_whatever_the_blocks(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [b"a,b", b'1,"x\ny"', b"2,z", b'"3\r\n",""', b"4,end"]
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbfa,b\r\n" + b'1,"x\ny"\n\n2,z\r\n\r\n"3\r\n",""\n4,end')
    monkeypatch.setattr(bulk, "_CHUNK", chunk)
    spans = record_spans(path)
    data = path.read_bytes()
    assert [data[start:end] for start, end, _ in spans.tolist()] == records
    assert np.array_equal(spans[:, 2], [1, 2, 5, 7, 9])
