"""Groups of a block: aggregates as rules, one result for each group.

    SELECT k, sum(x) FROM t GROUP BY k
    ->  g(k) :- q(i, k, x).    answer(k, s) :- g(k), s = sum x : { q(i, k, x) }.

Aggregates whose rows have an order, as `string_agg` and `arg_max`, number the rows of each group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from trivium.ir.text import quoted
from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import cast
from trivium.syntax.sql.expressions import truth, value
from trivium.syntax.sql.order import Key, number_of_row, order_keys, with_values
from trivium.syntax.sql.rules import EMPTY, NEVER, Output, Rel, Val, absent, either

# `pick`: the value of the first row in an order
_KINDS: dict[type[exp.Expression], str] = {
    exp.Count: "count", exp.Sum: "sum", exp.Avg: "mean", exp.Min: "min", exp.Max: "max",
    exp.Median: "median", exp.GroupConcat: "string_join", exp.ArgMax: "pick", exp.ArgMin: "pick",
    exp.First: "pick", exp.AnyValue: "pick",
    exp.LogicalAnd: "min", exp.LogicalOr: "max", exp.CountIf: "sum",
    exp.Variance: "variance", exp.VariancePop: "variance_of_all",
    exp.Stddev: "deviation", exp.StddevSamp: "deviation", exp.StddevPop: "deviation_of_all",
}  # fmt: skip
_READ = frozenset(("this", "expression", "separator", "big_int"))
_SPREADS = frozenset(("variance", "variance_of_all", "deviation", "deviation_of_all"))
# Those of groups alone, not of windows.
ALONE = _SPREADS | {"pick"}
_FLOATS = _SPREADS | {"mean", "median"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An aggregate that a query asks for: its kind and argument, which counts where not null.

    `by` is the order of the rows that it is made of; `kept` says that a null counts as well.
    """

    kind: str
    argument: Val
    distinct: bool = False
    by: tuple[Key, ...] = ()
    separator: str = ""
    kept: bool = False

    @property
    def result(self) -> str:
        """The SQL type of the result."""
        return "float" if self.kind in _FLOATS else self.argument.type

    def fold(self, result: str, term: str, body: str, place: str = "") -> str:
        """The literal that binds the result; texts are joined in the order of their `place`."""
        if self.kind == "string_join":
            return f"{result} = string_join {term} by {place}, {self.separator} : {{ {body} }}"
        return f"{result} = {self.kind} {term} : {{ {body} }}"


def aggregates(node: exp.Expression) -> Iterator[exp.Expression]:
    """The aggregates of this block in an expression, not those of sub-queries and windows."""
    if isinstance(node, exp.Query | exp.Subquery):
        return
    if isinstance(node, exp.Filter | exp.AggFunc):
        yield node
        return
    if isinstance(node, exp.Window):
        inside = node.this.this if isinstance(node.this, exp.Filter) else node.this
        parts = list(inside.iter_expressions())
        parts += [*(node.args.get("partition_by") or ())]
        parts += [node.args["order"]] if node.args.get("order") else []
    else:
        parts = list(node.iter_expressions())
    for part in parts:
        yield from aggregates(part)


def asked_for(node: exp.Expression, block: Block) -> Asked:
    """What an aggregate asks for; an argument left out by FILTER is null."""
    condition = None
    if isinstance(node, exp.Filter):
        condition, node = truth(node.expression.this, block), node.this
    if isinstance(node, exp.IgnoreNulls) and isinstance(node.this, exp.AnyValue):
        node = node.this  # so the parser writes `any_value(x)`
    kind = _KINDS.get(type(node))
    if kind is None or any(given and part not in _READ for part, given in node.args.items()):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    inner, distinct, by = node.this, False, []
    if isinstance(inner, exp.Order):
        if kind not in ("string_join", "pick"):
            raise block.writer.unsupported(f"`{node.sql()}`", node)
        by, inner = order_keys(inner, block), inner.this
    if isinstance(inner, exp.Distinct):
        if len(inner.expressions) != 1:
            raise block.writer.unsupported("DISTINCT of several columns", node)
        inner, distinct = inner.expressions[0], True
    if isinstance(inner, exp.Star) or inner is None:
        found = Val("1", NEVER, "int")
    elif isinstance(node, exp.CountIf | exp.LogicalAnd | exp.LogicalOr):
        found = truth(inner, block)
    else:
        found = value(inner, block)
    if kind == "sum" or kind in _FLOATS:
        if found.type not in ("int", "float", "bool", "null"):
            raise block.writer.mismatch(f"`{node.sql()}` of {found.type}", node)
        wanted = "int" if kind == "sum" and found.type != "float" else "float"
        found = cast(found, wanted, block, node)
    if kind == "string_join":
        found = cast(found, "text", block, node)
    if found.type == "null":
        found = cast(found, "int", block, node)
    null = found.null
    if isinstance(node, exp.ArgMax | exp.ArgMin):
        measure = value(node.expression, block)
        by = [(measure, isinstance(node, exp.ArgMax), False), *by]
        null = either(null, measure.null)
    # `first` takes a null too, of the rows that the filter leaves
    kept = isinstance(node, exp.First)
    if kept and condition is not None:
        raise block.writer.unsupported(f"FILTER with `{node.sql()}`", node)
    if condition is not None:
        null = either(null, _unless(condition))
    return Asked(kind, Val(found.term, null, found.type), distinct, tuple(by),
                 _separator(node, block), kept)  # fmt: skip


def _unless(condition: Val) -> str:
    """Whether a condition fails or is not known."""
    return f"lnot(land({condition.term}, lnot({condition.null})))"


def _separator(node: exp.Expression, block: Block) -> str:
    given = node.args.get("separator")
    if given is None:
        return quoted(",")
    if not isinstance(given, exp.Literal) or not given.args.get("is_string"):
        raise block.writer.unsupported(f"the separator of `{node.sql()}`", node)
    return quoted(str(given.this))


def group(block: Block, keys: Sequence[exp.Expression], wanted: Sequence[exp.Expression]) -> None:
    """Make the block's rows its groups: `known` and `grouped` tell keys and aggregates."""
    writer = block.writer
    key_values = [value(key, block) for key in keys]
    asked = {node.sql(): asked_for(node, block) for node in wanted}
    stored = list(key_values)
    places = []
    for one in asked.values():
        places.append(len(stored))
        stored += [one.argument, *(key[0] for key in one.by)]
    rows = block.store(block.ids, stored)
    literal, _, values = block.read(rows)
    n = len(keys)
    made = block.new("g", 0, [Output("", v.type, v.null != NEVER) for v in key_values] or
                     [Output("", "int", False)])  # fmt: skip
    if keys:
        block.put(made, [], values[:n], [literal])
    else:
        block.put(made, [], [Val("0", NEVER, "int")], block.context.literals)
    group_literal, _, group_keys = block.read(made)
    block.body = [*block.context.literals, group_literal]
    groups = _Groups(block, rows, group_literal, group_keys[:n] if keys else [])
    results = {text: groups.aggregate(one, place)
               for (text, one), place in zip(asked.items(), places, strict=True)}  # fmt: skip
    block.ids = [_number(part, v) for v in group_keys for part in v.parts]
    block.ids = [writer.identity(block.ids)]
    block.grouped = _keys(block, {o.term: n for o, n in zip(key_values, group_keys, strict=False)})
    block.known = {key.sql(): new for key, new in zip(keys, group_keys, strict=False)}
    block.known.update(results)


def number_of(block: Block, values: Sequence[Val]) -> str:
    """One number that is the same for equal values."""
    numbers: list[str] = []
    for found in values:
        numbers.append(found.term if found.held == "number" else f"ord({found.term})")
        if found.null != NEVER:
            # what stands for a null must not tell rows apart
            numbers[-1] = f"sql_if_n({found.null}, 0, {numbers[-1]})"
            numbers.append(found.null)
    return block.writer.identity(numbers)


def _keys(block: Block, grouped: dict[str, Val]) -> dict[str, Val]:
    """The keys, and what the condition says is equal to one: `WHERE a.x = b.x GROUP BY a.x`."""
    pairs = [pair for left, right in block.equal for pair in ((left, right), (right, left))]
    pairs = [(one, other) for one, other in pairs if one.type == other.type]
    before = -1
    while before < len(grouped):
        before = len(grouped)
        grouped |= {b.term: grouped[a.term] for a, b in pairs if a.term in grouped}
    return grouped


def _number(part: str, value: Val) -> str:
    """A column as a number that tells it from others."""
    return part if part == value.null or value.held == "number" else f"ord({part})"


@dataclass(frozen=True)
class _Groups:
    """The groups of a block, read by `literal`, and the rows that they are made of."""

    block: Block
    rows: Rel
    literal: str
    keys: list[Val]

    def aggregate(self, asked: Asked, place: int) -> Val:
        """The aggregate of the values at a place of the rows, of the group that the body binds."""
        if asked.kind == "pick":
            return self._or_null(self._first(asked, place), asked)
        source, at, order = self.rows, place, None
        if asked.kind == "string_join":
            source, at, order = self._in_order(asked, place), len(self.keys), len(self.keys) + 1
        elif asked.distinct:
            source, at = self._once(place), len(self.keys)
        if asked.kind in _SPREADS:
            return self._or_null(self._spread(asked, source, at), asked)
        body, shown, number = self._body(source, at, order)
        block, result = self.block, self.block.writer.fresh("v")
        if asked.kind == "count":
            block.body.append(f"{result} = count : {{ {body} }}")
            return Val(result, NEVER, "int")
        step = asked.fold(result, shown.term, body, number)
        if self.keys and asked.argument.null == NEVER:  # a group has rows
            block.body.append(step)
            return Val(result, NEVER, asked.result)
        if asked.kind in ("sum", "string_join"):
            count = block.writer.fresh("v")
            block.body += [step, f"{count} = count : {{ {body} }}"]
            return Val(result, f"lnot({count})", asked.result)
        some = self._new(asked.result, False)
        start = [*block.context.literals, self.literal, step]
        block.put(some, [], [*self.keys, Val(result, NEVER, asked.result)], start)
        return self._or_null(some, asked)

    def _new(self, type_: str, nullable: bool) -> Rel:
        columns = [Output("", k.type, k.null != NEVER) for k in self.keys]
        return self.block.new("a", 0, [*columns, Output("", type_, nullable)])

    def _body(self, source: Rel, at: int, order: int | None) -> tuple[str, Val, str]:
        """The rows of a group with a value that is there; the value, and the number of the row."""
        block = self.block
        _, ids, inside = block.read(source)
        args = [*block.context.terms, *ids]
        for i, found in enumerate([*self.keys, *inside[len(self.keys) :]]):
            read = i < len(self.keys) or i in (at, order)
            args += found.parts if read else ["_"] * len(found.parts)
        body = [f"{source.name}({', '.join(args)})", *absent(inside[at].null)]
        return ", ".join(body), inside[at], "" if order is None else inside[order].term

    def _once(self, place: int) -> Rel:
        """The different values of each group."""
        block = self.block
        literal, _, values = block.read(self.rows)
        columns = [*values[: len(self.keys)], values[place]]
        once = block.new("u", 0, [Output("", v.type, v.null != NEVER) for v in columns])
        block.put(once, [], columns, [literal, *absent(values[place].null)])
        return once

    def _numbered(self, asked: Asked, place: int) -> tuple[Block, list[Val], str]:
        """The rows with a value that is there: a block, their values and numbers in the group."""
        block = self.block
        inner = Block(block.reading, block.context, block.outer, block.ctes)
        literal, inner.ids, values = block.read(self.rows)
        own, shown = values[: len(self.keys)], values[place]
        inner.body.append(literal)
        if not asked.kept:
            inner.body += absent(shown.null)
        if asked.distinct:
            there = number_of_row(inner, [*own, Val(shown.term, NEVER, shown.type)], ())
            inner.body.append(f"{there} = 1")
        by = with_values(asked.by, values[place + 1 : place + 1 + len(asked.by)])
        return inner, [*own, shown], number_of_row(inner, own, by)

    def _in_order(self, asked: Asked, place: int) -> Rel:
        """The rows of each group with a value and their number."""
        inner, values, number = self._numbered(asked, place)
        shown = Val(values[-1].term, NEVER, values[-1].type)
        return inner.store(inner.ids, [*values[:-1], shown, Val(number, NEVER, "int")])

    def _first(self, asked: Asked, place: int) -> Rel:
        """The value of the first row of each group."""
        inner, values, number = self._numbered(asked, place)
        first = self._new(asked.result, asked.kept)
        inner.put(first, [], values, [*inner.body, f"{number} = 1"])
        return first

    def _spread(self, asked: Asked, source: Rel, at: int) -> Rel:
        """The variance of each group, or its root: the mean square of what lies between the values
        and their mean, of a sample by one value less."""
        fresh = self.block.writer.fresh
        mean, count, squares = fresh("v"), fresh("v"), fresh("v")
        start = [*self.block.context.literals, self.literal]
        for fold in (f"{mean} = mean {{}}", f"{count} = count", f"{squares} = sum {{0}} * {{0}}"):
            body, shown, _ = self._body(source, at, None)
            value = f"({shown.term} - {mean})" if "sum" in fold else shown.term
            start.append(f"{fold.format(value)} : {{ {body} }}")
        less = 0 if asked.kind.endswith("of_all") else 1
        start.append(f"{count} > {less}")
        result = f"{squares} / to_float({count} - {less})"
        if asked.kind.startswith("deviation"):
            result = f"sqrt({result})"
        some = self._new("float", False)
        self.block.put(some, [], [*self.keys, Val(result, NEVER, "float")], start)
        return some

    def _or_null(self, some: Rel, asked: Asked) -> Val:
        """The value that a relation has for a group, else null."""
        block, keys = self.block, self.keys
        literal, _, (*own, found) = block.read(some)
        whole, has = self._new(asked.result, True), block.new("e", 0, some.outputs[:-1])
        block.put(whole, [], [*own, found], [literal])
        block.put(has, [], own, [literal])
        key_args = [part for k in keys for part in k.parts]
        blank = Val(EMPTY[Val("", "", asked.result).held], "1", asked.result)
        none = f"!{has.name}({', '.join([*block.context.terms, *key_args] or ['0'])})"
        block.put(whole, [], [*keys, blank], [*block.context.literals, self.literal, none])
        term, null = block.writer.fresh("v"), block.writer.fresh("n")
        args = [*block.context.terms, *key_args, term, null]
        block.body.append(f"{whole.name}({', '.join(args)})")
        return Val(term, null, asked.result)
