"""What tables hold, indexed once: fields with their roles, the label of each table, all values.

    world_of(tables).values["hill pharmacy"]  ->  shops.Shop in ("Hill Pharmacy",)

The index of a set of tables is kept while they are the same objects.
"""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from trivium.ask.reader.meaning import Field, Key, Keys
from trivium.ask.reader.words import normal, stems
from trivium.ground.table import Column, Table
from trivium.ir.types import Type

__all__ = ["Match", "World", "world_of"]

YES = frozenset("yes y true t 是 有 1 对".split())
NO = frozenset("no n false f 否 无 0 没有 不 不是".split())
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_TIME = re.compile(r"^\d{1,2}:\d\d(:\d\d)?$")
_CODED = re.compile(r"^0\d+$")
_LETTERED = re.compile(r"^\d+[A-Za-z]$")
_CODE = frozenset(
    "id no number code sku zip phone isbn row index rank 号 编 码 工 学 证 respondent".split()
)
_CODES = ("号", "编号", "代码", "编码", "电话", "序号")
NAMES = ("name", "title", "名", "名称", "姓名", "标题", "label")
_UNIT = re.compile(r"[(（\[]([^)）\]]*)[)）\]]\s*$")
# Words of a header that only say its unit.
UNITS = frozenset(
    "km km2 m cm mm kg g mg t min minutes hours h days usd eur gbp $ € £ % percent cm3 k c f mph "
    "kmh kwh mw l ml ha sqm m2 years 元 万元 万人 公里 平方公里 万平方公里 天 分钟 小时 岁 本 个 "
    "公斤 千克 吨".split()
)
TOTALS = frozenset(
    (
        "total",
        "totals",
        "overall",
        "grand total",
        "sum",
        "average",
        "all",
        "合计",
        "总计",
        "总和",
        "平均",
    )
)
# Values that are many words long are not looked up word by word.
LONG = 12
KEPT = 8
# Of so many different texts it is told what a column is of.
SEEN = 20_000
HITS = 200
# So many values at least may begin alike and be meant together.
FEW = 3
# So many numbers show that a column holds no years.
SOME = 1000
# Columns of more different values are searched, not indexed.
MANY = 50_000


@dataclass(frozen=True)
class Match:
    """Cells that a span may name: the texts of a field; `whole` where it is all of the cell."""

    field: Field
    texts: tuple[str, ...]
    whole: bool = True


class World:
    """All tables of a question."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables = {table.name: table for table in tables}
        self.cells: dict[Field, Sequence[str]] = {}
        self.columns: dict[Field, Column] = {}
        self.fields: dict[str, list[Field]] = {}
        for table in tables:
            shown = {name: values for name, _, values in table.relation_columns()}
            found = [_field(table, column, shown) for column in table.columns]
            self.fields[table.name] = found
            for field, column in zip(found, table.columns, strict=True):
                self.cells[field] = column.raw
                self.columns[field] = column
        self.distinct = _Distinct(self.columns)
        self.label = {name: self._label(name) for name in self.tables}
        self.keys = Keys(tuple(self._keys()), {name: self._totals(name) for name in self.tables})

    def is_filled(self, field: Field) -> bool:
        column = self.columns[field]
        if column.has_more_than(MANY):
            return column.kinds["empty"] == 0
        return all(text.strip() for text in column.distinct)

    def _filled(self, field: Field) -> int:
        """How many cells are not empty."""
        return len(self.cells[field]) - self.columns[field].kinds["empty"]

    def is_unique(self, field: Field) -> bool:
        """Whether no two rows have one value, and no row has none."""
        column, rows = self.columns[field], len(self.cells[field])
        return column.n_distinct == rows and (rows > MANY or len(self.distinct[field]) == rows)

    def most(self, field: Field) -> float:
        figures = (_FIGURE.search(t) for t in self.distinct[field])
        return max((float(n[0].replace(",", "")) for n in figures if n), default=1.0) or 1.0

    def small(self, field: Field) -> bool:
        """Whether its numbers may be marks: none above 150."""
        values = list(self.distinct[field])
        return all(len(t.split(".")[0]) <= 3 and t.replace(".", "").isdigit() for t in values)

    def _totals(self, table: str) -> tuple[int, ...]:
        """The rows, from 1, whose first filled cell is `Total` or the like."""
        found: list[int] = []
        columns = [self.cells[f] for f in self.fields[table]]
        named = [
            f
            for f in self.fields[table]
            if f.role in ("text", "code") and not self.columns[f].has_more_than(MANY)
        ]
        if not any(text.rstrip(": ").lower() in TOTALS for f in named for text in self.distinct[f]):
            return ()
        for i in range(self.tables[table].n_rows):
            first = next((c[i] for c in columns if c[i].strip()), "")
            if normal(first).rstrip(":") in TOTALS:
                found.append(i + 1)
        return tuple(found) if len(found) < self.tables[table].n_rows else ()

    def _label(self, table: str) -> Field:
        """The column that names the thing that a row is about."""
        fields = self.fields[table]
        words = stems(table)
        texts = [f for f in fields if f.role in ("text", "code", "date")]
        unique = [f for f in texts if self.is_unique(f)]
        named = [
            f
            for f in texts
            if f.role == "text"
            and (
                f.header.lower() in NAMES
                or stems(f.header)[-1:] == ("name",)
                or f.header.endswith("名")
            )
        ]
        same = [f for f in texts if f.role == "text" and stems(f.header) == words]
        numbered = [f for f in fields if stems(f.header) == words and self.is_unique(f)]
        plain = [f for f in unique if f.role == "text" and not self.abbreviates(f)]
        for found in (
            [f for f in same if f in unique],
            [f for f in named if f in unique],
            same,
            named,
            plain,
            numbered,
            unique,
            [f for f in texts if f.role == "text"],
            texts,
        ):
            if found:
                return found[0]
        return fields[0]

    def abbreviates(self, field: Field) -> bool:
        """Whether it holds codes: short, with figures or in capitals."""
        values = list(self.distinct[field])[:50]
        return sum(
            bool(re.search(r"\d", v)) or (v.isascii() and v.isupper()) or "@" in v for v in values
        ) > 0.5 * len(values)

    def _keys(self) -> list[Key]:
        """Columns whose values are all among the unique values of a column of another table."""
        found: list[Key] = []
        if len(self.tables) < 2:
            return found
        parents = [
            f
            for f in self.cells
            if f.role in ("code", "text", "number")
            and len(self.cells[f]) > 1
            and not self.columns[f].has_more_than(MANY)
            and len(self.distinct[f]) == self._filled(f)
        ]
        for key in parents:
            for field in self.cells:
                if field.table == key.table or not _alike(field, key):
                    continue
                values = self.distinct[field]
                shared = sum(v in self.distinct[key] for v in values)
                if values and shared >= max(1, 0.9 * len(values)):
                    found.append(Key(field.table, field, key.table, key))
        return found

    @cached_property
    def values(self) -> Values:
        """Each value, and each of its forms, with the fields that hold it."""
        found: dict[str, dict[Field, list[str]]] = defaultdict(lambda: defaultdict(list))
        many = []
        for field in self.cells:
            if field.role in ("text", "code", "yesno"):
                if self.columns[field].has_more_than(MANY):
                    many.append(field)
                    continue
                texts = self.distinct[field]
                several = self._several(field)
                for text in texts:
                    found[normal(text)][field].append(text)
                    if several and ", " in text:
                        for part in text.split(", "):
                            found[normal(part)][field].append(text)
        plain = {k: [Match(f, tuple(t)) for f, t in fs.items()] for k, fs in found.items()}
        return Values(plain, {field: self.columns[field] for field in many})

    def _several(self, field: Field) -> bool:
        """Whether cells list several things, with commas, that also stand alone or in others."""
        texts = self.distinct[field]
        parts = [part for text in texts for part in text.split(", ")]
        return len(parts) > 1.2 * len(texts) and len(set(parts)) < 0.8 * len(parts)

    @cached_property
    def stemmed(self) -> dict[tuple[str, ...], list[Match]]:
        """Each value by its stems: `pears` finds `Pear`."""
        found: dict[tuple[str, ...], dict[Field, list[str]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for text, matches in self.values.plain.items():
            for match in matches:
                found[stems(text)][match.field] += match.texts
        return {k: [Match(f, tuple(t)) for f, t in fs.items()] for k, fs in found.items()}

    @cached_property
    def parts(self) -> dict[tuple[str, ...], list[Match]]:
        """Words with which values begin: `iris` finds `Iris Opticians`."""
        found: dict[tuple[str, ...], dict[Field, dict[str, None]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        for field in self.cells:
            if field.role != "text" or field in self.values.many:
                continue
            for text in self.distinct[field]:
                words = stems(text)
                if len(words) > LONG:
                    continue
                for j in range(1, min(len(words), KEPT)):
                    found[words[:j]][field][text] = None
        told: dict[tuple[str, ...], list[Match]] = {}
        for words, fields in found.items():
            kept = [
                Match(field, tuple(texts), whole=False)
                for field, texts in fields.items()
                if len(texts) <= max(FEW, len(self.distinct[field]) // 4)
            ]  # what (nearly) all values begin with tells none from another: `city` of `city 7`
            if kept:
                told[words] = kept
        return told


class _Distinct(dict[Field, dict[str, None]]):
    """The texts of each field, each once; those of a field are gathered when they are asked for."""

    def __init__(self, columns: Mapping[Field, Column]) -> None:
        super().__init__()
        self.columns = columns

    def __missing__(self, field: Field) -> dict[str, None]:
        texts = (text.strip() for text in self.columns[field].distinct)
        self[field] = found = dict.fromkeys(text for text in texts if text)
        return found


class Values(Mapping[str, list[Match]]):
    """The fields that hold a value, by the value as it is compared. A column of `many` values is
    searched when one is asked for."""

    def __init__(self, plain: dict[str, list[Match]], many: dict[Field, Column]) -> None:
        self.plain, self.many = plain, many
        self._searched: dict[str, list[Match]] = {}

    def prime(self, texts: Collection[str]) -> None:
        """Search for all of these at once."""
        if not self.many:
            return
        for text in texts:
            self._searched.setdefault(text, list(self.plain.get(text, ())))
        for field, column in self.many.items():
            found: dict[str, None] = {}
            for row in column.rows_of(frozenset(texts), HITS):
                found[column.raw[row].strip()] = None
            for text in found:
                kept = self._searched.setdefault(text.lower(), [])
                kept += [Match(field, (text,))] * (all(m.field != field for m in kept))

    def __getitem__(self, text: str) -> list[Match]:
        if not self.many:
            return self.plain[text]
        if text not in self._searched:
            self.prime((text,))
        if not self._searched[text]:
            raise KeyError(text)
        return self._searched[text]

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)


_KEPT: OrderedDict[tuple[int, ...], tuple[tuple[Table, ...], World]] = OrderedDict()


def world_of(tables: Sequence[Table]) -> World:
    """The index of these tables, made once."""
    key = tuple(id(table) for table in tables)
    if key not in _KEPT:
        _KEPT[key] = tuple(tables), World(tables)
        if len(_KEPT) > KEPT:
            _KEPT.popitem(last=False)
    return _KEPT[key][1]


def header_words(header: str) -> tuple[tuple[str, ...], str]:
    """The stems of a header without its unit, and the unit."""
    unit = ""
    if found := _UNIT.search(header):
        unit, header = found[1], header[: found.start()]
    words = stems(header)
    if len(words) > 1 and words[-1] in UNITS and ("_" in header or not unit):
        unit, words = unit or words[-1], words[:-1]
    return words or stems(unit), unit


def _field(table: Table, column: Column, names: Mapping[str, Sequence[Any]]) -> Field:
    large = table.n_rows > MANY
    texts = dict.fromkeys(column.raw[:SEEN]) if large else column.distinct
    raw = [text for text in map(str.strip, texts) if text]
    words, unit = header_words(column.header)
    unit = unit or column.unit
    text = f"{column.name}_text"
    kind: Any = column.type
    shown = text if kind is not Type.SYMBOL and text in names else column.name
    role, factor = "text", 1.0
    low = {value.lower() for value in raw}
    truths = sum(value in YES | NO for value in low)
    if raw and truths >= 0.6 * len(low) and len(low) <= 4 and low & (YES - {"1"}):
        role = "yesno"
    elif raw and sum(bool(_TIME.match(v)) for v in raw) >= 0.8 * len(raw):
        number = column.name if kind is not Type.SYMBOL else f"{column.name}_number"
        if number in names:
            factor = _factor(column, names[number])
            return Field(table.name, column.name, column.header, "time", number, shown, "", factor)
    elif kind is Type.DATE:
        role = "date"
    elif kind in (Type.NUMBER, Type.FLOAT):
        lettered = sum(bool(_LETTERED.match(v)) for v in raw) > 0.5 * len(raw)
        coded = any(_CODED.match(v) for v in raw)
        named = (words[-1:] and words[-1] in _CODE) or column.header.endswith(_CODES)
        named = named or _counts_rows(table, column)
        unique = named and (words[-1] == "id" or column.n_distinct == table.n_rows)
        if lettered:
            role = "text"
        elif coded or (named and unique):
            role = "code"
        else:
            role = "year" if _years(column, words) else "number"
    elif (
        (raw and all(v.isdigit() for v in raw))
        or column.header.endswith(_CODES)
        or (words[-1:] and words[-1] in _CODE - {"number"})
    ):
        role = "code"
    if role in ("text", "code", "yesno") and kind is not Type.SYMBOL and text not in names:
        shown = column.name
    main = shown if role in ("text", "code", "yesno") else column.name
    return Field(table.name, column.name, column.header, role, main, shown, unit, factor)


def _factor(column: Column, values: Sequence[Any]) -> float:
    """How much a minute of a time of day is in the numbers of its column; 0 if it is text."""
    for text, value in zip(column.raw, values, strict=True):
        if isinstance(value, int | float) and _TIME.match(text.strip()):
            hours, minutes = text.strip().split(":")[:2]
            if total := int(hours) * 60 + int(minutes):
                return value / total
    return 0.0


def _counts_rows(table: Table, column: Column) -> bool:
    """Whether the first column only numbers the rows: 1, 2, 3."""
    if table.columns[0] is not column or table.n_rows > MANY or table.n_rows < 2:
        return False
    values = list(column.main())
    first = values[0]
    return isinstance(first, int) and values == list(range(first, first + len(values)))


def _years(column: Column, words: tuple[str, ...]) -> bool:
    numbers = (v for v in column.main() if isinstance(v, int | float))
    values = list(islice(numbers, SOME))
    named = "year" in words or column.header.endswith(("年", "年份"))
    whole = all(1600 <= v <= 2050 and v == int(v) for v in values)
    if not values or not (whole or named):
        return False
    values += numbers
    whole = whole and all(1600 <= v <= 2050 and v == int(v) for v in values)
    return (whole and len(values) > 1) or (named and max(values) <= 2100 and min(values) > 0)


def _alike(field: Field, key: Field) -> bool:
    """Whether two columns may speak of one thing: by name, or both are text."""
    a, b = header_words(field.header)[0], header_words(key.header)[0]
    if field.header.lower() == key.header.lower() or a == b:
        return True
    if field.role != key.role or field.role == "number":
        return False
    key_words = {w for w in (*b, *stems(key.table)) if w not in _CODE}
    return bool(key_words & set(a)) or bool(set(a) & set(stems(key.table)))
