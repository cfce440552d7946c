"""The frame of a window: which rows around a row its value is of.

    ROWS BETWEEN 2 PRECEDING AND CURRENT ROW
    ->  p(i, max(1, n - 2), n) :- r(i, n).        the numbers of the first row and of the last

The rows of a partition are numbered, so that each frame, of rows or of values, is a first and a
last number; it is empty where the first is the greater.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from trivium.syntax.sql.block import Block
from trivium.syntax.sql.casts import cast
from trivium.syntax.sql.order import Key, before, ranked, with_values
from trivium.syntax.sql.rules import EMPTY, NEVER, Output, Rel, Val

Bound = int | float | None  # how far behind the row, or ahead; None: as far as there are rows


@dataclass(frozen=True, slots=True)
class Frame:
    """From `start` to `end`, in rows or in values of the key; 0 is the row, or its equals too."""

    rows: bool
    start: Bound
    end: Bound

    @property
    def holds_its_row(self) -> bool:
        """Whether a row is always of its own frame, which is then never empty."""
        return (self.start is None or self.start <= 0) and (self.end is None or self.end >= 0)


WHOLE = Frame(True, None, None)


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows of a window: their numbers, and the first and last numbers of their frames.

    `numbered` has the columns of the partition and the number; `frames` has the partition, the
    first and the last number.
    """

    numbered: Rel
    frames: Rel


def frame_of(node: exp.Expression, keys: Sequence[Key], block: Block) -> Frame:
    """The frame that `OVER (...)` says or implies; E121 for one that is not supported."""
    spec = node.args.get("spec")
    if spec is None:
        return Frame(False, None, 0) if keys else WHOLE
    kind = str(spec.args.get("kind")).upper()
    if spec.args.get("exclude") or kind not in ("ROWS", "RANGE"):
        raise block.writer.unsupported(f"the frame `{spec.sql()}`", node)
    start = _bound(spec, "start", node, block)
    end = _bound(spec, "end", node, block) if spec.args.get("end") else 0
    frame = Frame(kind == "ROWS", start, end)
    if frame.rows:
        if isinstance(start, float) or isinstance(end, float):
            raise block.writer.unsupported(f"the frame `{spec.sql()}`", node)
        return frame
    if start or end:
        if len(keys) != 1 or keys[0][0].type not in ("int", "float"):
            message = "a frame of values needs one number to order by"
            raise block.writer.mismatch(message, node)
        return frame
    return frame if keys else WHOLE


def _bound(spec: exp.Expression, name: str, node: exp.Expression, block: Block) -> Bound:
    found, side = spec.args[name], str(spec.args.get(f"{name}_side") or "").upper()
    if isinstance(found, exp.Literal) and not found.args.get("is_string"):
        far = int(found.name) if found.name.isdigit() else float(found.name)
        return -far if side == "PRECEDING" else far
    if isinstance(found, str) and found.upper() == "CURRENT ROW":
        return 0
    if isinstance(found, str) and side == ("PRECEDING" if name == "start" else "FOLLOWING"):
        return None
    raise block.writer.unsupported(f"the frame `{spec.sql()}`", node)


def placed(frame: Frame, block: Block, parts: Sequence[Val], keys: Sequence[Key],
           node: exp.Expression) -> Placed:  # fmt: skip
    """The numbers of the block's rows, and their frames."""
    if not frame.rows and any(isinstance(b, float) for b in (frame.start, frame.end)):
        keys = with_values(keys, [cast(key[0], "float", block, node) for key in keys])
    numbered = ranked(block, parts, keys)
    sorted_by = block.store(block.ids, [*parts, *(key[0] for key in keys)])
    literal, ids, values = block.read(numbered)
    number, own = values[-1].term, values[:-1]
    body = [*block.context.literals, literal]
    if frame.rows:
        first, last = _around(frame, number)
    else:
        first, last = _near(frame, block, sorted_by, ids, own, keys, body)
    if last is None or (frame.rows and frame.end is not None and frame.end > 0):
        count = block.writer.fresh("v")
        args = [*block.context.terms, *["_"] * len(ids), *(p for v in own for p in v.parts), "_"]
        body.append(f"{count} = count : {{ {numbered.name}({', '.join(args)}) }}")
        last = count if last is None else f"min({count}, {last})"
    ends = [Val(term, NEVER, "int") for term in (first, last)]
    frames = block.new("p", len(ids), [*numbered.outputs[:-1], *[Output("", "int", False)] * 2])
    block.put(frames, ids, [*own, *ends], body)
    return Placed(numbered, frames)


def _around(frame: Frame, number: str) -> tuple[str, str | None]:
    """The ends of a frame of rows; None for the last row of the partition."""
    first = "1" if frame.start is None else f"max(1, {_shifted(number, frame.start)})"
    return first, None if frame.end is None else _shifted(number, frame.end)


def _shifted(number: str, by: int | float) -> str:
    return f"{number} {'-' if by < 0 else '+'} {abs(by)}" if by else number


def _near(
    frame: Frame, block: Block, sorted_by: Rel, ids: Sequence[str], own: Sequence[Val],
    keys: Sequence[Key], body: list[str],
) -> tuple[str, str | None]:  # fmt: skip
    """The ends of a frame of values: how many rows are below its least, and how many not above
    its greatest."""
    n = len(own)
    # By its identity alone: that the partition is the same too would be taken to leave few rows.
    _, _, mine = block.read(sorted_by)
    parts = [*["_"] * sum(len(v.parts) for v in own), *(p for v in mine[n:] for p in v.parts)]
    body.append(f"{sorted_by.name}({', '.join([*block.context.terms, *ids, *parts])})")
    counts: list[str | None] = []
    for bound, equal in ((frame.start, False), (frame.end, True)):
        if bound is None:
            counts.append(None)
            continue
        _, others, inner = block.read(sorted_by)
        args = [*block.context.terms, *others, *(p for v in [*own, *inner[n:]] for p in v.parts)]
        limits = [_moved(block, v, bound, key[1], body) if bound else v
                  for v, key in zip(mine[n:], keys, strict=True)]  # fmt: skip
        order = before(with_values(keys, inner[n:]), with_values(keys, limits), (), equal)
        count = block.writer.fresh("v")
        body.append(f"{count} = count : {{ {sorted_by.name}({', '.join(args)}), {order} }}")
        counts.append(count)
    return "1" if counts[0] is None else f"{counts[0]} + 1", counts[1]


def _moved(block: Block, value: Val, by: int | float, down: bool, body: list[str]) -> Val:
    """A value so far ahead in the order; a null stays one."""
    sign = "-" if (by < 0) != down else "+"
    far = repr(float(abs(by))) if value.held == "float" else repr(abs(by))
    term = f"{value.term} {sign} {far}"
    if value.null != NEVER:
        letter = "f" if value.held == "float" else "n"
        term = f"sql_if_{letter}({value.null}, {EMPTY[value.held]}, {term})"
    moved = block.writer.fresh("v")
    body.append(f"{moved} = {term}")
    return Val(moved, value.null, value.type)
