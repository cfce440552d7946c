"""Every program of the search, written as Datalog, gives the engine the value that it forecast."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trivium.ask.algebra import Proposal
from trivium.ask.compile import write
from trivium.ask.denotation import key
from trivium.ask.describe import describe
from trivium.ask.frame import Frame
from trivium.ask.search import Search
from trivium.ask.words import Question
from trivium.ground.table import Table, make_table
from trivium.program import Program
from trivium.source import Place

GAMES = make_table(
    "games",
    ["Year", "City", "Country", "Dates", "Nations", "Score", "Winner"],
    [
        ["1896", "Athens", "Greece", "6 April 1896", "14", "11–10", "United States (USA)"],
        ["1900", "Paris", "France", "14 May 1900", "24", "26–41", "France (FRA)"],
        ["1904", "St. Louis", "United States", "1 July 1904", "12", "78–82", "United States (USA)"],
        ["1908", "London", "Great Britain", "27 April 1908", "22", "56–51", "Great Britain (GBR)"],
        ["1912", "Stockholm", "Sweden", "6 July 1912", "28", "25–19", "United States (USA)"],
        ["1920", "Antwerp", "Belgium", "20 April 1920", "29", "41–27", "United States (USA)"],
        ["1924", "Paris", "France", "4 May 1924", "44", "45–27", "United States (USA)"],
        ["1928", "Amsterdam", "Netherlands", "17 May 1928", "46", "—", ""],
    ],
    Place("games.csv"),
)

QUESTIONS = [
    "which city held the games in 1912?",
    "how many games were held in Paris?",
    "how many games were held after 1908?",
    "which city had the most nations?",
    "which city had the second most nations?",
    "what is the total number of nations in London and Stockholm?",
    "what is the average number of nations before 1912?",
    "how many more nations took part in 1924 than in 1896?",
    "how many years passed between the games in Athens and the games in Antwerp?",
    "which city came after London?",
    "which city was listed before Antwerp?",
    "what other year had the same city as 1900?",
    "which country held the games more than once?",
    "which country won the most games?",
    "did Paris or London have more nations?",
    "were there more or less than 20 nations in Athens?",
    "were the games in Athens before or after the games in Paris?",
    "what city was not in France?",
    "which games had at least 22 nations but not in Paris?",
    "what is the difference in nations between the first and last games?",
    "how many games had more nations than London?",
    "how long after the games in Athens were the games in London, by dates?",
    "which games were held in May?",
    "how many consecutive games were held in France?",
]


REPORT = make_table(
    "report",
    ["item", "Fiscal 2019", "Fiscal 2018 (in millions)", "Fiscal 2017", "Change"],
    [
        ["Net sales", "$532.5", "470", "455", "13%"],
        ["Services", "100", "1,200", "—", "(92)%"],
        ["Loss", "(12)", "-8", "(8)", ""],
        ["Total revenue", "$632.5", "1,670", "455.0", "(62)%"],
    ],
    Place("report.csv"),
)

ACROSS = {
    "What is the change in net sales from 2018 to 2019?": 62.5,
    "What is the percentage change in net sales from 2018 to 2019?": 62.5 / 470 * 100,
    "What is the average net sales?": (532.5 + 470 + 455) / 3,
    "What is the total net sales for 2018 and 2019?": 1002.5,
    "What is the sum of net sales between 2017 and 2019?": 1457.5,
    "Which year had the lowest net sales?": "2017",
    "In which years were net sales more than 460 million?": ("2019", "2018"),
    "How many years did net sales exceed 460?": 2,
    "What were the net sales in fiscal 2018 and 2017 respectively?": ("470", "455"),
    "Which years does the table show?": ("2019", "2018", "2017"),
    "What is the ratio of net sales to services in 2019?": 5.325,
    "What percentage of total revenue are net sales in 2019?": 532.5 / 632.5 * 100,
    "What is net sales in fiscal 2019 as a ratio of fiscal 2018?": 532.5 / 470,
}


def proposals(question: str, table: Table) -> tuple[Frame, list[Proposal]]:
    frame = Frame(table)
    return frame, Search(Question.of(question), frame).proposals()


def run(proposal: Proposal, frame: Frame) -> frozenset[tuple[str, float | str]]:
    text = write(proposal.expr, frame)
    result = Program.over(text, **{frame.table.name: frame.table}).run()
    return frozenset(key(row[0]) for row in result["answer"].rows())


@pytest.mark.parametrize("question", QUESTIONS)
def test_engine_agrees_with_the_search(question: str) -> None:
    frame, found = proposals(question, GAMES)
    smallest: dict[str, Proposal] = {}
    for proposal in found:
        smallest.setdefault(proposal.shape, proposal)
    assert smallest
    for proposal in list(smallest.values())[:40]:
        assert run(proposal, frame) == proposal.key, write(proposal.expr, frame)
        assert describe(proposal.expr, frame)


@pytest.mark.parametrize("question", ACROSS)
def test_engine_agrees_across_columns(question: str) -> None:
    frame, found = proposals(question, REPORT)
    answer = ACROSS[question]
    wanted = frozenset(key(v) for v in (answer if isinstance(answer, tuple) else (answer,)))
    right = [proposal for proposal in found if proposal.key == wanted]
    assert right
    smallest = {proposal.shape: proposal for proposal in reversed(found)}
    for proposal in [*right[:5], *list(smallest.values())[:40]]:
        assert run(proposal, frame) == proposal.key, write(proposal.expr, frame)
        assert describe(proposal.expr, frame)


def test_questions_reach_every_operation() -> None:
    operations = {
        operation
        for question in QUESTIONS
        for proposal in proposals(question, GAMES)[1]
        for operation in proposal.shape.replace(")", "").replace(",", "(").split("(")
    }
    wanted = {
        "count", "distinct", "sum", "mean", "range", "difference", "most", "rarest", "greatest",
        "least", "first", "last", "next", "previous", "after", "before", "same", "not", "or",
        "and", "in", "groups>", "choice>", "choice_bound>", "nth", "nth_greatest", "streak",
        "difference_count", "beyond>", "bound>=",
    }  # fmt: skip
    assert wanted <= operations, wanted - operations


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("which city held the games in 1912?", {("text", "stockholm")}),
        ("how many games were held in Paris?", {("number", 2.0)}),
        ("which city had the most nations?", {("text", "amsterdam")}),
        ("how many more nations took part in 1924 than in 1896?", {("number", 30.0)}),
        ("what other year had the same city as 1900?", {("number", 1924.0)}),
        ("which country held the games more than once?", {("text", "france")}),
        ("were there more or less than 20 nations in Athens?", {("text", "less")}),
        ("how many consecutive games were held in France?", {("number", 1.0)}),
    ],
)
def test_the_right_value_is_among_the_candidates(
    question: str, answer: set[tuple[str, float | str]]
) -> None:
    _, found = proposals(question, GAMES)
    assert frozenset(answer) in {proposal.key for proposal in found}


CELLS = st.sampled_from(
    ["1", "2", "30", "1,204", "", "—", "Rome", "rome", "Oslo (north)", "March 1995", "5 May 2001",
     "1990–94", "2–1", "12%", "$3.5", "4th", "Oslo", "2:20.5"]
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=7
        )
    ),
    st.sampled_from(
        ["how many more Rome than Oslo?", "which had the most after 2?", "total in 1995 not Oslo?"]
    ),
)
def test_any_table(rows: list[list[str]], question: str) -> None:
    """On any cells the search does not fail, and what it compiles runs."""
    headers = ["Place", "Number", "When", "Note"][: len(rows[0])]
    table = make_table("t", headers, rows, Place("t.csv"))
    frame, found = proposals(question, table)
    for proposal in found[:: max(1, len(found) // 8)]:
        run(proposal, frame)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=6),
    st.sampled_from(
        ["what is the change in Rome from 2018 to 2019?", "what percentage of Oslo was Rome?",
         "in which year was Oslo more than 2?", "what was the total and average Oslo?"]
    ),
)  # fmt: skip
def test_any_series(rows: list[list[str]], question: str) -> None:
    """On any cells, programs from column to column give what they forecast."""
    table = make_table("t", ["Place", "2019", "2018", "2017"], rows, Place("t.csv"))
    frame, found = proposals(question, table)
    found = [p for p in found if p.shape.startswith(("across", "ratio", "percent"))]
    for proposal in found[:: max(1, len(found) // 12)]:
        assert run(proposal, frame) == proposal.key, write(proposal.expr, frame)
