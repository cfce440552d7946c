"""A question about pairs that factors becomes one question an item, and a rule.

    .model feeling(text: symbol, -> f: symbol in ["good", "bad"]) ask "How does {text} feel?"
    .model apart(a: symbol, b: symbol, -> yes: bool) ask "Do {a} and {b} disagree?"
           where feeling differs

    before:  quarrel(x, y) :- said(x, a), said(y, b), apart(a, b).
    after:   quarrel(x, y) :- said(x, a), said(y, b), feeling(a, f), feeling(b, g), f != g.

So n texts are read n times, not n * (n - 1) / 2. `agrees` is the law that both answers are the
same. The law is the program's word for it: nobody checks it. Where one is not known, neither the
pair nor its opposite holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from trivium.analyse.near import did_you_mean
from trivium.errors import ProgramError
from trivium.source import Span
from trivium.syntax import ast

_YES, _NO = ("yes", "true"), ("no", "false")


def factor(program: ast.Program) -> ast.Program:
    """The program without its questions about pairs that have a law. Raises ProgramError 329 for a
    law that names no question about one of both."""
    questions = {i.name: i for i in program.items if isinstance(i, ast.ModelRelation)}
    laws = {name: question for name, question in questions.items() if question.law is not None}
    if not laws:
        return program
    for question in laws.values():
        _check(question, questions)
    factoring = _Factoring(laws)
    items = [
        replace(item, body=factoring.formula(item.body)) if isinstance(item, ast.Clause) else item
        for item in program.items
        if not (isinstance(item, ast.ModelRelation) and item.name in laws)
    ]
    return replace(program, items=tuple(items))


def _check(question: ast.ModelRelation, questions: Mapping[str, ast.ModelRelation]) -> None:
    assert question.law is not None
    name = question.law.of
    told = questions.get(name.text)
    kinds = [column.type for column in question.inputs]
    if told is None or told.law is not None:
        known = [n for n, other in questions.items() if other.law is None]
        what, hint = "is no question of its own", did_you_mean(name.text, known)
    elif told.many or len(told.outputs) != 1 or [c.type for c in told.inputs] != kinds[:1]:
        what = f"does not tell one thing of each `{kinds[0]}`"
        hint = None
    else:
        return
    message = f"`{name.text}`, by which `{question.name}` goes, {what}"
    hint = hint or f'declare `.model {name.text}(item: {kinds[0]}, -> label: symbol in ["a", "b"])`'
    raise ProgramError(329, message, name.span, hint=hint)


@dataclass
class _Factoring:
    laws: Mapping[str, ast.ModelRelation]
    fresh: int = field(default=0)

    def formula(self, node: Any) -> Any:
        match node:
            case ast.Negation(body=ast.Atom() as atom) if atom.relation in self.laws:
                return self._pair(atom, denied=True)
            case ast.Atom() if node.relation in self.laws:
                return self._pair(node, denied=False)
            case tuple():
                return tuple(map(self.formula, node))
        if not is_dataclass(node) or isinstance(node, Span | ast.Name | type):
            return node
        parts = (part.name for part in fields(node) if part.name != "span")
        return replace(node, **{name: self.formula(getattr(node, name)) for name in parts})

    def _pair(self, atom: ast.Atom, denied: bool) -> ast.Formula:
        question = self.laws[atom.relation]
        first, second, told = _arguments(atom, question)
        if isinstance(told, ast.Variable) and told.name in (*_YES, *_NO):
            told = ast.Text(told.name, told.span)
        if told is None or isinstance(told, ast.Text):
            says = told is None or told.value in _YES
            return self._law(question, first, second, says is not denied, atom.span)
        if isinstance(told, ast.Wildcard) and not denied:
            told = None
        sides = []
        for answer, holds in ((_YES[0], not denied), (_NO[0], denied)):
            parts = [self._law(question, first, second, holds, atom.span)]
            if told is not None:
                text = ast.Text(answer, atom.span)
                parts.append(ast.Comparison("=", told, text, atom.span))
            sides.append(ast.Conjunction(tuple(parts), atom.span))
        return ast.Disjunction(tuple(sides), atom.span)

    def _law(
        self,
        question: ast.ModelRelation,
        first: ast.Term,
        second: ast.Term,
        holds: bool,
        span: Span,
    ) -> ast.Formula:
        assert question.law is not None
        law, self.fresh = question.law, self.fresh + 1
        one, other = (ast.Variable(f"{law.of.text} {n} of {self.fresh}", span) for n in (1, 2))
        items = [
            ast.Atom(law.of.text, (item, name), span)
            for item, name in ((first, one), (second, other))
        ]
        op = "=" if law.agrees is holds else "!="
        return ast.Conjunction((*items, ast.Comparison(op, one, other, span)), span)


def _arguments(
    atom: ast.Atom, question: ast.ModelRelation
) -> tuple[ast.Term, ast.Term, ast.Term | None]:
    """Both things of a pair, and the answer, where it is written."""
    columns = [column.name for column in question.inputs] + [question.outputs[0].column.name]
    if atom.names:
        by_name = dict(zip((name.text for name in atom.names), atom.args, strict=True))
        args = [by_name.get(column) for column in columns]
    else:
        args = [*atom.args, *[None] * (3 - len(atom.args))]
    if len(args) != 3 or args[0] is None or args[1] is None:
        message = f"`{question.name}` is about two things, and tells yes or no"
        raise ProgramError(329, message, atom.span, hint=f"write `{question.name}(a, b)`")
    return args[0], args[1], args[2]
