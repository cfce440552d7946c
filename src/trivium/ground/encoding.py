"""Bytes into text, with the way back: which bytes does a character stand for?

    decode(b"caf\\xe9")  ->  text "café", encoding "cp1252", byte(4) == 4

Tried in this order: a byte order mark, UTF-32 and UTF-16 without one, UTF-8, UTF-8 with some
Windows-1252 lines among it (mixed), what the file says of itself, the encodings of charsets.py,
Windows-1252. What had to be guessed or replaced is in `notes`.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trivium.ground.charsets import NAMES, guess

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")


@dataclass(frozen=True)
class Decoded:
    """Text and where it came from.

    `starts` holds the byte offset of each character; None where they differ by `skip` only.
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()
    skip: int = 0
    starts: NDArray[np.int64] | None = None
    size: int = 0

    def byte(self, offset: int) -> int:
        """The byte offset in the file of a character offset in the text."""
        if self.starts is None:
            return offset + self.skip
        return int(self.starts[offset]) if offset < len(self.starts) else self.size

    @cached_property
    def _newlines(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self.text)]

    def line(self, offset: int) -> int:
        """The line, from 1, that a character stands on."""
        return bisect_left(self._newlines, offset) + 1


def decode(data: bytes, declared: str = "") -> Decoded:
    """Read bytes as text. Never fails: bytes that mean nothing become U+FFFD and are counted.

    `declared` is what the file says of itself (HTML's charset); it is believed only where the bytes
    are not UTF-8.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding, len(mark))
    if encoding := _wide_without_mark(data):
        return _decoded(data, encoding, 0, f"no byte order mark; read as {encoding}")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared and (found := _as_declared(data, declared)):
            return found
        if _MULTIBYTE.search(data) and _is_mostly_utf8(data):
            return _mixed(data)
        found = _as_declared(data, encoding) if (encoding := guess(data)) else None
        if found is None or encoding == "cp1252":
            return _windows(data)
        return replace(found, notes=(f"not UTF-8; read as {NAMES[encoding]}",))
    return _decoded(data, "utf-8", 0)


def _as_declared(data: bytes, declared: str) -> Decoded | None:
    """The text in the declared encoding, if that is known and fits."""
    try:
        encoding = codecs.lookup(declared).name
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return None
    if len(text) == len(data):
        return Decoded(text, encoding, size=len(data))
    widths = [len(character.encode(encoding)) for character in text]
    starts = np.concatenate([[0], np.cumsum(widths[:-1], dtype=np.int64)])
    return Decoded(text, encoding, starts=starts, size=len(data))


def _decoded(data: bytes, encoding: str, skip: int, *notes: str) -> Decoded:
    body = data[skip:]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        text, starts = _careful(body, encoding)
        lost = f"{text.count(chr(0xFFFD))} characters are not valid {encoding}; replaced by U+FFFD"
        return Decoded(text, encoding, (*notes, lost), skip, starts + skip, len(data))
    if len(text) == len(body):
        return Decoded(text, encoding, notes, skip, size=len(data))
    return Decoded(text, encoding, notes, skip, _starts(body, encoding) + skip, len(data))


def _starts(data: bytes, encoding: str) -> NDArray[np.int64]:
    """Where each character of well-formed data starts."""
    if encoding == "utf-8":
        units = np.frombuffer(data, np.uint8)
        return np.flatnonzero((units & 0xC0) != 0x80).astype(np.int64)
    order = "<" if encoding.endswith("le") else ">"
    if encoding.startswith("utf-32"):
        return np.arange(len(data) // 4, dtype=np.int64) * 4
    pairs = np.frombuffer(data, f"{order}u2", count=len(data) // 2)
    return np.flatnonzero((pairs & 0xFC00) != 0xDC00).astype(np.int64) * 2


def _careful(data: bytes, encoding: str) -> tuple[str, NDArray[np.int64]]:
    """Decode malformed data a byte at a time, so that each character knows its start."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text: list[str] = []
    starts: list[int] = []
    begin = 0
    for position in range(len(data)):
        made = decoder.decode(data[position : position + 1], position == len(data) - 1)
        if made:
            text.append(made)
            starts.extend([begin] * len(made))
            begin = position + 1
    return "".join(text), np.array(starts, np.int64)


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether most lines that are not ASCII are UTF-8."""
    lines = [line for line in data[:1_000_000].splitlines() if not line.isascii()]
    return 2 * sum(map(_is_utf8, lines)) >= len(lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_mark(data: bytes) -> str:
    """UTF-32 has two NULs in every character, and UTF-16 one in each that is Western."""
    sample = data[: 4096 if len(data) > 4096 else len(data) // 2 * 2]
    if len(sample) < 8 or b"\0" not in sample:
        return ""
    if len(data) % 4 == 0:
        if not any(sample[3::4]) and not any(sample[2::4]):
            return "utf-32-le"
        if not any(sample[0::4]) and not any(sample[1::4]):
            return "utf-32-be"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    for encoding in ("utf-16-le", "utf-16-be"):
        if len(data) % 2 == 0 and _reads(sample, encoding):
            return encoding
    return ""


def _reads(sample: bytes, encoding: str) -> bool:
    """Whether nearly all characters are of scripts in use, with line ends or spaces among them."""
    text = sample.decode(encoding, errors="replace")
    usual = sum(
        "\x20" <= c <= "\u06ff" or c in "\t\r\n" or "\u3000" <= c <= "\u30ff"
        or "\u4e00" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" or "\uff00" <= c <= "\uff5e"
        for c in text
    )  # fmt: skip
    western = sum(c < "\x7f" for c in text)
    return usual >= 0.97 * len(text) and western >= 0.1 * len(text)


def _windows(data: bytes) -> Decoded:
    text = data.decode("cp1252", errors="replace")
    notes = ["not UTF-8; read as Windows-1252"]
    if lost := text.count("\ufffd"):
        notes.append(f"{lost} bytes are not valid Windows-1252; replaced by U+FFFD")
    return Decoded(text, "cp1252", tuple(notes), size=len(data))


def _mixed(data: bytes) -> Decoded:
    """Each line by itself: UTF-8 where it is valid, else Windows-1252."""
    texts: list[str] = []
    starts: list[NDArray[np.int64]] = []
    position = odd = 0
    for line in data.splitlines(keepends=True):
        try:
            texts.append(line.decode("utf-8"))
            starts.append(_starts(line, "utf-8") + position)
        except UnicodeDecodeError:
            odd += 1
            texts.append(line.decode("cp1252", errors="replace"))
            starts.append(np.arange(position, position + len(line), dtype=np.int64))
        position += len(line)
    if odd == len(texts):
        return _windows(data)
    text = "".join(texts)
    notes = [f"mixed encodings: {odd} of {len(texts)} lines are not UTF-8; read as Windows-1252"]
    if lost := text.count("\ufffd"):
        notes.append(f"{lost} characters could not be read; replaced by U+FFFD")
    return Decoded(text, "utf-8", tuple(notes), 0, np.concatenate(starts), len(data))
