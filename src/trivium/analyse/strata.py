"""The order of evaluation: relations that depend on each other, and what must be done before.

    before:  odd(x) :- even(y), x = y + 1.     even(x) :- odd(y), x = y + 1.
             rest(x) :- n(x), !odd(x).
    after:   [{odd, even} recursive, {rest}]

A relation may not depend on its own negation or aggregate: that has no one meaning (E210).
The strata are the strongly connected components of the dependencies (Tarjan, 1972), which come
out with each component after all that it depends on.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatRule
from trivium.errors import ProgramError
from trivium.source import Span

N = TypeVar("N", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Dependency:
    """`relation` is needed; `how` is "", "negation" or "aggregate"."""

    relation: str
    how: str
    span: Span


@dataclass(frozen=True, slots=True)
class Layer:
    """Relations that depend on each other, and the numbers of their rules and removals."""

    relations: tuple[str, ...]
    rules: tuple[int, ...]
    recursive: bool
    removals: tuple[int, ...] = ()


def layers(
    rules: Sequence[FlatRule], removals: Sequence[FlatRule] = (), choosing: Iterable[str] = ()
) -> tuple[Layer, ...]:
    """The strata, in order. Raises ProgramError 210.

    Relations without rules are in none, unless they have removals or are `choosing`. A removal
    compares the rows of its relation when they are there, so that is no recursion.
    """
    needs: dict[str, list[Dependency]] = {}
    of_relation: dict[str, list[int]] = {}
    for index, rule in enumerate(rules):
        needs.setdefault(rule.head.relation, []).extend(dependencies(rule.body))
        of_relation.setdefault(rule.head.relation, []).append(index)
    for rule in removals:
        needs.setdefault(rule.head.relation, []).extend(dependencies(rule.body[2:]))
    for name in choosing:
        needs.setdefault(name, [])
    found = []
    for component in components({name: [d.relation for d in own] for name, own in needs.items()}):
        members = set(component)
        inner = [(r, d) for r in component for d in needs[r] if d.relation in members]
        for relation, dependency in inner:
            if dependency.how:
                raise _unstratifiable(relation, dependency, needs, members)
        numbers = sorted(n for relation in component for n in of_relation.get(relation, ()))
        ordered = tuple(dict.fromkeys([*(rules[n].head.relation for n in numbers), *component]))
        going = tuple(n for n, rule in enumerate(removals) if rule.head.relation in members)
        found.append(Layer(ordered, tuple(numbers), bool(inner), going))
    return tuple(found)


def check_numbering(rule: FlatRule, relations: Sequence[str]) -> None:
    """Raise ProgramError 253 if a rule that depends on its own head numbers its rows."""
    if not any(d.relation in relations for d in dependencies(rule.body)):
        return
    for literal in rule.body:
        if isinstance(literal, FlatAggregate) and literal.kind == "autoinc":
            message = "`autoinc()` stands in a rule that depends on its own head"
            hint = "number the rows in a relation of its own, once they are complete"
            raise ProgramError(253, message, literal.span, hint=hint)


def dependencies(literals: Sequence[FlatLiteral], how: str = "") -> Iterator[Dependency]:
    """What these literals need, in their order; `how` is what they stand in."""
    for literal in literals:
        if isinstance(literal, FlatAtom):
            kind = how or ("negation" if literal.negated else "")
            yield Dependency(literal.relation, kind, literal.span)
        elif isinstance(literal, FlatAggregate):
            yield from dependencies((*literal.body, *literal.condition), "aggregate")


def components(needs: Mapping[N, Sequence[N]]) -> list[list[N]]:
    """Tarjan's components of what has an entry, each after all that it needs.

    Without recursion of Python's own.
    """
    order: dict[N, int] = {}
    low: dict[N, int] = {}
    stack: list[N] = []
    on_stack: set[N] = set()
    found: list[list[N]] = []
    for root in needs:
        if root in order:
            continue
        work: list[tuple[N, Iterator[N]]] = []

        def open_node(name: N, work: list[tuple[N, Iterator[N]]] = work) -> None:
            order[name] = low[name] = len(order)
            stack.append(name)
            on_stack.add(name)
            work.append((name, iter(needs[name])))

        open_node(root)
        while work:
            name, remaining = work[-1]
            for other in remaining:
                if other not in needs:
                    continue
                if other not in order:
                    open_node(other)
                    break
                if other in on_stack:
                    low[name] = min(low[name], order[other])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[name])
                if low[name] == order[name]:
                    component: list[N] = []
                    while not component or component[-1] != name:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    found.append(component[::-1])
    return found


def _unstratifiable(
    relation: str,
    dependency: Dependency,
    needs: Mapping[str, Sequence[Dependency]],
    members: set[str],
) -> ProgramError:
    """The error that names the cycle, from the relation through its negation back to itself."""
    path = _path(dependency.relation, relation, needs, members)
    first = f"`!{path[0]}`" if dependency.how == "negation" else f"aggregate of `{path[0]}`"
    cycle = " → ".join([f"`{relation}`", first, *(f"`{name}`" for name in path[1:])])
    message = f"`{relation}` depends on its own {dependency.how}: {cycle}"
    hint = "break the cycle: derive what is negated or aggregated in relations of its own"
    return ProgramError(210, message, dependency.span, hint=hint)


def _path(
    start: str, goal: str, needs: Mapping[str, Sequence[Dependency]], members: set[str]
) -> list[str]:
    """The shortest way from one relation of a component to another."""
    before: dict[str, str] = {}
    queue = [start]
    for name in queue:
        if name == goal:
            break
        for dependency in needs[name]:
            other = dependency.relation
            if other in members and other != start and other not in before:
                before[other] = name
                queue.append(other)
    path = [goal]
    while path[-1] != start:
        path.append(before[path[-1]])
    return path[::-1]
