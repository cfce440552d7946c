"""Sources in, questions asked, answers with proofs out: without a language model, and with one."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

import trivium as tv
from trivium.ask.answer import Status
from trivium.errors import DataError, ModelError
from trivium.models.protocol import Message, Reply, Sampling, Usage

MEDALS = """Rank,Nation,Gold,Silver,Bronze,Total
1,United States,46,37,38,121
2,Great Britain,27,23,17,67
3,China,26,18,26,70
4,Russia,19,17,20,56
5,Germany,17,10,15,42
6,Japan,12,8,21,41
7,France,10,18,14,42
8,South Korea,9,3,9,21
"""
REPORT = """# Acme

Acme was founded in 1923 by Ann Lee. The headquarters of Acme is Oslo.

Revenue was $3.4 million in 2019. Revenue was $2.9 million in 2018.
"""


@pytest.fixture
def medals(tmp_path: Path) -> Path:
    path = tmp_path / "medals.csv"
    path.write_text(MEDALS)
    return path


class Scripted:
    """A model that answers with what it was given."""

    name = "scripted"

    def __init__(self, *replies: str | ModelError) -> None:
        self.replies = list(replies)

    def complete(self, messages: list[Message], sampling: Sampling | None = None) -> Reply:
        reply = self.replies.pop(0)
        if isinstance(reply, ModelError):
            raise reply
        return Reply(reply, Usage(calls=1, prompt_tokens=10, completion_tokens=5))


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("which nation won the most gold medals?", "United States"),
        ("how many silver medals did France win?", 18),
        ("how many nations won more than 20 gold medals?", 3),
        ("how many more gold medals did China win than Russia?", 7),
        ("which nation is listed after Germany?", "Japan"),
        ("which nation won the least bronze medals?", "South Korea"),
    ],
)
def test_questions_of_a_table(medals: Path, question: str, value: object) -> None:
    answer = tv.Machine().add(medals).ask(question, min_confidence=0.0)
    assert answer.value == value
    assert answer.status in (Status.PROVED, Status.LIKELY)
    assert 0 < answer.confidence < 1
    assert "answer(" in answer.program
    assert answer.words
    assert answer.proof is not None
    assert answer.evidence
    assert all(place.file == str(medals) for place in answer.evidence)
    # The program alone gives the same value.
    assert tv.Machine().add(medals).run(question, answer.program).value == value


def test_evidence_is_the_cells_used(medals: Path) -> None:
    answer = tv.Machine().add(medals).ask("how many silver medals did France win?", 0.0)
    assert {(place.row, place.column) for place in answer.evidence} == {
        (7, "Nation"),
        (7, "Silver"),
    }


def test_several_values_are_proved_each(medals: Path) -> None:
    answer = tv.Machine().add(medals).ask("which nations won 42 medals in total?", 0.0)
    assert answer.value == ["France", "Germany"]
    assert answer.proof is not None
    assert len(answer.proof.children) == 2


def test_the_right_table_of_several(medals: Path, tmp_path: Path) -> None:
    other = tmp_path / "planets.csv"
    other.write_text("Planet,Moons\nEarth,1\nMars,2\nSaturn,146\n")
    machine = tv.Machine().add(medals, other)
    assert machine.ask("which planet has the most moons?", 0.0).value == "Saturn"
    assert machine.ask("how many gold medals did Japan win?", 0.0).value == 12


def test_two_files_of_one_name_are_two_relations(tmp_path: Path) -> None:
    machine = tv.Machine()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text("x,y\n1,2\n")
        machine.add(tmp_path / folder / "t.csv")
    assert len({table.name for table in machine.tables}) == 2


def test_facts_in_text_support_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "acme.md"
    path.write_text(REPORT)
    answer = tv.Machine().add(path).ask("what is the headquarters of Acme?", min_confidence=0.0)
    assert answer.value == "Oslo"
    assert answer.status is Status.SUPPORTED
    data = path.read_bytes()
    cited = [data[p.start : p.end] for p in answer.evidence if p.start is not None]
    assert any(b"Oslo" in text for text in cited)


def test_unknown_has_a_reason(medals: Path) -> None:
    answer = tv.Machine().add(medals).ask("who painted the Mona Lisa?")
    assert answer.value is None
    assert answer.status is Status.UNKNOWN
    assert "`painted`" in answer.reason
    assert answer.proof is None


def test_below_the_confidence_asked_for(medals: Path) -> None:
    answer = tv.Machine().add(medals).ask("which nation won the most gold medals?", 0.999)
    assert answer.value is None
    assert "0.999" in answer.reason or "1.00" in answer.reason
    assert answer.alternatives[0].value == ("United States",)


def test_another_language(medals: Path) -> None:
    answer = (
        tv.Machine().add(medals).ask("welches Land gewann die meisten Goldmedaillen überhaupt?")
    )
    assert answer.value is None
    assert "English" in answer.reason


@pytest.mark.parametrize("question", ["", "   ", "?!"])
def test_an_empty_question(medals: Path, question: str) -> None:
    with pytest.raises(tv.TriviumError, match="E670"):
        tv.Machine().add(medals).ask(question)


def test_nothing_to_ask() -> None:
    with pytest.raises(tv.TriviumError, match="E671"):
        tv.Machine().ask("how many?")


def test_a_bad_source_leaves_the_others(medals: Path, tmp_path: Path) -> None:
    machine = tv.Machine().add(medals)
    with pytest.raises(tv.TriviumError, match="E601"):
        machine.add(tmp_path / "missing.csv")
    assert machine.ask("how many gold medals did Japan win?", 0.0).value == 12


def test_agreement_raises_confidence(medals: Path) -> None:
    question = "which nation won the most gold medals?"
    alone = tv.Machine().add(medals).ask(question, 0.0)
    program = "answer(n) :- medals(nation: n, gold: g), g = max x : { medals(gold: x) }."
    both = tv.Machine(model=Scripted(program)).add(medals).ask(question, 0.0)
    assert both.value == alone.value
    assert both.confidence > alone.confidence
    assert both.usage.calls == 1


def test_a_model_that_is_down_is_a_warning(medals: Path) -> None:
    said: list[str] = []
    model = Scripted(ModelError(501, "no connection"))
    answer = (
        tv.Machine(model=model, on_warning=said.append)
        .add(medals)
        .ask("which nation won the most gold medals?", 0.0)
    )
    assert answer.value == "United States"
    assert any("E501" in text for text in said)


def test_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("a,b\n")
    machine = tv.Machine(on_warning=lambda text: None)
    with contextlib.suppress(tv.TriviumError):
        machine.add(path)
        assert machine.ask("how many b are there?").value in (None, 0)


def test_a_total_row_is_not_one_of_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("Region,Sales\nNorth,10\nSouth,30\nEast,20\nTotal,60\n")
    machine = tv.Machine().add(path)
    assert machine.ask("which region has the most sales?", 0.0).value == "South"


@pytest.mark.parametrize("name", ["limits", "answer", "text", "value"])
def test_any_file_name_is_a_table(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text("City,People\nRome,5\nOslo,3\n")
    assert tv.Machine().add(path).ask("which city has the most people?", 0.0).value == "Rome"


@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow"])
def test_data_frames(library: str) -> None:
    columns = {"city": ["Oslo", "Rome"], "people": [709, 2748]}
    made = pytest.importorskip(library)
    frame = made.table(columns) if library == "pyarrow" else made.DataFrame(columns)
    machine = tv.Machine().add(frame).add(cities=frame)
    assert [table.name for table in machine.tables] == ["table", "cities"]
    answer = machine.ask("how many people does Rome have?", min_confidence=0.0)
    assert answer.value == 2748
    assert str(answer.evidence[-1]).startswith(("table, row 2", "cities, row 2"))


def test_what_is_no_source() -> None:
    with pytest.raises(DataError, match="E607 `list` is no source"):
        tv.Machine().add([("Oslo", 709)])  # type: ignore[arg-type]
