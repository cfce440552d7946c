"""Terms that do not fit their place: what they are read as, and what stays refused."""

from __future__ import annotations

import pytest

from trivium.errors import ProgramError, SyntaxProblem
from trivium.solver.solve import solve
from trivium.solver.verdict import Verdict

ROTA = """# Declarations
people = EnumSort([Ann, Bob, Cid])
days = EnumSort([Mon, Tue, Wed])
jobs = EnumSort([cook, wash])
on = Function([people] -> [days])
{declared}
# Constraints
Distinct([p:people], on(p))
{constraint}
# Options
{options}
"""


def asked(constraint: str, *options: str, declared: str = "") -> Verdict:
    lines = "\n".join(f"{text} ::: ({chr(65 + place)})" for place, text in enumerate(options))
    return solve(ROTA.format(constraint=constraint, options=lines, declared=declared))


BEFORE = "before = Function([days, days] -> [bool])"
NEXT = "next = Function([people, people] -> [bool])"
DUTY = "duty = Function([people, days] -> [jobs])"
STARTS = "starts = Function([people, jobs] -> [int])"


@pytest.mark.parametrize(
    ("constraint", "options", "declared", "mend", "answer"),
    [
        # Ann < Bob: by the one function of people.
        ("And(Ann < Bob, Bob < Cid)",
         ["is_valid(on(Ann) == Tue)", "is_valid(on(Ann) == Mon)"], "", "compared-by", "B"),
        # `before` is of days, so `Ann` is her day.
        ("ForAll([d:days], Not(before(d, Mon)))",
         ["is_sat(And(before(Ann, Bob), on(Bob) == Mon))",
          "is_sat(And(before(Ann, Bob), on(Bob) == Tue))"], BEFORE, "led-by", "B"),
        # `next` is of people, so the day of Ann is Ann.
        ("next(on(Ann), on(Bob))",
         ["is_valid(next(Bob, Ann))", "is_valid(next(Ann, Bob))"], NEXT, "led-back", "B"),
        # A value stands for itself.
        ("on(Ann) < on(Tue)",
         ["is_valid(on(Ann) == Tue)", "is_valid(on(Ann) == Mon)"], "", "value-itself", "B"),
        # Those who start with cooking at 2 and with washing at 2 are one.
        ("And(starts(cook, 2) == starts(wash, 2), starts(Ann, cook) == 2,"
         " ForAll([p:people], Implies(starts(p, wash) == 2, p == Ann)))",
         ["is_valid(starts(Ann, wash) != 2)", "is_valid(starts(Ann, wash) == 2)"],
         STARTS, "inverse", "B"),
        # A value as a condition: that there is one.
        ("And(duty(Ann, Mon), Not(duty(Bob, Mon)))",
         ["is_sat(duty(Bob, Mon) == cook)", "is_sat(duty(Ann, Mon) == cook)"],
         DUTY, "no-value", "B"),
        # ... or that there is a day with it.
        ("And(duty(Ann, cook), duty(Ann, Mon) == wash, duty(Ann, Tue) == wash)",
         ["is_valid(duty(Ann, Wed) == wash)", "is_valid(duty(Ann, Wed) == cook)"],
         DUTY, "inverse", "B"),
        # Nothing declares `job`, but `jobs` there are.
        ("ForAll([p:people], job(p) == cook)",
         ["is_valid(job(Ann) == wash)", "is_valid(job(Ann) == cook)"],
         "", "implicit-function", "B"),
        # Places of a list count from 1 where the last is its size, and from 0 where 0 is among them
        ("on(people[1]) == days[3]",
         ["is_valid(on(Bob) == Wed)", "is_valid(on(people[1]) == Wed)",
          "is_valid(on(people[3]) == Wed)"], "", "listed-place", "B"),
        ("on(people[0]) == days[0]",
         ["is_valid(on(people[1]) == Mon)", "is_valid(on(Ann) == Mon)"], "", "listed-place", "B"),
    ],
)  # fmt: skip
def test_a_term_is_fitted_to_its_place_and_it_is_said(
    constraint: str, options: list[str], declared: str, mend: str, answer: str
) -> None:
    verdict = asked(constraint, *options, declared=declared)
    assert mend in {m.name for m in verdict.mends}
    assert verdict.value == answer, str(verdict)


@pytest.mark.parametrize(
    ("constraint", "declared", "number"),
    [
        # Two things are said of people: neither is the order.
        ("Ann < Bob", "age = Function([people] -> [int])", 224),
        # Two ways lead from people to days, and none from jobs.
        ("before(Ann, Bob)", f"{BEFORE}\noff = Function([people] -> [days])", 222),
        ("before(cook, wash)", BEFORE, 222),
        # The relation itself does not lead to its own argument.
        ("does(Ann, Bob)", "does = Function([people, jobs] -> [bool])", 222),
        # No people are listed in the sort that this would be a member of.
        ("job(cook) == cook", "", 221),
    ],
)
def test_where_several_ways_or_none_lead_there_the_term_is_refused(
    constraint: str, declared: str, number: int
) -> None:
    with pytest.raises(ProgramError) as caught:
        asked(constraint, "is_sat(on(Ann) == Mon)", declared=declared)
    assert caught.value.number == number


def test_many_arguments_are_not_tried_in_every_order() -> None:
    # 12 arguments have 479,001,600 orders.
    declared = f"many = Function([{', '.join(['days'] * 12)}] -> [bool])"
    with pytest.raises(ProgramError) as caught:
        asked(f"many({', '.join(['cook'] * 12)})", "is_sat(on(Ann) == Mon)", declared=declared)
    assert caught.value.number == 222


def test_a_place_that_may_count_from_0_or_from_1_is_refused() -> None:
    with pytest.raises(SyntaxProblem, match="found `\\["):
        asked("on(people[1]) == Mon", "is_sat(on(Ann) == Mon)")


@pytest.mark.parametrize(
    ("option", "holds"),
    [
        ("is_sat(on(Bob) == Tue) and is_sat(on(Bob) == Wed)", True),
        ("is_sat(on(Ann) == Mon) and is_sat(on(Ann) == Wed)", False),
        ("is_valid(on(Ann) != Wed) and is_valid(on(Bob) != Mon)", True),
        ("is_valid(on(Ann) != Wed) and is_valid(on(Ann) != Mon)", False),
        ("is_exception(is_sat(on(Ann) == Mon) and is_sat(on(Ann) == Wed))", True),
        ("is_max(is_sat(Count([p:people], on(p) <= Tue) == 2))", True),
        ("is_max(is_sat(Count([p:people], on(p) <= Tue) == 1))", False),
    ],
)
def test_several_tests_of_one_option(option: str, holds: bool) -> None:
    verdict = asked("And(on(Ann) < on(Bob), on(Cid) != Mon)", option)
    assert [o.holds for o in verdict.options] == [holds]


def test_a_question_among_the_options_is_the_question() -> None:
    verdict = asked("on(Ann) == Mon", declared="").mends
    assert "question-line" not in {m.name for m in verdict}
    options = "If on(Ann) == Mon, which could be true?\non(Bob) == Mon ::: (A)\non(Bob) == Tue"
    verdict = solve(ROTA.format(constraint="on(Ann) == Mon", options=options, declared=""))
    assert {"question-line", "option-sense"} <= {m.name for m in verdict.mends}
    assert verdict.value == "B"
