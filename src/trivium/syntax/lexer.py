"""Text to tokens.

    before:  p(x) :- q(x, 3).   // why
    after:   name ( name ) :- name ( name , integer ) . end

Comments (`//`, `/* */`, `#`) and annotations (`@[...]`) are dropped. A token is an index into three
lists; nothing is kept that the text does not hold, since a program may bring a million facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trivium.errors import SyntaxProblem
from trivium.source import Source, Span

_TOKEN = re.compile(
    r"""
    (?P<skip>(?:[ \t\r\n\f\ufeff]|\\\r?\n)+|//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<name>(?:[^\W\d]|\?)[\w?]*)
    |(?P<directive>(?<![\w)\]"}])\.[a-zA-Z_]\w*)
    |(?P<opened>/\*)
    |(?P<mark>[(),]|:-|::|<=|>=|!=|=>|==|<>|<:|&&|\|\||[{}\[\];:.=<>+\-*/%^!@$|&~])
    |(?P<string>"[^"\\\n]*(?:\\.[^"\\\n]*)*")
    |(?P<address>[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?![\w.]))
    |(?P<real>(?:[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)(?!\w))
    |(?P<integer>(?:0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)u?(?!\w))
    |(?P<hash>\#[^\n]*)
    |(?P<unclosed>"[^\n]*)
    |(?P<malformed>[0-9]\w*)
    |(?P<other>[\s\S])
    """,
    re.VERBOSE,
)
_SHOWN_LONGEST = 30


@dataclass(slots=True)
class Tokens:
    """The tokens of a source: kind, start and end of each; the last is of kind `end`.

    The kind of a punctuation mark is the mark itself.
    """

    source: Source
    kinds: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def text(self, index: int) -> str:
        return self.source.text[self.starts[index] : self.ends[index]]

    def span(self, first: int, last: int | None = None) -> Span:
        """The characters from one token to another, both included."""
        last = first if last is None else last
        return Span(self.source, self.starts[first], self.ends[last])

    def shown(self, index: int) -> str:
        """The token as an error message names it."""
        if self.kinds[index] == "end":
            return "the end of the text"
        text = self.text(index)
        return f"`{text if len(text) <= _SHOWN_LONGEST else text[: _SHOWN_LONGEST - 1] + '…'}`"


def tokenise(source: Source) -> Tokens:
    """All tokens of the source.

    Raises SyntaxProblem 101 (a character that starts no token), 102 (a text or comment without
    its end) and 104 (a malformed number).
    """
    tokens = Tokens(source)
    kinds, starts, ends = tokens.kinds, tokens.starts, tokens.ends
    for found in _TOKEN.finditer(source.text):
        kind = found.lastgroup or "other"
        if kind in ("skip", "hash"):
            continue
        start, end = found.span()
        if kind == "mark":
            kind = found.group()
        elif kind in _REFUSALS:
            raise _refuse(kind, found.group(), Span(source, start, end))
        kinds.append(kind)
        starts.append(start)
        ends.append(end)
    if "@[" in source.text or "@!" in source.text:
        _drop_annotations(tokens)
    size = len(source.text)
    kinds.append("end")
    starts.append(size)
    ends.append(size)
    return tokens


def _drop_annotations(tokens: Tokens) -> None:
    """`@[...]` and `@![...]` are comments to us; the brackets inside are balanced."""
    kinds = tokens.kinds
    kept: list[int] = []
    at = 0
    while at < len(kinds):
        opens = at + 1 + (kinds[at + 1 : at + 2] == ["!"])
        if kinds[at] != "@" or kinds[opens : opens + 1] != ["["]:
            kept.append(at)
            at += 1
            continue
        start, level, at = at, 1, opens + 1
        while level:
            if at == len(kinds):
                span = tokens.span(start, opens)
                raise SyntaxProblem(102, "the annotation has no end", span, hint="end it with `]`")
            level += (kinds[at] in "([{") - (kinds[at] in ")]}")
            at += 1
    tokens.kinds[:] = [kinds[place] for place in kept]
    tokens.starts[:] = [tokens.starts[place] for place in kept]
    tokens.ends[:] = [tokens.ends[place] for place in kept]


_REFUSALS = frozenset(("opened", "unclosed", "malformed", "other"))


def _refuse(kind: str, text: str, span: Span) -> SyntaxProblem:
    if kind == "opened":
        return SyntaxProblem(102, "the comment has no end", span, hint="end it with `*/`")
    if kind == "unclosed":
        hint = 'end it with `"`; a line break inside a text is written `\\n`'
        return SyntaxProblem(102, "the text has no closing quote", span, hint=hint)
    if kind == "malformed":
        hint = "write `12`, `-3.5`, `1e6`, `0x1f`, `0b101` or `7u`"
        return SyntaxProblem(104, f"`{text}` is not a number", span, hint=hint)
    if text == "\\":
        hint = "negation is written `!`"
        return SyntaxProblem(101, "found `\\`, which starts nothing here", span, hint=hint)
    text_hint = 'text stands between double quotes: `"like this"`' if text in "'‘’“”`" else None
    return SyntaxProblem(101, f"found `{text}`, which starts nothing here", span, hint=text_hint)
