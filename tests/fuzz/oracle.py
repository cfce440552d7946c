"""What a program means, computed so plainly that it can be read instead of tested.

    Oracle(parse(source), {"edge": [(1, 2)]}).run()  ->  {"edge": {(1, 2)}, "path": {(1, 2), ...}}

Rule by rule over sets of tuples, round after round until nothing is new, from the syntax tree: no
types, plans, columns, deltas or indexes. Nothing is shared with the engine or the analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fuzz.aggregates import fold
from tests.fuzz.functors import alike, apply, matches
from tests.fuzz.values import Row, Unsigned, of_type, order, plain, same

from trivium.syntax import ast

Binding = dict[str, Any]


@dataclass(frozen=True)
class Either:
    """A disjunction inside an aggregate; `shared` are the names that it is used for."""

    sides: tuple[tuple[Literal, ...], ...]
    shared: frozenset[str]


Literal = tuple[ast.Formula | Either, bool]  # whether it stands without a `!`


class TooLargeError(Exception):
    """The program takes more steps or rows than the oracle is given."""


@dataclass(frozen=True)
class Clause:
    """One side of a clause's disjunctions, and the names that stand outside its aggregates."""

    heads: tuple[ast.Atom, ...]
    body: tuple[Literal, ...]
    outside: frozenset[str]


def equivalence(declaration: ast.Declaration) -> list[Clause]:
    """What makes a relation reflexive, symmetric and transitive."""

    def atom(first: str, second: str) -> ast.Atom:
        pair = tuple(
            _ANY if name == "_" else ast.Variable(name, declaration.span)
            for name in (first, second)
        )
        return ast.Atom(declaration.name, pair, declaration.span)

    one, other = atom("x", "y"), atom("y", "z")
    return [
        Clause((atom("x", "x"),), ((atom("x", "_"), True),), frozenset("x")),
        Clause((atom("x", "x"),), ((atom("_", "x"), True),), frozenset("x")),
        Clause((atom("y", "x"),), ((one, True),), frozenset("xy")),
        Clause((atom("x", "z"),), ((one, True), (other, True)), frozenset("xyz")),
    ]


class Oracle:
    """Evaluates one program. `steps` bounds the work, `rows` what is derived."""

    def __init__(
        self,
        program: ast.Program,
        data: Mapping[str, Iterable[Sequence[Any]]],
        steps: int = 200_000,
        rows: int = 2_000,
    ) -> None:
        self.steps = steps
        self.most = rows
        aliases = {kind: kind for kind in ("number", "unsigned", "float", "symbol", "date")}
        for item in program.items:
            if isinstance(item, ast.TypeDeclaration):
                aliases[item.name] = aliases[item.bases[0].text]
        self.columns: dict[str, list[tuple[str, str]]] = {}
        self.clauses: list[Clause] = []
        for item in program.items:
            if isinstance(item, ast.Declaration):
                self.columns[item.name] = [(c.name, aliases[c.type]) for c in item.columns]
                if any(word.text == "eqrel" for word in item.qualifiers):
                    self.clauses += equivalence(item)
            elif isinstance(item, ast.Clause):
                self.clauses += clauses(item)
        self.rows: dict[str, set[Row]] = {name: set() for name in self.columns}
        for name, given in data.items():
            self.rows[name] = {self._stored(name, row) for row in given}
        for clause in self.clauses:
            for head in clause.heads:
                self.rows.setdefault(head.relation, set())

    def run(self) -> dict[str, set[Row]]:
        level = levels(self.clauses)
        for n in range(max(level.values(), default=0) + 1):
            mine = [(c, h) for c in self.clauses for h in c.heads if level[h.relation] == n]
            grown = True
            while grown:
                grown = False
                for clause, head in mine:
                    for row in list(self._derived(clause, head)):
                        if row not in self.rows[head.relation]:
                            self.rows[head.relation].add(row)
                            grown = True
                if sum(map(len, self.rows.values())) > self.most:
                    raise TooLargeError
        return self.rows

    def _derived(self, clause: Clause, head: ast.Atom) -> Iterator[Row]:
        for binding in self.solve(clause.body, {}, clause.outside):
            for values in self._all(self.in_order(head), binding, clause.outside):
                yield self._stored(head.relation, values)

    def _stored(self, relation: str, row: Sequence[Any]) -> Row:
        columns = self.columns.get(relation)
        if columns is None:
            return tuple(plain(v) if isinstance(v, float) else v for v in row)
        return tuple(of_type(v, kind) for v, (_, kind) in zip(row, columns, strict=True))

    def in_order(self, atom: ast.Atom) -> list[ast.Term]:
        """The arguments by position; `_` for a column that is not named."""
        if not atom.names:
            return list(atom.args)
        named = {name.text: arg for name, arg in zip(atom.names, atom.args, strict=True)}
        return [named.get(column, _ANY) for column, _ in self.columns[atom.relation]]

    # --- bodies ----------------------------------------------------------------------------------

    def solve(
        self, literals: Sequence[Literal], binding: Binding, outside: frozenset[str]
    ) -> Iterator[Binding]:
        """Every way to satisfy the literals; each takes its turn when it can be decided."""
        self.steps -= 1
        if self.steps < 0:
            raise TooLargeError
        if not literals:
            yield binding
            return
        ready = (i for i, (f, p) in enumerate(literals) if self.ready(f, p, binding, outside))
        place = next(ready, None)
        if place is None:
            raise AssertionError(f"no literal can be decided: {literals}")
        rest = [*literals[:place], *literals[place + 1 :]]
        for more in self.satisfy(*literals[place], binding, outside):
            yield from self.solve(rest, more, outside)

    def ready(
        self,
        formula: ast.Formula | Either,
        positive: bool,
        binding: Binding,
        outside: frozenset[str],
    ) -> bool:
        """Whether what the literal reads is bound."""
        match formula:
            case ast.Atom(_, args):
                if positive:
                    bare = {a.name: None for a in args if isinstance(a, ast.Variable)}
                    binding = {**bare, **binding}
                return all(self.known(arg, binding, outside) for arg in args)
            case ast.Comparison(op, left, right):
                sides = [self.known(side, binding, outside) for side in (left, right)]
                if all(sides):
                    return True
                binds = isinstance(right if sides[0] else left, ast.Variable)
                return op == "=" and positive and any(sides) and binds
            case ast.Holds(aggregate):
                return self.known(aggregate, binding, outside)
        return True

    def known(self, term: ast.Term, binding: Binding, outside: frozenset[str]) -> bool:
        match term:
            case ast.Variable(name):
                return name in binding
            case ast.Call(_, args):
                return all(self.known(arg, binding, outside) for arg in args)
            case ast.Aggregate():
                read = (names(term) & outside) - own(term)
                if term.parameter is not None:
                    read |= names_outside([term.parameter])
                return read <= binding.keys()
        return True

    def satisfy(
        self,
        formula: ast.Formula | Either,
        positive: bool,
        binding: Binding,
        outside: frozenset[str],
    ) -> Iterator[Binding]:
        match formula:
            case ast.Atom() if positive:
                yield from self.matching(formula, binding, outside)
            case ast.Atom():
                if next(self.matching(formula, binding, outside), None) is None:
                    yield binding
            case ast.Comparison("=", ast.Variable(name), term) if name not in binding:
                for value in self.values(term, binding, outside):
                    yield {**binding, name: value}
            case ast.Comparison("=", term, ast.Variable(name)) if name not in binding:
                for value in self.values(term, binding, outside):
                    yield {**binding, name: value}
            case ast.Comparison(op, left, right):
                for one, other in self._all([left, right], binding, outside):
                    if compare(op, one, other) == positive:
                        yield binding
            case ast.Holds(aggregate):
                for value in self.values(aggregate, binding, outside):
                    if bool(value) == positive:
                        yield binding
            case ast.Truth(value):
                if value == positive:
                    yield binding
            case Either():
                yield from self.either(formula, binding, outside)

    def matching(
        self, atom: ast.Atom, binding: Binding, outside: frozenset[str]
    ) -> Iterator[Binding]:
        args = self.in_order(atom)
        # The atom's own variables first: what it computes may need them.
        places = sorted(range(len(args)), key=lambda n: not isinstance(args[n], ast.Variable))
        for row in self.rows[atom.relation]:
            self.steps -= 1
            found: list[Binding] = [dict(binding)]
            for arg, cell in ((args[place], row[place]) for place in places):
                if isinstance(arg, ast.Wildcard):
                    continue
                if cell is None:
                    found = []
                    break
                if isinstance(arg, ast.Variable):
                    if not same(alike([found[0].setdefault(arg.name, cell), cell])[0], cell):
                        found = []
                        break
                else:
                    wanted = self.values(arg, found[0], outside)
                    found = [f for f in found for v in wanted if same(alike([v, cell])[0], cell)]
                    if not found:
                        break
            yield from found

    def either(
        self, either: Either, binding: Binding, outside: frozenset[str]
    ) -> Iterator[Binding]:
        """Each different way to satisfy the disjunction, once."""
        seen = set()
        for side in either.sides:
            for found in self.solve(side, binding, outside):
                shared = {n: v for n, v in found.items() if n in either.shared or n in binding}
                key = tuple(sorted(shared.items(), key=lambda pair: pair[0]))
                if key not in seen:
                    seen.add(key)
                    yield shared

    # --- terms -----------------------------------------------------------------------------------

    def _all(
        self, terms: Sequence[ast.Term], binding: Binding, outside: frozenset[str]
    ) -> list[list[Any]]:
        """Every combination of the terms' values."""
        found: list[list[Any]] = [[]]
        for term in terms:
            values = self.values(term, binding, outside)
            found = [[*row, value] for row in found for value in values]
        return found

    def values(self, term: ast.Term, binding: Binding, outside: frozenset[str]) -> list[Any]:
        """A term's values: one, unless it holds an aggregate."""
        match term:
            case ast.Variable(name):
                return [binding[name]]
            case ast.Integer(value, _, unsigned):
                return [Unsigned(value) if unsigned else value]
            case ast.Real(value):
                return [plain(value)]
            case ast.Text(value):
                return [value]
            case ast.Call(functor, args):
                return [apply(functor, row) for row in self._all(args, binding, outside)]
            case ast.Aggregate():
                return self.aggregate(term, binding, outside)
        raise AssertionError(f"{term} has no value")

    def aggregate(
        self, term: ast.Aggregate, binding: Binding, outside: frozenset[str]
    ) -> list[Any]:
        # Only what also stands outside is the same variable inside.
        mine = own(term)
        inner = {n: value for n, value in binding.items() if n in outside and n not in mine}
        inside = outside | names_outside([*term.values, term.body])
        used = outside.union(*map(names, term.values))
        body = conjuncts(term.body, used)
        ways = list(self.solve(body, inner, inside))
        if term.kind == "forall":
            assert term.condition is not None
            deeper = inside | names_outside([term.condition])
            condition = conjuncts(term.condition, outside)
            every = all(any(True for _ in self.solve(condition, way, deeper)) for way in ways)
            return [int(every)]
        rows = [row for way in ways for row in self._all(term.values, way, inside)]
        limit = None
        if term.parameter is not None:
            limit = self.values(term.parameter, binding, outside)[0]
        return fold(term.kind, rows, limit, term.separator)


_ANY = ast.Wildcard(None)  # type: ignore[arg-type]


def compare(op: str, one: Any, other: Any) -> bool:
    if op == "match":
        return matches(one, other)
    if op == "contains":
        return one in other
    one, other = map(order, alike([one, other]))
    results = {"=": one == other, "<": one < other}
    if one[0] and other[0]:  # not-a-number equals itself
        results = {"=": True, "<": False}
    match op:
        case "!=":
            return not results["="]
        case "<=":
            return results["<"] or results["="]
        case ">":
            return not (results["<"] or results["="])
        case ">=":
            return not results["<"]
    return results[op]


# --- the shape of a clause -----------------------------------------------------------------------


def clauses(item: ast.Clause) -> list[Clause]:
    """The clause without its disjunctions: one for each way to choose their sides."""
    sides = [[]] if item.body is None else dnf(item.body)
    return [
        Clause(item.heads, tuple(side), names_outside([*item.heads, *(f for f, _ in side)]))
        for side in sides
    ]


def dnf(formula: ast.Formula, positive: bool = True) -> list[list[tuple[ast.Formula, bool]]]:
    """The formula as alternatives, each a list of literals."""
    if isinstance(formula, ast.Negation):
        return dnf(formula.body, not positive)
    if not isinstance(formula, ast.Conjunction | ast.Disjunction):
        return [[(formula, positive)]]
    parts = [dnf(part, positive) for part in formula.parts]
    if isinstance(formula, ast.Disjunction) == positive:
        return [side for part in parts for side in part]
    found: list[list[tuple[ast.Formula, bool]]] = [[]]
    for part in parts:
        found = [[*left, *right] for left in found for right in part]
    return found


def conjuncts(formula: ast.Formula, used: frozenset[str]) -> list[Literal]:
    """The parts of an aggregate's body that all must hold, its disjunctions last."""
    parts = _conjuncts(formula, True)
    plain = [dnf(*part)[0] for part in parts if len(dnf(*part)) == 1]
    either = [dnf(*part) for part in parts if len(dnf(*part)) > 1]
    found = [literal for side in plain for literal in side]
    for sides in either:
        shared = frozenset.intersection(*(names_of(side) for side in sides)) | used
        found.append((Either(tuple(map(tuple, sides)), shared), True))
    return found


def own(term: ast.Aggregate) -> frozenset[str]:
    """The variables of the aggregated values that are the body's, whatever stands outside."""
    atoms = (f for f, positive in _conjuncts(term.body, True) if positive)
    args = {arg for atom in atoms if isinstance(atom, ast.Atom) for arg in atom.args}
    return names_outside(term.values) & {a.name for a in args if isinstance(a, ast.Variable)}


def _conjuncts(formula: ast.Formula, positive: bool) -> list[tuple[ast.Formula, bool]]:
    if isinstance(formula, ast.Negation):
        return _conjuncts(formula.body, not positive)
    if isinstance(formula, ast.Conjunction if positive else ast.Disjunction):
        return [found for part in formula.parts for found in _conjuncts(part, positive)]
    return [(formula, positive)]


def names_of(side: Iterable[tuple[ast.Formula, bool]]) -> frozenset[str]:
    return frozenset().union(*(names(formula) for formula, _ in side))


def levels(rules: Iterable[Clause]) -> dict[str, int]:
    """How often a negation or aggregate stands between a relation and the given ones."""
    edges = {
        (head.relation, other, later)
        for clause in rules
        for head in clause.heads
        for other, later in [
            *(read for f, p in clause.body for read in reads(f, not p)),
            *(read for arg in head.args for read in reads(arg, True)),
        ]
    }
    level = {name: 0 for head, other, _ in edges for name in (head, other)}
    level |= {head.relation: 0 for clause in rules for head in clause.heads}
    for _ in range(len(level) + 1):
        for head, other, later in edges:
            level[head] = max(level[head], level[other] + later)
    assert all(level[head] >= level[other] + later for head, other, later in edges)
    return level


Node = ast.Formula | ast.Term


def reads(node: Node, later: bool) -> Iterator[tuple[str, bool]]:
    """The relations that a node reads, and whether they must be complete before."""
    if isinstance(node, ast.Atom):
        yield node.relation, later
    for child in children(node):
        yield from reads(child, later or isinstance(node, ast.Aggregate | ast.Negation))


def children(node: Node) -> Sequence[Node]:
    match node:
        case ast.Atom(_, args) | ast.Call(_, args):
            return args
        case ast.Comparison(_, left, right):
            return (left, right)
        case ast.Holds(aggregate):
            return (aggregate,)
        case ast.Negation(body):
            return (body,)
        case ast.Conjunction(parts) | ast.Disjunction(parts):
            return parts
        case ast.Aggregate():
            more = [node.parameter, node.condition]
            return [*node.values, node.body, *(n for n in more if n is not None)]
    return ()


def names(node: Node) -> frozenset[str]:
    """All variables of a node."""
    if isinstance(node, ast.Variable):
        return frozenset([node.name])
    return frozenset().union(*map(names, children(node)))


def names_outside(nodes: Iterable[Node]) -> frozenset[str]:
    """The variables of the nodes that stand outside aggregates, or are a `top`'s parameter."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Variable):
            found.add(node.name)
        elif isinstance(node, ast.Aggregate):
            found |= names_outside([] if node.parameter is None else [node.parameter])
        else:
            found |= names_outside(children(node))
    return frozenset(found)
