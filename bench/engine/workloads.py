"""The table of workloads: data, programs, queries. A new one is a new entry here.

Sizes are chosen so that each workload takes Soufflé at its best about a second or more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log2

from bench.engine import generate, plain, recursive
from bench.engine.generate import Data, Rows


@dataclass(frozen=True)
class Workload:
    """One piece of work, the same for every engine.

    Args:
        data: from a scale (1.0: full size) to the input relations.
        results: the relations whose rows are counted and compared.
        datalog: programs with this meaning, for Trivium and Soufflé.
        sql: queries with this meaning. A query for several results has one column more, the
            first: the number of the result.
        recursive: whether there is recursion; the bounds against DuckDB differ.
        repeats: how often one process runs the prepared program.
    """

    name: str
    data: Callable[[float], Data]
    results: tuple[str, ...]
    datalog: tuple[str, ...]
    sql: tuple[str, ...]
    recursive: bool = True
    repeats: int = 1


def _size(full: int, scale: float) -> int:
    return max(2, round(full * scale))


def _permuted(workload: Workload) -> Workload:
    """The same work over node numbers that are spread over 31 bits."""
    return replace(
        workload,
        name=f"{workload.name}-permuted",
        data=lambda scale: generate.permuted(workload.data(scale)),
    )


def _closure(name: str, edges: Callable[[float], Rows]) -> Workload:
    return Workload(
        name,
        lambda scale: {"edge": edges(scale)},
        ("path",),
        (recursive.CLOSURE,),
        (recursive.CLOSURE_SQL,),
    )


def _same_generation(name: str, edges: Callable[[float], Rows]) -> Workload:
    return Workload(
        name,
        lambda scale: {"edge": edges(scale)},
        ("same",),
        (recursive.SAME_GENERATION,),
        (recursive.SAME_GENERATION_SQL,),
    )


def _labels(name: str, data: Callable[[float], Data], *more: str) -> Workload:
    programs = (recursive.SMALLEST_LABEL, *more)
    return Workload(name, data, ("label",), programs, (recursive.SMALLEST_LABEL_SQL,))


def _random(nodes: int, edges: int) -> Callable[[float], Rows]:
    return lambda scale: generate.random_graph(_size(nodes, scale), _size(edges, scale))


def _one_component(scale: float) -> Data:
    nodes = _size(100_000, scale)
    return {"node": generate.numbers(nodes), "edge": generate.random_graph(nodes, 2 * nodes)}


def _keyed(values: int) -> Callable[[float], Data]:
    """Ten million rows over ten thousand keys."""
    return lambda scale: {
        "row": generate.keyed(_size(10_000_000, scale), _size(10_000, scale), values)
    }


_RANDOM = _closure("tc-random", _random(20_000, 22_000))
_CHAIN = _closure("tc-chain", lambda scale: generate.chain(_size(3_000, scale)))
_SCALE_FREE = _closure("tc-scale-free", lambda scale: generate.scale_free(_size(5_000, scale), 2))
_MANY = _closure("tc-25m", _random(5_000, 25_000))
_TREE = _same_generation("sg-tree", lambda scale: generate.tree(12 + round(log2(2 * scale))))
_GRAPH = _same_generation("sg-graph", lambda scale: generate.layered(10, _size(800, scale), 3))
_POINTS_TO = Workload(
    "andersen",
    lambda scale: generate.pointers(_size(7_000, scale)),
    ("points",),
    (recursive.POINTS_TO,),
    (recursive.POINTS_TO_SQL,),
)
_ALIASES = Workload(
    "cspa",
    lambda scale: generate.memory_graph(_size(60_000, scale)),
    ("flow", "memory", "value"),
    (recursive.ALIASES,),
    (recursive.ALIASES_SQL,),
)
_SHORTEST = Workload(
    "shortest-paths",
    lambda scale: {
        "edge": generate.weighted_graph(_size(150_000, scale), _size(750_000, scale), 100)
    },
    ("distance",),
    (recursive.SHORTEST,),
    (recursive.SHORTEST_SQL,),
)
_TRIANGLES = Workload(
    "triangles",
    lambda scale: {
        "edge": generate.upward(
            generate.skewed_graph(_size(30_000, scale), _size(700_000, scale), 3)
        )
    },
    ("triangle",),
    (plain.TRIANGLES,),
    (plain.TRIANGLES_SQL,),
    recursive=False,
)
_SQUARES = Workload(
    "4-cycles",
    lambda scale: {
        "edge": generate.undirected(
            generate.skewed_graph(_size(12_000, scale), _size(100_000, scale), 2)
        )
    },
    ("squares",),
    (plain.SQUARES, plain.SQUARES_BY_CORNERS),
    (plain.SQUARES_SQL, plain.SQUARES_BY_CORNERS_SQL),
    recursive=False,
)
_SUMS = Workload(
    "group-sum", _keyed(1_000), ("total",), (plain.SUMS,), (plain.SUMS_SQL,), recursive=False
)
_LARGEST = Workload(
    "argmax",
    _keyed(1_000_000_000),
    ("largest",),
    (plain.LARGEST,),
    (plain.LARGEST_SQL, plain.LARGEST_WINDOW_SQL),
    recursive=False,
)
_TINY = Workload(
    "tiny",
    lambda scale: {"edge": generate.ring(10)},
    ("path", "loop"),
    (recursive.TINY,),
    (recursive.TINY_SQL,),
    repeats=10_000,
)

_ALL = (
    *(each for closure in (_RANDOM, _CHAIN, _SCALE_FREE, _MANY)
      for each in (closure, _permuted(closure))),
    _TREE,
    _GRAPH,
    _permuted(_GRAPH),
    _POINTS_TO,
    _permuted(_POINTS_TO),
    _ALIASES,
    _permuted(_ALIASES),
    _labels(
        "components-many",
        lambda scale: generate.components(_size(40_000, scale), 30),
        recursive.SMALLEST_EQUAL,
    ),
    _labels("components-giant", _one_component),
    _SHORTEST,
    _TRIANGLES,
    _SQUARES,
    _SUMS,
    _LARGEST,
    _TINY,
)  # fmt: skip

WORKLOADS = {workload.name: workload for workload in _ALL}
