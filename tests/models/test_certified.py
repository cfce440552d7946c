"""A relation with a target: a cheap reader, a dear model, and what is promised of both."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from trivium import Program
from trivium.errors import ModelError, SyntaxProblem
from trivium.models.protocol import Message, Reply, Sampling, Usage

TEXTS = [f"review {n}: {'good' if n % 3 else 'bad'}" for n in range(1500)]
DATA = {"review": [(text,) for text in TEXTS]}


class Stand:
    """In the place of a model; it counts its calls."""

    def __init__(self, name: str, reply: Callable[[dict[str, Any]], str]) -> None:
        self.name, self.reply = name, reply
        self.calls = 0
        self._lock = threading.Lock()

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        with self._lock:
            self.calls += 1
        data = json.loads(messages[-1].content.partition("\n\ndata: ")[2])
        return Reply(self.reply(data), Usage(1, 20, 5, 0.0, 0.001))


def yes(data: dict[str, Any]) -> str:
    return json.dumps({"yes": "good" in data["text"]})


def slips(text: str, share: float) -> bool:
    """Whether a careless reader errs about a text."""
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % 1000 < share * 1000


def careless(share: float) -> Callable[[dict[str, Any]], str]:
    return lambda data: json.dumps({"yes": ("good" in data["text"]) != slips(data["text"], share)})


def program(target: str, cheap: object, dear: object, using: str = "small, dear") -> Program:
    text = f"""
    .model positive(text: symbol, -> yes: bool) ask "Is it positive? {{text}}"
           using {using} target {target}
    good(t) :- review(t), positive(t).
    """
    return Program(text, models={"small": cheap, "dear": dear})


TRUE = {(text,) for text in TEXTS if "good" in text}


@pytest.mark.parametrize(
    "target", ["precision 0.9 recall 0.9 delta 0.1", "accuracy 0.95", "precision 0.95"]
)
def test_a_cheap_model_saves_dear_calls_and_keeps_the_promise(target: str) -> None:
    small, dear = Stand("small", careless(0.02)), Stand("dear", yes)
    result = program(target, small, dear).run(DATA)
    found = set(result["good"].rows())
    assert dear.calls < 1000
    assert len(found & TRUE) >= 0.9 * len(found)
    assert len(found & TRUE) >= 0.9 * len(TRUE)
    told = result.certificate("positive")
    assert (told.inputs, told.asked, told.lost) == (1500, dear.calls, 0)
    assert not told.hopeless
    assert f"dear was asked about {dear.calls:,} of 1,500" in str(told)


def test_a_function_with_a_score_is_a_cheap_reader() -> None:
    def likely(text: str) -> float:
        return (0.9 if "good" in text else 0.2) + (0.35 if slips(text, 0.05) else 0)

    dear = Stand("dear", yes)
    result = program("precision 0.95 recall 0.95 delta 0.1", likely, dear).run(DATA)
    found = set(result["good"].rows())
    assert dear.calls < 700
    assert len(found - TRUE) <= 0.05 * len(found)
    text = next(text for text in TEXTS if (text,) in found)
    assert "provider positive" in str(result.why("good", (text,)))


def test_a_hopeless_reader_is_told_so_and_is_not_asked_further() -> None:
    small, dear = Stand("small", careless(1.0)), Stand("dear", yes)
    result = program("precision 0.95 recall 0.9", small, dear).run(DATA)
    assert set(result["good"].rows()) == TRUE
    assert dear.calls == 1500
    assert small.calls <= 60
    assert result.certificate("positive").hopeless
    assert "saved nothing" in str(result.certificate("positive"))


def test_a_reader_whose_replies_cannot_be_read_loses_nothing() -> None:
    dear = Stand("dear", yes)
    result = program("accuracy 0.9", Stand("small", lambda _: "well, hm"), dear).run(DATA)
    assert set(result["good"].rows()) == TRUE
    assert not result.unknown


def test_a_warm_run_asks_nobody_and_has_the_certificate() -> None:
    small, dear = Stand("small", careless(0.02)), Stand("dear", yes)
    made = program("accuracy 0.95", small, dear)
    first = made.run(DATA)
    calls = small.calls, dear.calls
    again = made.run(DATA)
    assert (small.calls, dear.calls) == calls
    assert again["good"].rows() == first["good"].rows()
    assert again.certificate("positive") == first.certificate("positive")


def test_few_inputs_go_to_the_dear_model() -> None:
    small, dear = Stand("small", careless(0.02)), Stand("dear", yes)
    result = program("accuracy 0.95", small, dear).run(review=[(t,) for t in TEXTS[:30]])
    assert (small.calls, dear.calls) == (0, 30)
    with pytest.raises(ModelError, match=r"^E528"):
        result.certificate("positive")


class Letters:
    """Embeddings that tell good from bad, as vectors of length 1."""

    name = "letters"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rng = np.random.default_rng(0)
        found = np.array([[3.0 * ("good" in t), 3.0 * ("good" not in t), 1.0] for t in texts])
        found += 0.5 * rng.normal(size=found.shape)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("target", ["precision 0.95 recall 0.9 delta 0.1", "accuracy 0.9"])
def test_a_classifier_on_embeddings_is_trained_inside_the_run(target: str) -> None:
    dear = Stand("dear", yes)
    result = program(target, Letters(), dear).run(DATA)
    found = set(result["good"].rows())
    assert dear.calls < 600
    assert len(found - TRUE) <= 0.1 * len(found)


def test_labels_of_several_kinds_have_an_accuracy() -> None:
    text = """
    .model digit(text: symbol, -> last: symbol in ["0", "1", "2", "3", "4"])
           ask "What remains of {text}?" using small, dear target accuracy 0.9
    last(t, d) :- item(t), digit(t, d).
    """
    dear = Stand("dear", lambda data: json.dumps({"last": str(int(data["text"]) % 5)}))

    def small(text: str) -> tuple[str, float]:
        wrong = slips(text, 0.04)
        return str((int(text) + wrong) % 5), 0.4 if wrong else 0.8

    models = {"small": small, "dear": dear}
    result = Program(text, models=models).run(item=[(str(n),) for n in range(1000)])
    right = sum(int(t) % 5 == int(d) for t, d in result["last"].rows())
    assert right >= 900
    assert dear.calls < 300


def test_replies_that_the_dear_model_fails_to_give_are_unknown() -> None:
    lost = {text for text in TEXTS if slips(text, 0.1)}

    def fails(data: dict[str, Any]) -> str:
        return "I cannot say" if data["text"] in lost else yes(data)

    result = program("accuracy 0.8", Stand("small", yes), Stand("dear", fails)).run(DATA)
    told = result.certificate("positive")
    assert told.lost == len(result.unknown["positive"]) > 0
    unknown = {row[0] for row in result.unknown["positive"]}
    assert unknown <= lost
    assert not unknown & {row[0] for row in result["good"].rows()}


@pytest.mark.parametrize("said", [None, float("nan"), "maybe", ("yes", float("nan")), 3, ["yes"]])
def test_what_a_function_says_without_sense_is_asked_about(said: object) -> None:
    dear = Stand("dear", yes)
    result = program("precision 0.9 recall 0.9", lambda _: said, dear).run(DATA)
    found = set(result["good"].rows())
    assert len(found - TRUE) <= 0.1 * len(found)
    assert len(found & TRUE) >= 0.9 * len(TRUE)


def test_an_estimate_tells_what_the_dear_model_may_be_spared() -> None:
    made = program("accuracy 0.9", Stand("small", yes), Stand("dear", yes))
    assert made.estimate(DATA).relations["positive"].calls == (50, 3000)


def test_a_target_with_one_model_is_refused() -> None:
    with pytest.raises(ModelError, match=r"^E527"):
        program("accuracy 0.9", None, Stand("dear", yes), using="dear").run(DATA)


@pytest.mark.parametrize(
    "declared",
    [
        '-> l: symbol in ["a", "b"]) ask "{t}" using a, b target precision 0.9',
        '=> l: symbol) ask "{t}" using a, b target recall 0.9',
        '-> y: bool) ask "{t}" using a, b target precision 0.9 accuracy 0.9',
        '-> y: bool) ask "{t}" using a, b target precision 1.5',
        '-> y: bool) ask "{t}" using a, b target delta 0.5',
    ],
)
def test_targets_that_mean_nothing_are_refused(declared: str) -> None:
    with pytest.raises(SyntaxProblem, match=r"^E101"):
        Program(f".model m(t: symbol, {declared}")
