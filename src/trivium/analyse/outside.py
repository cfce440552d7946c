"""Relations that a provider answers: what they are in a program.

    offered:  slow(x: number, -> y: symbol)
    before:   big(x) :- item(x, p), p > 100, slow(x, "yes").
    after:    the same, where `slow` is declared and its atoms say that `x` has a value first

A relation answered from outside is a fixed table that is revealed input by input: no rule derives
it, so that it may stand below negations and aggregates, and inside recursion. Where its rows are
uncertain, they are choices, over a table that tells how probable they are:

    after:    w::slow(x, y) :- @slow?asked(x), @slow?row(x, y, w).
              @slow?asked(x) :- item(x, p), p > 100.

Raises ProgramError 318 to 320.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trivium.analyse.asking import Asked, asked, asking
from trivium.analyse.declared import Types, collect_types
from trivium.analyse.models import columns_of
from trivium.analyse.names import Schema
from trivium.analyse.near import did_you_mean, listed
from trivium.errors import ProgramError
from trivium.ir.nodes import Access, Choice
from trivium.ir.types import Type
from trivium.source import Source, Span
from trivium.syntax import ast

PROBABILITY = "probability"


@dataclass(frozen=True, slots=True)
class Signature:
    """The columns of a relation that is answered from outside, in its order.

    Those at `inputs` are bound, and the others come back. A type of None is the declared one.
    """

    columns: tuple[tuple[str, Type | None], ...]
    inputs: tuple[int, ...]

    @property
    def outputs(self) -> tuple[int, ...]:
        return tuple(n for n in range(len(self.columns)) if n not in self.inputs)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a provider offers to a program. The rows of one input that are `exclusive` exclude each
    other, and are uncertain; others are independent of each other."""

    name: str
    signature: Signature
    cost: float = 1.0
    uncertain: bool = False
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A program with its offers taken: those that it does not declare itself, how each of their
    relations is read, and by which columns rows exclude each other."""

    program: ast.Program
    names: tuple[str, ...]
    access: Mapping[str, Access]
    exclusive: Mapping[Span, tuple[str, ...]]

    def told(self, schemas: Mapping[str, Schema]) -> dict[str, Schema]:
        """The schemas, which say how their relations are read."""
        return {n: replace(s, access=self.access.get(n)) for n, s in schemas.items()}

    def apart(self, choice: Choice, schemas: Mapping[str, Schema]) -> Choice:
        """The choice, where rows of one input exclude each other."""
        names = None if choice.span is None else self.exclusive.get(choice.span)
        if names is None:
            return choice
        columns = schemas[choice.relation].columns
        return replace(choice, apart=tuple(columns.index(name) for name in names))

    def check_read(self, read: Collection[str]) -> None:
        """E321 for an offer that nothing in the program takes."""
        for name in self.names:
            if name not in read:
                hint = did_you_mean(name, read, "use it in the body of a rule")
                raise ProgramError(321, f"no rule reads `{name}`, which has a provider", hint=hint)


def row_relation(name: str) -> str:
    """The relation of the rows of an uncertain relation, with their probabilities."""
    return f"@{name}?row"


def take_offers(program: ast.Program, offers: Sequence[Offer]) -> Offered:
    """The program where each offered relation is declared, and has no rows of its own."""
    if not offers:
        return Offered(program, (), {}, {})
    names = {offer.name for offer in offers}
    types = collect_types(program.items)
    declared = {i.name: i for i in program.items if isinstance(i, ast.Declaration)}
    items = list(program.items)
    for item in program.items:
        _refuse_own_rows(item, names)
    access: dict[str, Access] = {}
    exclusive: dict[Span, tuple[str, ...]] = {}
    columns: dict[str, tuple[ast.Attribute, ...]] = {}
    for offer in offers:
        span = _span(offer)
        found = declared.get(offer.name)
        if found is None:
            columns[offer.name] = _columns(offer, span)
            items.append(ast.Declaration(offer.name, columns[offer.name], span))
        else:
            _check_agrees(offer, found, types)
            columns[offer.name] = found.columns
        way = Access(offer.signature.inputs, offer.cost)
        if not offer.uncertain:
            access[offer.name] = way
            continue
        access[row_relation(offer.name)] = way
        items += _uncertain(offer, columns[offer.name], span)
        if offer.exclusive:
            own = columns[offer.name]
            exclusive[span] = tuple(own[place].name for place in offer.signature.inputs)
    relations = {
        offer.name: Asked(
            tuple(column.name for column in columns[offer.name]),
            offer.signature.inputs,
            drawn=offer.uncertain,
        )
        for offer in offers
    }
    for item in program.items:
        if isinstance(item, ast.Clause):
            items += asking(item, relations)
    taken = tuple(offer.name for offer in offers if offer.name not in declared)
    return Offered(replace(program, items=tuple(items)), taken, access, exclusive)


def declare_answered(program: ast.Program, offers: Sequence[Offer]) -> ast.Program:
    """The program where a `.model` whose net is offered as a provider is only a declaration."""
    names = {offer.name for offer in offers}
    items = tuple(
        ast.Declaration(item.name, columns_of(item), item.span)
        if isinstance(item, ast.Model) and item.name in names
        else item
        for item in program.items
    )
    return replace(program, items=items) if names else program


def _refuse_own_rows(item: ast.Item, names: set[str]) -> None:
    """E319 for what gives a relation rows that its provider alone gives it."""
    heads: tuple[ast.Atom, ...] = ()
    if isinstance(item, ast.Clause):
        heads = item.heads
    elif isinstance(item, ast.Subsumption):
        heads = (item.worse,)
    elif isinstance(item, ast.Directive):
        if item.relation in names and item.kind in ("input", "limitsize"):
            raise own_rows(item.relation, f"has an `.{item.kind}`", item.span)
    elif isinstance(item, ast.Declaration) and item.name in names and _has_laws(item):
        raise own_rows(item.name, "is declared with laws of its own", item.span)
    for head in heads:
        if head.relation in names:
            what = "a fact" if isinstance(item, ast.Clause) and item.body is None else "a rule"
            raise own_rows(head.relation, f"has {what}", head.span)


def _has_laws(item: ast.Declaration) -> bool:
    return bool(item.qualifiers or item.choices or item.delta_of)


def own_rows(name: str, what: str, span: Span | None) -> ProgramError:
    message = f"`{name}` is answered by a provider, and {what} too"
    hint = "give that a relation of its own, and derive a third from both"
    return ProgramError(319, message, span, hint=hint)


def _span(offer: Offer) -> Span:
    """Where what is made of an offer stands, as no text says it."""
    shown = []
    for place, (name, kind) in enumerate(offer.signature.columns):
        text = f"{name}: {kind or '?'}"
        shown.append(text if place in offer.signature.inputs else f"-> {text}")
    text = f"{offer.name}({', '.join(shown)})"
    return Span(Source("<providers>", text), 0, len(text))


def _columns(offer: Offer, span: Span) -> tuple[ast.Attribute, ...]:
    """The columns of a relation that only its provider tells."""
    for name, kind in offer.signature.columns:
        if kind is None:
            message = f"nothing tells the type of the column `{name}` of `{offer.name}`"
            hint = f"annotate the function, or declare `.decl {offer.name}({name}: number, ...)`"
            raise ProgramError(321, message, hint=hint)
    return tuple(ast.Attribute(n, str(kind), span) for n, kind in offer.signature.columns)


def _check_agrees(offer: Offer, declared: ast.Declaration, types: Types) -> None:
    """E320 for a declaration with other columns than the provider."""
    own = offer.signature.columns
    if len(own) != len(declared.columns):
        count = len(declared.columns)
        message = (
            f"`{offer.name}` is declared with {count} columns, and its provider has {len(own)}"
        )
        hint = f"the provider's are {listed([name for name, _ in own])}"
        raise ProgramError(320, message, declared.span, hint=hint)
    names = [name for name, _ in own]
    order = [column.name for column in declared.columns]
    if names != order and set(names) == set(order):
        message = f"`{offer.name}` is declared with its columns in another order"
        hint = f"the provider's are {listed(names)}, in this order"
        raise ProgramError(320, message, declared.span, hint=hint)
    for (name, kind), column in zip(own, declared.columns, strict=True):
        want = types.type(column.type, column.span)
        if kind is not None and kind is not want:
            message = f"the column `{column.name}` of `{offer.name}` is declared as `{column.type}`"
            message += f", and `{name}` of its provider is `{kind}`"
            raise ProgramError(320, message, column.span, hint=f"declare it as `{kind}`")


def _uncertain(offer: Offer, columns: tuple[ast.Attribute, ...], span: Span) -> Iterator[ast.Item]:
    """Each row a choice with the probability that the provider tells."""
    inputs = offer.signature.inputs
    weight = ast.Variable(f"{offer.name} {PROBABILITY}", span)
    names = tuple(ast.Variable(column.name, span) for column in columns)
    told = ast.Attribute(PROBABILITY, "float", span)
    yield ast.Declaration(row_relation(offer.name), (*columns, told), span)
    yield ast.Declaration(asked(offer.name), tuple(columns[n] for n in inputs), span)
    wanted = ast.Atom(asked(offer.name), tuple(names[n] for n in inputs), span)
    row = ast.Atom(row_relation(offer.name), (*names, weight), span)
    head = ast.Atom(offer.name, names, span)
    body = ast.Conjunction((wanted, row), span)
    yield ast.Clause((head,), body, span, weights=(weight,))
