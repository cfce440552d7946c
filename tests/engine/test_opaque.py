"""Above the primitives nobody knows what a column is: programs run where only the backend does."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.opaque import Opaque
from tests.test_programs import PROGRAMS, show

from trivium.program import Program

LAWS = {
    "subsumption": """
        .decl dist(x: number, d: number)
        dist(1, 0).  dist(y, d + w) :- dist(x, d), edge(x, y, w), d < 100.
        dist(x, a) <= dist(x, b) :- b < a.
        .output dist""",
    "choices": """
        .decl pair(x: number, y: number) choice-domain x, y
        pair(x, y) :- edge(x, y, _).
        .output pair""",
    "an equivalence": """
        .decl same(x: number, y: number) eqrel
        same(x, y) :- edge(x, y, _).
        .decl label(x: number, l: number)
        label(x, l) :- same(x, _), l = min y : { same(x, y) }.
        .output label""",
    "a cyclic body": """
        .decl loop(x: number, y: number, z: number)
        loop(x, y, z) :- edge(x, y, _), edge(y, z, _), edge(z, x, _).
        .output loop""",
    "running sums": """
        .decl before(x: number, s: number)
        before(x, s) :- edge(x, _, _), s = sum w : { edge(y, _, w), y < x }.
        .output before""",
    "limited rows": ".decl some(x: number)\nsome(x) :- edge(x, _, _).\nsome(x + 1) :- some(x).\n"
    ".limitsize some(n=20)\n.output some",
}
EDGES = [(x, (x * 7 + 3) % 11, x % 4 + 1) for x in range(11)] + [(1, 2, 9), (2, 1, 1), (0, 1, 5)]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_programs(path: Path) -> None:
    result = Program(path.read_text(encoding="utf-8"), name=path.name).run(backend=Opaque())
    assert show(result) == path.with_suffix(".expected").read_text(encoding="utf-8")
    for name in result.outputs:
        for row in result[name].rows()[:3]:
            assert result.why(name, row).walk()


@pytest.mark.parametrize("name", LAWS)
def test_laws(name: str) -> None:
    edge = ".decl edge(x: number, y: number, w: number)\n"
    program = Program(edge + LAWS[name])
    result = program.run(edge=EDGES, backend=Opaque())
    assert show(result) == show(program.run(edge=EDGES, backend="reference"))


def test_empty_cells_and_a_row_that_is_not_there() -> None:
    rows = [(1, "a", 2.5), (2, None, 0.5), (None, "b", 1.0)]
    program = Program("good(x, t) :- row(x, t, v), v > 0.7.")
    result = program.run(row=rows, backend=Opaque())
    assert result["row"].rows() == program.run(row=rows, backend="reference")["row"].rows()
    assert result["good"].rows() == [(1, "a")]
    assert "nearest" in str(result.why_not("good", (3, "a")))


def test_uncertain_rows() -> None:
    text = "0.5::edge(1, 2).  0.5::edge(2, 3).  path(x, y) :- edge(x, y).\n"
    text += "path(x, z) :- path(x, y), edge(y, z).  apart(3) :- edge(1, 2), !path(1, 3)."
    result = Program(text).run(backend=Opaque())
    assert result.probability("path", (1, 3)) == pytest.approx(0.25)
    assert result.probability("apart", (3,)) == pytest.approx(0.25)
