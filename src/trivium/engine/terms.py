"""The term table: records and branches on the inside, 64-bit codes in columns.

    [1, [2, nil]]  ->  code 2, where   0: nil   1: [2, 0]   2: [1, 1]

A term is kept once, as the cells of its parts, so equal codes mean equal terms. Parts are there
before what is made of them: a walk in the order of the codes needs no recursion, however deep a
term is. Records of any type with the same cells share a code; the static type tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from trivium.engine.host import Column
from trivium.ir.functors import getter, maker, tester
from trivium.ir.types import NO_SHAPES, Branch, Shape, Shapes, Type
from trivium.ir.values import Term

if TYPE_CHECKING:
    from trivium.engine.symbols import SymbolTable

NIL = 0
# The number of a branch in its type; records have this one.
_RECORD = -1
_Key = tuple[int, ...]
_Node = tuple[Type, int]

# What a term takes: the tuple, its code, their places in dict and list; and each of its parts.
TERM_BYTES, CELL_BYTES = 165, 40

CodedFunctor = Callable[[Sequence[Column], int], Column]


class TermTable:
    """Terms and their codes; it only grows. A key is the number of a branch, and cells."""

    def __init__(self, shapes: Shapes = NO_SHAPES) -> None:
        self.shapes = shapes
        self._codes: dict[_Key, int] = {}
        self._keys: list[_Key] = [()]
        self._counted = self._cells = 0  # how many terms were counted, and their parts
        # Python values of terms, kept: a proof asks for the parts of one term again and again.
        self._values: dict[_Node, Any] = {}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def bytes(self) -> int:
        """About how much memory the terms take."""
        if self._counted < len(self._keys):
            self._cells += sum(map(len, self._keys[self._counted :]))
            self._counted = len(self._keys)
        return TERM_BYTES * self._counted + CELL_BYTES * self._cells

    def code(self, key: _Key) -> int:
        """The code of a term, new if the term is."""
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = len(self._keys)
            self._keys.append(key)
        return code

    def make(self, number: int, columns: Sequence[Column], length: int) -> Column:
        """The codes of terms, one a row."""
        if not columns:
            return np.full(length, self.code((number,)), np.int64)
        rows = zip([number] * length, *(column.tolist() for column in columns), strict=True)
        codes, keys = self._codes, self._keys
        made = []
        for key in rows:
            code = codes.get(key)
            if code is None:
                code = codes[key] = len(keys)
                keys.append(key)
            made.append(code)
        return np.array(made, np.int64)

    def key(self, code: int) -> _Key:
        """What a term is made of; nothing, for `nil` and for a number that is no term's."""
        return self._keys[code] if 0 <= code < len(self._keys) else ()

    # --- functors --------------------------------------------------------------------------------

    def functors(self, symbols: SymbolTable) -> dict[str, CodedFunctor]:
        """What makes, tests and takes apart the terms of each shape."""
        found: dict[str, CodedFunctor] = {}
        for shape in self.shapes.values():
            for number, branch in numbered(shape):
                found[maker(shape, branch)] = self._maker(number)
                found[tester(shape, branch)] = self._tester(number)
                for place, kind in enumerate(branch.types):
                    nothing = symbols.code("") if kind is Type.SYMBOL else 0
                    get = self._getter(number, place + 1, len(branch.fields) + 1, nothing)
                    found[getter(shape, branch, place)] = get
        return found

    def _maker(self, number: int) -> CodedFunctor:
        return lambda columns, length: self.make(number, columns, length)

    def _tester(self, number: int) -> CodedFunctor:
        def test(columns: Sequence[Column], length: int) -> Column:
            return np.array([self.key(c)[:1] == (number,) for c in columns[0].tolist()], np.int64)

        return test

    def _getter(self, number: int, place: int, size: int, nothing: int) -> CodedFunctor:
        def get(columns: Sequence[Column], length: int) -> Column:
            keys = map(self.key, columns[0].tolist())
            cells = [
                key[place] if len(key) == size and key[0] == number else nothing for key in keys
            ]
            return np.array(cells, np.int64)

        return get

    # --- order -----------------------------------------------------------------------------------

    def ranks(self, column: Column, kind: Type, symbols: SymbolTable) -> Column:
        """Numbers that are ordered as the terms are: smaller ones first.

        `nil` first, then by how deep they are, by branch, and by their parts.
        """
        from trivium.engine.values import sortable

        if len(set(column.tolist())) < 2:
            return np.zeros(len(column), np.int64)
        parts = self._parts(column, kind)
        heights: dict[_Node, int] = {}
        levels: list[list[_Node]] = []
        for node, branch in parts.items():
            below = [heights[part] for part in self._inner(node[1], branch)]
            height = heights[node] = 1 + max(below, default=0) if branch else 0
            while len(levels) <= height:
                levels.append([])
            levels[height].append(node)
        plain: dict[_Node, Any] = {}
        for flat, cells in self._flat_cells(parts):
            keys = sortable(np.array(cells, np.int64), flat, symbols).tolist()
            plain |= {(flat, cell): key for cell, key in zip(cells, keys, strict=True)}
        ranks: dict[_Node, int] = {}

        def order(node: _Node) -> tuple[Any, ...]:
            branch = parts[node]
            key = self.key(node[1])
            if branch is None:
                return ()
            cells = zip(branch.types, key[1:], strict=True)
            return (key[0], *(ranks[c] if c[0].structured else plain[c] for c in cells))

        for level in levels:
            for node in sorted(level, key=order):
                ranks[node] = len(ranks)
        return np.array([ranks[kind, code] for code in column.tolist()], np.int64)

    def depth(self, column: Column, kind: Type) -> int:
        """How many levels the deepest of the terms has."""
        heights: dict[_Node, int] = {}
        for node, branch in self._parts(column, kind).items():
            below = [heights[part] for part in self._inner(node[1], branch)]
            heights[node] = 1 + max(below, default=0) if branch else 0
        return max(heights.values(), default=0)

    # --- Python values ---------------------------------------------------------------------------

    def decode(self, column: Column, kind: Type, symbols: SymbolTable) -> list[Any]:
        """Terms as Python values: tuples, `Term` and None; one object for each code."""
        from trivium.engine.values import decode

        parts = self._parts(column, kind, self._values)
        plain = self._values
        for flat, cells in self._flat_cells(parts):
            found = decode(np.array(cells, np.int64), None, flat, symbols)
            plain |= {(flat, cell): value for cell, value in zip(cells, found, strict=True)}
        for node, branch in parts.items():
            value: Any = None
            if branch is not None:
                cells_of = zip(branch.types, self.key(node[1])[1:], strict=True)
                value = tuple(plain[cell] for cell in cells_of)
                value = Term(branch.name, value) if branch.name else value
            plain[node] = value
        return [plain[kind, code] for code in column.tolist()]

    def _parts(
        self, column: Iterable[int], kind: Type, known: Container[_Node] = ()
    ) -> dict[_Node, Branch | None]:
        """Every term inside those of a column that is not known, and what it is; parts first."""
        found: dict[_Node, Branch | None] = {}
        waiting = [(kind, code) for code in set(np.asarray(column).tolist())]
        while waiting:
            node = waiting.pop()
            if node not in found and node not in known:
                branch = found[node] = self._branch(*node)
                waiting += self._inner(node[1], branch)
        return dict(sorted(found.items(), key=lambda item: item[0][1]))

    def _flat_cells(self, parts: Mapping[_Node, Branch | None]) -> list[tuple[Type, list[int]]]:
        """The cells of parts that are no terms, by their types."""
        found: dict[Type, dict[int, None]] = {}
        for (_, code), branch in parts.items():
            if branch is not None:
                for kind, cell in zip(branch.types, self.key(code)[1:], strict=True):
                    if not kind.structured:
                        found.setdefault(kind, {})[cell] = None
        return [(kind, list(cells)) for kind, cells in found.items()]

    def _branch(self, kind: Type, code: int) -> Branch | None:
        key = self.key(code)
        for number, branch in numbered(self.shapes[kind]):
            if key[:1] == (number,) and len(key) == len(branch.fields) + 1:
                # Parts are older than the whole, but for a number that a cast made a term of.
                inner = zip(branch.types, key[1:], strict=True)
                if all(not part.structured or cell < code for part, cell in inner):
                    return branch
        return None

    def _inner(self, code: int, branch: Branch | None) -> list[_Node]:
        """The parts of a term that are terms."""
        if branch is None:
            return []
        cells = zip(branch.types, self.key(code)[1:], strict=True)
        return [(kind, cell) for kind, cell in cells if kind.structured]

    # --- from Python values ----------------------------------------------------------------------

    def encode(self, value: Any, kind: Type, symbols: SymbolTable) -> int:
        """The code of a value; TypeError or ValueError if it is none of the type's terms."""
        from trivium.engine.values import encode_value

        # Postorder without recursion: a frame is a value to make, or the parts made so far.
        made: list[int] = []
        waiting: list[tuple[Any, Type] | tuple[int, int]] = [(value, kind)]
        while waiting:
            task = waiting.pop()
            if isinstance(task[1], int):
                number, size = task
                cells = made[len(made) - size :]
                del made[len(made) - size :]
                made.append(self.code((number, *cells)))
                continue
            part, type_ = task
            if not type_.structured:
                made.append(encode_value(part, type_, symbols))
                continue
            shape = self.shapes[type_]
            if part is None and shape.record:
                made.append(NIL)
                continue
            number, branch, args = self._made_of(part, shape)
            waiting.append((number, len(args)))
            waiting += reversed(list(zip(args, branch.types, strict=True)))
        return made[0]

    def _made_of(self, value: Any, shape: Shape) -> tuple[int, Branch, Sequence[Any]]:
        if shape.record and isinstance(value, Sequence) and not isinstance(value, str):
            branch = shape.branches[0]
            if len(value) != len(branch.fields):
                raise ValueError(f"{len(value)} parts, not {len(branch.fields)}")
            return _RECORD, branch, value
        if not shape.record and isinstance(value, Term):
            for number, branch in numbered(shape):
                if branch.name == value.name and len(value.args) == len(branch.fields):
                    return number, branch, value.args
        raise TypeError(f"{type(value).__name__} is no term of {shape.type}")


def numbered(shape: Shape) -> Iterable[tuple[int, Branch]]:
    """The branches of a type, with the numbers that their terms are kept under."""
    return [(_RECORD, shape.branches[0])] if shape.record else enumerate(shape.branches)
