"""What a provider is: who answers a relation from outside, and what it has answered so far.

class Pages(Provider):
    signature = "topic: symbol, -> page: number"
    def answer(self, inputs): ...       the rows of each input, in their order
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from trivium.analyse.outside import Offer, Signature
from trivium.errors import ProgramError
from trivium.ir.types import Type
from trivium.ir.writer import write
from trivium.source import Place

Input = tuple[Any, ...]
# So much of each value is shown.
WIDEST = 200


@dataclass(frozen=True, slots=True)
class ProvidedRow:
    """One row of an answer: its values in the columns that are not inputs, how probable it is
    (where the provider is uncertain), and where it comes from, for proofs."""

    values: tuple[Any, ...]
    probability: float | None = None
    source: str | Place = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """In the place of an input's rows: no answer could be had, and why. It is never true, and
    never kept."""

    reason: str


class Provider(ABC):
    """What answers a relation from outside.

    Attributes:
        signature: the relation's columns, and which of them are inputs, as text:
            `topic: symbol, -> page: number`.
        cost: an estimate for one input, in a unit that the providers of a program share.
        batch: how many inputs to ask about at once.
        cache_key: providers that have the same key have the same answers, which are kept for later
            runs of the process: as long as the key, if that is an object of its own. None: answers
            are kept for one run.
        uncertain: whether rows have a probability, independently of each other.
        exclusive: whether rows have one, and those of one input exclude each other.
        threaded: whether a run that has a time limit may call it in a thread of its own, so that
            it can stop to wait.
    """

    signature: str | Signature
    cost: float = 1.0
    batch: int = 1000
    cache_key: Hashable | None = None
    uncertain: bool = False
    exclusive: bool = False
    threaded: bool = True

    @abstractmethod
    def answer(self, inputs: Sequence[Input]) -> Iterable[Iterable[ProvidedRow | Input] | Unknown]:
        """The rows of each input, in their order; a `ProvidedRow`, or its values alone. Each
        answer that is yielded before the next fails is kept, but for what is `Unknown`."""


class Answers:
    """What was answered, by cache key; a key that is an object of its own is not kept alive."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, dict[Any, Any]] = {}
        self._weak: WeakKeyDictionary[Hashable, dict[Any, Any]] = WeakKeyDictionary()

    def of(self, key: Hashable | None) -> dict[Any, Any]:
        if key is None:
            return {}
        try:
            hash(key)
        except TypeError:
            message = f"the cache key {key!r} cannot be told apart from others"
            raise unfit(message, "use text, a number or a tuple of them") from None
        try:
            return self._weak.setdefault(key, {})
        except TypeError:  # text, numbers and tuples of them
            return self._kept.setdefault(key, {})


SHARED = Answers()
# What a run is told that has no providers.
NOBODY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """A provider under the name of its relation, and what it has answered, by the types of the
    columns and then by input."""

    name: str
    provider: Provider
    signature: Signature
    answers: dict[Any, Any] = field(repr=False)

    @property
    def offer(self) -> Offer:
        p = self.provider
        uncertain = p.uncertain or p.exclusive
        return Offer(self.name, self.signature, float(p.cost), uncertain, p.exclusive)


def unfit(message: str, hint: str | None = None) -> ProgramError:
    """E321 for what cannot be a provider."""
    return ProgramError(321, message, hint=hint)


def show_input(row: Input, kinds: Sequence[Type]) -> str:
    """An input as an error or a proof shows it: `(3, "ann")`."""
    shown = [write(v, kind, at_most=WIDEST) for v, kind in zip(row, kinds, strict=True)]
    return f"({', '.join(t if len(t) <= WIDEST else f'{t[:WIDEST]}…' for t in shown)})"
