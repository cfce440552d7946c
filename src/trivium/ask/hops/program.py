"""The ways that were walked, as one table of facts and a program over it that takes them again.

    hop1(y) :- facts(subject: "Blue Harbour", relation: "director", thing: y).
    answer(v) :- hop1(x), facts(subject: x, relation: "place of birth", value: v).

The program states nothing: it reads the table, whose cells are at the bytes that say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trivium.ask.hops.meaning import Alike, Compared, Hops, Path, Value
from trivium.ask.hops.walk import Row, Taken, Walked, walk
from trivium.corpus.things import Things
from trivium.extract.names import plain, without_bracket
from trivium.ground.table import Table, make_table, unique
from trivium.source import Place

HEADERS = ("subject", "relation", "value", "thing", "moment", "kind")
# A value that stands beside others of which the question asks for one.
BESIDE = 0.75
# How sure it is that the words of a question were read as they are meant.
READ = 0.97


@dataclass(frozen=True, slots=True)
class Written:
    """A program with the table that it reads, how sure it is; or what is missing.

    Args:
        words: the program in plain words.
    """

    program: str = ""
    table: Table | None = None
    sure: float = 0.0
    words: str = ""
    missing: str = ""


def written(hops: Hops, things: Things, taken: Iterable[str], answer: str = "answer") -> Written:
    """The program of a question, over a table of a name that is not among those taken."""
    paths = (hops.path,) if isinstance(hops, Value) else hops.paths
    walked = [walk(path, things) for path in paths]
    gap = "; ".join(dict.fromkeys(one.missing for one in walked if one.missing))
    if gap:
        return Written(missing=gap, words=_described(hops))
    name = unique("facts", set(taken))
    rules = Rules(name, answer)
    if isinstance(hops, Value):
        sure = _value(rules, hops, walked[0])
    elif isinstance(hops, Compared):
        sure, gap = _compare(rules, hops, walked)
    else:
        sure = _alike(rules, walked)
    if gap or sure == 0:
        return Written(missing=gap or "the dates do not decide", words=_described(hops))
    rows = list(dict.fromkeys(hop.row for one in walked for way in one.ways for hop in way))
    table = _table(name, rows, walked)
    return Written("\n".join(rules.lines), table, sure * READ, _described(hops))


class Rules:
    """The rules of one program, as they are written."""

    def __init__(self, table: str, answer: str) -> None:
        self.table, self.answer = table, answer
        self.lines: list[str] = []
        self._named: set[str] = {table, answer}

    def new(self, name: str) -> str:
        return unique(name, self._named)

    def path(self, walked: Walked, name: str, column: str) -> str:
        """A relation that holds what a path leads to: its `value`, `moment` or `kind`."""
        end = self.new(name)
        ways = dict.fromkeys(
            tuple((hop.relation, hop.row.relation, hop.inverse) for hop in way)
            for way in walked.ways
        )
        for way in ways:
            before = ""
            for at, (_, relation, inverse) in enumerate(way):
                last = at == len(way) - 1
                origin = "x" if before else _quoted(walked.start)
                mine, its = ("thing", "subject") if inverse else ("subject", "thing")
                head = end if last else self.new("hop1")
                shown = column if last and not (inverse and column == "value") else its
                if last and inverse and column == "value":
                    shown = "kind"  # the subject's own name
                body = f"{self.table}({mine}: {origin}, relation: {_quoted(relation)}, {shown}: y)"
                self.lines.append(f"{head}(y) :- {before}{body}.")
                before = f"{head}(x), "
        return end


def _value(rules: Rules, hops: Value, walked: Walked) -> float:
    end = rules.path(walked, "found", "value")
    rules.lines.append(f"{rules.answer}(v) :- {end}(v).")
    ends = {plain(way[-1].value) for way in walked.ways}
    return walked.sure * max(_sure(way) for way in walked.ways) * BESIDE ** min(2, len(ends) - 1)


def _sure(way: Sequence[Taken]) -> float:
    sure = 1.0
    for hop in way:
        sure *= hop.sure
    return sure


def _compare(rules: Rules, hops: Compared, walked: Sequence[Walked]) -> tuple[float, str]:
    """The name of the one whose date, count or span is greater or less."""
    names = [without_bracket(one.start) for one in walked]
    sign = ">" if hops.greatest else "<"
    if hops.measure == "span":
        return 0.0, "how long somebody lived is not read yet"
    if hops.measure == "count":
        ends = [rules.path(one, side, "value") for one, side in zip(walked, "ab", strict=True)]
        for side, end in zip("mn", ends, strict=True):
            rules.lines.append(f"count_{side}(c) :- c = count : {{ {end}(_) }}, {end}(_).")
        counts = [len({plain(way[-1].value) for way in one.ways}) for one in walked]
        if counts[0] == counts[1]:
            return 0.0, "both have as many"
        first, second = "count_m(m), count_n(n)", "count_n(m), count_m(n)"
    else:
        ends = [rules.path(one, side, "moment") for one, side in zip(walked, "ab", strict=True)]
        moments = [{way[-1].row.told.fact.moment for way in one.ways} for one in walked]
        if len(moments[0]) > 1 or len(moments[1]) > 1:
            spans = min(moments[0]) > max(moments[1]), max(moments[0]) < min(moments[1])
            if not any(spans):
                return 0.0, "documents give dates that do not decide"
        a, b = min(moments[0]), min(moments[1])
        if not (a and b):
            return 0.0, "a date cannot be read"
        # 1932 and 2 May 1932: the days would decide, and one is not said.
        if a // 10000 == b // 10000 and (a == b or a % 10000 == 0 or b % 10000 == 0):
            return 0.0, f"both are of {a // 10000}, and no document says more"
        first, second = f"{ends[0]}(m), {ends[1]}(n)", f"{ends[1]}(m), {ends[0]}(n)"
    for name, body in zip(names, (first, second), strict=True):
        rules.lines.append(f"{rules.answer}({_quoted(name)}) :- {body}, m {sign} n.")
    sure = 1.0
    for one in walked:
        sure *= max(_sure(way) for way in one.ways) * one.sure
    # Dates far apart decide even where one of them is read amiss.
    return sure**0.5, ""


def _alike(rules: Rules, walked: Sequence[Walked]) -> float:
    """`yes` where the two share a value, else `no`."""
    a, b = (rules.path(one, side, "kind") for one, side in zip(walked, "ab", strict=True))
    rules.lines += [
        f"shared(v) :- {a}(v), {b}(v).",
        f'{rules.answer}("yes") :- {a}(v), {b}(v).',
        f'{rules.answer}("no") :- {a}(_), {b}(_), !shared(_).',
    ]
    sure = 1.0
    for one in walked:
        sure *= max(_sure(way) for way in one.ways) * one.sure
    return sure**0.5


# --- the table -----------------------------------------------------------------------------------


def _table(name: str, rows: Sequence[Row], walked: Sequence[Walked]) -> Table:
    """The facts that were taken, each cell at the bytes that say so."""
    inverse = {hop.row for one in walked for way in one.ways for hop in way if hop.inverse}
    cells, places = [], []
    for row in rows:
        fact, passage = row.told.fact, row.told.passage
        kind = without_bracket(row.subject) if row in inverse else kind_of(row)
        cells.append(
            [row.subject, row.relation, fact.value, row.thing, str(fact.moment or ""), kind]
        )
        said = passage.at(fact.start, fact.end)
        places.append([passage.place, said, said, said, said, said])
    return make_table(
        name, HEADERS, cells, Place(rows[0].told.passage.place.file, part=name), places=places
    )


def kind_of(row: Row) -> str:
    """What makes two values alike: a country's people and the country, the year of a date."""
    fact = row.told.fact
    if row.relation == "nationality":
        last = fact.value.replace("–", "-").split("-")[-1].strip().split()
        return plain(last[-1] if "born" in fact.value else fact.value)
    if row.relation in ("location", "place of birth", "place of death"):
        return plain(fact.value.split(",")[-1])
    if row.relation.startswith("date") and fact.moment:
        return f"year {fact.moment // 10000}"
    return row.thing or plain(fact.value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _described(hops: Hops) -> str:
    if isinstance(hops, Value):
        return f"the {_path_words(hops.path)}"
    one, other = (_path_words(path) for path in hops.paths)
    if isinstance(hops, Alike):
        return f"whether the {one} is the {other}"
    if hops.measure == "count":
        return f"which has {'more' if hops.greatest else 'fewer'}: {one}, or {other}"
    return f"which is {'later' if hops.greatest else 'earlier'}: the {one}, or the {other}"


def _path_words(path: Path) -> str:
    said = [" then ".join(step[0]) for step in reversed(path.steps)]
    return " of the ".join(said) + f" of {path.start}"
