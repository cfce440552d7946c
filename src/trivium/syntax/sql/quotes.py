"""Texts and names as SQL writes them: `'it''s'`, `"a ""b"" c"`."""

from __future__ import annotations


def sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def sql_text_read(written: str) -> str:
    """The text of a quoted one."""
    return written[1:-1].replace("''", "'")


def sql_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
