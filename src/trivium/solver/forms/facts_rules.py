"""Facts and rules with truth values, as models write them for Pyke.

    Facts:                                         Rules(
    Quiet(Anne, True) ::: Anne is quiet.               facts=(Fact(Quiet(Anne), True),),
    Rules:                                    →        rules=(Rule((Quiet(?x), True),
    Quiet($x, True) >>> Kind($x, False)                            → (Kind(?x), False)),),
    Query:                                             query=(Kind(Anne), True))
    Kind(Anne, True)

Rules go forward only, and what does not follow is unknown, not false: that an atom is false is
derived like anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from trivium.errors import SyntaxProblem
from trivium.solver.forms.fol import read_formula
from trivium.solver.forms.logic import Apply, Expression, Number, Operation, Truth
from trivium.solver.forms.mends import Mend
from trivium.solver.forms.sections import Line, sections
from trivium.source import Source, Span

HEADINGS = {
    "predicates": ("predicates", "predicate"),
    "facts": ("facts", "fact"),
    "rules": ("rules", "rule"),
    "query": ("query", "queries", "question", "goal"),
}
_ARROW = re.compile(r">>>|=>|->|→|⇒")
_DECLARED = re.compile(r"([^\W\d][\w ]*?)\s*\(")
_TRUTH_WORDS = {"true": True, "false": False, "yes": True, "no": False}
_OPEN_WORDS = frozenset("bool ?label ? unknown ?truth ?value ?bool ?x".split())
_VERDICT = re.compile(r"\s*(?:>>>|=>|->|→|==|=|\bis)\s*(true|false)\.?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Labelled:
    """An atom and its truth value. Arguments are constants, or variables that start with `?`.

    An `open` one asks for its truth value."""

    symbol: str
    args: tuple[str, ...]
    truth: bool
    open: bool = False

    def __str__(self) -> str:
        return f"{self.symbol}({', '.join((*self.args, str(self.truth)))})"


@dataclass(frozen=True, slots=True)
class Rule:
    """`body >>> heads`; a fact has no body."""

    body: tuple[Labelled, ...]
    heads: tuple[Labelled, ...]
    text: str
    said: str
    line: int
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Rules:
    rules: tuple[Rule, ...]
    query: Labelled
    query_text: str


def read_rules(source: Source, mends: list[Mend]) -> Rules:
    """The program; E112 where it has no query that can be read, E101 where nothing can."""
    found = sections(source, HEADINGS, mends)
    rules: list[Rule] = []
    reader = _Reader(mends, _declared(found.get("predicates", ())))
    for heading in ("facts", "rules"):
        for line in found.get(heading, ()):
            if heading == "facts" and _ARROW.search(line.text):
                mends.append(Mend("rule-among-facts", f"`{line.text[:60]}` is a rule", line.number))
            rules += reader.line(line)
    queries = found.get("query") or ()
    for line in queries:
        if asked := reader.query(line):
            return Rules(tuple(reader.consistent(rules)), reader.named(asked), line.text)
    message = "the text has no query" if not queries else "the query is no atom"
    span = queries[0].span if queries else Span(source, 0, 1)
    raise SyntaxProblem(
        112, message, span, hint="write `Query:` and an atom, as `Kind(Anne, True)`"
    )


def _declared(lines: list[Line] | tuple[()]) -> dict[str, str]:
    """The names of the predicates, by their folded forms."""
    names = [found[1].strip() for line in lines if (found := _DECLARED.match(line.text))]
    names = [name.replace(" ", "_") for name in names]
    return {fold(name): name for name in names}


def fold(name: str) -> str:
    """What two spellings of a name share: its letters without case, plural or a verb's ending.

    before:  Wumpuses, wumpus, Likes            after:   wumpu, wumpu, lik
    """
    plain = name.lower().replace("_", "")
    for ending in ("ses", "es", "s", "e"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            return plain[: -len(ending)]
    return plain


class _Reader:
    def __init__(self, mends: list[Mend], declared: dict[str, str]) -> None:
        self.mends = mends
        self.declared = declared
        self.names = set(declared.values())

    def line(self, line: Line) -> Iterator[Rule]:
        """The rules of a line: several, where its body is a disjunction."""
        arrows = list(_ARROW.finditer(line.text))
        try:
            if len(arrows) > 1:
                raise SyntaxProblem(101, "a rule has one arrow", line.span)
            parts = [line.span]
            if arrows:
                parts = [line.part(0, arrows[0].start()), line.part(arrows[0].end())]
            sides = [read_formula(part, self.mends, line.number) for part in parts]
            heads = tuple(self.atom(a, line) for a in _parts(sides[-1], "and"))
            bodies = _parts(sides[0], "or") if len(sides) == 2 else [None]
            made = [
                tuple(self.atom(a, line) for a in _parts(body, "and")) if body is not None else ()
                for body in bodies
            ]
        except SyntaxProblem as problem:
            detail = f"left out `{line.text[:60]}`: {problem.message}"
            self.mends.append(Mend("dropped-line", detail, line.number))
            return
        for body in made:
            bound = {a for atom in body for a in atom.args if a.startswith("?")}
            loose = [a for atom in heads for a in atom.args if a.startswith("?") and a not in bound]
            if loose:
                name = "fact-with-variable" if not body else "unsafe-rule"
                detail = f"left out `{line.text[:60]}`: nothing binds `{loose[0]}`"
                self.mends.append(Mend(name, detail, line.number))
                continue
            yield Rule(body, heads, line.text, line.said, line.number, line.span)

    def query(self, line: Line) -> Labelled | None:
        """The atom asked for; `P(a, True) => False` asks for its denial."""
        text, denied = line.text, False
        if said := _VERDICT.search(text):
            text, denied = text[: said.start()], said[1].lower() == "false"
        text = re.sub(r"\?\s*\)", "?label)", text)
        try:
            tree = read_formula(line.standing(text), self.mends, line.number)
            found = self.atom(tree, line, query=True)
        except SyntaxProblem:
            return None
        if any(argument.startswith("?") for argument in found.args):
            return None
        return replace(found, truth=found.truth != denied)

    def atom(self, node: Expression, line: Line, query: bool = False) -> Labelled:
        """`P(a, True)`, or a denial of it."""
        if isinstance(node, Operation) and node.op == "not":
            denied, affirmed = node.args[0], False
            match denied:
                case Operation(op="and", args=(first, *_, last)):
                    # Not(P(a), True) says that the denial is true.
                    denied, affirmed = first, not _truth(last)
            inner = self.atom(denied, line, query)
            return replace(inner, truth=inner.truth == affirmed)
        if isinstance(node, Operation) and node.op in ("=", "!="):
            # P(a) == True
            left, right = node.args
            value = _truth(right)
            if value is not None:
                inner = self.atom(left, line, query)
                return replace(inner, truth=inner.truth == (value == (node.op == "=")))
        if not isinstance(node, Apply) or not node.args:
            raise SyntaxProblem(101, "expected an atom, such as `Kind(Anne, True)`", line.span)
        *others, last = node.args
        truth = _truth(last)
        opened = isinstance(last, Apply) and others and last.symbol.lower() in _OPEN_WORDS
        if truth is None and opened:
            if not query:
                raise SyntaxProblem(101, "the truth value is open", line.span)
            detail = f"`{line.text[:60]}` asks for the truth value"
            self.mends.append(Mend("open-truth-value", detail, line.number))
            return Labelled(node.symbol, tuple(_argument(a, line) for a in others), True, True)
        if truth is None:
            others, truth = [*others, last], True
            if self.names:
                detail = f"`{line.text[:60]}` is true"
                self.mends.append(Mend("no-truth-value", detail, line.number))
        args = tuple(_argument(a, line) for a in others)
        return Labelled(node.symbol, args, truth)

    def consistent(self, rules: list[Rule]) -> Iterator[Rule]:
        """The rules, each name as it is declared."""
        for rule in rules:
            yield replace(
                rule,
                body=tuple(self.named(a) for a in rule.body),
                heads=tuple(self.named(a) for a in rule.heads),
            )

    def named(self, atom: Labelled) -> Labelled:
        """The atom under the declared name that its own name is a form of."""
        symbol = atom.symbol
        if symbol in self.names:
            return atom
        meant = self.declared.get(fold(symbol))
        if meant is not None:
            self.note("misspelt-relation", f"`{symbol}` is `{meant}`")
            return replace(atom, symbol=meant)
        if symbol.startswith("Not") and (meant := self.declared.get(fold(symbol[3:]))) is not None:
            self.note("negated-name", f"`{symbol}` denies `{meant}`")
            return replace(atom, symbol=meant, truth=not atom.truth)
        return atom

    def note(self, name: str, detail: str) -> None:
        mend = Mend(name, detail)
        if mend not in self.mends:
            self.mends.append(mend)


def _parts(node: Expression, op: str) -> list[Expression]:
    if isinstance(node, Operation) and node.op == op:
        return [part for inner in node.args for part in _parts(inner, op)]
    return [node]


def _truth(node: Expression) -> bool | None:
    if isinstance(node, Truth):
        return node.value
    if isinstance(node, Apply) and not node.args:
        return _TRUTH_WORDS.get(node.symbol.lower())
    return None


def _argument(node: Expression, line: Line) -> str:
    match node:
        case Apply(symbol=symbol, args=()):
            return symbol
        case Number(value=value):
            return str(value)
        case Truth(value=value):
            return str(value)
    raise SyntaxProblem(101, "an argument is a name or a variable", line.span)
