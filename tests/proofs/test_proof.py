"""Proofs end at cells, list what decides an aggregate, and stay small where rows are shared."""

from __future__ import annotations

import json

import pytest

from trivium.errors import DataError
from trivium.ground.table import make_table
from trivium.program import Program
from trivium.source import Place

MEDALS = make_table(
    "medals",
    ["Nation", "Gold"],
    [["Peru", "12"], ["Chad", ""], ["Iran", "7"], ["Peru", "12"]],
    Place("medals.csv"),
)


def test_places_are_the_cells_that_the_rule_reads() -> None:
    text = "few(n) :- medals(nation: n, gold: g), g < 10."
    proof = Program.over(text, medals=MEDALS).run().why("few", ("Iran",))
    assert proof.places() == (
        Place("medals.csv", row=3, column="Nation"),
        Place("medals.csv", row=3, column="Gold"),
    )
    assert "medals.csv, row 3: Nation, Gold" in str(proof)
    assert proof.rule_text == text
    assert proof.bindings == {"n": "Iran", "g": 7}


def test_rows_of_a_table_stay_distinct_and_empty_cells_do_not_match() -> None:
    text = "s(x) :- x = sum g : { medals(gold: g) }.  n(c) :- c = count : { medals() }."
    result = Program.over(text.replace("medals()", "medals(row: _)"), medals=MEDALS).run()
    assert result["s"].rows() == [(31,)]
    assert result["n"].rows() == [(4,)]
    assert [p.row for p in result.why("s", (31,)).places()] == [1, 3, 4]


def test_an_extreme_is_decided_by_the_rows_that_reach_it() -> None:
    text = "top(n) :- n = argmax m by g : { medals(nation: m, gold: g) }."
    proof = Program.over(text, medals=MEDALS).run().why("top", ("Peru",))
    (aggregate,) = proof.children
    assert aggregate.kind == "aggregate"
    assert aggregate.total == 3
    assert [child.row[0] for child in aggregate.children] == [1, 4]


def test_long_aggregates_show_ten_rows_and_hold_all() -> None:
    proof = Program("s(x) :- x = sum v : { t(_, v) }.").run(t=[(i, 1) for i in range(25)])
    why = proof.why("s", (25,))
    assert len(why.children[0].children) == 25
    assert str(why).splitlines()[-1].strip() == "└─ and 15 more"
    assert len(why.places()) == 25


def test_negation_is_a_leaf() -> None:
    result = Program("lone(x) :- n(x), !e(x, _).").run(n=[(1,), (2,)], e=[(1, 2)])
    proof = result.why("lone", (2,))
    assert [child.kind for child in proof.children] == ["fact", "absent"]
    assert proof.children[1].text.startswith("no row matches e(")


def test_facts_of_the_program_have_its_lines() -> None:
    proof = Program("e(1, 2).\ne(2, 3).\np(x) :- e(x, 3).", name="p.dl").run().why("p", (2,))
    assert proof.places() == (Place("p.dl", line=2),)


def test_deep_proofs_need_no_deep_stack() -> None:
    program = Program("path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).")
    result = program.run(edge=[(i, i + 1) for i in range(600)])
    proof = result.why("path", (0, 600))
    assert proof.depth() == 600
    assert len(proof.places()) == 1200
    assert str(proof).endswith("... (the rest is in `children`)")


def test_shared_rows_are_one_node() -> None:
    program = Program("p(x, y) :- e(x, y).  p(x, z) :- p(x, y), p(y, z).")
    proof = program.run(e=[(i, i + 1) for i in range(64)]).why("p", (0, 64))
    assert len(list(proof.walk())) < 300
    assert "children" in json.dumps(proof.to_dict())
    assert proof._repr_html_().startswith("<pre>")


def test_computed_heads() -> None:
    result = Program("p(x + 1, x * 2, 7) :- n(x), x > 1.").run(n=[(1,), (2,), (3,)])
    assert result.why("p", (4, 6, 7)).bindings == {"x": 3}


def test_a_row_that_does_not_hold_has_no_proof() -> None:
    with pytest.raises(DataError) as caught:
        Program("p(x) :- n(x).").run(n=[(1,)]).why("p", (2,))
    assert caught.value.number == 661
