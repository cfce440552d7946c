"""A position in the tokens of a program, and what to say where another token was expected.

cursor.expect("name", "a relation")     the index of a name, or
E101 found `==`, expected `.`           hint: equality is written `=`
"""

from __future__ import annotations

from trivium.errors import SyntaxProblem
from trivium.source import Span
from trivium.syntax import ast
from trivium.syntax.depth import MAX_DEPTH, too_deep
from trivium.syntax.lexer import Tokens

# The words that aggregates begin with, by how many values follow.
ONE_VALUE = frozenset(("sum", "mean", "min", "max", "median"))
TWO_VALUES = frozenset(("argmin", "argmax"))
NO_VALUE = frozenset(("count", "exists", "forall"))
AGGREGATES = ONE_VALUE | TWO_VALUES | NO_VALUE | {"top", "string_join"}
_SPELLINGS = {
    "==": "equality is written `=`",
    "<>": "inequality is written `!=`",
    "&&": "“and” is written `,`",
    "||": "“or” is written `;`",
    "&": "“and” is written `,`, bitwise and `band`",
    "|": "“or” is written `;`, bitwise or `bor`",
    "~": "bitwise not is written `bnot`",
}


class Cursor:
    """A position in the tokens, and how deep the text around it is nested."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.kinds = tokens.kinds
        self.at = 0
        self.depth = 0

    def word(self) -> str:
        """The text of a name here, or the empty text."""
        return self.tokens.text(self.at) if self.kinds[self.at] == "name" else ""

    def next_kind(self, ahead: int = 1) -> str:
        return self.kinds[min(self.at + ahead, len(self.kinds) - 1)]

    def take(self, kind: str) -> bool:
        if self.kinds[self.at] == kind:
            self.at += 1
            return True
        return False

    def expect(self, kind: str, wanted: str | None = None) -> int:
        """Step over a token of this kind and give its index, or say what was found instead."""
        if self.kinds[self.at] != kind:
            raise self.unexpected(wanted or f"`{kind}`")
        self.at += 1
        return self.at - 1

    def unexpected(self, wanted: str, hint: str | None = None) -> SyntaxProblem:
        found = self.tokens.shown(self.at)
        hint = hint or _SPELLINGS.get(self.kinds[self.at])
        words = (self.tokens.text(self.at - 1) if self.at else "", self.word())
        if "not" in words:
            hint = "negation is written `!`"
        elif words[0] == "?" and self.kinds[self.at] == "-":
            hint = "what is asked for is an output: `.output path`, or a rule with `.output answer`"
        elif self.begins_line("%"):
            hint = "a comment is written `// ...`"
        elif self.kinds[self.at] == "<" and self.next_kind() == "-":
            hint = "“if” is written `:-`: `head :- body.`"
        elif words[1] == "is":
            hint = "a value is bound by `=`: `y = x + 1`"
        elif words[1] in ("and", "or"):
            hint = "“and” is written `,` and “or” `;`"
        elif words[0] in AGGREGATES and self.kinds[self.at] == "{":
            hint = f"a colon stands before the body: `{words[0]} ... : {{ ... }}`"
        elif words[0] == "count":
            hint = "`count` counts rows, and takes no value: `count : { ... }`"
        span = self.tokens.span(self.at)
        if self.kinds[self.at] == "end" and self.at:
            # The place to mend is after the last token, not after the blank lines that follow.
            span = Span(span.source, self.tokens.ends[self.at - 1], self.tokens.ends[self.at - 1])
        return SyntaxProblem(101, f"found {found}, expected {wanted}", span, hint=hint)

    def begins_line(self, mark: str) -> bool:
        """Whether this mark stands here, first in its line."""
        start = self.tokens.starts[self.at]
        line = self.tokens.source.text.rfind("\n", 0, start) + 1
        before = self.tokens.source.text[line:start]
        return self.kinds[self.at] == mark and not before.strip()

    def since(self, first: int) -> Span:
        """The characters from a token up to the last one read."""
        return self.tokens.span(first, self.at - 1)

    def outside(self, what: str, hint: str, span: Span | None = None) -> SyntaxProblem:
        span = self.tokens.span(self.at) if span is None else span
        return SyntaxProblem(103, f"{what} is not part of the core dialect", span, hint=hint)

    def name_at(self, index: int) -> ast.Name:
        return ast.Name(self.tokens.text(index), self.tokens.span(index))

    def qualified(self, wanted: str) -> ast.Name:
        """`a`, or `a.b.c` without spaces; `a. b` is an end and a beginning."""
        first = self.expect("name", wanted)
        self.rest_of_name()
        span = self.since(first)
        return ast.Name(span.text, span)

    def rest_of_name(self) -> None:
        ends, starts = self.tokens.ends, self.tokens.starts
        while (
            self.kinds[self.at] == "."
            and self.next_kind() == "name"
            and ends[self.at - 1] == starts[self.at]
            and ends[self.at] == starts[self.at + 1]
        ):
            self.at += 2

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep(self.tokens.span(self.at))
