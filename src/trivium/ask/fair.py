"""Whether a program that was proposed may answer: it reads tables, and states nothing itself.

    answer(c) :- games(year: 1964, city: c).        SELECT city FROM games WHERE year = 1964
    answer("Tokyo").                                SELECT 'Tokyo'        E511: this only states it

What would let a programmer state the answer, add to a table or reach beyond the tables is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass

from trivium.ask.candidate import answer_name
from trivium.errors import ModelError, SyntaxProblem
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.souffle import parse


def judge(text: str, tables: Collection[str], wide: bool = False) -> ast.Program:
    """The program's syntax tree, if it may be run over `tables`.

    Raises SyntaxProblem (1xx); E510 where no rule derives a one-column `answer` (or what the answer
    is called beside a table of that name); E511 where a directive names a file, where a rule or
    fact adds to a table, or where `answer` does not follow from any row of a table, so that the
    programmer would only be stating it. A `wide` one may have more columns.
    """
    program = _parsed(text)
    clauses = [item for item in program.items if isinstance(item, ast.Clause)]
    for item in program.items:
        if isinstance(item, ast.Directive):
            raise ModelError(511, f"`.{item.kind}` touches files", item.span, hint="leave it out")
    heads = [head for clause in clauses for head in clause.heads]
    for head in heads:
        if head.relation in tables:
            hint = "write a relation of another name"
            raise ModelError(511, f"this adds to the table `{head.relation}`", head.span, hint=hint)
    name = answer_name(tables)
    answers = [head for head in heads if head.relation == name]
    if not answers:
        hint = f"name the last relation `{name}`"
        raise ModelError(510, f"no rule derives `{name}`", hint=hint)
    for head in answers:
        if len(head.args) != 1 and not wide:
            raise ModelError(
                510,
                f"`{name}` has {len(head.args)} arguments, expected one",
                head.span,
                hint="give the asked value alone; several values are several rows",
            )
    for clause in clauses:
        if any(head in answers for head in clause.heads):
            _refuse_stated(clause, clauses, tables)
    return program


def _parsed(text: str) -> ast.Program:
    """The syntax tree; the commonest slip of small models, `a: x` on its own, gets its cure."""
    try:
        return parse(Source("<program>", text))
    except SyntaxProblem as problem:
        if problem.hint is None and problem.message.startswith("found `:`"):
            problem.hint = "a column stands inside the brackets of its table: `t(a: x)`"
        raise


def tables_read(program: ast.Program, tables: Collection[str]) -> tuple[str, ...]:
    """The tables that the rules name, in the order of `tables`."""
    read = {relation for item in program.items for relation in _read(item)}
    return tuple(name for name in tables if name in read)


def _refuse_stated(clause: ast.Clause, clauses: list[ast.Clause], tables: Collection[str]) -> None:
    """Raise E511 where nothing that this rule of `answer` reads leads to a table."""
    seen: set[str] = set()
    waiting = set(_read(clause))
    while waiting:
        relation = waiting.pop()
        makers = [c for c in clauses if any(head.relation == relation for head in c.heads)]
        if relation in tables or not makers:
            return  # a relation that nothing makes is E201, when the program is checked
        seen.add(relation)
        waiting.update(name for maker in makers for name in _read(maker) if name not in seen)
    raise ModelError(
        511,
        "this states the answer without reading a table",
        clause.span,
        hint="derive it: `answer(x) :- t(a: x, ...).`",
    )


def _read(node: object) -> Iterator[str]:
    """The relations that a clause's body reads, inside aggregates and negations too."""
    if isinstance(node, ast.Clause):
        node = node.body
    if isinstance(node, ast.Atom):
        yield node.relation
    if isinstance(node, tuple):
        for child in node:
            yield from _read(child)
    elif is_dataclass(node) and not isinstance(node, Span):
        for field in fields(node):
            if field.name != "span":
                yield from _read(getattr(node, field.name))
