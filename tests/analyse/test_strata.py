"""Strata: what depends on each other is together, and after all that it needs."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.errors import TriviumError
from trivium.ir.nodes import Program
from trivium.ir.verify import verify
from trivium.source import Source
from trivium.syntax.souffle import parse


def checked(text: str) -> Program:
    return verify(analyse(parse(Source("test.dl", text))))


def strata(text: str) -> list[tuple[str, bool]]:
    return [(" ".join(sorted(s.relations)), s.recursive) for s in checked(text).strata]


def test_mutual_recursion_is_one_stratum() -> None:
    text = "odd(y) :- even(x), next(x, y). even(y) :- odd(x), next(x, y). even(0). next(0, 1)."
    assert strata(text) == [("even odd", True)]


def test_negation_comes_after_what_it_negates() -> None:
    text = """
        alone(x) :- node(x), !linked(x).
        linked(x) :- reach(x, _).
        reach(x, y) :- edge(x, y).
        reach(x, z) :- reach(x, y), edge(y, z).
        node(1). edge(1, 2).
    """
    assert strata(text) == [("reach", True), ("linked", False), ("alone", False)]


def test_an_aggregate_comes_after_its_body() -> None:
    text = "best(n) :- n = max x : { size(x) }. size(x) :- raw(x). raw(1)."
    assert strata(text) == [("size", False), ("best", False)]


def test_rules_keep_their_numbers() -> None:
    text = "a(x) :- b(x). b(x) :- c(x). c(1)."
    assert [rule.index for rule in checked(text).rules] == [1, 0]


def test_a_long_chain_needs_no_recursion_of_pythons() -> None:
    rules = [f"p{n}(x) :- p{n + 1}(x)." for n in range(3000)]
    assert len(strata("\n".join(rules) + "\np3000(1).")) == 3000


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("p(x) :- n(x), !p(x). n(1).", "`p` → `!p`"),
        ("p(x) :- n(x), !q(x). q(x) :- n(x), p(x). n(1).", "`p` → `!q` → `p`"),
        ("p(c) :- c = count : { q(_) }. q(x) :- p(x).", "`p` → aggregate of `q` → `p`"),
        ("p(x) :- n(x), !exists : { p(y), y > x }. n(1).", "`p` → aggregate of `p`"),
    ],
)
def test_the_cycle_is_named(text: str, cycle: str) -> None:
    with pytest.raises(TriviumError) as caught:
        checked(text)
    assert caught.value.number == 210
    assert cycle in caught.value.message
