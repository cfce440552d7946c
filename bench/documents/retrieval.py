"""How much of the gold evidence is among the five best passages, over whole pools.

    python bench/documents/retrieval.py ../shared/data/multihop
    python bench/documents/retrieval.py ../shared/data/hipporag --sets hotpotqa_train musique_train
    python bench/documents/retrieval.py ../shared/data/multihop --passages 1000000

A set's pool is all the paragraphs of its questions, equal ones once; `pooled` is those of all sets
together. BM25 alone stands beside. HippoRAG 2 (Gutierrez et al. 2025) reports 96.3 for HotpotQA,
90.4 for 2WikiMultihopQA and 74.7 for MuSiQue, over larger pools and with embeddings of a model of 7
billion parameters. With `--passages`, the pool is repeated under other headings up to so many, and
what is shown is the time of a search.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from multihop_data import Asked, read_asked
from rich.console import Console
from rich.table import Table as Grid

from trivium.corpus.search import Search
from trivium.ground.passage import Passage
from trivium.ground.retrieve import Hit, Retriever

SETS = ("hotpotqa", "2wiki", "musique")
TOP = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--passages", type=int, default=0)
    options = parser.parse_args()
    sets = {name: read_asked(next(options.data.glob(f"{name}.json*"))) for name in options.sets}
    sets["pooled"] = [asked for name in options.sets for asked in sets[name]]
    if options.passages:
        Console().print(speed(sets["pooled"], options.passages))
        return
    grid = Grid("set", "passages", "BM25", "with mentions", "indexed a second", "ms a search")
    for name, asked in sets.items():
        passages, gold = pool(asked)
        alone = recall(Retriever.over(passages).search, asked, gold, passages)
        started = time.perf_counter()
        search = Search(passages)
        indexed = len(passages) / (time.perf_counter() - started)
        started = time.perf_counter()
        found = recall(search.search, asked, gold, passages)
        each = (time.perf_counter() - started) / len(asked) * 1000
        grid.add_row(
            name, f"{len(passages):,}", f"{alone:.1f}", f"{found:.1f}", f"{indexed:,.0f}",
            f"{each:.1f}",
        )  # fmt: skip
    Console().print(grid)


def pool(asked: Sequence[Asked]) -> tuple[list[Passage], list[set[int]]]:
    """The passages of all questions, and for each question those that are its evidence."""
    numbers: dict[tuple[str, str], int] = {}
    gold = []
    for one in asked:
        held = [numbers.setdefault((p.heading, p.text), len(numbers)) for p in one.passages]
        gold.append({held[i] for i in one.evidence})
    passages = {(p.heading, p.text): p for one in asked for p in one.passages}
    return [passages[key] for key in numbers], gold


def recall(
    search: Callable[[str, int], list[Hit]],
    asked: Sequence[Asked],
    gold: Sequence[set[int]],
    passages: Sequence[Passage],
) -> float:
    number = {id(passage): i for i, passage in enumerate(passages)}
    shares = []
    for one, its in zip(asked, gold, strict=True):
        found = {number[id(hit.entry.passage)] for hit in search(one.text, TOP)}
        shares.append(len(found & its) / len(its))
    return 100 * float(np.mean(shares))


def speed(asked: Sequence[Asked], count: int) -> str:
    passages, _ = pool(asked)
    many = [
        replace(passages[i % len(passages)], heading=f"{passages[i % len(passages)].heading} {i}")
        for i in range(count)
    ]
    started = time.perf_counter()
    search = Search(many)
    built = time.perf_counter() - started
    times = []
    for one in asked[:50]:
        started = time.perf_counter()
        search.search(one.text, TOP)
        times.append((time.perf_counter() - started) * 1000)
    return (
        f"{count:,} passages: indexed in {built:.0f} s, {count / built:,.0f} a second; a search "
        f"takes {np.median(times):.0f} ms (median), {np.quantile(times, 0.95):.0f} ms (95 %)"
    )


if __name__ == "__main__":
    main()
