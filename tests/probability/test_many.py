"""Proofs over very many rows: the first of them are nodes, all of them are counted."""

from __future__ import annotations

from trivium.program import Program
from trivium.proofs.prover import CHILDREN

MANY = CHILDREN + 234


def test_an_aggregate_over_many_rows_has_few_children() -> None:
    program = Program("n(c) :- c = count : { t(_, 1) }.")
    why = program.run(t=[(i, 1) for i in range(MANY)]).why("n", (MANY,))
    (aggregate,) = why.children
    assert (aggregate.total, aggregate.deciding) == (MANY, MANY)
    assert [child.row for child in aggregate.children] == [(i, 1) for i in range(CHILDREN)]
    assert len(why.places()) == CHILDREN
    assert f"and {MANY - 10:,} more" in str(why)
    assert f"over {MANY:,} bindings\n" in str(why)


def test_rows_that_several_bindings_share_count_once() -> None:
    program = Program("n(c) :- c = count : { t(x, k), u(k, _) }.")
    result = program.run(t=[(i, i % 2) for i in range(MANY)], u=[(0, 5), (1, 6)])
    (aggregate,) = result.why("n", (MANY,)).children
    assert (aggregate.total, aggregate.deciding) == (MANY, MANY + 2)
    assert len(aggregate.children) == CHILDREN
    assert aggregate.to_dict()["deciding"] == MANY + 2


def test_of_an_extreme_only_the_rows_that_reach_it_decide() -> None:
    program = Program("m(x) :- x = max v : { t(_, v) }.")
    rows = [(i, int(i >= 50)) for i in range(MANY)]
    (aggregate,) = program.run(t=rows).why("m", (1,)).children
    assert aggregate.deciding == MANY - 50
    assert f"decided by {MANY - 50:,}" in aggregate.note()
    assert aggregate.children[0].row == (50, 1)
