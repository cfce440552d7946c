"""A passage: a paragraph of a document, with the bytes or the page it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from trivium.source import Place


@dataclass(frozen=True, slots=True)
class Passage:
    """One to five sentences of running text. `heading` is the nearest heading above it."""

    text: str
    place: Place
    heading: str = ""
