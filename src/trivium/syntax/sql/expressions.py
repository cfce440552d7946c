"""Expressions: a part of a query as a value with its null flag, in SQL's three-valued logic."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from trivium.ir.notation import UNARY_PRECEDENCE, plain
from trivium.ir.text import quoted
from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import (
    all_of,
    any_of,
    cast,
    choose,
    common,
    compare,
    negated,
    same,
)
from trivium.syntax.sql.rules import NEVER, Val, absent, either
from trivium.syntax.sql.subqueries import exists, member, scalar, whether

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_COMPARED: dict[type[exp.Expression], str] = {
    exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_DENIED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_TYPES = {
    "int": ("INT", "BIGINT", "SMALLINT", "TINYINT", "INT128"),
    "float": ("DOUBLE", "FLOAT"),
    "text": ("TEXT", "VARCHAR", "CHAR"),
    "date": ("DATE",),
    "bool": ("BOOLEAN",),
}
# The parts of an expression that are read or change nothing; any other is refused.
_UNDERSTOOD = frozenset(
    "this expression expressions negate is_string decimals start length position substr to safe "
    "replacement coalesce ifs default query low high table big_int alias true typed quoted "
    "ignore_nulls".split()
)
TRUE, FALSE = Val("1", NEVER, "bool"), Val("0", NEVER, "bool")


def value(node: exp.Expression, block: Block) -> Val:
    """The value of an expression in a block; E121 for what is not supported."""
    known = block.known.get(node.sql())
    if known is not None:
        return known
    for part, given in node.args.items():
        if given and part not in _UNDERSTOOD:
            raise block.writer.unsupported(f"{part.upper()} in `{node.sql()}`", node)
    for kind, make in _MAKERS:
        if isinstance(node, kind):
            return make(node, block)
    raise block.writer.unsupported(f"`{node.sql()}` ({type(node).__name__})", node)


def holds(node: exp.Expression, block: Block) -> list[str]:
    """The literals under which a condition is true (neither false nor unknown)."""
    if isinstance(node, exp.Paren):
        return holds(node.this, block)
    if isinstance(node, exp.And):
        return [literal for part in _joined(node) for literal in holds(part, block)]
    if isinstance(node, exp.Between):
        return holds(_spread(node), block)
    op = _COMPARED.get(type(node))
    if op is not None and not isinstance(node.expression, exp.Any | exp.All):
        left, right = same(value(node.this, block), value(node.expression, block), node, block)
        if op == "=":
            block.equal.append((left, right))
        return [*absent(left.null), *absent(right.null), f"{left.term} {op} {right.term}"]
    if isinstance(node, exp.Exists):
        return [exists(node.this, block)]
    found = truth(node, block)
    return [*absent(found.null), f"{found.term} = 1"]


def truth(node: exp.Expression, block: Block) -> Val:
    """A value that stands as a condition."""
    found = value(node, block)
    if found.type == "null":
        return Val("0", "1", "bool")
    if found.type == "int":
        return Val(f"lnot(sql_eq_n({found.term}, 0))", found.null, "bool")
    if found.type != "bool":
        raise block.writer.mismatch(f"a condition is a {found.type}, expected a bool", node)
    return found


# --- makers --------------------------------------------------------------------------------------


def _literal(node: exp.Expression, block: Block) -> Val:
    text = str(node.this)
    if node.args.get("is_string"):
        return Val(quoted(text), NEVER, "text")
    if text.isdigit():
        return Val(text, NEVER, "int")
    number = plain(float(text))  # it may be past all floats
    return Val(number.within(UNARY_PRECEDENCE), NEVER, "float")


def _arithmetic(node: exp.Expression, block: Block) -> Val:
    left, right = value(node.this, block), value(node.expression, block)
    numeric = {"int", "float", "bool", "null"}
    for side, part in ((left, node.this), (right, node.expression)):
        if side.type not in numeric:
            message = f"`{part.sql()}` is {side.type}, and no number"
            raise block.writer.mismatch(message, part)
    left, right = common((left, right), node, block)
    kind = "float" if left.type == "float" else "int"
    null = either(left.null, right.null)
    if isinstance(node, exp.Div):
        left, right = (cast(side, "float", block, node) for side in (left, right))
        return Val(f"sql_divide({left.term}, {right.term})", null, "float")
    if isinstance(node, exp.Mod | exp.IntDiv):
        if kind != "int":
            raise block.writer.unsupported(f"`{node.sql()}` of floats", node)
        name = "rest" if isinstance(node, exp.Mod) else "whole"
        zero = f"sql_eq_n({right.term}, 0)"
        return Val(f"sql_{name}({left.term}, {right.term})", either(null, zero), "int")
    ops: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}
    return Val(f"({left.term} {ops[type(node)]} {right.term})", null, kind)


def _negative(node: exp.Expression, block: Block) -> Val:
    found = value(node.this, block)
    if found.type not in ("int", "float"):
        raise block.writer.mismatch(f"`{node.this.sql()}` is no number", node)
    if re.fullmatch(r"[\d.]+", found.term):
        return Val(f"-{found.term}", found.null, found.type)
    return Val(f"neg({found.term})", found.null, found.type)


def _case(node: exp.Expression, block: Block) -> Val:
    branches = node.args["ifs"]
    conditions = [
        compare("=", value(node.this, block), value(b.this, block), b, block)
        if node.this is not None
        else truth(b.this, block)
        for b in branches
    ]
    default = node.args.get("default")
    last = Val("0", "1", "null") if default is None else value(default, block)
    values = [value(b.args["true"], block) for b in branches]
    *chosen, found = common([*values, last], node, block)
    for condition, then in zip(reversed(conditions), reversed(chosen), strict=True):
        known = condition.term
        if condition.null != NEVER:
            known = f"land({known}, lnot({condition.null}))"
        found = choose(known, then, found)
    return found


def _coalesce(node: exp.Expression, block: Block) -> Val:
    values = common([value(p, block) for p in (node.this, *node.expressions)], node, block)
    found = values[-1]
    for earlier in reversed(values[:-1]):
        found = earlier if earlier.null == NEVER else Val(
            choose(earlier.null, found, earlier).term,
            NEVER if found.null == NEVER else f"land({earlier.null}, {found.null})",
            found.type,
        )  # fmt: skip
    return found


def _nullif(node: exp.Expression, block: Block) -> Val:
    found = value(node.this, block)
    equal = compare("=", found, value(node.expression, block), node, block)
    is_equal = equal.term
    if equal.null != NEVER:
        is_equal = f"land({is_equal}, lnot({equal.null}))"
    return Val(found.term, either(found.null, is_equal), found.type)


def _is(node: exp.Expression, block: Block) -> Val:
    if isinstance(node.expression, exp.Null):
        return Val(value(node.this, block).null, NEVER, "bool")
    if isinstance(node.expression, exp.Boolean):
        found = truth(node.this, block)
        term = found.term if node.expression.this else f"lnot({found.term})"
        return Val(f"land({term}, lnot({found.null}))", NEVER, "bool")
    raise block.writer.unsupported(f"`{node.sql()}`", node)


def _in(node: exp.Expression, block: Block) -> Val:
    tested, query = value(node.this, block), node.args.get("query")
    if query is not None:
        return member(tested, query, node, block)
    equal = [compare("=", tested, value(part, block), node, block) for part in node.expressions]
    return any_of(equal) if equal else FALSE


def _joined(node: exp.Expression) -> list[exp.Expression]:
    """What a chain of one connective joins: `a OR b OR c` as a, b and c."""
    found, waiting = [], [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, type(node)):
            waiting += [part.args["expression"], part.this]
        else:
            found.append(part)
    return found


def _connected(node: exp.Expression, block: Block) -> Val:
    values = [truth(part, block) for part in _joined(node)]
    return all_of(values) if isinstance(node, exp.And) else any_of(values)


def _spread(node: exp.Expression) -> exp.Expression:
    low = exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
    high = exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
    return exp.And(this=low, expression=high)


def _like(node: exp.Expression, block: Block) -> Val:
    left, right = value(node.this, block), value(node.expression, block)
    if {left.type, right.type} - {"null"} > {"text"}:
        raise block.writer.mismatch(f"`{node.sql()}` compares what is no text", node)
    left, right = (cast(side, "text", block, node) for side in (left, right))
    name = "ilike" if isinstance(node, exp.ILike) else "like"
    term = f"sql_{name}({right.term}, {left.term})"
    found = Val(term, either(left.null, right.null), "bool")
    return negated(found) if node.args.get("negate") else found


def _cast(node: exp.Expression, block: Block) -> Val:
    name = node.args["to"].this.name
    for kind, names in _TYPES.items():
        if name in names:
            return cast(value(node.this, block), kind, block, node)
    raise block.writer.unsupported(f"the type `{node.args['to'].sql()}`", node)


def _concat(node: exp.Expression, block: Block) -> Val:
    """`||` is null where a side is; `concat` leaves nulls out."""
    if isinstance(node, exp.ConcatWs):
        return _joined_by(node, block)
    parts = node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]
    values = [cast(value(p, block), "text", block, node) for p in parts]
    if isinstance(node, exp.Concat):
        blank = Val('""', NEVER, "text")
        values = [
            v if v.null == NEVER else Val(choose(v.null, blank, v).term, NEVER, "text")
            for v in values
        ]
    term = values[0].term if len(values) == 1 else f"cat({', '.join(v.term for v in values)})"
    return Val(term, either(*(v.null for v in values)), "text")


def _joined_by(node: exp.Expression, block: Block) -> Val:
    """`concat_ws(sep, a, b)` of values that are there."""
    separator, *values = [cast(value(p, block), "text", block, node) for p in node.expressions]
    if any(v.null != NEVER for v in (separator, *values)) or not values:
        raise block.writer.unsupported(f"`{node.sql()}` of values with gaps", node)
    parts = [part for v in values for part in (separator.term, v.term)][1:]
    return Val(parts[0] if len(parts) == 1 else f"cat({', '.join(parts)})", NEVER, "text")


def _text_function(template: str, result: str) -> Callable[[exp.Expression, Block], Val]:
    def make(node: exp.Expression, block: Block) -> Val:
        found = cast(value(node.this, block), "text", block, node)
        return Val(template.format(found.term), found.null, result)

    return make


def _trim(node: exp.Expression, block: Block) -> Val:
    if node.args.get("expression") is not None:
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    side = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position")), "trim")
    return _text_function(f"sql_{side}({{}})", "text")(node, block)


def _substring(node: exp.Expression, block: Block) -> Val:
    text = cast(value(node.this, block), "text", block, node)
    start, length = node.args.get("start"), node.args.get("length")
    first = Val("1", NEVER, "int") if start is None else value(start, block)
    many = Val("1000000000", NEVER, "int") if length is None else value(length, block)
    null = either(text.null, first.null, many.null)
    return Val(f"sql_substr({text.term}, {first.term}, {many.term})", null, "text")


def _left(node: exp.Expression, block: Block) -> Val:
    text, many = value(node.this, block), value(node.expression, block)
    return Val(f"sql_substr({text.term}, 1, {many.term})", either(text.null, many.null), "text")


def _replace(node: exp.Expression, block: Block) -> Val:
    parts = [node.this, node.expression, node.args["replacement"]]
    values = [cast(value(part, block), "text", block, node) for part in parts]
    term = f"replace({', '.join(v.term for v in values)})"
    return Val(term, either(*(v.null for v in values)), "text")


def _position(node: exp.Expression, block: Block) -> Val:
    text, part = value(node.this, block), value(node.args["substr"], block)
    return Val(f"sql_strpos({text.term}, {part.term})", either(text.null, part.null), "int")


def _round(node: exp.Expression, block: Block) -> Val:
    found, decimals = value(node.this, block), node.args.get("decimals")
    places = Val("0", NEVER, "int") if decimals is None else value(decimals, block)
    if found.type == "int" and decimals is None:
        return found
    number = cast(found, "float", block, node)
    null = either(number.null, places.null)
    return Val(f"sql_round({number.term}, {places.term})", null, "float")


def _float_function(name: str) -> Callable[[exp.Expression, Block], Val]:
    def make(node: exp.Expression, block: Block) -> Val:
        found = cast(value(node.this, block), "float", block, node)
        return Val(f"sql_{name}({found.term})", found.null, "float")

    return make


def _abs(node: exp.Expression, block: Block) -> Val:
    found = value(node.this, block)
    if found.type not in ("int", "float"):
        raise block.writer.mismatch(f"`{node.this.sql()}` is no number", node)
    return Val(f"abs({found.term})", found.null, found.type)


def _extreme(node: exp.Expression, block: Block) -> Val:
    """GREATEST and LEAST: of the values that are there."""
    values = common([value(p, block) for p in (node.this, *node.expressions)], node, block)
    found = values[0]
    for other in values[1:]:
        pair = (found, other) if isinstance(node, exp.Greatest) else (other, found)
        less = compare("<", *pair, node, block).term
        taken = f"lor({found.null}, land(lnot({other.null}), {less}))"
        better = choose(taken, other, found)
        null = NEVER
        if NEVER not in (found.null, other.null):
            null = f"land({found.null}, {other.null})"
        found = Val(better.term, null, better.type)
    return found


def _part_of_date(divisor: int, modulus: int) -> Callable[[exp.Expression, Block], Val]:
    def make(node: exp.Expression, block: Block) -> Val:
        found = cast(value(node.this, block), "date", block, node)
        return Val(f"(({found.term} / {divisor}) % {modulus})", found.null, "int")

    return make


_PARTS = {"YEAR": (10000, 10000), "MONTH": (100, 100), "DAY": (1, 100)}


def _extract(node: exp.Expression, block: Block) -> Val:
    part = _PARTS.get(node.name.upper())
    if part is None:
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    found = cast(value(node.expression, block), "date", block, node)
    return Val(f"(({found.term} / {part[0]}) % {part[1]})", found.null, "int")


def _comparison(node: exp.Expression, block: Block) -> Val:
    op, other = _COMPARED[type(node)], node.expression
    if isinstance(other, exp.Any | exp.All):
        if not isinstance(other.this, exp.Query | exp.Subquery):
            raise block.writer.unsupported(f"`{node.sql()}`", node)
        query: Any = other.this
        if isinstance(other, exp.Any):
            return member(value(node.this, block), query, node, block, op)
        return negated(member(value(node.this, block), query, node, block, _DENIED[op]))
    left, right = value(node.this, block), value(node.expression, block)
    return compare(op, left, right, node, block)


def _distinct_from(node: exp.Expression, block: Block) -> Val:
    left, right = same(value(node.this, block), value(node.expression, block), node, block)
    equal = compare("=", left, right, node, block)
    known = f"land({equal.term}, lnot({either(left.null, right.null)}))"
    term = f"lor({known}, land({left.null}, {right.null}))"
    return Val(term if isinstance(node, exp.NullSafeEQ) else f"lnot({term})", NEVER, "bool")


def _any_value(node: exp.Expression, block: Block) -> Val:
    """An aggregate that is known by now; the parser adds IGNORE NULLS to it."""
    if not isinstance(node.this, exp.AnyValue):
        raise block.writer.unsupported(f"`{node.sql()}`", node)
    return value(node.this, block)


_MAKERS: tuple[tuple[type[exp.Expression], Callable[[exp.Expression, Block], Val]], ...] = (
    (exp.Column, lambda node, block: block.column(node)),
    (exp.Literal, _literal),
    (exp.Null, lambda node, block: Val("0", "1", "null")),
    (exp.Boolean, lambda node, block: TRUE if node.this else FALSE),
    (exp.Paren, lambda node, block: value(node.this, block)),
    (exp.Alias, lambda node, block: value(node.this, block)),
    (exp.Neg, _negative),
    (exp.Not, lambda node, block: negated(truth(node.this, block))),
    (exp.And, _connected),
    (exp.Or, _connected),
    (exp.Between, lambda node, block: value(_spread(node), block)),
    (exp.Is, _is),
    (exp.In, _in),
    (exp.IgnoreNulls, _any_value),
    (exp.Exists, lambda node, block: whether(node.this, block)),
    (exp.Subquery, lambda node, block: scalar(node.this, block)),
    (exp.NullSafeEQ, _distinct_from),
    (exp.NullSafeNEQ, _distinct_from),
    (exp.ILike, _like),
    (exp.Like, _like),
    *((kind, _comparison) for kind in _COMPARED),
    *((kind, _arithmetic) for kind in (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod)),
    (exp.Case, _case),
    (exp.Coalesce, _coalesce),
    (exp.Nullif, _nullif),
    (exp.Cast, _cast),
    (exp.TryCast, _cast),
    (exp.DPipe, _concat),
    (exp.Concat, _concat),
    (exp.Upper, _text_function("upper({})", "text")),
    (exp.Lower, _text_function("lower({})", "text")),
    (exp.Length, _text_function("strlen({})", "int")),
    (exp.Reverse, _text_function("sql_reverse({})", "text")),
    (exp.Trim, _trim),
    (exp.Substring, _substring),
    (exp.Left, _left),
    (exp.Replace, _replace),
    (exp.StrPosition, _position),
    (exp.Round, _round),
    (exp.Floor, _float_function("floor")),
    (exp.Ceil, _float_function("ceil")),
    (exp.Abs, _abs),
    (exp.Greatest, _extreme),
    (exp.Least, _extreme),
    (exp.Year, _part_of_date(*_PARTS["YEAR"])),
    (exp.Month, _part_of_date(*_PARTS["MONTH"])),
    (exp.Day, _part_of_date(*_PARTS["DAY"])),
    (exp.Extract, _extract),
)
