"""A relation with a target: a cheap reader answers where a dear model was found to say the same.

    .model positive(text: symbol, -> yes: bool) ask "..." using small, dear
           target precision 0.95 recall 0.9 delta 0.05
    positive     small reads 10,000 texts, dear 840 of them; result.certificate("positive")

A cheap reader is a chat model, a Python function that may tell a score beside its answer, another
relation that tells something of each input, or embeddings, on which a classifier is trained: what
follows from these is learned inside the run. All inputs of the first question are
one population, with one certificate; those that come later in the run go to the dear model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trivium.analyse.questions import NO, YES, is_yes_or_no
from trivium.engine.provider import Input, ProvidedRow, Provider, Unknown
from trivium.models import cascade, proxy
from trivium.models.cascade import UNKNOWN, Certificate, Truth, settle
from trivium.models.certify import Flags, Numbers, Places
from trivium.models.relation import ModelProvider
from trivium.syntax import ast

# Fewer inputs are not worth a certificate.
FEW = 50
SEED = 0
# So many are read by both first: where less than this share seems to be saved, the rest is not
# read twice.
_PILOT, _SAVED = 60, 0.05

Rows = tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What a cheap reader says of an input, how sure it is in a scale of its own, and how a proof
    tells that."""

    rows: Rows
    score: float
    source: str


Reader = Callable[[Sequence[Input]], Sequence[Guess | None]]


class CertifiedProvider(Provider):
    """Answers a relation that has a target.

    Args:
        cheap: the reader's name, and what it says of inputs; or embeddings of them.
        dear: who is asked where that is not enough, and who is right by definition.
        note: called with the certificate.
    """

    def __init__(
        self,
        relation: ast.ModelRelation,
        name: str,
        cheap: Reader | Embedded | ByItems,
        dear: ModelProvider,
        note: Callable[[Certificate], None],
    ) -> None:
        assert relation.target is not None
        self.relation, self.target = relation, relation.target
        self.name, self.cheap, self.dear, self.note = name, cheap, dear, note
        self.signature = dear.signature
        self.cache_key = dear.cache_key
        self.batch = 1 << 62
        self._certified = False

    def answer(self, inputs: Sequence[Input]) -> Iterator[list[ProvidedRow] | Unknown]:
        keys = list(dict.fromkeys(map(self.dear.key_of, inputs)))
        if self._certified or len(keys) < FEW:
            yield from self.dear.answer(inputs)
            return
        self._certified = True
        population = _Population(keys, self)
        population.settle()
        for row in inputs:
            yield population.answers[self.dear.key_of(row)]


class Embedded:
    """Inputs as vectors, and how near they are to a question."""

    def __init__(self, embedder: Any, question: str) -> None:
        self.embedder, self.question = embedder, question

    def vectors(self, inputs: Sequence[Input]) -> Numbers:
        texts = [" | ".join(map(str, row)) for row in inputs]
        return np.asarray(self.embedder.embed(texts), float)

    def near(self, vectors: Numbers) -> Numbers:
        found: Numbers = vectors @ np.asarray(self.embedder.embed([self.question]), float)[0]
        return found


class ByItems:
    """What another relation tells of each part of an input, from which answers are learned: of two
    texts, say, how each feels, where it is asked whether they disagree."""

    def __init__(self, name: str, answers: Provider, symmetric: bool) -> None:
        self.name, self.answers, self.symmetric = name, answers, symmetric

    def labels(self, inputs: Sequence[Input]) -> list[tuple[Rows, ...] | None]:
        """For each input what is told of its parts; None where one of them is not known."""
        parts = list(dict.fromkeys((part,) for row in inputs for part in row))
        told: dict[Any, Rows | None] = {}
        for part, rows in zip(parts, self.answers.answer(parts), strict=True):
            known = None if isinstance(rows, Unknown) else tuple(map(_values, rows))
            told[part[0]] = known
        found: list[tuple[Rows, ...] | None] = []
        for row in inputs:
            labels = tuple(label for part in row if (label := told[part]) is not None)
            ordered = tuple(sorted(labels)) if self.symmetric else labels
            found.append(ordered if len(labels) == len(row) else None)
        return found


def _values(row: ProvidedRow | Input) -> Input:
    return row.values if isinstance(row, ProvidedRow) else row


class _Population:
    """The inputs that one certificate is about."""

    def __init__(self, keys: list[Input], provider: CertifiedProvider) -> None:
        self.keys, self.provider = keys, provider
        self.answers: dict[Input, list[ProvidedRow] | Unknown] = {}
        self.codes: dict[Rows, int] = {}
        if is_yes_or_no(provider.relation):
            self.codes = {((NO,),): cascade.NO, ((YES,),): cascade.YES}
        self.rng = np.random.default_rng(SEED)
        self.truth = Truth(len(keys), self._ask)

    def settle(self) -> None:
        provider, truth = self.provider, self.truth
        guessed: list[Guess | None] = [None] * len(self.keys)
        if isinstance(provider.cheap, Embedded):
            guess, score = self._by_vectors(provider.cheap)
        elif isinstance(provider.cheap, ByItems):
            guess, score = self._by_items(provider.cheap)
        else:
            guess, score = self._read(provider.cheap, guessed)
        sides = settle(guess, score, truth, provider.target, self.rng)
        asked: Flags = truth.asked
        rows_of = {code: rows for rows, code in self.codes.items()}
        for place in np.flatnonzero(~asked):
            said = guessed[place]
            source = f"{provider.name}, score {score[place]:.3g}" if said is None else said.source
            source += ", not checked, as the certificate allows"
            rows = rows_of[int(guess[place])]
            self.answers[self.keys[place]] = [ProvidedRow(row, source=source) for row in rows]
        lost = int((truth.codes == UNKNOWN).sum())
        dear = ", ".join(model.name for model in provider.dear.models)
        provider.note(
            Certificate(
                provider.target,
                len(self.keys),
                int(asked.sum()),
                lost,
                SEED,
                provider.name,
                dear,
                sides,
            )
        )

    def _ask(self, places: Places) -> Places:
        """The dear model's answers, as codes."""
        keys = [self.keys[place] for place in places]
        found = []
        for key, answer in zip(keys, self.provider.dear.answer(keys), strict=True):
            self.answers[key] = answer
            found.append(UNKNOWN if isinstance(answer, Unknown) else self._code(answer))
        return np.array(found, np.int64)

    def _code(self, rows: Sequence[ProvidedRow]) -> int:
        return self.codes.setdefault(tuple(row.values for row in rows), len(self.codes))

    # --- what is cheap ---------------------------------------------------------------------------

    def _by_vectors(self, cheap: Embedded) -> tuple[Places, Numbers]:
        vectors = cheap.vectors(self.keys)
        near = cheap.near(vectors) if is_yes_or_no(self.provider.relation) else None
        return proxy.guesses(vectors, self.truth, self.provider.target, self.rng, near)

    def _by_items(self, cheap: ByItems) -> tuple[Places, Numbers]:
        """For each combination of labels what the dear model says most often of some inputs."""
        size = len(self.keys)
        labels = cheap.labels(self.keys)
        seen: dict[tuple[Rows, ...], Counter[int]] = {}
        learned_from = self.rng.choice(size, min(size, _PILOT), replace=False)
        for place, code in zip(learned_from, self.truth.of(learned_from), strict=True):
            if (told := labels[place]) is not None and code != UNKNOWN:
                seen.setdefault(told, Counter())[int(code)] += 1
        guess, score = np.full(size, UNKNOWN), np.zeros(size)
        for place, told in enumerate(labels):
            if told in seen:
                [(code, count)] = seen[told].most_common(1)
                guess[place], score[place] = code, count / (seen[told].total() + 1)
        return guess, score

    def _read(self, cheap: Reader, guessed: list[Guess | None]) -> tuple[Places, Numbers]:
        """What the reader says: of some inputs first, and of all if that seems to save anything."""
        size = len(self.keys)
        guess, score = np.full(size, UNKNOWN), np.zeros(size)

        def read(places: Places) -> None:
            for place, told in zip(places, cheap([self.keys[p] for p in places]), strict=True):
                guessed[place] = told
                if told is not None:
                    guess[place] = self.codes.setdefault(told.rows, len(self.codes))
                    score[place] = told.score

        mixed = self.rng.permutation(size)
        pilot = mixed[: min(_PILOT, size // 5)]
        read(pilot)
        truth = self.truth.of(pilot)
        if _saved(guess[pilot], score[pilot], truth, self.provider.target) >= _SAVED:
            read(mixed[len(pilot) :])
        return guess, score


def _saved(guess: Places, score: Numbers, truth: Places, target: ast.Target) -> float:
    """Which share of the inputs could be taken at most, to go by some of them."""
    order = np.argsort(-score, kind="stable")
    guess, wrong = guess[order], (guess != truth)[order]
    size = max(1, len(guess))
    if target.accuracy is not None:
        return _longest(wrong, (1 - target.accuracy) * size) / size
    yeses = (truth == cascade.YES).sum()
    count = 0
    if target.precision is not None:
        share = (1 - target.precision) / target.precision
        count += _longest(wrong[guess == cascade.YES], share * yeses)
    if target.recall is not None:
        count += _longest(wrong[guess == cascade.NO], (1 - target.recall) * yeses)
    return count / size


def _longest(wrong: Flags, allowed: float) -> int:
    """How many are right before one wrong answer too many; one more may be by chance."""
    return int((~wrong & (np.cumsum(wrong) <= allowed + 1)).sum())


# --- readers -------------------------------------------------------------------------------------


def by_model(provider: ModelProvider) -> Reader:
    """A chat model as a cheap reader; it is as sure as its tokens or its votes are."""

    def read(inputs: Sequence[Input]) -> list[Guess | None]:
        found: list[Guess | None] = []
        for row, rows in zip(inputs, provider.answer(inputs), strict=True):
            if isinstance(rows, Unknown):
                found.append(None)
                continue
            source = rows[0].source if rows else f"model {provider.models[0].name}"
            told = tuple(one.values for one in rows)
            found.append(Guess(told, provider.sure.get(provider.key_of(row), 0.0), str(source)))
        return found

    return read


def by_function(name: str, relation: ast.ModelRelation, function: Callable[..., Any]) -> Reader:
    """A function of the inputs as a cheap reader: it gives an answer, or an answer and a score, or
    None where it does not know; of a yes-or-no question, a number alone is how likely yes is."""
    yes_or_no = is_yes_or_no(relation)

    def read(inputs: Sequence[Input]) -> list[Guess | None]:
        return [_guess(name, function(*row), yes_or_no) for row in inputs]

    return read


def _guess(name: str, said: Any, yes_or_no: bool) -> Guess | None:
    score = 0.0
    if isinstance(said, tuple) and len(said) == 2 and isinstance(said[1], int | float):
        said, score = said[0], float(said[1])
    elif yes_or_no and isinstance(said, float):
        said, score = said > 0.5, abs(said - 0.5)
    if said is None:
        return None
    if yes_or_no:
        if isinstance(said, bool):
            said = YES if said else NO
        if said not in (YES, NO):
            return None
    rows = tuple(map(_row, said)) if isinstance(said, list) else (_row(said),)
    return Guess(rows, score, f"{name}, score {score:.3g}")


def _row(values: Any) -> Input:
    return values if isinstance(values, tuple) else (values,)
