"""HotpotQA, 2WikiMultihopQA, MuSiQue and StrategyQA samples as the benchmarks read them.

A sample is a JSON-lines file of questions with their paragraphs, gold evidence and answer; or one
JSON array of them. Answers are compared as the data sets' own scripts do: without case, articles
and marks.
"""

from __future__ import annotations

import json
import re
import string
from dataclasses import dataclass
from pathlib import Path

from trivium.ground.passage import Passage
from trivium.source import Place


@dataclass(frozen=True)
class Asked:
    """A question, its paragraphs, which of them are evidence, and the answers that count."""

    text: str
    passages: tuple[Passage, ...]
    evidence: frozenset[int]
    answers: tuple[str, ...]
    kind: str


def read_asked(path: Path) -> list[Asked]:
    text = path.read_text("utf-8")
    records = json.loads(text) if text.startswith("[") else [
        json.loads(line) for line in text.split("\n") if line
    ]  # fmt: skip
    return [_asked(record) for record in records if "context" in record or "paragraphs" in record]


def _asked(record: dict) -> Asked:
    if "context" in record:
        pairs = [(title, " ".join(s.strip() for s in said)) for title, said in record["context"]]
        gold = {title for title, _ in record["supporting_facts"]}
        evidence = frozenset(i for i, (title, _) in enumerate(pairs) if title in gold)
    else:
        pairs = [(p["title"], p["paragraph_text"]) for p in record["paragraphs"]]
        evidence = frozenset(i for i, p in enumerate(record["paragraphs"]) if p["is_supporting"])
    passages = tuple(passage_of(title, text) for title, text in pairs)
    answers = (str(record["answer"]), *record.get("answer_aliases", ()))
    return Asked(record["question"], passages, evidence, answers, record.get("type", ""))


def passage_of(title: str, text: str) -> Passage:
    return Passage(text, Place(title), title)


def normal(text: str) -> str:
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", kept).split())


def f1(value: str, gold: str) -> float:
    mine, its = normal(value).split(), normal(gold).split()
    shared = sum(min(mine.count(w), its.count(w)) for w in set(mine))
    return 2 * shared / (len(mine) + len(its)) if shared else 0.0
