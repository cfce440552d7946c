"""The dialects that programs are written in, each behind one contract (`contract.py`).

The next one is a folder with a `check`, and its line here.

    require("sql", "learn")    E316: a query has no `learn`: its rows are certain
"""

from trivium.dialects.contract import Dialect
from trivium.errors import ProgramError

_TERMS = "its clauses are solved as terms, without types or plans"
_ROWS = "its rows are certain"
_TABLES = "it is tables over variables, without rules"

DIALECTS = {
    dialect.name: dialect
    for dialect in (
        Dialect("souffle", "trivium.dialects.datalog.program", "a program of rules"),
        Dialect(
            "problog",
            "trivium.dialects.problog.program",
            "a program of the ProbLog dialect",
            {
                "ir": _TERMS,
                "plan": _TERMS,
                "profile": _TERMS,
                "planning": _TERMS,
                "passes": _TERMS,
                "backend": _TERMS,
                "relations": "a clause declares nothing",
                "functions": "its builtins are Prolog's",
                "providers": "its builtins are Prolog's",
                "macros": "it has no preprocessor",
                "facts_dir": "it has no `.input`",
                "on_error": "it has no `.input`",
                "why_not": "only rules of typed programs tell what is missing",
                "update": "an update follows the certain rows of rules",
            },
        ),
        Dialect(
            "sql",
            "trivium.dialects.sql.program",
            "a query",
            {
                "functions": "its functions are SQL's",
                "providers": "it reads tables alone",
                "relations": "its tables come with the data",
                "include": "it has no preprocessor",
                "macros": "it has no preprocessor",
                "passes": "it is compiled anew for its tables",
                "facts_dir": "its tables come with the data",
                "on_error": "its tables come with the data",
                "weights": _ROWS,
                "inference": _ROWS,
                "learn": _ROWS,
                "decide": _ROWS,
                "why_not": "only rules that were written tell what is missing",
                "update": "it is run again on the changed tables",
            },
        ),
        Dialect(
            "bif",
            "trivium.dialects.bif.program",
            "a Bayesian network",
            {
                "ir": _TABLES,
                "plan": _TABLES,
                "profile": _TABLES,
                "planning": _TABLES,
                "passes": _TABLES,
                "backend": _TABLES,
                "relations": "its variables are its relations",
                "functions": _TABLES,
                "providers": _TABLES,
                "include": "it has no preprocessor",
                "macros": "it has no preprocessor",
                "facts_dir": "what was observed comes with the run",
                "on_error": "what was observed comes with the run",
                "weights": "its tables leave no probability open",
                "learn": "its tables leave no probability open",
                "decide": "its tables leave no probability open",
                "why_not": "each of its states may hold",
                "update": "it is run again on what was observed",
            },
        ),
    )
}


def lacking(dialect: str, wanted: str) -> ProgramError:
    """E316: an operation or argument that a dialect lacks, and the dialects that have it."""
    own = DIALECTS[dialect]
    able = [f"`{other.name}`" for other in DIALECTS.values() if wanted not in other.lacks]
    message = f"{own.writes} has no `{wanted}`: {own.lacks[wanted]}"
    hint = f"programs of the dialect {' or '.join(able)} have it"
    return ProgramError(316, message, hint=hint)


def require(dialect: str, *wanted: str) -> None:
    """E316 for the first of these that a dialect lacks."""
    for one in wanted:
        if one in DIALECTS[dialect].lacks:
            raise lacking(dialect, one)
