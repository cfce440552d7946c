"""Many questions to a model at once, so many at a time; and one, awaited.

    replies = complete_all(model, [messages, other_messages], concurrency=8)
    reply = await complete_async(model, messages)

Replies come in the order of the questions. One that failed has its error in its place, so that the
others are not lost. What wraps a model (a cache, a budget, a record) works here as everywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from trivium.errors import TriviumError
from trivium.models.protocol import ChatModel, Message, Reply, Sampling

Answered = Reply | TriviumError


def complete_all(
    model: ChatModel,
    batch: Sequence[Sequence[Message]],
    sampling: Sampling | Sequence[Sampling] | None = None,
    *,
    concurrency: int = 8,
    on_done: Callable[[int], None] | None = None,
) -> list[Answered]:
    """The reply, or the TriviumError (4xx, 5xx), for each list of messages.

    Args:
        sampling: one for all, or one for each.
        concurrency: how many are under way at once, at most.
        on_done: called with the number of each question when it is over, in the caller's thread.
    """
    each = _samplings(sampling, len(batch))

    def one(messages: Sequence[Message], how: Sampling) -> Answered:
        try:
            return model.complete(messages, how)
        except TriviumError as error:
            return error

    with ThreadPoolExecutor(max(1, min(concurrency, len(batch)))) as threads:
        waiting = [threads.submit(one, *asked) for asked in zip(batch, each, strict=True)]
        try:
            found = []
            for number, future in enumerate(waiting):
                found.append(future.result())
                if on_done is not None:
                    on_done(number)
            return found
        except BaseException:  # Ctrl-C: what has not begun does not begin
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def _samplings(sampling: Sampling | Sequence[Sampling] | None, count: int) -> Sequence[Sampling]:
    if sampling is None or isinstance(sampling, Sampling):
        return [sampling or Sampling()] * count
    return sampling


async def complete_async(
    model: ChatModel, messages: Sequence[Message], sampling: Sampling | None = None
) -> Reply:
    """`model.complete` in a thread of its own; raises what it raises."""
    return await asyncio.to_thread(model.complete, messages, sampling or Sampling())


async def complete_all_async(
    model: ChatModel,
    batch: Sequence[Sequence[Message]],
    sampling: Sampling | Sequence[Sampling] | None = None,
    *,
    concurrency: int = 8,
) -> list[Answered]:
    """As `complete_all`, awaited."""
    return await asyncio.to_thread(complete_all, model, batch, sampling, concurrency=concurrency)
