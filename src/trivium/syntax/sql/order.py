"""The order of rows as rules: which stands before which, and the number of each in its part.

    ORDER BY a DESC, b
    ->  r(i, n + 1) :- q(i, a, b), n = count : { q(j, c, d), lor(sql_lt_n(a, c), ...) = 1 }.

Rows that the keys leave equal stand in the order of their identities: that of their tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from trivium.syntax.sql.block import Block
from trivium.syntax.sql.expressions import value
from trivium.syntax.sql.rules import NEVER, Output, Rel, Val

Key = tuple[Val, bool, bool]  # value, descending, nulls first


def order_keys(order: exp.Expression | None, block: Block) -> list[Key]:
    keys: list[Key] = []
    for item in order.expressions if order is not None else ():
        keys.append((
            value(item.this, block), bool(item.args.get("desc")), bool(item.args.get("nulls_first"))
        ))  # fmt: skip
    return keys


def with_values(keys: Sequence[Key], values: Sequence[Val]) -> list[Key]:
    """The same order of other values."""
    return [(value, key[1], key[2]) for value, key in zip(values, keys, strict=True)]


def backwards(keys: Sequence[Key]) -> list[Key]:
    return [(value, not down, not first) for value, down, first in keys]


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
    steps += [("n", one, other) for one, other in ties]
    term = "1" if equal else "0"
    for letter, left, right in reversed(steps):
        less, same = f"sql_lt_{letter}({left}, {right})", f"sql_eq_{letter}({left}, {right})"
        term = less if term == "0" else f"lor({less}, land({same}, {term}))"
    return f"{term} = 1"


def ranked(block: Block, parts: Sequence[Val], keys: Sequence[Key]) -> Rel:
    """A relation of the rows with their partition and their number in it, from 1."""
    rel = block.store(block.ids, [*parts, *(key[0] for key in keys)])
    literal, ids, values = block.read(rel)
    n = len(parts)
    _, others, inner = block.read(rel)
    args = [*block.context.terms, *others, *(p for v in [*values[:n], *inner[n:]] for p in v.parts)]
    theirs, mine = with_values(keys, inner[n:]), with_values(keys, values[n:])
    order = before(theirs, mine, list(zip(others, ids, strict=True)))
    count = block.writer.fresh("v")
    numbered = block.new("r", rel.ids, [Output("", v.type, v.null != NEVER) for v in values[:n]]
                         + [Output("", "int", False)])  # fmt: skip
    block.put(
        numbered, ids, [*values[:n], Val(f"{count} + 1", NEVER, "int")],
        [*block.context.literals, literal,
         f"{count} = count : {{ {rel.name}({', '.join(args)}), {order} }}"],
    )  # fmt: skip
    return numbered


def number_of_row(block: Block, parts: Sequence[Val], keys: Sequence[Key]) -> str:
    """The number of the block's row, as a term that its body binds."""
    return block.lookup(ranked(block, parts, keys), block.ids)[-1].term


def cut(
    block: Block, values: Sequence[Val], keys: Sequence[Key], offset: int, limit: int | None
) -> tuple[Block, list[Val]]:
    """The rows of a block from `offset` on, as many as `limit`: a new block and its values.

    Only rows that do not stand behind the last of them by the first key are numbered, where that
    can be told by one value.
    """
    rel = block.store(block.ids, [*values, *(key[0] for key in keys)])
    made = Block(block.reading, block.context, block.outer, block.ctes)
    literal, made.ids, found = made.read(rel)
    made.body.append(literal)
    shown, order = found[: len(values)], with_values(keys, found[len(values) :])
    if limit and order and not made.context.terms:
        made.body += _near_enough(made, rel, len(values), order[0], offset + limit)
    place = number_of_row(made, [], order)
    made.body.append(f"{place} > {offset}")
    if limit is not None:
        made.body.append(f"{place} <= {offset + limit}")
    return made, shown


def _near_enough(block: Block, rel: Rel, at: int, key: Key, many: int) -> list[str]:
    """The literals under which a row may be among the first so many, by the first key, which is
    the column `at` of the relation."""
    value, down, _ = key
    if value.null != NEVER or not (down or value.held == "number"):
        return []
    # The opposite of an integer may not exist; its complement does, and turns the order round.
    form = "{}" if down else "bnot({})"
    writer = block.writer
    literal, _, others = block.read(rel)
    best, last, top, least = (writer.fresh("k") for _ in range(4))
    writer.declare(best, [value.held])
    writer.rule(
        best, [top], [f"{top} = top {many} {form.format(others[at].term)} : {{ {literal} }}"]
    )
    writer.declare(last, [value.held])
    writer.rule(last, [least], [f"{least} = min {top} : {{ {best}({top}) }}"])
    return [f"{last}({least})", f"{form.format(value.term)} >= {least}"]
