"""Numbers that lie far apart are codes inside the native engine, and nobody sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trivium.engine import native
from trivium.engine.native import number_codes
from trivium.engine.native.relation import NumberCodes
from trivium.plan.statistics import Planning
from trivium.program import Limits, Program

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native engine was not built with this installation"
)

CLOSURE = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."
FAR = 1_000_003
PROGRAMS = {
    "closure": CLOSURE,
    "constants": CLOSURE + f"path(5, y) :- edge({3 * FAR}, y).  path(x, {7 * FAR}) :- path(x, 12).",
    "a constant that is nowhere": CLOSURE + "path(x, x) :- path(x, y), edge(y, 17), !edge(18, x).",
    "a constant of a fact": CLOSURE + f"edge(-9, {2 * FAR}).  edge({FAR}, -9).",
    "equal and different": CLOSURE
    + "path(y, x) :- path(x, y), edge(y, z), x != z, x = w, path(w, z).",
    "without": CLOSURE + "far(x, y) :- path(x, y), !edge(x, y).",
    "compared": CLOSURE + "path(y, y) :- path(x, y), x < y.",
    "computed": CLOSURE + "next(x + 1) :- path(x, _).  path(x, x) :- path(x, y), next(y).",
    "counted": CLOSURE + "out(x, n) :- path(x, _), n = count : { path(x, _) }.",
    "together": """
        a(x, y) :- edge(x, y).
        b(y, x) :- a(x, y).
        a(x, z) :- a(x, y), b(z, y), c(x).
        c(x) :- edge(x, _), !d(x).
        d(x) :- edge(x, x).""",
    "a step by itself": CLOSURE
    + 'path(y, x) :- path(x, y), strlen(to_string(x)) = strlen("1000003").',
    "a step by itself elsewhere": CLOSURE
    + 'word("a").  path(y, x) :- path(x, y), word(w), strlen(cat(w, w)) = 2.',
    "unsigned": """
        .decl edge(x: unsigned, y: unsigned)
        .decl path(x: unsigned, y: unsigned)
        """ + CLOSURE,
}  # fmt: skip


def edges(nodes: int = 25, rows: int = 60, shift: int = 0) -> Any:
    return np.random.default_rng(5).integers(0, nodes, (rows, 2)) * FAR + shift


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("shift", [0, -12 * FAR])
def test_the_rows_of_the_reference(name: str, shift: int) -> None:
    if shift and name == "unsigned":
        pytest.skip("there are no numbers below 0")
    program = Program(PROGRAMS[name])
    for nodes in (25, 300):
        given = edges(nodes, 3 * nodes // 2, shift)
        wanted = program.run(backend="reference", edge=given)
        for threads in (1, 2):
            found = program.run(backend="native", edge=given, limits=Limits(threads=threads))
            for relation in wanted.relations:
                assert found[relation].rows() == wanted[relation].rows(), relation
                cells = (column.to_pylist() for column in found[relation].arrow().columns)
                assert sorted(zip(*cells, strict=True)) == wanted[relation].rows()
                some = wanted[relation].rows()[::50]
                assert all(row in found[relation] for row in some)


def test_numbers_are_codes_where_rules_only_hand_them_on(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    init = NumberCodes.__init__

    def counted(self: NumberCodes, values: Any) -> None:
        init(self, values)
        made.append(len(values))

    monkeypatch.setattr(NumberCodes, "__init__", counted)
    near = {name: edges(900, 1350) // FAR for name in ("edge",)}
    for given, name, codes in (
        ({"edge": edges(900, 1350)}, "closure", 1),
        ({"edge": edges(900, 1350)}, "compared", 0),
        ({"edge": edges(900, 1350)}, "counted", 0),
        (near, "closure", 0),
    ):
        made.clear()
        Program(PROGRAMS[name]).run(backend="native", **given)
        assert len(made) == codes, name
    Program(CLOSURE).run(backend="native", planning=Planning(codes=False), edge=edges(900, 1350))
    assert not made


def test_a_row_shows_why_it_is_there() -> None:
    program = Program(CLOSURE)
    given = edges(900, 1350)
    coded, plain = (
        program.run(backend="native", planning=Planning(codes=codes), edge=given)
        for codes in (True, False)
    )
    for row in plain["path"].rows()[::5000]:
        leaf = why = coded.why("path", row)
        while leaf.children:
            leaf = leaf.children[0]
        assert why.row == row
        assert leaf.relation == "edge"
        assert leaf.row[0] == row[0]
    assert str(coded.why_not("path", (1, 2))) == str(plain.why_not("path", (1, 2)))


def test_updates_bring_numbers_that_nobody_knew() -> None:
    program = Program(CLOSURE)
    program.run(backend="native", edge=edges(900, 1350))
    added = [(3 * FAR + 1, 5 * FAR), (8 * FAR, 3 * FAR + 1), (-4, 8 * FAR)]
    found = program.update(insert={"edge": added}, delete={"edge": edges(900, 1350)[:20]})
    whole = Program(CLOSURE).run(
        backend="reference", edge=np.concatenate([edges(900, 1350)[20:], added])
    )
    kept = {tuple(row) for row in edges(900, 1350)[20:].tolist()}
    if kept >= {tuple(row) for row in edges(900, 1350)[:20].tolist()}:
        pytest.fail("the deleted rows were given twice")
    assert found["path"].rows() == whole["path"].rows()


def test_limits_count_the_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_codes, "NEAR", -(10**30))
    result = Program(CLOSURE).run(backend="native", edge=[(1, 2), (2, 3)] * 300)
    assert result["path"].rows() == [(1, 2), (1, 3), (2, 3)]
