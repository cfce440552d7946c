"""The profile of a run: what it counts, and its text and page."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from trivium.engine.native import available
from trivium.engine.profile import Profile
from trivium.engine.profile_page import page
from trivium.program import Program

BACKENDS = ["reference", "native"] if available() else ["reference"]
TEXT = """
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
most(m) :- m = max n : { path(_, n) }.
odd(x) :- edge(x, "<never>").
"""
CHAIN = [(f"n{i:02}", f"n{i + 1:02}") for i in range(20)]


def profile_of(program: Program, **given: Any) -> Profile:
    found = program.run(profile=True, **given).profile
    assert found is not None
    return found


@pytest.fixture(scope="module")
def profile() -> Profile:
    return profile_of(Program(TEXT), edge=CHAIN)


def test_nothing_is_recorded_unless_asked() -> None:
    assert Program(TEXT).run(edge=CHAIN).profile is None


def test_rows_and_rounds_of_each_rule(profile: Profile) -> None:
    first, second, most, odd = profile.rules
    assert (first.relation, first.line, first.found, first.new) == ("path", 2, 20, 20)
    assert (second.new, second.found) == (190, 190)
    assert [part.new for part in second.rounds] == [*range(19, 0, -1), 0]
    assert (most.new, len(most.rounds)) == (1, 1)
    assert odd.found == 0
    assert sum(part.new for part in profile.rounds) == 211


def test_the_times_add_up(profile: Profile) -> None:
    assert 0 < profile.load_seconds < profile.seconds
    in_rules = sum(rule.seconds for rule in profile.rules)
    assert in_rules == pytest.approx(sum(part.seconds for part in profile.rounds))
    assert in_rules < profile.seconds
    for rule in profile.rules:
        for plan in rule.plans:
            assert plan.seconds == pytest.approx(sum(step.seconds for step in plan.steps))
        assert sum(plan.seconds for plan in rule.plans) <= rule.seconds * 1.0001


def test_expected_and_real_rows_of_each_step(profile: Profile) -> None:
    (plan,) = profile.rules[0].plans
    assert [(step.text.split()[0], step.expected, step.rows) for step in plan.steps] == [
        ("scan", 20.0, 20)
    ]
    text = profile.explain()
    assert "path(x, z) :- path(x, y), edge(y, z)." in text
    assert re.search(r"^ +20 +20  scan edge", text, re.M)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_rule_whose_head_computes(backend: str) -> None:
    """Its plans differ in what is expected of them only, and so are one."""
    program = Program("r(0).\nr(x + 1) :- r(x), x < 100.")
    (rule,) = profile_of(program, backend=backend).rules
    assert (rule.found, rule.new) == (100, 100)
    (plan,) = rule.plans
    assert [step.rows for step in plan.steps] == [101, 100]


def test_a_relation_with_a_choice() -> None:
    program = Program(
        ".decl n(x: number)\n.decl of(x: number, y: number) choice-domain x\n"
        "of(x, y) :- n(x), n(y)."
    )
    found = profile_of(program, n=[(1,), (2,), (3,)])
    assert [(rule.found, rule.new) for rule in found.rules] == [(9, 3)]
    assert "did not run" not in found.explain()


def test_as_text(profile: Profile) -> None:
    text = str(profile)
    assert re.search(r"190 +190  path\(x, z\) :- path", text)
    assert "and 11 more rounds" in text


def test_as_json(profile: Profile) -> None:
    rules = json.loads(json.dumps(profile.to_dict()))["rules"]
    assert rules[1]["rounds"][0]["new"] == 19


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_as_a_page(profile: Profile) -> None:
    parser = _Balanced()
    parser.feed(page(profile, "<paths>.dl"))
    assert parser.open == []
    assert 'odd(x) :- edge(x, "<never>").' in parser.text
    assert "<paths>.dl" in parser.text
    assert "ran once" in parser.text
    assert "of them for loading" in parser.text
