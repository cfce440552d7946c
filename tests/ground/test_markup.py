"""Markup and office formats: the same two rows in each."""

from __future__ import annotations

import base64
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import feather, orc
from tests.ground.samples import Warnings, quietly, texts

from trivium.errors import BackendError, DataError
from trivium.ground.read import read

ROWS = [["name", "n"], ["Ann", "2"], ["Bob", "3"]]
_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def _table() -> str:
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row)
        + '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
        for row in ROWS
    )
    end = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
    return f'<table:table table:name="T">{rows}{end}</table:table-row></table:table>'


def _zipped(path: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def ods(path: Path) -> None:
    body = f"<office:body><office:spreadsheet>{_table()}</office:spreadsheet></office:body>"
    content = f"<office:document-content {_OFFICE}>{body}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    _zipped(path, {"mimetype": kind, "content.xml": content})


def odt(path: Path) -> None:
    text = "<text:h>Plan</text:h><text:p>It<text:s/>began.</text:p><text:h>Rows</text:h>"
    body = f"<office:body><office:text>{text}{_table()}</office:text></office:body>"
    content = f"<office:document-content {_OFFICE}>{body}</office:document-content>"
    kind = "application/vnd.oasis.opendocument.text"
    _zipped(path, {"mimetype": kind, "content.xml": content})


def pptx(path: Path) -> None:
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    rows = "".join(
        "<a:tr>" + "".join(f"<a:tc><a:p><a:t>{c}</a:t></a:p></a:tc>" for c in row) + "</a:tr>"
        for row in ROWS
    )
    one = "<p:sp><a:p><a:t>It began </a:t><a:t>in May.</a:t></a:p></p:sp>"
    slides = {1: one, 2: f"<a:tbl>{rows}</a:tbl>"}
    _zipped(path, {
        f"ppt/slides/slide{i}.xml": f'<p:sld xmlns:a="{a}" xmlns:p="{p}">{slide}</p:sld>'
        for i, slide in slides.items()
    })  # fmt: skip


def epub(path: Path) -> None:
    _zipped(path, {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="o/book.opf"/></container>',
        "o/book.opf": '<p xmlns="x"><item id="a" href="a.xhtml"/><item id="b" href="b%20c.xhtml"/>'
                      '<itemref idref="b"/><itemref idref="a"/></p>',
        "o/a.xhtml": "<h1>Two</h1><p>It ended.</p>",
        "o/b c.xhtml": "<h1>One</h1><p>It began in May.</p><table><tr><th>name<th>n<tr><td>Ann"
                       "<td>2<tr><td>Bob<td>3</table>",
    })  # fmt: skip


def arrow(path: Path) -> None:
    feather.write_feather(pa.table({"name": ["Ann", "Bob"], "n": [2, 3]}), str(path))


def as_orc(path: Path) -> None:
    orc.write_table(pa.table({"name": ["Ann", "Bob"], "n": [2, 3]}), str(path))


MADE = {
    "a.ods": ods, "a.odt": odt, "a.pptx": pptx, "a.epub": epub, "a.arrow": arrow, "a.orc": as_orc,
}  # fmt: skip
WRITTEN = {
    "a.xml": "<?xml version='1.0'?><all><p><name>Ann</name><n>2</n></p>"
             "<p><name>Bob</name><n>3</n></p></all>",
    "attributes.xml": '<all><p name="Ann" n="2"/><p name="Bob" n="3"/></all>',
    "a.yaml": "- name: Ann\n  n: 2\n- name: Bob\n  n: 3\n",
    "a.toml": '[[p]]\nname = "Ann"\nn = 2\n[[p]]\nname = "Bob"\nn = 3\n',
    "a.geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties":'
                 ' {"name": "Ann", "n": 2}, "geometry": {"type": "Point", "coordinates": [1, 2]}},'
                 ' {"type": "Feature", "properties": {"name": "Bob", "n": 3}}]}',
    "a.ini": "[Ann]\nn = 2\n[Bob]\nn = 3\n",
    "a.ttl": "@prefix e: <http://e.org/> . e:Ann e:n 2 . e:Bob e:n 3 .",
    "a.nt": '<http://e.org/Ann> <http://e.org/n> "2" .\n'
            '<http://e.org/Bob> <http://e.org/n> "3" .\n',
    "feed.rss": '<rss><channel><title>News</title><item><name>Ann</name><n>2</n></item>'
                "<item><name>Bob</name><n>3</n></item></channel></rss>",
}  # fmt: skip


@pytest.mark.parametrize("name", [*MADE, *WRITTEN])
def test_each_format_holds_the_rows(tmp_path: Path, name: str) -> None:
    if name in MADE:
        MADE[name](tmp_path / name)
    else:
        (tmp_path / name).write_text(WRITTEN[name], "utf-8")
    document = quietly(tmp_path / name)
    found = texts(document, -1)
    assert [row[:2] for row in found[1:]] == ROWS[1:]
    assert found[0][1] == "n"


def test_text_of_office_documents(tmp_path: Path) -> None:
    for name, place in (("a.odt", 2), ("a.pptx", None), ("a.epub", None)):
        MADE[name](tmp_path / name)
        passages = quietly(tmp_path / name).passages
        assert any(passage.text.startswith("It began") for passage in passages)
        assert place is None or passages[0].place.line == place
    assert [p.heading for p in passages] == ["One", "Two"]


def test_lists_of_records_inside_records(tmp_path: Path) -> None:
    path = tmp_path / "orders.json"
    path.write_text(
        '{"meta": {"page": 1}, "data": [{"id": 7, "who": {"name": "Ann"}, "items":'
        ' [{"sku": "A", "n": 2}, {"sku": "B", "n": 1}]}, {"id": 8, "who": {"name": "Bob"},'
        ' "items": [{"sku": "A", "n": 5}]}]}'
    )
    document = quietly(path)
    tables = {table.name: texts(document, i) for i, table in enumerate(document.tables)}
    assert tables["data"] == [["id", "who.name"], ["7", "Ann"], ["8", "Bob"]]
    assert tables["items"] == [
        ["data.id", "sku", "n"], ["7", "A", "2"], ["7", "B", "1"], ["8", "A", "5"],
    ]  # fmt: skip


MAIL = """From: Ann Lee <ann@example.org>
To: Bob Ray <bob@example.org>
Subject: =?utf-8?Q?St=C3=BChle?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=xx

--xx
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

{body}
--xx
Content-Type: text/csv
Content-Disposition: attachment; filename="a.csv"

name,n
Ann,2
Bob,3
--xx--
"""


def test_mail(tmp_path: Path) -> None:
    body = base64.b64encode("We need 40 chairs. Größe: 3.".encode()).decode()
    (tmp_path / "m.eml").write_text(MAIL.format(body=body))
    document = quietly(tmp_path / "m.eml")
    assert texts(document) == ROWS
    assert document.tables[0].place.file.endswith("m.eml/a.csv")
    assert [passage.text for passage in document.passages] == [
        "Subject: Stühle", "From: Ann Lee <ann@example.org>", "To: Bob Ray <bob@example.org>",
        "We need 40 chairs. Größe: 3.",
    ]  # fmt: skip


def test_rtf(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(r"{\rtf1\ansi It began in M\'fcnchen. It ended.\par}")
    assert quietly(tmp_path / "a.rtf").passages[0].text == "It began in München. It ended."


@pytest.mark.parametrize(
    ("name", "module"),
    [("a.yaml", "yaml"), ("a.ttl", "pyoxigraph"), ("a.rtf", "striprtf.striprtf")],
)
def test_a_missing_library_is_named(
    tmp_path: Path, name: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name).write_text(r"{\rtf1 x}" if name == "a.rtf" else WRITTEN[name])
    with pytest.raises(BackendError, match=r"E401(?s:.*)trivium\[formats\]"):
        read(tmp_path / name, Warnings())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tex", r"\section{Plan} It \emph{began}."),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nHi"),
    ],
)
def test_markup_of_no_known_kind_is_told(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    told = Warnings()
    assert read(tmp_path / name, told).passages
    assert "markup of no known kind is read as text" in str(told)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.xml", "<a><b></a>"), ("a.yaml", "a: [1"), ("a.toml", "a = "), ("a.ttl", "<a> <b"),
     ("a.eml", "hello")],
)  # fmt: skip
def test_what_is_not_what_it_says_is_damaged(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError) as caught:
        read(tmp_path / name, Warnings())
    assert caught.value.number == 606
