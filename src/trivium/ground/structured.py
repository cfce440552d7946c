"""XML, YAML, TOML and INI into tables, by the shapes that JSON has.

    <catalog><book id="1"><title>A</title></book>...   ->   the table book: id, title
    - name: A                                               one table: name, price
      price: 3

Scalars keep their text as it is written: `no` in YAML is the word, `1.10` no number cut short.
Entities are never declared or fetched, and an alias that unfolds to a mountain is an error.
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from trivium.errors import DataError
from trivium.ground.document import Contents
from trivium.ground.encoding import decode
from trivium.ground.extras import extra
from trivium.ground.json_reader import add_value
from trivium.ground.passage import passages_of
from trivium.ground.report import Log
from trivium.source import Place

# More values than this come out of no file that people write.
MOST = 5_000_000
_ENTITY = re.compile(rb"<!ENTITY", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""", re.I)


def _text(path: Path, name: str, log: Log, declared: str = "") -> str:
    decoded = decode(path.read_bytes(), declared)
    for note in decoded.notes:
        log.warn(f"{name}: {note}")
    return decoded.text


def parse_xml(data: bytes, name: str) -> ElementTree.Element:
    """The root of an XML document. Raises E606 if it is not well formed, E609 for entities."""
    if _ENTITY.search(data):
        raise DataError(609, f"`{name}` declares entities of its own")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as problem:
        raise DataError(606, f"`{name}` is not XML: {problem}") from problem


def read_xml(path: Path, name: str, log: Log) -> Contents:
    """Elements that occur again are records; attributes and children are their columns."""
    contents = Contents()
    data = path.read_bytes()
    if b"\0" in data[:64] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(606, f"`{name}` is not XML")
    root = parse_xml(data, name)
    value = _value(root)
    place = Place(name)
    for text in _prose(root):
        contents.passages += passages_of(text, place)
    if not isinstance(value, dict):
        value = {_local(root.tag): value}
    add_value(contents, path.stem, value, place, log)
    return contents


def _local(tag: str) -> str:
    """A name without its name space."""
    return tag.rpartition("}")[2]


def _is_mixed(element: ElementTree.Element) -> bool:
    """Whether text stands between the children, as in prose."""
    return any((child.tail or "").strip() for child in element)


def _value(element: ElementTree.Element) -> Any:
    text = " ".join("".join(element.itertext()).split())
    if _is_mixed(element) or (not len(element) and not element.attrib):
        return text
    record: dict[str, Any] = {_local(key): value for key, value in element.attrib.items()}
    children: dict[str, list[Any]] = defaultdict(list)
    for child in element:
        if isinstance(child.tag, str):
            children[_local(child.tag)].append(_value(child))
    for key, values in children.items():
        record[key if key not in record else f"{key}_2"] = values if len(values) > 1 else values[0]
    if not len(element) and text:
        record["text"] = text
    return record


def _prose(root: ElementTree.Element) -> list[str]:
    """The text of elements with text between their children."""
    if _is_mixed(root):
        return [" ".join("".join(root.itertext()).split())]
    return [text for child in root for text in _prose(child)]


def read_yaml(path: Path, name: str, log: Log) -> Contents:
    """The documents of a YAML file. Raises E401 without PyYAML, E606, E609."""
    yaml = extra("yaml", "PyYAML", "YAML")
    try:
        documents = list(yaml.load_all(_text(path, name, log), Loader=yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError) as problem:
        where = " ".join(str(problem).split())[:200]
        raise DataError(606, f"`{name}` is not YAML: {where}") from problem
    return _values(documents, path.stem, name, log)


def read_toml(path: Path, name: str, log: Log) -> Contents:
    """The tables of a TOML file. Raises E606 where it is none."""
    try:
        value = tomllib.loads(_text(path, name, log))
    except tomllib.TOMLDecodeError as problem:
        raise DataError(606, f"`{name}` is not TOML: {problem}") from problem
    return _values([value], path.stem, name, log)


def read_ini(path: Path, name: str, log: Log) -> Contents:
    """The settings of an INI file, by section; settings without one stand first."""
    text = _text(path, name, log)
    parser = configparser.RawConfigParser(
        strict=False,
        allow_no_value=True,
        default_section="\0",
        inline_comment_prefixes=(" #", " ;"),
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError:
        try:
            parser.read_string(f"[\1]\n{text}")
        except configparser.Error as problem:
            raise DataError(606, f"`{name}` is not INI: {problem}") from problem
    except configparser.Error as problem:
        raise DataError(606, f"`{name}` is not INI: {problem}") from problem
    value: dict[str, Any] = {}
    for section in parser.sections():
        settings = dict(parser.items(section))
        value |= settings if section == "\1" else {section: settings}
    return _values([value], path.stem, name, log)


def _values(documents: list[Any], stem: str, name: str, log: Log) -> Contents:
    contents = Contents()
    for number, value in enumerate(documents, 1):
        if _size(value, {}, set()) > MOST:
            raise DataError(609, f"`{name}` unfolds to more than {MOST:,} values")
        part = f"{stem} {number}" if len(documents) > 1 else stem
        if value not in (None, "", [], {}):
            add_value(contents, part, value, Place(name), log)
    if not contents.tables:
        log.warn(f"{name}: no values")
    return contents


def _size(value: Any, known: dict[int, int], open_: set[int]) -> int:
    """How many values it unfolds to; what holds itself has no end."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) in open_:
        return MOST + 1
    if id(value) not in known:
        open_.add(id(value))
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(v, known, open_) for v in inner)
        open_.discard(id(value))
    return known[id(value)]
