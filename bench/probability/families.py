"""Families of probabilistic programs, each written for Trivium and for ProbLog.

family("ladder", 34)   ->   Case(trivium="0.4::edge(1, 2). ...", problog="...", query=...)
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Edge = tuple[int, int]


@dataclass(frozen=True)
class Case:
    """One program. `queries` are (relation, row) of the Trivium program; the ProbLog program has
    its own `query` facts, in the same order."""

    name: str
    trivium: str
    problog: str
    queries: tuple[tuple[str, tuple[object, ...]], ...]


def ladder(edges: int) -> list[Edge]:
    """A ladder with so many edges (or one or two fewer)."""
    return grid_edges((edges + 2) // 3, 2)


def grid_edges(width: int, height: int) -> list[Edge]:
    found = []
    for x in range(width):
        for y in range(height):
            if y + 1 < height:
                found.append((x * height + y, x * height + y + 1))
            if x + 1 < width:
                found.append((x * height + y, (x + 1) * height + y))
    return found


def grid(edges: int) -> list[Edge]:
    """The square grid with about so many edges: 12, 24, 40 and 60 are exact."""
    side = 2
    while 2 * side * (side - 1) < edges:
        side += 1
    return grid_edges(side, side)


def random_edges(edges: int) -> list[Edge]:
    """A random connected graph with twice as many edges as nodes."""
    draw = random.Random(edges)
    nodes = max(4, edges // 2)
    found = {(draw.randrange(n), n) for n in range(1, nodes)}
    while len(found) < edges:
        a, b = sorted(draw.sample(range(nodes), 2))
        found.add((a, b))
    return sorted(found)


def reach(kind: str, edges: Sequence[Edge]) -> Case:
    draw = random.Random(len(edges))
    last = max(b for _, b in edges)
    facts = "".join(f"{draw.uniform(0.2, 0.8):.2f}::edge({a},{b}).\n" for a, b in edges)
    ours = (
        "link(x, y) :- edge(x, y).  link(x, y) :- edge(y, x).\n"
        "path(x, y) :- link(x, y).  path(x, z) :- path(x, y), link(y, z).\n"
    )
    theirs = (
        "link(X,Y) :- edge(X,Y).\nlink(X,Y) :- edge(Y,X).\n"
        "path(X,Y) :- link(X,Y).\npath(X,Z) :- path(X,Y), link(Y,Z).\n"
        f"query(path(0,{last})).\n"
    )
    return Case(f"{kind} {len(edges)}", facts + ours, facts + theirs, (("path", (0, last)),))


def smokers(people: int) -> Case:
    """Who smokes among friends: the well-known program, on a random graph of friends."""
    draw = random.Random(people)
    friends = set()
    for n in range(1, people):
        friends.add((n, draw.randrange(n)))
    while len(friends) < min(people * 3 // 2, people * (people - 1) // 2):
        a, b = draw.sample(range(people), 2)
        if (b, a) not in friends:
            friends.add((a, b))
    facts = "".join(f"person({n}).\n" for n in range(people))
    facts += "".join(f"friend({a},{b}).\nfriend({b},{a}).\n" for a, b in sorted(friends))
    ours = (
        "0.3::stress(x) :- person(x).\n0.2::influences(x, y) :- friend(x, y).\n"
        "smokes(x) :- stress(x).  smokes(x) :- friend(x, y), influences(y, x), smokes(y).\n"
        "0.4::prone(x) :- person(x).  asthma(x) :- smokes(x), prone(x).\n"
    )
    theirs = (
        "0.3::stress(X) :- person(X).\n0.2::influences(X,Y) :- person(X), person(Y).\n"
        "smokes(X) :- stress(X).\nsmokes(X) :- friend(X,Y), influences(Y,X), smokes(Y).\n"
        "0.4::prone(X) :- person(X).\nasthma(X) :- smokes(X), prone(X).\n"
    )
    queries = tuple(("asthma", (n,)) for n in range(people))
    theirs += "".join(f"query(asthma({n})).\n" for n in range(people))
    return Case(f"smokers {people}", facts + ours, facts + theirs, queries)


# The shape of the ALARM network (Beinlich et al., 1989): of each variable how many values it has,
# and its parents.
ALARM: dict[str, tuple[int, tuple[str, ...]]] = {
    "hypovolemia": (2, ()), "lvfailure": (2, ()), "errlowoutput": (2, ()), "errcauter": (2, ()),
    "insuffanesth": (2, ()), "anaphylaxis": (2, ()), "kinkedtube": (2, ()), "fio2": (2, ()),
    "pulmembolus": (2, ()), "intubation": (3, ()), "disconnect": (2, ()), "minvolset": (3, ()),
    "history": (2, ("lvfailure",)), "lvedvolume": (3, ("hypovolemia", "lvfailure")),
    "cvp": (3, ("lvedvolume",)), "pcwp": (3, ("lvedvolume",)),
    "strokevolume": (3, ("hypovolemia", "lvfailure")), "tpr": (3, ("anaphylaxis",)),
    "pap": (3, ("pulmembolus",)), "shunt": (2, ("intubation", "pulmembolus")),
    "ventmach": (4, ("minvolset",)), "venttube": (4, ("disconnect", "ventmach")),
    "press": (4, ("intubation", "kinkedtube", "venttube")),
    "ventlung": (4, ("intubation", "kinkedtube", "venttube")),
    "minvol": (4, ("intubation", "ventlung")), "ventalv": (4, ("intubation", "ventlung")),
    "pvsat": (3, ("fio2", "ventalv")), "sao2": (3, ("pvsat", "shunt")),
    "artco2": (3, ("ventalv",)), "expco2": (4, ("artco2", "ventlung")),
    "catechol": (2, ("artco2", "insuffanesth", "sao2", "tpr")), "hr": (3, ("catechol",)),
    "hrbp": (3, ("errlowoutput", "hr")), "hrekg": (3, ("errcauter", "hr")),
    "hrsat": (3, ("errcauter", "hr")), "co": (3, ("hr", "strokevolume")),
    "bp": (3, ("co", "tpr")),
}  # fmt: skip


def alarm(observed: int) -> Case:
    """A network of the shape of ALARM with random tables; so many of its leaves are observed."""
    draw = random.Random(7)
    lines, theirs = [], []
    for name, (values, parents) in ALARM.items():
        rows: list[list[int]] = [[]]
        for parent in parents:
            rows = [[*row, value] for row in rows for value in range(ALARM[parent][0])]
        for row in rows:
            cuts = sorted(draw.randint(1, 999) for _ in range(values - 1))
            parts = [(b - a) / 1000 for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
            head = "; ".join(f"{part}::{name}({v})" for v, part in enumerate(parts) if part)
            body = ", ".join(f"{p}({v})" for p, v in zip(parents, row, strict=True))
            lines.append(f"{head} :- {body}." if body else f"{head}.")
    theirs = list(lines)
    leaves = ["bp", "hrekg", "hrsat", "hrbp", "expco2", "minvol", "press", "pcwp", "cvp", "history"]
    for leaf in leaves[:observed]:
        lines.append(f".evidence {leaf}(1)")
        theirs.append(f"evidence({leaf}(1)).")
    asked = [name for name in ALARM if name not in leaves[:observed]]
    queries = tuple((name, (1,)) for name in asked)
    lines += [f".output {name}" for name in asked]
    theirs += [f"query({name}(1))." for name in asked]
    return Case(f"alarm {observed}", "\n".join(lines), "\n".join(theirs), queries)


def digits(length: int) -> Case:
    """Two numbers of so many uncertain digits, added with a carry: each digit of the sum."""
    draw = random.Random(length)

    def digit(name: str, place: int) -> str:
        cuts = sorted(draw.randint(1, 999) for _ in range(9))
        parts = [(b - a) / 1000 for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
        return "; ".join(f"{p}::{name}({place},{v})" for v, p in enumerate(parts) if p) + ".\n"

    facts = "".join(digit(name, place) for place in range(length) for name in "ab")
    ours = facts + (
        "carry(0, 0).\n"
        "total(i, x + y + c) :- a(i, x), b(i, y), carry(i, c).\n"
        "carry(i + 1, s / 10) :- total(i, s).  digit(i, s % 10) :- total(i, s).\n"
        f"sum() :- {', '.join(f'digit({i}, {i % 10})' for i in range(length))}.\n"
    )
    theirs = facts + (
        "carry(0, 0).\n"
        "carry(J, C) :- J > 0, I is J - 1, total(I, S), C is S // 10.\n"
        "total(I, S) :- a(I, X), b(I, Y), carry(I, C), S is X + Y + C.\n"
        "digit(I, D) :- total(I, S), D is S mod 10.\n"
        f"sum :- {', '.join(f'digit({i}, {i % 10})' for i in range(length))}.\nquery(sum).\n"
    )
    return Case(f"digits {length}", ours, theirs, (("sum", ()),))


def dice(rolls: int) -> Case:
    """A game of chance: roll a die again and again, win when the sum is a multiple of seven."""
    faces = "; ".join(f"1/6::roll(I,{face})" for face in range(1, 7))
    numbers = "".join(f"turn({n}).\n" for n in range(1, rolls + 1))
    ours = (
        numbers
        + faces.replace("I", "i")
        + " :- turn(i).\n"
        + (
            "sum(0, 0).  sum(i, (s + x) % 7) :- turn(i), sum(i - 1, s), roll(i, x).\n"
            f"win() :- sum({rolls}, 0).\n"
        )
    )
    theirs = (
        numbers
        + faces
        + " :- turn(I).\n"
        + (
            "sum(0, 0).\n"
            "sum(I, T) :- turn(I), J is I - 1, sum(J, S), roll(I, X), T is (S + X) mod 7.\n"
            f"win :- sum({rolls}, 0).\nquery(win).\n"
        )
    )
    return Case(f"dice {rolls}", ours, theirs, (("win", ()),))


def traits(people: int) -> Case:
    """Who approaches whom, by their traits: the shape of issue 56 of ProbLog's repository."""
    facts = "".join(f"person({n}).\n" for n in range(people))
    facts += "".join(f"trait({n}).\n" for n in range(1, 5))
    ours = facts + (
        "0.3::compatible(x, y) :- trait(x), trait(y), x > y.\n"
        "compatible(x, y) :- compatible(y, x).\n0.6::has(p, t) :- person(p), trait(t).\n"
        "0.9::approaches(p, q) :- person(p), person(q), has(p, s), has(q, t), p != q,"
        " compatible(s, t).\n"
    )
    theirs = facts + (
        "0.3::compatible(X,Y) :- trait(X), trait(Y), X > Y.\n"
        "compatible(X,Y) :- compatible(Y,X).\n0.6::has(P,T) :- person(P), trait(T).\n"
        "0.9::approaches(P,Q) :- person(P), person(Q), has(P,S), has(Q,T), P \\= Q,"
        " compatible(S,T).\n"
    )
    pairs = [(p, q) for p in range(people) for q in range(people) if p != q]
    theirs += "".join(f"query(approaches({p},{q})).\n" for p, q in pairs)
    queries = tuple(("approaches", pair) for pair in pairs)
    return Case(f"traits {people}", ours, theirs, queries)


def acquaintances(people: int) -> Case:
    """Who knows whom when any may know any other, and acquaintances of acquaintances count: the
    shape of issue 78 of ProbLog's repository."""
    draw = random.Random(people)
    pairs = [(a, b) for a in range(people) for b in range(people) if a != b]
    facts = "".join(f"{draw.uniform(0.05, 0.6):.2f}::knew({a},{b}).\n" for a, b in pairs)
    ours = "knows(x, y) :- knew(x, y).  knows(x, z) :- knows(x, y), knew(y, z), x != z.\n"
    theirs = (
        "knows(X,Y) :- knew(X,Y).\nknows(X,Z) :- knows(X,Y), knew(Y,Z), X \\= Z.\n"
        "query(knows(0,1)).\n"
    )
    return Case(f"acquaintances {people}", facts + ours, facts + theirs, (("knows", (0, 1)),))


# Small programs that many know: `known 1` and so on.
KNOWN = (
    (
        "0.5::heads(1).  0.6::heads(2).\n",
        "two() :- heads(1), heads(2).",
        "two :- heads(1), heads(2).\nquery(two).",
        ("two", ()),
    ),
    (
        "0.7::burglary(1).  0.2::earthquake(1).\n0.9::alarm(1) :- burglary(1), earthquake(1).\n",
        "0.8::alarm(1) :- burglary(1).\n.evidence alarm(1)",
        "0.8::alarm(1) :- burglary(1).\nevidence(alarm(1)).\nquery(burglary(1)).",
        ("burglary", (1,)),
    ),
    (
        "0.4::edge(1,2).  0.5::edge(2,3).  0.25::edge(1,3).  0.3::edge(3,4).\n",
        "path(x, y) :- edge(x, y).  path(x, z) :- path(x, y), edge(y, z).",
        "path(X,Y) :- edge(X,Y).  path(X,Z) :- path(X,Y), edge(Y,Z).\nquery(path(1,4)).",
        ("path", (1, 4)),
    ),
)


def known(number: int) -> Case:
    facts, ours, theirs, query = KNOWN[number - 1]
    return Case(f"known {number}", facts + ours, facts + theirs, (query,))


FAMILIES: dict[str, Callable[[int], Case]] = {
    "ladder": lambda n: reach("ladder", ladder(n)),
    "grid": lambda n: reach("grid", grid(n)),
    "random": lambda n: reach("random", random_edges(n)),
    "smokers": smokers,
    "alarm": alarm,
    "digits": digits,
    "dice": dice,
    "traits": traits,
    "acquaintances": acquaintances,
    "known": known,
}


def family(name: str, size: int) -> Case:
    return FAMILIES[name](size)
