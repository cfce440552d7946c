"""Runs that are asked for some rows: what they derive, and that it is right and no more."""

from __future__ import annotations

import pytest

from trivium.analyse import analyse
from trivium.errors import DataError, ProgramError
from trivium.ir.nodes import Program as Checked
from trivium.ir.verify import verify
from trivium.optimise.demand import Demand, drop_unneeded, transform_demand
from trivium.program import Program
from trivium.source import Source
from trivium.syntax.souffle import parse
from trivium.syntax.written import show_rule

DECLARED = ".decl edge(x: number, y: number)  .decl node(x: number)\n"
RIGHT = "path(x, y) :- edge(x, y).  path(x, z) :- edge(x, y), path(y, z)."
LEFT = "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z)."


def checked(text: str) -> Checked:
    return verify(analyse(parse(Source("test.dl", DECLARED + text))))


def transformed(text: str, *demands: Demand, sideways: str = "", exempt: str = "") -> Checked:
    wide, whole = frozenset(sideways.split()), frozenset(exempt.split())
    return verify(transform_demand(checked(text), demands, wide, whole))


def guards(program: Checked) -> dict[str, str]:
    """Of each rule that has one: its text, and the demand it waits for."""
    return {
        show_rule(rule, program): rule.body[0].relation  # type: ignore[union-attr]
        for rule in program.rules
        if rule.body and getattr(rule.body[0], "relation", "").startswith("@")
        and not rule.head.relation.startswith("@")
    }  # fmt: skip


def demanding(program: Checked) -> list[str]:
    return [
        show_rule(rule, program) for rule in program.rules if rule.head.relation.startswith("@")
    ]


def test_a_rule_waits_for_its_demand_and_demands_in_turn() -> None:
    program = transformed(RIGHT, Demand("path", (1, None)))
    assert guards(program) == {
        "path(x, y) :- edge(x, y).": "@path?bf",
        "path(x, z) :- edge(x, y), path(y, z).": "@path?bf",
    }
    assert demanding(program) == ["@path?bf(y) :- @path?bf(x), edge(x, y)."]
    assert [(fact.relation, fact.values) for fact in program.facts] == [("@path?bf", (1,))]


def test_a_demand_that_stays_the_same_needs_no_rule() -> None:
    program = transformed(LEFT, Demand("path", (1, None)))
    assert demanding(program) == []
    assert len(guards(program)) == 2


def test_each_rule_keeps_its_number() -> None:
    before = checked(RIGHT)
    after = transform_demand(before, [Demand("path", (1, None))])
    known = {rule.index: rule.head.relation for rule in before.rules}
    for rule in after.rules:
        own = rule.head.relation.startswith("@")
        assert (rule.index not in known) if own else known[rule.index] == rule.head.relation


def test_nothing_given_changes_nothing() -> None:
    before = checked(RIGHT)
    assert transform_demand(before, [Demand("path", (None, None))]) is before


def test_a_constant_in_a_rule_that_runs_whole_is_a_demand() -> None:
    program = transformed(RIGHT + "answer(y) :- path(7, y).", Demand("answer", (None,)))
    assert ("@path?bf", (7,)) in {(fact.relation, fact.values) for fact in program.facts}


def test_values_of_other_atoms_are_demands_where_that_is_wished() -> None:
    text = RIGHT + "answer(x, y) :- node(x), path(x, y)."
    asked = Demand("answer", (None, None))
    assert guards(transformed(text, asked)) == {}
    program = transformed(text, asked, sideways="path")
    assert "@path?bf(x) :- node(x)." in demanding(program)


@pytest.mark.parametrize(
    "text",
    [
        RIGHT + "answer(x) :- node(x), !path(x, x), path(1, x).",
        RIGHT + "answer(x) :- path(1, x), 3 < count : { path(x, _) }.",
        RIGHT + "s(x) :- path(x, _).  answer(x) :- node(x), !s(x), path(1, x).",
        RIGHT + "answer(x) :- path(x, _).",
    ],
)
def test_what_must_be_whole_is_left_whole(text: str) -> None:
    program = transformed(text, Demand("answer", (None,)))
    assert not any(rule.startswith("path") for rule in guards(program))


def test_relations_with_laws_of_their_own_are_left_whole() -> None:
    text = """
    .decl same(x: number, y: number) eqrel
    .decl first(x: number, y: number) choice-domain x
    same(x, y) :- edge(x, y).
    first(x, y) :- edge(x, y).
    """
    asked = [Demand("same", (1, None)), Demand("first", (1, None))]
    assert guards(transformed(text, *asked)) == {}


def test_relations_may_be_exempt() -> None:
    assert guards(transformed(RIGHT, Demand("path", (1, None)), exempt="path")) == {}


def test_a_value_that_a_functor_makes_is_not_demanded() -> None:
    program = transformed("n(x) :- node(x).  n(x) :- node(x), n(x + 1).", Demand("n", (1,)))
    assert demanding(program) == []


def test_drop_unneeded() -> None:
    text = RIGHT + "other(x) :- edge(x, _).  .input edge  node(1).  .output other"
    program = verify(drop_unneeded(checked(text), ["path"]))
    assert {rule.head.relation for rule in program.rules} == {"path"}
    assert program.facts == ()
    assert [d.relation for d in program.directives] == ["edge"]


# --- by the public face --------------------------------------------------------------------------

CHAINS = [(i, i + 1) for i in range(20)] + [(i, i + 1) for i in range(100, 300)]


@pytest.mark.parametrize("rules", [LEFT, RIGHT])
def test_a_query_derives_only_what_it_needs(rules: str) -> None:
    program = Program(rules)
    result = program.query("path", (15, None), edge=CHAINS)
    assert result["path"].rows() == [(15, y) for y in range(16, 21)]
    assert result.stats.rows["path"] <= 15  # of 20,310
    assert program.query("path", (None, 3), edge=CHAINS)["path"].rows() == [
        (0, 3), (1, 3), (2, 3)
    ]  # fmt: skip


def test_a_stratum_that_a_pass_has_parted() -> None:
    # The first rule is idle; without it `r` no longer depends on `s`, with which it is a stratum.
    rules = "r(1) :- s(_), r(1).  r(x) :- node(x).  s(1) :- r(1).  q(5) :- count : { r(_) } > 0."
    program = Program(DECLARED + rules)
    whole = program.run(node=[(1,)])["q"].rows()
    assert program.query("q", (5,), node=[(1,)])["q"].rows() == whole == [(5,)]


def test_proofs_of_a_query_are_those_of_the_program() -> None:
    program = Program(RIGHT)
    by_query = program.query("path", (15, None), edge=CHAINS).why("path", (15, 18))
    assert str(by_query) == str(program.run(edge=CHAINS[:20]).why("path", (15, 18)))
    assert "?" not in str(by_query)


def test_what_is_missing_from_a_query_is_explained_by_the_whole_program() -> None:
    result = Program(RIGHT).query("path", (15, None), edge=CHAINS)
    text = str(result.why_not("path", (15, 3)))
    assert text.startswith("path(15, 3) does not hold")
    assert "@" not in text


def test_a_query_shows_only_what_was_asked() -> None:
    result = Program(RIGHT + "far(x) :- path(x, 5).").query("path", (15, None), edge=CHAINS)
    assert result.relations == ("path",)
    assert "far" not in result
    with pytest.raises(KeyError, match="was not asked for"):
        result["far"]
    with pytest.raises(KeyError, match="were asked for"):
        result.why("path", (3, 4))


def test_a_query_that_cannot_be() -> None:
    program = Program(DECLARED + RIGHT)
    with pytest.raises(ProgramError, match=r"E201.*`pth`"):
        program.query("pth", (1, None))
    with pytest.raises(DataError, match="E652"):
        program.query("path", (1,))
    with pytest.raises(DataError, match="E653"):
        program.query("path", ("one", None))


def test_some_relations_only() -> None:
    result = Program(RIGHT + "far(x) :- path(x, 5).").run(only=["far"], edge=CHAINS)
    assert result["far"].rows() == [(x,) for x in range(5)]
    assert result.relations == ("far",)
    assert result.stats.rows["path"] == 5


def test_the_pragma_and_the_qualifiers() -> None:
    rules = RIGHT + "answer(x, y) :- node(x), path(x, y)."
    data = {"edge": CHAINS, "node": [(18,)]}

    def derived(more: str) -> int:
        text = more if ".decl path" in more else more + "\n.decl path(x: number, y: number)"
        result = Program(f"{text}\n{DECLARED}{rules}").run(only=["answer"], **data)
        assert result["answer"].rows() == [(18, 19), (18, 20)]
        return result.stats.rows["path"]

    assert derived("") > 20_000
    assert derived('.pragma "magic-transform" "*"') == 3
    assert derived('.pragma "magic-transform" "path"') == 3
    assert derived(".decl path(x: number, y: number) magic") == 3
    every = '.pragma "magic-transform" "*"\n'
    assert derived(every + '.pragma "magic-transform-exclude" "path"') > 20_000
    assert derived(every + ".decl path(x: number, y: number) no_magic") > 20_000
