"""What a run would ask models, told before anything is paid.

    print(program.estimate(reviews))
    relation   calls       tokens           cost
    positive   128 to 128  9,310 to 18,200  0.0012 to 0.0031

Inputs are counted by running the rules with nobody to answer: once as if nothing were known, once
as if each reply were every listed value. Tokens are guessed from the letters of the prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from trivium.analyse.outside import Signature
from trivium.analyse.questions import BOOL, NO, YES, columns_of
from trivium.engine.provider import Input, Provider, Unknown
from trivium.models.question import Question
from trivium.syntax import ast

# Tokens of a prompt: for each ASCII character and each other one, at least and at most.
_ASCII, _OTHER = (0.18, 0.4), (0.4, 1.3)
_AROUND = (8, 40)  # what a chat template adds
_REPLY = (4, 60)  # tokens of a reply
_ROWS = 8  # replies with many rows are so many times as long at most
_CHECKED = 50  # inputs of a relation with a target that the dear model is asked about in any case
# So many values for each input are tried at most.
_MOST = 1_000

Between = tuple[float, float]


class Guessing(Provider):
    """Counts the inputs that it is asked about; it knows nothing, or gives `every` value."""

    def __init__(
        self, relation: ast.ModelRelation, domains: Mapping[str, Sequence[Any]], every: bool
    ) -> None:
        names = [(column.name, None) for column in columns_of(relation)]
        self.signature = Signature(tuple(names), tuple(range(len(relation.inputs))))
        self.relation = relation
        self.question = Question.of(relation, domains)
        self.seen: set[Input] = set()
        self.values = self._values() if every else []

    def _values(self) -> list[tuple[Any, ...]]:
        columns: list[Sequence[Any]] = [
            (YES, NO) if told.type == BOOL else told.labels for told in self.question.outputs
        ]
        return list(product(*columns))[:_MOST]

    @property
    def is_open(self) -> bool:
        """Whether it may tell values that are not listed, so that rules may go on from others."""
        return any(told.type != BOOL and not told.labels for told in self.question.outputs)

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[tuple[Any, ...]] | Unknown]:
        for row in inputs:
            self.seen.add(tuple(sorted(row)) if self.relation.symmetric else row)
            yield self.values or Unknown("nobody is asked")

    def tokens(self) -> Between:
        """Of the prompts, and of the replies."""
        low = high = 0.0
        for row in self.seen:
            text = "".join(message.content for message in self.question.messages(row))
            plain = sum(map(str.isascii, text))
            low += plain * _ASCII[0] + (len(text) - plain) * _OTHER[0] + _AROUND[0]
            high += plain * _ASCII[1] + (len(text) - plain) * _OTHER[1] + _AROUND[1]
        return low, high


@dataclass(frozen=True)
class Asked:
    """One relation: calls, tokens read and written, and money, each at least and at most; `cost`
    is None where no price is known, and `at_least` says that the upper numbers may be passed."""

    calls: tuple[int, int]
    tokens: tuple[int, int]
    cost: Between | None
    at_least: bool = False


@dataclass(frozen=True)
class Estimate:
    """By relation what a run would ask."""

    relations: Mapping[str, Asked]

    @property
    def calls(self) -> tuple[int, int]:
        each = [asked.calls for asked in self.relations.values()]
        return sum(low for low, _ in each), sum(high for _, high in each)

    @classmethod
    def of(
        cls,
        questions: Mapping[str, ast.ModelRelation],
        models: Mapping[str, Any],
        least: Mapping[str, Guessing],
        most: Mapping[str, Guessing],
    ) -> Estimate:
        is_open = any(guess.is_open for guess in most.values())
        found = {}
        for name, relation in questions.items():
            if relation.top:  # embeddings take no calls
                continue
            prices = [p for m in _models(relation, models) if (p := getattr(m, "price", None))]
            times = relation.votes
            calls = len(least[name].seen) * times, len(most[name].seen) * times
            if relation.target is not None:  # a cheap reader may answer all but those
                calls = min(calls[0], _CHECKED * times), calls[1]
            most_calls = calls[1] * max(1, len(relation.using))
            low, high = least[name].tokens()[0] * times, most[name].tokens()[1] * times
            low *= calls[0] / max(1, len(least[name].seen) * times)
            written = _REPLY[1] * (_ROWS if relation.many else 1)
            read = int(low), int(high * max(1, len(relation.using)))
            tokens = read[0] + calls[0] * _REPLY[0], read[1] + most_calls * written
            cost = None
            if prices:
                dear = max(prices, key=lambda price: price[0] + price[1])
                cheap = min(prices, key=lambda price: price[0] + price[1])
                cost = (
                    (read[0] * cheap[0] + calls[0] * _REPLY[0] * cheap[1]) / 1e6,
                    (read[1] * dear[0] + most_calls * written * dear[1]) / 1e6,
                )
            found[name] = Asked(
                (calls[0], most_calls), tokens, cost, is_open and len(questions) > 1
            )
        return cls(found)

    def __str__(self) -> str:
        rows = [("relation", "calls", "tokens", "cost")]
        for name, each in self.relations.items():
            more = " or more" if each.at_least else ""
            money = "no price known"
            if each.cost is not None:
                money = f"{each.cost[0]:.4g} to {each.cost[1]:.4g}"
            calls = f"{each.calls[0]:,} to {each.calls[1]:,}{more}"
            rows.append((name, calls, f"{each.tokens[0]:,} to {each.tokens[1]:,}", money))
        widths = [max(len(row[n]) for row in rows) for n in range(4)]
        lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
        return "\n".join(line.rstrip() for line in lines)


def domains_of(
    questions: Mapping[str, ast.ModelRelation], rows: Callable[[str], list[Any]]
) -> dict[str, dict[str, list[Any]]]:
    """By relation the values of the relations that it takes its own from."""
    return {
        name: {
            output.domain.text: rows(output.domain.text)
            for output in relation.outputs
            if output.domain is not None
        }
        for name, relation in questions.items()
    }


def _models(relation: ast.ModelRelation, models: Mapping[str, Any]) -> list[Any]:
    return [models[name] for name in relation.using if name in models] or list(models.values())
