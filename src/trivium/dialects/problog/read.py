"""Reading Prolog text: tokens, operators, clauses.

    before:  0.4::edge(1, X) :- node(X).
    after:   ReadClause((':-', ('::', 0.4, ('edge', 1, X)), ('node', X)), {'X': X}, span)

Operators are those of ProbLog; programs declare none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trivium.dialects.problog.terms import INFIX, NIL, PREFIX, Pool, Real, Term, Var, var
from trivium.errors import SyntaxProblem
from trivium.source import Source, Span

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|%[^\n]*|/\*[\s\S]*?\*/)
    |(?P<opened>/\*)
    |(?P<end>\.(?=\s|%|$))
    |(?P<real>\d+\.\d+(?:[eE][+-]?\d+)?(?:Inf|NaN)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)
    |(?P<base>0x[0-9a-fA-F]+|0b[01]+|0o[0-7]+)
    |(?P<char>0'(?:\\.|''|[^\\]))
    |(?P<integer>\d+)
    |(?P<variable>[A-Z_]\w*)
    |(?P<name>[^\W\d_A-Z]\w*)
    |(?P<quoted>'(?:[^'\\]|\\[\s\S]|'')*')
    |(?P<text>"(?:[^"\\]|\\[\s\S]|"")*")
    |(?P<mark>[()\[\]{},|!;])
    |(?P<symbol>[+\-*/\\^<>=~:.?@\#&$]+)
    |(?P<other>[\s\S])
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(\n|x[0-9a-fA-F]+\\|[\s\S])")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPES["\n"] = ""
# Symbol characters that stand together may be several operators: `X=\+a`, `0.5::\+a`.
# And `?::a`: the probability of a decision.
_SYMBOLS = sorted(
    {name for name in (*INFIX, *PREFIX, "?") if not name[0].isalpha() and name not in ",;"},
    key=len,
)[::-1]
MAX_DEPTH = 400


@dataclass(frozen=True, slots=True)
class ReadClause:
    """A clause as it was written; its variables are numbered from 0 and called `names`."""

    term: Term
    names: tuple[str, ...]
    span: Span


def read(source: Source, pool: Pool) -> Iterator[ReadClause]:
    """The clauses of a text; raises SyntaxProblem (1xx) at the first mistake."""
    return _Reader(source, pool).clauses()


class _Reader:
    def __init__(self, source: Source, pool: Pool) -> None:
        self.source = source
        self.pool = pool
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self._tokenise()
        self.at = 0
        self.depth = 0
        self.names: dict[str, Var] = {}
        self.anonymous = 0
        self.commas = True

    def _tokenise(self) -> None:
        for found in _TOKEN.finditer(self.source.text):
            kind = found.lastgroup or "other"
            text = found.group()
            if kind == "skip":
                continue
            if kind in ("other", "opened"):
                span = Span(self.source, found.start(), found.end())
                if kind == "opened":
                    hint = "end it with `*/`"
                    raise SyntaxProblem(102, "the comment has no end", span, hint=hint)
                if text in "'\"":
                    raise SyntaxProblem(102, "the text has no closing quote", span)
                raise SyntaxProblem(101, f"found `{text}`, which starts nothing here", span)
            if kind == "symbol":
                self._symbols(text, found.start())
                continue
            self._add(text if kind == "mark" else kind, text, found.start())
        self._add("eof", "", len(self.source.text))

    def _symbols(self, text: str, start: int) -> None:
        """Cut a run of symbol characters into operators, longest first."""
        while text:
            if text == "." and not self.source.text.startswith("(", start + 1):
                self._add("end", text, start)
                return
            name = next((op for op in _SYMBOLS if text.startswith(op)), text)
            if name == text or len(name) == len(text):
                self._add("symbol", text, start)
                return
            self._add("symbol", name, start)
            text, start = text[len(name) :], start + len(name)

    def _add(self, kind: str, text: str, start: int) -> None:
        self.kinds.append(kind)
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(start + len(text))

    def _span(self, at: int) -> Span:
        return Span(self.source, self.starts[at], self.ends[at])

    def _expected(self, wanted: str) -> SyntaxProblem:
        kind = self.kinds[self.at]
        found = "the end of the text" if kind == "eof" else f"`{self.texts[self.at]}`"
        return SyntaxProblem(101, f"found {found}, expected {wanted}", self._span(self.at))

    # --- clauses ---------------------------------------------------------------------------------

    def clauses(self) -> Iterator[ReadClause]:
        while self.kinds[self.at] != "eof":
            first = self.at
            self.names = {}
            self.anonymous = 0
            term = self.term(1200)
            if self.kinds[self.at] != "end":
                raise self._expected("an operator or `.`")
            self.at += 1
            span = Span(self.source, self.starts[first], self.ends[self.at - 1])
            yield ReadClause(term, tuple(self.names), span)

    # --- terms -----------------------------------------------------------------------------------

    def term(self, most: int) -> Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"the term nests deeper than {MAX_DEPTH} levels here"
            raise SyntaxProblem(106, message, self._span(self.at))
        left, strength = self.operand(most)
        while True:
            name = self._infix_name()
            if name is None:
                break
            own, form = INFIX[name]
            if own > most or strength > own - (form[0] == "x"):
                break
            self.at += 1
            right = self.term(own - (form[2] == "x"))
            left, strength = self.pool.compound(name, (left, right)), own
        self.depth -= 1
        return left

    def _infix_name(self) -> str | None:
        kind, text = self.kinds[self.at], self.texts[self.at]
        if kind == "|":
            return ";" if self.depth == 1 else None
        if kind == "," and not self.commas:
            return None
        known = kind in ("symbol", "name", ",", ";") and text in INFIX
        return text if known else None

    def operand(self, most: int) -> tuple[Term, int]:
        """A term that no infix operator starts with, and how loosely it binds."""
        kind, text = self.kinds[self.at], self.texts[self.at]
        if kind in ("symbol", "name") and text in PREFIX and not self._called():
            return self._prefixed(text, most)
        self.at += 1
        match kind:
            case "integer":
                return int(text), 0
            case "base":
                return int(text, 0), 0
            case "real":
                return Real(text.replace("Inf", "").replace("NaN", "")), 0
            case "char":
                return ord(_unescape(text[2:])[0]), 0
            case "variable":
                return self._variable(text), 0
            case "text":
                return f'"{_unescape(text[1:-1])}"', 0
            case "name" | "quoted" | "symbol":
                name = text if kind != "quoted" else _unescape(text[1:-1].replace("''", "'"))
                if self.kinds[self.at] == "(" and self.starts[self.at] == self.ends[self.at - 1]:
                    self.at += 1
                    return self.pool.compound(name, self._args(")")), 0
                if kind == "symbol" and text not in (".", "?", *INFIX, *PREFIX):
                    self.at -= 1
                    raise self._expected("a term")
                if kind == "name" and self._measure_follows():
                    return self._measure(name), 0
                return name, 0
            case "!":
                return "!", 0
            case "(":
                inner = self._inside(True)
                self._close(")")
                return inner, 0
            case "[":
                return self._list(), 0
            case "{":
                if self.kinds[self.at] == "}":
                    self.at += 1
                    return "{}", 0
                inner = self._inside(True)
                self._close("}")
                return self.pool.compound("{}", (inner,)), 0
        self.at -= 1
        raise self._expected("a term")

    def _called(self) -> bool:
        """Whether an operator is the name of a compound term here: `+(1, 2)`."""
        opens = self.kinds[self.at + 1] == "("
        return opens and self.starts[self.at + 1] == self.ends[self.at]

    def _prefixed(self, name: str, most: int) -> tuple[Term, int]:
        self.at += 1
        kind, text = self.kinds[self.at], self.texts[self.at]
        if (
            name in "+-"
            and kind in ("integer", "real")
            and (self.starts[self.at] == self.ends[self.at - 1])
        ):
            value, _ = self.operand(most)
            return (value if name == "+" else type(value)(-value)), 0
        ends = kind in ("end", ")", "]", "}", ",", "|", ";", "eof")
        infix = kind in ("symbol", "name") and text in INFIX and text not in PREFIX
        if ends or infix:
            return name, 0  # the operator itself, as an atom
        strength, form = PREFIX[name]
        strength = min(strength, most)
        inner = self.term(strength - (form[1] == "x"))
        return self.pool.compound(name, (inner,)), strength

    def _variable(self, name: str) -> Var:
        if name == "_":
            self.anonymous += 1
            name = f"_ {self.anonymous}"
        found = self.names.get(name)
        if found is None:
            found = self.names[name] = var(len(self.names))
        return found

    def _inside(self, commas: bool) -> Term:
        """A term inside brackets, where `|` is no operator, and a comma may only separate."""
        around, self.commas = self.commas, commas
        self.depth += 1
        inner = self.term(1200)
        self.depth -= 1
        self.commas = around
        return inner

    def _args(self, closing: str) -> list[Term]:
        args: list[Term] = []
        if self.kinds[self.at] == closing:
            self.at += 1
            return args
        while True:
            args.append(self._inside(False))
            if self.kinds[self.at] == ",":
                self.at += 1
                continue
            self._close(closing)
            return args

    def _close(self, mark: str) -> None:
        if self.kinds[self.at] != mark:
            raise self._expected(f"`,` or `{mark}`")
        self.at += 1

    def _list(self) -> Term:
        if self.kinds[self.at] == "]":
            self.at += 1
            return NIL
        items: list[Term] = []
        tail: Term = NIL
        while True:
            items.append(self._inside(False))
            if self.kinds[self.at] == ",":
                self.at += 1
                continue
            if self.kinds[self.at] == "|":
                self.at += 1
                tail = self._inside(False)
            self._close("]")
            return self.pool.list_of(items, tail)

    def _measure_follows(self) -> bool:
        """Whether `avg<Salary>` stands here."""
        ahead = self.texts[self.at : self.at + 3]
        return (
            len(ahead) == 3
            and ahead[0] == "<"
            and self.kinds[self.at + 1] == "variable"
            and ahead[2] == ">"
            and self.starts[self.at] == self.ends[self.at - 1]
        )

    def _measure(self, name: str) -> Term:
        value = self._variable(self.texts[self.at + 1])
        self.at += 3
        return ("<>", name, value)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def change(found: re.Match[str]) -> str:
        what = found[1]
        if what[0] == "x" and len(what) > 1:
            return chr(int(what[1:-1], 16))
        return _ESCAPES.get(what, what)

    return _ESCAPE.sub(change, text)
