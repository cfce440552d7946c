"""CLUTRR's stories: who is what to whom, and what is written between two people.

The kinds of ties say nothing of sex: a father or mother is a parent.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import zipfile
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
LONGEST, RUNS, HASHES = 40, 120, 1 << 15


def read_stories(archive: Path, part: str) -> list[tuple[torch.Tensor, int]]:
    """Of each story its ties as hashed runs of words, (ties, RUNS), and the kind of the answer."""
    with zipfile.ZipFile(archive) as files:
        rows = list(csv.DictReader(io.StringIO(files.read(f"{part}.csv").decode())))
    found = []
    for row in rows:
        people = [person.split(":")[0] for person in row["genders"].split(",")]
        ties = len(ast.literal_eval(row["story_edges"]))
        if len(people) == ties + 1:  # a few name somebody twice
            texts = [runs_of(row["story"], *people[k : k + 2]) for k in range(ties)]
            found.append((torch.tensor(texts), KINDS.index(KIND_OF[row["target"]])))
    return found


def runs_of(story: str, one: str, other: str) -> list[int]:
    """One to three words that stand together, of the sentences that name both people."""
    sentences = re.split(r"(?<=[.!?])\s+|(?<=\])\s+(?=\[)", story)
    text = " ".join(s for s in sentences if f"[{one}]" in s and f"[{other}]" in s) or story
    text = text.replace(f"[{one}]", " x_ ").replace(f"[{other}]", " y_ ")
    words = re.findall(r"\w+", re.sub(r"\[\w+\]", " z_ ", text).lower())[:LONGEST]
    runs = [" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]
    return [1 + crc32(run.encode()) % (HASHES - 1) for run in runs] + [0] * (RUNS - len(runs))
