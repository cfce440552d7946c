"""Rows as JSON: Soufflé's list of rows, and JSON lines.

    [[1, [2, null]],                 lists
     [3, null]]
    [{"a": 1, "b": {"head": 2, "tail": null}}]          objects, by the names of columns and fields

A term of an algebraic data type is `{"$Add": [left, right]}`, or `{"$Add": {"l": ..., "r": ...}}`.
What is written may be as deep as it likes; what is read may nest as deep as Python's `json` can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from math import isinf
from typing import IO, Any

from trivium.engine.faults import Faults
from trivium.engine.given import Given
from trivium.engine.limits import Guard
from trivium.engine.values import Cells, convert
from trivium.files.formats import Format
from trivium.ir.nodes import Column, Relation
from trivium.ir.types import Branch, Field, Shape, Shapes, Type
from trivium.ir.values import Term
from trivium.source import Place

_TOO_DEEP = "it nests too deep for JSON; write it as text, in a file of lines"


class Beyond(str):
    """What spells a number that no float holds."""


def _real(text: str) -> float | Beyond:
    value = float(text)
    return Beyond(text) if isinf(value) else value


_DECODER = json.JSONDecoder(parse_float=_real)
_LIST, _VALUE = 160, 80  # bytes
_SPACE = re.compile(r"[ \t\n\r]*")


# --- reading -------------------------------------------------------------------------------------


def read_json(
    text: str, form: Format, relation: Relation, faults: Faults, shapes: Shapes, guard: Guard
) -> Given:
    """The rows of a list of lists or of objects."""
    try:
        rows = list(elements(text, guard))
    except json.JSONDecodeError as error:
        faults.add(error.lineno, f"not JSON: {error.msg}, at column {error.colno}")
        rows = []
    except RecursionError:
        faults.add(1, _TOO_DEEP)
        rows = []
    except TypeError:
        faults.add(1, "not a list of rows")
        rows = []
    return _given(list(enumerate(rows, 1)), form, relation, faults, shapes, guard, "row")


def elements(text: str, guard: Guard, decoder: json.JSONDecoder = _DECODER) -> Iterator[Any]:
    """The elements of a list, as far as the guard allows; JSONDecodeError for what is no JSON,
    TypeError for JSON that is no list."""
    guard.reserve_bytes(memory(text))
    return guard.along(_elements(text, decoder))


def memory(text: str) -> int:
    """About the memory that a text takes when it is read: itself, its lists and its values."""
    lists = text.count("[") + text.count("{")
    return 2 * len(text) + _LIST * lists + _VALUE * (text.count(",") + lists)


def _elements(text: str, decoder: json.JSONDecoder) -> Iterator[Any]:
    def skip(place: int) -> int:
        found = _SPACE.match(text, place)
        assert found is not None
        return found.end()

    place = skip(0)
    if not text.startswith("[", place):
        decoder.decode(text)
        raise TypeError
    place = skip(place + 1)
    while not text.startswith("]", place):
        element, place = decoder.raw_decode(text, place)
        yield element
        place = skip(place)
        if text.startswith(",", place):
            place = skip(place + 1)
            if text.startswith("]", place):
                raise json.JSONDecodeError("Expecting value", text, place)
        elif not text.startswith("]", place):
            raise json.JSONDecodeError("Expecting ',' delimiter", text, place)
    place = skip(place + 1)
    if place < len(text):
        raise json.JSONDecodeError("Extra data", text, place)


def read_json_lines(
    text: str, form: Format, relation: Relation, faults: Faults, shapes: Shapes, guard: Guard
) -> Given:
    """The rows of a file that has one in each line."""
    guard.reserve_bytes(memory(text))
    rows = []
    for number, line in enumerate(guard.along(text.split("\n")), 1):
        if line.strip():
            try:
                rows.append((number, _DECODER.decode(line)))
            except json.JSONDecodeError as error:
                faults.add(number, f"not JSON: {error.msg}, at column {error.colno}")
            except RecursionError:
                faults.add(number, _TOO_DEEP)
    return _given(rows, form, relation, faults, shapes, guard, "line")


def _given(
    rows: Sequence[tuple[int, Any]],
    form: Format,
    relation: Relation,
    faults: Faults,
    shapes: Shapes,
    guard: Guard,
    unit: str,
) -> Given:
    columns = relation.columns
    names = [column.name for column in columns]
    kept: list[list[Any]] = []
    lines: list[int] = []
    for number, row in guard.along(rows):
        values = [row.get(name) for name in names] if isinstance(row, dict) else row
        if not isinstance(values, list) or len(values) != len(names):
            shape = "not an object or an array of"
            faults.add(number, f"{shape} {len(names)} values")
            continue
        try:
            kept.append([_cell(v, c, shapes) for v, c in zip(values, columns, strict=True)])
            lines.append(number)
        except (ValueError, OverflowError) as error:
            faults.add(number, str(error), 654 if isinstance(error, OverflowError) else 658)
        except RecursionError:
            faults.add(number, _TOO_DEEP)

    def place(row: int, column: str | None) -> Place:
        line = lines[row] if unit == "line" else None
        return Place(
            str(form.path), row=lines[row] if line is None else row + 1, column=column, line=line
        )

    cells = [Cells(kept, number) for number in range(len(names))]
    return Given(relation.name, cells, len(kept), place)


def _cell(value: Any, column: Column, shapes: Shapes) -> Any:
    """A cell of a row; `null` is an empty one, or `nil`."""
    try:
        if column.type.structured:
            return _value(value, column.type, shapes)
        if isinstance(value, Beyond):
            raise OverflowError
        if value is not None:
            convert(value, column.type)
        return value
    except OverflowError:
        problem = f"column `{column.name}`: {_short(value)} is beyond a 64-bit {column.type}"
        raise OverflowError(problem) from None
    except (TypeError, ValueError) as error:
        shown = f"{_short(value)} is not a {column.type}"
        why = f": {error}" if column.type.structured else ""
        raise ValueError(f"column `{column.name}`: {shown}{why}") from None


def _value(value: Any, kind: Type, shapes: Shapes) -> Any:
    """A record or branch of a JSON value; ValueError if it is none."""
    if not kind.structured:
        return value
    shape = shapes[kind]
    if shape.record:
        return None if value is None else _parts(value, shape.branches[0], kind, shapes)
    if isinstance(value, dict) and len(value) == 1:
        ((name, parts),) = value.items()
        for branch in shape.branches:
            if name in (f"${branch.name}", branch.name):
                return Term(branch.name, _parts(parts, branch, kind, shapes))
    if isinstance(value, str) and any(
        value == f"${b.name}" and not b.fields for b in shape.branches
    ):
        return Term(value[1:])
    raise ValueError(f"{_short(value)} is no {kind}")


def _parts(value: Any, branch: Branch, kind: Type, shapes: Shapes) -> tuple[Any, ...]:
    if isinstance(value, dict) and set(value) == {field.name for field in branch.fields}:
        value = [value[field.name] for field in branch.fields]
    if not isinstance(value, list) or len(value) != len(branch.fields):
        raise ValueError(f"{_short(value)} has not the {len(branch.fields)} parts of a {kind}")
    pairs = zip(value, branch.types, strict=True)
    return tuple(_value(part, type_, shapes) for part, type_ in pairs)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- writing -------------------------------------------------------------------------------------


def write_json(
    relation: Relation,
    rows: Iterable[tuple[Any, ...]],
    file: IO[str],
    objects: bool,
    shapes: Shapes,
) -> None:
    """A list of rows, one a line, as Soufflé writes it."""
    file.write("[")
    for place, row in enumerate(rows):
        file.write((",\n" if place else "") + _row(relation, row, objects, shapes))
    file.write("]\n")


def write_json_lines(
    relation: Relation, rows: Iterable[tuple[Any, ...]], file: IO[str], shapes: Shapes
) -> None:
    """An object in each line."""
    for row in rows:
        file.write(_row(relation, row, True, shapes) + "\n")


def _row(relation: Relation, row: tuple[Any, ...], objects: bool, shapes: Shapes) -> str:
    fields = tuple(Field(column.name, column.type) for column in relation.columns)
    return json_text(row, fields, objects, shapes)


class _Mark(str):
    """Punctuation among the values that wait to be written."""

    __slots__ = ()


def json_text(row: Sequence[Any], fields: Sequence[Field], objects: bool, shapes: Shapes) -> str:
    """A row as JSON; without recursion, since a term may be deep."""
    pieces: list[str] = []
    waiting: list[tuple[Any, Type] | _Mark] = []

    def open_parts(parts: Sequence[Any], named: Sequence[Field], by_name: bool) -> None:
        pieces.append("{" if by_name else "[")
        waiting.append(_Mark("}" if by_name else "]"))
        for place in range(len(parts) - 1, -1, -1):
            waiting.append((parts[place], named[place].type))
            if by_name:
                waiting.append(_Mark(f"{_plain(named[place].name)}: "))
            if place:
                waiting.append(_Mark(", "))

    open_parts(row, fields, objects)
    while waiting:
        task = waiting.pop()
        if isinstance(task, _Mark):
            pieces.append(task)
            continue
        value, kind = task
        shape: Shape | None = shapes[kind] if kind.structured and value is not None else None
        if shape is None:
            pieces.append(_plain(value))
        elif isinstance(value, Term):
            branch = next(b for b in shape.branches if b.name == value.name)
            pieces.append(f"{{{_plain(f'${value.name}')}: ")
            waiting.append(_Mark("}"))
            open_parts(value.args, branch.fields, objects)
        else:
            open_parts(value, shape.branches[0].fields, objects)
    return "".join(pieces)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
