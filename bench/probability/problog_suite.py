"""The ProbLog project's own test programs: `python -m bench.probability.problog_suite DIR`.

DIR is the folder `test` of its repository. Each program says what is expected of it: probabilities,
which are to be met within 1e-8, or an error, which is to be met by one of ours. Programs that are
outside the dialect are listed with the reason.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter

from trivium.dialects.problog.read import read
from trivium.dialects.problog.terms import Pool, numbered, write
from trivium.errors import TriviumError
from trivium.program import Limits, Program
from trivium.source import Source

WITHIN = 1e-8
# The errors that a program of theirs may expect, and what we say instead.
ERRORS = {
    "UnknownClause": {291},
    "InconsistentEvidenceError": {285},
    "NonGroundQuery": {294},
    "NonGroundProbabilisticClause": {289},
    "IndirectCallCycleError": {293},
    "CallModeError": {290},
    "NegativeCycle": {288},
}
OUTSIDE = {
    "extern_test.pl": "loads a Python module of its own",
    "extern_test_out.pl": "loads a Python module of its own",
    "scope_manipulation.pl": "library(scope): programs as values",
    "smokers_csv.pl": "expects that 'bob' and bob are two atoms, which unify",
    "smokers_db.pl": "expects that 'bob' and bob are two atoms, which unify",
}

Expected = dict[str, float] | str


def canonical(text: str) -> str:
    """An atom in one spelling, with its variables numbered."""
    pool = Pool()
    (clause,) = read(Source("<atom>", f"{text} ."), pool)
    return write(numbered(pool, [clause.term])[0][0])


def expected(path: Path) -> Expected:
    """What the comments of a program say: probabilities, or the name of an error."""
    found: dict[str, float] = {}
    reading = False
    for line in path.read_text("utf-8").splitlines():
        line = line.strip()
        if line.startswith("%Expected outcome:"):
            reading = True
        elif reading and line.startswith("%"):
            rest = line[1:].strip()
            if rest.startswith("ERROR"):
                return rest.removeprefix("ERROR").strip()
            atom, _, value = rest.rpartition(" ")
            try:
                found[canonical(atom)] = float(value)
            except ValueError:
                reading = False
        else:
            reading = False
        if line.startswith("query(") and "% outcome:" in line:
            query, _, value = line.partition("% outcome:")
            atom = query.strip().removeprefix("query(").rstrip(".").rstrip()[:-1]
            found[canonical(atom)] = float(value)
    return found


def outcome(path: Path, seconds: float) -> Expected | TriviumError:
    try:
        text = path.read_text("utf-8")
        program = Program(text, "problog", path.name, include=[path.parent])
        answers = program.run(limits=Limits(seconds=seconds)).answers
    except TriviumError as problem:
        return problem
    return {canonical(atom): value for atom, value in answers.items()}


def verdict(wanted: Expected, found: Expected | TriviumError) -> str:
    """Empty where what was found is what was wanted."""
    if isinstance(wanted, str):
        if isinstance(found, TriviumError) and found.number in ERRORS.get(wanted, set()):
            return ""
        shown = f"E{found.number}" if isinstance(found, TriviumError) else "an answer"
        return f"expected {wanted}, found {shown}"
    if isinstance(found, TriviumError):
        return f"E{found.number} {found.message}"
    assert isinstance(found, dict)
    if found.keys() != wanted.keys():
        differ = sorted(found.keys() ^ wanted.keys())
        return f"other answers: {', '.join(differ)}"
    far = [name for name in wanted if not abs(found[name] - wanted[name]) <= WITHIN]
    return f"other probabilities: {', '.join(far)}" if far else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0, help="the limit of each program")
    parser.add_argument("-v", "--verbose", action="store_true", help="show every program")
    arguments = parser.parse_args()
    counts = {"right": 0, "wrong": 0, "outside": 0}
    for path in sorted(arguments.folder.glob("*.pl")):
        if path.name in OUTSIDE:
            counts["outside"] += 1
            print(f"outside  {path.name}: {OUTSIDE[path.name]}")
            continue
        start = perf_counter()
        problem = verdict(expected(path), outcome(path, arguments.seconds))
        taken = (perf_counter() - start) * 1000
        counts["wrong" if problem else "right"] += 1
        if problem or arguments.verbose:
            print(
                f"{'wrong' if problem else 'right'}    {path.name}: {problem or f'{taken:.1f} ms'}"
            )
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
