"""The steps of a plan: each takes a table of bindings and gives the next.

    rule:   path(x, z) :- path(x, y), edge(y, z), x != z.
    steps:  Match(path, delta, binds x y)  Match(edge, full, keys y, binds z)  Test(x != z)
    head:   x, z

A table of bindings has one column for each variable that is still needed, and one row for each way
to satisfy the literals so far. `live` names the columns that later steps read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trivium.ir.nodes import Aggregate, Compare, Rule, Term, Var
from trivium.ir.printer import print_comparison, print_term


class Version(StrEnum):
    """Which rows of a growing relation a literal reads.

    `full` = `old` + `delta`; `delta` are the rows that the last round added.
    """

    FULL = "full"
    OLD = "old"
    DELTA = "delta"


@dataclass(frozen=True, slots=True)
class Match:
    """A positive atom.

    `keys` pair a column with a bound variable or a constant; `binds` pair a column with a variable
    to bind; `equal` pairs columns that hold one variable. With `exists` the step only keeps the
    bindings that have a match. `row` is the name under which the matched row's number is kept.
    `literal` is the position of the atom in the rule's body.

    `meets` is a hint: the step binds one variable, and so many of the semi-joins after it check
    that variable beside what was bound before. An engine may look up any of them by what was bound
    before, and check the others, whichever has the fewest rows for a binding.

    With `counts` the step gives a binding for each row; else one may stand for all that are alike.

    `inputs` are the columns by which a provider is asked first, of a relation that one answers.
    """

    literal: int
    relation: str
    version: Version
    keys: tuple[tuple[int, Term], ...]
    binds: tuple[tuple[int, str], ...]
    equal: tuple[tuple[int, int], ...]
    exists: bool
    row: str | None
    live: tuple[str, ...] = ()
    meets: int = 0
    counts: bool = False
    inputs: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """A negated atom: keeps the bindings without a match. `inputs` are as those of `Match`."""

    literal: int
    relation: str
    keys: tuple[tuple[int, Term], ...]
    inputs: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Compute:
    """`name = term` for a variable that is not bound yet."""

    literal: int
    name: str
    term: Term


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison of bound terms."""

    literal: int
    compare: Compare


@dataclass(frozen=True, slots=True)
class Fold:
    """An aggregate: its body runs once for the distinct values of `group`.

    The bindings of the body carry the number of their group in the column `marker`, and those of
    the condition of a `forall` the number of the body's binding in `witness`. With `checks` the
    result is bound already, and only compared.
    """

    literal: int
    aggregate: Aggregate
    group: tuple[str, ...]
    marker: str
    checks: bool
    body: tuple[Step, ...]
    witness: str = ""
    condition: tuple[Step, ...] = ()
    live: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An aggregate whose body runs once, from nothing, and brings its groups with it.

        total(k, s) :- edge(k, _), s = sum v : { edge(k, v) }.
        one pass over edge, and no join with it: `opens`, keys k

    Each different binding of `keys` by the body is a group. With `opens` the step is the first of
    its plan and binds the keys and the result, a row for each. Else the keys are bound before: each
    binding gets the results of its group, and where the body has no such group, those of no rows.
    With `checks` the result is bound already, and only compared.

    The body reads no relation that grows, so its results hold as long as the stratum runs.
    """

    literal: int
    aggregate: Aggregate
    keys: tuple[str, ...]
    opens: bool
    checks: bool
    body: tuple[Step, ...]
    live: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A row of the body stands before a binding while `inner` is less than `outer`; `above`: while
    it is greater. `less` and `same` name the functors that compare them, where functors do."""

    inner: Var
    outer: Var
    above: bool
    less: str = ""
    same: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An aggregate over the rows that stand before each binding, by one sort of both.

        place(x, n) :- t(k, x), n = count : { t(k, y), y < x }.      keys k, order y before x

    The body runs once, from nothing; of its rows those count that agree in `keys` and come first by
    `order`, with `equal` also those that are equal in all of it. `fold` gives the same, for an
    engine that does not know how the functors of the order compare.
    """

    literal: int
    aggregate: Aggregate
    keys: tuple[str, ...]
    order: tuple[OrderKey, ...]
    equal: bool
    checks: bool
    body: tuple[Step, ...]
    fold: Fold
    live: tuple[str, ...] = ()


Step = Match | Absent | Compute | Test | Fold | Group | Ranked


@dataclass(frozen=True, slots=True)
class RulePlan:
    """The steps of one version of a rule, the terms of its head, the rows expected of each step."""

    rule: Rule
    steps: tuple[Step, ...]
    head: tuple[Term, ...]
    expected: tuple[float, ...] = ()


def show(plan: RulePlan) -> str:
    """The plan as text, one step a line; for `trivium explain`."""
    lines = [f"{plan.rule.head.relation}({', '.join(map(print_term, plan.head))})"]
    lines += [f"  {show_step(step)}" for step in plan.steps]
    return "\n".join(lines)


def show_step(step: Step) -> str:
    match step:
        case Match():
            keys = ", ".join(f"{c} = {print_term(t)}" for c, t in step.keys)
            binds = ", ".join(name for _, name in step.binds)
            kind = "semi-join" if step.exists else "join" if step.keys else "scan"
            if step.meets:
                kind = f"{kind} (meeting the next {step.meets})"
            kind = _asking(step) + kind
            return f"{kind} {step.relation} [{step.version}] on ({keys}) binds ({binds})"
        case Absent():
            keys = ", ".join(f"{c} = {print_term(t)}" for c, t in step.keys)
            return f"{_asking(step)}anti-join {step.relation} on ({keys})"
        case Compute():
            return f"map {step.name} = {print_term(step.term)}"
        case Test(compare=compare):
            return f"filter {print_comparison(compare)}"
        case Fold():
            inner = "; ".join(show_step(s) for s in (*step.body, *step.condition))
            return f"{step.aggregate.kind} by ({', '.join(step.group)}) over {{ {inner} }}"
        case Group():
            inner = "; ".join(map(show_step, step.body))
            once = "each" if step.opens else "once, joined"
            return f"{step.aggregate.kind} by ({', '.join(step.keys)}), {once}, over {{ {inner} }}"
        case Ranked():
            inner = "; ".join(map(show_step, step.body))
            order = ", ".join(f"{k.inner.name}{' down' if k.above else ''}" for k in step.order)
            keys = ", ".join(step.keys)
            return (
                f"running {step.aggregate.kind} by ({keys}) in the order {order} over {{ {inner} }}"
            )


def _asking(step: Match | Absent) -> str:
    return "" if step.inputs is None else "ask and "
