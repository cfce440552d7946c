"""Who answers a relation that models are asked for.

    models={"small": ChatClient("qwen2.5"), "dear": ChatClient("gpt-4o")}   by the names of `using`
    models={"positive": lambda text: "good" in text}                        by the relation's own

A relation with a target has a cheap reader and dear models behind it: see `certified`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from trivium.analyse.near import did_you_mean, listed
from trivium.analyse.outside import Signature
from trivium.analyse.questions import NO, YES, columns_of, is_yes_or_no
from trivium.engine.provided import as_provider
from trivium.engine.provider import Input, ProvidedRow, Provider, Unknown
from trivium.errors import ModelError, ProgramError
from trivium.models.budget import Budget
from trivium.models.calibration import FEWEST, CalibratedProvider, Calibration
from trivium.models.cascade import Certificate
from trivium.models.certified import (
    ByItems,
    CertifiedProvider,
    Embedded,
    Reader,
    by_function,
    by_model,
)
from trivium.models.embedding import EMBEDDING, packaged
from trivium.models.nearest import NearestProvider
from trivium.models.question import Question
from trivium.models.relation import Exchange, ModelProvider
from trivium.syntax import ast


@dataclass
class Known:
    """What a program remembers from run to run: keys of the answers that are kept, what was
    certified of them, and how probable labels have shown them to be."""

    keys: dict[str, object] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    calibrations: dict[str, Calibration] = field(default_factory=dict)


class _Key:
    """A key that is like no other, and lives as long as what keeps it."""


def answering(
    questions: Mapping[str, ast.ModelRelation],
    models: Mapping[str, Any],
    domains: Callable[[str], Sequence[Any]],
    exchanges: dict[str, list[Exchange]],
    known: Known,
) -> dict[str, Any]:
    """A provider for each relation that models answer.

    Args:
        models: language models, functions and embedders by the names that `using` says, and by the
            name of a relation a function or a provider that answers it.
        domains: the values of a relation of one column.
        exchanges: where those of each relation are noted.

    Raises E526 where no model is there to ask, E527 where a target has no cheap reader.
    """
    answers = _Answers(questions, models, domains, exchanges, known)
    found = {name: answers.of(name) for name in questions}
    for name, calibration in known.calibrations.items():
        if name in found:
            found[name] = CalibratedProvider(as_provider(name, found[name]), calibration)
    return found


@dataclass
class _Answers:
    """Makes the provider of each relation, once."""

    questions: Mapping[str, ast.ModelRelation]
    models: Mapping[str, Any]
    domains: Callable[[str], Sequence[Any]]
    exchanges: dict[str, list[Exchange]]
    known: Known
    found: dict[str, Any] = field(default_factory=dict)

    def of(self, name: str) -> Any:
        if name not in self.found:
            self.found[name] = self._made(name, self.questions[name])
        return self.found[name]

    def _made(self, name: str, relation: ast.ModelRelation) -> Any:
        own = self.models.get(name)
        if own is not None and not hasattr(own, "complete"):
            return _given(relation, own)
        asked = {output.domain.text for output in relation.outputs if output.domain is not None}
        if relation.top:
            return self._nearest(relation)
        question = Question.of(relation, {domain: self.domains(domain) for domain in asked})
        chosen = [own] if own is not None else self._chosen(relation)
        names = ",".join(map(_name_of, chosen))
        key = f"{question.key} {names} {relation.votes} {relation.target}"
        maker = _Maker(relation, question, self.exchanges.setdefault(name, []))
        cache_key = self.known.keys.setdefault(key, _Key())
        if relation.target is None:
            return maker.provider(chosen, cache_key)
        return CertifiedProvider(
            relation,
            _name_of(chosen[0]),
            maker.reader(chosen),
            maker.provider(chosen[1:], cache_key),
            partial(self.known.certificates.__setitem__, name),
        )

    def _chosen(self, relation: ast.ModelRelation) -> list[Any]:
        """What a relation is to ask, by name: models, or another relation that models answer."""
        models = self.models
        if not relation.using:
            known = {name: model for name, model in models.items() if hasattr(model, "complete")}
            if len(set(map(id, known.values()))) == 1:
                return [next(iter(known.values()))]
            what = "nobody is there to ask" if not known else "it does not say which model to ask"
            hint = 'pass `models={"name": ChatClient(...)}`'
            if known:
                hint = f"write `using` and one of {listed(list(known))}"
            raise ModelError(526, f"`{relation.name}` asks a model, and {what}", hint=hint)
        chosen = []
        for name in relation.using:
            told = self.questions.get(name) if name not in models else None
            if told is not None and relation.target is not None:
                chosen.append(self._items(relation, told))
            else:
                chosen.append(self._named(relation, name))
        return chosen

    def _nearest(self, relation: ast.ModelRelation) -> NearestProvider:
        embedder = self._named(relation, relation.using[0])
        if not hasattr(embedder, "embed"):
            message = f"`{relation.using[0]}`, by which `{relation.name}` goes, has no `embed`"
            raise ModelError(526, message, hint="write `using embedding`, or pass an embedder")
        first = relation.outputs[0]
        domain = first.domain
        values = [term.value for term in first.labels if isinstance(term, ast.Text)]
        if domain is not None:
            values = list(self.domains(domain.text))
        key = f"near {relation.name} {_name_of(embedder)} {relation.top} {hash(tuple(values))}"
        cache_key = self.known.keys.setdefault(key, _Key())
        return NearestProvider(relation, embedder, values, cache_key)

    def _named(self, relation: ast.ModelRelation, name: str) -> Any:
        """A model by the name that `using` says. Raises E526."""
        if name in self.models:
            return self.models[name]
        if name == EMBEDDING:
            return packaged()
        near = did_you_mean(name, self.models, f"pass `models={{{name!r}: ChatClient(...)}}`")
        message = f"`{relation.name}` asks the model `{name}`, which is not there"
        raise ModelError(526, message, hint=near)

    def _items(self, relation: ast.ModelRelation, told: ast.ModelRelation) -> ByItems:
        """Another relation about each of the inputs, from which answers are learned. E527."""
        kinds = {column.type for column in relation.inputs}
        answers = self.of(told.name) if told.name != relation.name else None
        if len(told.inputs) != 1 or {told.inputs[0].type} != kinds or answers is None:
            message = f"`{told.name}` is not about each of the inputs of `{relation.name}`"
            raise ModelError(527, message, hint=f"give it one input, a `{kinds.pop()}`")
        return ByItems(told.name, answers, relation.symmetric)


def calibrated(
    name: str,
    labels: Mapping[Any, Any],
    questions: Mapping[str, ast.ModelRelation],
    models: Mapping[str, Any],
    domains: Callable[[str], Sequence[Any]],
    known: Known,
) -> Calibration:
    """What labels show of the answers of a relation; it is remembered. Raises E531."""
    relation = questions.get(name)
    if relation is None or relation.many:
        what = "is not asked of models" if relation is None else "may have several rows an input"
        hint = did_you_mean(name, [n for n, q in questions.items() if not q.many])
        raise ModelError(531, f"`{name}` {what}, and is not calibrated", hint=hint)
    if len(labels) < FEWEST:
        message = f"{len(labels)} labels do not show how probable answers are"
        raise ModelError(531, message, hint=f"give {FEWEST} at least, better a few hundred")
    keys = [key if isinstance(key, tuple) else (key,) for key in labels]
    true = [_answer(label) for label in labels.values()]
    told = as_provider(name, _Answers(questions, models, domains, {}, known).of(name))
    said = []
    for rows in told.answer(keys):
        given = None if isinstance(rows, Unknown) else next(iter(rows), None)
        said.append(given.values if isinstance(given, ProvidedRow) else given)
    found = known.calibrations[name] = Calibration.of(said, true)
    return found


def _answer(label: Any) -> Input:
    if isinstance(label, bool):
        return (YES if label else NO,)
    return label if isinstance(label, tuple) else (label,)


class _Maker:
    """Makes what answers one relation; its models share one budget."""

    def __init__(
        self, relation: ast.ModelRelation, question: Question, exchanges: list[Exchange]
    ) -> None:
        self.relation, self.question, self.exchanges = relation, question, exchanges
        spent = dict(relation.budget)
        self.budget = None
        if spent:
            calls, tokens = (spent.get(word) for word in ("calls", "tokens"))
            self.budget = Budget(
                None if calls is None else int(calls),
                None if tokens is None else int(tokens),
                spent.get("cost"),
            )

    def provider(self, models: Sequence[Any], cache_key: object) -> ModelProvider:
        wrong = next((model for model in models if not hasattr(model, "complete")), None)
        if wrong is not None:
            message = f"`{self.relation.name}` asks `{_name_of(wrong)}`, which is no chat model"
            hint = "before it, write a chat model, or give the relation a `target`"
            raise ModelError(526, message, hint=hint)
        return ModelProvider(
            self.question,
            models,
            symmetric=self.relation.symmetric,
            votes=self.relation.votes,
            budget=self.budget,
            exchanges=self.exchanges,
            cache_key=cache_key,
        )

    def reader(self, models: Sequence[Any]) -> Reader | Embedded | ByItems:
        """The first of the models, which is read before others are asked. Raises E527."""
        cheap = models[0]
        if len(models) < 2:
            message = f"`{self.relation.name}` has a target, and one model only"
            hint = "write `using small, dear`: the first is checked against those after it"
            raise ModelError(527, message, hint=hint)
        if isinstance(cheap, ByItems):
            return cheap
        if hasattr(cheap, "complete"):
            return by_model(self.provider([cheap], None))
        if hasattr(cheap, "embed"):
            return Embedded(cheap, self.question.plain)
        return by_function(_name_of(cheap), self.relation, cheap)


def _name_of(model: Any) -> str:
    return str(getattr(model, "name", None) or getattr(model, "__name__", "a function"))


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
                yield [] if said is None else [(YES if said else NO,)]

    return as_provider(relation.name, Said())
