"""One SELECT block as rules: its sources joined, its rows chosen, and its sub-queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from trivium.errors import ProgramError
from trivium.syntax.sql.casts import choose, common
from trivium.syntax.sql.expressions import holds, value
from trivium.syntax.sql.rules import (
    EMPTY,
    HELD,
    NEVER,
    Context,
    Output,
    Rel,
    Scope,
    Val,
    Writer,
    absent,
    blanked,
)  # fmt: skip

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
    """The rows of a block while its rules are written: `body` binds `ids` and the scope."""

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

    # --- sources ---------------------------------------------------------------------------------

    def add_from(self, node: exp.Expression) -> None:
        """Join one source to the rows so far, as its `JOIN` says."""
        if not isinstance(node, exp.Join):
            self._cross(*self._source(node))
            return
        side, kind = str(node.side or "").upper(), str(node.kind or "").upper()
        if kind in ("SEMI", "ANTI") or str(node.method or "").upper() not in ("", "NATURAL"):
            raise self.writer.unsupported(f"`{node.sql()}`", node)
        literals, ids, entries = self._source(node.this)
        using = [part.name for part in node.args.get("using") or ()]
        if str(node.method or "").upper() == "NATURAL":
            mine = {entry[1].lower() for entry in self.scope.entries}
            using = [entry[1] for entry in entries if entry[1].lower() in mine]
        if side:
            self._outer(side, literals, ids, entries, node, using)
            return
        pairs = self._pairs(using, entries, node)
        self._cross(literals, ids, entries)
        self._equal(pairs, node)
        self._merge(using, [left for left, _ in pairs])
        if node.args.get("on") is not None:
            self.body += holds(node.args["on"], self)

    def _source(
        self, node: exp.Expression
    ) -> tuple[list[str], list[str], list[tuple[str, str, Val]]]:
        if isinstance(node, exp.Subquery):
            if not isinstance(node.this, exp.Query):
                raise self.writer.unsupported("a join in brackets", node)
            rel = self.reading.compile(node.this, self.context, self.outer, self.ctes)
            return self._scan(rel, node)
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise self.writer.unsupported(f"`{node.sql()}` in FROM", node)
        if node.args.get("sample") or node.args.get("pivots"):
            raise self.writer.unsupported(f"`{node.sql()}`", node)
        name = node.name
        if name.lower() in self.ctes:
            return self._scan(self.ctes[name.lower()], node)
        base = self.reading.tables.get(name.lower())
        if base is None:
            names = [*self.reading.tables, *self.ctes]
            hint = self.reading.near(name, names) or f"the tables are: {', '.join(names)}"
            message = f"no table is called `{name}`"
            raise ProgramError(226, message, self.writer.span(node.this), hint=hint)
        return self._scan(Rel(base.relation, 1, base.outputs, contextual=False), node)

    def _scan(
        self, rel: Rel, node: exp.Expression
    ) -> tuple[list[str], list[str], list[tuple[str, str, Val]]]:
        alias = node.args.get("alias")
        names = [part.name for part in (alias.args.get("columns") or ())] if alias else []
        literal, ids, values = self.read(rel)
        outputs = [output.name for output in rel.outputs]
        outputs[: len(names)] = names
        label = node.alias or node.name
        return [literal], ids, [(label, n, v) for n, v in zip(outputs, values, strict=True)]

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

    def _cross(
        self, literals: list[str], ids: list[str], entries: list[tuple[str, str, Val]]
    ) -> None:
        self.body += literals
        self.ids += ids
        self.scope.entries += entries

    def _pairs(
        self, using: list[str], entries: list[tuple[str, str, Val]], node: exp.Expression
    ) -> list[tuple[Val, Val]]:
        pairs = []
        for name in using:
            left = self.scope.local("", name)
            right = [entry for entry in entries if entry[1].lower() == name.lower()]
            if len(left) != 1 or len(right) != 1:
                raise ProgramError(227, f"USING needs one column `{name}` on each side",
                                   self.writer.span(node))  # fmt: skip
            pairs.append((left[0][2], right[0][2]))
        return pairs

    def _equal(self, pairs: list[tuple[Val, Val]], node: exp.Expression) -> None:
        for pair in pairs:
            left, right = common(pair, node, self)
            self.body += [*absent(left.null), *absent(right.null), f"{left.term} = {right.term}"]

    def _merge(self, using: list[str], values: list[Val]) -> None:
        for name, merged in zip(using, values, strict=True):
            self.scope.entries = [
                e for e in self.scope.entries if e[0] or e[1].lower() != name.lower()
            ]
            self.scope.entries.insert(0, ("", name, merged))
            self.scope.merged.add(name.lower())

    def _outer(
        self,
        side: str,
        literals: list[str],
        ids: list[str],
        entries: list[tuple[str, str, Val]],
        node: exp.Expression,
        using: list[str],
    ) -> None:
        """LEFT, RIGHT and FULL: the pairs that match, and the rows that have no partner."""
        mine = list(self.scope.entries)
        left = self.store(self.ids, [v for _, _, v in mine])
        right = self.store(
            ids, [v for _, _, v in entries], [*self.context.literals, *literals]
        )  # fmt: skip
        left_literal, left_ids, left_values = self.read(left)
        right_literal, right_ids, right_values = self.read(right)
        self.body = [*self.context.literals, left_literal, right_literal]
        self.scope.entries = [
            (a, n, v) for (a, n, _), v in zip(mine, left_values, strict=True)
        ]  # fmt: skip
        theirs = [(a, n, v) for (a, n, _), v in zip(entries, right_values, strict=True)]
        pairs = self._pairs(using, theirs, node)
        self.scope.entries = self.scope.entries + theirs
        self._equal(pairs, node)
        if node.args.get("on") is not None:
            self.body += holds(node.args["on"], self)
        matched = self.store([*left_ids, *right_ids], [*left_values, *right_values])
        outputs = tuple(
            Output("", v.type, v.null != NEVER or side == "FULL" or (side == "LEFT") == (i >= len(
                left_values)))
            for i, v in enumerate([*left_values, *right_values])
        )  # fmt: skip
        joined = self.new("j", len(left_ids) + len(right_ids), outputs)
        literal, both, values = self.read(matched)
        self.put(joined, both, values, [*self.context.literals, literal])
        sides = [("LEFT", left, 0), ("RIGHT", right, len(left_ids))]
        for name, rel, start in sides:
            if side not in (name, "FULL"):
                continue
            partnered = self.new("m", rel.ids, ())
            literal, both, _ = self.read(matched)
            self.put(partnered, both[start : start + rel.ids], [], [literal])
            literal, alone, own = self.read(rel)
            context = ", ".join([*self.context.terms, *alone])
            body = [*self.context.literals, literal, f"!{partnered.name}({context})"]
            others = right_values if name == "LEFT" else left_values
            blank = [Val(EMPTY[v.held], "1", v.type) for v in others]
            missing = ["-1"] * (joined.ids - rel.ids)
            if name == "LEFT":
                self.put(joined, [*alone, *missing], [*own, *blank], body)
            else:
                self.put(joined, [*missing, *alone], [*blank, *own], body)
        literal, self.ids, values = self.read(joined)
        self.body = [*self.context.literals, literal]
        names = [(a, n) for a, n, _ in [*mine, *entries]]
        self.scope.entries = [(a, n, v) for (a, n), v in zip(names, values, strict=True)]
        merged = []
        for name in using:
            first = next(
                e[2] for e in self.scope.entries[: len(mine)] if e[1].lower() == name.lower()
            )
            second = next(
                e[2] for e in self.scope.entries[len(mine) :] if e[1].lower() == name.lower()
            )
            if side == "FULL":
                first, second = common((first, second), node, self)
                found = choose(first.null, second, first)
                merged.append(Val(found.term, f"land({first.null}, {second.null})", found.type))
            else:
                merged.append(first if side == "LEFT" else second)
        self._merge(using, merged)

    # --- relations -------------------------------------------------------------------------------

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

    # --- sub-queries -----------------------------------------------------------------------------

    def _below(self, node: exp.Expression, more: Sequence[Val] = ()) -> _Below:
        """A sub-query compiled for the rows so far: its relation, and how to refer to it."""
        used: dict[str, Val] = {}

        def record(column: exp.Expression) -> Val | None:
            used[column.sql()] = found = self.column(column)
            return found

        writer, mark = self.writer, (len(self.writer.lines), self.writer.count)
        sizes, checks = set(writer.sizes), len(self.reading.checks)
        self.reading.compile(node, Context(), record, self.ctes)
        del writer.lines[mark[0] :], self.reading.checks[checks:]
        writer.count, writer.sizes = mark[1], sizes
        inside = {
            key: Val(writer.fresh("x"), writer.fresh("x") if v.null != NEVER else NEVER, v.type)
            for key, v in used.items()
        }
        types, terms, args = [], [], []
        for key, found in inside.items():
            types += [found.held, *(["number"] if found.null != NEVER else [])]
            terms += found.parts
            args += used[key].parts
        context = Context()
        if terms:
            name = writer.fresh("c")
            writer.declare(name, types)
            writer.rule(name, args, self.body)
            context = Context((f"{name}({', '.join(terms)})",), tuple(terms), tuple(types))
        rel = self.reading.compile(
            node, context, lambda column: inside.get(column.sql()), self.ctes
        )  # fmt: skip
        inner = Block(self.reading, context, self.outer, self.ctes)
        return _Below(rel, inner, args)

    def exists(self, node: exp.Expression) -> str:
        """A literal that holds where the sub-query has rows."""
        below = self._below(node)
        literal, _, _ = below.inner.read(below.rel)
        found = below.inner.new("e", 0, ())
        below.inner.put(found, [], [], [literal])
        return f"{found.name}({', '.join(below.args or ['0'])})"

    def whether(self, node: exp.Expression) -> Val:
        """EXISTS as a value."""
        below = self._below(node)
        inner = below.inner
        literal, _, _ = inner.read(below.rel)
        there = inner.new("e", 0, ())
        inner.put(there, [], [], [literal])
        found = inner.new("f", 0, [Output("", "bool", False)])
        test = f"{there.name}({', '.join(inner.context.terms or ('0',))})"
        inner.put(found, [], [Val("1", NEVER, "bool")], [*inner.context.literals, test])
        inner.put(found, [], [Val("0", NEVER, "bool")], [*inner.context.literals, f"!{test}"])
        flag = self.writer.fresh("v")
        self.body.append(f"{found.name}({', '.join([*below.args, flag])})")
        return Val(flag, NEVER, "bool")

    def scalar(self, node: exp.Expression) -> Val:
        """The one value of a sub-query; null where it has no row."""
        below = self._below(node)
        rel, inner = below.rel, below.inner
        if len(rel.outputs) != 1:
            message = f"this sub-query has {len(rel.outputs)} columns, expected one"
            raise self.writer.mismatch(message, node)
        kind = rel.outputs[0].type
        literal, ids, values = inner.read(rel)
        there = inner.new("e", 0, ())
        inner.put(there, [], [], [literal])
        found = inner.new("s", 0, [Output("", kind, True)])
        inner.put(found, [], values, [*inner.context.literals, literal])
        test = f"!{there.name}({', '.join(inner.context.terms or ('0',))})"
        blank = Val(EMPTY[values[0].held], "1", kind)
        inner.put(found, [], [blank], [*inner.context.literals, test])
        if rel.name not in self.reading.singles:
            other, more, _ = inner.read(rel)
            check = self.writer.fresh("many")
            self.writer.declare(check, ["number"])
            for a, b in zip(ids, more, strict=True):
                self.writer.rule(check, ["0"], [literal, other, f"{a} != {b}"])
            self.reading.checks.append(check)
        value, null = self.writer.fresh("v"), self.writer.fresh("n")
        self.body.append(f"{found.name}({', '.join([*below.args, value, null])})")
        return Val(value, null, kind)

    def member(
        self, tested: Val, node: exp.Expression, where: exp.Expression, op: str = "="
    ) -> Val:
        """`x IN (SELECT ...)`, or `x < ANY (SELECT ...)`, which is unknown where only a null could
        have matched."""
        below = self._below(node)
        rel, inner = below.rel, below.inner
        if len(rel.outputs) != 1:
            message = f"this sub-query has {len(rel.outputs)} columns, expected one"
            raise self.writer.mismatch(message, node)
        literal, _, (output,) = inner.read(rel)
        tested, output = common((tested, output), where, self)
        context, terms = list(inner.context.literals), list(inner.context.terms)
        some = inner.new("e", 0, ())
        inner.put(some, [], [], [literal])
        values = inner.new("e", 0, [Output("", output.type, False)])
        inner.put(values, [], [output], [literal, *absent(output.null)])
        nulls = inner.new("e", 0, ())
        inner.put(nulls, [], [], [literal, f"{output.null} = 1"])
        any_row = f"{some.name}({', '.join(terms or ['0'])})"
        any_null = f"{nulls.name}({', '.join(terms or ['0'])})"
        x, n = self.writer.fresh("v"), self.writer.fresh("n")
        domain = self.writer.fresh("d")
        types = [*inner.context.types, tested.held, "number"]
        self.writer.declare(domain, types)
        self.writer.rule(domain, [*below.args, tested.term, tested.null], self.body)
        found = self.writer.fresh("f")
        self.writer.declare(found, [*types, "number", "number"])
        start = [*context, f"{domain}({', '.join([*terms, x, n])})"]
        equal = f"{values.name}({', '.join([*terms, x])})"
        if op != "=":
            hit = self.writer.fresh("h")
            self.writer.declare(hit, types[:-1])
            equal = f"{hit}({', '.join([*terms, x])})"
            for kind in _NEAREST[op]:  # it is enough to look at the least or greatest
                best, v = self.writer.fresh("v"), self.writer.fresh("v")
                all_of = f"{best} = {kind} {v} : {{ {values.name}({', '.join([*terms, v])}) }}"
                self.writer.rule(hit, [*terms, x], [*start, any_row, all_of, f"{x} {op} {best}"])
        for flags, conditions in (
            (("1", "0"), ["0", equal]),
            (("0", "1"), ["0", f"!{equal}", any_null]),
            (("0", "0"), ["0", f"!{equal}", f"!{any_null}"]),
            (("0", "1"), ["1", any_row]),
            (("0", "0"), ["1", f"!{any_row}"]),
        ):
            body = [*start, f"{n} = {conditions[0]}", *conditions[1:]]
            self.writer.rule(found, [*terms, x, n, *flags], body)
        truth, unknown = self.writer.fresh("v"), self.writer.fresh("n")
        args = [*below.args, tested.term, tested.null, truth, unknown]
        self.body.append(f"{found}({', '.join(args)})")
        return Val(truth, unknown, "bool")

    def value(self, node: exp.Expression) -> Val:
        return value(node, self)


# Which value of several a comparison with any of them comes down to.
_NEAREST = {"<": ("max",), "<=": ("max",), ">": ("min",), ">=": ("min",), "!=": ("min", "max")}


@dataclass(frozen=True)
class _Below:
    """A compiled sub-query: its relation, a block with its context, and my terms for that."""

    rel: Rel
    inner: Block
    args: list[str]
