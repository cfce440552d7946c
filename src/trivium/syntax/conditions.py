"""The condition of an `#if`: whole numbers, names of macros and the operators of C.

is_true("defined(FAST) && LEVEL >= 2", {LEVEL: 3}, ...) == False    FAST is not defined

Macros are written out first; a name that is none is 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from trivium.errors import SyntaxProblem
from trivium.source import Span
from trivium.syntax.macros import Macros, expand

_DEFINED = re.compile(r"\bdefined\b\s*(?:\(\s*([^\W\d]\w*)\s*\)|([^\W\d]\w*))")
_TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|\d+|[^\W\d]\w*|\|\||&&|<<|>>|[<>=!]=|[-+*/%<>&|^~!()?:])[uUlL]*"
)
_LEVELS: tuple[Mapping[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {"|": lambda a, b: a | b},
    {"^": lambda a, b: a ^ b},
    {"&": lambda a, b: a & b},
    {"==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b)},
    {
        "<": lambda a, b: int(a < b),
        ">": lambda a, b: int(a > b),
        "<=": lambda a, b: int(a <= b),
        ">=": lambda a, b: int(a >= b),
    },
    {"<<": lambda a, b: a << min(b, 63), ">>": lambda a, b: a >> min(b, 63)},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {
        "*": lambda a, b: a * b,
        "/": lambda a, b: a // b if b else 0,
        "%": lambda a, b: a % b if b else 0,
    },
)
_UNARY: Mapping[str, Callable[[int], int]] = {
    "-": lambda a: -a,
    "+": lambda a: a,
    "!": lambda a: int(not a),
    "~": lambda a: ~a,
}
# Conditions nest by parentheses; so deep they may.
MAX_DEPTH = 30


def is_true(text: str, macros: Macros, span: Span) -> bool:
    """Whether the condition holds; E109 if it is none."""
    settled = _DEFINED.sub(lambda found: str(int((found[1] or found[2]) in macros)), text)
    return bool(_Condition(expand(settled, macros, span), span).whole())


class _Condition:
    """A position in the tokens of a condition."""

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        self.span = span
        self.tokens: list[str] = []
        self.depth = 0
        at = 0
        while found := _TOKEN.match(text, at):
            self.tokens.append(found[1])
            at = found.end()
        if text[at:].strip():
            raise self.problem()
        self.tokens.reverse()

    def problem(self) -> SyntaxProblem:
        hint = "a condition is made of whole numbers, macros, `defined(X)` and operators"
        message = f"`{' '.join(self.text.split())}` is not a condition"
        return SyntaxProblem(109, message, self.span, hint=hint)

    def take(self, *wanted: str) -> str | None:
        if self.tokens and self.tokens[-1] in wanted:
            return self.tokens.pop()
        return None

    def whole(self) -> int:
        value = self.choice()
        if self.tokens:
            raise self.problem()
        return value

    def choice(self) -> int:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.problem()
        value = self.level(0)
        if self.take("?"):
            first = self.choice()
            if not self.take(":"):
                raise self.problem()
            second = self.choice()
            value = first if value else second
        self.depth -= 1
        return value

    def level(self, strength: int) -> int:
        if strength == len(_LEVELS):
            return self.unary()
        value = self.level(strength + 1)
        while op := self.take(*_LEVELS[strength]):
            value = _LEVELS[strength][op](value, self.level(strength + 1))
        return value

    def unary(self) -> int:
        signs = []
        while op := self.take(*_UNARY):
            signs.append(_UNARY[op])
        value = self.primary()
        for sign in reversed(signs):
            value = sign(value)
        return value

    def primary(self) -> int:
        if self.take("("):
            value = self.choice()
            if not self.take(")"):
                raise self.problem()
            return value
        token = self.tokens.pop() if self.tokens else ""
        if token[:1].isdigit():
            return int(token, 16 if token[:2].lower() == "0x" else 10)
        if token.isidentifier():
            return 0
        raise self.problem()
