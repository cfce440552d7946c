"""Random programs: what is inferred is what all worlds, each run as a certain program, give."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium import Program

DOMAIN = (1, 2)
LEVELS = (("a", 1), ("b", 2), ("c", 1), ("d", 1))
VARIABLES = ("x", "y")


@st.composite
def facts(draw: st.DrawFn) -> list[tuple[float, str, tuple[int, ...]]]:
    found = []
    for _ in range(draw(st.integers(1, 4))):
        name, arity = draw(st.sampled_from(LEVELS[:2]))
        row = tuple(draw(st.sampled_from(DOMAIN)) for _ in range(arity))
        found.append((draw(st.sampled_from([0.2, 0.5, 0.9])), name, row))
    return found


@st.composite
def rules(draw: st.DrawFn) -> list[tuple[float | None, str, list[str]]]:
    """(weight, head, literals); negated literals are of lower levels, all variables are bound."""
    found = []
    for _ in range(draw(st.integers(1, 5))):
        level = draw(st.integers(1, 3))
        body = [f"{'!' if draw(st.booleans()) and n else ''}{atom(draw, level)}"
                for n in range(draw(st.integers(1, 3)))]  # fmt: skip
        positive = {v for literal in body if literal[0] != "!" for v in VARIABLES if v in literal}
        safe = []
        for literal in body:
            if literal[0] == "!":
                lower = literal[1] in [name for name, _ in LEVELS[:level]]
                if lower and all(v in positive for v in VARIABLES if v in literal):
                    safe.append(literal)
            else:
                safe.append(literal)
        name, arity = LEVELS[level]
        terms = [draw(st.sampled_from([*sorted(positive), "1"])) for _ in range(arity)]
        weight = draw(st.sampled_from([None, None, 0.3]))
        found.append((weight, f"{name}({', '.join(terms)})", safe))
    return found


def atom(draw: st.DrawFn, level: int) -> str:
    name, arity = draw(st.sampled_from(LEVELS[: level + 1]))
    terms = [draw(st.sampled_from([*VARIABLES, "1", "2"])) for _ in range(arity)]
    return f"{name}({', '.join(terms)})"


def by_worlds(
    given_facts: list[tuple[float, str, tuple[int, ...]]],
    given_rules: list[tuple[float | None, str, list[str]]],
) -> dict[tuple[str, tuple[int, ...]], float]:
    """The probability of each row: the sum of the weights of the worlds that it holds in."""
    lines = [f".decl {name}({', '.join(VARIABLES[:n])}: number)".replace("x,", "x: number,")
             for name, n in LEVELS]  # fmt: skip
    choices: list[tuple[float, str, tuple[int, ...]]] = []
    for place, (weight, name, row) in enumerate(given_facts):
        lines.append(
            f".decl f{place}(n: number)\n{name}({', '.join(map(str, row))}) :- f{place}(1)."
        )
        choices.append((weight, f"f{place}", (1,)))
    for place, (weight, head, body) in enumerate(given_rules):
        used = [v for v in VARIABLES if any(v in part for literal in body for part in literal[2:])]
        if weight is not None:
            columns = ", ".join(f"c{v}: number" for v in ("n", *used))
            lines.append(f".decl r{place}({columns})")
            body = [*body, f"r{place}({', '.join(['1', *used])})"]
            for values in itertools.product(DOMAIN, repeat=len(used)):
                choices.append((weight, f"r{place}", (1, *values)))
        lines.append(f"{head} :- {', '.join(body)}.")
    program = Program("\n".join(lines))
    found: dict[tuple[str, tuple[int, ...]], float] = {}
    names = {name for _, name, _ in choices}
    for chosen in itertools.product((True, False), repeat=len(choices)):
        probability = 1.0
        data: dict[str, list[tuple[int, ...]]] = {name: [] for name in names}
        for (weight, name, row), holds in zip(choices, chosen, strict=True):
            probability *= weight if holds else 1 - weight
            if holds:
                data[name].append(row)
        result = program.run(**data)  # type: ignore[arg-type]
        for name, _ in LEVELS:
            for row in result[name].rows():
                found[name, row] = found.get((name, row), 0.0) + probability
    return found


def as_clauses(
    given_facts: list[tuple[float, str, tuple[int, ...]]],
    given_rules: list[tuple[float | None, str, list[str]]],
) -> str:
    """The same program in the ProbLog dialect."""
    lines = [":- unknown(fail)."]
    lines += [f"{w}::{name}({','.join(map(str, row))})." for w, name, row in given_facts]
    for weight, head, body in given_rules:
        chance = "" if weight is None else f"{weight}::"
        positive = [literal for literal in body if literal[0] != "!"]
        negative = [f"\\+{literal[1:]}" for literal in body if literal[0] == "!"]
        text = f"{chance}{head} :- {', '.join([*positive, *negative])}."
        lines.append(text.replace("x", "X").replace("y", "Y"))
    lines += [f"query({name}({','.join('_' * n)}))." for name, n in LEVELS]
    return "\n".join(lines)


@settings(max_examples=25, deadline=None)
@given(facts(), rules())
def test_all_worlds(
    given_facts: list[tuple[float, str, tuple[int, ...]]],
    given_rules: list[tuple[float | None, str, list[str]]],
) -> None:
    weighted = [rule for rule in given_rules if rule[0] is not None]
    if len(weighted) > 1:  # 2^4 worlds a weighted rule
        given_rules = [rule for rule in given_rules if rule[0] is None] + weighted[:1]
    expected = by_worlds(given_facts, given_rules)
    lines = [
        f".decl {name}({', '.join(f'{v}: number' for v in VARIABLES[:n])})" for name, n in LEVELS
    ]
    lines += [f"{w}::{name}({', '.join(map(str, row))})." for w, name, row in given_facts]
    for weight, head, body in given_rules:
        chance = "" if weight is None else f"{weight}::"
        lines.append(f"{chance}{head} :- {', '.join(body)}.")
    result = Program("\n".join(lines)).run()
    for name, _ in LEVELS:
        for row, probability in result.probabilities(name).items():
            assert probability == pytest.approx(expected.pop((name, row), 0.0), abs=1e-9)
    assert not {row for row, probability in expected.items() if probability > 1e-12}
    clauses = Program(as_clauses(given_facts, given_rules), dialect="problog").run()
    for name, _ in LEVELS:
        found = clauses.probabilities(name)
        for row, probability in result.probabilities(name).items():
            assert found.pop(row, 0.0) == pytest.approx(probability, abs=1e-9)
        assert not {row for row, probability in found.items() if probability > 1e-12}
