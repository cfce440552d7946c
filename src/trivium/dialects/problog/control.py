"""From goals to cells: conjunction, disjunction, negation, if-then-else, calls, predicates.

(A, B ; \\+C), D     cells of A, B, D and of `\\+C`, D: both sides go on with the same cell of D
"""

from __future__ import annotations

from trivium.analyse.near import did_you_mean
from trivium.dialects.problog import builtins, gather
from trivium.dialects.problog.clauses import Clause, Predicate
from trivium.dialects.problog.solve import CERTAIN, Cell, Solver, Table
from trivium.dialects.problog.terms import (
    Bindings,
    Term,
    Var,
    is_ground,
    name_and_args,
    numbered,
    unify,
    write,
)
from trivium.errors import ProgramError
from trivium.probability.grounding.reduce import Body
from trivium.source import Span


def ready(solver: Solver, goal: Term, follow: Cell, span: Span) -> Cell:
    """The cell that runs a goal and goes on with `follow`."""
    if type(goal) is Var:
        return Cell(run_call, (goal,), follow, span)
    found = name_and_args(goal)
    if found is None:
        raise ProgramError(290, f"`{write(goal)}` cannot be called", span)
    name, args = found
    key = (name, len(args))
    match key:
        case (",", 2):
            return ready(solver, args[0], ready(solver, args[1], follow, span), span)
        case ("true", 0):
            return follow
        case (";", 2):
            return _either(solver, args, follow, span)
        case ("->" | "*->", 2):
            return _if_then(solver, args[0], args[1], "fail", follow, span)
        case ("\\+" | "not", 1):
            return Cell(run_not, args, follow, span)
        case ("once" | "ignore", 1):
            otherwise = "true" if name == "ignore" else "fail"
            return _if_then(solver, args[0], "true", otherwise, follow, span)
        case ("call", _) if args:
            return Cell(run_call, args, follow, span)
        case ("forall", 2):
            inner = solver.pool.compound(",", (args[0], solver.pool.compound("\\+", (args[1],))))
            return Cell(run_not, (inner,), follow, span)
        case ("!", 0):
            message = "the cut (`!`) is not part of the dialect"
            hint = "write `(condition -> this ; that)`, or `library(cut)`"
            raise ProgramError(292, message, span, hint=hint)
    predicate = solver.predicates.get(key)
    if predicate is not None:
        run = run_facts if predicate.facts else run_rules
        if predicate.facts and predicate.exact is not None:
            run = run_exact
        return Cell(run, args, follow, span, predicate)
    for table in (builtins.BUILTINS, gather.GATHERERS):
        own = table.get(key)
        if own is not None:
            return Cell(own, args, follow, span, name)
    return Cell(run_unknown, args, follow, span, name)


# --- predicates ----------------------------------------------------------------------------------


def run_exact(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell | None:
    """Facts without variables: one look where the goal is ground."""
    predicate: Predicate = cell.data
    assert predicate.exact is not None
    assert cell.next is not None
    resolve = solver.pool.resolve
    args = tuple([resolve(arg, env) for arg in cell.args])
    if all(map(is_ground, args)):
        found = predicate.exact.get(args)
        if not found:
            return None
        if len(found) == 1:
            if found[0].choice is None:
                return cell.next
            alternative = fact_alternative(solver, found[0], ())
            solver.stack.append((cell.next, env, (*lits, alternative)))
            return None
        for clause in reversed(found):
            more = () if clause.choice is None else (fact_alternative(solver, clause, ()),)
            solver.stack.append((cell.next, env.copy(), lits + more))
        return None
    return _match_facts(solver, cell, predicate.matching(args), args, env, lits)


def run_facts(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell | None:
    predicate: Predicate = cell.data
    resolve = solver.pool.resolve
    args = tuple([resolve(arg, env) for arg in cell.args])
    return _match_facts(solver, cell, predicate.matching(args), args, env, lits)


def _match_facts(
    solver: Solver,
    cell: Cell,
    clauses: list[Clause],
    args: tuple[Term, ...],
    env: Bindings,
    lits: Body,
) -> Cell | None:
    frames = []
    follow = cell.next
    assert follow is not None
    for clause in clauses:
        own = env.copy()
        shift = len(own)
        if clause.size:
            own += [None] * clause.size
        for given, arg in zip(args, clause.args, strict=True):
            if clause.size:
                arg = solver.pool.moved(arg, shift)
            if given is not arg and not unify(given, arg, own):
                break
        else:
            if clause.choice is None:
                frames.append((follow, own, lits))
            else:
                values = [_known(solver, value, own) for value in own[shift:]]
                frames.append((follow, own, (*lits, fact_alternative(solver, clause, values))))
    solver.stack += reversed(frames)
    return None


def _known(solver: Solver, value: Term, env: Bindings) -> Term:
    """The value of a fact's variable, or None where it has none yet."""
    found = None if value is None else solver.pool.resolve(value, env)
    return found if found is not None and is_ground(found) else None


def fact_alternative(solver: Solver, clause: Clause, values: Bindings | tuple[()]) -> int:
    """The alternative of a fact, for the values of its variables."""
    return solver.alternatives.of(clause, list(values))


def run_rules(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    resolve = solver.pool.resolve
    args = tuple([resolve(arg, env) for arg in cell.args])
    assert cell.next is not None
    solver.call(cell.data, args, cell.next, env, lits)


def run_unknown(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    if solver.database.unknown_fails:
        return
    known = {name for name, _ in solver.predicates}
    key = f"{cell.data}/{len(cell.args)}"
    hint = did_you_mean(str(cell.data), known, "write `:- unknown(fail).` to let it fail")
    raise ProgramError(291, f"no clause is for `{key}`", cell.span, hint=hint)


def run_call(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell | None:
    """`call(G, A, ...)`: the goal that a term stands for, with more arguments."""
    goal = solver.pool.resolve(cell.args[0], env)
    found = name_and_args(goal)
    if found is None:
        what = "a variable" if type(goal) is Var else f"`{write(goal)}`"
        raise ProgramError(290, f"{what} cannot be called", cell.span)
    if len(cell.args) > 1:
        goal = solver.pool.compound(found[0], (*found[1], *cell.args[1:]))
    assert cell.next is not None
    return ready(solver, goal, cell.next, cell.span)


# --- either, not, if -----------------------------------------------------------------------------


def _either(solver: Solver, args: tuple[Term, ...], follow: Cell, span: Span) -> Cell:
    condition = name_and_args(args[0])
    if condition is not None and condition[0] in ("->", "*->") and len(condition[1]) == 2:
        return _if_then(solver, *condition[1], args[1], follow, span)
    sides = (ready(solver, args[0], follow, span), ready(solver, args[1], follow, span))
    return Cell(run_either, (), follow, span, sides)


def run_either(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell:
    first, second = cell.data
    solver.stack.append((second, env.copy(), lits))
    side: Cell = first
    return side


def run_not(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell | None:
    """`\\+G`: that no answer of the goal holds."""
    goal = solver.pool.resolve(cell.args[0], env)
    assert cell.next is not None
    rests = negated(solver, goal, cell.span)
    if rests is None:
        return None
    if rests:
        solver.stack.append((cell.next, env, lits + rests))
        return None
    return cell.next


def negated(solver: Solver, goal: Term, span: Span) -> Body | None:
    """The literals that say that a resolved goal does not hold; None where it does."""
    found = name_and_args(goal)
    if found is not None and is_ground(goal):
        predicate = solver.predicates.get((found[0], len(found[1])))
        if predicate is not None and predicate.exact is not None:
            facts = predicate.exact.get(found[1], [])
            if any(fact.choice is None for fact in facts):
                return None
            return tuple([~fact_alternative(solver, fact, ()) for fact in facts])
    table = solved(solver, goal, span)
    if not table.answers and table.complete:
        return ()
    node = table.answers.get((), CERTAIN) if table.answers else solver.node_of(table, ())
    if node == CERTAIN or node in solver.certain:
        return None
    return (~node,)


def solved(solver: Solver, goal: Term, span: Span) -> Table:
    """The table that says whether a goal has any answer; it may not be complete yet."""
    (goal,), old = numbered(solver.pool, [goal])
    name = "some"
    table = solver.tables.get((name, goal))
    if table is None:
        table = solver.open(name, (goal,), 0)
        table.level = solver.level + 1
        solver.opened[-1].remove(table)
        env: Bindings = [table, *[None] * len(old)]
        end = Cell(end_some, (), None, span)
        cell = solver.ready(solver.pool.moved(goal, 1), end, span)
        table.complete = solver.nested((cell, env, ()))
        if not table.complete:
            table.level = solver.level
            solver.opened[-1].append(table)
    elif not table.complete:
        solver.lowest[-1] = min(solver.lowest[-1], table.level)
    return table


def end_some(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    solver.answer(env[0], (), lits)


def _if_then(
    solver: Solver, condition: Term, then: Term, otherwise: Term, follow: Cell, span: Span
) -> Cell:
    sides = (ready(solver, then, follow, span), ready(solver, otherwise, follow, span))
    return Cell(run_if, (condition,), follow, span, sides)


def run_if(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    """`(C -> T ; E)`: T with the first solution of C that holds, E where none does."""
    then, otherwise = cell.data
    found = gather.solutions(solver, cell.args[0], env, cell.span)
    frames = []
    before: Body = ()
    certain = False
    for own, rests in found:
        frames.append((then, own, lits + before + rests))
        if not rests:
            certain = True
            break
        before = (*before, ~gather.part(solver, rests))
    if not certain:
        frames.append((otherwise, env.copy(), lits + before))
    solver.stack += reversed(frames)
