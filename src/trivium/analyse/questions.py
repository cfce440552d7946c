"""Relations that models are asked for: what they are in a program.

    .model positive(text: symbol, -> yes: bool) ask "Is this positive? {text}"
    before:  good(m) :- review(m, t), positive(t).      bad(m) :- review(m, t), !positive(t).
    after:   .decl positive(text: symbol, yes: symbol)
             good(m) :- review(m, t), positive(t, "yes").
             bad(m) :- review(m, t), positive(t, "no").

They are offered like all that is answered from outside. A `bool` is one of the texts `yes` and
`no`; an atom that leaves it out means yes, and `true` and `false` are other words for them. What
has one answer for each input is not what it is where it is another: so a literal with `!` is about
what was answered, and a reply that is not known makes neither it nor its opposite hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from trivium.analyse.outside import Offer, Signature, own_rows
from trivium.errors import ProgramError
from trivium.source import Span
from trivium.syntax import ast

Node = TypeVar("Node")
BOOL, YES, NO = "bool", "yes", "no"
_WORDS = {"true": YES, "false": NO}
# A model costs more than what else answers a relation; each further one that may be asked, too.
_COST = 100.0


def questions_of(program: ast.Program) -> dict[str, ast.ModelRelation]:
    return {item.name: item for item in program.items if isinstance(item, ast.ModelRelation)}


def asked_of(program: ast.Program) -> dict[str, ast.ModelRelation]:
    """Those whose answers may stay unknown: embeddings know all that lies near."""
    return {name: found for name, found in questions_of(program).items() if not found.top}


def spell_questions(
    program: ast.Program, offers: Sequence[Offer]
) -> tuple[ast.Program, tuple[Offer, ...]]:
    """The program without what models are asked, and the offers with those that answer it.

    Raises ProgramError 319 for a rule that derives such a relation, 325 for a domain that is none.
    """
    questions = questions_of(program)
    if not questions:
        return program, tuple(offers)
    items: list[ast.Item] = []
    for item in program.items:
        if isinstance(item, ast.ModelRelation):
            items.append(ast.Declaration(item.name, columns_of(item), item.span))
            continue
        if isinstance(item, ast.Clause):
            for head in item.heads:
                if head.relation in questions:
                    what = "a fact" if item.body is None else "a rule"
                    raise own_rows(head.relation, f"has {what}", head.span)
            item = replace(item, body=_spelt(item.body, questions))
        items.append(item)
    known = {offer.name for offer in offers}
    own = [_offer(question) for name, question in questions.items() if name not in known]
    return replace(program, items=tuple(items)), (*own, *offers)


def spell_bodies(program: ast.Program, questions: Mapping[str, ast.ModelRelation]) -> ast.Program:
    """The program with each atom of a question written out in its clauses."""
    items = tuple(
        replace(item, body=_spelt(item.body, questions)) if isinstance(item, ast.Clause) else item
        for item in program.items
    )
    return replace(program, items=items)


def columns_of(question: ast.ModelRelation) -> tuple[ast.Attribute, ...]:
    """The columns of its relation, where a `bool` is a text."""
    whole = (*question.inputs, *(output.column for output in question.outputs))
    return tuple(replace(c, type="symbol") if c.type == BOOL else c for c in whole)


def is_yes_or_no(question: ast.ModelRelation) -> bool:
    return len(question.outputs) == 1 and question.outputs[0].column.type == BOOL


def _offer(question: ast.ModelRelation) -> Offer:
    names = tuple((column.name, None) for column in columns_of(question))
    inputs = tuple(range(len(question.inputs)))
    cost = _COST * question.votes * max(1, len(question.using))
    return Offer(question.name, Signature(names, inputs), cost)


def _spelt(node: Node, questions: Mapping[str, ast.ModelRelation]) -> Node:
    """A piece of a body, with each atom of a question written out."""
    return _walk(node, questions)  # type: ignore[return-value]


def _walk(node: object, questions: Mapping[str, ast.ModelRelation]) -> object:
    if isinstance(node, tuple):
        return tuple(_walk(part, questions) for part in node)
    if isinstance(node, ast.Negation) and isinstance(node.body, ast.Atom):
        question = questions.get(node.body.relation)
        if question is not None:
            return _denied(_whole(node.body, question), question, node.span)
    if isinstance(node, ast.Atom):
        question = questions.get(node.relation)
        return node if question is None else _whole(node, question)
    if not is_dataclass(node) or isinstance(node, Span | ast.Name | type):
        return node
    parts = (part.name for part in fields(node) if part.name != "span")
    return replace(node, **{name: _walk(getattr(node, name), questions) for name in parts})


def _whole(atom: ast.Atom, question: ast.ModelRelation) -> ast.Atom:
    """The atom with its answer, where a yes-or-no question leaves it out."""
    if not is_yes_or_no(question):
        return atom
    column = question.outputs[0].column.name
    if atom.names:
        args = [
            _word(arg) if name.text == column else arg
            for name, arg in zip(atom.names, atom.args, strict=True)
        ]
        if column in (name.text for name in atom.names):
            return replace(atom, args=tuple(args))
        names = (*atom.names, ast.Name(column, atom.span))
        return replace(atom, args=(*atom.args, ast.Text(YES, atom.span)), names=names)
    if len(atom.args) == len(question.inputs):
        return replace(atom, args=(*atom.args, ast.Text(YES, atom.span)))
    return replace(atom, args=(*atom.args[:-1], *map(_word, atom.args[-1:])))


def _word(term: ast.Term) -> ast.Term:
    """`true` and `false` in the place of an answer."""
    if isinstance(term, ast.Variable) and term.name in _WORDS:
        return ast.Text(_WORDS[term.name], term.span)
    return term


def _denied(atom: ast.Atom, question: ast.ModelRelation, span: Span) -> ast.Formula:
    """What a literal with `!` says of a relation with one answer for each input."""
    whole = ast.Negation(atom, span)
    if question.many or len(question.outputs) != 1:
        return whole
    column = question.outputs[0].column.name
    place = len(question.inputs)
    if atom.names:
        named = [name.text for name in atom.names]
        if column not in named:
            return whole
        place = named.index(column)
    if place >= len(atom.args) or isinstance(atom.args[place], ast.Wildcard):
        return whole
    told = atom.args[place]
    if is_yes_or_no(question) and isinstance(told, ast.Text):
        other = ast.Text(NO if told.value == YES else YES, told.span)
        return replace(atom, args=(*atom.args[:place], other, *atom.args[place + 1 :]))
    answer = ast.Variable(f"{column} of {atom.span.start}", span)
    positive = replace(atom, args=(*atom.args[:place], answer, *atom.args[place + 1 :]))
    return ast.Conjunction((positive, ast.Comparison("!=", answer, told, span)), span)


def check_domains(questions: Mapping[str, ast.ModelRelation], names: Mapping[str, int]) -> None:
    """E325 for a domain that is no relation of one column, given the columns of all relations."""
    for question in questions.values():
        for output in question.outputs:
            if output.domain is None:
                continue
            columns = names.get(output.domain.text)
            if columns != 1:
                what = "is not a relation" if columns is None else f"has {columns} columns"
                message = f"`{output.domain.text}` is the domain of `{question.name}`, and {what}"
                hint = f'list the values: `{output.column.name}: symbol in ["a", "b"]`'
                raise ProgramError(325, message, output.domain.span, hint=hint)
