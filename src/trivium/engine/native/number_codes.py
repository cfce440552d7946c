"""Numbers that lie far apart, as codes inside a backend.

    edge(70000012, 5), edge(9000000001, 70000012)      of the values 5, 70000012, 9000000001
    edge(1, 0), edge(2, 1)                             are these the codes

Sets and indexes are small where values are dense. Rules that only join, compare and hand on what
was given need no more of a number than which one it is: the values of a column are known before
they run, and so are those of all columns that it flows to. Codes are in the order of the values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from trivium.engine.limits import Guard
from trivium.engine.native.relation import NativeStored, NumberCodes
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Call,
    Compare,
    Const,
    Literal,
    Program,
    Rule,
    Term,
    Var,
)
from trivium.ir.types import Type
from trivium.plan.order import term_variables

# Values are far apart where they reach so many times further than there are rows, and beyond this.
APART = 4
NEAR = 1 << 16

Place = tuple[str, int]  # a relation and the number of a column
Node = Place | tuple[int, str]  # or a rule's number and a variable of it


def code_numbers(program: Program, stored: Mapping[str, NativeStored], guard: Guard) -> None:
    """Have codes in the columns of recursive rules whose numbers lie far apart."""
    for places, constants in _flows(program):
        known = [place for place in places if place[0] in stored]
        filled = [(stored[name], column) for name, column in known if stored[name].length]
        if not filled or any(relation.masked([column]) for relation, column in filled):
            continue
        columns = [relation.read(column)[0] for relation, column in filled]
        least = min(int(column.min()) for column in columns)
        most = max(int(column.max()) for column in columns)
        if least >= 0 and most <= NEAR + APART * sum(map(len, columns)):
            continue
        guard.hold(sum(map(len, columns)))
        codes = NumberCodes(np.unique(np.concatenate([*columns, np.array(constants, np.int64)])))
        for name, column in known:
            stored[name].keep_codes(column, codes)


def _flows(program: Program) -> Iterator[tuple[list[Place], list[int]]]:
    """The columns that numbers of a recursive rule flow between, and the constants among them."""
    flow = _Flow()
    for relation in program.relations.values():
        for column, described in enumerate(relation.columns):
            place = relation.name, column
            flow.find(place)
            plain = described.type in (Type.NUMBER, Type.UNSIGNED)
            if not plain or relation.equivalence or relation.choices or relation.best is not None:
                flow.spoil(place)
    for stratum in program.strata:
        for rule in stratum.rules:
            flow.follow(rule)
        for removal in stratum.removals:
            for literal in (removal.head, *removal.body):
                flow.compute(removal.index, literal)
    recursive = {
        flow.find((name, column))
        for stratum in program.strata
        if stratum.recursive
        for name in stratum.relations
        for column in range(program.relations[name].arity)
    }
    groups: dict[Node, list[Place]] = {}
    for node in flow.parents:
        if isinstance(node[0], str):
            groups.setdefault(flow.find(node), []).append(node)
    for root, places in groups.items():
        if root in recursive and root not in flow.spoilt:
            yield places, flow.constants.get(root, [])


class _Flow:
    """Which columns and variables have the same values (union-find: Tarjan, 1975)."""

    def __init__(self) -> None:
        self.parents: dict[Node, Node] = {}
        self.spoilt: set[Node] = set()  # those that are computed with
        self.constants: dict[Node, list[int]] = {}

    def find(self, node: Node) -> Node:
        self.parents.setdefault(node, node)
        while self.parents[node] != node:
            self.parents[node] = self.parents[self.parents[node]]
            node = self.parents[node]
        return node

    def join(self, one: Node, other: Node) -> None:
        root, gone = self.find(one), self.find(other)
        if root == gone:
            return
        self.parents[gone] = root
        if gone in self.spoilt:
            self.spoilt.add(root)
        self.constants.setdefault(root, []).extend(self.constants.pop(gone, []))

    def spoil(self, node: Node) -> None:
        self.spoilt.add(self.find(node))

    def follow(self, rule: Rule) -> None:
        for literal in (rule.head, *rule.body):
            match literal:
                case Atom():
                    for column, term in enumerate(literal.args):
                        self._pass(rule.index, (literal.relation, column), term)
                case Compare(op="=" | "!=", left=Var(name=left), right=Var(name=right)):
                    self.join((rule.index, left), (rule.index, right))
                case _:
                    self.compute(rule.index, literal)

    def _pass(self, rule: int, place: Place, term: Term | None) -> None:
        """What a column and a term of an atom have in common."""
        match term:
            case Var():
                self.join(place, (rule, term.name))
            case Const(value=int() as value):
                code = int(np.uint64(value % 2**64).view(np.int64))
                self.constants.setdefault(self.find(place), []).append(code)
            case Call():
                self.spoil(place)
                self._compute_term(rule, term)

    def compute(self, rule: int, literal: Literal) -> None:
        """Nothing of a literal may be a code."""
        match literal:
            case Atom():
                for column, term in enumerate(literal.args):
                    self.spoil((literal.relation, column))
                    self._compute_term(rule, term)
            case Compare():
                self._compute_term(rule, literal.left)
                self._compute_term(rule, literal.right)
            case Aggregate():
                for each in (literal.result, *literal.values, *literal.group, literal.parameter):
                    self._compute_term(rule, each)
                for inner in (*literal.body, *literal.condition):
                    self.compute(rule, inner)

    def _compute_term(self, rule: int, term: Term | None) -> None:
        for variable in term_variables(term):
            self.spoil((rule, variable.name))
