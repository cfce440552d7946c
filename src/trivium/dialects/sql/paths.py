"""Which of the two ways a query takes, and why: DuckDB computes its rows, rules explain them.

    path_of(options, statement)     Path("duckdb", "its dialect, its types, its order, its speed")

This list is the whole of it; `trivium sql --plan` shows it, and a result tells its own `path`.
"""

from __future__ import annotations

from dataclasses import dataclass

from trivium.engine.run import Options

DUCKDB, RULES = "duckdb", "rules"


@dataclass(frozen=True, slots=True)
class Path:
    """The way that was taken, `duckdb` or `rules`, and the reason."""

    name: str
    reason: str


# What is asked for -> what serves it, and why.
CAPABILITIES = {
    "rows": Path(DUCKDB, "its dialect, its types, its order, its speed"),
    "why": Path(RULES, "they derive the row again, down to its cells, or say that they cannot"),
    "evaluate": Path(RULES, "a row weighs what its derivations weigh"),
    "backend, planning, profile": Path(RULES, "these say how rules run"),
    "what DuckDB cannot read": Path(RULES, "they read forms of SQL that DuckDB lacks"),
    "what DuckDB cannot bind": Path(RULES, "they read forms of SQL that DuckDB lacks"),
    "texts that spell no number": Path(RULES, "they are null where a number is wanted"),
}


def path_of(options: Options, readable: bool) -> Path:
    """The way to the rows of a query, which DuckDB's parser can read or not."""
    if not options.anyhow:
        return CAPABILITIES["backend, planning, profile"]
    return CAPABILITIES["rows" if readable else "what DuckDB cannot read"]


def listed() -> str:
    """The list as text."""
    wide = max(map(len, CAPABILITIES))
    return "\n".join(
        f"{what.ljust(wide)}  {path.name.ljust(6)}  {path.reason}"
        for what, path in CAPABILITIES.items()
    )
