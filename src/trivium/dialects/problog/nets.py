"""Neural predicates of DeepProbLog: a clause whose alternatives a net weighs.

    before:  nn(digit, [X], Y, [0, 1]) :: reads(X, Y).
    after:   nn(digit, 0)::reads(X, 0); nn(digit, 1)::reads(X, 1).

The weight of an alternative is told by the name that `analyse.models.output` gives it; which input
it is about is known once the clause's variables have values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivium.dialects.problog.terms import (
    Bindings,
    Pool,
    Term,
    Var,
    list_items,
    name_and_args,
    write,
)
from trivium.errors import ProgramError
from trivium.source import Span

Weighted = tuple[Term | None, Term]


@dataclass(frozen=True, slots=True)
class Net:
    """What a program says of a net: its inputs (terms of the clause), labels, and the clause."""

    name: str
    inputs: tuple[Term, ...]
    labels: tuple[Term, ...]
    span: Span


def spell_net(
    heads: Sequence[Weighted], pool: Pool, size: int, span: Span
) -> tuple[list[Weighted], Net | None]:
    """The alternatives of a clause, and its net if it has one; E292 for a form that is unknown."""
    if len(heads) != 1:
        return list(heads), None
    ((weight, atom),) = heads
    found = None if weight is None else name_and_args(weight)
    if found is None or found[0] != "nn":
        return list(heads), None
    args = found[1]
    inputs, labels = (list_items(args[1]), list_items(args[3])) if len(args) == 4 else ([], [])
    if (
        len(args) != 4
        or not isinstance(args[0], str)
        or type(args[2]) is not Var
        or inputs[1] != "[]"
        or labels[1] != "[]"
        or not inputs[0]
        or not labels[0]
    ):
        message = f"`{write(weight)}` is no neural predicate"
        hint = "write `nn(net, [X], Y, [label, ...]) :: p(X, Y).`"
        raise ProgramError(292, message, span, hint=hint)
    made: list[Weighted] = []
    for place, label in enumerate(labels[0]):
        env: Bindings = [None] * size
        env[args[2].place] = label
        made.append((pool.compound("nn", (args[0], place)), pool.resolve(atom, env)))
    return made, Net(args[0], tuple(inputs[0]), tuple(labels[0]), span)
