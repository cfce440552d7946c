"""What a query becomes: rules as text, relations with identities, values with their null flags.

    select nation from medals where gold > 3
    ->  q1(id, nation) :- medals(id, nation, gold, gold_null), gold > 3, gold_null = 0.

Relations are sets and SQL has bags, so every relation made here starts with the numbers that tell
its rows apart. A value that may be null is two columns: the value, and 1 where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from trivium.errors import ProgramError, SyntaxProblem
from trivium.source import Source, Span

NEVER = "0"
# SQL type -> the type of the language that holds it, and what stands where there is no value.
HELD = {"int": "number", "bool": "number", "date": "number", "float": "float", "text": "symbol"}
EMPTY = {"number": "0", "float": "0.0", "symbol": '""'}


@dataclass(frozen=True, slots=True)
class Val:
    """A value in a rule: its term, the term that is 1 where it is null, and its SQL type.

    `code` is what AND and OR made of truths: 0 where it is false, 1 unknown, 2 true.
    """

    term: str
    null: str
    type: str
    code: str = ""

    @property
    def held(self) -> str:
        return HELD.get(self.type, "number")

    @property
    def parts(self) -> list[str]:
        """Its columns in a relation."""
        return [self.term] if self.null == NEVER else [self.term, self.null]


@dataclass(frozen=True, slots=True)
class Output:
    """A column of a relation: its SQL name, SQL type, and whether it may be null."""

    name: str
    type: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Rel:
    """A relation made by rules: the columns of its context, `ids` identities, its outputs."""

    name: str
    ids: int
    outputs: tuple[Output, ...]
    contextual: bool = True


@dataclass(frozen=True, slots=True)
class Context:
    """What a correlated sub-query sees of the row outside: the literal that binds it."""

    literals: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


@dataclass
class Scope:
    """The columns that names may mean, of one block; `parent` is the block around it."""

    entries: list[tuple[str, str, Val]] = field(default_factory=list)
    parent: Scope | None = None
    merged: set[str] = field(default_factory=set)
    used: dict[tuple[str, str], Val] | None = None

    def local(self, table: str, name: str) -> list[tuple[str, str, Val]]:
        found = [
            entry
            for entry in self.entries
            if entry[1].lower() == name.lower() and (not table or entry[0].lower() == table.lower())
        ]
        return found[:1] if not table and name.lower() in self.merged else found


class Writer:
    """The rules written so far, and fresh names."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines: list[str] = []
        self.count = 0
        self.sizes: set[int] = set()

    def fresh(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def declare(self, name: str, types: Sequence[str]) -> None:
        columns = ", ".join(f"a{i}: {kind}" for i, kind in enumerate(types))
        self.lines.append(f".decl {name}({columns})")

    def rule(self, name: str, args: Iterable[str], body: Iterable[str]) -> None:
        literals = list(dict.fromkeys(body))
        tail = f" :- {', '.join(literals)}" if literals else ""
        self.lines.append(f"{name}({', '.join(args)}){tail}.")

    def identity(self, ids: Sequence[str]) -> str:
        """One number for several, the same for the same ones."""
        if len(ids) == 1:
            return ids[0]
        self.sizes.add(len(ids))
        return f"ord($Identity{len(ids)}({', '.join(ids)}))"

    def text(self) -> str:
        types = [
            f".type Identity{n} = Identity{n} {{{', '.join(f'a{i}: number' for i in range(n))}}}"
            for n in sorted(self.sizes)
        ]
        return "\n".join([*types, *self.lines]) + "\n"

    def span(self, node: exp.Expression | None) -> Span:
        """Where a part of the query stands; the whole query where the parser does not tell."""
        places = [] if node is None else [n.meta for n in node.walk() if "start" in n.meta]
        if not places:
            return Span(self.source, 0, max(1, len(self.source.text.split("\n", 1)[0])))
        start = min(meta["start"] for meta in places)
        return Span(self.source, start, max(meta["end"] for meta in places) + 1)

    def unsupported(self, what: str, node: exp.Expression | None = None) -> SyntaxProblem:
        return SyntaxProblem(121, f"{what} is not supported", self.span(node))

    def mismatch(self, message: str, node: exp.Expression | None = None) -> ProgramError:
        return ProgramError(228, message, self.span(node))


def either(*nulls: str) -> str:
    """1 where one of these flags is."""
    some = list(dict.fromkeys(null for null in nulls if null != NEVER))
    if "1" in some:
        return "1"
    found = NEVER
    for null in some:
        found = null if found == NEVER else f"lor({found}, {null})"
    return found


def absent(null: str) -> list[str]:
    """The literals that say that a value is there."""
    return [] if null == NEVER else [f"{null} = 0"]


def blanked(found: Val) -> str:
    """A term that is always the same where the value is null, so that all nulls are one group."""
    if found.null == "1":
        return EMPTY[found.held]
    if found.null == NEVER or "(" not in found.term + found.null:
        return found.term
    letter = {"number": "n", "float": "f"}.get(found.held, "s")
    return f"sql_if_{letter}({found.null}, {EMPTY[found.held]}, {found.term})"
