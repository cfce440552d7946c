"""Every exchange with a model written down, and played back without the model.

    model = Recorder(ChatClient("qwen2.5-coder"), "exchanges.jsonl")     # asks, and writes
    model = Replay("exchanges.jsonl")                                    # reads, asks nobody

One JSON object a line: `key` (a hash of the request), `request`, `reply`, `cut`, `usage`. Neither
the endpoint's address nor its key is written. A request that was not recorded is an error (E507),
never another request's reply.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

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


class Recorder:
    """`model`, with each exchange appended to the file at `path` as soon as it is over.

    Raises E508 when the file cannot be written, before anything is asked.
    """

    def __init__(self, model: ChatModel, path: str | Path) -> None:
        self.model = model
        self.path = Path(path)
        try:
            self.path.open("ab").close()
        except OSError as e:
            raise ModelError(508, f"the record {self.path} cannot be written: {e}") from e

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        sampling = sampling or Sampling()
        reply = self.model.complete(messages, sampling)
        asked = request(self.name, messages, sampling)
        usage = asdict(reply.usage) | {"seconds": round(reply.usage.seconds, 3)}
        line = {
            "key": request_key(asked),
            "request": asked,
            "reply": reply.text,
            "cut": reply.cut,
            "usage": usage,
        }
        # One write of one whole line: an interruption leaves complete lines only.
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return reply


class Replay:
    """The replies of a record. Where a request was recorded several times, they come in turn,
    and the last one again and again.

    Args:
        path: the record.
        model: the name to ask under; by default that of the record, if it has only one.

    Raises E508 when the record cannot be read, and from `complete` E507 when it lacks the request.
    """

    def __init__(self, path: str | Path, model: str | None = None) -> None:
        self.path = Path(path)
        self._replies: dict[str, list[Reply]] = {}
        names: set[str] = set()
        for number, line in enumerate(self._lines(), start=1):
            try:
                exchange = json.loads(line)
                reply = Reply(exchange["reply"], Usage(**exchange["usage"]), exchange["cut"])
                key = request_key(exchange["request"])
                names.add(exchange["request"]["model"])
            except (ValueError, LookupError, TypeError) as e:
                raise ModelError(
                    508, f"line {number} of {self.path} is not a recorded exchange: {e}"
                ) from e
            self._replies.setdefault(key, []).append(reply)
        if model is None and len(names) != 1:
            raise ModelError(
                508,
                f"{self.path} holds exchanges with {len(names)} models",
                hint="say which to ask as: " + ", ".join(sorted(names)) if names else None,
            )
        self.name: str = model or next(iter(names))

    def _lines(self) -> list[str]:
        try:
            # Only "\n" ends a line: replies may hold U+2028 and its like.
            text = self.path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as e:
            raise ModelError(508, f"the record {self.path} cannot be read: {e}") from e
        return [line for line in text.split("\n") if line.strip()]

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        key = request_key(request(self.name, messages, sampling or Sampling()))
        replies = self._replies.get(key)
        if not replies:
            start = messages[-1].content[-60:].replace("\n", " ") if messages else ""
            raise ModelError(
                507,
                f"{self.path} has no reply to request {key} (ending in `{start}`)",
                hint="record it again: the prompt, the model's name or the sampling has changed",
            )
        return replies.pop(0) if len(replies) > 1 else replies[0]
