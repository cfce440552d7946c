"""The whole machine in a second: if this passes, the rest is worth running."""

from __future__ import annotations

from trivium.program import Program

PATHS = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."


def test_recursion() -> None:
    result = Program(PATHS).run(edge=[(1, 2), (2, 3)])
    assert result["path"].rows() == [(1, 2), (1, 3), (2, 3)]
    assert len(result["path"]) == 3
    assert result.stats.rows == {"edge": 2, "path": 3}


def test_a_program_runs_again_on_other_data() -> None:
    program = Program(PATHS)
    assert program.run(edge=[("a", "b")])["path"].rows() == [("a", "b")]
    assert program.run(edge=[(7, 7)])["path"].rows() == [(7, 7)]
    assert program.run(edge=[])["path"].rows() == []


def test_why() -> None:
    result = Program(PATHS).run(edge=[(1, 2), (2, 3)])
    assert str(result.why("path", (1, 3))) == (
        "path(1, 3)   by path(x, z) :- path(x, y), edge(y, z).\n"
        "├─ path(1, 2)   by path(x, y) :- edge(x, y).\n"
        "│  └─ edge(1, 2)   <edge>, row 1\n"
        "└─ edge(2, 3)   <edge>, row 2"
    )
    assert result.probability("path", (1, 3)) == 1.0
    assert result.probability("path", (3, 1)) == 0.0


def test_over_a_table() -> None:
    medals = {"nation": ["A", "B", "C"], "gold": [3, 5, None]}
    program = Program.over(
        "best(n) :- medals(nation: n, gold: g), g = max x : { medals(gold: x) }.", medals=medals
    )
    assert program.run()["best"].rows() == [("B",)]
