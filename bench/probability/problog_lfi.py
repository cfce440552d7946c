"""ProbLog's own programs for learning from interpretations, learned here.

    python bench/probability/problog_lfi.py PROBLOG/test/lfi

FOLDER is `test/lfi` of the public repository ML-KULeuven/problog: programs with `t(_)::`, examples
beside them (`.ev`) and, in a comment, the outcome that its authors expect. A program counts as
right where each probability lies within 0.01 of theirs; else both are shown, with the likelihood
that each gives the examples: there may be more than one best.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from time import perf_counter

from trivium.dialects.problog.program import ProbLogProgram
from trivium.errors import TriviumError
from trivium.program import Program

_BETWEEN = re.compile(r"^-{3,}\s*$", re.MULTILINE)
_HEAD = re.compile(r"([\d.]+(?:[eE]-?\d+)?|t\([^()]*\))\s*::\s*([^;:.]+(?:\([^()]*\))?)")
NEAR = 0.01


def expected_weights(program: Program, text: str) -> dict[str, float] | None:
    """What the comment says each learned probability is, by the names it has here."""
    comment = re.search(r"%\s*Expected outcome:?[^\n]*\n((?:\s*%[^\n]*\n)+)", text)
    if comment is None:
        return None
    shown = re.sub(r"^\s*%", "", comment[1], flags=re.MULTILINE)
    theirs = [number for number, _ in _HEAD.findall(shown)]
    ours = [weight for weight, _ in _HEAD.findall(re.sub(r"%[^\n]*", "", text))]
    if len(theirs) != len(ours) or any(number.startswith("t(") for number in theirs):
        return None
    open_ones = [float(t) for t, o in zip(theirs, ours, strict=True) if o.startswith("t(")]
    assert isinstance(program.checked, ProbLogProgram)
    names = list(program.checked.database.parameters())
    return dict(zip(names, open_ones, strict=True)) if len(names) == len(open_ones) else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    right = other = untold = failed = 0
    start = perf_counter()
    for path in sorted(args.folder.rglob("*.pl")):
        examples = path.with_suffix(".ev")
        if not examples.exists():
            continue
        name, text = str(path.relative_to(args.folder)), path.read_text("utf-8")
        observed = [part for part in _BETWEEN.split(examples.read_text("utf-8")) if part.strip()]
        try:
            program = Program(text, "problog", name)
            learned = program.learn(observed)
        except TriviumError as problem:
            failed += 1
            print(f"failed   {name}: E{problem.number} {problem.message}")
            continue
        expected = expected_weights(program, text)
        if expected is None:
            untold += 1
            print(f"untold   {name}: log-likelihood {learned.log_likelihood:.6g}")
        elif all(abs(learned.weights[n] - value) <= NEAR for n, value in expected.items()):
            right += 1
        else:
            other += 1
            try:
                theirs = program.learn(observed, weights=expected, rounds=0).log_likelihood
                likely = f"{learned.log_likelihood:.6g} here, {theirs:.6g} there"
            except TriviumError as problem:
                likely = f"{learned.log_likelihood:.6g} here, there {problem.message}"
            shown = {n: round(w, 4) for n, w in learned.weights.items()}
            print(f"differs  {name}: {shown}, theirs {expected}; log-likelihood {likely}")
    print(
        f"{right} as expected, {other} differ, {untold} say no outcome that can be read, "
        f"{failed} failed; {perf_counter() - start:.1f} s"
    )


if __name__ == "__main__":
    main()
