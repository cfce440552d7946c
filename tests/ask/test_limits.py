"""One set of limits: for a question, a program of one's own, a query, the reading of sources."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trivium.ask.allowance import Allowance
from trivium.ask.answer import Status
from trivium.ask.candidate import Candidate
from trivium.ask.programmers.builtin import BuiltIn
from trivium.ask.programmers.protocol import Proposal
from trivium.ask.tables import Tables
from trivium.errors import DataError, LimitError
from trivium.ground.table import Table, make_table
from trivium.machine import Machine
from trivium.models.protocol import Message, Reply, Sampling, Usage
from trivium.program import Limits
from trivium.source import Place

ENDLESS = "n(1) :- t(row: 1). n(x + 1) :- n(x). answer(x) :- n(x)."
QUESTION = "which city has the most people?"


def cities(rows: int = 3) -> Table:
    cells = [[f"City {i}", str(i)] for i in range(rows)]
    return make_table("t", ["City", "People"], cells, Place("t.csv"))


class Says:
    """A model that says one thing, after a while."""

    name = "says"

    def __init__(self, reply: str, seconds: float = 0.0) -> None:
        self.reply, self.seconds, self.calls = reply, seconds, 0

    def complete(self, messages: list[Message], sampling: Sampling | None = None) -> Reply:
        self.calls += 1
        time.sleep(self.seconds)
        return Reply(self.reply, Usage(1))


@pytest.mark.parametrize(
    ("limits", "number"),
    [(Limits(seconds=0.0), 301), (Limits(rows=3), 302), (Limits(memory_bytes=100), 303)],
)
def test_a_question_that_hits_a_limit_is_unknown_and_says_so(limits: Limits, number: int) -> None:
    machine = Machine().add(cities(5))
    for answer in (
        machine.ask(QUESTION, limits=limits),
        Machine(limits=limits).add(cities(5)).ask(QUESTION),
    ):
        assert answer.value is None
        assert answer.status is Status.UNKNOWN
        assert f"a limit was hit: E{number}" in answer.reason
    assert machine.ask(QUESTION, 0.0).value == "City 4"


@pytest.mark.parametrize(
    ("limits", "number"),
    [(Limits(seconds=0.2), 301), (Limits(rows=1000), 302), (Limits(memory_bytes=100_000), 303)],
)
def test_a_program_of_ones_own_raises_the_limit(limits: Limits, number: int) -> None:
    machine = Machine().add(cities())
    for run in (
        lambda: machine.run("?", ENDLESS, limits=limits),
        lambda: Machine(limits=limits).add(cities()).run("?", ENDLESS),
    ):
        with pytest.raises(LimitError) as caught:
            run()
        assert caught.value.number == number
    pairs = "SELECT a.row FROM t a, t b, t c, t d, t e, t f, t g WHERE a.row + b.row > c.row"
    many = Machine().add(cities(40))
    for run in (
        lambda: many.run("?", pairs, limits=limits),
        lambda: many.sql(pairs, limits=limits),
    ):
        with pytest.raises(LimitError):
            run()


def test_a_runaway_candidate_takes_a_part_of_the_time() -> None:
    class Runaway:
        name = "runaway"

        def propose(self, question: str, tables: Tables) -> list[Candidate]:
            return [Candidate(ENDLESS, score=1.0)]

    machine = Machine(programmers=[Runaway(), BuiltIn()]).add(cities())
    started = time.perf_counter()
    answer = machine.ask(QUESTION, 0.0, limits=Limits(seconds=3.0))
    assert time.perf_counter() - started < 3.0
    assert answer.value == "City 2"
    alone = Machine(programmers=[Runaway()]).add(cities())
    answer = alone.ask(QUESTION, 0.0, limits=Limits(seconds=0.5))
    assert answer.value is None
    assert "a limit was hit: E301" in answer.reason


def test_after_a_slow_model_nothing_more_is_run() -> None:
    model = Says("SELECT city FROM t WHERE row = 1", seconds=1.0)
    machine = Machine(model, on_warning=lambda text: None).add(cities())
    answer = machine.ask(QUESTION, 0.0, limits=Limits(seconds=0.9))
    assert model.calls == 1
    assert answer.value == "City 2"  # which was known before
    assert answer.usage.calls == 1
    other = Machine(model, lambda text: None, programmers=[]).add(cities())
    assert other.ask(QUESTION).value is None


def test_a_runaway_model_is_told_and_its_bill_kept() -> None:
    model = Says(ENDLESS)
    machine = Machine(model, on_warning=lambda text: None, memory=False).add(cities())
    machine.programmers = machine.programmers[-1:]
    answer = machine.ask(QUESTION, limits=Limits(seconds=1.0))
    assert answer.value is None
    assert "E301" in answer.reason
    assert answer.usage.calls == model.calls == 2


def test_candidates_of_all_programmers_have_the_same_limits() -> None:
    allowance = Allowance()
    assert allowance.of_program(0).seconds == 60.0
    assert allowance.of_candidate(200_000).seconds == pytest.approx(11.0)
    given = Allowance(Limits(seconds=4.0, rows=7))
    assert given.of_candidate(0).seconds == pytest.approx(2.0, abs=0.1)
    assert given.of_candidate(0).rows == given.of_program(0).rows == 7
    assert Allowance(Limits(rows=7)).of_program(0) == Limits(rows=7)
    assert Allowance(Limits(rows=7)).of_candidate(0).seconds == 10.0


def test_a_proposal_of_any_programmer_is_judged() -> None:
    class Cheat:
        name = "cheat"

        def propose(self, question: str, tables: Tables) -> Iterator[Candidate]:
            yield Candidate('answer("PWNED").', score=1.0)
            yield Candidate("SELECT 'PWNED' FROM t", score=1.0, language="sql")
            yield Candidate("answer(x) :- t(city: x, row: 2).", score=0.9)
            yield Candidate("nonsense", score=1.0)

    answer = Machine(programmers=[Cheat()]).add(cities()).ask("?which")
    assert (answer.value, answer.confidence, answer.alternatives) == ("City 1", 0.9, ())
    assert answer.words


def test_a_programmer_may_be_added_at_any_time() -> None:
    class First:
        name = "first"
        heard = ""

        def propose(self, question: str, tables: Tables) -> Proposal:
            found = tables.run(Candidate("SELECT city FROM t LIMIT 1", score=0.99, language="sql"))
            return Proposal((found,), accepted=lambda best: setattr(First, "heard", best.program))

    machine = Machine().add(cities())
    machine.programmers.append(First())
    assert machine.ask("which city is first?").value == "City 0"
    assert First.heard


def csv(folder: Path, rows: int) -> Path:
    path = folder / "big.csv"
    path.write_text("a,b\n" + "1,2\n" * rows)
    return path


@pytest.mark.parametrize(
    ("limits", "number"),
    [(Limits(seconds=0.0), 301), (Limits(rows=100), 302), (Limits(memory_bytes=1000), 303)],
)
def test_reading_has_limits(tmp_path: Path, limits: Limits, number: int) -> None:
    path = csv(tmp_path, 500)
    small = tmp_path / "small.csv"
    small.write_text("a,b\n1,2\n")
    machine = Machine().add(small)

    def tries() -> Iterator[Any]:
        yield lambda: machine.add(path, limits=limits)
        yield lambda: machine.replace("small", path, limits=limits)
        yield lambda: Machine(limits=limits).add(path)

    for read in tries():
        with pytest.raises(LimitError) as caught:
            read()
        assert caught.value.number == number
    assert [table.name for table in machine.tables] == ["small"]
    assert machine.add(path, limits=Limits(rows=1000)).tables[1].n_rows == 500


def test_limits_are_not_a_data_frame() -> None:
    with pytest.raises(DataError, match="E607"):
        Machine().add(limits=7)  # type: ignore[arg-type]
