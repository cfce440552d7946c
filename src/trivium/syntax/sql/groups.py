"""Groups and windows of a block: aggregates as rules, one result for each group or row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import cast, common
from trivium.syntax.sql.expressions import truth
from trivium.syntax.sql.rules import EMPTY, NEVER, Output, Rel, Val, absent

Key = tuple[Val, bool, bool]  # value, descending, nulls first

_KINDS: dict[type[exp.Expression], str] = {
    exp.Count: "count", exp.Sum: "sum", exp.Avg: "mean", exp.Min: "min", exp.Max: "max",
    exp.Median: "median",
}  # fmt: skip


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


def _argument(node: exp.Expression, block: Block) -> tuple[str, Val, bool]:
    """Kind, argument and whether it is DISTINCT; an argument left out by FILTER is null."""
    condition = None
    if isinstance(node, exp.Filter):
        condition, node = truth(node.expression.this, block), node.this
    kind = _KINDS.get(type(node))
    if kind is None:
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    inner, distinct = node.this, False
    if isinstance(inner, exp.Distinct):
        if len(inner.expressions) != 1:
            raise block.writer.unsupported("DISTINCT of several columns", node)
        inner, distinct = inner.expressions[0], True
    if node.args.get("expressions"):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    if isinstance(inner, exp.Star) or inner is None:
        found = Val("1", NEVER, "int")
    else:
        found = block.value(inner)
    if kind in ("sum", "mean", "median"):
        if found.type not in ("int", "float", "bool", "null"):
            raise block.writer.mismatch(f"`{node.sql()}` of {found.type}", node)
        wanted = "int" if kind == "sum" and found.type != "float" else "float"
        found = cast(found, wanted, block, node)
    if found.type == "null":
        found = cast(found, "int", block, node)
    if condition is not None:
        left_out = f"lnot(land({condition.term}, lnot({condition.null})))"
        null = left_out if found.null == NEVER else f"lor({found.null}, {left_out})"
        found = Val(found.term, null, found.type)
    return kind, found, distinct


def group(block: Block, keys: Sequence[exp.Expression], wanted: Sequence[exp.Expression]) -> None:
    """Make the block's rows its groups: `known` and `grouped` tell keys and aggregates."""
    writer = block.writer
    key_values = [block.value(key) for key in keys]
    asked = {node.sql(): _argument(node, block) for node in wanted}
    arguments = [argument for _, argument, _ in asked.values()]
    rows = block.store(block.ids, [*key_values, *arguments])
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
    results = {}
    for place, (text, (kind, _, distinct)) in enumerate(asked.items()):
        results[text] = _aggregate(block, rows, group_literal, group_keys[:n] if keys else [],
                                   n + place, kind, distinct)  # fmt: skip
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


def _aggregate(
    block: Block, rows: Rel, literal: str, keys: list[Val], place: int, kind: str, distinct: bool
) -> Val:
    writer = block.writer
    if distinct:
        literal_all, _, values = block.read(rows)
        columns = [*values[: len(keys)], values[place]]
        once = block.new("u", 0, [Output("", v.type, v.null != NEVER) for v in columns])
        block.put(once, [], columns, [literal_all, *absent(values[place].null)])
        source, at = once, len(keys)
    else:
        source, at = rows, place
    _, ids, inside = block.read(source)
    read = [*keys, *inside[len(keys) :]]
    args = [*block.context.terms, *ids]
    for i, found in enumerate(read):
        args += found.parts if i < len(keys) or i == at else ["_"] * len(found.parts)
    argument = inside[at]
    body = ", ".join([f"{source.name}({', '.join(args)})", *absent(argument.null)])
    result = writer.fresh("v")
    if kind == "count":
        block.body.append(f"{result} = count : {{ {body} }}")
        return Val(result, NEVER, "int")
    type_ = "float" if kind in ("mean", "median") else argument.type
    never_empty = bool(keys) and argument.null == NEVER
    step = f"{result} = {kind} {argument.term} : {{ {body} }}"
    if never_empty:
        block.body.append(step)
        return Val(result, NEVER, type_)
    if kind == "sum":
        count = writer.fresh("v")
        block.body += [step, f"{count} = count : {{ {body} }}"]
        return Val(result, f"lnot({count})", type_)
    group_columns = [Output("", k.type, k.null != NEVER) for k in keys]
    some = block.new("a", 0, [*group_columns, Output("", type_, False)])
    start = [*block.context.literals, literal]
    block.put(some, [], [*keys, Val(result, NEVER, type_)], [*start, step])
    whole = block.new("a", 0, [*group_columns, Output("", type_, True)])
    key_args = [part for k in keys for part in k.parts]
    test = f"{some.name}({', '.join([*block.context.terms, *key_args, result])})"
    block.put(whole, [], [*keys, Val(result, NEVER, type_)], [*start, test])
    has = block.new("e", 0, group_columns)
    block.put(has, [], keys, [test])
    blank = Val(EMPTY[argument.held if type_ != "float" else "float"], "1", type_)
    none = f"!{has.name}({', '.join([*block.context.terms, *key_args] or ['0'])})"
    block.put(whole, [], [*keys, blank], [*start, none])
    term, null = writer.fresh("v"), writer.fresh("n")
    args = [*block.context.terms, *key_args, term, null]
    block.body.append(f"{whole.name}({', '.join(args)})")
    return Val(term, null, type_)


# --- windows -------------------------------------------------------------------------------------


def before(theirs: Sequence[Key], mine: Sequence[Key], ties: Sequence[tuple[str, str]],
           equal: bool = False) -> str:  # fmt: skip
    """The literal under which one row stands before another; with `equal`, or beside it."""
    # A term, not a formula: an aggregate sees the variables around it in comparisons alone.
    steps: list[tuple[str, str, str]] = []
    for (a, down, first), (b, _, _) in zip(theirs, mine, strict=True):
        if a.null != NEVER:
            steps.append(("n", *((b.null, a.null) if first else (a.null, b.null))))
        letter = {"number": "n", "float": "f"}.get(a.held, "s")
        steps.append((letter, *((b.term, a.term) if down else (a.term, b.term))))
    steps += [("n", mine_id, other_id) for mine_id, other_id in ties]
    term = "1" if equal else "0"
    for letter, left, right in reversed(steps):
        less, same = f"sql_lt_{letter}({left}, {right})", f"sql_eq_{letter}({left}, {right})"
        term = less if term == "0" else f"lor({less}, land({same}, {term}))"
    return f"{term} = 1"


def ranked(
    block: Block, parts: Sequence[Val], keys: Sequence[Key]
) -> tuple[str, Rel, list[str], list[Val]]:
    """The number of each row (from 1) in its partition: literal, relation, ids, partition."""
    rel = block.store(block.ids, [*parts, *(key[0] for key in keys)])
    literal, ids, values = block.read(rel)
    n = len(parts)
    mine = [(v, k[1], k[2]) for v, k in zip(values[n:], keys, strict=True)]
    _, others, inner = block.read(rel)
    theirs = [(v, k[1], k[2]) for v, k in zip(inner[n:], keys, strict=True)]
    args = [*block.context.terms, *others, *(p for v in [*values[:n], *inner[n:]] for p in v.parts)]
    order = before(theirs, mine, list(zip(others, ids, strict=True)))
    count, number = block.writer.fresh("v"), block.writer.fresh("v")
    numbered = block.new("r", rel.ids, [Output("", v.type, v.null != NEVER) for v in values[:n]]
                         + [Output("", "int", False)])  # fmt: skip
    block.put(
        numbered, ids, [*values[:n], Val(f"{count} + 1", NEVER, "int")],
        [*block.context.literals, literal,
         f"{count} = count : {{ {rel.name}({', '.join(args)}), {order} }}"],
    )  # fmt: skip
    return number, numbered, ids, values[:n]


def order_keys(order: exp.Expression | None, block: Block) -> list[Key]:
    keys: list[Key] = []
    for item in order.expressions if order is not None else ():
        keys.append((
            block.value(item.this), bool(item.args.get("desc")), bool(item.args.get("nulls_first"))
        ))  # fmt: skip
    return keys


def with_windows(node: exp.Expression, block: Block) -> exp.Expression:
    """A SELECT in which `OVER w` says what `WINDOW w AS (...)` does."""
    if not node.args.get("windows"):
        return node
    node = node.copy()
    named = {found.name.lower(): found for found in node.args["windows"]}
    node.set("windows", None)
    for found in list(node.find_all(exp.Window)):
        alias = found.args.get("alias")
        if alias is None:
            continue
        if alias.name.lower() not in named:
            raise block.writer.mismatch(f"no window is called `{alias.name}`", found)
        meant = named[alias.name.lower()]
        for part in ("partition_by", "order", "spec"):
            if not found.args.get(part):
                found.set(part, meant.copy().args.get(part))
        found.set("alias", None)
    return node


def windows(item: exp.Expression, block: Block) -> None:
    """Make the values of the windows in an expression, of the rows as they are now, known."""
    for found in list(item.find_all(exp.Window)):
        inside = found.find_ancestor(exp.Select) is item.find_ancestor(exp.Select)
        if inside and found.sql() not in block.known:
            block.known[found.sql()] = window(found, block)


def window(node: exp.Expression, block: Block) -> Val:
    """The value of a window function, joined to the block's rows by their identity."""
    writer = block.writer
    parts = [block.value(part) for part in node.args.get("partition_by") or ()]
    keys = order_keys(node.args.get("order"), block)
    function = node.this
    spec = node.args.get("spec")
    if spec is not None:
        frame = None if isinstance(function, _OF_PLACES) else _frame(spec)
        if frame is None:
            raise writer.unsupported(f"the frame `{spec.sql()}`", node)
        if isinstance(function, exp.FirstValue):
            return _shifted(function, block, parts, keys)
        return _running(function, block, parts, keys if frame != "whole" else [], frame == "rows")
    if isinstance(function, exp.RowNumber):
        _, numbered, _, _ = ranked(block, parts, keys)
        return block.lookup(numbered, block.ids)[-1]
    if isinstance(function, exp.Lag | exp.Lead | exp.FirstValue):
        return _shifted(function, block, parts, keys)
    if isinstance(function, exp.Rank | exp.DenseRank):
        return _rank(function, block, parts, keys)
    return _running(function, block, parts, keys)


_OF_PLACES = (exp.RowNumber, exp.Lag, exp.Lead, exp.Rank, exp.DenseRank)


def _frame(spec: exp.Expression) -> str | None:
    """`range` up to the row's equals, `rows` up to the row itself, or the `whole` partition; None
    for another frame."""
    words = {key: str(spec.args.get(key) or "").upper() for key in ("kind", "start", "start_side")}
    if words["start"] != "UNBOUNDED" or words["start_side"] != "PRECEDING":
        return None
    end, side = (str(spec.args.get(key) or "").upper() for key in ("end", "end_side"))
    if spec.args.get("exclude") or words["kind"] not in ("ROWS", "RANGE"):
        return None
    if end in ("", "CURRENT ROW"):
        return words["kind"].lower()
    return "whole" if (end, side) == ("UNBOUNDED", "FOLLOWING") else None


def _shifted(node: exp.Expression, block: Block, parts: list[Val], keys: list[Key]) -> Val:
    """The value of the row some places before or after, or of the first."""
    offset = node.args.get("offset")
    if offset is not None and not (isinstance(offset, exp.Literal) and offset.name.isdigit()):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    step = (1 if offset is None else int(offset.name)) * (-1 if isinstance(node, exp.Lag) else 1)
    default = node.args.get("default")
    shown = block.value(node.this)
    blank = Val("0", "1", "null") if default is None else block.value(default)
    shown, blank = common((shown, blank), node, block)
    values = block.store(block.ids, [shown, blank])
    _, numbered, _, _ = ranked(block, parts, keys)
    mine, ids, places = block.read(numbered)
    _, other_ids, _ = block.read(numbered)
    args = [*block.context.terms, *other_ids, *(p for v in places[:-1] for p in v.parts),
            "1" if isinstance(node, exp.FirstValue) else f"{places[-1].term} + {step}"]  # fmt: skip
    other = f"{numbered.name}({', '.join(args)})"
    found = block.new("w", len(ids), [Output("", shown.type, True)])
    there = block.new("e", len(ids), ())
    _, _, their_values = block.read(values)
    row = [*block.context.terms, *other_ids, *(p for v in their_values for p in v.parts)]
    block.put(found, ids, [their_values[0]], [mine, other, f"{values.name}({', '.join(row)})"])
    block.put(there, ids, [], [mine, other])
    literal, ids, own = block.read(values)
    test = f"!{there.name}({', '.join([*block.context.terms, *ids])})"
    block.put(found, ids, [own[1]], [literal, test])
    return block.lookup(found, block.ids)[0]


def _rank(node: exp.Expression, block: Block, parts: list[Val], keys: list[Key]) -> Val:
    """1 + how many rows (or, for `dense_rank`, different keys) stand before."""
    n = len(parts)
    rel = block.store(block.ids, [*parts, *(key[0] for key in keys)])
    literal, ids, values = block.read(rel)
    source = rel
    if isinstance(node, exp.DenseRank):
        whole, _, columns = block.read(rel)
        source = block.new("u", 0, [Output("", v.type, v.null != NEVER) for v in columns])
        block.put(source, [], columns, [whole])
    _, others, inner = block.read(source)
    args = [*block.context.terms, *others, *(p for v in [*values[:n], *inner[n:]] for p in v.parts)]
    mine = [(v, k[1], k[2]) for v, k in zip(values[n:], keys, strict=True)]
    theirs = [(v, k[1], k[2]) for v, k in zip(inner[n:], keys, strict=True)]
    count = block.writer.fresh("v")
    found = block.new("w", len(ids), [Output("", "int", False)])
    step = f"{count} = count : {{ {source.name}({', '.join(args)}), {before(theirs, mine, ())} }}"
    block.put(found, ids, [Val(f"{count} + 1", NEVER, "int")],
              [*block.context.literals, literal, step])  # fmt: skip
    return block.lookup(found, block.ids)[0]


def _running(
    node: exp.Expression, block: Block, parts: list[Val], keys: list[Key], by_row: bool = False
) -> Val:
    """An aggregate over the partition, or, with an order, over the rows up to this one's equals;
    `by_row`: up to this one, where equals come in the order of their tables."""
    kind, argument, distinct = _argument(node, block)
    if distinct:
        raise block.writer.unsupported("DISTINCT in a window", node)
    n = len(parts)
    rel = block.store(block.ids, [*parts, argument, *(key[0] for key in keys)])
    literal, ids, values = block.read(rel)
    _, others, inner = block.read(rel)
    mine = [(v, k[1], k[2]) for v, k in zip(values[n + 1 :], keys, strict=True)]
    theirs = [(v, k[1], k[2]) for v, k in zip(inner[n + 1 :], keys, strict=True)]
    shown = inner[n]
    args = [*block.context.terms, *others, *(p for v in [*values[:n], *inner[n:]] for p in v.parts)]
    conditions = [f"{rel.name}({', '.join(args)})", *absent(shown.null)]
    ties = list(zip(others, ids, strict=True)) if by_row else []
    if keys or ties:
        conditions.append(before(theirs, mine, ties, equal=True))
    body = ", ".join(conditions)
    result, count = block.writer.fresh("v"), block.writer.fresh("v")
    type_ = "float" if kind in ("mean", "median") else shown.type
    start = [*block.context.literals, literal]
    if kind == "count":
        found = block.new("w", len(ids), [Output("", "int", False)])
        block.put(found, ids, [Val(result, NEVER, "int")],
                  [*start, f"{result} = count : {{ {body} }}"])  # fmt: skip
        return block.lookup(found, block.ids)[0]
    found = block.new("w", len(ids), [Output("", type_, True)])
    counted = f"{count} = count : {{ {body} }}"
    block.put(found, ids, [Val(result, NEVER, type_)],
              [*start, counted, f"{count} > 0",
               f"{result} = {kind} {shown.term} : {{ {body} }}"])  # fmt: skip
    blank = Val(EMPTY["float" if type_ == "float" else shown.held], "1", type_)
    block.put(found, ids, [blank], [*start, counted, f"{count} = 0"])
    return block.lookup(found, block.ids)[0]
