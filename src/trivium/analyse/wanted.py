"""Which records, and which kind of numbers, are meant where only their use tells.

    before:  p(r, n) :- q(x), r = [x, nil], n = range(1, x).      where p(r: List, n: unsigned)
    after:   r is a List, and so is nil; n is unsigned

    before:  p(a) :- q(a), size = 8, r(a + size).                 where q(a: unsigned)
    after:   size is unsigned, for there is no other sum with `a`

Types flow forward elsewhere, from bodies to heads; here one flows back, from where a variable is
used to the literals that it is equal to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatMatch
from trivium.analyse.types import Inference, Known, Loose, Scope, choose, fits, join
from trivium.ir.functors import Overload
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
                        self.operands(arg)
            for literal in literals:
                if isinstance(literal, FlatMatch):
                    self.equal(literal.term, literal.structure)
                elif isinstance(literal, FlatAggregate) and literal.kind == "range":
                    for value in literal.values:
                        self.equal(ast.Variable(literal.result, literal.span), value)
                elif isinstance(literal, ast.Comparison):
                    self.equal(literal.left, literal.right)
                    self.operands(literal.left)
                    self.operands(literal.right)

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
        elif isinstance(term, ast.Call) and known is Type.UNSIGNED:
            overload = self.overload(term, known)
            if overload is not None:
                self.unsigned(term.args, overload)
        elif isinstance(term, ast.Structure):
            branch = self.inference.branch(term, known)
            if branch is not None:
                for arg, kind in zip(term.args, branch.types, strict=False):
                    self.want(arg, kind)

    def operands(self, term: ast.Term) -> None:
        """What a call takes beside an argument of known type is what its others are."""
        if not isinstance(term, ast.Call):
            return
        overload = self.overload(term)
        if overload is not None:
            self.unsigned(term.args, overload)
        for arg in term.args:
            self.operands(arg)

    def unsigned(self, args: Sequence[ast.Term], overload: Overload) -> None:
        """Integers become unsigned where the call wants them so; a float takes any number."""
        for arg, kind in zip(args, overload.expand(len(args)), strict=True):
            if kind is Type.UNSIGNED:
                self.want(arg, kind)

    def overload(self, call: ast.Call, result: Type | None = None) -> Overload | None:
        """The form of the functor that is meant, if no other could be."""
        signature = self.inference.functors.get(call.functor)
        if signature is None:
            return None
        known: list[Known] = []
        for arg in call.args:
            have = self.inference.term(arg, self.scope)
            if have is None:
                return None
            known.append(have)
        if result is None and any(isinstance(have, Type) for have in known):
            return choose(signature, known)
        found = [
            overload
            for overload in signature.overloads
            if overload.accepts(len(known)) and result in (None, overload.result)
            if all(map(fits, known, overload.expand(len(known))))
        ]
        return found[0] if len(found) == 1 else None
