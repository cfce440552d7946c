"""Windows of a block: functions of a row's place, of the rows of its frame, and running totals.

    sum(x) OVER (PARTITION BY k ORDER BY d)
    ->  w(i, s) :- q(i, k, x, d), s = sum y : { q(j, k, y, e), e <= d }.

Totals from the start of a partition to the row are written as above, which the engine does by one
sort; those of other frames read their rows by number.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import common
from trivium.syntax.sql.expressions import value
from trivium.syntax.sql.frames import WHOLE, Frame, Placed, frame_of, placed
from trivium.syntax.sql.groups import ALONE, Asked, asked_for
from trivium.syntax.sql.order import (
    Key,
    backwards,
    before,
    number_of_row,
    order_keys,
    ranked,
    with_values,
)
from trivium.syntax.sql.rules import EMPTY, NEVER, Output, Rel, Val, absent

_OF_PLACES = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.PercentRank, exp.CumeDist)
_OF_FRAMES = (exp.FirstValue, exp.LastValue, exp.NthValue)


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
    parts = [value(part, block) for part in node.args.get("partition_by") or ()]
    keys = order_keys(node.args.get("order"), block)
    function = node.this
    if isinstance(function, (*_OF_PLACES, exp.Lag, exp.Lead)):
        spec = node.args.get("spec")
        if spec is not None:
            raise block.writer.unsupported(f"the frame `{spec.sql()}`", node)
        if isinstance(function, exp.Lag | exp.Lead):
            return _shifted(function, block, parts, keys)
        return _of_place(function, block, parts, keys)
    frame = frame_of(node, keys, block)
    if isinstance(function, _OF_FRAMES):
        return _of_frame(function, block, parts, keys, frame)
    return _total(function, block, parts, keys, frame)


# --- functions of a row's place ------------------------------------------------------------------


def _of_place(node: exp.Expression, block: Block, parts: Sequence[Val], keys: Sequence[Key]) -> Val:
    if not keys and isinstance(node, exp.Rank | exp.DenseRank):
        return Val("1", NEVER, "int")  # all rows are equals
    if not keys and isinstance(node, exp.PercentRank | exp.CumeDist):
        return Val("0.0" if isinstance(node, exp.PercentRank) else "1.0", NEVER, "float")
    match node:
        case exp.RowNumber():
            return Val(number_of_row(block, parts, keys), NEVER, "int")
        case exp.Rank():
            return _counted(block, parts, keys)
        case exp.DenseRank():
            return _counted(block, parts, keys, different=True)
        case exp.Ntile():
            return _share(node, block, parts, keys)
    size = _counted(block, parts, ()).term
    if isinstance(node, exp.CumeDist):
        place, of = f"itof({_counted(block, parts, keys, equal=True).term})", f"itof({size})"
    else:
        place = f"itof({_counted(block, parts, keys).term} - 1)"
        of = f"itof(max(1, {size} - 1))"
    return Val(f"sql_divide({place}, {of})", NEVER, "float")


def _counted(
    block: Block, parts: Sequence[Val], keys: Sequence[Key], *,
    equal: bool = False, different: bool = False,
) -> Val:  # fmt: skip
    """1 + how many rows (or different keys) stand before; with `equal`, before or beside; of no
    keys, the size of the partition."""
    n = len(parts)
    rel = block.store(block.ids, [*parts, *(key[0] for key in keys)])
    literal, ids, values = block.read(rel)
    source = rel
    if different:
        whole, _, columns = block.read(rel)
        source = block.new("u", 0, [Output("", v.type, v.null != NEVER) for v in columns])
        block.put(source, [], columns, [whole])
    _, others, inner = block.read(source)
    args = [*block.context.terms, *others, *(p for v in [*values[:n], *inner[n:]] for p in v.parts)]
    conditions = [f"{source.name}({', '.join(args)})"]
    if keys:
        theirs, mine = with_values(keys, inner[n:]), with_values(keys, values[n:])
        conditions.append(before(theirs, mine, (), equal))
    count = block.writer.fresh("v")
    found = block.new("w", len(ids), [Output("", "int", False)])
    place = f"{count} + 1" if keys and not equal else count
    step = f"{count} = count : {{ {', '.join(conditions)} }}"
    block.put(
        found, ids, [Val(place, NEVER, "int")], [*block.context.literals, literal, step]
    )  # fmt: skip
    return block.lookup(found, block.ids)[0]


def _share(node: exp.Expression, block: Block, parts: Sequence[Val], keys: Sequence[Key]) -> Val:
    """`ntile(n)`: which of n shares, as equal as can be and the greater ones first."""
    shares = node.this
    if not isinstance(shares, exp.Literal) or not shares.name.isdigit() or not int(shares.name):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    many = shares.name
    number = number_of_row(block, parts, keys)
    size = _counted(block, parts, ()).term
    rows = block.store(block.ids, [Val(number, NEVER, "int"), Val(size, NEVER, "int")])
    literal, ids, (place, whole) = block.read(rows)
    found = block.new("w", len(ids), [Output("", "int", False)])
    greater, one = f"({whole.term} % {many})", f"({whole.term} / {many})"
    inside = f"{greater} * ({one} + 1)"
    for test, share in (
        ("<=", f"({place.term} - 1) / ({one} + 1) + 1"),
        (">", f"{greater} + ({place.term} - 1 - {inside}) / max(1, {one}) + 1"),
    ):
        body = [*block.context.literals, literal, f"{place.term} {test} {inside}"]
        block.put(found, ids, [Val(share, NEVER, "int")], body)
    return block.lookup(found, block.ids)[0]


# --- values of other rows ------------------------------------------------------------------------


def _shifted(node: exp.Expression, block: Block, parts: list[Val], keys: list[Key]) -> Val:
    """The value of the row some places before or after."""
    offset = node.args.get("offset")
    if offset is not None and not (isinstance(offset, exp.Literal) and offset.name.isdigit()):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    step = 1 if offset is None else int(offset.name)
    default = node.args.get("default")
    shown = value(node.this, block)
    blank = Val("0", "1", "null") if default is None else value(default, block)
    shown, blank = common((shown, blank), node, block)
    values = block.store(block.ids, [shown, blank])
    numbered = ranked(block, parts, keys)
    literal, ids, (*own, number) = block.read(numbered)
    sign = "-" if isinstance(node, exp.Lag) else "+"
    reading = _Row(ids, own, f"{number.term} {sign} {step}", [literal])
    found = _read_row(block, numbered, values, reading)
    literal, ids, (_, blank) = block.read(values)
    return _or_blank(block, found, blank, ids, literal)


def _of_frame(
    node: exp.Expression, block: Block, parts: list[Val], keys: list[Key], frame: Frame
) -> Val:
    """The value of the first row of a frame, of the last, or of the nth."""
    shown = value(node.this, block)
    values = block.store(block.ids, [shown])
    rows = placed(frame, block, parts, keys, node)
    literal, ids, (*own, first, last) = block.read(rows.frames)
    place = last.term if isinstance(node, exp.LastValue) else first.term
    if isinstance(node, exp.NthValue):
        offset = node.args["offset"]
        if not isinstance(offset, exp.Literal) or not offset.name.isdigit() or offset.name == "0":
            raise block.writer.unsupported(f"`{node.sql()}`", node)
        place = f"{first.term} + {int(offset.name) - 1}"
    reading = _Row(ids, own, place, [literal, f"{first.term} <= {last.term}"])
    if isinstance(node, exp.NthValue):
        reading.body.append(f"{place} <= {last.term}")
    elif frame.holds_its_row:
        return _joined(block, _read_row(block, rows.numbered, values, reading, shown.null != NEVER))
    found = _read_row(block, rows.numbered, values, reading)
    literal, ids, _ = block.read(rows.frames)
    return _or_blank(block, found, Val(EMPTY[shown.held], "1", shown.type), ids, literal)


class _Row:
    """For each row `ids` of a body: the row at `place` of its own partition."""

    def __init__(self, ids: list[str], own: Sequence[Val], place: str, body: list[str]) -> None:
        self.ids, self.own, self.place, self.body = ids, own, place, body


def _read_row(block: Block, numbered: Rel, values: Rel, row: _Row, nullable: bool = True) -> Rel:
    """A relation of the first value of another row, where there is that row."""
    _, others, _ = block.read(numbered)
    parts = [part for v in row.own for part in v.parts]
    args = [*block.context.terms, *others, *parts, row.place]
    _, _, theirs = block.read(values)
    read = [*block.context.terms, *others, *(part for v in theirs for part in v.parts)]
    found = block.new("w", len(row.ids), [Output("", theirs[0].type, nullable)])
    body = [*block.context.literals, *row.body, f"{numbered.name}({', '.join(args)})",
            f"{values.name}({', '.join(read)})"]  # fmt: skip
    block.put(found, row.ids, [theirs[0]], body)
    return found


def _or_blank(block: Block, found: Rel, blank: Val, ids: list[str], literal: str) -> Val:
    """The value that a relation has for the block's row, else a blank."""
    whole = block.new("w", found.ids, found.outputs)
    there = block.new("e", found.ids, ())
    have, own, values = block.read(found)
    block.put(whole, own, values, [have])
    block.put(there, own, [], [have])
    test = f"!{there.name}({', '.join([*block.context.terms, *ids])})"
    block.put(whole, ids, [blank], [*block.context.literals, literal, test])
    return block.lookup(whole, block.ids)[0]


# --- totals --------------------------------------------------------------------------------------


def _total(
    node: exp.Expression, block: Block, parts: list[Val], keys: list[Key], frame: Frame
) -> Val:
    """An aggregate over the rows of a frame."""
    asked = asked_for(node, block)
    if asked.distinct or asked.kind in ALONE or asked.by:
        raise block.writer.unsupported(f"`{node.sql()}` in a window", node)
    if asked.kind == "string_join":
        return _of_rows(asked, block, placed(frame, block, parts, keys, node))
    if frame == WHOLE:
        return _joined(block, _running(asked, block, parts, ()))
    if (frame.start, frame.end) == (None, 0):
        return _joined(block, _running(asked, block, parts, keys, frame.rows))
    if (frame.start, frame.end) == (0, None):
        return _joined(block, _running(asked, block, parts, backwards(keys), frame.rows, True))
    rows = placed(frame, block, parts, keys, node)
    if frame.start is not None and frame.end is not None:
        return _of_rows(asked, block, rows)
    # From the start to a row: the running total at that row; and so from the end.
    reverse = frame.start is not None
    running = _running(asked, block, parts, backwards(keys) if reverse else keys, True, reverse)
    literal, ids, (*own, first, last) = block.read(rows.frames)
    place = first.term if reverse else last.term
    reading = _Row(ids, own, place, [literal, f"{first.term} <= {last.term}"])
    output = running.outputs[0]
    if frame.holds_its_row:
        return _joined(block, _read_row(block, rows.numbered, running, reading, output.nullable))
    found = _read_row(block, rows.numbered, running, reading)
    literal, ids, _ = block.read(rows.frames)
    null = NEVER if asked.kind == "count" else "1"
    blank = Val(EMPTY[Val("", "", output.type).held], null, output.type)
    return _or_blank(block, found, blank, ids, literal)


def _joined(block: Block, rel: Rel) -> Val:
    return block.lookup(rel, block.ids)[0]


def _running(
    asked: Asked, block: Block, parts: Sequence[Val], keys: Sequence[Key],
    by_row: bool = False, reverse: bool = False,
) -> Rel:  # fmt: skip
    """An aggregate over the partition, or, with an order, over the rows up to this one's equals;
    `by_row`: up to this one, where equals come in the order of their tables, or the `reverse`."""
    n = len(parts)
    rel = block.store(block.ids, [*parts, asked.argument, *(key[0] for key in keys)])
    literal, ids, values = block.read(rel)
    _, others, inner = block.read(rel)
    shown = inner[n]
    args = [*block.context.terms, *others, *(p for v in [*values[:n], *inner[n:]] for p in v.parts)]
    conditions = [f"{rel.name}({', '.join(args)})", *absent(shown.null)]
    ties = list(zip(others, ids, strict=True)) if by_row else []
    if reverse:
        ties = [(other, one) for one, other in ties]
    if keys or ties:
        theirs, mine = with_values(keys, inner[n + 1 :]), with_values(keys, values[n + 1 :])
        conditions.append(before(theirs, mine, ties, equal=True))
    start = [*block.context.literals, literal]
    return _folded(asked, block, ids, shown, start, ", ".join(conditions))


def _of_rows(asked: Asked, block: Block, rows: Placed) -> Val:
    """An aggregate over the rows of each frame, one by one."""
    values = block.store(block.ids, [asked.argument])
    literal, ids, (*own, first, last) = block.read(rows.frames)
    _, others, _ = block.read(rows.numbered)
    place = block.writer.fresh("v")
    parts = [part for v in own for part in v.parts]
    _, _, (shown,) = block.read(values)
    args = [*block.context.terms, *others, *shown.parts]
    conditions = [
        f"{place} = range({first.term}, {last.term} + 1, 1)",
        f"{rows.numbered.name}({', '.join([*block.context.terms, *others, *parts, place])})",
        f"{values.name}({', '.join(args)})",
        *absent(shown.null),
    ]
    start = [*block.context.literals, literal]
    return _joined(block, _folded(asked, block, ids, shown, start, ", ".join(conditions), place))


def _folded(
    asked: Asked, block: Block, ids: list[str], shown: Val, start: list[str], body: str,
    place: str = "",
) -> Rel:  # fmt: skip
    """The aggregate of a body for each row; null where the body has none, 0 for a count."""
    result, count = block.writer.fresh("v"), block.writer.fresh("v")
    if asked.kind == "count":
        found = block.new("w", len(ids), [Output("", "int", False)])
        block.put(found, ids, [Val(result, NEVER, "int")],
                  [*start, f"{result} = count : {{ {body} }}"])  # fmt: skip
        return found
    type_ = asked.result
    found = block.new("w", len(ids), [Output("", type_, True)])
    counted = f"{count} = count : {{ {body} }}"
    fold = asked.fold(result, shown.term, body, place)
    block.put(found, ids, [Val(result, NEVER, type_)], [*start, counted, f"{count} > 0", fold])
    blank = Val(EMPTY["float" if type_ == "float" else shown.held], "1", type_)
    block.put(found, ids, [blank], [*start, counted, f"{count} = 0"])
    return found
