"""TPTP problems, as its standard says: `fof` and `cnf`, their roles, includes and comments.

    fof(a, axiom, ![X]: (man(X) => mortal(X))).     Problem(
    fof(b, axiom, man('Socrates')).             →       premises=(∀X (man(X) → mortal(X)), ...),
    fof(c, conjecture, mortal('Socrates')).             conjectures=(mortal('Socrates'),))

    formula = unit | unit {"|" unit} | unit {"&" unit} | unit op unit
    op      = "<=>" | "=>" | "<=" | "<~>" | "~|" | "~&"
    unit    = ("!" | "?") "[" variables "]" ":" unit | "~" unit | "(" formula ")"
            | equation
    equation = term [("=" | "!=") term]

A variable begins with a capital; any other name, quoted or not, is of a symbol, and `'abc'` is
`abc`. Numbers and texts between double quotes are different things from one another. Raises
SyntaxProblem 101, 102, 106, 110 for a file that cannot be included, and 340 for a language or a
role that is not solved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trivium.errors import SyntaxProblem
from trivium.solver.forms.logic import (
    Apply,
    Binder,
    Bound,
    Expression,
    Operation,
    Truth,
    free_names,
)
from trivium.source import Source, Span
from trivium.syntax.depth import MAX_DEPTH

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|%[^\n]*|/\*[\s\S]*?\*/)
    |(?P<quoted>'(?:[^'\\\n]|\\[\\'])*')
    |(?P<object>"(?:[^"\\\n]|\\[\\"])*")
    |(?P<number>[+-]?\d+(?:/\d+|(?:\.\d+)?(?:[eE][+-]?\d+)?))
    |(?P<variable>[A-Z]\w*)
    |(?P<word>[a-z]\w*|\${1,2}[a-z]\w*)
    |(?P<mark><=>|<~>|=>|<=|~\||~&|!=|[~!?&|=(){}\[\],.:+\-*/<>@^])
    |(?P<other>[\s\S])
    """,
    re.VERBOSE,
)
_PLAIN = re.compile(r"[a-z]\w*")
_VARIABLE = re.compile(r"[A-Z]\w*")
_BEGINS = re.compile(
    r"^\s*(?:(?:fof|cnf|tff|thf|tcf|tpi)\s*\([^,()]+,\s*[a-z_]+\s*[,-]|include\s*\(\s*')", re.M
)
PREMISES = frozenset(
    "axiom hypothesis definition assumption lemma theorem corollary plain".split()
) | {"negated_conjecture"}
_OPERATORS = {"<=>": "iff", "=>": "implies", "<=": "if", "<~>": "xor", "~|": "or", "~&": "and"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
MOST_FILES = 200


def is_tptp(text: str) -> bool:
    """Whether a line of the text begins as a statement of TPTP does."""
    return _BEGINS.search(text) is not None


@dataclass(frozen=True, slots=True)
class Statement:
    """A formula with its name and role, and where it stands."""

    name: str
    role: str
    tree: Expression
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    premises: tuple[Statement, ...]
    conjectures: tuple[Statement, ...]


def read_tptp(source: Source, folders: Sequence[Path] = ()) -> Problem:
    """The problem of a text; files that it includes are looked for in the folders."""
    reading = _Reading(tuple(folders))
    statements = list(reading.statements(source, None))
    if reading.objects:
        last = statements[-1].span
        distinct = Operation("distinct", tuple(Apply(name) for name in reading.objects))
        statements.append(Statement("distinct", "axiom", distinct, last))
    return Problem(
        tuple(s for s in statements if s.role != "conjecture"),
        tuple(s for s in statements if s.role == "conjecture"),
    )


@dataclass
class _Reading:
    """What is read of one problem, over all the files that it includes."""

    folders: tuple[Path, ...]
    objects: dict[str, None] = field(default_factory=dict)
    files: int = 0

    def statements(self, source: Source, wanted: frozenset[str] | None) -> Iterator[Statement]:
        reader = _Reader(source, self.objects)
        while reader.kind != "end":
            if reader.text == "include":
                yield from self.included(reader)
                continue
            statement = reader.statement()
            if wanted is None or statement.name in wanted:
                yield statement

    def included(self, reader: _Reader) -> Iterator[Statement]:
        """`include('Axioms/SET001-0.ax', [some, names]).`"""
        first = reader.at
        reader.at += 1
        reader.expect("(")
        name = reader.text.strip("'")
        reader.at += 1
        wanted = None
        if reader.take(","):
            reader.expect("[")
            names = [reader.name()]
            while reader.take(","):
                names.append(reader.name())
            reader.expect("]")
            wanted = frozenset(names)
        reader.expect(")")
        reader.expect(".")
        span = reader.span(first)
        self.files += 1
        if self.files > MOST_FILES:
            raise SyntaxProblem(110, f"more than {MOST_FILES} files are included", span)
        path = self.find(name)
        if path is None:
            hint = "give the file's folder, or set TPTP to the library's folder"
            if not self.folders:
                hint = "solve the problem's file itself, or give `folders=`"
            raise SyntaxProblem(110, f"`{name}` is not found", span, hint=hint)
        text = path.read_text(encoding="utf-8", errors="replace")
        yield from self.statements(Source(str(path), text), wanted)

    def find(self, name: str) -> Path | None:
        """The file in the first folder that has it; a name never leads out of its folder."""
        parts = Path(name)
        if parts.is_absolute() or ".." in parts.parts:
            return None
        return next((f / parts for f in self.folders if (f / parts).is_file()), None)


class _Reader:
    """A position in the tokens of one file."""

    def __init__(self, source: Source, objects: dict[str, None]) -> None:
        self.source = source
        self.objects = objects
        self.kinds: list[str] = []
        self.texts: list[str] = []
        self.spans: list[tuple[int, int]] = []
        for found in _TOKEN.finditer(source.text):
            kind = found.lastgroup or "other"
            if kind == "other":
                number = 102 if found.group() in "'\"" else 101
                message = f"found `{found.group()}`, which starts nothing here"
                if number == 102:
                    message = "the quoted name has no end"
                raise SyntaxProblem(number, message, Span(source, found.start(), found.end()))
            if kind != "skip":
                self.kinds.append(kind)
                self.texts.append(found.group())
                self.spans.append(found.span())
        self.kinds.append("end")
        self.texts.append("")
        self.spans.append((len(source.text), len(source.text)))
        self.at = 0
        self.depth = 0

    @property
    def kind(self) -> str:
        return self.kinds[self.at]

    @property
    def text(self) -> str:
        return self.texts[self.at]

    def span(self, first: int) -> Span:
        return Span(self.source, self.spans[first][0], self.spans[max(first, self.at - 1)][1])

    def take(self, mark: str) -> bool:
        if self.kind == "mark" and self.text == mark:
            self.at += 1
            return True
        return False

    def expect(self, mark: str, wanted: str = "") -> None:
        if not self.take(mark):
            raise self.problem(wanted or f"`{mark}`")

    def problem(self, wanted: str, hint: str | None = None) -> SyntaxProblem:
        found = "the end of the text" if self.kind == "end" else f"`{self.text[:40]}`"
        span = Span(self.source, *self.spans[self.at])
        return SyntaxProblem(101, f"found {found}, expected {wanted}", span, hint=hint)

    # --- statements ------------------------------------------------------------------------------

    def statement(self) -> Statement:
        first = self.at
        language = self.text
        if language in ("tff", "thf", "tcf", "tpi"):
            message = f"`{language}` is a language of TPTP that is not solved"
            hint = "write the problem as `fof` or `cnf`"
            raise SyntaxProblem(340, message, Span(self.source, *self.spans[first]), hint=hint)
        if language not in ("fof", "cnf"):
            raise self.problem("`fof(name, role, formula).`, `cnf(...)` or `include(...)`")
        self.at += 1
        self.expect("(")
        name = self.name()
        self.expect(",")
        role = self.role(language)
        self.expect(",")
        start = self.at
        tree = self.formula()
        span = self.span(start)
        self.check(tree, language, span)
        while self.take(","):  # where the formula is from, which proves nothing
            self.skip_annotation()
        self.expect(")", "`)`, `,` or an operator")
        self.expect(".")
        names = [n for n in dict.fromkeys(free_names(tree)) if _VARIABLE.fullmatch(n)]
        if names:
            tree = Binder("forall", tuple(map(Bound, names)), tree, span)
        return Statement(name, role, tree, span)

    def name(self) -> str:
        if self.kind not in ("word", "quoted", "number"):
            raise self.problem("a name")
        self.at += 1
        return _symbol(self.texts[self.at - 1])

    def role(self, language: str) -> str:
        first = self.at
        role = self.name()
        while self.take("-"):  # `axiom-source`: what follows describes it
            self.skip_annotation()
        if role in PREMISES or (role == "conjecture" and language == "fof"):
            return role
        message = f"`{role}` is not a role that is solved for"
        hint = "a premise is an `axiom`, what is asked a `conjecture`"
        if role == "conjecture":
            hint = "clauses state the denial, as a `negated_conjecture`"
        raise SyntaxProblem(340, message, self.span(first), hint=hint)

    def check(self, tree: Expression, language: str, span: Span) -> None:
        if language == "cnf" and not _is_clause(tree):
            hint = "write it with `fof`"
            raise SyntaxProblem(
                101, "the formula is no clause: literals joined by `|`", span, hint=hint
            )

    def skip_annotation(self) -> None:
        """Step over a term of any form, brackets balanced, up to a comma or the end."""
        opened: list[str] = []
        while self.kind != "end":
            text = self.text if self.kind == "mark" else ""
            if not opened and text in (",", ")"):
                return
            if text in _CLOSING:
                opened.append(_CLOSING[text])
            elif opened and text == opened[-1]:
                opened.pop()
            self.at += 1
        raise self.problem("`)`")

    # --- formulas --------------------------------------------------------------------------------

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"the formula nests more than {MAX_DEPTH} levels deep"
            raise SyntaxProblem(106, message, Span(self.source, *self.spans[self.at]))

    def formula(self) -> Expression:
        self.enter()
        first = self.at
        left = self.unit()
        if self.kind == "mark" and self.text in ("|", "&"):
            mark, parts = self.text, [left]
            while self.take(mark):
                parts.append(self.unit())
            self.unmixed(mark)
            left = Operation("or" if mark == "|" else "and", tuple(parts), self.span(first))
        elif self.kind == "mark" and self.text in _OPERATORS:
            mark = self.text
            self.at += 1
            pair = (left, self.unit())
            self.unmixed(mark)
            op, span = _OPERATORS[mark], self.span(first)
            if mark == "<=":
                op, pair = "implies", pair[::-1]
            left = Operation(op, pair, span)
            if mark in ("~|", "~&"):
                left = Operation("not", (left,), span)
        self.depth -= 1
        return left

    def unmixed(self, mark: str) -> None:
        """`a & b | c` is no formula of TPTP: what is meant is said by parentheses."""
        if self.kind == "mark" and self.text in (*_OPERATORS, "|", "&"):
            hint = f"put parentheses around what `{mark}` joins, or around the rest"
            raise self.problem("`)` or the formula's end", hint)

    def unit(self) -> Expression:
        self.enter()
        found = self._unit()
        self.depth -= 1
        return found

    def _unit(self) -> Expression:
        first = self.at
        if self.take("~"):
            inner = self.unit()
            return Operation("not", (inner,), self.span(first))
        if self.kind == "mark" and self.text in ("!", "?"):
            kind = "forall" if self.text == "!" else "exists"
            self.at += 1
            self.expect("[")
            bound = [self.variable()]
            while self.take(","):
                bound.append(self.variable())
            self.expect("]", "`,` or `]`")
            self.expect(":")
            body = self.unit()
            return Binder(kind, tuple(bound), body, self.span(first))
        if self.take("("):
            inner = self.formula()
            self.expect(")", "`)` or an operator")
            return inner
        return self.atom()

    def variable(self) -> Bound:
        if self.kind != "variable":
            raise self.problem("a variable, which begins with a capital")
        self.at += 1
        return Bound(self.texts[self.at - 1])

    def atom(self) -> Expression:
        first = self.at
        kind = self.kind
        left = self.term(formula=True)
        for mark in ("=", "!="):
            if self.take(mark):
                right = self.term()
                return Operation(mark, (left, right), self.span(first))
        if kind not in ("word", "quoted"):
            raise self.problem("`=` or `!=`: a thing is no formula")
        return left

    def term(self, formula: bool = False) -> Expression:
        first = self.at
        kind, text = self.kind, self.text
        if kind not in ("word", "quoted", "object", "number", "variable"):
            raise self.problem("a formula" if formula else "a term")
        self.at += 1
        args: tuple[Expression, ...] = ()
        if kind in ("word", "quoted") and self.take("("):
            self.enter()
            found = [self.term()]
            while self.take(","):
                found.append(self.term())
            self.expect(")", "`,` or `)`")
            args = tuple(found)
            self.depth -= 1
        span = self.span(first)
        if text.startswith("$") and not text.startswith("$$"):
            return self.defined(text, args, span, formula)
        if kind in ("object", "number"):
            text = _number(text, span) if kind == "number" else text
            self.objects[text] = None
        return Apply(_symbol(text), args, span)

    def defined(
        self, text: str, args: tuple[Expression, ...], span: Span, formula: bool
    ) -> Expression:
        """A symbol whose meaning TPTP gives."""
        if formula and text in ("$true", "$false") and not args:
            return Truth(text == "$true", span)
        if formula and text == "$distinct" and args:
            return Operation("distinct", args, span)
        message = f"`{text}` is of the typed languages of TPTP, which are not solved"
        raise SyntaxProblem(340, message, span, hint="`fof` has `$true`, `$false` and `$distinct`")


def _symbol(text: str) -> str:
    """The name of a symbol; one that needs no quotes is the same without them."""
    inner = text[1:-1]
    return inner if text.startswith("'") and _PLAIN.fullmatch(inner) else text


def _number(text: str, span: Span) -> str:
    """A number as the one name of its value in its kind."""
    if "/" in text:
        from fractions import Fraction  # few problems have a fraction

        if int(text.partition("/")[2]) == 0:
            raise SyntaxProblem(104, f"`{text}` divides by zero", span)
        value = Fraction(text)
        return f"{value.numerator}/{value.denominator}"
    if text.lstrip("+-").isdigit():
        return str(int(text))
    from decimal import Decimal

    return f"{Decimal(text).normalize():f}r"


def _is_clause(tree: Expression) -> bool:
    parts = tree.args if isinstance(tree, Operation) and tree.op == "or" else (tree,)
    for part in parts:
        if isinstance(part, Operation) and part.op == "or":
            if not _is_clause(part):
                return False
            continue
        inner = part.args[0] if isinstance(part, Operation) and part.op == "not" else part
        if isinstance(inner, Binder) or (
            isinstance(inner, Operation) and inner.op not in ("=", "!=")
        ):
            return False
    return True
