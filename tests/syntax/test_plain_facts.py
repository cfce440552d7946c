"""Facts of constants alone are read by a short way, to the trees that the long way gives."""

from __future__ import annotations

from typing import Any

import pytest

from trivium.errors import TriviumError
from trivium.source import Source
from trivium.syntax import ast, souffle
from trivium.syntax.souffle import parse

TEXTS = [
    'p(1). q("a\\n", -1, 2.5). r(). s(1, "x").',
    "p(0x1F, 1u). p(1).q(2). a.b(1).",
    'count(1). max(1, 2). top(1). match("a", "b"). nil(1).',
    "p(1) :- q(1). p(1), q(2).",
    "p(1). p(1) <= p(2) :- 1 = 1.",
    "p(1).\n.plan 0:(1)",
    "p(1,). q(1",
    "p(1)",
    "p(",
    "p(99999999999999999999).",
    'p(1 "a").',
]


def read(text: str) -> Any:
    """The tree and where its parts stand, or the error."""
    try:
        items = parse(Source("a", text)).items
    except TriviumError as error:
        return str(error)
    heads = [head for item in items if isinstance(item, ast.Clause) for head in item.heads]
    nodes = [*items, *heads, *(arg for head in heads for arg in head.args)]
    return items, [(node.span.start, node.span.end) for node in nodes]


@pytest.mark.parametrize("text", TEXTS)
def test_both_ways_agree(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    short = read(text)
    monkeypatch.setattr(souffle._Parser, "plain_fact", lambda self: None)
    assert read(text) == short


def test_only_plain_facts_go_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise AssertionError

    monkeypatch.setattr(souffle._Parser, "clause", refuse)
    assert len(parse(Source("a", 'p(1). p("a", 2.5).')).items) == 2
    with pytest.raises(AssertionError):
        parse(Source("a", "p(1) :- q(1)."))
