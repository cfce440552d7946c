"""Files of every format, made on the spot."""

from __future__ import annotations

from pathlib import Path

from trivium.ground.document import Document
from trivium.ground.read import read

ROWS = [["Nation", "Gold", "Opened"], ["Italy", "12", "2001-05-03"], ["Norway", "1,109", "1994"]]


class Warnings(list[str]):
    """Takes the place of `on_warning`, and keeps what it is told."""

    def __call__(self, text: str) -> None:
        self.append(text)

    def __str__(self) -> str:
        return "\n".join(self)


def quietly(path: str | Path) -> Document:
    """Read a file that must give no warning."""
    told = Warnings()
    document = read(path, told)
    assert not told, str(told)
    return document


def texts(document: Document, table: int = 0) -> list[list[str]]:
    """Header and cells of a table, as they were read."""
    columns = document.tables[table].columns
    rows = zip(*(column.raw for column in columns), strict=True)
    return [[column.header for column in columns], *(list(row) for row in rows)]


def pdf(pages: list[list[tuple[int, int, str]]]) -> bytes:
    """A PDF of pages of (x, y, text) in Courier 10, as small as one can be."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
    objects.append(font)
    kids = []
    for page in pages:
        stream = b"BT /F1 10 Tf\n"
        for x, y, text in page:
            escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            stream += f"1 0 0 1 {x} {y} Tm ({escaped}) Tj\n".encode("latin-1")
        stream += b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    refs = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (refs, len(kids))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        start,
    )
