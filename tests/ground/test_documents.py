"""HTML, Markdown, plain text, PDF and DOCX: tables, passages, and the bytes or page of each."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from tests.ground.samples import Warnings, pdf, quietly, texts

from trivium.ground.document import Document
from trivium.ground.read import read
from trivium.ground.statements import facts_of


def save(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def cut(path: Path, document: Document, row: int, column: str, table: int = 0) -> str:
    """The bytes of the file that a cell's place names."""
    place = document.tables[table].at(row, column)
    return path.read_bytes()[place.start : place.end].decode()


PAGE = """<!doctype html><html><head><title>T</title><style>p {}</style></head><body>
<h1>Olympics &amp; more</h1>
<p>The capital of <b>França</b> is&nbsp;Paris. It is   big &amp; old.</p>
<div>Loose text<script>var x = "<p>no</p>"</script> goes on.
<table class="x"><caption>Medal table</caption>
<tr><th rowspan="2">Nation</th><th colspan="2">Medals</th></tr>
<tr><th>Gold</th><th>Silver</th></tr>
<tr><td rowspan=2>Italy<sup>[1]</sup></td><td>12</td><td>1&nbsp;200</td></tr>
<tr><td>13</td><td><span style="display:none">000</span>7</td></tr>
<tr><td>Åland<br>Islands</td><td colspan="2">–</td></tr>
<tr><td colspan="3">Total of all</td></tr>
</table>
After it.</div>
<ul><li>First item</li><li>Second item</li></ul>
</body></html>"""


def test_html_table(tmp_path: Path) -> None:
    path = save(tmp_path / "t.html", PAGE)
    document = quietly(path)
    assert texts(document) == [
        ["Nation", "Medals Gold", "Medals Silver"],
        ["Italy[1]", "12", "1 200"],
        ["Italy[1]", "13", "7"],
        ["Åland Islands", "–", "–"],
        ["Total of all", "", ""],
    ]
    table = document.tables[0]
    assert (table.name, table.title, table.place.part) == ("medal_table",) + ("Medal table",) * 2
    assert cut(path, document, 0, "medals_gold") == "12"
    assert cut(path, document, 2, "nation") == "Åland<br>Islands"
    assert cut(path, document, 1, "medals_silver") == "7"
    place = table.at(1, "nation")
    assert (place.row, place.column, place.line) == (2, "Nation", 8)
    assert "1 elements that are not displayed" in str(document.report)


def test_html_passages(tmp_path: Path) -> None:
    path = save(tmp_path / "t.html", PAGE)
    document = quietly(path)
    data = path.read_bytes()
    found = [(p.heading, p.text) for p in document.passages]
    assert found == [
        ("Olympics & more", "The capital of França is Paris. It is big & old."),
        ("Olympics & more", "Loose text goes on."),
        ("Olympics & more", "After it."),
        ("Olympics & more", "First item"),
        ("Olympics & more", "Second item"),
    ]
    first = document.passages[0]
    assert data[first.place.start : first.place.end].decode().startswith("The capital of <b>Fran")
    at = first.text.index("Paris")
    place = first.at(at, at + 5)
    assert data[place.start : place.end] == b"Paris"
    at = first.text.index("big")
    place = first.at(at, at + 5)
    assert data[place.start : place.end] == b"big &amp;"


def test_html_nested_and_layout_tables(tmp_path: Path) -> None:
    page = """<table><tr><td>Menu<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td>2</td></tr>
    </table></td></tr></table><table><tr><th>Born</th><td>1923</td></tr><tr><th>Died</th><td>1990
    </td></tr></table>"""
    document = quietly(save(tmp_path / "t.html", page))
    assert texts(document) == [["A", "B"], ["x", "2"]]
    assert texts(document, 1) == [["property", "value"], ["Born", "1923"], ["Died", "1990"]]
    assert [p.text for p in document.passages] == ["Menu"]


def test_html_definition_list(tmp_path: Path) -> None:
    page = "<h1>Oslo</h1><dl><dt>Area</dt><dd>45 km²</dd><dt>Mayor</dt> <dd>Ann Lee</dd></dl>"
    path = save(tmp_path / "t.html", page)
    document = quietly(path)
    assert [p.text for p in document.passages] == ["Area: 45 km²", "Mayor: Ann Lee"]
    facts = facts_of(document.passages)
    assert facts.statements is not None
    assert list(facts.statements.column("property").raw) == ["Area", "Mayor"]
    place = facts.statements.at(1, "value")
    assert path.read_bytes()[place.start : place.end] == b"Ann Lee"


def test_html_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = '<meta charset="iso-8859-2"><p>Łódź is a city.</p><p>Next.</p>'
    path = save(tmp_path / "t.html", page, "iso-8859-2")
    passage = quietly(path).passages[0]
    assert passage.text == "Łódź is a city."
    assert (
        path.read_bytes()[passage.place.start : passage.place.end].decode("iso-8859-2")
        == passage.text
    )


def test_broken_html(tmp_path: Path) -> None:
    page = "</td><table><tr><td>a<td>b<tr><td>x<td>1<tr></td><td rowspan=99 colspan=0>y&foo"
    told = Warnings()
    document = read(save(tmp_path / "t.html", page), told)
    assert texts(document) == [["a", "b"], ["x", "1"], ["y&foo", ""]]
    assert "short rows" in str(told)


MARKDOWN = """# Report

Revenue rose **12%** in `2019`. See [the notes](http://x.org/a_b).
It was good.

## Medals

| Nation | Gold |
|:-------|-----:|
| Åland \\| x | 12 |
| *Italy* |
After the table.

- first item
- second item

```python
x = 1
```

Under
-----
> quoted text
"""


def test_markdown(tmp_path: Path) -> None:
    path = save(tmp_path / "t.md", MARKDOWN)
    told = Warnings()
    document = read(path, told)
    assert texts(document) == [["Nation", "Gold"], ["Åland | x", "12"], ["Italy", ""]]
    assert "short rows padded with empty cells (1)" in str(told)
    assert document.tables[0].name == "medals"
    assert cut(path, document, 0, "gold") == "12"
    assert cut(path, document, 0, "nation") == "Åland \\| x"
    assert [(p.heading, p.text) for p in document.passages] == [
        ("Report", "Revenue rose 12% in 2019. See the notes. It was good."),
        ("Medals", "After the table."),
        ("Medals", "first item"),
        ("Medals", "second item"),
        ("Medals", "```python x = 1 ```"),
        ("Under", "quoted text"),
    ]
    data = path.read_bytes()
    for passage in document.passages:
        start = passage.text.split()[-1].strip("`.")
        at = passage.text.index(start)
        place = passage.at(at, at + len(start))
        assert data[place.start : place.end].decode() == start


def test_markdown_with_an_html_table(tmp_path: Path) -> None:
    text = (
        "# Ä\n\n<table>\n<tr><th>A</th><th>B</th></tr>\n<tr><td>x</td><td>2</td></tr>\n</table>\n"
    )
    path = save(tmp_path / "t.md", text)
    document = quietly(path)
    assert texts(document) == [["A", "B"], ["x", "2"]]
    assert cut(path, document, 0, "b") == "2"


def test_text(tmp_path: Path) -> None:
    text = "OVERVIEW\n\nThe plant opened in 1923.\nIt makes steel.\n\nName: Ann Lee\nAge: 33\n"
    path = save(tmp_path / "t.txt", text)
    document = quietly(path)
    assert [(p.heading, p.text, p.place.line) for p in document.passages] == [
        ("OVERVIEW", "The plant opened in 1923. It makes steel.", 3),
        ("OVERVIEW", "Name: Ann Lee", 6),
        ("OVERVIEW", "Age: 33", 7),
    ]
    place = document.passages[2].place
    assert path.read_bytes()[place.start : place.end] == b"Age: 33"


def test_long_paragraphs_are_cut(tmp_path: Path) -> None:
    text = " ".join(f"Sentence number {i} ends here." for i in range(12))
    document = quietly(save(tmp_path / "t.txt", text))
    assert [p.text.count("ends here.") for p in document.passages] == [5, 5, 2]
    place = document.passages[1].place
    assert text.encode()[place.start : place.end].decode() == document.passages[1].text


def test_pdf(tmp_path: Path) -> None:
    path = tmp_path / "t.pdf"
    path.write_bytes(
        pdf(
            [
                [
                    (72, 720, "Annual results"),
                    (72, 690, "Revenue rose 12% in 2019 to $3.4 million. It had been lower in the"),
                    (72, 678, "years before."),
                ],
                [
                    (72, 720, "Sales by region"),
                    (72, 690, "Region"), (220, 690, "2018"), (320, 690, "2019"),
                    (72, 678, "North Sea"), (220, 678, "1,200"), (320, 678, "1,309"),
                    (72, 666, "South"), (220, 666, "900"), (320, 666, "(45)"),
                    (72, 654, "Total"), (220, 654, "2,100"), (320, 654, "1,264"),
                    (72, 620, "The table shows the sales of both regions, which were good."),
                ],
            ]
        )
    )  # fmt: skip
    document = quietly(path)
    assert texts(document) == [
        ["Region", "2018", "2019"], ["North Sea", "1,200", "1,309"], ["South", "900", "(45)"],
    ]  # fmt: skip
    assert any(p.text == "Total: 2018 2,100, 2019 1,264" for p in document.passages)
    assert document.tables[0].title == "Sales by region"
    assert document.tables[0].at(1, "c_2019").page == 2
    passages = [(p.heading, p.text, p.place.page) for p in document.passages]
    assert passages[0] == (
        "Annual results",
        "Revenue rose 12% in 2019 to $3.4 million. It had been lower in the years before.",
        1,
    )
    assert passages[1][1].startswith("The table shows")


def test_pdf_without_text(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf([[], []]))
    told = Warnings()
    document = read(tmp_path / "scan.pdf", told)
    assert not document.passages
    assert "scan.pdf: no text on 2 of 2 pages" in str(told)


def test_docx(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Plan", 1)
    made.add_paragraph("The project began in 2001. It ended.")
    table = made.add_table(3, 2)
    for r, row in enumerate((["Item", "Cost"], ["Steel", "$1,200"], ["Coal", "90"])):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    made.save(str(tmp_path / "t.docx"))
    document = quietly(tmp_path / "t.docx")
    assert texts(document) == [["Item", "Cost"], ["Steel", "$1,200"], ["Coal", "90"]]
    assert document.tables[0].name == "plan"
    assert [(p.heading, p.text, p.place.line) for p in document.passages] == [
        ("Plan", "The project began in 2001. It ended.", 2)
    ]


@pytest.mark.parametrize("name", ["t.html", "t.md", "t.txt"])
def test_every_passage_can_be_found_in_the_file(tmp_path: Path, name: str) -> None:
    """Whatever the text, the words of a passage stand in its bytes, in order."""
    text = "Größe: 12 м\n\nΑθήνα is a city. “Quoted” — yes.\n\n日本語。次の文。 End\n"
    path = save(tmp_path / name, text)
    data = path.read_bytes()
    for passage in quietly(path).passages:
        for word in passage.text.split():
            at = passage.text.index(word)
            place = passage.at(at, at + len(word))
            assert data[place.start : place.end].decode() == word
