"""Words of one's own: what they stand for is read by the reader and used by questions exactly."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import trivium as tv

ORDERS = """order_no,client,city,total,status
O1,Ann,Leeds,100,paid
O2,Bob,Hull,250,open
O3,Ann,Leeds,40,paid
O4,Cid,York,300,paid
O5,Dee,Leeds,900,open
"""


@pytest.fixture
def machine(tmp_path: Path) -> tv.Machine:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return tv.Machine().add(path)


def test_a_quantity_with_a_condition(machine: tv.Machine) -> None:
    machine.define("revenue", "total where status = 'paid'")
    answer = machine.ask("how much revenue came from Leeds?")
    assert answer.value == 140
    assert answer.reading is not None
    assert ("revenue", "defined", "defined") in answer.reading.words
    assert "status is paid" in answer.reading.sentence


def test_rows_with_a_condition(machine: tv.Machine) -> None:
    machine.define("big orders", "orders with a total over 200")
    assert machine.ask("how many big orders are open?").value == 2
    machine.define("dear order", "orders where total > 200")
    assert machine.ask("how many dear orders came from Leeds?").value == 1


def test_another_name_of_a_column(machine: tv.Machine) -> None:
    machine.define("spend", "total").define("buyer", "client")
    assert machine.ask("which buyer has the highest spend?").value == "Dee"


def test_one_definition_uses_another(machine: tv.Machine) -> None:
    machine.define("revenue", "total where status = 'paid'")
    machine.define("northern revenue", "revenue where city = 'York'")
    assert machine.ask("total northern revenue").value == 300


def test_chinese(tmp_path: Path) -> None:
    path = tmp_path / "客户.csv"
    path.write_text("姓名,城市,消费金额\n王芳,杭州,1200\n李强,苏州,300\n张敏,杭州,2000\n", "utf-8")
    machine = tv.Machine().add(path).define("大客户", "消费金额超过1000的客户")
    assert machine.ask("杭州有多少大客户？").value == 2


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    told: list[str] = []
    machine = tv.Machine(on_warning=told.append).add(path).define("gizmo", "frobnicated things")
    assert machine.ask("how many orders are there?").value == 5
    assert any("`gizmo`" in warning for warning in told)


@pytest.mark.parametrize(("name", "meaning"), [("", "total"), ("revenue", " "), ("?", "total")])
def test_a_definition_says_something(machine: tv.Machine, name: str, meaning: str) -> None:
    with pytest.raises(tv.TriviumError, match="E673"):
        machine.define(name, meaning)


def test_definitions_beside_the_data(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    settings = tmp_path / "trivium.toml"
    settings.write_text("[define]\nrevenue = \"total where status = 'paid'\"\n", encoding="utf-8")
    machine = tv.Machine().add(tmp_path / "orders.csv")
    assert machine.ask("total revenue").value == 440
    own = tv.Machine().define("revenue", "total where status = 'open'").add(tmp_path / "orders.csv")
    assert own.ask("total revenue").value == 1150


def test_a_broken_file_of_definitions(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    for text in ("define = [", "define = 3", "[define]\nrevenue = 3"):
        (tmp_path / "trivium.toml").write_text(text, encoding="utf-8")
        with pytest.raises(tv.TriviumError, match="E606"):
            tv.Machine().add(tmp_path / "orders.csv")


def test_a_definition_never_hides_a_failure(machine: tv.Machine) -> None:
    machine.define("revenue", "total where status = 'paid'")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert machine.ask("how much revenue came from Paris?").status != "proved"
