"""Decisions of programs, in both dialects."""

import pytest

from trivium import Program
from trivium.errors import ProgramError

UMBRELLA = {
    "souffle": """
        ?::umbrella.  ?::raincoat.  0.3::rain.  0.5::wind.
        broken :- umbrella, rain, wind.
        dry :- rain, umbrella, !broken.
        dry :- rain, raincoat.
        dry :- !rain.
        .utility broken = -40  .utility raincoat = -20  .utility umbrella = -2
        .utility dry = 60
        .output dry
    """,
    "problog": """
        ?::umbrella.  ?::raincoat.  0.3::rain.  0.5::wind.
        broken :- umbrella, rain, wind.
        dry :- rain, umbrella, \\+broken.
        dry :- rain, raincoat.
        dry :- \\+rain.
        utility(broken, -40). utility(raincoat, -20). utility(umbrella, -2). utility(dry, 60).
        query(dry).
    """,
}


@pytest.mark.parametrize("dialect", UMBRELLA)
def test_the_decisions_that_are_worth_most(dialect):
    decision = Program(UMBRELLA[dialect], dialect).decide()
    taken = {name.removesuffix("()"): yes for name, yes in decision.choices.items()}
    assert taken == {"umbrella": True, "raincoat": False}
    assert decision.is_best
    assert decision.utility == decision.bound == pytest.approx(43)
    assert decision.result.probability("dry", ()) == pytest.approx(0.85)
    assert decision.result.expected_utility() == pytest.approx(43)
    assert str(decision).startswith("expected utility 43, the greatest there is")


def test_utilities_take_values_of_their_rows_and_skip_what_is_left():
    program = Program("""
        offer("a", 10).  offer("b", 3).  offer("c", 7).
        0.5::sold(x) :- offer(x, _), shown(x).
        ?::shown(x) :- offer(x, _).
        worth(x, p) :- sold(x), offer(x, p).
        .utility worth(_, p) = p
        .utility shown(_) = -2
    """)
    decision = program.decide()
    assert decision.utility == pytest.approx(10 / 2 - 2 + 7 / 2 - 2)
    assert [name for name, yes in decision.choices.items() if yes] == [
        'shown("a")',
        'shown("c")',
    ]


def test_what_must_not_hold_may_be_worth_something():
    program = Program("?::go.  0.9::rain.  wet :- go, rain.  .utility !wet = 5  .utility go = 1")
    decision = program.decide()
    assert (decision.utility, decision.choices) == (pytest.approx(5.0), {"go()": False})


def test_alternatives_of_a_decision_exclude_each_other():
    program = Program("?::left; ?::right.  .utility left = 3  .utility right = 4")
    decision = program.decide()
    assert (decision.utility, decision.choices) == (4.0, {"left()": False, "right()": True})


def test_evidence_counts():
    text = "0.5::rain. 0.9::wet :- rain. 0.1::wet. ?::go. out :- go, rain. {} .utility out = -1"
    assert Program(text.format(".evidence wet") + " .utility go = 0.7").decide().utility == 0.0
    dry = Program(text.format(".evidence !wet") + " .utility go = 0.7").decide()
    assert dry.choices == {"go()": True}


@pytest.mark.parametrize("dialect", UMBRELLA)
def test_without_a_decision_the_utility_is_expected(dialect):
    text = UMBRELLA[dialect].replace("?::umbrella", "0.5::umbrella").replace("?::raincoat.", "")
    text = text.replace("dry :- rain, raincoat.", "")
    text = text.replace(".utility raincoat = -20", "").replace("utility(raincoat, -20).", "")
    result = Program(text, dialect).run()
    expected = 60 * (0.7 + 0.3 * 0.5 * 0.5) - 2 * 0.5 - 40 * 0.3 * 0.5 * 0.5
    assert result.expected_utility() == pytest.approx(expected)


def test_a_utility_may_depend_on_what_is_uncertain():
    text = "?::a. 0.5::b. utility(a, 1) :- b. utility(a, -0.4)."
    decision = Program(text, "problog").decide()
    assert (decision.utility, decision.choices) == (pytest.approx(0.1), {"a": True})


@pytest.mark.parametrize(
    ("dialect", "text", "number"),
    [
        ("souffle", "?::a. b :- a.", 299),
        ("problog", "?::a. b :- a. query(b).", 299),
        ("souffle", "a(1).", 299),
        ("souffle", "?::a; 0.3::b. .utility a = 1", 260),
        ("problog", "?::a; 0.3::b. utility(a, 1).", 260),
        ("problog", "?::a. utility(a, much).", 299),
        ("souffle", '?::a(1). .utility a(x) = "much"', 299),
        ("souffle", "?::a. b :- a. .evidence b .evidence !a .utility b = 1", 285),
    ],
)
def test_decisions_that_cannot_be_taken(dialect, text, number):
    with pytest.raises(ProgramError) as caught:
        Program(text, dialect).decide()
    assert caught.value.number == number


@pytest.mark.parametrize(
    ("dialect", "text"), [("souffle", "?::a. b :- a."), ("problog", "?::a. b :- a. query(b).")]
)
def test_a_plain_run_leaves_no_decision_open(dialect, text):
    with pytest.raises(ProgramError) as caught:
        Program(text, dialect).run().probability("b", ())
    assert caught.value.number == 298
