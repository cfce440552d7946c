"""Values brought to one type, compared and joined, each with its null flag.

    a.gold > b.silver    an int and a float, as floats    Val("sql_lt_f(...)", either null, "bool")

Text beside a number is the number that it spells, or null.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlglot import exp

from trivium.syntax.sql.block import Block
from trivium.syntax.sql.rules import EMPTY, NEVER, Val, either

T = TypeVar("T")
_LETTER = {"number": "n", "float": "f", "symbol": "s"}
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


def cast(found: Val, kind: str, block: Block, node: exp.Expression) -> Val:
    """A value as another type; text that is no number becomes null."""
    term, null = found.term, found.null
    if found.type == kind:
        return found
    if found.type == "null":
        return Val(EMPTY[Val("", "", kind).held], "1", kind)
    match found.type, kind:
        case ("int" | "bool", "float"):
            if re.fullmatch(r"-?\d+", term):
                return Val(f"{term}.0", null, kind)
            return Val(f"itof({term})", null, kind)
        case ("float", "int"):
            return Val(f"ftoi(sql_round({term}, 0))", null, kind)
        case ("bool", "int"):
            return Val(term, null, kind)
        case ("int", "bool"):
            return Val(f"lnot(sql_eq_n({term}, 0))", null, kind)
        case ("int", "text"):
            return Val(f"to_string({term})", null, kind)
        case ("float", "text"):
            return Val(f"sql_float_text({term})", null, kind)
        case ("date", "text"):
            return Val(f"sql_date_text({term})", null, kind)
        case ("text", "float"):
            return Val(f"sql_as_float({term})", either(null, f"lnot(sql_is_float({term}))"), kind)
        case ("text", "int"):
            return cast(cast(found, "float", block, node), "int", block, node)
        case ("text", "date"):
            day = _DATE.fullmatch(text_of(term) or "")
            if day:
                year, month, date = map(int, day.groups())
                try:
                    datetime.date(year, month, date)
                except ValueError:
                    message = f"`{node.sql()}`: there is no such day"
                    raise block.writer.mismatch(message, node) from None
                return Val(str(year * 10000 + month * 100 + date), NEVER, kind)
    raise block.writer.unsupported(f"{found.type} as {kind} in `{node.sql()}`", node)


def text_of(term: str) -> str | None:
    return term[1:-1] if term.startswith('"') else None


def common(values: Sequence[Val], node: exp.Expression, block: Block) -> list[Val]:
    """The values as one type: a float beside integers, a number or date beside its spelling."""
    kinds = {found.type for found in values} - {"null"}
    if kinds <= {"int", "bool", "float"} and len(kinds) > 1:
        kinds = {"float" if "float" in kinds else "int"}
    if len(kinds) == 2 and "text" in kinds:
        (other,) = kinds - {"text"}
        spelt = all(f.type != "text" or text_of(f.term) is not None for f in values)
        if not spelt:
            message = f"text is compared or joined with {other}; write a CAST"
            raise block.writer.mismatch(message, node)
        kinds = {other}
    if len(kinds) > 1:
        message = f"`{node.sql()}` mixes {' and '.join(sorted(kinds))}"
        raise block.writer.mismatch(message, node)
    kind = next(iter(kinds), "int")
    return [cast(found, kind, block, node) for found in values]


def same(left: Val, right: Val, node: exp.Expression, block: Block) -> tuple[Val, Val]:
    """Both sides of a comparison; text beside a number is the number that it spells, or null."""
    kinds = (left.type, right.type)
    if "text" in kinds and ({*kinds} & {"int", "float"}):
        left, right = (cast(v, "float", block, node) for v in (left, right))
    first, second = common((left, right), node, block)
    return first, second


def compare(op: str, left: Val, right: Val, node: exp.Expression, block: Block) -> Val:
    left, right = same(left, right, node, block)
    letter, a, b = _LETTER[left.held], left.term, right.term
    terms = {
        "=": f"sql_eq_{letter}({a}, {b})",
        "!=": f"lnot(sql_eq_{letter}({a}, {b}))",
        "<": f"sql_lt_{letter}({a}, {b})",
        ">": f"sql_lt_{letter}({b}, {a})",
        "<=": f"lnot(sql_lt_{letter}({b}, {a}))",
        ">=": f"lnot(sql_lt_{letter}({a}, {b}))",
    }
    return Val(terms[op], either(left.null, right.null), "bool")


def choose(condition: str, then: Val, other: Val) -> Val:
    """`then` where the 0-or-1 term is 1, else `other`; both of one type."""
    letter = _LETTER[then.held]
    term = f"sql_if_{letter}({condition}, {then.term}, {other.term})"
    if then.null == other.null:
        return Val(term, then.null, then.type)
    return Val(term, f"sql_if_n({condition}, {then.null}, {other.null})", then.type)


def negated(found: Val) -> Val:
    if found.code:
        return _decoded(f"(2 - {found.code})")
    return Val(f"lnot({found.term})", found.null, "bool")


def _code(found: Val) -> str:
    """A truth as one number: 0 false, 1 unknown, 2 true."""
    if found.code:
        return found.code
    known = f"({found.term} * 2)"
    return known if found.null == NEVER else f"sql_if_n({found.null}, 1, {known})"


def _decoded(code: str) -> Val:
    return Val(f"sql_eq_n({code}, 2)", f"sql_eq_n({code}, 1)", "bool", code)


def both(left: Val, right: Val) -> Val:
    """AND: false where one is false, else unknown where one is."""
    if left.null == right.null == NEVER:
        return Val(f"land({left.term}, {right.term})", NEVER, "bool")
    # Each side is said once, so that a term does not grow with how deep it nests.
    return _decoded(f"min({_code(left)}, {_code(right)})")


def one_of(left: Val, right: Val) -> Val:
    """OR: true where one is true, else unknown where one is."""
    if left.null == right.null == NEVER:
        return Val(f"lor({left.term}, {right.term})", NEVER, "bool")
    return _decoded(f"max({_code(left)}, {_code(right)})")


def all_of(values: Sequence[Val]) -> Val:
    """AND of any number: a shallow term, however many there are."""
    return _paired(both, _alike("land", values))


def any_of(values: Sequence[Val]) -> Val:
    """OR of any number, likewise."""
    return _paired(one_of, _alike("lor", values))


def _alike(functor: str, values: Sequence[Val]) -> list[Val]:
    """Values that are unknown together are true or false together: their flag is said once."""
    terms: dict[str, list[str]] = {}
    nested = [found for found in values if found.code]
    for found in values:
        if not found.code:
            terms.setdefault(found.null, []).append(found.term)

    def join(left: str, right: str) -> str:
        return f"{functor}({left}, {right})"

    return nested + [Val(_paired(join, same), null, "bool") for null, same in terms.items()]


def _paired(join: Callable[[T, T], T], parts: list[T]) -> T:
    """The parts joined two by two, again and again."""
    while len(parts) > 1:
        pairs = zip(parts[::2], parts[1::2], strict=False)
        parts = [join(*pair) for pair in pairs] + parts[len(parts) - len(parts) % 2 :]
    return parts[0]
