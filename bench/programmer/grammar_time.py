"""How long a grammar takes: to make from a schema, and to compile in a library that endpoints use.

    python bench/programmer/grammar_time.py --columns 50 --rows 100

Prints medians over the repeats, in milliseconds of processor time, and the sizes.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable

import llguidance

from trivium.ask.grammar import datalog_grammar, sql_grammar
from trivium.ask.grammar.json_form import json_schema
from trivium.ground.table import Table, make_table
from trivium.source import Place

QUESTION = "Which 3 of the names 12 in total had more than 250 points after 5 May 1995?"


def wide_table(columns: int, rows: int, seed: int) -> Table:
    """A third of the columns texts, a third numbers, a third dates."""
    rng = random.Random(seed)
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]

    def cell(column: int) -> str:
        kind = column % 3
        if kind == 0:
            return f"{rng.choice(words)} {rng.choice(words)} {rng.randint(1, rows)}"
        if kind == 1:
            return str(rng.randint(0, 1000))
        return f"{rng.randint(1, 28)} May {rng.randint(1950, 2020)}"

    headers = [f"Column {i + 1}" for i in range(columns)]
    cells = [[cell(i) for i in range(columns)] for _ in range(rows)]
    return make_table("wide", headers, cells, Place("wide.csv"))


def median(work: Callable[[], object], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1e3)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    table = wide_table(args.columns, args.rows, args.seed)
    datalog_grammar(QUESTION, [table])  # reads the cells once
    tokens = llguidance.LLTokenizer("byte")

    def compiled(form: str) -> None:
        matcher = llguidance.LLMatcher(tokens, form)
        matcher.compute_bitmask()
        if matcher.get_error():
            raise SystemExit(matcher.get_error())

    grammar = datalog_grammar(QUESTION, [table])
    lark = llguidance.LLMatcher.grammar_from_lark(grammar.lark())
    queries = sql_grammar(QUESTION, [table])
    sql = llguidance.LLMatcher.grammar_from_lark(queries.lark())
    schema = json.dumps(json_schema(QUESTION, [table]))
    as_json = llguidance.LLMatcher.grammar_from_json_schema(schema)
    print(f"{args.columns} columns, {args.rows} rows, medians of {args.repeats}, processor ms")
    print("              make   compile   size")
    for name, make, form, text in (
        ("Datalog", lambda: datalog_grammar(QUESTION, [table]).lark(), lark, grammar.gbnf()),
        ("SQL", lambda: sql_grammar(QUESTION, [table]).lark(), sql, queries.gbnf()),
        ("JSON schema", lambda: json.dumps(json_schema(QUESTION, [table])), as_json, schema),
    ):
        making = median(make, args.repeats)
        compiling = median(lambda form=form: compiled(form), args.repeats)
        print(f"{name:12} {making:6.1f}   {compiling:7.1f}   {len(text):,} characters")


if __name__ == "__main__":
    main()
