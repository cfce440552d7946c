"""From a program and a question to a structure: what to ask of nets, and the circuit over that.

    sum(a, b, _)  →  rows (a, b, 0) .. (a, b, 18);  calls digit(a), digit(b);  a layered circuit

Two questions whose ground programs are equal up to names share one circuit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from trivium.analyse.models import given, output, read_output
from trivium.dialects.datalog.outcome import DatalogOutcome
from trivium.engine.limits import Limits
from trivium.engine.run import Options
from trivium.probability.chances import Resting
from trivium.probability.derivations import Derivations
from trivium.probability.grounding.reduce import Truth
from trivium.probability.grounding.rules import Grounder
from trivium.probability.inference.compile import compile_circuit
from trivium.probability.layers import Layers, layered
from trivium.probability.read_off import read_off
from trivium.probability.simplify import simplify
from trivium.program import Program
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


@dataclass(frozen=True, slots=True)
class Origin:
    """Of an alternative its parameter, if it has one, its weight, and what a net is asked."""

    parameter: str
    weight: float
    inputs: Call = ()


def uniform(models: Mapping[str, ast.Model]) -> dict[str, float]:
    """Any probabilities for the outputs of nets: the structure does not depend on them."""
    return {
        output(name, place): 1.0 / len(model.labels)
        for name, model in models.items()
        for place in range(len(model.labels))
    }


def ground(
    program: Program,
    relation: str,
    pattern: Sequence[Any],
    options: Options,
    data: Mapping[str, Any],
) -> Structure:
    """Ground a question; `pattern` has None for what is asked, the options' weights are the
    parameters' values."""
    about = [*pattern, *(value for item in program.ir.evidence for value in item.values)]
    names = [(value,) for value in dict.fromkeys(about) if isinstance(value, str)]
    models = program.models
    inputs = {given(name): names for name, model in models.items() if len(model.inputs) == 1}
    told = {**options.weights, **uniform(models)}
    result = program.query(
        relation, tuple(pattern), {**data, **inputs}, weights=told, limits=options.limits
    )
    rows = tuple(result[relation].rows())
    outcome = result.outcome
    assert isinstance(outcome, DatalogOutcome)
    assert outcome.chances is not None
    grounds = outcome.chances.grounds
    places = [place for row in rows if (place := outcome.find(relation, row)) is not None]
    grounder, resting = grounds.grounder, grounds.rest(places)

    def origin(node: int) -> Origin:
        parameter = grounder.parameters.get(node, "")
        net = read_output(parameter)
        asked: Call = ()
        if net is not None:
            choice, row, _ = grounder.origins[node]
            asked = _inputs(grounder, models[net[0]], choice, row)
        return Origin(parameter, grounder.weights[node], asked)

    if resting.contradicted:
        raise grounds.impossible()
    return assemble(models, rows, resting, origin, options.limits)


def assemble(
    models: Mapping[str, ast.Model],
    rows: tuple[Row, ...],
    resting: Resting,
    origin: Callable[[int], Origin],
    limits: Limits | None,
) -> Structure:
    """The structure of what the rows rest on; `origin` tells of its alternatives."""
    reduced = resting.reduced
    graph = reduced.derivations
    calls: dict[str, dict[Call, int]] = {name: {} for name in models}
    leaves = []
    for node in reduced.origins[: len(graph.weights)]:
        known = origin(node)
        found = read_output(known.parameter)
        if found is None:
            leaves.append(Leaf(parameter=known.parameter, weight=known.weight))
            continue
        net, place = found
        own = calls[net]
        leaves.append(Leaf(net, own.setdefault(known.inputs, len(own)), place))
    complete = tuple(
        number
        for number, group in enumerate(graph.groups)
        if leaves[group[0]].net and len(group) == len(models[leaves[group[0]].net].labels)
    )
    seen = tuple(resting.evidence)
    layers = _compiled(*_keyed(*with_constants(graph, resting.truths)), seen, complete, limits)
    asking = {net: tuple(made) for net, made in calls.items() if made}
    return Structure(rows, asking, tuple(leaves), tuple(graph.groups), layers, bool(seen))


def _inputs(grounder: Grounder, model: ast.Model, choice: str, row: int) -> Call:
    """What a net is asked by a row of its choice, in the order of its inputs."""
    columns = grounder.stored[choice].relation.columns
    values = grounder.row_values(choice, row)
    by_name = {column.name: v for column, v in zip(columns, values, strict=True)}
    return tuple(by_name[column.name] for column in model.inputs)


def with_constants(
    graph: Derivations, asked: Sequence[Truth]
) -> tuple[Derivations, tuple[int, ...]]:
    """The graph with a node for each question whose answer is certain; a literal for each."""
    rules = list(graph.rules)
    nodes = graph.nodes
    literals: list[int] = []
    for truth in asked:
        if not isinstance(truth, bool):
            literals.append(truth)
            continue
        literals.append(nodes)
        if truth:
            rules.append((nodes, ()))
        nodes += 1
    return Derivations(graph.weights, graph.groups, nodes, rules), tuple(literals)


Key = tuple[int, tuple[tuple[int, ...], ...], int, tuple[tuple[int, tuple[int, ...]], ...]]


def _keyed(graph: Derivations, asked: tuple[int, ...]) -> tuple[Key, tuple[int, ...]]:
    """What a circuit depends on, as a key: all but the weights."""
    key = (len(graph.weights), tuple(graph.groups), graph.nodes, tuple(graph.rules))
    return key, asked


@lru_cache(maxsize=256)
def _compiled(
    key: Key,
    asked: tuple[int, ...],
    seen: tuple[int, ...],
    complete: tuple[int, ...],
    limits: Limits | None,
) -> Layers:
    """The layered circuit of a graph; made once for each structure."""
    alternatives, groups, nodes, rules = key
    graph = Derivations((0.5,) * alternatives, groups, nodes, rules)
    circuit = read_off(graph, asked) if not seen and min(asked, default=0) >= 0 else None
    if circuit is None:
        circuit = compile_circuit(graph, asked, seen, complete=complete, limits=limits)
    return layered(simplify(circuit, complete=complete))
