"""A client for any endpoint that speaks the OpenAI chat protocol.

    model = ChatClient("qwen2.5-coder", base_url="http://127.0.0.1:8080/v1")
    model.complete([Message("user", "Say hello.")]).text

It waits for a reply within limits of time, size and money, and tries again, with growing pauses,
only where that can help (no connection, too many requests, a server's passing failure). Whatever
comes back that is not a chat completion is a numbered error.
The `openai` library is imported at the first call.
"""

from __future__ import annotations

import json
import math
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from trivium.errors import BackendError, ModelError
from trivium.models.budget import Budget, Ticket, most_tokens
from trivium.models.prices import Price, price_of
from trivium.models.protocol import Message, Reply, Sampling, Usage, request
from trivium.models.stream import Looping, OnText, assemble

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

DEFAULT_BASE_URL = "https://api.openai.com/v1"
# Failures before a model has written anything: no token was paid.
_UNPAID = {501, 503}
_PASSING = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_PAUSE = 20.0
# What the library writes before an endpoint's own words.
_STATUS = re.compile(r"Error code: \d+(?: - )?")
# What endpoints say that take no grammar or no schema; one that they cannot read is another matter.
_UNKNOWN = {
    form: re.compile(rf"(?:{no})[^.]*(?:{names})|(?:{names})[^.]*(?:{no})", re.I)
    for no in ("unknown|unrecognized|unsupported|extra|not (?:supported|permitted|allowed)",)
    for form, names in (
        ("grammar", "grammar|structured_outputs"),
        ("schema", "response_format|json_schema"),
    )
}


class ChatClient:
    """One model at one endpoint.

    Args:
        model: the model's name there; by default `TRIVIUM_MODEL`.
        base_url: by default `OPENAI_BASE_URL`, or else OpenAI's own endpoint.
        api_key: by default `OPENAI_API_KEY`; local servers need none.
        timeout: seconds that one try may take. It is not tried again after that; a reply that
            stalls half-way is given up after twice that at most.
        retries: how often a failed try is repeated, after pauses of `pause`, 2 `pause`, ... seconds
            (or as long as the endpoint asks for; where that is more than 20 s, not at all).
        max_reply_bytes: reading stops, with E506, when the reply is longer than this.
        price: of a million prompt tokens and a million completion tokens; by default that of the
            `genai-prices` table, if it knows the model.
        budget: what may be spent; clients may share one.
        on_text: called with each piece of a reply as it comes, for a person who waits.

    Raises E509 when no model is named, and from `complete` E401 (the `openai` library is missing),
    E501 (no connection), E502 (too slow), E503 (an HTTP error), E504 (not a chat completion),
    E505 (an empty reply), E506 (a reply longer than `max_reply_bytes`, or one that repeats itself
    for ever), E513 (the budget has no room) and E514 (a budget in money, but no price).
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
        price: tuple[float, float] | Price | None = None,
        budget: Budget | None = None,
        on_text: OnText | None = None,
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
        self._price = None if price is None else Price(*price)
        self.budget = budget or Budget()
        self.on_text = on_text
        self._api_key = api_key or os.environ.get("OPENAI_API_KEY")
        self._client: OpenAI | None = None
        self._refuses: set[str] = set()

    @cached_property
    def price(self) -> Price | None:
        return self._price or price_of(self.name, self.base_url)

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
        sampling = sampling or Sampling()
        asked = request(self.name, messages, sampling)
        most = self._bill(1, most_tokens(messages), sampling.max_tokens, 0.0)
        started = time.monotonic()
        tries = 0
        while True:
            tries += 1
            try:
                with self.budget.call(most) as ticket:
                    reply = self._try(asked, ticket)
                usage = replace(reply.usage, calls=tries, seconds=time.monotonic() - started)
                return replace(reply, usage=usage)
            except _PassingError as failure:
                too_long = (failure.wait or 0.0) > _LONGEST_PAUSE
                if tries > self.retries or too_long:
                    if tries > 1:
                        failure.error.message += f" (asked {tries} times)"
                    raise failure.error from failure.__cause__
                pause = failure.wait if failure.wait is not None else self.pause * 2 ** (tries - 1)
                time.sleep(min(pause, _LONGEST_PAUSE))

    def _try(self, asked: dict[str, object], ticket: Ticket) -> Reply:
        """One try. Its bill is the greatest possible one where the endpoint did not tell it."""
        try:
            data, choice = self._completion(self._post(asked))
        except (_PassingError, ModelError) as failure:
            error = failure.error if isinstance(failure, _PassingError) else failure
            if error.number in _UNPAID:
                ticket.used = Usage(calls=1)
            raise
        usage = self._usage(data.get("usage"))
        if usage.prompt_tokens or usage.completion_tokens:
            ticket.used = usage
        return self._reply(choice, usage)

    def _post(self, asked: dict[str, object]) -> bytes:
        """The body of one successful HTTP exchange."""
        client = self._openai()
        import openai

        deadline = time.monotonic() + self.timeout
        try:
            create: Any = client.chat.completions.with_streaming_response.create
            with create(**self._accepted(asked)) as response:
                chunks = self._bounded(response.iter_bytes(), deadline)
                return b"".join(chunks) if self.on_text is None else assemble(chunks, self.on_text)
        except Looping:
            raise ModelError(
                506,
                f"`{self.name}` at {self.endpoint} repeats itself; the rest was not read",
                hint="ask another model, or raise the temperature",
            ) from None
        except openai.APITimeoutError as e:
            raise self._slow() from e
        except openai.APIStatusError as e:
            if e.status_code == 400 and self._learn(str(e)):
                return self._post(asked)
            raise self._refused(e.status_code, e.response.headers, _said(e)) from e
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
        grammar = sent.pop("grammar", None)
        if grammar:  # one server reads the first, another the second
            sent["extra_body"] = {"grammar": grammar, "structured_outputs": {"grammar": grammar}}
        schema = sent.pop("schema", None)
        if isinstance(schema, str):
            form = {"name": "query", "strict": True, "schema": json.loads(schema)}
            sent["response_format"] = {"type": "json_schema", "json_schema": form}
        if self.on_text is not None:
            sent |= {"stream": True, "stream_options": {"include_usage": True}}
        return sent

    def _learn(self, text: str) -> bool:
        """Whether the refusal names an optional argument that was sent: some models take no
        `temperature`, `seed` or grammar, and want `max_tokens` by its newer name."""
        refused = [p for p in ("max_tokens", "temperature", "seed") if f"'{p}'" in text]
        refused += [form for form, unknown in _UNKNOWN.items() if unknown.search(text)]
        new = set(refused) - self._refuses
        self._refuses |= new
        return bool(new)

    def _bounded(self, chunks: Iterable[bytes], deadline: float) -> Iterator[bytes]:
        """The chunks, within the limits of size and time."""
        size = 0
        for chunk in chunks:
            size += len(chunk)
            if size > self.max_reply_bytes:
                raise ModelError(
                    506,
                    f"{self.endpoint} sent more than {self.max_reply_bytes} bytes; "
                    "the rest was not read",
                    hint="the model may repeat itself: lower `max_tokens`",
                )
            if time.monotonic() > deadline:
                raise self._slow()
            yield chunk

    def _slow(self) -> ModelError:
        return ModelError(
            502,
            f"{self.endpoint} gave no whole reply within {self.timeout:g} s",
            hint="raise `timeout`, or take a smaller or nearer model",
        )

    def _refused(self, status: int, headers: Any, text: str) -> Exception:
        wait = _seconds(headers.get("retry-after"))
        hint = {
            400: "the endpoint cannot take this request; a longer context may help",
            401: "set OPENAI_API_KEY to a valid key",
            402: "the account behind OPENAI_API_KEY has nothing left to pay with",
            403: "set OPENAI_API_KEY to a key that may use this model",
            404: f"does the endpoint serve `{self.name}`, and does OPENAI_BASE_URL end in `/v1`?",
            429: "it limits how often it is asked: wait, or ask less at once",
        }.get(status)
        if status in _PASSING and wait is not None and wait > _LONGEST_PAUSE:
            hint = f"it asks to be left alone for {wait:,.0f} s: try again after that"
        elif hint is None and status >= 500:
            hint = "the failure is the endpoint's own: try again later"
        said = _excerpt(text) or _name_of(status)
        error = ModelError(503, f"{self.endpoint} answered HTTP {status}: {said}", hint=hint)
        return _PassingError(error, wait) if status in _PASSING else error

    def _completion(self, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        """A chat completion's JSON, and its first choice."""
        text = body.decode("utf-8", errors="replace")
        try:
            data = json.loads(text)
            choice = data["choices"][0]
            if not isinstance(choice["message"]["content"], str | None):
                raise TypeError("`content` is not text")
        except (ValueError, LookupError, TypeError, RecursionError) as e:
            kind = "HTML" if "<html" in text[:1000].lower() else f"`{_excerpt(text)}`"
            raise ModelError(
                504,
                f"{self.endpoint} answered {kind if text.strip() else 'nothing'}, "
                "not a chat completion",
                hint="OPENAI_BASE_URL must be an OpenAI-compatible API, often ending in `/v1`",
            ) from e
        return data, choice

    def _reply(self, choice: dict[str, Any], usage: Usage) -> Reply:
        content = choice["message"]["content"]
        cut = choice.get("finish_reason") == "length"
        if not content or not content.strip():
            raise ModelError(
                505,
                f"`{self.name}` at {self.endpoint} gave an empty reply",
                hint="a limit ended it before it began: raise `max_tokens`" if cut else None,
            )
        return Reply(content, usage, cut)

    def _usage(self, counted: Any) -> Usage:
        found: tuple[Any, Any] = (0, 0)
        if isinstance(counted, dict):
            found = (counted.get("prompt_tokens"), counted.get("completion_tokens"))
        read, written = (n if isinstance(n, int) and n >= 0 else 0 for n in found)
        return self._bill(1, read, written, 0.0)

    def _bill(self, calls: int, read: int, written: int, seconds: float) -> Usage:
        cost = None
        if self.price is not None and (read or written):
            cost = (read * self.price.prompt + written * self.price.completion) / 1e6
        return Usage(calls, read, written, seconds, cost)

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
    """A `Retry-After` header, which has seconds or a date; None where it is missing or nonsense."""
    try:
        seconds = float(header or "")
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header or "").timestamp() - time.time()
        except (ValueError, TypeError, OverflowError):
            return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _said(refusal: APIStatusError) -> str:
    """What an endpoint says of its refusal; nothing where that is a page of HTML."""
    body = refusal.body
    if isinstance(body, str):
        return "" if body.lstrip().startswith("<") else body
    return _STATUS.sub("", str(refusal))


def _name_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


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
