"""Spans tell what was asked and what it cost; what was said, only on request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from trivium.errors import ModelError
from trivium.models.llm import ChatClient
from trivium.models.many import complete_all_async, complete_async
from trivium.models.protocol import Message, Reply, Sampling
from trivium.models.traces import Traced

trace = pytest.importorskip("opentelemetry.trace")
sdk = pytest.importorskip("opentelemetry.sdk.trace")
exporters = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
export = pytest.importorskip("opentelemetry.sdk.trace.export")
HELLO = [Message("user", "Say hello.")]


@pytest.fixture
def spans(monkeypatch) -> Iterator[object]:
    exporter = exporters.InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def test_a_call_is_a_span(endpoint, spans):
    endpoint.says("Hello.")
    Traced(ChatClient("tiny", base_url=endpoint.url)).complete(HELLO, Sampling(max_tokens=9))
    (span,) = spans.get_finished_spans()
    told = dict(span.attributes)
    assert span.name == "chat tiny"
    assert told["gen_ai.operation.name"] == "chat"
    assert told["gen_ai.request.model"] == "tiny"
    assert told["gen_ai.request.max_tokens"] == 9
    assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (30, 4)
    assert told["server.address"] == "127.0.0.1"
    assert "hello" not in str(told).lower()


def test_content_on_request(endpoint, spans, monkeypatch):
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    endpoint.says("Hello.")
    Traced(ChatClient("tiny", base_url=endpoint.url)).complete(HELLO)
    told = dict(spans.get_finished_spans()[0].attributes)
    assert "Say hello." in told["gen_ai.input.messages"]
    assert "Hello." in told["gen_ai.output.messages"]


def test_a_failure_is_told(endpoint, spans):
    endpoint.gives("no", status=401)
    with pytest.raises(ModelError):
        Traced(ChatClient("tiny", base_url=endpoint.url)).complete(HELLO)
    assert spans.get_finished_spans()[0].attributes["error.type"] == "E503"


def test_awaited(endpoint):
    endpoint.says("Hello.")
    model = ChatClient("tiny", base_url=endpoint.url)

    async def both() -> list[object]:
        one = await complete_async(model, HELLO)
        return [one, *await complete_all_async(model, [HELLO, HELLO])]

    replies = asyncio.run(both())
    assert all(isinstance(reply, Reply) and reply.text == "Hello." for reply in replies)
