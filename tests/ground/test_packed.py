"""Archives and packed files: their members are sources, and bombs are refused."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from tests.ground.samples import Warnings, quietly, texts

from trivium.errors import DataError
from trivium.ground.read import read

CSV = b"name,n\nAnn,2\nBob,3\n"
ROWS = [["name", "n"], ["Ann", "2"], ["Bob", "3"]]
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "a.csv.gz": gzip.compress,
    "a.csv.bz2": bz2.compress,
    "a.csv.xz": lzma.compress,
    "a.csv.zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_file_is_what_it_holds(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PACKED[name](CSV))
    document = quietly(path)
    assert texts(document) == ROWS
    assert document.tables[0].name == "a"
    place = document.tables[0].at(1)
    assert place.file == f"{path}/a.csv"
    assert CSV[place.start : place.end] == b"Bob,3"


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_members_of_a_zip_are_sources(tmp_path: Path) -> None:
    members = {"a.csv": CSV, "b/c.json": b'[{"x": 1}]', "__MACOSX/._a.csv": b"\0\1", "d.bin": b"\0"}
    told = Warnings()
    document = read(zipped(tmp_path / "two.zip", members), told)
    assert [table.name for table in document.tables] == ["a", "c"]
    assert document.tables[1].place.file.endswith("two.zip/b/c.json")
    assert "d.bin` is binary data of no known format" in str(told)


def test_a_tar_in_gzip(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    (tmp_path / "all.tgz").write_bytes(out.getvalue())
    assert texts(quietly(tmp_path / "all.tgz")) == ROWS


def bomb(path: Path) -> None:
    zipped(path, {"zeros.csv": bytes(120_000_000)})


def packed_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(bytes(120_000_000), 1))


def nested(path: Path) -> None:
    data = CSV
    for depth in range(20):
        zipped(path, {f"{depth}.zip" if depth else "a.csv": data})
        data = path.read_bytes()


def leads_outside(path: Path) -> None:
    zipped(path, {"../../x.csv": CSV})


def laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    text = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">{entities}]><a>&a9;</a>'
    path.write_text(text)


def outer_entity(path: Path) -> None:
    path.write_text('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>')


def yaml_laughs(path: Path) -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    path.write_text("\n".join(lines))


BOMBS = {
    "bomb.zip": bomb, "bomb.csv.gz": packed_bomb, "deep.zip": nested, "out.zip": leads_outside,
    "laughs.xml": laughs, "outer.xml": outer_entity, "laughs.yaml": yaml_laughs,
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_what_unfolds_out_of_proportion_is_refused(tmp_path: Path, name: str) -> None:
    BOMBS[name](tmp_path / name)
    with pytest.raises(DataError) as caught:
        read(tmp_path / name, Warnings())
    assert caught.value.number == 609


def test_a_device_is_no_file() -> None:
    with pytest.raises(DataError, match="E603"):
        read("/dev/zero")


@pytest.mark.parametrize("name", ["a\nb.csv", "a'b.csv", "-x.csv", "ä 😀.csv"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CSV)
    assert texts(quietly(tmp_path / name)) == ROWS


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(CSV)

    monkeypatch.setattr("sys.stdin", Input)
    document = quietly("-")
    assert texts(document) == ROWS
    assert document.name == "standard input"
