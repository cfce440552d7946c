"""The ways that were walked, as one table of facts and a program over it that takes them again.

    hop1(y) :- facts(subject: "Blue Harbour", relation: "director", thing: y).
    answer(v) :- hop1(x), facts(subject: x, relation: "place of birth", value: v).

The program states nothing: it reads the table, whose cells are at the bytes that say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trivium.ask.hops.meaning import Alike, Compared, Described, Hops, Path, Value, step
from trivium.ask.hops.walk import Row, Taken, Walked, walk
from trivium.corpus.things import Things
from trivium.extract.names import plain, without_bracket
from trivium.ground.table import Table, make_table, unique
from trivium.source import Place

HEADERS = ("subject", "relation", "value", "thing", "moment", "kind")
# A value that stands beside others of which the question asks for one.
BESIDE = 0.75
# That something is not so, because it is said to be of another people.
UNSAID = 0.9
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
    paths = _walks(hops)
    walked = [walk(path, things) for path in paths]
    gap = "; ".join(dict.fromkeys(one.missing for one in walked if one.missing))
    if gap:
        return Written(missing=gap, words=_described(hops))
    name = unique("facts", set(taken))
    rules = Rules(name, answer)
    if isinstance(hops, Value):
        sure = _value(rules, hops, walked[0])
    elif isinstance(hops, Compared) and hops.measure == "span":
        sure, gap = _spans(rules, hops, walked)
    elif isinstance(hops, Compared):
        sure, gap = _compare(rules, hops, walked)
    elif isinstance(hops, Described):
        sure, gap = _describe(rules, hops, walked)
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


def _walks(hops: Hops) -> tuple[Path, ...]:
    """The paths that are walked; of somebody's life its two ends."""
    if isinstance(hops, Value):
        return (hops.path,)
    if isinstance(hops, Compared) and hops.measure == "span":
        ends = step("date of birth"), step("date of death")
        return tuple(path.then(end) for path in hops.paths for end in ends)
    return hops.paths


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
    names = _names(walked)
    sign = ">" if hops.greatest else "<"
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
    return _both(walked), ""


def _both(walked: Sequence[Walked]) -> float:
    """How sure a comparison is: what is far apart decides even where one end is read amiss."""
    return math.sqrt(math.prod(max(map(_sure, one.ways)) * one.sure for one in walked))


def _spans(rules: Rules, hops: Compared, walked: Sequence[Walked]) -> tuple[float, str]:
    """The name of the one who lived longer, of births and deaths in turn."""
    ends = [rules.path(one, "ab"[i // 2], "moment") for i, one in enumerate(walked)]
    lives = [_moment(walked[i + 1]) - _moment(walked[i]) for i in (0, 2)]
    if abs(lives[0] - lives[1]) < 10000:
        return 0.0, "they lived about as long"
    for side, (born, died) in zip("mn", (ends[:2], ends[2:]), strict=True):
        rules.lines.append(f"life_{side}(d) :- {born}(a), {died}(b), d = b - a.")
    names = [without_bracket(walked[i].start) for i in (0, 2)]
    rules.lines += [
        f"{rules.answer}({_quoted(names[0])}) :- life_m(m), life_n(n), m > n.",
        f"{rules.answer}({_quoted(names[1])}) :- life_m(m), life_n(n), n > m.",
    ]
    return _both(walked), ""


def _moment(walked: Walked) -> int:
    return walked.ways[0][-1].row.told.fact.moment


def _describe(rules: Rules, hops: Described, walked: Sequence[Walked]) -> tuple[float, str]:
    """Whether what two things are said to be holds all the words, or of which one it does."""
    ends = [rules.path(one, side, "kind") for one, side in zip(walked, "ab", strict=True)]
    holds = ", ".join(f"contains({_quoted(word)}, v)" for word in hops.words)
    for side, end in zip("ab", ends, strict=True):
        rules.lines.append(f"so_{side}(v) :- {end}(v), {holds}.")
    kinds = [kind_of(one.ways[0][-1].row) for one in walked]
    so = [all(word in kind for word in hops.words) for kind in kinds]
    if hops.which:
        if so[0] == so[1]:
            return 0.0, f"the documents do not say which is `{' '.join(hops.words)}`"
        for name, side, other in zip(_names(walked), "ab", "ba", strict=True):
            rules.lines.append(f"{rules.answer}({_quoted(name)}) :- so_{side}(_), !so_{other}(_).")
        return _both(walked), ""
    rules.lines += [
        f'{rules.answer}("yes") :- so_a(_), so_b(_).',
        f'{rules.answer}("no") :- {ends[0]}(_), {ends[1]}(_), !so_a(_).',
        f'{rules.answer}("no") :- {ends[0]}(_), {ends[1]}(_), !so_b(_).',
    ]
    # What is not said may still be so; that one is of another people is said.
    others = [_of_others(one, kind, hops.peoples) for one, kind in zip(walked, kinds, strict=True)]
    if not all(so) and not any(others):
        one = walked[so.index(False)]
        return 0.0, f"no document says that `{_names([one])[0]}` is `{' '.join(hops.words)}`"
    return _both(walked) * (1.0 if all(so) else UNSAID), ""


def _of_others(walked: Walked, kind: str, peoples: Sequence[str]) -> bool:
    """Whether what a thing is said to be begins with a people, and none of those asked for."""
    said = walked.ways[0][-1].row.told.fact.value.split()[1:2]
    is_other = bool(said) and said[0][:1].isupper()
    return is_other and any(people not in kind for people in peoples)


def _names(walked: Sequence[Walked]) -> list[str]:
    return [without_bracket(one.start) for one in walked]


def _alike(rules: Rules, walked: Sequence[Walked]) -> float:
    """`yes` where the two share a value, else `no`."""
    a, b = (rules.path(one, side, "kind") for one, side in zip(walked, "ab", strict=True))
    rules.lines += [
        f"shared(v) :- {a}(v), {b}(v).",
        f'{rules.answer}("yes") :- {a}(v), {b}(v).',
        f'{rules.answer}("no") :- {a}(_), {b}(_), !shared(_).',
    ]
    return _both(walked)


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
        # Of a hop the other way round the answer is the subject, which the passage names.
        named = passage.place if row in inverse else said
        places.append([passage.place, said, said, said, said, named])
    return make_table(
        name, HEADERS, cells, Place(rows[0].told.passage.place.file, part=name), places=places
    )


def kind_of(row: Row) -> str:
    """What makes two values alike: a country's people and the country, the year of a date."""
    fact = row.told.fact
    if row.relation == "kind":
        return plain(fact.value)
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
    if isinstance(hops, Described):
        asked = "which of them is" if hops.which else "whether both are"
        return f"{asked} `{' '.join(hops.words)}`: {one}, {other}"
    if hops.measure == "count":
        return f"which has {'more' if hops.greatest else 'fewer'}: {one}, or {other}"
    return f"which is {'later' if hops.greatest else 'earlier'}: the {one}, or the {other}"


def _path_words(path: Path) -> str:
    said = [" then ".join(step[0]).replace("~", "") for step in reversed(path.steps)]
    return " of the ".join(said) + f" of {path.start}"
