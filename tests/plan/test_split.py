"""Long recursive bodies in two: which are split, and that rows and proofs stay what they are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.ir.nodes import Atom
from trivium.ir.verify import verify
from trivium.plan.split import split_joins
from trivium.plan.statistics import Planning
from trivium.plan.steps import Version
from trivium.program import Program
from trivium.syntax.written import show_rule

WHOLE = Planning(split=False)
SAME = "same(x, y) :- e(p, x), e(p, y).  same(x, y) :- e(p, x), same(p, q), e(q, y)."


class Fan:
    """Each value of a column stands in so many rows."""

    def __init__(self, fan: float) -> None:
        self.fan = fan

    def rows(self, relation: str, version: Version = Version.FULL) -> float:
        return 100.0

    def different(self, relation: str, columns: tuple[int, ...]) -> float:
        return 100.0 / self.fan if columns else 1.0

    def filled(self, relation: str, column: int) -> bool:
        return True

    def classes(self, relation: str) -> float | None:
        return None


def rules(text: str, fan: float = 10.0) -> list[str]:
    declared = ".decl e(x: number, y: number) .decl f(x: number) "
    before = Program(declared + text).ir
    after = verify(split_joins(before, Fan(fan)))
    if after is before:
        return []
    read = {
        rule: [literal.relation for literal in rule.body if isinstance(literal, Atom)]
        for rule in after.rules
    }
    return [
        f"{show_rule(rule, after).partition(' :-')[0]} <- {', '.join(names)}"
        for rule, names in read.items()
        if rule.span is None or any(name.startswith("@") for name in names)
    ]


def test_a_body_that_says_the_same_often_is_split() -> None:
    assert rules(SAME) == ["@same.2(x, q) <- e, same", "same(x, y) <- @same.2, e"]


def test_a_body_that_says_each_once_is_not() -> None:
    assert rules(SAME, fan=1.0) == []


def test_several_growing_atoms_are_worth_a_half() -> None:
    text = "t(x, y) :- e(x, y).  t(x, w) :- e(x, y), t(y, z), t(z, w)."
    assert rules(text, fan=1.0) == ["@t.2(x, z) <- e, t", "t(x, w) <- @t.2, t"]


def test_what_is_read_later_is_kept() -> None:
    text = "t(x, y) :- e(x, y).  t(p, y) :- e(p, x), t(p, q), e(q, y), p < q."
    assert rules(text) == []
    assert rules(text.replace("p < q", "q < y")) == []
    assert rules(SAME.replace("e(q, y).", "e(q, y), x < q.")) == [
        "@same.2(x, q) <- e, same", "same(x, y) <- @same.2, e"
    ]  # fmt: skip


def test_a_cycle_is_not_split() -> None:
    assert rules("t(x, y) :- e(x, y).  t(x, y) :- e(x, y), t(y, z), e(z, x).") == []


def test_what_depends_on_its_round_is_not_split() -> None:
    declared = ".decl same(x: number, y: number) choice-domain x\n"
    assert rules(declared + SAME) == []
    assert rules(SAME + "\n.limitsize same(n=10)") == []


def test_a_body_of_a_stratum_that_does_not_recurse_is_not_split() -> None:
    assert rules("t(x, w) :- e(x, y), e(y, z), e(z, w).") == []


TEXT = """
same(x, y) :- e(p, x), e(p, y), x != y.
same(x, y) :- e(p, x), same(p, q), e(q, y).
far(x, y) :- e(x, y).
far(x, w) :- e(x, y), far(y, z), far(z, w), x < 4.
loop(x) :- e(x, _).
loop(x) :- loop(y), e(y, z), loop(z), e(z, x), !f(x).
cyc(x, y) :- e(x, y).
cyc(x, y) :- cyc(x, z), e(z, y), e(y, x), f(z).
"""
numbers = st.integers(0, 5)
pairs = st.lists(st.tuples(numbers, numbers), max_size=20)


@settings(max_examples=60)
@given(pairs, st.lists(st.tuples(numbers), max_size=3))
def test_same_rows_and_proofs_of_the_same_rules(
    e: list[tuple[int, int]], f: list[tuple[int]]
) -> None:
    program = Program(".decl e(x: number, y: number) .decl f(x: number)" + TEXT)
    split, whole = (program.run(e=e, f=f, planning=p) for p in (Planning(), WHOLE))
    assert split.relations == whole.relations
    for name in whole.relations:
        assert split[name].rows() == whole[name].rows()
        for row in split[name].rows()[:5]:
            proof = split.why(name, row)
            assert proof.depth() < 60
            for node in proof.walk():
                assert "@" not in node.text
                assert node.kind != "rule" or "@" not in (node.rule_text or "")


def test_the_profile_shows_the_half() -> None:
    edges = [(i, j) for i in range(6) for j in range(6)]
    profile = Program(SAME).run(e=edges, profile=True).profile
    assert profile is not None
    assert "@same.2(x, q) :- e(p, x), same(p, q)." in [rule.text for rule in profile.rules]
