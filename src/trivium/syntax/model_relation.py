"""Reading `.model`: a relation whose rows come from a net, or from models that are asked.

.model digit(image: tensor, -> label: number in 0..9)
.model kin(story: tensor, sentence: number, -> relation: symbol in ["mother", "father"])
.model positive(text: symbol, -> yes: bool) ask "Is it positive? {text}" using small, "dear"
.model fact(text: symbol, => subject: symbol, year: number) ask "Who did what, and when? {text}"
.model near(text: symbol, -> other: symbol in names, score: float) using embedding top 5
"""

from __future__ import annotations

import re
from dataclasses import replace

from trivium.errors import SyntaxProblem
from trivium.ir.text import unquoted
from trivium.syntax import ast
from trivium.syntax.formulas import FormulaParser

# A net's outputs are listed one by one; more are taken for a slip.
MOST_LABELS = 100_000
BOOL = "bool"
# What a model may be asked more often than, only by a slip.
_MOST_VOTES = 99
_BUDGETS = ("calls", "tokens", "cost")
_TARGETS = ("precision", "recall", "accuracy", "delta")
_PLACE = re.compile(r"\{\s*([^{}]*?)\s*\}")


def read_model(parser: FormulaParser) -> ast.Model | ast.ModelRelation:
    """The declaration after the word `.model`."""
    name = parser.expect("name", "the relation's name")
    parser.expect("(", "`(` and the inputs")
    inputs: list[ast.Attribute] = []
    while parser.kinds[parser.at] not in ("-", "=>"):
        inputs.append(_column(parser))
        parser.expect(",", "`,`, then the next input or `->` and what the model tells")
    if not inputs:
        raise parser.unexpected("an input before `->`: `image: tensor`, `text: symbol`")
    many = parser.take("=>")
    if not many:
        parser.expect("-")
        parser.expect(">", "`->` and what the model tells")
    outputs = [_output(parser)]
    while parser.take(","):
        outputs.append(_output(parser))
    parser.expect(")", "`,` or `)`")
    span = parser.tokens.span(name)
    text = parser.tokens.text(name)
    if parser.word() == "ask":
        return _asked(
            parser, ast.ModelRelation(text, tuple(inputs), tuple(outputs), many, "", span=span)
        )
    if parser.word() == "using":
        return _nearest(
            parser, ast.ModelRelation(text, tuple(inputs), tuple(outputs), True, "", span=span)
        )
    only = outputs[0]
    if many or len(outputs) > 1 or not only.labels:
        hint = 'write `ask "..."` after it; a net tells one of listed labels: `in 0..9`'
        raise SyntaxProblem(101, f"`{text}` does not say what its model is asked", span, hint=hint)
    return ast.Model(text, tuple(inputs), only.column, only.labels, span)


def _column(parser: FormulaParser) -> ast.Attribute:
    first = parser.expect("name", "a column's name")
    parser.expect(":", "`:` and its type")
    kind = parser.qualified("a type: `tensor`, `number`, `symbol`, `bool`")
    return ast.Attribute(parser.tokens.text(first), kind.text, parser.since(first))


def _output(parser: FormulaParser) -> ast.ModelOutput:
    column = _column(parser)
    if parser.word() != "in":
        return ast.ModelOutput(column)
    parser.at += 1
    if parser.take("["):
        return ast.ModelOutput(column, _list(parser))
    if parser.word():
        return ast.ModelOutput(column, domain=parser.qualified("a relation of the values"))
    return ast.ModelOutput(column, _range(parser))


def _list(parser: FormulaParser) -> tuple[ast.Term, ...]:
    labels = [parser.term()]
    while parser.take(","):
        labels.append(parser.term())
    parser.expect("]", "`]` after the labels")
    return tuple(labels)


def _range(parser: FormulaParser) -> tuple[ast.Term, ...]:
    """`0..9`, both ends included."""
    first = parser.at
    low = parser.term()
    parser.expect(".", "`..` and the last label")
    parser.expect(".", "`..` and the last label")
    high = parser.term()
    span = parser.since(first)
    if not isinstance(low, ast.Integer) or not isinstance(high, ast.Integer):
        raise SyntaxProblem(101, f"`{span.text}` is not a range of numbers", span)
    if not 0 <= high.value - low.value < MOST_LABELS:
        hint = f"there is at least one label, and at most {MOST_LABELS}"
        raise SyntaxProblem(101, f"the range `{span.text}` has no labels", span, hint=hint)
    return tuple(ast.Integer(value, span) for value in range(low.value, high.value + 1))


# --- what is asked -------------------------------------------------------------------------------


def _asked(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    """What follows the columns: `ask`, and in any order how."""
    parser.at += 1
    asked = parser.expect("string", "the question in quotes")
    question = unquoted(parser.tokens.text(asked))
    names = {column.name for column in found.inputs}
    places = _PLACE.findall(question)
    unknown = next((place for place in places if place not in names), None)
    if unknown is not None or not places:
        what = f"`{{{unknown}}}` is no input" if places else "the question names no input"
        hint = "its inputs are " + ", ".join(f"`{{{c.name}}}`" for c in found.inputs)
        raise SyntaxProblem(101, what, parser.tokens.span(asked), hint=hint)
    found = replace(found, question=question)
    said: set[str] = set()
    while (word := parser.word()) in _OPTIONS and parser.next_kind() not in ("(", ":-"):
        if word in said:
            raise SyntaxProblem(101, f"`{word}` is said twice", parser.tokens.span(parser.at))
        said.add(word)
        parser.at += 1
        found = _OPTIONS[word](parser, found)
    return found


def _nearest(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    """`using embedding top 5`: no question; of the listed values those that lie nearest."""
    parser.at += 1
    found = replace(found, using=(_name(parser),))
    first, *rest = found.outputs
    listed = first.domain is not None or first.labels
    kinds = [output.column.type for output in rest]
    if first.column.type != "symbol" or not listed or kinds not in ([], ["float"]):
        message = f"`{found.name}` does not say among which texts to look"
        hint = "write `-> other: symbol in names, score: float`, and the score only if it is wanted"
        raise SyntaxProblem(101, message, found.span, hint=hint)
    if parser.word() != "top":
        raise parser.unexpected("`top` and how many lie nearest: `top 5`")
    parser.at += 1
    count = _number(parser)
    if count != int(count) or count < 1:
        message = "the nearest are one or more"
        raise SyntaxProblem(101, message, parser.tokens.span(parser.at - 1), hint="write `top 5`")
    return replace(found, top=int(count))


def _using(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    names = [_name(parser)]
    while parser.take(","):
        names.append(_name(parser))
    return replace(found, using=tuple(names))


def _name(parser: FormulaParser) -> str:
    if parser.take("string"):
        return unquoted(parser.tokens.text(parser.at - 1))
    return parser.qualified("a model's name").text


def _symmetric(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    kinds = [column.type for column in found.inputs]
    if len(kinds) != 2 or kinds[0] != kinds[1]:
        message = f"`{found.name}` is not about two things of one type"
        raise SyntaxProblem(101, message, parser.tokens.span(parser.at - 1))
    return replace(found, symmetric=True)


def _votes(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    count = _number(parser)
    if count != int(count) or not 1 <= count <= _MOST_VOTES:
        message = f"votes are a whole number from 1 to {_MOST_VOTES}"
        raise SyntaxProblem(101, message, parser.tokens.span(parser.at - 1))
    return replace(found, votes=int(count))


def _target(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    numbers = dict(_pairs(parser, _TARGETS, "`precision`, `recall`, `accuracy` or `delta`"))
    wrong = next((name for name, value in numbers.items() if not 0 < value < 1), None)
    if wrong is not None or numbers.keys() <= {"delta"}:
        message = f"`{wrong}` is a share above 0 and below 1" if wrong else "a target says what of"
        hint = "write `target precision 0.95 delta 0.05`"
        raise SyntaxProblem(101, message, parser.tokens.span(parser.at - 1), hint=hint)
    both = numbers.keys() & {"precision", "recall"}
    kinds = [output.column.type for output in found.outputs]
    if both and ("accuracy" in numbers or found.many or kinds != [BOOL]):
        what = f"a {min(both)} is about one answer that is yes or no"
        message = f"{what}, and has no accuracy beside it" if kinds == [BOOL] else what
        hint = "write `target accuracy 0.95`, the share of inputs with the dear model's answer"
        raise SyntaxProblem(101, message, parser.tokens.span(parser.at - 1), hint=hint)
    return replace(found, target=ast.Target(**numbers))


def _budget(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    spent = tuple(_pairs(parser, _BUDGETS, "`calls`, `tokens` or `cost`"))
    return replace(found, budget=spent)


def _pairs(parser: FormulaParser, words: tuple[str, ...], wanted: str) -> list[tuple[str, float]]:
    """`word number`, one or more, each word once."""
    found: list[tuple[str, float]] = []
    while (word := parser.word()) in words:
        if word in (name for name, _ in found):
            raise SyntaxProblem(101, f"`{word}` is said twice", parser.tokens.span(parser.at))
        parser.at += 1
        found.append((word, _number(parser)))
    if not found:
        raise parser.unexpected(wanted)
    return found


def _number(parser: FormulaParser) -> float:
    if parser.kinds[parser.at] not in ("integer", "real"):
        raise parser.unexpected("a number")
    term = parser.primary()
    assert isinstance(term, ast.Integer | ast.Real)
    return float(term.value)


def _where(parser: FormulaParser, found: ast.ModelRelation) -> ast.ModelRelation:
    """`where feeling differs`: answers about pairs follow from answers about each of both."""
    at = parser.tokens.span(parser.at - 1)
    name = parser.qualified("the question about each of both: `where topic agrees`")
    word = parser.word()
    if word not in _LAWS:
        raise parser.unexpected("`agrees` or `differs`")
    parser.at += 1
    kinds = [column.type for column in found.inputs]
    told = [output.column.type for output in found.outputs]
    if len(kinds) != 2 or kinds[0] != kinds[1] or told != [BOOL] or found.many:
        message = f"`{found.name}` does not ask whether two things of one type agree"
        raise SyntaxProblem(101, message, at)
    return replace(found, law=ast.Law(name, _LAWS[word]))


_LAWS = {"agrees": True, "differs": False}
_OPTIONS = {
    "using": _using,
    "symmetric": _symmetric,
    "votes": _votes,
    "target": _target,
    "budget": _budget,
    "where": _where,
}
