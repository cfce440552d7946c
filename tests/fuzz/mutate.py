"""Damaged programs: characters, tokens, lines and parts dropped, doubled, swapped or invented.

mutate(Random(7), texts)  ->  a text that is nearly one of the texts
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

_TOKEN = re.compile(r'"[^"\n]*"|\w+|\s+|:-|<=|>=|!=|\S')
_ODD = (
    *("\0", "\ufeff", "\u202e", "é", "𝔛", "\x7f", "\r", "\\", '"', "'", "`", "#", "/*", "*/", "//"),
    *("9" * 30, "1e999", "0x", "0b2", "1.", ".5", "5u", "-", "--1", "18446744073709551616"),
    *("(", ")", "((", "{", "}", "[", "]", "<", ">", "$", "@", "@f(x)", "?", "_", "nil", "$A(1)"),
    *(".", "..", ",", ",,", ";", ":", ":-", "::", "=", "!", "!!", "|", "<=", "=>", "^", "%"),
    *("count : {", "sum x :", "top 2 x :", "argmin x by y :", "forall : {", "exists :", "max ("),
    *(".decl", ".type T =", ".comp C {", ".init i = C", ".input", ".output", ".plan 0:(1)"),
    *("eqrel", "inline", "choice-domain", "as(x, number)", "range(1, 9)", "[x, y]", "x.y"),
    *("p(x) <= p(y) :- x < y.", ".pragma", ".functor f(x: number): number", ".limitsize p(n=1)"),
    *("#include", "#define A B", "#if 1", "#endif", ".lattice", "true", "false", "0.4::p(1)."),
)


def mutate(chance: Random, texts: Sequence[str]) -> str:
    """One of the texts with a few changes, now and then with a part of another."""
    if chance.random() < 0.03:
        return _noise(chance)
    parts = _TOKEN.findall(chance.choice(texts))
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        _change(chance, parts, texts)
    text = "".join(parts)
    if text and chance.random() < 0.1:
        at = chance.randrange(len(text))
        return text[:at] if chance.random() < 0.5 else text[at:]
    return text


def _change(chance: Random, parts: list[str], texts: Sequence[str]) -> None:
    if not parts:
        return
    at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(16):
        case 0:
            del parts[at]
        case 1:
            parts.insert(at, parts[other])
        case 2:
            parts[at], parts[other] = parts[other], parts[at]
        case 3:
            parts[at] = parts[other]
        case 4:
            parts.insert(at, f" {chance.choice(_ODD)} ")
        case 5:
            parts[at] = chance.choice(_ODD)
        case 6:
            more = _TOKEN.findall(chance.choice(texts))
            start = chance.randrange(len(more) + 1)
            parts[at:at] = more[start : start + chance.randrange(1, 30)]
        case 7:
            del parts[min(at, other) : max(at, other)]
        case 8:
            parts[at:at] = chance.choice(chance.choice(texts).splitlines(keepends=True) or [""])
        case 9 | 10 | 11 | 12 | 13 | 14:  # most likely to be a program still
            kind = _kind(parts[at])
            parts[at] = chance.choice([part for part in parts if _kind(part) == kind])
        case 15 if parts[at]:
            place = chance.randrange(len(parts[at]))
            letter = chr(chance.choice((chance.randrange(128), chance.randrange(0xD800))))
            parts[at] = parts[at][:place] + letter + parts[at][place + 1 :]


def _kind(part: str) -> str:
    """Which parts may stand for each other and leave the grammar whole."""
    if part[0].isdigit() or part[0] == '"':
        return "constant"
    return "name" if part[0].isalpha() else part if part in ".:(){}" else "mark"


def _noise(chance: Random) -> str:
    """Bytes of no meaning, as a file of another kind would be."""
    raw = bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
    return raw.decode("utf-8", "replace") if chance.random() < 0.5 else raw.decode("latin-1")
