"""The arguments of a run: each of its own kind, and none that the dialect has not.

Rows of a relation that is called as an argument come in the mapping of the data:

    program.run({"weights": [(1, 2)]})       program.run(weights=[(1, 2)]) is E317
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from numbers import Real
from pathlib import Path
from typing import Any

from trivium.dialects import require
from trivium.engine.limits import Limits
from trivium.engine.run import Options
from trivium.errors import DataError, ProgramError
from trivium.plan.statistics import Planning

_PLAIN = Options()


def data_of(data: Mapping[str, Any] | None, relations: dict[str, Any]) -> dict[str, Any]:
    """The rows by relation, given as a mapping, as keywords or both; E651."""
    if data is None:
        return relations
    if not isinstance(data, Mapping) or not all(isinstance(name, str) for name in data):
        message = f"the data is a {type(data).__name__}, not rows by relation"
        raise DataError(651, message, hint='give a mapping: run({"edge": [(1, 2)]})')
    twice = data.keys() & relations.keys()
    if twice:
        raise DataError(651, f"relation `{min(twice)}` is given twice")
    return {**data, **relations}


def check_arguments(
    dialect: str, options: Options, weights: object = None, only: object = None
) -> None:
    """E317 for an argument that is not of its kind, E316 for one that the dialect has not."""
    if weights is None and only is None and options == _PLAIN:
        return
    for name, (fits, what) in _KINDS.items():
        value = {"only": only, "weights": weights}.get(name, getattr(options, name, None))
        if value is None or value is getattr(_PLAIN, name, None):
            continue
        if not fits(value):
            shown = repr(value)
            shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
            message = f"the argument `{name}` is {shown}, not {what}"
            hint = f"rows of a relation called `{name}` are given as run({{{name!r}: rows}})"
            raise ProgramError(317, message, hint=hint)
        require(dialect, name)


def _is_path(value: object) -> bool:
    return isinstance(value, str | Path)


def _is_names(value: object) -> bool:
    return (
        isinstance(value, Sequence | Set)
        and not isinstance(value, str)
        and all(isinstance(name, str) for name in value)
    )


def _is_weights(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(number, Real) for name, number in value.items()
    )


def _is_inference(value: object) -> bool:
    return isinstance(value, str) or hasattr(value, "method")


def _is_providers(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)


def _is_backend(value: object) -> bool:
    return isinstance(value, str) or (hasattr(value, "start") and hasattr(value, "name"))


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "facts_dir": (_is_path, "a folder"),
    "output_dir": (_is_path, "a folder"),
    "limits": (lambda value: isinstance(value, Limits), "`Limits`"),
    "backend": (_is_backend, "a backend or its name"),
    "planning": (lambda value: isinstance(value, Planning), "`Planning`"),
    "profile": (lambda value: isinstance(value, bool), "True or False"),
    "on_error": (lambda value: value in ("stop", "skip"), "`stop` or `skip`"),
    "only": (_is_names, "names of relations"),
    "weights": (_is_weights, "probabilities by name"),
    "inference": (_is_inference, "a way to infer"),
    "providers": (_is_providers, "providers by relation"),
}
