"""The programs without recursion, each in the ways that fit the engines best (see `recursive`)."""

from __future__ import annotations

EDGE = ".decl edge(x: number, y: number)\n.input edge\n"

TRIANGLES = (
    EDGE
    + """
.decl triangle(x: number, y: number, z: number)
.output triangle
triangle(x, y, z) :- edge(x, y), edge(y, z), edge(x, z).
"""
)

TRIANGLES_SQL = """
SELECT e.a, e.b, f.b FROM edge e JOIN edge f ON f.a = e.b JOIN edge g ON g.a = e.a AND g.b = f.b"""

# Each cycle once: x is its smallest node, and y < w.
SQUARES = (
    EDGE
    + """
.decl squares(n: number)
.output squares
squares(n) :- n = count : { edge(x, y), x < y, edge(y, z), x < z, edge(z, w), y < w, edge(w, x) }.
"""
)

# Each cycle has two pairs of opposite corners, and each such pair two of the nodes between.
SQUARES_BY_CORNERS = (
    EDGE
    + """
.decl corners(x: number, z: number)
corners(x, z) :- edge(x, y), edge(y, z), x < z.
.decl between(x: number, z: number, n: number)
between(x, z, n) :- corners(x, z), n = count : { edge(x, y), edge(y, z) }.
.decl squares(n: number)
.output squares
squares(s / 2) :- s = sum n * (n - 1) / 2 : { between(_, _, n) }.
"""
)

SQUARES_SQL = """
SELECT count(*) FROM edge e JOIN edge f ON f.a = e.b JOIN edge g ON g.a = f.b
JOIN edge h ON h.a = g.b AND h.b = e.a
WHERE e.a < e.b AND e.a < f.b AND e.b < g.b AND e.a < g.b"""

SQUARES_BY_CORNERS_SQL = """
SELECT (sum(n * (n - 1) // 2) // 2)::BIGINT FROM (
    SELECT count(*) n FROM edge e JOIN edge f ON e.b = f.a WHERE e.a < f.b GROUP BY e.a, f.b)"""

ROWS = """
.decl row(i: number, k: number, v: number)
.input row
.decl key(k: number)
key(k) :- row(_, k, _).
"""

SUMS = (
    ROWS
    + """
.decl total(k: number, s: number)
.output total
total(k, s) :- key(k), s = sum v : { row(_, k, v) }.
"""
)

SUMS_SQL = "SELECT b, sum(c)::BIGINT FROM row GROUP BY b"

LARGEST = (
    ROWS
    + """
.decl largest(k: number, i: number)
.output largest
largest(k, i) :- key(k), m = max v : { row(_, k, v) }, row(i, k, m).
"""
)

LARGEST_SQL = """
SELECT k, a FROM row JOIN (SELECT b k, max(c) m FROM row GROUP BY b) ON b = k AND c = m"""

LARGEST_WINDOW_SQL = "SELECT b, a FROM row QUALIFY c = max(c) OVER (PARTITION BY b)"
