"""Syntax trees and checked rules back to text.

print_program(parse(text)) parses to the same tree as text
print_rule(rule, relations) shows a checked rule as one would write it: an aggregate stands
where its result is used, and free columns are left out by naming the others

before:  Rule(best(n), [medals(n, g, None), @1 = max x : {...}, g = @1])
after:   best(n) :- medals(nation: n, gold: g), g = max x : { medals(gold: x) }.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trivium.ir import nodes as ir
from trivium.ir.functors import CAST, TermFunctor, term_functor
from trivium.ir.types import Type
from trivium.ir.values import Term
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.formulas import (
    CONSTRAINTS,
    PRECEDENCE,
    PREFIXES,
    UNARY_PRECEDENCE,
)

_NOWHERE = Span(Source("<printed>", ""), 0, 0)
_ESCAPED = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
)
# An operand that binds weaker than its place needs stands in parentheses.
_AGGREGATE = 0


# --- syntax trees --------------------------------------------------------------------------------


def print_program(program: ast.Program) -> str:
    """The program's text, one item a line; comments and layout are gone."""
    return "".join(f"{print_item(item)}\n" for item in program.items)


def print_item(item: ast.Item) -> str:
    match item:
        case ast.Clause(heads, body, weights=weights):
            atoms = [print_formula(h) for h in heads]
            head = ", ".join(atoms)
            if weights:
                pairs = zip(weights, atoms, strict=True)
                head = "; ".join(f"{print_term(weight)}::{text}" for weight, text in pairs)
            return f"{head}." if body is None else f"{head} :- {print_formula(body)}."
        case ast.Subsumption(worse, better, body):
            rows = f"{print_formula(worse)} <= {print_formula(better)}"
            return f"{rows} :- {print_formula(body)}."
        case ast.Declaration():
            return _declaration(item)
        case ast.TypeDeclaration(name, bases, subtype):
            sign = "<:" if subtype else "="
            return f".type {name} {sign} {' | '.join(base.text for base in bases)}"
        case ast.RecordDeclaration(name, fields):
            return f".type {name} = [{_attributes(fields)}]"
        case ast.SumDeclaration(name, branches):
            shown = " | ".join(f"{b.name} {{{_attributes(b.fields)}}}" for b in branches)
            return f".type {name} = {shown}"
        case ast.FunctorDeclaration(name, fields, result, stateful):
            shown = ", ".join(f"{f.name}: {f.type}" if f.name else f.type for f in fields)
            return f".functor {name}({shown}): {result.text}{' stateful' * stateful}"
        case ast.Directive(kind, relation, options):
            shown = ", ".join(f"{key}={_text(value)}" for key, value in options)
            return f".{kind} {relation}({shown})" if shown else f".{kind} {relation}"
        case ast.Evidence(atom, positive):
            return f".evidence {'' if positive else '!'}{print_formula(atom)}"
        case ast.Utility(atom, positive, value):
            sign = "" if positive else "!"
            return f".utility {sign}{print_formula(atom)} = {print_term(value)}"
        case ast.Model(name, inputs, label, labels):
            shown = ", ".join(map(print_term, labels))
            label_text = f"-> {label.name}: {label.type} in [{shown}]"
            return f".model {name}({_attributes(inputs)}, {label_text})"
        case ast.Pragma(name, value):
            return f".pragma {_text(name)} {_text(value)}" if value else f".pragma {_text(name)}"
        case ast.Component():
            return _component(item)
        case ast.Instance(name, use):
            return f".init {name} = {_use(use)}"


def _declaration(item: ast.Declaration) -> str:
    if item.delta_of is not None:
        text = f".decl {item.name} = debug_delta({item.delta_of.text})"
    else:
        text = f".decl {item.name}({_attributes(item.columns)})"
    words = [text, *(word.text for word in item.qualifiers)]
    if item.choices:
        keys = [[column.text for column in key] for key in item.choices]
        shown = [key[0] if len(key) == 1 else f"({', '.join(key)})" for key in keys]
        words.append(f"choice-domain {', '.join(shown)}")
    return " ".join(words)


def _component(item: ast.Component) -> str:
    head = f".comp {item.name}{_arguments(item.parameters)}"
    if item.bases:
        head += f" : {', '.join(map(_use, item.bases))}"
    lines = [f".override {name.text}" for name in item.overrides]
    lines += [print_item(inner).replace("\n", "\n  ") for inner in item.items]
    return "\n  ".join([f"{head} {{", *lines]) + "\n}"


def _use(use: ast.ComponentUse) -> str:
    return f"{use.name}{_arguments(use.args)}"


def _arguments(names: Sequence[ast.Name]) -> str:
    return f"<{', '.join(name.text for name in names)}>" if names else ""


def _attributes(attributes: Sequence[ast.Attribute]) -> str:
    return ", ".join(f"{a.name}: {a.type}" for a in attributes)


def print_formula(formula: ast.Formula, inside: str = "") -> str:
    """The formula; `inside` is the connective around it: "", "," or ";" or "!"."""
    match formula:
        case ast.Atom(relation, args, _, names):
            shown = [print_term(arg) for arg in args]
            if names:
                shown = [f"{n.text}: {arg}" for n, arg in zip(names, shown, strict=True)]
            return f"{relation}({', '.join(shown)})" if shown else relation
        case ast.Comparison(op, left, right):
            if op in CONSTRAINTS:
                return f"{op}({print_term(left)}, {print_term(right)})"
            text = f"{print_term(left)} {op} {print_term(right)}"
            return f"({text})" if inside == "!" else text
        case ast.Holds(aggregate):
            return print_term(aggregate)
        case ast.Truth(value):
            return "true" if value else "false"
        case ast.Negation(body):
            return f"!{print_formula(body, '!')}"
        case ast.Conjunction(parts):
            text = ", ".join(print_formula(part, ",") for part in parts)
            return f"({text})" if inside in (",", "!") else text
        case ast.Disjunction(parts):
            text = " ; ".join(print_formula(part, ";") for part in parts)
            return f"({text})" if inside else text


def print_term(term: ast.Term, least: int = _AGGREGATE) -> str:
    """The term, in parentheses where it binds weaker than `least`."""
    match term:
        case ast.Variable(name):
            return name
        case ast.Wildcard():
            return "_"
        case ast.Integer(value, _, unsigned):
            text = f"{value}u" if unsigned else str(value)
            return f"({text})" if value < 0 and least > UNARY_PRECEDENCE else text
        case ast.Real(value):
            text = _real(value)
            return f"({text})" if text.startswith("-") and least > UNARY_PRECEDENCE else text
        case ast.Text(value):
            return _text(value)
        case ast.Call(functor, args):
            return _call(functor, args, least)
        case ast.Nil():
            return "nil"
        case ast.Structure(branch, args):
            parts = ", ".join(map(print_term, args))
            if branch is None:
                return f"[{parts}]"
            return f"${branch}({parts})" if args else f"${branch}"
        case ast.Cast(inside, wanted):
            return f"as({print_term(inside)}, {wanted.text})"
        case ast.Aggregate():
            text = _aggregate(term)
            return f"({text})" if least > _AGGREGATE else text


def _call(functor: str, args: Sequence[ast.Term], least: int) -> str:
    if functor in PRECEDENCE and len(args) == 2:
        strength = PRECEDENCE[functor]
        to_right = functor == "^"
        left = print_term(args[0], strength + 1 if to_right else strength)
        # What stands right of an operator is read from its first token on: `-` binds it whole.
        right = print_term(args[1], strength if to_right else strength + 1)
        text = f"{left} {functor} {right}"
    elif functor == "neg" and len(args) == 1:
        strength = UNARY_PRECEDENCE
        number = isinstance(args[0], ast.Integer | ast.Real)
        inner = print_term(args[0], UNARY_PRECEDENCE)
        text = f"-({inner})" if number or inner.startswith("-") else f"-{inner}"
    else:
        # `lnot(x) ^ y` is the `lnot` of a power, as `-x ^ y` is the opposite of one.
        strength = UNARY_PRECEDENCE if functor in PREFIXES else least
        text = f"{functor}({', '.join(print_term(arg) for arg in args)})"
    return f"({text})" if strength < least else text


def _aggregate(term: ast.Aggregate) -> str:
    words = [term.kind]
    if term.parameter is not None:
        text = print_term(term.parameter)
        simple = isinstance(term.parameter, ast.Variable) or text.isdecimal()
        words.append(text if simple else f"({text})")
    values = [_aggregated(value) for value in term.values]
    if values:
        words.append(" by ".join(values))
    if term.kind == "string_join" and term.separator != ", ":
        words[-1] += f", {_text(term.separator)}"
    body = print_formula(term.body)
    if term.condition is not None:
        body = f"{body} => {print_formula(term.condition)}"
    return f"{' '.join(words)} : {{ {body} }}"


def _aggregated(value: ast.Term) -> str:
    """A value, in parentheses where it would read as something else before the colon."""
    text = print_term(value)
    # `sum -x` is a subtraction, `max(x) :` and `x + count :` are aggregates themselves.
    plain = isinstance(value, ast.Variable | ast.Wildcard | ast.Text)
    return text if plain or text[0].isdigit() else f"({text})"


def _text(value: str) -> str:
    return f'"{value.translate(_ESCAPED)}"'


def _real(value: float) -> str:
    text = repr(value)
    return text if "." in text or "e" in text or not text[-1].isdigit() else f"{text}.0"


# --- checked rules -------------------------------------------------------------------------------


def print_rule(rule: ir.Rule, relations: Mapping[str, ir.Relation]) -> str:
    """The rule as one would write it; conversions that analysis put in are left out."""
    return print_item(_Writer(relations).clause(rule))


def print_literal(literal: ir.Literal, relations: Mapping[str, ir.Relation]) -> str:
    """One literal of a checked rule as one would write it."""
    writer = _Writer(relations)
    if isinstance(literal, ir.Aggregate):
        return print_term(writer.aggregate(literal))
    return print_formula(writer.formula(literal))


class _Writer:
    """Turns checked nodes into syntax nodes; an aggregate waits for the place of its result."""

    def __init__(self, relations: Mapping[str, ir.Relation]) -> None:
        self.relations = relations
        self.results: dict[str, ast.Aggregate] = {}

    def clause(self, rule: ir.Rule) -> ast.Clause:
        body = self.formulas(rule.body)
        head = self.atom(rule.head)
        joined = None if not body else ast.Conjunction(body, _NOWHERE) if body[1:] else body[0]
        return ast.Clause((head,), joined, _NOWHERE)

    def formulas(self, literals: Sequence[ir.Literal]) -> tuple[ast.Formula, ...]:
        for literal in literals:
            if isinstance(literal, ir.Aggregate):
                self.results[literal.result.name] = self.aggregate(literal)
        found: list[ast.Formula] = []
        matches: dict[tuple[ir.Term, str | None], int] = {}
        for literal in literals:
            if isinstance(literal, ir.Aggregate):
                continue
            part = _part(literal)
            if part is None:
                found.append(self.formula(literal))
            else:
                self.match(part, found, matches)
        return tuple(found)

    def match(
        self,
        part: _Part,
        found: list[ast.Formula],
        matches: dict[tuple[ir.Term, str | None], int],
    ) -> None:
        """Put a part of a term that is taken apart where it stands in the pattern.

        before:  t != nil, x = [T].0/2(t), 3 = [T].1/2(t)
        after:   t = [x, 3]
        """
        whole, functor, value = part
        place = matches.setdefault((whole, functor.branch), len(found))
        if place == len(found):
            blank = (ast.Wildcard(_NOWHERE),) * functor.size
            pattern = ast.Structure(functor.branch, blank, _NOWHERE)
            found.append(ast.Comparison("=", self.term(whole), pattern, _NOWHERE))
        if value is not None:
            known = found[place]
            assert isinstance(known, ast.Comparison)
            assert isinstance(known.right, ast.Structure)
            args = list(known.right.args)
            args[functor.place] = self.term(value)
            pattern = ast.Structure(functor.branch, tuple(args), _NOWHERE)
            found[place] = ast.Comparison("=", known.left, pattern, _NOWHERE)

    def formula(self, literal: ir.Atom | ir.Compare) -> ast.Formula:
        if isinstance(literal, ir.Atom):
            atom = self.atom(literal)
            return ast.Negation(atom, _NOWHERE) if literal.negated else atom
        left, right = self.term(literal.left), self.term(literal.right)
        if isinstance(left, ast.Aggregate) and left.kind in ("exists", "forall"):
            holds = ast.Holds(left, _NOWHERE)
            if literal.op == "=" and right == ast.Integer(1, _NOWHERE):
                return holds
            if literal.op == "=" and right == ast.Integer(0, _NOWHERE):
                return ast.Negation(holds, _NOWHERE)
        return ast.Comparison(literal.op, left, right, _NOWHERE)

    def atom(self, atom: ir.Atom) -> ast.Atom:
        relation = self.relations.get(atom.relation)
        terms = [ast.Wildcard(_NOWHERE) if arg is None else self.term(arg) for arg in atom.args]
        named = [i for i, arg in enumerate(atom.args) if arg is not None]
        if relation is None or len(named) == len(terms) or not named:
            return ast.Atom(atom.relation, tuple(terms), _NOWHERE)
        names = tuple(ast.Name(relation.columns[i].name, _NOWHERE) for i in named)
        if any(name.text == f"c{i}" for i, name in zip(named, names, strict=True)):
            # A column without a name of its own says more by its place.
            return ast.Atom(atom.relation, tuple(terms), _NOWHERE)
        return ast.Atom(atom.relation, tuple(terms[i] for i in named), _NOWHERE, names)

    def aggregate(self, literal: ir.Aggregate) -> ast.Aggregate:
        condition = self.formulas(literal.condition)
        body = self.formulas(literal.body)
        return ast.Aggregate(
            literal.kind,
            tuple(self.term(value) for value in literal.values),
            _all(body),
            _NOWHERE,
            None if literal.parameter is None else self.term(literal.parameter),
            _all(condition) if literal.kind == "forall" else None,
            literal.separator,
        )

    def term(self, term: ir.Term) -> ast.Term:
        match term:
            case ir.Var(name):
                return self.results.get(name) or ast.Variable(name, _NOWHERE)
            case ir.Const(value, type_):
                return _constant(value, type_)
            case ir.Call(functor, args):
                # Analysis wrote `itof` and `utof` where an integer met a float.
                if functor in ("itof", "utof"):
                    return self.term(args[0])
                made = term_functor(functor)
                if made is not None and made.role == "make":
                    return ast.Structure(made.branch, tuple(map(self.term, args)), _NOWHERE)
                if functor == CAST:
                    wanted = ast.Name(term.type, _NOWHERE)
                    return ast.Cast(self.term(args[0]), wanted, _NOWHERE)
                return ast.Call(functor, tuple(map(self.term, args)), _NOWHERE)


def _all(formulas: Sequence[ast.Formula]) -> ast.Formula:
    if not formulas:
        return ast.Truth(True, _NOWHERE)
    return formulas[0] if len(formulas) == 1 else ast.Conjunction(tuple(formulas), _NOWHERE)


# A term, how it is taken apart, and the value of one part; None where only its kind is asked.
_Part = tuple[ir.Term, TermFunctor, ir.Term | None]


def _part(literal: ir.Literal) -> _Part | None:
    """A literal that takes a term apart, or asks how it is made."""
    if not isinstance(literal, ir.Compare) or literal.op != "=":
        return None
    for one, other in ((literal.right, literal.left), (literal.left, literal.right)):
        functor = term_functor(one.functor) if isinstance(one, ir.Call) else None
        if isinstance(one, ir.Call) and functor is not None and functor.role != "make":
            return one.args[0], functor, other if functor.role == "get" else None
    return None


def _constant(value: ir.Value, type_: Type) -> ast.Term:
    if value is None:
        return ast.Nil(_NOWHERE)
    if isinstance(value, tuple | Term):
        branch, parts = (value.name, value.args) if isinstance(value, Term) else (None, value)
        return ast.Structure(branch, tuple(_constant(p, type_) for p in parts), _NOWHERE)
    if isinstance(value, str):
        return ast.Text(value, _NOWHERE)
    if type_ is Type.DATE and isinstance(value, int):
        return ast.Call("date", (ast.Text(show_date(value), _NOWHERE),), _NOWHERE)
    if isinstance(value, float):
        return ast.Real(value, _NOWHERE)
    return ast.Integer(value, _NOWHERE, type_ is Type.UNSIGNED)


def show_date(value: int) -> str:
    """A date column's integer as text: 19950301 is "1995-03-01", 19950300 is "1995-03"."""
    year, month, day = value // 10000, value // 100 % 100, value % 100
    parts = [f"{year:04d}", f"{month:02d}", f"{day:02d}"]
    while len(parts) > 1 and parts[-1] == "00":
        parts.pop()
    return "-".join(parts)
