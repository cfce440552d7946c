"""The client: good replies and their bill, and one numbered error for each way to fail."""

from __future__ import annotations

import json
import socket
import sys
import time
from email.utils import formatdate
from typing import Any

import pytest

from trivium.errors import BackendError, ModelError, TriviumError
from trivium.models.llm import ChatClient, configured
from trivium.models.protocol import Message, Sampling, Usage

pytest.importorskip("openai")
HELLO = [Message("system", "Be brief."), Message("user", "Say hello.")]


def client(endpoint: Any, **options: Any) -> ChatClient:
    settings: dict[str, Any] = {"base_url": endpoint.url, "timeout": 5.0, "pause": 0.0}
    return ChatClient("tiny", **(settings | options))


def failure(model: ChatClient) -> TriviumError:
    with pytest.raises(TriviumError) as caught:
        model.complete(HELLO)
    return caught.value


def test_reply_and_bill(endpoint):
    endpoint.says("Hello.")
    reply = client(endpoint, price=(1.0, 2.0)).complete(HELLO, Sampling(max_tokens=9, seed=3))
    assert reply.text == "Hello."
    assert not reply.cut
    assert (reply.usage.calls, reply.usage.prompt_tokens, reply.usage.completion_tokens) == (
        1,
        30,
        4,
    )
    assert reply.usage.cost == pytest.approx(38e-6)
    assert endpoint.requests == [
        {
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Say hello."},
            ],
            "max_tokens": 9,
            "temperature": 0.0,
            "seed": 3,
        }
    ]


def test_settings_come_from_the_environment(endpoint, monkeypatch):
    endpoint.says("Hello.")
    monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert configured() is None  # an endpoint alone asks for nothing
    monkeypatch.setenv("TRIVIUM_MODEL", "small")
    model = configured()
    assert model is not None
    model.complete(HELLO)
    assert endpoint.requests[0]["model"] == "small"
    assert endpoint.keys == ["Bearer secret"]


def test_no_model_named():
    with pytest.raises(ModelError, match="no model is named") as caught:
        ChatClient()
    assert caught.value.number == 509


def test_endpoint_down():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    error = failure(ChatClient("tiny", base_url=f"http://127.0.0.1:{port}/v1", pause=0.0))
    assert error.number == 501
    assert f"127.0.0.1:{port}" in error.message


@pytest.mark.parametrize("start", [b"", b'{"choices": ['])
def test_slow_endpoint(endpoint, start):
    endpoint.stalls(start)
    started = time.monotonic()
    error = failure(client(endpoint, timeout=0.2))
    assert error.number == 502
    assert "0.2 s" in error.message
    assert time.monotonic() - started < 2
    assert len(endpoint.requests) == 1  # a slow endpoint is not asked again


def test_dripping_reply_stops_at_the_deadline(endpoint):
    def drip(handler):
        handler.send_response(200)
        handler.end_headers()
        while not endpoint.release.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    endpoint.answers.append(drip)
    assert failure(client(endpoint, timeout=0.2)).number == 502


def test_http_error(endpoint):
    endpoint.gives(json.dumps({"error": {"message": "bad key"}}), status=401)
    error = failure(client(endpoint))
    assert error.number == 503
    assert "bad key" in error.message
    assert "OPENAI_API_KEY" in (error.hint or "")
    assert len(endpoint.requests) == 1


def test_passing_failure_is_tried_again(endpoint):
    endpoint.gives("busy", status=429, retry_after="0")
    endpoint.gives("restarting", status=500)
    endpoint.says("Hello.")
    reply = client(endpoint).complete(HELLO)
    assert reply.text == "Hello."
    assert reply.usage.calls == 3


def test_lasting_failure_is_an_error(endpoint):
    endpoint.gives("out of order", status=500)
    error = failure(client(endpoint, retries=1))
    assert error.number == 503
    assert error.message.endswith("answered HTTP 500: out of order (asked 2 times)")
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize(
    ("status", "text", "shown", "hint"),
    [
        (429, '{"error": {"message": "Rate limit reached"}}', "Rate limit reached", "wait, or ask"),
        (502, "<html><body>502 Bad Gateway</body></html>", "HTTP 502: ", "endpoint's own"),
        (404, "", "HTTP 404: Not Found", "end in `/v1`"),
        (401, '{"error": {"message": "bad key"}}', "HTTP 401: bad key", "OPENAI_API_KEY"),
        (400, '{"error": {"message": "too long"}}', "HTTP 400: too long", "longer context"),
        (402, '{"error": {"message": "no credit"}}', "no credit", "nothing left"),
    ],
)
def test_a_refusal_says_what_was_said_and_what_to_do(endpoint, status, text, shown, hint):
    endpoint.gives(text, status=status)
    error = failure(client(endpoint, retries=0))
    assert error.number == 503
    assert shown in error.message
    assert "Error code" not in error.message
    assert "<" not in error.message
    assert hint in error.hint


def later(seconds: float) -> str:
    return formatdate(time.time() + seconds, usegmt=True)


@pytest.mark.parametrize("as_date", [False, True])
def test_who_asks_for_a_long_pause_is_left_alone(endpoint, as_date):
    endpoint.gives("busy", status=429, retry_after=later(3600) if as_date else "3600")
    error = failure(client(endpoint, retries=3))
    assert "left alone for 3," in error.hint
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("asked", [later(-60), "soon", "nan", "-5"])
def test_a_pause_that_is_over_or_nonsense_is_no_pause(endpoint, asked):
    endpoint.gives("busy", status=429, retry_after=asked)
    endpoint.says("Hello.")
    assert client(endpoint).complete(HELLO).text == "Hello."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!doctype html><html><body>Welcome</body></html>", "HTML"),
        ("not json", "`not json`"),
        ("[1, 2]", "`[1, 2]`"),
        ('{"choices": []}', "choices"),
        ('{"choices": [{"message": {"content": 7}}]}', "content"),
        ("", "nothing"),
        ("\x00\xff\x1b[31m", "[31m"),
    ],
)
def test_nonsense(endpoint, text, shown):
    endpoint.gives(text)
    error = failure(client(endpoint))
    assert error.number == 504
    assert shown in error.message
    assert error.message.isprintable()


def test_broken_off_reply(endpoint):
    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"choices"')

    endpoint.answers.append(cut)
    assert failure(client(endpoint)).number == 504
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("text", ["", "  \n", None])
def test_empty_reply(endpoint, text):
    endpoint.says(text)
    assert failure(client(endpoint)).number == 505


def test_endless_reply_is_not_read(endpoint):
    endpoint.says("hello " * 50_000)
    error = failure(client(endpoint, max_reply_bytes=10_000))
    assert error.number == 506
    assert "10000 bytes" in error.message


def test_reply_cut_by_its_limit_says_so(endpoint):
    endpoint.says("Hello and", finish="length")
    assert client(endpoint).complete(HELLO).cut


def test_newer_argument_names_are_learnt(endpoint):
    refusal = "Unsupported parameter: 'max_tokens'; use 'max_completion_tokens' instead."
    endpoint.gives(json.dumps({"error": {"message": refusal}}), status=400)
    endpoint.says("Hello.")
    model = client(endpoint)
    assert model.complete(HELLO).text == "Hello."
    model.complete(HELLO)
    assert "max_tokens" not in endpoint.requests[1]
    assert endpoint.requests[1]["max_completion_tokens"] == 512
    assert len(endpoint.requests) == 3


def test_missing_library_names_its_command(endpoint, monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(BackendError) as caught:
        client(endpoint).complete(HELLO)
    assert caught.value.number == 401
    assert 'pip install "trivium[llm]"' in str(caught.value)


def test_a_password_in_the_address_is_never_shown():
    model = ChatClient("tiny", base_url="http://me:secret@127.0.0.1:9/v1", retries=0)
    assert "secret" not in str(failure(model))


@pytest.mark.parametrize("url", ["not a url", "ftp://x/v1", "http://[::bad/v1"])
def test_unusable_address(url):
    error = failure(ChatClient("tiny", base_url=url, retries=0))
    assert error.number == 501


def test_bills_add_up():
    total = Usage(1, 10, 5, 0.5, 0.25) + Usage(2, 1, 1, 0.5)
    assert total == Usage(3, 11, 6, 1.0, 0.25)
