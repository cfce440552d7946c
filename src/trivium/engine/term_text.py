"""Terms as text in files, written and read as Soufflé does.

    [1, [ann, nil]]   $Add($Number(1), $Unknown)

Texts inside stand bare, as in Soufflé's files; one that would not read back so, because it holds
a comma or the bracket that closes the term, or starts with a quote, stands between quotes, as a
program writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from trivium.engine.functors import to_text
from trivium.ir.text import quoted, unquoted
from trivium.ir.types import Branch, Shapes, Type
from trivium.ir.values import Term, write_term

Parsers = Mapping[Type, Callable[[str], Any]]

_SPACE = re.compile(r"\s*")
_BARE = {"]": re.compile(r"[^,\]]*"), ")": re.compile(r"[^,)]*")}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NAME = re.compile(r"[\w?.]+")
_UNSAFE = re.compile(r'[,\t\n\r]|^[\s"]|\s$')


def term_text(value: object, quotes: bool = False) -> str:
    """A record or branch as a file has it; with all its texts between `quotes`, if need be."""
    return write_term(value, _quoted_part if quotes else _part_text)


def _part_text(part: object, closing: str, _: Type | None) -> str:
    if isinstance(part, str) and (closing in part or _UNSAFE.search(part)):
        return quoted(part)
    return to_text(part)


def _quoted_part(part: object, closing: str, _: Type | None) -> str:
    return quoted(part) if isinstance(part, str) else to_text(part)


def parse_term(text: str, kind: Type, shapes: Shapes, parsers: Parsers) -> Any:
    """The value that a text spells; ValueError, with what is wrong, if it spells none.

    `parsers` read the parts that are no terms. Depth costs no recursion.
    """
    return _Reader(text, shapes, parsers).read(kind)


class _Open:
    """A record or branch that is being read, and the parts read so far."""

    __slots__ = ("branch", "closing", "parts")

    def __init__(self, branch: Branch, closing: str) -> None:
        self.branch = branch
        self.closing = closing
        self.parts: list[Any] = []

    @property
    def full(self) -> bool:
        return len(self.parts) == len(self.branch.fields)

    def value(self) -> Any:
        parts = tuple(self.parts)
        return Term(self.branch.name, parts) if self.branch.name else parts


class _Reader:
    def __init__(self, text: str, shapes: Shapes, parsers: Parsers) -> None:
        self.text = text
        self.at = 0
        self.shapes = shapes
        self.parsers = parsers

    def read(self, kind: Type) -> Any:
        opened: list[_Open] = []
        wanted = kind
        while True:
            started = self.start(wanted, opened[-1].closing if opened else "")
            if isinstance(started, _Open) and not started.full:
                opened.append(started)
                wanted = started.branch.types[0]
                continue
            if isinstance(started, _Open):
                self.expect(started.closing)
                value = started.value()
            else:
                value = started
            while opened:
                top = opened[-1]
                top.parts.append(value)
                if not top.full:
                    self.expect(",")
                    wanted = top.branch.types[len(top.parts)]
                    break
                self.expect(top.closing)
                value = opened.pop().value()
            else:
                self.space()
                if self.at < len(self.text):
                    raise ValueError(f"`{self.rest()}` stands after the end of the {kind}")
                return value

    def start(self, kind: Type, closing: str) -> Any:
        """A whole value, or a record or branch that has been opened."""
        self.space()
        if not kind.structured:
            return self.plain(kind, closing)
        shape = self.shapes[kind]
        if shape.record:
            if self.text.startswith("nil", self.at):
                self.at += 3
                return None
            self.expect("[")
            return _Open(shape.branches[0], "]")
        self.expect("$")
        self.space()
        found = _NAME.match(self.text, self.at)
        name = found[0] if found else ""
        branch = next((b for b in shape.branches if b.name == name), None)
        if found is None or branch is None:
            raise ValueError(f"`{name}` is no branch of {kind}")
        self.at = found.end()
        if branch.fields:
            self.expect("(")
            return _Open(branch, ")")
        if self.text.startswith("()", self.at):
            self.at += 2
        return Term(name)

    def plain(self, kind: Type, closing: str) -> Any:
        found = _QUOTED.match(self.text, self.at)
        if kind is Type.SYMBOL and found is not None:
            self.at = found.end()
            return unquoted(found[0])
        found = _BARE[closing].match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        part = found[0] if kind is Type.SYMBOL else found[0].strip()
        try:
            return self.parsers[kind](part)
        except ValueError:
            raise ValueError(f"`{part}` is not a {kind}") from None

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def expect(self, mark: str) -> None:
        self.space()
        if not self.text.startswith(mark, self.at):
            raise ValueError(f"expected `{mark}`, found `{self.rest()}`")
        self.at += 1

    def rest(self) -> str:
        """What comes next, for an error."""
        rest = self.text[self.at : self.at + 20]
        return rest or "the end"
