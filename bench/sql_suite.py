"""Suites of SQL tests, run here and beside DuckDB: `python bench/sql_suite.py FOLDER ...`.

The folders hold files in the form of sqllogictest, as DuckDB's `test/sql` and SQLite's do. Their
statements run in a DuckDB of this script; each SELECT is then run here over the same tables, and a
row of its answer is explained. Counts what is answered, wrong, slow, explained, and not explained.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as daytime
from decimal import Decimal
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from trivium import Program, TriviumError
from trivium.dialects.sql.statement import check_statement, walk
from trivium.program import Limits
from trivium.source import Source

SECONDS = 10.0
_PLAIN_SETTINGS = re.compile(
    r"(?i)^\s*(set|reset|pragma|call)\s+\(?(global\s+|session\s+|local\s+)?(enable_verification|disable_verification|"
    r"verify_\w+|threads|memory_limit|enable_object_cache|enable_profiling|explain_output|"
    r"disabled_optimizers|debug_\w+|perfect_ht\w*|\w*join\w*threshold\w*|enable_progress_bar|"
    r"seed|temp_directory|preserve_insertion_order|force_\w+|partitioned_write\w*|external_threads|late_materialization\w*|dynamic_or\w*)"
)
_CATALOGUE = re.compile(
    r"(?i)duckdb_|pragma_|information_schema|pg_catalog|sqlite_|pg_\w+|read_\w+\(|glob\(|"
    r"parquet|\.csv|\.json|current_setting|nextval|currval|sniff|getvariable|random\(|uuid|"
    r"now\(|current_(date|time)|today\(|describe|summarize|show |stats\(|version\(|__|"
    r"export_state|finalize\("
)
_QUERY = re.compile(r"(?i)^\s*(\(|select|with|from|values)")


def records(path: Path) -> Iterator[tuple[str, str]]:
    """The kind (`statement`, `query`, `skip`) and text of each record; loops are written out."""
    blocks = re.split(r"\n\s*\n", path.read_text("utf-8", errors="replace").replace("\r\n", "\n"))
    yield from _run([b for b in blocks if b.strip()], {})


def _run(blocks: list[str], bound: dict[str, str]) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(blocks):
        lines = [line for line in blocks[place].split("\n") if not line.startswith("#")]
        place += 1
        while lines and not lines[0].strip():
            lines.pop(0)
        while lines and lines[0].split()[0] in ("skipif", "onlyif", "mode", "hash-threshold"):
            if lines[0].split()[:2] in (["skipif", "duckdb"], ["mode", "skip"]):
                return
            if lines[0].startswith("onlyif") and "duckdb" not in lines[0]:
                lines = []
                break
            lines.pop(0)
        if not lines:
            continue
        words = lines[0].split()
        if words[0] in ("loop", "foreach", "concurrentloop", "concurrentforeach"):
            depth, end = 1, place
            while end < len(blocks) and depth:
                first = blocks[end].strip().split("\n")[-1].split() or [""]
                heads = [line.split()[0] for line in blocks[end].split("\n") if line.split()]
                depth += sum(h in ("loop", "foreach") for h in heads[:1]) - ("endloop" in heads)
                end += 1
            del first
            values = words[2:] if "each" in words[0] else [
                str(i) for i in range(*map(_number, words[2:4]))]  # fmt: skip
            for value in values[:3]:
                yield from _run(blocks[place : end - 1], {**bound, words[1]: value})
            place = end
            continue
        if words[0] == "require":
            if words[1:2] not in (["vector_size"], ["noforcestorage"], ["skip_reload"]):
                return
            continue
        text = "\n".join(lines[1:]).split("\n----")[0].strip()
        for name, value in bound.items():
            text = text.replace("${" + name + "}", value)
        if words[0] == "statement":
            yield ("statement" if words[1:2] in (["ok"], ["maybe"]) else "skip"), text
        elif words[0] == "query":
            yield "query", text


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() else 0


def plain(value: Any) -> Any:
    """A value that can be compared, as its text: floats to nine digits."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return "nan" if value != value else f"{value + 0.0:.9g}"
    if isinstance(value, Decimal):
        return f"{float(value):.9g}"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**9 else f"{float(value):.9g}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(plain, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{plain(k)}: {plain(v)}' for k, v in value.items())}}}"
    if isinstance(value, datetime):
        return str(value.replace(tzinfo=None)) + ("+00" if value.tzinfo else "")
    if isinstance(value, date | daytime | timedelta):
        return str(value)
    return str(value)


def as_text(database: Any, query: str) -> list[tuple[str, ...]]:
    """DuckDB's rows; times and bytes as it writes them."""
    relation = database.sql(query)
    shown = []
    for place, kind in enumerate(map(str, relation.types)):
        temporal = kind.startswith(("DATE", "TIME", "INTERVAL", "BLOB", "BIT", "UUID", "VARIANT"))
        plainly = kind.endswith("]") or not temporal
        shown.append(f"#{place + 1}" if plainly else f"CAST(#{place + 1} AS VARCHAR) AS c{place}")
    return [tuple(map(plain, row)) for row in relation.project(", ".join(shown)).fetchall()]


class Suite:
    """What the suites showed."""

    def __init__(self, proofs: bool, shown: int) -> None:
        self.tally: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()  # what the rules do not know
        self.proofs, self.shown = proofs, shown

    def note(self, what: str, path: Path, query: str, told: str) -> None:
        self.notes[what] += 1
        if self.notes[what] <= self.shown:
            print(f"--- {what}: {path.name}\n{query[:600]}\n{told[:600]}\n", flush=True)

    def file(self, path: Path) -> None:
        with duckdb.connect() as database:
            database.execute("SET memory_limit = '2GB'")
            database.execute("SET threads = 2")
            for kind, text in records(path):
                if kind == "skip" or not text:
                    continue
                setting = re.match(r"(?i)\s*(set|reset|pragma|call)\b", text)
                if setting and not _PLAIN_SETTINGS.match(text):
                    self.tally["files left: a setting"] += 1
                    return
                if setting or kind == "statement" or not _QUERY.match(text):
                    timer = Timer(SECONDS, database.interrupt)
                    timer.start()
                    if re.search(r"(?i)\bcollate\b", text):
                        self.tally["files left: a setting"] += 1
                        return
                    try:
                        if not setting or kind == "query":
                            database.execute(text).fetchall()
                    except (duckdb.Error, RuntimeError):
                        pass
                    finally:
                        timer.cancel()
                    continue
                self.query(path, database, text.rstrip().rstrip(";"))

    def query(self, path: Path, database: Any, text: str) -> None:
        if _CATALOGUE.search(text):
            self.tally["left: catalogue, files or chance"] += 1
            return
        timer = Timer(SECONDS, database.interrupt)
        timer.start()
        try:
            started = time.perf_counter()
            wanted = as_text(database, text)
            theirs = time.perf_counter() - started
            tables = self.tables(database, text)
        except (duckdb.Error, RuntimeError, TriviumError, OSError, ValueError):
            self.tally["left: not run by DuckDB alone"] += 1
            return
        finally:
            timer.cancel()
        self.tally["SELECTs"] += 1
        started = time.perf_counter()
        try:
            program = Program(text, dialect="sql")
            result = program.run(tables, limits=Limits(seconds=SECONDS + 10 * theirs))
            found = [tuple(map(plain, row)) for row in result.rows()]
        except TriviumError as problem:
            self.tally[f"refused E{problem.number}"] += 1
            self.note(f"refused E{problem.number}", path, text, str(problem))
            return
        except Exception as problem:
            self.tally["CRASHED"] += 1
            self.note("CRASHED", path, text, repr(problem))
            return
        if time.perf_counter() - started > SECONDS + 10 * theirs + 2:
            self.tally["HUNG"] += 1
            self.note("HUNG", path, text, "")
        self.tally["answered"] += 1
        self.tally[f"by {result.outcome.path.name}"] += 1
        if sorted(found) != sorted(wanted) and not self.tie(database, program, found):
            self.tally["WRONG"] += 1
            self.note("WRONG", path, text, f"found {found[:8]}\nwanted {wanted[:8]}")
            return
        if self.proofs and found:
            self.prove(path, text, result)

    def tie(self, database: Any, program: Program, found: list[Any]) -> bool:
        """Whether the rows are right where an order leaves some equal: as for DuckDB when it says
        which of them come first."""
        statement = getattr(program.checked, "statement", None)
        try:
            return statement is not None and as_text(database, statement.determined) == found
        except duckdb.Error:
            return False

    def prove(self, path: Path, text: str, result: Any) -> None:
        row = random.Random(text).choice(result.rows())
        started = time.perf_counter()
        try:
            result.why(row)
            self.tally["explained"] += 1
        except TriviumError as problem:
            self.tally[f"not explained E{problem.number}"] += 1
            self.note(f"not explained E{problem.number}", path, text, str(problem))
            if problem.number == 331:
                self.unknown[re.sub(r"[a-z_\d]+\(.*|\d+", "", problem.message[36:])[:70]] += 1
        except Exception as problem:
            self.tally["CRASHED in proofs"] += 1
            self.note("CRASHED in proofs", path, text, repr(problem))
        spent = time.perf_counter() - started
        if spent > 2 * SECONDS:
            self.note("SLOW proof", path, text, f"{spent:.1f} s")

    def tables(self, database: Any, text: str) -> dict[str, Any]:
        statement = check_statement(Source("query", text))
        if any(
            p.get("type") == "BASE_TABLE" and p.get("schema_name") for p in walk(statement.tree)
        ):
            raise ValueError("another schema")
        return {
            name: database.sql(f'SELECT * FROM "{name}"').to_arrow_table()
            for name in statement.tables
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--no-proofs", action="store_true")
    parser.add_argument("--shown", type=int, default=3, help="cases of each kind to show (3)")
    parser.add_argument("--every", type=int, default=1, help="take each n-th file (1)")
    arguments = parser.parse_args()
    suite = Suite(not arguments.no_proofs, arguments.shown)
    files = sorted(f for folder in arguments.folders
                   for f in ([folder] if folder.is_file() else folder.rglob("*.test")))  # fmt: skip
    for path in files[:: arguments.every]:
        suite.file(path)
    for what, count in sorted(suite.tally.items(), key=lambda pair: -pair[1]):
        print(f"{count:7,} {what}")
    print("not known to the rules:")
    for what, count in suite.unknown.most_common(arguments.shown * 10):
        print(f"{count:7,} {what}")
    print(f"{len(files[:: arguments.every]):7,} files")


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main()
