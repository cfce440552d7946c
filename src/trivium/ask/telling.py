"""The columns of a table's relation that are worth telling a language model of.

gold, gold_text, gold_unit, year, year_number, note, note_number      ->  gold, year, note
"""

from __future__ import annotations

from trivium.ground.table import RelationColumn, Table
from trivium.ir.types import Type

# So many rows of a large table tell how many of a column's cells are filled.
SEEN = 4000


def telling_columns(table: Table) -> list[RelationColumn]:
    """`row`, the table's own columns, and the views that say more than their column does.

    Views that repeat their column in another spelling do not (`gold_text`, `gold_unit`, the day's
    number beside a date), nor do views of a few cells.
    """
    return [column for column in table.relation_columns() if _telling(column, table)]


def _telling(column: RelationColumn, table: Table) -> bool:
    name, _, values = column
    shown = table.named(name)
    if shown is None or not shown[1]:
        return True
    own, view = shown
    if view in ("text", "unit") or (view == "number" and own.type is Type.DATE):
        return False
    seen = range(0, table.n_rows, max(1, table.n_rows // SEEN))
    return 2 * sum(values[row] is not None for row in seen) >= len(seen)
