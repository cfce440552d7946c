"""FOLIO's own formulas: are the labels of its authors what follows from them?

    python bench/programmer/folio_gold.py folio-validation.jsonl

The file is `data/v0.0/folio-validation.jsonl` of the public repository Yale-LILY/FOLIO: premises
and conclusion in words and as formulas, and a label. Stories whose formulas are not well formed are
listed with the reason and left out: what does not parse without a mend, a list of formulas that is
not as long as that of the sentences, formulas that contradict each other, one predicate under two
spellings, and `∧` beside `∨` without parentheses.

Of those that are well formed, some do not say what their sentence says: `∨` where it joins with
“and” alone. They are counted in a first figure, and left out of a second.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from trivium.errors import TriviumError
from trivium.program import Limits
from trivium.solver.solve import solve
from trivium.solver.verdict import Status, Verdict

LABELS = {Status.PROVED: "True", Status.REFUTED: "False", Status.UNKNOWN: "Uncertain"}


def text_of(story: dict[str, Any]) -> str:
    premises = "\n".join(" ".join(p.split()) for p in story["premises-FOL"])
    return f"Premises:\n{premises}\nConclusion:\n{' '.join(story['conclusion-FOL'].split())}\n"


def verdict_of(story: dict[str, Any]) -> tuple[Verdict | None, str]:
    """The verdict, and why the formulas are not well formed, if they are not."""
    try:
        verdict = solve(text_of(story), form="fol", limits=Limits(seconds=20))
    except TriviumError as error:
        return None, f"E{error.number} {error.message}"
    slips = [mend for mend in verdict.mends if mend.name != "wide-scope"]
    if verdict.status is Status.CONTRADICTORY:
        return None, "the premises contradict each other"
    if slips:
        return verdict, "; ".join(mend.detail for mend in slips)
    if len(story["premises"]) != len(story["premises-FOL"]):
        pair = len(story["premises"]), len(story["premises-FOL"])
        return verdict, f"{pair[0]} sentences have {pair[1]} formulas"
    if flaw := ambiguous(story):
        return verdict, flaw
    if verdict.status is Status.UNKNOWN and "say nothing of" in verdict.reason:
        return verdict, verdict.reason
    return verdict, ""


def ambiguous(story: dict[str, Any]) -> str:
    """What makes formulas say one thing to one reader and another to the next."""
    formulas = [*story["premises-FOL"], story["conclusion-FOL"]]
    names = {name for formula in formulas for name in re.findall(r"(\w+)\(", formula)}
    for name in names:
        if name + "s" in names:
            return f"`{name}` is also spelt `{name}s`"
    for formula in formulas:
        groups: list[set[str]] = [set()]
        for mark in formula:
            if mark == "(":
                groups.append(set())
            elif mark == ")" and len(groups) > 1:
                groups.pop()
            elif mark in "→↔⟷":
                groups[-1] = set()
            elif mark in "∧∨":
                groups[-1].add(mark)
                if len(groups[-1]) > 1:
                    return f"`{formula}` has ∧ beside ∨"
    return ""


def other_connective(story: dict[str, Any]) -> str:
    """The formula that says “or” of what its sentence joins with “and” alone, if there is one."""
    sentences = [*story["premises"], story["conclusion"]]
    formulas = [*story["premises-FOL"], story["conclusion-FOL"]]
    for sentence, formula in zip(sentences, formulas, strict=True):
        words = set(re.findall(r"[a-z]+", sentence.lower()))
        plain = "∨" in formula and not re.search("[→↔⟷]", formula)
        if plain and "and" in words and not words & {"or", "either", "nor"}:
            return f"`{formula}` stands for: {sentence}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("stories", type=Path)
    arguments = parser.parse_args()
    stories = [json.loads(s) for s in arguments.stories.read_text("utf-8").split("\n") if s.strip()]
    start, cpu = perf_counter(), process_time()
    counts = Counter[str]()
    for number, story in enumerate(stories, 1):
        verdict, flaw = verdict_of(story)
        found = None if verdict is None else LABELS.get(verdict.status)
        right = found == story["label"]
        counts["all"] += 1
        counts["all right"] += right
        if flaw:
            counts["not well formed"] += 1
            print(f"not well formed, line {number}: {flaw}")
            continue
        counts["well formed"] += 1
        counts["reproduced"] += right
        if unlike := other_connective(story):
            print(f"another connective, line {number}: {unlike}")
        else:
            counts["alike"] += 1
            counts["alike right"] += right
        if not right:
            print(f"line {number}: label {story['label']}, found {found}: {story['conclusion']}")
    share = counts["reproduced"] / max(1, counts["well formed"])
    print(
        f"{counts['reproduced']} of {counts['well formed']} labels reproduced where the formulas "
        f"are well formed, {100 * share:.1f} %; of all {counts['all']}: {counts['all right']}"
    )
    share = counts["alike right"] / max(1, counts["alike"])
    print(
        f"{counts['alike right']} of {counts['alike']} where they also have the connectives of "
        f"their sentences, {100 * share:.1f} %"
    )
    print(f"{perf_counter() - start:.1f} s, {process_time() - cpu:.1f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
