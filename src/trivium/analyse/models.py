"""Relations of nets become choices with told probabilities, and rules for what is asked of nets.

    before:  .model digit(image: tensor, -> label: number in 0..9)
             sum(x + y) :- first(a), second(b), digit(a, x), digit(b, y).
    after:   digit#0::digit(image, 0); ... digit#9::digit(image, 9) :- @digit?asked(image).
             @digit?asked(a) :- first(a).     @digit?asked(b) :- second(b).

A net is asked for the inputs that the other literals of a body bind, and for as few of the outputs
of nets as that needs. Inputs that nothing binds range over those that are given, in the relation
`@digit?given`. More is asked than may be needed, never less. A name with `?` is certain: what is
asked for does not hang on what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trivium.analyse.asking import Asked, asked, asking
from trivium.errors import ProgramError
from trivium.syntax import ast


def given(model: str) -> str:
    """The relation of the inputs that are given, for those that no body binds."""
    return f"@{model}?given"


def output(model: str, place: int) -> str:
    """The name of the probability of a net's output."""
    return f"{model}#{place}"


def read_output(name: str) -> tuple[str, int] | None:
    """The net and place that `output` made the name from."""
    model, mark, place = name.rpartition("#")
    return (model, int(place)) if mark else None


def models_of(program: ast.Program) -> dict[str, ast.Model]:
    return {item.name: item for item in program.items if isinstance(item, ast.Model)}


def spell_models(program: ast.Program) -> ast.Program:
    """The program without `.model`. Raises ProgramError 269 for rules that derive its relation."""
    models = models_of(program)
    if not models:
        return program
    nets = {name: _asked(model) for name, model in models.items()}
    items: list[ast.Item] = []
    for item in program.items:
        if isinstance(item, ast.Model):
            items += _declared(item)
            continue
        items.append(item)
        if isinstance(item, ast.Clause):
            for head in item.heads:
                if head.relation in models:
                    message = f"`{head.relation}` is a net's relation, and has a rule too"
                    hint = "give the rule a relation of its own"
                    raise ProgramError(269, message, head.span, hint=hint)
            items += asking(item, nets)
    return replace(program, items=tuple(items))


def columns_of(model: ast.Model) -> tuple[ast.Attribute, ...]:
    """The columns of a net's relation; a tensor is known by its name."""
    whole = (*model.inputs, model.label)
    return tuple(replace(c, type="symbol") if c.type == "tensor" else c for c in whole)


def _asked(model: ast.Model) -> Asked:
    names = tuple(column.name for column in (*model.inputs, model.label))
    return Asked(names, tuple(range(len(model.inputs))), given(model.name))


def _declared(model: ast.Model) -> Iterator[ast.Item]:
    span = model.span
    columns = columns_of(model)
    yield ast.Declaration(model.name, columns, span)
    yield ast.Declaration(asked(model.name), columns[:-1], span)
    yield ast.Declaration(given(model.name), columns[:-1], span)
    inputs = tuple(ast.Variable(column.name, span) for column in model.inputs)
    heads = tuple(ast.Atom(model.name, (*inputs, label), span) for label in model.labels)
    weights = tuple(ast.Variable(output(model.name, n), span) for n in range(len(heads)))
    yield ast.Clause(heads, ast.Atom(asked(model.name), inputs, span), span, weights=weights)
