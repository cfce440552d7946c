"""The program in a model's reply, taken out tolerantly and judged strictly.

    Sure! Here it is:                         answer(c) :- games(year: 1964, city: c).
    ```datalog
    .output answer                     ->
    answer(c) :- games(year: 1964, city: c).
    ```

What a model adds out of habit (prose, fences, declarations of the given tables, `.output`) is
dropped. What would let it state the answer itself, or reach beyond the tables, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass

from trivium.ask.grammar.json_form import datalog_of
from trivium.errors import ModelError, SyntaxProblem
from trivium.ground.table import Table
from trivium.source import Source, Span
from trivium.syntax import ast
from trivium.syntax.souffle import parse

# The longest reply that is looked at: more is a model that runs on, and no program.
LONGEST = 50_000
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.S)
_FENCED = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.S)
_RULE_STARTS = re.compile(r"\s*(?:\.[a-z]+\b|//|[a-z]\w*\s*\()", re.I)
_DIRECTIVE = re.compile(r"^[ \t]*\.(?:input|output|printsize)\s+\w+[ \t]*(?:\([^)\n]*\))?", re.M)
_QUERY = re.compile(r"^[ \t]*(?:SELECT|WITH)\b(?:(?!\n[ \t]*\n|```).)*", re.I | re.M | re.S)
_CHANGE = re.compile(
    r"\b(?:(DROP|CREATE|ALTER|TRUNCATE)\s+(?:TABLE|VIEW|DATABASE|INDEX)|(DELETE)\s+FROM"
    r"|(INSERT)\s+INTO|(UPDATE)\s+\w+\s+SET)\b",
    re.I,
)
_JSON = re.compile(r'\{\s*"query"\s*:.*\}', re.S)
_SQL_TEXT = re.compile(r"'(?:[^']|'')*'")
_NAME = re.compile(r"[^\W\d]\w*")
_HABITS = re.compile(r"^[ \t]*(?:%|\?-)[^\n]*", re.M)


def language_of(reply: str) -> str:
    """The language that a reply is written in, whichever was asked for; E506 for one too long."""
    if len(reply) > LONGEST:
        message = f"the reply has {len(reply):,} characters, which is no program"
        raise ModelError(506, message, hint="write a shorter program")
    reply = _THOUGHTS.sub("", reply)
    if _JSON.search(reply):
        return "json"
    return (
        "sql"
        if (_QUERY.search(reply) or _CHANGE.search(reply)) and ":-" not in reply
        else "datalog"
    )


def program_text(reply: str, tables: Collection[str]) -> str:
    """The program in a reply: that of the fence that speaks of `answer`, or else the lines from
    the first to the last that looks like a rule. Raises E510 where there is none."""
    reply = _THOUGHTS.sub("", reply)
    fenced = [block for block in _FENCED.findall(reply) if block.strip()]
    if fenced:
        text = next((block for block in fenced if "answer" in block), fenced[-1])
    else:
        lines = reply.split("\n")
        starts = [i for i, line in enumerate(lines) if _RULE_STARTS.match(line)]
        ends = [i for i, line in enumerate(lines) if line.rstrip().endswith((".", ")"))]
        text = "\n".join(lines[starts[0] : ends[-1] + 1]) if starts and ends else ""
    text = _HABITS.sub("", _DIRECTIVE.sub("", text))
    if tables:
        names = "|".join(re.escape(name) for name in tables)
        text = re.sub(rf"^[ \t]*\.decl\s+(?:{names})\s*\([^)]*\)", "", text, flags=re.M)
    if not text.strip():
        raise ModelError(
            510,
            "the reply holds no program",
            hint="write rules such as `answer(x) :- t(a: x).` between ```datalog and ```",
        )
    return text.strip() + "\n"


def json_text(reply: str) -> str:
    """The query in JSON in a reply, written as Datalog. Raises E510 where there is none."""
    found = _JSON.search(_THOUGHTS.sub("", reply))
    return datalog_of(found[0] if found else "")


def query_text(reply: str) -> str:
    """The query in a reply: in a fence, or from `SELECT` or `WITH` to the end of its paragraph.
    Raises E510 where there is none, and E511 where it would change data instead."""
    reply = _THOUGHTS.sub("", reply)
    fenced = [block for block in _FENCED.findall(reply) if _QUERY.search(block)]
    found = _QUERY.search(fenced[-1] if fenced else reply)
    if found is None:
        hint = "write one SELECT between ```sql and ```"
        if (change := _CHANGE.search(reply)) is not None:
            word = next(filter(None, change.groups())).upper()
            raise ModelError(511, f"`{word}` changes data, and a program only reads", hint=hint)
        raise ModelError(510, "the reply holds no program", hint=hint)
    return found[0].strip().rstrip(";").strip() + "\n"


def judge(text: str, tables: Collection[str]) -> ast.Program:
    """The program's syntax tree, if it may be run over `tables`.

    Raises SyntaxProblem (1xx); E510 where no rule derives a one-column `answer`; E511 where a
    directive names a file, where a rule or fact adds to a table, or where `answer` does not follow
    from any row of a table, so that the model would only be stating it.
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
    answers = [head for head in heads if head.relation == "answer"]
    if not answers:
        raise ModelError(510, "no rule derives `answer`", hint="name the last relation `answer`")
    for head in answers:
        if len(head.args) != 1:
            raise ModelError(
                510,
                f"`answer` has {len(head.args)} arguments, expected one",
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


def tables_of_query(text: str, tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The tables that a query names, in the order of `tables`.

    Raises E511 where it names none, or selects none of their columns, so that it would only be
    stating the answer.
    """
    names = _NAME.findall(_SQL_TEXT.sub("", text.lower()))
    read = tuple(name for name in tables if name.lower() in names)
    columns = {name for table in read for name, _, _ in tables[table].relation_columns()}
    if not columns.intersection(names) and "count" not in names:
        hint = "derive it: `SELECT c FROM t WHERE ...`"
        raise ModelError(511, "this states the answer without reading a table", hint=hint)
    return read


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
