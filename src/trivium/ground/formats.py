"""Which format a file is in: by what it holds first, then by its suffix.

Content wins wherever a format has a signature (`PAR1`, `%PDF-`, a zip with `xl/` inside); among the
formats that are plain text the suffix decides, and without a known one the look of the text.
"""

from __future__ import annotations

import os
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from trivium.errors import DataError


class Format(StrEnum):
    DELIMITED = "delimited text"
    JSON = "JSON"
    PARQUET = "Parquet"
    XLSX = "XLSX workbook"
    SQLITE = "SQLite database"
    DUCKDB = "DuckDB database"
    HTML = "HTML"
    MARKDOWN = "Markdown"
    TEXT = "plain text"
    PDF = "PDF"
    DOCX = "DOCX document"


SUFFIXES: dict[str, Format] = {
    ".csv": Format.DELIMITED, ".tsv": Format.DELIMITED, ".tab": Format.DELIMITED,
    ".psv": Format.DELIMITED,
    ".json": Format.JSON, ".jsonl": Format.JSON, ".ndjson": Format.JSON,
    ".parquet": Format.PARQUET, ".pq": Format.PARQUET,
    ".xlsx": Format.XLSX, ".xlsm": Format.XLSX,
    ".sqlite": Format.SQLITE, ".sqlite3": Format.SQLITE, ".db": Format.SQLITE,
    ".duckdb": Format.DUCKDB, ".ddb": Format.DUCKDB,
    ".html": Format.HTML, ".htm": Format.HTML, ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN, ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT, ".text": Format.TEXT, ".log": Format.TEXT, ".rst": Format.TEXT,
    ".pdf": Format.PDF, ".docx": Format.DOCX,
}  # fmt: skip
_BINARY = {Format.PARQUET, Format.XLSX, Format.SQLITE, Format.DUCKDB, Format.PDF, Format.DOCX}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"7z\xbc\xaf": "7-zip", b"Rar!": "RAR",
    b"\x28\xb5\x2f\xfd": "Zstandard", b"\xfd7zXZ": "xz",
}  # fmt: skip
KNOWN = "CSV, TSV, JSON, Parquet, XLSX, SQLite, DuckDB, HTML, Markdown, plain text, PDF, DOCX"


def format_of(path: Path, name: str) -> Format:
    """The format of a file that is there, can be read and holds something; else E601 to E607."""
    head = _head(path, name)
    suffix = SUFFIXES.get(path.suffix.lower())
    signed = _signed(path, name, head)
    if signed is not None:
        return signed
    if _is_binary(head):
        if suffix in _BINARY:
            raise DataError(606, f"`{name}` is not a {suffix}, or is damaged at its beginning")
        raise DataError(607, f"`{name}` is binary data of no known format", hint=f"known: {KNOWN}")
    if suffix is None or suffix in _BINARY:
        looks = _looks_like(head)
        if suffix is not None and looks is Format.TEXT:
            raise DataError(606, f"`{name}` is plain text, not a {suffix}")
        return looks
    return suffix


def _head(path: Path, name: str) -> bytes:
    """The first bytes, or the error that says why there are none."""
    if re.match(r"https?://", name):
        hint = "save the page as a file and add that"
        raise DataError(601, f"`{name}` is a web address, not a file", hint=hint)
    if not path.exists():
        raise DataError(601, f"`{name}` does not exist", hint=_near(path))
    if path.is_dir():
        raise DataError(603, f"`{name}` is a directory", hint="name the files inside it")
    try:
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError as problem:
        raise DataError(602, f"`{name}` cannot be read: {problem.strerror}") from problem
    if not head.strip():
        raise DataError(604, f"`{name}` is empty")
    return head


def _near(path: Path) -> str | None:
    """A file beside the missing one with nearly its name."""
    from difflib import get_close_matches

    try:
        names = os.listdir(path.parent)
    except OSError:
        return None
    close = get_close_matches(path.name, names, 1)
    return f"did you mean `{path.parent / close[0]}`?" if close else None


def _signed(path: Path, name: str, head: bytes) -> Format | None:
    """The format whose signature the file bears, if one."""
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    if b"%PDF-" in head[:1024]:
        return Format.PDF
    if head.startswith(b"SQLite format 3\0"):
        return Format.SQLITE
    if head[8:12] == b"DUCK":
        return Format.DUCKDB
    if head.startswith(_OLE):
        raise _ole(path, name)
    if head.startswith(b"PK"):
        return _zipped(path, name)
    for mark, kind in _ARCHIVES.items():
        if head.startswith(mark):
            raise DataError(
                607, f"`{name}` is compressed ({kind})", hint="unpack it and add what it holds"
            )
    return None


def _ole(path: Path, name: str) -> DataError:
    """Encrypted Office files are OLE containers; so are the formats before 2007."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return DataError(605, f"`{name}` is protected by a password")
    return DataError(607, f"`{name}` is in an Office format from before 2007",
                     hint="save it as .xlsx or .docx")  # fmt: skip


def _zipped(path: Path, name: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if damaged := archive.testzip():
                raise DataError(606, f"`{name}` is a damaged archive: `{damaged}` does not check")
    except (zipfile.BadZipFile, OSError, EOFError) as problem:
        raise DataError(606, f"`{name}` is a damaged archive: {problem}") from problem
    except NotImplementedError as problem:
        raise DataError(606, f"`{name}` is packed in a way that is unknown: {problem}") from problem
    except RuntimeError as problem:
        raise DataError(605, f"`{name}` is protected by a password") from problem
    if any(entry.startswith("xl/") for entry in names):
        return Format.XLSX
    if any(entry.startswith("word/") for entry in names):
        return Format.DOCX
    raise DataError(607, f"`{name}` is a zip archive", hint="unpack it and add what it holds")


def _is_binary(head: bytes) -> bool:
    """Text has no NUL bytes (unless it is UTF-16 or UTF-32) and hardly any control characters."""
    from trivium.ground.encoding import decode

    decoded = decode(head)
    if decoded.encoding.startswith(("utf-16", "utf-32")):
        return decoded.text.count("\ufffd") > len(decoded.text) // 10
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return b"\0" in head or control > len(head) // 50


def _looks_like(head: bytes) -> Format:
    """The format of plain text under an unknown suffix."""
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if re.match(r"<(?:!doctype html|html|head|body|table|div|p)\b", text, re.I):
        return Format.HTML
    if re.match(r"\{\s*\"|\[\s*[\[{\"]", text):
        return Format.JSON
    if re.search(r"^#{1,6} \S|^\|?\s*:?-{3,}:?\s*\|", text, re.M):
        return Format.MARKDOWN
    if _is_delimited(text):
        return Format.DELIMITED
    return Format.TEXT


def _is_delimited(text: str) -> bool:
    """Whether the first lines have the same number, at least one, of some delimiter."""
    lines = text.splitlines()[:20][:-1] or text.splitlines()[:1]
    for delimiter in "\t,;|":
        counts = {line.count(delimiter) for line in lines if line.strip()}
        if len(counts) == 1 and counts != {0} and len(lines) > 1:
            return True
    return False
