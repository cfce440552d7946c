"""JSON and JSON lines into tables.

    [{"city": "Rome", "area": {"km2": 1285}}]     ->   city, area.km2
    {"city": ["Rome", "Oslo"], "km2": [1285, 480]}      ->   city, km2
    {"Rome": {"km2": 1285}, "Oslo": {"km2": 480}} ->   key, km2
    {"title": "Cities", "rows": [{...}]}          ->   a table of one row, and the table `rows`

Nested objects are flattened with dotted names; lists of records inside a record are a table of
their own, other lists stay in its cell. Each record of a top-level array or of JSON lines knows its
bytes. The features of GeoJSON are records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from trivium.errors import DataError
from trivium.ground.document import Contents
from trivium.ground.encoding import Decoded, decode
from trivium.ground.grid import Spans, table_of, text_of
from trivium.ground.report import Log, listed
from trivium.ground.table import Table
from trivium.source import Place

_BETWEEN = re.compile(r"[\s,]*")
_LINES = {".jsonl", ".ndjson"}
Record = tuple[Any, tuple[int, int]]


def read_json(path: Path, name: str, log: Log) -> Contents:
    """The tables of a JSON or JSON lines file. Raises E606 where it is not JSON."""
    decoded = decode(path.read_bytes())
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    place = Place(name)
    contents = Contents()
    if path.suffix.lower() in _LINES:
        records = _json_lines(decoded, place, log)
        contents.add(_records_table(path.stem, records, decoded, place, log))
        _add_inner(contents, path.stem, [value for value, _ in records], place, log)
        return contents
    try:
        if decoded.text.lstrip()[:1] == "[":
            records = list(_elements(decoded.text))
            contents.add(_records_table(path.stem, records, decoded, place, log))
            _add_inner(contents, path.stem, [value for value, _ in records], place, log)
        else:
            add_value(contents, path.stem, json.loads(decoded.text), place, log)
    except json.JSONDecodeError as problem:
        if problem.msg == "Extra data" and problem.lineno > 1:
            records = _json_lines(decoded, place, log)
            contents.add(_records_table(path.stem, records, decoded, place, log))
            return contents
        message = f"`{name}` is not JSON: {problem.msg}, line {problem.lineno}"
        raise DataError(606, f"{message} column {problem.colno}") from problem
    return contents


def _elements(text: str) -> Iterator[Record]:
    """The elements of the array that the text is, and the characters of each."""
    decoder = json.JSONDecoder()
    position = text.index("[") + 1
    while True:
        found = _BETWEEN.match(text, position)
        position = found.end() if found else position
        if text.startswith("]", position):
            break
        value, end = decoder.raw_decode(text, position)
        yield value, (position, end)
        position = end
    if rest := text[position + 1 :].strip():
        raise json.JSONDecodeError("Extra data", text, text.rindex(rest))


def _json_lines(decoded: Decoded, place: Place, log: Log) -> list[Record]:
    """One value a line; lines that are not JSON are counted and left out."""
    found: list[Record] = []
    bad: list[int] = []
    start = 0
    # Only \n ends a line: a record may hold other line separators.
    for number, line in enumerate(decoded.text.split("\n"), 1):
        stripped = line.strip()
        if stripped:
            try:
                begin = start + len(line) - len(line.lstrip())
                found.append((json.loads(stripped), (begin, begin + len(stripped))))
            except json.JSONDecodeError:
                bad.append(number)
        start += len(line) + 1
    if not found:
        raise DataError(606, f"`{place.file}` is not JSON lines: no line is a JSON value")
    if bad:
        log.warn(f"{place}: {len(bad)} lines are not JSON, left out: line {listed(bad)}")
    return found


def _records_table(
    name: str, records: list[Record], decoded: Decoded, place: Place, log: Log
) -> Table | None:
    byte = decoded.byte
    spans = [(byte(start), byte(end), decoded.line(start)) for _, (start, end) in records]
    places = Spans(place, np.array(spans, np.int64).reshape(-1, 3))
    return _list_table(name, [value for value, _ in records], place, log, places)


def add_value(contents: Contents, name: str, value: Any, place: Place, log: Log) -> None:
    """The tables of any value: of JSON, YAML, TOML or XML."""
    if isinstance(value, list) and value:
        contents.add(_list_table(name, value, place, log))
        _add_inner(contents, name, value, place, log)
        return
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        features = value.get("features")
        if isinstance(features, list):
            contents.add(_list_table(name, [_feature(f) for f in features], place, log))
            return
    if not isinstance(value, dict):
        contents.add(table_of(name, [["value"], [text_of(value)]], place, log=log, header_rows=1))
        return
    lists = {key: v for key, v in value.items() if isinstance(v, list)}
    plain = all(not isinstance(x, dict | list) for column in lists.values() for x in column)
    if value and len(lists) == len(value) and plain and len({len(v) for v in lists.values()}) == 1:
        rows = [[text_of(x) for x in row] for row in zip(*lists.values(), strict=True)]
        contents.add(table_of(name, [list(lists), *rows], place, log=log, header_rows=1))
        return
    if len(value) > 1 and all(isinstance(v, dict) for v in value.values()) and _alike(value):
        records = [{"key": key, **record} for key, record in value.items()]
        contents.add(_list_table(name, records, place, log))
        _add_inner(contents, name, records, place, log)
        return
    tables = {key: v for key, v in lists.items() if v and isinstance(v[0], dict | list)}
    # An object that holds a list of records is a table's envelope.
    held = {key: v for key, v in value.items() if _holds_records(v)}
    if rest := {key: v for key, v in value.items() if key not in tables and key not in held}:
        contents.add(_list_table(name, [rest], place, log))
    for key, records in tables.items():
        part = Place(place.file, part=key)
        contents.add(_list_table(key, records, part, log))
        _add_inner(contents, key, records, part, log)
    for key, inner in held.items():
        add_value(contents, key, inner, Place(place.file, part=key), log)


def _alike(value: dict[str, Any]) -> bool:
    """Whether the objects are records of one kind: each has keys of the first, or all are small."""
    first, *others = value.values()
    return all(set(first) & set(other) or not first for other in others)


def _holds_records(value: Any) -> bool:
    return isinstance(value, dict) and any(_is_records(v) for v in value.values())


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _add_inner(contents: Contents, name: str, values: list[Any], place: Place, log: Log) -> None:
    """Lists of records inside records: a table of their own, with the row that each belongs to.

    [{"id": 7, "items": [{"sku": "A"}]}]   ->   the table items: id 7, sku "A"
    """
    if not all(isinstance(value, dict) for value in values):
        return
    keys = dict.fromkeys(k for value in values for k, v in value.items() if _is_records(v))
    for key in keys:
        records = []
        for number, value in enumerate(values, 1):
            back = _leading_back(value, values, name, number)
            for record in value.get(key) or ():
                if isinstance(record, dict):
                    records.append({**back, **record})
        part = Place(place.file, part=f"{place.part}.{key}" if place.part else key)
        log.note(f"{part}: records inside records, a table of their own")
        contents.add(_list_table(key, records, part, log))
        _add_inner(contents, key, records, part, log)


def _leading_back(
    value: dict[str, Any], values: list[dict[str, Any]], name: str, number: int
) -> dict[str, Any]:
    """What names the outer record: its first key that differs in all of them, else its row."""
    for key, own in value.items():
        others = [other.get(key) for other in values]
        if isinstance(own, str | int) and len(set(map(str, others))) == len(values):
            return {f"{name}.{key}": own}
    return {f"{name}.row": number}


def _feature(feature: Any) -> Any:
    """A feature of GeoJSON as a record: its properties, and where it lies."""
    if not isinstance(feature, dict):
        return feature
    record = dict(feature.get("properties") or {})
    if "id" in feature:
        record.setdefault("id", feature["id"])
    geometry = feature.get("geometry") or {}
    at = geometry.get("coordinates")
    if geometry.get("type") == "Point" and isinstance(at, list) and len(at) >= 2:
        record |= {"longitude": at[0], "latitude": at[1]}
    else:
        record["geometry"] = json.dumps(geometry, ensure_ascii=False) if geometry else None
    return record


def _list_table(
    name: str, values: list[Any], place: Place, log: Log, places: Spans | tuple[()] = ()
) -> Table | None:
    if values and all(isinstance(value, list) for value in values):
        grid = [[text_of(x) for x in row] for row in values]
        return table_of(name, grid, place, places, log=log)
    records = [flat(value) if isinstance(value, dict) else {"value": value} for value in values]
    headers = list(dict.fromkeys(key for record in records for key in record))
    rows = [[text_of(record.get(header)) for header in headers] for record in records]
    if not headers:
        log.warn(f"{place}: empty table; left out")
        return None
    # The header is no record: give it a place of its own in front.
    if isinstance(places, Spans):
        before = np.vstack([np.zeros((1, 3), np.int64), places.spans])
        places = Spans(place, before)
    return table_of(name, [headers, *rows], place, places, log=log, header_rows=1)


def flat(record: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested objects with dotted names: `{"a": {"b": 1}}` is `{"a.b": 1}`; records left out."""
    found: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            found.update(flat(value, f"{prefix}{key}."))
        elif _is_records(value):
            continue  # a table of their own
        elif isinstance(value, list) and all(not isinstance(x, dict | list) for x in value):
            found[prefix + key] = ", ".join(text_of(x) for x in value)
        else:
            found[prefix + key] = value
    return found
