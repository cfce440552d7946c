"""The laws of the checked program, to be kept by analysis and by every pass after it.

A broken law is a mistake of Trivium's, not of the program's writer, so it is an AssertionError
with the rule at fault. Tests verify the program after each pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trivium.ir.functors import CAST, FUNCTORS, FunctorSignature, term_functors
from trivium.ir.nodes import (
    Aggregate,
    Atom,
    Call,
    Compare,
    Const,
    Literal,
    Program,
    Relation,
    Rule,
    Term,
    Var,
)
from trivium.ir.types import Type
from trivium.ir.values import Term as ValueTerm

KINDS = {
    **dict.fromkeys(("count", "exists", "forall", "autoinc"), 0),
    **dict.fromkeys(("sum", "mean", "min", "max", "median", "top", "string_join"), 1),
    **dict.fromkeys(("argmin", "argmax", "range"), 2),
}
COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">=", "match", "contains"))


def verify(program: Program, functors: Mapping[str, FunctorSignature] = FUNCTORS) -> Program:
    """The program itself, found to keep these laws; else AssertionError.

    - atoms and facts name known relations, with a term or value of the right type a column;
    - a variable has one type in each scope, and every variable is bound;
    - comparisons have sides of one type; calls fit an overload exactly;
    - an aggregate has the values its kind needs, and its group is bound outside it;
    - what a rule negates or aggregates, or takes from another stratum, is in an earlier stratum;
    - the body of a removal starts with two atoms of its relation;
    - an atom of a relation answered from outside says so, and gives each of its inputs.
    """
    for fact in program.facts:
        relation = program.relations[fact.relation]
        assert len(fact.values) == relation.arity, fact
        for value, column in zip(fact.values, relation.columns, strict=True):
            assert _holds(column.type, value), fact
    functors = {**functors, **term_functors(program.shapes), **program.functors}
    done: set[str] = set()
    derived = {name for stratum in program.strata for name in stratum.relations}
    for stratum in program.strata:
        later = derived - done
        for rule in stratum.rules:
            assert rule.head.relation in stratum.relations, rule
            _Check(program.relations, functors, rule).rule()
            for relation_name, strict in _uses(rule.body, False):
                allowed = relation_name not in later
                inside = relation_name in stratum.relations and stratum.recursive
                assert allowed or (inside and not strict), rule
        for rule in stratum.removals:
            assert rule.head.relation in stratum.relations, rule
            pair = [a.relation for a in rule.body[:2] if isinstance(a, Atom) and not a.negated]
            assert pair == [rule.head.relation] * 2, rule
            _Check(program.relations, functors, rule).rule()
        done |= set(stratum.relations)
    return program


def _holds(type_: Type, value: object) -> bool:
    if type_.structured:
        return value is None or isinstance(value, tuple | ValueTerm)
    if type_ is Type.SYMBOL:
        return isinstance(value, str)
    if type_ is Type.FLOAT:
        return isinstance(value, float)
    return isinstance(value, int) and not isinstance(value, bool)


def _uses(literals: Sequence[Literal], strict: bool) -> list[tuple[str, bool]]:
    """The relations that literals read, and whether they must be complete before."""
    found = []
    for literal in literals:
        if isinstance(literal, Atom):
            found.append((literal.relation, strict or literal.negated))
        elif isinstance(literal, Aggregate):
            found += _uses((*literal.body, *literal.condition), True)
    return found


class _Check:
    """One rule and what its terms are checked against."""

    def __init__(
        self,
        relations: Mapping[str, Relation],
        functors: Mapping[str, FunctorSignature],
        rule: Rule,
    ) -> None:
        self.relations = relations
        self.functors = functors
        self.whole = rule

    def rule(self) -> None:
        types = self.body(self.whole.body, {})
        self.atom(self.whole.head, types)
        assert not self.whole.head.negated, self.whole
        assert None not in self.whole.head.args, self.whole

    def body(self, literals: Sequence[Literal], outer: Mapping[str, Type]) -> dict[str, Type]:
        """Check the literals; give the types of what they bind."""
        types = self.bound(literals, outer)
        for literal in literals:
            if isinstance(literal, Atom):
                self.atom(literal, types)
            elif isinstance(literal, Compare):
                assert literal.op in COMPARISONS, self.whole
                assert self.term(literal.left, types) == self.term(literal.right, types), self.whole
            else:
                self.aggregate(literal, types)
        return types

    def bound(self, literals: Sequence[Literal], outer: Mapping[str, Type]) -> dict[str, Type]:
        types = dict(outer)
        for literal in literals:
            if isinstance(literal, Atom) and not literal.negated:
                types |= {arg.name: arg.type for arg in literal.args if isinstance(arg, Var)}
            elif isinstance(literal, Aggregate):
                types[literal.result.name] = literal.result.type
        size = -1
        while size != len(types):
            size = len(types)
            for literal in literals:
                if isinstance(literal, Compare) and literal.op == "=":
                    for one, other in (
                        (literal.left, literal.right),
                        (literal.right, literal.left),
                    ):
                        if isinstance(one, Var) and _names(other) <= set(types):
                            types.setdefault(one.name, one.type)
        return types

    def atom(self, atom: Atom, types: Mapping[str, Type]) -> None:
        relation = self.relations[atom.relation]
        columns = relation.columns
        assert len(atom.args) == len(columns), self.whole
        assert atom.access == relation.access, (self.whole, atom)
        assert atom.access is None or all(atom.args[n] for n in atom.access.inputs), self.whole
        for arg, column in zip(atom.args, columns, strict=True):
            assert arg is None or self.term(arg, types) == column.type, (self.whole, arg)

    def aggregate(self, aggregate: Aggregate, outer: Mapping[str, Type]) -> None:
        least = KINDS[aggregate.kind]
        most = least + (aggregate.kind in ("range", "string_join"))
        assert least <= len(aggregate.values) <= most, self.whole
        assert (aggregate.parameter is not None) == (aggregate.kind == "top"), self.whole
        for variable in aggregate.group:
            self.term(variable, outer)
        group = {variable.name: variable.type for variable in aggregate.group}
        inner = self.body(aggregate.body, group)
        for value in aggregate.values:
            self.term(value, inner)
        if aggregate.parameter is not None:
            assert self.term(aggregate.parameter, outer) is Type.NUMBER, self.whole
        if aggregate.condition:
            self.body(aggregate.condition, inner)

    def term(self, term: Term, types: Mapping[str, Type]) -> Type:
        match term:
            case Var(name, type_):
                assert types.get(name) == type_, (self.whole, term)
            case Const(value, type_):
                assert _holds(type_, value), (self.whole, term)
            case Call(functor, args, result):
                found = tuple(self.term(arg, types) for arg in args)
                assert (functor == CAST and len(found) == 1) or any(
                    overload.accepts(len(found))
                    and overload.expand(len(found)) == found
                    and overload.result == result
                    for overload in self.functors[functor].overloads
                ), (self.whole, term)
        return term.type


def _names(term: Term) -> set[str]:
    if isinstance(term, Var):
        return {term.name}
    if isinstance(term, Call):
        return {name for arg in term.args for name in _names(arg)}
    return set()
