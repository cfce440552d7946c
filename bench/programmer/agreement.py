"""How sure the agreement of several programs makes an answer: fit it, and test it.

    python bench/programmer/agreement.py DATA/logic-lm/data DATA/logic-lm/programs [--write FILE]

For each problem the programs of all models are solved; their agreement gives a value and a
confidence (`trivium.solver.agree`). The problems are split in two halves by a digest of their
names; the calibration is fitted on one half, and the expected calibration error (ten bins of equal
numbers) measured on the other, and the other way round. `--write` fits on all of them and writes
the table that the package ships.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logic_lm import FORMS, letter, recorded

from trivium.errors import TriviumError
from trivium.program import Limits
from trivium.solver.agree import Calibration, agree, fit, pattern_of, value_of
from trivium.solver.solve import solve
from trivium.solver.verdict import Verdict

BINS = 10


@dataclass(frozen=True)
class Sample:
    """A problem whose programs gave a value: the pattern of their agreement; was it right?"""

    name: str
    pattern: str
    right: bool


def samples(folder: Path) -> tuple[list[Sample], int]:
    """The problems with a value, and the number of all problems."""
    outcomes: dict[tuple[str, str], list[Verdict | TriviumError]] = defaultdict(list)
    gold: dict[tuple[str, str], str] = {}
    for name, _, programs in recorded(folder):
        for problem in programs:
            key = name, problem["id"]
            gold[key] = problem["answer"]
            outcomes[key].append(outcome(problem, FORMS[name]))
    found = []
    for (name, identity), given in outcomes.items():
        try:
            verdict = agree(given, FORMS[name], Calibration(0.5, {}, {}))
        except TriviumError:
            continue
        value, answer = value_of(verdict), letter(verdict, name)
        if value is None or answer is None:
            continue
        pattern = pattern_of(given, value, FORMS[name])
        found.append(Sample(identity, pattern, answer == gold[name, identity]))
    return found, len(outcomes)


def outcome(problem: dict[str, Any], form: str) -> Verdict | TriviumError:
    try:
        return solve(problem["raw_logic_programs"][0], form=form, limits=Limits(seconds=5))
    except TriviumError as error:
        return error


def digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def first_half(name: str) -> bool:
    return digest(name)[0] % 2 == 0


def calibration_error(calibration: Calibration, held_out: list[Sample]) -> float:
    """The mean distance of confidence and accuracy over bins of equal numbers."""
    shuffled = sorted(held_out, key=lambda s: digest(s.name))
    pairs = [(calibration.confidence(s.pattern), s.right) for s in shuffled]
    pairs.sort(key=lambda pair: pair[0])
    size = max(1, len(pairs) // BINS)
    bins = [pairs[i : i + size] for i in range(0, len(pairs), size)]
    gaps = (abs(sum(c for c, _ in b) - sum(r for _, r in b)) for b in bins)
    return sum(gaps) / max(1, len(pairs))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("problems", type=Path, help="the folder of the sets")
    parser.add_argument("programs", type=Path, help="the folder of the recorded programs")
    parser.add_argument("--write", type=Path, help="write the table for the package")
    arguments = parser.parse_args()
    found, total = samples(arguments.programs)
    print(f"{len(found)} of {total} problems have a value, "
          f"{100 * sum(s.right for s in found) / len(found):.1f} % right")  # fmt: skip
    halves = [[s for s in found if first_half(s.name) is side] for side in (True, False)]
    for fitted, held_out in (halves, halves[::-1]):
        calibration = fit([(s.pattern, s.right) for s in fitted])
        error = calibration_error(calibration, held_out)
        print(f"fitted on {len(fitted)}, expected calibration error on the other "
              f"{len(held_out)}: {error:.3f}")  # fmt: skip
    whole = fit([(s.pattern, s.right) for s in found])
    for pattern, seen in sorted(whole.seen.items()):
        print(f"  {pattern:32}{seen:6.0f}{whole.confidence(pattern):8.2f}")
    if arguments.write:
        held = {"mean": whole.mean, "right": whole.right, "seen": whole.seen}
        arguments.write.write_text(json.dumps(held, indent=1, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
