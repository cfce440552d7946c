"""The sources of a block joined: FROM, JOIN, USING and NATURAL, LEFT, RIGHT and FULL."""

from __future__ import annotations

import re

from sqlglot import exp

from trivium.errors import ProgramError
from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import choose, common
from trivium.syntax.sql.expressions import holds, value
from trivium.syntax.sql.rules import EMPTY, NEVER, Output, Rel, Val, absent


def add_from(node: exp.Expression, block: Block) -> None:
    """Join one source to the rows so far, as its `JOIN` says."""
    if not isinstance(node, exp.Join):
        _cross(block, *_source(block, node))
        return
    side, kind = str(node.side or "").upper(), str(node.kind or "").upper()
    if kind in ("SEMI", "ANTI") or str(node.method or "").upper() not in ("", "NATURAL"):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    literals, ids, entries = _source(block, node.this)
    using = [part.name for part in node.args.get("using") or ()]
    if str(node.method or "").upper() == "NATURAL":
        mine = {entry[1].lower() for entry in block.scope.entries}
        using = [entry[1] for entry in entries if entry[1].lower() in mine]
    if side:
        _outer(block, side, literals, ids, entries, node, using)
        return
    pairs = _pairs(block, using, entries, node)
    _cross(block, literals, ids, entries)
    _equal(block, pairs, node)
    _merge(block, using, [left for left, _ in pairs])
    if node.args.get("on") is not None:
        block.body += holds(node.args["on"], block)


def _source(
    block: Block, node: exp.Expression
) -> tuple[list[str], list[str], list[tuple[str, str, Val]]]:
    if isinstance(node, exp.Subquery):
        if not isinstance(node.this, exp.Query):
            raise block.writer.unsupported("a join in brackets", node)
        rel = block.reading.compile(node.this, block.context, block.outer, block.ctes)
        return _scan(block, rel, node)
    if isinstance(node, exp.Values):
        return _scan(block, _listed(block, node), node)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.GenerateSeries):
        return _scan(block, _series(block, node.this), node)
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise block.writer.unsupported(f"`{node.sql()}` in FROM", node)
    if node.args.get("sample") or node.args.get("pivots"):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    name = node.name
    if name.lower() in block.ctes:
        return _scan(block, block.ctes[name.lower()], node)
    base = block.reading.tables.get(name.lower())
    if base is None:
        names = [*block.reading.tables, *block.ctes]
        known = f"the tables are: {', '.join(names)}" if names else "no table was given"
        hint = block.reading.near(name, names) or known
        message = f"no table is called `{name}`"
        raise ProgramError(226, message, block.writer.span(node.this), hint=hint)
    return _scan(block, Rel(base.relation, 1, base.outputs, contextual=False), node)


def _listed(block: Block, node: exp.Expression) -> Rel:
    """The rows of VALUES, in their order."""
    rows = [[value(part, block) for part in row.expressions] for row in node.expressions]
    if len({len(row) for row in rows}) != 1:
        raise block.writer.mismatch("the rows of VALUES differ in length", node)
    columns = [common(column, node, block) for column in zip(*rows, strict=True)]
    outputs = [
        Output(f"col{i}", "int" if column[0].type == "null" else column[0].type,
               any(v.null != NEVER for v in column))
        for i, column in enumerate(columns)
    ]  # fmt: skip
    rel = block.new("q", 1, outputs)
    for place, row in enumerate(zip(*columns, strict=True)):
        block.put(rel, [str(place + 1)], row, block.context.literals)
    return rel


def _series(block: Block, node: exp.Expression) -> Rel:
    """The integers of `range` and `generate_series`, between two that are written out."""
    ends = [
        value(node.args[part], block) for part in ("start", "end", "step") if node.args.get(part)
    ]
    if any(not re.fullmatch(r"-?\d+", end.term) or end.type != "int" for end in ends):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    first, last, step = [int(end.term) for end in ends] + [1] * (3 - len(ends))
    if not step or any(p not in ("start", "end", "step", "is_end_exclusive")
                       for p, given in node.args.items() if given):  # fmt: skip
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    closed = not node.args.get("is_end_exclusive")
    rel = block.new("q", 1, [Output("range" if not closed else "generate_series", "int", False)])
    number = block.writer.fresh("v")
    until = last + (1 if step > 0 else -1) * closed
    if (until - first) * step > 0:
        place = f"({number} - {first}) / {step}" if first >= 0 and step > 0 else number
        body = [*block.context.literals, f"{number} = range({first}, {until}, {step})"]
        block.put(rel, [place], [Val(number, NEVER, "int")], body)
    return rel


def _scan(
    block: Block, rel: Rel, node: exp.Expression
) -> tuple[list[str], list[str], list[tuple[str, str, Val]]]:
    alias = node.args.get("alias")
    names = [part.name for part in (alias.args.get("columns") or ())] if alias else []
    literal, ids, values = block.read(rel)
    outputs = [output.name for output in rel.outputs]
    outputs[: len(names)] = names
    label = node.alias or node.name
    return [literal], ids, [(label, n, v) for n, v in zip(outputs, values, strict=True)]


def _cross(
    block: Block, literals: list[str], ids: list[str], entries: list[tuple[str, str, Val]]
) -> None:
    block.body += literals
    block.ids += ids
    block.scope.entries += entries


def _pairs(
    block: Block, using: list[str], entries: list[tuple[str, str, Val]], node: exp.Expression
) -> list[tuple[Val, Val]]:
    pairs = []
    for name in using:
        left = block.scope.local("", name)
        right = [entry for entry in entries if entry[1].lower() == name.lower()]
        if len(left) != 1 or len(right) != 1:
            raise ProgramError(227, f"USING needs one column `{name}` on each side",
                               block.writer.span(node))  # fmt: skip
        pairs.append((left[0][2], right[0][2]))
    return pairs


def _equal(block: Block, pairs: list[tuple[Val, Val]], node: exp.Expression) -> None:
    for pair in pairs:
        left, right = common(pair, node, block)
        block.body += [*absent(left.null), *absent(right.null), f"{left.term} = {right.term}"]


def _merge(block: Block, using: list[str], values: list[Val]) -> None:
    for name, merged in zip(using, values, strict=True):
        block.scope.entries = [
            e for e in block.scope.entries if e[0] or e[1].lower() != name.lower()
        ]
        block.scope.entries.insert(0, ("", name, merged))
        block.scope.merged.add(name.lower())


def _outer(
    block: Block,
    side: str,
    literals: list[str],
    ids: list[str],
    entries: list[tuple[str, str, Val]],
    node: exp.Expression,
    using: list[str],
) -> None:
    """LEFT, RIGHT and FULL: the pairs that match, and the rows that have no partner."""
    mine = list(block.scope.entries)
    left = block.store(block.ids, [v for _, _, v in mine])
    right = block.store(ids, [v for _, _, v in entries], [*block.context.literals, *literals])
    left_literal, left_ids, left_values = block.read(left)
    right_literal, right_ids, right_values = block.read(right)
    block.body = [*block.context.literals, left_literal, right_literal]
    block.scope.entries = [(a, n, v) for (a, n, _), v in zip(mine, left_values, strict=True)]
    theirs = [(a, n, v) for (a, n, _), v in zip(entries, right_values, strict=True)]
    pairs = _pairs(block, using, theirs, node)
    block.scope.entries = block.scope.entries + theirs
    _equal(block, pairs, node)
    if node.args.get("on") is not None:
        block.body += holds(node.args["on"], block)
    matched = block.store([*left_ids, *right_ids], [*left_values, *right_values])
    outputs = tuple(
        Output("", v.type, v.null != NEVER or side == "FULL" or (side == "LEFT") == (i >= len(
            left_values)))
        for i, v in enumerate([*left_values, *right_values])
    )  # fmt: skip
    joined = block.new("j", len(left_ids) + len(right_ids), outputs)
    literal, both, values = block.read(matched)
    block.put(joined, both, values, [*block.context.literals, literal])
    sides = [("LEFT", left, 0), ("RIGHT", right, len(left_ids))]
    for name, rel, start in sides:
        if side not in (name, "FULL"):
            continue
        partnered = block.new("m", rel.ids, ())
        literal, both, _ = block.read(matched)
        block.put(partnered, both[start : start + rel.ids], [], [literal])
        literal, alone, own = block.read(rel)
        context = ", ".join([*block.context.terms, *alone])
        body = [*block.context.literals, literal, f"!{partnered.name}({context})"]
        others = right_values if name == "LEFT" else left_values
        blank = [Val(EMPTY[v.held], "1", v.type) for v in others]
        missing = ["-1"] * (joined.ids - rel.ids)
        if name == "LEFT":
            block.put(joined, [*alone, *missing], [*own, *blank], body)
        else:
            block.put(joined, [*missing, *alone], [*blank, *own], body)
    literal, block.ids, values = block.read(joined)
    block.body = [*block.context.literals, literal]
    names = [(a, n) for a, n, _ in [*mine, *entries]]
    block.scope.entries = [(a, n, v) for (a, n), v in zip(names, values, strict=True)]
    merged = []
    for name in using:
        first = next(e[2] for e in block.scope.entries[: len(mine)] if e[1].lower() == name.lower())
        second = next(
            e[2] for e in block.scope.entries[len(mine) :] if e[1].lower() == name.lower()
        )
        if side == "FULL":
            first, second = common((first, second), node, block)
            found = choose(first.null, second, first)
            merged.append(Val(found.term, f"land({first.null}, {second.null})", found.type))
        else:
            merged.append(first if side == "LEFT" else second)
    _merge(block, using, merged)
