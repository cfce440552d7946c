"""Train the ranker from questions and answers alone (weak supervision).

Which program was meant is never told: the loss of a question is minus the log of the share of
belief that falls on candidates with the right answer (maximum marginal likelihood; Pasupat and
Liang 2015). How likely its choice is right is learned apart, by the judge (`ask/grow.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from trivium.ask.examples import Labelled
from trivium.ask.features import BUCKETS, DENSE
from trivium.ask.ranker import Ranker

HIDDEN = 48


@dataclass(frozen=True)
class Settings:
    """How to train: passes over the data, learning rate, decay of the weights, batch, seed."""

    epochs: int = 5
    rate: float = 0.02
    decay: float = 0.7
    batch: int = 64
    seed: int = 0


class _Network(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(torch.zeros(BUCKETS))
        self.hidden = torch.nn.Linear(DENSE, HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, 1, bias=False)

    def forward(self, batch: _Batch) -> torch.Tensor:
        parts = torch.zeros(batch.n_parts).index_add(0, batch.id_part, self.weights[batch.ids])
        linear = torch.zeros(len(batch.dense)).index_add(
            0, batch.use_candidate, parts[batch.use_part]
        )
        scores: torch.Tensor = linear + self.out(torch.tanh(self.hidden(batch.dense)))[:, 0]
        return scores


@dataclass(frozen=True)
class _Batch:
    """Several questions laid end to end. `question` numbers the question of each candidate."""

    ids: torch.Tensor
    id_part: torch.Tensor
    use_part: torch.Tensor
    use_candidate: torch.Tensor
    dense: torch.Tensor
    right: torch.Tensor
    log_weight: torch.Tensor
    question: torch.Tensor
    n_parts: int
    n_questions: int

    @classmethod
    def of(cls, examples: Sequence[Labelled]) -> _Batch:
        parts = np.cumsum([0, *(e.features.n_parts for e in examples)])
        candidates = np.cumsum([0, *(len(e.right) for e in examples)])

        def joined(arrays: list[NDArray[np.generic]]) -> torch.Tensor:
            return torch.from_numpy(np.concatenate(arrays))

        features = [e.features for e in examples]
        return cls(
            joined([f.ids.astype(np.int64) for f in features]),
            joined([f.id_part + np.int64(parts[i]) for i, f in enumerate(features)]),
            joined([f.use_part + np.int64(parts[i]) for i, f in enumerate(features)]),
            joined([f.use_candidate + np.int64(candidates[i]) for i, f in enumerate(features)]),
            joined([f.dense for f in features]),
            joined([e.right for e in examples]),
            torch.log(joined([e.weight for e in examples])),
            torch.repeat_interleave(
                torch.arange(len(examples)), torch.tensor([len(e.right) for e in examples])
            ),
            int(parts[-1]),
            len(examples),
        )


def fit(
    examples: Sequence[Labelled],
    settings: Settings | None = None,
    progress: Callable[[str], None] = print,
) -> Ranker:
    """Weights learned from the questions that have a right candidate."""
    settings = settings or Settings()
    usable = [e for e in examples if e.right.any()]
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    network = _Network()
    layers = [*network.hidden.parameters(), *network.out.parameters()]
    optimiser = torch.optim.AdamW(
        [
            {"params": [network.weights], "weight_decay": settings.decay},
            {"params": layers, "weight_decay": 0.01, "lr": 0.003},
        ],
        lr=settings.rate,
    )
    steps = -(-len(usable) // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [settings.rate, 0.003], total_steps=settings.epochs * steps, pct_start=0.2
    )
    for epoch in range(settings.epochs):
        total = 0.0
        order = rng.permutation(len(usable))
        for start in range(0, len(order), settings.batch):
            batch = _Batch.of([usable[i] for i in order[start : start + settings.batch]])
            loss = _loss(network(batch) + batch.log_weight, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += loss.item() * batch.n_questions
        progress(f"epoch {epoch + 1}/{settings.epochs}: loss {total / len(usable):.4f}")
    state = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    return Ranker(
        state["weights"],
        state["hidden.weight"],
        state["hidden.bias"],
        state["out.weight"][0],
    )


def _loss(scores: torch.Tensor, batch: _Batch) -> torch.Tensor:
    everything = _log_sum(scores, batch.question, batch.n_questions)
    right = batch.right
    best = _log_sum(scores[right], batch.question[right], batch.n_questions)
    return (everything - best).mean()


def _log_sum(scores: torch.Tensor, group: torch.Tensor, n: int) -> torch.Tensor:
    """log(sum(exp(scores))) within each group."""
    top = torch.full((n,), -1e30).scatter_reduce(0, group, scores.detach(), "amax")
    return top + torch.log(torch.zeros(n).index_add(0, group, torch.exp(scores - top[group])))
