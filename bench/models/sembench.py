"""SemBench's movie questions 5 to 7 on recorded readings: pairs of reviews that agree or disagree.

    python bench/models/sembench.py ../shared/data/sembench

The program asks about pairs, and says by which law they follow from each review; so each review is
read once. What a model says of a review is what the systems recorded for question 9 (a score from 1
to 5, positive above 2.5), with its cost. Beside it stand the recorded systems: cost, F1, and which
share of their pairs they give in both orders, of those whose other order they were asked about.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from trivium import Program
from trivium.models.protocol import Message, Reply, Sampling, Usage

MOVIE = "ant_man_and_the_wasp_quantumania"
RUN = "across_system_2.5flash_sf2000"
SYSTEMS = ("bigquery", "lotus", "palimpzest", "thalamusdb")
RULES = """
.model feeling(text: symbol, -> f: symbol in ["positive", "negative"])
       ask "Is this review of a film positive or negative? {text}"
.model agree(a: symbol, b: symbol, -> yes: bool)
       ask "Do these reviews express the same sentiment? {a} {b}" symmetric where feeling agrees
.model disagree(a: symbol, b: symbol, -> yes: bool)
       ask "Do these reviews express opposite sentiments? {a} {b}" symmetric where feeling differs
q5(x, y) :- review(x, a), review(y, b), x != y, agree(a, b).
q7(x, y) :- review(x, a), review(y, b), x != y, disagree(a, b).
"""

Pairs = set[tuple[str, str]]


class Recorded:
    """In the place of a model: what one was recorded to say of each review, and for how much."""

    def __init__(self, name: str, scores: dict[str, float], each: float) -> None:
        self.name, self.scores, self.each = name, scores, each
        self.reads = 0

    def complete(self, messages: Sequence[Message], sampling: Sampling | None = None) -> Reply:
        self.reads += 1
        data = json.loads(messages[-1].content.rpartition("data: ")[2])
        feeling = "positive" if self.scores[data["text"]] > 2.5 else "negative"
        return Reply(json.dumps({"f": feeling}), Usage(1, cost=self.each))


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]


def quality(found: Pairs, true: Pairs) -> float:
    return 2 * len(found & true) / max(1, len(found) + len(true))


def symmetry(found: Pairs) -> float:
    return sum((b, a) in found for a, b in found) / max(1, len(found))


def ten(found: Iterable[tuple[str, str]], true: Pairs) -> float:
    """F1 where ten pairs are wanted, any ten."""
    first = list(found)[:10]
    right = sum(pair in true for pair in first)
    return 2 * right / (len(first) + 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with (folder / "data/Reviews_2000.csv").open(encoding="utf-8") as file:
        reviews = [row for row in csv.DictReader(file) if row["id"] == MOVIE]
    text = {row["reviewId"]: row["reviewText"] for row in reviews}
    gold = {row["reviewId"]: row["scoreSentiment"] for row in reviews}
    same = {(a, b) for a in gold for b in gold if a != b and gold[a] == gold[b]}
    other = {(a, b) for a in gold for b in gold if gold[a] != gold[b]}
    print(f"{len(text)} reviews, {len(other):,} ordered pairs of opposite sentiment\n")
    print(f"{'who':28}{'reads':>6}  {'cost':>7}  {'Q5 F1':>6} {'Q6 F1':>6} {'Q7 F1':>6}  symmetric")
    for system in SYSTEMS[:3]:
        metrics = json.loads((folder / f"metrics/{RUN}/{system}.json").read_text(encoding="utf-8"))
        told = rows(folder / f"raw_results/{system}/Q9.csv")
        scores = {text[review]: float(score) for review, score in told}
        model = Recorded(system, scores, metrics["Q9"]["money_cost"] / len(told))
        result = Program(RULES, models={"any": model}).run(review=list(text.items()))
        q5, q7 = set(result["q5"].rows()), set(result["q7"].rows())
        f1 = ten(sorted(q5), same), ten(sorted(q7), other), quality(q7, other)
        cost = result.usage.cost or 0.0
        print(f"{'Trivium, read as ' + system:28}{model.reads:6}  {cost:7.4f}  ", end="")
        print(f"{f1[0]:6.3f} {f1[1]:6.3f} {f1[2]:6.3f}  {symmetry(q7):.2f}")
    for system in SYSTEMS:
        metrics = json.loads((folder / f"metrics/{RUN}/{system}.json").read_text(encoding="utf-8"))
        f1 = tuple(metrics[q].get("f1_score") or 0.0 for q in ("Q5", "Q6", "Q7"))
        path = folder / f"raw_results/{system}/Q7.csv"
        pairs = {(row[-2], row[-1]) for row in rows(path)} if path.exists() else set()
        both = f"{symmetry(pairs):.2f}" if pairs else "-"
        cost = metrics["Q7"]["money_cost"]
        print(f"{system:28}{'':6}  {cost:7.4f}  {f1[0]:6.3f} {f1[1]:6.3f} {f1[2]:6.3f}  {both}")


if __name__ == "__main__":
    main()
