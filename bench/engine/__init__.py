"""How fast the engine is, beside Soufflé and DuckDB on the same data.

python -m bench.engine                               all workloads, full size, three paired runs
python -m bench.engine --only tc-chain --runs 5 --json chain.json
SOUFFLE=/opt/souffle/bin/souffle python -m bench.engine        with a Soufflé that is installed

generate    data from seeds                 measure    one run in one process, and pairs of runs
workloads   the table of workloads          report     medians, ratios, geometric means
recursive, plain      programs and SQL      souffle    programs compiled, figures that were kept
job         one run of Trivium or DuckDB    store      data on disk, made once
limit       what the memory allows          memory     a table of memory, from the JSON
"""
