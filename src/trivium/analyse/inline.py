"""Write the rules of `inline` relations where they are used.

    before:  .decl near(x: number, y: number) inline
             near(x, y) :- x - y < 3, y - x < 3.
             pair(a, b) :- point(a), point(b), near(a, b).
    after:   pair(a, b) :- point(a), point(b), (a - b < 3, b - a < 3).

The rows of no other relation change; and since an inline relation's variables may be bound where
it is used, its rules alone need not be safe. An atom is left as it is, and the relation computed
after all, where writing its rules out would change the meaning: inside an aggregate, which counts
each way to satisfy its body, and under a negation, if the rules bring variables of their own.
Raises ProgramError 237 for inline relations that use themselves, or that a directive names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from trivium.analyse.near import listed
from trivium.analyse.rename import fresh
from trivium.analyse.substitute import put_in_place, variable_names
from trivium.errors import ProgramError
from trivium.source import Span
from trivium.syntax import ast

# A relation with more rules than this is not written out.
MAX_RULES = 64


def inline(program: ast.Program) -> ast.Program:
    """The program with its inline relations written out where they are used."""
    rules = _inline_rules(program)
    if not rules:
        return program
    for item in program.items:
        if isinstance(item, ast.Directive) and item.relation in rules:
            message = f"`.{item.kind}` names `{item.relation}`, which is inline"
            hint = "take `inline` from its declaration"
            raise ProgramError(237, message, item.span, hint=hint)
    done: dict[str, tuple[ast.Clause, ...]] = {}
    for name in _innermost_first(rules, program):
        done[name] = tuple(_Writer(done, program).clause(rule) for rule in rules[name])
    writer = _Writer(done, program)
    items = [writer.item(item) for item in program.items if not _heads_only(item, done)]
    kept = _still_used(writer.left, done)
    items += [rule for name in done if name in kept for rule in done[name]]
    return replace(program, items=tuple(items))


def _inline_rules(program: ast.Program) -> dict[str, list[ast.Clause]]:
    """The rules of each inline relation, with one head each."""
    excluded = {
        name
        for item in program.items
        if isinstance(item, ast.Pragma) and item.name == "inline-exclude"
        for name in item.value.replace(",", " ").split()
    }
    rules: dict[str, list[ast.Clause]] = {}
    for item in program.items:
        if isinstance(item, ast.Declaration) and item.name not in excluded:
            words = {word.text for word in item.qualifiers}
            if "inline" in words and "no_inline" not in words:
                rules[item.name] = []
    for item in program.items:
        if isinstance(item, ast.Clause):
            for head in item.heads:
                if head.relation in rules:
                    rules[head.relation].append(replace(item, heads=(head,)))
    return {name: found for name, found in rules.items() if len(found) <= MAX_RULES}


def _heads_only(item: ast.Item, inlined: Mapping[str, object]) -> bool:
    """Whether a clause derives nothing but inline relations."""
    return isinstance(item, ast.Clause) and all(h.relation in inlined for h in item.heads)


def _innermost_first(rules: Mapping[str, list[ast.Clause]], program: ast.Program) -> list[str]:
    """The relations, each after those that its rules use; E237 if they use themselves."""
    order: list[str] = []
    spans = {d.name: d.span for d in program.items if isinstance(d, ast.Declaration)}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = path[path.index(name) :]
            message = f"the inline relations {listed(circle)} use themselves"
            if len(circle) == 1:
                message = f"the inline relation `{name}` uses itself"
            hint = "take `inline` from one of them"
            raise ProgramError(237, message, spans[name], hint=hint)
        if name not in order:
            for rule in rules[name]:
                for used in _relations(rule.body):
                    if used in rules:
                        visit(used, (*path, name))
            order.append(name)

    for name in rules:
        visit(name, ())
    return order


def _still_used(left: set[str], rules: Mapping[str, Sequence[ast.Clause]]) -> set[str]:
    """The inline relations that some atom still names, and those that their rules do."""
    kept: set[str] = set()
    waiting = sorted(left)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += [r for rule in rules[name] for r in _relations(rule.body) if r in rules]
    return kept


def _relations(node: object) -> list[str]:
    """The relations of all atoms in a piece of syntax."""
    if isinstance(node, tuple):
        return [name for part in node for name in _relations(part)]
    found = [node.relation] if isinstance(node, ast.Atom) else []
    for field in getattr(type(node), "__dataclass_fields__", {}):
        if field not in ("span", "source"):
            found += _relations(getattr(node, field))
    return found


class _Writer:
    """Writes rules out in one item after the other; `left` are the inline relations still named."""

    def __init__(self, rules: Mapping[str, Sequence[ast.Clause]], program: ast.Program) -> None:
        self.rules = rules
        self.types = {d.name: d.columns for d in program.items if isinstance(d, ast.Declaration)}
        self.left: set[str] = set()
        self.taken: set[str] = set()

    def item(self, item: ast.Item) -> ast.Item:
        if isinstance(item, ast.Clause):
            return self.clause(item)
        if isinstance(item, ast.Subsumption):
            self.taken = variable_names(item)
            return replace(item, body=self.formula(item.body))
        return item

    def clause(self, clause: ast.Clause) -> ast.Clause:
        self.taken = variable_names(clause)
        heads = tuple(head for head in clause.heads if head.relation not in self.rules)
        heads = tuple(replace(h, args=self.terms(h.args)) for h in heads or clause.heads)
        body = None if clause.body is None else self.formula(clause.body)
        return replace(clause, heads=heads, body=body)

    # --- formulas --------------------------------------------------------------------------------

    def formula(
        self, formula: ast.Formula, negated: bool = False, folded: bool = False
    ) -> ast.Formula:
        """The formula; `negated` under a `!`, `folded` inside an aggregate."""
        match formula:
            case ast.Atom(relation, args):
                formula = replace(formula, args=self.terms(args))
                return self.atom(formula, negated, folded) if relation in self.rules else formula
            case ast.Comparison(left=left, right=right):
                left, right = self.terms((left, right))
                return replace(formula, left=left, right=right)
            case ast.Holds(aggregate):
                return replace(formula, aggregate=self.aggregate(aggregate))
            case ast.Negation(body):
                return replace(formula, body=self.formula(body, True, folded))
            case ast.Conjunction(parts) | ast.Disjunction(parts):
                written = tuple(self.formula(part, negated, folded) for part in parts)
                return replace(formula, parts=written)
        return formula

    def terms(self, terms: tuple[ast.Term, ...]) -> tuple[ast.Term, ...]:
        return tuple(map(self.term, terms))

    def term(self, term: ast.Term) -> ast.Term:
        match term:
            case ast.Call(args=args) | ast.Structure(args=args):
                return replace(term, args=self.terms(args))
            case ast.Cast(value):
                return replace(term, value=self.term(value))
            case ast.Aggregate():
                return self.aggregate(term)
        return term

    def aggregate(self, term: ast.Aggregate) -> ast.Aggregate:
        return replace(
            term,
            values=self.terms(term.values),
            body=self.formula(term.body, folded=True),
            condition=term.condition and self.formula(term.condition, folded=True),
        )

    # --- atoms -----------------------------------------------------------------------------------

    def atom(self, atom: ast.Atom, negated: bool, folded: bool) -> ast.Formula:
        """The rules of the atom's relation with its arguments; or the atom, where that differs."""
        rules = self.rules[atom.relation]
        if not atom.names and all(len(r.heads[0].args) == len(atom.args) for r in rules):
            if not rules:
                return ast.Truth(False, atom.span)
            before = set(self.taken)
            bodies = [self.body(rule, atom) for rule in rules]
            own = any(more for _, more in bodies)
            once = len(rules) == 1 and not own and not _has_wildcard(rules[0].body)
            if once or not (folded or (negated and own)):
                formulas = tuple(body for body, _ in bodies)
                return formulas[0] if len(rules) == 1 else ast.Disjunction(formulas, atom.span)
            self.taken = before
        self.left.add(atom.relation)
        return atom

    def body(self, rule: ast.Clause, atom: ast.Atom) -> tuple[ast.Formula, bool]:
        """What must hold for a rule to derive the atom, and whether that has variables of its own.

        A variable of the rule's head is the atom's argument; one that stands there again, and
        everything else in the head, is compared with it.
        """
        places: dict[str, ast.Term] = {}
        pairs: list[tuple[ast.Term, ast.Term]] = []
        aggregated = variable_names(tuple(_aggregated(rule.body)))
        types = self.types.get(atom.relation, ())
        for place, (given, wanted) in enumerate(zip(atom.args, rule.heads[0].args, strict=True)):
            kind = types[place].type if place < len(types) else ""
            for one, other in _parts(given, wanted, kind):
                is_new = isinstance(other, ast.Variable) and other.name not in places
                if is_new and not (_open(one) or variable_names(other) & aggregated):
                    places.update(dict.fromkeys(variable_names(other), one))
                else:
                    pairs.append((one, other))
        own = sorted(variable_names(rule) - places.keys())
        for name in own:
            places[name] = ast.Variable(fresh(name, self.taken), atom.span)
        parts: list[ast.Formula] = [
            ast.Comparison("=", given, put_in_place(wanted, places), atom.span)
            for given, wanted in pairs
        ]
        if rule.body is not None and not isinstance(rule.body, ast.Truth):
            parts.append(put_in_place(rule.body, places))
        elif isinstance(rule.body, ast.Truth) and not rule.body.value:
            parts.append(rule.body)
        return _all(parts, atom.span), bool(own)


def _parts(given: ast.Term, wanted: ast.Term, kind: str) -> Iterator[tuple[ast.Term, ast.Term]]:
    """What must be equal for two terms of a type to be: their parts, if both are made alike."""
    match given, wanted:
        case ast.Wildcard(), _:
            pass
        case ast.Structure(branch, args), ast.Structure(other_branch, others) if (
            branch,
            len(args),
        ) == (other_branch, len(others)):
            for one, other in zip(args, others, strict=True):
                yield from _parts(one, other, "")
        case _:
            yield _typed(given, kind), _typed(wanted, kind)


def _typed(term: ast.Term, kind: str) -> ast.Term:
    """A constant as a column of this type holds it: what stands around it tells no type now."""
    if isinstance(term, ast.Integer) and kind == "float" and not term.unsigned:
        return ast.Real(float(term.value), term.span)
    if isinstance(term, ast.Structure) and kind and not variable_names(term) and not _open(term):
        return ast.Cast(term, ast.Name(kind, term.span), term.span)
    return term


def _aggregated(node: object) -> list[ast.Term]:
    """The values of all aggregates in a piece of syntax."""
    if isinstance(node, tuple):
        return [value for part in node for value in _aggregated(part)]
    found = list(node.values) if isinstance(node, ast.Aggregate) else []
    for field in getattr(type(node), "__dataclass_fields__", {}):
        if field not in ("span", "source"):
            found += _aggregated(getattr(node, field))
    return found


def _has_wildcard(node: object) -> bool:
    if isinstance(node, tuple):
        return any(map(_has_wildcard, node))
    names = getattr(type(node), "__dataclass_fields__", {})
    parts = (getattr(node, name) for name in names if name not in ("span", "source"))
    return isinstance(node, ast.Wildcard) or any(map(_has_wildcard, parts))


def _open(term: ast.Term) -> bool:
    """Whether the term is a pattern, or costs too much to stand in several places."""
    if isinstance(term, ast.Structure | ast.Call):
        return any(map(_open, term.args))
    return isinstance(term, ast.Wildcard | ast.Aggregate)


def _all(parts: list[ast.Formula], span: Span) -> ast.Formula:
    if not parts:
        return ast.Truth(True, span)
    return parts[0] if len(parts) == 1 else ast.Conjunction(tuple(parts), span)
