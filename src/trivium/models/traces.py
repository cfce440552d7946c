"""Each call of a model as an OpenTelemetry span, with the names that `gen_ai` conventions give.

    model = Traced(ChatClient("gpt-4o-mini"))
    chat gpt-4o-mini    gen_ai.usage.input_tokens: 812, gen_ai.usage.output_tokens: 40, ...

Where the spans go is the program's business: without an OpenTelemetry SDK they go nowhere, at no
cost. What was said stays out of them, unless the environment variable of the conventions,
`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`, is `true`.

Source: OpenTelemetry semantic conventions for generative AI client spans.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trivium.errors import TriviumError
from trivium.models.protocol import ChatModel, Message, Reply, Sampling

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_CONTENT = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


class Traced:
    """`model`, each call of it in a span; the very same where `opentelemetry-api` is missing."""

    def __init__(self, model: ChatModel) -> None:
        self.model = model

    @property
    def name(self) -> str:
        return self.model.name

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        sampling = sampling or Sampling()
        try:
            from opentelemetry import trace
        except ImportError:
            return self.model.complete(messages, sampling)
        tracer = trace.get_tracer("trivium")
        with tracer.start_as_current_span(
            f"chat {self.name}", kind=trace.SpanKind.CLIENT, attributes=self._asked(sampling)
        ) as span:
            if _content_wanted():
                span.set_attribute("gen_ai.input.messages", json.dumps(_shown(messages)))
            try:
                reply = self.model.complete(messages, sampling)
            except TriviumError as error:
                span.set_attribute("error.type", f"E{error.number}")
                raise
            _tell(span, reply)
            return reply

    def _asked(self, sampling: Sampling) -> dict[str, Any]:
        told: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": self.name,
            "gen_ai.request.max_tokens": sampling.max_tokens,
            "gen_ai.request.temperature": sampling.temperature,
            "gen_ai.request.seed": sampling.seed,
        }
        endpoint = getattr(self.model, "endpoint", None)
        if endpoint:
            host, _, port = str(endpoint).partition(":")
            told["server.address"] = host
            if port.isdigit():
                told["server.port"] = int(port)
        return told


def _tell(span: Span, reply: Reply) -> None:
    span.set_attribute("gen_ai.usage.input_tokens", reply.usage.prompt_tokens)
    span.set_attribute("gen_ai.usage.output_tokens", reply.usage.completion_tokens)
    span.set_attribute("gen_ai.response.finish_reasons", ["length" if reply.cut else "stop"])
    if _content_wanted():
        span.set_attribute(
            "gen_ai.output.messages", json.dumps(_shown([Message("assistant", reply.text)]))
        )


def _content_wanted() -> bool:
    return os.environ.get(_CONTENT, "").lower() == "true"


def _shown(messages: Sequence[Message]) -> list[dict[str, object]]:
    return [
        {"role": message.role, "parts": [{"type": "text", "content": message.content}]}
        for message in messages
    ]
