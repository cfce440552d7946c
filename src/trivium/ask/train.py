"""Train the ranker from questions and answers alone (weak supervision).

Which program was meant is never told: the loss of a question is minus the log of the share of
belief that falls on candidates with the right answer (maximum marginal likelihood; Pasupat and
Liang 2015). The odds of being right are then fitted on questions kept apart (Platt 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from trivium.ask.examples import Labelled
from trivium.ask.features import BUCKETS, DENSE
from trivium.ask.ranker import N_SIGNS, Ranker

HIDDEN = 48


@dataclass(frozen=True)
class Settings:
    """How to train: passes over the data, learning rate, decay of the weights, batch, seed."""

    epochs: int = 5
    rate: float = 0.02
    decay: float = 1.5
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
    """Weights learned from the questions that have a right candidate; not yet calibrated."""
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
        np.zeros(1 + N_SIGNS, np.float32),
    )


def mean_of(rankers: Sequence[Ranker]) -> Ranker:
    """The ranker whose scores are the mean of the others'; its calibration is the first's."""
    n = len(rankers)
    return Ranker(
        np.mean([r.weights for r in rankers], axis=0).astype(np.float32),
        np.concatenate([r.hidden for r in rankers]),
        np.concatenate([r.hidden_bias for r in rankers]),
        (np.concatenate([r.out for r in rankers]) / n).astype(np.float32),
        rankers[0].calibration,
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


def anchored(
    calibration: NDArray[np.float32], signs: NDArray[np.float64], right: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """A calibration moved and stretched to be right on average over the questions given."""
    odds = calibration[0] + signs @ calibration[1:]
    moved = fit_calibration(odds[:, None], right, ridge=0.0)
    found: NDArray[np.float32] = calibration * moved[1]
    found[0] += moved[0]
    return found


def fit_calibration(
    signs: NDArray[np.float64],
    right: NDArray[np.bool_],
    ridge: float = 100.0,
) -> NDArray[np.float32]:
    """Logistic regression of being right on the signs, by Newton's method.

    Args:
        signs: one row a question (`Signs.vector`).
        right: whether the first choice was right.
        ridge: how strongly the coefficients of the standardised signs are drawn to 0.

    Returns the intercept and a coefficient for each sign.
    """
    mean, scale = signs.mean(axis=0), signs.std(axis=0)
    scale[scale < 1e-9] = np.inf  # a sign that never varies tells nothing
    x = np.column_stack([np.ones(len(signs)), (signs - mean) / scale])
    y = right.astype(np.float64)
    penalty = np.diag([0.0, *[ridge] * signs.shape[1]])
    beta = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ beta)))
        gradient = x.T @ (y - p) - penalty @ beta
        hessian = (x * (p * (1 - p))[:, None]).T @ x + penalty
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    slopes = beta[1:] / scale
    return np.array([beta[0] - mean @ slopes, *slopes], dtype=np.float32)
