"""What every program may call: comparison, arithmetic, and taking terms apart.

A builtin that gives at most one answer is a function of its arguments and the bindings, which says
whether it holds; one with several gives the bindings of each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from trivium.dialects.problog.arithmetic import evaluate
from trivium.dialects.problog.solve import Cell, Run, Solver
from trivium.dialects.problog.terms import (
    NIL,
    Bindings,
    Real,
    Struct,
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

Args = tuple[Term, ...]
Test = Callable[[Solver, Args, Bindings], bool]
Ways = Callable[[Solver, Args, Bindings], Iterator[tuple[tuple[Term, Term], ...]]]


class WrongMode(Exception):
    """The arguments are of no form that a builtin can answer."""


def _test(test: Test) -> Run:
    """A builtin with at most one answer, as the run of a cell."""

    def run(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> Cell | None:
        try:
            return cell.next if test(solver, cell.args, env) else None
        except WrongMode as problem:
            raise _wrong(solver, cell, env, problem) from None

    return run


def _ways(ways: Ways) -> Run:
    """A builtin with several answers: the pairs of terms that each makes equal."""

    def run(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
        frames = []
        assert cell.next is not None
        try:
            for pairs in ways(solver, cell.args, env):
                own = env.copy()
                if all(unify(one, other, own) for one, other in pairs):
                    frames.append((cell.next, own, lits))
        except WrongMode as problem:
            raise _wrong(solver, cell, env, problem) from None
        solver.stack += reversed(frames)

    return run


def _wrong(solver: Solver, cell: Cell, env: Bindings, problem: WrongMode) -> ProgramError:
    goal = solver.pool.compound(cell.data, [solver.pool.resolve(a, env) for a in cell.args])
    return ProgramError(290, f"`{write(goal)}` cannot be called so: {problem}", cell.span)


# --- equality and order --------------------------------------------------------------------------


def _equal(solver: Solver, args: Args, env: Bindings) -> bool:
    return unify(args[0], args[1], env)


def _unequal(solver: Solver, args: Args, env: Bindings) -> bool:
    return not unify(args[0], args[1], env.copy())


def _same(solver: Solver, args: Args, env: Bindings) -> bool:
    one, other = (solver.pool.resolve(arg, env) for arg in args)
    return one is other or bool(one == other)


def _variant(solver: Solver, args: Args, env: Bindings) -> bool:
    one, other = (numbered(solver.pool, [solver.pool.resolve(a, env)])[0] for a in args)
    return one == other


def _not(test: Test) -> Test:
    return lambda solver, args, env: not test(solver, args, env)


def _ordered(holds: Callable[[Any, Any], bool]) -> Test:
    def test(solver: Solver, args: Args, env: Bindings) -> bool:
        one, other = (order_key(solver.pool.resolve(arg, env)) for arg in args)
        return holds(one, other)

    return test


def _compare(solver: Solver, args: Args, env: Bindings) -> bool:
    one, other = (order_key(solver.pool.resolve(arg, env)) for arg in args[1:])
    sign = "<" if one < other else ">" if one > other else "="
    return unify(args[0], sign, env)


def _numbers(holds: Callable[[Any, Any], bool]) -> Test:
    def test(solver: Solver, args: Args, env: Bindings) -> bool:
        one, other = evaluate(args[0], env), evaluate(args[1], env)
        return holds(_plain(one), _plain(other))

    return test


def _plain(value: Any) -> Any:
    return float(value) if type(value) is Real else value


def _is(solver: Solver, args: Args, env: Bindings) -> bool:
    return unify(args[0], evaluate(args[1], env), env)


# --- kinds of terms ------------------------------------------------------------------------------


def _kind(holds: Callable[[Term], bool]) -> Test:
    return lambda solver, args, env: holds(deref(args[0], env))


def _is_list(solver: Solver, args: Args, env: Bindings) -> bool:
    _, tail = list_items(solver.pool.resolve(args[0], env))
    return tail == NIL or type(tail) is Var


def _ground(solver: Solver, args: Args, env: Bindings) -> bool:
    return is_ground(solver.pool.resolve(args[0], env))


def _callable(term: Term) -> bool:
    return name_and_args(term) is not None and not _text(term)


def _text(term: Term) -> bool:
    return isinstance(term, str) and term.startswith('"')


# --- inside terms --------------------------------------------------------------------------------


def _functor(solver: Solver, args: Args, env: Bindings) -> bool:
    term = deref(args[0], env)
    if type(term) is Var:
        name, size = deref(args[1], env), deref(args[2], env)
        if type(size) is not int or size < 0 or type(name) is Var:
            raise WrongMode("the name and the number of arguments are not known")
        parts = []
        for _ in range(size):
            parts.append(var(len(env)))
            env.append(None)
        return unify(term, solver.pool.compound(name, parts) if size else name, env)
    found = name_and_args(term)
    name, own = (term, ()) if found is None else found
    return unify(args[1], name, env) and unify(args[2], len(own), env)


def _arg(solver: Solver, args: Args, env: Bindings) -> Iterator[tuple[tuple[Term, Term], ...]]:
    found = name_and_args(deref(args[1], env))
    if found is None:
        raise WrongMode("the second argument is no compound term")
    for place, own in enumerate(found[1], 1):
        yield (args[0], place), (args[2], own)


def _univ(solver: Solver, args: Args, env: Bindings) -> bool:
    term = deref(args[0], env)
    if type(term) is not Var:
        found = name_and_args(term)
        parts = (term,) if found is None else (found[0], *found[1])
        return unify(args[1], solver.pool.list_of(parts), env)
    items, tail = list_items(solver.pool.resolve(args[1], env))
    if tail != NIL or not items or type(items[0]) is Var:
        raise WrongMode("neither side is known")
    if len(items) == 1:
        return unify(term, items[0], env)
    if not isinstance(items[0], str):
        raise WrongMode("the list does not start with a name")
    return unify(term, solver.pool.compound(items[0], items[1:]), env)


def _length(solver: Solver, args: Args, env: Bindings) -> Iterator[tuple[tuple[Term, Term], ...]]:
    items, tail = list_items(solver.pool.resolve(args[0], env))
    size = deref(args[1], env)
    if type(size) is not Var and (type(size) is not int or size < 0):
        raise WrongMode("a length is a whole number")
    if tail == NIL:
        yield ((args[1], len(items)),)
    elif type(tail) is not Var:
        raise WrongMode("the first argument is no list")
    elif type(size) is int:
        if size >= len(items):
            more = [var(len(env) + n) for n in range(size - len(items))]
            env += [None] * len(more)
            yield ((tail, solver.pool.list_of(more)),)
    else:
        raise WrongMode("neither the list nor its length is known")


def _sort(solver: Solver, args: Args, env: Bindings) -> bool:
    items = _list(solver, args[0], env)
    found = {order_key(item): item for item in items}
    return unify(args[1], solver.pool.list_of([found[key] for key in sorted(found)]), env)


def _msort(solver: Solver, args: Args, env: Bindings) -> bool:
    items = sorted(_list(solver, args[0], env), key=order_key)
    return unify(args[1], solver.pool.list_of(items), env)


def _list(solver: Solver, term: Term, env: Bindings) -> list[Term]:
    items, tail = list_items(solver.pool.resolve(term, env))
    if tail != NIL:
        raise WrongMode("an argument is no list")
    return items


def _flatten(solver: Solver, args: Args, env: Bindings) -> bool:
    found: list[Term] = []
    waiting = [solver.pool.resolve(args[0], env)]
    while waiting:
        term = waiting.pop()
        items, tail = list_items(term)
        if tail == NIL:
            waiting += reversed(items)
        else:
            found.append(term)
    return unify(args[1], solver.pool.list_of(found), env)


def _list_to_set(solver: Solver, args: Args, env: Bindings) -> bool:
    items = dict.fromkeys(_list(solver, args[0], env))
    return unify(args[1], solver.pool.list_of(list(items)), env)


def _copy(solver: Solver, args: Args, env: Bindings) -> bool:
    (term,), _ = numbered(solver.pool, [solver.pool.resolve(args[0], env)])
    own = term if is_ground(term) else solver.renamed(term, env)
    return unify(args[1], own, env)


# --- numbers -------------------------------------------------------------------------------------


def _between(solver: Solver, args: Args, env: Bindings) -> Iterator[tuple[tuple[Term, Term], ...]]:
    low, high = deref(args[0], env), deref(args[1], env)
    if type(low) is not int or (type(high) is not int and high not in ("inf", "infinite")):
        raise WrongMode("the bounds are not whole numbers")
    value = deref(args[2], env)
    if type(value) is int:
        if low <= value and (type(high) is not int or value <= high):
            yield ()
    elif type(value) is Var:
        if type(high) is not int:
            raise WrongMode("there is no end to the numbers")
        for found in range(low, high + 1):
            yield ((value, found),)


def _succ(solver: Solver, args: Args, env: Bindings) -> bool:
    one, other = deref(args[0], env), deref(args[1], env)
    if type(one) is int and one >= 0:
        return unify(other, one + 1, env)
    if type(other) is int and other > 0:
        return unify(one, other - 1, env)
    raise WrongMode("one argument is a whole number")


def _plus(solver: Solver, args: Args, env: Bindings) -> bool:
    one, other, total = (deref(arg, env) for arg in args)
    if type(total) is Var:
        return unify(total, evaluate(one, env) + evaluate(other, env), env)
    if type(other) is Var:
        return unify(other, evaluate(total, env) - evaluate(one, env), env)
    return unify(one, evaluate(total, env) - evaluate(other, env), env)


# --- texts ---------------------------------------------------------------------------------------


def _bare(term: Term) -> str:
    """The characters of an atom, a text or a number."""
    if isinstance(term, str):
        return term[1:-1] if _text(term) else term
    if type(term) is Var:
        raise WrongMode("a text is not known")
    return write(term)


def _number_of(text: str) -> Term:
    try:
        return int(text)
    except ValueError:
        return Real(text)


def _atom_number(solver: Solver, args: Args, env: Bindings) -> bool:
    atom = deref(args[0], env)
    if type(atom) is Var:
        return unify(atom, _bare(deref(args[1], env)), env)
    try:
        return unify(args[1], _number_of(_bare(atom)), env)
    except ValueError:
        return False


def _atom_length(solver: Solver, args: Args, env: Bindings) -> bool:
    return unify(args[1], len(_bare(deref(args[0], env))), env)


def _concat(solver: Solver, args: Args, env: Bindings) -> Iterator[tuple[tuple[Term, Term], ...]]:
    one, other, whole = (deref(arg, env) for arg in args)
    if type(one) is not Var and type(other) is not Var:
        yield ((whole, _bare(one) + _bare(other)),)
        return
    text = _bare(whole)
    for cut in range(len(text) + 1):
        yield (one, text[:cut]), (other, text[cut:])


def _chars(solver: Solver, args: Args, env: Bindings) -> bool:
    atom = deref(args[0], env)
    if type(atom) is Var:
        return unify(atom, "".join(map(_bare, _list(solver, args[1], env))), env)
    return unify(args[1], solver.pool.list_of(list(_bare(atom))), env)


# --- the program itself --------------------------------------------------------------------------


def _clause(solver: Solver, args: Args, env: Bindings) -> Iterator[tuple[tuple[Term, Term], ...]]:
    head = deref(args[0], env)
    known = name_and_args(head)
    for key, predicate in solver.predicates.items():
        if known is not None and key != (known[0], len(known[1])):
            continue
        for clause in predicate.clauses:
            shift = len(env)
            own = solver.pool.compound(clause.name, clause.args)
            env += [None] * clause.size
            pairs = [
                (head, solver.pool.moved(own, shift)),
                (args[1], solver.pool.moved(clause.body or "true", shift)),
            ]
            if len(args) > 2:
                weight: Term = Real(1.0)
                if clause.choice is not None:
                    weight = clause.choice.weights[clause.alternative]
                pairs.append((args[2], solver.pool.moved(weight, shift)))
            yield tuple(pairs)


def _print(solver: Solver, args: Args, env: Bindings) -> bool:
    print(*[_bare(t) if isinstance(t := solver.pool.resolve(a, env), str) else write(t)
            for a in args], end="", file=sys.stdout)  # fmt: skip
    return True


def _print_line(solver: Solver, args: Args, env: Bindings) -> bool:
    _print(solver, args, env)
    print()
    return True


def _error(solver: Solver, args: Args, env: Bindings) -> bool:
    shown = "".join(_bare(t) if isinstance(t := solver.pool.resolve(a, env), str) else write(t)
                    for a in args)  # fmt: skip
    raise ProgramError(281, f"the program says: {shown}", solver.span())


def _fails(solver: Solver, args: Args, env: Bindings) -> bool:
    return False


def _holds(solver: Solver, args: Args, env: Bindings) -> bool:
    return True


_TESTS: dict[tuple[str, int], Test] = {
    ("fail", 0): _fails,
    ("false", 0): _fails,
    ("=", 2): _equal,
    ("\\=", 2): _unequal,
    ("==", 2): _same,
    ("\\==", 2): _not(_same),
    ("=@=", 2): _variant,
    ("\\=@=", 2): _not(_variant),
    ("@<", 2): _ordered(lambda a, b: a < b),
    ("@=<", 2): _ordered(lambda a, b: a <= b),
    ("@>", 2): _ordered(lambda a, b: a > b),
    ("@>=", 2): _ordered(lambda a, b: a >= b),
    ("compare", 3): _compare,
    ("<", 2): _numbers(lambda a, b: a < b),
    ("=<", 2): _numbers(lambda a, b: a <= b),
    (">", 2): _numbers(lambda a, b: a > b),
    (">=", 2): _numbers(lambda a, b: a >= b),
    ("=:=", 2): _numbers(lambda a, b: a == b),
    ("=\\=", 2): _numbers(lambda a, b: a != b),
    ("is", 2): _is,
    ("var", 1): _kind(lambda t: type(t) is Var),
    ("nonvar", 1): _kind(lambda t: type(t) is not Var),
    ("atom", 1): _kind(lambda t: isinstance(t, str) and not _text(t)),
    ("string", 1): _kind(_text),
    ("number", 1): _kind(lambda t: type(t) in (int, Real)),
    ("integer", 1): _kind(lambda t: type(t) is int),
    ("float", 1): _kind(lambda t: type(t) is Real),
    ("rational", 1): _kind(lambda t: type(t) is int),
    ("atomic", 1): _kind(lambda t: type(t) in (str, int, Real)),
    ("simple", 1): _kind(lambda t: type(t) in (str, int, Real, Var)),
    ("primitive", 1): _kind(lambda t: type(t) in (int, Real)),
    ("compound", 1): _kind(lambda t: type(t) in (tuple, Struct)),
    ("callable", 1): _kind(_callable),
    ("is_list", 1): _is_list,
    ("ground", 1): _ground,
    ("functor", 3): _functor,
    ("=..", 2): _univ,
    ("sort", 2): _sort,
    ("msort", 2): _msort,
    ("$flatten", 2): _flatten,
    ("$set", 2): _list_to_set,
    ("copy_term", 2): _copy,
    ("succ", 2): _succ,
    ("plus", 3): _plus,
    ("atom_number", 2): _atom_number,
    ("atom_length", 2): _atom_length,
    ("atom_chars", 2): _chars,
    **{(name, size): _print for name in ("write", "print", "debugprint") for size in range(1, 10)},
    **{(name, size): _print_line for name in ("writeln", "writenl") for size in range(10)},
    ("nl", 0): _print_line,
    **{("error", size): _error for size in range(1, 10)},
    ("use_module", 1): _holds,
    ("garbage_collect", 0): _holds,
}
_SEVERAL: dict[tuple[str, int], Ways] = {
    ("between", 3): _between,
    ("length", 2): _length,
    ("arg", 3): _arg,
    ("atom_concat", 3): _concat,
    ("clause", 2): _clause,
    ("clause", 3): _clause,
}
BUILTINS: dict[tuple[str, int], Run] = {
    **{key: _test(test) for key, test in _TESTS.items()},
    **{key: _ways(ways) for key, ways in _SEVERAL.items()},
}
