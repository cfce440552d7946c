"""Records of exchanges, and their replay."""

from __future__ import annotations

import json

import pytest

from trivium.errors import ModelError
from trivium.models.protocol import Message, Reply, Sampling, Usage
from trivium.models.recorded import Recorder, Replay

ASKED = [Message("user", "Größe?\u2028")]


class Parrot:
    """Says how often it was asked."""

    name = "parrot"

    def __init__(self) -> None:
        self.asked = 0

    def complete(self, messages, sampling=None):
        self.asked += 1
        return Reply(f"reply {self.asked}\u2028", Usage(1, 5, 2, 0.12345))


def test_a_record_replays_without_the_model(tmp_path):
    path = tmp_path / "exchanges.jsonl"
    recorder = Recorder(Parrot(), path)
    recorder.complete(ASKED)
    recorder.complete(ASKED)
    replay = Replay(path)
    assert replay.name == "parrot"
    texts = [replay.complete(ASKED).text for _ in range(3)]
    assert texts == ["reply 1\u2028", "reply 2\u2028", "reply 2\u2028"]
    assert replay.complete(ASKED).usage == Usage(1, 5, 2, 0.123)


def test_a_record_is_readable_and_holds_no_address(tmp_path):
    path = tmp_path / "exchanges.jsonl"
    Recorder(Parrot(), path).complete(ASKED)
    (line,) = path.read_bytes().decode().split("\n")[:-1]
    assert "Größe" in line
    assert set(json.loads(line)) == {"key", "request", "reply", "cut", "usage"}


@pytest.mark.parametrize(
    ("messages", "sampling", "model"),
    [
        ([Message("user", "Other?")], None, None),
        (ASKED, Sampling(seed=1), None),
        (ASKED, None, "cuckoo"),
    ],
)
def test_another_request_is_a_miss(tmp_path, messages, sampling, model):
    path = tmp_path / "exchanges.jsonl"
    Recorder(Parrot(), path).complete(ASKED)
    with pytest.raises(ModelError) as caught:
        Replay(path, model).complete(messages, sampling)
    assert caught.value.number == 507


@pytest.mark.parametrize(
    "text", ["{}", "no json", '{"request": {"model": "m"}, "reply": "x", "cut": false}', "[]", ""]
)
def test_a_bad_record_is_refused(tmp_path, text):
    path = tmp_path / "exchanges.jsonl"
    path.write_text(text)
    with pytest.raises(ModelError) as caught:
        Replay(path)
    assert caught.value.number == 508


def test_a_missing_record_is_refused(tmp_path):
    with pytest.raises(ModelError, match="cannot be read"):
        Replay(tmp_path / "none.jsonl")


def test_a_record_that_cannot_be_written_is_refused_before_asking(tmp_path):
    parrot = Parrot()
    with pytest.raises(ModelError, match="cannot be written"):
        Recorder(parrot, tmp_path / "none" / "exchanges.jsonl")
    assert parrot.asked == 0
