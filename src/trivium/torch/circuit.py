"""A layered circuit as a function of tensors, with exact gradients, on any torch device.

    circuit = TensorCircuit(layers)
    circuit.log_weights(logs, rests)     # (roots, batch) of log-probabilities

The forward pass is a gather and a reduction a layer, in the space of logarithms, so that nothing
underflows; the backward pass, written by hand, pulls each derivative from where it is used (see
`provenance/layers.py`): no scatter, so that a result is the same on each run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from trivium.probability.layers import Layers

_EMPTY = float("-inf")


@dataclass(frozen=True)
class _Bucket:
    product: bool
    first: int
    last: int
    width: int
    children: Tensor  # flat


@dataclass(frozen=True)
class _Pull:
    rows: Tensor
    width: int
    sources: Tensor  # flat


class TensorCircuit(torch.nn.Module):
    """The circuit's indexes as buffers, so that `.to(device)` moves them."""

    def __init__(self, layers: Layers) -> None:
        super().__init__()
        self.layers = layers
        flow = layers.flow(products=False)
        self._flow = flow
        self._keep("roots", layers.roots)
        for place, bucket in enumerate(layers.buckets):
            self._keep(f"children_{place}", bucket.children.reshape(-1))
        for place, pulls in enumerate(flow.pulls):
            for piece, pull in enumerate(pulls):
                self._keep(f"rows_{place}_{piece}", pull.rows)
                self._keep(f"sources_{place}_{piece}", pull.sources.reshape(-1))
        self._steps: tuple[torch.device, list[_Bucket], list[list[_Pull]]] | None = None

    def _keep(self, name: str, values: Any) -> None:
        self.register_buffer(name, torch.as_tensor(values), persistent=False)

    def steps(self) -> tuple[list[_Bucket], list[list[_Pull]]]:
        """What to gather forward and backward, where the circuit is now."""
        device = self.get_buffer("roots").device
        if self._steps is None or self._steps[0] != device:
            buckets = [
                _Bucket(b.product, b.first, b.last, b.children.shape[1], self.get_buffer(name))
                for b, name in zip(self.layers.buckets, self._names("children"), strict=True)
            ]
            pulls = [
                [
                    _Pull(
                        self.get_buffer(f"rows_{place}_{piece}"),
                        pull.sources.shape[1],
                        self.get_buffer(f"sources_{place}_{piece}"),
                    )
                    for piece, pull in enumerate(pulls)
                ]
                for place, pulls in enumerate(self._flow.pulls)
            ]
            self._steps = device, buckets, pulls
        return self._steps[1:]

    def _names(self, kind: str) -> list[str]:
        return [f"{kind}_{place}" for place in range(len(self.layers.buckets))]

    def forward(self, logs: Tensor, rests: Tensor) -> Tensor:
        """The roots' log-weights.

        Args:
            logs: log-probabilities of the alternatives, shape (alternatives, batch).
            rests: of choosing none of each group, shape (groups, batch).

        Returns: shape (roots, batch).
        """
        return _log_weights(torch.cat((logs, rests)), self)


class _LogWeights(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, leaves: Tensor, circuit: TensorCircuit) -> Tensor:
        layers: Layers = circuit.layers
        buckets, _ = circuit.steps()
        batch = leaves.shape[1]
        values = leaves.new_empty((layers.rows, batch))
        values[: layers.zero] = leaves
        values[layers.zero] = _EMPTY
        values[layers.one] = 0.0
        keep = ctx.needs_input_grad[0]
        shares: list[Tensor] = []
        for bucket in buckets:
            rows = values[bucket.first : bucket.last]
            found = values.index_select(0, bucket.children).view(len(rows), bucket.width, batch)
            if bucket.product:
                torch.sum(found, 1, out=rows)
                continue
            highest = found.amax(1, keepdim=True).clamp_min_(torch.finfo(found.dtype).min)
            total = found.sub_(highest).exp_().sum(1, keepdim=True)
            torch.add(total.log(), highest, out=rows.unsqueeze(1))
            if keep:
                shares.append(found.div_(total.clamp_min_(torch.finfo(found.dtype).tiny)))
        ctx.circuit = circuit
        ctx.shares = shares
        return values.index_select(0, circuit.get_buffer("roots"))

    @staticmethod
    def backward(ctx: Any, slopes: Tensor) -> tuple[Tensor, None]:
        circuit: TensorCircuit = ctx.circuit
        layers, flow = circuit.layers, circuit._flow
        buckets, pulls = circuit.steps()
        batch = slopes.shape[1]
        back = slopes.new_zeros((flow.rows, batch))
        back[flow.seeds :] = slopes
        cell = flow.seeds
        shares = list(ctx.shares)
        for bucket, bucket_pulls in zip(reversed(buckets), pulls[:-1], strict=True):
            for pull in bucket_pulls:
                _pull(back, pull, batch)
            if not bucket.product:
                share = shares.pop()
                size = share.shape[0] * share.shape[1]
                cell -= size
                out = back[cell : cell + size].view(share.shape)
                torch.mul(share, back[bucket.first : bucket.last].unsqueeze(1), out=out)
        for pull in pulls[-1]:
            _pull(back, pull, batch)
        return back[: layers.zero], None


_log_weights: Callable[[Tensor, TensorCircuit], Tensor] = _LogWeights.apply


def _pull(back: Tensor, pull: _Pull, batch: int) -> None:
    found = back.index_select(0, pull.sources)
    if pull.width > 1:
        found = found.view(len(pull.rows), pull.width, batch).sum(1)
    back.index_copy_(0, pull.rows, found)
