"""Relations with laws of their own, and terms, over the relations of a random program.

    rows_of(chance, relations)  ->  .decl best0(x: number, y: symbol)
                                    best0(x, y) :- r2(y, _, x).
                                    best0(x, y) <= best0(x, z) :- z < y.

The oracle does not know them; the engines must agree among themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.fuzz.rules import Relation
from tests.fuzz.terms import HERE, column_type

from trivium.source import Source
from trivium.syntax import ast
from trivium.syntax.souffle import parse

# What stands for {n}: a number; {a} and {b}: types; {read}: an atom that binds x of a and y of b.
FORMS = {
    "subsumption": """
        .decl best{n}(x: {a}, y: {b})
        best{n}(x, y) :- {read}.
        best{n}(x, y) <= best{n}(x, z) :- z {less} y.
        .decl count{n}(x: {a}, c: number)
        count{n}(x, c) :- best{n}(x, _), c = count : {{ best{n}(x, _) }}.""",
    "removal by another": """
        .decl kept{n}(x: {a}, y: {b})
        kept{n}(x, y) :- {read}.
        kept{n}(x, y) <= kept{n}(z, y) :- x {less} z.
        .decl gone{n}(x: {a}, y: {b})
        gone{n}(x, y) :- {read}, !kept{n}(x, y).""",
    "choice": """
        .decl one{n}(x: {a}, y: {b}) choice-domain {key}
        one{n}(x, y) :- {read}.
        .decl left{n}(x: {a}, y: {b})
        left{n}(x, y) :- {read}, !one{n}(x, y).""",
    "records": """
        .type Pair{n} = [f: {a}, s: {b}]
        .decl pair{n}(p: Pair{n})
        pair{n}([x, y]) :- {read}.
        .decl twice{n}(p: Pair{n}, q: Pair{n})
        twice{n}(p, q) :- pair{n}(p), p = [x, _], q = [x, _], pair{n}(q).
        .decl back{n}(y: {b}, x: {a})
        back{n}(y, x) :- pair{n}([x, y]), !pair{n}(nil).
        .decl many{n}(c: number)
        many{n}(c) :- c = count : {{ pair{n}([_, y]), back{n}(y, _) }}.""",
    "branches": """
        .type Tree{n} = Leaf{n} {{ v: {a} }} | Node{n} {{ l: Tree{n}, w: {b} }} | None{n} {{}}
        .decl tree{n}(t: Tree{n}, depth: number)
        tree{n}($None{n}, 0).
        tree{n}($Leaf{n}(x), 1) :- {read}, y = y.
        tree{n}($Node{n}(t, y), d + 1) :- tree{n}(t, d), d < 2, {read}, x = x.
        .decl inner{n}(w: {b}, c: number)
        inner{n}(w, c) :- tree{n}($Node{n}(_, w), _), c = count : {{ tree{n}($Node{n}(_, w), _) }}.
        .decl leaf{n}(v: {a})
        leaf{n}(v) :- tree{n}($Node{n}($Leaf{n}(v), w), _), !tree{n}($Node{n}($None{n}, w), 2).""",
}
# Those of two columns of one type have these too.
ALIKE = {
    "equivalence": """
        .decl same{n}(x: {a}, y: {a}) eqrel
        same{n}(x, y) :- {read}, {again}.
        .decl size{n}(x: {a}, c: number)
        size{n}(x, c) :- same{n}(x, x), c = count : {{ same{n}(x, _) }}.""",
    "component": """
        .comp Closed{n}<T> {{
            .decl from(x: T, y: T)
            .decl all(x: T, y: T)
            all(x, y) :- from(x, y).
            all(x, z) :- all(x, y), from(y, z).
        }}
        .init closed{n} = Closed{n}<{a}>
        closed{n}.from(x, y) :- {read}, {again}.""",
}
# And of two numbers, these.
NUMERIC = {
    "least": """
        .decl far{n}(x: number, d: number)
        far{n}(x, 0) :- {read}, y = y.
        far{n}(y, d + 1) :- far{n}(x, d), {read}, d < 9.
        far{n}(x, d) <= far{n}(x, e) :- e < d.
        .decl most{n}(m: number)
        most{n}(m) :- m = max d : {{ far{n}(_, d) }}.""",
    "widest": """
        .decl wide{n}(x: number, w: number)
        wide{n}(x, x) :- {read}, y = y.
        wide{n}(y, min(w, y)) :- wide{n}(x, w), {read}.
        wide{n}(x, w) <= wide{n}(x, v) :- w < v.""",
}


def items_of(chance: Random, relations: Sequence[Relation]) -> list[ast.Item]:
    """One to three of the forms, each over some relation of at least two columns."""
    wide = [r for r in relations if len(r.columns) > 1]
    found: list[ast.Item] = []
    for number in range(chance.choice((1, 1, 2, 3)) if wide else 0):
        relation = chance.choice(wide)
        first, second = chance.sample(range(len(relation.columns)), 2)
        a, b = (column_type(relation.types[place]) for place in (first, second))
        forms = [*FORMS.values(), *(ALIKE.values() if a == b else ())]
        forms += NUMERIC.values() if a == b == "number" else ()
        text = chance.choice(forms).format(
            n=number,
            a=a,
            b=b,
            read=_atom(relation, {first: "x", second: "y"}),
            again=_atom(relation, {first: "y", second: "_"}),
            less=chance.choice("<>"),
            key=chance.choice(("x", "y", "(x, y)", "x, y")),
        )
        found += parse(Source(HERE.source.name, text)).items
    return found


def _atom(relation: Relation, names: dict[int, str]) -> str:
    args = ", ".join(names.get(place, "_") for place in range(len(relation.columns)))
    return f"{relation.name}({args})"
