"""A hard limit on what models may cost: in calls, in tokens, in money.

    budget = Budget(calls=100, tokens=200_000, cost=0.50)
    model = ChatClient("gpt-4o-mini", budget=budget)
    budget.spent                       # the bill so far

Before each call its greatest possible bill is set aside, and after it what was really used is
counted; so a budget is never exceeded, however many threads share it. A call that may not fit waits
until the calls under way have ended, and is then refused (E513).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from trivium.errors import ModelError
from trivium.models.protocol import Message, Usage

# A chat template writes some tokens of its own around each message, and before them all.
_AROUND_MESSAGE, _BEFORE_ALL = 32, 128


class Ticket:
    """A call under way; `used` is set to its real bill once that is known."""

    def __init__(self, most: Usage) -> None:
        self.used = most


class Budget:
    """What may be spent; None is without limit. Zero allows nothing.

    Args:
        calls: tries that reach the endpoint, failed ones included.
        tokens: tokens read and written, together.
        cost: money, in the currency of the model's price; E514 for a model without one.
    """

    def __init__(
        self, calls: int | None = None, tokens: int | None = None, cost: float | None = None
    ) -> None:
        self.calls, self.tokens, self.cost = calls, tokens, cost
        self._spent = Usage()
        self._aside = Usage()
        self._changed = threading.Condition()

    @property
    def spent(self) -> Usage:
        with self._changed:
            return self._spent

    @contextmanager
    def call(self, most: Usage) -> Iterator[Ticket]:
        """Set the greatest bill of a call aside while it runs. Raises E513 and E514."""
        if self.cost == 0:
            raise self._refusal(most)
        if self.cost is not None and most.cost is None:
            hint = "give the client `price=`, or limit calls or tokens instead"
            raise ModelError(514, "the price of this model is not known", hint=hint)
        with self._changed:
            while not self._fits(self._spent + self._aside, most):
                if not self._aside.calls:
                    raise self._refusal(most)
                self._changed.wait()
            self._aside += most
        ticket = Ticket(most)
        try:
            yield ticket
        finally:
            with self._changed:
                self._aside = _less(self._aside, most)
                self._spent += ticket.used
                self._changed.notify_all()

    def _fits(self, before: Usage, more: Usage) -> bool:
        total = before + more
        return (
            (self.calls is None or total.calls <= self.calls)
            and (self.tokens is None or _tokens(total) <= self.tokens)
            and (self.cost is None or (total.cost or 0.0) <= self.cost)
        )

    def _refusal(self, most: Usage) -> ModelError:
        spent = self._spent
        used = []
        if self.calls is not None:
            used.append(f"{spent.calls:,} of {self.calls:,} calls")
        if self.tokens is not None:
            used.append(f"{_tokens(spent):,} of {self.tokens:,} tokens")
        if self.cost is not None:
            used.append(f"{spent.cost or 0:.4g} of {self.cost:.4g} in money")
        few = self.tokens is None and not self.cost
        call = "one more call" if few else f"a call of up to {_tokens(most):,} tokens"
        return ModelError(
            513,
            f"the budget has no room for {call} ({', '.join(used)} used)",
            note="a call sets aside all that it may take, before it is made",
            hint="raise the budget, or ask for shorter replies",
        )


def most_tokens(messages: Sequence[Message]) -> int:
    """More tokens than any tokeniser makes of the messages: none is shorter than a byte."""
    return _BEFORE_ALL + sum(
        len(message.content.encode()) + _AROUND_MESSAGE for message in messages
    )


def _tokens(usage: Usage) -> int:
    return usage.prompt_tokens + usage.completion_tokens


def _less(whole: Usage, part: Usage) -> Usage:
    cost = None if whole.cost is None else whole.cost - (part.cost or 0.0)
    return Usage(
        whole.calls - part.calls,
        whole.prompt_tokens - part.prompt_tokens,
        whole.completion_tokens - part.completion_tokens,
        whole.seconds - part.seconds,
        cost,
    )
