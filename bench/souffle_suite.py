"""Run Soufflé's own test programs, and say how many give what Soufflé gives.

    git clone https://github.com/souffle-lang/souffle
    python bench/souffle_suite.py souffle/tests
    python bench/souffle_suite.py souffle/tests --only semantic/eqrel --show

DIR is the folder `tests` of Soufflé's repository. Its CMake files name the cases and say which of
them Soufflé is to refuse. A case is

    parsed     its text is read, or it is to be refused and was, for whatever reason
    run        it ran to its end within the limit of time
    equal      every output file and what is printed have the lines that Soufflé's have, in any
               order; or the program was to be refused and was

Out of scope are functors written in C++, gzip files, the provenance and profiler shells, and the
C++, SWIG and linking interfaces. Cases that Soufflé's own CMake files leave out are not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trivium.errors import CATALOGUE, LimitError, TriviumError
from trivium.program import Limits, Options, Program

CATEGORIES = ("evaluation", "example", "semantic", "syntactic", "scheduler")
SHELLS = ("provenance", "interface", "profile", "link", "swig", "libsouffle_interface")
# Why a case that differs does, where that is known and meant.
STATED = {
    "evaluation/aggregate_witnesses": "a witness of an aggregate inside an aggregate: refused",
    "evaluation/aliases": "a record has a type that its clause tells: refused",
    "evaluation/bad_regex": "`{x}` in a pattern is text, as in Python's",
    "evaluation/choice_highest_mark": "which row a choice keeps is open; Soufflé keeps another",
    "evaluation/magic_negignored": "`autoinc()` in a body counts how often a rule was tried",
    "evaluation/symbol_operations": "a float is written as short as it can be read back",
    "example/access-policy": "a file of it is not in the repository",
    "example/magic_access-policy": "a file of it is not in the repository",
    "semantic/inline_negation": "a negated inline relation may have variables of its own",
    "semantic/ipv4_1": "numbers have 64 bits",
    "semantic/iteration_counter": "`recursive_iteration_cnt()` depends on the way of evaluation",
    "semantic/mutually_dependent_aggregate": "aggregates with the same names inside are apart",
    "semantic/store3": "its SQLite files are read by a script of its own",
    "semantic/type_as": "the bits of a float are 64",
    "semantic/type_as3": "relations need no declaration",
    "semantic/type_system7": "relations need no declaration",
    "semantic/type_system_records": "a record has a type that its clause tells: refused",
    "syntactic/output_directive1": "a line of more columns than the relation's is an error",
}
_CALL = re.compile(r"(\w*_test\w*)\s*\(([^()$]*)\)", re.IGNORECASE)
_KEYWORDS = ("TEST_NAME", "CATEGORY", "EXTRA_DATA", "INCLUDE_DIRS", "FACTS_DIR_NAMES")


@dataclass(frozen=True)
class Case:
    """One case of the suite."""

    folder: Path
    name: str
    facts: Path
    expected: Path
    refused: bool
    include: tuple[Path, ...] = ()
    to_stdout: bool = False
    outside: str = ""


@dataclass(frozen=True)
class Outcome:
    case: Case
    parsed: bool
    ran: bool
    equal: bool
    reason: str
    seconds: float


# --- the cases -----------------------------------------------------------------------------------


def cases_of(tests: Path) -> Iterator[Case]:
    for category in CATEGORIES:
        folder = tests / category
        listing = folder / "CMakeLists.txt"
        if not listing.exists():
            continue
        text = re.sub(r"#.*", "", listing.read_text("utf-8"))
        text = re.sub(r"if\s*\(FALSE\).*?endif\s*\(\)", "", text, flags=re.DOTALL)
        text = re.sub(r"function\s*\(.*?endfunction\s*\(\)", "", text, flags=re.DOTALL)
        for call, arguments in _CALL.findall(text):
            yield from _cases(folder, call.lower(), arguments.split())
    for category in SHELLS:
        for program in sorted((tests / category).glob("*/*.dl")):
            name = f"{category}/{program.parent.name}"
            yield Case(
                program.parent, name, program, program, False, outside=f"the {category} interface"
            )


def _cases(folder: Path, call: str, words: list[str]) -> Iterator[Case]:
    options = _options(words)
    name = options.get("TEST_NAME", words[:1])[0]
    place = folder / name
    if not (place / f"{name}.dl").exists():
        return
    text = (place / f"{name}.dl").read_text("utf-8", "replace")
    outside = ""
    if "functor" in call or re.search(r"^\.functor\b", text, re.MULTILINE):
        outside = "a functor in C++"
    elif options.get("EXTRA_DATA") == ["gzip"] or re.search(r"compress\s*=|\.gz\b", text):
        outside = "gzip files"
    shown = f"{folder.name}/{name}"
    refused = "negative" in call or "NEGATIVE" in words
    include = tuple(place / word for word in options.get("INCLUDE_DIRS", ()))
    to_stdout = "stdout" in call or "OUTPUT_STDOUT" in words
    if "FACTS_DIR_NAMES" in options:
        for part in options["FACTS_DIR_NAMES"]:
            at = place / part
            yield Case(place, f"{shown}/{part}", at, at, refused, include, to_stdout, outside)
    else:
        yield Case(place, shown, place / "facts", place, refused, include, to_stdout, outside)


def _options(words: list[str]) -> dict[str, list[str]]:
    """The arguments of a CMake call, by the keyword before them."""
    found: dict[str, list[str]] = {}
    key = ""
    for word in words:
        if word.isupper() or word in _KEYWORDS:
            key = word
            found[key] = []
        elif key:
            found[key].append(word)
    return {key: values for key, values in found.items() if values}


# --- one case ------------------------------------------------------------------------------------


def run_case(case: Case, seconds: float, backend: str | None) -> Outcome:
    start = time.perf_counter()

    def outcome(parsed: bool, ran: bool, equal: bool, reason: str) -> Outcome:
        return Outcome(case, parsed, ran, equal, reason, time.perf_counter() - start)

    file = case.folder / f"{case.folder.name}.dl"
    printed = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as made,
        contextlib.chdir(made),  # some databases are written beside
        contextlib.redirect_stdout(printed),
    ):
        parsed = False
        try:
            text = file.read_text("utf-8")
            folders = (file.parent, *case.include)
            program = Program(text, name=str(file), include=folders)
            parsed = True
            limits = Limits(seconds=seconds)
            facts = case.facts if case.facts.exists() else case.folder
            options = Options(facts_dir=facts, limits=limits, backend=backend)
            shown = [d.relation for d in program.ir.directives if d.kind in ("output", "printsize")]
            result = program.start(options, dict.fromkeys(shown, ()) or None, {})
            if case.to_stdout:
                result.print()
            else:
                result.write(made)
        except LimitError as error:
            return outcome(True, False, False, f"E{error.number} {error.message[:60]}")
        except TriviumError as error:
            if case.refused:
                return outcome(True, True, True, "")
            return outcome(parsed, False, False, f"E{error.number} {error.message}")
        except Exception as error:
            return outcome(parsed, False, False, f"{type(error).__name__}: {error}")
        if case.refused:
            return outcome(True, True, False, "Soufflé refuses this program")
        return outcome(True, True, *compared(case, Path(made), printed.getvalue()))


def compared(case: Case, made: Path, printed: str) -> tuple[bool, str]:
    """Whether the outputs are Soufflé's, and if not, the first that is not."""
    for suffix in ("csv", "json"):
        wanted = {path.name: path for path in case.expected.glob(f"*.{suffix}")}
        got = {path.name: path for path in made.glob(f"*.{suffix}")}
        if suffix == "csv" and wanted.keys() != got.keys():
            missing, extra = wanted.keys() - got.keys(), got.keys() - wanted.keys()
            return False, f"output files: missing {sorted(missing)}, extra {sorted(extra)}"
        for name in wanted.keys() & got.keys():
            if lines(wanted[name].read_bytes()) != lines(got[name].read_bytes()):
                return False, f"`{name}` differs"
    said = case.expected / f"{case.folder.name}.out"
    if said.exists() and lines(said.read_bytes()) != lines(printed.encode()):
        return False, "what is printed differs"
    return True, ""


def lines(content: bytes) -> list[bytes]:
    return sorted(content.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n"))


def kind_of(reason: str) -> str:
    """What kind of reason it is: an error by its law, or how the outputs differ."""
    number = re.match(r"E(\d+) ", reason)
    if number is not None:
        return f"E{number[1]}: {CATALOGUE[int(number[1])]}"
    if reason.endswith("differs"):
        return "an output differs"
    return "an output file is missing" if reason.startswith("output files") else reason


# --- the report ----------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tests", type=Path, metavar="DIR", help="Soufflé's folder `tests`")
    parser.add_argument("--only", default="", help="only cases whose name holds this text")
    parser.add_argument("--seconds", type=float, default=60.0, help="the limit for each case (60)")
    parser.add_argument("--backend", help="the engine (the default one)")
    parser.add_argument("--show", action="store_true", help="list each case as it ends")
    arguments = parser.parse_args()
    cases = [case for case in cases_of(arguments.tests.resolve()) if arguments.only in case.name]
    inside = [case for case in cases if not case.outside]
    outcomes = []
    for case in inside:
        outcome = run_case(case, arguments.seconds, arguments.backend)
        outcomes.append(outcome)
        if arguments.show:
            print(
                f"{'ok  ' if outcome.equal else 'FAIL'} {case.name} {outcome.seconds:.1f} s "
                f"{outcome.reason}",
                flush=True,
            )
    total = max(1, len(outcomes))
    print(f"found     {len(cases)}")
    for reason, count in Counter(case.outside for case in cases if case.outside).most_common():
        print(f"  less    {count:4} {reason}")
    print(f"in scope  {len(outcomes)}")
    for word in ("parsed", "ran", "equal"):
        count = sum(getattr(outcome, word) for outcome in outcomes)
        print(f"{word:<9} {count} ({100 * count / total:.1f} %)")
    print("\nwhy the others are not:")
    others = [outcome for outcome in outcomes if not outcome.equal]
    for kind, count in Counter(kind_of(outcome.reason) for outcome in others).most_common():
        print(f"  {count:4} {kind}")
    print("\nthe others:")
    for outcome in others:
        print(f"  {outcome.case.name:<40} {outcome.reason[:110]}")
        print(f"  {'':<40}   {STATED.get(outcome.case.name, 'NOT MEANT')}")


if __name__ == "__main__":
    main()
