r"""Texts and numbers as a program writes them, and texts as they are read back.

    3   2.0   1e+16   1.0 / 0.0   "a \"b\"\n"

Texts have Soufflé's escapes, and `\u001b` for what else would not show as itself: control
characters, the separators of lines, marks that turn the direction of writing, lone surrogates.
"""

from __future__ import annotations

import math
import re

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPES |= {'"': '"', "\\": "\\"}
_WRITTEN = {character: f"\\{letter}" for letter, character in _ESCAPES.items()}
_READ = {**_ESCAPES, "'": "'", "0": "\0"}
_HIDDEN = re.compile(
    r'["\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]'
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def quoted(text: str) -> str:
    """A text between quotes, on one line."""
    return f'"{_HIDDEN.sub(_escaped, text)}"'


def _escaped(found: re.Match[str]) -> str:
    return _WRITTEN.get(found[0]) or f"\\u{ord(found[0]):04x}"


def unquoted(written: str) -> str:
    r"""The text of a quoted one; an unknown escape such as `\d` keeps its backslash."""
    inner = written[1:-1]
    return _ESCAPE.sub(_meant, inner) if "\\" in inner else inner


def _meant(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else _READ.get(found[2], found[0])


def write_float(value: float) -> str:
    """A float, with a point or an exponent; one that no numeral names, as a division by zero."""
    if math.isfinite(value):
        return repr(value)
    return "0.0 / 0.0" if math.isnan(value) else f"{math.copysign(1.0, value)} / 0.0"


def write_plain(value: object) -> str:
    """A text or a number, by what Python has."""
    if isinstance(value, str):
        return quoted(value)
    return write_float(value) if isinstance(value, float) else str(value)
