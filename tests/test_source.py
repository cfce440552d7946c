"""Excerpts point at the place, in any line."""

from __future__ import annotations

import pytest

from trivium.source import Source, Span


def excerpt(text: str, found: str) -> list[str]:
    start = text.index(found)
    return Span(Source("a.dl", text), start, start + len(found)).excerpt().split("\n")


def test_excerpt() -> None:
    assert excerpt("p(x).\nq(x, y).\n", "y") == ["  --> a.dl:2:6", " 2 | q(x, y).", "   |      ^"]


def test_a_span_of_several_lines_is_marked_on_its_first() -> None:
    assert excerpt("p(x) :-\n q(x).", "p(x) :-\n q(x).")[2] == "   | ^^^^^^^"


@pytest.mark.parametrize("before", [0, 30, 70, 5000])
@pytest.mark.parametrize("after", [0, 30, 70, 5000])
def test_a_wide_line_is_cut_around_the_place(before: int, after: int) -> None:
    _, line, carets = excerpt("-" * before + "HERE" + "-" * after, "HERE")
    assert len(line) < 140
    assert "HERE" in line
    assert carets.index("^") == line.index("HERE")
    assert carets.count("^") == 4


def test_tabs_stay_tabs() -> None:
    assert excerpt("\tp(x).", "x")[2] == "   | \t  ^"
