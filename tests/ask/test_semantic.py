"""Tables whose rows a model reads, one line each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trivium import Machine
from trivium.errors import DataError, DataWarning, ModelError, SyntaxProblem
from trivium.models.protocol import Message, Reply, Sampling, Usage

REVIEWS = [
    {"id": "1", "text": "the parcel came late", "stars": "2"},
    {"id": "2", "text": "all well", "stars": "5"},
    {"id": "3", "text": "late again, I am furious", "stars": "1"},
    {"id": "4", "text": "the parcel came late", "stars": "3"},
    {"id": "5", "text": "?", "stars": ""},
]


class Stand:
    """In the place of a model; it notes what it was asked, and who it is."""

    def __init__(self, reply: Callable[[dict[str, str]], Any], name: str = "stand") -> None:
        self.reply, self.name = reply, name
        self.asked: list[dict[str, str]] = []
        self.prompts: list[str] = []

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        prompt, _, data = messages[-1].content.rpartition("data: ")
        self.prompts.append(prompt)
        self.asked.append(json.loads(data))
        told = self.reply(self.asked[-1])
        return Reply("no idea" if told is None else json.dumps(told), Usage(calls=1))


class Letters:
    name = "letters"

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        counts = np.array([[t.lower().count(chr(c)) for c in range(97, 123)] for t in texts], float)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


def machine(model: Any) -> Machine:
    found = Machine(model)
    columns = {name: [row[name] for row in REVIEWS] for name in REVIEWS[0]}
    return found.add({"reviews": pa.table(columns)})


def test_where_keeps_what_is_true_and_reads_each_text_once() -> None:
    model = Stand(lambda d: None if d["text"] == "?" else {"yes": "late" in d["text"]})
    late = machine(model).table("reviews").where("it complains of a late delivery: {text}")
    assert [row[0] for row in late] == ["1", "3", "4"]
    assert late.columns == ("id", "text", "stars")
    assert len(model.asked) == 4
    assert "True or false: it complains" in model.prompts[0]
    assert list(late.unknown) == [("?",)]
    assert late.usage.calls == 4


def test_a_question_that_names_no_column_is_about_the_whole_row() -> None:
    model = Stand(lambda d: {"yes": d["stars"] == "5"})
    assert len(machine(model).table("reviews").where("Is it a good one?")) == 1
    assert model.asked[0] == {"id": "1", "text": "the parcel came late", "stars": "2"}


def test_map_group_and_top() -> None:
    reviews = machine(None)
    topic = Stand(lambda d: {"topic": "delivery" if "late" in d["text"] else "other"})
    reviews.model("topics", topic)
    table = reviews.table("reviews")
    among = ["delivery", "other", "price"]
    told = table.map("topic", "What is {text} about?", among, how="using topics")
    assert told.columns[-1] == "topic"
    assert [row[-1] for row in told] == ["delivery", "other", "delivery", "delivery", "other"]
    label = Stand(lambda d: {"label": "delivery" if "late" in d["text"] else "other"})
    groups = machine(label).table("reviews").group("What is {text} about?", among)
    assert {name: len(rows) for name, rows in groups.items()} == {
        "delivery": 3,
        "other": 2,
        "price": 0,
    }
    angry = Stand(lambda d: {"grade": 9 if "furious" in d["text"] else len(d["text"]) % 5})
    best = machine(angry).table("reviews").top(2, "How angry is {text}?")
    assert [row[0] for row in best] == ["3", "2"]


def test_join_asks_about_near_pairs() -> None:
    same = Stand(lambda d: {"yes": d["a"].lower().replace(" ", "") == d["b"].replace(" ", "")})
    shop = Machine(same).add({"mine": pa.table({"name": ["iPod Nano", "Zune"]})})
    theirs = pa.table({"name": ["ipodnano", "zune", "walkman"]})
    shop.add({"theirs": theirs}).model("embedding", Letters())
    found = shop.table("mine").join(shop.table("theirs"), near=1)
    assert found.rows() == [("iPod Nano", "ipodnano"), ("Zune", "zune")]
    assert found.columns == ("name", "name_2")
    assert len(same.asked) == 2
    all_pairs = shop.table("mine").join(shop.table("theirs"))
    assert all_pairs.rows() == found.rows()
    assert len(same.asked) == 8


def test_distinct_keeps_the_first_of_each() -> None:
    same = Stand(lambda d: {"yes": sorted(d["a"].lower()) == sorted(d["b"].lower())})
    names = ["Ann Lee", "Lee Ann", "Bob", "lee ann", "Bob", "Cid"]
    shop = Machine(same).add({"people": pa.table({"name": names})}).model("embedding", Letters())
    for near in (0, 2):
        assert shop.table("people").distinct(near=near).rows() == [("Ann Lee",), ("Bob",), ("Cid",)]


def test_what_is_asked_further_goes_on_from_what_is_left() -> None:
    model = Stand(lambda d: {"yes": "late" in d["text"], "grade": len(d["text"]) % 11})
    late = machine(model).table("reviews").where("it is late: {text}")
    assert len(late.top(1, "How long is {text}?")) == 1
    assert len(late.results) == 1


def test_a_table_without_rows() -> None:
    with pytest.warns(DataWarning, match="no rows"):
        shop = Machine(Stand(lambda d: {"yes": True})).add(
            none=pa.table({"text": pa.array([], pa.string())})
        )
    table = shop.model("embedding", Letters()).table("none")
    assert len(table.where("it is late: {text}")) == 0
    assert len(table.distinct()) == 0
    assert len(table.join(table)) == 0
    assert {len(rows) for rows in table.group("Which? {text}", ["a", "b"]).values()} == {0}


def test_where_nothing_is_answered_it_is_said() -> None:
    shop = machine(Stand(lambda d: None))
    with pytest.raises(ModelError, match=r"^E530 none of 4 questions has an answer"):
        shop.table("reviews").where("it is late: {text}")


def test_mistakes() -> None:
    shop = machine(Stand(lambda d: {"yes": True}))
    with pytest.raises(DataError, match=r"^E672"):
        shop.table("review")
    with pytest.raises(SyntaxProblem, match=r"^E101"):
        shop.table("reviews").where("{txt} is late")
    with pytest.raises(ModelError, match=r"^E529"):
        _ = shop.table("reviews").result
    with pytest.raises(ModelError, match=r"^E526"):
        machine(None).table("reviews").where("it is late: {text}")
