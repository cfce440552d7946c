"""Write skylab.pdf: one page on the three crews of Skylab, a table and a paragraph.

A PDF is text objects in a stream, and a table of where each object begins; a page of plain text
needs no library.
"""

from __future__ import annotations

from pathlib import Path

TITLE = "Skylab, 1973 to 1974"
TEXT = (
    "Skylab was the first space station of the United States. It was launched without a crew on",
    "14 May 1973. Three crews of three astronauts lived in it. The workshop had a volume of 360",
    "cubic metres. Skylab re-entered the atmosphere on 11 July 1979.",
)
HEADER = ("Crew", "Commander", "Launch", "Days", "Orbits", "Spacewalks")
CREWS = (
    ("Skylab 2", "Pete Conrad", "25 May 1973", "28", "404", "3"),
    ("Skylab 3", "Alan Bean", "28 July 1973", "59", "858", "3"),
    ("Skylab 4", "Gerald Carr", "16 November 1973", "84", "1,214", "4"),
)
COLUMNS = (60, 130, 220, 330, 390, 450)


def main() -> None:
    lines = [(60, 780, 16, TITLE), *((60, 750 - 14 * i, 10, line) for i, line in enumerate(TEXT))]
    lines += [(60, 690, 12, "The crews of Skylab")]
    for i, row in enumerate((HEADER, *CREWS)):
        lines += [(x, 668 - 16 * i, 10, cell) for x, cell in zip(COLUMNS, row, strict=True)]
    page = "\n".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in lines)
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(page)} >>\nstream\n{page}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    text, starts = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(objects) + 1
    text += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    text += f"startxref\n{text.index('xref')}\n%%EOF\n"
    Path(__file__).with_name("skylab.pdf").write_bytes(text.encode("ascii"))


if __name__ == "__main__":
    main()
