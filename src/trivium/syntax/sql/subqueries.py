"""Queries inside an expression: EXISTS, a single value, IN, ANY.

A sub-query is compiled once for all rows of its block: the values that it takes from them are its
context.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import common
from trivium.syntax.sql.rules import EMPTY, NEVER, Context, Output, Rel, Val, absent

# Which value of several a comparison with any of them comes down to.
_NEAREST = {"<": ("max",), "<=": ("max",), ">": ("min",), ">=": ("min",), "!=": ("min", "max")}


@dataclass(frozen=True)
class _Below:
    """A compiled sub-query: its relation, a block with its context, and my terms for that."""

    rel: Rel
    inner: Block
    args: list[str]


def _below(node: exp.Expression, block: Block) -> _Below:
    """A sub-query compiled for the rows so far: its relation, and how to refer to it."""
    used: dict[str, Val] = {}

    def record(column: exp.Expression) -> Val | None:
        used[column.sql()] = found = block.column(column)
        return found

    writer, mark = block.writer, (len(block.writer.lines), block.writer.count)
    sizes, checks = set(writer.sizes), len(block.reading.checks)
    block.reading.compile(node, Context(), record, block.ctes)
    del writer.lines[mark[0] :], block.reading.checks[checks:]
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
        writer.rule(name, args, block.body)
        context = Context((f"{name}({', '.join(terms)})",), tuple(terms), tuple(types))
    rel = block.reading.compile(node, context, lambda column: inside.get(column.sql()), block.ctes)
    inner = Block(block.reading, context, block.outer, block.ctes)
    return _Below(rel, inner, args)


def exists(node: exp.Expression, block: Block) -> str:
    """A literal that holds where the sub-query has rows."""
    below = _below(node, block)
    literal, _, _ = below.inner.read(below.rel)
    found = below.inner.new("e", 0, ())
    below.inner.put(found, [], [], [literal])
    return f"{found.name}({', '.join(below.args or ['0'])})"


def whether(node: exp.Expression, block: Block) -> Val:
    """EXISTS as a value."""
    below = _below(node, block)
    inner = below.inner
    literal, _, _ = inner.read(below.rel)
    there = inner.new("e", 0, ())
    inner.put(there, [], [], [literal])
    found = inner.new("f", 0, [Output("", "bool", False)])
    test = f"{there.name}({', '.join(inner.context.terms or ('0',))})"
    inner.put(found, [], [Val("1", NEVER, "bool")], [*inner.context.literals, test])
    inner.put(found, [], [Val("0", NEVER, "bool")], [*inner.context.literals, f"!{test}"])
    flag = block.writer.fresh("v")
    block.body.append(f"{found.name}({', '.join([*below.args, flag])})")
    return Val(flag, NEVER, "bool")


def scalar(node: exp.Expression, block: Block) -> Val:
    """The one value of a sub-query; null where it has no row."""
    below = _below(node, block)
    rel, inner = below.rel, below.inner
    if len(rel.outputs) != 1:
        message = f"this sub-query has {len(rel.outputs)} columns, expected one"
        raise block.writer.mismatch(message, node)
    kind = rel.outputs[0].type
    literal, ids, values = inner.read(rel)
    there = inner.new("e", 0, ())
    inner.put(there, [], [], [literal])
    found = inner.new("s", 0, [Output("", kind, True)])
    inner.put(found, [], values, [*inner.context.literals, literal])
    test = f"!{there.name}({', '.join(inner.context.terms or ('0',))})"
    blank = Val(EMPTY[values[0].held], "1", kind)
    inner.put(found, [], [blank], [*inner.context.literals, test])
    if rel.name not in block.reading.singles:
        other, more, _ = inner.read(rel)
        check = block.writer.fresh("many")
        block.writer.declare(check, ["number"])
        for a, b in zip(ids, more, strict=True):
            block.writer.rule(check, ["0"], [literal, other, f"{a} != {b}"])
        block.reading.checks.append(check)
    value, null = block.writer.fresh("v"), block.writer.fresh("n")
    block.body.append(f"{found.name}({', '.join([*below.args, value, null])})")
    return Val(value, null, kind)


def member(
    tested: Val, node: exp.Expression, where: exp.Expression, block: Block, op: str = "="
) -> Val:
    """`x IN (SELECT ...)`, or `x < ANY (SELECT ...)`, which is unknown where only a null could
    have matched."""
    below = _below(node, block)
    rel, inner = below.rel, below.inner
    if len(rel.outputs) != 1:
        message = f"this sub-query has {len(rel.outputs)} columns, expected one"
        raise block.writer.mismatch(message, node)
    literal, _, (output,) = inner.read(rel)
    tested, output = common((tested, output), where, block)
    context, terms = list(inner.context.literals), list(inner.context.terms)
    some = inner.new("e", 0, ())
    inner.put(some, [], [], [literal])
    values = inner.new("e", 0, [Output("", output.type, False)])
    inner.put(values, [], [output], [literal, *absent(output.null)])
    nulls = inner.new("e", 0, ())
    inner.put(nulls, [], [], [literal, f"{output.null} = 1"])
    any_row = f"{some.name}({', '.join(terms or ['0'])})"
    any_null = f"{nulls.name}({', '.join(terms or ['0'])})"
    x, n = block.writer.fresh("v"), block.writer.fresh("n")
    domain = block.writer.fresh("d")
    types = [*inner.context.types, tested.held, "number"]
    block.writer.declare(domain, types)
    block.writer.rule(domain, [*below.args, tested.term, tested.null], block.body)
    found = block.writer.fresh("f")
    block.writer.declare(found, [*types, "number", "number"])
    start = [*context, f"{domain}({', '.join([*terms, x, n])})"]
    equal = f"{values.name}({', '.join([*terms, x])})"
    if op != "=":
        hit = block.writer.fresh("h")
        block.writer.declare(hit, types[:-1])
        equal = f"{hit}({', '.join([*terms, x])})"
        for kind in _NEAREST[op]:  # it is enough to look at the least or greatest
            best, v = block.writer.fresh("v"), block.writer.fresh("v")
            all_of = f"{best} = {kind} {v} : {{ {values.name}({', '.join([*terms, v])}) }}"
            block.writer.rule(hit, [*terms, x], [*start, any_row, all_of, f"{x} {op} {best}"])
    for flags, conditions in (
        (("1", "0"), ["0", equal]),
        (("0", "1"), ["0", f"!{equal}", any_null]),
        (("0", "0"), ["0", f"!{equal}", f"!{any_null}"]),
        (("0", "1"), ["1", any_row]),
        (("0", "0"), ["1", f"!{any_row}"]),
    ):
        body = [*start, f"{n} = {conditions[0]}", *conditions[1:]]
        block.writer.rule(found, [*terms, x, n, *flags], body)
    truth, unknown = block.writer.fresh("v"), block.writer.fresh("n")
    args = [*below.args, tested.term, tested.null, truth, unknown]
    block.body.append(f"{found}({', '.join(args)})")
    return Val(truth, unknown, "bool")
