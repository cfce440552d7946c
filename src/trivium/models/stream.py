"""A streamed chat completion, put together as it comes.

    data: {"choices": [{"delta": {"content": "Hel"}}]}
    data: {"choices": [{"delta": {"content": "lo."}, "finish_reason": "stop"}]}     ->   Hello.
    data: [DONE]

Each piece of text is handed on at once, for a person who waits. A model that has fallen into
repeating itself is not listened to any longer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

# A text that ends in so many repetitions of one short piece will not end otherwise.
_TURNS, _LONGEST_PIECE = 24, 40

OnText = Callable[[str], None]


class Looping(Exception):
    """The model repeats itself."""


def assemble(chunks: Iterable[bytes], on_text: OnText) -> bytes:
    """The chat completion, as JSON, that a stream of server-sent events amounts to.

    An endpoint that does not stream sends the completion whole; it comes back as it is. Events that
    are not JSON are left out. Raises `Looping`.
    """
    text: list[str] = []
    finish, usage, other = None, None, bytearray()
    streamed = False
    for line in _lines(chunks):
        if not line.startswith(b"data:"):
            if not streamed and not line.startswith((b":", b"event:", b"id:", b"retry:")):
                other += line + b"\n"
            continue
        streamed = True
        event = _event(line[5:])
        usage = event.get("usage") or usage
        choices = event.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            continue
        finish = choices[0].get("finish_reason") or finish
        delta = choices[0].get("delta")
        piece = delta.get("content") if isinstance(delta, dict) else None
        if isinstance(piece, str) and piece:
            text.append(piece)
            on_text(piece)
            if _loops("".join(text[-_TURNS * _LONGEST_PIECE :])):
                raise Looping
    if not streamed:
        return bytes(other)
    message = {"content": "".join(text)}
    choice = {"message": message, "finish_reason": finish}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.rstrip(b"\r") for line in whole)
    if rest:
        yield rest


def _event(data: bytes) -> dict[str, object]:
    try:
        event = json.loads(data)
    except ValueError:  # "[DONE]", or garbage
        return {}
    return event if isinstance(event, dict) else {}


def _loops(text: str) -> bool:
    """Whether the end of a text is one piece again and again; runs of blanks are layout."""
    for length in range(1, _LONGEST_PIECE + 1):
        size = length * _TURNS
        if size > len(text):
            return False
        end = text[-size:]
        if end.strip() and end == end[:length] * _TURNS:
            return True
    return False
