"""A relation that models answer: each input is asked about once, and decided by rules after that.

    .model positive(text: symbol, -> yes: bool) ask "Is this review positive? {text}"
    program.run(data, models={"small": ChatClient("qwen2.5")})

The models of `using` are asked in their order: the next one where a reply could not be read. Where
votes are wanted, most of them decide. What cannot be had (no reply, a reply of another shape, no
money left) is unknown: never true, never kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from trivium.engine.provider import Input, ProvidedRow, Provider, Unknown
from trivium.errors import TriviumError
from trivium.models.budget import Budget, Ticket, most_tokens
from trivium.models.protocol import ChatModel, Message, Reply, Sampling, Usage
from trivium.models.question import Question, Unread

# How many inputs are under way at once, of so many that are handed over at once.
CONCURRENCY, BATCH = 8, 256
MOST_TOKENS = 512  # of a reply
WARM = 0.7  # the temperature of votes
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Exchange:
    """One reply about one input: who was asked, by which prompt, what came back and was mended,
    and what it took."""

    input: Input
    model: str
    prompt: str
    reply: str
    rows: tuple[Input, ...] = ()
    mends: tuple[str, ...] = ()
    problem: str = ""
    usage: Usage = field(default_factory=Usage)


class ModelProvider(Provider):
    """What answers a `.model` relation.

    Args:
        question: what is asked.
        models: whom, the cheapest first.
        symmetric: whether both orders of two inputs have one answer.
        votes: how many replies decide about an input.
        budget: what may be spent in this run.
        exchanges: where each exchange is noted.
    """

    cache_key = None

    def __init__(
        self,
        question: Question,
        models: Sequence[ChatModel],
        *,
        symmetric: bool = False,
        votes: int = 1,
        budget: Budget | None = None,
        exchanges: list[Exchange] | None = None,
        cache_key: object | None = None,
    ) -> None:
        self.question = question
        self.models = tuple(models)
        self.symmetric = symmetric
        self.votes = votes
        self.budget = budget
        self.exchanges = exchanges if exchanges is not None else []
        self.cache_key = cache_key
        self.batch = BATCH
        outputs = ", ".join(f"-> {told.name}" for told in question.outputs)
        self.signature = ", ".join((*question.inputs, outputs))
        self.sure: dict[Input, float] = {}  # which share of the replies agreed
        self._known: dict[Input, list[ProvidedRow] | Unknown] = {}

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow] | Unknown]:
        waiting = [k for k in dict.fromkeys(map(self.key_of, inputs)) if k not in self._known]
        with ThreadPoolExecutor(max(1, min(CONCURRENCY, len(waiting)))) as threads:
            asked: dict[Input, Future[list[ProvidedRow] | Unknown]] = {
                key: threads.submit(self._asked, key) for key in waiting
            }
            try:
                for row in inputs:
                    key = self.key_of(row)
                    if key in asked and key not in self._known:
                        self._known[key] = asked[key].result()
                    yield self._known[key]
            finally:  # Ctrl-C, or a limit: what was paid for is kept, what waits is not asked
                for key, future in asked.items():
                    if not future.cancel() and future.done() and not future.exception():
                        self._known.setdefault(key, future.result())

    def key_of(self, row: Input) -> Input:
        """What is asked about in the place of an input."""
        return tuple(sorted(row)) if self.symmetric else row

    def _asked(self, row: Input) -> list[ProvidedRow] | Unknown:
        """The rows of an input, from the first model whose reply can be read."""
        problem = Unknown("no model was asked")
        for model in self.models:
            found = self._voted(model, row)
            if not isinstance(found, Unknown):
                return found
            problem = found
        return problem

    def _voted(self, model: ChatModel, row: Input) -> list[ProvidedRow] | Unknown:
        replies = []
        for seed in range(self.votes):
            how = Sampling(
                MOST_TOKENS, WARM if self.votes > 1 else 0.0, seed, schema=self.question.schema
            )
            replies.append(self._exchange(model, row, how))
        counts = Counter(reply.rows for reply in replies if not reply.problem)
        if not counts:
            return Unknown(replies[-1].problem)
        rows, votes = counts.most_common(1)[0]
        if votes * 2 <= self.votes:
            return Unknown(f"{votes} of {self.votes} replies agree, which are not most")
        self.sure[row] = votes / self.votes
        told = next(reply for reply in replies if reply.rows == rows and not reply.problem)
        return [ProvidedRow(found, source=_source(told, votes, self.votes)) for found in rows]

    def _exchange(self, model: ChatModel, row: Input, how: Sampling) -> Exchange:
        """Ask once, note what came, and say what was wrong with it."""
        messages = self.question.messages(row)
        try:
            reply = self._within_budget(model, messages, how)
        except TriviumError as error:
            made = Exchange(row, model.name, self.question.key, "", problem=f"{error.message}")
        else:
            made = self._read(model, row, reply)
        self.exchanges.append(made)
        return made

    def _read(self, model: ChatModel, row: Input, reply: Reply) -> Exchange:
        rows: list[Input] = []
        mends: tuple[str, ...] = ()
        problem = "the reply was cut off" if reply.cut else ""
        if not problem:
            try:
                rows, mends = self.question.read(reply.text)
            except Unread as reason:
                problem = str(reason)
        key, usage = self.question.key, reply.usage
        return Exchange(row, model.name, key, reply.text, tuple(rows), mends, problem, usage)

    def _within_budget(self, model: ChatModel, messages: Sequence[Message], how: Sampling) -> Reply:
        if self.budget is None:
            return model.complete(messages, how)
        price = getattr(model, "price", None)
        read = most_tokens(messages)
        cost = None
        if price is not None:
            cost = (read * price[0] + how.max_tokens * price[1]) / 1e6
        with self.budget.call(Usage(1, read, how.max_tokens, 0.0, cost)) as ticket:
            assert isinstance(ticket, Ticket)
            reply = model.complete(messages, how)
            ticket.used = reply.usage
            return reply


def _source(told: Exchange, votes: int, of: int) -> str:
    """What a proof says of a row: who said it, asked what, in which words."""
    reply = " ".join(told.reply.split())
    shown = reply if len(reply) <= _SHOWN else f"{reply[:_SHOWN]}…"
    parts = [f"model {told.model}", f"prompt {told.prompt}", f"reply {shown}"]
    if of > 1:
        parts.append(f"{votes} of {of} replies")
    if told.mends:
        parts.append(f"mended: {', '.join(told.mends)}")
    if told.usage.cost:
        parts.append(f"cost {told.usage.cost:.2g}")
    return ", ".join(parts)
