"""A relation that models answer: each input is asked about once, and decided by rules after that.

    .model positive(text: symbol, -> yes: bool) ask "Is this review positive? {text}"
    program.run(data, models={"small": ChatClient("qwen2.5")})

The models of `using` are asked in their order: the next one where a reply could not be read. Where
votes are wanted, most of them decide. What cannot be had (no reply, a reply of another shape, no
money left) is unknown: never true, never kept.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from trivium.analyse.near import did_you_mean, listed
from trivium.analyse.outside import Signature
from trivium.analyse.questions import YES, columns_of, is_yes_or_no
from trivium.engine.provided import as_provider
from trivium.engine.provider import Input, ProvidedRow, Provider, Unknown
from trivium.errors import ModelError, ProgramError, TriviumError
from trivium.models.budget import Budget, Ticket, most_tokens
from trivium.models.protocol import ChatModel, Message, Reply, Sampling, Usage
from trivium.models.question import Question, Unread
from trivium.syntax import ast

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
        self._known: dict[Input, list[ProvidedRow] | Unknown] = {}

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow] | Unknown]:
        waiting = [k for k in dict.fromkeys(map(self._key, inputs)) if k not in self._known]
        with ThreadPoolExecutor(max(1, min(CONCURRENCY, len(waiting)))) as threads:
            asked: dict[Input, Future[list[ProvidedRow] | Unknown]] = {
                key: threads.submit(self._asked, key) for key in waiting
            }
            try:
                for row in inputs:
                    key = self._key(row)
                    if key in asked and key not in self._known:
                        self._known[key] = asked[key].result()
                    yield self._known[key]
            finally:  # Ctrl-C, or a limit: what was paid for is kept, what waits is not asked
                for key, future in asked.items():
                    if not future.cancel() and future.done() and not future.exception():
                        self._known.setdefault(key, future.result())

    def _key(self, row: Input) -> Input:
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


# --- who answers ---------------------------------------------------------------------------------


def answering(
    questions: Mapping[str, ast.ModelRelation],
    models: Mapping[str, Any],
    domains: Callable[[str], Sequence[Any]],
    exchanges: dict[str, list[Exchange]],
    kept: dict[str, object],
) -> dict[str, Any]:
    """A provider for each relation that models answer.

    Args:
        models: language models by the names that `using` says, and by the name of a relation a
            function or a provider that answers it.
        domains: the values of a relation of one column.
        exchanges: where those of each relation are noted.
        kept: keys of the answers that later runs may use.

    Raises E526 where no model is there to ask.
    """
    found: dict[str, Any] = {}
    for name, relation in questions.items():
        own = models.get(name)
        if own is not None and not hasattr(own, "complete"):
            found[name] = _given(relation, own)
            continue
        asked = {output.domain.text for output in relation.outputs if output.domain is not None}
        question = Question.of(relation, {domain: domains(domain) for domain in asked})
        chosen = [own] if own is not None else _chosen(relation, models)
        spent = dict(relation.budget)
        budget = None
        if spent:
            calls, tokens = (spent.get(word) for word in ("calls", "tokens"))
            budget = Budget(
                None if calls is None else int(calls),
                None if tokens is None else int(tokens),
                spent.get("cost"),
            )
        names = ",".join(model.name for model in chosen)
        found[name] = ModelProvider(
            question,
            chosen if relation.target is None else chosen[-1:],
            symmetric=relation.symmetric,
            votes=relation.votes,
            budget=budget,
            exchanges=exchanges.setdefault(name, []),
            cache_key=kept.setdefault(f"{question.key} {names} {relation.votes}", _Key()),
        )
    return found


class Silent(Provider):
    """In the place of a model while the values that it may tell are found: it is not asked."""

    def __init__(self, relation: ast.ModelRelation) -> None:
        names = [(column.name, None) for column in columns_of(relation)]
        self.name = relation.name
        self.signature = Signature(tuple(names), tuple(range(len(relation.inputs))))

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[Input]]:
        message = f"the values of a model's column follow from what `{self.name}` tells"
        raise ProgramError(325, message, hint="take them from a relation that no model answers")


def silent(questions: Mapping[str, ast.ModelRelation]) -> dict[str, Provider]:
    """Providers that must not be asked."""
    return {name: Silent(relation) for name, relation in questions.items()}


class _Key:
    """A key that is like no other, and lives as long as what keeps it."""


def _chosen(relation: ast.ModelRelation, models: Mapping[str, Any]) -> list[ChatModel]:
    """The models that a relation is to ask, by name."""
    known = {name: model for name, model in models.items() if hasattr(model, "complete")}
    if not relation.using:
        if len(set(map(id, known.values()))) == 1:
            return [next(iter(known.values()))]
        what = "nobody is there to ask" if not known else "it does not say which model to ask"
        hint = 'pass `models={"name": ChatClient(...)}`'
        if known:
            hint = f"write `using` and one of {listed(list(known))}"
        raise ModelError(526, f"`{relation.name}` asks a model, and {what}", hint=hint)
    for name in relation.using:
        if name not in known:
            near = did_you_mean(name, known, f"pass `models={{{name!r}: ChatClient(...)}}`")
            message = f"`{relation.name}` asks the model `{name}`, which is not there"
            raise ModelError(526, message, hint=near)
    return [known[name] for name in relation.using]


def _given(relation: ast.ModelRelation, own: Any) -> Any:
    """A function or a provider in the place of a model; True and False are `yes` and `no`."""
    if isinstance(own, Provider) or not callable(own) or not is_yes_or_no(relation):
        return own
    columns = columns_of(relation)
    text = ", ".join(column.name for column in columns[:-1]) + f", -> {columns[-1].name}"
    count = len(inspect.signature(own).parameters)
    if count != len(relation.inputs):
        message = f"the function for `{relation.name}` takes {count} values, not one for each input"
        raise ModelError(
            526, message, hint=f"its inputs are {listed([c.name for c in columns[:-1]])}"
        )

    class Said(Provider):
        signature = text

        def answer(self, inputs: Sequence[Input]) -> Iterator[list[Input]]:
            for row in inputs:
                said = own(*row)
                yield [] if said is None else [(YES if said else "no",)]

    return as_provider(relation.name, Said())
