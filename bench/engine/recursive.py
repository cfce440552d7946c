"""The recursive programs, each in the ways that fit the engines best.

A way is a whole program, or a whole query. The first round of a measurement tries every way of an
engine; the fastest is then measured. Rules are in the dialect that Trivium and Soufflé share;
tables have the columns a, b, c.

`WITH RECURSIVE` sees only the rows of the last round. A rule that joins two recursive atoms needs
all rows as well, which DuckDB names `recurring.NAME` under `USING KEY`.
"""

from __future__ import annotations

EDGE = ".decl edge(x: number, y: number)\n.input edge\n"

CLOSURE = (
    EDGE
    + """
.decl path(x: number, y: number)
.output path
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
"""
)

CLOSURE_SQL = """
WITH RECURSIVE path(x, y) AS (
    SELECT a, b FROM edge
    UNION
    SELECT path.x, edge.b FROM path JOIN edge ON path.y = edge.a
)
FROM path"""

SAME_GENERATION = (
    EDGE
    + """
.decl same(x: number, y: number)
.output same
same(x, y) :- edge(p, x), edge(p, y), x != y.
same(x, y) :- edge(p, x), same(p, q), edge(q, y).
"""
)

SAME_GENERATION_SQL = """
WITH RECURSIVE same(x, y) AS (
    SELECT e.b, f.b FROM edge e JOIN edge f ON e.a = f.a WHERE e.b <> f.b
    UNION
    SELECT e.b, f.b FROM same JOIN edge e ON e.a = same.x JOIN edge f ON f.a = same.y
)
FROM same"""

# Andersen, "Program Analysis and Specialization for the C Programming Language" (1994)
POINTS_TO = """
.decl address(v: number, o: number)
.decl assign(v: number, w: number)
.decl load(v: number, w: number)
.decl store(v: number, w: number)
.input address
.input assign
.input load
.input store
.decl points(v: number, o: number)
.output points
points(v, o) :- address(v, o).
points(v, o) :- assign(v, w), points(w, o).
points(v, o) :- load(v, w), points(w, p), points(p, o).
points(p, o) :- store(v, w), points(v, p), points(w, o).
"""

POINTS_TO_SQL = """
WITH RECURSIVE points(v, o) USING KEY (v, o) AS (
    SELECT a, b FROM address
    UNION
    (SELECT s.a, p.o FROM assign s JOIN points p ON s.b = p.v
     UNION
     SELECT l.a, q.o FROM load l JOIN points p ON l.b = p.v JOIN recurring.points q ON q.v = p.o
     UNION
     SELECT l.a, q.o FROM load l JOIN recurring.points p ON l.b = p.v JOIN points q ON q.v = p.o
     UNION
     SELECT p.o, q.o FROM store s JOIN points p ON s.a = p.v JOIN recurring.points q ON s.b = q.v
     UNION
     SELECT p.o, q.o FROM store s JOIN recurring.points p ON s.a = p.v JOIN points q ON s.b = q.v)
)
FROM points"""

# Zheng and Rugina, "Demand-driven alias analysis for C" (2008)
ALIASES = """
.decl assign(x: number, y: number)
.decl dereference(x: number, y: number)
.input assign
.input dereference
.decl flow(x: number, y: number)
.decl memory(x: number, y: number)
.decl value(x: number, y: number)
.output flow
.output memory
.output value
flow(x, y) :- assign(x, y).
flow(x, x) :- assign(x, _).
flow(x, x) :- assign(_, x).
flow(x, y) :- assign(x, z), memory(z, y).
flow(x, y) :- flow(x, z), flow(z, y).
memory(x, x) :- assign(x, _).
memory(x, x) :- assign(_, x).
memory(x, w) :- dereference(y, x), value(y, z), dereference(z, w).
value(x, y) :- flow(z, x), flow(z, y).
value(x, y) :- flow(z, x), memory(z, w), flow(w, y).
"""

ALIASES_SQL = """
WITH RECURSIVE fact(kind, x, y) USING KEY (kind, x, y) AS (
    (SELECT 0, a, b FROM assign UNION
     SELECT k, n, n FROM (SELECT a n FROM assign UNION SELECT b FROM assign),
                         (VALUES (0), (1)) t(k))
    UNION
    (SELECT 0, s.a, m.y FROM assign s JOIN fact m ON m.kind = 1 AND s.b = m.x
     UNION
     SELECT 0, f.x, g.y FROM fact f JOIN recurring.fact g
     ON f.kind = 0 AND g.kind = 0 AND f.y = g.x
     UNION
     SELECT 0, f.x, g.y FROM recurring.fact f JOIN fact g
     ON f.kind = 0 AND g.kind = 0 AND f.y = g.x
     UNION
     SELECT 1, d.b, e.b FROM fact v JOIN dereference d ON v.kind = 2 AND d.a = v.x
     JOIN dereference e ON e.a = v.y
     UNION
     SELECT 2, f.y, g.y FROM fact f JOIN recurring.fact g
     ON f.kind = 0 AND g.kind = 0 AND f.x = g.x
     UNION
     SELECT 2, f.y, g.y FROM recurring.fact f JOIN fact g
     ON f.kind = 0 AND g.kind = 0 AND f.x = g.x
     UNION
     SELECT 2, f.y, g.y FROM fact m JOIN recurring.fact f
     ON m.kind = 1 AND f.kind = 0 AND f.x = m.x
     JOIN recurring.fact g ON g.kind = 0 AND g.x = m.y
     UNION
     SELECT 2, f.y, g.y FROM fact f JOIN recurring.fact m
     ON m.kind = 1 AND f.kind = 0 AND f.x = m.x
     JOIN recurring.fact g ON g.kind = 0 AND g.x = m.y
     UNION
     SELECT 2, f.y, g.y FROM fact g JOIN recurring.fact m
     ON m.kind = 1 AND g.kind = 0 AND g.x = m.y
     JOIN recurring.fact f ON f.kind = 0 AND f.x = m.x)
)
FROM fact"""

NODES = ".decl node(x: number)\n.input node\n" + EDGE

SMALLEST_LABEL = (
    NODES
    + """
.decl label(x: number, l: number)
.output label
label(x, x) :- node(x).
label(y, l) :- label(x, l), edge(x, y).
label(y, l) :- label(x, l), edge(y, x).
label(x, l) <= label(x, m) :- m <= l.
"""
)

SMALLEST_EQUAL = (
    NODES
    + """
.decl same(x: number, y: number) eqrel
same(x, y) :- edge(x, y).
same(x, x) :- node(x).
.decl label(x: number, l: number)
.output label
label(x, l) :- node(x), l = min y : { same(x, y) }.
"""
)

SMALLEST_LABEL_SQL = """
WITH RECURSIVE both_ways AS MATERIALIZED (SELECT a, b FROM edge UNION SELECT b, a FROM edge),
label(x, l) USING KEY (x) AS (
    SELECT a, a FROM node
    UNION
    (SELECT e.b, min(p.l)
     FROM label p JOIN both_ways e ON e.a = p.x JOIN recurring.label r ON r.x = e.b
     WHERE p.l < r.l GROUP BY e.b)
)
FROM label"""

SHORTEST = """
.decl edge(x: number, y: number, w: number)
.input edge
.decl distance(x: number, d: number)
.output distance
distance(0, 0).
distance(y, d + w) :- distance(x, d), edge(x, y, w).
distance(x, d) <= distance(x, e) :- e <= d.
"""

SHORTEST_SQL = """
WITH RECURSIVE distance(x, d) USING KEY (x) AS (
    SELECT 0, 0
    UNION
    (SELECT e.b, min(p.d + e.c)
     FROM distance p JOIN edge e ON e.a = p.x LEFT JOIN recurring.distance r ON r.x = e.b
     WHERE r.d IS NULL OR p.d + e.c < r.d GROUP BY e.b)
)
FROM distance"""

TINY = """
.decl edge(x: number, y: number)
.decl path(x: number, y: number)
.decl loop(x: number)
.input edge
.output path
.output loop
path(x, y) :- edge(x, y).
path(x, z) :- path(x, y), edge(y, z).
loop(x) :- path(x, x).
"""

TINY_SQL = """
WITH RECURSIVE path(x, y) AS (
    SELECT a, b FROM edge
    UNION
    SELECT path.x, edge.b FROM path JOIN edge ON path.y = edge.a
)
SELECT 0, x, y FROM path UNION ALL SELECT 1, x, NULL FROM path WHERE x = y"""
