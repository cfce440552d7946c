"""What a layer is asked: `sum(a, b, _)`, where names are tensors and `_` is any value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trivium.errors import ModelError

_QUESTION = re.compile(r"\s*([\w?.@]+)\s*(?:\((.*)\))?\s*\.?\s*", re.DOTALL)
_ARGUMENT = re.compile(r'\s*(?:"([^"]*)"|(-?\d+)|(-?\d+\.\d+)|(\w+))\s*')


@dataclass(frozen=True, slots=True)
class Question:
    """A relation, a value for each column (None is any; without columns, all rows are asked for),
    and the tensors named, in order."""

    relation: str
    pattern: tuple[str | int | float | None, ...]
    tensors: tuple[str, ...]


def read_question(text: str) -> Question:
    """Raises ModelError 523 for what is no atom."""
    found = _QUESTION.fullmatch(text)
    if found is None:
        raise _unread(text)
    if not (found[2] or "").strip():
        return Question(found[1], (), ())
    pattern: list[str | int | float | None] = []
    for part in found[2].split(","):
        argument = _ARGUMENT.fullmatch(part)
        if argument is None:
            raise _unread(text)
        quoted, integer, real, name = argument.groups()
        if integer is not None:
            pattern.append(int(integer))
        elif real is not None:
            pattern.append(float(real))
        elif name is not None and (name[0] == "_" or name[0].isupper()):
            pattern.append(None)
        else:
            pattern.append(name if quoted is None else quoted)
    names = dict.fromkeys(value for value in pattern if isinstance(value, str))
    return Question(found[1], tuple(pattern), tuple(names))


def _unread(text: str) -> ModelError:
    hint = "write an atom: `sum(a, b, _)`, where `_` is what is asked"
    return ModelError(523, f"the question `{text}` is not an atom", hint=hint)
