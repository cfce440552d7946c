"""Sources that are removed and replaced: what is left is what a new machine would have."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from trivium.ask import sources as sources_module
from trivium.ask import tables as tables_module
from trivium.errors import DataError
from trivium.ground.passage import Passage
from trivium.ground.table import make_table
from trivium.machine import Machine
from trivium.source import Place

QUESTIONS = [
    "which city has the most people?",
    "how many people does Rome have?",
    "what is the headquarters of Acme?",
    "which team has the least points?",
    "how many rows are there?",
]


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Files of all kinds; some have one name, some have several tables, some have none."""
    return [
        written(tmp_path, "a/t.csv", "City,People\nOslo,709\nRome,2748\n"),
        written(tmp_path, "b/t.csv", "City,People\nLima,9752\nRome,1\n"),
        written(tmp_path, "points.csv", "Team,Points\nReds,3\nBlues,5\n"),
        written(tmp_path, "weights.csv", "Team,Weight\nReds,3 kg\nBlues,5 kg\n"),
        written(tmp_path, "acme.md", "# Acme\n\nThe headquarters of Acme is Oslo.\n"),
        written(tmp_path, "acme2.txt", "Acme was founded in 1923. The seat of Acme is Rome."),
        written(
            tmp_path,
            "two.html",
            "<p>The capital of Italy is Rome.</p><table><tr><th>City<th>People<tr><td>Bonn<td>1"
            "</table><table><tr><th>Team<th>Points<tr><td>Greens<td>0</table>",
        ),
    ]


def state(machine: Machine) -> object:
    """All that a machine knows, and answers."""
    tables = [(t.name, t.place, [c.raw for c in t.columns]) for t in machine.tables]
    answers = []
    for question in QUESTIONS if machine.tables or machine.passages else []:
        answer = machine.ask(question, 0.0)
        answers.append(
            (answer.value, answer.program, round(answer.confidence, 9), str(answer.proof),
             answer.status, answer.unit, answer.reason)
        )  # fmt: skip
    return tables, [p.text for p in machine.passages], answers


@pytest.mark.parametrize("seed", range(12))
def test_after_any_changes_a_machine_is_as_a_new_one(files: list[Path], seed: int) -> None:
    rng = random.Random(seed)
    machine = Machine(on_warning=lambda text: None)
    held: list[Path] = []
    for _ in range(8):
        kind = rng.choice(["add", "add", "remove", "replace"])
        new = rng.choice([path for path in files if path not in held] or files)
        if kind == "add" or not held:
            machine.add(new)
            held.append(new)
            continue
        old = rng.choice(held)
        places = [i for i, path in enumerate(held) if path == old]
        if kind == "remove":
            machine.remove(old)
            held = [path for path in held if path != old]
        else:
            machine.replace(old, new)
            kept = [path for path in held if path != old]
            held = [*kept[: places[0]], new, *kept[places[0] :]]
        if rng.random() < 0.5 and held:
            machine.ask(rng.choice(QUESTIONS))  # what is made for a question must not outlive it
    fresh = Machine(on_warning=lambda text: None).add(*held)
    assert state(machine) == state(fresh)


def test_names_are_given_anew(files: list[Path]) -> None:
    machine = Machine().add(files[0], files[1])
    assert [table.name for table in machine.tables] == ["t", "t_2"]
    assert machine.ask("how many people does Rome have?", 0.0).evidence[0].file == str(files[0])
    machine.remove("t")
    assert [table.name for table in machine.tables] == ["t"]
    answer = machine.ask("how many people does Rome have?", 0.0)
    assert (answer.value, answer.evidence[0].file) == (1, str(files[1]))
    assert "t_2" not in answer.program


@pytest.mark.parametrize("how", [str, Path, os.path.relpath, lambda p: f"file://{p}"])
def test_a_source_by_its_path(files: list[Path], how: Callable[[Path], object]) -> None:
    machine = Machine().add(files[0], files[2]).remove(how(files[0]))  # type: ignore[arg-type]
    assert [table.name for table in machine.tables] == ["points"]


def test_a_path_that_was_added_relative(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files[2].parent)
    machine = Machine().add("points.csv")
    assert machine.remove(files[2]).tables == []


def test_one_table_of_a_source_with_more(files: list[Path]) -> None:
    machine = Machine(on_warning=lambda text: None).add(files[6])
    first, second = (table.name for table in machine.tables)
    texts = [passage.text for passage in machine.passages]
    machine.remove(first)
    assert len(machine.tables) == 1
    assert [passage.text for passage in machine.passages] == texts
    machine.replace(machine.tables[0].name, files[2])
    assert [table.place.file for table in machine.tables] == [str(files[2])]
    assert [passage.text for passage in machine.passages] == texts
    machine.remove(files[6])
    assert (len(machine.tables), machine.passages) == (1, [])
    assert second


def test_tables_passages_and_data_frames() -> None:
    pa = pytest.importorskip("pyarrow")
    table = make_table("games", ["City"], [["Rome"]], Place("games.csv"))
    passage = Passage("The capital of Italy is Rome.", Place("italy.txt"))
    machine = Machine().add(table, passage, medals=pa.table({"nation": ["Norway"]}))
    assert [t.name for t in machine.tables] == ["medals", "games"]
    machine.replace("medals", pa.table({"nation": ["Sweden", "Norway"]}))
    assert [t.name for t in machine.tables] == ["medals", "games"]
    assert machine.run("?", "answer(n) :- n = count : { medals(row: _) }.").value == 2
    machine.remove("italy.txt").remove("games")
    assert machine.passages == []
    assert [t.name for t in machine.tables] == ["medals"]
    machine.remove("medals")
    with pytest.raises(DataError, match="E671"):
        machine.ask("how many?")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("point", "did you mean `points`?"),
        ("zzz", "there are `points`"),
        ("", "there are"),
    ],
)
def test_what_is_not_there(files: list[Path], name: str, hint: str) -> None:
    machine = Machine().add(files[2])
    before = state(machine)
    for change in (lambda: machine.remove(name), lambda: machine.replace(name, files[0])):
        with pytest.raises(DataError, match="E672 no source or table is called") as caught:
            change()
        assert caught.value.hint is not None
        assert caught.value.hint.startswith(hint)
    assert state(machine) == before
    with pytest.raises(DataError, match="E672"):
        Machine().remove("points")


def test_a_source_that_cannot_be_read_replaces_nothing(files: list[Path]) -> None:
    machine = Machine().add(files[2])
    before = state(machine)
    with pytest.raises(DataError, match="E601"):
        machine.replace("points", files[2].with_name("missing.csv"))
    assert state(machine) == before


def test_nothing_that_questions_share_is_made_anew(
    files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(module: object, name: str) -> None:
        original = getattr(module, name)

        def count(*args: object, **named: object) -> object:
            made.append(name)
            return original(*args, **named)

        monkeypatch.setattr(module, name, count)

    counted(tables_module, "Frame")
    counted(tables_module, "take")
    counted(sources_module, "facts_in")
    counted(sources_module.Retriever, "over")
    machine = Machine(on_warning=lambda text: None).add(*files)
    for i in range(20):
        rows = [[f"Place {i}", "3"]]
        machine.add(make_table(f"more{i}", ["Place", "Height"], rows, Place(f"{i}.csv")))
    for question in QUESTIONS:
        machine.ask(question, 0.0)
    assert {"Frame", "take", "facts_in", "over"} <= set(made)
    made.clear()
    for question in QUESTIONS:
        machine.ask(question, 0.0)
    assert set(made) <= {"take"}  # of the facts that a question finds in text
    machine.remove("more3")
    made.clear()
    machine.ask(QUESTIONS[0], 0.0)
    assert "over" in made
    assert "Frame" not in made
