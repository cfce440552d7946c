"""A net as a provider: the labels of each input, with the probabilities that the net gives them.

    .model digit(image: tensor, -> label: number in 0..9)
    program.run(providers={"digit": NetProvider(net, {"a": image}, range(10))})

The net is asked, without gradients, about the inputs that a run needs, in batches; `Layer` is for
learning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from trivium.engine.provider import Input, ProvidedRow, Provider
from trivium.torch.nets import Net


class NetProvider(Provider):
    """A net of one input, whose labels exclude each other.

    Args:
        net: from inputs of shape (n, ...) to probabilities of shape (n, labels).
        tensors: what the net reads, by the name that the program has for it.
        labels: what its outputs stand for, in their order.
        columns: the names of the two columns.
        batch: how many inputs the net gets at once.
    """

    exclusive = True
    cost = 10.0

    def __init__(
        self,
        net: Net,
        tensors: Mapping[Any, Tensor] | Callable[[Any], Tensor],
        labels: Sequence[Any],
        columns: str = "image, -> label",
        batch: int = 256,
    ) -> None:
        self.net = net
        self.read = tensors if callable(tensors) else tensors.__getitem__
        self.labels = tuple(labels)
        self.signature = columns
        self.batch = batch

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow]]:
        with torch.no_grad():
            found = self.net(torch.stack([self.read(name) for (name,) in inputs]))
        if found.shape != (len(inputs), len(self.labels)):
            wanted = f"({len(inputs)}, {len(self.labels)})"
            raise ValueError(f"the net gives {tuple(found.shape)}, not {wanted}")
        # What rounding leaves past 1 is no probability.
        scaled = found.double() / found.double().sum(1, keepdim=True).clamp_min(1.0)
        for chances in scaled.tolist():
            yield [
                ProvidedRow((label,), chance)
                for label, chance in zip(self.labels, chances, strict=True)
                if chance
            ]
