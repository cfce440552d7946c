"""The cache: nothing is asked twice, nothing that was paid for is lost, nothing wrong is given."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from trivium.errors import ModelError
from trivium.models.cache import Cache, Cached, default_path
from trivium.models.many import complete_all
from trivium.models.protocol import Message, Reply, Sampling, Usage

BILL = Usage(1, 30, 4, 0.5, 0.001)


class Counting:
    """A model that echoes what it is asked, and counts how often."""

    name = "counting"

    def __init__(self, failures: int = 0) -> None:
        self.calls = 0
        self.failures = failures
        self._lock = threading.Lock()

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        with self._lock:
            self.calls += 1
            number = self.calls
        if number <= self.failures:
            raise ModelError(503, "busy")
        return Reply(messages[-1].content.upper(), BILL, cut=messages[-1].content == "cut")


def ask(text: str) -> list[Message]:
    return [Message("user", text)]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "deep" / "replies.sqlite")


def test_a_reply_is_paid_for_once(cache):
    model = Counting()
    cached = Cached(model, cache)
    first, second = cached.complete(ask("a")), cached.complete(ask("a"))
    assert (first.text, second.text, model.calls) == ("A", "A", 1)
    assert (first.usage, first.virtual) == (BILL, BILL)
    assert (second.usage, second.virtual) == (Usage(), BILL)


def test_whatever_decides_a_reply_is_part_of_its_key(cache):
    model = Counting()
    cached = Cached(model, cache)
    for sampling in (Sampling(), Sampling(seed=1), Sampling(grammar="root ::= [a]"), Sampling(9)):
        cached.complete(ask("a"), sampling)
        cached.complete(ask("a"), sampling)
    cached.complete([Message("system", "be brief"), *ask("a")])
    Cached(model, cache, scope="other:8080").complete(ask("a"))
    assert model.calls == len(cache) == 6


def test_a_new_process_finds_what_was_kept(cache):
    Cached(Counting(), cache).complete(ask("cut"))
    cache.close()
    again = Counting()
    reply = Cached(again, Cache(cache.path)).complete(ask("cut"))
    assert (reply.text, reply.cut, again.calls) == ("CUT", True, 0)


def test_failures_are_not_kept(cache):
    model = Counting(failures=1)
    cached = Cached(model, cache)
    with pytest.raises(ModelError):
        cached.complete(ask("a"))
    assert cached.complete(ask("a")).text == "A"


def test_equal_requests_at_once_are_asked_once(cache):
    model = Counting()
    batch = [ask(text) for text in "abc" * 20]
    replies = complete_all(Cached(model, cache), batch, concurrency=16)
    assert [reply.text for reply in replies if isinstance(reply, Reply)] == list("ABC" * 20)
    assert model.calls == 3
    assert sum(reply.usage.calls for reply in replies if isinstance(reply, Reply)) == 3


def test_another_request_of_the_same_key_is_not_answered(cache, monkeypatch):
    monkeypatch.setattr("trivium.models.cache.request_key", lambda asked: "same")
    cached = Cached(Counting(), cache)
    assert [cached.complete(ask(text)).text for text in "aba"] == ["A", "B", "A"]


def test_forget(cache):
    model = Counting()
    cached = Cached(model, cache)
    cached.complete(ask("a"))
    cache.forget()
    cached.complete(ask("a"))
    assert (model.calls, len(cache)) == (2, 1)


@pytest.mark.parametrize("content", [b"not a database, but long enough to look at" * 40, None])
def test_a_file_that_is_no_cache(tmp_path, content):
    path = tmp_path / "file.sqlite"
    if content is None:
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE reply (other TEXT)")
        file.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(ModelError) as caught:
        Cache(path)
    assert caught.value.number == 515
    if content is not None:
        assert path.read_bytes() == before


def test_a_folder_is_no_cache(tmp_path):
    with pytest.raises(ModelError, match="cannot be used"):
        Cache(tmp_path)


def test_only_its_owner_reads_the_file(cache):
    assert cache.path.stat().st_mode & 0o077 == 0


def test_the_default_place_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "trivium" / "replies.sqlite"
