"""The syntax tree: what was written, before anything is known about names and types.

    before:  best(c) :- medals(nation: c, gold: g), g > 3.
    after:   Clause((Atom("best", (Variable("c"),)),),
                    Conjunction((Atom("medals", (Variable("c"), Variable("g")),
                                      names=(Name("nation"), Name("gold"))),
                                 Comparison(">", Variable("g"), Integer(3)))))

Every dialect gives this tree. Nodes are frozen; spans take no part in equality, so that a program
and its printed form are equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trivium.source import Source, Span

# A name, or names joined by full stops: `graph.edge` is the `edge` of the instance `graph`.
_NAME = re.compile(r"[\w?]+(?:\.[\w?]+)*")

# --- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`_`: any value, and no name for it."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Integer:
    """`12`, or `12u`, which is unsigned whatever stands around it."""

    value: int
    span: Span = field(compare=False, repr=False)
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    value: float
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A functor or operator applied to terms; `-x` is `neg`."""

    functor: str
    args: tuple[Term, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`kind values : { body }`; see `trivium.ir.nodes.Aggregate` for the kinds.

    `parameter` is the k of `top k`, `condition` what stands after `=>` in `forall`.
    """

    kind: str
    values: tuple[Term, ...]
    body: Formula
    span: Span = field(compare=False, repr=False)
    parameter: Term | None = None
    condition: Formula | None = None
    separator: str = ", "


@dataclass(frozen=True, slots=True)
class Nil:
    """`nil`: the record that is none."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Structure:
    """A record `[x, y]`, where `branch` is None, or a branch `$Add(x, y)`.

    It makes a term, or, in a body, matches one and binds the variables inside.
    """

    branch: str | None
    args: tuple[Term, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """`as(value, type)`: the same bits, taken for a value of the type."""

    value: Term
    type: Name
    span: Span = field(compare=False, repr=False)


Constant = Integer | Real | Text
Term = Variable | Wildcard | Integer | Real | Text | Call | Aggregate | Nil | Structure | Cast


# --- formulas ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a column, where it is written."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Atom:
    """`relation(args)`; `names` is empty when the arguments go by position."""

    relation: str
    args: tuple[Term, ...]
    span: Span = field(compare=False, repr=False)
    names: tuple[Name, ...] = ()

    @property
    def name_span(self) -> Span:
        """Where the name stands; a component's instance may have lengthened it since."""
        source, start = self.span.source, self.span.start
        found = _NAME.match(source.text, start)
        return Span(source, start, found.end() if found else start)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left op right`; op is one of `= != < <= > >= match contains`."""

    op: str
    left: Term
    right: Term
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Holds:
    """An `exists` or `forall` that stands as a literal of its own."""

    aggregate: Aggregate
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""

    value: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Negation:
    body: Formula
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Conjunction:
    parts: tuple[Formula, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Disjunction:
    parts: tuple[Formula, ...]
    span: Span = field(compare=False, repr=False)


Formula = Atom | Comparison | Holds | Truth | Negation | Conjunction | Disjunction


# --- programs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """`.plan version:(order)`: the order that the atoms of a rule are to be joined in, from 1."""

    version: int
    order: tuple[int, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Clause:
    """`heads :- body.`, or, without a body, facts. Its `plans` change nothing.

    With `weights`, one a head, the heads exclude each other: `0.3::a(x); 0.7::b(x) :- body.` One
    without a weight of its own, None, holds together with the head before it: `0.3::a(x), c(x).`
    """

    heads: tuple[Atom, ...]
    body: Formula | None
    span: Span = field(compare=False, repr=False)
    plans: tuple[Plan, ...] = field(default=(), compare=False, repr=False)
    weights: tuple[Term | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name: type` in a declaration."""

    name: str
    type: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Subsumption:
    """`worse <= better :- body.`: while both rows are there, the worse one is removed."""

    worse: Atom
    better: Atom
    body: Formula
    span: Span = field(compare=False, repr=False)
    plans: tuple[Plan, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Declaration:
    """`.decl name(columns)`; `span` is that of the name.

    `qualifiers` are words such as `inline` or `eqrel`; each of `choices` names columns that
    together decide a row: the first row with their values stays the only one. `delta_of` names the
    relation whose last additions this one shows (`.decl d = debug_delta(r)`).
    """

    name: str
    columns: tuple[Attribute, ...]
    span: Span = field(compare=False, repr=False)
    qualifiers: tuple[Name, ...] = ()
    choices: tuple[tuple[Name, ...], ...] = ()
    delta_of: Name | None = None


@dataclass(frozen=True, slots=True)
class TypeDeclaration:
    """`.type name = base` (or `<:`); several bases are a union."""

    name: str
    bases: tuple[Name, ...]
    subtype: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RecordDeclaration:
    """`.type name = [fields]`; `span` is that of the name."""

    name: str
    fields: tuple[Attribute, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BranchDeclaration:
    """`name {fields}` in an algebraic data type."""

    name: str
    fields: tuple[Attribute, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class SumDeclaration:
    """`.type name = branch | branch | ...`, an algebraic data type."""

    name: str
    branches: tuple[BranchDeclaration, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Directive:
    """`.input`, `.output`, `.printsize` or `.limitsize` of a relation; `span` is its name's."""

    kind: str
    relation: str
    options: tuple[tuple[str, str], ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`.evidence atom` or `.evidence !atom`: what was observed."""

    atom: Atom
    positive: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Utility:
    """`.utility atom = value` or `.utility !atom = value`: what it is worth that rows hold, or that
    one does not."""

    atom: Atom
    positive: bool
    value: Term
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Model:
    """`.model name(inputs, -> label in labels)`: for each input a net gives each label a
    probability. `span` is that of the name."""

    name: str
    inputs: tuple[Attribute, ...]
    label: Attribute
    labels: tuple[Term, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ModelOutput:
    """A column that a model tells: one of `labels`, a value of the relation `domain`, or any."""

    column: Attribute
    labels: tuple[Term, ...] = ()
    domain: Name | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What the rows of a model relation must reach, and at which risk `delta` they may miss it."""

    precision: float | None = None
    recall: float | None = None
    accuracy: float | None = None
    delta: float = 0.05


@dataclass(frozen=True, slots=True)
class Law:
    """How a question about pairs follows from one about each of both: their answers agree, or
    differ."""

    of: Name
    agrees: bool


@dataclass(frozen=True, slots=True)
class ModelRelation:
    """`.model name(inputs, -> outputs) ask "..."`: what models are asked about each input.

    Args:
        many: whether an input may have several rows, or none (`=>`); else it has one.
        question: with `{column}` for each input.
        using: the models to ask, the cheapest first; without any, the one that there is.
        symmetric: whether two inputs in either order have one answer.
        votes: how often each input is asked about; most of the replies must agree.
        budget: the most calls, tokens and money, by these words.
        law: how its answers follow from those of another.
        top: how many of the listed values that lie nearest are told, where nothing is asked and
            embeddings answer.
        span: that of the name.
    """

    name: str
    inputs: tuple[Attribute, ...]
    outputs: tuple[ModelOutput, ...]
    many: bool
    question: str
    using: tuple[str, ...] = ()
    symmetric: bool = False
    votes: int = 1
    target: Target | None = None
    budget: tuple[tuple[str, float], ...] = ()
    law: Law | None = None
    top: int = 0
    span: Span = field(compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Pragma:
    """`.pragma "name" "value"`: a wish about how to run; it never changes an answer."""

    name: str
    value: str
    span: Span = field(compare=False, repr=False)


# --- components ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComponentUse:
    """`name<args>`, where a component is instantiated or inherited from."""

    name: str
    args: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Component:
    """`.comp name<parameters> : bases { items }`; `overrides` are the names after `.override`.

    `span` is that of the name.
    """

    name: str
    parameters: tuple[Name, ...]
    bases: tuple[ComponentUse, ...]
    overrides: tuple[Name, ...]
    items: tuple[Item, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Instance:
    """`.init name = use`; `span` is that of the name."""

    name: str
    use: ComponentUse
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class FunctorDeclaration:
    """`.functor name(fields): result stateful`; a field may have no name. `span` is the name's."""

    name: str
    fields: tuple[Attribute, ...]
    result: Name
    stateful: bool
    span: Span = field(compare=False, repr=False)


AnyType = TypeDeclaration | RecordDeclaration | SumDeclaration
Item = (
    Clause | Subsumption | Declaration | AnyType | FunctorDeclaration | Directive | Evidence
    | Utility | Model | ModelRelation | Pragma | Component | Instance
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """The items of a program, in the order of the text."""

    items: tuple[Item, ...]
    source: Source = field(compare=False, repr=False)
