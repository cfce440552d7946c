"""Goals over all solutions of a goal: `findall`, `all`, aggregates, `subquery`, `cut`.

Each solution holds in some worlds only, so each set of solutions gives another list. There is one
answer for each list that is possible, and it rests on what holds and what does not:

    0.3::a(1).  0.4::a(2).    findall(X, a(X), L)    [] [1] [2] [1, 2], of 0.42 0.18 0.28 0.12
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from trivium.dialects.problog.arithmetic import evaluate
from trivium.dialects.problog.solve import Cell, Run, Solver, number
from trivium.dialects.problog.terms import (
    NIL,
    Bindings,
    Real,
    Term,
    Var,
    deref,
    is_ground,
    list_items,
    name_and_args,
    numbered,
    order_key,
    unify,
    var,
    write,
)
from trivium.errors import ProgramError
from trivium.probability.grounding.reduce import Body
from trivium.source import Span

# So many different results of one goal are followed.
MOST = 1 << 14
Solution = tuple[Bindings, Body]
# A result so far, and the literals that it rests on.
Outcome = tuple[Any, Body]
Decided = tuple[tuple[Body, bool], ...]


def solutions(solver: Solver, goal: Term, env: Bindings, span: Span) -> list[Solution]:
    """Every solution of a goal, in order; the bindings are copies."""
    found: list[Solution] = []
    end = Cell(_end_solution, (), None, span, found)
    cell = solver.ready(solver.pool.resolve(goal, env), end, span)
    if not solver.nested((cell, env.copy(), ())):
        message = "all solutions are asked for of a goal that waits for them itself"
        shown = write(solver.pool.resolve(goal, env))
        hint = "break the cycle: gather what does not depend on the list"
        raise ProgramError(293, f"{message}: `{shown}`", span, hint=hint)
    return found


def _end_solution(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    cell.data.append((env, lits))


def part(solver: Solver, lits: Body) -> int:
    """A literal that says the same as several together."""
    if len(lits) == 1:
        return lits[0]
    node, new = solver.part("all", lits)
    if new:
        solver.derive(node, lits)
    return node


def outcomes(
    solver: Solver,
    items: Sequence[tuple[Any, Body]],
    start: Any,
    add: Callable[[Any, Any], Any],
    span: Span,
) -> list[Outcome]:
    """The results of taking in those items that hold, one by one, with what each rests on.

    Results that are equal are followed as one, so `count` over n uncertain items has n + 1 results
    and not 2 ^ n ways to them.
    """
    conditions = [_condition(solver, lits) for _, lits in items]
    last = {condition: place for place, condition in enumerate(conditions)}
    # A state is a result, and what was decided of the conditions that come again.
    states: dict[tuple[Any, Decided], Body] = {(start, ()): ()}
    for place, ((value, _), condition) in enumerate(zip(items, conditions, strict=True)):
        moved: dict[tuple[Any, Decided], list[Body]] = {}
        again = last[condition] > place
        for (state, decided), rests in states.items():
            held = True if not condition else dict(decided).get(condition)
            for holds in (False, True) if held is None else (held,):
                kept = tuple([one for one in decided if one[0] != condition or again])
                if condition and held is None:
                    literal = part(solver, condition)
                    more: Body = (literal if holds else ~literal,)
                    if again:
                        kept = (*kept, (condition, holds))
                else:
                    more = ()
                result = add(state, value) if holds else state
                moved.setdefault((result, kept), []).append(rests + more)
        if len(moved) > MOST:
            message = f"the uncertain solutions here have more than {MOST:,} different results"
            hint = "count or sum them: `aggregate` instead of a list"
            raise ProgramError(286, message, span, hint=hint)
        states = {state: _one_of(solver, ways) for state, ways in moved.items()}
    return [(result, rests) for (result, _), rests in states.items()]


def _condition(solver: Solver, lits: Body) -> Body:
    """The literals with each that has one derivation replaced by what that rests on, so that
    solutions that rest on the same are seen to."""
    found: dict[int, None] = {}
    seen: set[int] = set()
    waiting = list(reversed(lits))
    while waiting:
        literal = waiting.pop()
        own = solver.rules.get(literal, {}) if literal >= 0 else {}
        if len(own) == 1 and literal not in seen:
            seen.add(literal)
            (body,) = own
            waiting += reversed(body)
        else:
            found[literal] = None
    return tuple(sorted(found))


def _one_of(solver: Solver, ways: list[Body]) -> Body:
    """Literals that say that one of several ways holds."""
    if len(ways) == 1:
        (body,) = ways
        return body if len(body) <= 1 else (part(solver, body),)
    if () in ways:
        return ()
    node, new = solver.part("any", tuple([part(solver, way) for way in ways]))
    if new:
        for way in ways:
            solver.derive(node, way)
    return (node,)


def _give(
    solver: Solver, cell: Cell, target: Term, found: list[Outcome], env: Bindings, lits: Body
) -> None:
    """Go on with each result that the target may be."""
    frames = []
    assert cell.next is not None
    for value, rests in found:
        own = env.copy()
        if unify(target, _fresh(solver, value, own), own):
            frames.append((cell.next, own, lits + rests))
    solver.stack += reversed(frames)


def _fresh(solver: Solver, value: Term, env: Bindings) -> Term:
    """A result with variables of its own in the bindings."""
    return value if is_ground(value) else solver.renamed(value, env)


# --- lists ---------------------------------------------------------------------------------------


def run_findall(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    template, goal, target = cell.args
    kind = cell.data
    _check_list(solver, target, env, cell)
    items: list[tuple[Term, Body]] = []
    for own, rests in solutions(solver, goal, env, cell.span):
        (value,), _ = numbered(solver.pool, [solver.pool.resolve(template, own)])
        items.append((value, rests))
    if kind != "findall":
        items = _united(solver, items)
    found = outcomes(solver, items, (), lambda state, value: (*state, value), cell.span)
    lists = []
    for values, rests in found:
        if kind == "all" and not values:
            continue
        if kind in ("setof", "sort"):
            values = tuple(sorted(values, key=order_key))
        lists.append((solver.pool.list_of(values), rests))
    _give(solver, cell, target, lists, env, lits)


def _united(solver: Solver, items: list[tuple[Term, Body]]) -> list[tuple[Term, Body]]:
    """Each value once, holding where any of its solutions does."""
    ways: dict[Term, list[Body]] = {}
    for value, lits in items:
        ways.setdefault(value, []).append(lits)
    return [(value, _one_of(solver, own)) for value, own in ways.items()]


def _check_list(solver: Solver, target: Term, env: Bindings, cell: Cell) -> None:
    resolved = solver.pool.resolve(target, env)
    _, tail = list_items(resolved)
    if tail != NIL and type(tail) is not Var:
        message = f"`{cell.data}` gives a list, and `{write(resolved)}` is none"
        raise ProgramError(290, message, cell.span)


# --- aggregates ----------------------------------------------------------------------------------


def _plus(state: Any, value: Any) -> Any:
    return number(state + value)


_START: dict[str, tuple[Any, Callable[[Any, Any], Any]]] = {
    "count": (0, lambda state, _: state + 1),
    "sum": (0, _plus),
    "min": (None, lambda state, value: value if state is None else min(state, value)),
    "max": (None, lambda state, value: value if state is None else max(state, value)),
    "avg": ((0, 0), lambda state, value: (number(state[0] + value), state[1] + 1)),
    "list": ((), lambda state, value: (*state, value)),
}


def run_aggregate(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    """`aggregate(Kind, Value, Group, Goal, (Group, Result))`, for each group that is possible."""
    kind, value, group, goal, target = cell.args
    kind = deref(kind, env)
    if kind not in _START:
        known = ", ".join(f"`{name}`" for name in _START)
        message = f"`{write(solver.pool.resolve(kind, env))}` is no aggregate"
        raise ProgramError(292, message, cell.span, hint=f"there are {known}")
    groups: dict[Term, list[tuple[Any, Body]]] = {}
    resolve = solver.pool.resolve
    for own, rests in solutions(solver, goal, env, cell.span):
        found = resolve(value, own)
        if kind in ("sum", "min", "max", "avg"):
            found = evaluate(found, own)
        groups.setdefault(resolve(group, own), []).append((found, rests))
    start, add = _START[kind]
    for key, items in reversed(groups.items()):
        own = env.copy()
        if not unify(group, _fresh(solver, key, own), own):
            continue
        results: list[Outcome] = []
        for state, rests in outcomes(solver, items, start, add, cell.span):
            if state == start and kind not in ("count", "sum", "list"):
                continue
            if kind == "avg":
                state = Real(state[0] / state[1])
            elif kind == "list":
                state = solver.pool.list_of(state)
            results.append((solver.pool.compound(",", (resolve(key, own), state)), rests))
        _give(solver, cell, target, results, own, lits)


def run_collect(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell:
    """`Goal => Group / Kind(Value, Result)`, by `collect_Kind` where the program has one."""
    goal, what = cell.args
    what = solver.pool.resolve(what, env)
    group: Term = "none"
    parts = name_and_args(what)
    if parts is not None and parts[0] == "/" and len(parts[1]) == 2:
        group, what = parts[1]
        parts = name_and_args(what)
    if parts is None:
        raise ProgramError(290, f"`{write(what)}` does not say what to collect", cell.span)
    kind, args = parts
    assert cell.next is not None
    key = (f"collect_{kind}", len(args) + 2)
    if key in solver.predicates:
        own = solver.pool.compound(key[0], (goal, group, *args))
        return solver.ready(own, cell.next, cell.span)
    if len(args) == 2:
        pair = solver.pool.compound(",", (group, args[1]))
        call = solver.pool.compound("aggregate", (kind, args[0], group, goal, pair))
        return solver.ready(call, cell.next, cell.span)
    raise ProgramError(291, f"no clause is for `{key[0]}/{key[1]}`", cell.span)


# --- questions about questions -------------------------------------------------------------------


def run_subquery(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    """`subquery(G, P)`: of each answer of a goal its probability, without any evidence."""
    goal, target, *_ = cell.args
    items: list[tuple[Term, Body]] = []
    for own, rests in solutions(solver, goal, env, cell.span):
        items.append((solver.pool.resolve(goal, own), rests))
    evidence: list[int] = []
    if len(cell.args) > 2:
        from trivium.dialects.problog.control import negated

        for item in list_items(solver.pool.resolve(cell.args[2], env))[0]:
            parts = name_and_args(item)
            if parts is not None and parts[0] == "\\+":
                evidence += negated(solver, parts[1][0], cell.span) or ()
            else:
                ways = [rests for _, rests in solutions(solver, item, env, cell.span)]
                evidence += _one_of(solver, ways) if ways else ()
    frames = []
    assert cell.next is not None
    for answer, rests in _united(solver, items):
        own = env.copy()
        if unify(goal, _fresh(solver, answer, own), own):
            node = part(solver, rests) if rests else None
            chance = 1.0 if node is None else solver.probability(node, evidence)
            if unify(target, Real(chance), own):
                frames.append((cell.next, own, lits))
    solver.stack += reversed(frames)


def run_cut(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    """`cut(G)`: of the clauses of G, told apart by a first argument more, the first that holds."""
    goal = solver.pool.resolve(cell.args[0], env)
    parts = name_and_args(goal)
    if parts is None:
        raise ProgramError(290, f"`{write(goal)}` cannot be called", cell.span)
    own = [*env, None]
    place = var(len(env))
    indexed = solver.pool.compound(parts[0], (place, *parts[1]))
    by_index: dict[Any, list[Solution]] = {}
    for bindings, rests in solutions(solver, indexed, own, cell.span):
        key = order_key(solver.pool.resolve(place, bindings))
        by_index.setdefault(key, []).append((bindings, rests))
    frames = []
    before: Body = ()
    assert cell.next is not None
    for key in sorted(by_index):
        ways = by_index[key]
        frames += [(cell.next, bindings, lits + before + rests) for bindings, rests in ways]
        some = _one_of(solver, [rests for _, rests in ways])
        if not some:
            break
        before = (*before, ~part(solver, some))
    solver.stack += reversed(frames)


GATHERERS: dict[tuple[str, int], Run] = {
    ("findall", 3): run_findall,
    ("all", 3): run_findall,
    ("all_or_none", 3): run_findall,
    ("setof", 3): run_findall,
    ("bagof", 3): run_findall,
    ("aggregate", 5): run_aggregate,
    ("=>", 2): run_collect,
    ("subquery", 2): run_subquery,
    ("subquery", 3): run_subquery,
    ("subquery", 5): run_subquery,
    ("cut", 1): run_cut,
}
