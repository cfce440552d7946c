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
    ARROW = "Arrow"
    ORC = "ORC"
    XLS = "XLS workbook"
    RTF = "RTF document"
    ODS = "ODS sheet"
    ODT = "ODT text"
    PPTX = "PPTX presentation"
    EPUB = "EPUB book"
    XML = "XML"
    YAML = "YAML"
    TOML = "TOML"
    INI = "INI"
    RDF = "RDF"
    MAIL = "mail"
    ARCHIVE = "archive"


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
    ".arrow": Format.ARROW, ".feather": Format.ARROW, ".orc": Format.ORC,
    ".xls": Format.XLS, ".rtf": Format.RTF, ".ods": Format.ODS, ".odt": Format.ODT,
    ".pptx": Format.PPTX, ".epub": Format.EPUB,
    ".xml": Format.XML, ".rss": Format.XML, ".atom": Format.XML, ".gpx": Format.XML,
    ".kml": Format.XML, ".svg": Format.XML,
    ".yaml": Format.YAML, ".yml": Format.YAML, ".toml": Format.TOML,
    ".ini": Format.INI, ".cfg": Format.INI, ".conf": Format.INI, ".properties": Format.INI,
    ".ttl": Format.RDF, ".nt": Format.RDF, ".eml": Format.MAIL, ".geojson": Format.JSON,
}  # fmt: skip
_BINARY = {
    Format.PARQUET, Format.XLSX, Format.SQLITE, Format.DUCKDB, Format.PDF, Format.DOCX,
    Format.ARROW, Format.ORC, Format.XLS, Format.ODS, Format.ODT, Format.PPTX, Format.EPUB,
}  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = (b"\x1f\x8b", b"BZh", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ")
_UNPACKED_BY_HAND = {b"7z\xbc\xaf": "7-zip", b"Rar!": "RAR"}
# What a zip archive must hold to be of a format.
_ZIPPED = (
    ("xl/", Format.XLSX), ("word/", Format.DOCX), ("ppt/", Format.PPTX),
)  # fmt: skip
_TYPES = {
    b"application/vnd.oasis.opendocument.spreadsheet": Format.ODS,
    b"application/vnd.oasis.opendocument.text": Format.ODT,
    b"application/epub+zip": Format.EPUB,
}
KNOWN = (
    "CSV, TSV, JSON, Parquet, Arrow, ORC, XLSX, XLS, ODS, SQLite, DuckDB, HTML, XML, YAML, TOML, "
    "INI, RDF, Markdown, plain text, PDF, DOCX, ODT, PPTX, RTF, EPUB, EML, and these packed"
)


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
    if suffix is Format.TEXT and _is_listed(head):
        return Format.DELIMITED
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
    if not path.is_file():
        hint = "send it to standard input, and name that: `-`"
        raise DataError(603, f"`{name}` is a device or a pipe", hint=hint)
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
    if head.startswith(b"ARROW1\0\0"):
        return Format.ARROW
    if head.startswith(b"ORC"):
        return Format.ORC
    if head.startswith(b"{\\rtf"):
        return Format.RTF
    if head.startswith(_OLE):
        return _ole(path, name)
    if head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08")):
        return _zipped(path, name)
    if head.startswith(_PACKED) or head[257:262] == b"ustar":
        return Format.ARCHIVE
    for mark, kind in _UNPACKED_BY_HAND.items():
        if head.startswith(mark):
            raise DataError(
                607, f"`{name}` is compressed ({kind})", hint="unpack it and add what it holds"
            )
    return None


def _ole(path: Path, name: str) -> Format:
    """Encrypted Office files are OLE containers; so are the formats before 2007."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DataError(605, f"`{name}` is protected by a password")
    if any(stream.encode("utf-16-le") + b"\0\0" in data for stream in ("Workbook", "Book")):
        return Format.XLS
    raise DataError(607, f"`{name}` is in an Office format from before 2007",
                     hint="save it as .xlsx or .docx")  # fmt: skip


def _zipped(path: Path, name: str) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            _check_size(archive, name)
            if damaged := archive.testzip():
                raise DataError(606, f"`{name}` is a damaged archive: `{damaged}` does not check")
            kind = archive.read("mimetype").strip() if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError) as problem:
        raise DataError(606, f"`{name}` is a damaged archive: {problem}") from problem
    except NotImplementedError as problem:
        raise DataError(606, f"`{name}` is packed in a way that is unknown: {problem}") from problem
    except RuntimeError as problem:
        raise DataError(605, f"`{name}` is protected by a password") from problem
    if kind in _TYPES:
        return _TYPES[kind]
    for folder, format in _ZIPPED:
        if any(entry.startswith(folder) for entry in names):
            return format
    return Format.ARCHIVE


def _check_size(archive: zipfile.ZipFile, name: str) -> None:
    """E609 for an archive that says itself that it grows out of all proportion."""
    from trivium.ground.unpack import ALWAYS, RATIO

    size = sum(info.file_size for info in archive.infolist())
    packed = sum(info.compress_size for info in archive.infolist())
    if size > max(ALWAYS, RATIO * packed):
        raise DataError(609, f"`{name}` unpacks to {size:,} bytes, from {packed:,}")


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
    if text.startswith("<?xml"):
        return Format.XML
    if re.match(r"(?:@prefix|PREFIX)\s+\w*:\s+<", text):
        return Format.RDF
    if re.match(r"(?:(?:From|To|Subject|Date|Received|Return-Path|MIME-Version): .*\n){2}", text):
        return Format.MAIL
    if re.match(r"\{\s*\"|\[\s*[\[{\"]", text):
        return Format.JSON
    if re.search(r"^#{1,6} \S|^\|?\s*:?-{3,}:?\s*\|", text, re.M):
        return Format.MARKDOWN
    if _is_delimited(text):
        return Format.DELIMITED
    return Format.TEXT


def _is_listed(head: bytes) -> bool:
    """Whether a file that is called text holds rows of short fields and nothing else."""
    text = head.decode("utf-8", errors="replace")
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if len(lines) < 3 or any(line.rstrip().endswith((".", ":")) for line in lines):
        return False
    for delimiter in "\t;,":
        counts = {line.count(delimiter) for line in lines[:-1]}
        fields = [field for line in lines for field in line.split(delimiter)]
        short = sum(len(field.split()) <= 3 for field in fields) >= 0.9 * len(fields)
        if len(counts) == 1 and counts != {0} and short:
            return True
    return False


def _is_delimited(text: str) -> bool:
    """Whether the first lines have the same number, at least one, of some delimiter."""
    lines = text.splitlines()[:20][:-1] or text.splitlines()[:1]
    for delimiter in "\t,;|":
        counts = {line.count(delimiter) for line in lines if line.strip()}
        if len(counts) == 1 and counts != {0} and len(lines) > 1:
            return True
    return False
