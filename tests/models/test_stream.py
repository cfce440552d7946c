"""Streams: pieces as they come, the same reply at the end; garbage and loops do no harm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from trivium.errors import ModelError
from trivium.models.llm import ChatClient
from trivium.models.protocol import Message, Sampling
from trivium.models.stream import Looping, assemble

HELLO = [Message("user", "Say hello.")]


def event(piece: str | None = None, **more: Any) -> str:
    delta = {} if piece is None else {"content": piece}
    return "data: " + json.dumps({"choices": [{"delta": delta, **more}]}) + "\n\n"


END = (
    'data: {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}\n\ndata: [DONE]\n'
)


def test_pieces_come_as_they_are_written(endpoint):
    text = event("Hel") + ": still here\n\n" + event("lo ✓", finish_reason="stop") + END
    endpoint.gives(text)
    pieces: list[str] = []
    model = ChatClient("tiny", base_url=endpoint.url, on_text=pieces.append, price=(1.0, 1.0))
    reply = model.complete(HELLO)
    assert (reply.text, pieces, reply.cut) == ("Hello ✓", ["Hel", "lo ✓"], False)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (7, 2)
    assert endpoint.requests[0]["stream"] is True


def test_an_endpoint_that_does_not_stream(endpoint):
    endpoint.says("Hello.")
    model = ChatClient("tiny", base_url=endpoint.url, on_text=print)
    assert model.complete(HELLO).text == "Hello."


def test_garbage_among_the_events_is_left_out(endpoint):
    garbage = 'data: {half\n\ndata: 7\n\ndata: {"choices": [3]}\n\nnoise\n\n'
    endpoint.gives(event("Hel") + garbage + event("lo.") + END)
    model = ChatClient("tiny", base_url=endpoint.url, on_text=lambda piece: None)
    assert model.complete(HELLO).text == "Hello."


@pytest.mark.parametrize("text", ["noise\n", "data: noise\n\n", ""])
def test_a_stream_of_garbage_alone_is_an_error(endpoint, text):
    endpoint.gives(text)
    model = ChatClient("tiny", base_url=endpoint.url, on_text=lambda piece: None)
    with pytest.raises(ModelError) as caught:
        model.complete(HELLO)
    assert caught.value.number in (504, 505)


def test_any_cut_of_the_bytes_gives_the_same():
    whole = (event("Ünï") + event("cöde", finish_reason="length") + END).encode()
    expected = assemble([whole], lambda piece: None)
    assert json.loads(expected)["choices"][0]["message"]["content"] == "Ünïcöde"
    for size in (1, 2, 3, 7):
        chunks = [whole[i : i + size] for i in range(0, len(whole), size)]
        assert assemble(chunks, lambda piece: None) == expected


def test_a_model_that_repeats_itself_is_left(endpoint):
    endpoint.gives(event("answer(x) :- ") + event(" t(a: x),") * 10_000)
    model = ChatClient("tiny", base_url=endpoint.url, on_text=lambda piece: None)
    with pytest.raises(ModelError, match="repeats itself") as caught:
        model.complete(HELLO)
    assert caught.value.number == 506


def test_blanks_are_not_a_loop():
    stream = event("a" + " " * 2000) + event("b", finish_reason="stop")
    assert b'"a  ' in assemble([stream.encode()], lambda piece: None)
    with pytest.raises(Looping):
        assemble([event("ha" * 50).encode()], lambda piece: None)


def test_a_grammar_goes_along_until_it_is_refused(endpoint):
    refusal = "Unknown parameter: 'grammar'."
    endpoint.says("yes")
    model = ChatClient("tiny", base_url=endpoint.url)
    model.complete(HELLO, Sampling(grammar='root ::= "yes"'))
    assert endpoint.requests[0]["grammar"] == 'root ::= "yes"'
    endpoint.answers.clear()
    endpoint.gives(json.dumps({"error": {"message": refusal}}), status=400)
    endpoint.says("yes")
    assert model.complete(HELLO, Sampling(grammar='root ::= "yes"')).text == "yes"
    assert "grammar" not in endpoint.requests[-1]


def test_a_schema_goes_along_until_it_is_refused(endpoint):
    endpoint.says("{}")
    model = ChatClient("tiny", base_url=endpoint.url)
    held = Sampling(schema='{"type": "object"}')
    model.complete(HELLO, held)
    form = endpoint.requests[0]["response_format"]
    assert form["json_schema"]["schema"] == {"type": "object"}
    endpoint.answers.clear()
    refusal = "response_format of type json_schema is not supported by this model"
    endpoint.gives(json.dumps({"error": {"message": refusal}}), status=400)
    endpoint.says("{}")
    model.complete(HELLO, held)
    assert "response_format" not in endpoint.requests[-1]
