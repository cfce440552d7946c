"""One structure as a function of tensors: leaves from nets and parameters, then the circuit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from trivium.syntax import ast
from trivium.torch.circuit import TensorCircuit
from trivium.torch.ground import Structure
from trivium.torch.nets import Net, ask, gather


class Evaluation(torch.nn.Module):
    """The log-probabilities of a structure's rows.

    The outputs of all nets, then the parameters, then the numbers of the program stand in one
    array; `order` picks from it the weight of each alternative.
    """

    def __init__(
        self, structure: Structure, models: Mapping[str, ast.Model], parameters: Sequence[str]
    ) -> None:
        super().__init__()
        self.structure = structure
        self.models = models
        self.circuit = TensorCircuit(structure.layers)
        starts: dict[str, int] = {}
        size = 0
        for net, calls in structure.calls.items():
            starts[net] = size
            size += len(calls) * len(models[net].labels)
        place_of = {name: size + place for place, name in enumerate(parameters)}
        size += len(parameters)
        order: list[int] = []
        numbers: list[float] = []
        for leaf in structure.leaves:
            if leaf.net:
                width = len(models[leaf.net].labels)
                order.append(starts[leaf.net] + leaf.call * width + leaf.place)
            elif leaf.parameter:
                order.append(place_of[leaf.parameter])
            else:
                order.append(size + len(numbers))
                numbers.append(leaf.weight)
        self.straight = order == list(range(size + len(numbers)))
        self._keep("order", torch.tensor(order, dtype=torch.long))
        self._keep("numbers", torch.tensor(numbers, dtype=torch.float64).log())
        # Only groups that may choose nothing, where the circuit asks for that, need their rest.
        used = {int(child) for b in structure.layers.buckets for child in b.children.reshape(-1)}
        used |= set(structure.layers.roots.tolist())
        first = len(structure.leaves)
        rest = [g for g in range(len(structure.groups)) if first + g in used]
        members = [(a, n) for n, g in enumerate(rest) for a in structure.groups[g]]
        self._keep("rest", torch.tensor(rest, dtype=torch.long))
        self._keep("members", torch.tensor([a for a, _ in members], dtype=torch.long))
        self._keep("owners", torch.tensor([n for _, n in members], dtype=torch.long))

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(self.structure.rows)

    def _keep(self, name: str, values: Tensor) -> None:
        self.register_buffer(name, values, persistent=False)

    def forward(
        self, nets: Mapping[str, Net], tensors: Mapping[str, Tensor], parameters: Tensor | None
    ) -> Tensor:
        """The logarithms, shape (samples, rows)."""
        logs = self.leaves(nets, tensors, parameters)
        found: Tensor = self.circuit(logs, self.rests(logs)).T
        if self.structure.observed:
            found = found[:, :-1] - found[:, -1:]
        return found

    def leaves(
        self, nets: Mapping[str, Net], tensors: Mapping[str, Tensor], parameters: Tensor | None
    ) -> Tensor:
        """The log-weights of the alternatives, shape (alternatives, samples)."""
        pieces: list[Tensor] = []
        whole = [t for t in tensors.values() if isinstance(t, Tensor) and t.dim()]
        samples = len(whole[0]) if whole else 1
        for net, calls in self.structure.calls.items():
            model = self.models[net]
            arguments, samples = gather(tensors, calls, model)
            pieces.append(ask(nets[net], arguments, samples, len(calls), model))
        kind = pieces[0].dtype if pieces else torch.get_default_dtype()
        if parameters is not None:
            pieces.append(parameters.to(kind)[:, None].expand(-1, samples))
        numbers = self.get_buffer("numbers")
        if len(numbers):
            pieces.append(numbers.to(kind)[:, None].expand(-1, samples))
        if not pieces:  # the rows rest on nothing uncertain
            return torch.empty((0, samples), dtype=kind)
        logs = pieces[0] if len(pieces) == 1 else torch.cat(pieces)
        return logs if self.straight else logs.index_select(0, self.get_buffer("order"))

    def rests(self, logs: Tensor) -> Tensor:
        """The log-weights of choosing none of each group, shape (groups, samples)."""
        found = logs.new_full((len(self.structure.groups), logs.shape[1]), -torch.inf)
        rest = self.get_buffer("rest")
        if not len(rest):
            return found
        chosen = logs.index_select(0, self.get_buffer("members")).exp()
        left = logs.new_ones((len(rest), logs.shape[1]))
        left = left.index_add(0, self.get_buffer("owners"), -chosen)
        tiny = torch.finfo(logs.dtype).tiny
        left = torch.where(left > 0, left.clamp_min(tiny).log(), -torch.inf)
        return found.index_copy(0, rest, left)
