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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from trivium.analyse.flatten import alternatives, names_outside
from trivium.errors import ProgramError
from trivium.syntax import ast


def asked(model: str) -> str:
    """The relation of the inputs that a net is asked for."""
    return f"@{model}?asked"


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
            items += _asking(item, models)
    return replace(program, items=tuple(items))


def _declared(model: ast.Model) -> Iterator[ast.Item]:
    span = model.span
    columns = tuple(
        replace(c, type="symbol") if c.type == "tensor" else c for c in (*model.inputs, model.label)
    )
    yield ast.Declaration(model.name, columns, span)
    yield ast.Declaration(asked(model.name), columns[:-1], span)
    yield ast.Declaration(given(model.name), columns[:-1], span)
    inputs = tuple(ast.Variable(column.name, span) for column in model.inputs)
    heads = tuple(ast.Atom(model.name, (*inputs, label), span) for label in model.labels)
    weights = tuple(ast.Variable(output(model.name, n), span) for n in range(len(heads)))
    yield ast.Clause(heads, ast.Atom(asked(model.name), inputs, span), span, weights=weights)


def _asking(clause: ast.Clause, models: Mapping[str, ast.Model]) -> Iterator[ast.Clause]:
    """A rule for each literal of the body that a net answers."""
    if clause.body is None:
        return
    for side in alternatives(clause.body):
        for place, (literal, _) in enumerate(side):
            if isinstance(literal, ast.Atom) and literal.relation in models:
                yield _rule(literal, side[:place] + side[place + 1 :], models)


def _rule(
    atom: ast.Atom, others: Sequence[tuple[ast.Formula, bool]], models: Mapping[str, ast.Model]
) -> ast.Clause:
    model = models[atom.relation]
    inputs = _inputs(atom, model)
    wanted = set(names_outside(inputs))
    positive = [formula for formula, holds in others if holds]
    plain = [f for f in positive if isinstance(f, ast.Atom) and f.relation not in models]
    tests = [f for f in positive if isinstance(f, ast.Comparison)]
    body = _bound(plain, tests)
    nets = [f for f in positive if isinstance(f, ast.Atom) and f.relation in models]
    while not wanted <= (known := set(names_outside(body))):
        for net in nets:
            if set(names_outside(_inputs(net, models[net.relation]))) <= known:
                plain.append(net)
                nets.remove(net)
                body = _bound(plain, tests)
                break
        else:
            body.append(ast.Atom(given(model.name), inputs, atom.span))
            break
    span = atom.span
    whole: ast.Formula | None = ast.Conjunction(tuple(body), span) if body else None
    return ast.Clause((ast.Atom(asked(model.name), inputs, span),), whole, span)


def _inputs(atom: ast.Atom, model: ast.Model) -> tuple[ast.Term, ...]:
    if atom.names:
        by_name = {n.text: arg for n, arg in zip(atom.names, atom.args, strict=True)}
        return tuple(by_name.get(c.name, ast.Wildcard(atom.span)) for c in model.inputs)
    return atom.args[: len(model.inputs)]


def _bound(atoms: Sequence[ast.Atom], tests: Sequence[ast.Comparison]) -> list[ast.Formula]:
    """The atoms, and the comparisons of what they bind; `=` may bind more."""
    body: list[ast.Formula] = list(atoms)
    known = set(names_outside(atoms))
    left = list(tests)
    while True:
        for test in left:
            sides = set(names_outside([test.left])), set(names_outside([test.right]))
            if sides[0] <= known and sides[1] <= known:
                break
            bare = [isinstance(term, ast.Variable) for term in (test.left, test.right)]
            if test.op == "=" and (
                (bare[0] and sides[1] <= known) or (bare[1] and sides[0] <= known)
            ):
                break
        else:
            return body
        left.remove(test)
        body.append(test)
        known |= sides[0] | sides[1]
