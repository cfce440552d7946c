"""Budgets: never exceeded, also by many threads; each refusal says what was used."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from trivium.errors import ModelError
from trivium.models.budget import Budget, most_tokens
from trivium.models.llm import ChatClient
from trivium.models.many import complete_all
from trivium.models.protocol import Message, Reply, Sampling, Usage

HELLO = [Message("user", "Say hello.")]
SHORT = Sampling(max_tokens=10)


def client(endpoint: Any, budget: Budget, **options: Any) -> ChatClient:
    settings: dict[str, Any] = {"base_url": endpoint.url, "timeout": 5.0, "pause": 0.0}
    return ChatClient("tiny", budget=budget, **(settings | options))


def refused(model: ChatClient) -> ModelError:
    with pytest.raises(ModelError) as caught:
        model.complete(HELLO, SHORT)
    return caught.value


def test_a_budget_of_zero_asks_nobody(endpoint):
    for budget in (Budget(calls=0), Budget(tokens=0), Budget(cost=0.0)):
        error = refused(client(endpoint, budget, price=(1.0, 1.0)))
        assert error.number == 513
        assert "0 of 0" in error.message
    # Nothing to spend allows nothing, whatever a call may cost.
    assert refused(client(endpoint, Budget(cost=0.0))).number == 513
    assert endpoint.requests == []


def test_calls_are_counted_with_their_retries(endpoint):
    endpoint.gives("busy", status=500)
    endpoint.says("Hello.")
    budget = Budget(calls=3)
    model = client(endpoint, budget)
    model.complete(HELLO, SHORT)
    assert budget.spent.calls == 2
    model.complete(HELLO, SHORT)
    error = refused(model)
    assert "3 of 3 calls used" in error.message
    assert len(endpoint.requests) == 3


def test_tokens_are_set_aside_before_and_counted_after(endpoint):
    endpoint.says("Hello.")
    most = most_tokens(HELLO) + SHORT.max_tokens
    budget = Budget(tokens=most + 34)
    model = client(endpoint, budget)
    model.complete(HELLO, SHORT)  # takes 34 of what was set aside
    assert budget.spent.prompt_tokens + budget.spent.completion_tokens == 34
    model.complete(HELLO, SHORT)
    error = refused(model)
    assert "68 of" in error.message
    assert len(endpoint.requests) == 2


def test_money(endpoint):
    endpoint.says("Hello.")
    budget = Budget(cost=1.0)
    model = client(endpoint, budget, price=(1e6 / 250, 0.0))
    model.complete(HELLO, SHORT)  # at most 170 tokens at 1/250: it fits
    assert budget.spent.cost == pytest.approx(30 / 250)
    assert refused(client(endpoint, Budget(cost=1.0), price=(1e6, 0.0))).number == 513


def test_money_needs_a_price(endpoint):
    assert refused(client(endpoint, Budget(cost=1.0))).number == 514


def test_a_bill_that_is_not_told_counts_as_the_greatest(endpoint):
    endpoint.gives('{"choices": [{"message": {"content": "Hello."}}]}')
    budget = Budget()
    client(endpoint, budget).complete(HELLO, SHORT)
    assert budget.spent.completion_tokens == SHORT.max_tokens
    assert budget.spent.prompt_tokens == most_tokens(HELLO)


def test_a_refused_call_costs_no_tokens(endpoint):
    endpoint.gives("no", status=401)
    budget = Budget()
    with pytest.raises(ModelError):
        client(endpoint, budget).complete(HELLO, SHORT)
    assert (budget.spent.calls, budget.spent.prompt_tokens) == (1, 0)


def test_many_threads_never_exceed_it(endpoint):
    endpoint.says("Hello.")
    most = most_tokens(HELLO) + SHORT.max_tokens
    budget = Budget(tokens=most * 3, calls=7)
    replies = complete_all(client(endpoint, budget), [HELLO] * 30, SHORT, concurrency=12)
    answered = [reply for reply in replies if isinstance(reply, Reply)]
    spent = budget.spent
    assert len(answered) == spent.calls == len(endpoint.requests) == 7
    assert spent.prompt_tokens + spent.completion_tokens <= most * 3


def test_a_call_waits_for_those_under_way():
    budget = Budget(tokens=100)
    most = Usage(1, 50, 10)
    began, over = threading.Event(), []

    def second() -> None:
        began.set()
        with budget.call(most):
            over.append(time.monotonic())

    with budget.call(most) as ticket:
        waiting = threading.Thread(target=second)
        waiting.start()
        began.wait(5)
        assert not over
        ticket.used = Usage(1, 10, 5)
    waiting.join(5)
    assert over
    assert budget.spent == Usage(2, 60, 15)
