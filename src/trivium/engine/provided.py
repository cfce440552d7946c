"""Python functions as providers of relations.

def parity(n: int) -> str: ...              parity(n, r): one row for each n; None is no row
def edges_of(x: int) -> list[int]: ...      edges_of(x, r): a row for each item
def is_prime(n: int) -> bool: ...           is_prime(n): holds where the function says so

@provider(columns="text: symbol, -> label: symbol", batch=32, vectorised=True)
def sentiment(texts): ...                   a whole batch at once
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import NoneType, UnionType
from typing import Any, overload

import numpy as np

from trivium.analyse.outside import Signature
from trivium.engine.lookup import from_mapping
from trivium.engine.provider import SHARED, Answers, Input, ProvidedRow, Provider, Source, unfit
from trivium.ir.types import Type

_TYPES: dict[Any, Type] = {int: Type.NUMBER, float: Type.FLOAT, str: Type.SYMBOL}
# What several rows are annotated as; a list of one type is one column of several rows.
_SEVERAL = (list, set, frozenset, Iterable, Iterator, Sequence, typing.Generator)
# The name of the column that a function's result is, where nobody names it.
RESULT = "r"


def open_providers(given: Mapping[str, Any], shared: Answers = SHARED) -> dict[str, Source]:
    """What `run(providers=...)` was given, by the names of their relations. Raises E321."""
    found: dict[str, Source] = {}
    for name, one in given.items():
        if isinstance(one, Source):
            found[name] = one
            continue
        made = as_provider(name, one)
        columns = made.signature
        told = signature(columns) if isinstance(columns, str) else columns
        found[name] = Source(name, made, told, shared.of(made.cache_key))
    return found


def as_provider(name: str, given: Any) -> Provider:
    """A provider as it is; a function or a mapping as one whose answers are kept for a run."""
    if isinstance(given, Provider):
        if not isinstance(getattr(given, "signature", None), str | Signature):
            hint = "give it a `signature`, such as 'n: number, -> r: symbol'"
            raise unfit(f"the provider `{name}` has no signature", hint)
        return given
    if isinstance(given, Mapping):
        return from_mapping(name, given)
    if callable(given):
        return FunctionProvider(given, name, cache=None)
    hint = "pass a function, a mapping, a `lookup(...)` of a table or a `Provider`"
    raise unfit(f"`{name}` was given a {type(given).__name__} as its provider", hint)


def signature(text: str) -> Signature:
    """A signature as text: `n: number, -> r: symbol`; without a type, that of the declaration."""
    columns: list[tuple[str, Type | None]] = []
    inputs: list[int] = []
    for place, part in enumerate(filter(str.strip, text.split(","))):
        column = part.strip()
        if not column.startswith("->"):
            inputs.append(place)
        name, _, kind = map(str.strip, column.removeprefix("->").partition(":"))
        if not name.isidentifier() or name in (known for known, _ in columns):
            hint = "write `n: number, -> r: symbol`: inputs, and after `->` what comes back"
            raise unfit(f"`{text}` has no name for its column {place + 1}", hint)
        if kind and not kind.isidentifier():
            raise unfit(f"`{kind}` is not a type")
        columns.append((name, Type(kind) if kind else None))
    return Signature(tuple(columns), tuple(inputs))


class FunctionProvider(Provider):
    """A Python function as a provider; it can still be called. See `provider`."""

    def __init__(
        self,
        function: Callable[..., Any],
        name: str,
        columns: str | Signature | None = None,
        cost: float = 1.0,
        batch: int = 1000,
        cache: Hashable | bool | None = True,
        uncertain: bool = False,
        exclusive: bool = False,
        vectorised: bool = False,
        threaded: bool = True,
    ) -> None:
        self.function = function
        self.cost = cost
        self.batch = batch
        self.cache_key = self if cache is True else None if cache is False else cache
        self.uncertain = uncertain or exclusive
        self.exclusive = exclusive
        self.vectorised = vectorised or getattr(function, "vectorised", False)
        self.threaded = threaded
        self.__doc__ = function.__doc__
        self.__name__ = getattr(function, "__name__", name)
        self.__wrapped__ = function
        told = signature(columns) if isinstance(columns, str) else columns
        self._test = False  # whether a result says that the input itself is a row
        self._tuples = False  # whether a tuple is several rows: `tuple[int, ...]`
        self.signature: Signature = told or self._annotated(name)
        if told is not None:
            self._test = not told.outputs and not self.uncertain

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self.function(*arguments, **named)

    def _annotated(self, name: str) -> Signature:
        """The columns that the function's parameters and annotations tell."""
        try:
            hints = typing.get_type_hints(_annotated_part(self.function))
            parameters = list(inspect.signature(self.function).parameters.values())
        except (TypeError, ValueError, NameError):
            hint = "say its columns: `provider(function, columns='n: number, -> r: symbol')`"
            raise unfit(
                f"the parameters of the function of `{name}` cannot be read", hint
            ) from None
        named = [
            p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        if len(named) < len(parameters):
            hint = "take each input as a parameter, or say the columns: `provider(columns=...)`"
            raise unfit(f"the function of `{name}` has parameters that are no inputs", hint)
        columns = [(n, self._type(name, n, hints[n]) if n in hints else None) for n in named]
        if "return" not in hints:
            outputs: list[Type | None] = [None]
        else:
            outputs = self._results(name, hints["return"])
        several = [f"{RESULT}{n + 1}" for n in range(len(outputs))]
        names = [RESULT] if len(outputs) == 1 else several
        while not set(names).isdisjoint(named):
            names = [f"{name}_" for name in names]
        columns += zip(names, outputs, strict=True)
        return Signature(tuple(columns), tuple(range(len(named))))

    def _results(self, name: str, hint: Any) -> list[Type | None]:
        """The types of the columns that the function gives; of a test there are none."""
        hint = _present(hint)
        if typing.get_origin(hint) in _SEVERAL or hint in _SEVERAL:
            args = typing.get_args(hint)
            hint = _present(args[0]) if args else Any
        parts: list[Any] = [hint]
        if typing.get_origin(hint) is tuple:
            args = typing.get_args(hint)
            self._tuples = len(args) == 2 and args[1] is Ellipsis
            parts = [args[0]] if self._tuples else list(args)
        if self.uncertain:  # the last is the probability
            parts.pop()
        elif parts == [bool]:
            self._test = True
            parts.pop()
        return [self._type(name, "its result", part) for part in parts]

    def _type(self, name: str, what: str, hint: Any) -> Type | None:
        hint = _present(hint)
        if hint in _TYPES:
            return _TYPES[hint]
        if hint is Any:
            return None
        shown = getattr(hint, "__name__", str(hint))
        cure = "annotate it as `int`, `float` or `str`, or declare the relation and leave it out"
        raise unfit(f"`{what}` of the function of `{name}` is annotated as `{shown}`", cure)

    def answer(self, inputs: Sequence[Input]) -> Iterable[Iterable[ProvidedRow | Input]]:
        if not self.vectorised:
            return (self._rows(self.function(*row)) for row in inputs)
        arguments = []
        for place, values in enumerate(zip(*inputs, strict=True)):
            kind = self.signature.columns[self.signature.inputs[place]][1]
            column = np.empty(len(values), object)
            column[:] = values
            arguments.append(column.astype(_DTYPES[kind]) if kind in _DTYPES else column)
        found = self.function(*arguments)
        if isinstance(found, np.ndarray):
            found = found.tolist()
        several = isinstance(found, Iterable) and not isinstance(found, str | bytes | Mapping)
        return map(self._rows, found) if several else found

    def _rows(self, found: Any) -> Iterable[ProvidedRow | Input]:
        """What the function gives for one input, as rows."""
        if self._test:
            return ((),) if found else ()
        if found is None:
            return ()
        if type(found) in _SCALARS or (isinstance(found, tuple) and not self._tuples):
            return (self._row(found),)
        if isinstance(found, ProvidedRow | bytes | Mapping) or not isinstance(found, Iterable):
            return (self._row(found),)
        return map(self._row, found)

    def _row(self, found: Any) -> ProvidedRow | Input:
        if isinstance(found, ProvidedRow):
            return found
        whole = tuple(found) if isinstance(found, tuple | list) else (found,)
        if self.uncertain and whole:
            return ProvidedRow(whole[:-1], whole[-1])
        return whole


def _annotated_part(function: Callable[..., Any]) -> Any:
    """What has the annotations of a function, of a part of one or of an object that is called."""
    if isinstance(function, partial):
        return _annotated_part(function.func)
    return function if inspect.isroutine(function) else type(function).__call__


_SCALARS = frozenset((int, float, str, bool))
_DTYPES: dict[Type | None, Any] = {
    Type.NUMBER: np.int64,
    Type.FLOAT: np.float64,
    Type.UNSIGNED: np.uint64,
}


def _present(hint: Any) -> Any:
    """An annotation without `None`, which is no row."""
    if typing.get_origin(hint) in (UnionType, typing.Union):
        left = [part for part in typing.get_args(hint) if part is not NoneType]
        return left[0] if len(left) == 1 else hint
    return hint


@overload
def provider(function: Callable[..., Any], /, **how: Any) -> FunctionProvider: ...


@overload
def provider(
    *,
    columns: str | Signature | None = None,
    cost: float = 1.0,
    batch: int = 1000,
    cache: Hashable | bool | None = True,
    uncertain: bool = False,
    exclusive: bool = False,
    vectorised: bool = False,
    threaded: bool = True,
) -> Callable[[Callable[..., Any]], FunctionProvider]: ...


def provider(function: Callable[..., Any] | None = None, /, **how: Any) -> Any:
    """A Python function as a provider, for `run(providers={"name": ...})`; also a decorator.

    The function gives a value (one row), a tuple (one row of several columns), an iterable (several
    rows), None (no row), or for a relation of inputs alone True or False.

    Args:
        columns: the columns, such as `text: symbol, -> label: symbol`; by default the parameters
            and annotations of the function tell them, and a result is called `r` (several: `r1`,
            `r2`, ...). What tells no type has that of the relation's declaration.
        cost: an estimate for one input, in a unit that the providers of a program share: what is
            dear is asked last.
        batch: how many inputs to ask about at once.
        cache: whose answers are kept for later runs: True, those of this provider, as long as it
            lives; a key, those of all providers with it; None, nobody's.
        uncertain: the last value of each row is its probability; rows are independent.
        exclusive: so it is, and the rows of one input exclude each other.
        vectorised: the function takes arrays, one for each input column, and gives for each input
            what it would give for it alone. `trivium.vectorised` says the same.
        threaded: whether it may be called in a thread of its own, which happens where the run has a
            time limit. A call that does not end in time is left behind.

    Raises ProgramError 321 for columns that are not told.
    """
    if function is None:
        return lambda decorated: provider(decorated, **how)
    return FunctionProvider(function, getattr(function, "__name__", "function"), **how)
