"""The typed program: what analysis promises and everything after it relies on.

Named arguments are positions, disjunctions are several rules, several heads are several rules,
aggregates are literals of their own, every term has a type, and the rules are split into strata.

    before:  best(c) :- medals(nation: c, gold: g), g = max x : { medals(gold: x) }.
    after:   Rule(best(c), [Atom(medals, (c, None, g)), Aggregate(r, max, x, [medals(_, _, x)]),
                            Compare("=", g, r)])

Nodes are frozen; a pass builds new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trivium.ir.functors import FunctorSignature
from trivium.ir.types import Shapes, Type
from trivium.ir.values import Value as Value
from trivium.source import Span


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Best:
    """Of the rows that agree in all other columns, only the one with the least (`min`) or greatest
    (`max`) value in `column` stays: a lattice, which an engine may keep inside the fixpoint."""

    column: int
    keep: str


@dataclass(frozen=True, slots=True)
class Access:
    """How a relation is read whose rows a provider answers from outside: the columns `inputs` have
    values first. `cost` is an estimate for one input, in a unit that all providers share."""

    inputs: tuple[int, ...]
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Relation:
    """A declared or inferred relation. `span` is its declaration, or its first use.

    An `equivalence` has two columns of one type and is closed under the rules of its stratum that
    are `implied`; an engine may close it with union-find, and leave those rules out. `choices` are
    sets of columns that each decide a row: of two rows that agree in one, the first stays. `best`
    says in short what the removals of its stratum do. The rows of a relation with choices or
    removals do not only grow, so that no pass may change which rounds they come in. With an
    `access` it is a fixed table that a provider reveals input by input, and has no rules.
    """

    name: str
    columns: tuple[Column, ...]
    span: Span | None = None
    equivalence: bool = False
    choices: tuple[tuple[int, ...], ...] = ()
    best: Best | None = None
    access: Access | None = None

    @property
    def arity(self) -> int:
        return len(self.columns)


def is_demand(relation: str) -> bool:
    """Whether the relation, which analysis or a pass made, only says what is asked for."""
    return relation.startswith("@") and "?" in relation


# --- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Var:
    name: str
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Const:
    value: Value
    type: Type
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A functor applied to terms: `+`, `cat`, `strlen`, ...; `ir/functors.py` has their table."""

    functor: str
    args: tuple[Term, ...]
    type: Type
    span: Span | None = field(default=None, compare=False)


Term = Var | Const | Call


# --- literals ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Atom:
    """`relation(args)`; `None` is an argument left free (`_`, or a column that was not named).

    A literal matches a row only where each argument that is not free has a value: input relations
    may have empty cells, and an empty cell equals nothing. `access` is that of the relation.
    """

    relation: str
    args: tuple[Term | None, ...]
    negated: bool = False
    span: Span | None = field(default=None, compare=False)
    access: Access | None = None


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`, op one of `= != < <= > >=`, `match` and `contains` (left is the pattern).

    Both sides have the same type. `=` with an unbound variable on one side binds it.
    """

    op: str
    left: Term
    right: Term
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`result = kind values : { body }`, one result for each binding of `group`.

    `group` are the variables that occur both in `body` and bound outside it. `values` are the
    aggregated terms: none for `count`, `exists` and `forall`; one for `sum`, `mean`, `min`, `max`,
    `median`; two for `argmin`, `argmax` (what to give, what to compare by); one or two for
    `string_join` (what to join, what to order it by).
    `count` of no rows is 0, `sum` 0, `exists` 0, `forall` 1, `string_join` ""; the others have no
    result then. `forall` is 1 when every binding of `body` satisfies `condition`, else 0. `top`
    binds `result` to each of the `parameter` greatest values, several rows a group.

    Two have no body: `range` binds `result` to each number between its two or three `values`, and
    `autoinc` to a number of its own for each binding of `group`, all variables of the rule.
    """

    result: Var
    kind: str
    values: tuple[Term, ...]
    body: tuple[Literal, ...]
    group: tuple[Var, ...]
    parameter: Term | None = None
    condition: tuple[Literal, ...] = ()
    separator: str = ", "
    span: Span | None = field(default=None, compare=False)


Literal = Atom | Compare | Aggregate


def reads(literal: Literal) -> set[str]:
    """The relations that a literal reads."""
    if isinstance(literal, Atom):
        return {literal.relation}
    if isinstance(literal, Aggregate):
        return set().union(*map(reads, (*literal.body, *literal.condition)))
    return set()


def term_names(literal: Literal) -> list[str]:
    """The variables of a literal, those inside aggregates too, as often as they occur."""
    names: list[str] = []
    match literal:
        case Atom(args=args):
            terms = [arg for arg in args if arg is not None]
        case Compare(left=left, right=right):
            terms = [left, right]
        case Aggregate():
            terms = [literal.result, *literal.group, *literal.values]
            terms += [] if literal.parameter is None else [literal.parameter]
            names = [n for one in (*literal.body, *literal.condition) for n in term_names(one)]
    for term in terms:  # it grows
        if isinstance(term, Var):
            names.append(term.name)
        elif isinstance(term, Call):
            terms += term.args
    return names


# --- programs ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """`head :- body`. `index` is its number in the program: derivations refer to it.

    An `implied` rule is not of the text: it makes an equivalence relation what it is.
    """

    head: Atom
    body: tuple[Literal, ...]
    index: int
    span: Span | None = field(default=None, compare=False)
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A probability that is told when the program is run; `initial` where nothing is told.

    The one called `?` is a decision: each fact or instance of a clause that has it is to be taken
    or left.
    """

    name: str
    initial: float | None = None


# The parameter of decisions.
DECISION = "?"


@dataclass(frozen=True, slots=True)
class Fact:
    """A given row; with a `weight`, one that holds with that probability."""

    relation: str
    values: tuple[Value, ...]
    span: Span | None = field(default=None, compare=False)
    weight: float | Parameter | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Each row of `relation` is a choice of its own between the relations `chosen`, or none.

    A row of `chosen[i]` has the values of the variables of the row it stands for. The last columns
    of `relation` are the probabilities of those alternatives whose weight here is None. With
    `apart`, rows that agree in these columns are one choice, and exclude each other.
    """

    relation: str
    chosen: tuple[str, ...]
    weights: tuple[float | Parameter | None, ...]
    span: Span | None = field(default=None, compare=False)
    apart: tuple[int, ...] | None = None

    @property
    def told(self) -> int:
        """How many of the probabilities stand in columns."""
        return sum(weight is None for weight in self.weights)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A row that was observed to hold, or not to."""

    relation: str
    values: tuple[Value, ...]
    positive: bool
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Relations that depend on each other, and the rules that derive them.

    A stratum that is not `recursive` is computed by one pass over its rules. After each round its
    `removals` take rows away: their bodies start with the row that goes and the one that stays.
    A relation without rules is in a stratum if it has removals or choices.
    """

    relations: tuple[str, ...]
    rules: tuple[Rule, ...]
    recursive: bool
    removals: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class InputOutput:
    """An `.input`, `.output`, `.printsize` or `.limitsize` directive: `kind` says which.

    `options` are the directive's own (`IO`, `filename`, `delimiter`, `headers`, ...). A recursive
    stratum ends after the round in which a relation has reached the `n` of its `limitsize`.
    """

    kind: str
    relation: str
    options: dict[str, str]
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """A checked program. `strata` are in the order of evaluation.

    `shapes` are its types of terms, `functors` those that it declares itself. With `choices`, or
    facts that have a weight, it is uncertain. A row of a relation of `utilities` is worth its first
    column if it holds.
    """

    relations: dict[str, Relation]
    facts: tuple[Fact, ...]
    strata: tuple[Stratum, ...]
    directives: tuple[InputOutput, ...]
    shapes: Shapes = field(default_factory=dict)
    functors: Mapping[str, FunctorSignature] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    utilities: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(rule for stratum in self.strata for rule in stratum.rules)
