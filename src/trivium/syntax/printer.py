"""Syntax trees back to text: print_program(parse(text)) parses to the same tree as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from trivium.ir import notation
from trivium.ir.notation import Piece
from trivium.ir.text import quoted
from trivium.syntax import ast


def print_program(program: ast.Program) -> str:
    """The program's text, one item a line; comments and layout are gone."""
    return "".join(f"{print_item(item)}\n" for item in program.items)


def print_item(item: ast.Item) -> str:
    match item:
        case ast.Clause(heads, body, weights=weights):
            return notation.clause(
                [*map(_formula, heads)],
                None if body is None else _formula(body),
                [None if weight is None else _term(weight) for weight in weights],
            )
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
            shown = ", ".join(f"{key}={quoted(value)}" for key, value in options)
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
        case ast.ModelRelation():
            return _model_relation(item)
        case ast.Pragma(name, value):
            return f".pragma {quoted(name)} {quoted(value)}" if value else f".pragma {quoted(name)}"
        case ast.Component():
            return _component(item)
        case ast.Instance(name, use):
            return f".init {name} = {_use(use)}"


def _model_relation(item: ast.ModelRelation) -> str:
    outputs = ", ".join(map(_model_output, item.outputs))
    arrow = "=>" if item.many and not item.top else "->"
    words = [f".model {item.name}({_attributes(item.inputs)}, {arrow} {outputs})"]
    if item.question:
        words.append(f"ask {quoted(item.question)}")
    if item.using:
        words.append(f"using {', '.join(map(quoted, item.using))}")
    if item.top:
        words.append(f"top {item.top}")
    if item.symmetric:
        words.append("symmetric")
    if item.votes > 1:
        words.append(f"votes {item.votes}")
    if item.target is not None:
        target = asdict(item.target)
        said = [f"{name} {value!r}" for name, value in target.items() if value is not None]
        words.append(f"target {' '.join(said)}")
    if item.law is not None:
        words.append(f"where {item.law.of.text} {'agrees' if item.law.agrees else 'differs'}")
    if item.budget:
        words.append(f"budget {' '.join(f'{name} {value!r}' for name, value in item.budget)}")
    return " ".join(words)


def _model_output(output: ast.ModelOutput) -> str:
    text = f"{output.column.name}: {output.column.type}"
    if output.labels:
        return f"{text} in [{', '.join(map(print_term, output.labels))}]"
    return text if output.domain is None else f"{text} in {output.domain.text}"


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


def print_formula(formula: ast.Formula) -> str:
    return _formula(formula).text


def print_term(term: ast.Term) -> str:
    return _term(term).text


def _formula(formula: ast.Formula) -> Piece:
    match formula:
        case ast.Atom(relation, args, names=names):
            return notation.atom(relation, [*map(_term, args)], [name.text for name in names])
        case ast.Comparison(op, left, right):
            return notation.comparison(op, _term(left), _term(right))
        case ast.Holds(aggregate):
            return notation.holds(_term(aggregate))
        case ast.Truth(value):
            return Piece("true" if value else "false")
        case ast.Negation(body):
            return notation.negation(_formula(body))
        case ast.Conjunction(parts):
            return notation.conjunction([*map(_formula, parts)])
        case ast.Disjunction(parts):
            return notation.disjunction([*map(_formula, parts)])


def _term(term: ast.Term) -> Piece:
    match term:
        case ast.Variable(name):
            return Piece(name)
        case ast.Wildcard():
            return notation.WILDCARD
        case ast.Integer(value, unsigned=unsigned):
            return notation.plain(value, unsigned)
        case ast.Real(value) | ast.Text(value):
            return notation.plain(value)
        case ast.Call(functor, args):
            return notation.call(functor, [*map(_term, args)])
        case ast.Nil():
            return notation.NIL
        case ast.Structure(branch, args):
            return notation.structure(branch, [*map(_term, args)])
        case ast.Cast(inside, wanted):
            return notation.cast(_term(inside), wanted.text)
        case ast.Aggregate():
            return notation.aggregate(
                term.kind,
                [*map(_term, term.values)],
                _formula(term.body),
                None if term.parameter is None else _term(term.parameter),
                None if term.condition is None else _formula(term.condition),
                term.separator,
            )
