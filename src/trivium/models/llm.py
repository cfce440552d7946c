"""A client for any endpoint that speaks the OpenAI chat protocol.

    model = ChatClient("qwen2.5-coder", base_url="http://127.0.0.1:8080/v1")
    model.complete([Message("user", "Say hello.")]).text

It waits for a reply within limits of time and size, and tries again, with growing pauses, only
where that can help (no connection, too many requests, a server's passing failure). Whatever comes
back that is not a chat completion is a numbered error.
The `openai` library is imported at the first call.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from trivium.errors import BackendError, ModelError
from trivium.models.protocol import Message, Reply, Sampling, Usage, request

if TYPE_CHECKING:
    from openai import OpenAI

DEFAULT_BASE_URL = "https://api.openai.com/v1"
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_PAUSE = 20.0


class ChatClient:
    """One model at one endpoint.

    Args:
        model: the model's name there; by default `TRIVIUM_MODEL`.
        base_url: by default `OPENAI_BASE_URL`, or else OpenAI's own endpoint.
        api_key: by default `OPENAI_API_KEY`; local servers need none.
        timeout: seconds that one try may take. It is not tried again after that; a reply that
            stalls half-way is given up after twice that at most.
        retries: how often a failed try is repeated, after pauses of `pause`, 2 `pause`, ... seconds
            (or as long as the endpoint asks for, at most 20 s).
        max_reply_bytes: reading stops, with E506, when the reply is longer than this.
        price: cost of a million prompt tokens and of a million completion tokens, if known.

    Raises E509 when no model is named, and from `complete` E401 (the `openai` library is missing),
    E501 (no connection), E502 (too slow), E503 (an HTTP error), E504 (not a chat completion),
    E505 (an empty reply) and E506 (a reply longer than `max_reply_bytes`).
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
        pause: float = 0.5,
        max_reply_bytes: int = 1_000_000,
        price: tuple[float, float] | None = None,
    ) -> None:
        name = model or os.environ.get("TRIVIUM_MODEL")
        if not name:
            raise ModelError(
                509,
                "no model is named",
                hint="set TRIVIUM_MODEL, or pass `model=` (`--model` on the command line)",
            )
        self.name: str = name
        self.base_url = base_url or os.environ.get("OPENAI_BASE_URL") or DEFAULT_BASE_URL
        self.timeout = timeout
        self.retries = retries
        self.pause = pause
        self.max_reply_bytes = max_reply_bytes
        self.price = price
        self._api_key = api_key or os.environ.get("OPENAI_API_KEY")
        self._client: OpenAI | None = None
        self._refuses: set[str] = set()

    @property
    def endpoint(self) -> str:
        """The endpoint as messages show it: host and port, never a user name or a key."""
        try:
            parts = urlsplit(self.base_url)
            return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
        except ValueError:
            return "the endpoint"

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        """The model's reply; its usage counts every try, and the pauses between them."""
        asked = request(self.name, messages, sampling or Sampling())
        started = time.monotonic()
        tries = 0
        while True:
            tries += 1
            try:
                body = self._post(asked)
                break
            except _PassingError as failure:
                if tries > self.retries:
                    raise failure.error from failure.__cause__
                pause = failure.wait if failure.wait is not None else self.pause * 2 ** (tries - 1)
                time.sleep(min(max(pause, 0.0), _LONGEST_PAUSE))
        return self._read(body, tries, time.monotonic() - started)

    def _post(self, asked: dict[str, object]) -> bytes:
        """The body of one successful HTTP exchange."""
        client = self._openai()
        import openai

        deadline = time.monotonic() + self.timeout
        try:
            create: Any = client.chat.completions.with_streaming_response.create
            with create(**self._accepted(asked)) as response:
                return self._bytes(response.iter_bytes(), deadline)
        except openai.APITimeoutError as e:
            raise self._slow() from e
        except openai.APIStatusError as e:
            if e.status_code == 400 and self._learn(str(e)):
                return self._post(asked)
            raise self._refused(e.status_code, e.response.headers, str(e)) from e
        except openai.APIConnectionError as e:
            reason = str(e.__cause__ or e).splitlines()[0]
            raise _PassingError(
                ModelError(
                    501,
                    f"no connection to {self.endpoint}: {reason}",
                    hint="is the server running, and OPENAI_BASE_URL its address?",
                )
            ) from e
        except (ModelError, _PassingError):
            raise
        except Exception as e:  # the connection broke, or stalled, inside the reply's body
            if "timeout" in type(e).__name__.lower():
                raise self._slow() from e
            broken = ModelError(504, f"{self.endpoint} broke off its reply: {e}")
            raise _PassingError(broken) from e

    def _accepted(self, asked: dict[str, object]) -> dict[str, object]:
        """The request without what this endpoint was found to refuse."""
        sent = {key: value for key, value in asked.items() if key not in self._refuses}
        if "max_tokens" in self._refuses:
            sent["max_completion_tokens"] = asked["max_tokens"]
        return sent

    def _learn(self, text: str) -> bool:
        """Whether the refusal names an optional argument that was sent: some models take no
        `temperature` or `seed`, and want `max_tokens` by its newer name."""
        refused = [p for p in ("max_tokens", "temperature", "seed") if f"'{p}'" in text]
        new = set(refused) - self._refuses
        self._refuses |= new
        return bool(new)

    def _bytes(self, chunks: Iterator[bytes], deadline: float) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.max_reply_bytes:
                raise ModelError(
                    506,
                    f"{self.endpoint} sent more than {self.max_reply_bytes} bytes; "
                    "the rest was not read",
                    hint="the model may repeat itself: lower `max_tokens`",
                )
            if time.monotonic() > deadline:
                raise self._slow()
        return bytes(body)

    def _slow(self) -> ModelError:
        return ModelError(
            502,
            f"{self.endpoint} gave no whole reply within {self.timeout:g} s",
            hint="raise `timeout`, or take a smaller or nearer model",
        )

    def _refused(self, status: int, headers: Any, text: str) -> Exception:
        hint = {
            401: "set OPENAI_API_KEY to a valid key",
            403: "set OPENAI_API_KEY to a key that may use this model",
            404: f"does the endpoint serve `{self.name}`, and does OPENAI_BASE_URL end in `/v1`?",
        }.get(status)
        error = ModelError(503, f"{self.endpoint} refused: {_excerpt(text)}", hint=hint)
        return (
            _PassingError(error, _seconds(headers.get("retry-after")))
            if status in _PASSING
            else error
        )

    def _read(self, body: bytes, tries: int, seconds: float) -> Reply:
        """The reply in a chat completion's JSON."""
        text = body.decode("utf-8", errors="replace")
        try:
            data = json.loads(text)
            choice = data["choices"][0]
            content = choice["message"]["content"]
            if not isinstance(content, str | None):
                raise TypeError("`content` is not text")
        except (ValueError, LookupError, TypeError) as e:
            kind = "HTML" if "<html" in text[:1000].lower() else f"`{_excerpt(text)}`"
            raise ModelError(
                504,
                f"{self.endpoint} answered {kind if text.strip() else 'nothing'}, "
                "not a chat completion",
                hint="OPENAI_BASE_URL must be an OpenAI-compatible API, often ending in `/v1`",
            ) from e
        if not content or not content.strip():
            cut = choice.get("finish_reason") == "length"
            raise ModelError(
                505,
                f"`{self.name}` at {self.endpoint} gave an empty reply",
                hint="a limit ended it before it began: raise `max_tokens`" if cut else None,
            )
        usage = self._usage(data.get("usage"), tries, seconds)
        return Reply(content, usage, cut=choice.get("finish_reason") == "length")

    def _usage(self, counted: Any, tries: int, seconds: float) -> Usage:
        tokens = [0, 0]
        if isinstance(counted, dict):
            found = (counted.get("prompt_tokens"), counted.get("completion_tokens"))
            tokens = [n if isinstance(n, int) else 0 for n in found]
        cost = None
        if self.price and any(tokens):
            cost = (tokens[0] * self.price[0] + tokens[1] * self.price[1]) / 1e6
        return Usage(tries, tokens[0], tokens[1], seconds, cost)

    def _openai(self) -> OpenAI:
        """The library's client; it neither retries nor waits on its own account."""
        if self._client is None:
            try:
                from openai import OpenAI
            except ImportError as e:
                raise BackendError(
                    401,
                    "a language model's endpoint needs the `openai` library",
                    hint='install it with `pip install "trivium[llm]"`',
                ) from e
            try:
                self._client = OpenAI(
                    # The library insists on a key; servers that need none ignore it.
                    api_key=self._api_key or "none",
                    base_url=self.base_url,
                    timeout=self.timeout,
                    max_retries=0,
                )
            except Exception as e:  # the library has no one error for an address it cannot read
                raise ModelError(501, f"the endpoint's address cannot be used: {e}") from e
        return self._client


class _PassingError(Exception):
    """A failure that may pass: try again after `wait` seconds, then raise `error`."""

    def __init__(self, error: ModelError, wait: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait = wait


def _seconds(header: str | None) -> float | None:
    """A `Retry-After` header given in seconds; None where it is missing or a date."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _excerpt(text: str, length: int = 120) -> str:
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def configured(
    model: str | None = None, base_url: str | None = None, **options: Any
) -> ChatClient | None:
    """The client that arguments and environment ask for, or None where they name no model.

    A key or an endpoint alone asks for nothing: other programs set those too.
    """
    if not (model or os.environ.get("TRIVIUM_MODEL")):
        return None
    return ChatClient(model, base_url=base_url, **options)
