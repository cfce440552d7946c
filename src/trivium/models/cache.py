"""Replies kept in a SQLite file, each under the request that it answers.

    model = Cached(ChatClient("qwen2.5-coder"), Cache("replies.sqlite"))
    model.complete(messages)        # asked, paid and kept
    model.complete(messages)        # the same reply; no call, an empty bill

A request is everything that decides the reply, so a kept reply is what the model would say again.
Equal requests under way at once, in any number of threads, are asked once. A reply is kept as soon
as it has come, in a transaction of its own: nothing that was paid for is lost, nothing is paid for
twice. Failures are not kept.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trivium.errors import ModelError
from trivium.models.protocol import (
    ChatModel,
    Message,
    Reply,
    Sampling,
    Usage,
    request,
    request_key,
)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS reply (
    key TEXT, request TEXT, text TEXT NOT NULL, cut INTEGER NOT NULL, usage TEXT NOT NULL,
    kept_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (key, request)
)
"""


def default_path() -> Path:
    """Where the command line keeps replies: in the user's folder for caches."""
    root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(root) / "trivium" / "replies.sqlite"


class Cache:
    """The file. Threads and processes may share it.

    Args:
        path: made with its folders where it does not exist, for its owner's eyes alone.

    Raises E515 for a file that is not such a cache, or cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self._file = sqlite3.connect(
                self.path, timeout=30.0, isolation_level=None, check_same_thread=False
            )
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute(_SCHEMA)
            self._file.execute("SELECT key, request, text, cut, usage FROM reply LIMIT 0")
        except (OSError, sqlite3.Error) as e:
            raise self._unusable(e) from e

    def __len__(self) -> int:
        return int(self._run("SELECT count(*) FROM reply")[0][0])

    def get(self, asked: dict[str, object]) -> Reply | None:
        """The reply that is kept for a request; its bill is empty, `kept` is what it had cost."""
        rows = self._run(
            "SELECT text, cut, usage FROM reply WHERE key = ? AND request = ?", *_named(asked)
        )
        if not rows:
            return None
        text, cut, usage = rows[0]
        return Reply(text, Usage(), bool(cut), Usage(**json.loads(usage)))

    def put(self, asked: dict[str, object], reply: Reply) -> None:
        usage = json.dumps(asdict(reply.usage))
        self._run(
            "INSERT OR REPLACE INTO reply (key, request, text, cut, usage) VALUES (?, ?, ?, ?, ?)",
            *_named(asked),
            reply.text,
            int(reply.cut),
            usage,
        )

    def forget(self) -> None:
        """Forget every reply."""
        self._run("DELETE FROM reply")

    def close(self) -> None:
        self._file.close()

    def _run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._file.execute(statement, values).fetchall()
        except sqlite3.Error as e:
            raise self._unusable(e) from e

    def _unusable(self, reason: Exception) -> ModelError:
        hint = "name another file, or go without a cache"
        return ModelError(515, f"the cache {self.path} cannot be used: {reason}", hint=hint)


class Cached:
    """`model`, asked only what the cache does not hold.

    Args:
        scope: what tells two models of one name apart, such as their endpoint.
    """

    def __init__(self, model: ChatModel, cache: Cache, scope: str = "") -> None:
        self.model = model
        self.cache = cache
        self.scope = scope
        self._lock = threading.Lock()
        self._asking: dict[str, tuple[threading.Lock, int]] = {}

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        sampling = sampling or Sampling()
        asked = request(self.name, messages, sampling)
        if self.scope:
            asked["scope"] = self.scope
        with self._alone(request_key(asked)):
            reply = self.cache.get(asked)
            if reply is None:
                reply = self.model.complete(messages, sampling)
                self.cache.put(asked, reply)
            return reply

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Hold a request's own lock, which exists while somebody asks that request."""
        with self._lock:
            lock, waiting = self._asking.get(key, (threading.Lock(), 0))
            self._asking[key] = lock, waiting + 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                lock, waiting = self._asking.pop(key)
                if waiting > 1:
                    self._asking[key] = lock, waiting - 1


def _named(asked: dict[str, object]) -> tuple[str, str]:
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return request_key(asked), text
