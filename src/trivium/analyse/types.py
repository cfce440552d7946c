"""The types of columns and variables, found from what is declared, given or written.

    before:  ratio(n, g / 2.0) :- medals(n, g).      where medals(nation: symbol, gold: number)
    after:   ratio(n: symbol, c1: float)

Types flow forward, from facts, inputs and declarations through bodies to heads, until nothing
changes; a column only moves up (integer literal → number → float), so this ends. An integer
literal is a number, unless what it meets is a float or unsigned. Mistakes are left alone here:
`elaborate.py`, which builds the typed rules, reports them in the order of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from trivium.analyse.declared import Types
from trivium.analyse.flat import FlatAggregate, FlatAtom, FlatLiteral, FlatMatch, FlatRule
from trivium.ir.functors import FunctorSignature, Overload
from trivium.ir.types import Branch, Type
from trivium.syntax import ast


class Loose(Enum):
    """The type of an integer literal: number, unless what it meets says otherwise; and that of
    `nil` and `[...]`: whichever type of records they meet."""

    INTEGER = "number"
    RECORD = "record"


Known = Type | Loose
Scope = dict[str, Known]

_NUMERIC = (Type.NUMBER, Type.UNSIGNED, Type.FLOAT)


def settle(known: Known) -> Type:
    return Type(known.value) if isinstance(known, Loose) else known


def join(one: Known | None, other: Known | None) -> Known | None:
    """The type that holds both; `one` where they do not go together."""
    if one is None or other is None or one == other:
        return one if other is None else other
    if one is Loose.INTEGER and other in _NUMERIC:
        return other
    if one is Loose.RECORD and isinstance(other, Type) and other.structured:
        return other
    if {one, other} == {Type.NUMBER, Type.FLOAT}:
        return Type.FLOAT
    return one


def fits(have: Known, want: Type) -> bool:
    """Whether a value of one type may stand where the other is wanted, converted if need be."""
    if have == want:
        return True
    if have is Loose.INTEGER:
        return want in _NUMERIC
    if have is Loose.RECORD:
        return want.structured
    return want is Type.FLOAT and have in _NUMERIC


def choose(signature: FunctorSignature, args: Sequence[Known | None]) -> Overload | None:
    """The overload that these arguments fit with the fewest conversions.

    None when none fits, or when an argument's type is not known yet and the result depends on it.
    """
    ranked = []
    for overload in signature.overloads:
        if not overload.accepts(len(args)):
            continue
        wanted = overload.expand(len(args))
        if all(have is None or fits(have, want) for have, want in zip(args, wanted, strict=True)):
            pairs = zip(args, wanted, strict=True)
            ranked.append((sum(_conversion(have, want) for have, want in pairs), overload))
    if not ranked:
        return None
    best = min(ranked, key=lambda pair: pair[0])[1]
    if None in args and any(overload.result != best.result for _, overload in ranked):
        return None
    return best


def _conversion(have: Known | None, want: Type) -> int:
    """What it costs to turn one type into the other: a literal's own type is nearly free."""
    if have is None or have == want:
        return 0
    if isinstance(have, Loose):
        return 1 if want is Type.NUMBER else 2
    return 3


class Inference:
    """The types of all columns, and of the variables of one rule at a time."""

    def __init__(
        self,
        fixed: Mapping[str, Sequence[Type]],
        open_columns: Mapping[str, int],
        functors: Mapping[str, FunctorSignature],
        types: Types,
    ) -> None:
        self.fixed = fixed
        self.functors = functors
        self.types = types
        self.columns: dict[str, list[Known | None]] = {
            **{name: list(types) for name, types in fixed.items()},
            **{name: [None] * arity for name, arity in open_columns.items()},
        }

    # --- columns ---------------------------------------------------------------------------------

    def add_fact(self, relation: str, values: Sequence[ast.Term]) -> None:
        if relation in self.fixed:
            return
        columns = self.columns[relation]
        for index, value in enumerate(values):
            columns[index] = join(columns[index], self.term(value, {}))

    def solve(self, strata: Sequence[Sequence[FlatRule]]) -> None:
        """Let types flow through the rules, one stratum after the other."""
        derived = {rule.head.relation for rules in strata for rule in rules}
        self._settle(name for name in self.columns if name not in derived)
        for rules in strata:
            changed = True
            while changed:
                changed = False
                for rule in rules:
                    changed = self._flow(rule) or changed
            self._settle({rule.head.relation for rule in rules})

    def _settle(self, names: Iterable[str]) -> None:
        """Columns that hold integer literals and nothing else are numbers from here on."""
        for name in names:
            known = self.columns[name]
            self.columns[name] = [None if k is None else settle(k) for k in known]

    def _flow(self, rule: FlatRule) -> bool:
        relation = rule.head.relation
        if relation in self.fixed:
            return False
        scope = self.scope(rule.body, {})
        before = list(self.columns[relation])
        after = [
            join(old, None if arg is None else self.term(arg, scope))
            for old, arg in zip(before, rule.head.args, strict=True)
        ]
        self.columns[relation] = after
        return before != after

    # --- variables -------------------------------------------------------------------------------

    def scope(self, literals: Sequence[FlatLiteral], outer: Mapping[str, Known]) -> Scope:
        """The types of the variables that these literals bind, and of the outer ones."""
        scope: Scope = dict(outer)
        for literal in literals:
            if isinstance(literal, FlatAtom) and not literal.negated:
                for arg, known in zip(literal.args, self.columns[literal.relation], strict=True):
                    if isinstance(arg, ast.Variable) and arg.name not in outer:
                        self._meet(scope, arg.name, known)
        by_atom = set(scope)
        before: Scope | None = None
        while before != scope:
            before = dict(scope)
            for literal in literals:
                if isinstance(literal, FlatAggregate):
                    known = self.aggregate(literal, scope)
                    if known is not None:
                        scope[literal.result] = known
                elif isinstance(literal, FlatMatch):
                    self._take_apart(scope, by_atom, literal)
                elif isinstance(literal, ast.Comparison) and literal.op == "=":
                    self._equate(scope, by_atom, literal.left, literal.right)
                    self._equate(scope, by_atom, literal.right, literal.left)
        return scope

    def _take_apart(self, scope: Scope, by_atom: set[str], match: FlatMatch) -> None:
        """The variables of a structure have the types of its parts."""
        self._equate(scope, by_atom, match.term, match.structure)
        branch = self.branch(match.structure, scope.get(match.term.name))
        if branch is None:
            return
        for arg, kind in zip(match.structure.args, branch.types, strict=False):
            if isinstance(arg, ast.Variable) and arg.name not in by_atom:
                self._meet(scope, arg.name, kind)

    def branch(self, structure: ast.Structure, known: Known | None) -> Branch | None:
        """What a structure makes, where a value of a type is known to be wanted."""
        if structure.branch is None:
            return self.types.record(known)
        found = self.types.branches.get(structure.branch)
        return None if found is None else found[1]

    def _meet(self, scope: Scope, name: str, known: Known | None) -> None:
        """A variable in several columns has the type that goes into all: number before float."""
        have = scope.get(name)
        if known is None:
            return
        narrows = known in _NUMERIC and (have is Loose.INTEGER or have is Type.FLOAT)
        narrows = narrows or have is Loose.RECORD
        if have is None or narrows:
            scope[name] = known

    def _equate(self, scope: Scope, by_atom: set[str], one: ast.Term, other: ast.Term) -> None:
        """`x = term` gives `x` the term's type, unless an atom has given it one."""
        if not isinstance(one, ast.Variable) or one.name in by_atom:
            return
        known = self.term(other, scope)
        have = scope.get(one.name)
        if known is not None and (have is None or isinstance(have, Loose)):
            scope[one.name] = known if have is None else join(have, known) or known

    def aggregate(self, aggregate: FlatAggregate, scope: Scope) -> Known | None:
        """The type of an aggregate's result."""
        if aggregate.kind in ("count", "exists", "forall", "autoinc"):
            return Type.NUMBER
        if aggregate.kind in ("mean", "median"):
            return Type.FLOAT
        if aggregate.kind == "string_join":
            return Type.SYMBOL
        if aggregate.kind == "range":
            known: Known | None = None
            for value in aggregate.values:
                known = join(known, self.term(value, scope))
            return known
        return self.term(aggregate.values[0], self.inside(aggregate, scope))

    def inside(self, aggregate: FlatAggregate, scope: Mapping[str, Known]) -> Scope:
        """The scope of an aggregate's body: its group has the outer types, all else its own."""
        names = {variable.name for variable in aggregate.group}
        outer = {name: known for name, known in scope.items() if name in names}
        return self.scope(aggregate.body, outer)

    # --- terms -----------------------------------------------------------------------------------

    def term(self, term: ast.Term, scope: Mapping[str, Known]) -> Known | None:
        """The term's type, or None while it is not known."""
        match term:
            case ast.Variable(name):
                return scope.get(name)
            case ast.Integer():
                return Type.UNSIGNED if term.unsigned else Loose.INTEGER
            case ast.Real():
                return Type.FLOAT
            case ast.Text():
                return Type.SYMBOL
            case ast.Call(functor, args):
                return self.call(functor, [self.term(arg, scope) for arg in args])
            case ast.Nil() | ast.Structure(None):
                return Loose.RECORD
            case ast.Structure(str(branch)):
                owner = self.types.branches.get(branch)
                return None if owner is None else owner[0].type
            case ast.Cast(_, name):
                return self.types.type(name.text, name.span)
        return None

    def call(self, functor: str, args: Sequence[Known | None]) -> Known | None:
        signature = self.functors.get(functor)
        overload = None if signature is None else choose(signature, args)
        if signature is None or overload is None:
            return None
        if all(arg is Loose.INTEGER for arg in args) and overload.result is Type.NUMBER:
            # Integer literals give one more, if the functor is there for every kind of number.
            results = {o.result for o in signature.overloads if o.args == (o.result,) * len(o.args)}
            if results.issuperset(_NUMERIC) or results == {Type.NUMBER, Type.UNSIGNED}:
                return Loose.INTEGER
        return overload.result
