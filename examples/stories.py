"""CLUTRR's stories: who is what to whom, and what is written between two people.

The kinds of ties say nothing of sex: a father or mother is a parent.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import torch

WORDS = {
    "parent": "father mother", "child": "son daughter", "sibling": "brother sister",
    "spouse": "husband wife", "grandparent": "grandfather grandmother", "pibling": "uncle aunt",
    "grandchild": "grandson granddaughter", "nibling": "nephew niece",
    "parent-in-law": "father-in-law mother-in-law", "child-in-law": "son-in-law daughter-in-law",
}  # fmt: skip
KINDS = list(WORDS)
KIND_OF = {word: kind for kind, words in WORDS.items() for word in words.split()}
LONGEST, CLUES, HASHES = 40, 80, 1 << 15
PEOPLE = ("x_", "y_", "z_")


def read_stories(archive: Path, part: str) -> list[tuple[torch.Tensor, int]]:
    """Of each story its ties as hashed clues, (ties, CLUES), and the kind of the answer."""
    with zipfile.ZipFile(archive) as files:
        rows = list(csv.DictReader(io.StringIO(files.read(f"{part}.csv").decode())))
    found = []
    for row in rows:
        people = [person.split(":")[0] for person in row["genders"].split(",")]
        ties = len(ast.literal_eval(row["story_edges"]))
        if len(people) == ties + 1:  # a few name somebody twice
            texts = [clues_of(row["story"], *people[k : k + 2]) for k in range(ties)]
            found.append((torch.tensor(texts), KINDS.index(KIND_OF[row["target"]])))
    return found


def clues_of(story: str, one: str, other: str) -> list[int]:
    """Hashed clues, of the sentences that name both people: words that stand together, and each
    word with the people named before and after it."""
    sentences = re.split(r"(?<=[.!?])\s+|(?<=\])\s+(?=\[)", story)
    text = " ".join(s for s in sentences if f"[{one}]" in s and f"[{other}]" in s) or story
    text = text.replace(f"[{one}]", " x_ ").replace(f"[{other}]", " y_ ")
    words = re.findall(r"\w+", re.sub(r"\[\w+\]", " z_ ", text).lower())[:LONGEST]
    clues = [" ".join(pair) for pair in pairwise(words)]
    before = after = "-"
    people: list[str] = []
    for word in reversed(words):
        people.append(after)
        after = word if word in PEOPLE else after
    for word, following in zip(words, reversed(people), strict=True):
        clues.append(f"{before} {word} {following}")
        before = word if word in PEOPLE else before
    return [1 + crc32(clue.encode()) % (HASHES - 1) for clue in clues] + [0] * (CLUES - len(clues))
