"""Statements as a table of entities."""

from pathlib import Path

from trivium.ground.entities import entities_of
from trivium.ground.read import read
from trivium.ground.statements import facts_of

TEXT = "Acme was founded in 1923 by Ann Lee. The headquarters of Acme is Oslo.\n"


def test_one_row_an_entity_and_the_place_of_each_value(tmp_path: Path) -> None:
    path = tmp_path / "acme.txt"
    path.write_text(TEXT)
    statements = facts_of(read(path).passages).statements
    assert statements is not None
    table = entities_of(statements)
    assert table is not None
    row = {column.name: column.raw[0] for column in table.columns}
    assert row == {
        "entity": "Acme", "founded": "1923", "founded_by": "Ann Lee", "headquarters": "Oslo"
    }  # fmt: skip
    place = table.at(0, "headquarters")
    assert path.read_bytes()[place.start : place.end] == b"Oslo"
