"""The core cases of the package `datalog-conformance`: what they derive, and what they refuse.

    p(X) :- q(X), not r(X)      is run as      p(X) :- q(X), !r(X).

The package declares nothing and has no types. What no row tells is declared here as the error's
hint says, and a program that compares numbers with texts runs over texts alone: `5` and `"5"`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import datalog_conformance
import pytest
import yaml

from trivium import Program, Result
from trivium.errors import ProgramError, TriviumError

FOLDER = Path(datalog_conformance.__file__).parent / "_tests"
FILES = sorted(f for part in ("basic", "negation", "recursion") for f in FOLDER.glob(f"{part}/*"))
REFUSED = {
    "arity_mismatch": {652},
    "cyclic_negation": {210},
    "unbound_variable": {202, 208},
    "safety_violations": {217},
    "SafetyViolationError": {208},
}
Case = Mapping[str, Any]


def cases(file: Path) -> Iterator[Case]:
    """The cases of a file; several may have one program, as one object."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(file.read_text("utf-8"), Loader=loader)
    for case in document.get("tests", [document]):
        yield {"source": document["source"], **case}


def run(case: Case) -> tuple[Result, bool]:
    """The result, and whether its values are texts that stand for the package's."""
    facts = {name: [*map(tuple, rows)] for name, rows in case["program"]["facts"].items()}
    rules = "\n".join(rule.rstrip(" .") + "." for rule in case["program"]["rules"])
    if case["source"].startswith("nemo/"):  # a variable of a negation alone is any value there
        rules = re.sub(r"\bnot (\w+\(.*?\))", r"!exists : { \1 }", rules)
    rules = re.sub(r"\bnot\b", "!", rules)
    try:
        return declared(rules, facts), False
    except ProgramError as error:
        if error.number != 207:
            raise
    texts = {name: [tuple(map(json.dumps, row)) for row in rows] for name, rows in facts.items()}
    return declared(re.sub(r'"\w+"|\b\d+\b', lambda m: json.dumps(m[0]), rules), texts), True


def declared(rules: str, facts: Mapping[str, list[tuple[Any, ...]]]) -> Result:
    """The program's result, once every relation in it is declared."""
    try:
        return Program.over(rules, **facts).run()
    except ProgramError as error:
        declaration = re.search(r"`(\.decl .*)`", error.hint or "")
        if error.number == 209 and declaration is not None:
            return declared(f"{declaration[1]}\n{rules}", facts)
        unknown = re.match(r"`(\w+)` is not a relation", error.message)
        if error.number != 201 or unknown is None:
            raise
        columns = re.search(rf"\b{unknown[1]}\(([^)]*)", rules)
        assert columns is not None
        numbers = any(isinstance(v, int) for rows in facts.values() for row in rows for v in row)
        kind = "number" if numbers else "symbol"
        given = ", ".join(f"c{i}: {kind}" for i in range(columns[1].count(",") + 1))
        return declared(f".decl {unknown[1]}({given})\n{rules}", facts)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_derived(file: Path) -> None:
    results: dict[int, tuple[Result, bool]] = {}
    found = list(cases(file))
    assert found
    for case in found:
        key = id(case["program"]["rules"])
        if key not in results:
            results[key] = run(case)
        result, coded = results[key]
        for name, rows in case["expect"].items():
            got = set(result[name].rows()) if name in result else set()
            wanted = {tuple(map(json.dumps, row)) if coded else tuple(row) for row in rows}
            assert got == wanted, (case["name"], name)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("errors/*")), ids=lambda file: file.stem)
def test_refused(file: Path) -> None:
    for case in cases(file):
        with pytest.raises(TriviumError) as caught:
            run(case)
        assert caught.value.number in REFUSED[case["expect_error"]]
