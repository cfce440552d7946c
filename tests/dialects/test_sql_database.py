"""DuckDB computes the rows of a query, of all its types, and reaches nothing but its tables."""

from __future__ import annotations

import datetime
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trivium import Program, TriviumError
from trivium.cli import main
from trivium.program import Limits

T = {"x": [1, 2, 3], "s": ["a", "b", None]}


def rows(query: str, **tables: Any) -> list[tuple[Any, ...]]:
    return Program(query, dialect="sql").run(tables or {"t": T}).rows()


# --- types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        ("TIMESTAMP '2024-01-31 10:30:00'", "2024-01-31 10:30:00"),
        ("TIMESTAMP '2024-01-31 10:30:00.25'", "2024-01-31 10:30:00.25"),
        ("TIMESTAMPTZ '2024-01-31 10:30:00+02'", "2024-01-31 08:30:00+00"),
        ("DATE '2024-01-31'", "2024-01-31"),
        ("DATE '2024-01-31' + 1", "2024-02-01"),
        ("TIME '10:30:00'", "10:30:00"),
        ("INTERVAL '1 day 2 hours'", "1 day 02:00:00"),
        ("TIMESTAMP '2024-01-02' - TIMESTAMP '2024-01-01 12:00:00'", "12:00:00"),
        ("1.50::DECIMAL(4, 2)", Decimal("1.50")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("sum(9223372036854775807) OVER ()", 9223372036854775807 * 3),
        ("[1, NULL, 3]", [1, None, 3]),
        ("{'a': 1, 'b': [DATE '2024-01-31']}", {"a": 1, "b": ["2024-01-31"]}),
        ("MAP {'k': 1.5}", {"k": Decimal("1.5")}),
        ("'ab'::BLOB", "ab"),
        ("18446744073709551615::UBIGINT", 2**64 - 1),
        ("true", True),
        ("NULL", None),
        ("concat_ws('-', 'a', 'b')", "a-b"),
        ("'00000000-0000-0000-0000-000000000001'::UUID", "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_of_any_type_comes_through(shown: str, value: Any) -> None:
    result = Program(f"SELECT {shown} AS v FROM t LIMIT 1", dialect="sql").run(t=T)
    assert result.rows() == [(value,)]
    assert type(result.rows()[0][0]) is type(value)
    assert (value,) in result["answer"]
    assert result.arrow().num_rows == len(result.polars()) == len(result.pandas()) == 1
    assert repr(result).startswith("answer: 1 row")


def test_typed_columns_stay_what_they_are() -> None:
    day = datetime.datetime(2024, 1, 31)
    instants = [day, day.replace(hour=10, minute=30), day.replace(hour=23, minute=59)]
    told = [
        pa.table({"v": instants}),
        {"v": instants},
        {"v": np.array(instants, "datetime64[us]")},
    ]
    for table in told:
        assert rows("SELECT count(DISTINCT v), max(v) FROM t", t=table) == [
            (3, "2024-01-31 23:59:00")
        ]
    exact = pa.table({"v": pa.array([Decimal("0.10"), Decimal("0.20")], pa.decimal128(9, 2))})
    assert rows("SELECT sum(v) FROM t", t=exact) == [(Decimal("0.30"),)]
    lists = pa.table({"v": [[1, 2], None]})
    assert rows("SELECT v, len(v) FROM t", t=lists) == [([1, 2], 2), (None, None)]
    assert rows("SELECT v FROM t WHERE v", t={"v": [True, False]}) == [(True,)]
    assert rows("SELECT v FROM t", t=pa.table({"v": pa.array([2**64 - 1], pa.uint64())})) == [
        (2**64 - 1,)
    ]
    kept = Program.over("SELECT v FROM t ORDER BY v", t=told[0], dialect="sql").run()
    assert len(set(kept.rows())) == 3


def test_values_are_written_as_duckdb_writes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    shown = "[a, NULL] AS l, {'k': 'x y'} AS s, INTERVAL '2 days' AS i, a * 1.50 AS d"
    query = f"SELECT {shown} FROM t"
    assert main(["sql", query, str(tmp_path / "t.csv"), "--format", "csv"]) == 0
    assert capsys.readouterr().out == "l,s,i,d\n\"[1, NULL]\",{'k': 'x y'},2 days,1.50\n"
    assert main(["sql", query, str(tmp_path / "t.csv"), "--json"]) == 0
    assert '"d": 1.5' in capsys.readouterr().out
    assert main(["sql", query, str(tmp_path / "t.csv"), "--plan"]) == 0
    assert capsys.readouterr().out.startswith("duckdb: ")


# --- order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_that_an_order_leaves_equal_stand_in_the_order_of_their_values(threads: int) -> None:
    size = 300_000
    t = pa.table({"k": np.arange(size) % 7, "v": np.arange(size)[::-1] % 1000})
    for query in (
        "SELECT k, v FROM t ORDER BY k LIMIT 50 OFFSET 100",
        "SELECT * FROM t ORDER BY k DESC LIMIT 50",
        "SELECT k, v FROM (SELECT k, v FROM t ORDER BY k LIMIT 50) AS q ORDER BY k",
        "SELECT v, count(*) FROM t GROUP BY v ORDER BY count(*) LIMIT 20",
    ):
        found = Program(query, dialect="sql").run(t=t, limits=Limits(threads=threads)).rows()
        again = Program(query, dialect="sql").run(t=t, limits=Limits(threads=3)).rows()
        assert found == again
        if "GROUP" not in query:
            assert found == sorted(found, key=lambda row: (-row[0] if "DESC" in query else row[0],
                                                           row[1]))  # fmt: skip


# --- the ways ------------------------------------------------------------------------------------


def test_a_result_tells_which_way_its_query_took() -> None:
    def way(query: str, **how: Any) -> str:
        return str(Program(query, dialect="sql").run({"t": T}, **how).outcome.path.name)  # type: ignore[attr-defined]

    assert way("SELECT x FROM t") == "duckdb"
    assert way("SELECT x FROM t", backend="reference") == "rules"
    pairs = "FROM t JOIN t AS u ON u.x = t.x GROUP BY t.x"
    assert way(f"SELECT u.x + t.x {pairs}") == "rules"  # which DuckDB does not bind
    assert way("SELECT CAST(s AS INT) FROM t") == "rules"  # which is an error in DuckDB


def test_a_row_that_the_rules_do_not_derive_is_no_proof() -> None:
    result = Program("SELECT sum(x + 9223372036854775800) AS n FROM t", dialect="sql").run(t=T)
    assert result.rows() == [(9223372036854775800 * 3 + 6,)]
    with pytest.raises(TriviumError) as caught:
        result.why(result.rows()[0])
    assert caught.value.number == 332
    assert caught.value.span is not None
    times = pa.table({"v": [datetime.datetime(2024, 1, 31, h) for h in (1, 2)]})
    result = Program("SELECT count(DISTINCT v) FROM t", dialect="sql").run(t=times)
    with pytest.raises(TriviumError) as caught:
        result.why((2,))
    assert caught.value.number == 331


# --- out of reach --------------------------------------------------------------------------------

_FILE = "{folder}/secret.csv"
ATTEMPTS = [
    # files, read
    f"SELECT * FROM '{_FILE}'", f"SELECT * FROM \"{_FILE}\"", f"FROM '{_FILE}'",
    f"SELECT * FROM read_csv('{_FILE}')", f"SELECT * FROM read_csv_auto('{_FILE}')",
    f"SELECT * FROM read_text('{_FILE}')", f"SELECT * FROM read_blob('{_FILE}')",
    f"SELECT * FROM read_parquet('{_FILE}')", f"SELECT * FROM parquet_scan('{_FILE}')",
    f"SELECT * FROM read_json('{_FILE}')", f"SELECT * FROM read_ndjson_auto('{_FILE}')",
    f"SELECT * FROM sniff_csv('{_FILE}')", "SELECT * FROM glob('{folder}/*')",
    f"SELECT * FROM parquet_metadata('{_FILE}')", f"SELECT * FROM query('FROM ''{_FILE}''')",
    f"SELECT * FROM query_table('{_FILE}')", f"SELECT (SELECT content FROM read_text('{_FILE}'))",
    f"WITH q AS (FROM read_text('{_FILE}')) SELECT * FROM q",
    f"SELECT x FROM t UNION ALL SELECT content FROM read_text('{_FILE}')",
    f"SELECT x FROM t, LATERAL (SELECT * FROM read_text('{_FILE}'))",
    f"SELECT x FROM t WHERE EXISTS (FROM read_csv('{_FILE}'))",
    f"SELECT * FROM (SUMMARIZE FROM '{_FILE}')", f"DESCRIBE SELECT * FROM '{_FILE}'",
    f"SELECT * FROM json_execute_serialized_sql(json_serialize_sql('FROM ''{_FILE}'''))",
    "SELECT * FROM \"{folder}/secret.csv\" AS a JOIN t ON true",
    # files, written
    "COPY t TO '{folder}/out.csv'", "COPY (SELECT 1) TO '{folder}/out.parquet'",
    "EXPORT DATABASE '{folder}/out'", "SELECT 1; COPY t TO '{folder}/out.csv'",
    "ATTACH '{folder}/out.db'", "ATTACH '{folder}/out.db' AS o; SELECT 1",
    "CREATE TABLE o AS SELECT 1", "CREATE TEMP TABLE o AS SELECT 1",
    "INSERT INTO t VALUES (1, 'x')",
    "WITH q AS (INSERT INTO t VALUES (9, 'x') RETURNING x) SELECT * FROM q",
    "WITH q AS (DELETE FROM t RETURNING x) SELECT * FROM q", "DROP TABLE t", "UPDATE t SET x = 9",
    "CREATE MACRO m() AS 1", "CREATE SECRET s (TYPE s3)", "CHECKPOINT", "VACUUM",
    "SELECT write_log('x', log_type := 'y')", "SELECT * FROM enable_logging('QueryLog')",
    "SELECT * FROM enable_profiling()", "SELECT nextval('s')",
    # network and extensions
    "SELECT * FROM 'https://example.com/a.csv'", "SELECT * FROM read_csv('https://example.com/a')",
    "SELECT * FROM 's3://bucket/a.parquet'", "INSTALL httpfs", "LOAD httpfs",
    "SELECT * FROM sqlite_scan('{folder}/a.db', 't')", "SELECT * FROM postgres_query('a', 'b')",
    "FORCE INSTALL json", "UPDATE EXTENSIONS",
    # settings, catalogue, machine
    "SET memory_limit = '100GB'", "SET lock_configuration = false", "PRAGMA threads = 64",
    "RESET ALL", "SELECT current_setting('temp_directory')", "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()", "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables", "SELECT * FROM sqlite_master", "SHOW TABLES",
    "SELECT * FROM duckdb_tables", "SELECT getenv('HOME')", "SELECT * FROM pragma_version()",
    "SELECT sleep_ms(20000)", "SELECT * FROM ATTEMPTS", "SELECT * FROM T, np",
    "CALL pragma_version()", "USE memory", "EXPLAIN ANALYZE SELECT 1", "BEGIN",
    "SELECT * FROM main.t",
]  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_query_reaches_nothing_but_its_tables(attempt: str, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret\n4711\n")
    before = dict(os.environ)
    with pytest.raises(TriviumError) as caught:
        rows(attempt.replace("{folder}", str(tmp_path)))
    assert "4711" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert rows("SELECT x FROM t ORDER BY x") == [(1,), (2,), (3,)]
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7",
        "WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q) SELECT max(n) FROM q",
        "SELECT a.range FROM range(1000000) a, range(1000000) b",
    ],
)
def test_a_query_without_end_is_stopped(query: str) -> None:
    with pytest.raises(TriviumError) as caught:
        Program(query, dialect="sql").run({"t": T}, limits=Limits(seconds=0.3, rows=None))
    assert caught.value.number in (301, 303)
    with pytest.raises(TriviumError) as caught:
        Program(query, dialect="sql").run(
            {"t": T}, limits=Limits(seconds=5.0, memory_bytes=50_000_000)
        )
    assert caught.value.number in (301, 303)
