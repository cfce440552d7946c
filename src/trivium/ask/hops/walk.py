"""From a name along relations over the facts of documents: what each step leads to.

    walk(Path("Blue Harbour", (director, place of birth)), things)
        Blue Harbour -director-> Ida Norrby -place of birth-> Lund

Each step keeps the facts that it took, so that a program can take it again and prove it. A step
that no fact takes is told as what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trivium.ask.hops.meaning import Path
from trivium.corpus.things import Link, Things, Told
from trivium.extract.names import plain, without_bracket

# Things have one of these; the first that a document says is meant.
SINGLE = frozenset(
    ("date of birth", "date of death", "place of birth", "place of death", "father", "mother",
     "date", "nationality", "place of burial", "kind", "occupation", "headquarters", "location",
     "capital")
)  # fmt: skip
# Relations that hold the other way round as well, under these names.
INVERSE = {"spouse": ("spouse",), "sibling": ("sibling",), "child": ("father", "mother"),
           "father": ("child",), "mother": ("child",)}  # fmt: skip
# Of whom a child is told, the pronouns say which parent they are.
SEX = {"father": "m", "mother": "f"}
# What a step by a stated fact is worth, where the relation says no other.
STATED, INVERTED = 0.93, 0.9
LESS = {"nationality": 0.85, "occupation": 0.8, "kind": 0.8, "location": 0.75, "education": 0.75,
        "employer": 0.6, "award": 0.6, "date": 0.88, "team": 0.6, "headquarters": 0.85}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A fact as the program reads it: whose, which, its text, and the thing that the text means."""

    subject: str
    relation: str
    told: Told
    thing: str


@dataclass(frozen=True, slots=True)
class Taken:
    """One hop: from a thing by a row to a thing or a text."""

    thing: str
    relation: str
    row: Row
    inverse: bool
    sure: float

    @property
    def value(self) -> str:
        """What the hop leads to, as it is written."""
        return without_bracket(self.row.subject) if self.inverse else self.row.told.fact.value

    @property
    def to(self) -> str:
        """The thing that it leads to, or nothing."""
        return self.row.subject if self.inverse else self.row.thing


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a path leads: the ways there, or what is missing.

    Args:
        start: the thing that the path's name means.
        ways: each way's hops; a path without steps has one way of none.
    """

    start: str
    ways: tuple[tuple[Taken, ...], ...] = ()
    sure: float = 1.0
    missing: str = ""
    names: tuple[str, ...] = field(default=())


def walk(path: Path, things: Things) -> Walked:
    """Every way along a path; where there is none, the link that is missing."""
    starts = things.named(path.start)
    if not starts and plain(path.start) in things.mentioned:
        starts = [Link(things.mentioned[plain(path.start)], 1.0)]
    if not starts:
        return Walked("", missing=f"no document speaks of `{path.start}`")
    missing = ""
    for start in starts[:3]:
        walked = _from(start, path, things)
        if walked.ways:
            return walked
        missing = missing or walked.missing
    return Walked(starts[0].thing, missing=missing)


def _from(start: Link, path: Path, things: Things) -> Walked:
    ways: list[tuple[Taken, ...]] = [()]
    for at, step in enumerate(path.steps):
        last = at == len(path.steps) - 1
        reached: list[tuple[Taken, ...]] = []
        gaps: list[str] = []
        for way in ways:
            origin = way[-1].to if way else start.thing
            if not origin:
                gaps.append(f"no document speaks of `{way[-1].value}`, {_told(way)}")
                continue
            for chain in step:
                further, gap = _along(way, origin, chain, things, last)
                reached += further
                if gap:
                    gaps.append(gap)
        if not reached:
            return Walked(start.thing, missing=gaps[0] if gaps else "nothing is said of it")
        ways = reached
    return Walked(start.thing, tuple(ways), start.sure)


def _along(
    way: tuple[Taken, ...], origin: str, chain: Sequence[str], things: Things, last: bool
) -> tuple[list[tuple[Taken, ...]], str]:
    ways = [way]
    for at, relation in enumerate(chain):
        final = last and at == len(chain) - 1
        reached: list[tuple[Taken, ...]] = []
        gap = ""
        for one in ways:
            thing = one[-1].to if len(one) > len(way) or one else origin
            if not thing:
                gap = gap or f"no document speaks of `{one[-1].value}`, {_told(one)}"
                continue
            hops = list(taken(thing, relation, things, final))
            reached += ((*one, hop) for hop in hops)
            if not hops:
                name = without_bracket(thing)
                gap = gap or f"no document says {_named(relation)} `{name}`" + (
                    f", {_told(one)}" if one else ""
                )
        if not reached:
            return [], gap
        ways = reached
    return ways, ""


def _told(way: tuple[Taken, ...]) -> str:
    """`the director of Blue Harbour`."""
    said = " ".join(_named(hop.relation) for hop in reversed(way))
    return f"{said} `{without_bracket(way[0].thing)}`"


def _named(relation: str) -> str:
    """`the director of`, and the other way round."""
    if relation.startswith("~"):
        return f"of what the {relation[1:]} is"
    return f"the {relation} of"


def taken(thing: str, relation: str, things: Things, last: bool) -> Iterator[Taken]:
    """The hops that the facts of a thing take by a relation."""
    if relation.startswith("~"):
        for told, subject in things.said_of(thing, (relation[1:],)):
            yield Taken(thing, relation, Row(subject, relation[1:], told, thing), True, STATED)
        return
    found: list[Taken] = []
    for told in things.facts.get(thing, ()):
        if _says(told, relation, things):
            links = things.meant(told, _around(relation)) if _is_thing(relation) else []
            links = [link for link in links if link.thing != thing]
            link = links[0] if links else Link("", STATED)
            if len(links) > 1 and link.sure < 0.6:
                link = Link("", STATED)
            sure = LESS.get(relation, STATED) * (link.sure if link.thing and not last else 1.0)
            row = Row(thing, relation, told, link.thing)
            found.append(Taken(thing, relation, row, False, sure))
    found = _one_of(found, relation)
    if not found and relation in INVERSE:
        for told, subject in things.said_of(thing, INVERSE[relation]):
            if relation in SEX and things.sex(subject) != SEX[relation]:
                continue
            row = Row(subject, told.fact.relation, told, thing)
            found.append(Taken(thing, relation, row, True, INVERTED))
    yield from _distinct(found)


def _says(told: Told, relation: str, things: Things) -> bool:
    """Whether a fact is of a relation; of parents, what is said of them decides who is which."""
    stated = told.fact.relation
    if relation not in ("father", "mother") or stated not in ("father", "mother"):
        return stated == relation
    links = things.meant(told)
    sex = things.sex(links[0].thing) if links else ""
    return relation == ({"f": "mother", "m": "father"}.get(sex) or stated)


def _around(relation: str) -> str:
    """Words that tell which of several things of one name a relation means."""
    return f"{relation} film" if relation in ("director", "producer") else relation


def _is_thing(relation: str) -> bool:
    return not relation.startswith("date") and relation not in ("nationality", "occupation", "kind")


def _one_of(found: list[Taken], relation: str) -> list[Taken]:
    """Of what a thing has one of: for each document its first, and of these the fullest."""
    if relation not in SINGLE:
        return found
    by_file: dict[tuple[str, str], list[Taken]] = {}
    for hop in found:
        passage = hop.row.told.passage
        by_file.setdefault((passage.place.file, passage.heading), []).append(hop)
    firsts = [_fullest(hops) for hops in by_file.values()]
    kept: list[Taken] = []
    for hop in firsts:
        if not any(_agree(hop, other) for other in kept):
            kept.append(hop)
    return kept


def _fullest(hops: list[Taken]) -> Taken:
    """The first, or a later one that says the same and more."""
    best = hops[0]
    for hop in hops[1:]:
        if _agree(best, hop) and len(hop.value) > len(best.value):
            best = hop
    return best


def _agree(one: Taken, other: Taken) -> bool:
    """Whether two values can be one: a year and a day of it, a town and the town with its land."""
    a, b = one.row.told.fact, other.row.told.fact
    if a.moment and b.moment:
        return a.moment == b.moment or (
            a.moment // 10000 == b.moment // 10000
            and (a.moment % 10000 == 0 or b.moment % 10000 == 0)
        )
    mine, its = set(plain(a.value).split()), set(plain(b.value).split())
    return mine <= its or its <= mine


def _distinct(found: list[Taken]) -> list[Taken]:
    """Hops to different ends: one to a thing, and one to its name, are the same."""
    kept: dict[str, Taken] = {}
    for hop in found:
        key = hop.to or plain(hop.value)
        if key not in kept:
            kept[key] = hop
    return list(kept.values())
