"""From a program and a question to a structure: what to ask of nets, and the circuit over that.

    sum(a, b, _)  →  rows (a, b, 0) .. (a, b, 18);  calls digit(a), digit(b);  a layered circuit

Two questions whose ground programs are equal up to names share one circuit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trivium.analyse.models import given, output, read_output
from trivium.program import Program
from trivium.provenance.derivations import Derivations
from trivium.provenance.grounding.reduce import Truth
from trivium.provenance.grounding.rules import Grounder
from trivium.provenance.layers import Layers, layered
from trivium.provenance.read_off import read_off
from trivium.provenance.simplify import simplify
from trivium.syntax import ast

Row = tuple[Any, ...]
Call = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where the weight of an alternative comes from: an output of a net's call, a parameter, or
    a number."""

    net: str = ""
    call: int = 0
    place: int = 0
    parameter: str = ""
    weight: float = 0.0


@dataclass(frozen=True)
class Structure:
    """A ground question.

    Args:
        rows: the rows that are asked about, one for each root; a root more, where something was
            observed: that it is so.
        calls: by net, what it is asked: each distinct input once.
        leaves: of each alternative where its weight comes from.
        groups: the alternatives that exclude each other.
        layers: the circuit.
    """

    rows: tuple[Row, ...]
    calls: Mapping[str, tuple[Call, ...]]
    leaves: tuple[Leaf, ...]
    groups: tuple[tuple[int, ...], ...]
    layers: Layers
    observed: bool = False


def ground(
    program: Program,
    relation: str,
    pattern: Sequence[Any],
    weights: Mapping[str, float],
    data: Mapping[str, Any],
) -> Structure:
    """Ground a question; `pattern` has None for what is asked, `weights` the parameters' values."""
    told = dict(weights)
    names = [(value,) for value in pattern if isinstance(value, str)]
    inputs: dict[str, Any] = {}
    for name, model in program.models.items():
        width = len(model.labels)
        told |= {output(name, place): 1.0 / width for place in range(width)}
        if len(model.inputs) == 1:
            inputs[given(name)] = names
    result = program.query(relation, tuple(pattern), weights=told, **{**data, **inputs})
    rows = tuple(result[relation].rows())
    grounded = result.grounded(relation)
    graph, grounder = grounded.reduced.derivations, grounded.grounder
    calls: dict[str, dict[Call, int]] = {name: {} for name in program.models}
    leaves = []
    for node in grounded.reduced.origins[: len(graph.weights)]:
        parameter = grounder.parameters.get(node, "")
        found = read_output(parameter)
        if found is None:
            leaves.append(Leaf(parameter=parameter, weight=grounder.weights[node]))
            continue
        net, place = found
        choice, row, _ = grounder.origins[node]
        own = calls[net]
        call = own.setdefault(_inputs(grounder, program.models[net], choice, row), len(own))
        leaves.append(Leaf(net, call, place))
    labels = {name: len(model.labels) for name, model in program.models.items()}
    complete = tuple(
        number
        for number, group in enumerate(graph.groups)
        if leaves[group[0]].net and len(group) == labels[leaves[group[0]].net]
    )
    literals = grounded.reduced.literals
    asked, observed = literals[: len(rows)], literals[len(rows) :]
    layers = compiled(*with_questions(graph, asked, observed), complete)
    groups = tuple(graph.groups)
    asking = {net: tuple(made) for net, made in calls.items() if made}
    return Structure(rows, asking, tuple(leaves), groups, layers, bool(observed))


def _inputs(grounder: Grounder, model: ast.Model, choice: str, row: int) -> Call:
    """What a net is asked by a row of its choice, in the order of its inputs."""
    columns = grounder.stored[choice].relation.columns
    values = grounder.row_values(choice, row)
    by_name = {column.name: v for column, v in zip(columns, values, strict=True)}
    return tuple(by_name[column.name] for column in model.inputs)


def with_questions(
    graph: Derivations, asked: Sequence[Truth], observed: Sequence[Truth]
) -> tuple[Derivations, tuple[int, ...]]:
    """The graph with a node for each question, together with what was observed; and those nodes."""
    rules = list(graph.rules)
    seen = tuple(literal for literal in observed if not isinstance(literal, bool))
    nodes = graph.nodes
    roots = []
    for truth in (*asked, *([True] if observed else [])):
        if truth is False:
            body: tuple[int, ...] | None = None
        else:
            body = seen if truth is True else (truth, *seen)
        if body is not None and len(body) == 1 and body[0] >= 0:
            roots.append(body[0])
            continue
        roots.append(nodes)
        if body is not None:
            rules.append((nodes, body))
        nodes += 1
    return Derivations(graph.weights, graph.groups, nodes, rules), tuple(roots)


def compiled(graph: Derivations, roots: tuple[int, ...], complete: tuple[int, ...]) -> Layers:
    """The layered circuit of a graph; made once for each structure."""
    return _compiled(
        len(graph.weights), tuple(graph.groups), graph.nodes, tuple(graph.rules), roots, complete
    )


@lru_cache(maxsize=256)
def _compiled(
    alternatives: int,
    groups: tuple[tuple[int, ...], ...],
    nodes: int,
    rules: tuple[tuple[int, tuple[int, ...]], ...],
    roots: tuple[int, ...],
    complete: tuple[int, ...],
) -> Layers:
    graph = Derivations((0.5,) * alternatives, groups, nodes, rules)
    circuit = read_off(graph, roots)
    assert circuit is not None
    return layered(simplify(circuit, complete=complete))
