"""Solving goals by tabling, and noting what each answer rests on: the ground program.

A goal of rules has a table: its answers so far, and who waits for more. A frame is what is left to
do of one clause: a cell of its body, the bindings, and the literals that it rests on so far. Frames
wait on a stack, so answers come in the order in which Prolog finds them, each once, cycles end, and
no depth of recursion is Python's own.

    path(X, Z) :- path(X, Y), edge(Y, Z).
        a frame waits at `path(1, Y)` in the table of `path(1, Y)`; each answer resumes it once

A goal whose answers must all be known first (`\\+`, `findall`, `->`) is solved in a nested run. All
tables opened there are complete after it, unless one rests on a table that is still open around it.
(W. Chen and D. S. Warren, "Tabled evaluation with delaying for general logic programs", 1996.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from trivium.dialects.problog.alternatives import Alternatives
from trivium.dialects.problog.arithmetic import Undefined
from trivium.dialects.problog.clauses import Clause, Database, Predicate
from trivium.dialects.problog.terms import (
    Bindings,
    Pool,
    Real,
    Term,
    TooDeep,
    Var,
    numbered,
    unify,
    var,
    write,
)
from trivium.engine.limits import Limits
from trivium.errors import LimitError, ProgramError
from trivium.probability.grounding.reduce import Body, Ground, reduce
from trivium.probability.inference.infer import infer_reduced
from trivium.source import Span

# Tables and answers of one run: more are taken for a program that has no end.
MOST = 1_000_000
# How many frames are done between two looks at the clock.
OFTEN = 4096
CERTAIN = -1
Answer = tuple[Term, ...]
Atom = tuple[Term, ...]


class Cell:
    """One goal of a body, ready to run, and what follows it."""

    __slots__ = ("args", "data", "next", "run", "span")

    def __init__(
        self, run: Run, args: tuple[Term, ...], follow: Cell | None, span: Span, data: Any = None
    ) -> None:
        self.run = run
        self.args = args
        self.next = follow
        self.span = span
        self.data = data


Frame = tuple[Cell, Bindings, Body]
# What runs a cell: the cell to go on with in the same frame, or None.
Run = Callable[["Solver", Cell, Bindings, Body], Cell | None]


class Table:
    """The answers of a goal: of each, the values of the goal's variables and its node."""

    __slots__ = ("answers", "args", "complete", "level", "name", "nodes", "waiting", "width")

    def __init__(self, name: str, args: tuple[Term, ...], width: int, level: int) -> None:
        self.name = name
        self.args = args
        self.width = width
        self.level = level
        self.answers: dict[Answer, int] = {}
        self.nodes: dict[Answer, int] = {}
        self.waiting: list[tuple[Cell, Bindings, Body, list[Var]]] = []
        self.complete = False


class Solver:
    """One run over a database. `weights` are probabilities told by name."""

    def __init__(
        self, database: Database, weights: dict[str, float], limits: Limits, start: float
    ) -> None:
        self.database = database
        self.predicates = database.predicates
        self.pool = Pool(database.pool)
        self.limits = limits
        self.start = start
        self.most = min(MOST, limits.rows or MOST)
        self.stack: list[Frame] = []
        self.tables: dict[Atom, Table] = {}
        self.opened: list[list[Table]] = [[]]
        self.lowest: list[int] = [0]
        self.level = 0
        self.steps = 0
        self.cell: Cell | None = None
        self.cells: dict[Clause, Cell] = {}
        # The ground program; alternatives and derived nodes are numbered together.
        self.next_node = 0
        self.made: dict[int, tuple[Table, Answer]] = {}
        self.parts: dict[tuple[Any, ...], int] = {}
        self.rules: dict[int, dict[Body, None]] = {}
        self.certain: set[int] = set()
        self.alternatives = Alternatives(self.pool, weights, self.new_node)

    # --- questions -------------------------------------------------------------------------------

    def ask(self, goal: Term, span: Span) -> Table:
        """All answers of a resolved goal; its table is complete."""
        (goal,), old = numbered(self.pool, [goal])
        key: Atom = ("?", goal)
        table = self.tables.get(key)
        if table is None:
            table = self.open("?", (goal,), len(old))
            env: Bindings = [table, *[None] * len(old)]
            end = Cell(end_clause, (), None, span, _ASKED)
            cell = self.ready(self.pool.moved(goal, 1), end, span)
            self.nested((cell, env, ()))
            self.check()
        return table

    def check_told(self) -> None:
        """E287 for probabilities told that are none."""
        for name, value in self.alternatives.told.items():
            if not 0.0 <= value <= 1.0:
                message = f"the probability `{name}` is {value}, not between 0 and 1"
                raise ProgramError(287, message)

    def ready(self, goal: Term, follow: Cell, span: Span) -> Cell:
        from trivium.dialects.problog.control import ready

        return ready(self, goal, follow, span)

    def nested(self, frame: Frame) -> bool:
        """Run a frame and all that comes of it; whether the tables opened there are complete."""
        self.level += 1
        self.opened.append([])
        self.lowest.append(self.level)
        self.stack.append(frame)
        self.drain(len(self.stack) - 1)
        self.level -= 1
        opened = self.opened.pop()
        low = self.lowest.pop()
        if low > self.level:
            for table in opened:
                table.complete = True
                table.waiting.clear()
            return True
        for table in opened:
            table.level = self.level
        self.opened[-1] += opened
        self.lowest[-1] = min(self.lowest[-1], low)
        return False

    def drain(self, base: int) -> None:
        stack = self.stack
        try:
            while len(stack) > base:
                cell: Cell | None
                cell, env, lits = stack.pop()
                while cell is not None:
                    self.cell = cell
                    cell = cell.run(self, cell, env, lits)
                self.steps += 1
                if not self.steps % OFTEN:
                    self.check()
        except TooDeep:
            raise self.endless("a term nests ever deeper") from None
        except RecursionError:
            raise self.endless("a goal or a term nests too deeply") from None
        except Undefined as problem:
            raise ProgramError(281, str(problem), self.span()) from None

    def span(self) -> Span | None:
        return None if self.cell is None else self.cell.span

    def check(self) -> None:
        """E301 and E302."""
        seconds = self.limits.seconds
        if seconds is not None and perf_counter() - self.start > seconds:
            hint = "raise the limit: Limits(seconds=...)"
            message = f"the run took longer than {seconds:g} s"
            raise LimitError(301, message, self.span(), hint=hint)
        if len(self.tables) + self.next_node > self.most:
            raise self.endless(f"grounding made more than {self.most:,} goals and nodes")

    def endless(self, what: str) -> LimitError:
        span = self.span()
        where = "" if span is None else f", at the clause `{' '.join(span.text.split())}`"
        return LimitError(
            304, what + where, span, hint="bound the recursion: `N > 0, M is N - 1, p(M)`"
        )

    # --- tables ----------------------------------------------------------------------------------

    def open(self, name: str, args: tuple[Term, ...], width: int) -> Table:
        table = Table(name, args, width, self.level + (name == "?"))
        self.tables[(name, *args)] = table
        self.opened[-1].append(table)
        return table

    def call(
        self,
        predicate: Predicate,
        args: tuple[Term, ...],
        follow: Cell,
        env: Bindings,
        lits: Body,
    ) -> None:
        """Wait for the answers of a goal of rules; open its table if it is new."""
        ground = True
        for arg in args:
            if type(arg) is Var or type(arg) is tuple:
                ground = False
                break
        old: list[Var] = []
        if not ground:
            args, old = numbered(self.pool, args)
        key = (predicate.key[0], *args)
        table = self.tables.get(key)
        if table is None:
            table = self.open(key[0], args, len(old))
            table.waiting.append((follow, env, lits, old))
            self.start_table(table, predicate)
            return
        if not table.complete:
            if table.level < self.lowest[-1]:
                self.lowest[-1] = table.level
            table.waiting.append((follow, env, lits, old))
        if table.answers:
            waiting = (follow, env, lits, old)
            for answer, node in reversed(list(table.answers.items())):
                self.resume(waiting, answer, node)

    def start_table(self, table: Table, predicate: Predicate) -> None:
        """Put the clauses of a goal on the stack, the first on top."""
        args, width = table.args, table.width
        frames = []
        for clause in predicate.matching(args):
            size = clause.size
            env: Bindings = [None] * size
            env.append(table)
            env += [None] * width
            shift = size + 1
            for own, given in zip(clause.args, args, strict=True):
                if width:
                    given = self.pool.moved(given, shift)
                if own is not given and not unify(own, given, env):
                    break
            else:
                cell = self.cells.get(clause)
                if cell is None:
                    end = Cell(end_clause, (), None, clause.span, clause)
                    body = clause.body
                    cell = end if body is None else self.ready(body, end, clause.span)
                    self.cells[clause] = cell
                frames.append((cell, env, ()))
        self.stack += reversed(frames)

    def resume(
        self, waiting: tuple[Cell, Bindings, Body, list[Var]], answer: Answer, node: int
    ) -> None:
        """Go on after a goal with one of its answers."""
        cell, env, lits, old = waiting
        if old:
            env = env.copy()
            for variable, value in zip(old, answer, strict=True):
                if type(value) is Var or type(value) is tuple:
                    value = self.renamed(value, env)
                env[variable.place] = value
        if node >= 0 and node not in self.certain:
            lits = (*lits, node)
        self.stack.append((cell, env, lits))

    def renamed(self, term: Term, env: Bindings) -> Term:
        """A term of an answer with fresh variables in the bindings."""
        by = len(env)
        most = -1
        waiting = [term]
        while waiting:
            one = waiting.pop()
            if type(one) is Var:
                most = max(most, one.place)
            elif type(one) is tuple:
                waiting += one[1:]
        env += [None] * (most + 1)
        return self.pool.moved(term, by)

    def answer(self, table: Table, answer: Answer, lits: Body) -> None:
        """Note one way to derive an answer; if it is new, tell all who wait."""
        known = table.answers.get(answer)
        if known == CERTAIN:
            return
        if lits or known is not None or answer in table.nodes:
            self.derive(self.node_of(table, answer), lits)
        if known is None:
            node = table.nodes.get(answer, CERTAIN)
            table.answers[answer] = node
            for waiting in reversed(table.waiting):
                self.resume(waiting, answer, node)

    def node_of(self, table: Table, answer: Answer) -> int:
        """The node of an answer that is, or may become, one of a table."""
        node = table.nodes.get(answer)
        if node is None:
            node = table.nodes[answer] = self.new_node()
            self.made[node] = (table, answer)
        return node

    def atom_of(self, table: Table, answer: Answer) -> Atom:
        if not answer:
            return (table.name, *table.args)
        env: Bindings = [*answer]
        # The variables of an answer are numbered apart from those of the goal.
        args = [filled(self.pool, arg, env) for arg in table.args]
        return (table.name, *args)

    # --- the ground program ----------------------------------------------------------------------

    def new_node(self) -> int:
        self.next_node += 1
        return self.next_node - 1

    def part(self, kind: str, parts: Body) -> tuple[int, bool]:
        """A node for several literals together, or for one of them; and whether it is new."""
        node = self.parts.get((kind, *parts))
        if node is not None:
            return node, False
        node = self.parts[(kind, *parts)] = self.new_node()
        return node, True

    def derive(self, node: int, lits: Body) -> None:
        """The node holds where all the literals do."""
        own = self.rules.get(node)
        if own is None:
            own = self.rules[node] = {}
        own[lits] = None
        if not lits:
            self.certain.add(node)

    def probability(self, node: int, evidence: Sequence[int]) -> float:
        """How probable a literal is, given others: for questions inside the program."""
        ground = self.ground()
        asked = [self.numbers[x] if x >= 0 else ~self.numbers[~x] for x in (node, *evidence)]
        reduced = reduce(ground, asked)
        if False in reduced.literals[1:]:
            raise ProgramError(285, "the evidence of a subquery has probability 0", self.span())
        # A program goes on with this number, so bounds would not do.
        return infer_reduced(reduced, 1, "exact")[0].value

    def ground(self) -> Ground:
        """The ground program, with the alternatives first, and the numbers of its nodes."""
        order = list(self.alternatives.weights)
        seen = set(order)
        order += [node for node in range(self.next_node) if node not in seen]
        numbers = [0] * self.next_node
        for place, node in enumerate(order):
            numbers[node] = place
        self.numbers = numbers
        groups = [
            tuple([numbers[node] for node in group]) for group in self.alternatives.groups.values()
        ]
        rules = [
            (numbers[head], tuple([numbers[x] if x >= 0 else ~numbers[~x] for x in body]))
            for head, own in self.rules.items()
            for body in own
        ]
        learnt = frozenset(numbers[node] for node in self.alternatives.parameters)

        def name(node: int) -> str:
            return self.name(order[node])

        weights = list(self.alternatives.weights.values())
        return Ground(weights, groups, len(order), rules, name, learnt)

    def name(self, node: int) -> str:
        """What a node stands for: an atom, or a clause with the values of its variables."""
        made = self.made.get(node)
        if made is not None:
            name, *args = self.atom_of(*made)
            return write(args[0]) if name == "?" else write(self.pool.compound(name, args))
        return self.alternatives.name(node) or f"part {node}"


_ASKED = Clause("?", (), None, 0, None)  # type: ignore[arg-type]


def filled(pool: Pool, term: Term, values: Bindings) -> Term:
    """The term with its variables replaced by values, whose own variables stay."""
    if type(term) is Var:
        return values[term.place]
    if type(term) is tuple:
        return pool.compound(term[0], [filled(pool, arg, values) for arg in term[1:]])
    return term


def end_clause(solver: Solver, cell: Cell, env: Bindings, lits: Body) -> None:
    """The body holds: its head is an answer of the table that the clause was tried for."""
    clause: Clause = cell.data
    size = clause.size
    table: Table = env[size]
    if clause.choice is not None:
        lits = (*lits, solver.alternatives.of(clause, env))
    answer: Answer = ()
    if table.width:
        resolve = solver.pool.resolve
        found = [resolve(var(size + 1 + place), env) for place in range(table.width)]
        for value in found:
            if type(value) is Var or type(value) is tuple:
                answer, _ = numbered(solver.pool, found)
                break
        else:
            answer = tuple(found)
    solver.answer(table, answer, lits)


def number(value: Any) -> Term:
    """A Python number as a term."""
    return value if type(value) is int else Real(value)
