"""An endpoint on this machine that answers as each test tells it to, well or badly."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Answer = Callable[[BaseHTTPRequestHandler], None]


class Endpoint:
    """`answers` are used in turn, the last one again and again; `requests` is what was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.release = threading.Event()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                self.asked = json.loads(self.rfile.read(length))
                endpoint.requests.append(self.asked)
                endpoint.keys.append(self.headers["Authorization"])
                answers = endpoint.answers
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                # Some tests want a client that gives up.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def says(self, text: str | None, finish: str = "stop") -> None:
        self.answers.append(body(completion(text, finish)))

    def gives(self, text: str, status: int = 200, **headers: str) -> None:
        self.answers.append(body(text.encode(), status, headers))

    def stalls(self, start: bytes = b"") -> None:
        """Send the start of a reply, then nothing until the test is over."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            if start:
                handler.send_response(200)
                handler.send_header("Content-Length", "1000")
                handler.end_headers()
                handler.wfile.write(start)
                handler.wfile.flush()
            self.release.wait(10)

        self.answers.append(answer)


def body(content: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def completion(text: str | None, finish: str = "stop") -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"content": text}}
    usage = {"prompt_tokens": 30, "completion_tokens": 4}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.release.set()
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "TRIVIUM_MODEL"):
        monkeypatch.delenv(name, raising=False)
