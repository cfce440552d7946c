"""Tables as people write them: each kind of sheet, and what it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ground.samples import Warnings, texts

from trivium.ground.document import Document
from trivium.ground.read import read

# name: the file; the tables in it; the texts that stand around them.
KINDS: dict[str, tuple[str, list[list[list[str]]], list[str]]] = {
    "a title above a gap": (
        "Sales report 2024\n\nRegion,Total\nNorth,5\nSouth,7\n",
        [[["Region", "Total"], ["North", "5"], ["South", "7"]]],
        ["Sales report 2024"],
    ),
    "a title with empty cells beside it": (
        "Sales report 2024,,\nRegion,Q1,Q2\nNorth,5,6\nSouth,7,8\n",
        [[["Region", "Q1", "Q2"], ["North", "5", "6"], ["South", "7", "8"]]],
        ["Sales report 2024"],
    ),
    "pairs above the table": (
        '"Data Source","Indicators",\n\n"Last Updated","2024-05-30",\n\n'
        "Country,Code,2019,2020,\nNorway,NOR,5,6,\nSweden,SWE,10,11,\n",
        [[["Country", "Code", "2019", "2020"], ["Norway", "NOR", "5", "6"],
          ["Sweden", "SWE", "10", "11"]]],
        ["Data Source: Indicators", "Last Updated: 2024-05-30"],
    ),
    "the delimiter named": (
        "sep=;\nAccount;Amount\n12;50.00\n13;75.50\n",
        [[["Account", "Amount"], ["12", "50.00"], ["13", "75.50"]]],
        [],
    ),
    "comments": (
        "# exported 2024-05-01\n# by tool v1\nname;value\na;1\nb;2\n",
        [[["name", "value"], ["a", "1"], ["b", "2"]]],
        ["exported 2024-05-01", "by tool v1"],
    ),
    "a comment that is the header": (
        "# from the lab\n#id,mass\n1,2.5\n2,3.5\n",
        [[["id", "mass"], ["1", "2.5"], ["2", "3.5"]]],
        ["from the lab"],
    ),
    "two header rows": (
        ",2023,,2024,\nRegion,Q1,Q2,Q1,Q2\nN,1,2,3,4\nS,5,6,7,8\n",
        [[["Region", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"], ["N", "1", "2", "3", "4"],
          ["S", "5", "6", "7", "8"]]],
        [],
    ),
    "a row of units": (
        "Name,Speed,Mass\n,km/h,kg\nA,10,5\nB,12,6\n",
        [[["Name", "Speed (km/h)", "Mass (kg)"], ["A", "10", "5"], ["B", "12", "6"]]],
        [],
    ),
    "empty below a group": (
        "Country,City,Pop\nSweden,Malmö,350\n,Lund,94\nNorway,Oslo,700\n",
        [[["Country", "City", "Pop"], ["Sweden", "Malmö", "350"], ["Sweden", "Lund", "94"],
          ["Norway", "Oslo", "700"]]],
        [],
    ),
    "empty where nothing is known": (
        "id,name,manager\n1,Ann,\n2,Bob,Ann\n3,Cid,\n",
        [[["id", "name", "manager"], ["1", "Ann", ""], ["2", "Bob", "Ann"], ["3", "Cid", ""]]],
        [],
    ),
    "rows that name groups": (
        "Name,Pay\nSales,\nAnn,5\nBob,6\nIT,\nCid,7\n",
        [[["Name", "Pay", "group"], ["Ann", "5", "Sales"], ["Bob", "6", "Sales"],
          ["Cid", "7", "IT"]]],
        [],
    ),
    "totals": (
        "Item,Qty,Cost\nApples,10,5\nPears,4,8\nSubtotal,14,13\nPlums,6,3\nTotal,20,16\n"
        "Average,6.67,5.33\n",
        [[["Item", "Qty", "Cost"], ["Apples", "10", "5"], ["Pears", "4", "8"],
          ["Plums", "6", "3"]]],
        ["Subtotal: Qty 14, Cost 13", "Total: Qty 20, Cost 16", "Average: Qty 6.67, Cost 5.33"],
    ),
    "totals of another language": (
        "Produkt;Menge\nÄpfel;1.000,5\nBirnen;20,25\nSumme:;1.020,75\n",
        [[["Produkt", "Menge"], ["Äpfel", "1.000,5"], ["Birnen", "20,25"]]],
        ["Summe: Menge 1.020,75"],
    ),
    "a town called Total": (
        "Town,People\nOslo,700\nTotal,12\nLund,94\n",
        [[["Town", "People"], ["Oslo", "700"], ["Total", "12"], ["Lund", "94"]]],
        [],
    ),
    "notes": (
        "City,Pop\nOslo,700\nBergen*,290\n* estimate\nSource: Statistics office\n",
        [[["City", "Pop"], ["Oslo", "700"], ["Bergen*", "290"]]],
        ["* estimate", "Source: Statistics office"],
    ),
    "notes below a gap": (
        "City,Pop,Area\nOslo,700,454\nBergen,290,465\n\nNote: areas in km2,,\n",
        [[["City", "Pop", "Area"], ["Oslo", "700", "454"], ["Bergen", "290", "465"]]],
        ["Note: areas in km2"],
    ),
    "the header again": (
        "a,b\nx,2\na,b\ny,4\n",
        [[["a", "b"], ["x", "2"], ["y", "4"]]],
        [],
    ),
    "side by side": (
        "Team,Wins,,Player,Goals\nA,3,,Ann,10\nB,5,,Bob,7\n,,,Cid,9\n",
        [[["Team", "Wins"], ["A", "3"], ["B", "5"]],
         [["Player", "Goals"], ["Ann", "10"], ["Bob", "7"], ["Cid", "9"]]],
        [],
    ),
    "stacked, with a gap": (
        "Team,Wins\nA,3\nB,5\n\nPlayer,Goals\nAnn,10\nBob,7\n",
        [[["Team", "Wins"], ["A", "3"], ["B", "5"]],
         [["Player", "Goals"], ["Ann", "10"], ["Bob", "7"]]],
        [],
    ),
    "stacked, without": (
        "Team,Wins\nA,3\nB,5\nPlayer,Goals\nAnn,10\nBob,7\n",
        [[["Team", "Wins"], ["A", "3"], ["B", "5"]],
         [["Player", "Goals"], ["Ann", "10"], ["Bob", "7"]]],
        [],
    ),
    "stacked, of other widths": (
        "Team,Wins\nA,3\nB,5\nFirst name,Goals,Games\nAnn,10,2\nBob,7,3\n",
        [[["Team", "Wins"], ["A", "3"], ["B", "5"]],
         [["First name", "Goals", "Games"], ["Ann", "10", "2"], ["Bob", "7", "3"]]],
        [],
    ),
    "a gap within a table": (
        "City,Pop\nOslo,700\n\nBergen,290\nLund,94\n",
        [[["City", "Pop"], ["Oslo", "700"], ["Bergen", "290"], ["Lund", "94"]]],
        [],
    ),
    "records in columns": (
        "Name,Ann,Bob\nAge,30,41\nCity,Oslo,Bergen\n",
        [[["Name", "Age", "City"], ["Ann", "30", "Oslo"], ["Bob", "41", "Bergen"]]],
        [],
    ),
    "unknown cells are no header": (
        "Name,Beer,Wine,Gin\nAlba,1,2,3\nNunavut,not known,not known,not known\nOntario,4,5,6\n",
        [[["Name", "Beer", "Wine", "Gin"], ["Alba", "1", "2", "3"],
          ["Nunavut", "not known", "not known", "not known"], ["Ontario", "4", "5", "6"]]],
        [],
    ),
}  # fmt: skip


def read_text(folder: Path, text: str, name: str = "t.csv") -> Document:
    path = folder / name
    path.write_bytes(text.encode())
    return read(path, Warnings())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_sheet(tmp_path: Path, kind: str) -> None:
    text, tables, around = KINDS[kind]
    document = read_text(tmp_path, text)
    assert [texts(document, i) for i in range(len(document.tables))] == tables
    assert [passage.text for passage in document.passages] == around


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_and_text_knows_its_bytes(tmp_path: Path, kind: str) -> None:
    text, tables, _ = KINDS[kind]
    document = read_text(tmp_path, text)
    data = text.encode()
    for number, table in enumerate(document.tables):
        for r, row in enumerate(tables[number][1:]):
            if kind == "records in columns":
                continue
            place = table.at(r)
            assert place.row == r + 1
            line = data[place.start : place.end].decode()
            assert row[1] in line
            assert data.decode().split("\n")[place.line - 1] == line
    for passage in document.passages:
        line = data[passage.place.start : passage.place.end].decode()
        assert passage.text.split()[0].strip(":") in line


def test_what_is_set_aside_is_told(tmp_path: Path) -> None:
    report = str(read_text(tmp_path, KINDS["totals"][0]).report)
    assert "line 4, bytes 36-50: a total, no row of data" in report
    assert "an average, no row of data" in report


TEXTS: dict[str, tuple[str, list[list[str]]]] = {
    "bars": (
        "Results\n\n| a | b |\n|---|---|\n| x | 2 |\n| y | 3 |\n\nThat is all.\n",
        [["a", "b"], ["x", "2"], ["y", "3"]],
    ),
    "a database's output": (
        " name | n \n------+---\n Ann  | 2\n Bob  | 3\n(2 rows)\n",
        [["name", "n"], ["Ann", "2"], ["Bob", "3"]],
    ),
    "a box": (
        "+------+---+\n| name | n |\n+------+---+\n| Ann  | 2 |\n| Bob  | 3 |\n+------+---+\n",
        [["name", "n"], ["Ann", "2"], ["Bob", "3"]],
    ),
    "aligned columns": (
        "Name       Dept     Salary\nAnn        Sales      4200\nBob        IT         5100\n",
        [["Name", "Dept", "Salary"], ["Ann", "Sales", "4200"], ["Bob", "IT", "5100"]],
    ),
    "fields between tabs": (
        "name\tn\nAnn\t2\nBob\t3\n", [["name", "n"], ["Ann", "2"], ["Bob", "3"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_tables_in_text(tmp_path: Path, kind: str) -> None:
    text, table = TEXTS[kind]
    document = read_text(tmp_path, text, "t.txt")
    assert texts(document) == table
    assert len(document.tables) == 1
    place = document.tables[0].at(1)
    assert text.encode()[place.start : place.end].decode().split()[-1].strip("|") in (
        table[2][-1], "",
    )  # fmt: skip
