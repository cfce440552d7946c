"""What every chat model is: messages go in, a reply and its bill come out.

    reply = model.complete([Message("user", "2 + 2?")])
    reply.text, reply.cut, reply.usage.completion_tokens

A client, a recorder around it and a replay of its record are all `ChatModel`s, so what wraps a
model (a record, a cache, a budget) needs nothing from it but `name` and `complete`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a reply is drawn. `max_tokens` ends it, `seed` and temperature 0 make it repeatable.

    `grammar`, in GBNF, or `schema`, a JSON schema as text, is all that the model may write; an
    endpoint that knows neither is asked without, so what comes back is read as carefully as if
    there were none.
    """

    max_tokens: int = 512
    temperature: float = 0.0
    seed: int = 0
    grammar: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """The bill: calls made, tokens read and written, seconds waited, cost in the price's currency.

    Tokens are 0 where the endpoint does not count them; `cost` is None where no price is known.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cost: float | None = None

    def __add__(self, other: Usage) -> Usage:
        costs = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
            sum(costs) if costs else None,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote. `cut` says that a limit ended it before the model did.

    `usage` is what was paid for it now. `virtual` is what it would have taken without a cache:
    the same, unless it was kept.
    """

    text: str
    usage: Usage
    cut: bool = False
    kept: Usage | None = None

    @property
    def virtual(self) -> Usage:
        return self.usage if self.kept is None else self.kept


class ChatModel(Protocol):
    """A model that answers messages. Raises ModelError (5xx) when no usable reply comes."""

    @property
    def name(self) -> str: ...

    def complete(self, messages: Sequence[Message], sampling: Sampling = ...) -> Reply: ...


def request(model: str, messages: Sequence[Message], sampling: Sampling) -> dict[str, object]:
    """The request as an endpoint takes it: everything that decides the reply, and nothing else."""
    asked: dict[str, object] = {
        "model": model,
        "messages": [{"role": m.role, "content": m.content} for m in messages],
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }
    held = {"grammar": sampling.grammar, "schema": sampling.schema}
    return asked | {name: text for name, text in held.items() if text}


def request_key(request: dict[str, object]) -> str:
    """16 hex digits that name a request: SHA-256 of its JSON with sorted keys and no spaces."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
