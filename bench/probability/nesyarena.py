"""The frozen instances of NeSyArena: `python -m bench.probability.nesyarena instances_v1.json`.

The file is `benchmarks/instances_v1.json` of its repository: small programs, each with the exact
probability of its query, and some with its gradients. Each is run in both dialects; values are to
be met within 1e-9, gradients with a cosine of 1.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from trivium import Program
from trivium.probability.explain import Explanation

WITHIN = 1e-9
Instance = dict[str, Any]


def renamed(instance: Instance) -> Instance:
    """The instance with names that both dialects read: `edge(v0,v1)` becomes `a3`."""
    names = {name for head, body in instance["rules"] for name in (head, *body)}
    short = {name: f"a{n}" for n, name in enumerate(sorted(names | instance["probs"].keys()))}
    oracle = dict(instance["oracle"])
    if "grad" in oracle:
        oracle["grad"] = {short[name]: slope for name, slope in oracle["grad"].items()}
    return {
        "id": instance["id"],
        "query": short[instance["query"]],
        "probs": {short[name]: value for name, value in instance["probs"].items()},
        "rules": [
            (short[head], [short[name] for name in body]) for head, body in instance["rules"]
        ],
        "oracle": oracle,
    }


def as_datalog(instance: Instance) -> str:
    names = {name for head, body in instance["rules"] for name in (head, *body)}
    lines = [f".decl {name}()" for name in sorted(names | instance["probs"].keys())]
    lines += [f"{value!r}::{name}()." for name, value in instance["probs"].items()]
    for head, body in instance["rules"]:
        lines.append(f"{head}() :- {', '.join(f'{name}()' for name in body)}.")
    return "\n".join(lines)


def as_clauses(instance: Instance) -> str:
    lines = [":- unknown(fail)."]
    lines += [f"{value!r}::{name}." for name, value in instance["probs"].items()]
    lines += [f"{head} :- {', '.join(body)}." for head, body in instance["rules"]]
    return "\n".join([*lines, f"query({instance['query']})."])


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    names = one.keys() | other.keys()
    product = sum(one.get(name, 0.0) * other.get(name, 0.0) for name in names)
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return product / lengths if lengths else 0.0


def problems(instance: Instance, dialect: str) -> list[str]:
    text = as_datalog(instance) if dialect == "souffle" else as_clauses(instance)
    result = Program(text, dialect=dialect).run()
    query, oracle = instance["query"], instance["oracle"]
    found = []
    value = result.probability(query, ())
    if not abs(value - oracle["value"]) <= WITHIN:
        found.append(f"{value!r} and not {oracle['value']!r}")
    if "grad" in oracle:
        why = result.why(query, ())
        assert isinstance(why, Explanation)
        slopes = {i.fact.removesuffix("()"): i.given - i.without for i in why.influences}
        near = cosine(slopes, oracle["grad"])
        if not near >= 1 - 1e-12:
            found.append(f"gradients with the cosine {near!r}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", metavar="instances_v1.json", type=Path)
    read = json.loads(parser.parse_args().file.read_text("utf-8"))["instances"]
    instances = [renamed(instance) for instance in read]
    wrong = 0
    for dialect in ("souffle", "problog"):
        start = perf_counter()
        for instance in instances:
            for problem in problems(instance, dialect):
                wrong += 1
                print(f"{instance['id']}, {dialect}: {problem}")
        taken = perf_counter() - start
        slopes = sum("grad" in instance["oracle"] for instance in instances)
        print(f"{dialect}: {len(instances)} values, {slopes} gradients, {taken:.2f} s")
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
