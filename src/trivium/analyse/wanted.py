"""Which records, and which kind of numbers, are meant where only their use tells.

    before:  p(r, n) :- q(x), r = [x, nil], n = range(1, x).      where p(r: List, n: unsigned)
    after:   r is a List, and so is nil; n is unsigned

Types flow forward elsewhere, from bodies to heads; here one flows back, from where a variable is
used to the literals that it is equal to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatMatch
from trivium.analyse.types import Inference, Known, Loose, Scope, join
from trivium.ir.types import Type
from trivium.syntax import ast


class Wanted:
    """Settles the variables of a scope that are known to be records, or integers, of some type."""

    def __init__(
        self, inference: Inference, columns: Mapping[str, Sequence[Type]], scope: Scope
    ) -> None:
        self.inference = inference
        self.columns = columns
        self.scope = scope

    def settle(self, atoms: Sequence[FlatAtom], literals: Sequence[FlatLiteral]) -> None:
        before: Scope | None = None
        while before != self.scope:
            before = dict(self.scope)
            for atom in atoms:
                for arg, kind in zip(atom.args, self.columns.get(atom.relation, ()), strict=False):
                    if arg is not None:
                        self.want(arg, kind)
            for literal in literals:
                if isinstance(literal, FlatMatch):
                    self.equal(literal.term, literal.structure)
                elif isinstance(literal, FlatAggregate) and literal.kind == "range":
                    for value in literal.values:
                        self.equal(ast.Variable(literal.result, literal.span), value)
                elif isinstance(literal, ast.Comparison):
                    self.equal(literal.left, literal.right)

    def equal(self, one: ast.Term, other: ast.Term) -> None:
        """Both terms have the type of either."""
        for term, like in ((one, other), (other, one)):
            self.want(term, self.inference.term(like, self.scope))

    def want(self, term: ast.Term, known: Known | None) -> None:
        """The term is of this type; then its parts are of theirs."""
        if not isinstance(known, Type):
            return
        if isinstance(term, ast.Variable):
            loose = self.scope.get(term.name)
            if isinstance(loose, Loose) and join(loose, known) == known:
                self.scope[term.name] = known
        elif isinstance(term, ast.Structure):
            branch = self.inference.branch(term, known)
            if branch is not None:
                for arg, kind in zip(term.args, branch.types, strict=False):
                    self.want(arg, kind)
