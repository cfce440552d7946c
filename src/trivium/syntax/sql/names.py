"""Names as a query must write them: those that SQL keeps for itself stand in quotes.

    written("city")    city
    written("from")    "from"      SELECT from FROM t is no SQL

Whether a keyword needs quotes is asked of the parser, in each place where a column may stand.
"""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

from trivium.errors import SyntaxProblem
from trivium.source import Source
from trivium.syntax.sql.query import KEYWORDS, parse
from trivium.syntax.sql.quotes import sql_name

_PLACES = (
    "SELECT {0} FROM {0} WHERE {0} = 1 OR {0} = (SELECT max({0}) FROM {0} WHERE lower({0}) = '') "
    "GROUP BY {0} ORDER BY {0} DESC LIMIT 1"
)


@lru_cache(maxsize=4096)
def written(name: str) -> str:
    """The name of a column or table, in quotes where it would not be read as one without."""
    if name.isidentifier() and name.upper() not in KEYWORDS:
        return name
    quoted = sql_name(name)
    return name if _shape(name) == _shape(quoted) else quoted


def _shape(name: str) -> str | None:
    """What the parser makes of a query full of this name, quotes aside; None where it is none."""
    try:
        tree = parse(Source("name", _PLACES.format(name)))
    except SyntaxProblem:
        return None
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("quoted", False)
    return repr(tree)
