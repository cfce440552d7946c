"""A program of clauses: which predicates there are, and what each clause says.

0.3::a(X); 0.7::b(X) :- c(X).      two clauses that share one choice, with the alternatives 0, 1
query(a(_)).  evidence(\\+b(1)).   questions and observations, which may have bodies too
:- use_module(library(lists)).     directives, done as they are read
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

from trivium.dialects.problog.library import LIBRARIES
from trivium.dialects.problog.nets import Net, spell_net
from trivium.dialects.problog.read import ReadClause, read
from trivium.dialects.problog.terms import (
    PAIR,
    Pool,
    Real,
    Struct,
    Term,
    Var,
    is_ground,
    list_items,
    name_and_args,
    var,
    variables,
    write,
)
from trivium.errors import DataError, ProgramError, TriviumError
from trivium.ir.nodes import DECISION
from trivium.source import Source, Span

Key = tuple[str, int]
ROUNDING = 1e-9
ALMOST = 1 - 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """The alternatives of one clause: the probability of each, a term that the body may bind."""

    weights: tuple[Term, ...]
    heads: tuple[Term, ...]
    names: tuple[str, ...]
    span: Span
    net: Net | None = None


@dataclass(slots=True, eq=False)
class Clause:
    """`head :- body`; `size` is how many variables it has."""

    name: str
    args: tuple[Term, ...]
    body: Term | None
    size: int
    span: Span
    choice: Choice | None = None
    alternative: int = 0
    shown: tuple[str, ...] = ()
    # The variables that tell one instance of the clause from another.
    shared: tuple[int, ...] = ()

    @property
    def is_ground(self) -> bool:
        return self.size == 0 or all(map(is_ground, self.args))


@dataclass(slots=True, eq=False)
class Predicate:
    """The clauses of a name with so many arguments, found by the first argument."""

    key: Key
    clauses: list[Clause] = field(default_factory=list)
    ready: bool = False
    facts: bool = False
    exact: dict[tuple[Term, ...], list[Clause]] | None = None
    first: dict[Term, list[Clause]] = field(default_factory=dict)
    open_first: bool = False

    def prepare(self) -> None:
        """Make the indexes; no clause is added after."""
        self.ready = True
        self.facts = all(clause.body is None for clause in self.clauses)
        if self.facts and all(clause.is_ground for clause in self.clauses):
            self.exact = {}
            for clause in self.clauses:
                self.exact.setdefault(clause.args, []).append(clause)
        firsts = [_first(clause) for clause in self.clauses]
        self.open_first = None in firsts
        if not self.open_first:
            for clause, key in zip(self.clauses, firsts, strict=True):
                self.first.setdefault(key, []).append(clause)

    def matching(self, args: tuple[Term, ...]) -> list[Clause]:
        """The clauses whose first argument may be the one given."""
        if self.open_first or not args:
            return self.clauses
        key = _index_key(args[0])
        return self.clauses if key is None else self.first.get(key, [])


def _first(clause: Clause) -> Term:
    return _index_key(clause.args[0]) if clause.args else None


def _index_key(term: Term) -> Term:
    """What a term differs in from all that it cannot be: itself, or its functor."""
    kind = type(term)
    if kind is Var:
        return None
    if kind is tuple:
        return (term[0], len(term) - 1)
    if kind is Struct:
        return (term.name, len(term.args))
    return term


class Database:
    """All clauses of a program; raises SyntaxProblem and ProgramError."""

    def __init__(self, source: Source, folder: Path | None = None) -> None:
        self.pool = Pool()
        self.predicates: dict[Key, Predicate] = {}
        self.queries: list[Clause] = []
        self.evidence: list[Clause] = []
        self.source = source
        self.unknown_fails = False
        self.folder = folder
        self.libraries: set[str] = set()
        self.consulted: set[Path] = set()
        self.nets: dict[str, Net] = {}
        self.learnt: dict[str, int] = {}
        self._negated: set[Key] = set()
        self.load(source)
        self._settle_negated()
        for predicate in self.predicates.values():
            predicate.prepare()

    def with_parts(self, predicates: dict[Key, Predicate], queries: list[Clause]) -> Database:
        """The same program with other predicates and questions, as one run has them."""
        other = copy(self)
        other.predicates = predicates
        other.queries = queries
        return other

    def parameters(self) -> dict[str, float]:
        """The probabilities to learn that are known by name before any goal is solved, and what
        they start from."""
        found: dict[str, float] = {}
        clauses = [c for predicate in self.predicates.values() for c in predicate.clauses]
        for choice in [clause.choice for clause in clauses if clause.choice is not None]:
            for weight in choice.weights:
                match name_and_args(weight):
                    case "t", (int() | Real() as start, str(name)):
                        found[name] = float(start)
        return found

    def question(self, text: str) -> Clause:
        """A goal that is asked in a text of its own."""
        source = Source("<query>", f"{text.strip().removesuffix('.')} .")
        found = list(read(source, self.pool))
        if len(found) != 1:
            raise ProgramError(290, f"expected one goal, found `{text}`")
        (item,) = found
        return Clause("query", (item.term,), None, len(item.names), item.span)

    def load(self, source: Source) -> None:
        for item in read(source, self.pool):
            try:
                self._item(item)
            except TriviumError as problem:
                problem.span = problem.span or item.span
                raise

    def _item(self, item: ReadClause) -> None:
        name, args = _parts(item.term, item.span)
        if name in (":-", "?-") and len(args) == 1:
            self._directive(args[0], item)
        elif name in (":-", "<-") and len(args) == 2:
            self._heads(args[0], args[1], item)
        elif name == "-->":
            raise ProgramError(292, "grammar rules (`-->`) are not supported", item.span)
        else:
            self._heads(item.term, None, item)

    # --- heads -----------------------------------------------------------------------------------

    def _heads(self, head: Term, body: Term | None, item: ReadClause) -> None:
        if body == "true":
            body = None
        heads, net = spell_net(_alternatives(head), self.pool, len(item.names), item.span)
        if net is not None:
            self.nets[net.name] = net
        if len(heads) == 1 and heads[0][0] is None:
            self._add(heads[0][1], body, item, None, 0)
            return
        if any(weight is None for weight, _ in heads):
            message = "an alternative has no probability"
            raise ProgramError(260, message, item.span, hint="write `0.3::a; 0.7::b.`")
        start = _start([weight for weight, _ in heads])
        weights: tuple[Term, ...] = tuple(
            self._started(weight, start, write(atom, lambda v: item.names[v.place]))
            for weight, atom in heads
            if weight is not None
        )
        if DECISION in weights and any(weight != DECISION for weight in weights):
            message = "the clause decides between some alternatives, and draws others"
            hint = "make each a clause of its own, or all of them decisions: `?::a; ?::b.`"
            raise ProgramError(260, message, item.span, hint=hint)
        known = [float(weight) for weight in weights if type(weight) in (int, Real)]
        for value in known:
            if not 0.0 <= value <= 1.0:
                message = f"the probability {value:.10g} is not between 0 and 1"
                raise ProgramError(260, message, item.span)
        if sum(known) > 1 + ROUNDING:
            message = f"the probabilities of the alternatives sum to {sum(known):.10g}"
            raise ProgramError(261, message, item.span)
        choice = (
            None
            if weights == (1,) or weights == (Real(1.0),)
            else Choice(weights, tuple(atom for _, atom in heads), item.names, item.span, net)
        )
        for place, (_, atom) in enumerate(heads):
            self._add(atom, body, item, choice, place, [atom for _, atom in heads])

    def _started(self, weight: Term, start: Term, head: str) -> Term:
        """`t(_)` as `t(0.5, head)`: a parameter starts from some number, and has a name."""
        name, args = name_and_args(weight) or ("", ())
        if name != "t" or not args:
            return weight
        start = start if type(args[0]) is Var else args[0]
        if len(args) == 2:
            return self.pool.compound("t", (start, args[1]))
        if len(args) > 2:
            return self.pool.compound("t", (start, self.pool.compound("t", args[1:])))
        self.learnt[head] = self.learnt.get(head, 0) + 1
        known = self.learnt[head]
        return self.pool.compound("t", (start, head if known == 1 else f"{head} {known}"))

    def _add(
        self,
        head: Term,
        body: Term | None,
        item: ReadClause,
        choice: Choice | None,
        place: int,
        heads: Sequence[Term] = (),
    ) -> None:
        name, args = _parts(head, item.span)
        negative = name in ("\\+", "not") and len(args) == 1
        if negative:
            name, args = _parts(args[0], item.span)
            self._negated.add((name, len(args)))
            name = f"\\+{name}"
        clause = Clause(
            name, tuple(args), body, len(item.names), item.span, choice, place, shown=item.names
        )
        if choice is not None:
            terms = [*_outside(body), *heads, *choice.weights]
            clause.shared = tuple(sorted({v.place for term in terms for v in variables(term)}))
        if (name, len(args)) == ("query", 1):
            self.queries.append(clause)
        elif name == "evidence" and len(args) in (1, 2):
            self.evidence.append(clause)
        else:
            self._measured(clause)

    def _measured(self, clause: Clause) -> None:
        """Add the clause; `total(D, sum<S>) :- body.` aggregates over its body."""
        args = clause.args
        scoped = clause.name == ":" and type(args[1]) is tuple
        inner = args[1][1:] if scoped else args
        measures = [a for a in inner if type(a) is tuple and a[0] == "<>"]
        if measures and clause.body is not None:
            (measure,) = measures
            result = var(clause.size)
            group = self.pool.compound("group", [arg for arg in inner if arg is not measure])
            inner = tuple(result if arg is measure else arg for arg in inner)
            args = (args[0], (args[1][0], *inner)) if scoped else inner
            target = self.pool.compound(",", (group, result))
            body = ("aggregate", measure[1], measure[2], group, clause.body, target)
            clause = Clause(clause.name, args, body, clause.size + 1, clause.span, clause.choice)
        key = (clause.name, len(clause.args))
        self.predicates.setdefault(key, Predicate(key)).clauses.append(clause)

    def _settle_negated(self) -> None:
        """`0.5::\\+a :- c.` takes from `a` what its other clauses give.

        before:  a :- b.   \\+a :- c.        after:  a :- '+a', \\+ '\\+a'.   '+a' :- b.
        """
        for name, arity in self._negated:
            own = self.predicates.pop((name, arity), Predicate((name, arity)))
            for clause in own.clauses:
                clause.name = f"+{name}"
            if not own.clauses:
                continue
            own.key = (f"+{name}", arity)
            self.predicates[own.key] = own
            args = tuple(var(place) for place in range(arity))
            positive = self.pool.compound(f"+{name}", args)
            negative = self.pool.compound(f"\\+{name}", args)
            body = self.pool.compound(",", (positive, self.pool.compound("\\+", (negative,))))
            span = own.clauses[0].span
            both = Clause(name, args, body, arity, span)
            self.predicates[name, arity] = Predicate((name, arity), [both])

    # --- directives ------------------------------------------------------------------------------

    def _directive(self, term: Term, item: ReadClause) -> None:
        name, args = _parts(term, item.span)
        match name, len(args):
            case ",", 2:
                for part in args:
                    self._directive(part, item)
            case "use_module", 1 | 2:
                self._use(args[0], item)
            case "consult" | "load_files", 1:
                self._consult(args[0], item)
            case "unknown", 1:
                self.unknown_fails = args[0] == "fail"
            case ("module", 2) | ("dynamic" | "discontiguous" | "table" | "set_flag", _):
                pass
            case "csv_load", 2:
                self._rows(args, item)
            case "sqlite_load", 1:
                self._rows(args, item)
            case _:
                shown = write(term)
                raise ProgramError(292, f"the directive `{shown}` is not supported", item.span)

    def _use(self, what: Term, item: ReadClause) -> None:
        found = name_and_args(what)
        if found is not None and found[0] == "library" and len(found[1]) == 1:
            name = str(found[1][0])
            if name not in LIBRARIES:
                message = f"there is no library `{name}`"
                hint = f"there are: {', '.join(sorted(LIBRARIES))}"
                raise ProgramError(292, message, item.span, hint=hint)
            if name not in self.libraries:
                self.libraries.add(name)
                self.load(Source(f"library({name})", LIBRARIES[name]))
            return
        if isinstance(what, str) and what.endswith(".py"):
            message = f"the Python module `{what}` is not loaded"
            hint = "give functions to the program: Program(text, functions={...})"
            raise ProgramError(292, message, item.span, hint=hint)
        self._consult(what, item)

    def _consult(self, what: Term, item: ReadClause) -> None:
        names, _ = list_items(what)
        if names:
            for name in names:
                self._consult(name, item)
            return
        path = self._path(str(what).strip('"'), item)
        if path.suffix == "" and not path.exists():
            path = path.with_suffix(".pl")
        if path in self.consulted:
            return
        self.consulted.add(path)
        try:
            text = path.read_text("utf-8")
        except OSError as problem:
            message = f"`{path.name}` cannot be read: {problem.strerror}"
            raise DataError(601, message, item.span) from None
        folder, self.folder = self.folder, path.parent
        self.load(Source(path.name, text))
        self.folder = folder

    def _path(self, name: str, item: ReadClause) -> Path:
        if self.folder is None:
            message = f"`{name}` is a file, and this text may read none"
            hint = "say where files may be read: Program(text, include=[folder])"
            raise ProgramError(110, message, item.span, hint=hint)
        return self.folder / name

    def _rows(self, args: tuple[Term, ...], item: ReadClause) -> None:
        """`csv_load(file, name)` and `sqlite_load(file)`: the rows of tables are facts."""
        from trivium.dialects.problog.tables import csv_rows, sqlite_rows

        path = self._path(str(args[0]).strip('"'), item)
        found = {str(args[1]): csv_rows(path)} if len(args) == 2 else sqlite_rows(path)
        for name, rows in found.items():
            for row in rows:
                fact = Clause(name, row, None, 0, item.span)
                key = (name, len(row))
                self.predicates.setdefault(key, Predicate(key)).clauses.append(fact)


# Goals with variables of their own: of these arguments.
_LOCAL = {
    **dict.fromkeys(("findall", "all", "all_or_none", "setof", "bagof"), (0, 1)),
    **dict.fromkeys(("\\+", "not", "forall", "subquery"), (0, 1)),
    "aggregate": (1, 3),
}


def _outside(body: Term | None) -> Iterator[Term]:
    """The parts of a body outside goals that gather or negate."""
    found = None if body is None else name_and_args(body)
    if found is None:
        return
    name, args = found
    if name in (",", ";", "->", "*->"):
        for arg in args:
            yield from _outside(arg)
        return
    local = _LOCAL.get(name, ())
    for place, arg in enumerate(args):
        if place not in local:
            yield arg


def _start(weights: Sequence[Term | None]) -> Term:
    """Where probabilities that say no start begin: one in the middle; several share nearly all that
    the others leave."""
    left, opened = 1.0, 0
    for weight in weights:
        name, args = name_and_args(weight) or ("", ())
        if name == "t" and args and type(args[0]) is Var:
            opened += 1
        elif known := [x for x in (weight, *args[:1]) if isinstance(x, int | Real)]:
            left -= float(known[0])
    return Real(max(0.0, left) / 2 if opened < 2 else max(0.0, left) * ALMOST / opened)


def _alternatives(head: Term) -> list[tuple[Term | None, Term]]:
    """The alternatives of a head with their probabilities, None where there is none."""
    found = name_and_args(head)
    if found is not None and len(found[1]) == 2:
        name, (left, right) = found
        if name == ";":
            return _alternatives(left) + _alternatives(right)
        if name == "::":
            return [(left, right)]
    return [(None, head)]


def _parts(term: Term, span: Span) -> tuple[str, tuple[Term, ...]]:
    found = name_and_args(term)
    if found is None or found[0] == PAIR:
        raise ProgramError(292, f"`{write(term)}` is not a clause", span)
    return found
