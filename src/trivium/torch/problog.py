"""Grounding programs of the ProbLog dialect for layers: nets are `nn(...)` clauses.

nn(digit, [X], Y, [0, 1, 2]) :: digit(X, Y).
sum(A, B, Z) :- digit(A, X), digit(B, Y), Z is X + Y.        asked: sum(a, b, Z)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trivium.analyse.models import read_output
from trivium.dialects.problog.outcome import value_of
from trivium.dialects.problog.program import ProbLogProgram
from trivium.dialects.problog.questions import Questions
from trivium.dialects.problog.terms import name_and_args
from trivium.engine.run import Options
from trivium.ir.nodes import Parameter
from trivium.torch.ground import Origin, Structure, assemble, uniform

_ATOM = re.compile(r"\b[a-z]\w*\b(?!\s*\()")


def tensors_of(goal: str) -> tuple[str, ...]:
    """The atoms of a goal, in order: those that nets read are names of tensors."""
    return tuple(dict.fromkeys(_ATOM.findall(goal)))


def ground_clauses(
    program: ProbLogProgram, goal: str, options: Options, data: Mapping[str, Any]
) -> Structure:
    """Solve a goal; the options' weights are the values of the probabilities to learn."""
    questions = _solved(program, goal, options, data)
    solver, asked = questions.solver, list(questions.asked.values())
    nodes = list(solver.alternatives.weights)
    rows = [tuple(map(value_of, (name_and_args(item.atom) or ("", ()))[1])) for item in asked]

    def origin(place: int) -> Origin:
        node = nodes[place]
        parameter = solver.alternatives.parameters.get(node, "")
        inputs = ()
        if read_output(parameter) is not None:
            inputs = tuple(map(value_of, solver.alternatives.inputs(node)))
        return Origin(parameter, solver.alternatives.weights[node], inputs)

    resting = questions.rest(asked)
    return assemble(program.models(), tuple(rows), resting, origin, options.limits)


def learnt_clauses(
    program: ProbLogProgram, goal: str, options: Options, data: Mapping[str, Any]
) -> list[tuple[float | Parameter | None, ...]]:
    """The weights of the clauses that a goal uses and that have some to learn."""
    solver = _solved(program, goal, options, data).solver
    found = []
    for group in solver.alternatives.groups.values():
        names = [solver.alternatives.parameters.get(node, "") for node in group]
        values = [solver.alternatives.weights[node] for node in group]
        found.append(
            tuple(
                Parameter(name, value) if name else value
                for name, value in zip(names, values, strict=True)
            )
        )
    return list(dict.fromkeys(found))


def _solved(
    program: ProbLogProgram, goal: str, options: Options, data: Mapping[str, Any]
) -> Questions:
    told = {**options.weights, **uniform(program.models())}
    return program.solve(replace(options, weights=told), goal, data).questions
