"""The docs are true: generated pages are fresh, shown output is run, links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = _build()


@pytest.mark.parametrize("path", build.generated(), ids=lambda path: path.name)
def test_generated_pages_are_fresh(path):
    assert path.read_text("utf-8") == build.generated()[path], "run `make docs`"


@pytest.mark.parametrize("path", build.shown_pages(), ids=lambda path: path.name)
def test_shown_output_is_real(path):
    page = path.read_text("utf-8")
    assert build.refresh(page) == page, "run `make docs`"


@pytest.mark.parametrize(
    "path",
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*.md")],
    ids=lambda path: path.name,
)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        assert "://" in target or (path.parent / target).exists(), target


def test_output_that_is_shown_falsely_is_found():
    page = "```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n"
    assert build.refresh(page) == page.replace("3", "2")


def test_output_that_varies_is_kept():
    page = "```python\nprint('took 0.31 s')\n```\n\n```text\ntook 0.02 s\n```\n"
    assert build.refresh(page) == page


def test_output_is_added_where_none_is_shown():
    page = "```python\nprint('a')\n```\n\nText.\n"
    assert build.refresh(page) == "```python\nprint('a')\n```\n\n```text\na\n```\n\nText.\n"


def test_commands_are_run():
    page = "```console\n$ trivium explain E999\n```\n"
    assert "no error has the number E999" in build.refresh(page)
