"""Asking nets: inputs gathered from tensors, outputs checked.

    calls digit(a), digit(b) over a, b of shape (batch, 28, 28)
    one call of the net with (2 · batch, 28, 28); outputs (2 · batch, 10) → (20, batch)

An input is the name of a tensor; numbers after it say which part of each sample: `digit("a", 3)` is
`a[:, 3]`. Each net is called once for all its inputs and all samples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from trivium.errors import ModelError
from trivium.source import Span
from trivium.syntax import ast

# What probabilities may be out of range by, or sum to past 1, by rounding.
ROUNDING = 1e-3
Net = Callable[..., Tensor]


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """What was observed, as the outputs of a net: 1 at the label, 0 elsewhere.

    As a net: `nets={"label": lambda labels: one_hot(labels, 10)}`.
    """
    return torch.nn.functional.one_hot(labels.long(), classes).to(torch.get_default_dtype())


def gather(
    tensors: Mapping[str, Tensor], calls: Sequence[tuple[Any, ...]], model: ast.Model
) -> tuple[tuple[Tensor, ...], int]:
    """The net's arguments, each of shape (calls * samples, ...), and the number of samples."""
    starts = [place for place, value in enumerate(calls[0]) if isinstance(value, str)]
    if not starts or starts[0] != 0:
        message = f"`{model.name}` is asked about {calls[0]!r}, which names no tensor"
        hint = "give a tensor's name first, then numbers that say which part of it"
        raise ModelError(521, message, model.span, hint=hint)
    ends = [*starts[1:], len(calls[0])]
    found = []
    samples = -1
    for start, end in zip(starts, ends, strict=True):
        parts = _parts(tensors, [call[start:end] for call in calls], model)
        if samples not in (-1, parts.shape[0]):
            raise _uneven(model, [samples, parts.shape[0]])
        samples = parts.shape[0]
        found.append(parts.flatten(0, 1))
    return tuple(found), samples


def _uneven(model: ast.Model, sizes: Sequence[int]) -> ModelError:
    shown = " and ".join(map(str, sizes))
    message = f"the tensors of `{model.name}` have {shown} samples"
    return ModelError(521, message, model.span, hint="give each tensor the same batch")


def _parts(
    tensors: Mapping[str, Tensor], keys: Sequence[tuple[Any, ...]], model: ast.Model
) -> Tensor:
    """The parts of all samples, shape (samples, keys, ...)."""
    by_name: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        by_name.setdefault(key[0], []).append(place)
    pieces, order = [], []
    for name, places in by_name.items():
        if name not in tensors:
            given = ", ".join(f"`{known}`" for known in tensors) or "none"
            message = f"no tensor is called `{name}`, which `{model.name}` reads; given: {given}"
            raise ModelError(521, message, model.span, hint=f"call the layer with {name}=...")
        tensor = tensors[name]
        if not isinstance(tensor, Tensor) or not tensor.dim():
            found = f"{type(tensor).__name__}" if not isinstance(tensor, Tensor) else "a number"
            message = f"`{name}`, which `{model.name}` reads, is {found}, not a tensor of samples"
            raise ModelError(521, message, model.span, hint="the first axis is the batch")
        columns = [list(column) for column in zip(*(keys[p][1:] for p in places), strict=True)]
        for axis, column in enumerate(columns, 1):
            if tensor.dim() <= axis or not 0 <= min(column) <= max(column) < tensor.shape[axis]:
                message = (
                    f"`{model.name}` reads part {max(column)} of `{name}`, "
                    f"whose shape is {tuple(tensor.shape)}"
                )
                raise ModelError(521, message, model.span, hint="the first axis is the batch")
        if not columns:
            pieces.append(tensor.unsqueeze(1))
        elif len(columns) == 1 and columns[0] == list(range(tensor.shape[1])):
            pieces.append(tensor)
        else:
            where: list[Any] = [torch.tensor(c, device=tensor.device) for c in columns]
            pieces.append(tensor[(slice(None), *where)])
        order += places
    sizes = sorted({piece.shape[0] for piece in pieces})
    if len(sizes) > 1:
        raise _uneven(model, sizes)
    whole = pieces[0] if len(pieces) == 1 else torch.cat(pieces, 1)
    if order == sorted(order):
        return whole
    back = sorted(range(len(order)), key=order.__getitem__)
    return whole[:, back]


def ask(
    net: Net, arguments: tuple[Tensor, ...], samples: int, calls: int, model: ast.Model
) -> Tensor:
    """The log-probabilities of a net's outputs, shape (calls * labels, samples).

    Raises ModelError 520 for outputs that are no probabilities: of another shape, NaN, out of
    range, or with a sum past 1.
    """
    found = net(*arguments)
    wanted = (samples * calls, len(model.labels))
    if not isinstance(found, Tensor) or tuple(found.shape) != wanted:
        shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
        message = f"the net of `{model.name}` gives {shape}, not {wanted}"
        hint = f"one row for each input, one column for each of its {wanted[1]} labels"
        raise ModelError(520, message, model.span, hint=hint)
    check(found.detach(), model.name, model.span)
    rows = found.view(samples, calls * wanted[1]).T
    # Zero stays zero, and has no gradient, where a logarithm would have an infinite one.
    tiny = torch.finfo(rows.dtype).tiny
    return torch.where(rows > 0, rows.clamp_min(tiny).log(), -torch.inf)


def check(outputs: Tensor, name: str, span: Span) -> None:
    """E520 for what is no probability."""
    if not outputs.numel():
        return
    low, total = outputs.min(), outputs.sum(1).max()
    if low >= -ROUNDING and total <= 1 + ROUNDING:
        return
    if outputs.isnan().any():
        message = f"the net of `{name}` gives NaN"
        hint = "look for a learning rate that is too high, or a logarithm of 0"
    elif low < -ROUNDING:
        message = f"the net of `{name}` gives the probability {low.item():.4g}"
        hint = "end it with `torch.nn.Softmax(1)`"
    else:
        message = f"the net of `{name}` gives probabilities that sum to {total.item():.4g}"
        hint = "end it with `torch.nn.Softmax(1)`"
    raise ModelError(520, message, span, hint=hint)
