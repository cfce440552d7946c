"""Statements turned into a table of entities: one row each, one column for each property.

    statements(Acme, founded, 1923)           entity   founded   headquarters
    statements(Acme, headquarters, Oslo)  ->  Acme     1923      Oslo

A property that an entity has twice makes a second row for it. Each cell's place is that of the
statement it comes from, so nothing is said here that was not read.
"""

from __future__ import annotations

from collections import Counter

from trivium.ground.table import Table, make_table
from trivium.source import Place

# Properties that are said most often become columns; the rest stay in `statements` alone.
COLUMNS = 40


def entities_of(statements: Table) -> Table | None:
    """The table `entities(entity, ...)`; None where no statement has a subject and a value."""
    subjects, properties, values = (
        statements.column(name).cells for name in ("subject", "property", "value")
    )
    counts = Counter(cell.text for cell in properties if not cell.empty)
    columns = [name for name, _ in counts.most_common(COLUMNS)]
    rows: dict[tuple[str, int], dict[str, int]] = {}
    said: Counter[tuple[str, str]] = Counter()
    for i, (subject, name, value) in enumerate(zip(subjects, properties, values, strict=True)):
        if subject.empty or value.empty or name.text not in counts or name.text not in columns:
            continue
        place = (subject.text, name.text)
        rows.setdefault((subject.text, said[place]), {})[name.text] = i
        said[place] += 1
    if not rows:
        return None
    cells: list[list[str]] = []
    places: list[list[Place]] = []
    for (entity, _), found in rows.items():
        first = next(iter(found.values()))
        cells.append([entity, *(values[found[c]].raw if c in found else "" for c in columns)])
        places.append(
            [
                statements.at(first, "subject"),
                *(statements.at(found.get(c, first), "value") for c in columns),
            ]
        )
    return make_table("entities", ["entity", *columns], cells, statements.place, places=places)
