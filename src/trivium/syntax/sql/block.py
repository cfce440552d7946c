"""One SELECT block while its rules are written: its rows so far, its columns, its relations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from trivium.errors import ProgramError
from trivium.syntax.sql.rules import HELD, NEVER, Context, Output, Rel, Scope, Val, Writer, blanked

Outer = Callable[[exp.Expression], "Val | None"]


@dataclass(frozen=True, slots=True)
class BaseTable:
    """A given table: the relation that holds it, and its columns; an identity stands first."""

    relation: str
    outputs: tuple[Output, ...]
    names: tuple[str, ...] = ()  # of all its columns, those that the query does not read too


@dataclass
class Reading:
    """What the whole query shares: the tables, where rules go, what is to be checked after."""

    writer: Writer
    tables: dict[str, BaseTable]
    near: Callable[[str, Sequence[str]], str | None]
    compile: Callable[..., Rel] = field(init=False)  # a query inside a query
    singles: set[str] = field(default_factory=set)
    checks: list[str] = field(default_factory=list)


class Block:
    """The rows so far: `body` binds their identity `ids` and what the scope names."""

    def __init__(
        self, reading: Reading, context: Context, outer: Outer, ctes: dict[str, Rel]
    ) -> None:
        self.reading, self.writer = reading, reading.writer
        self.context, self.outer, self.ctes = context, outer, ctes
        self.body: list[str] = list(context.literals)
        self.ids: list[str] = []
        self.scope = Scope()
        self.known: dict[str, Val] = {}
        self.grouped: dict[str, Val] | None = None
        self.equal: list[tuple[Val, Val]] = []  # what the rows are known to have equal

    # --- names -----------------------------------------------------------------------------------

    def column(self, node: exp.Expression) -> Val:
        """The value of a column; E226, E227, E228."""
        table, name = str(node.args["table"].name if node.args.get("table") else ""), node.name
        found = self.scope.local(table, name)
        if len(found) > 1:
            tables = " and ".join(f"`{entry[0]}`" for entry in found)
            raise self.writer.mismatch(f"`{name}` is in {tables}; write which", node)
        if not found:
            outside = self.outer(node)
            if outside is not None:
                return outside
            raise self._unknown(table, name, node)
        inside = found[0][2]
        if self.grouped is None:
            return inside
        if inside.term not in self.grouped:
            message = f"`{node.sql()}` is neither grouped by nor inside an aggregate"
            raise self.writer.mismatch(message, node)
        return self.grouped[inside.term]

    def _unknown(self, table: str, name: str, node: exp.Expression) -> ProgramError:
        aliases = list(dict.fromkeys(entry[0] for entry in self.scope.entries if entry[0]))
        if table and table.lower() not in [alias.lower() for alias in aliases]:
            hint = self.reading.near(table, aliases) or f"the tables here: {', '.join(aliases)}"
            message = f"no table here is called `{table}`"
            return ProgramError(226, message, self.writer.span(node), hint=hint)
        names = [n for base in self.reading.tables.values() for n in base.names]
        names += [entry[1] for entry in self.scope.entries]
        hint = self.reading.near(name, names) or ""
        if not hint and aliases:
            hint = f"the columns are: {', '.join(dict.fromkeys(names))}"
        message = f"no column is called `{name}`"
        return ProgramError(227, message, self.writer.span(node), hint=hint or None)

    # --- relations -------------------------------------------------------------------------------

    def read(self, rel: Rel) -> tuple[str, list[str], list[Val]]:
        """A literal that reads a relation, the variables of its identity, and its values."""
        ids = [self.writer.fresh("i") for _ in range(rel.ids)]
        values = [
            Val(self.writer.fresh("v"), self.writer.fresh("n") if o.nullable else NEVER, o.type)
            for o in rel.outputs
        ]
        context = list(self.context.terms) if rel.contextual else []
        args = [*context, *ids, *(part for v in values for part in v.parts)]
        return f"{rel.name}({', '.join(args)})", ids, values

    def new(self, prefix: str, ids: int, outputs: Sequence[Output], contextual: bool = True) -> Rel:
        """A new relation, declared."""
        rel = Rel(self.writer.fresh(prefix), ids, tuple(outputs), contextual)
        types = [*(self.context.types if contextual else ()), *["number"] * ids]
        for output in outputs:
            types += [HELD.get(output.type, "number"), *(["number"] if output.nullable else [])]
        self.writer.declare(rel.name, types or ["number"])
        return rel

    def put(self, rel: Rel, ids: Sequence[str], values: Sequence[Val], body: Sequence[str]) -> None:
        """A rule that adds to a relation, its values fitted to the columns."""
        args = [*(self.context.terms if rel.contextual else ()), *ids]
        for output, found in zip(rel.outputs, values, strict=True):
            args += [blanked(found), found.null] if output.nullable else [found.term]
        self.writer.rule(rel.name, args or ["0"], body)

    def store(
        self, ids: Sequence[str], values: Sequence[Val], body: Sequence[str] | None = None
    ) -> Rel:
        """The rows of a body (by default, of the block) as a relation."""
        rel = self.new("q", len(ids), [Output("", v.type, v.null != NEVER) for v in values])
        self.put(rel, ids, values, self.body if body is None else body)
        return rel

    def lookup(self, rel: Rel, ids: Sequence[str]) -> list[Val]:
        """Join a relation that has one row for each of `ids`; its values."""
        _, _, values = self.read(rel)
        args = [*self.context.terms, *ids, *(part for v in values for part in v.parts)]
        self.body.append(f"{rel.name}({', '.join(args)})")
        return values
