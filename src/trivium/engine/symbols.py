"""The symbol table: text on the outside, 64-bit codes in columns.

    codes = symbols.encode(["ann", "eve", "ann"])    # array([0, 1, 0])
    symbols.decode(codes)                            # ["ann", "eve", "ann"]

Codes follow the order of first sight, so a run gives the same codes on any machine. Equal codes
mean equal texts; the order of codes means nothing: ask `ranks` for the order of the texts.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from trivium.engine.host import Column
from trivium.engine.terms import TermTable
from trivium.ir.types import NO_SHAPES, Shapes

# What a text takes beside its string: its code, their places in dict and list, while these grow.
TEXT_BYTES = 115


class SymbolTable:
    """Texts and their codes; it only grows. `terms` is the table of what is made of them."""

    def __init__(self, shapes: Shapes = NO_SHAPES) -> None:
        self.terms = TermTable(shapes)
        self._codes: dict[str, int] = {}
        self._texts: list[str] = []
        self._counted = self._strings = 0  # how many texts were counted, and their bytes

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def bytes(self) -> int:
        """About how much memory the texts take, and the terms."""
        if self._counted < len(self._texts):
            self._strings += sum(map(str.__sizeof__, self._texts[self._counted :]))
            self._counted = len(self._texts)
        return TEXT_BYTES * self._counted + self._strings + self.terms.bytes

    @property
    def texts(self) -> list[str]:
        """The texts by their codes; not to be changed."""
        return self._texts

    def code(self, text: str) -> int:
        """The code of a text, new if the text is."""
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self._texts)
            self._texts.append(text)
        return code

    def text(self, code: int) -> str:
        return self._texts[code]

    def encode(self, texts: Iterable[str]) -> Column:
        return np.array([self.code(text) for text in texts], np.int64)

    def decode(self, codes: Column) -> list[str]:
        texts = self._texts
        return [texts[code] for code in codes.tolist()]

    def ranks(self, codes: Column) -> Column:
        """Numbers that are ordered as the texts of the codes are, by code point."""
        distinct, places = np.unique(codes, return_inverse=True)
        texts = self.decode(distinct)
        ranks = np.empty(len(texts), np.int64)
        ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
        return ranks[places]
