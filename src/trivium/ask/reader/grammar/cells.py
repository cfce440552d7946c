"""Values joined with the column that they stand in.

Red | team           ->  cond(Team = Red)
starts with | "A"    ->  cond(the name starts with A)
"""

from __future__ import annotations

from trivium.ask.reader.grammar.parts import Part, Parts, part, word
from trivium.ask.reader.grammar.scope import label, named
from trivium.ask.reader.meaning import Field, In, Like, Not


def like_text(
    self: Parts, column: Part | None, like: Part, mark: Part | None, text: Part
) -> Part | None:
    how = word(like)
    f = self.column(column, ("text", "code")) if column else None
    f = f or label(self)
    if f is None:
        return None
    written = self.linker.sentence.words(text.i, text.j)
    if text.category == "text":
        written = str(text.data)
    elif (
        not self.linker.sentence.tokens[text.i].quoted
        and mark is None
        and text.category not in ("unknown", "V", "text", "T", "C", "ord", "num")
    ):
        return None
    written = written.strip(" ?？.。“”\"'")
    spelt = self.linker.sentence.tokens[text.i].quoted or mark is not None or len(written) < 3
    if how != "contains" and not spelt and not _occurs(self, f, how, written):
        return None
    return part("cond", Like(f, how, written))


def _occurs(self: Parts, f: Field, how: str, text: str) -> bool:
    """Whether any cell starts or ends so: `ended in a draw` speaks of no letters."""
    low = text.lower()
    cells = (t.lower() for t in self.linker.world.distinct[f])
    return any(t.startswith(low) if how == "starts" else t.endswith(low) for t in cells)


def beside_column(self: Parts, value: Part, column: Part) -> Part | None:
    """`the North depot`, `Red team`: the column only says what the value is of."""
    assert isinstance(value.data, list)
    near = list(self.columns(column))
    match = named(self, value, near=near)
    if match is None or match.field not in near:
        return None
    return part("cond", In(match.field, match.texts))


def beside_noun(self: Parts, column: Part, noun: Part) -> Part | None:
    """`account number`, `order date`: the noun says again what the column holds."""
    if self.linker.sentence.norm(noun.i, noun.j) != "date":
        return column
    dates = [c for c in column.data if c.field.role in ("date", "year")]
    return part("C", dates) if dates else None


def beside_before(self: Parts, column: Part, value: Part) -> Part | None:
    at = self.items.index(column)
    before = self.items[at - 1] if at else None
    asked = (
        before is not None
        and before.category in ("which", "who")
        and not self.verb_between(before, column)
    )
    return None if asked else beside_column(self, value, column)


def done_by(self: Parts, column: Part, by: Part, value: Part) -> Part | None:
    """`refereed by C. Dunn`."""
    said = self.linker.sentence.norm(by.i, by.j)
    return beside_column(self, value, column) if said == "by" else None


def table_value(self: Parts, table: Part, value: Part) -> Part | None:
    """`part 00731`: a value of the table's own."""
    assert isinstance(table.data, list)
    fields = [f for t in table.data for f in self.linker.world.fields[t] if f.role == "code"]
    match = named(self, value, near=fields)
    return part("cond", In(match.field, match.texts)) if match and match.field in fields else None


def is_not_value(self: Parts, column: Part, cmp: Part, value: Part) -> Part | None:
    """`status = paid`, `status != paid`."""
    if word(cmp) not in ("=", "!="):
        return None
    is_it = beside_column(self, value, column)
    if is_it is None or word(cmp) == "=":
        return is_it
    return part("cond", Not(is_it.data))


def is_value(self: Parts, value: Part) -> Part | None:
    match = named(self, value)
    return part("cond", In(match.field, match.texts)) if match else None
