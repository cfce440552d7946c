"""A SQL query as rules: blocks, set operations, common tables, and the order of the answer.

    read(Source("q.sql", "select a from t where b > 1 order by a"), {"t": BaseTable(...)})
    ->  Query(rules="answer(i, a, ...) :- t(i, a, b), b > 1.", ...)

The rules are a program of the language, run and proved as any other; what a relation cannot hold,
the order and the cut of the last result, is told beside them. What is not understood is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError

from trivium.errors import SyntaxProblem
from trivium.source import Source, Span
from trivium.syntax.sql.block import BaseTable, Block, Outer, Reading
from trivium.syntax.sql.casts import common
from trivium.syntax.sql.expressions import holds, value
from trivium.syntax.sql.groups import aggregates, group, number_of
from trivium.syntax.sql.joins import add_from
from trivium.syntax.sql.order import Key, cut, number_of_row, order_keys
from trivium.syntax.sql.rules import NEVER, Context, Output, Rel, Val, Writer, blanked
from trivium.syntax.sql.windows import windows, with_windows

ANSWER = "answer"
# What it cannot write in a dialect it says on stderr; here it is refused, or not written at all.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Query:
    """Rules whose relation `answer` has `ids` identities, the columns `outputs`, and `order` keys.

    Each key says whether it descends and whether nulls come first. No relation of `checks` may
    have a row: it would be a scalar sub-query with several.
    """

    rules: str
    ids: int
    outputs: tuple[Output, ...]
    keys: tuple[Output, ...]
    order: tuple[tuple[bool, bool], ...]
    limit: int | None
    offset: int
    checks: tuple[str, ...]


class _Plain(DuckDB):
    """DuckDB's dialect, in which `row` is a name as any other: every table here has such a column,
    and `row < 3` is a comparison, no type of rows."""

    class Tokenizer(DuckDB.Tokenizer):
        KEYWORDS: ClassVar = {
            word: token for word, token in DuckDB.Tokenizer.KEYWORDS.items() if word != "ROW"
        }


# The words that the parser may take for something else than a name, in capitals.
KEYWORDS = frozenset(_Plain.Tokenizer.KEYWORDS) | {"LAMBDA"}
KEYWORDS |= frozenset(_Plain.Parser.NO_PAREN_FUNCTION_PARSERS)


def parse(source: Source) -> Any:
    """The query's tree; E120 for what is no SQL, E121 for what is no SELECT, E106 for what nests
    too deeply."""
    try:
        statements = [s for s in sqlglot.parse(source.text, read=_Plain) if s is not None]
    except RecursionError:
        raise too_deep(source) from None
    except ParseError as problem:
        raise _misread(source, problem) from None
    except SqlglotError:
        message = "this cannot be cut into words; a quote or a comment may be left open"
        raise SyntaxProblem(120, message, Span(source, 0, 1)) from None
    if len(statements) != 1:
        found = f"{len(statements)} statements" if statements else "nothing"
        raise SyntaxProblem(120, f"found {found}, expected one query", Span(source, 0, 1))
    tree: Any = statements[0]
    if isinstance(tree, exp.Subquery) and isinstance(tree.this, exp.Query):
        tree = tree.this
    if not isinstance(tree, exp.Query):
        word = source.text.split()[0].upper()
        raise SyntaxProblem(121, f"`{word}` is not supported: only SELECT is", Span(source, 0, 1))
    if not all(select.expressions for select in tree.find_all(exp.Select)):
        message = "found a SELECT of nothing, expected columns, or `*` for all"
        raise SyntaxProblem(120, message, Span(source, 0, 1))
    query: Any = tree
    return query


def tokens(source: Source) -> Iterator[tuple[str, int, int, str]]:
    """The kind (`text`, `number` or `other`), start, end and text of each token; E120 if it cannot
    be cut."""
    try:
        found = _Plain().tokenize(source.text)
    except SqlglotError as problem:
        raise SyntaxProblem(120, str(problem).split("\n")[0], Span(source, 0, 1)) from None
    kinds = {TokenType.STRING: "text", TokenType.NUMBER: "number"}
    for token in found:
        yield kinds.get(token.token_type, "other"), token.start, token.end + 1, token.text


def too_deep(source: Source) -> SyntaxProblem:
    hint = "name inner parts: `WITH part AS (SELECT ...) SELECT ...`"
    span = Span(source, 0, len(source.text))
    return SyntaxProblem(106, "the query nests too deeply", span, hint=hint)


def _misread(source: Source, problem: ParseError) -> SyntaxProblem:
    found = problem.errors[0] if problem.errors else {}
    lines = source.text.split("\n")
    line, column = int(found.get("line") or 1), int(found.get("col") or 1)
    word = str(found.get("highlight") or " ")
    start = sum(len(text) + 1 for text in lines[: line - 1]) + max(0, column - len(word))
    message, hint = str(found.get("description") or "this is no SQL").rstrip(".").lower(), None
    message = message.partition(" but got <token")[0]
    if message.startswith("required keyword"):
        message = "something is missing here"
    elif message.startswith("invalid expression"):
        message = f"`{word}` does not belong here"
    elif message == "expected table name":
        message = "expected the name of a table"
        hint = f'put a name that is a word of SQL in double quotes: `"{word}"`'
    return SyntaxProblem(120, message, Span(source, start, start + len(word)), hint=hint)


def tables_of(tree: exp.Expression) -> list[str]:
    """The names of the tables that a query speaks of, in small letters."""
    return list(dict.fromkeys(table.name.lower() for table in tree.find_all(exp.Table)))


def mentioned(tree: exp.Expression) -> frozenset[str] | None:
    """The columns that a query may name, in small letters; None for all of them."""
    stars = [star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    joins = [join for join in tree.find_all(exp.Join) if join.method]
    named = [alias for alias in tree.find_all(exp.TableAlias) if alias.columns]
    if stars or joins or named:  # which may mean columns without their names
        return None
    return frozenset(part.name.lower() for part in tree.find_all(exp.Identifier))


def read(
    source: Source,
    tree: exp.Expression,
    tables: Mapping[str, BaseTable],
    near: Callable[[str, Sequence[str]], str | None],
) -> Query:
    """A query over tables, whose names are in small letters. Raises 12x and 22x.

    `near` gives a hint for a name that is not known.
    """
    writer = Writer(source)
    _check_read(tree, writer)
    reading = Reading(writer, dict(tables), near)
    reading.compile = partial(_query, reading)
    block, visible, keys = _rows(reading, tree, Context(), lambda column: None, {})
    limit, offset = _cut(tree, writer)
    outputs = _columns(visible)
    hidden = _columns([("", key[0]) for key in keys])
    types = Rel(ANSWER, len(block.ids), (*outputs, *hidden))
    named = block.new("z", len(block.ids), (*outputs, *hidden))
    writer.lines[-1] = writer.lines[-1].replace(f".decl {named.name}(", f".decl {ANSWER}(", 1)
    block.put(types, block.ids, [*(v for _, v in visible), *(k[0] for k in keys)], block.body)
    order = tuple((key[1], key[2]) for key in keys)
    return Query(writer.text(), len(block.ids), outputs, hidden, order, limit, offset,
                 tuple(reading.checks))  # fmt: skip


def _columns(values: Sequence[tuple[str, Val]]) -> tuple[Output, ...]:
    return tuple(Output(n, "int" if v.type == "null" else v.type, v.null != NEVER)
                 for n, v in values)  # fmt: skip


def _cut(node: exp.Expression, writer: Writer) -> tuple[int | None, int]:
    """LIMIT and OFFSET."""
    cuts: list[int | None] = []
    for part in ("limit", "offset"):
        found = node.args.get(part)
        if found is None:
            cuts.append(None)
            continue
        amount = found.args.get("expression")
        if amount is None:
            amount = found.args.get("count")
        options = found.args.get("limit_options")
        if (
            (options and (options.args.get("percent") or options.args.get("with_ties")))
            or not isinstance(amount, exp.Literal)
            or not amount.name.isdigit()
        ):
            raise writer.unsupported(f"`{found.sql()}`", found)
        cuts.append(int(amount.name))
    return cuts[0], cuts[1] or 0


def _query(
    reading: Reading, node: exp.Expression, context: Context, outer: Outer, ctes: dict[str, Rel]
) -> Rel:
    """A query inside another, as a relation of its own."""
    block, visible, keys = _rows(reading, node, context, outer, ctes)
    limit, offset = _cut(node, block.writer)
    lone = node.args.get("group") is None and isinstance(node, exp.Select) and any(
        True for e in node.expressions for _ in aggregates(e)
    )  # fmt: skip
    outputs, values = _columns(visible), [v for _, v in visible]
    if limit is not None or offset:
        block, values = cut(block, values, keys, offset, limit)
    rel = block.new("q", len(block.ids), outputs)
    block.put(rel, block.ids, values, block.body)
    if lone or (limit is not None and limit <= 1):
        reading.singles.add(rel.name)
    return rel


def _rows(
    reading: Reading, node: exp.Expression, context: Context, outer: Outer, ctes: dict[str, Rel]
) -> tuple[Block, list[tuple[str, Val]], list[Key]]:
    """The rows of a query: a block that binds them, the columns shown, and its order."""
    if isinstance(node, exp.Subquery):
        node = node.this
    ctes = _common_tables(reading, node, context, outer, ctes)
    if isinstance(node, exp.Select):
        return _select(reading, node, context, outer, ctes)
    if isinstance(node, exp.SetOperation):
        rel = _set(reading, node, context, outer, ctes)
        block = Block(reading, context, outer, ctes)
        literal, block.ids, values = block.read(rel)
        block.body.append(literal)
        visible = [(o.name, v) for o, v in zip(rel.outputs, values, strict=True)]
        block.scope.entries = [("", n, v) for n, v in visible]
        return block, visible, _order(node, block, visible, node)
    raise reading.writer.unsupported(f"`{node.sql()}`", node)


# The parts of clauses that are read here; any other is refused by its name. Those of expressions
# are looked at where they are read.
_READ: dict[type[exp.Expression], frozenset[str]] = {
    kind: frozenset(parts.split())
    for kind, parts in (
        (exp.Select, "expressions from_ joins where group having order limit offset distinct "
                     "qualify windows with_"),
        (exp.SetOperation, "this expression distinct order limit offset with_ by_name side"),
        (exp.Subquery, "this alias order limit offset with_ joins"),
        (exp.Table, "this alias joins"),
        (exp.TableAlias, "this columns"),
        (exp.Join, "this on using side kind method"),
        (exp.With, "expressions recursive"),
        (exp.CTE, "this alias materialized"),
        (exp.Column, "this table"),
        (exp.Star, ""),
        (exp.Group, "expressions all"),
        (exp.Order, "expressions this"),
        (exp.Ordered, "this desc nulls_first"),
        (exp.Distinct, "expressions on"),
        (exp.Limit, "expression limit_options offset this"),
        (exp.Offset, "expression this"),
        (exp.Fetch, "count direction limit_options"),
        (exp.Window, "this partition_by order spec over alias"),
        (exp.WindowSpec, "kind start start_side end end_side exclude"),
        (exp.Filter, "this expression"),
    )
}  # fmt: skip


def _check_read(tree: exp.Expression, writer: Writer) -> None:
    """Each part of each clause is read, or E121 names it: none is left out without a word."""
    for node in tree.walk():
        for kind, parts in _READ.items():
            if isinstance(node, kind):
                for part, given in node.args.items():
                    if given and part not in parts:
                        raise writer.unsupported(
                            f"{part.strip('_').upper()} of `{node.sql()}`", node
                        )
    for node in tree.find_all(exp.SetOperation):
        if node.args.get("by_name") or node.args.get("side"):
            raise writer.unsupported(f"`{node.sql()}`", node)


_REFUSED = ("laterals", "connect", "cluster", "distribute", "sort", "into", "match", "pivots",
            "sample", "prewhere", "kind", "top")  # fmt: skip


def _select(
    reading: Reading, node: exp.Expression, context: Context, outer: Outer, ctes: dict[str, Rel]
) -> tuple[Block, list[tuple[str, Val]], list[Key]]:
    block = Block(reading, context, outer, ctes)
    for part in _REFUSED:
        if node.args.get(part):
            raise reading.writer.unsupported(part.upper(), node)
    node = with_windows(node, block)
    if node.args.get("from_") is not None:
        first = node.args["from_"].this
        add_from(first, block)
        for join in first.args.get("joins") or ():
            add_from(join, block)
        for join in node.args.get("joins") or ():
            add_from(join, block)
    block.ids = block.ids or ["0"]
    if node.args.get("where") is not None:
        condition = node.args["where"].this
        if any(True for _ in aggregates(condition)):
            raise reading.writer.mismatch("an aggregate in WHERE; write it in HAVING", condition)
        block.body += holds(condition, block)
    _group(block, node)
    visible = []
    for item in node.expressions:
        if isinstance(item, exp.Star) or (isinstance(item, exp.Column)
                                          and isinstance(item.this, exp.Star)):  # fmt: skip
            visible += _star(item, block)
        else:
            windows(item, block)
            visible.append((item.alias_or_name or item.sql(), value(item, block)))
    if node.args.get("order") is not None:
        for item in node.args["order"].expressions:
            if not _named(item.this, visible, node):
                windows(item, block)
    keys = _order(node, block, visible, node)
    if node.args.get("qualify") is not None:
        condition = _written_out(node.args["qualify"].this, node, block)
        windows(condition, block)
        block.body += holds(condition, block)
    if node.args.get("distinct") is not None:
        on = node.args["distinct"].args.get("on")
        shown = [v for _, v in visible]
        alike = shown if on is None else [_meant(part, visible, block) for part in on.expressions]
        if on is not None or {key[0].term for key in keys} - {v.term for v in shown}:
            # of those that are alike, the first
            block.body.append(f"{number_of_row(block, alike, keys)} = 1")
        else:
            block.ids = [number_of(block, shown)]
    return block, visible, keys


def _meant(part: exp.Expression, visible: list[tuple[str, Val]], block: Block) -> Val:
    """A value, or a column of the result by its number."""
    if isinstance(part, exp.Literal) and part.name.isdigit() and not part.args.get("is_string"):
        if not 0 < int(part.name) <= len(visible):
            raise block.writer.mismatch(f"there is no column {part.name}", part)
        return visible[int(part.name) - 1][1]
    return value(part, block)


def _star(item: exp.Expression, block: Block) -> list[tuple[str, Val]]:
    table = item.args["table"].name if item.args.get("table") else ""
    star = item if isinstance(item, exp.Star) else item.this
    if any(star.args.get(part) for part in ("except", "except_", "replace", "rename")):
        raise block.writer.unsupported(f"`{item.sql()}`", item)
    if block.grouped is not None:
        raise block.writer.mismatch("`*` in a query with groups", item)
    shown, seen = [], set()
    for alias, name, found in block.scope.entries:
        if not alias and name.lower() in block.scope.merged:
            continue
        if not table and name.lower() in block.scope.merged:
            if name.lower() in seen:
                continue
            seen.add(name.lower())
            found = block.scope.local("", name)[0][2]
        if not table or alias.lower() == table.lower():
            shown.append((name, found))
    if not shown:
        raise block.writer.mismatch(f"`{item.sql()}` has no columns", item)
    return shown


def _group(block: Block, node: exp.Expression) -> None:
    """GROUP BY and HAVING, or the one group of a query with aggregates."""
    clause, having, order = node.args.get("group"), node.args.get("having"), node.args.get("order")
    conditions = [node.args[part].this for part in ("having", "qualify") if node.args.get(part)]
    places = [*node.expressions, *conditions, *(order.expressions if order else ())]
    wanted = {a.sql(): a for place in places for a in aggregates(place)}
    if clause is None and not wanted and having is None:
        return
    keys: list[exp.Expression] = []
    if clause is not None:
        if any(clause.args.get(part) for part in ("grouping_sets", "cube", "rollup", "all")):
            raise block.writer.unsupported(f"`{clause.sql()}`", clause)
        keys = [_aliased(key, node, block) for key in clause.expressions]
    group(block, keys, list(wanted.values()))
    if having is not None:
        block.body += holds(_written_out(having.this, node, block), block)


def _written_out(condition: exp.Expression, node: exp.Expression, block: Block) -> exp.Expression:
    """A condition with what the names of shown columns stand for."""
    return condition.transform(
        lambda part: _aliased(part, node, block) if isinstance(part, exp.Column) else part
    )


def _aliased(key: exp.Expression, node: exp.Expression, block: Block) -> exp.Expression:
    """What a number or alias in GROUP BY stands for."""
    if isinstance(key, exp.Literal) and key.name.isdigit() and not key.args.get("is_string"):
        if not 1 <= int(key.name) <= len(node.expressions):
            raise block.writer.mismatch(f"there is no column {key.name}", key)
        item: exp.Expression = node.expressions[int(key.name) - 1]
        inner: exp.Expression = item.this if isinstance(item, exp.Alias) else item
        return inner
    plain = isinstance(key, exp.Column) and not key.args.get("table")
    if plain and not block.scope.local("", key.name):
        for item in node.expressions:
            if isinstance(item, exp.Alias) and item.alias.lower() == key.name.lower():
                meant: exp.Expression = item.this
                return meant
    return key


def _named(
    key: exp.Expression, visible: Sequence[tuple[str, Val]], node: exp.Expression
) -> Val | None:
    """The shown column that a key of ORDER BY names, by number, name or spelling."""
    if isinstance(key, exp.Literal) and not key.args.get("is_string") and key.name.isdigit():
        if 1 <= int(key.name) <= len(visible):
            return visible[int(key.name) - 1][1]
        return None
    if isinstance(key, exp.Column) and not key.args.get("table"):
        for name, found in visible:
            if name.lower() == key.name.lower():
                return found
    if len(node.expressions) == len(visible):
        for item, (_, found) in zip(node.expressions, visible, strict=True):
            inner = item.this if isinstance(item, exp.Alias) else item
            if inner.sql() == key.sql():
                return found
    return None


def _order(
    node: exp.Expression, block: Block, visible: Sequence[tuple[str, Val]], select: exp.Expression
) -> list[Key]:
    keys: list[Key] = []
    order = node.args.get("order")
    for item in order.expressions if order is not None else ():
        found = _named(item.this, visible, select)
        flags = bool(item.args.get("desc")), bool(item.args.get("nulls_first"))
        if found is None:
            if isinstance(item.this, exp.Literal):
                raise block.writer.mismatch(f"there is no column {item.this.name}", item.this)
            found = order_keys(exp.Order(expressions=[item.copy()]), block)[0][0]
        keys.append((found, *flags))
    return keys


# --- set operations ------------------------------------------------------------------------------


def _set(
    reading: Reading, node: exp.Expression, context: Context, outer: Outer, ctes: dict[str, Rel]
) -> Rel:
    if node.args.get("by_name"):
        raise reading.writer.unsupported("BY NAME", node)
    sides = [_query(reading, part, context, outer, ctes) for part in (node.this, node.expression)]
    block = Block(reading, context, outer, ctes)
    counts = [len(side.outputs) for side in sides]
    if counts[0] != counts[1]:
        message = f"the sides have {counts[0]} and {counts[1]} columns"
        raise reading.writer.mismatch(message, node)
    reads = [block.read(side) for side in sides]
    pairs = [common(pair, node, block) for pair in zip(reads[0][2], reads[1][2], strict=True)]
    values = [[pair[i] for pair in pairs] for i in (0, 1)]
    outputs = [
        Output(o.name, a.type, NEVER not in (a.null, b.null) or a.null != b.null)
        for o, (a, b) in zip(sides[0].outputs, pairs, strict=True)
    ]
    bodies = [[*context.literals, reads[i][0]] for i in (0, 1)]
    distinct = bool(node.args.get("distinct"))
    if isinstance(node, exp.Union):
        made = block.new("q", 1, outputs)
        for i in (0, 1):
            identity = reading.writer.identity([str(i), *reads[i][1]])
            if distinct:
                identity = number_of(block, [_flagged(v, o) for v, o in
                                             zip(values[i], outputs, strict=True)])  # fmt: skip
            block.put(made, [identity], values[i], bodies[i])
        return made
    copies = []
    for i in (0, 1):
        part = Block(reading, context, outer, ctes)
        part.body, part.ids = bodies[i], reads[i][1]
        shown = [Val(blanked(v), v.null, v.type) for v in values[i]]
        if distinct:
            number = "0"
        else:
            number = number_of_row(part, [_flagged(v, o) for v, o in
                                          zip(shown, outputs, strict=True)], [])  # fmt: skip
        held = part.new("k", 1, outputs)
        part.put(held, [number], shown, part.body)
        copies.append(held)
    literal, (number,), found = block.read(copies[0])
    args = ", ".join([*context.terms, number, *(p for v in found for p in v.parts)])
    sign = "!" if isinstance(node, exp.Except) else ""
    made = block.new("q", 1, outputs)
    identity = block.writer.identity([number, number_of(block, found)])
    block.put(made, [identity], found, [*context.literals, literal,
                                        f"{sign}{copies[1].name}({args})"])  # fmt: skip
    return made


def _flagged(found: Val, output: Output) -> Val:
    """A value that has a null flag where its column has, so that both sides are laid out alike."""
    if output.nullable and found.null == NEVER:
        return Val(found.term, "band(0, 0)", found.type)
    return found


# --- common tables -------------------------------------------------------------------------------


def _common_tables(
    reading: Reading, node: exp.Expression, context: Context, outer: Outer, ctes: dict[str, Rel]
) -> dict[str, Rel]:
    clause = node.args.get("with_")
    if clause is None:
        return ctes
    found = dict(ctes)
    for cte in clause.expressions:
        alias = cte.args["alias"]
        names = [part.name for part in alias.args.get("columns") or ()]
        name, query = alias.this.name, cte.this
        recursive = bool(clause.args.get("recursive")) and any(
            table.name.lower() == name.lower() for table in query.find_all(exp.Table)
        )
        if recursive:
            found[name.lower()] = _recursive(reading, name, names, query, context, outer, found)
        else:
            rel = _query(reading, query, context, outer, found)
            found[name.lower()] = _renamed(rel, names)
    return found


def _renamed(rel: Rel, names: Sequence[str]) -> Rel:
    outputs = list(rel.outputs)
    for i, name in enumerate(names[: len(outputs)]):
        outputs[i] = Output(name, outputs[i].type, outputs[i].nullable)
    return Rel(rel.name, rel.ids, tuple(outputs), rel.contextual)


def _recursive(
    reading: Reading, name: str, names: list[str], query: exp.Expression,
    context: Context, outer: Outer, ctes: dict[str, Rel],
) -> Rel:  # fmt: skip
    """A relation that its second part derives from itself."""
    if not isinstance(query, exp.Union) or query.args.get("order") or query.args.get("limit"):
        raise reading.writer.unsupported("this form of WITH RECURSIVE", query)
    again_from = [t for t in query.expression.find_all(exp.Table) if t.name.lower() == name.lower()]
    if len(again_from) > 1:
        # Each step reads the rows of the step before, and not all so far, as rules do.
        raise reading.writer.unsupported(f"a recursion that reads `{name}` twice", query)
    start = _renamed(_query(reading, query.this, context, outer, ctes), names)
    block = Block(reading, context, outer, ctes)
    outputs = [Output(o.name, o.type, True) for o in start.outputs]
    made = block.new("q", 1, outputs)
    inside = {**ctes, name.lower(): made}
    again = _query(reading, query.expression, context, outer, inside)
    if len(again.outputs) != len(outputs):
        raise reading.writer.mismatch("the parts of the recursion differ in columns", query)
    for i, part in enumerate((start, again)):
        literal, ids, values = block.read(part)
        fitted = []
        for found, output in zip(values, outputs, strict=True):
            blank = Val("0" if output.type != "text" else '""', NEVER, output.type)
            fitted.append(common((found, blank), query, block)[0])
            if fitted[-1].type != output.type:
                message = f"`{output.name}` is {output.type} first and {found.type} then"
                raise reading.writer.mismatch(message, query)
        flagged = [_flagged(v, o) for v, o in zip(fitted, outputs, strict=True)]
        if query.args.get("distinct"):
            identity = number_of(block, flagged)
        else:
            identity = reading.writer.identity([str(i), *ids])
        block.put(made, [identity], fitted, [*context.literals, literal])
    return made
