"""Reading `.model`: a relation whose rows come from a net.

.model digit(image: tensor, -> label: number in 0..9)
.model kin(story: tensor, sentence: number, -> relation: symbol in ["mother", "father"])
"""

from __future__ import annotations

from trivium.errors import SyntaxProblem
from trivium.syntax import ast
from trivium.syntax.formulas import FormulaParser

# A net's outputs are listed one by one; more are taken for a slip.
MOST_LABELS = 100_000


def read_model(parser: FormulaParser) -> ast.Model:
    """The declaration after the word `.model`."""
    name = parser.expect("name", "the relation's name")
    parser.expect("(", "`(` and the net's inputs")
    inputs: list[ast.Attribute] = []
    while not parser.take("-"):
        inputs.append(_column(parser))
        parser.expect(",", "`,`, then the next input or `->` and the label")
    if not inputs:
        raise parser.unexpected("an input before `->`: `image: tensor`")
    parser.expect(">", "`->` and the label")
    label = _column(parser)
    if parser.word() != "in":
        raise parser.unexpected('`in` and the labels: `in 0..9`, `in ["a", "b"]`')
    parser.at += 1
    labels = _list(parser) if parser.take("[") else _range(parser)
    parser.expect(")", "`)` after the labels")
    span = parser.tokens.span(name)
    return ast.Model(parser.tokens.text(name), tuple(inputs), label, labels, span)


def _column(parser: FormulaParser) -> ast.Attribute:
    first = parser.expect("name", "a column's name")
    parser.expect(":", "`:` and its type")
    kind = parser.qualified("a type: `tensor`, `number`, `symbol`")
    return ast.Attribute(parser.tokens.text(first), kind.text, parser.since(first))


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
        hint = f"a net has at least one label, and at most {MOST_LABELS}"
        raise SyntaxProblem(101, f"the range `{span.text}` has no labels", span, hint=hint)
    return tuple(ast.Integer(value, span) for value in range(low.value, high.value + 1))
